package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class FrameTableTest {
    private static final double EXACT = 1e-12;
    private static final Stacks SYNC = Stacks.parse("""
        core-000;Sender.operation;Vmscan.shrinkFolioList;Rmap.tryToUnmap;Rmap.tryToUnmapOne;FlushStrategy.ptepClearFlush;Core.dsb;sched_yield_[k] 60
        core-000;Sender.operation;Vmscan.shrinkFolioList;Rmap.tryToUnmap;Rmap.tryToUnmapOne;FlushStrategy.ptepClearFlush;Core.tlbi 10
        core-000;Sender.operation;Vmscan.shrinkFolioList;Zram.zramWrite;Unsafe.getLong 20
        core-000;Sender.operation;PageOutLoop.touch 10
        """);
    private static final Stacks BATCHED = Stacks.parse("""
        core-000;Sender.operation;Vmscan.shrinkFolioList;Rmap.setTlbUbcFlushPending;TimedFlush.archTlbbatchAddPending;FlushStrategy.archTlbbatchAddPending;Core.tlbi 10
        core-000;Sender.operation;Vmscan.shrinkFolioList;Rmap.tryToUnmapFlush;FlushStrategy.archTlbbatchFlush;Core.dsb 15
        core-000;Sender.operation;Vmscan.shrinkFolioList 25
        """);
    private static final Stacks NONE = Stacks.parse("");

    private static SampledPoint sampled(String strategy, String event, String used, String why, Stacks program) {
        return new SampledPoint(MadeUp.point(8, 1, strategy, 1000).row().point(), event, used, why, program, NONE, 500,
            List.of(Path.of("x.html")));
    }

    @Test
    void allSelfSharesTogetherAreTheProgram() {
        Map<KernelFrame, FrameTable.Share> shares = FrameTable.shares(SYNC);
        assertEquals(1, shares.values().stream().mapToDouble(FrameTable.Share::self).sum(), EXACT);
        assertEquals(new FrameTable.Share(0.1, 1), shares.get(KernelFrame.PROGRAM));
        assertEquals(new FrameTable.Share(0, 0.7), shares.get(KernelFrame.PTEP_CLEAR_FLUSH));
        assertEquals(new FrameTable.Share(0.6, 0.6), shares.get(KernelFrame.DSB));
        assertEquals(new FrameTable.Share(0.2, 0.2), shares.get(KernelFrame.ZRAM_WRITE));
        assertFalse(shares.containsKey(KernelFrame.ARCH_TLBBATCH_FLUSH));
        assertEquals(Map.of(), FrameTable.shares(NONE));
    }

    @Test
    void aFrameThatIsThereTwiceCountsOnce() {
        assertEquals(new FrameTable.Share(0, 0.2), FrameTable.shares(BATCHED).get(KernelFrame.ARCH_TLBBATCH_ADD_PENDING));
    }

    @Test
    void theFlushShareIsOfTheThreeFlushFunctions() {
        assertEquals(0.7, FrameTable.flushShare(SYNC), EXACT);
        assertEquals(0.5, FrameTable.flushShare(BATCHED), EXACT);
        assertTrue(Double.isNaN(FrameTable.flushShare(NONE)));
    }

    @ParameterizedTest
    @CsvSource({"Rmap.tryToUnmap, TRY_TO_UNMAP", "Rmap.tryToUnmapOne, TRY_TO_UNMAP_ONE",
        "LocalFlush.flushTlbPage, FLUSH_TLB_PAGE", "FlushStrategy.ptepClearFlush, PTEP_CLEAR_FLUSH", "Other.tryToUnmap,",
        "ptepClearFlush,", "Core.dsbs,", "Core.dsb_[k],"})
    void aFrameIsTheKernelsByItsWholeName(String frame, KernelFrame kernel) {
        assertEquals(kernel, KernelFrame.of(frame));
    }

    @Test
    void thePublishedProfileStandsBesideTheSynchronousProgramOnly() {
        String sync = FrameTable.text(List.of(sampled("sync", "wall", "wall", "", SYNC),
            sampled("sync", "cpu", "ctimer", "refused", BATCHED)), TerminalStyle.PLAIN);
        assertEquals(List.of(
            "                                                        wall    wall  ctimer  ctimer       published    published",
            "frame                       in the kernel               self    incl    self    incl  Snapdragon 888  Kunpeng 920",
            "Sender.operation                                       10.00  100.00       -  100.00"),
            sync.lines().limit(3).toList());
        assertTrue(sync.lines().anyMatch(line -> line.matches(
            "ptepClearFlush +ptep_clear_flush +- +70.00 +- +- +5.36 +16.99")), sync);
        assertTrue(sync.lines().anyMatch(line -> line.startsWith("Zram.memset64 ") && line.endsWith(" 3.49")), sync);
        assertTrue(sync.contains("Barry Song") && sync.contains("no measurement of this host")
            && sync.contains("_raw_spin_unlock_irq 21.07"), sync);
        assertTrue(sync.lines().allMatch(line -> line.length() <= 120), sync);

        String batched = FrameTable.text(List.of(sampled("batched", "wall", "wall", "", BATCHED)), TerminalStyle.PLAIN);
        assertFalse(batched.contains("published") || batched.contains("ptepClearFlush"), batched);
        assertEquals("", FrameTable.text(List.of(sampled("sync", "lock", "lock", "", NONE)), TerminalStyle.PLAIN));
    }

    @Test
    void theSameIsWrittenAsData() {
        JsonNode array = Json.tree(FrameTable.json(List.of(sampled("sync", "cpu", "ctimer", "refused", SYNC),
            sampled("batched", "lock", "lock", "", NONE))).getBytes(StandardCharsets.UTF_8), "json");
        JsonNode cpu = array.get(0);
        assertEquals("sync", cpu.get("strategy").stringValue());
        assertEquals("cpu", cpu.get("event").stringValue());
        assertEquals("ctimer", cpu.get("used").stringValue());
        assertEquals("refused", cpu.get("why").stringValue());
        assertEquals(100, cpu.get("samples").intValue());
        assertEquals(60, cpu.get("kernelSamples").intValue());
        assertEquals(0.7, cpu.get("flushShare").doubleValue(), EXACT);
        JsonNode flush = cpu.get("frames").valueStream()
            .filter(frame -> frame.get("frame").stringValue().equals("ptepClearFlush")).findFirst().orElseThrow();
        assertEquals("ptep_clear_flush", flush.get("kernel").stringValue());
        assertEquals(0.7, flush.get("inclusive").doubleValue(), EXACT);
        assertEquals(0.1699, flush.get("published").get(1).get("share").doubleValue(), EXACT);
        JsonNode lock = array.get(1);
        assertEquals(0, lock.get("samples").intValue());
        assertTrue(lock.get("flushShare").isNull() && lock.get("why").isNull() && lock.get("frames").isEmpty());
        assertEquals("x.html", lock.get("files").get(0).stringValue());
    }

    /** The two shares are in two files of the project, which must not come to differ. */
    @Test
    void theProfilesAgreeWithThePublishedCurves() {
        PerfShares perf = PerfShares.read();
        ReferenceCurves curves = new ReferenceCurves();
        assertEquals(2, perf.profiles().size());
        for (PerfShares.Profile profile : perf.profiles()) {
            JsonNode point = curves.points("seed-share", profile.machine()).get(0);
            assertEquals(point.get("y").doubleValue(), profile.shares().get("ptep_clear_flush"), profile.machine());
        }
        assertTrue(curves.describe("seed-share").endsWith(perf.source()));
        assertNull(perf.profiles().get(1).shares().get("memset64"));
    }

    @Test
    void stacksPerPageAreComparable() {
        Stacks nanos = sampled("sync", "wall", "wall", "", SYNC).nanosPerPage();
        assertEquals(500, nanos.samples());
        assertEquals(350, nanos.inclusive(KernelFrame.PTEP_CLEAR_FLUSH::is));
        assertTrue(nanos.all().stream().allMatch(stack -> stack.frames().get(0).equals("Sender.operation")));
    }
}
