package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.results.Replicates;
import dev.salvo.syscalls.KernelPoint;
import dev.salvo.syscalls.KernelReplicate;
import dev.salvo.syscalls.Operation;
import dev.salvo.syscalls.Others;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** How real system calls are measured in rounds, and what a run folder is given of them. */
class KernelPlanTest {
    private static final KernelPoint SHOT = point(4, Others.SPIN);
    private static final KernelPoint ALONE = point(1, Others.NONE);
    private static final KernelPoint STRANGERS = point(4, Others.PROCESSES);
    private static final KernelPlan PLAN = new KernelPlan(KernelPlan.HASTY);

    private static KernelPoint point(int cores, Others others) {
        return new KernelPoint(Operation.MPROTECT, cores, 1, 1, others, PlacementPolicy.COMPACT);
    }

    /** So that both stand in one round and in one JVM, and their difference is of nothing but the targets. */
    @Test
    void aPointAndItsControlsAreMeasuredByOneJvm() {
        KernelPoint other = new KernelPoint(Operation.MUNMAP, 2, 1, 1, Others.SPIN, PlacementPolicy.COMPACT);
        List<Series<KernelPoint>> series = PLAN.series(List.of(SHOT, other, ALONE, STRANGERS));
        assertEquals(List.of(SHOT, ALONE, STRANGERS), series.get(0).points());
        assertEquals(2, series.size());
    }

    @Test
    void processesAreTheBetterControlWhereTheyAreMeasured() {
        assertEquals(Optional.of(STRANGERS), PLAN.comparedWith(SHOT, Set.of(SHOT, ALONE, STRANGERS)));
        assertEquals(Optional.of(ALONE), PLAN.comparedWith(SHOT, Set.of(SHOT, ALONE)));
        assertEquals(Optional.empty(), PLAN.comparedWith(ALONE, Set.of(SHOT, ALONE, STRANGERS)));
        assertEquals(Optional.empty(), PLAN.comparedWith(STRANGERS, Set.of(SHOT, ALONE, STRANGERS)));
    }

    /** A sleeping target costs about nothing: asking for a tenth of nothing would take whatever budget there is. */
    @Test
    void aCostOfNothingIsKnownWellEnoughOnceItIsKnownToBeSlight() {
        Replicates alone = Replicates.of(new int[] {1, 2, 3}, new double[] {1000, 1001, 999});
        Replicates same = Replicates.of(new int[] {1, 2, 3}, new double[] {1001, 1000, 1000});
        assertTrue(PLAN.halfWidth(same, alone, 0) < 0.05, "" + PLAN.halfWidth(same, alone, 0));
        Replicates wide = Replicates.of(new int[] {1, 2, 3}, new double[] {1100, 1500, 1800});
        assertTrue(PLAN.halfWidth(wide, alone, 0) > 0.5, "" + PLAN.halfWidth(wide, alone, 0));
    }

    @Test
    void manyPointsAreGivenFewerBatches() {
        List<KernelPoint> few = List.of(SHOT, ALONE);
        assertEquals(dev.salvo.syscalls.Effort.STANDARD, KernelPlan.effort(few, 5, Duration.ofMinutes(5)));
        assertTrue(KernelPlan.effort(few, 5, Duration.ofSeconds(10)).batches() < dev.salvo.syscalls.Effort.STANDARD.batches());
    }

    /** The measuring side counts interrupts for each target, files have them for an operation. */
    @Test
    void whatIsStoredCountsInterruptsOfAnOperation() {
        Histogram latencies = new Histogram(3);
        latencies.recordValue(1500);
        KernelReplicate measured = new KernelReplicate(SHOT, List.of(new KernelReplicate.Batch(10, 1e4, 30, Double.NaN, 0,
            true, ""), new KernelReplicate.Batch(5, 1e4, 30, Double.NaN, 7, false, "waited 1.5 ms"), new KernelReplicate.Batch(6, 2e4, 30,
            Double.NaN, 8, false, "waited 2.5 ms")),
            1000, 50, 10, 1e6, latencies, 3, 0.99, KernelReplicate.Counting.NO_ROW, false, "not counted", KernelReplicate.Victims.NONE,
            -1, false, "compact");
        dev.salvo.results.KernelReplicate stored = KernelJvm.stored(measured, 7, Instant.EPOCH, 4);
        assertEquals(2.97, stored.shootdowns(), 1e-9);
        assertEquals("no-row", stored.counting());
        assertEquals(7, stored.round());
        assertEquals(2, stored.batches().size(), "in sum, or a file of many rounds would grow beyond what is read");
        assertEquals(new dev.salvo.results.KernelReplicate.Batches(2, 11, 3e4, 60, Double.NaN, 15, false, "waited 1.5 ms"),
            stored.batches().get(1));
        assertFalse(stored.valid());
        assertEquals(List.of(), stored.victims());
        assertEquals("mprotect, 4 cores, 1 sender, 1 page, others spin, compact", KernelJvm.stored(SHOT).words());
        latencies.reset();
        assertNull(KernelJvm.stored(measured, 7, Instant.EPOCH, 4).latency());
    }
}
