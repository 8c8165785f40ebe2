package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.point.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the samples of a program are spread over the {@link KernelFrame}s, and beside it what perf showed of the
 * published one.
 *
 * <p>Inclusive are the samples that are in a frame or in something it calls; a frame that is twice in a stack counts
 * once. Self are those in which it is the innermost frame that has a row, so that all of these together are the program.
 * A symbol of perf's holds what was inlined into it: the whole of {@code ptep_clear_flush}, its DSB too, is to be
 * compared with an inclusive share.
 */
public final class FrameTable {
    private static final int NAMES = 2;
    private static final int WIDTH = 110;
    /** Where they were published is one value, and a page's way through the frames is as good as the same at any other. */
    private static final Set<Axis> OF_NO_SHARE = Set.of(Axis.LOAD, Axis.LIST, Axis.BATCH);

    private final List<SampledPoint> events;
    private final List<Map<KernelFrame, Share>> shares;
    private final PerfShares published = PerfShares.read();

    /**
     * A frame's part of the program's samples.
     *
     * @param self      where it is the innermost frame that has a row, 0..1
     * @param inclusive where it is anywhere, 0..1
     */
    public record Share(double self, double inclusive) {
        private static final Share NONE = new Share(0, 0);
    }

    private FrameTable(List<SampledPoint> events) {
        this.events = events;
        shares = events.stream().map(event -> shares(event.program())).toList();
    }

    /**
     * How stacks of a program are spread.
     *
     * @param program the stacks
     * @return the frames that are in them; empty if there are no samples
     */
    public static Map<KernelFrame, Share> shares(Stacks program) {
        Map<KernelFrame, Share> found = new EnumMap<>(KernelFrame.class);
        double all = program.samples();
        Map<KernelFrame, Long> self = program.innermost(KernelFrame::of);
        for (KernelFrame frame : KernelFrame.values()) {
            long inclusive = program.inclusive(frame::is);
            if (inclusive > 0) {
                found.put(frame, new Share(self.getOrDefault(frame, 0L) / all, inclusive / all));
            }
        }
        return found;
    }

    /**
     * The part of the samples in what the kernel does to make TLBs forget pages that it reclaims:
     * {@code ptepClearFlush}, {@code archTlbbatchAddPending} and {@code archTlbbatchFlush}.
     *
     * @param program the stacks
     * @return 0..1; NaN if there are no samples
     */
    public static double flushShare(Stacks program) {
        return (double) program.inclusive(frame -> KernelFrame.PTEP_CLEAR_FLUSH.is(frame)
            || KernelFrame.ARCH_TLBBATCH_ADD_PENDING.is(frame) || KernelFrame.ARCH_TLBBATCH_FLUSH.is(frame))
            / program.samples();
    }

    /**
     * The table as plain text. Where the point is the published program before batching, the published shares stand
     * beside it, in columns of their own.
     *
     * @param events what was sampled of one point, an entry for each event; one that saw nothing of the program has
     *               no columns
     * @param style  what the screen can show
     * @return lines, the last one ended too; empty if nothing was sampled
     */
    public static String text(List<SampledPoint> events, TerminalStyle style) {
        List<SampledPoint> seen = events.stream().filter(event -> event.program().samples() > 0).toList();
        return seen.isEmpty() ? "" : style.letters(new FrameTable(seen).text(style));
    }

    private String text(TerminalStyle style) {
        Point point = events.get(0).point();
        List<PerfShares.Profile> beside = isPublishedProgram(point) ? published.profiles() : List.of();
        List<List<String>> lines = new ArrayList<>(heads(beside));
        for (KernelFrame frame : KernelFrame.values()) {
            if (shares.stream().anyMatch(event -> event.containsKey(frame))
                || beside.stream().anyMatch(profile -> profile.shares().containsKey(frame.symbol()))) {
                lines.add(line(frame, beside));
            }
        }
        String notes = "% of the samples of the senders' program. self: in a frame, and in what it calls that has no row of "
            + "its own. incl: in all that it calls.";
        return aligned(lines, style) + wrapped(notes) + (beside.isEmpty() ? "" : wrapped(note(beside)));
    }

    private List<List<String>> heads(List<PerfShares.Profile> beside) {
        List<String> above = new ArrayList<>(List.of("", ""));
        List<String> head = new ArrayList<>(List.of("frame", "in the kernel"));
        for (SampledPoint event : events) {
            above.addAll(List.of(event.used(), event.used()));
            head.addAll(List.of("self", "incl"));
        }
        for (PerfShares.Profile profile : beside) {
            above.add("published");
            head.add(profile.machine());
        }
        return List.of(above, head);
    }

    private List<String> line(KernelFrame frame, List<PerfShares.Profile> beside) {
        List<String> line = new ArrayList<>(List.of(frame.frame(), frame.symbol()));
        for (Map<KernelFrame, Share> event : shares) {
            Share share = event.getOrDefault(frame, Share.NONE);
            line.add(percent(100 * share.self));
            line.add(percent(100 * share.inclusive));
        }
        for (PerfShares.Profile profile : beside) {
            Double share = profile.shares().get(frame.symbol());
            line.add(share == null ? "" : percent(share));
        }
        return line;
    }

    private static String percent(double percent) {
        return percent == 0 ? Figures.NONE : String.format(Locale.ROOT, "%.2f", percent);
    }

    /** The published columns are another program's on another machine: what, whose, and what they have that has no row. */
    private String note(List<PerfShares.Profile> beside) {
        Set<String> rows = Arrays.stream(KernelFrame.values()).map(KernelFrame::symbol).collect(Collectors.toSet());
        String elsewhere = beside.get(0).shares().entrySet().stream().filter(share -> !rows.contains(share.getKey()))
            .map(share -> share.getKey() + ' ' + percent(share.getValue())).collect(Collectors.joining(", "));
        return "published: another machine's CPU time as perf saw it, no measurement of this host (" + published.source()
            + "; " + beside.stream().map(profile -> profile.machine() + ": " + profile.cores() + " cores")
                .collect(Collectors.joining(", "))
            + "). perf counts what was inlined into a function as the function's own: compare with incl. "
            + String.format(Locale.ROOT, "%.0f", published.lastDsbPercent())
            + " % of ptep_clear_flush was its last DSB. Of the " + beside.get(0).machine()
            + "'s profile these have no row here: " + elsewhere + ".";
    }

    private static String wrapped(String text) {
        return Text.wrapped(text, WIDTH).stream().map(line -> line + '\n').collect(Collectors.joining());
    }

    private static String aligned(List<List<String>> lines, TerminalStyle style) {
        StringBuilder text = new StringBuilder();
        int[] widths = Text.widths(lines);
        for (int number = 0; number < lines.size(); number++) {
            String line = Text.aligned(lines.get(number), widths, i -> i < NAMES);
            text.append(number < 2 ? style.ink(TerminalStyle.Ink.HEADING, line) : line).append('\n');
        }
        return text.toString();
    }

    private static boolean isPublishedProgram(Point point) {
        return point.workload() == Workload.SEED && point.strategy() == Strategy.SYNC
            && Arrays.stream(Axis.values()).allMatch(axis -> OF_NO_SHARE.contains(axis) || axis.isAsPublished(point));
    }

    /**
     * The same as data, for other programs. The keys are a promise: they are added to, not renamed.
     *
     * @param events what was sampled of any points
     * @return an indented array of one object for each point and event, with a line feed at the end
     */
    public static String json(List<SampledPoint> events) {
        PerfShares published = PerfShares.read();
        ArrayNode array = Json.MAPPER.createArrayNode();
        Set<Axis> axes = RowsJson.axes(events.stream().map(SampledPoint::point).toList());
        for (SampledPoint event : events) {
            ObjectNode node = array.addObject();
            RowsJson.put(event.point(), axes, node);
            node.put("event", event.event());
            node.put("used", event.used());
            node.put("why", event.why().isEmpty() ? null : event.why());
            node.put("samples", event.program().samples());
            node.put("victimSamples", event.victims().samples());
            node.put("kernelSamples", event.kernelSamples());
            RowsJson.put(node, "nsPerPage", event.nsPerPage());
            RowsJson.put(node, "flushShare", flushShare(event.program()));
            ArrayNode frames = node.putArray("frames");
            shares(event.program()).forEach((frame, share) -> {
                ObjectNode line = frames.addObject();
                line.put("frame", frame.frame());
                line.put("kernel", frame.symbol().isEmpty() ? null : frame.symbol());
                RowsJson.put(line, "self", share.self);
                RowsJson.put(line, "inclusive", share.inclusive);
                published.write(frame.symbol(), line.putArray("published"));
            });
            ArrayNode files = node.putArray("files");
            event.files().forEach(file -> files.add(file.toString()));
        }
        return Json.pretty(array);
    }
}
