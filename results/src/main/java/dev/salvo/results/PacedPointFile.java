package dev.salvo.results;

import dev.salvo.point.ClockKind;
import dev.salvo.point.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The results of a paced point: measure {@code total} at two dilations or more, three to show that they lie on a line,
 * and measure {@code control} at the same ones where there are victims. There is no {@code split}: a paced core takes
 * its times anyway. Every time in it is emulated already, wall-clock divided by the dilation.
 */
final class PacedPointFile {
    private static final Set<Figure> PARTS = EnumSet.of(Figure.SPLIT_NS_PER_PAGE, Figure.ISSUE_NS_PER_PAGE,
        Figure.WAIT_NS_PER_PAGE, Figure.SOFTWARE_NS_PER_PAGE);

    private final Point point;
    private final String file;
    private final Map<Double, JmhResult> totals = new TreeMap<>();
    private final Map<Double, JmhResult> controls = new TreeMap<>();
    private final double dilation;
    private final JmhResult largest;
    private final boolean inRounds;
    private final JmhResult check;

    private PacedPointFile(Point point, List<JmhResult> results, String file) {
        this.point = point;
        this.file = file;
        Map<Double, JmhResult> checks = new TreeMap<>();
        for (JmhResult result : results) {
            Map<Double, JmhResult> into = switch (Measure.of(result)) {
                case TOTAL -> totals;
                case CONTROL -> controls;
                case SPLIT -> throw result.refused("params.measure", "total, control, check on the paced clock");
                case CHECK -> checks;
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
        this.inRounds = totals.values().stream().noneMatch(total -> total.replicates().isEmpty());
        if (checks.size() > 1 || checks.keySet().stream().anyMatch(at -> at <= dilation)) {
            throw new BadRunException(file + " holds checks at the dilations " + checks.keySet() + "; accepted: one, above "
                + Figures.dilation(dilation) + ", the largest of the totals");
        }
        this.check = checks.values().stream().findFirst().orElse(null);
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
        Row.Measured flush = Row.Measured.UNKNOWN;
        Row.Check checked = check == null ? null : checked();
        if (inRounds) {
            figures = believed(figures, checked);
            flush = refusedAtAll() == null ? flush().unlessTooWide() : flush.refused(refusedAtAll());
        }
        Row.Measured time = figures.get(Figure.NS_PER_PAGE);
        Row.Measured main = figures.get(Figure.mainOf(point.workload()));
        List<Row.Sampled> samples = totals.entrySet().stream().map(total -> Row.Sampled.of(total.getKey(),
            total.getValue().iterations(Figure.NS_PER_PAGE.metric()))).toList();
        return new Row(point, figures, time.interval(), largest.forks(), largest.jdk(),
            new Row.Paced(dilation, main.bound(), main.straightness(), inRounds, flush, checked), samples, null);
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
        Extrapolation time = extrapolated(at -> Arrays.stream(positive(totals.get(at), metric)).map(rate -> 1 / rate)
            .toArray());
        return inRounds ? time.inverse() : BoundAsBefore.inverse(time);
    }

    private Extrapolation extrapolated(Function<Double, double[]> forks) {
        List<Extrapolation.Sample> samples = new ArrayList<>();
        totals.keySet().forEach(at -> samples.add(new Extrapolation.Sample(at, forks.apply(at))));
        return inRounds ? Extrapolation.of(samples) : BoundAsBefore.of(samples);
    }

    /** What TLBI and DSB take together in one JVM varies less than either, and ends nearer to what it was measured as. */
    private Row.Measured flush() {
        return Row.Measured.of(extrapolated(at -> {
            double[] issue = totals.get(at).forkMeans(Figure.ISSUE_NS_PER_PAGE.metric());
            double[] wait = totals.get(at).forkMeans(Figure.WAIT_NS_PER_PAGE.metric());
            double[] both = new double[issue.length];
            Arrays.setAll(both, fork -> issue[fork] + wait[fork]);
            return both;
        }));
    }

    /**
     * Null if the row's figures are each to be judged by its own bound. The slip is what all cores' messages were late by, added up;
     * for so much of the time a core's were, in the mean.
     */
    private Refusal refusedAtAll() {
        double slip = largest.score(Figure.SLIP_SHARE.metric()) / point.cores();
        return slip > Refusal.MOST_SLIP ? Refusal.slip(slip) : null;
    }

    private Map<Figure, Row.Measured> believed(Map<Figure, Row.Measured> figures, Row.Check checked) {
        Map<Figure, Row.Measured> believed = new EnumMap<>(figures);
        if (checked != null && !checked.holds()) {
            believed.computeIfPresent(Figure.NS_PER_PAGE, (page, time) -> time.reaching(checked.measured()));
        }
        Refusal ofPage = refusedAtAll() != null ? refusedAtAll()
            : believed.get(Figure.NS_PER_PAGE).unlessTooWide().refused();
        believed.replaceAll((figure, measured) -> switch (figure.read().reading()) {
            case SCORE, SUM -> measured; // at the dilation that stands beside it
            case LINE, RATE, SLOWDOWN -> Double.isNaN(measured.value()) ? measured
                : refusedAtAll() != null ? measured.refused(refusedAtAll())
                : PARTS.contains(figure) ? (ofPage == null ? measured : measured.refused(ofPage)) : measured.unlessTooWide();
        });
        return Collections.unmodifiableMap(believed);
    }

    /** What a page takes is checked, whatever the row's main figure is. */
    private Row.Check checked() {
        List<Extrapolation.Sample> samples = new ArrayList<>();
        totals.forEach((at, total) -> samples.add(new Extrapolation.Sample(at, times(total))));
        return Extrapolation.foretold(samples, new Extrapolation.Sample(check.dilation(), times(check)));
    }

    private static double[] times(JmhResult result) {
        return Figure.NS_PER_PAGE.read().range().forkMeans(result, Figure.NS_PER_PAGE.metric());
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
