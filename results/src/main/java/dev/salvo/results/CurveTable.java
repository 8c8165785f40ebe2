package dev.salvo.results;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The table of a sweep: one line for each point, one group of lines for each combination of senders and of whatever
 * else the sweep varied, what it held fixed above, and below it what the columns mean and what to beware of.
 *
 * <p>Rows keep their order within a group; {@link RunFolder#rows} sorts them. All columns are per page.
 */
public final class CurveTable {
    private static final String NOTHING = "no point was measured\n";
    private static final int WIDTH = 120;
    private static final String GAP = "  ";

    private final List<Row> rows;
    private final List<Column> columns = new ArrayList<>();

    private record Column(String head, boolean toTheLeft, Function<Row, String> cell) {
    }

    private CurveTable(List<Row> rows) {
        this.rows = rows;
        right("cores", row -> Integer.toString(row.point().cores()));
        left("strategy", row -> Point.word(row.point().strategy()));
        right("mean", row -> Figures.time(row.nsPerPage().mean()));
        right("error", row -> Figures.error(row.nsPerPage().mean(), row.nsPerPageError()));
        right("p99", row -> Figures.time(row.nsPerPage().p99()));
        right("issue", row -> Figures.time(row.split().issueNsPerPage()));
        right("wait", row -> Figures.time(row.split().waitNsPerPage()));
        right("software", row -> Figures.time(row.split().softwareNsPerPage()));
        right("timed", row -> Figures.time(row.split().nsPerPage()) + (row.splitDisturbs() ? "*" : ""));
        right("gain", row -> Figures.ratio(row.batchingGain()));
        if (rows.stream().anyMatch(row -> row.point().load() != Point.Load.IDLE)) {
            right("victims", row -> Figures.ratio(row.victimSlowdown()));
        }
        if (rows.stream().anyMatch(row -> row.counts().wakeUps() > 0)) {
            right("wake-ups", row -> Figures.count(row.counts().wakeUpsPerPage()));
        }
        right("stale", row -> Long.toString(row.counts().staleUses()));
        left("cores/CPUs", row -> (row.oversubscribed() ? "oversubscribed " : "") + row.point().cores() + '/'
            + row.hostCpus());
    }

    /**
     * The table as plain text, aligned: about {@value #WIDTH} columns wide where every column is there.
     *
     * @param rows  the rows
     * @param style what the screen can show
     * @return lines, the last one ended too
     */
    public static String text(List<Row> rows, TerminalStyle style) {
        return rows.isEmpty() ? NOTHING : new CurveTable(rows).text(style);
    }

    /**
     * The table in GitHub's Markdown: a table for each group.
     *
     * @param rows the rows
     * @return lines, the last one ended too
     */
    public static String markdown(List<Row> rows) {
        return rows.isEmpty() ? NOTHING : new CurveTable(rows).markdown();
    }

    private void right(String head, Function<Row, String> cell) {
        columns.add(new Column(head, false, cell));
    }

    private void left(String head, Function<Row, String> cell) {
        columns.add(new Column(head, true, cell));
    }

    private String text(TerminalStyle style) {
        List<Integer> widths = columns.stream().map(column -> width(column, style)).toList();
        StringBuilder text = new StringBuilder();
        Text.wrappedItems(caption(), WIDTH).forEach(line -> text.append(style.letters(line)).append('\n'));
        for (Map.Entry<String, List<Row>> group : groups().entrySet()) {
            text.append('\n').append(style.ink(TerminalStyle.Ink.HEADING, style.letters(group.getKey()))).append('\n');
            text.append(style.ink(TerminalStyle.Ink.FAINT, line(widths, Column::head))).append('\n');
            for (Row row : group.getValue()) {
                String line = line(widths, column -> style.letters(column.cell().apply(row)));
                boolean bad = row.counts().staleUses() > 0;
                text.append(bad ? style.ink(TerminalStyle.Ink.WARNING, line) : line).append('\n');
            }
        }
        text.append('\n');
        for (String note : notes()) {
            Text.wrapped(style.letters(note), WIDTH).forEach(line ->
                text.append(style.ink(TerminalStyle.Ink.FAINT, line)).append('\n'));
        }
        return text.toString();
    }

    private String line(List<Integer> widths, Function<Column, String> cell) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            String text = cell.apply(columns.get(i));
            String blanks = " ".repeat(widths.get(i) - text.length());
            line.append(i == 0 ? "" : GAP).append(columns.get(i).toTheLeft() ? text + blanks : blanks + text);
        }
        return line.toString().stripTrailing();
    }

    private int width(Column column, TerminalStyle style) {
        return rows.stream().mapToInt(row -> style.letters(column.cell().apply(row)).length())
            .reduce(column.head().length(), Math::max);
    }

    private String markdown() {
        StringBuilder text = new StringBuilder(caption()).append('\n');
        for (Map.Entry<String, List<Row>> group : groups().entrySet()) {
            text.append("\n**").append(group.getKey()).append("**\n\n");
            text.append(columns.stream().map(Column::head).collect(Collectors.joining(" | ", "| ", " |\n")));
            text.append(columns.stream().map(column -> column.toTheLeft() ? "---" : "---:")
                .collect(Collectors.joining(" | ", "| ", " |\n")));
            for (Row row : group.getValue()) {
                text.append(columns.stream().map(column -> column.cell().apply(row).replace("*", "\\*"))
                    .collect(Collectors.joining(" | ", "| ", " |\n")));
            }
        }
        text.append('\n');
        notes().forEach(note -> text.append("- ").append(note.replace("*", "\\*")).append('\n'));
        return text.toString();
    }

    private Map<String, List<Row>> groups() {
        EnumSet<Axis> apart = Axis.varied(rows);
        apart.add(Axis.SENDERS);
        return rows.stream().collect(Collectors.groupingBy(row -> Axis.words(apart, row.point(), Text.AND),
            LinkedHashMap::new, Collectors.toList()));
    }

    private String caption() {
        EnumSet<Axis> fixed = Axis.fixed(rows);
        fixed.remove(Axis.SENDERS);
        String jdks = rows.stream().map(Row::jdk).distinct().collect(Collectors.joining(", "));
        return Axis.words(fixed, rows.get(0).point(), Text.AND) + Text.AND + "JDK " + jdks;
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add("mean, p99: wall time of a sender's whole lists, divided by their pages.");
        if (rows.stream().anyMatch(row -> row.nsPerPageError().known())) {
            notes.add("error: " + errors(rows) + ".");
        }
        notes.add("issue, wait, software: where the time goes, from instrumented forks, in which a page took \"timed\" in all"
            + (rows.stream().anyMatch(Row::splitDisturbs) ? " (*: over 10% off the mean, so the split is rough)." : "."));
        notes.add("gain: sync mean / this mean.");
        if (rows.stream().anyMatch(row -> row.point().load() != Point.Load.IDLE)) {
            notes.add("victims: how much slower user programs ran per CPU-second than beside the same senders without "
                + "invalidations.");
        }
        if (rows.stream().anyMatch(row -> row.counts().wakeUps() > 0)) {
            notes.add("wake-ups: cores that slept and were woken, per page; to wake them is part of the times.");
        }
        if (rows.stream().anyMatch(Row::oversubscribed)) {
            notes.add("oversubscribed: cores shared CPUs, so the host's scheduler is part of these times.");
        }
        long stale = rows.stream().mapToLong(row -> row.counts().staleUses()).sum();
        if (stale > 0) {
            notes.add("STALE USES: " + stale + ". A core used a page after it was gone: do not trust those rows.");
        }
        return notes;
    }

    /** What the error of some rows is. */
    static String errors(List<Row> rows) {
        TreeSet<Integer> forks = rows.stream().map(Row::forks).collect(Collectors.toCollection(TreeSet::new));
        String over = rows.stream().map(row -> Point.word(row.nsPerPageError().over())).distinct()
            .collect(Collectors.joining(" or "));
        String of = forks.first().equals(forks.last()) ? forks.first().toString() : forks.first() + "–" + forks.last();
        return Interval.CONFIDENCE_PERCENT + "% interval of the mean, over " + over + " (" + of
            + (forks.last() == 1 ? " fork)" : " forks)");
    }
}
