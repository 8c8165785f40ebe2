package dev.salvo.results;

import dev.salvo.point.ClockKind;
import dev.salvo.point.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The results of a paced point: measure {@code total} at two dilations or more, three to show that they lie on a line,
 * and measure {@code control} at the same ones where there are victims. There is no {@code split}: a paced core takes
 * its times anyway. Every time in it is emulated already, wall-clock divided by the dilation.
 */
final class PacedPointFile {
    private final Point point;
    private final String file;
    private final Map<Double, JmhResult> totals = new TreeMap<>();
    private final Map<Double, JmhResult> controls = new TreeMap<>();
    private final double dilation;
    private final JmhResult largest;

    private PacedPointFile(Point point, List<JmhResult> results, String file) {
        this.point = point;
        this.file = file;
        for (JmhResult result : results) {
            Map<Double, JmhResult> into = switch (Measure.of(result)) {
                case TOTAL -> totals;
                case CONTROL -> controls;
                case SPLIT -> throw result.refused("params.measure", "total, control on the paced clock");
            };
            double at = result.dilation();
            if (into.putIfAbsent(at, result) != null) {
                throw new BadRunException(file + " holds two results of measure " + result.measure() + " at dilation "
                    + Figures.dilation(at) + "; accepted: one of each dilation");
            }
        }
        if (totals.size() < 2) {
            throw new BadRunException(file + " holds one dilation, " + Figures.dilation(totals.keySet().iterator()
                .next()) + "; accepted: two or more, from which emulated time is extrapolated");
        }
        for (double at : totals.keySet()) {
            PointFile.mustHaveControlIfVictims(point, controls.containsKey(at), " at dilation " + Figures.dilation(at),
                file);
        }
        for (double at : controls.keySet()) {
            if (!totals.containsKey(at)) {
                throw new BadRunException(file + " holds a control at dilation " + Figures.dilation(at)
                    + " and no total; accepted: the same dilations of both");
            }
        }
        this.dilation = totals.keySet().stream().mapToDouble(Double::doubleValue).max().getAsDouble();
        this.largest = totals.get(dilation);
    }

    /**
     * Reads a paced point.
     *
     * @param point   where
     * @param results of that point; at least one total
     * @param file    what to call the file when it is refused
     * @return the row, its batching gain not yet known
     * @throws BadRunException if dilations, controls or metrics are missing, or a figure is none
     */
    static Row row(Point point, List<JmhResult> results, String file) {
        return new PacedPointFile(point, results, file).row();
    }

    private Row row() {
        Map<Figure, Row.Measured> figures = PointFile.figures(ClockKind.PACED, this::measured);
        Row.Measured time = figures.get(Figure.NS_PER_PAGE);
        Row.Measured main = figures.get(Figure.mainOf(point.workload()));
        List<Row.Sampled> samples = totals.entrySet().stream().map(total -> Row.Sampled.of(total.getKey(),
            total.getValue().iterations(Figure.NS_PER_PAGE.metric()))).toList();
        return new Row(point, figures, Interval.within(time.value(), time.bound()), largest.forks(), largest.jdk(),
            new Row.Paced(dilation, main.bound(), main.straight()), samples, null);
    }

    private Row.Measured measured(Figure figure) {
        boolean unknown = figure.read().missing(ClockKind.PACED) != null && !largest.has(figure.metric());
        return switch (figure.read().reading()) {
            case SCORE -> PointFile.score(figure, largest, ClockKind.PACED);
            case LINE -> unknown ? Row.Measured.UNKNOWN : line(figure);
            case RATE -> unknown ? Row.Measured.UNKNOWN : Row.Measured.of(rate(figure.metric()));
            case SUM -> Row.Measured.of(totals.values().stream().mapToLong(total -> PointFile.sum(total, figure)).sum());
            case SLOWDOWN -> controls.isEmpty() ? Row.Measured.UNKNOWN
                : Row.Measured.of(extrapolated(at -> slowdowns(at, figure.metric())));
        };
    }

    private Row.Measured line(Figure figure) {
        Range range = figure.read().range();
        Extrapolation line = extrapolated(at -> range.forkMeans(totals.get(at), figure.metric()));
        Row.Measured measured = Row.Measured.of(line).held(range);
        return figure.read().isDistribution() ? measured.with(largest.distribution(figure.metric())) : measured;
    }

    /** It is the time that the host's part is added to; so what is on a line is seconds for each, not how many a second. */
    private Extrapolation rate(String metric) {
        return extrapolated(at -> Arrays.stream(positive(totals.get(at), metric)).map(rate -> 1 / rate).toArray()).inverse();
    }

    private Extrapolation extrapolated(Function<Double, double[]> forks) {
        List<Extrapolation.Sample> samples = new ArrayList<>();
        totals.keySet().forEach(at -> samples.add(new Extrapolation.Sample(at, forks.apply(at))));
        return Extrapolation.of(samples);
    }

    /** Forks of two measures have nothing in common, so any pairing does: the scatter of both is in the ratio then. */
    private double[] slowdowns(double at, String metric) {
        double[] control = positive(controls.get(at), metric);
        double[] disturbed = positive(totals.get(at), metric);
        if (control.length != disturbed.length) {
            throw new BadRunException(file + " holds " + disturbed.length + " forks of total at dilation "
                + Figures.dilation(at) + " and " + control.length + " of control; accepted: as many of each");
        }
        double[] slowdowns = new double[control.length];
        for (int i = 0; i < slowdowns.length; i++) {
            slowdowns[i] = control[i] / disturbed[i];
        }
        return slowdowns;
    }

    private static double[] positive(JmhResult result, String metric) {
        result.positiveScore(metric);
        double[] forks = result.forkMeans(metric);
        for (double fork : forks) {
            if (fork < JmhResult.LEAST_POSITIVE) {
                throw result.refused("secondaryMetrics." + metric + ".rawData", "forks above 0");
            }
        }
        return forks;
    }
}
