package dev.salvo.syscalls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.CpuSet;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterruptCountsTest {
    @Test
    void aRowIsTakenCpuByCpu() {
        InterruptCounts before = Recorded.interrupts("x86-2-cpus-before");
        InterruptCounts after = Recorded.interrupts("x86-2-cpus-after");
        assertEquals(1002, after.tlbSince(before, CpuSet.of(1)));
        assertEquals(3, after.tlbSince(before, CpuSet.of(0)));
        assertEquals(1005, after.tlbSince(before, CpuSet.of(0, 1)));
        assertEquals(1, after.calSince(before, CpuSet.of(1)));
    }

    /** CPU 5 is in the fifth column: taken by columns instead of by their heads, it would be CPU 4. */
    @Test
    void aCpuThatIsOfflineHasNoColumn() {
        InterruptCounts before = Recorded.interrupts("x86-8-cpus-4-offline-before");
        InterruptCounts after = Recorded.interrupts("x86-8-cpus-4-offline-after");
        assertEquals(1000, after.tlbSince(before, CpuSet.of(5)));
        assertEquals(1001, after.tlbSince(before, CpuSet.of(6)));
        assertEquals(0, after.tlbSince(before, CpuSet.of(7)));
        assertEquals(Double.NaN, after.tlbSince(before, CpuSet.of(4, 5)));
    }

    @Test
    void aCpuThatComesOnlineBetweenHasNoRise() {
        InterruptCounts before = Recorded.interrupts("x86-8-cpus-4-offline-before");
        InterruptCounts after = Recorded.interrupts("x86-8-cpus-after");
        assertEquals(Double.NaN, after.tlbSince(before, CpuSet.of(4)));
        assertEquals(1000, after.tlbSince(before, CpuSet.of(5)));
    }

    @Test
    void arm64HasCallsOfFunctionsAndNoShootdowns() {
        InterruptCounts before = Recorded.interrupts("arm64-before");
        InterruptCounts after = Recorded.interrupts("arm64-after");
        assertFalse(after.hasTlb());
        assertTrue(after.hasCal());
        assertEquals(Double.NaN, after.tlbSince(before, CpuSet.of(1)));
        assertEquals(1003, after.calSince(before, CpuSet.of(1)));
    }

    @Test
    void aCounterOf32BitsComesRound() {
        assertEquals(1000, Recorded.interrupts("x86-wrapped-after").tlbSince(Recorded.interrupts("x86-wrapped-before"),
            CpuSet.of(1)));
    }

    @Test
    void aHostThatHidesTheTableHasNoRows(@TempDir Path root) {
        InterruptCounts none = InterruptCounts.read(root);
        assertFalse(none.hasTlb());
        assertFalse(none.hasCal());
        assertTrue(none.isHidden());
        assertFalse(Recorded.interrupts("arm64-before").isHidden());
        assertEquals(Double.NaN, none.calSince(none, CpuSet.of(0)));
    }

    @Test
    void theFileIsReadBelowARoot(@TempDir Path root) throws Exception {
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/interrupts"), "      CPU0\n TLB:   41   TLB shootdowns\n");
        InterruptCounts before = InterruptCounts.read(root);
        Files.writeString(root.resolve("proc/interrupts"), "      CPU0\n TLB:   43   TLB shootdowns\n");
        assertEquals(2, InterruptCounts.read(root).tlbSince(before, CpuSet.of(0)));
    }

    /** Old kernels print CAL without TLB, and read the two one after the other. */
    @Test
    void aCountThatFellALittleHasNotRisen() {
        InterruptCounts before = InterruptCounts.parse("      CPU0\n CAL:   43   Function call interrupts\n");
        assertEquals(0, InterruptCounts.parse("      CPU0\n CAL:   41   Function call interrupts\n").calSince(before, CpuSet.of(0)));
    }

    @Test
    void anEmptyTableHasNoRows() {
        assertFalse(InterruptCounts.parse("").hasTlb());
    }
}
