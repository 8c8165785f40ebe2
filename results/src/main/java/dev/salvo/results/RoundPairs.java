package dev.salvo.results;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.apache.commons.math3.stat.descriptive.moment.Mean;

/**
 * Figures that are of two paced rows, made fork by fork before anything is extrapolated: of forks of one round at one
 * dilation. What the host adds to both, and what the profile's software takes in both, is gone from a difference before a
 * line is put through it; so its interval is its own, and not the two rows' added up.
 */
final class RoundPairs {
    private RoundPairs() {
    }

    /** Time per page of one over that of another. */
    static Row.Measured ratio(Row row, Row other) {
        return of(row, other, (one, two) -> one / two);
    }

    /** Time per page of one less that of another, nanoseconds. */
    static Row.Measured difference(Row row, Row other) {
        return of(row, other, (one, two) -> one - two);
    }

    /**
     * Refused if messages of either row came late, or if the interval is too wide; a row's own interval may be, for what is
     * done to both is not in this one. Where the rows have too little in common nothing is known of how far off it may be.
     */
    private static Row.Measured of(Row row, Row other, DoubleBinaryOperator of) {
        for (Row each : List.of(row, other)) {
            Refusal refused = each.refused(Figure.NS_PER_PAGE);
            if (refused != null && refused.reason() == Refusal.Reason.SLIP) {
                return Row.Measured.UNKNOWN.refused(refused);
            }
        }
        Map<Double, double[]> others = new HashMap<>();
        other.samples().forEach(at -> others.put(at.dilation(), means(at)));
        List<Extrapolation.Sample> samples = new ArrayList<>();
        for (Row.Sampled at : row.samples()) {
            double[] one = means(at);
            double[] two = others.getOrDefault(at.dilation(), new double[0]);
            double[] both = new double[Math.min(one.length, two.length)];
            Arrays.setAll(both, i -> of.applyAsDouble(one[i], two[i]));
            if (both.length > 0) {
                samples.add(new Extrapolation.Sample(at.dilation(), both));
            }
        }
        if (samples.size() < 2) {
            return Row.Measured.of(of.applyAsDouble(row.value(Figure.NS_PER_PAGE), other.value(Figure.NS_PER_PAGE)));
        }
        Extrapolation line = Extrapolation.of(samples);
        return line.value() > 0 ? Row.Measured.of(line).unlessTooWide() : Row.Measured.of(line.value());
    }

    /** Of a paced fork there is one window. */
    private static double[] means(Row.Sampled sampled) {
        return sampled.forks().stream().mapToDouble(fork -> new Mean().evaluate(
            fork.stream().mapToDouble(Double::doubleValue).toArray())).toArray();
    }
}
