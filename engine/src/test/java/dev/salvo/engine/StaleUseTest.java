package dev.salvo.engine;

import static dev.salvo.engine.Workbench.ASID;
import static dev.salvo.engine.Workbench.va;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The always-on check: a translation that outlives its frame's generation is seen at its next use. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StaleUseTest {
    private static final int FRAME = PhysicalMemory.frame(0, 0);

    private static MachineSpec twoCores() {
        return MachineSpec.of(2).frames(core -> core == 0 ? 64 : 0);
    }

    @Test
    void freeingAFrameWithoutAShootdownIsSeenAtTheNextLoadAndAtTheNextStore() {
        try (Workbench bench = new Workbench(twoCores())) {
            bench.mapPages(0, 1);
            bench.tell(1, core -> core.load(ASID, va(0) + 5));
            bench.tell(0, core -> core.swapPte(bench.table, 0, 0));
            bench.free(FRAME);

            bench.tell(1, core -> core.load(ASID, va(0) + 6));
            assertEquals(1, bench.ask(1, Core::counts).staleUses());
            assertEquals(new StaleUse(1, ASID, va(0) + 6, FRAME, 1, 2), bench.machine.core(1).firstStaleUse());
            bench.tell(1, core -> core.store(ASID, va(0) + 7, (byte) 1));
            assertEquals(2, bench.ask(1, Core::counts).staleUses());
            assertEquals(va(0) + 6, bench.machine.core(1).firstStaleUse().va(), "the first is kept");
            assertEquals(2, bench.machine.counts().staleUses());
        }
    }

    /**
     * Neither the frame's number nor its contents nor the page-table entry tell the difference: the generation does.
     */
    @Test
    void theSameFrameBackAtTheSamePlaceWithTheSameContentsIsStillAnotherGeneration() {
        try (Workbench bench = new Workbench(twoCores())) {
            bench.mapPages(0, 1);
            bench.tell(1, core -> core.load(ASID, va(0)));
            long pte = bench.ask(0, core -> core.swapPte(bench.table, 0, 0));
            bench.free(FRAME);
            bench.allocate(0, 0, 0);
            bench.tell(0, core -> core.storePte(bench.table, 0, pte));

            bench.tell(1, core -> core.load(ASID, va(0)));
            StaleUse stale = bench.machine.core(1).firstStaleUse();
            assertNotNull(stale);
            assertEquals(1, stale.filled());
            assertEquals(3, stale.found());
            assertEquals("core 1 used a stale translation of 0x0 in address space 1: frame 0 was in generation 1 when "
                + "the entry was filled, and is in generation 3", stale.toString());
        }
    }

    /** However often the walk is made again: it is the table that is stale, and no TLBI would help. */
    @Test
    void aTableThatStillLeadsToAFreedFrameIsSeenAtEveryAccess() {
        try (Workbench bench = new Workbench(twoCores())) {
            bench.mapPages(0, 1);
            bench.free(FRAME);
            bench.tell(1, StaleUseTest::loadAThousandTimes);
            bench.tell(1, core -> core.store(ASID, va(0), (byte) 1));
            assertEquals(1001, bench.ask(1, Core::counts).staleUses());
            assertEquals(new StaleUse(1, ASID, va(0), FRAME, 1, 2), bench.machine.core(1).firstStaleUse());
        }
    }

    /** The frame is live again, but it is another's: a core's store of an entry says of which generation it is. */
    @ParameterizedTest
    @ValueSource(ints = {0, 8})
    void aTableThatStillLeadsToAFrameGivenToAnotherIsSeenAtEveryAccess(int storeBuffer) {
        try (Workbench bench = new Workbench(twoCores().pteStoreBuffer(storeBuffer))) {
            bench.tell(0, core -> {
                core.storePte(bench.table, 0, Pte.writableClean(bench.allocate(0, 0, 5)));
                core.swapPte(bench.table, 1, core.loadPte(bench.table, 0)); // as fork does
                core.dsbIshst();
            });
            bench.tell(1, core -> core.store(ASID, va(0), (byte) 6));
            assertEquals(0, bench.ask(1, Core::counts).staleUses());
            bench.free(FRAME);
            bench.allocate(0, 0, 7);
            bench.tell(0, StaleUseTest::loadAThousandTimes);
            bench.tell(0, core -> core.store(ASID, va(1), (byte) 8));
            assertEquals(1001, bench.ask(0, Core::counts).staleUses());
            assertEquals(new StaleUse(0, ASID, va(0), FRAME, 1, 3), bench.machine.core(0).firstStaleUse());
        }
    }

    private static void loadAThousandTimes(Core core) {
        for (int i = 0; i < 1000; i++) {
            core.load(ASID, va(0));
            core.tlbiLocal(Tlbi.vmalle1is()); // and walk
        }
    }

    @Test
    void aTlbiWithoutADsbLeavesADeafCoreStale() {
        assertEquals(1, staleUsesOfADeafCore(false));
    }

    @Test
    void withTheDsbThereIsNone() {
        assertEquals(0, staleUsesOfADeafCore(true));
    }

    private static long staleUsesOfADeafCore(boolean dsb) {
        try (Workbench bench = new Workbench(twoCores())) {
            bench.mapPages(0, 1);
            bench.tell(1, core -> core.load(ASID, va(0)));
            Deafness deafness = new Deafness(core -> core.load(ASID, va(0)));
            var deaf = bench.begin(1, deafness);
            deafness.awaitBegin();
            var freed = bench.begin(0, core -> {
                core.swapPte(bench.table, 0, 0);
                core.dsbIshst();
                core.tlbi(Tlbi.vale1is(ASID, 0));
                if (dsb) {
                    core.dsb();
                }
                bench.free(FRAME);
                return true;
            });
            if (!dsb) {
                Workbench.result(freed);
            }
            deafness.end();
            Workbench.result(deaf);
            Workbench.result(freed);
            return bench.ask(1, Core::counts).staleUses();
        }
    }

    /**
     * A fault handler may use the page that it maps. The walk that faulted must not then enter the page a second time:
     * one of the two entries would survive the TLBI.
     */
    @ParameterizedTest
    @EnumSource
    void aPageThatItsFaultHandlerHasUsedIsInTheTlbOnlyOnce(InterconnectKind kind) {
        Workbench[] bench = new Workbench[1];
        MachineSpec spec = twoCores().interconnect(kind).pageFaults((core, asid, va, store) -> {
            core.storePte(bench[0].table, va >>> PageTable.PAGE_SHIFT, Pte.writableDirty(bench[0].allocate(0, 1, 0)));
            core.dsbIshst();
            core.store(asid, va, (byte) 7);
        });
        try (Workbench made = new Workbench(spec)) {
            bench[0] = made;
            assertEquals(7, made.ask(1, core -> core.load(ASID, va(3))).intValue());
            made.tell(0, core -> {
                core.swapPte(made.table, 3, Pte.writableDirty(made.allocate(0, 2, 8)));
                core.dsbIshst();
                core.tlbi(Tlbi.vale1is(ASID, 3));
                core.dsb();
                made.free(PhysicalMemory.frame(0, 1));
            });
            assertEquals(8, made.ask(1, core -> core.load(ASID, va(3))).intValue());
            assertEquals(0, made.ask(1, Core::counts).staleUses());
        }
    }

    /**
     * Two senders unmap pages, free their frames, take others and map again, all the time; two victims load and store;
     * a core goes offline and comes back. With the protocol kept no access is stale; with its DSB left out some are.
     */
    @ParameterizedTest
    @CsvSource({"RING, true", "INBOXES, true", "RING, false", "INBOXES, false"})
    void underLoadTheProtocolLeavesNoStaleUseAndABrokenOneDoes(InterconnectKind kind, boolean dsb) {
        int pages = 8; // per sender
        int rounds = 3_000;
        PageTable[] tables = {new PageTable(), new PageTable()};
        int[] done = new int[2];
        MachineSpec spec = MachineSpec.of(5).interconnect(kind).capacity(16).frames(core -> core < 2 ? 2 * pages : 0)
            .pageFaults((core, asid, va, store) -> core.relax(asid)); // the sender will map it again
        Machine machine = new Machine(spec);
        try (machine) {
            PhysicalMemory memory = machine.memory();
            for (int sender = 0; sender < 2; sender++) {
                int own = sender;
                machine.translationTable(own, tables[own]);
                machine.run(own, core -> {
                    if (done[own] == rounds) {
                        return 0;
                    }
                    int round = done[own]++;
                    int page = round % pages;
                    int old = PhysicalMemory.frame(own, page + pages * (round / pages % 2));
                    int next = PhysicalMemory.frame(own, page + pages * (1 - round / pages % 2));
                    core.swapPte(tables[own], page, 0);
                    core.dsbIshst();
                    core.tlbi(Tlbi.vale1is(own, page));
                    if (dsb) {
                        core.dsb();
                    }
                    if (round >= pages) {
                        memory.nextGeneration(old);
                    }
                    memory.nextGeneration(next);
                    core.storePte(tables[own], page, Pte.writableClean(next));
                    return 1;
                });
            }
            for (int victim = 2; victim < 5; victim++) {
                machine.run(victim, core -> {
                    for (int i = 0; i < 2 * pages; i++) {
                        core.load(i & 1, va(i >> 1));
                        core.store(i & 1, va(i >> 1) + core.id(), (byte) i);
                        if (i == pages) {
                            core.giveUpCpu(); // without a look at the port: as when the host takes the CPU away
                        }
                    }
                    core.waited(); // for the faults
                    return 1;
                });
            }
            machine.start();
            while (machine.core(0).tlbis < rounds || machine.core(1).tlbis < rounds) {
                machine.takeOffline(4, null);
                machine.bringOnline(4, null);
                machine.checkAlive();
            }
        }
        CoreCounts counts = machine.counts();
        assertEquals(2 * rounds, counts.tlbis());
        assertTrue(counts.accesses() > rounds, "hardly any access: " + counts);
        if (dsb) {
            assertEquals(0, counts.staleUses(), () -> firstStaleUse(machine));
            assertEquals("none", firstStaleUse(machine));
        } else {
            assertTrue(counts.staleUses() > 0, "the broken protocol was not caught: " + counts);
        }
        assertNull(machine.core(0).firstStaleUse(), "a sender loads and stores nothing");
    }

    private static String firstStaleUse(Machine machine) {
        for (int id = 0; id < machine.spec().cores(); id++) {
            StaleUse first = machine.core(id).firstStaleUse();
            if (first != null) {
                return first.toString();
            }
        }
        return "none";
    }
}
