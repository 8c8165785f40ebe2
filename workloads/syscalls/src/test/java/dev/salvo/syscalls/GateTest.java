package dev.salvo.syscalls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.CpuSet;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.syscalls.KernelReplicate.Batch;
import dev.salvo.syscalls.KernelReplicate.Counting;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final String UNCOUNTED = "not counted: paravirtual flush";
    private static final double MS = 1e6;
    private static final long ROUNDS = 1000;
    private static final double NANOS = 100 * MS;

    private static KernelPoint point(Operation op, int cores, int pages, Others others) {
        return new KernelPoint(op, cores, 1, pages, others, PlacementPolicy.COMPACT);
    }

    /** One sender on CPU 0 and one thread that computes on CPU 1. */
    private static Gate spinning(Operation op, int pages, Counting counting) {
        return new Gate(point(op, 2, pages, Others.SPIN), 1, 0, CpuSet.of(1), counting, UNCOUNTED, "", false);
    }

    private static Gate sleeping(Operation op, int pages, Counting counting) {
        return new Gate(point(op, 2, pages, Others.SLEEP), 0, 1, CpuSet.of(1), counting, UNCOUNTED, "", false);
    }

    private static Batch judge(Gate gate, long tlb, long cal, Gate.Wait... waits) {
        return gate.judge(ROUNDS, NANOS, Recorded.twoCpus(100, 200), Recorded.twoCpus(100 + tlb, 200 + cal), List.of(waits));
    }

    private static void accepts(Batch batch) {
        assertTrue(batch.accepted(), batch.why());
        assertEquals("", batch.why());
    }

    private static void refuses(Batch batch, String why) {
        assertFalse(batch.accepted());
        assertTrue(batch.why().contains(why), batch.why());
    }

    @Test
    void asManyAsWereSentAreAccepted() {
        Batch batch = judge(spinning(Operation.DONTNEED, 1, Counting.TLB), ROUNDS, 3);
        accepts(batch);
        assertEquals(ROUNDS, batch.tlb());
        assertEquals(3, batch.cal());
    }

    @Test
    void theRecordedBatchOfTwoCpusIsAccepted() {
        accepts(spinning(Operation.DONTNEED, 1, Counting.TLB).judge(ROUNDS, NANOS, Recorded.interrupts("x86-2-cpus-before"),
            Recorded.interrupts("x86-2-cpus-after"), List.of()));
    }

    /** Five targets on 1, 2, 3, 5, 6, for 4 is offline; each was interrupted by each of the 1000 operations. */
    @Test
    void theCountOfAllTargetsIsHeldAgainstRoundsTimesTargets() {
        Gate gate = new Gate(point(Operation.MUNMAP, 6, 1, Others.SPIN), 5, 0, CpuSet.parse("1-3,5-6"), Counting.TLB, UNCOUNTED,
            "", false);
        InterruptCounts before = Recorded.interrupts("x86-8-cpus-4-offline-before");
        InterruptCounts after = Recorded.interrupts("x86-8-cpus-4-offline-after");
        accepts(gate.judge(ROUNDS, NANOS, before, after, List.of()));
        refuses(gate.judge(2 * ROUNDS, NANOS, before, after, List.of()), "too few");
        refuses(gate.judge(ROUNDS / 2, NANOS, before, after, List.of()), "too many");
    }

    @Test
    void aFewMoreOrLessAreWithinTheTolerance() {
        Gate gate = spinning(Operation.DONTNEED, 1, Counting.TLB);
        accepts(judge(gate, 955, 0));
        refuses(judge(gate, 945, 0), "too few");
        accepts(judge(gate, 1055, 0));
        refuses(judge(gate, 1065, 0), "too many");
    }

    @Test
    void aBatchInWhichATargetLostItsCpuIsRefusedThoughTheCountIsRight() {
        Gate gate = spinning(Operation.DONTNEED, 1, Counting.TLB);
        refuses(judge(gate, ROUNDS, 0, new Gate.Wait("target-0 on CPU 1", 12 * MS)), "target-0 on CPU 1 waited 12.0 ms of 100.0 ms");
        accepts(judge(gate, ROUNDS, 0, new Gate.Wait("target-0 on CPU 1", 1 * MS)));
    }

    /** As with INVLPGB, which the kernel uses for processes that run on more than a few CPUs: the row counts, but not these. */
    @Test
    void whatElseMayHaveLeftInterruptsOutIsSaid() {
        Gate gate = new Gate(point(Operation.DONTNEED, 2, 1, Others.SPIN), 1, 0, CpuSet.of(1), Counting.TLB, UNCOUNTED,
            "the CPU broadcast them", false);
        refuses(judge(gate, 3, 0), "too few: a target was not running, or slept, or the CPU broadcast them");
        accepts(judge(gate, ROUNDS, 0));
    }

    @Test
    void threadsThatShareACpuLoseItAndTheCountAloneDecides() {
        Gate gate = new Gate(point(Operation.DONTNEED, 9, 1, Others.SPIN), 1, 0, CpuSet.of(1), Counting.TLB, UNCOUNTED, "", true);
        accepts(judge(gate, ROUNDS, 0, new Gate.Wait("target-0 on CPU 1", 75 * MS)));
    }

    @Test
    void aPairOfMprotectIsOneShootdownOrTwoAndNothingBetween() {
        Gate gate = spinning(Operation.MPROTECT, 1, Counting.TLB);
        accepts(judge(gate, ROUNDS, 0));
        accepts(judge(gate, 2 * ROUNDS, 0));
        refuses(judge(gate, 3 * ROUNDS / 2, 0), "neither one nor two");
        refuses(judge(gate, 3 * ROUNDS, 0), "too many");
        refuses(judge(gate, ROUNDS / 2, 0), "too few");
    }

    @Test
    void mremapIsFlushedTableByTable() {
        accepts(judge(spinning(Operation.MREMAP, 512, Counting.TLB), 2 * ROUNDS, 0));
        refuses(judge(spinning(Operation.MREMAP, 256, Counting.TLB), 2 * ROUNDS, 0), "too many");
    }

    @Test
    void pageoutIsFlushedPageByPageOrInBatches() {
        Gate gate = spinning(Operation.PAGEOUT, 256, Counting.TLB);
        accepts(judge(gate, 257 * ROUNDS, 0));
        accepts(judge(gate, 10 * ROUNDS, 0));
        refuses(judge(gate, 300 * ROUNDS, 0), "too many");
        refuses(judge(gate, 0, 0), "too few");
    }

    @Test
    void membarrierIsACallOfAFunction() {
        Gate gate = spinning(Operation.MEMBARRIER, 1, Counting.CAL);
        accepts(judge(gate, 0, ROUNDS));
        refuses(judge(gate, ROUNDS, 0), "too few");
    }

    @Test
    void aSleepingTargetIsLeftAlone() {
        Gate gate = sleeping(Operation.MPROTECT, 1, Counting.TLB);
        accepts(judge(gate, 4, 0));
        refuses(judge(gate, ROUNDS, 0), "too many: a target woke up");
        accepts(judge(sleeping(Operation.MREMAP, 1, Counting.TLB), ROUNDS, 0));
    }

    @Test
    void whereSleepersCannotBeSeenNothingIsShown() {
        refuses(judge(sleeping(Operation.MPROTECT, 1, Counting.NOTHING), 0, 0), UNCOUNTED);
    }

    @Test
    void tablesThatAreFreedWakeSleepers() {
        refuses(judge(sleeping(Operation.MUNMAP, 512, Counting.TLB), ROUNDS, 0), "too many");
        accepts(judge(sleeping(Operation.MUNMAP, 1024, Counting.TLB), ROUNDS, 0));
    }

    @Test
    void aGuestWithoutCountsHasNoValidBatch() {
        Gate gate = spinning(Operation.MPROTECT, 1, Counting.NOTHING);
        Batch batch = gate.judge(ROUNDS, NANOS, Recorded.interrupts("guest-without-counts-before"),
            Recorded.interrupts("guest-without-counts-after"), List.of());
        refuses(batch, UNCOUNTED);
        assertTrue(gate.isOnlyUncounted(batch));
        assertTrue(gate.cannotCount());
        assertFalse(spinning(Operation.MPROTECT, 1, Counting.TLB).cannotCount());
        assertEquals(0, batch.tlb());
        assertEquals(Double.NaN, gate.counts(batch));
    }

    @Test
    void aBatchThatWasDisturbedIsNotOnlyUncounted() {
        Gate gate = spinning(Operation.MPROTECT, 1, Counting.NOTHING);
        assertFalse(gate.isOnlyUncounted(judge(gate, 0, 0, new Gate.Wait("target-0 on CPU 1", 50 * MS))));
    }

    @Test
    void whereNobodyIsToBeReachedNothingNeedsToBeCounted() {
        Gate alone = new Gate(point(Operation.MPROTECT, 1, 1, Others.NONE), 0, 0, CpuSet.of(), Counting.NOTHING, UNCOUNTED, "", false);
        accepts(judge(alone, 0, 0));
        assertFalse(alone.cannotCount());
        Gate arm64 = new Gate(point(Operation.MPROTECT, 2, 1, Others.PROCESSES), 0, 0, CpuSet.of(1), Counting.NO_ROW, UNCOUNTED,
            "", false);
        accepts(arm64.judge(ROUNDS, NANOS, Recorded.interrupts("arm64-before"), Recorded.interrupts("arm64-after"), List.of()));
    }

    @Test
    void arm64TellsNoShootdowns() {
        Gate gate = spinning(Operation.MPROTECT, 1, Counting.NO_ROW);
        refuses(gate.judge(ROUNDS, NANOS, Recorded.interrupts("arm64-before"), Recorded.interrupts("arm64-after"), List.of()),
            UNCOUNTED);
    }

    @Test
    void otherProcessesThatAreShotAtAreNoControl() {
        Gate gate = new Gate(point(Operation.MPROTECT, 2, 1, Others.PROCESSES), 0, 0, CpuSet.of(1), Counting.TLB, UNCOUNTED, "", false);
        accepts(judge(gate, 2, 0));
        refuses(judge(gate, ROUNDS, 0), "too many");
    }

    /** Ten strays are as many as a batch of 100 ms may have; of 1 ms, in which there are 20 operations, they are half. */
    @Test
    void aShortBatchHasRoomForOneStray() {
        Gate gate = spinning(Operation.DONTNEED, 1, Counting.TLB);
        accepts(gate.judge(20, MS, Recorded.twoCpus(100, 200), Recorded.twoCpus(121, 200), List.of()));
        refuses(gate.judge(20, MS, Recorded.twoCpus(100, 200), Recorded.twoCpus(124, 200), List.of()), "too many");
        refuses(gate.judge(20, MS, Recorded.twoCpus(100, 200), Recorded.twoCpus(115, 200), List.of()), "too few");
    }

    /** Of 8192 pages there is one operation in a batch: a stray more is possible, one less is all that there is. */
    @Test
    void aBatchOfFewLongOperationsProvesNothingUnlessAllAreCounted() {
        InterruptCounts before = Recorded.twoCpus(100, 200);
        for (Operation op : new Operation[] {Operation.MUNMAP, Operation.MPROTECT}) {
            Gate gate = spinning(op, 8192, Counting.TLB);
            refuses(gate.judge(1, 4 * MS, before, before, List.of()), "too few");
            refuses(gate.judge(4, 4 * MS, before, Recorded.twoCpus(103, 200), List.of()), "too few");
            accepts(gate.judge(1, 4 * MS, before, Recorded.twoCpus(101, 200), List.of()));
            accepts(gate.judge(4, 4 * MS, before, Recorded.twoCpus(105, 200), List.of()));
        }
        refuses(spinning(Operation.MPROTECT, 8192, Counting.TLB).judge(8, 4 * MS, before, Recorded.twoCpus(113, 200), List.of()),
            "neither one nor two");
    }

    /** Each of two senders is a target of the other. */
    @Test
    void sendersAreTargetsOfEachOther() {
        KernelPoint point = new KernelPoint(Operation.DONTNEED, 2, 2, 1, Others.SPIN, PlacementPolicy.COMPACT);
        Gate gate = new Gate(point, 1, 0, CpuSet.of(0, 1), Counting.TLB, UNCOUNTED, "", false);
        InterruptCounts before = Recorded.interrupts("x86-2-cpus-before");
        accepts(gate.judge(1000, NANOS, before, Recorded.interrupts("x86-2-cpus-after"), List.of()));
        refuses(gate.judge(2000, NANOS, before, Recorded.interrupts("x86-2-cpus-after"), List.of()), "too few");
    }

    @Test
    void aColumnThatWentIsNoCount() {
        Gate gate = new Gate(point(Operation.MPROTECT, 2, 1, Others.SPIN), 1, 0, CpuSet.of(4), Counting.TLB, UNCOUNTED, "", false);
        refuses(gate.judge(ROUNDS, NANOS, Recorded.interrupts("x86-8-cpus-4-offline-before"),
            Recorded.interrupts("x86-8-cpus-after"), List.of()), UNCOUNTED);
    }

    /** As while a hypervisor runs something else on the target's CPU, and flushes there in the kernel's stead. */
    @Test
    void thatNothingIsCountedIsNotConcludedFromASingleWindow() {
        Iterator<CountingProbe.Rise> late = List.of(CountingProbe.Rise.NONE, CountingProbe.Rise.UNCLEAR, CountingProbe.Rise.NONE,
            CountingProbe.Rise.TLB).iterator();
        assertEquals(Counting.TLB, CountingProbe.conclude(late::next));
        assertEquals(Counting.NOTHING, CountingProbe.conclude(() -> CountingProbe.Rise.NONE));
        assertEquals(Counting.UNKNOWN, CountingProbe.conclude(() -> CountingProbe.Rise.UNCLEAR));
    }

    @Test
    void theProbeTakesTheRowThatRises() {
        assertEquals(CountingProbe.Rise.TLB, CountingProbe.judge(100, 1000, 200, 1, 0));
        assertEquals(CountingProbe.Rise.CAL, CountingProbe.judge(100, 1000, 0, 99, 0));
        assertEquals(CountingProbe.Rise.NONE, CountingProbe.judge(100, 1000, 0, 1, 10));
        assertEquals(CountingProbe.Rise.NONE, CountingProbe.judge(100, 1000, Double.NaN, 1, 10));
        // Nothing follows from a target that was not there, nor from a few that arrived.
        assertEquals(CountingProbe.Rise.UNCLEAR, CountingProbe.judge(100, 1000, 0, 1, 500));
        assertEquals(CountingProbe.Rise.UNCLEAR, CountingProbe.judge(100, 1000, 0, 1, Double.NaN));
        assertEquals(CountingProbe.Rise.UNCLEAR, CountingProbe.judge(100, 1000, 30, 1, 0));
        assertEquals(CountingProbe.Rise.UNCLEAR, CountingProbe.judge(0, 1000, 0, 0, 0));
    }
}
