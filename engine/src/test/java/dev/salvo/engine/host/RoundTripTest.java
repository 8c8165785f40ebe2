package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RoundTripTest {
    private static final long SLICE = 20_000_000;

    @Test
    void onOneCpuThereIsNone() {
        HostTopology host = RecordedHost.topology(RecordedHost.VM);
        assertEquals(Double.NaN, RoundTrip.measure(Placement.of(host, PlacementPolicy.COMPACT, 1), SLICE));
    }

    /**
     * Longer than any store takes by itself, shorter than a slice of the scheduler: a thread that loses its CPU is
     * passed over.
     */
    @Test
    @EnabledOnOs(OS.LINUX)
    void betweenTwoCpusItIsTheTimeOfALineAndNotOfTheScheduler() {
        HostTopology host = HostTopology.read();
        Assumptions.assumeTrue(host.usableCpus() >= 2);
        Placement placement = Placement.of(host, PlacementPolicy.COMPACT, 2);
        double best = Double.NaN;
        for (int i = 0; i < 50 && !(best < 100_000); i++) { // a host that has no two CPUs free at once may need several
            best = RoundTrip.measure(placement, SLICE);
        }
        assertTrue(best > 1 && best < 100_000, best + " ns");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aCpuThatIsNotThereIsRefused() {
        Placement of128 = Placement.of(RecordedHost.topology(RecordedHost.ARM64), PlacementPolicy.COMPACT, 128);
        Assumptions.assumeTrue(HostTopology.read().onlineCpus().size() < 128);
        PinningException refused = assertThrows(PinningException.class,
            () -> RoundTrip.measure(of128, SLICE));
        assertTrue(refused.getMessage().contains("round-trip"), refused.getMessage());
    }
}
