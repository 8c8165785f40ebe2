package dev.salvo.results;

import java.time.Instant;
import java.util.List;

/**
 * One JVM that measured a point in one round: a fork of a result of JMH's, and what was noted of it beside.
 *
 * @param round           the round, from 1 on; JVMs of the same round are paired
 * @param at              when it began to measure
 * @param steady          whether it had warmed up by the rule before it was measured
 * @param dropped         nanoseconds per page of the iterations that were thrown away as warm-up, in order
 * @param pages           pages that were done with in each measured iteration, each above 0
 * @param operations      values in its histogram of {@link Figure#NS_PER_PAGE}: lists, or operations; NaN if it is not known
 * @param foreignCpuShare share of the host's CPU time that others used while it measured, 0..1; NaN if it is not known
 * @param stealShare      share of the host's CPU time that the host itself did not get, 0..1; NaN if it is not known
 * @param turnNanos       a turn of the run queue, nanoseconds, measured beside it; NaN if it is not known
 * @param roundTripNanos  a cache line's round trip between two cores, nanoseconds, measured beside it; NaN if it is not known
 */
public record Replicate(int round, Instant at, boolean steady, List<Double> dropped, List<Double> pages, double operations,
        double foreignCpuShare, double stealShare, double turnNanos, double roundTripNanos) {
    /**
     * A figure of the whole JVM.
     *
     * @param iterations a time per page of each measured iteration
     * @return the sum of time over the sum of pages
     */
    double figure(double[] iterations) {
        return timeOverPages(iterations, pages.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** The sum of what pages took over their number, of iterations that took so long a page and did so many. */
    static double timeOverPages(double[] iterations, double[] pages) {
        double time = 0;
        double all = 0;
        for (int i = 0; i < iterations.length; i++) {
            time += iterations[i] * pages[i];
            all += pages[i];
        }
        return time / all;
    }
}
