package dev.salvo.engine.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.salvo.engine.probe.CoreEvent.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ring of one core's last events. */
class RecordingTest {
    /** Fails if a wait of many turns pushes what came before it out of the ring, or what lies between turns is lost. */
    @Test
    void turnsWithNoMoreThanAGlanceBetweenThemAreOneEvent() {
        Recording recording = new Recording(16);
        recording.write(Kind.TLBI, 0, 0, 7, 1);
        for (long turn = 0; turn < 1000; turn++) {
            recording.writeOffCpu(1000 + turn * 5500, 6000 + turn * 5500);
        }
        long end = 6000 + 999 * 5500;
        recording.writeOffCpu(end + 501, end + 600);
        assertEquals(List.of(new CoreEvent(Kind.TLBI, 0, 0, 7, 1, true),
            new CoreEvent(Kind.OFF_CPU, 1000, end, 0, 1000, true),
            new CoreEvent(Kind.OFF_CPU, end + 501, end + 600, 0, 1, true)), recording.events(List.of()));
        recording.write(Kind.DSB, end + 700, end + 800, 7, 1);
        recording.writeOffCpu(end + 801, end + 900);
        assertEquals(List.of(Kind.TLBI, Kind.OFF_CPU, Kind.OFF_CPU, Kind.DSB, Kind.OFF_CPU), kinds(recording));
    }

    /** Fails if a core that waits for ever keeps nothing but that, or one that waits long loses when it had a CPU. */
    @Test
    void aWaitThatDoesNotEndLeavesThreeQuartersOfTheRingToWhatCameBefore() {
        Recording recording = new Recording(16);
        for (long i = 0; i < 20; i++) {
            recording.write(Kind.SERVED, i, i, i, 1);
        }
        for (long turn = 1; turn <= 1000; turn++) {
            recording.writeOffCpu(turn * 10_000, turn * 10_000 + 5_000);
        }
        List<CoreEvent> events = recording.events(List.of());
        assertEquals(16, events.size());
        assertEquals(8, events.get(0).sequence());
        assertEquals(List.of(1L, 1L, 1L, 997L), events.stream().filter(event -> event.kind() == Kind.OFF_CPU)
            .map(CoreEvent::count).toList());
        assertEquals(10_005_000, events.get(15).to());
        recording.write(Kind.DSB, 10_006_000, 10_007_000, 7, 1);
        recording.writeOffCpu(10_009_000, 10_010_000);
        recording.writeOffCpu(10_019_000, 10_020_000);
        assertEquals(List.of(Kind.DSB, Kind.OFF_CPU, Kind.OFF_CPU), kinds(recording).subList(13, 16));
    }

    /** Slices that overlap in part are drawn wrong. */
    @Test
    void aTimeWithoutACpuDoesNotReachIntoWhatHasBegunSince() {
        Recording recording = new Recording(16);
        recording.writeOffCpu(0, 1000);
        recording.begins();
        recording.writeOffCpu(1200, 2000);
        recording.write(Kind.DSB, 1100, 2100, 7, 1);
        assertEquals(List.of(Kind.OFF_CPU, Kind.DSB, Kind.OFF_CPU), kinds(recording));
    }

    /** Where time stands still a TLBI and its DSB begin together. */
    @Test
    void aTlbiComesBeforeTheDsbThatWaitsForIt() {
        Recording recording = new Recording(4);
        recording.write(Kind.TLBI, 10, 10, 7, 1);
        recording.write(Kind.SERVED, 10, 20, 7, 1);
        recording.write(Kind.DSB, 10, 30, 7, 1);
        assertEquals(List.of(Kind.TLBI, Kind.DSB, Kind.SERVED), kinds(recording));
    }

    @Test
    void whatIsNotOverStandsWhereItBegan() {
        Recording recording = new Recording(4);
        recording.write(Kind.SERVED, 10, 20, 7, 1);
        recording.write(Kind.SERVED, 40, 50, 8, 1);
        CoreEvent open = new CoreEvent(Kind.DSB, 30, 60, 8, 0, false);
        assertEquals(open, recording.events(List.of(open)).get(1));
    }

    private static List<Kind> kinds(Recording recording) {
        return recording.events(List.of()).stream().map(CoreEvent::kind).toList();
    }
}
