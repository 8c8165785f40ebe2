package dev.salvo.results;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A comparison as text: a group of lines for each number of cores, senders, batch and work, the nearest to the limit
 * first; and on every line the time as a dot, on one logarithmic axis for all, with the group's limit as a bar. The
 * product's are solid, peers and bare rings hollow.
 */
public final class PeersTable {
    private static final int WIDTH = 112;
    private static final int STRIP = 58;
    private static final int NAME = 16;
    private static final int MOST_TICKS = 5;

    private final PeersRun run;
    private final TerminalStyle style;
    private final LogAxis times;
    private final StringBuilder text = new StringBuilder();

    /** What is compared in one group. */
    private record Group(int cores, int senders, int batch, PeerRow.Work work) {
        static Group of(PeerRow row) {
            return new Group(row.cores(), row.senders(), row.batch(), row.work());
        }

        String name() {
            return cores + " cores" + Text.AND + PeersTable.senders(senders, cores) + Text.AND + batches(batch)
                + Text.AND + "work " + work.word();
        }
    }

    private PeersTable(PeersRun run, TerminalStyle style) {
        this.run = run;
        this.style = style;
        this.times = axis(run);
    }

    /**
     * The table, with its dots.
     *
     * @param run   the comparison
     * @param style what the screen can show
     * @return lines, the last one ended too
     */
    public static String text(PeersRun run, TerminalStyle style) {
        return run.rows().isEmpty() ? "nothing was measured\n" : new PeersTable(run, style).draw();
    }

    static String senders(int senders, int cores) {
        return senders == 1 ? "one sender" : senders == cores ? "all send" : senders + " senders";
    }

    static String batches(int batch) {
        return batch == 1 ? "synchronous" : "batches of " + batch;
    }

    /** One axis that holds every row and every limit. */
    static LogAxis axis(PeersRun run) {
        List<Double> all = new ArrayList<>();
        run.rows().forEach(row -> {
            all.add(row.nsPerPage());
            all.add(run.limit(row.cores()).ns());
        });
        return LogAxis.around(all.stream().min(Double::compare).orElseThrow(),
            all.stream().max(Double::compare).orElseThrow());
    }

    private String draw() {
        Map<Group, List<PeerRow>> groups = run.rows().stream()
            .collect(Collectors.groupingBy(Group::of, LinkedHashMap::new, Collectors.toList()));
        groups.forEach(this::group);
        text.append('\n');
        return text + Text.notes(notes(), WIDTH, style);
    }

    private void group(Group group, List<PeerRow> rows) {
        PeersRun.Limit limit = run.limit(group.cores());
        text.append('\n').append(style.ink(TerminalStyle.Ink.HEADING, style.letters(group.name())))
            .append(style.letters(Text.AND + "limit " + Figures.time(limit.ns()) + ", "
                + (limit.sharedCpus() ? "a turn of " + group.cores() + " threads on " + plural(limit.cpus(), "CPU")
                : "a cache line there and one back"))).append('\n');
        text.append(style.ink(TerminalStyle.Ink.FAINT, style.letters(String.format(Locale.ROOT, "  %-" + NAME
            + "s %9s %9s %7s  %s", "", "a page", "of limit", "spread", scale()).stripTrailing()))).append('\n');
        rows.stream().sorted(Comparator.comparingDouble(PeerRow::ratioToLimit)).forEach(row -> line(row, limit));
    }

    private void line(PeerRow row, PeersRun.Limit limit) {
        boolean ours = row.contender().product();
        String line = String.format(Locale.ROOT, "%s %-" + NAME + "s %9s %9s %6.0f%%  ", ours ? "*" : " ",
            row.contender().word() + (row.contender().tellsAtOnce() && row.batch() > 1 ? "+" : ""),
            Figures.time(row.nsPerPage()), Figures.ratio(row.ratioToLimit()), row.spread() * 100);
        char[] strip = " ".repeat(STRIP + 1).toCharArray();
        strip[column(limit.ns())] = style.unicode() ? '│' : '|';
        strip[column(row.nsPerPage())] = mark(ours);
        line = style.letters(line) + new String(strip).stripTrailing();
        text.append(ours ? style.ink(TerminalStyle.Ink.BATCHED, line) : line).append('\n');
    }

    private char mark(boolean ours) {
        if (style.unicode()) {
            return ours ? '●' : '○';
        }
        return ours ? '*' : 'o';
    }

    /** The axis' ticks, each beginning at its place. */
    private String scale() {
        StringBuilder scale = new StringBuilder();
        for (double tick : times.ticks(MOST_TICKS)) {
            int column = column(tick);
            if (column >= scale.length() && column + Figures.tick(tick).length() <= STRIP + 8) {
                scale.append(" ".repeat(column - scale.length())).append(Figures.tick(tick)).append(' ');
            }
        }
        return scale.toString();
    }

    private int column(double ns) {
        return (int) Math.round(times.at(ns) * STRIP);
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add("*: ours. a page: the senders' wall time over the pages they sent; median over rounds, in each of "
            + "which every contender had its turn. spread: distance between the quartiles over the median.");
        notes.add("of limit: over the limit just before the point, which is one wait, median of the rounds' ratios; a batch waits "
            + "once, so it can be below 1. In the drawing the median limit is the bar.");
        for (PeersRun.Limit limit : run.limits()) {
            notes.add("limits at " + limit.cores() + " cores on " + plural(limit.cpus(), "CPU") + ": "
                + (limit.pingPong() == null ? "" : "a cache line there and one back " + figure(limit.pingPong())
                    + ", the same line to and fro " + figure(limit.oneLine()) + "; ")
                + "turn of the run queue " + figure(limit.turn()) + '.');
        }
        if (run.rows().stream().anyMatch(row -> row.work() == PeerRow.Work.TLB)) {
            notes.add("work tlb: each core looks the page up in both levels of its TLB and invalidates it: the first time it "
                + "is there, later it is not. By itself that costs " + figure(run.invalidation()) + '.');
        }
        if (run.rows().stream().anyMatch(row -> row.work() == PeerRow.Work.NULL && row.contender().product())) {
            notes.add("work null: ours still invalidate, in a TLB of one entry: a core cannot take a TLBI otherwise.");
        }
        if (run.rows().stream().anyMatch(row -> row.contender() == Contender.BARE)) {
            notes.add("bare and its variants are one class, compiled once: compare them with bare, not with ring.");
        }
        if (run.rows().stream().anyMatch(row -> row.contender().tellsAtOnce() && row.batch() > 1)) {
            notes.add("+: a barrier, which carries no messages: nobody hears of a page before the sender waits. The "
                + "others send page by page, as a kernel unmaps, and receivers work meanwhile.");
        }
        notes.addAll(faster());
        run.rows().stream().map(PeerRow::contender).distinct().sorted()
            .forEach(contender -> notes.add(contender.word() + ": " + contender.description() + '.'));
        notes.addAll(run.notes());
        return notes;
    }

    /** Where a peer was faster than the ring, said outright. */
    private List<String> faster() {
        Map<Group, List<PeerRow>> groups = run.rows().stream()
            .collect(Collectors.groupingBy(Group::of, LinkedHashMap::new, Collectors.toList()));
        List<String> behind = new ArrayList<>();
        int ahead = 0;
        for (Map.Entry<Group, List<PeerRow>> group : groups.entrySet()) {
            Optional<PeerRow> ring = group.getValue().stream().filter(row -> row.contender() == Contender.RING).findFirst();
            Optional<PeerRow> best = group.getValue().stream()
                .filter(row -> row.contender().peer() && row.contender().canInvalidate())
                .min(Comparator.comparingDouble(PeerRow::ratioToLimit));
            if (ring.isEmpty() || best.isEmpty()) {
                continue;
            }
            if (ring.get().ratioToLimit() <= best.get().ratioToLimit()) {
                ahead++;
            } else {
                behind.add(group.getKey().name() + " (" + best.get().contender().word() + ' '
                    + Figures.ratio(best.get().ratioToLimit()) + ", ring " + Figures.ratio(ring.get().ratioToLimit())
                    + " of the limit)");
            }
        }
        if (ahead + behind.size() == 0) {
            return List.of();
        }
        return List.of("ring against every peer that runs Java on receipt: ahead at " + ahead + " of "
            + plural(ahead + behind.size(), "point") + (behind.isEmpty() ? "." : "; behind at "
            + String.join(", ", behind) + '.'));
    }

    private static String figure(PeersRun.Figure figure) {
        return Figures.time(figure.ns()) + String.format(Locale.ROOT, " (spread %.0f%%)", figure.spread() * 100);
    }

    static String plural(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
