package dev.salvo.results;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The table of real system calls: a group of lines for each operation and number of pages, and below them what follows from them
 * and what the columns mean. A figure of a row whose shootdowns were not seen to happen stands in a column of its own, and its
 * difference to the control is called not counted.
 */
public final class KernelTable {
    private static final int WIDTH = 120;
    private static final int LETTERS = 26;
    private static final double THOUSAND = 1000;
    private static final String NOTHING = "no system call was measured\n";
    /** What victims do, as replicates call it. */
    private static final String COMPUTE = "compute";
    private static final String MEMORY = "memory";
    /** What a {@link KernelLine} is over. */
    private static final List<String> GROWING = List.of("target", "page");
    private static final List<String> HEADS = List.of("cores", "others", "ns per op", "p99", "per page", "over control", "per target",
        "counted", "not validated", COMPUTE, MEMORY, "valid");

    private final List<KernelRow> rows;
    private final Map<String, String> reasons;
    private final List<KernelLine> lines;

    private KernelTable(List<KernelRow> rows) {
        this.rows = rows;
        this.reasons = KernelRow.reasons(rows);
        this.lines = KernelLine.of(rows);
    }

    /** A letter for a kind of reason. */
    private String letter(String kind) {
        int number = List.copyOf(reasons.keySet()).indexOf(kind);
        return "(" + (number < LETTERS ? Character.toString((char) ('a' + number)) : Integer.toString(number)) + ')';
    }

    /**
     * The table as plain text.
     *
     * @param rows  what {@link RunFolder#kernelRows} returned
     * @param style what the screen can show
     * @return lines, the last one ended too
     */
    public static String text(List<KernelRow> rows, TerminalStyle style) {
        return rows.isEmpty() ? NOTHING : new KernelTable(rows).text(style);
    }

    private String text(TerminalStyle style) {
        List<Integer> columns = columns();
        TextTable table = new TextTable(columns.stream().map(HEADS::get).toList(), 0);
        rows.forEach(row -> table.add(row.point().butCores(), columns.stream().map(cells(row)::get).toList()));
        StringBuilder text = new StringBuilder(table.text(style));
        for (String over : GROWING) {
            TextTable growth = new TextTable(KernelLine.heads(over), 1);
            List<KernelLine> some = lines.stream().filter(line -> line.over().equals(over)).toList();
            some.forEach(line -> growth.add("over " + over + 's', line.cells()));
            text.append(some.isEmpty() ? "" : growth.text(style));
        }
        text.append('\n');
        return text + Text.notes(notes(), WIDTH, style);
    }

    /**
     * The table as HTML.
     *
     * @param rows the rows, at least one
     * @return elements for the body of a page
     */
    static String html(List<KernelRow> rows) {
        return new KernelTable(rows).html();
    }

    private String html() {
        List<Integer> columns = columns();
        Map<String, List<KernelRow>> groups = rows.stream().collect(Collectors.groupingBy(row -> row.point().butCores(), LinkedHashMap::new,
            Collectors.toList()));
        StringBuilder html = new StringBuilder();
        groups.forEach((group, some) -> append(html, group, columns.stream().map(HEADS::get).toList(),
            some.stream().map(row -> columns.stream().map(cells(row)::get).toList()).toList()));
        for (String over : GROWING) {
            List<List<String>> some = lines.stream().filter(line -> line.over().equals(over)).map(KernelLine::cells).toList();
            if (!some.isEmpty()) {
                append(html, "Over " + over + 's', KernelLine.heads(over), some);
            }
        }
        return html + notes().stream().map(note -> "<p>" + Text.escaped(note) + "</p>\n")
            .collect(Collectors.joining("", "<div class=\"note\">", "</div>\n"));
    }

    private static void append(StringBuilder html, String caption, List<String> heads, List<List<String>> lines) {
        String name = Text.escaped(caption);
        html.append("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"All figures, ").append(name)
            .append("\"><table><caption>").append(name).append("</caption><thead><tr>");
        heads.forEach(head -> html.append("<th scope=\"col\">").append(head).append("</th>"));
        html.append("</tr></thead><tbody>");
        for (List<String> cells : lines) {
            html.append("<tr><th scope=\"row\">").append(Text.escaped(cells.get(0))).append("</th>");
            cells.stream().skip(1).forEach(cell -> html.append("<td>").append(Text.escaped(cell)).append("</td>"));
            html.append("</tr>\n");
        }
        html.append("</tbody></table></div>\n");
    }

    /** Those in which there is anything, and those that every table has. */
    private List<Integer> columns() {
        List<Integer> columns = new ArrayList<>();
        for (int i = 0; i < HEADS.size(); i++) {
            int column = i;
            boolean isAlways = i < 3 || i == HEADS.size() - 1;
            boolean isAny = rows.stream().anyMatch(row -> !cells(row).get(column).equals(Figures.NONE));
            if (isAlways || isAny && !(HEADS.get(i).equals("per page") && rows.stream().allMatch(row -> row.point().pages() == 1))) {
                columns.add(i);
            }
        }
        return columns;
    }

    private List<String> cells(KernelRow row) {
        KernelPoint point = row.point();
        boolean valid = row.valid();
        String time = with(Figures.time(row.nsPerOp().mean()), Figures.error(row.nsPerOp().mean(), row.nsPerOp().interval()));
        Estimate over = row.overControl();
        boolean isCost = valid && row.control() != null && row.control().valid();
        return List.of(Integer.toString(point.cores()), point.others(),
            valid ? time : Figures.NONE,
            valid ? Figures.time(row.percentile(99)) : Figures.NONE,
            valid ? Figures.time(row.nsPerPage()) : Figures.NONE,
            !over.known() ? Figures.NONE : isCost ? over.time() : over.time() + " not counted",
            row.perTarget().known() ? row.perTarget().time() : Figures.NONE,
            counted(row.shootdowns()) + '/' + counted(row.targets()),
            valid ? Figures.NONE : time,
            victim(row, COMPUTE), victim(row, MEMORY),
            valid ? "yes" : "no " + letter(row.kindOfReason()));
    }

    private static String counted(double count) {
        return count == Math.rint(count) ? Figures.whole(count) : Figures.count(count);
    }

    private static String with(String time, String error) {
        return error.isEmpty() ? time : time + ' ' + error;
    }

    private static String victim(KernelRow row, String kind) {
        Replicates.Gain slower = row.victims().get(kind);
        return slower == null ? Figures.NONE : Figures.ratio(slower.ratio());
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        reasons.forEach((kind, why) -> notes.add(letter(kind) + " not valid: " + (why.isEmpty() ? "no reason is told" : why)));
        if (!lines.isEmpty()) {
            notes.add("for each more: the slope of a straight line in every round, of valid points in which each thread had a CPU; the "
                + "column beside it is where that line begins. Behind them: from how many to how many, and at how many points.");
        }
        rows.stream().filter(row -> row.point().senders() > 1 && row.valid() && Double.isFinite(row.opsPerSecond()))
            .forEach(row -> notes.add(row.point().words() + ": " + Figures.count(row.opsPerSecond() / THOUSAND)
                + " thousand operations per second, all senders together."));
        rows.stream().filter(row -> row.valid() && row.replicates().stream().anyMatch(each -> !each.valid()))
            .forEach(row -> notes.add(row.point().words() + ": " + row.why() + '.'));
        notes.add("ns per op: wall time of a call of this host's own kernel, an empty call subtracted"
            + (rows.stream().anyMatch(row -> row.nsPerOp().interval().known()) ? "; the interval is of 95 %, over rounds of a fresh "
            + "JVM each." : ". Too few rounds for an interval."));
        notes.add("counted: interrupts that the kernel counted for an operation, over the CPUs that it should reach"
            + (rows.stream().anyMatch(row -> row.point().op().equals("mprotect"))
                ? "; most kernels flush twice for a pair of mprotect." : "."));
        if (rows.stream().anyMatch(row -> row.overControl().known())) {
            notes.add("over control: more than the same beside processes that share nothing, or where those were not measured, "
                + "than the senders alone; round by round. per target: that over the targets which the control has not.");
        }
        if (rows.stream().anyMatch(row -> !row.valid())) {
            notes.add("not validated, not counted: the kernel's counters did not show that the shootdowns happened, so nobody knows "
                + "what this time is of.");
        }
        if (rows.stream().anyMatch(row -> !row.victims().isEmpty())) {
            notes.add("compute, memory: how many times as long as without shooting a thread took that computes beside the senders, and "
                + "one that waits for memory" + (rows.stream().anyMatch(row -> !row.valid() && !row.victims().isEmpty())
                ? "; beside a row that is not valid, of whatever reached them." : "."));
        }
        if (rows.stream().anyMatch(KernelRow::oversubscribed)) {
            notes.add("oversubscribed: " + rows.stream().filter(KernelRow::oversubscribed).map(row -> row.point().cores() + "/"
                + row.cpus()).distinct().collect(Collectors.joining(", ")) + " cores on CPUs: the scheduler is part of these times.");
        }
        return notes;
    }
}
