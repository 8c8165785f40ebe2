package dev.salvo.results;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Real system calls as a static SVG: a panel for each operation and number of pages, and for each placement where there are
 * several, in it a line for each point, on it the time of an operation with its interval; all on one logarithmic axis. What was
 * not validated is hollow, grey and dashed, and says so beside; a control, which has no targets, is a square. Never in a picture
 * with simulated cores: those are of another clock.
 */
public final class KernelSvg {
    private static final int WIDTH = 640;
    private static final int SHOWN_WIDTH = 800;
    private static final int MARGIN = 20;
    private static final int NAMES = 210;
    private static final int BESIDE = 112;
    private static final int LINE = 19;
    private static final int ROW = 24;
    private static final int CAP = 4;
    private static final int LETTERS_PER_LINE = 83;
    private static final int LONGEST_COMMAND = 240;
    private static final int MOST_TICKS = 4;
    private static final String HEADING = "What this host's own kernel takes for a system call";
    private static final String ROUND = "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z";
    private static final String SQUARE = "m-4 -4h8v8h-8z";
    private static final String LIGHT = """
        .head{font-weight:600} .warn{fill:#b3261e;font-weight:600} .mark,.bar{stroke-width:2} .p99{stroke-width:1.3}
        .call{stroke:#00756b} .call.mark{fill:#00756b} .control{stroke:#59636e} .control.mark{fill:#59636e}
        .untold{stroke:#8b6d5c;stroke-dasharray:3 2} .untold.mark{fill:#fff}
        """;
    private static final String DARK = """
        .warn{fill:#ff8a80} .call{stroke:#4fd1c1} .call.mark{fill:#4fd1c1} .control{stroke:#9da7b1} .control.mark{fill:#9da7b1}
        .untold{stroke:#c8b5a6} .untold.mark{fill:#0d1117}
        """;

    private final List<KernelRow> rows;
    private final LogAxis times;
    private final Drawing drawing = new Drawing();
    private int y;

    private KernelSvg(List<KernelRow> rows) {
        this.rows = rows;
        List<Double> all = new ArrayList<>();
        for (KernelRow row : rows) {
            Replicates time = row.nsPerOp();
            for (double nanos : new double[] {time.mean(), time.low(), time.high(), row.percentile(99)}) {
                if (nanos > 0) {
                    all.add(nanos);
                }
            }
        }
        this.times = LogAxis.aroundTimes(all.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /**
     * Draws rows.
     *
     * @param rows    what {@link RunFolder#kernelRows} returned, at least one
     * @param host    the name of the host they were measured on
     * @param command the command that measured them
     * @return an SVG document
     * @throws IllegalArgumentException if there is no row
     */
    public static String of(List<KernelRow> rows, String host, String command) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("no rows to draw; accepted: at least one");
        }
        return new KernelSvg(rows).draw(Text.oneLine(host, LETTERS_PER_LINE), Text.oneLine(command, LONGEST_COMMAND));
    }

    private String draw(String host, String command) {
        y = 34;
        drawing.text(MARGIN, y, "title", HEADING);
        y += 4;
        note(host + Text.AND + command, "note");
        note("ns per operation, mean; bars: 95 % intervals over rounds; short upright line: p99", "note");
        legend();
        boolean isMixed = rows.stream().map(row -> row.point().placement()).distinct().count() > 1; // as of runs that were merged
        rows.stream().collect(Collectors.groupingBy(row -> row.point().op() + Text.AND
            + PeersTable.plural(row.point().pages(), "page") + (isMixed ? Text.AND + row.point().placement() : ""),
            LinkedHashMap::new, Collectors.toList())).forEach(this::panel);
        long untold = rows.stream().filter(row -> !row.valid()).count();
        if (untold > 0) {
            note("Not validated: " + untold + " of " + PeersTable.plural(rows.size(), "point") + ". Nobody knows what those times "
                + "are of.", "warn");
            KernelRow.reasons(rows).values().forEach(why -> note(why, "note"));
        }
        if (rows.stream().anyMatch(KernelRow::oversubscribed)) {
            note("Oversubscribed: threads shared CPUs, so the scheduler is part of some of these times.", "warn");
        }
        return drawing.document(WIDTH, y + MARGIN, SHOWN_WIDTH, HEADING, host + ", " + command + ". " + rows.stream()
            .map(KernelSvg::tip).collect(Collectors.joining("; ")) + '.', LIGHT, DARK);
    }

    private static String tip(KernelRow row) {
        return row.point().words() + ": " + Figures.time(row.nsPerOp().mean()) + (row.valid() ? "" : ", not validated");
    }

    private void legend() {
        y += LINE + 8;
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("call", "with targets");
        kinds.put("control", "control");
        kinds.put("untold", "not validated");
        kinds.keySet().retainAll(rows.stream().map(KernelSvg::kind).toList());
        int x = MARGIN;
        for (Map.Entry<String, String> kind : kinds.entrySet()) {
            mark(kind.getKey(), !kind.getKey().equals("control"), x + 6, y - 5, "");
            drawing.text(x + 18, y, "", kind.getValue());
            x += 150;
        }
        y += 6;
    }

    private static String kind(KernelRow row) {
        return !row.valid() ? "untold" : row.point().hasTargets() || row.targets() > 0 ? "call" : "control";
    }

    private void panel(String title, List<KernelRow> some) {
        int left = MARGIN + NAMES;
        int right = WIDTH - MARGIN - BESIDE;
        drawing.text(MARGIN, y += LINE + 6, "head", title);
        int top = y + 8;
        int bottom = top + some.size() * ROW;
        for (double tick : times.ticks(MOST_TICKS)) {
            double at = left + times.at(tick) * (right - left);
            drawing.shape("grid", String.format(Locale.ROOT, "M%.1f %dV%d", at, top, bottom), "");
            drawing.text(at, bottom + 16, "note mid", Figures.tick(tick));
        }
        for (int i = 0; i < some.size(); i++) {
            int line = top + i * ROW + ROW / 2;
            drawing.shape("grid", String.format(Locale.ROOT, "M%d %dH%d", left, line, right), "");
            line(some.get(i), line, left, right - left);
        }
        y = bottom + 22;
    }

    private void line(KernelRow row, int line, int left, int width) {
        KernelPoint point = row.point();
        String kind = kind(row);
        drawing.text(left - 8, line + 5, "end", PeersTable.plural(point.cores(), "core")
            + (point.senders() == 1 ? "" : point.senders() == point.cores() ? ", all send" : ", " + point.senders() + " send")
            + (point.others().equals(KernelPoint.NONE) ? "" : ", " + point.others()));
        Replicates time = row.nsPerOp();
        double x = left + times.at(time.mean()) * width;
        if (time.interval().known()) {
            double low = left + times.at(time.low()) * width;
            double high = left + times.at(time.high()) * width;
            drawing.shape("bar " + kind, String.format(Locale.ROOT, "M%.1f %dH%.1fM%.1f %dv%dM%.1f %dv%d", low, line, high, low,
                line - CAP, 2 * CAP, high, line - CAP, 2 * CAP), "");
        }
        if (row.percentile(99) > 0) {
            drawing.shape("p99 " + kind, String.format(Locale.ROOT, "M%.1f %dv%d", left + times.at(row.percentile(99)) * width,
                line - CAP, 2 * CAP), "p99 " + Figures.time(row.percentile(99)));
        }
        mark(kind, !kind.equals("control"), x, line, tip(row));
        drawing.text(left + width + 10, line + 5, row.valid() ? "" : "note", Figures.time(time.mean())
            + (row.valid() ? "" : ", not val."));
    }

    private void mark(String kind, boolean round, double x, double at, String tip) {
        drawing.shape("mark " + kind, String.format(Locale.ROOT, "M%.1f %.1f", x, at) + (round ? ROUND : SQUARE), tip);
    }

    private void note(String note, String classes) {
        Text.wrapped(note, LETTERS_PER_LINE).forEach(line -> drawing.text(MARGIN, y += LINE, classes, line));
    }
}
