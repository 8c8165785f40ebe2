package dev.salvo.results;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events of one machine in Chrome's trace event format: the machine is the process, each core a thread.
 *
 * <p>The format: "Trace Event Format", Google, 2016. Timestamps are microseconds, with three digits behind the point.
 */
final class TraceEvents {
    private static final int PROCESS = 1;

    /** The format does not ask for an order, but some of its readers draw nested slices better in it. */
    private final List<Event> events = new ArrayList<>();

    /** One event; of those that begin together the longest comes first. */
    private record Event(long at, long nanos, ObjectNode node) {
    }

    /** Something that lasted. Slices of a core lie within each other or apart. */
    ObjectNode slice(String name, int core, long from, long to) {
        ObjectNode node = event("X", name, core, from, to - from);
        node.put("dur", micros(to - from));
        return node;
    }

    /** Something that happened on a core. */
    ObjectNode instant(String name, int core, long at) {
        return event("i", name, core, at, 0).put("s", "t");
    }

    /** An end of an arrow, which must lie in a slice: it begins with "s", goes through "t" and ends with "f". */
    void arrow(String end, String name, int arrow, int core, long at) {
        event(end, name, core, at, 0).put("id", arrow).put("bp", "e");
    }

    private ObjectNode event(String phase, String name, int core, long at, long nanos) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.put("ph", phase).put("name", name).put("cat", "shootdown").put("pid", PROCESS).put("tid", core);
        events.add(new Event(at, nanos, node));
        return node;
    }

    /**
     * The document.
     *
     * @param process what the machine is called
     * @param cores   how many threads
     * @param about   what else there is to know
     * @return its root
     */
    ObjectNode document(String process, int cores, ObjectNode about) {
        events.sort(Comparator.comparingLong(Event::at).thenComparing(Event::nanos, Comparator.reverseOrder()));
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("displayTimeUnit", "ns").set("otherData", about);
        ArrayNode array = root.putArray("traceEvents");
        metadata(array, "process_name", 0).put("name", process);
        for (int core = 0; core < cores; core++) {
            metadata(array, "thread_name", core).put("name", Timeline.name(core));
            metadata(array, "thread_sort_index", core).put("sort_index", core);
        }
        long begin = events.isEmpty() ? 0 : Math.min(0, events.get(0).at()); // times are never negative
        for (Event event : events) {
            array.add(event.node().put("ts", micros(event.at() - begin)));
        }
        return root;
    }

    private static ObjectNode metadata(ArrayNode array, String what, int thread) {
        return array.addObject().put("ph", "M").put("name", what).put("pid", PROCESS).put("tid", thread)
            .putObject("args");
    }

    private static double micros(long nanos) {
        return nanos / 1e3;
    }
}
