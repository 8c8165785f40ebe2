package dev.salvo.jmh;

import dev.salvo.engine.host.PerfEvents;

/**
 * What async-profiler is told to sample, chosen from what was asked for and what this host permits.
 *
 * @param event what was asked for
 * @param used  what is sampled, in async-profiler's word
 * @param more  the profiler's other options for it, each after a semicolon
 * @param why   why something else or less is sampled than was asked for; empty if it is not
 */
public record Sampling(Event event, String used, String more, String why) {
    /** What can be asked for. */
    public enum Event {
        /** Where threads are, whether they run or wait: a shootdown's time is waited. */
        WALL("every thread in turn, running or waiting", "", true),
        /** What CPUs do. */
        CPU("threads that are on a CPU", "", true),
        /** Java monitors and locks that had to be waited for. */
        LOCK("every wait for a Java monitor or lock", "no contended lock on this path", false),
        /** Java objects. */
        ALLOC("every object allocated", "nothing allocated on this path", false);

        private final String sampled;
        private final String nothing;
        private final boolean isTime;

        Event(String sampled, String nothing, boolean isTime) {
            this.sampled = sampled;
            this.nothing = nothing;
            this.isTime = isTime;
        }

        /**
         * Whether a program that ran at all must have samples of it, and their shares are shares of time.
         *
         * @return false if the hope is that there are none
         */
        public boolean isTime() {
            return isTime;
        }

        /**
         * What it means if there are none.
         *
         * @return a few words; empty if there must be some
         */
        public String nothing() {
            return nothing;
        }

        /**
         * What a sample is of.
         *
         * @return a few words
         */
        public String sampled() {
            return sampled;
        }
    }

    /** Between two rounds of wall samples. A round takes eight threads, so a thread of a hundred is seen every 5 ms. */
    private static final int WALL_NANOS = 400_000;
    /** Of a thread's CPU time, by perf events. With a fifth of this, one fork of 100 cores took 42 s on two CPUs. */
    private static final int CPU_NANOS = 500_000;
    /** By a timer, which the kernel looks at once a tick, and never more often. */
    private static final int TIMER_NANOS = 1_000_000;

    /**
     * Chooses.
     *
     * @param event what was asked for
     * @param host  what the kernel says of perf events
     * @return what is sampled
     */
    public static Sampling of(Event event, PerfEvents host) {
        return switch (event) {
            case WALL -> new Sampling(event, "wall", ";interval=" + WALL_NANOS, "");
            case CPU -> ofCpu(host);
            // every one, not one in so many bytes or of so many microseconds: that there are none is the claim
            case LOCK -> new Sampling(event, "lock", ";rawCommand=lock=1", "");
            case ALLOC -> new Sampling(event, "alloc", ";rawCommand=alloc=1", "");
        };
    }

    private static Sampling ofCpu(PerfEvents host) {
        String interval = ";interval=" + CPU_NANOS;
        if (host.withKernel() == 0) {
            return new Sampling(Event.CPU, "cpu", interval, host.symbols() ? ""
                : "without the kernel's frames: it hides their addresses (kernel.kptr_restrict)");
        }
        if (host.userOnly() == 0) {
            return new Sampling(Event.CPU, "cpu", interval + ";alluser=true",
                "without the kernel's frames: perf events in the kernel are " + host.refusal(host.withKernel()));
        }
        return new Sampling(Event.CPU, "ctimer", ";interval=" + TIMER_NANOS,
            "each thread's CPU-time timer, without the kernel's frames: perf events are refused ("
                + host.refusal(host.userOnly()) + ")");
    }
}
