package dev.salvo.engine;

import static dev.salvo.engine.Workbench.ASID;
import static dev.salvo.engine.Workbench.va;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.tlb.Tlbi;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads and stores of one core: hits, walks, faults, and what a walk writes into the page table. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AccessTest {
    private static final int FRAME = PhysicalMemory.frame(0, 0);

    private static MachineSpec oneCore() {
        return MachineSpec.of(1).frames(core -> 16);
    }

    @Test
    void theFirstStoreMakesACleanEntryDirtyInTheTableAndLaterOnesDoNot() {
        try (Workbench bench = new Workbench(oneCore())) {
            bench.table.set(0, Pte.writableClean(bench.allocate(0, 0, 5)));
            bench.tell(0, core -> {
                assertEquals(5, core.load(ASID, va(0)));
                assertFalse(Pte.isDirty(bench.table.walk(0)), "a load leaves it clean");
                core.store(ASID, va(0), (byte) 6);
                assertEquals(Pte.writableDirty(FRAME), bench.table.walk(0));
                bench.table.set(0, Pte.writableClean(FRAME)); // without a TLBI: the TLB goes on believing it dirty
                core.store(ASID, va(0), (byte) 7);
                assertEquals(Pte.writableClean(FRAME), bench.table.walk(0));
                assertEquals(7, core.load(ASID, va(0)));
            });
            assertEquals(1, bench.ask(0, Core::counts).tlbMisses());
        }
    }

    /** Fails if the walk, or the store through a cached entry, does what only FEAT_HAFDBS does. */
    @Test
    void withoutHardwareDirtyStateSoftwareIsAskedForTheFlagAndForDirtyState() {
        List<String> faults = new ArrayList<>();
        PageTable[] table = new PageTable[1];
        try (Workbench bench = new Workbench(oneCore().hafdbs(false).pageFaults((core, asid, va, store) -> {
            faults.add(store ? "store" : "load");
            long pte = table[0].walk(0) | Pte.ACCESSED;
            table[0].set(0, store ? Pte.dirtied(pte) : pte);
        }))) {
            table[0] = bench.table;
            bench.table.set(0, Pte.writableClean(bench.allocate(0, 0, 5)) & ~Pte.ACCESSED);
            bench.tell(0, core -> {
                assertEquals(5, core.load(ASID, va(0)));
                assertEquals(List.of("load"), faults);
                core.load(ASID, va(0));
                core.store(ASID, va(0), (byte) 6); // the entry is cached, and clean
                assertEquals(List.of("load", "store"), faults);
                core.store(ASID, va(0), (byte) 7);
                assertEquals(List.of("load", "store"), faults);
            });
            assertEquals(Pte.writableDirty(FRAME), bench.table.walk(0));
        }
    }

    /** Another core has made it dirty already, or software has changed the entry: the store walks again. */
    @Test
    void aStoreThroughAnEntryThatTheTableNoLongerHasWalksAgain() {
        try (Workbench bench = new Workbench(oneCore())) {
            bench.table.set(0, Pte.writableClean(bench.allocate(0, 0, 5)));
            int another = bench.allocate(0, 1, 9);
            bench.tell(0, core -> {
                core.load(ASID, va(0));
                bench.table.set(0, Pte.writableClean(another));
                core.store(ASID, va(0), (byte) 8);
                assertEquals(Pte.writableDirty(another), bench.table.walk(0));
            });
            assertEquals(2, bench.ask(0, Core::counts).tlbMisses(), "and a walk is a miss");
            assertEquals(8, bench.machine.memory().bytes(another).getByte(PhysicalMemory.offset(another)));
            assertEquals(5, bench.machine.memory().bytes(FRAME).getByte(PhysicalMemory.offset(FRAME)));
        }
    }

    /** FEAT_HAFDBS: what a TLB holds has its accessed flag set; software clears it to learn what is in use. */
    @Test
    void aWalkSetsTheAccessedFlag() {
        try (Workbench bench = new Workbench(oneCore())) {
            bench.table.set(0, Pte.writableClean(bench.allocate(0, 0, 5)) & ~Pte.ACCESSED);
            bench.table.set(1, Pte.writableClean(bench.allocate(0, 1, 6)) & ~Pte.ACCESSED);
            bench.tell(0, core -> {
                assertEquals(5, core.load(ASID, va(0)));
                assertEquals(Pte.writableClean(FRAME), bench.table.walk(0));
                core.store(ASID, va(1), (byte) 7);
                assertEquals(Pte.writableDirty(FRAME + 1), bench.table.walk(1));
            });
            CoreCounts counts = bench.ask(0, Core::counts);
            assertEquals(2, counts.tlbMisses());
            assertEquals(2, counts.accesses());
        }
    }

    /** A read fault on nothing, then a write fault on a page that may only be read: copy on write. */
    @Test
    void softwareIsAskedOnceForEveryFaultAndTheAccessIsMadeAgain() {
        List<String> faults = new ArrayList<>();
        Workbench[] bench = new Workbench[1];
        MachineSpec spec = oneCore().pageFaults((core, asid, va, store) -> {
            faults.add(asid + " " + Long.toHexString(va) + (store ? " store" : " load"));
            int frame = bench[0].allocate(0, faults.size(), 0);
            core.storePte(bench[0].table, va >>> PageTable.PAGE_SHIFT,
                store ? Pte.writableDirty(frame) : Pte.readOnly(frame));
        });
        try (Workbench made = new Workbench(spec)) {
            bench[0] = made;
            made.tell(0, core -> {
                core.load(ASID, va(4) + 0x123);
                core.load(ASID, va(4) + 0x124);
                core.store(ASID, va(4) + 0x125, (byte) 1);
                core.store(ASID, va(4) + 0x126, (byte) 2);
                assertEquals(1, core.load(ASID, va(4) + 0x125));
            });
            assertEquals(List.of("1 4123 load", "1 4125 store"), faults);
            assertEquals(5, made.ask(0, Core::counts).accesses());
            assertEquals(0, made.ask(0, Core::counts).staleUses());
        }
    }

    /**
     * The handler's store waits in the model store buffer when it returns. Fails if the buffer does not drain then: the
     * fault would be taken again and again.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aFaultHandlerThatLeavesOutDsbIshstIsNotCalledForEver(int entries) {
        List<Long> faults = new ArrayList<>();
        Workbench[] bench = new Workbench[1];
        MachineSpec spec = oneCore().pteStoreBuffer(entries).pageFaults((core, asid, va, store) -> {
            assertTrue(faults.size() < 10, "again and again");
            faults.add(va);
            core.storePte(bench[0].table, va >>> PageTable.PAGE_SHIFT, Pte.writableDirty(bench[0].allocate(0, 1, 3)));
        });
        try (Workbench made = new Workbench(spec)) {
            bench[0] = made;
            assertEquals(3, made.ask(0, core -> core.load(ASID, va(2))).intValue());
            assertEquals(List.of(va(2)), faults);
        }
    }

    /** Fails if a local TLBI is broadcast, or does not invalidate, or is counted as the other kind. */
    @Test
    void aLocalTlbiInvalidatesHereAndNowhereElse() {
        try (Workbench bench = new Workbench(MachineSpec.of(2).frames(core -> core == 0 ? 16 : 0))) {
            bench.mapPages(0, 2);
            for (int id = 0; id < 2; id++) {
                bench.tell(id, core -> {
                    core.load(ASID, va(0));
                    core.load(ASID, va(1));
                });
            }
            bench.tell(1, core -> core.tlbiLocal(Tlbi.vale1is(ASID, 0)));
            for (int id = 0; id < 2; id++) {
                bench.tell(id, core -> {
                    core.load(ASID, va(0));
                    core.load(ASID, va(1));
                });
            }
            assertEquals(2, bench.ask(0, Core::counts).tlbMisses());
            CoreCounts counts = bench.ask(1, Core::counts);
            assertEquals(3, counts.tlbMisses(), "page 0 again");
            assertEquals(1, counts.localTlbis());
            assertEquals(0, counts.tlbis() + counts.dsbIsh() + counts.served());
            assertEquals(-1, bench.ask(1, Core::issued));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCoreKnowsItsLastTlbiAfterTheDsbToo(InterconnectKind kind) {
        try (Workbench bench = new Workbench(MachineSpec.of(2).interconnect(kind))) {
            bench.tell(0, core -> {
                assertEquals(-1, core.issued());
                for (int i = 0; i < 3; i++) {
                    core.tlbi(Tlbi.vmalle1is());
                    assertEquals(i, core.issued());
                }
                core.dsb();
                assertEquals(2, core.issued());
                assertEquals(2, bench.machine.interconnect().behind(0, core.issued(), 0), "nobody is behind");
            });
        }
    }

    @Test
    void addressSpacesDoNotSeeEachOther() {
        try (Workbench bench = new Workbench(oneCore())) {
            PageTable other = new PageTable();
            bench.machine.translationTable(2, other);
            bench.table.set(0, Pte.writableDirty(bench.allocate(0, 0, 11)));
            other.set(0, Pte.writableDirty(bench.allocate(0, 1, 22)));
            bench.tell(0, core -> {
                assertEquals(11, core.load(ASID, va(0)));
                assertEquals(22, core.load(2, va(0)));
                assertEquals(11, core.load(ASID, va(0)));
            });
            assertEquals(new CoreCounts(0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0), withoutYields(bench.ask(0, Core::counts)));
        }
    }

    private static CoreCounts withoutYields(CoreCounts counts) {
        return counts.minus(new CoreCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, counts.yields(), 0));
    }

    @Test
    void countsAddAndSubtractFieldByField() {
        CoreCounts one = new CoreCounts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        CoreCounts two = new CoreCounts(20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120);
        assertEquals(new CoreCounts(21, 32, 43, 54, 65, 76, 87, 98, 109, 120, 131), one.plus(two));
        assertEquals(two, one.plus(two).minus(one));
        assertEquals(one, one.plus(CoreCounts.NONE));
    }
}
