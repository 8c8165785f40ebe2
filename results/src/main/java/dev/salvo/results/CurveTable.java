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
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The table of a sweep: one line for each point, one group of lines for each combination of senders and of whatever
 * else the sweep varied, what it held fixed above, and below it what the columns mean and what to beware of.
 *
 * <p>Rows keep their order within a group; {@link RunFolder#rows} sorts them. All times are per page. Rows of the
 * native and of the paced clock have a table each, with columns and notes of their own: emulated time and wall-clock
 * are not to be compared, let alone to stand in one column.
 */
public final class CurveTable {
    private static final String NOTHING = "no point was measured\n";
    private static final int WIDTH = 120;

    /** Marks a bound of an emulated figure that is too wide to be passed over. */
    private static final String WIDE = "*";

    /** Marks an emulated figure that may have been extrapolated along what is no line. */
    private static final String BENT = "~";

    private final List<Row> rows;
    private final List<Column> columns = new ArrayList<>();

    private record Column(String head, boolean toTheLeft, Function<Row, String> cell) {
    }

    private CurveTable(List<Row> rows) {
        this.rows = rows;
        if (paced()) {
            pacedColumns();
        } else {
            nativeColumns();
        }
    }

    private void nativeColumns() {
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
        if (any(CurveTable::countsOps)) {
            right("ops/s", row -> Figures.count(row.opsPerSecond()));
        }
        if (any(Row::hasVictims)) {
            right("victims", row -> Figures.ratio(row.victimSlowdown()));
        }
        if (any(row -> row.counts().wakeUps() > 0)) {
            right("wake-ups", row -> Figures.count(row.counts().wakeUpsPerPage()));
        }
        right("stale", row -> Long.toString(row.counts().staleUses()));
        left("cores/CPUs", row -> (row.oversubscribed() ? "oversubscribed " : "") + row.point().cores() + '/'
            + row.hostCpus());
    }

    private void pacedColumns() {
        right("cores", row -> Integer.toString(row.point().cores()));
        left("strategy", row -> Point.word(row.point().strategy()));
        right("mean", row -> Figures.time(row.nsPerPage().mean()));
        right("bound", row -> bound(row, row.paced().bounds().nsPerPage(), isMain(row, Main.TIME)));
        right("p99", row -> Figures.time(row.nsPerPage().p99()));
        right("issue", row -> Figures.time(row.split().issueNsPerPage()));
        right("wait", row -> Figures.time(row.split().waitNsPerPage()));
        right("software", row -> Figures.time(row.split().softwareNsPerPage()));
        right("share", row -> Figures.percent(row.split().flushShare()));
        right("gain", row -> Figures.ratio(row.batchingGain()));
        if (any(CurveTable::countsOps)) {
            right("ops/s", row -> Figures.count(row.opsPerSecond()) + ' '
                + bound(row, row.paced().bounds().opsPerSecond(), isMain(row, Main.OPS)));
        }
        if (any(Row::hasVictims)) {
            right("victims", row -> row.hasVictims() ? Figures.ratio(row.victimSlowdown()) + ' '
                + bound(row, row.paced().bounds().victimSlowdown(), isMain(row, Main.VICTIMS)) : Figures.NONE);
        }
        right("stale", row -> Long.toString(row.counts().staleUses()));
        right("D", row -> Figures.dilation(row.paced().dilation()));
        right("slower", row -> Figures.ratio(row.paced().slowdown()));
    }

    /** Which figure of a row is the one that its workload is run for. */
    private enum Main {
        TIME,
        OPS,
        VICTIMS
    }

    private static boolean isMain(Row row, Main figure) {
        return figure == switch (row.point().workload().mainFigure()) {
            case TIME -> Main.TIME;
            case OPERATIONS -> Main.OPS;
            case SLOWDOWN -> Main.VICTIMS;
        };
    }

    private static String bound(Row row, double share, boolean main) {
        return Figures.bound(share) + (share > Extrapolation.WIDE ? WIDE : "")
            + (main && !row.paced().straight() ? BENT : "");
    }

    private static boolean countsOps(Row row) {
        return row.point().workload().mainFigure() == Workload.MainFigure.OPERATIONS;
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

    /**
     * The table in GitHub's Markdown: a table for each group.
     *
     * @param rows the rows
     * @return lines, the last one ended too
     */
    public static String markdown(List<Row> rows) {
        return rows.isEmpty() ? NOTHING : byClock(rows).stream().map(part -> new CurveTable(part).markdown())
            .collect(Collectors.joining("\n"));
    }

    /** The rows of each clock there is, native ones first. */
    static List<List<Row>> byClock(List<Row> rows) {
        return List.copyOf(rows.stream().collect(Collectors.groupingBy(row -> row.point().clock(), TreeMap::new,
            Collectors.toList())).values());
    }

    private boolean paced() {
        return rows.get(0).paced() != null;
    }

    private boolean shows(String mark) {
        return any(row -> columns.stream().anyMatch(column -> column.cell().apply(row).contains(mark)));
    }

    private boolean any(Predicate<Row> what) {
        return rows.stream().anyMatch(what);
    }

    private void right(String head, Function<Row, String> cell) {
        columns.add(new Column(head, false, cell));
    }

    private void left(String head, Function<Row, String> cell) {
        columns.add(new Column(head, true, cell));
    }

    private String text(TerminalStyle style) {
        List<String> heads = columns.stream().map(Column::head).toList();
        List<List<String>> lines = new ArrayList<>(List.of(heads));
        rows.forEach(row -> lines.add(cells(row, style)));
        int[] widths = Text.widths(lines);
        StringBuilder text = new StringBuilder();
        Text.wrappedItems(caption(), WIDTH).forEach(line -> text.append(style.letters(line)).append('\n'));
        for (Map.Entry<String, List<Row>> group : groups().entrySet()) {
            text.append('\n').append(style.ink(TerminalStyle.Ink.HEADING, style.letters(group.getKey()))).append('\n');
            text.append(style.ink(TerminalStyle.Ink.FAINT, line(heads, widths))).append('\n');
            for (Row row : group.getValue()) {
                String line = line(cells(row, style), widths);
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

    private List<String> cells(Row row, TerminalStyle style) {
        return columns.stream().map(column -> style.letters(column.cell().apply(row))).toList();
    }

    private String line(List<String> cells, int[] widths) {
        return Text.aligned(cells, widths, i -> columns.get(i).toTheLeft());
    }

    private String markdown() {
        StringBuilder text = new StringBuilder(caption()).append('\n');
        for (Map.Entry<String, List<Row>> group : groups().entrySet()) {
            text.append("\n**").append(group.getKey()).append("**\n\n");
            text.append(columns.stream().map(Column::head).collect(Collectors.joining(" | ", "| ", " |\n")));
            text.append(columns.stream().map(column -> column.toTheLeft() ? "---" : "---:")
                .collect(Collectors.joining(" | ", "| ", " |\n")));
            for (Row row : group.getValue()) {
                text.append(columns.stream().map(column -> markdown(column.cell().apply(row)))
                    .collect(Collectors.joining(" | ", "| ", " |\n")));
            }
        }
        text.append('\n');
        notes().forEach(note -> text.append("- ").append(markdown(note)).append('\n'));
        return text.toString();
    }

    /**
     * The table as HTML: a table for each group, and the notes as a list.
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
        for (Map.Entry<String, List<Row>> group : groups().entrySet()) {
            String name = Text.escaped(group.getKey());
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
        return text + notes().stream().map(note -> "<p>" + Text.escaped(note) + "</p>\n")
            .collect(Collectors.joining("", "<div class=\"note\">", "</div>\n"));
    }

    private static void cell(StringBuilder text, String tag, Column column, String words) {
        text.append('<').append(tag).append(column.toTheLeft() ? " class=\"text\">" : ">").append(Text.escaped(words))
            .append("</").append(tag, 0, 2).append('>');
    }

    private static String markdown(String text) {
        return text.replace(WIDE, '\\' + WIDE).replace(BENT, '\\' + BENT);
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
        List<String> notes = paced() ? pacedNotes() : nativeNotes();
        rows.stream().map(row -> row.point().workload()).distinct().sorted().map(CurveTable::page)
            .filter(note -> !note.isEmpty()).forEach(notes::add);
        if (any(Row::scheduled)) {
            notes.add("oversubscribed: cores shared CPUs, so the host's scheduler is part of these times.");
        }
        long stale = rows.stream().mapToLong(row -> row.counts().staleUses()).sum();
        if (stale > 0) {
            notes.add("STALE USES: " + stale + ". A core used a page after it was gone: do not trust those rows.");
        }
        return notes;
    }

    private List<String> nativeNotes() {
        List<String> notes = new ArrayList<>();
        notes.add(any(row -> row.point().workload() != Workload.SEED)
            ? "mean, p99: wall time of a sender's whole operations, divided by their pages."
            : "mean, p99: wall time of a sender's whole lists, divided by their pages.");
        if (any(row -> row.nsPerPageError().known())) {
            notes.add("error: " + errors(rows) + ".");
        }
        notes.add("issue, wait, software: where the time goes, from instrumented forks, in which a page took \"timed\" in all"
            + (any(Row::splitDisturbs) ? " (*: over 10% off the mean, so the split is rough)." : "."));
        notes.add("gain: sync mean / this mean.");
        otherColumns(notes);
        if (any(row -> row.counts().wakeUps() > 0)) {
            notes.add("wake-ups: cores that slept and were woken, per page; to wake them is part of the times.");
        }
        return notes;
    }

    private List<String> pacedNotes() {
        List<String> notes = new ArrayList<>();
        notes.add("Emulated time, not this host's: every cost that the profile gives is a real wait, D times as long; "
            + "what a page took is divided by D, and extrapolated over several D to a host that costs nothing. p99 is "
            + "not extrapolated: it is of whole lists, or operations, at the D shown, the largest.");
        notes.add("bound: how far off a figure may be: the way from its value at the largest D to the extrapolated "
            + "one, and the " + Interval.CONFIDENCE_PERCENT + "% interval over " + forks(rows) + " at the largest D.");
        if (any(row -> Double.isNaN(row.paced().errorBound()))) {
            notes.add("A bound of " + Figures.NONE + " is not known: it takes three forks.");
        }
        if (shows(WIDE)) {
            notes.add(WIDE + ": the bound is over 10%, too wide to quote the figure without it; a larger D narrows "
                + "it.");
        }
        if (shows(BENT)) {
            notes.add(BENT + ": the values at the several D do not lie on a straight line in 1 / D, or there are two "
                + "only, which cannot show it: do not trust the extrapolation.");
        }
        notes.add("issue, wait, software: of the mean. share: of the program's time, what it spent in the flush "
            + "functions. gain: sync mean / this mean.");
        otherColumns(notes);
        notes.add("slower: wall-clock per emulated time, as it was. Lost to the host: messages came later than planned "
            + "for at most " + Figures.percent(most(row -> row.paced().slipShare())) + " of emulated time; waits ended "
            + "late by " + Figures.time(most(row -> row.paced().overrunNs().mean())) + " in the mean and "
            + Figures.time(most(row -> row.paced().overrunNs().p99())) + " at p99, emulated, in the worst row.");
        return notes;
    }

    private void otherColumns(List<String> notes) {
        if (any(CurveTable::countsOps)) {
            notes.add("ops/s: rounds of the stressor's eight calls per second" + (paced() ? " of emulated time" : "")
                + ", all children of all senders together; a p99 of them is not known, and the mean stands in its column.");
        }
        if (any(Row::hasVictims)) {
            notes.add("victims: how much slower user programs ran per CPU-second than beside the same senders without "
                + "invalidations.");
        }
    }

    /** NaN if no row has it. */
    private double most(ToDoubleFunction<Row> figure) {
        return rows.stream().mapToDouble(figure).filter(Double::isFinite).max().orElse(Double.NaN);
    }

    /** What is a page of a workload; empty of the published program's, where it needs no word. */
    private static String page(Workload workload) {
        return workload.page().isEmpty() ? "" : "workload " + Point.word(workload) + ": " + workload.page() + '.';
    }

    /** What the error of some rows is, all of one clock. */
    static String errors(List<Row> rows) {
        if (rows.get(0).paced() != null) {
            return "from the value at the largest dilation to the extrapolated one, and the "
                + Interval.CONFIDENCE_PERCENT + "% interval over " + forks(rows);
        }
        String over = rows.stream().map(row -> Point.word(row.nsPerPageError().over())).distinct()
            .collect(Collectors.joining(" or "));
        return Interval.CONFIDENCE_PERCENT + "% interval of the mean, over " + over + " (" + forks(rows) + ')';
    }

    private static String forks(List<Row> rows) {
        TreeSet<Integer> forks = rows.stream().map(Row::forks).collect(Collectors.toCollection(TreeSet::new));
        String of = forks.first().equals(forks.last()) ? forks.first().toString() : forks.first() + "–" + forks.last();
        return of + (forks.last() == 1 ? " fork" : " forks");
    }
}
