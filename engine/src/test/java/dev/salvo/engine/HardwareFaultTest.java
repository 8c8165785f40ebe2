package dev.salvo.engine;

import static dev.salvo.engine.Workbench.ASID;
import static dev.salvo.engine.Workbench.result;
import static dev.salvo.engine.Workbench.va;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.tlb.Tlbi;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every planted fault breaks a rule of the hardware, and the machine that ships does not, under the same test. What
 * each asks of {@link HardwareFault#NONE} is what makes it a test of the fault.
 */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HardwareFaultTest {
    /** So long that a core which is only waiting for the busy host's CPU is not taken for one that is stuck. */
    private static final long SHORT = TimeUnit.SECONDS.toNanos(3);
    private static final int FRAME = PhysicalMemory.frame(0, 0);

    private static MachineSpec twoCores(HardwareFault fault) {
        return MachineSpec.of(2).frames(core -> core == 0 ? 64 : 0).fault(fault);
    }

    /** Recorded or not: a recorder spares a core the look at a port that is empty, as one with a fault may only seem to be. */
    private static MachineSpec twoCores(HardwareFault fault, boolean recorded) {
        return recorded ? twoCores(fault).recorded(0, 1, 64) : twoCores(fault);
    }

    /** Moves page 0 to a new frame, with everything that this takes, and frees the old one. */
    private static void movePage(Core core, Workbench bench) {
        core.swapPte(bench.table, 0, Pte.writableDirty(bench.allocate(0, 32, 99)));
        core.dsbIshst();
        core.tlbi(Tlbi.vale1is(ASID, 0));
        core.dsb();
        bench.free(FRAME);
    }

    // ---- a DSB returns only after every core's acknowledgement

    @ParameterizedTest
    @EnumSource(names = {"NONE", "DSB_LEFT_OUT", "ACK_FOR_ANOTHER", "CORE_SKIPPED"})
    void aDsbReturnsThoughACoreIsDeaf(HardwareFault fault) {
        aDsbReturnsThoughACoreIsDeaf(twoCores(fault), fault);
    }

    /** A fault of whole cores shows whatever their parts are. */
    @ParameterizedTest
    @EnumSource(names = {"NONE", "DSB_LEFT_OUT"})
    void aDsbReturnsThoughACoreIsDeafWhateverTheCoresPartsAre(HardwareFault fault) {
        MachineSpec spec = twoCores(fault);
        for (MachineSpec each : List.of(spec.pteStoreBuffer(4), spec.dsbSleeps(true), spec.timed(true),
            spec.recorded(0, 1, 64))) {
            aDsbReturnsThoughACoreIsDeaf(each, fault);
        }
    }

    private static void aDsbReturnsThoughACoreIsDeaf(MachineSpec spec, HardwareFault fault) {
        boolean product = fault == HardwareFault.NONE;
        try (Workbench bench = new Workbench(spec)) {
            bench.mapPages(0, 1);
            bench.tell(1, core -> core.load(ASID, va(0)));
            Deafness deafness = new Deafness(core -> core.load(ASID, va(0)));
            CompletableFuture<Boolean> deaf = bench.begin(1, deafness);
            deafness.awaitBegin();
            CompletableFuture<Boolean> waited = bench.begin(0, core -> {
                movePage(core, bench);
                return deafness.hasEnded();
            });
            if (product) {
                Await.until("the TLBI is out", () -> bench.hasAcknowledged(0, 0, 0));
            } else {
                assertFalse(result(waited));
            }
            deafness.end();
            result(deaf);
            assertEquals(product, result(waited));
            assertEquals(product ? 0 : 1, bench.ask(1, Core::counts).staleUses());
        }
    }

    /** In the same step, between one look at the port and the next. */
    @ParameterizedTest
    @CsvSource({"NONE, false", "NONE, true", "ACK_BEFORE_INVALIDATION, false", "ACK_BEFORE_INVALIDATION, true"})
    void aCoreUsesAnEntryThatItHasSaidIsGone(HardwareFault fault, boolean recorded) {
        AtomicBoolean loaded = new AtomicBoolean();
        AtomicBoolean issued = new AtomicBoolean();
        AtomicBoolean freed = new AtomicBoolean();
        try (Workbench bench = new Workbench(twoCores(fault, recorded))) {
            bench.mapPages(0, 1);
            CompletableFuture<Integer> found = bench.begin(1, core -> {
                core.load(ASID, va(0));
                loaded.set(true);
                Await.until("the TLBI is out", issued::get);
                assertEquals(1, core.serve());
                Await.until("the frame is free", freed::get);
                return (int) core.load(ASID, va(0));
            });
            bench.tell(0, core -> {
                Await.until("the other core has the entry", loaded::get);
                core.swapPte(bench.table, 0, Pte.writableDirty(bench.allocate(0, 32, 99)));
                core.dsbIshst();
                core.tlbi(Tlbi.vale1is(ASID, 0));
                issued.set(true);
                core.dsb();
                bench.free(FRAME);
                freed.set(true);
            });
            boolean product = fault == HardwareFault.NONE;
            assertEquals(product ? 99 : 0, result(found));
            assertEquals(product ? 0 : 1, bench.ask(1, Core::counts).staleUses());
            assertEquals(99, bench.ask(1, core -> core.load(ASID, va(0))).intValue(), "the next look invalidates");
        }
    }

    // ---- a page-table store comes before the TLBI

    @ParameterizedTest
    @EnumSource(names = {"NONE", "ISHST_LEFT_OUT"})
    void aWalkAfterTheTlbiMeetsTheOldEntry(HardwareFault fault) {
        MachineSpec spec = twoCores(fault);
        try (Workbench bench = new Workbench(fault == HardwareFault.NONE ? spec.pteStoreBuffer(8) : spec)) {
            bench.mapPages(0, 1);
            long sequence = bench.ask(0, core -> {
                core.swapPte(bench.table, 0, Pte.writableDirty(bench.allocate(0, 32, 99)));
                core.dsbIshst();
                core.tlbi(Tlbi.vale1is(ASID, 0));
                return core.issued();
            });
            Await.until("the other core has invalidated", () -> bench.hasAcknowledged(1, 0, sequence));
            boolean product = fault == HardwareFault.NONE;
            assertEquals(product ? 99 : 0, bench.ask(1, core -> core.load(ASID, va(0))).intValue());
            bench.tell(0, Core::dsb);
            bench.free(FRAME);
            bench.tell(1, core -> core.load(ASID, va(0)));
            assertEquals(product ? 0 : 1, bench.ask(1, Core::counts).staleUses());
            assertEquals(1, bench.ask(0, Core::counts).dsbIshst());
        }
    }

    // ---- no message is lost

    @ParameterizedTest
    @EnumSource(names = {"NONE", "OVERWRITE_WHEN_FULL"})
    void aFullRingTakesAnotherOperation(HardwareFault fault) {
        boolean product = fault == HardwareFault.NONE;
        int capacity = 4;
        MachineSpec spec = twoCores(fault).capacity(capacity);
        Workbench bench = new Workbench(product ? spec : spec.patience(SHORT));
        bench.mapPages(0, 1);
        bench.tell(1, core -> core.load(ASID, va(0)));
        Deafness deafness = new Deafness();
        CompletableFuture<Boolean> deaf = bench.begin(1, deafness);
        deafness.awaitBegin();
        CompletableFuture<Boolean> waited = bench.begin(0, core -> {
            for (int page = 0; page <= capacity; page++) {
                core.tlbi(Tlbi.vale1is(ASID, page));
            }
            return deafness.hasEnded();
        });
        if (product) {
            Await.until("the ring is full", () -> bench.hasAcknowledged(0, 0, capacity - 1));
        } else {
            assertFalse(result(waited));
        }
        deafness.end();
        result(deaf);
        assertEquals(product, result(waited));
        if (product) {
            bench.tell(0, Core::dsb);
            assertEquals(capacity + 1, bench.ask(1, Core::counts).served());
            bench.close();
        } else {
            CoreStuckException stuck = assertThrows(CoreStuckException.class, () -> bench.tell(0, Core::dsb));
            assertEquals(1, stuck.laggard());
            assertThrows(MachineFailedException.class, bench::close);
            assertEquals(0, bench.machine.core(1).counts().served(), "its next word is one of another lap");
        }
    }

    // ---- offline and online

    @ParameterizedTest
    @CsvSource({"NONE, RING", "NONE, INBOXES", "STALE_TLB_ON_LINE, RING", "STALE_TLB_ON_LINE, INBOXES"})
    void aCoreBackOnlineHasItsOldTlb(HardwareFault fault, InterconnectKind kind) {
        int capacity = 4;
        try (Workbench bench = new Workbench(twoCores(fault).interconnect(kind).capacity(capacity))) {
            bench.mapPages(0, 1);
            bench.tell(1, core -> core.load(ASID, va(0)));
            bench.machine.takeOffline(1, null);
            bench.tell(0, core -> {
                movePage(core, bench);
                for (int i = 0; i < 2 * capacity; i++) {
                    core.tlbi(Tlbi.vale1is(ASID, 1)); // or the core would still find the first in the ring
                }
                core.dsb();
            });
            bench.machine.bringOnline(1, null);
            boolean product = fault == HardwareFault.NONE;
            assertEquals(product ? 99 : 0, bench.ask(1, core -> core.load(ASID, va(0))).intValue());
            assertEquals(product ? 0 : 1, bench.ask(1, Core::counts).staleUses());
        }
    }

    @ParameterizedTest
    @CsvSource({"NONE, false", "NONE, true", "ON_LINE_FENCE_LEFT_OUT, false", "ON_LINE_FENCE_LEFT_OUT, true"})
    void aCoreWalksBeforeItIsWaitedFor(HardwareFault fault, boolean recorded) {
        boolean product = fault == HardwareFault.NONE;
        try (Workbench bench = new Workbench(twoCores(fault, recorded))) {
            bench.mapPages(0, 1);
            bench.machine.takeOffline(1, null);
            AtomicBoolean walked = new AtomicBoolean();
            Deafness deafness = new Deafness(core -> core.load(ASID, va(0)));
            CompletableFuture<Boolean> deaf = bench.begin(1, core -> { // the first that it does online
                core.load(ASID, va(0));
                walked.set(true);
                return deafness.apply(core);
            });
            bench.machine.bringOnline(1, null);
            Await.until("it has walked", walked::get);
            CompletableFuture<Boolean> waited = bench.begin(0, core -> {
                movePage(core, bench);
                return deafness.hasEnded();
            });
            if (product) {
                Await.until("the TLBI is out", () -> bench.hasAcknowledged(0, 0, 0));
            } else {
                assertFalse(result(waited));
            }
            deafness.end();
            result(deaf);
            assertEquals(product, result(waited));
            assertEquals(product ? 0 : 1, bench.ask(1, Core::counts).staleUses());
            bench.tell(0, core -> {
                core.tlbi(Tlbi.vmalle1is()); // in the end the core is there
                core.dsb();
            });
        }
    }

    /** Its looks at the port count where it finds nothing, too: in whatever lap it comes, and of whatever it missed. */
    @ParameterizedTest
    @CsvSource({"NONE, false", "NONE, true", "ON_LINE_FENCE_LEFT_OUT, false", "ON_LINE_FENCE_LEFT_OUT, true"})
    void aCoreThatNobodySendsAnythingIsWaitedForInTheEnd(HardwareFault fault, boolean recorded) {
        int capacity = 4;
        try (Workbench bench = new Workbench(twoCores(fault, recorded).capacity(capacity))) {
            for (int lap = 0; lap < 3; lap++) {
                bench.machine.takeOffline(1, null);
                bench.tell(0, core -> {
                    for (int i = 0; i < capacity; i++) {
                        core.tlbi(Tlbi.vmalle1is());
                    }
                    core.dsb();
                });
                bench.machine.bringOnline(1, null);
                Await.until("it is waited for",
                    () -> bench.machine.interconnect().acknowledged(1, 0) != Interconnect.OFFLINE);
            }
        }
    }

    // ---- wake-ups

    /** One step after another: what the receiver does falls between the sender's store and its load. */
    @ParameterizedTest
    @EnumSource(names = {"NONE", "SENDER_FENCE_LEFT_OUT"})
    void aSenderAndItsReceiverMissEachOther(HardwareFault fault) {
        boolean product = fault == HardwareFault.NONE;
        Machine machine = new Machine(MachineSpec.of(2).dsbSleeps(true).fault(fault));
        SleepingWait[] waits = new SleepingWait[2];
        SleepingWait receiver = new SleepingWait(machine.core(1), waits);
        AtomicInteger woken = new AtomicInteger();
        AtomicBoolean acknowledged = new AtomicBoolean();
        Runnable acknowledgement = () -> {
            acknowledged.set(true);
            woken.set(receiver.wakeWaiters());
        };
        SleepingWait sender = product ? new SleepingWait(machine.core(0), waits) {
            @Override
            boolean isBehind(SleepingWait late) {
                acknowledgement.run();
                return !acknowledged.get();
            }
        } : new FaultyParts.SenderFenceLeftOut(machine.core(0), waits) {
            @Override
            boolean isBehind(SleepingWait late) {
                return !acknowledged.get();
            }

            @Override
            void storeIsHeldBack() {
                acknowledgement.run();
            }
        };
        boolean sleeps = sender.announceTo(receiver);
        assertEquals(product, !sleeps || woken.get() == 1, "asleep, and nobody wakes it");
    }

    /** The same by itself: the receiver is deaf now and then for as long as a store is held back. */
    @ParameterizedTest
    @CsvSource({"NONE, 2", "NONE, 4", "SENDER_FENCE_LEFT_OUT, 2", "SENDER_FENCE_LEFT_OUT, 4"})
    void aSleepingSenderIsForgotten(HardwareFault fault, int cores) {
        int[] left = {fault == HardwareFault.NONE ? 2_000 : Integer.MAX_VALUE};
        AtomicBoolean finished = new AtomicBoolean();
        Machine machine = new Machine(sleeping(cores, fault));
        machine.run(cores - 1, core -> deafFor(core, 100_000));
        machine.run(0, core -> {
            core.tlbi(Tlbi.vmalle1is());
            core.dsb();
            if (--left[0] == 0) {
                finished.set(true);
                machine.run(0, null);
            }
            return 1;
        });
        losesAWakeUp(fault, machine, finished);
    }

    /** The sender comes at any time, so also while the receiver is on its way to sleep. */
    @ParameterizedTest
    @CsvSource({"NONE, 2", "NONE, 4", "RECEIVER_FENCE_LEFT_OUT, 2", "RECEIVER_FENCE_LEFT_OUT, 4"})
    void aSleepingReceiverIsForgotten(HardwareFault fault, int cores) {
        SplittableRandom random = new SplittableRandom(1);
        int[] left = {fault == HardwareFault.NONE ? 2_000 : Integer.MAX_VALUE};
        AtomicBoolean finished = new AtomicBoolean();
        Machine machine = new Machine(sleeping(cores, fault).idle(IdlePolicy.PARK));
        machine.run(0, core -> {
            deafFor(core, random.nextInt(1_000_000));
            core.tlbi(Tlbi.vmalle1is());
            core.dsb();
            if (--left[0] == 0) {
                finished.set(true);
                machine.run(0, null);
            }
            return 1;
        });
        losesAWakeUp(fault, machine, finished);
    }

    /** Where a wake-up is going to be lost, that is not waited for as long as where it would be an error. */
    private static MachineSpec sleeping(int cores, HardwareFault fault) {
        MachineSpec spec = MachineSpec.of(cores).dsbSleeps(true).fault(fault);
        return fault == HardwareFault.NONE ? spec : spec.patience(SHORT);
    }

    private static int deafFor(Core core, long nanos) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            core.giveUpCpu();
        }
        return 1;
    }

    private static void losesAWakeUp(HardwareFault fault, Machine machine, AtomicBoolean finished) {
        machine.start();
        if (fault == HardwareFault.NONE) {
            Await.until("all shootdowns are over", () -> {
                machine.checkAlive();
                return finished.get();
            });
            machine.close();
            return;
        }
        Await.until("the sender has noticed", () -> !machine.core(0).thread().isAlive());
        MachineFailedException failed = assertThrows(MachineFailedException.class, machine::close);
        String message = failed.getCause().getMessage();
        assertTrue(message.matches("(?s)a wake-up was lost: core-000 has slept [0-9]+ ms, waiting for core-(\\d+) at "
            + "sequence [0-9]+, and core-\\1 (has acknowledged up to sequence|sleeps with the operation at its "
            + "port).*"), message);
    }

    // ---- cores that fail

    @ParameterizedTest
    @CsvSource({"NONE, false", "NONE, true", "CORE_NEVER_RETURNS, false", "CORE_NEVER_RETURNS, true", "CORE_DIES, false",
        "CORE_DIES, true"})
    void theLastCoreFailsAfterSomeHundredOperations(HardwareFault fault, boolean dsbSleeps) {
        int shootdowns = FaultyParts.SERVED_BEFORE_FAILURE + 10;
        Machine machine = new Machine(MachineSpec.of(3).adopted(1).patience(SHORT).fault(fault).dsbSleeps(dsbSleeps));
        Core sender = machine.adopt(0);
        machine.start();
        Executable shoot = () -> {
            for (int i = 0; i < shootdowns; i++) {
                sender.tlbi(Tlbi.vmalle1is());
                sender.dsb();
            }
        };
        switch (fault) {
            case CORE_NEVER_RETURNS -> {
                CoreStuckException stuck = assertThrows(CoreStuckException.class, shoot);
                assertEquals(2, stuck.laggard());
                assertTrue(stuck.getMessage().contains("loopUntilTheMachineStops"), stuck.getMessage());
                MachineFailedException closed = assertThrows(MachineFailedException.class, machine::close);
                assertSame(stuck, closed.getCause());
                assertEquals(-1, closed.dead(), "it lives, and does not answer");
            }
            case CORE_DIES -> {
                MachineFailedException died = assertThrows(MachineFailedException.class, shoot);
                assertEquals("core-002 died: java.lang.IllegalStateException: core 2 breaks down after 200 operations",
                    died.getMessage());
                assertThrows(MachineFailedException.class, machine::close);
            }
            default -> {
                assertEquals(shootdowns, assertDone(shoot, sender));
                machine.close();
            }
        }
        Await.until("the last core has ended", () -> !machine.core(2).thread().isAlive());
    }

    private static long assertDone(Executable what, Core core) {
        assertDoesNotThrow(what);
        return core.counts().tlbis();
    }

    // ---- the list, and bad input

    @ParameterizedTest
    @EnumSource
    void everyFaultIsDescribedInOneLine(HardwareFault fault) {
        assertTrue(fault.description().matches("[^\\n]{4,200}"), fault.description());
        assertTrue(new Machine(MachineSpec.of(2).fault(fault)).spec().fault() == fault);
    }

    @ParameterizedTest
    @EnumSource(names = {"ACK_BEFORE_INVALIDATION", "ACK_FOR_ANOTHER", "CORE_SKIPPED", "OVERWRITE_WHEN_FULL",
        "ON_LINE_FENCE_LEFT_OUT"})
    void aFaultOfTheRingNeedsARing(HardwareFault fault) {
        says("the fault " + fault + " on a machine with INBOXES: it is one of RING",
            MachineSpec.of(2).interconnect(InterconnectKind.INBOXES).fault(fault));
    }

    @Test
    void otherFaultsExcludeWhatTheyCannotHave() {
        says("a machine that takes times with the fault CORE_SKIPPED: a ring that is broken does not note when operations "
            + "were issued", MachineSpec.of(2).fault(HardwareFault.CORE_SKIPPED).timed(true));
        says("the fault CORE_DIES on a machine whose 2 cores are all left for outside threads: the last must have a "
            + "thread of its own", MachineSpec.of(2).fault(HardwareFault.CORE_DIES).adopted(2));
    }

    private static void says(String message, MachineSpec spec) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> new Machine(spec)).getMessage());
    }
}
