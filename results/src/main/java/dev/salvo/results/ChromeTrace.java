package dev.salvo.results;

import dev.salvo.point.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@link Timeline} in Chrome's trace event format, which Perfetto (ui.perfetto.dev) and chrome://tracing open: the
 * machine is the process, each core a thread. Slices: the shootdown and within it the DSB, visits to the port, and time
 * without a CPU; instants: TLBIs; arrows: from the TLBI that is waited for to each core that found it, and from there
 * into the DSB when the core had acknowledged. Slices of a core lie within each other or apart.
 *
 * <p>The format: "Trace Event Format", Google, 2016. Timestamps are microseconds, with three digits behind the point.
 */
public final class ChromeTrace {
    private static final int PROCESS = 1;

    private final Timeline timeline;
    /** The format does not ask for an order, but some of its readers draw nested slices better in it. */
    private final List<Event> events = new ArrayList<>();
    private int arrows;

    /** One event; of those that begin together the longest comes first. */
    private record Event(long at, long nanos, ObjectNode node) {
    }

    private ChromeTrace(Timeline timeline) {
        this.timeline = timeline;
    }

    /**
     * Writes a timeline.
     *
     * @param timeline the shootdown
     * @param host     the name of the host
     * @param command  the command that recorded it
     * @return a JSON document
     */
    public static String of(Timeline timeline, String host, String command) {
        return new ChromeTrace(timeline).write(host, command);
    }

    private String write(String host, String command) {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("displayTimeUnit", "ns");
        ObjectNode other = root.putObject("otherData");
        other.put("host", host).put("command", command).put("cores", timeline.lanes().size())
            .put("strategy", Point.word(timeline.point().strategy())).put("picked", Point.word(timeline.picked()))
            .put("recorded", timeline.recorded());
        Timeline.Lane sender = timeline.lanes().get(timeline.sender());
        // What an arrow begins or ends in must be a slice: this one holds the TLBIs.
        slice("shootdown, " + timeline.tlbis().size() + (timeline.tlbis().size() == 1 ? " TLBI" : " TLBIs"), sender, 0,
            timeline.dsb().to());
        timeline.lanes().forEach(this::lane);
        timeline.lanes().stream().filter(lane -> lane != sender).forEach(this::arrows);
        events.sort(Comparator.comparingLong(Event::at).thenComparing(Event::nanos, Comparator.reverseOrder()));
        ArrayNode array = root.putArray("traceEvents");
        metadata(array, "process_name", 0).put("name", "salvo, " + Point.word(timeline.point().strategy()) + ", "
            + timeline.lanes().size() + (timeline.lanes().size() == 1 ? " core" : " cores"));
        for (Timeline.Lane lane : timeline.lanes()) {
            metadata(array, "thread_name", lane.core()).put("name", Timeline.name(lane));
            metadata(array, "thread_sort_index", lane.core()).put("sort_index", lane.core());
        }
        long begin = Math.min(0, events.get(0).at()); // times are never negative
        for (Event event : events) {
            array.add(event.node().put("ts", micros(event.at() - begin)));
        }
        return Json.pretty(root);
    }

    private static ObjectNode metadata(ArrayNode array, String what, int thread) {
        return array.addObject().put("ph", "M").put("name", what).put("pid", PROCESS).put("tid", thread)
            .putObject("args");
    }

    private void lane(Timeline.Lane lane) {
        for (long tlbi : lane.tlbis()) {
            event("i", "tlbi", lane, tlbi, 0).put("s", "t");
        }
        for (Timeline.Span dsb : lane.dsbs()) {
            slice("dsb(ish)", lane, dsb.from(), dsb.to());
        }
        for (Timeline.Span off : lane.offCpu()) {
            slice("off CPU", lane, off.from(), off.to()).putObject("args").put("cpu", lane.cpu());
        }
        for (Timeline.Visit visit : lane.visits()) {
            boolean awaited = visit.takes(timeline.awaited());
            slice("invalidate", lane, visit.when().from(), awaited ? timeline.acknowledged(lane) : visit.when().to())
                .putObject("args").put("first sequence", visit.first()).put("operations", visit.count());
            if (awaited) {
                event("i", "acknowledged", lane, timeline.acknowledged(lane), 0).put("s", "t");
            }
        }
    }

    /** To the core and back: three ends of one arrow. */
    private void arrows(Timeline.Lane lane) {
        Timeline.Lane sender = timeline.lanes().get(timeline.sender());
        int arrow = ++arrows;
        arrow("s", arrow, sender, timeline.issued());
        arrow("t", arrow, lane, timeline.found(lane));
        // Into the DSB, which ends with the last of them.
        long into = Math.max(timeline.dsb().from(), Math.min(timeline.acknowledged(lane), timeline.dsb().to() - 1));
        arrow("f", arrow, sender, into);
    }

    private void arrow(String end, int arrow, Timeline.Lane lane, long at) {
        event(end, "broadcast and acknowledgement", lane, at, 0).put("id", arrow).put("bp", "e");
    }

    private ObjectNode slice(String name, Timeline.Lane lane, long from, long to) {
        ObjectNode node = event("X", name, lane, from, to - from);
        node.put("dur", micros(to - from));
        return node;
    }

    private ObjectNode event(String phase, String name, Timeline.Lane lane, long at, long nanos) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.put("ph", phase).put("name", name).put("cat", "shootdown").put("pid", PROCESS).put("tid", lane.core());
        events.add(new Event(at, nanos, node));
        return node;
    }

    private static double micros(long nanos) {
        return nanos / 1e3;
    }
}
