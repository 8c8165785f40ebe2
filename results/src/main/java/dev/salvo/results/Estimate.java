package dev.salvo.results;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/**
 * A figure that may as well be 0 or below, such as a difference or a slope, with Student's interval over rounds: the mean and
 * t s / sqrt n to either side. Logarithms, by which {@link Replicates} have theirs, it has not.
 *
 * @param mean over the rounds; NaN if there is none
 * @param low  lower end of its 95 % interval; NaN with fewer than {@link Replicates#ENOUGH} rounds
 * @param high upper end; NaN with fewer
 */
public record Estimate(double mean, double low, double high) {
    /** Nothing is known. */
    static final Estimate UNKNOWN = new Estimate(Double.NaN, Double.NaN, Double.NaN);

    /** Over a figure of each round. */
    static Estimate of(double[] rounds) {
        if (rounds.length == 0) {
            return UNKNOWN;
        }
        double mean = new Mean().evaluate(rounds);
        if (rounds.length < Replicates.ENOUGH) {
            return new Estimate(mean, Double.NaN, Double.NaN);
        }
        double reach = new TDistribution(null, rounds.length - 1.0).inverseCumulativeProbability(Interval.UPPER_TAIL)
            * new StandardDeviation().evaluate(rounds) / Math.sqrt(rounds.length);
        return new Estimate(mean, mean - reach, mean + reach);
    }

    /** So many times as much. */
    Estimate times(double factor) {
        double[] ends = {factor * low, factor * high};
        Arrays.sort(ends);
        return new Estimate(factor * mean, ends[0], ends[1]);
    }

    /**
     * Whether there is a mean.
     *
     * @return whether there was a round at all
     */
    public boolean known() {
        return Double.isFinite(mean);
    }

    /**
     * How far the interval reaches.
     *
     * @return half its width, in the figure's unit; infinite if there is none
     */
    public double halfWidth() {
        return Double.isNaN(low) ? Double.POSITIVE_INFINITY : (high - low) / 2;
    }

    /** Such as {@code 1.24 µs ±3%}, of nanoseconds. */
    String time() {
        return Figures.time(mean) + (Double.isFinite(halfWidth()) ? ' ' + Figures.bound(halfWidth() / Math.abs(mean)) : "");
    }
}
