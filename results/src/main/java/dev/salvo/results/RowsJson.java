package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rows as a JSON array, for other programs. The keys are a promise: they are added to, not renamed. A figure that was
 * not measured is {@code null}; NaN and infinities are never written. Keys that only one clock has are {@code null} on
 * the other. An axis of later days has a key where a row of the array is not as all were before it; and what is known of
 * rounds only, where a row knows its rounds.
 */
public final class RowsJson {
    private static final String FLUSH = "flushNsPerPage";

    private RowsJson() {
    }

    /**
     * Writes rows.
     *
     * @param rows the rows
     * @return an indented array of one object for each row, in their order, with a line feed at the end
     */
    public static String of(List<Row> rows) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        Set<Axis> axes = axes(rows.stream().map(Row::point).toList());
        boolean rounds = rows.stream().anyMatch(row -> row.rounds() != null);
        rows.forEach(row -> write(row, axes, rounds, array.addObject()));
        return Json.pretty(array);
    }

    private static void write(Row row, Set<Axis> axes, boolean rounds, ObjectNode node) {
        put(row.point(), axes, node);
        for (Figure figure : Figure.values()) {
            if (!figure.key().isEmpty() && (rounds || !figure.read().isOfRounds())) {
                write(figure.of(row), figure.key(), rounds, node);
            }
        }
        if (row.paced() != null && row.paced().inRounds()) {
            paced(row, node);
        }
    }

    /** What a paced row has where the run tells which forks were measured in one round. */
    private static void paced(Row row, ObjectNode node) {
        node.put("straightness", row.paced().straightness().word());
        interval(row.value(Figure.FLUSH_SHARE), row.interval(Figure.FLUSH_SHARE), "share", node.putObject("flushShareInterval"));
        Row.Measured flush = row.paced().flush();
        interval(flush.value(), flush.interval(), "mean", node.putObject(FLUSH));
        if (row.gain() != null) {
            write(row.gain(), Figure.GAIN.key(), false, node);
        }
        if (row.paced().check() != null) {
            Row.Check check = row.paced().check();
            ObjectNode checked = node.putObject("check");
            put(checked, "dilation", check.dilation());
            put(checked, "foretold", check.foretold());
            put(checked, "measured", check.measured());
            checked.put("holds", check.holds());
        }
        if (!row.refusals().isEmpty()) {
            node.put("refused", refused(row));
        }
    }

    private static void interval(double value, Interval interval, String name, ObjectNode node) {
        put(node, name, value);
        put(node, "low", interval.low());
        put(node, "high", interval.high());
    }

    /** The reasons, each after the figures that are none for it. */
    private static String refused(Row row) {
        Map<Refusal, List<String>> figures = new LinkedHashMap<>();
        row.refusals().forEach((figure, refusal) -> figures.computeIfAbsent(refusal, none -> new ArrayList<>())
            .add(figure == Figure.FLUSH_NS_PER_PAGE ? FLUSH : figure.key()));
        return figures.entrySet().stream().map(reason -> String.join(", ", reason.getValue()) + ": "
            + reason.getKey().words()).collect(Collectors.joining(". "));
    }

    /** The axes that {@link Axis#isSaidOf are said} of these points, to be asked for once: each looks at every point. */
    static Set<Axis> axes(List<Point> points) {
        EnumSet<Axis> axes = EnumSet.allOf(Axis.class);
        axes.removeIf(axis -> !axis.isSaidOf(points));
        return axes;
    }

    /** Where a figure was measured, a key for each of these axes. */
    static void put(Point point, Set<Axis> axes, ObjectNode node) {
        for (Axis axis : axes) {
            if (axis.isNumber()) {
                node.put(axis.key(), point.number(axis));
            } else {
                node.put(axis.key(), point.value(axis).isEmpty() ? null : point.value(axis));
            }
        }
    }

    private static void write(Object figure, String key, boolean rounds, ObjectNode node) {
        if (figure instanceof Row.Distribution times) {
            write(times, rounds, node.putObject(key));
        } else if (figure instanceof Replicates.Gain gain) {
            ObjectNode object = node.putObject(key);
            put(object, "ratio", gain.ratio());
            put(object, "low", gain.low());
            put(object, "high", gain.high());
        } else if (figure instanceof Interval error) {
            write(error, node.putObject(key));
        } else if (figure instanceof Number number) {
            put(node, key, number.doubleValue());
        } else {
            node.set(key, Json.MAPPER.valueToTree(figure)); // a word, a truth, nothing
        }
    }

    private static void write(Interval error, ObjectNode node) {
        put(node, "low", error.low());
        put(node, "high", error.high());
        node.put("confidencePercent", Interval.CONFIDENCE_PERCENT);
        node.put("over", Point.word(error.over()));
    }

    private static void write(Row.Distribution times, boolean rounds, ObjectNode node) {
        put(node, "mean", times.mean());
        put(node, "p50", times.p50());
        put(node, "p99", times.p99());
        put(node, "p999", times.p999());
        put(node, "max", times.max());
        if (rounds) {
            put(node, "count", times.count());
        }
    }

    static void put(ObjectNode node, String key, double value) {
        if (!Double.isFinite(value)) {
            node.putNull(key);
        } else if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            node.put(key, (long) value);
        } else {
            node.put(key, value);
        }
    }
}
