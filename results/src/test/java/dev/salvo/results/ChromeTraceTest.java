package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.results.MadeUpTrace.Wrong;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** What "Trace Event Format" (Google, 2016) asks of a document, and what makes one open well. */
class ChromeTraceTest {
    private static final String EVIL = "<script>\"\\\u0000\u001b[2J\nhost";

    @ParameterizedTest
    @CsvSource({"1, 1, sync", "8, 1, sync", "8, 31, batched", "100, 31, batched"})
    void everyEventIsOneOfTheFormatAndTimesNeverGoBack(int cores, int tlbis, String strategy) {
        double last = 0;
        int slices = 0;
        for (JsonNode event : events(cores, tlbis, strategy)) {
            String phase = event.get("ph").asString();
            assertTrue(Set.of("M", "X", "i", "s", "t", "f").contains(phase), event.toString());
            assertTrue(event.get("name").isString() && event.get("pid").asInt() == 1, event.toString());
            assertTrue(event.get("tid").asInt() >= 0 && event.get("tid").asInt() < cores, event.toString());
            if (phase.equals("M")) {
                continue;
            }
            assertTrue(event.get("ts").isNumber() && event.get("ts").asDouble() >= last, "in order: " + event);
            last = event.get("ts").asDouble();
            if (phase.equals("X")) {
                assertTrue(event.get("dur").asDouble() >= 0, event.toString());
                slices++;
            }
        }
        // The shootdown, the DSB, two visits and a time without a CPU for each.
        assertEquals(2 + 3 * cores, slices);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, sync", "8, 1, sync", "8, 31, batched"})
    void everyCoreHasItsNameAndItsPlace(int cores, int tlbis, String strategy) {
        Map<Integer, String> names = new TreeMap<>();
        Map<Integer, Integer> places = new TreeMap<>();
        for (JsonNode event : events(cores, tlbis, strategy)) {
            if (event.get("name").asString().equals("thread_name")) {
                names.put(event.get("tid").asInt(), event.get("args").get("name").asString());
            } else if (event.get("name").asString().equals("thread_sort_index")) {
                places.put(event.get("tid").asInt(), event.get("args").get("sort_index").asInt());
            }
        }
        assertEquals(cores, names.size());
        assertEquals("core-000", names.get(0));
        assertEquals(cores - 1, places.get(cores - 1));
    }

    /** Slices of a thread that overlap in part are drawn wrong. */
    @ParameterizedTest
    @CsvSource({"8, 1, sync", "8, 31, batched", "100, 1, sync"})
    void slicesOfACoreLieWithinEachOtherOrApart(int cores, int tlbis, String strategy) {
        lieWithinEachOtherOrApart(events(cores, tlbis, strategy));
    }

    @ParameterizedTest
    @EnumSource
    void whatAMachineHasKeptIsAllThere(Wrong wrong) {
        MachineTrace trace = MadeUpTrace.of(4, 9, wrong);
        JsonNode root = Json.MAPPER.readTree(ChromeTrace.of(trace, EVIL, EVIL));
        assertEquals(EVIL, root.get("otherData").get("host").asString());
        List<JsonNode> events = root.get("traceEvents").valueStream().toList();
        lieWithinEachOtherOrApart(events);
        Map<String, Long> counts = events.stream().collect(Collectors.groupingBy(event -> event.get("name").asString(),
            TreeMap::new, Collectors.counting()));
        assertEquals(trace.lanes().stream().mapToLong(lane -> lane.visits().size()).sum(), (long) counts.get("invalidate"));
        assertEquals(trace.lanes().stream().mapToLong(lane -> lane.offCpu().size()).sum(), (long) counts.get("off CPU"));
        assertEquals(8, (long) counts.get("offline"));
        assertEquals(wrong == Wrong.NOT_OVER || wrong == Wrong.NO_ROOM ? 8 : 9, (long) counts.get("dsb(ish)"));
        assertEquals(wrong == Wrong.NOT_OVER ? Long.valueOf(1) : null, counts.get("dsb(ish), not over"));
        assertEquals(wrong == Wrong.NO_ROOM ? Long.valueOf(1) : null, counts.get("tlbi, not over"));
        assertEquals(wrong == Wrong.EARLY || wrong == Wrong.NEVER_TAKEN ? Long.valueOf(1) : null, counts.get("returned early"));
        if (counts.containsKey("returned early")) {
            assertEquals("core-003", events.stream().filter(event -> event.get("name").asString().equals("returned early"))
                .findFirst().orElseThrow().get("args").get("not yet taken by").asString());
        }
    }

    @ParameterizedTest
    @CsvSource({"NOT_OVER, 'dsb(ish), cut short'", "NO_ROOM, 'tlbi, cut short'"})
    void whatWasCutShortIsNotCalledNotOver(Wrong wrong, String name) {
        String trace = ChromeTrace.of(MadeUpTrace.cutShort(4, 9, wrong, 3), EVIL, EVIL);
        assertTrue(trace.contains('"' + name + '"') && !trace.contains("not over"), trace);
    }

    private static void lieWithinEachOtherOrApart(List<JsonNode> events) {
        Map<Integer, Deque<Double>> open = new HashMap<>();
        for (JsonNode event : events) {
            if (event.get("ph").asString().equals("X")) {
                Deque<Double> ends = open.computeIfAbsent(event.get("tid").asInt(), thread -> new ArrayDeque<>());
                double from = event.get("ts").asDouble();
                double to = from + event.get("dur").asDouble();
                while (!ends.isEmpty() && ends.peek() <= from + 1e-6) {
                    ends.pop();
                }
                assertTrue(ends.isEmpty() || to <= ends.peek() + 1e-6, event.toString());
                ends.push(to);
            }
        }
    }

    /** An arrow's end that lies in no slice is not drawn. */
    @ParameterizedTest
    @CsvSource({"2, 1, sync", "8, 1, sync", "8, 31, batched"})
    void anArrowGoesFromTheTlbiThroughEachCoreIntoTheDsb(int cores, int tlbis, String strategy) {
        List<JsonNode> events = events(cores, tlbis, strategy);
        Map<Integer, List<JsonNode>> arrows = new TreeMap<>();
        for (JsonNode event : events) {
            if (Set.of("s", "t", "f").contains(event.get("ph").asString())) {
                arrows.computeIfAbsent(event.get("id").asInt(), id -> new ArrayList<>()).add(event);
            }
        }
        assertEquals(cores - 1, arrows.size());
        for (List<JsonNode> arrow : arrows.values()) {
            assertEquals(List.of("s", "t", "f"), arrow.stream().map(end -> end.get("ph").asString()).toList());
            assertTrue(isWithin(events, arrow.get(0), "shootdown, " + tlbis + (tlbis == 1 ? " TLBI" : " TLBIs")));
            assertTrue(isWithin(events, arrow.get(1), "invalidate"), arrow.toString());
            assertTrue(isWithin(events, arrow.get(2), "dsb(ish)"), arrow.toString());
            assertEquals(0, arrow.get(0).get("tid").asInt());
            assertTrue(arrow.get(1).get("tid").asInt() > 0);
            assertEquals(0, arrow.get(2).get("tid").asInt());
        }
    }

    /** A Sync is sent by the DSB, invalidates nothing, and says nothing of when the TLBI was taken. */
    @ParameterizedTest
    @CsvSource({"2, 1, sync", "8, 31, batched"})
    void ofACarriedMachineItIsTheSyncThatGoesOutAndComesBack(int cores, int tlbis, String strategy) {
        Timeline carried = MadeUpTimeline.carried(cores, tlbis, strategy);
        List<JsonNode> events = Json.MAPPER.readTree(ChromeTrace.of(carried, EVIL, EVIL)).get("traceEvents").valueStream().toList();
        Set<String> names = events.stream().map(event -> event.get("name").asString()).collect(Collectors.toSet());
        assertTrue(names.containsAll(Set.of("Sync and acknowledgement", "Sync acknowledged", "visit to the port")), names + "");
        assertTrue(Collections.disjoint(names, Set.of("invalidate", "acknowledged", "broadcast and acknowledgement")), names + "");
        List<JsonNode> starts = events.stream().filter(event -> event.get("ph").asString().equals("s")).toList();
        assertEquals(cores - 1, starts.size());
        for (JsonNode start : starts) {
            assertTrue(isWithin(events, start, "dsb(ish)"), start.toString());
        }
    }

    private static boolean isWithin(List<JsonNode> events, JsonNode end, String slice) {
        double at = end.get("ts").asDouble();
        return events.stream().anyMatch(event -> event.get("ph").asString().equals("X")
            && event.get("name").asString().equals(slice) && event.get("tid").equals(end.get("tid"))
            && event.get("ts").asDouble() <= at && at < event.get("ts").asDouble() + event.get("dur").asDouble());
    }

    private static List<JsonNode> events(int cores, int tlbis, String strategy) {
        JsonNode root = Json.MAPPER.readTree(ChromeTrace.of(MadeUpTimeline.of(cores, tlbis, strategy), EVIL, EVIL));
        assertEquals("ns", root.get("displayTimeUnit").asString());
        assertEquals(EVIL, root.get("otherData").get("host").asString());
        List<JsonNode> events = new ArrayList<>();
        root.get("traceEvents").forEach(events::add);
        return events;
    }
}
