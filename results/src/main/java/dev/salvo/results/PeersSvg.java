package dev.salvo.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A comparison as a static SVG: a panel for each number of cores and of senders, in it a line for each contender, on it
 * a dot for each time per page; all panels on one logarithmic axis, the limit as an upright line in each.
 *
 * <p>Solid dots wait after every page, hollow ones once a batch; round ones have nothing to do on receipt, square ones
 * invalidate a TLB. Ours have a colour of their own and stand first. Real text, no scripts, light or dark as the
 * reader's system asks. It lies in this package because the axis, the figures and the text of the other pictures do.
 */
public final class PeersSvg {
    private static final int WIDTH = 860;
    private static final int MARGIN = 20;
    private static final int NAMES = 130;
    private static final int LINE = 19;
    private static final int ROW = 23;
    private static final int APART = 4; // the two works of a contender, which often cost the same
    private static final int LETTERS_PER_LINE = 112;
    private static final int LONGEST_COMMAND = 240;
    private static final int MOST_TICKS = 5;

    private static final String ROUND = "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z";
    private static final String SQUARE = "m-4.2 -4.2h8.4v8.4h-8.4z";
    private static final String LIGHT = """
        .head{font-weight:600} .our{fill:#0a63b0;font-weight:600}
        .limit{stroke:#b3261e;stroke-width:2;stroke-dasharray:4 3}
        .mark{stroke-width:2} .ours{stroke:#0a63b0} .ours.full{fill:#0a63b0}
        .peer{stroke:#7d6b5d} .peer.full{fill:#7d6b5d} .open{fill:#fff}
        """;
    private static final String DARK = """
        .our{fill:#63b3ff} .limit{stroke:#ff8a80} .open{fill:#0d1117}
        .ours{stroke:#63b3ff} .ours.full{fill:#63b3ff} .peer{stroke:#c8b5a6} .peer.full{fill:#c8b5a6}
        """;

    private final PeersRun run;
    private final LogAxis times;
    private final Drawing drawing = new Drawing();
    private int y;

    private record Panel(int cores, int senders, List<PeerRow> rows) {
        String title() {
            return cores + " cores, " + PeersTable.senders(senders, cores);
        }

        List<Contender> contenders() {
            return rows.stream().map(PeerRow::contender).distinct().sorted().toList();
        }

        int height() {
            return LINE + 8 + contenders().size() * ROW + LINE + 14;
        }
    }

    private PeersSvg(PeersRun run) {
        this.run = run;
        this.times = PeersTable.axis(run);
    }

    /**
     * Draws a comparison.
     *
     * @param run     the comparison, with at least one row
     * @param host    the host it was measured on
     * @param command the command that measured it
     * @return an SVG document
     * @throws IllegalArgumentException if there is no row
     */
    public static String of(PeersRun run, String host, String command) {
        if (run.rows().isEmpty()) {
            throw new IllegalArgumentException("no rows to draw; accepted: at least one");
        }
        return new PeersSvg(run).draw(Text.oneLine(host, LETTERS_PER_LINE), Text.oneLine(command, LONGEST_COMMAND));
    }

    private String draw(String host, String command) {
        String heading = "Time to tell all cores about one page, and to know that they have taken it";
        y = 34;
        drawing.text(MARGIN, y, "title", heading);
        note(host + Text.AND + command);
        legend();
        panels();
        note("A page: the senders' wall time over the pages they sent; median over rounds in one JVM, contenders in "
            + "turn.");
        note("Limit: one wait. Cores with CPUs of their own: a cache line there and one back; cores that share CPUs: a "
            + "turn of the run queue. A batch waits once for many pages, so it may lie left of it.");
        run.notes().forEach(this::note);
        return drawing.document(WIDTH, y + MARGIN, WIDTH, heading, host + ", " + command + ". " + description(), LIGHT,
            DARK);
    }

    private String description() {
        return run.rows().stream().map(PeersSvg::tip).collect(Collectors.joining("; ")) + '.';
    }

    private static String tip(PeerRow row) {
        return row.contender().word() + ", " + row.cores() + " cores, " + PeersTable.senders(row.senders(), row.cores())
            + ", " + PeersTable.batches(row.batch()) + ", work " + row.work().word() + ": "
            + Figures.time(row.nsPerPage()) + ", " + Figures.ratio(row.ratioToLimit()) + " of the limit";
    }

    private void legend() {
        y += LINE + 12;
        int x = MARGIN;
        for (int batch : run.rows().stream().map(PeerRow::batch).distinct().sorted().toList()) {
            for (PeerRow.Work work : run.rows().stream().map(PeerRow::work).distinct().sorted().toList()) {
                mark(x + 6, y - 5, true, batch, work, "");
                drawing.text(x + 16, y, "", PeersTable.batches(batch) + ", work " + work.word());
                x += 200;
                if (x + 180 > WIDTH) {
                    x = MARGIN;
                    y += LINE;
                }
            }
        }
        y += x == MARGIN ? 0 : LINE;
        drawing.shape("limit", String.format(Locale.ROOT, "M%d %dv14", MARGIN + 6, y - 12), "");
        drawing.text(MARGIN + 16, y, "", "limit");
        drawing.text(MARGIN + 80, y, "our", "ours");
        y += 14;
    }

    private void panels() {
        List<Panel> panels = new ArrayList<>();
        run.rows().stream().map(row -> List.of(row.cores(), row.senders())).distinct().forEach(point ->
            panels.add(new Panel(point.get(0), point.get(1), run.rows().stream()
                .filter(row -> row.cores() == point.get(0) && row.senders() == point.get(1)).toList())));
        int width = panels.size() == 1 ? WIDTH - 2 * MARGIN : (WIDTH - 2 * MARGIN) / 2 - 6;
        for (int i = 0; i < panels.size(); i += 2) {
            List<Panel> pair = panels.subList(i, Math.min(panels.size(), i + 2));
            for (int side = 0; side < pair.size(); side++) {
                panel(pair.get(side), MARGIN + side * (width + 12), width);
            }
            y += pair.stream().mapToInt(Panel::height).max().getAsInt();
        }
        y += 4;
    }

    private void panel(Panel panel, int x, int width) {
        int left = x + NAMES;
        int right = x + width - 10;
        int top = y + LINE + 8;
        List<Contender> contenders = panel.contenders();
        int bottom = top + contenders.size() * ROW;
        drawing.text(x, y + LINE, "head", panel.title());
        for (double tick : times.ticks(MOST_TICKS)) {
            double at = left + times.at(tick) * (right - left);
            drawing.shape("grid", String.format(Locale.ROOT, "M%.1f %dV%d", at, top, bottom), "");
            drawing.text(at, bottom + 16, "note mid", Figures.tick(tick));
        }
        PeersRun.Limit limit = run.limit(panel.cores());
        double limitAt = left + times.at(limit.ns()) * (right - left);
        drawing.shape("limit", String.format(Locale.ROOT, "M%.1f %dV%d", limitAt, top - 2, bottom),
            "limit " + Figures.time(limit.ns()));
        for (Contender contender : contenders) {
            int line = top + contenders.indexOf(contender) * ROW + ROW / 2;
            drawing.shape("grid", String.format(Locale.ROOT, "M%d %dH%d", left, line, right), "");
            drawing.text(left - 8, line + 5, contender.product() ? "our end" : "end", contender.word());
            panel.rows().stream().filter(row -> row.contender() == contender).forEach(row ->
                mark(left + times.at(row.nsPerPage()) * (right - left),
                    line + (row.work() == PeerRow.Work.NULL ? -APART : APART), contender.product(), row.batch(),
                    row.work(), tip(row)));
        }
    }

    private void mark(double x, double at, boolean ours, int batch, PeerRow.Work work, String tip) {
        drawing.shape("mark " + (ours ? "ours " : "peer ") + (batch == 1 ? "full" : "open"),
            String.format(Locale.ROOT, "M%.1f %.1f", x, at) + (work == PeerRow.Work.NULL ? ROUND : SQUARE), tip);
    }

    private void note(String note) {
        Text.wrapped(note, LETTERS_PER_LINE).forEach(line -> drawing.text(MARGIN, y += LINE, "note", line));
    }
}
