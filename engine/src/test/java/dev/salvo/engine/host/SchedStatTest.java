package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SchedStatTest {
    private static final String TASK = "proc/self/task/71/";

    @TempDir
    private Path root;

    private RecordedHost thread() throws IOException {
        return new RecordedHost(root).with(TASK + "schedstat", "748859 223333 13")
            .with(TASK + "status", "Name:\tcore-017\nvoluntary_ctxt_switches:\t8\nnonvoluntary_ctxt_switches:\t5");
    }

    @Test
    void allFiveFiguresAreRead() throws IOException {
        assertEquals(new SchedStat(748859, 223333, 13, 8, 5), SchedStat.read(thread().root(), 71));
    }

    @Test
    void theDifferenceIsTakenFigureByFigure() {
        assertEquals(new SchedStat(9, 18, 27, 36, 45),
            new SchedStat(10, 20, 30, 40, 50).minus(new SchedStat(1, 2, 3, 4, 5)));
    }

    @Test
    void aThreadThatIsGoneIsNamed() throws IOException {
        assertEquals(root.resolve("proc/self/task/72") + " is not there: this process has no such thread, or it "
            + "has ended",
            assertThrows(IllegalStateException.class, () -> SchedStat.read(thread().root(), 72)).getMessage());
    }

    @Test
    void aKernelWithoutSchedstatsIsNamed() throws Exception {
        thread().without(TASK + "schedstat");
        assertEquals(root.resolve(TASK + "schedstat")
            + " is not there: the kernel keeps no scheduling statistics (CONFIG_SCHED_INFO)",
            assertThrows(IllegalStateException.class, () -> SchedStat.read(root, 71)).getMessage());
    }

    @Test
    void aKernelWithSchedstatsTurnedOffIsNamed() throws IOException {
        thread().with(TASK + "schedstat", "0 0 0");
        assertEquals(root.resolve(TASK + "schedstat") + ": the kernel's scheduling statistics are off; turn them on "
            + "(sysctl kernel.task_delayacct=1)",
            assertThrows(IllegalStateException.class, () -> SchedStat.read(root, 71)).getMessage());
    }

    @Test
    void malformedFilesAreNamed() throws IOException {
        thread().with(TASK + "schedstat", "748859 223333");
        assertEquals(root.resolve(TASK + "schedstat")
            + " is not understood: expected three numbers: ns run, ns waited, timeslices",
            assertThrows(IllegalArgumentException.class, () -> SchedStat.read(root, 71)).getMessage());
        thread().with(TASK + "status", "Name:\tcore-017");
        assertEquals(root.resolve(TASK + "status") + " is not understood: expected the lines of voluntary and "
            + "nonvoluntary switches",
            assertThrows(IllegalArgumentException.class, () -> SchedStat.read(root, 71)).getMessage());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aThreadOfOursIsAccountedForWhatItRuns() {
        int self = CpuPinning.threadId();
        SchedStat before = SchedStat.read(self);
        assertTrue(before.timeslices() > 0);
        long spent = 0;
        // Until the kernel has charged us 20 ms, however long that takes on a busy host.
        while (spent < 20_000_000) {
            spent = SchedStat.read(self).minus(before).runNanos();
        }
        SchedStat during = SchedStat.read(self).minus(before);
        assertTrue(during.runDelayNanos() >= 0 && during.timeslices() >= 0 && during.voluntarySwitches() >= 0
            && during.involuntarySwitches() >= 0, during::toString);
    }
}
