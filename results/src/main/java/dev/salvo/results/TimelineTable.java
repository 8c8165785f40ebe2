package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@link Timeline}s in words and figures: a table, the words below a picture, and data for other programs. */
public final class TimelineTable {
    private static final int WIDTH = 120;

    private TimelineTable() {
    }

    private record Column(String head, boolean toTheLeft, Function<Timeline, String> cell) {
    }

    /**
     * A row for each as plain text, aligned.
     *
     * @param timelines the timelines, all of the host's time, or all of one carried machine's
     * @param style     what the screen can show
     * @return lines, the last one ended too; empty if there is none
     * @throws IllegalArgumentException if times of several machines would stand in one table
     */
    public static String text(List<Timeline> timelines, TerminalStyle style) {
        if (timelines.isEmpty()) {
            return "";
        }
        if (timelines.stream().map(timeline -> timeline.point().profile()).distinct().count() > 1) {
            throw new IllegalArgumentException("timelines of several machines in one table");
        }
        List<Column> columns = columns(timelines);
        List<List<String>> lines = new ArrayList<>(List.of(columns.stream().map(Column::head).toList()));
        timelines.forEach(timeline -> lines.add(
            columns.stream().map(column -> style.letters(column.cell().apply(timeline))).toList()));
        int[] widths = Text.widths(lines);
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            String aligned = Text.aligned(line, widths, i -> columns.get(i).toTheLeft());
            text.append(line == lines.get(0) ? style.ink(TerminalStyle.Ink.FAINT, aligned) : aligned).append('\n');
        }
        text.append('\n');
        return text + Text.notes(notes(timelines), WIDTH, style);
    }

    private static List<Column> columns(List<Timeline> timelines) {
        List<Column> columns = new ArrayList<>();
        boolean carried = timelines.get(0).carried() != null;
        columns.add(new Column("cores", false, timeline -> Integer.toString(timeline.lanes().size())));
        columns.add(new Column("strategy", true, timeline -> Point.word(timeline.point().strategy())));
        for (Axis axis : Captions.AXES) {
            if (timelines.stream().map(timeline -> axis.caption(timeline.point())).distinct().count() > 1) {
                columns.add(new Column("", true, timeline -> axis.caption(timeline.point())));
            }
        }
        columns.add(new Column("TLBIs", false, timeline -> Integer.toString(timeline.tlbis().size())));
        columns.add(new Column("issued in", false, timeline -> Figures.time(timeline.issued())));
        columns.add(new Column("first ack", false, timeline -> since(timeline, timeline.firstAcknowledgement())));
        columns.add(new Column("median ack", false, timeline -> since(timeline, timeline.medianAcknowledgement())));
        columns.add(new Column("last ack", false, timeline -> since(timeline, lastAcknowledgement(timeline))));
        columns.add(new Column("DSB back", false, timeline -> since(timeline, timeline.dsb().to())));
        columns.add(new Column("last core", true, timeline -> Timeline.name(timeline.last().core())));
        if (carried) {
            columns.add(new Column("emulated", true, timeline -> timeline.carried().profile()));
            columns.add(new Column("dilation", false, timeline -> Figures.dilation(timeline.carried().dilation())));
            columns.add(new Column("slip", false, timeline -> Figures.time(timeline.carried().slip())));
            return columns;
        }
        columns.add(new Column("no CPU", false, timeline -> Figures.time(timeline.offCpu(timeline.last()))));
        columns.add(new Column("sender's", false, timeline -> Figures.time(timeline.senderOffCpu())));
        columns.add(new Column("cores/CPUs", true, timeline -> (timeline.oversubscribed() ? "oversubscribed " : "")
            + timeline.lanes().size() + '/' + timeline.hostCpus()));
        return columns;
    }

    private static long lastAcknowledgement(Timeline timeline) {
        return timeline.acknowledged(timeline.last());
    }

    private static String since(Timeline timeline, long time) {
        return Figures.time(time - timeline.issued());
    }

    private static List<String> notes(List<Timeline> timelines) {
        List<String> notes = new ArrayList<>();
        String issued = "issued in: from the first TLBI to the last. All that follows is counted from the last, which the "
            + "DSB waits for. ack: ";
        if (timelines.get(0).carried() == null) {
            notes.add(issued + "the core has found it at its port, invalidated, and said so.");
        } else {
            notes.add(issued + "the core has found the DSB's Sync at its port, and said so.");
            timelines.forEach(timeline -> notes.add(emulated(timeline)));
            notes.add("Shown is, of those recorded, the " + picked(timelines.get(0).picked())
                + ". One shootdown is an example, not a figure: for those see salvo curve --clock paced.");
            return notes;
        }
        notes.add("no CPU: of the time in which the last core had not yet found it; sender's: of that from the last "
            + "acknowledgement to the return of the DSB. A core notes when it gives its CPU up and when it has it "
            + "again; that the host took a CPU away by force does not show.");
        notes.add("Shown is, of those recorded, the " + picked(timelines.get(0).picked())
            + ". Being recorded has slowed it (--overhead). One shootdown is an example, not a figure: for those see "
            + "salvo curve.");
        for (Timeline timeline : timelines) {
            notes.add(switches(timeline));
        }
        if (timelines.stream().anyMatch(Timeline::oversubscribed)) {
            notes.add("oversubscribed: cores shared CPUs, so the host's scheduler is part of these times.");
        }
        return notes;
    }

    private static String picked(Timeline.Pick pick) {
        return switch (pick) {
            case MEDIAN -> "one of median duration";
            case SLOWEST -> "slowest";
        };
    }

    private static String switches(Timeline timeline) {
        List<Timeline.Switches> all = timeline.lanes().stream().map(Timeline.Lane::switches).toList();
        return "switches, " + Point.word(timeline.point().strategy()) + ", " + timeline.lanes().size()
            + (timeline.lanes().size() == 1 ? " core: " : " cores: ")
            + all.stream().mapToLong(Timeline.Switches::voluntary).sum() + " voluntary, "
            + all.stream().mapToLong(Timeline.Switches::involuntary).sum()
            + " involuntary (to the kernel a yield is one), run delay "
            + Figures.time(all.stream().mapToLong(Timeline.Switches::runDelay).sum()) + " in "
            + Figures.time(all.stream().mapToLong(Timeline.Switches::nanos).max().getAsLong())
            + " of recording: the kernel's count, of all cores' threads.";
    }

    /** Whose time it is, and of what, and how late the host was. */
    private static String emulated(Timeline timeline) {
        Timeline.Carried carried = timeline.carried();
        return "Emulated: nanoseconds of " + carried.profile() + ", " + Point.word(timeline.point().strategy())
            + ", carried by this host, at " + Figures.dilation(carried.dilation()) + " of its own for each; none is the host's. "
            + "Found and acknowledged is the DSB's Sync, which invalidates nothing and comes behind the TLBIs: a core may have "
            + "taken those in an earlier visit to its port. While it was recorded, messages were sent "
            + Figures.time(carried.slip()) + " too late, all together (slip); of "
            + carried.waits() + " waits since its clock was started half ended late by " + Figures.time(carried.late())
            + " or more, one in a hundred by " + Figures.time(carried.latest()) + " or more, most of which is made up for.";
    }

    /** What a picture shows, in sentences. */
    static List<String> words(Timeline timeline) {
        List<String> words = new ArrayList<>();
        int tlbis = timeline.tlbis().size();
        words.add(tlbis == 1
            ? "From the TLBI to the return of the DSB: " + Figures.time(timeline.dsb().to()) + '.'
            : tlbis + " TLBIs in " + Figures.time(timeline.issued()) + ", and " + since(timeline, timeline.dsb().to())
                + " from the last to the return of the DSB; in all "
                + Figures.time((double) timeline.dsb().to() / tlbis) + " for each.");
        Timeline.Lane last = timeline.last();
        words.add((timeline.carried() == null ? "Acknowledged by" : "The DSB's Sync was acknowledged by")
            + " the first core after " + since(timeline, timeline.firstAcknowledgement())
            + ", by half of them after " + since(timeline, timeline.medianAcknowledgement()) + ", by the last, "
            + Timeline.name(last.core()) + ", after " + since(timeline, lastAcknowledgement(timeline))
            + (timeline.carried() == null ? ": " + why(timeline, last) : "."));
        long unseen = timeline.dsb().to() - lastAcknowledgement(timeline);
        words.add("The DSB returned " + Figures.time(unseen) + " after that" + (timeline.senderOffCpu() == 0 ? "."
            : "; for " + Figures.time(timeline.senderOffCpu()) + " of it the sender had no CPU."));
        words.add("Shown is the " + picked(timeline.picked()) + " of " + timeline.recorded()
            + " recorded; times count from " + (tlbis == 1 ? "the TLBI" : "the first TLBI, in the sentences above from "
            + "the last")
            + (timeline.carried() == null ? ". Being recorded has itself slowed it (salvo timeline --overhead)." : "."));
        if (timeline.carried() != null) {
            words.add(emulated(timeline));
            return words;
        }
        words.add("No CPU: given up, and not yet had again. That the host took one away by force does not show.");
        if (timeline.oversubscribed()) {
            words.add("Oversubscribed: " + timeline.lanes().size() + " cores shared " + timeline.hostCpus()
                + (timeline.hostCpus() == 1 ? " CPU" : " CPUs") + "; these times include the scheduler.");
        }
        return words;
    }

    private static String why(Timeline timeline, Timeline.Lane last) {
        long off = timeline.offCpu(last);
        long waited = timeline.found(last) - timeline.issued();
        return off == 0 ? "it had a CPU all the time."
            : "it had no CPU for " + Figures.time(off) + " of the " + Figures.time(waited)
                + " before it found the operation at its port.";
    }

    /**
     * The same for other programs. The keys are a promise: they are added to, not renamed. Times are ns from the first
     * TLBI; of a carried machine its own, those of finding and acknowledging of the DSB's Sync, and what only the host knows is
     * null, as are those times of the sender, which is not snooped. What is known of a carried machine only is null of the host's.
     *
     * @param timelines the timelines
     * @return an indented array of one object for each, with a line feed at the end
     */
    public static String json(List<Timeline> timelines) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        Set<Axis> axes = RowsJson.axes(timelines.stream().map(Timeline::point).toList());
        for (Timeline timeline : timelines) {
            ObjectNode node = array.addObject();
            RowsJson.put(timeline.point(), axes, node);
            node.put("picked", Point.word(timeline.picked())).put("recorded", timeline.recorded())
                .put("hostCpus", timeline.hostCpus()).put("oversubscribed", timeline.oversubscribed())
                .put("sender", timeline.sender()).put("tlbis", timeline.tlbis().size())
                .put("lastIssuedNs", timeline.issued()).put("firstAckNs", timeline.firstAcknowledgement())
                .put("medianAckNs", timeline.medianAcknowledgement()).put("lastAckNs", lastAcknowledgement(timeline))
                .put("dsbEnterNs", timeline.dsb().from()).put("dsbLeaveNs", timeline.dsb().to())
                .put("lastCore", timeline.last().core());
            boolean hosts = timeline.carried() == null;
            put(node, "lastCoreOffCpuNs", hosts, () -> timeline.offCpu(timeline.last()));
            put(node, "senderOffCpuAfterLastAckNs", hosts, timeline::senderOffCpu);
            put(node, "dilation", !hosts, () -> timeline.carried().dilation());
            put(node, "slipNs", !hosts, () -> timeline.carried().slip());
            put(node, "waits", !hosts, () -> timeline.carried().waits());
            put(node, "lateMedianNs", !hosts, () -> timeline.carried().late());
            put(node, "lateOneInHundredNs", !hosts, () -> timeline.carried().latest());
            ArrayNode lanes = node.putArray("perCore");
            for (Timeline.Lane lane : timeline.lanes()) {
                ObjectNode core = lanes.addObject().put("core", lane.core()).put("cpu", lane.cpu());
                boolean takes = timeline.takes(lane);
                put(core, "foundNs", takes, () -> timeline.found(lane));
                put(core, "ackNs", takes, () -> timeline.acknowledged(lane));
                put(core, "offCpuNs", hosts, () -> timeline.offCpu(lane));
                put(core, "voluntarySwitches", hosts, lane.switches()::voluntary);
                put(core, "involuntarySwitches", hosts, lane.switches()::involuntary);
                put(core, "runDelayNs", hosts, lane.switches()::runDelay);
                put(core, "recordedNs", hosts, lane.switches()::nanos);
            }
        }
        return Json.pretty(array);
    }

    /** Null where it is not known: then nothing is asked. */
    private static void put(ObjectNode node, String key, boolean known, DoubleSupplier figure) {
        if (known) {
            RowsJson.put(node, key, figure.getAsDouble());
        } else {
            node.putNull(key);
        }
    }
}
