package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * How the mean time per page grows along each axis that is a number, and how that part of it does that is issue and
 * wait: a {@link PowerLaw} for every series of rows that have {@value PowerLaw#FEWEST} or more values there and agree
 * in all else. The rest of the path hardly grows; where it is most of the mean, the mean follows no power law.
 *
 * <p>A block of its own, marked as fits, below the measured table and in no column of it, each with how far off it would
 * have been at its largest point without that. Rows whose cores shared CPUs
 * and rows whose cores did not are never fitted together, on the native clock, nor rows of different workloads, clocks
 * or paced hardware: what grows differs.
 */
public final class Growth {
    private static final int WIDTH = 120;

    private Growth() {
    }

    /**
     * The fits as plain text.
     *
     * @param rows  the rows of one run
     * @param style what the screen can show
     * @return lines, the last one ended too; empty if no axis has values enough
     */
    public static String text(List<Row> rows, TerminalStyle style) {
        List<String> fits = new ArrayList<>();
        for (Axis along : Axis.values()) {
            if (along.isNumber()) {
                fits.addAll(fits(along, rows));
            }
        }
        if (fits.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        fits.forEach(fit -> text.append(style.letters(fit)).append('\n'));
        return text + Text.notes(List.of(notes(rows)), WIDTH, style);
    }

    private static List<String> fits(Axis along, List<Row> rows) {
        EnumSet<Axis> varied = Captions.varied(rows);
        boolean coresVary = rows.stream().map(row -> row.point().cores()).distinct().count() > 1;
        Map<String, List<Row>> apart = Row.believed(rows).stream().collect(Collectors.groupingBy(
            row -> series(along, Captions.all(), true, row) + row.scheduled(), LinkedHashMap::new, Collectors.toList()));
        List<String> fits = new ArrayList<>();
        for (List<Row> series : apart.values()) {
            String name = along.key();
            String label = "fit, " + name + ": " + series(along, varied, coresVary, series.get(0));
            law(along, series, row -> row.nsPerPage().mean()).ifPresent(law -> fits.add(label + words(name, law)));
            law(along, series, Growth::shootdown)
                .ifPresent(law -> fits.add(label + ", issue + wait" + words(name, law)));
        }
        return fits;
    }

    /** What tells a row from those of other series along an axis, as far as some axes do. */
    private static String series(Axis along, EnumSet<Axis> axes, boolean tellsCores, Row row) {
        EnumSet<Axis> others = EnumSet.copyOf(axes);
        others.remove(along);
        List<String> words = new ArrayList<>(List.of(Point.word(row.point().strategy())));
        if (tellsCores && along != Axis.CORES) {
            words.add(row.point().cores() + " cores");
        }
        if (!others.isEmpty()) {
            words.add(Captions.words(others, row.point(), ", "));
        }
        return String.join(", ", words);
    }

    /** What the invalidations cost: of the mean, all but the rest of the path. */
    private static double shootdown(Row row) {
        return row.value(Figure.ISSUE_NS_PER_PAGE) + row.value(Figure.WAIT_NS_PER_PAGE);
    }

    private static Optional<PowerLaw> law(Axis along, List<Row> series, ToDoubleFunction<Row> figure) {
        double[] x = series.stream().mapToDouble(row -> row.point().number(along)).toArray();
        double[] y = series.stream().mapToDouble(figure).toArray();
        return Arrays.stream(y).allMatch(each -> each > 0) ? PowerLaw.fit(x, y) : Optional.empty();
    }

    private static String words(String name, PowerLaw law) {
        return " ∝ " + name + '^' + fixed(law.exponent(), 2) + " ± " + fixed(law.exponentError(), 2) + " ("
            + (int) law.from() + ".." + (int) law.to() + ", R² " + fixed(law.rSquared(), 3)
            + ", largest " + Figures.small(100 * law.leftOut()) + "% off)";
    }

    private static String fixed(double value, int digits) {
        return Double.isFinite(value) ? new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString()
            : Figures.NONE;
    }

    private static String notes(List<Row> rows) {
        boolean both = rows.stream().map(Row::scheduled).distinct().count() > 1;
        return "fit: no measurement, but the power law nearest to the mean, and to issue + wait, above (least squares "
            + "on logarithms); ±: " + Interval.CONFIDENCE_PERCENT
            + "% interval of the exponent, from the scatter about it; largest: how far off the law through all other points "
            + "is at the largest."
            + (both ? " Oversubscribed points and others are never fitted together." : "");
    }
}
