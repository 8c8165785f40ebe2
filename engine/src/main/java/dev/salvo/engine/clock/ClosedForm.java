package dev.salvo.engine.clock;

/**
 * What a paced machine must come to where that can be said without running it. Nothing that is measured uses this: it is
 * what measurements are checked against.
 */
public final class ClosedForm {
    private ClosedForm() {
    }

    /**
     * The way of one Sync or NonSync from the first flit's leave of the Misc Node until the last response is back, but for
     * what the core itself does. The requester is core 0, all others are idle.
     *
     * @param profile the machine
     * @param cores   cores online
     * @return nanoseconds; 0 for one core
     */
    public static double broadcast(HardwareProfile profile, int cores) {
        double longest = 0;
        for (int core = 1; core < cores; core++) {
            longest = Math.max(longest, core * profile.nanos(Cost.TARGET)
                + 2 * profile.nanos(profile.hop(0, core)));
        }
        return longest;
    }

    /**
     * One {@code tlbi}, {@code dsb(ish)} of core 0, all others being idle: request, DBIDResp and data to and fro, the NonSync
     * broadcast and answered; only then the Sync broadcast and answered; Comp.
     *
     * @param profile the machine
     * @param cores   cores online
     * @return nanoseconds
     */
    public static double idleShootdown(HardwareProfile profile, int cores) {
        double request = 3 * profile.nanos(profile.hop(0, 0));
        double nonSync = cores == 1 ? 0
            : broadcast(profile, cores) + profile.nanos(Cost.SNOOP) + profile.nanos(Cost.INVALIDATE);
        double sync = cores == 1 ? 0
            : broadcast(profile, cores) + profile.nanos(Cost.SNOOP) + profile.nanos(Cost.DRAIN);
        return profile.nanos(Cost.TLBI) + Math.max(request + nonSync, profile.nanos(Cost.DSB) + request) + sync
            + profile.nanos(profile.hop(0, 0));
    }

    /**
     * The Misc Node's time for one operation: no machine gets more than one done in it, and one whose senders never let
     * it rest no fewer, as long as responses come back faster than the operations that a core may hold are distributed.
     *
     * @param profile the machine
     * @param cores   cores online
     * @return nanoseconds
     */
    public static double distribution(HardwareProfile profile, int cores) {
        return (cores - 1) * profile.nanos(Cost.TARGET);
    }
}
