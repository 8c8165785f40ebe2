package dev.salvo.results;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/**
 * A figure and the forks that it is of: the mean over them, or on the paced clock what that tends to as the dilation
 * grows. How far another set of forks would have led is found by drawing forks again, with replacement, within each
 * dilation, and doing with them all that was done with the measured ones. A fork is drawn whole: its iterations share
 * its compiled code and its memory, and are no samples of their own.
 *
 * <p>Draws are from a generator with a fixed seed, so that the same forks always give the same figures.
 */
final class ForkFigure {
    /** The fewest forks that a verdict can rest on. */
    static final int ENOUGH_FORKS = 5;
    static final int DRAWS = 1000;
    private static final long SEED = 7;

    /** At the least dilation first; a single one on the native clock. */
    private final List<Extrapolation.Sample> samples;
    private final double spread;
    /** Null where nothing is known of rounds. */
    private final Replicates replicates;

    private ForkFigure(List<Extrapolation.Sample> samples, double spread, Replicates replicates) {
        this.samples = samples;
        this.spread = spread;
        this.replicates = replicates;
    }

    /**
     * The figure of a row.
     *
     * @param row       the row
     * @param statistic what a fork's iterations are made into; a mean is that of a row that knows its rounds, the fork's time
     *                  over its pages
     */
    static ForkFigure of(Row row, Statistic statistic) {
        ForkFigure figure = of(row.samples(), statistic);
        return row.rounds() == null || statistic != Statistic.MEAN ? figure
            : new ForkFigure(List.of(new Extrapolation.Sample(1, row.rounds().nsPerPage().figures())), figure.spread,
                row.rounds().nsPerPage());
    }

    /**
     * A figure.
     *
     * @param sampled   what forks measured: once, or at two dilations or more
     * @param statistic what a fork's iterations are made into
     */
    static ForkFigure of(List<Row.Sampled> sampled, Statistic statistic) {
        List<Extrapolation.Sample> samples = new ArrayList<>();
        for (Row.Sampled at : sampled) {
            samples.add(new Extrapolation.Sample(at.dilation(),
                at.forks().stream().mapToDouble(statistic::of).toArray()));
        }
        samples.sort(Comparator.comparingDouble(Extrapolation.Sample::dilation));
        double[] all = sampled.get(sampled.size() - 1).forks().stream().flatMap(List::stream)
            .mapToDouble(Double::doubleValue).toArray();
        return new ForkFigure(samples, new StandardDeviation().evaluate(all) / new Mean().evaluate(all), null);
    }

    /** A figure of forks that have one value each, above 0. */
    static ForkFigure ofTimes(double[] forks) {
        return of(List.of(new Row.Sampled(1, Arrays.stream(forks).mapToObj(fork -> List.of(fork)).toList())),
            Statistic.MEAN);
    }

    /** The figure. */
    double value() {
        return samples.size() == 1 ? measured() : Extrapolation.value(samples);
    }

    /** The same, before it is extrapolated: the mean at the largest dilation. */
    double measured() {
        return samples.get(samples.size() - 1).mean();
    }

    /** How many forks there were, at the dilation that had the fewest. */
    int forks() {
        return samples.stream().mapToInt(sample -> sample.forks().length).min().getAsInt();
    }

    /** The figures by round, if they are known to be of rounds; else null. */
    Replicates replicates() {
        return replicates;
    }

    /** The iterations' standard deviation over their mean, at the largest dilation. */
    double spread() {
        return spread;
    }

    /** The figure of as many forks, drawn with replacement. */
    double drawn(SplittableRandom random) {
        List<Extrapolation.Sample> drawn = new ArrayList<>(samples.size());
        for (Extrapolation.Sample sample : samples) {
            double[] forks = new double[sample.forks().length];
            for (int i = 0; i < forks.length; i++) {
                forks[i] = sample.forks()[random.nextInt(forks.length)];
            }
            drawn.add(new Extrapolation.Sample(sample.dilation(), forks));
        }
        return new ForkFigure(drawn, spread, null).value();
    }

    /**
     * The standard error of the figure's logarithm. Draws from n forks scatter by sqrt((n - 1) / n) too little, since
     * the forks' own mean stands in for the one that is not known; that is made good. That of rounds is as it is in the
     * interval of their mean.
     *
     * @return at least 0; NaN with a single fork
     */
    double logError() {
        if (replicates != null) {
            return replicates.logError();
        }
        SplittableRandom random = new SplittableRandom(SEED);
        double[] logarithms = new double[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            logarithms[i] = Math.log(drawn(random));
        }
        return new StandardDeviation().evaluate(logarithms) * Math.sqrt(forks() / (forks() - 1.0));
    }
}
