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
        Recording recording = new Recording(4);
        recording.write(Kind.TLBI, 0, 0, 7, 1);
        for (long turn = 0; turn < 1000; turn++) {
            recording.writeOffCpu(1000 + turn * 5500, 6000 + turn * 5500);
        }
        long end = 6000 + 999 * 5500;
        recording.writeOffCpu(end + 501, end + 600);
        assertEquals(List.of(new CoreEvent(Kind.TLBI, 0, 0, 7, 1), new CoreEvent(Kind.OFF_CPU, 1000, end, 0, 1000),
            new CoreEvent(Kind.OFF_CPU, end + 501, end + 600, 0, 1)), recording.events());
        recording.write(Kind.DSB, end + 700, end + 800, 7, 1);
        recording.writeOffCpu(end + 801, end + 900);
        assertEquals(List.of(Kind.OFF_CPU, Kind.OFF_CPU, Kind.DSB, Kind.OFF_CPU),
            recording.events().stream().map(CoreEvent::kind).toList());
    }
}
