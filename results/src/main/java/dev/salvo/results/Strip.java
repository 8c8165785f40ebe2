package dev.salvo.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.stat.descriptive.moment.Mean;

/**
 * The iterations that a point's mean is of, as a strip: time to the right, replicate after replicate; upwards how much longer
 * than the mean, on a logarithmic scale that all strips share. What was dropped as warm-up is pale.
 */
final class Strip {
    /** How many times the mean the upper edge is, and the mean the lower. */
    static final int REACH = 4;

    private static final int STEP = 7;
    private static final int HEIGHT = 44;
    private static final double DOT = 2.2;

    private final Row row;
    /** What is known of its JVMs, in their order; empty if nothing is. */
    private final List<Replicate> known;
    private final List<List<Double>> replicates;
    private final StringBuilder drawn = new StringBuilder();
    private double x = STEP;

    /**
     * A strip.
     *
     * @param row the point
     */
    Strip(Row row) {
        this.row = row;
        this.replicates = row.samples().get(row.samples().size() - 1).forks();
        this.known = row.rounds() == null ? List.of() : row.rounds().replicates();
    }

    /** A picture within a page. */
    String html() {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < replicates.size(); i++) {
            List<Double> dropped = known.isEmpty() ? List.of() : known.get(i).dropped();
            boolean unsteady = !known.isEmpty() && !known.get(i).steady();
            dropped.forEach(time -> dot("pale", time));
            double from = x;
            replicates.get(i).forEach(time -> dot(unsteady ? "unsteady" : "", time));
            double[] times = replicates.get(i).stream().mapToDouble(Double::doubleValue).toArray();
            double mean = known.isEmpty() ? new Mean().evaluate(times) : known.get(i).figure(times);
            drawn.append(String.format(Locale.ROOT, "<path class=\"of%s\" d=\"M%.1f %.1fH%.1f\"/>", unsteady ? " unsteady" : "",
                from - STEP / 2.0, y(mean), x - STEP / 2.0));
            x += STEP;
            words.add(Figures.time(mean) + " of " + replicates.get(i).size()
                + (dropped.isEmpty() ? "" : ", " + dropped.size() + " dropped") + (unsteady ? ", never steady" : ""));
        }
        return String.format(Locale.ROOT, "<svg class=\"strip\" width=\"%.0f\" height=\"%d\" viewBox=\"0 0 %.0f %d\" role=\"img\" "
            + "aria-label=\"%s\"><path class=\"mean\" d=\"M0 %.1fH%.0f\"/>%s</svg>\n", x, HEIGHT, x, HEIGHT,
            Text.escaped("Replicates: " + String.join("; ", words)), HEIGHT / 2.0, x, drawn);
    }

    private void dot(String classes, double time) {
        drawn.append(String.format(Locale.ROOT, "<circle%s cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>",
            classes.isEmpty() ? "" : " class=\"" + classes + '"', x, y(time), DOT));
        x += STEP;
    }

    /** Held within the strip. */
    private double y(double time) {
        double up = Math.log(time / center()) / Math.log(REACH);
        return HEIGHT / 2.0 - Math.max(-1, Math.min(1, Double.isNaN(up) ? 1 : up)) * (HEIGHT / 2.0 - DOT - 1);
    }

    /** On the paced clock the row's own mean is extrapolated, and of no replicate. */
    private double center() {
        return row.paced() == null ? row.nsPerPage().mean()
            : replicates.stream().flatMap(List::stream).mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }
}
