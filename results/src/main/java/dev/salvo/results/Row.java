package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What was measured at one point. What was not measured is NaN.
 *
 * <p>On the paced clock every time is emulated: wall-clock divided by the dilation, and the means, shares and rates are
 * what they tend to as the dilation grows; percentiles and counts are those of the largest dilation. A paced core takes
 * its times anyway, so there the split is of the same forks as the total.
 *
 * @param point          where
 * @param nsPerPage      wall time of one sender's list, divided by its pages, over all senders' lists; uninstrumented
 *                       forks
 * @param nsPerPageError how far the mean of {@code nsPerPage} can be trusted
 * @param pagesPerSecond pages reclaimed per second of wall-clock, all senders together; uninstrumented forks
 * @param opsPerSecond   operations of the workload per second, all senders together; NaN in runs from before they were
 *                       counted
 * @param split          where the time goes, from the instrumented forks
 * @param counts         what happened in the uninstrumented forks, times aside
 * @param ackDelayNs     from the issue of an invalidation to a running core's acknowledgement; instrumented forks
 * @param victimSlowdown user accesses per CPU-second without invalidations, divided by those with them, on the cores
 *                       that run the user program; above 1 is slower; NaN if none does
 * @param hostCpus       how many of the host's CPUs the cores' threads were pinned to, at least 1
 * @param forks          how many uninstrumented forks, at least 1
 * @param jdk            version of the JDK that ran them
 * @param batchingGain   mean of the synchronous strategy at the same point divided by this mean; NaN for the
 *                       synchronous strategy itself, or if it was not measured at this point
 * @param paced          how far emulated time can be trusted; null on the native clock
 * @param samples        what {@code nsPerPage} is from, fork by fork: once on the native clock, for each dilation on
 *                       the paced one, the least first
 */
public record Row(Point point, Distribution nsPerPage, Interval nsPerPageError, double pagesPerSecond,
        double opsPerSecond, Split split, Counts counts, Distribution ackDelayNs, double victimSlowdown, int hostCpus,
        int forks, String jdk, double batchingGain, Paced paced, List<Sampled> samples) {
    private static final double DISTURBANCE = 0.10;
    private static final Set<Axis> BUT_STRATEGY = Set.of(Axis.STRATEGY);
    private static final Set<Axis> BUT_STRATEGY_AND_BATCH = Set.of(Axis.STRATEGY, Axis.BATCH);

    /**
     * How a time was distributed. Percentiles are a histogram's, not of means.
     *
     * @param mean mean, nanoseconds
     * @param p50  median, nanoseconds
     * @param p99  99th percentile, nanoseconds
     * @param p999 99.9th percentile, nanoseconds
     * @param max  greatest, nanoseconds
     */
    public record Distribution(double mean, double p50, double p99, double p999, double max) {
        /** Nothing was measured. */
        static final Distribution NONE = new Distribution(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    /**
     * Where a sender's time goes, measured in forks of its own because the timestamps cost time themselves.
     *
     * @param nsPerPage         mean nanoseconds per page in all, timestamps included
     * @param issueNsPerPage    of it, issuing invalidations
     * @param waitNsPerPage     of it, waiting for their completion
     * @param softwareNsPerPage of it, the rest: the kernel's path
     * @param flushShare        share of the program's time in the flush functions, 0..1
     */
    public record Split(double nsPerPage, double issueNsPerPage, double waitNsPerPage, double softwareNsPerPage,
            double flushShare) {
    }

    /**
     * What happened, counted. Totals are over the measured iterations as the benchmark summed or averaged them.
     *
     * @param tlbiPerPage     invalidations issued per page
     * @param dsbIshPerPage   barriers that wait for completion, per page
     * @param dsbIshstPerPage barriers that order stores, per page
     * @param tlbHits         accesses that a TLB could translate
     * @param tlbMisses       accesses that took a walk
     * @param staleUses       accesses through a translation whose page was gone, in every measured iteration of the
     *                        uninstrumented and the instrumented forks; a row with any proves its strategy broken
     * @param yields          times a waiting core gave up its CPU
     * @param wakeUps         times a parked core was woken
     * @param wakeUpsPerPage  the same per page; NaN if cores were woken in a run that did not count pages with it
     * @param runDelayMs      milliseconds the cores' threads were ready to run and did not
     */
    public record Counts(double tlbiPerPage, double dsbIshPerPage, double dsbIshstPerPage, double tlbHits,
            double tlbMisses, long staleUses, double yields, double wakeUps, double wakeUpsPerPage,
            double runDelayMs) {
    }

    /**
     * How far the emulated time of a row can be trusted.
     *
     * @param dilation   the largest dilation, wall-clock per emulated time as it was asked for
     * @param errorBound how far off the row's main figure may be, as a share of it: {@link Bounds#opsPerSecond} of the
     *                   workload protect, {@link Bounds#victimSlowdown} of victim, {@link Bounds#nsPerPage} of the
     *                   others
     * @param bounds     how far off each figure may be
     * @param straight   whether the main figure fell along a straight line in 1 / dilation, so that it may be
     *                   extrapolated; false if only two dilations were measured, which cannot show it
     * @param slipShare  share of emulated time by which messages came later than planned, at the largest dilation
     * @param overrunNs  by how much waits ended late, emulated nanoseconds, at the largest dilation
     * @param slowdown   wall-clock per emulated time as it was, at the largest dilation
     */
    public record Paced(double dilation, double errorBound, Bounds bounds, boolean straight, double slipShare,
            Distribution overrunNs, double slowdown) {
        /**
         * Whether the bound is too wide for the figure to be quoted without it.
         *
         * @return whether it is over 10 %; false if it is not known
         */
        public boolean wide() {
            return errorBound > Extrapolation.WIDE;
        }
    }

    /**
     * How far off emulated figures may be, each as a share of the figure: the way from the value at the largest
     * dilation to the extrapolated one, and half the 95 % interval over the forks at the largest dilation. NaN if there
     * were fewer than three forks, or no such figure; infinite if the figure is 0.
     *
     * @param nsPerPage      of the mean time per page
     * @param flushShare     of the flush functions' share of the time
     * @param opsPerSecond   of the operations per second
     * @param victimSlowdown of the victims' slowdown
     */
    public record Bounds(double nsPerPage, double flushShare, double opsPerSecond, double victimSlowdown) {
    }

    /**
     * What the uninstrumented forks measured, iteration by iteration.
     *
     * @param dilation at which dilation; 1 on the native clock
     * @param forks    each fork's iterations, nanoseconds per page, emulated ones on the paced clock; none empty
     */
    public record Sampled(double dilation, List<List<Double>> forks) {
        static Sampled of(double dilation, double[][] forks) {
            return new Sampled(dilation, Arrays.stream(forks).map(fork -> Arrays.stream(fork).boxed().toList())
                .toList());
        }
    }

    /**
     * Whether the timestamps of the instrumented forks changed what they measure.
     *
     * @return whether their mean differs by more than 10 % from that of the uninstrumented forks
     */
    public boolean splitDisturbs() {
        return Math.abs(split.nsPerPage / nsPerPage.mean - 1) > DISTURBANCE;
    }

    /**
     * Whether cores had to share CPUs, so that on the native clock the host's scheduler is part of every time in this
     * row.
     *
     * @return whether there were more cores than CPUs
     */
    public boolean oversubscribed() {
        return point.cores() > hostCpus;
    }

    /**
     * Whether the host's scheduler is part of this row's times: on the paced clock sharing CPUs is what the dilation is
     * for, and what it cost is in the bound.
     */
    boolean scheduled() {
        return paced == null && oversubscribed();
    }

    /** Whether these figures are of user programs beside the senders too. */
    boolean hasVictims() {
        return point.computes();
    }

    /**
     * Rows as they are shown: sorted by point, each batched one with its gain.
     *
     * @param rows rows of one run, in any order
     * @return the rows, sorted; unmodifiable
     */
    static List<Row> shown(Collection<Row> rows) {
        List<Row> shown = new ArrayList<>(rows.size());
        for (Row row : rows) {
            double synchronous = synchronous(row.point, rows).map(sync -> sync.nsPerPage.mean).orElse(Double.NaN);
            shown.add(row.withGain(synchronous / row.nsPerPage.mean));
        }
        shown.sort((a, b) -> a.point.compareTo(b.point));
        return List.copyOf(shown);
    }

    /**
     * The row that another's batching gain is over: of the synchronous strategy, at the same point. The batch means
     * nothing to that strategy: its row serves for any batch, if it is the only one.
     *
     * @param point of the other
     * @param rows  rows of one run
     * @return the row; empty if there is none, or if the other is synchronous itself
     */
    static Optional<Row> synchronous(Point point, Collection<Row> rows) {
        if (point.strategy() == Strategy.SYNC) {
            return Optional.empty();
        }
        List<Row> found = new ArrayList<>();
        for (Row row : rows) {
            if (row.point.strategy() == Strategy.SYNC && row.point.agrees(point, BUT_STRATEGY_AND_BATCH)) {
                if (row.point.agrees(point, BUT_STRATEGY)) {
                    return Optional.of(row);
                }
                found.add(row);
            }
        }
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private Row withGain(double gain) {
        return new Row(point, nsPerPage, nsPerPageError, pagesPerSecond, opsPerSecond, split, counts, ackDelayNs,
            victimSlowdown, hostCpus, forks, jdk, gain, paced, samples);
    }
}
