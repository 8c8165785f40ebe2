package dev.salvo.jmh;

import dev.salvo.workloads.program.Experiment;
import dev.salvo.workloads.program.Experiment.Measure;
import dev.salvo.workloads.program.ExperimentSpec;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * What recording costs: the same point with cores that record and with ordinary ones, in turns in this process, so that
 * both meet the same host. Each pair of turns gives a ratio; of those the median is told, with an interval that no
 * outlier moves: a host that was busy for some turns has not decided anything.
 *
 * <p>In one process both kinds of cores are loaded, so that calls to either look first which it is; JVMs that have one
 * kind each, {@code salvo jmh PageOut -p measure=total,recorded}, are free of that, and meet different hosts.
 */
public final class RecordingOverhead {
    /** More than a recording may cost. */
    public static final double LIMIT = 1.05;

    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
    private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);
    private static final int FEWEST_OPERATIONS = 3;

    private RecordingOverhead() {
    }

    /**
     * A comparison.
     *
     * @param plainNanos    median time per page on ordinary cores, ns
     * @param recordedNanos the same on cores that record
     * @param ratio         median of the pairs' ratios, recorded over plain
     * @param low           the lower end of its 95 % interval, from the ratios' ranks
     * @param high          the upper end
     * @param pairs         how many pairs of turns
     */
    public record Comparison(double plainNanos, double recordedNanos, double ratio, double low, double high,
                             int pairs) {
    }

    /**
     * Compares.
     *
     * @param spec   a point on the native clock
     * @param record what is recorded: some shootdowns, or each
     * @param pairs  how many pairs of turns, 6 or more: with fewer there is no interval
     * @return the comparison
     */
    public static Comparison compare(ExperimentSpec spec, Measure record, int pairs) {
        turn(spec, Measure.TOTAL, WARM_UP_NANOS);
        turn(spec, record, WARM_UP_NANOS);
        double[] plain = new double[pairs];
        double[] recorded = new double[pairs];
        double[] ratios = new double[pairs];
        for (int pair = 0; pair < pairs; pair++) {
            boolean plainFirst = pair % 2 == 0; // what drifts meets both alike
            double first = turn(spec, plainFirst ? Measure.TOTAL : record, TURN_NANOS);
            double second = turn(spec, plainFirst ? record : Measure.TOTAL, TURN_NANOS);
            plain[pair] = plainFirst ? first : second;
            recorded[pair] = plainFirst ? second : first;
            ratios[pair] = recorded[pair] / plain[pair];
        }
        Arrays.sort(ratios);
        // The median lies between these ranks but in 1 of 20 samples: half of n, and 1.96 deviations of a binomial.
        int rank = Math.max(0, (int) Math.floor((pairs - 1.96 * Math.sqrt(pairs)) / 2));
        Median median = new Median();
        return new Comparison(median.evaluate(plain), median.evaluate(recorded), median.evaluate(ratios), ratios[rank],
            ratios[pairs - 1 - rank], pairs);
    }

    /** The median time of a machine's operations, per page. */
    private static double turn(ExperimentSpec spec, Measure measure, long nanos) {
        Histogram operations = new Histogram(3);
        try (Experiment experiment =
                 new Experiment(spec, measure, sender -> sender == 0 ? operations::recordValue : time -> { })) {
            experiment.start();
            for (long begun = System.nanoTime();
                 System.nanoTime() - begun < nanos || operations.getTotalCount() < FEWEST_OPERATIONS; ) {
                experiment.operation();
            }
            experiment.finish();
        }
        return operations.getValueAtPercentile(50) / (double) Experiment.pagesOfOperation(spec);
    }
}
