package dev.salvo.results;

import dev.salvo.point.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A {@link Timeline} as a static SVG: a lane for each core, time to the right from the first TLBI, for those who only
 * want to look. What the picture shows is said below it in words.
 *
 * <p>Shapes and real text, without scripts or fonts of its own; light or dark as the reader's system asks; made to be
 * read at the width of a README. Pictures to be compared are drawn on one scale of time.
 */
public final class TimelineSvg {
    private static final int WIDTH = 640;
    private static final int SHOWN_WIDTH = 800;
    private static final int MARGIN = 20;
    private static final int LEFT = 84;
    private static final int RIGHT = WIDTH - MARGIN;
    private static final int LINE = 19;
    private static final int LABEL = 16;
    private static final int LETTERS_PER_LINE = 80;
    private static final int LETTERS_PER_TITLE = 54;
    private static final int LONGEST_COMMAND = 240;
    private static final int MOST_TICKS = 7;
    private static final double LETTER = 7.6;
    private static final int SAMPLE = 26;
    private static final int MOST_ARROWHEADS = 32;
    private static final int LANES_HEIGHT = 720;
    private static final double HIGHEST_LANE = 24;
    private static final double LEAST_LANE = 2;
    /** Of the scale that is shown before the first TLBI, and after the longest shootdown. */
    private static final double BEFORE = 0.04;
    private static final double AFTER = 0.05;

    private static final String LIGHT = """
        .off{fill:#c8d0d8}
        .wait{stroke-width:1.3} .back{stroke-width:.7;opacity:.45} .last{stroke-width:1.8}
        .dsb{fill-opacity:.16} .tlbi{stroke-width:1.6} .out{stroke-width:1.2;stroke-dasharray:4 3}
        .sync{stroke:#c2410c} .sync.ink{fill:#c2410c;stroke:none} .batched{stroke:#0a63b0} .batched.ink{fill:#0a63b0;\
        stroke:none} .local{stroke:#7a3e9d} .local.ink{fill:#7a3e9d;stroke:none}
        """;
    private static final String DARK = """
        .off{fill:#3a424c} .dsb{fill-opacity:.26}
        .sync{stroke:#ff9a5c} .sync.ink{fill:#ff9a5c} .batched{stroke:#63b3ff} .batched.ink{fill:#63b3ff}
        .local{stroke:#d2a8ff} .local.ink{fill:#d2a8ff}
        """;

    private final Timeline timeline;
    private final String host;
    private final String command;
    private final String strategy;
    private final double begin;
    private final double end;
    private final double pitch;
    private final Drawing drawing = new Drawing();
    private double y;
    private double top;

    private TimelineSvg(Timeline timeline, long scale, String host, String command) {
        this.timeline = timeline;
        this.host = Text.oneLine(host, LETTERS_PER_LINE);
        this.command = Text.oneLine(command, LONGEST_COMMAND);
        strategy = Point.word(timeline.point().strategy());
        begin = -BEFORE * Math.max(1, scale);
        end = (1 + AFTER) * Math.max(1, scale);
        pitch = Math.max(LEAST_LANE, Math.min(HIGHEST_LANE, (double) LANES_HEIGHT / timeline.lanes().size()));
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
        return new TimelineSvg(timeline, scale, host, command).draw();
    }

    private String draw() {
        y = 12;
        for (String line : Text.wrapped(heading(), LETTERS_PER_TITLE)) {
            drawing.text(MARGIN, y += 24, "title", line);
        }
        y += 4;
        Text.wrapped(host + Text.AND + command, LETTERS_PER_LINE)
            .forEach(line -> drawing.text(MARGIN, y += LINE, "note", line));
        y += 8;
        legend();
        y += LINE + 10;
        axis();
        lanes();
        y = top + pitch * timeline.lanes().size() + 8;
        TimelineTable.words(timeline).forEach(note -> Text.wrapped(note, LETTERS_PER_LINE)
            .forEach(line -> drawing.text(MARGIN, y += LINE, "note", line)));
        return drawing.document(WIDTH, (int) y + MARGIN / 2 + 4, SHOWN_WIDTH, heading(),
            String.join(" ", TimelineTable.words(timeline)), LIGHT, DARK);
    }

    private String heading() {
        int cores = timeline.lanes().size();
        return "One shootdown on " + cores + (cores == 1 ? " core, " : " cores, ")
            + switch (timeline.point().strategy()) {
                case SYNC -> "synchronous";
                case BATCHED -> "batched";
                case LOCAL -> "local where it can be";
            };
    }

    private void legend() {
        String box = String.format(Locale.ROOT, "m0 -10h%dv10h-%dz", SAMPLE, SAMPLE);
        y += LINE;
        sample(0, "off", box, "no CPU");
        sample(1, "tlbi " + strategy, "m13 -12v14", "TLBI issued");
        sample(2, "wait " + strategy, "m1 -5h24", "not yet found");
        y += LINE;
        sample(0, "dsb ink " + strategy, box, "DSB waits");
        sample(1, "ink " + strategy, "m13 -5" + dot(3.4), "acknowledged");
        sample(2, "back " + strategy, "m13 2v-14", "to the sender");
    }

    private void sample(int column, String classes, String path, String word) {
        double x = MARGIN + column * (RIGHT - MARGIN) / 3.0;
        drawing.shape(classes, String.format(Locale.ROOT, "M%.1f %.1f", x, y) + path, "");
        drawing.text(x + SAMPLE + 6, y, "", word);
    }

    private void axis() {
        double unit = Math.pow(10, Math.floor(Math.log10(end)));
        double step = unit / 10;
        for (double factor : new double[] {0.1, 0.2, 0.5, 1, 2, 5}) {
            step = unit * factor;
            if (end / step <= MOST_TICKS) {
                break;
            }
        }
        top = y + 8;
        double bottom = top + pitch * timeline.lanes().size();
        drawing.text(LEFT - 8, y, "note end", "core");
        for (int tick = 0; tick * step <= end; tick++) {
            double x = x(tick * step);
            drawing.shape("grid", String.format(Locale.ROOT, "M%.1f %.1fV%.1f", x, top, bottom), "");
            String label = Figures.tick(tick * step);
            double half = label.length() * LETTER / 2;
            drawing.text(Math.min(x, WIDTH - 4 - half), y, "note mid", label);
        }
    }

    private void lanes() {
        labels();
        for (Timeline.Lane lane : timeline.lanes()) {
            StringBuilder off = new StringBuilder();
            for (Timeline.Span span : lane.offCpu()) {
                off.append(bar(span, lane, 0.8, 0));
            }
            shapeIfAny("off", off);
        }
        double sender = middle(timeline.lanes().get(timeline.sender()));
        double issued = x(timeline.issued());
        double bottom = top + pitch * timeline.lanes().size();
        drawing.shape("out " + strategy, String.format(Locale.ROOT, "M%.1f %.1fV%.1f", issued, top, bottom), "");
        for (Timeline.Lane lane : timeline.lanes()) {
            StringBuilder dsbs = new StringBuilder();
            lane.dsbs().forEach(dsb -> dsbs.append(bar(dsb, lane, 0.96, 1)));
            shapeIfAny("dsb ink " + strategy, dsbs);
            StringBuilder tlbis = new StringBuilder();
            for (long tlbi : lane.tlbis()) {
                if (tlbi >= begin && tlbi <= timeline.dsb().to()) {
                    tlbis.append(String.format(Locale.ROOT, "M%.1f %.1fv%.1f", x(tlbi), middle(lane) - pitch * 0.48,
                        pitch * 0.96));
                }
            }
            shapeIfAny("tlbi " + strategy, tlbis);
        }
        Timeline.Lane last = timeline.last();
        for (Timeline.Lane lane : timeline.lanes()) {
            double found = x(timeline.found(lane));
            drawing.shape("wait " + strategy,
                String.format(Locale.ROOT, "M%.1f %.1fH%.1f", issued, middle(lane), found), "");
            if (lane.core() != timeline.sender()) {
                back(lane, lane == last, sender);
            }
        }
        timeline.lanes().forEach(this::visits);
    }

    /** From an acknowledgement to the sender's lane, straight: an acknowledgement can be seen at once. */
    private void back(Timeline.Lane lane, boolean last, double sender) {
        double x = x(timeline.acknowledged(lane));
        double from = middle(lane);
        int towards = from > sender ? 1 : -1;
        double tip = sender + towards * pitch * 0.48;
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
        shapeIfAny("ink " + strategy, visits);
        double radius = Math.max(0.9, Math.min(3.6, pitch * 0.36));
        drawing.shape("ink " + strategy,
            String.format(Locale.ROOT, "M%.1f %.1f", x(timeline.acknowledged(lane)), middle(lane)) + dot(radius), tip(lane));
    }

    private String tip(Timeline.Lane lane) {
        return Timeline.name(lane) + " (CPU " + lane.cpu() + "): found after "
            + Figures.time(timeline.found(lane) - timeline.issued()) + ", acknowledged by "
            + Figures.time(timeline.acknowledged(lane) - timeline.issued()) + "; no CPU for "
            + Figures.time(timeline.offCpu(lane));
    }

    /** Every lane's, if there is room; else every tenth; always the sender's and that of the core that was last. */
    private void labels() {
        List<Double> taken = new ArrayList<>();
        Timeline.Lane last = timeline.last();
        label(timeline.lanes().get(timeline.sender()), taken, " sends");
        if (last.core() != timeline.sender()) {
            label(last, taken, " last");
        }
        for (Timeline.Lane lane : timeline.lanes()) {
            if (pitch >= LABEL || lane.core() % 10 == 0) {
                label(lane, taken, "");
            }
        }
    }

    private void label(Timeline.Lane lane, List<Double> taken, String word) {
        double at = middle(lane);
        if (taken.stream().allMatch(other -> Math.abs(other - at) >= LABEL)) {
            drawing.text(LEFT - 8, at + 5, "end" + (word.isEmpty() ? " note" : ""), lane.core() + word);
            taken.add(at);
        }
    }

    /**
     * A rectangle on a lane, of some share of its height; empty if nothing of it is to be seen. What comes after the
     * DSB's return is not shown: it may not have been recorded.
     */
    private String bar(Timeline.Span span, Timeline.Lane lane, double share, double least) {
        if (span.to() < begin || span.from() >= timeline.dsb().to()) {
            return "";
        }
        double from = x(span.from());
        double width = Math.max(least, x(Math.min(span.to(), timeline.dsb().to())) - from);
        double height = pitch * share;
        return String.format(Locale.ROOT, "M%.1f %.2fh%.1fv%.2fh%.1fz", from, middle(lane) - height / 2, width, height,
            -width);
    }

    private static String dot(double radius) {
        return String.format(Locale.ROOT, "m%.1f 0a%.1f %.1f 0 1 0 %.1f 0a%.1f %.1f 0 1 0 %.1f 0z", -radius, radius,
            radius, 2 * radius, radius, radius, -2 * radius);
    }

    private double middle(Timeline.Lane lane) {
        return top + pitch * (lane.core() + 0.5);
    }

    private double x(double time) {
        return LEFT + (Math.max(begin, Math.min(end, time)) - begin) / (end - begin) * (RIGHT - LEFT);
    }

    private void shapeIfAny(String classes, StringBuilder path) {
        if (path.length() > 0) {
            drawing.shape(classes, path.toString(), "");
        }
    }
}
