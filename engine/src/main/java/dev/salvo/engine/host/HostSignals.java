package dev.salvo.engine.host;

import java.util.Optional;

/**
 * What the host was like while something was measured: what a turn of its run queue and a cache line's round trip cost
 * then, which are the units of the time that cores wait in, and which share of its CPUs others had, or a hypervisor
 * kept.
 *
 * <pre>
 * HostSignals.Begun begun = HostSignals.before(host, placement);
 * ...                                                 // what is measured
 * HostSignals signals = begun.after();
 * </pre>
 *
 * <p>What the host does not tell is NaN.
 *
 * @param turnNanos       a turn of the run queue, {@link Turn}, ns: the mean of one before and one after
 * @param roundTripNanos  a cache line's round trip, {@link RoundTrip}, ns: the mean of one before and one after; NaN on
 *                        a single CPU
 * @param foreignCpuShare the share of the time of the CPUs that this process may use which others had in between, 0..1:
 *                        whatever is neither this process nor a child that it has waited for
 * @param stealShare      the share of that time which a hypervisor kept, 0..1
 */
public record HostSignals(double turnNanos, double roundTripNanos, double foreignCpuShare, double stealShare) {
    /** Who loses more of its CPUs than this to others has measured them, too. A host's own services take 1 to 2 %. */
    public static final double MOST_TAKEN = 0.05;

    private static final long SLICE_NANOS = 3_000_000;

    /** A measurement that goes on; used by the thread that began it. */
    public static final class Begun {
        private final HostTopology host;
        private final Placement placement;
        private final double turn;
        private final double roundTrip;
        private final Optional<CpuUse> use;

        private Begun(HostTopology host, Placement placement) {
            this.host = host;
            this.placement = placement;
            // Once in vain, for code that has not been compiled would be part of the figure.
            Turn.measure(placement, SLICE_NANOS);
            RoundTrip.measure(placement, SLICE_NANOS);
            turn = Turn.measure(placement, SLICE_NANOS);
            roundTrip = RoundTrip.measure(placement, SLICE_NANOS);
            use = CpuUse.read(host);
        }

        /**
         * Ends it. Takes some 6 ms, in which the machine's cores should not run.
         *
         * @return what the host was like since
         * @throws IllegalStateException if a thread cannot be pinned
         */
        public HostSignals after() {
            Optional<CpuUse> now = CpuUse.read(host);
            double turnNow = Turn.measure(placement, SLICE_NANOS);
            double roundTripNow = RoundTrip.measure(placement, SLICE_NANOS);
            return of((turn + turnNow) / 2, (roundTrip + roundTripNow) / 2, use, now);
        }
    }

    /**
     * Begins. Takes some 12 ms, in which the machine's cores should not run, and more the more cores there are: a turn
     * takes a thread for each.
     *
     * @param host      this host
     * @param placement where the cores are that will be measured
     * @return what is to be ended
     * @throws IllegalStateException if a thread cannot be pinned
     */
    public static Begun before(HostTopology host, Placement placement) {
        return new Begun(host, placement);
    }

    static HostSignals of(double turn, double roundTrip, Optional<CpuUse> before, Optional<CpuUse> after) {
        boolean told = before.isPresent() && after.isPresent();
        return new HostSignals(turn, roundTrip, told ? after.get().othersShareSince(before.get()) : Double.NaN,
            told ? after.get().stolenShareSince(before.get()) : Double.NaN);
    }

    /**
     * Whether what was measured is to be marked, and measured again once.
     *
     * @return {@link #isDisturbed(double, double)} of these shares
     */
    public boolean disturbed() {
        return isDisturbed(foreignCpuShare, stealShare);
    }

    /**
     * The same of shares that were stored: whether others and a hypervisor together had more than {@link #MOST_TAKEN}
     * of the CPUs' time. What is not known is not held against a host.
     *
     * @param foreignCpuShare others' share; NaN if it is not known
     * @param stealShare      the hypervisor's share; NaN if it is not known
     * @return whether they had
     */
    public static boolean isDisturbed(double foreignCpuShare, double stealShare) {
        double foreign = Double.isNaN(foreignCpuShare) ? 0 : foreignCpuShare;
        double stolen = Double.isNaN(stealShare) ? 0 : stealShare;
        return foreign + stolen > MOST_TAKEN;
    }
}
