package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A {@link Timeline} as a static SVG: a lane for each core, time to the right from the first TLBI, for those who only
 * want to look. Cores that share a CPU stand together, below one another as they found the TLBI: whose turn came when. What the picture shows is said below it in words, and so is, of a carried machine, whose time it is.
 *
 * <p>Shapes and real text, without scripts or fonts of its own; light or dark as the reader's system asks; made to be
 * read at the width of a README. Pictures to be compared are drawn on one scale of time.
 */
public final class TimelineSvg {
    private static final int MOST_ARROWHEADS = 32;
    /** Of the scale that is shown before the first TLBI, and after the longest shootdown. */
    private static final double BEFORE = 0.04;
    private static final double AFTER = 0.05;

    private static final String LIGHT = """
        .back{stroke-width:.7;opacity:.45} .last{stroke-width:1.8}
        .sync{stroke:#c2410c} .sync.ink{fill:#c2410c;stroke:none} .batched{stroke:#0a63b0} .batched.ink{fill:#0a63b0;\
        stroke:none} .local{stroke:#7a3e9d} .local.ink{fill:#7a3e9d;stroke:none}
        """;
    private static final String DARK = """
        .sync{stroke:#ff9a5c} .sync.ink{fill:#ff9a5c} .batched{stroke:#63b3ff} .batched.ink{fill:#63b3ff}
        .local{stroke:#d2a8ff} .local.ink{fill:#d2a8ff}
        """;

    private final Timeline timeline;
    private final String strategy;
    private final double begin;
    private final LaneDrawing drawing;

    private TimelineSvg(Timeline timeline, long scale) {
        this.timeline = timeline;
        strategy = Point.word(timeline.point().strategy());
        begin = -BEFORE * Math.max(1, scale);
        drawing = new LaneDrawing(groups(timeline), begin, (1 + AFTER) * Math.max(1, scale));
    }

    /** By CPU where any has several, and one group if none has; within each in the order of finding, who takes nothing first. */
    private static Map<String, List<Integer>> groups(Timeline timeline) {
        boolean apart = timeline.carried() == null
            && timeline.lanes().stream().map(Timeline.Lane::cpu).distinct().count() < timeline.lanes().size();
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        timeline.lanes().stream().sorted(Comparator.comparingInt((Timeline.Lane lane) -> apart ? lane.cpu() : 0)
            .thenComparingLong(lane -> timeline.takes(lane) ? timeline.found(lane) : Long.MIN_VALUE)).forEach(lane ->
                groups.computeIfAbsent(apart ? "CPU " + lane.cpu() : "", none -> new ArrayList<>()).add(lane.core()));
        return groups;
    }

    /**
     * Draws a timeline.
     *
     * @param timeline the shootdown
     * @param scale    how long the time axis is, ns: as long as the longest of those that are to be compared
     * @param host     the name of the host
     * @param command  the command that recorded it
     * @return an SVG document
     */
    public static String of(Timeline timeline, long scale, String host, String command) {
        return new TimelineSvg(timeline, scale).draw(host, command);
    }

    private String draw(String host, String command) {
        drawing.head(heading(), host, command, List.of());
        legend();
        drawing.axis();
        lanes();
        return drawing.document(heading(), TimelineTable.words(timeline), LIGHT, DARK);
    }

    /** With what a page took of this shootdown, which began with its first TLBI. */
    private String heading() {
        int pages = Math.max(1, timeline.tlbis().size() / timeline.point().number(Axis.MAPPINGS));
        String each = Figures.time(timeline.dsb().to() / (double) pages);
        int cores = timeline.lanes().size();
        return "One shootdown on " + cores + (cores == 1 ? " core" : " cores")
            + (timeline.carried() == null ? "" : " of " + timeline.carried().profile() + " (emulated time)") + ", "
            + switch (timeline.point().strategy()) {
                case SYNC -> "synchronous";
                case BATCHED -> "batched";
                case LOCAL -> "local where it can be";
            } + ": " + (pages == 1 ? each + " a page" : pages + " pages at " + each + " each");
    }

    private void legend() {
        drawing.samples();
        if (timeline.carried() == null) {
            drawing.sample(0, "off", LaneDrawing.box(), "no CPU");
        }
        drawing.sample(1, "tlbi " + strategy, "m13 -12v14", "TLBI issued");
        drawing.sample(2, "wait " + strategy, "m1 -5h24", carried() + "not yet found");
        drawing.samples();
        drawing.sample(0, "dsb ink " + strategy, LaneDrawing.box(), "DSB waits");
        drawing.sample(1, "ink " + strategy, "m13 -5" + LaneDrawing.dot(3.4), carried() + "acknowledged");
        drawing.sample(2, "back " + strategy, "m13 2v-14", "to the sender");
    }

    /** What is found and acknowledged of a carried machine, before the word for that. */
    private String carried() {
        return timeline.carried() == null ? "" : "Sync ";
    }

    private void lanes() {
        labels();
        for (Timeline.Lane lane : timeline.lanes()) {
            StringBuilder off = new StringBuilder();
            for (Timeline.Span span : lane.offCpu()) {
                off.append(bar(span, lane, 0.8, 0));
            }
            drawing.shape("off", off, "");
        }
        drawing.line("out " + strategy, timeline.sent());
        for (Timeline.Lane lane : timeline.lanes()) {
            StringBuilder dsbs = new StringBuilder();
            lane.dsbs().forEach(dsb -> dsbs.append(bar(dsb, lane, 0.96, 1)));
            drawing.shape("dsb ink " + strategy, dsbs, "");
            StringBuilder tlbis = new StringBuilder();
            for (long tlbi : lane.tlbis()) {
                if (tlbi >= begin && tlbi <= timeline.dsb().to()) {
                    tlbis.append(drawing.tick(tlbi, lane.core()));
                }
            }
            drawing.shape("tlbi " + strategy, tlbis, "");
        }
        Timeline.Lane last = timeline.last();
        double sender = drawing.middle(timeline.sender());
        for (Timeline.Lane lane : timeline.takers()) {
            drawing.shape("wait " + strategy, drawing.along(timeline.sent(), timeline.found(lane), lane.core()), "");
            if (lane.core() != timeline.sender()) {
                back(lane, lane == last, sender);
            }
        }
        timeline.lanes().forEach(this::visits);
    }

    /** From an acknowledgement to the sender's lane, straight: an acknowledgement can be seen at once. */
    private void back(Timeline.Lane lane, boolean last, double sender) {
        double x = drawing.x(timeline.acknowledged(lane));
        double from = drawing.middle(lane.core());
        int towards = from > sender ? 1 : -1;
        double tip = sender + towards * drawing.pitch() * 0.48;
        drawing.shape((last ? "last " : "back ") + strategy,
            String.format(Locale.ROOT, "M%.1f %.1fV%.1f", x, from, tip), "");
        if (last || timeline.lanes().size() <= MOST_ARROWHEADS) {
            drawing.shape("ink " + strategy, String.format(Locale.ROOT, "M%.1f %.1fl-3 %dh6z", x, tip, 6 * towards), "");
        }
    }

    private void visits(Timeline.Lane lane) {
        StringBuilder visits = new StringBuilder();
        for (Timeline.Visit visit : lane.visits()) {
            visits.append(bar(visit.when(), lane, 0.5, 1));
        }
        drawing.shape("ink " + strategy, visits, "");
        if (timeline.takes(lane)) {
            drawing.shape("ink " + strategy, drawing.dot(timeline.acknowledged(lane), lane.core()), tip(lane));
        }
    }

    private String tip(Timeline.Lane lane) {
        return Timeline.name(lane.core()) + " (CPU " + lane.cpu() + "): " + carried() + "found after "
            + Figures.time(timeline.found(lane) - timeline.issued()) + ", acknowledged by "
            + Figures.time(timeline.acknowledged(lane) - timeline.issued())
            + (timeline.carried() == null ? "; no CPU for " + Figures.time(timeline.offCpu(lane)) : "");
    }

    /** Before all others the sender's and that of the core that was last. */
    private void labels() {
        Timeline.Lane last = timeline.last();
        drawing.label(timeline.sender(), " sends");
        if (last.core() != timeline.sender()) {
            drawing.label(last.core(), " last");
        }
        drawing.labels();
    }

    /** What comes after the DSB's return is not shown: it may not have been recorded. */
    private String bar(Timeline.Span span, Timeline.Lane lane, double share, double least) {
        return drawing.bar(span, lane.core(), share, least, timeline.dsb().to());
    }
}
