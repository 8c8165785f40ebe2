package dev.salvo.results;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An axis of the experiments other than cores and strategy, which every picture shows: here to say which axes a run
 * varies, so that they tell its curves apart, and which it holds fixed, so that they stand in its caption.
 */
enum Axis {
    WORKLOAD(point -> "workload " + Point.word(point.workload())),
    SENDERS(point -> switch (point.sendersWord()) {
        case "all" -> "all cores send";
        case "1" -> "one sender";
        default -> point.senders() + " senders";
    }),
    INTERCONNECT(point -> Point.word(point.interconnect())),
    LOAD(point -> "load " + Point.word(point.load())),
    MAPPINGS(point -> point.mappings() + (point.mappings() == 1 ? " mapping" : " mappings")),
    LIST(point -> "lists of " + point.list()),
    BATCH(point -> "batches of " + point.batch()),
    PTE(point -> Point.word(point.pte()) + " PTEs"),
    PLACEMENT(point -> "placement " + Point.word(point.placement())),
    RING(point -> "room for " + point.ring()),
    IDLE(point -> "idle policy " + Point.word(point.idle())),
    CLOCK(point -> Point.word(point.clock()) + " clock" + (point.profile().isEmpty() ? "" : ", " + point.profile()));

    private final Function<Point, String> words;

    Axis(Function<Point, String> words) {
        this.words = words;
    }

    /** Where a point is on this axis, in words. */
    String words(Point point) {
        return words.apply(point);
    }

    /** Where a point is on some axes, in words. */
    static String words(Set<Axis> axes, Point point, String between) {
        return axes.stream().map(axis -> axis.words(point)).collect(Collectors.joining(between));
    }

    /** The axes on which rows differ. */
    static EnumSet<Axis> varied(List<Row> rows) {
        EnumSet<Axis> varied = EnumSet.noneOf(Axis.class);
        for (Axis axis : values()) {
            if (rows.stream().map(row -> axis.words(row.point())).distinct().count() > 1) {
                varied.add(axis);
            }
        }
        return varied;
    }

    /** The axes on which rows agree, as a caption names them: of the published program it does not say that it is. */
    static EnumSet<Axis> fixed(List<Row> rows) {
        EnumSet<Axis> fixed = EnumSet.complementOf(varied(rows));
        if (rows.get(0).point().workload() == Point.Workload.SEED) {
            fixed.remove(WORKLOAD);
        }
        return fixed;
    }
}
