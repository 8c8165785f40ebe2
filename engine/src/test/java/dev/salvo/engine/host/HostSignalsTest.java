package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HostSignalsTest {
    /**
     * As a virtual machine of 2 CPUs tells it twice, 4 s apart, in which this process ran on both and another on CPU 1:
     * of 800 ticks 400 were ours, 200 were the other's, 40 were stolen.
     */
    private static final String[] STAT = {
        """
        cpu  501 0 302 1603 4 0 5 100 0 0
        cpu0 250 0 151 800 2 0 3 50 0 0
        cpu1 251 0 151 803 2 0 2 50 0 0
        intr 1 2 3
        """,
        """
        cpu  1001 0 402 1763 4 0 5 140 0 0
        cpu0 400 0 201 880 2 0 3 70 0 0
        cpu1 601 0 201 883 2 0 2 70 0 0
        intr 1 2 3
        """};
    private static final int[] OWN = {70, 470};

    @TempDir
    private Path root;

    @Test
    void whatOthersAndTheHypervisorHadIsToldApart() throws IOException {
        HostSignals signals = HostSignals.of(310, 96, read(STAT[0], OWN[0]), read(STAT[1], OWN[1]));
        assertEquals(200 / 800.0, signals.foreignCpuShare(), 1e-9);
        assertEquals(40 / 800.0, signals.stealShare(), 1e-9);
        assertEquals(310, signals.turnNanos());
        assertEquals(96, signals.roundTripNanos());
        assertTrue(signals.disturbed());
    }

    @Test
    void whatIsOursDisturbsNobody() throws IOException {
        HostSignals signals = HostSignals.of(310, 96, read(STAT[0].replace(" 50 0 0", " 70 0 0"), OWN[0]),
            read(STAT[1], OWN[0] + 600));
        assertEquals(0, signals.foreignCpuShare());
        assertEquals(0, signals.stealShare());
        assertFalse(signals.disturbed());
    }

    /** Kernels before 2.6.11 have no such column. */
    @Test
    void withoutAColumnOfStealNoneIsCounted() throws IOException {
        HostSignals signals = HostSignals.of(310, 96, read("cpu0 1 0 0 100 0 0 0\ncpu1 1 0 0 100 0 0 0\n", 0),
            read("cpu0 51 0 0 150 0 0 0\ncpu1 1 0 0 200 0 0 0\n", 0));
        assertEquals(0.25, signals.foreignCpuShare(), 1e-9);
        assertEquals(0, signals.stealShare());
    }

    /**
     * As in a container that hides /proc/stat, in gVisor, whose /proc/stat stands still, and in a moment of one
     * tick.
     */
    @Test
    void whatTheHostDoesNotTellIsNotKnownAndNotHeldAgainstIt() throws IOException {
        Optional<CpuUse> told = read(STAT[0], OWN[0]);
        for (HostSignals unknown : new HostSignals[] {HostSignals.of(310, 96, Optional.empty(), told),
            HostSignals.of(310, 96, told, Optional.empty()), HostSignals.of(310, 96, told, read(STAT[0], OWN[1])),
            HostSignals.of(310, 96, told, read(STAT[0].replace("cpu0 250", "cpu0 251"), OWN[0]))}) {
            assertEquals(new HostSignals(310, 96, Double.NaN, Double.NaN), unknown);
            assertFalse(unknown.disturbed());
        }
    }

    @ParameterizedTest
    @CsvSource({"0.05, 0, false", "0.03, 0.03, true", "NaN, 0.06, true", "0.06, NaN, true", "NaN, NaN, false"})
    void disturbedIsWhoLosesMoreThanOneCpuSecondInTwenty(double foreign, double steal, boolean disturbed) {
        assertEquals(disturbed, HostSignals.isDisturbed(foreign, steal));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisHostIsMeasuredAroundAPoint() {
        HostTopology host = HostTopology.read();
        HostSignals signals = HostSignals.before(host, Placement.of(host, PlacementPolicy.COMPACT, 4)).after();
        assertTrue(signals.turnNanos() > 0, signals.toString());
    }

    private Optional<CpuUse> read(String stat, int own) throws IOException {
        Files.createDirectories(root.resolve("proc/self"));
        Files.writeString(root.resolve("proc/stat"), stat);
        Files.writeString(root.resolve("proc/self/stat"), "42 (java) S 1 42 42 0 -1 4194560 100 200 0 0 " + own
            + " 0 0 0 20 0 1 0 100 0 0\n");
        return CpuUse.read(new HostFiles(root), CpuSet.parse("0-1"), 0);
    }
}
