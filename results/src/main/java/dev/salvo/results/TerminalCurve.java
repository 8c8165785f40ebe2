package dev.salvo.results;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The curves of a sweep drawn in letters: mean time per page over cores, both axes logarithmic, {@value #WIDTH} columns
 * wide and {@value #HEIGHT} lines high, with a legend below. What else a sweep varied beside strategy and senders has a
 * drawing each, on the same scales. Emulated times are drawn apart from wall-clock, on scales of their own.
 *
 * <p>Synchronous curves have solid marks and batched ones hollow marks (capitals and small letters in ASCII), one shape
 * for each kind of senders. Where several marks fall on one place, the drawing says so.
 */
public final class TerminalCurve {
    static final int WIDTH = 72;
    static final int HEIGHT = 18;

    private static final int LABELS = 8;
    private static final int COLUMNS = WIDTH - LABELS - 4;
    private static final int LINES = HEIGHT - 2;
    private static final int MOST_TICKS = 8;

    private static final String SOLID = "●■▲◆▼★";
    private static final String HOLLOW = "○□△◇▽☆";
    private static final String DOTTED = "◉▣▸❖▾✪";
    private static final String ASCII_SOLID = "ABCDEF";
    private static final String ASCII_HOLLOW = "abcdef";
    private static final String ASCII_DOTTED = "uvwxyz";
    private static final char SEVERAL = '#';
    private static final char BLANK = ' ';
    private static final String CORES = "cores";

    private final List<Panel> panels;
    private final TerminalStyle style;
    private final String title;
    private final LogAxis cores;
    private final LogAxis times;
    private final int[] measured;
    private final StringBuilder text = new StringBuilder();
    private boolean several;

    private TerminalCurve(List<Row> rows, TerminalStyle style) {
        this.style = style;
        this.panels = Panel.of(rows);
        this.title = rows.get(0).paced() == null ? "mean time per page" : Panel.emulated(rows);
        this.measured = rows.stream().mapToInt(row -> row.point().cores()).sorted().distinct().toArray();
        int fewest = measured[0];
        int most = measured[measured.length - 1];
        this.cores = fewest == most ? new LogAxis(fewest / 2.0, most * 2.0) : new LogAxis(fewest, most);
        this.times = LogAxis.aroundTimes(rows.stream().mapToDouble(row -> row.nsPerPage().mean()).toArray());
    }

    /**
     * Draws rows.
     *
     * @param rows  the rows
     * @param style what the screen can show
     * @return lines, the last one ended too; empty if there are no rows
     */
    public static String text(List<Row> rows, TerminalStyle style) {
        return CurveTable.byClock(rows).stream().map(part -> Row.believed(part).isEmpty() ? ""
            : new TerminalCurve(Row.believed(part), style).draw()).filter(drawn -> !drawn.isEmpty())
            .collect(Collectors.joining("\n")) + refused(rows);
    }

    private static String refused(List<Row> rows) {
        long refused = rows.stream().filter(Row::isRefused).count();
        return refused == 0 ? "" : " ".repeat(LABELS + 1) + "not drawn: " + refused + " of " + rows.size()
            + " points, whose figures were refused\n";
    }

    private String draw() {
        for (Panel panel : panels) {
            text.append(style.letters(title)).append(panel.title().isEmpty() ? "" : ", ").append(panel.title())
                .append('\n');
            draw(panel);
        }
        for (Panel.Curve curve : Panel.legend(panels)) {
            text.append(" ".repeat(LABELS + 1)).append(style.ink(ink(curve), String.valueOf(mark(curve))))
                .append(' ').append(curve.name()).append('\n');
        }
        if (several) {
            text.append(" ".repeat(LABELS + 1)).append(SEVERAL).append(" several of them\n");
        }
        return text.toString();
    }

    private void draw(Panel panel) {
        char[][] marks = new char[LINES][COLUMNS];
        TerminalStyle.Ink[][] inks = new TerminalStyle.Ink[LINES][COLUMNS];
        for (char[] line : marks) {
            Arrays.fill(line, BLANK);
        }
        panel.curves().forEach(curve -> drawLine(curve, marks, inks));
        panel.curves().forEach(curve -> drawMarks(curve, marks, inks)); // over every line
        String[] labels = labels();
        for (int line = 0; line < LINES; line++) {
            text.append(style.letters(labels[line])).append(BLANK).append(bar(labels[line]));
            append(marks[line], inks[line]);
        }
        appendCores();
    }

    private void drawLine(Panel.Curve curve, char[][] marks, TerminalStyle.Ink[][] inks) {
        for (int i = 1; i < curve.rows().size(); i++) {
            Row from = curve.rows().get(i - 1);
            Row to = curve.rows().get(i);
            if (from.nsPerPage().mean() == 0 || to.nsPerPage().mean() == 0) {
                continue; // an extrapolation that ended at 0 is off the scale
            }
            int first = column(from);
            int last = column(to);
            for (int column = first + 1; column < last; column++) {
                double share = (column - first) / (double) (last - first);
                double start = from.nsPerPage().mean();
                int line = line(start * Math.pow(to.nsPerPage().mean() / start, share));
                marks[line][column] = style.unicode() ? '·' : '.';
                inks[line][column] = ink(curve);
            }
        }
    }

    private void drawMarks(Panel.Curve curve, char[][] marks, TerminalStyle.Ink[][] inks) {
        for (Row row : curve.rows()) {
            int line = line(row.nsPerPage().mean());
            int column = column(row);
            boolean taken = (SOLID + HOLLOW + DOTTED + ASCII_SOLID + ASCII_HOLLOW + ASCII_DOTTED + SEVERAL)
                .indexOf(marks[line][column]) >= 0;
            several |= taken;
            marks[line][column] = taken ? SEVERAL : mark(curve);
            inks[line][column] = taken ? TerminalStyle.Ink.HEADING : ink(curve);
        }
    }

    private String[] labels() {
        String[] labels = new String[LINES];
        Arrays.fill(labels, " ".repeat(LABELS));
        for (double tick : times.ticks(MOST_TICKS)) {
            String label = Figures.tick(tick);
            labels[line(tick)] = " ".repeat(Math.max(0, LABELS - label.length())) + label;
        }
        return labels;
    }

    private char bar(String label) {
        if (style.unicode()) {
            return label.isBlank() ? '│' : '┤';
        }
        return label.isBlank() ? '|' : '+';
    }

    /** One line of the drawing, without blanks at its end, its colours changed only where they change. */
    private void append(char[] marks, TerminalStyle.Ink[] inks) {
        int end = new String(marks).stripTrailing().length();
        text.append(end == 0 ? "" : " ");
        for (int from = 0; from < end; ) {
            int to = from + 1;
            while (to < end && inks[to] == inks[from]) {
                to++;
            }
            String run = new String(marks, from, to - from);
            text.append(inks[from] == null ? run : style.ink(inks[from], run));
            from = to;
        }
        text.append('\n');
    }

    /** The axis, with a tick at each measured number of cores, and the number where there is room. */
    private void appendCores() {
        char[] axis = new char[COLUMNS + 2];
        char[] numbers = new char[WIDTH];
        Arrays.fill(axis, style.unicode() ? '─' : '-');
        Arrays.fill(numbers, BLANK);
        CORES.getChars(0, CORES.length(), numbers, LABELS - CORES.length());
        int free = LABELS + 1;
        for (int number : measured) {
            String label = Integer.toString(number);
            int column = column(number);
            int start = Math.min(WIDTH - label.length(), LABELS + 3 + column - label.length() / 2);
            axis[column + 1] = style.unicode() ? '┴' : '+';
            if (start >= free) {
                label.getChars(0, label.length(), numbers, start);
                free = start + label.length() + 1;
            }
        }
        text.append(" ".repeat(LABELS + 1)).append(style.unicode() ? '└' : '+').append(axis).append('\n');
        text.append(new String(numbers).stripTrailing()).append('\n');
    }

    private char mark(Panel.Curve curve) {
        String shapes = switch (curve.strategy()) {
            case SYNC -> style.unicode() ? SOLID : ASCII_SOLID;
            case BATCHED -> style.unicode() ? HOLLOW : ASCII_HOLLOW;
            case LOCAL -> style.unicode() ? DOTTED : ASCII_DOTTED;
        };
        return shapes.charAt(curve.senders() % shapes.length());
    }

    private static TerminalStyle.Ink ink(Panel.Curve curve) {
        return switch (curve.strategy()) {
            case SYNC -> TerminalStyle.Ink.SYNC;
            case BATCHED -> TerminalStyle.Ink.BATCHED;
            case LOCAL -> TerminalStyle.Ink.LOCAL;
        };
    }

    private int column(Row row) {
        return column(row.point().cores());
    }

    private int column(int number) {
        return (int) Math.round(cores.at(number) * (COLUMNS - 1));
    }

    private int line(double time) {
        return (int) Math.round((1 - times.at(time)) * (LINES - 1));
    }
}
