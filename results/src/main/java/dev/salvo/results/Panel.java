package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One pair of axes with its curves. A picture has one panel for each combination of what a sweep varied beside cores,
 * strategy and senders, all on the same scales; strategies and senders are the curves within each. So no panel has more
 * curves than an eye can follow, and a terminal and an SVG show the same ones under the same names.
 *
 * @param title  what tells it from the other panels; empty if it is the only one
 * @param curves its curves
 */
record Panel(String title, List<Curve> curves) {
    private static final Comparator<Row> BY_CORES = Comparator.comparingInt(row -> row.point().cores());

    /**
     * The rows of a panel that differ in their cores only.
     *
     * @param name     what tells it from the panel's other curves
     * @param strategy its strategy
     * @param senders  its number among the kinds of senders of the picture: 0 for the first
     * @param rows     its rows, by rising cores
     */
    record Curve(String name, Strategy strategy, int senders, List<Row> rows) {
    }

    /** The panels of a picture, in the order of its rows. */
    static List<Panel> of(List<Row> rows) {
        EnumSet<Axis> apart = Captions.varied(rows);
        apart.remove(Axis.SENDERS);
        List<String> senders = rows.stream().map(row -> Axis.SENDERS.caption(row.point())).distinct().toList();
        Map<String, List<Row>> panels = rows.stream().collect(Collectors.groupingBy(
            row -> Captions.words(apart, row.point(), ", "), LinkedHashMap::new, Collectors.toList()));
        return panels.entrySet().stream().map(panel -> new Panel(panel.getKey(), curves(panel.getValue(), senders)))
            .toList();
    }

    private static List<Curve> curves(List<Row> rows, List<String> senders) {
        Map<String, List<Row>> curves = new LinkedHashMap<>();
        for (Row row : rows) {
            String name = strategy(row.point().strategy())
                + (senders.size() > 1 ? ", " + Axis.SENDERS.caption(row.point()) : "");
            curves.computeIfAbsent(name, none -> new ArrayList<>()).add(row);
        }
        return curves.entrySet().stream().map(curve -> {
            Point any = curve.getValue().get(0).point();
            return new Curve(curve.getKey(), any.strategy(), senders.indexOf(Axis.SENDERS.caption(any)),
                curve.getValue().stream().sorted(BY_CORES).toList());
        }).toList();
    }

    /** What a picture of paced rows shows, with the hardware that was paced if it is one for all. */
    static String emulated(List<Row> rows) {
        List<String> clocks = rows.stream().map(row -> Axis.CLOCK.caption(row.point())).distinct().toList();
        return "emulated time per page, " + (clocks.size() == 1 ? clocks.get(0) : "paced clock");
    }

    /** The curves that a legend names, each once, synchronous ones first. */
    static List<Curve> legend(List<Panel> panels) {
        Map<String, Curve> legend = new LinkedHashMap<>();
        panels.forEach(panel -> panel.curves.forEach(curve -> legend.putIfAbsent(curve.name, curve)));
        return legend.values().stream()
            .sorted(Comparator.comparing(Curve::strategy).thenComparing(Curve::senders)).toList();
    }

    /** A strategy as pictures call it. */
    static String strategy(Strategy strategy) {
        return switch (strategy) {
            case SYNC -> "synchronous";
            case BATCHED -> "batched";
            case LOCAL -> "local";
        };
    }
}
