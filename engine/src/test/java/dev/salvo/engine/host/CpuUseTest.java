package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CpuUseTest {
    private static final long SECOND = 1_000_000_000;

    @TempDir
    private Path root;

    /** Of two CPUs, at a time: 7 columns of /proc/stat that count, and iowait and steal, which do not. */
    private Optional<CpuUse> read(int busyOfCpu1, int busyOfCpu2, int own, long nanos) throws IOException {
        Files.createDirectories(root.resolve("proc/self"));
        Files.writeString(root.resolve("proc/stat"), "cpu  1 1 1 1 1 1 1 1 0 0\n"
            + "cpu1 " + busyOfCpu1 + " 0 0 77 88 0 0 99 5 5\n"
            + "cpu2 1 2 " + busyOfCpu2 + " 77 88 3 4 99 5 5\n"
            + "intr 1 2 3\n");
        Files.writeString(root.resolve("proc/self/stat"), "42 (a) b) S 1 42 42 0 -1 4194560 100 200 0 0 " + own
            + " 1 2 3 20 0 1 0 100 0 0\n");
        return CpuUse.read(new HostFiles(root), CpuSet.parse("1-2"), nanos);
    }

    @Test
    void whatOthersUseIsWhatIsBusyAndNotOurs() throws IOException {
        CpuUse before = read(100, 50, 10, SECOND).orElseThrow();
        assertEquals(new CpuUse(100 + 50 + 10, 2 * 99, 160 + 2 * (77 + 88 + 99), 10 + 6, SECOND), before);
        CpuUse after = read(200, 250, 110, 3 * SECOND).orElseThrow();
        assertEquals(1.0, after.othersSince(before)); // 300 ticks busy, 100 ours, in 2 s
    }

    @Test
    void whatIsOursBelongsToNobodyElse() throws IOException {
        CpuUse before = read(0, 0, 0, 0).orElseThrow();
        assertEquals(0, read(100, 100, 201, SECOND).orElseThrow().othersSince(before)); // a tick is counted late
        assertEquals(0, before.othersSince(before));
    }

    @Test
    void aHostThatHidesItsTimesIsNotHeldToBeBusy() throws IOException {
        assertEquals(Optional.empty(), CpuUse.read(new HostFiles(root), CpuSet.of(0), 0));
        read(1, 1, 1, 0);
        assertEquals(Optional.empty(), CpuUse.read(new HostFiles(root), CpuSet.of(5), 0));
        Files.delete(root.resolve("proc/self/stat"));
        assertEquals(Optional.empty(), CpuUse.read(new HostFiles(root), CpuSet.of(1), 0));
    }

    @Test
    void timesThatAreNoNumbersTellNothing() throws IOException {
        read(1, 1, 1, 0);
        Files.writeString(root.resolve("proc/stat"), "cpu1 many 0 0 0 0 0 0 0\n");
        assertEquals(Optional.empty(), CpuUse.read(new HostFiles(root), CpuSet.of(1), 0));
    }

    @Test
    void onlyMoreThanAHostsOwnServicesIsSaid() {
        HostTopology host = RecordedHost.topology(RecordedHost.VM);
        assertEquals(Optional.empty(), Distortions.busy(0.19, host, "now"));
        assertTrue(Distortions.busy(1.26, host, "now").orElseThrow().startsWith("Others keep 1.3 of 2 CPUs busy now"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisHostTells() {
        CpuUse use = CpuUse.read(HostTopology.read()).orElseThrow();
        assertTrue(use.busyTicks() > 0, use.toString());
    }
}
