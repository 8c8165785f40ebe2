package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures of real system calls: of which replicates they are, against what they are held, and what follows. */
class KernelRowTest {
    private static final double EXACT = 1e-9;

    @TempDir
    private Path folder;

    private RunFolder run() {
        return RunFolder.create(folder, Map.of("hostname", "here"), Instant.EPOCH);
    }

    private static KernelRow row(KernelPoint point, double... nanos) {
        List<KernelReplicate> replicates = new ArrayList<>();
        for (int i = 0; i < nanos.length; i++) {
            replicates.add(MadeUpKernel.replicate(i + 1, nanos[i], point.cores() - 1.0));
        }
        return KernelRow.of(point, replicates);
    }

    @Test
    void aFigureIsTheMeanOverReplicatesWithTheirInterval() {
        KernelRow row = row(MadeUpKernel.point("mprotect", 2, "spin"), 1000, 1100, 1200);
        assertEquals(Replicates.of(new int[] {1, 2, 3}, new double[] {1000, 1100, 1200}), row.nsPerOp());
        assertEquals(1100, row.percentile(50), 20);
        assertEquals(2400, row.percentile(99.9), 20); // the empty call is subtracted
    }

    /** A replicate in which nothing was counted is of nobody knows what: it must not move a figure that says it was counted. */
    @Test
    void onlyReplicatesWhoseShootdownsWereCountedCount() {
        KernelRow row = KernelRow.of(MadeUpKernel.point("mprotect", 2, "spin"), List.of(MadeUpKernel.replicate(1, 1000, 1),
            MadeUpKernel.uncounted(2, 9000, 1), MadeUpKernel.replicate(3, 1100, 1)));
        assertTrue(row.valid());
        assertEquals(1050, row.nsPerOp().mean(), EXACT);
        assertEquals(1, row.shootdowns(), EXACT);
        assertEquals("1 of 3 replicates left out: " + MadeUpKernel.UNCOUNTED, row.why());
    }

    @Test
    void whereNoneWasCountedTheRowSaysWhy() {
        KernelRow row = KernelRow.of(MadeUpKernel.point("mprotect", 2, "spin"), List.of(MadeUpKernel.uncounted(1, 1000, 1),
            MadeUpKernel.uncounted(2, 1200, 1)));
        assertFalse(row.valid());
        assertEquals(MadeUpKernel.UNCOUNTED, row.why());
        assertEquals(1100, row.nsPerOp().mean(), EXACT);
        assertFalse(row.perTarget().known());
    }

    /** Pairs of a round: what made a round slow is in both. Means alone would leave an interval of hundreds of nanoseconds. */
    @Test
    void theCostOfTargetsIsTheDifferenceRoundByRound() {
        KernelRow alone = row(MadeUpKernel.point("mprotect", 1, "none"), 1000, 1500, 2000);
        KernelRow shot = row(MadeUpKernel.point("mprotect", 3, "spin"), 1600, 2101, 2599);
        KernelRow shown = KernelRow.shown(List.of(shot, alone)).get(1);
        assertEquals(shot.point(), shown.point());
        assertEquals(600, shown.overControl().mean(), EXACT);
        assertTrue(shown.overControl().halfWidth() < 5, shown.overControl().toString());
        assertEquals(300, shown.perTarget().mean(), EXACT);
    }

    /** A pair of mprotect flushes twice on most kernels: one target, and two interrupts. */
    @Test
    void whatWasCountedTwiceCostsHalfAsMuchEachTime() {
        KernelRow alone = row(MadeUpKernel.point("mprotect", 1, "none"), 1000);
        KernelRow shot = KernelRow.of(MadeUpKernel.point("mprotect", 2, "spin"),
            List.of(MadeUpKernel.replicate(1, 1800, 1, 2, true, "")));
        KernelRow shown = KernelRow.shown(List.of(shot, alone)).get(1);
        assertEquals(800, shown.perTarget().mean(), EXACT);
        assertEquals(400, shown.perShootdown().mean(), EXACT);
    }

    @Test
    void processesAreTheBetterControl() {
        KernelRow alone = row(MadeUpKernel.point("mprotect", 1, "none"), 1000, 1000, 1000);
        KernelRow strangers = KernelRow.of(MadeUpKernel.point("mprotect", 2, "processes"), List.of(MadeUpKernel.replicate(1, 1100, 0)));
        KernelRow shot = row(MadeUpKernel.point("mprotect", 2, "spin"), 1600, 1600, 1600);
        List<KernelRow> both = KernelRow.shown(List.of(alone, strangers, shot));
        assertEquals(strangers.point(), both.get(1).control().point());
        assertNull(both.get(0).control(), "a control has none");
        assertNull(both.get(2).control(), "a control has none");
        assertEquals(alone.point(), KernelRow.shown(List.of(alone, shot)).get(1).control().point());
    }

    @Test
    void victimsAreHeldAgainstTheirOwnRate() {
        assertEquals(1.25, row(MadeUpKernel.point("mprotect", 2, "spin"), 1000, 1100, 1200).victims().get("compute").ratio(), EXACT);
    }

    @Test
    void aTargetMoreCostsTheSlopeAndSendingTheIntercept() {
        RunFolder run = run();
        MadeUpKernel.measure(run, "mprotect", 2, 3, 4);
        KernelLine line = KernelLine.of(run.kernelRows()).get(0);
        assertEquals("target", line.over());
        assertEquals(300, line.slope().mean(), EXACT);
        assertEquals(402, line.intercept().mean(), EXACT); // 400, and the mean of a nanosecond a round
        assertEquals(List.of(1.0, 2.0, 3.0), line.at());
    }

    /** With a single target there is one count of them, and no slope. */
    @Test
    void ofTwoCpusThereIsNoSlope() {
        RunFolder run = run();
        MadeUpKernel.measure(run, "mprotect", 2);
        assertEquals(List.of(), KernelLine.of(run.kernelRows()));
    }

    @Test
    void rowsThatWereNotValidatedMakeNoLine() {
        RunFolder run = run();
        MadeUpKernel.measure(run, "mprotect", 2, 3);
        MadeUpKernel.add(run, MadeUpKernel.point("mprotect", 4, "spin"), MadeUpKernel.uncounted(1, 90_000, 3));
        assertEquals(300, KernelLine.of(run.kernelRows()).get(0).slope().mean(), EXACT);
    }

    @Test
    void aPageMoreCostsTheSlopeOverPages() {
        RunFolder run = run();
        for (int pages : new int[] {1, 32}) {
            MadeUpKernel.add(run, new KernelPoint("munmap", 2, 1, pages, "spin", "compact"),
                MadeUpKernel.replicate(1, 1000 + 50 * pages, 1));
        }
        KernelLine line = KernelLine.of(run.kernelRows()).get(0);
        assertEquals("page", line.over());
        assertEquals(50, line.slope().mean(), EXACT);
        assertEquals(1000, line.intercept().mean(), EXACT);
    }

    @Test
    void runsOfTheSameKindAreMergedWithTheirRoundsBehindOneAnother() {
        RunFolder one = run();
        RunFolder other = run();
        MadeUpKernel.measure(one, "mprotect", 2);
        MadeUpKernel.measure(other, "mprotect", 2);
        MadeUpKernel.add(other, MadeUpKernel.point("mprotect", 2, "spin"), MadeUpKernel.replicate(4, 1700, 1));
        List<KernelRow> rows = RunFolder.merge(folder, List.of(one, other), Instant.EPOCH).kernelRows();
        assertEquals(2, rows.size());
        assertEquals(3, rows.get(0).replicates().size(), "the same file is the same measurement");
        assertEquals(List.of(1, 2, 3, 4, 5, 6, 7), rows.get(1).replicates().stream().map(KernelReplicate::round).toList());
    }
}
