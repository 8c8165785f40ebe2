package dev.salvo.results;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/**
 * What the replicates of a point took, round by round, and how well that is known: what decides whether more is measured.
 *
 * @param means by round, in the order measured: nanoseconds per page, time over pages, above 0; unmodifiable
 */
public record RoundMeans(Map<Integer, Double> means) {
    /** The fewest replicates that anything can be said with. */
    public static final int FEWEST = Replicates.ENOUGH;

    private static final double UPPER_TAIL = 0.5 + Interval.CONFIDENCE_PERCENT / 200.0;

    /** Of a point that was not measured. */
    public static final RoundMeans NONE = new RoundMeans(Map.of());

    /**
     * Of some rounds.
     *
     * @param means by round
     */
    public RoundMeans {
        means = Collections.unmodifiableMap(new LinkedHashMap<>(means));
    }

    /**
     * How many replicates there are.
     *
     * @return 0 or more
     */
    public int count() {
        return means.size();
    }

    /**
     * The last round.
     *
     * @return its number; 0 if there was none
     */
    public int last() {
        return means.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /**
     * How well the mean is known.
     *
     * @return half the width of its interval, as a share of it; infinite with fewer than {@value #FEWEST} replicates
     */
    public double halfWidth() {
        return means.isEmpty() ? Double.POSITIVE_INFINITY : replicates().halfWidthShare();
    }

    /**
     * How well the ratio to another point's mean is known, of the rounds that measured both.
     *
     * @param other the other
     * @return half the width of its interval, as a share of it; infinite with fewer than {@value #FEWEST} such rounds
     */
    public double ratioHalfWidth(RoundMeans other) {
        return means.isEmpty() || other.means.isEmpty() ? Double.POSITIVE_INFINITY
            : other.replicates().gain(replicates()).halfWidthShare();
    }

    private Replicates replicates() {
        return Replicates.of(means.keySet().stream().mapToInt(Integer::intValue).toArray(),
            means.values().stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Both ends of the interval of the mean of some replicates; not numbers with fewer than {@value #FEWEST}. */
    static double[] interval(double mean, double[] replicates) {
        if (replicates.length < FEWEST) {
            return new double[] {Double.NaN, Double.NaN};
        }
        if (Arrays.stream(replicates).allMatch(value -> value > 0)) {
            Replicates all = Replicates.of(IntStream.rangeClosed(1, replicates.length).toArray(), replicates);
            return new double[] {all.low() / all.mean() * mean, all.high() / all.mean() * mean};
        }
        double t = new TDistribution(null, replicates.length - 1).inverseCumulativeProbability(UPPER_TAIL);
        double error = t * new StandardDeviation().evaluate(replicates) / Math.sqrt(replicates.length);
        return new double[] {mean - error, mean + error};
    }
}
