package dev.salvo.results;

import dev.salvo.point.ClockKind;
import dev.salvo.point.Load;
import dev.salvo.point.Point;
import dev.salvo.point.Workload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.JsonNode;

/**
 * One point's file: JMH's results for it, told apart by the parameter {@code measure}. Each {@link Figure} says in which of
 * them it is and how it is read. {@link PacedPointFile} reads those of a paced point.
 */
final class PointFile {
    private final Point point;
    private final String file;
    private final Map<Measure, JmhResult> results = new EnumMap<>(Measure.class);

    private PointFile(Point point, List<JmhResult> all, String file) {
        this.point = point;
        this.file = file;
        for (JmhResult result : all) {
            if (Measure.of(result) == Measure.CHECK) {
                throw result.refused("params.measure", "total, split, control on the native clock");
            }
            if (results.putIfAbsent(Measure.of(result), result) != null) {
                throw new BadRunException(file + " holds two results of measure " + result.measure()
                    + "; accepted: one point");
            }
        }
        if (!results.containsKey(Measure.SPLIT)) {
            throw new BadRunException(file + " holds no result of measure split");
        }
        mustHaveControlIfVictims(point, results.containsKey(Measure.CONTROL), "", file);
    }

    /**
     * Reads a point.
     *
     * @param json the file's bytes
     * @param file what to call the file when it is refused
     * @return the row, its batching gain not yet known
     * @throws BadRunException if the file is damaged, or holds anything but one point
     */
    static Row row(byte[] json, String file) {
        List<JmhResult> results = results(Json.tree(json, file), file);
        JmhResult any = results.stream().filter(result -> Measure.of(result) == Measure.TOTAL).findFirst()
            .orElseThrow(() -> new BadRunException(file + " holds no result of measure total"));
        Point point = point(any, file);
        for (JmhResult result : results) {
            sameAs(any, result, file);
        }
        return point.clock() == ClockKind.PACED ? PacedPointFile.row(point, results, file)
            : new PointFile(point, results, file).row();
    }

    private Row row() {
        JmhResult total = results.get(Measure.TOTAL);
        double[][] times = total.iterations(Figure.NS_PER_PAGE.metric());
        Map<Figure, Row.Measured> figures = figures(ClockKind.NATIVE, this::measured);
        return new Row(point, figures, Interval.around(figures.get(Figure.NS_PER_PAGE).value(), times), total.forks(),
            total.jdk(), null, List.of(Row.Sampled.of(1, times)));
    }

    /** All that are measured on a clock. */
    static Map<Figure, Row.Measured> figures(ClockKind clock, Function<Figure, Row.Measured> measured) {
        Map<Figure, Row.Measured> figures = new EnumMap<>(Figure.class);
        Figure.measuredOn(clock).forEach(figure -> figures.put(figure, measured.apply(figure)));
        return Collections.unmodifiableMap(figures);
    }

    private Row.Measured measured(Figure figure) {
        return switch (figure.read().reading()) {
            case SCORE, LINE, RATE -> score(figure, results.get(figure.read().measure()), ClockKind.NATIVE);
            case SUM -> Row.Measured.of(sum(results.get(Measure.TOTAL), figure) + sum(results.get(Measure.SPLIT), figure));
            case SLOWDOWN -> slowdown(figure);
        };
    }

    /** A figure as a result has it. */
    static Row.Measured score(Figure figure, JmhResult result, ClockKind clock) {
        Description read = figure.read();
        ToDoubleFunction<JmhResult> missing = read.missing(clock);
        if (missing != null && !result.has(figure.metric())) {
            return Row.Measured.of(missing.applyAsDouble(result));
        }
        if (!read.isDistribution()) {
            return Row.Measured.of(read.range().score(result, figure.metric()));
        }
        if (read.range() != Range.ANY) {
            read.range().score(result, figure.metric());
        }
        return Row.Measured.of(result.distribution(figure.metric())); // which may be empty
    }

    /** Whatever JMH made of the iterations. */
    static long sum(JmhResult result, Figure figure) {
        double sum = 0;
        for (double[] fork : result.iterations(figure.metric())) {
            for (double iteration : fork) {
                sum += iteration;
            }
        }
        return (long) Math.ceil(sum);
    }

    private Row.Measured slowdown(Figure figure) {
        JmhResult control = results.get(Measure.CONTROL);
        return control == null ? Row.Measured.UNKNOWN : Row.Measured.of(control.positiveScore(figure.metric())
            / results.get(Measure.TOTAL).positiveScore(figure.metric()));
    }

    private static List<JmhResult> results(JsonNode tree, String file) {
        if (!tree.isArray()) {
            throw new BadRunException(file + " is no JMH result file; accepted: an array of the results for one point");
        }
        List<JmhResult> results = new ArrayList<>();
        for (JsonNode element : tree) {
            JmhResult result = new JmhResult(element, file);
            Measure.of(result); // or it is refused
            results.add(result);
        }
        return results;
    }

    private static void sameAs(JmhResult total, JmhResult other, String file) {
        if (!other.params().equals(total.params())) {
            throw new BadRunException(file + " mixes points: parameters of total " + total.params() + ", of "
                + other.measure() + ' ' + other.params());
        }
        if (!other.jdk().equals(total.jdk())) {
            throw new BadRunException(file + " mixes JDKs: total ran on " + total.jdk() + ", " + other.measure()
                + " on " + other.jdk());
        }
    }

    private static Point point(JmhResult total, String file) {
        try {
            return Point.of(total.params());
        } catch (IllegalArgumentException e) {
            throw new BadRunException(file + ": params." + e.getMessage(), e);
        }
    }

    /** Refuses a point that has victims and no control, or a control and no victims. */
    static void mustHaveControlIfVictims(Point point, boolean control, String where, String file) {
        boolean victims = point.computes();
        if (control && !victims) {
            throw new BadRunException(file + " holds a control although its load is idle");
        }
        if (victims && !control) {
            throw new BadRunException(file + " holds no result of measure control" + where + ", which "
                + (point.workload().computes() ? "the workload " + Point.word(point.workload())
                    : "a load of " + Point.word(point.load())) + " needs");
        }
    }
}
