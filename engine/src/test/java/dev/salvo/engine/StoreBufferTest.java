package dev.salvo.engine;

import static dev.salvo.engine.Workbench.ASID;
import static dev.salvo.engine.Workbench.va;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.tlb.Tlbi;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The model store buffer: what the core's own software sees, what walks see, and until when. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoreBufferTest {
    private static final long OLD = Pte.readOnly(7);
    private static final long NEW = Pte.readOnly(8);

    private static MachineSpec cores(int count) {
        return MachineSpec.of(count).frames(core -> core == 0 ? 16 : 0).pteStoreBuffer(4);
    }

    /** Does something on core 0 of a machine of one core, with a table whose page 0 holds an entry. */
    private static void withEntry(long pte, BiConsumer<Core, PageTable> what) {
        try (Workbench bench = new Workbench(cores(1))) {
            bench.table.set(0, pte);
            bench.tell(0, core -> what.accept(core, bench.table));
        }
    }

    // ---- forwarding

    @Test
    void theCoresOwnSoftwareSeesItsLatestStoreAndWalksDoNot() {
        withEntry(0, (core, table) -> {
            core.storePte(table, 0, OLD);
            core.storePte(table, 0, NEW);
            core.storePte(table, 1, OLD);
            assertEquals(NEW, core.loadPte(table, 0));
            assertEquals(OLD, core.loadPte(table, 1));
            assertEquals(0, core.loadPte(table, 2));
            assertEquals(0, core.loadPte(new PageTable(), 0), "another table's page 0");
            assertEquals(0, table.walk(0));
            assertEquals(0, table.walk(1));
            assertEquals(NEW, core.swapPte(table, 0, 0));
            assertEquals(0, core.loadPte(table, 0));
        });
    }

    @Test
    void withoutABufferSoftwareSeesTheTable() {
        try (Workbench bench = new Workbench(MachineSpec.of(1).frames(core -> 16))) {
            bench.tell(0, core -> {
                core.storePte(bench.table, 0, OLD);
                assertEquals(OLD, core.loadPte(bench.table, 0));
                assertEquals(OLD, core.swapPte(bench.table, 0, NEW));
                core.releaseStores();
                assertEquals(NEW, core.loadPte(bench.table, 0));
                assertEquals(NEW, bench.table.walk(0));
            });
        }
    }

    // ---- residues

    @Test
    void aDirtyEntryIsItsOwnResidue() {
        long dirty = Pte.writableDirty(7);
        withEntry(dirty, (core, table) -> {
            assertEquals(dirty, core.swapPte(table, 0, 0));
            assertEquals(dirty, table.walk(0));
            assertEquals(0, core.loadPte(table, 0));
            core.dsbIshst();
            assertEquals(0, table.walk(0));
        });
    }

    /** Fails if the residue could still be made dirty: what was returned says that it is clean. */
    @Test
    void theResidueOfACleanEntryMayBeReadOnly() {
        long clean = Pte.writableClean(7);
        withEntry(clean, (core, table) -> {
            assertEquals(clean, core.swapPte(table, 0, 0));
            assertEquals(Pte.readOnly(7), table.walk(0));
            assertEquals(0, core.swapPte(table, 0, NEW), "what is in the buffer, and not the residue");
            core.dsbIshst();
            assertEquals(NEW, table.walk(0));
        });
    }

    @Test
    void anEntryThatDoesNotTranslateLeavesNoResidue() {
        long swapEntry = 0x4242L << 8; // without the valid bit
        withEntry(swapEntry, (core, table) -> {
            assertEquals(swapEntry, core.swapPte(table, 0, NEW));
            assertEquals(swapEntry, table.walk(0));
            core.dsbIshst();
            assertEquals(NEW, table.walk(0));
        });
    }

    /** A store through an entry that has been taken away clean faults, until the buffer has drained. */
    @Test
    void nothingBecomesDirtyBetweenTheSwapAndTheDrain() {
        AtomicInteger faults = new AtomicInteger();
        AtomicBoolean drained = new AtomicBoolean();
        MachineSpec spec = cores(2).pageFaults((core, asid, va, store) -> {
            faults.incrementAndGet();
            while (!drained.get()) {
                core.relax(-1);
            }
            core.waited();
        });
        try (Workbench bench = new Workbench(spec)) {
            int frame = bench.allocate(0, 0, 0);
            int another = bench.allocate(0, 1, 0);
            bench.table.set(0, Pte.writableClean(frame));
            bench.tell(1, core -> core.load(ASID, va(0))); // holds the clean entry
            bench.tell(0, core -> assertEquals(Pte.writableClean(frame),
                core.swapPte(bench.table, 0, Pte.writableClean(another))));
            CompletableFuture<Boolean> storing = bench.begin(1, core -> {
                core.store(ASID, va(0), (byte) 5);
                return true;
            });
            Await.until("the store faults", () -> faults.get() == 1);
            bench.tell(0, Core::dsbIshst);
            drained.set(true);
            Workbench.result(storing);
            assertEquals(1, faults.get());
            assertEquals(0, bench.machine.memory().bytes(frame).getByte(PhysicalMemory.offset(frame)));
            assertEquals(5, bench.machine.memory().bytes(another).getByte(PhysicalMemory.offset(another)));
            assertEquals(Pte.writableDirty(another), bench.table.walk(0) & ~Pte.GENERATION);
        }
    }

    /**
     * A page is mapped clean and taken away, again and again, while another core stores to it. If its entry was clean
     * when it was taken, nobody has written to its frame. Fails if a residue keeps the right to be made dirty, or if a
     * drain shows walks an entry that the software has taken back.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noDirtyStateIsLost(boolean mappedAndTakenAwayInTheBuffer) {
        int rounds = 3_000;
        int[] dirty = new int[1];
        MachineSpec spec = cores(2).adopted(1).pageFaults((core, asid, va, store) -> core.relax(-1));
        try (Machine machine = new Machine(spec)) {
            PageTable table = new PageTable();
            machine.translationTable(ASID, table);
            PhysicalMemory memory = machine.memory();
            Core core = machine.adopt(0);
            machine.start();
            int frame = PhysicalMemory.frame(0, 0);
            memory.nextGeneration(frame);
            machine.run(1, victim -> {
                victim.store(ASID, va(0), (byte) 1);
                victim.waited();
                return 1;
            });
            for (int round = 0; round < rounds; round++) {
                core.storePte(table, 0, Pte.writableClean(frame));
                if (!mappedAndTakenAwayInTheBuffer || round % 2 == 0) {
                    core.dsbIshst();
                }
                for (int pause = round % 5; pause > 0; pause--) {
                    core.relax(-1);
                    core.giveUpCpu();
                }
                core.waited();
                long was = core.swapPte(table, 0, 0);
                if (round % 3 == 0) {
                    core.giveUpCpu(); // while the residue is there
                }
                core.dsbIshst();
                core.tlbi(Tlbi.vale1is(ASID, 0));
                core.dsb();
                byte found = memory.bytes(frame).getByte(PhysicalMemory.offset(frame));
                assertEquals(Pte.isDirty(was) ? found : 0, found, "round " + round + ": a store went unnoticed");
                dirty[0] += Pte.isDirty(was) ? 1 : 0;
                memory.bytes(frame).putByte(PhysicalMemory.offset(frame), (byte) 0);
            }
            machine.run(1, null);
            core.storePte(table, 0, Pte.writableClean(frame)); // for a store under way
            core.dsbIshst();
        }
        assertTrue(dirty[0] > 0, "nobody has stored");
    }

    /** Which is why dsb(ishst) has to come before the TLBI. */
    @Test
    void aResidueThatIsWalkedToAfterTheTlbiIsCached() {
        try (Workbench bench = new Workbench(cores(2))) {
            int frame = bench.allocate(0, 0, 9);
            bench.table.set(0, Pte.writableClean(frame));
            long sequence = bench.ask(0, core -> {
                core.swapPte(bench.table, 0, 0);
                core.tlbi(Tlbi.vale1is(ASID, 0));
                return core.issued();
            });
            Await.until("the other core has invalidated", () -> bench.hasAcknowledged(1, 0, sequence));
            assertEquals(9, bench.ask(1, core -> core.load(ASID, va(0))).intValue());
            bench.tell(0, Core::dsb);
            assertEquals(0, bench.table.walk(0), "a DSB completes the stores before it");
            bench.free(frame);
            bench.tell(1, core -> core.load(ASID, va(0)));
            assertEquals(1, bench.ask(1, Core::counts).staleUses());
        }
    }

    // ---- when it drains

    static Stream<Arguments> drains() {
        return Stream.of(
            Arguments.of("dsb(ishst)", (Consumer<Core>) Core::dsbIshst),
            Arguments.of("a store-release", (Consumer<Core>) Core::releaseStores),
            Arguments.of("dsb(ish) with nothing pending", (Consumer<Core>) Core::dsb),
            Arguments.of("dsb(ish)", (Consumer<Core>) core -> {
                core.tlbi(Tlbi.vmalle1is());
                core.dsb();
            }),
            Arguments.of("tlbi; dsb(nsh)", (Consumer<Core>) core -> core.tlbiLocal(Tlbi.vmalle1is())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("drains")
    void itDrainsAt(String name, Consumer<Core> what) {
        withEntry(OLD, (core, table) -> {
            core.swapPte(table, 0, NEW);
            core.storePte(table, 1, NEW);
            assertEquals(OLD, table.walk(0));
            assertEquals(0, table.walk(1));
            what.accept(core);
            assertEquals(NEW, table.walk(0));
            assertEquals(NEW, table.walk(1));
            assertEquals(NEW, core.loadPte(table, 0));
        });
    }

    @Test
    void neitherTheTlbiNorItsServingDrains() {
        withEntry(OLD, (core, table) -> {
            core.swapPte(table, 0, NEW);
            core.tlbi(Tlbi.vmalle1is());
            core.serve();
            assertEquals(OLD, table.walk(0));
        });
    }

    /** At the end of the wait and not before: or a missing dsb(ishst) would not show. */
    @Test
    void aDsbThatWaitsHasNotDrainedYet() {
        try (Workbench bench = new Workbench(cores(2))) {
            bench.table.set(0, OLD);
            Deafness deafness = new Deafness(core -> assertEquals(OLD, bench.table.walk(0)));
            CompletableFuture<Boolean> deaf = bench.begin(1, deafness);
            deafness.awaitBegin();
            CompletableFuture<Boolean> waiting = bench.begin(0, core -> {
                core.swapPte(bench.table, 0, NEW);
                core.tlbi(Tlbi.vmalle1is());
                core.dsb();
                return true;
            });
            Await.until("the waiting core serves its own TLBI", () -> bench.hasAcknowledged(0, 0, 0));
            deafness.end();
            Workbench.result(deaf);
            Workbench.result(waiting);
            assertEquals(NEW, bench.table.walk(0));
        }
    }

    @Test
    void aFullBufferDrainsAndAPageHasOnePlaceInIt() {
        withEntry(OLD, (core, table) -> {
            for (int page = 1; page <= 4; page++) {
                core.storePte(table, page, OLD);
                core.storePte(table, page, NEW);
            }
            assertEquals(0, table.walk(1), "four pages fit");
            assertEquals(OLD, core.swapPte(table, 0, 0));
            for (int page = 1; page <= 4; page++) {
                assertEquals(NEW, table.walk(page), "a fifth does not");
            }
            assertEquals(OLD, table.walk(0), "itself it waits");
        });
    }
}
