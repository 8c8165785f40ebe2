package dev.salvo.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Lanes of cores, one below the other, over time to the right: what the pictures of {@link Timeline}s and of {@link
 * MachineTrace}s have in common. From top to bottom: {@link #head}, {@link #sample samples}, {@link #axis}, whatever is drawn
 * on lanes, {@link #document}.
 */
final class LaneDrawing {
    /** Of text below and above the lanes. */
    static final int LETTERS_PER_LINE = 80;

    private static final int WIDTH = 640;
    private static final int SHOWN_WIDTH = 800;
    private static final int MARGIN = 20;
    private static final int LEFT = 84;
    private static final int RIGHT = WIDTH - MARGIN;
    private static final int LINE = 19;
    private static final int LABEL = 16;
    private static final int LETTERS_PER_TITLE = 54;
    private static final int LONGEST_COMMAND = 240;
    private static final int MOST_TICKS = 7;
    private static final double LETTER = 7.6;
    private static final int SAMPLE = 26;
    private static final int LANES_HEIGHT = 720;
    private static final double HIGHEST_LANE = 24;
    private static final double LEAST_LANE = 2;

    /** Of what both kinds of picture show. */
    private static final String LIGHT = """
        .off{fill:#c8d0d8}
        .wait{stroke-width:1.3} .dsb{fill-opacity:.16} .tlbi{stroke-width:1.6}
        .out{stroke-width:1.2;stroke-dasharray:4 3}
        """;
    private static final String DARK = """
        .off{fill:#3a424c} .dsb{fill-opacity:.26}
        """;

    /** Of a group's name, with room above and below, and of the gap between groups without one. */
    private static final int NAMED_GAP = 32;
    private static final int BARE_GAP = 4;
    private static final int MOST_NAMED = 8;

    private final Drawing drawing = new Drawing();
    private final Map<String, List<Integer>> groups;
    private final boolean named;
    private final double begin;
    private final double end;
    private final double pitch;
    /** Of each lane's upper edge, below the uppermost. */
    private final double[] down;
    private final double height;
    private final List<Double> labelled = new ArrayList<>();
    private double y;
    private double top;

    /**
     * An empty drawing of lanes in their own order.
     *
     * @param lanes how many
     * @param begin the time at the left edge, ns
     * @param end   the time at the right edge, later
     */
    LaneDrawing(int lanes, double begin, double end) {
        this(Map.of("", IntStream.range(0, lanes).boxed().toList()), begin, end);
    }

    /**
     * An empty drawing of lanes in groups. A few of these are named; many are only apart.
     *
     * @param groups the lanes from top to bottom, each once, by the name of their group
     * @param begin  the time at the left edge, ns
     * @param end    the time at the right edge, later
     */
    LaneDrawing(Map<String, List<Integer>> groups, double begin, double end) {
        this.groups = groups;
        this.begin = begin;
        this.end = end;
        int lanes = groups.values().stream().mapToInt(List::size).sum();
        pitch = Math.max(LEAST_LANE, Math.min(HIGHEST_LANE, (double) LANES_HEIGHT / lanes));
        named = groups.size() > 1 && groups.size() <= MOST_NAMED;
        down = new double[lanes];
        double place = 0;
        for (List<Integer> group : groups.values()) {
            place += named ? NAMED_GAP : place > 0 ? BARE_GAP : 0;
            for (int lane : group) {
                down[lane] = place;
                place += pitch;
            }
        }
        height = place;
    }

    /** The title, where and by which command it was recorded, and lines of notes. */
    void head(String title, String host, String command, List<String> notes) {
        y = 12;
        for (String line : Text.wrapped(title, LETTERS_PER_TITLE)) {
            drawing.text(MARGIN, y += 24, "title", line);
        }
        y += 4;
        note(Text.oneLine(host, LETTERS_PER_LINE) + Text.AND + Text.oneLine(command, LONGEST_COMMAND));
        notes.forEach(this::note);
        y += 8;
    }

    private void note(String text) {
        Text.wrapped(text, LETTERS_PER_LINE).forEach(line -> drawing.text(MARGIN, y += LINE, "note", line));
    }

    /** Begins the next line of samples. */
    void samples() {
        y += LINE;
    }

    /** A sample in one of three columns: a path from the left of the text's line, and what it means. */
    void sample(int column, String classes, String path, String word) {
        double x = MARGIN + column * (RIGHT - MARGIN) / 3.0;
        drawing.shape(classes, String.format(Locale.ROOT, "M%.1f %.1f", x, y) + path, "");
        drawing.text(x + SAMPLE + 6, y, "", word);
    }

    /** The path of a sample that is a box. */
    static String box() {
        return String.format(Locale.ROOT, "m0 -10h%dv10h-%dz", SAMPLE, SAMPLE);
    }

    /** The axis of time, and a line through all lanes at each of its ticks. */
    void axis() {
        y += LINE + 10;
        double unit = Math.pow(10, Math.floor(Math.log10(end)));
        double step = unit / 10;
        for (double factor : new double[] {0.1, 0.2, 0.5, 1, 2, 5}) {
            step = unit * factor;
            if (end / step <= MOST_TICKS) {
                break;
            }
        }
        top = y + 8;
        drawing.text(LEFT - 8, y, "note end", "core");
        for (int tick = 0; tick * step <= end; tick++) {
            line("grid", tick * step);
            String label = Figures.tick(tick * step);
            double half = label.length() * LETTER / 2;
            drawing.text(Math.min(x(tick * step), WIDTH - 4 - half), y, "note mid", label);
        }
        names();
    }

    /** A line through all lanes. */
    void line(String classes, double time) {
        double x = x(time);
        drawing.shape(classes, String.format(Locale.ROOT, "M%.1f %.1fV%.1f", x, top, top + height), "");
    }

    /** A lane's name, unless it would lie on one that is there already. */
    void label(int lane, String word) {
        double at = middle(lane);
        if (labelled.stream().allMatch(other -> Math.abs(other - at) >= LABEL)) {
            drawing.text(LEFT - 8, at + 5, "end" + (word.isEmpty() ? " note" : ""), lane + word);
            labelled.add(at);
        }
    }

    /** Every lane's name, if there is room; else every tenth. */
    void labels() {
        int place = 0;
        for (List<Integer> group : groups.values()) {
            for (int lane : group) {
                if (pitch >= LABEL || place % 10 == 0) {
                    label(lane, "");
                }
                place++;
            }
        }
    }

    /** The names of groups, each above its lanes, if there are a few. */
    private void names() {
        if (named) {
            groups.forEach((name, lanes) -> {
                double at = top + down[lanes.get(0)] - LABEL;
                drawing.text(MARGIN, at + 5, "", name);
                labelled.add(at);
            });
        }
    }

    /** A shape, of which nothing is drawn if it is empty. */
    void shape(String classes, CharSequence path, String tip) {
        if (path.length() > 0) {
            drawing.shape(classes, path.toString(), tip);
        }
    }

    /**
     * The path of a rectangle on a lane, of some share of its height; empty if nothing of it is to be seen.
     *
     * @param span  when
     * @param lane  on which lane
     * @param share of its height
     * @param least how wide it is at least, however short the time
     * @param until what comes after that time is not shown
     */
    String bar(Timeline.Span span, int lane, double share, double least, double until) {
        if (span.to() < begin || span.from() >= until) {
            return "";
        }
        double from = x(span.from());
        double width = Math.max(least, x(Math.min(span.to(), until)) - from);
        double height = pitch * share;
        return String.format(Locale.ROOT, "M%.1f %.2fh%.1fv%.2fh%.1fz", from, middle(lane) - height / 2, width, height,
            -width);
    }

    /** The path of a line across a lane. */
    String tick(double time, int lane) {
        return String.format(Locale.ROOT, "M%.1f %.1fv%.1f", x(time), middle(lane) - pitch * 0.48, pitch * 0.96);
    }

    /** The path of a line along the middle of a lane. */
    String along(double from, double to, int lane) {
        return String.format(Locale.ROOT, "M%.1f %.1fH%.1f", x(from), middle(lane), x(to));
    }

    /** The path of a dot in the middle of a lane. */
    String dot(double time, int lane) {
        return String.format(Locale.ROOT, "M%.1f %.1f", x(time), middle(lane))
            + dot(Math.max(0.9, Math.min(3.6, pitch * 0.36)));
    }

    /** The path of a dot where the path before has ended. */
    static String dot(double radius) {
        return String.format(Locale.ROOT, "m%.1f 0a%.1f %.1f 0 1 0 %.1f 0a%.1f %.1f 0 1 0 %.1f 0z", -radius, radius,
            radius, 2 * radius, radius, radius, -2 * radius);
    }

    double middle(int lane) {
        return top + down[lane] + pitch / 2;
    }

    double pitch() {
        return pitch;
    }

    /** Where a time is, or the nearest edge. */
    double x(double time) {
        return LEFT + (Math.max(begin, Math.min(end, time)) - begin) / (end - begin) * (RIGHT - LEFT);
    }

    /**
     * The whole document.
     *
     * @param title what it is
     * @param words what it shows, in sentences: below the lanes, and for those who do not see it
     * @param light rules of style beside those of the lanes
     * @param dark  what of these is otherwise in the dark
     */
    String document(String title, List<String> words, String light, String dark) {
        y = top + height + 8;
        words.forEach(this::note);
        return drawing.document(WIDTH, (int) y + MARGIN / 2 + 4, SHOWN_WIDTH, title, String.join(" ", words), LIGHT + light,
            DARK + dark);
    }
}
