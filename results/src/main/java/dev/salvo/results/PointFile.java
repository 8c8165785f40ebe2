package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.ClockKind;
import dev.salvo.point.Load;
import dev.salvo.point.Point;
import dev.salvo.point.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import tools.jackson.databind.JsonNode;

/**
 * One point's file: JMH's results for it, told apart by the parameter {@code measure}. Each {@link Figure} says in which of
 * them it is and how it is read. {@link PacedPointFile} reads those of a paced point.
 *
 * <p>Where the file tells of the rounds that its forks were measured in, a time per page is each fork's time over its pages,
 * averaged over forks; those of the split are of the rounds that the total has, too.
 */
final class PointFile {
    private final Point point;
    private final String file;
    private final Map<Measure, JmhResult> results = new EnumMap<>(Measure.class);
    /** Of the results whose rounds are known. */
    private final Map<Measure, List<Replicate>> replicates = new EnumMap<>(Measure.class);

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
        results.forEach((measure, result) -> {
            List<Replicate> noted = result.replicates();
            if (!noted.isEmpty()) {
                replicates.put(measure, noted);
            }
        });
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
        Rounds rounds = rounds();
        Interval error = rounds == null ? Interval.around(figures.get(Figure.NS_PER_PAGE).value(), times)
            : rounds.nsPerPage().interval();
        return new Row(point, figures, error, total.forks(), total.jdk(), null, List.of(Row.Sampled.of(1, times)), rounds);
    }

    private boolean hasRounds() {
        return replicates.containsKey(Measure.TOTAL);
    }

    /** Null if nothing is known of them. */
    private Rounds rounds() {
        if (!hasRounds()) {
            return null;
        }
        List<Replicate> others = replicates.entrySet().stream().filter(each -> each.getKey() != Measure.TOTAL)
            .flatMap(each -> each.getValue().stream()).toList();
        return new Rounds(replicates.get(Measure.TOTAL), others, times(Measure.TOTAL),
            replicates.containsKey(Measure.SPLIT) ? times(Measure.SPLIT) : null);
    }

    private Replicates times(Measure measure) {
        return replicates(measure, Figure.NS_PER_PAGE, figures(measure, Figure.NS_PER_PAGE));
    }

    private Replicates replicates(Measure measure, Figure figure, double[] figures) {
        if (Arrays.stream(figures).anyMatch(each -> each < JmhResult.LEAST_POSITIVE)) {
            throw results.get(measure).refused("secondaryMetrics." + figure.metric() + ".rawData", "forks above 0");
        }
        return Replicates.of(replicates.get(measure).stream().mapToInt(Replicate::round).toArray(), figures);
    }

    /** Of each fork the time over the pages. */
    private double[] figures(Measure measure, Figure figure) {
        double[][] iterations = results.get(measure).iterations(figure.metric());
        double[] figures = new double[iterations.length];
        for (int i = 0; i < figures.length; i++) {
            Replicate replicate = replicates.get(measure).get(i);
            if (iterations[i].length != replicate.pages().size()) {
                throw results.get(measure).refused("secondaryMetrics." + figure.metric() + ".rawData",
                    "as many iterations as " + Figure.NS_PER_PAGE.metric() + " has");
            }
            figures[i] = replicate.figure(iterations[i]);
        }
        return figures;
    }

    /** All that are measured on a clock. */
    static Map<Figure, Row.Measured> figures(ClockKind clock, Function<Figure, Row.Measured> measured) {
        Map<Figure, Row.Measured> figures = new EnumMap<>(Figure.class);
        Figure.measuredOn(clock).forEach(figure -> figures.put(figure, measured.apply(figure)));
        return Collections.unmodifiableMap(figures);
    }

    private Row.Measured measured(Figure figure) {
        return switch (figure.read().reading()) {
            case SCORE, LINE, RATE -> {
                Row.Measured score = score(figure, results.get(figure.read().measure()), ClockKind.NATIVE);
                boolean known = hasRounds() && replicates.containsKey(figure.read().measure());
                yield !known ? score : isTimePerPage(figure) ? overRounds(figure, score.distribution())
                    : figure.read().isDistribution() ? counted(figure, score) : score;
            }
            case SUM -> Row.Measured.of(sum(results.get(Measure.TOTAL), figure) + sum(results.get(Measure.SPLIT), figure));
            case SLOWDOWN -> slowdown(figure);
        };
    }

    /** With as many values as its histograms say; of JVMs that keep none nobody knows how many there are. */
    private Row.Measured counted(Figure figure, Row.Measured score) {
        double values = results.get(figure.read().measure()).values(figure.metric());
        return Double.isNaN(values) ? score : Row.Measured.of(score.value()).with(score.distribution().counting(values));
    }

    private static boolean isTimePerPage(Figure figure) {
        return figure.unit().equals(Figure.NS_PER_PAGE.unit());
    }

    /** The mean of each JVM's time over its pages, over the rounds that the total has, too; over all if it has none of them. */
    private Row.Measured overRounds(Figure figure, Row.Distribution distribution) {
        Measure measure = figure.read().measure();
        List<Replicate> all = replicates.get(measure);
        Set<Integer> rounds = replicates.get(Measure.TOTAL).stream().map(Replicate::round).collect(Collectors.toSet());
        boolean none = all.stream().map(Replicate::round).noneMatch(rounds::contains);
        double[] each = figures(measure, figure);
        double mean = new Mean().evaluate(IntStream.range(0, each.length)
            .filter(i -> none || rounds.contains(all.get(i).round())).mapToDouble(i -> each[i]).toArray());
        return figure.read().isDistribution() ? Row.Measured.of(mean).with(distribution.counting(operations(all)))
            : Row.Measured.of(mean);
    }

    /** How many values are in the histograms of some JVMs: as they say; a list is one where lists are paged out. */
    private double operations(List<Replicate> of) {
        double told = of.stream().mapToDouble(Replicate::operations).sum();
        return !Double.isNaN(told) || point.workload() != Workload.SEED ? told
            : Math.rint(of.stream().flatMap(each -> each.pages().stream()).mapToDouble(Double::doubleValue).sum()
                / point.number(Axis.LIST));
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
        if (control == null) {
            return Row.Measured.UNKNOWN;
        }
        double ratio = control.positiveScore(figure.metric()) / results.get(Measure.TOTAL).positiveScore(figure.metric());
        if (hasRounds() && replicates.containsKey(Measure.CONTROL)) {
            Replicates.Gain gain = rates(Measure.TOTAL, figure).gain(rates(Measure.CONTROL, figure));
            return Double.isNaN(gain.ratio()) ? Row.Measured.of(ratio) : Row.Measured.of(gain);
        }
        return Row.Measured.of(ratio);
    }

    /** Of each fork the mean of its iterations, which last equally long. */
    private Replicates rates(Measure measure, Figure figure) {
        return replicates(measure, figure, results.get(measure).forkMeans(figure.metric()));
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
