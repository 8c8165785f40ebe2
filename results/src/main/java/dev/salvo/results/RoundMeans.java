package dev.salvo.results;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/**
 * What the replicates of a point took, round by round, and how well that is known: what decides whether more is measured.
 *
 * @param means by round, in the order measured: nanoseconds per page, time over pages, above 0; unmodifiable
 */
public record RoundMeans(Map<Integer, Double> means) {
    /** The fewest replicates that anything can be said with. */
    public static final int FEWEST = 3;
    /** Of a point that was not measured. */
    public static final RoundMeans NONE = new RoundMeans(Map.of());

    private static final double UPPER_TAIL = 0.5 + Interval.CONFIDENCE_PERCENT / 200.0;

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
        return halfWidth(List.copyOf(means.values()));
    }

    /**
     * How well the ratio to another point's mean is known, of the rounds that measured both.
     *
     * @param other the other
     * @return half the width of its interval, as a share of it; infinite with fewer than {@value #FEWEST} such rounds
     */
    public double ratioHalfWidth(RoundMeans other) {
        List<Double> ratios = new ArrayList<>();
        means.forEach((round, mean) -> {
            if (other.means.containsKey(round)) {
                ratios.add(mean / other.means.get(round));
            }
        });
        return halfWidth(ratios);
    }

    private static double halfWidth(List<Double> values) {
        return values.size() < FEWEST ? Double.POSITIVE_INFINITY
            : factor(values.stream().mapToDouble(Double::doubleValue).toArray()) - 1;
    }

    /** By how much a mean of such values may be too small or too large: Student's t on their logarithms. */
    private static double factor(double[] values) {
        double[] logs = new double[values.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = Math.log(values[i]);
        }
        double t = new TDistribution(null, logs.length - 1).inverseCumulativeProbability(UPPER_TAIL);
        return Math.exp(t * new StandardDeviation().evaluate(logs) / Math.sqrt(logs.length));
    }

    /** Both ends of the interval of the mean of some replicates; not numbers with fewer than {@value #FEWEST}. */
    static double[] interval(double mean, double[] replicates) {
        if (replicates.length < FEWEST) {
            return new double[] {Double.NaN, Double.NaN};
        }
        if (Arrays.stream(replicates).allMatch(value -> value > 0)) {
            double factor = factor(replicates);
            return new double[] {mean / factor, mean * factor};
        }
        double t = new TDistribution(null, replicates.length - 1).inverseCumulativeProbability(UPPER_TAIL);
        double error = t * new StandardDeviation().evaluate(replicates) / Math.sqrt(replicates.length);
        return new double[] {mean - error, mean + error};
    }
}
