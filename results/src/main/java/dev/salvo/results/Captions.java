package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.point.Workload;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Axes in words: which of them a run varies, so that they tell its curves apart, and which it holds fixed, so that they
 * stand in its caption. Without cores and strategy, which every picture shows.
 */
final class Captions {
    /** The axes that have a caption, in the order in which they are named. */
    static final List<Axis> AXES = Axis.order(List.of(Axis.WORKLOAD, Axis.SENDERS, Axis.INTERCONNECT, Axis.LOAD),
        List.of(Axis.CLOCK)).stream().filter(Axis::hasCaption).toList();

    private Captions() {
    }

    /** All of them. */
    static EnumSet<Axis> all() {
        return EnumSet.copyOf(AXES);
    }

    /** Where a point is on some axes, in words. */
    static String words(Set<Axis> axes, Point point, String between) {
        return AXES.stream().filter(axes::contains).map(axis -> axis.caption(point)).collect(Collectors.joining(between));
    }

    /** The axes on which rows differ. */
    static EnumSet<Axis> varied(List<Row> rows) {
        EnumSet<Axis> varied = all();
        varied.removeIf(axis -> rows.stream().map(row -> axis.caption(row.point())).distinct().count() == 1);
        return varied;
    }

    /**
     * The axes on which rows agree, as a caption names them: of the published program it does not say that it is, and of an
     * axis that came later not that all is as before.
     */
    static EnumSet<Axis> fixed(List<Row> rows) {
        EnumSet<Axis> fixed = all();
        fixed.removeAll(varied(rows));
        if (rows.get(0).point().workload() == Workload.SEED) {
            fixed.remove(Axis.WORKLOAD);
        }
        List<Point> points = rows.stream().map(Row::point).toList();
        fixed.removeIf(axis -> !axis.isSaidOf(points));
        return fixed;
    }
}
