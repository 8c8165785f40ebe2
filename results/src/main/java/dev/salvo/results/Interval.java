package dev.salvo.results;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/**
 * How far a figure can be trusted, a mean time above all: an interval that covers it with 95 % confidence, as far as the
 * samples tell.
 *
 * <p>The interval is the mean divided and multiplied by one factor, exp(t s / sqrt n), with s the standard deviation of
 * the samples' logarithms and t Student's for n - 1 degrees of freedom. Times are positive and err by factors; the
 * plain interval reaches below zero as soon as one iteration in five takes four times as long, which no time does and
 * no logarithmic axis can draw.
 *
 * <p>From three forks on, the samples are the forks' means: iterations of one fork share its compiled code and its
 * memory, so they are not independent. Two forks leave one degree of freedom and t = 12.7, which says nothing; with
 * fewer than three the samples are the iterations' means, {@link #over} says so, and the interval is stretched where
 * need be to take in every fork's own mean. What it cannot tell then is how another fork would have differed.
 *
 * <p>Where the rounds are known that forks were measured in, the interval is that of {@link Replicates}.
 *
 * <p>On the paced clock the interval is another: the emulated mean and {@link Row.Measured#bound} of it to both
 * sides, the lower end not below 0.
 *
 * @param low  lower end, nanoseconds, above 0 on the native clock; NaN if there was a single sample
 * @param high upper end, nanoseconds; NaN if there was a single sample
 * @param over what the samples were
 */
public record Interval(double low, double high, Samples over) {
    /** The probability that such an interval covers the mean, in per cent. */
    public static final int CONFIDENCE_PERCENT = 95;

    /** The fewest forks that are samples by themselves. */
    static final int ENOUGH_FORKS = 3;

    /** Of a figure whose samples are not known. */
    static final Interval UNKNOWN = new Interval(Double.NaN, Double.NaN, Samples.ITERATIONS);

    /** The quantile at which its upper end lies. */
    static final double UPPER_TAIL = 0.5 + CONFIDENCE_PERCENT / 200.0;

    /** What an interval's samples are. */
    public enum Samples {
        /** Means of forks. */
        FORKS,
        /** Means of iterations, of one fork or two. */
        ITERATIONS
    }

    /**
     * Whether there were samples enough for an interval.
     *
     * @return whether {@link #low} and {@link #high} are figures
     */
    public boolean known() {
        return Double.isFinite(low) && Double.isFinite(high);
    }

    /** The interval of so great a share of a mean to both sides; not known if the share is not. */
    static Interval within(double mean, double share) {
        return new Interval(Double.isFinite(share) ? Math.max(0, mean * (1 - share)) : Double.NaN,
            Double.isFinite(share) ? mean * (1 + share) : Double.NaN, Samples.FORKS);
    }

    /**
     * The interval around a mean.
     *
     * @param mean       nanoseconds, above 0
     * @param iterations each fork's iterations, nanoseconds, all above 0; at least one of each
     * @return the interval
     */
    static Interval around(double mean, double[][] iterations) {
        double[] forks = Arrays.stream(iterations).mapToDouble(new Mean()::evaluate).toArray();
        Samples over = forks.length >= ENOUGH_FORKS ? Samples.FORKS : Samples.ITERATIONS;
        double[] samples = over == Samples.FORKS ? forks : Arrays.stream(iterations).flatMapToDouble(Arrays::stream)
            .toArray();
        if (samples.length < 2) {
            return new Interval(Double.NaN, Double.NaN, over);
        }
        double s = new StandardDeviation().evaluate(Arrays.stream(samples).map(Math::log).toArray());
        double t = new TDistribution(null, samples.length - 1).inverseCumulativeProbability(UPPER_TAIL);
        double factor = Math.exp(t * s / Math.sqrt(samples.length));
        double low = mean / factor;
        double high = mean * factor;
        if (over == Samples.ITERATIONS) {
            low = Math.min(low, Arrays.stream(forks).min().getAsDouble());
            high = Math.max(high, Arrays.stream(forks).max().getAsDouble());
        }
        return new Interval(low, high, over);
    }
}
