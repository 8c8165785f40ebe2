package dev.salvo.engine;

import static dev.salvo.engine.Workbench.ASID;
import static dev.salvo.engine.Workbench.result;
import static dev.salvo.engine.Workbench.va;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The eight rules of the hardware, on both interconnects. Above each test: which break of the engine makes it fail.
 *
 * <p>None of them looks at a clock. That something must not happen yet is told by order: a core that is deaf until it
 * has set a flag cannot be acknowledged for by anybody who has not seen the flag.
 */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HardwareRulesTest {
    private static final int ISSUER = 0;
    private static final int OTHER = 1;
    private static final int VICTIM = 2;
    private static final int BANK = 0;

    private static MachineSpec machineOf(int cores, InterconnectKind kind) {
        return MachineSpec.of(cores).interconnect(kind).frames(core -> core == BANK ? 256 : 0);
    }

    /** What a kernel does to one page: take the entry away, order that before the TLBI, send the TLBI. */
    private static void unmap(Core core, Workbench bench, long page) {
        core.swapPte(bench.table, page, 0);
        core.dsbIshst();
        core.tlbi(Tlbi.vale1is(ASID, page));
    }

    // ---- 1. A DSB completes the TLBIs of its own core, and promises nothing about another's.

    /** Fails if dsb() does not wait, or if behind() passes over the last core. */
    @ParameterizedTest
    @EnumSource
    void aDsbReturnsOnlyWhenEveryCoreHasAcknowledgedItsTlbis(InterconnectKind kind) {
        try (Workbench bench = new Workbench(machineOf(3, kind))) {
            bench.mapPages(BANK, 2);
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(VICTIM, deafness);
            deafness.awaitBegin();
            CompletableFuture<Boolean> victimWasReady = bench.begin(ISSUER, core -> {
                unmap(core, bench, 0);
                unmap(core, bench, 1);
                core.dsb();
                return deafness.hasEnded();
            });
            Await.until("the other core has acknowledged", () -> bench.hasAcknowledged(OTHER, ISSUER, 1));
            assertFalse(bench.hasAcknowledged(VICTIM, ISSUER, 0), "a deaf core has acknowledged");
            deafness.end();
            assertTrue(result(victimWasReady), "the DSB returned before the deaf core could acknowledge");
            assertTrue(bench.hasAcknowledged(VICTIM, ISSUER, 1));
            assertTrue(result(deaf));
        }
    }

    /**
     * Linux 6.6 took a DSB on one CPU for a promise about another's TLBIs. The frame is freed on that promise, and the
     * victim uses it. Fails if a DSB waits for what others have issued.
     */
    @ParameterizedTest
    @EnumSource
    void dsbPromisesNothingAboutAnotherCoresTlbi(InterconnectKind kind) {
        try (Workbench bench = new Workbench(machineOf(3, kind))) {
            bench.mapPages(BANK, 1);
            bench.tell(VICTIM, core -> core.load(ASID, va(0)));
            Deafness deafness = new Deafness(core -> core.load(ASID, va(0)));
            CompletableFuture<Boolean> deaf = bench.begin(VICTIM, deafness);
            deafness.awaitBegin();

            bench.tell(ISSUER, core -> unmap(core, bench, 0));
            bench.tell(OTHER, Core::dsb);
            assertFalse(bench.hasAcknowledged(VICTIM, ISSUER, 0), "a deaf core has acknowledged");
            bench.free(PhysicalMemory.frame(BANK, 0));

            deafness.end();
            result(deaf);
            assertEquals(1, bench.ask(VICTIM, Core::counts).staleUses());
        }
    }

    /** The same, with the DSB on the core that issued. */
    @ParameterizedTest
    @EnumSource
    void theIssuersOwnDsbDoesPromiseIt(InterconnectKind kind) {
        try (Workbench bench = new Workbench(machineOf(3, kind))) {
            bench.mapPages(BANK, 1);
            bench.tell(VICTIM, core -> core.load(ASID, va(0)));
            Deafness deafness = new Deafness(core -> core.load(ASID, va(0)));
            CompletableFuture<Boolean> deaf = bench.begin(VICTIM, deafness);
            deafness.awaitBegin();

            CompletableFuture<Boolean> freed = bench.begin(ISSUER, core -> {
                unmap(core, bench, 0);
                core.dsb();
                bench.free(PhysicalMemory.frame(BANK, 0));
                return true;
            });
            deafness.end();
            result(freed);
            result(deaf);
            assertEquals(0, bench.ask(VICTIM, Core::counts).staleUses());
        }
    }

    /** Fails if dsb() waits although nothing of its own is pending. */
    @ParameterizedTest
    @EnumSource
    void aDsbWithNothingPendingReturnsAtOnce(InterconnectKind kind) {
        try (Workbench bench = new Workbench(machineOf(3, kind))) {
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(VICTIM, deafness);
            deafness.awaitBegin();
            bench.tell(OTHER, Core::dsb);
            assertEquals(1, bench.ask(OTHER, Core::counts).dsbIsh());
            deafness.end();
            result(deaf);
        }
    }

    // ---- 2. A core acknowledges only after the entry is gone and no access that used it is still under way.

    /** Fails if serve() acknowledges without invalidating, or invalidates one level only. */
    @ParameterizedTest
    @EnumSource
    void aCoreThatHasAcknowledgedHoldsTheEntryNoMore(InterconnectKind kind) {
        try (Workbench bench = new Workbench(machineOf(2, kind))) {
            bench.mapPages(BANK, 4);
            int another = bench.allocate(BANK, 100, 99);
            bench.tell(1, core -> {
                for (int page = 0; page < 4; page++) {
                    assertEquals(page, core.load(ASID, va(page)));
                }
            });
            bench.tell(ISSUER, core -> {
                core.swapPte(bench.table, 2, Pte.writableDirty(another));
                core.dsbIshst();
                core.tlbi(Tlbi.vale1is(ASID, 2));
                core.dsb();
            });
            long misses = bench.ask(1, Core::counts).tlbMisses();
            bench.tell(1, core -> {
                assertEquals(99, core.load(ASID, va(2)));
                assertEquals(3, core.load(ASID, va(3)), "the neighbour's entry");
            });
            assertEquals(misses + 1, bench.ask(1, Core::counts).tlbMisses());
        }
    }

    /**
     * A page moves to and fro between two frames while two cores store to it all the time. After the DSB the frame that
     * it left is marked; nobody may write to it until the page is back. Fails if serve() acknowledges without
     * invalidating, or dsb() does not wait.
     */
    @ParameterizedTest
    @EnumSource
    void noAccessThroughTheOldEntryIsUnderWayOnceTheDsbHasReturned(InterconnectKind kind) {
        byte mark = 0x77;
        MachineSpec spec = machineOf(3, kind).capacity(8).adopted(1);
        Machine machine = new Machine(spec);
        try (machine) {
            PhysicalMemory memory = machine.memory();
            PageTable table = new PageTable();
            machine.translationTable(ASID, table);
            Core issuer = machine.adopt(ISSUER);
            int[] frames = {PhysicalMemory.frame(BANK, 0), PhysicalMemory.frame(BANK, 1)};
            for (int frame : frames) {
                memory.nextGeneration(frame);
            }
            table.set(0, Pte.writableDirty(frames[0]));
            for (int victim = 1; victim < 3; victim++) {
                machine.run(victim, core -> {
                    for (int i = 0; i < 100; i++) {
                        core.store(ASID, va(0) + core.id(), (byte) (i & 0x3f));
                    }
                    return 1;
                });
            }
            machine.start();
            for (int round = 0; round < 4_000; round++) {
                int left = frames[round & 1];
                int entered = frames[round + 1 & 1];
                for (int victim = 1; victim < 3 && round > 0; victim++) {
                    assertEquals(mark, memory.bytes(entered).getByte(PhysicalMemory.offset(entered) + victim),
                        "round " + round + ": core " + victim + " stored through an entry that it said was gone");
                }
                issuer.swapPte(table, 0, Pte.writableDirty(entered));
                issuer.dsbIshst();
                issuer.tlbi(Tlbi.vale1is(ASID, 0));
                issuer.dsb();
                for (int victim = 1; victim < 3; victim++) {
                    memory.bytes(left).putByte(PhysicalMemory.offset(left) + victim, mark);
                }
            }
        }
        assertTrue(machine.core(1).counts().accesses() > 0 && machine.core(2).counts().accesses() > 0);
    }

    // ---- 3. Every wait of a core keeps serving its port.

    /** Fails if dsb() waits without serve(). */
    @ParameterizedTest
    @EnumSource
    void aCoreInDsbStillServesItsPort(InterconnectKind kind) {
        try (Workbench bench = new Workbench(machineOf(3, kind))) {
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(VICTIM, deafness);
            deafness.awaitBegin();
            CompletableFuture<Boolean> waiting = bench.begin(OTHER, core -> {
                core.tlbi(Tlbi.vmalle1is());
                core.dsb();
                return deafness.hasEnded();
            });
            Await.until("the TLBI of the core that waits is out", () -> bench.hasAcknowledged(ISSUER, OTHER, 0));
            long sequence = bench.ask(ISSUER, core -> {
                core.tlbi(Tlbi.vmalle1is());
                return core.pending;
            });
            Await.until("the core that waits has served", () -> bench.hasAcknowledged(OTHER, ISSUER, sequence));
            deafness.end();
            assertTrue(result(waiting), "the core was not in its DSB any more");
            result(deaf);
        }
    }

    /** Fails if tlbi() waits for room without serve(). */
    @ParameterizedTest
    @EnumSource
    void aCoreThatWaitsForRoomStillServesItsPort(InterconnectKind kind) {
        try (Workbench bench = new Workbench(machineOf(3, kind).capacity(4))) {
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(VICTIM, deafness);
            deafness.awaitBegin();
            CompletableFuture<Boolean> waiting = bench.begin(ISSUER, core -> {
                for (int i = 0; i < 10; i++) {
                    core.tlbi(Tlbi.vmalle1is());
                }
                return deafness.hasEnded();
            });
            Await.until("the core that waits has served all that fits", () -> bench.hasAcknowledged(ISSUER, ISSUER, 3));
            deafness.end();
            assertTrue(result(waiting), "there was room for more than the capacity");
            result(deaf);
        }
    }

    /** A lock of the software, such as a page-table lock. Fails if relax() does not serve. */
    @ParameterizedTest
    @EnumSource
    void aCoreThatWaitsForALockStillServesItsPort(InterconnectKind kind) {
        try (Workbench bench = new Workbench(machineOf(2, kind))) {
            AtomicBoolean locked = new AtomicBoolean(true);
            AtomicBoolean waits = new AtomicBoolean();
            CompletableFuture<Boolean> waiting = bench.begin(1, core -> {
                waits.set(true);
                while (!locked.compareAndSet(false, true)) {
                    core.relax(ISSUER);
                }
                core.waited();
                return true;
            });
            bench.tell(ISSUER, holder -> {
                Await.until("the other core waits for the lock", waits::get);
                holder.tlbi(Tlbi.vmalle1is());
                holder.dsb(); // with the lock held: deadlocks if the waiter is deaf
                locked.set(false);
            });
            assertTrue(result(waiting));
        }
    }

    /** The last core comes up only when the first two have shot at each other. Fails if start() were a deaf barrier. */
    @ParameterizedTest
    @EnumSource
    void coresServeWhileOthersAreStillStarting(InterconnectKind kind) {
        AtomicBoolean shot = new AtomicBoolean();
        MachineSpec spec = MachineSpec.of(3).interconnect(kind).frames(core -> {
            if (core == VICTIM) {
                Await.until("the first two cores have talked", shot::get);
            }
            return 0;
        });
        try (Machine machine = new Machine(spec)) {
            machine.run(ISSUER, core -> {
                if (!machine.core(OTHER).isOnline()) {
                    return 0;
                }
                core.tlbi(Tlbi.vmalle1is());
                core.dsb();
                shot.set(true);
                return 1;
            });
            machine.start();
            assertTrue(machine.core(OTHER).counts().served() > 0);
        }
    }

    /**
     * Every core has TLBIs on their way when it is told to stop. Fails if a core that stops neither waits nor serves.
     */
    @ParameterizedTest
    @EnumSource
    void coresServeUntilTheyHaveStopped(InterconnectKind kind) {
        for (int round = 0; round < 20; round++) {
            try (Machine machine = new Machine(MachineSpec.of(4).interconnect(kind).capacity(4))) {
                for (int id = 0; id < 4; id++) {
                    machine.run(id, core -> {
                        core.tlbi(Tlbi.vmalle1is());
                        return 1;
                    });
                }
                machine.start();
                Await.until("the ring has gone round", () -> machine.core(3).counts().served() > 10);
            }
        }
    }

    // ---- 4. A page-table store that precedes the TLBI, with dsb(ishst) between, is seen by every walk after it.

    /**
     * A model store buffer holds page-table stores back. Without {@code dsb(ishst)} a walk after the invalidation finds
     * the old entry, and its frame is freed under it. Fails if StoreBuffer does not hold back, or does not drain.
     */
    @ParameterizedTest
    @CsvSource({"RING, true", "RING, false", "INBOXES, true", "INBOXES, false"})
    void aWalkAfterTheTlbiSeesThePageTableStoreIfDsbIshstCameBetween(InterconnectKind kind, boolean ishst) {
        try (Workbench bench = new Workbench(machineOf(2, kind).pteStoreBuffer(8))) {
            bench.mapPages(BANK, 1);
            int old = PhysicalMemory.frame(BANK, 0);
            int another = bench.allocate(BANK, 100, 99);
            assertEquals(0, bench.ask(1, core -> core.load(ASID, va(0))).intValue());
            long sequence = bench.ask(ISSUER, core -> {
                assertEquals(Pte.writableDirty(old), core.swapPte(bench.table, 0, Pte.writableDirty(another)));
                if (ishst) {
                    core.dsbIshst();
                }
                core.tlbi(Tlbi.vale1is(ASID, 0));
                return core.pending;
            });
            Await.until("the victim has invalidated", () -> bench.hasAcknowledged(1, ISSUER, sequence));
            byte walkedTo = bench.ask(1, core -> core.load(ASID, va(0)));
            bench.tell(ISSUER, Core::dsb);
            bench.free(old);
            bench.tell(1, core -> core.load(ASID, va(0)));

            CoreCounts victim = bench.ask(1, Core::counts);
            assertEquals(ishst ? 99 : 0, walkedTo);
            assertEquals(ishst ? 0 : 1, victim.staleUses());
            assertEquals(2, victim.tlbMisses(), "both loads before the last have walked");
        }
    }

    /** Where there is no model store buffer. Fails if the issue does not publish the page-table store. */
    @ParameterizedTest
    @EnumSource
    void aWalkAfterTheTlbiSeesThePageTableStore(InterconnectKind kind) {
        try (Workbench bench = new Workbench(machineOf(2, kind))) {
            bench.mapPages(BANK, 1);
            int old = PhysicalMemory.frame(BANK, 0);
            int another = bench.allocate(BANK, 100, 99);
            for (int round = 0; round < 500; round++) {
                int next = round % 2 == 0 ? another : old;
                long sequence = bench.ask(ISSUER, core -> {
                    core.storePte(bench.table, 0, Pte.writableDirty(next));
                    core.dsbIshst();
                    core.tlbi(Tlbi.vale1is(ASID, 0));
                    return core.pending;
                });
                byte found = bench.ask(1, core -> {
                    while (!bench.hasAcknowledged(1, ISSUER, sequence)) {
                        core.serve();
                    }
                    return core.load(ASID, va(0));
                });
                assertEquals(round % 2 == 0 ? 99 : 0, found, "round " + round);
            }
        }
    }

    // ---- 5. A core offline acknowledges nothing and is waited for by nobody; online again its TLB is empty.

    /** Fails if a core offline is waited for, or serves. */
    @ParameterizedTest
    @EnumSource
    void aCoreOfflineAcknowledgesNothingAndIsWaitedForByNobody(InterconnectKind kind) {
        try (Workbench bench = new Workbench(machineOf(3, kind).capacity(4))) {
            bench.machine.takeOffline(VICTIM, null);
            assertFalse(bench.machine.core(VICTIM).isOnline());
            long served = bench.machine.core(VICTIM).counts().served();
            bench.tell(ISSUER, core -> {
                for (int i = 0; i < 100; i++) {
                    core.tlbi(Tlbi.vmalle1is());
                }
                core.dsb();
            });
            assertEquals(Interconnect.OFFLINE, bench.machine.interconnect().acknowledged(VICTIM, ISSUER));
            assertEquals(served, bench.machine.core(VICTIM).counts().served());
        }
    }

    /** Fails if goOnline() does not empty the TLB: what was mapped before is then used, though it is long gone. */
    @ParameterizedTest
    @EnumSource
    void aCoreThatComesOnlineStartsWithAnEmptyTlb(InterconnectKind kind) {
        try (Workbench bench = new Workbench(machineOf(3, kind))) {
            bench.mapPages(BANK, 8);
            bench.tell(VICTIM, core -> loadPages(core, 8));
            bench.tell(VICTIM, core -> loadPages(core, 8));
            assertEquals(8, bench.ask(VICTIM, Core::counts).tlbMisses());

            bench.machine.takeOffline(VICTIM, null);
            int another = bench.allocate(BANK, 100, 99);
            bench.tell(ISSUER, core -> {
                unmap(core, bench, 0);
                core.dsb();
                bench.free(PhysicalMemory.frame(BANK, 0));
                core.storePte(bench.table, 0, Pte.writableDirty(another));
            });
            bench.machine.bringOnline(VICTIM, null);

            assertEquals(99, bench.ask(VICTIM, core -> core.load(ASID, va(0))).intValue());
            bench.tell(VICTIM, core -> loadPages(core, 8));
            assertEquals(16, bench.ask(VICTIM, Core::counts).tlbMisses());
            assertEquals(0, bench.ask(VICTIM, Core::counts).staleUses());
        }
    }

    /** Fails if a core leaves with TLBIs on their way: nobody could then complete them. */
    @ParameterizedTest
    @EnumSource
    void aCoreGoesOfflineOnlyWhenItsOwnTlbisAreComplete(InterconnectKind kind) {
        try (Workbench bench = new Workbench(machineOf(3, kind))) {
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(VICTIM, deafness);
            deafness.awaitBegin();
            bench.tell(OTHER, core -> core.tlbi(Tlbi.vmalle1is()));
            CompletableFuture<Boolean> gone = CompletableFuture.supplyAsync(() -> {
                bench.machine.takeOffline(OTHER, null);
                return deafness.hasEnded();
            });
            Await.until("the order is given", () -> bench.machine.core(OTHER).orders() == CorePort.GO_OFFLINE);
            for (int i = 0; i < 2; i++) { // between two serves a core looks at its orders
                long sequence = bench.ask(ISSUER, core -> {
                    core.tlbi(Tlbi.vmalle1is());
                    return core.pending;
                });
                Await.until("the core that goes has served", () -> bench.hasAcknowledged(OTHER, ISSUER, sequence));
            }
            assertNotEquals(Interconnect.OFFLINE, bench.machine.interconnect().acknowledged(OTHER, ISSUER));
            deafness.end();
            assertTrue(result(gone), "went offline before its TLBI was complete");
            result(deaf);
        }
    }

    private static void loadPages(Core core, int count) {
        for (int page = 0; page < count; page++) {
            core.load(ASID, va(page));
        }
    }

    // ---- 6. Full, the interconnect delays the issuer; no message is ever lost or overwritten.

    static Stream<Arguments> smallMachines() {
        return Stream.of(InterconnectKind.values()).flatMap(
            kind -> Stream.of(2, 4, 8).map(capacity -> Arguments.of(kind, capacity)));
    }

    /**
     * Fails if issue() finds room where a core has yet to read (an overwritten word, an offer that is not repeated).
     */
    @ParameterizedTest
    @MethodSource("smallMachines")
    void aFullRingDelaysTheIssuerAndLosesNothing(InterconnectKind kind, int capacity) {
        int operations = 200;
        try (Workbench bench = new Workbench(machineOf(3, kind).capacity(capacity))) {
            bench.mapPages(BANK, 256);
            bench.tell(VICTIM, core -> loadPages(core, 256));
            AtomicBoolean issuedAll = new AtomicBoolean();
            AtomicBoolean seenByTheDeaf = new AtomicBoolean();
            Deafness deafness = new Deafness(core -> seenByTheDeaf.set(issuedAll.get()));
            CompletableFuture<Boolean> deaf = bench.begin(VICTIM, deafness);
            deafness.awaitBegin();
            CompletableFuture<Boolean> issuer = bench.begin(ISSUER, core -> {
                for (int page = 0; page < operations; page++) {
                    core.tlbi(Tlbi.vale1is(ASID, page));
                }
                issuedAll.set(true);
                core.dsb();
                return true;
            });
            Await.until("the issuer is full", () -> bench.hasAcknowledged(ISSUER, ISSUER, capacity - 1));
            deafness.end();
            result(deaf);
            result(issuer);
            assertFalse(seenByTheDeaf.get(), "issued " + operations + " operations past a core that served none");
            for (int id = 0; id < 3; id++) {
                assertEquals(operations, bench.ask(id, Core::counts).served(), "served by core " + id);
            }
            long misses = bench.ask(VICTIM, Core::counts).tlbMisses();
            bench.tell(VICTIM, core -> loadPages(core, 256));
            assertEquals(misses + operations, bench.ask(VICTIM, Core::counts).tlbMisses(), "entries that were gone");
        }
    }

    // ---- 7. Nobody acknowledges for another core; one that sleeps is woken, and serves its port itself.

    /** Fails if a sleeper counts as having acknowledged, or is not woken. */
    @ParameterizedTest
    @EnumSource
    void nobodyAcknowledgesForAParkedCore(InterconnectKind kind) {
        MachineSpec spec = machineOf(2, kind).adopted(1).idle(IdlePolicy.PARK);
        try (Machine machine = new Machine(spec)) {
            Core issuer = machine.adopt(ISSUER);
            machine.start();
            Core sleeper = machine.core(1);
            awaitSleep(sleeper);
            long served = sleeper.counts().served();

            issuer.tlbi(Tlbi.vmalle1is());
            for (int i = 0; i < 1_000; i++) {
                assertFalse(machine.interconnect().acknowledged(1, ISSUER) > issuer.pending,
                    "acknowledged for a sleeper");
                issuer.serve();
                issuer.giveUpCpu();
            }
            assertEquals(1, sleeper.parked, "woken by nobody who waits");
            assertEquals(Thread.State.WAITING, sleeper.thread().getState());

            issuer.dsb();
            assertTrue(issuer.counts().wakeUps() > 0, "the DSB has woken it");
            assertEquals(served + 1, sleeper.served, "its own thread has served");
        }
    }

    private static void awaitSleep(Core core) {
        Await.until("core " + core.id() + " sleeps", () -> (int) CorePort.PARKED.getVolatile(core) == 1
            && LockSupport.getBlocker(core.thread()) == core && core.thread().getState() == Thread.State.WAITING);
    }

    // ---- 8. A core that does not answer is named, and the run fails. It never hangs in silence.

    /** Fails if relax() has no patience, or names another core. */
    @ParameterizedTest
    @EnumSource
    void aCoreThatDoesNotAnswerIsNamedWithItsStack(InterconnectKind kind) {
        AtomicBoolean begun = new AtomicBoolean();
        AtomicBoolean over = new AtomicBoolean();
        MachineSpec spec = machineOf(2, kind).adopted(1).patience(TimeUnit.SECONDS.toNanos(3));
        Machine machine = new Machine(spec);
        try {
            Core waiter = machine.adopt(ISSUER);
            machine.run(1, core -> neverReturns(begun, over));
            machine.start();
            Await.until("core 1 is in its step", begun::get);
            waiter.tlbi(Tlbi.vmalle1is());
            CoreStuckException stuck = assertThrows(CoreStuckException.class, waiter::dsb);
            assertEquals(1, stuck.laggard());
            assertTrue(stuck.getMessage().matches("(?s)core-000 has waited [0-9]+ ms for core-001, which has "
                + "acknowledged up to sequence 0 and is waited for at 0; core-001 is .*neverReturns.*"),
                stuck.getMessage());
            assertSame(stuck, assertThrows(MachineFailedException.class, machine::close).getCause());
        } finally {
            over.set(true);
        }
    }

    private static int neverReturns(AtomicBoolean begun, AtomicBoolean over) {
        begun.set(true);
        while (!over.get()) {
            Thread.onSpinWait();
        }
        return 1;
    }
}
