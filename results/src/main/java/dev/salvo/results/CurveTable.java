package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.point.Workload;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The table of a sweep: one line for each point, one group of lines for each combination of senders and of whatever
 * else the sweep varied, what it held fixed above, and below it what the columns mean and what to beware of. What there is no
 * room for beside the times, and is known of rounds only, stands in a second table of the same lines.
 *
 * <p>Rows keep their order within a group; {@link RunFolder#rows} sorts them. All times are per page. Rows of the
 * native and of the paced clock have a table each, with columns and notes of their own: emulated time and wall-clock
 * are not to be compared, let alone to stand in one column.
 */
public final class CurveTable {
    private static final String NOTHING = "no point was measured\n";
    private static final int WIDTH = 120;

    private final List<Row> rows;
    /** By the heading of each table, which for the first is none. */
    private final Map<String, List<Column>> tables = new LinkedHashMap<>();

    private CurveTable(List<Row> rows) {
        this.rows = rows;
        add("", Figure.columns(rows));
        List<Column> below = Figure.columns(Figure.BELOW, rows);
        if (!below.isEmpty()) {
            add("throughput and waits", below);
        }
    }

    private void add(String heading, List<Column> figures) {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.of("cores", false, row -> Integer.toString(row.point().cores())));
        columns.add(Column.of("strategy", true, row -> Point.word(row.point().strategy())));
        columns.addAll(figures);
        tables.put(heading, columns);
    }

    /**
     * The table as plain text, aligned: about {@value #WIDTH} columns wide where every column is there.
     *
     * @param rows  the rows
     * @param style what the screen can show
     * @return lines, the last one ended too
     */
    public static String text(List<Row> rows, TerminalStyle style) {
        return rows.isEmpty() ? NOTHING : byClock(rows).stream().map(part -> new CurveTable(part).text(style))
            .collect(Collectors.joining("\n"));
    }

    /** The rows of each clock there is, native ones first. */
    static List<List<Row>> byClock(List<Row> rows) {
        return List.copyOf(rows.stream().collect(Collectors.groupingBy(row -> row.point().clock(), TreeMap::new,
            Collectors.toList())).values());
    }

    private String text(TerminalStyle style) {
        StringBuilder text = new StringBuilder();
        Text.wrappedItems(caption(), WIDTH).forEach(line -> text.append(style.letters(line)).append('\n'));
        tables.forEach((heading, columns) -> append(text, heading, columns, style));
        text.append('\n');
        return text + Text.notes(notes(), WIDTH, style);
    }

    private void append(StringBuilder text, String heading, List<Column> columns, TerminalStyle style) {
        List<String> heads = columns.stream().map(Column::head).toList();
        List<List<String>> lines = new ArrayList<>(List.of(heads));
        rows.forEach(row -> lines.add(cells(columns, row, style)));
        int[] widths = Text.widths(lines);
        for (Map.Entry<String, List<Row>> group : groups().entrySet()) {
            text.append('\n').append(style.ink(TerminalStyle.Ink.HEADING, style.letters(titled(group.getKey(), heading))))
                .append('\n');
            text.append(style.ink(TerminalStyle.Ink.FAINT, line(columns, heads, widths))).append('\n');
            for (Row row : group.getValue()) {
                String line = line(columns, cells(columns, row, style), widths);
                boolean bad = row.staleUses() > 0;
                text.append(bad ? style.ink(TerminalStyle.Ink.WARNING, line) : line).append('\n');
            }
        }
    }

    private static String titled(String group, String heading) {
        return heading.isEmpty() ? group : group + Text.AND + heading;
    }

    private static List<String> cells(List<Column> columns, Row row, TerminalStyle style) {
        return columns.stream().map(column -> style.letters(column.cell().apply(row))).toList();
    }

    private static String line(List<Column> columns, List<String> cells, int[] widths) {
        return Text.aligned(cells, widths, i -> columns.get(i).toTheLeft());
    }

    /**
     * The table as HTML: a table for each group, or two, and the notes as a list.
     *
     * @param rows the rows
     * @return elements for the body of a page
     */
    static String html(List<Row> rows) {
        return rows.isEmpty() ? "<p>" + NOTHING.strip() + "</p>\n"
            : byClock(rows).stream().map(part -> new CurveTable(part).html()).collect(Collectors.joining("\n"));
    }

    private String html() {
        StringBuilder text = new StringBuilder("<p class=\"note\">" + Text.escaped(caption()) + "</p>\n");
        tables.forEach((heading, columns) -> append(text, heading, columns));
        return text + notes().stream().map(note -> "<p>" + Text.escaped(note) + "</p>\n")
            .collect(Collectors.joining("", "<div class=\"note\">", "</div>\n"));
    }

    private void append(StringBuilder text, String heading, List<Column> columns) {
        for (Map.Entry<String, List<Row>> group : groups().entrySet()) {
            String name = Text.escaped(titled(group.getKey(), heading));
            text.append("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"All figures, ").append(name)
                .append("\"><table><caption>").append(name).append("</caption><thead><tr>");
            columns.forEach(column -> cell(text, "th scope=\"col\"", column, column.head()));
            text.append("</tr></thead><tbody>");
            for (Row row : group.getValue()) {
                text.append("<tr>");
                columns.forEach(column -> cell(text, column == columns.get(0) ? "th scope=\"row\"" : "td", column,
                    column.cell().apply(row)));
                text.append("</tr>\n");
            }
            text.append("</tbody></table></div>\n");
        }
    }

    private static void cell(StringBuilder text, String tag, Column column, String words) {
        text.append('<').append(tag).append(column.toTheLeft() ? " class=\"text\">" : ">").append(Text.escaped(words))
            .append("</").append(tag, 0, 2).append('>');
    }

    private Map<String, List<Row>> groups() {
        EnumSet<Axis> apart = Captions.varied(rows);
        apart.add(Axis.SENDERS);
        return rows.stream().collect(Collectors.groupingBy(row -> Captions.words(apart, row.point(), Text.AND),
            LinkedHashMap::new, Collectors.toList()));
    }

    private String caption() {
        EnumSet<Axis> fixed = Captions.fixed(rows);
        fixed.remove(Axis.SENDERS);
        String jdks = rows.stream().map(Row::jdk).distinct().collect(Collectors.joining(", "));
        return Captions.words(fixed, rows.get(0).point(), Text.AND) + Text.AND + "JDK " + jdks;
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        tables.values().forEach(columns -> columns.forEach(column -> notes.addAll(column.notes().apply(rows))));
        rows.stream().map(row -> row.point().workload()).distinct().sorted().map(CurveTable::page)
            .filter(note -> !note.isEmpty()).forEach(notes::add);
        if (rows.stream().anyMatch(Row::scheduled)) {
            notes.add("oversubscribed: cores shared CPUs, so the host's scheduler is part of these times.");
        }
        long stale = rows.stream().mapToLong(Row::staleUses).sum();
        if (stale > 0) {
            notes.add("STALE USES: " + stale + ". A core used a page after it was gone: do not trust those rows.");
        }
        return notes;
    }

    /** What is a page of a workload; empty of the published program's, where it needs no word. */
    private static String page(Workload workload) {
        return workload.page().isEmpty() ? "" : "workload " + Point.word(workload) + ": " + workload.page() + '.';
    }
}
