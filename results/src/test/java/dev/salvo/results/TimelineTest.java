package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.results.Timeline.Lane;
import dev.salvo.results.Timeline.Pick;
import dev.salvo.results.Timeline.Span;
import dev.salvo.results.Timeline.Switches;
import dev.salvo.results.Timeline.Visit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TimelineTest {
    private static final Timeline EIGHT = MadeUpTimeline.of(8, 1, "sync");

    @Test
    void theLastCoreIsTheOneThatFoundItLast() {
        assertEquals(7, EIGHT.last().core());
        assertEquals(3250, EIGHT.found(EIGHT.last()));
        assertEquals(3330, EIGHT.acknowledged(EIGHT.last()));
        assertEquals(140, EIGHT.firstAcknowledgement());
        assertEquals(1330, EIGHT.medianAcknowledgement());
    }

    @Test
    void timeWithoutACpuCountsFromTheIssueOnly() {
        assertEquals(3250, EIGHT.offCpu(EIGHT.last()), "not what it lacked before");
        assertEquals(EIGHT.dsb().to() - 3330, EIGHT.senderOffCpu());
        Timeline batch = MadeUpTimeline.of(8, 31, "batched");
        assertEquals(3250, batch.offCpu(batch.last()), "from the last TLBI, which is the one that the DSB waits for");
    }

    @Test
    void whatIsStampedAfterTheReturnOfTheDsbWasGivenBeforeIt() {
        Visit late = new Visit(new Span(100, 900), 5, 1);
        Timeline timeline = with(List.of(0L), 5, 5, new Span(10, 500), late);
        assertEquals(500, timeline.acknowledged(timeline.lanes().get(0)));
    }

    @Test
    void whatCameWhileTheCoreWasAtOthersWasNotFoundBeforeItWasIssued() {
        Visit visit = new Visit(new Span(10, 90), 5, 2);
        Timeline timeline = with(List.of(0L, 40L), 5, 6, new Span(60, 100), visit);
        assertEquals(40, timeline.found(timeline.lanes().get(0)));
    }

    @Test
    void whatIsNotWholeIsRefused() {
        Visit visit = new Visit(new Span(100, 200), 5, 2);
        Span dsb = new Span(50, 300);
        assertThrows(IllegalArgumentException.class, () -> with(List.of(), 5, 5, dsb, visit));
        assertThrows(IllegalArgumentException.class, () -> with(List.of(3L), 5, 5, dsb, visit));
        assertThrows(IllegalArgumentException.class, () -> with(List.of(0L, 60L), 5, 6, dsb, visit),
            "the DSB is earlier");
        assertThrows(IllegalArgumentException.class, () -> with(List.of(0L), 6, 5, dsb, visit));
        IllegalArgumentException nobody = assertThrows(IllegalArgumentException.class,
            () -> with(List.of(0L), 5, 7, dsb, visit));
        assertEquals("core 0 has not taken operation 7", nobody.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Span(2, 1));
    }

    private static Timeline with(List<Long> tlbis, long first, long awaited, Span dsb, Visit visit) {
        return new Timeline(MadeUpTimeline.point(1, "sync"), Pick.SLOWEST, 1, 1, 0, tlbis, first, awaited, dsb,
            List.of(new Lane(0, 0, tlbis, List.of(dsb), List.of(visit), List.of(), new Switches(1, 0, 0, 0))), null);
    }

    @Test
    void theTableSaysWhoWasLastAndHowMuchOfThatItHadNoCpu() {
        String text = TimelineTable.text(List.of(EIGHT, MadeUpTimeline.of(8, 31, "batched")), TerminalStyle.PLAIN);
        List<String> lines = text.lines().toList();
        assertEquals(List.of("cores", "strategy", "TLBIs", "issued in", "first ack", "median ack", "last ack",
            "DSB back", "last core", "no CPU", "sender's", "cores/CPUs"), cells(lines.get(0)));
        assertEquals(List.of("8", "sync", "1", "0 ns", "140 ns", "1.33 µs", "3.33 µs", "3.80 µs", "core-007", "3.25 µs",
            "470 ns", "oversubscribed 8/2"), cells(lines.get(1)));
        assertEquals("31", cells(lines.get(2)).get(2));
        assertTrue(text.contains("switches, sync, 8 cores: 8 voluntary, 8028 involuntary"), text);
        assertTrue(lines.stream().allMatch(line -> line.length() <= 128), text);
        assertEquals("", TimelineTable.text(List.of(), TerminalStyle.PLAIN));
        assertFalse(TimelineTable.text(List.of(EIGHT), new TerminalStyle(false, false)).contains("µ"));
    }

    private static List<String> cells(String line) {
        return List.of(line.strip().split(" {2,}"));
    }

    @Test
    void otherProgramsGetTheSameCoreByCore() {
        JsonNode node = Json.MAPPER.readTree(TimelineTable.json(List.of(EIGHT))).get(0);
        assertEquals("sync", node.get("strategy").asString());
        assertEquals(3330, node.get("lastAckNs").asLong());
        assertEquals(EIGHT.dsb().to(), node.get("dsbLeaveNs").asLong());
        assertEquals(8, node.get("perCore").size());
        assertEquals(1007, node.get("perCore").get(7).get("involuntarySwitches").asLong());
    }

    /** Fails if the sender is waited for, which a carried machine does not snoop, or the host's scheduler is told of. */
    @Test
    void ofACarriedMachineAllIsItsOwnTime() {
        Timeline carried = MadeUpTimeline.carried(8, 1, "sync");
        assertEquals(250 + 80, carried.firstAcknowledgement(), "core 1's: core 0 takes none");
        assertEquals(7, carried.last().core());
        String text = TimelineTable.text(List.of(carried), TerminalStyle.PLAIN);
        assertEquals(List.of("cores", "strategy", "TLBIs", "issued in", "first ack", "median ack", "last ack", "DSB back",
            "last core", "emulated", "dilation", "slip"), cells(text.lines().findFirst().orElseThrow()));
        assertTrue(text.replace('\n', ' ').contains("Emulated: nanoseconds of a-machine, sync, carried by this host, at 4000 of "
            + "its own for each; none is the host's."), text);
        assertTrue(text.replace('\n', ' ').contains("ack: the core has found the DSB's Sync at its port, and said so."), text);
        assertTrue(text.replace('\n', ' ').contains("a core may have taken those in an earlier visit to its port."), text);
        assertFalse(text.contains("invalidated"), text);
        assertFalse(text.contains("CPU") || text.contains("switches"), text);
        String words = String.join(" ", TimelineTable.words(carried));
        assertFalse(words.contains("CPU") || words.contains("slowed"), words);
        assertTrue(words.contains(" The DSB's Sync was acknowledged by the first core after 330 ns, "), words);
        assertTrue(words.contains("messages were sent 12.5 ns too late, all together (slip); of 1000 waits since its clock was "
            + "started half ended late by 3.00 ns or more, one in a hundred by 41.0 ns or more"), words);
        JsonNode node = Json.MAPPER.readTree(TimelineTable.json(List.of(carried))).get(0);
        assertTrue(node.get("perCore").get(0).get("foundNs").isNull());
        assertEquals(330, node.get("perCore").get(1).get("ackNs").asLong());
        assertEquals(12.5, node.get("slipNs").asDouble());
        assertTrue(node.get("lastCoreOffCpuNs").isNull() && node.get("perCore").get(1).get("recordedNs").isNull());
        assertThrows(IllegalArgumentException.class,
            () -> TimelineTable.text(List.of(carried, EIGHT), TerminalStyle.PLAIN), "two machines' times in one table");
        assertThrows(IllegalArgumentException.class, () -> MadeUpTimeline.carried(1, 1, "sync"));
    }

    /** The Misc Node sends a Sync when the DSB asks for it; a core may have been at its port for a TLBI until then. */
    @Test
    void aSyncIsNotFoundBeforeTheDsbHasBegun() {
        Timeline carried = MadeUpTimeline.carried(2, 1, "sync");
        Lane taker = carried.lanes().get(1);
        Span visit = new Span(carried.dsb().from() - 30, carried.dsb().from() + 40);
        List<Lane> lanes = List.of(carried.lanes().get(0), new Lane(1, 1, List.of(), List.of(),
            List.of(new Visit(visit, carried.awaited() - 1, 2)), List.of(), taker.switches()));
        Timeline early = new Timeline(carried.point(), Pick.MEDIAN, 1, 2, 0, carried.tlbis(), carried.first(), carried.awaited(),
            carried.dsb(), lanes, carried.carried());
        assertEquals(carried.dsb().from(), early.found(lanes.get(1)));
        assertEquals(carried.dsb().from() + 40, early.acknowledged(lanes.get(1)));
    }

    @Test
    void theWordsSayWhy() {
        String words = String.join(" ", TimelineTable.words(EIGHT));
        assertTrue(words.contains("by the last, core-007, after 3.33 µs: it had no CPU for 3.25 µs of the 3.25 µs "
            + "before it found the operation at its port."), words);
        assertTrue(words.contains("The DSB returned 470 ns after that; for 470 ns of it the sender had no CPU."),
            words);
        List<Lane> awake = new ArrayList<>();
        for (Lane lane : EIGHT.lanes()) {
            awake.add(new Lane(lane.core(), lane.cpu(), lane.tlbis(), lane.dsbs(), lane.visits(), List.of(),
                lane.switches()));
        }
        Timeline own = new Timeline(EIGHT.point(), Pick.SLOWEST, 9, 8, 0, EIGHT.tlbis(), EIGHT.first(), EIGHT.awaited(),
            EIGHT.dsb(), awake, null);
        words = String.join(" ", TimelineTable.words(own));
        assertTrue(words.contains("it had a CPU all the time.") && words.contains("The DSB returned 470 ns after that.")
            && words.contains("Shown is the slowest of 9 recorded") && !words.contains("Oversubscribed"), words);
    }
}
