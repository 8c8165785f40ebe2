package dev.salvo.results;

import java.util.List;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.moment.Mean;

/** What one fork's iterations are made into, before forks are compared: the figures compared are means over forks. */
public enum Statistic {
    /** The mean: what all of a fork's work took. */
    MEAN,
    /** The median: what it took in an iteration like most. */
    P50,
    /** The least: what it took in the luckiest iteration. */
    MIN;

    double of(List<Double> iterations) {
        double[] values = iterations.stream().mapToDouble(Double::doubleValue).toArray();
        return switch (this) {
            case MEAN -> new Mean().evaluate(values); // as a row's own figures are made
            case P50 -> StatUtils.percentile(values, 50);
            case MIN -> StatUtils.min(values);
        };
    }
}
