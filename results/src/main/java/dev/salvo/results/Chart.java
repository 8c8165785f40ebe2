package dev.salvo.results;

import dev.salvo.point.Point;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One chart of a {@link Report}: what its script draws, and the same figures as a table for those who do not see it.
 *
 * @param title  what it shows
 * @param x      what its lower axis counts: "cores" or "senders"
 * @param unit   what its upper axis measures
 * @param series measured curves, at least one
 * @param fits   curves that are none
 * @param frame  what is around them
 */
record Chart(String title, String x, Unit unit, List<Series> series, List<Fit> fits, Frame frame) {
    /** What an upper axis measures. */
    enum Unit {
        /** Nanoseconds. */
        TIME,
        /** A count per second. */
        RATE,
        /** One figure over another. */
        RATIO
    }

    /**
     * What is around curves.
     *
     * @param cpus  where a line says that the host has no more CPUs
     * @param peaks whether the greatest of each curve is marked
     * @param xs    the values that the lower axis takes in beside the chart's own
     * @param ys    those of the upper axis, of which nothing is hidden: charts side by side have the same; empty if it follows
     *              what is shown
     */
    record Frame(List<Integer> cpus, boolean peaks, List<Integer> xs, List<Double> ys) {
        /** A chart by itself. */
        static Frame alone(List<Integer> cpus) {
            return new Frame(cpus, false, List.of(), List.of());
        }

        private void write(ObjectNode node) {
            node.put("peaks", peaks);
            ArrayNode lines = node.putArray("cpus");
            cpus.forEach(lines::add);
            ArrayNode lower = node.putArray("xs");
            xs.forEach(lower::add);
            ArrayNode upper = node.putArray("ys");
            ys.forEach(upper::add);
        }
    }

    /**
     * A measured curve.
     *
     * @param name   what tells it from the chart's others
     * @param ink    the number of its colour
     * @param shape  the number of its marks' shape and its dash
     * @param hollow whether its marks are
     * @param marks  its points, by rising x
     */
    record Series(String name, int ink, int shape, boolean hollow, List<Mark> marks) {
    }

    /**
     * A measured point.
     *
     * @param x    where on the lower axis
     * @param y    the figure
     * @param low  lower end of its bar; NaN if it has none
     * @param high upper end of its bar
     * @param says the figure, and what belongs to it, in words
     */
    record Mark(int x, double y, double low, double high, String says) {
    }

    /**
     * A fitted law, where it was fitted and as far as it predicts.
     *
     * @param of    the number of the series that it was fitted to
     * @param law   the law
     * @param reach the greatest core count that it says anything of
     */
    record Fit(int of, Law law, double reach) {
        private static final int STEPS = 40;

        private void write(ObjectNode node) {
            node.put("of", of);
            write(law.from(), law.to(), node.putArray("marks"));
            write(law.to(), reach, node.putArray("beyond"));
        }

        private void write(double from, double to, ArrayNode marks) {
            for (int i = 0; i <= STEPS && from < to; i++) {
                double n = from * Math.pow(to / from, (double) i / STEPS);
                marks.addArray().add(n).add(law.nanos(n));
            }
        }
    }

    /** For the script. */
    void write(ObjectNode node) {
        node.put("x", x).put("unit", Point.word(unit));
        frame.write(node);
        ArrayNode all = node.putArray("series");
        for (Series each : series) {
            ObjectNode written = all.addObject().put("name", each.name).put("ink", each.ink).put("shape", each.shape)
                .put("hollow", each.hollow);
            ArrayNode marks = written.putArray("marks");
            for (Mark mark : each.marks) {
                ObjectNode point = marks.addObject().put("x", mark.x);
                RowsJson.put(point, "y", mark.y);
                RowsJson.put(point, "low", mark.low);
                RowsJson.put(point, "high", mark.high);
                point.put("says", mark.says);
            }
        }
        ArrayNode fitted = node.putArray("fits");
        fits.forEach(fit -> fit.write(fitted.addObject()));
    }

    /** The chart's place in the page, with its number, its label and its table. */
    String html(int number) {
        String name = Text.escaped(title);
        return String.format(Locale.ROOT, """
            <figure data-chart="%d">
            <figcaption>%s</figcaption>
            <div class="drawn"><div class="plot" role="img" aria-label="%s"></div><div class="legend"></div></div>
            <details class="figures" open><summary>Figures as a table</summary>
            <div class="scroll" tabindex="0" role="group" aria-label="%s, figures">%s</div></details>
            </figure>
            """, number, name, "Chart: " + name + ", over " + x + ", both axes logarithmic. "
            + Text.escaped(series.stream().map(Chart::described).collect(Collectors.joining("; "))) + '.', name, table());
    }

    private static String described(Series series) {
        Mark first = series.marks.get(0);
        Mark last = series.marks.get(series.marks.size() - 1);
        return series.name + ": " + first.says + " at " + first.x
            + (series.marks.size() > 1 ? ", " + last.says + " at " + last.x : "");
    }

    private String table() {
        StringBuilder table = new StringBuilder("<table><thead><tr><th scope=\"col\">" + x + "</th>");
        series.forEach(each -> table.append("<th scope=\"col\">").append(Text.escaped(each.name)).append("</th>"));
        table.append("</tr></thead><tbody>");
        TreeSet<Integer> xs = series.stream().flatMap(each -> each.marks.stream()).map(Mark::x)
            .collect(Collectors.toCollection(TreeSet::new));
        for (int at : xs) {
            table.append("<tr><th scope=\"row\">").append(at).append("</th>");
            for (Series each : series) {
                Optional<Mark> mark = each.marks.stream().filter(any -> any.x == at).findFirst();
                table.append("<td>").append(Text.escaped(mark.map(Mark::says).orElse(Figures.NONE))).append("</td>");
            }
            table.append("</tr>");
        }
        return table.append("</tbody></table>").toString();
    }
}
