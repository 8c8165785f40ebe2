package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.point.Workload;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * The curves of a sweep as a static SVG: mean time per page over cores, both axes logarithmic, with error bars and the 99th
 * percentile; wall-clock and emulated time in panels apart. A line stands where the host has no more CPUs. Of a sweep of one
 * panel, below it, what all senders get done together, and where that is most.
 *
 * <p>A few kilobytes of shapes and real text, without scripts or fonts of its own; light or dark as the reader's system
 * asks; made to be read at the width of a README and still on a telephone. Colour, and solid or hollow marks, tell
 * strategies apart (also to the colour-blind); shape and dash tell the senders. What else a sweep varied has a panel
 * each, on the same scales. Whatever would make a figure less than it seems is written below it.
 */
public final class CurveSvg {
    private static final int WIDTH = 640;
    private static final int SHOWN_WIDTH = 800;
    private static final int MARGIN = 20;
    private static final int LABELS = 72;
    private static final int ONE_HEIGHT = 290;
    private static final int PANEL_HEIGHT = 200;
    private static final int RATE_HEIGHT = 170;
    private static final int BELOW = 44;
    private static final int LINE = 19;
    private static final int SAMPLE = 40;
    private static final int LETTERS_PER_LINE = 83;
    private static final int LETTERS_PER_PANEL = 32;
    private static final int LONGEST_COMMAND = 240;
    private static final int LETTER = 8;
    private static final int CAP = 4;
    /** Half of what a mark needs, and the way between the middles of two that would lie on one another. */
    private static final double MARK = 5.5;
    private static final double APART = 9;
    /** Of the way to the next core count, what marks of one may take. */
    private static final double MOST_APART = 0.6;
    private static final int LETTERS_PER_TITLE = 54;
    private static final int TITLE_LINE = 26;
    private static final double LONGEST_BAR = 10;
    private static final int CPUS_WORD = "1024 CPUs".length();
    /** Between an upright line and its word, and how high the word's capitals are. */
    private static final int BESIDE = 5;
    private static final int CAPITAL = 11;
    /** Half of what a mark needs with a ring about it. */
    private static final double RING = 10;

    private static final String[] SHAPES = {
        "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z", // circle
        "m-4.2 -4.2h8.4v8.4h-8.4z", // square
        "m0 -5.4l5.2 9h-10.4z", // triangle
        "m0 -6l6 6l-6 6l-6 -6z"}; // diamond
    private static final String LIGHT = """
        .warn{fill:#b3261e;font-weight:600}
        .line,.mark{stroke-width:2;stroke-linejoin:round} .bar,.p99,.peak{stroke-width:1.3}
        .cpus{stroke:#59636e;stroke-dasharray:6 4} .stem{stroke-width:1.3;opacity:.35}
        .dash1{stroke-dasharray:7 4} .dash2{stroke-dasharray:2 3} .dash3{stroke-dasharray:10 3 2 3}
        .sync{stroke:#c2410c} .sync.mark{fill:#c2410c} .batched{stroke:#0a63b0} .batched.mark{fill:#fff}
        .local{stroke:#7a3e9d} .local.mark{fill:#7a3e9d}
        """;
    private static final String DARK = """
        .warn{fill:#ff8a80} .cpus{stroke:#9da7b1}
        .sync{stroke:#ff9a5c} .sync.mark{fill:#ff9a5c} .batched{stroke:#63b3ff} .batched.mark{fill:#0d1117}
        .local{stroke:#d2a8ff} .local.mark{fill:#d2a8ff}
        """;

    private final List<Row> rows;
    /** Those of the rows that have a time per page: it was not refused. */
    private final List<Row> drawn;
    private final List<List<Row>> clocks;
    private final List<Panel> panels;
    private final String host;
    private final String command;
    private final LogAxis cores;
    private final Plot times;
    private final Drawing drawing = new Drawing();
    private int y;

    // The rectangle of the panel that is being drawn.
    private int left;
    private int right;
    private int top;
    private int bottom;
    private Plot plot;
    private Map<Row, Double> shifts = Map.of();

    /**
     * What is drawn over cores.
     *
     * @param axis  its axis
     * @param value the figure
     * @param error where it may lie
     * @param tick  a label of its axis
     * @param time  whether it is the time per page, with its p99
     */
    private record Plot(LogAxis axis, ToDoubleFunction<Row> value, Function<Row, Interval> error,
            DoubleFunction<String> tick, boolean time) {
    }

    private CurveSvg(List<Row> rows, String host, String command) {
        this.rows = rows;
        this.clocks = CurveTable.byClock(rows);
        this.drawn = Row.believed(rows);
        this.panels = Panel.of(drawn);
        this.host = Text.oneLine(host, LETTERS_PER_LINE);
        this.command = Text.oneLine(command, LONGEST_COMMAND);
        double fewest = rows.stream().mapToInt(row -> row.point().cores()).min().getAsInt();
        double most = rows.stream().mapToInt(row -> row.point().cores()).max().getAsInt();
        double room = fewest == most ? 2 : Math.pow(most / fewest, 0.04);
        this.cores = new LogAxis(fewest / room, most * room);
        this.times = new Plot(LogAxis.aroundTimes(drawn.stream().flatMapToDouble(CurveSvg::reach).toArray()),
            row -> row.nsPerPage().mean(), Row::nsPerPageError, Figures::tick, true);
    }

    /** The mean, p99 and the ends of the mean's bar; the bar of a bound near 100 % reaches towards 0 and is cut off. */
    private static DoubleStream reach(Row row) {
        double mean = row.nsPerPage().mean();
        Interval error = row.nsPerPageError();
        return DoubleStream.concat(hasP99(row) ? DoubleStream.of(mean, row.nsPerPage().p99()) : DoubleStream.of(mean),
            !error.known() ? DoubleStream.empty() : DoubleStream.of(
                row.paced() == null ? error.low() : Math.max(error.low(), mean / LONGEST_BAR), error.high()));
    }

    private static boolean hasP99(Row row) {
        return row.nsPerPage().p99() > 0;
    }

    /**
     * Draws rows.
     *
     * @param rows    the rows, at least one
     * @param host    the name of the host they were measured on
     * @param command the command that measured them
     * @return an SVG document
     * @throws IllegalArgumentException if there is no row
     */
    public static String of(List<Row> rows, String host, String command) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("no rows to draw; accepted: at least one");
        }
        return new CurveSvg(rows, host, command).draw();
    }

    private String draw() {
        title();
        if (!panels.isEmpty()) { // or every figure was refused
            legend();
            drawing.text(MARGIN, y += LINE + 6, "note", "time per page, mean" + (drawn.stream().anyMatch(CurveSvg::hasP99)
                ? "; short dashes: p99" : ""));
            y += 14;
            panels();
            if (panels.size() == 1 && drawn.size() > 1 && drawn.stream().allMatch(row -> rate(row) > 0)) {
                rates();
            }
        }
        notes();
        return drawing.document(WIDTH, y + MARGIN / 2, SHOWN_WIDTH, heading(), description(), LIGHT, DARK);
    }

    private String heading() {
        if (clocks.size() > 1) {
            return "Time per page by two clocks, as cores are added";
        }
        if (rows.get(0).paced() != null) {
            String emulated = Panel.emulated(rows);
            return Character.toUpperCase(emulated.charAt(0)) + emulated.substring(1);
        }
        return "Wall time to " + (rows.stream().allMatch(row -> row.point().workload() == Workload.SEED)
            ? "reclaim one page" : "invalidate one page") + ", as cores are added";
    }

    private String description() {
        return host + ", " + command + ". " + panels.stream().flatMap(panel -> panel.curves().stream().map(curve ->
            (panel.title().isEmpty() ? "" : panel.title() + ", ") + curve.name() + ": " + curve.rows().stream()
                .map(row -> row.point().cores() + " cores " + Figures.time(row.nsPerPage().mean()))
                .collect(Collectors.joining(", ")))).collect(Collectors.joining("; ")) + '.';
    }

    private void title() {
        y = 34 - TITLE_LINE;
        for (String line : Text.wrapped(heading(), LETTERS_PER_TITLE)) {
            y += TITLE_LINE;
            drawing.text(MARGIN, y, "title", line);
        }
        y += 4;
        EnumSet<Axis> fixed = Captions.fixed(rows);
        lines(Text.wrapped(host + Text.AND + command, LETTERS_PER_LINE), "note");
        lines(Text.wrappedItems(Captions.words(fixed, rows.get(0).point(), Text.AND), LETTERS_PER_LINE), "note");
        y += 8;
    }

    /** A column for each strategy, two at least; where labels are too long for that, line after line. */
    private void legend() {
        List<Panel.Curve> curves = Panel.legend(panels);
        List<Strategy> strategies = drawn.stream().map(row -> row.point().strategy()).distinct().sorted().toList();
        double longest = SAMPLE + 8 + LETTER * curves.stream().mapToInt(curve -> curve.name().length()).max().getAsInt();
        double width = (WIDTH - 2.0 * MARGIN) / Math.max(2, strategies.size());
        boolean apart = longest <= width;
        int columns = apart ? strategies.size() : Math.max(1, (int) ((WIDTH - 2 * MARGIN) / longest));
        int[] used = new int[columns];
        for (int i = 0; i < curves.size(); i++) {
            Panel.Curve curve = curves.get(i);
            int column = apart ? strategies.indexOf(curve.strategy()) : i % columns;
            double x = MARGIN + column * (apart ? width : (WIDTH - 2.0 * MARGIN) / columns);
            double baseline = y + ++used[column] * LINE;
            drawing.shape("line " + classes(curve) + dash(curve),
                String.format(Locale.ROOT, "M%.1f %.1fh%d", x, baseline - 5, SAMPLE), "");
            mark(curve, x + SAMPLE / 2.0, baseline - 5, "");
            drawing.text(x + SAMPLE + 8, baseline, "", curve.name());
        }
        y += Arrays.stream(used).max().getAsInt() * LINE;
    }

    /** One alone has the full width; several stand in pairs, each below its title. */
    private void panels() {
        boolean one = panels.size() == 1;
        int titleLines = one ? 0 : panels.stream().mapToInt(panel -> title(panel).size()).max().getAsInt();
        for (int i = 0; i < panels.size(); i++) {
            left = LABELS + (one ? 0 : i % 2 * (WIDTH / 2 - 8));
            right = one ? WIDTH - MARGIN : left + WIDTH / 2 - LABELS - 16;
            top = y + titleLines * LINE + (one ? 0 : 2);
            bottom = top + (one ? ONE_HEIGHT : PANEL_HEIGHT);
            for (int line = 0; line < titleLines && line < title(panels.get(i)).size(); line++) {
                drawing.text(left, y + 8 + line * LINE, "", title(panels.get(i)).get(line));
            }
            draw(panels.get(i), times);
            if (i % 2 == 1 || i == panels.size() - 1) {
                y = bottom + BELOW + 18;
            }
        }
    }

    private void draw(Panel panel, Plot what) {
        plot = what;
        grid();
        shifts = shifts(panel);
        cpus(panel);
        panel.curves().forEach(this::line);
        panel.curves().forEach(this::marks); // over every line
    }

    /** What all senders get done together, below the times that it took. */
    private void rates() {
        drawing.text(MARGIN, y, "note", "pages per second, all senders together; in a ring: the most");
        left = LABELS;
        right = WIDTH - MARGIN;
        top = y + 14;
        bottom = top + RATE_HEIGHT;
        double[] rates = drawn.stream().mapToDouble(CurveSvg::rate).toArray();
        draw(panels.get(0), new Plot(LogAxis.around(Arrays.stream(rates).min().getAsDouble(),
            Arrays.stream(rates).max().getAsDouble()), CurveSvg::rate, row -> row.interval(Figure.PAGES_PER_SECOND),
            CurveSvg::perSecond, false));
        for (Panel.Curve curve : panels.get(0).curves()) {
            Row most = curve.rows().stream().max(Comparator.comparingDouble(CurveSvg::rate)).orElseThrow();
            drawing.shape("peak " + classes(curve), String.format(Locale.ROOT, "M%.1f %.1f", x(most), y(rate(most)))
                + "m-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0z", "");
        }
        y = bottom + BELOW + 18;
    }

    private static double rate(Row row) {
        return row.value(Figure.PAGES_PER_SECOND);
    }

    /** A label of the axis, such as {@code 50 k}. */
    private static String perSecond(double rate) {
        return rate >= 1e6 ? bare(rate / 1e6) + " M" : rate >= 1e3 ? bare(rate / 1e3) + " k" : bare(rate);
    }

    private static String bare(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    /** Where a CPU to every core ends, on the host's own clock: machines of fewer cores have not all of its CPUs. */
    private void cpus(Panel panel) {
        panel.curves().stream().flatMap(curve -> curve.rows().stream()).filter(Row::scheduled).mapToInt(Row::hostCpus).distinct()
            .filter(cpus -> cpus >= cores.low() && cpus <= cores.high()).forEach(cpus -> {
                drawing.shape("cpus", String.format(Locale.ROOT, "M%.1f %dV%d", x(cpus), top, bottom), "");
                word(panel, x(cpus), cpus + (cpus == 1 ? " CPU" : " CPUs"));
            });
    }

    /** Beside an upright line, as high as it lies on nothing; at its top if there is no such place. */
    private void word(Panel panel, double x, String word) {
        double width = word.length() * LETTER;
        List<Boolean> sides = x > right - CPUS_WORD * LETTER ? List.of(true) : List.of(false, true);
        int baseline = top + CAPITAL;
        boolean toTheLeft = sides.get(0);
        boolean found = false;
        for (int y = baseline; !found && y < bottom - MARK; y += LINE) {
            for (boolean side : sides) {
                double from = side ? x - BESIDE - width : x + BESIDE;
                if (!found && from >= left && isFree(panel, from, from + width, y - CAPITAL, y + MARK)) {
                    found = true;
                    baseline = y;
                    toTheLeft = side;
                }
            }
        }
        drawing.text(x + (toTheLeft ? -BESIDE : BESIDE), baseline, "note" + (toTheLeft ? " end" : ""), word);
    }

    /** Whether no curve of a panel, nor any mark, bar or ring on it, reaches into a rectangle. */
    private boolean isFree(Panel panel, double from, double to, double high, double low) {
        for (Panel.Curve curve : panel.curves()) {
            Row before = null;
            for (Row row : curve.rows()) {
                double y = y(plot.value.applyAsDouble(row));
                if (x(row) + RING > from && x(row) - RING < to && Math.max(lowest(row), y + RING) > high
                    && Math.min(highest(row), y - RING) < low || before != null && crosses(before, row, from, to, high, low)) {
                    return false;
                }
                before = row;
            }
        }
        return true;
    }

    /** Whether the straight line from a point to the next one reaches into a rectangle. */
    private boolean crosses(Row one, Row next, double from, double to, double high, double low) {
        double start = Math.max(from, x(one));
        double end = Math.min(to, x(next));
        double y = y(plot.value.applyAsDouble(one));
        double slope = (y(plot.value.applyAsDouble(next)) - y) / (x(next) - x(one));
        double atStart = y + slope * (start - x(one));
        double atEnd = y + slope * (end - x(one));
        return start < end && Math.max(atStart, atEnd) > high && Math.min(atStart, atEnd) < low;
    }

    /**
     * How far to the right of its core count a point is drawn, so that no two lie on one another, bars and all. None is moved
     * as far as the next count.
     */
    private Map<Row, Double> shifts(Panel panel) {
        Map<Integer, List<Row>> at = new TreeMap<>();
        panel.curves().forEach(curve -> curve.rows().forEach(row ->
            at.computeIfAbsent(row.point().cores(), none -> new ArrayList<>()).add(row)));
        List<Integer> counts = new ArrayList<>(at.keySet());
        double room = Double.MAX_VALUE;
        for (int i = 1; i < counts.size(); i++) {
            room = Math.min(room, x(counts.get(i)) - x(counts.get(i - 1)));
        }
        Map<Row, Double> shifts = new IdentityHashMap<>();
        for (List<Row> rows : at.values()) {
            for (List<Row> together : together(rows)) {
                double apart = Math.min(APART, MOST_APART * room / together.size());
                for (int i = 0; i < together.size(); i++) {
                    shifts.put(together.get(i), (i - (together.size() - 1) / 2.0) * apart);
                }
            }
        }
        return shifts;
    }

    /** Points of one core count that lie on one another, or all on some other. */
    private List<List<Row>> together(List<Row> rows) {
        List<Row> down = rows.stream().sorted(Comparator.comparingDouble(this::highest)).toList();
        List<List<Row>> together = new ArrayList<>();
        double lowest = Double.NEGATIVE_INFINITY;
        for (Row row : down) {
            if (highest(row) > lowest) {
                together.add(new ArrayList<>());
            }
            together.get(together.size() - 1).add(row);
            lowest = Math.max(lowest, lowest(row));
        }
        together.forEach(group -> group.sort(Comparator.comparingInt(rows::indexOf)));
        return together;
    }

    private double highest(Row row) {
        Interval error = plot.error.apply(row);
        return Math.min(y(plot.value.applyAsDouble(row)) - MARK, Math.min(error.known() ? y(error.high()) : bottom,
            plot.time && hasP99(row) ? y(row.nsPerPage().p99()) : bottom));
    }

    private double lowest(Row row) {
        Interval error = plot.error.apply(row);
        return Math.max(y(plot.value.applyAsDouble(row)) + MARK, error.known() ? y(error.low()) : top);
    }

    private static List<String> title(Panel panel) {
        return Text.wrapped(panel.title(), LETTERS_PER_PANEL);
    }

    private void grid() {
        for (double tick : plot.axis.ticks((bottom - top) / LINE)) {
            drawing.shape("grid", String.format(Locale.ROOT, "M%d %.1fH%d", left, y(tick), right), "");
            drawing.text(left - 8, y(tick) + 5, "note end", plot.tick.apply(tick));
        }
        double free = 0;
        for (int number : rows.stream().mapToInt(row -> row.point().cores()).sorted().distinct().toArray()) {
            double half = Integer.toString(number).length() * LETTER / 2.0 + LETTER / 2.0;
            drawing.shape("grid", String.format(Locale.ROOT, "M%.1f %dv5", x(number), bottom), "");
            if (x(number) - half >= free) {
                drawing.text(x(number), bottom + 20, "note mid", Integer.toString(number));
                free = x(number) + half;
            }
        }
        drawing.text((left + right) / 2.0, bottom + BELOW - 4, "note mid", "cores");
    }

    private void line(Panel.Curve curve) {
        drawing.shape("line " + classes(curve) + dash(curve), curve.rows().stream().map(row -> String.format(Locale.ROOT,
            "%.1f %.1f", x(row), y(plot.value.applyAsDouble(row)))).collect(Collectors.joining("L", "M", "")), "");
    }

    private void marks(Panel.Curve curve) {
        for (Row row : curve.rows()) {
            double x = x(row);
            Interval error = plot.error.apply(row);
            if (error.known()) {
                double low = y(error.low());
                double high = y(error.high());
                drawing.shape("bar " + classes(curve), String.format(Locale.ROOT,
                    "M%.1f %.1fV%.1fM%.1f %.1fh%dM%.1f %.1fh%d", x, low, high, x - CAP, low, 2 * CAP, x - CAP, high,
                    2 * CAP), "");
            }
            if (plot.time && hasP99(row)) {
                double p99 = y(row.nsPerPage().p99());
                drawing.shape("p99 " + classes(curve), String.format(Locale.ROOT, "M%.1f %.1fh%d", x - CAP - 2, p99,
                    2 * CAP + 4), "");
                drawing.shape("stem " + classes(curve), String.format(Locale.ROOT, "M%.1f %.1fV%.1f", x, p99,
                    y(row.nsPerPage().mean())), "");
            }
            mark(curve, x, y(plot.value.applyAsDouble(row)), plot.time ? tip(curve, row) : curve.name() + ", "
                + row.point().cores() + " cores: " + Figures.count(rate(row)) + " pages/s");
        }
    }

    private static String tip(Panel.Curve curve, Row row) {
        Interval error = row.nsPerPageError();
        String interval = error.known()
            ? " (" + Figures.time(error.low()) + " to " + Figures.time(error.high()) + ')' : "";
        return curve.name() + ", " + row.point().cores() + " cores: mean " + Figures.time(row.nsPerPage().mean())
            + interval + ", p99 " + Figures.time(row.nsPerPage().p99());
    }

    private void notes() {
        for (List<Row> rows : clocks) {
            if (rows.stream().anyMatch(row -> row.nsPerPageError().known())) {
                String clock = clocks.size() == 1 ? "" : ", " + Point.word(rows.get(0).point().clock()) + " clock";
                note("Bars" + clock + ": " + Notes.errors(rows) + ", if longer than a mark.", "note");
            }
        }
        List<Row> paced = rows.stream().filter(row -> row.paced() != null).toList();
        if (!paced.isEmpty()) {
            note("Emulated time is wall-clock / D, extrapolated to a host that costs nothing; largest D "
                + paced.stream().map(row -> row.paced().dilation()).distinct().sorted().map(Figures::dilation)
                    .collect(Collectors.joining(", ")) + '.', "note");
            doubts(paced);
        }
        List<Row> over = rows.stream().filter(Row::scheduled).toList();
        if (!over.isEmpty()) {
            note("Oversubscribed: " + Figures.range(over.stream().map(row -> row.point().cores()).toList()) + " cores shared "
                + Figures.range(over.stream().map(Row::hostCpus).toList()) + " CPUs; these times include the scheduler.",
                "note");
        }
        long stale = rows.stream().mapToLong(Row::staleUses).sum();
        if (stale > 0) {
            note("Stale uses: " + stale + ". A core used a page after it was gone: do not trust this.", "warn");
        }
    }

    private void doubts(List<Row> paced) {
        long bent = paced.stream().filter(row -> row.paced().straightness() == Straightness.BENT).count();
        if (bent > 0) {
            note("Not shown to be straight in 1 / D: " + bent + " of " + paced.size() + " points.", "note");
        }
        long hidden = paced.stream().filter(row -> row.paced().straightness() == Straightness.CANNOT_TELL).count();
        if (hidden > 0) {
            note("Whether straight in 1 / D cannot be told: " + hidden + " of " + paced.size() + " points.", "note");
        }
        for (Row row : paced) {
            if (row.isRefused()) {
                note("Refused: " + Point.word(row.point().strategy()) + ", " + row.point().cores() + " cores, "
                    + Axis.SENDERS.caption(row.point()) + ": " + row.refused(Figure.NS_PER_PAGE).words() + '.', "warn");
            }
        }
        long wide = paced.stream().filter(row -> row.paced().wide()).count();
        if (wide > 0) {
            note("Bound over 10%: " + wide + " of " + paced.size() + " points.", "note");
        }
        long unknown = paced.stream().filter(row -> Double.isNaN(row.paced().errorBound())
            && row.refused(row.mainFigure()) == null).count();
        if (unknown > 0) {
            note("Bound not known, for want of forks: " + unknown + " of " + paced.size() + " points.", "note");
        }
    }

    private static String classes(Panel.Curve curve) {
        return Point.word(curve.strategy());
    }

    private static String dash(Panel.Curve curve) {
        return curve.senders() == 0 ? "" : " dash" + curve.senders() % SHAPES.length;
    }

    private double x(double number) {
        return left + cores.at(number) * (right - left);
    }

    private double x(Row row) {
        return x(row.point().cores()) + shifts.getOrDefault(row, 0.0);
    }

    private double y(double value) {
        return top + (1 - plot.axis.at(value)) * (bottom - top);
    }

    private void mark(Panel.Curve curve, double x, double y, String tip) {
        drawing.shape("mark " + classes(curve), String.format(Locale.ROOT, "M%.1f %.1f", x, y)
            + SHAPES[curve.senders() % SHAPES.length], tip);
    }

    private void note(String text, String classes) {
        lines(Text.wrapped(text, LETTERS_PER_LINE), classes);
    }

    private void lines(List<String> lines, String classes) {
        for (String line : lines) {
            y += LINE;
            drawing.text(MARGIN, y, classes, line);
        }
    }
}
