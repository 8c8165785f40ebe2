package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.Core;
import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.workloads.kernel.arm64.Arm64Tlb;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** mm/rmap.c: what unmapping notes, and what {@code flush_tlb_batched_pending} makes of it. */
@Timeout(900)
class RmapTest {
    private static void unmap(SmallMachine machine, Task task, int page, boolean batchFlush) {
        Folio folio = machine.memory.folio(page);
        folio.lock.lock(task.core());
        machine.kernel.rmap().tryToUnmap(task, folio, batchFlush);
        folio.lock.unlock(task.core());
    }

    private static void flushPending(SmallMachine machine, Core core) {
        machine.mm().pageTableLock().lock(core);
        machine.kernel.rmap().flushTlbBatchedPending(core, machine.mm());
        machine.mm().pageTableLock().unlock(core);
    }

    private static int pending(AddressSpace mm) {
        return mm.tlbFlushBatched() & 0x7fff;
    }

    private static int flushed(AddressSpace mm) {
        return mm.tlbFlushBatched() >>> 16;
    }

    @Test
    void aCleanEntryOfADirtyPageDoesNotSetWritable() {
        try (SmallMachine machine = new SmallMachine(Flushes.BATCHED, 2, 1)) {
            Task task = machine.task(machine.core);
            machine.writeAll(1);
            machine.pageOutAll(task);
            machine.readAll();
            assertTrue(machine.memory.folio(0).dirty);
            unmap(machine, task, 0, true);
            assertTrue(task.unmapBatch().flushRequired);
            assertFalse(task.unmapBatch().writable);
            assertTrue(machine.memory.folio(0).dirty);
        }
    }

    @Test
    void aDirtyEntrySetsWritableAndMakesItsPageDirty() {
        try (SmallMachine machine = new SmallMachine(Flushes.BATCHED, 2, 2)) {
            Task task = machine.task(machine.core);
            machine.readAll();
            machine.writeAll(1); // through a clean entry, which the core itself makes dirty
            assertFalse(machine.memory.folio(0).dirty, "only the entry knows so far");
            unmap(machine, task, 0, true);
            assertTrue(task.unmapBatch().writable);
            assertTrue(machine.memory.folio(0).dirty);
            machine.kernel.rmap().tryToUnmapFlushDirty(task);
            assertFalse(task.unmapBatch().writable);
            assertFalse(task.unmapBatch().flushRequired);
            unmap(machine, task, 1, false); // without TTU_BATCH_FLUSH nothing is deferred, dirty or not
            assertFalse(task.unmapBatch().writable);
            assertFalse(task.unmapBatch().flushRequired);
            assertTrue(machine.memory.folio(1).dirty);
        }
    }

    @Test
    void flushesAreWaitedForOnlyWhereOneIsRequired() {
        try (SmallMachine machine = new SmallMachine(Flushes.BATCHED, 2, 1)) {
            Task task = machine.task(machine.core);
            Rmap rmap = machine.kernel.rmap();
            machine.readAll();
            assertEquals(0, machine.counted(() -> rmap.tryToUnmapFlush(task)).dsbIsh());
            unmap(machine, task, 0, true);
            assertEquals(0, machine.counted(() -> rmap.tryToUnmapFlushDirty(task)).dsbIsh());
            assertTrue(task.unmapBatch().flushRequired);
            assertEquals(1, machine.counted(() -> rmap.tryToUnmapFlush(task)).dsbIsh());
            assertEquals(0, machine.counted(() -> rmap.tryToUnmapFlush(task)).dsbIsh());
        }
    }

    @Test
    void unmappingFindsEveryMappingAndNoOther() {
        try (SmallMachine machine =
                 new SmallMachine(Flushes.BATCHED, InterconnectKind.RING, 2, 2, 3)) {
            for (int process : new int[] {0, 2}) {
                machine.core.load(machine.processes.get(process).asid(), SmallMachine.va(0));
            }
            machine.core.load(machine.processes.get(1).asid(), SmallMachine.va(1));
            assertEquals(2, machine.memory.folio(0).mapCount());
            CoreCounts counts = machine.counted(() -> unmap(machine, machine.task(machine.core), 0, true));
            assertEquals(2, counts.tlbis());
            assertEquals(0, machine.memory.folio(0).mapCount());
            assertEquals(0, SmallMachine.pte(machine.processes.get(0), 0));
            assertEquals(0, SmallMachine.pte(machine.processes.get(2), 0));
            assertEquals(1, machine.memory.folio(1).mapCount());
        }
    }

    @Test
    void flushTlbBatchedPendingFlushesTheMmExactlyWhenPendingIsNotFlushed() {
        try (SmallMachine machine = new SmallMachine(Flushes.BATCHED, 2, 3)) {
            Task task = machine.task(machine.core);
            AddressSpace mm = machine.mm();
            assertEquals(CoreCounts.NONE.tlbis(), machine.counted(() -> flushPending(machine, machine.core)).tlbis());
            machine.readAll();
            unmap(machine, task, 0, true);
            unmap(machine, task, 1, true);
            assertEquals(2, pending(mm));
            assertEquals(0, flushed(mm));

            CoreCounts first = machine.counted(() -> flushPending(machine, machine.core));
            assertEquals(1, first.tlbis());
            assertEquals(1, first.dsbIsh());
            assertEquals(1, first.dsbIshst());
            assertEquals(2, pending(mm));
            assertEquals(2, flushed(mm));

            CoreCounts second = machine.counted(() -> flushPending(machine, machine.core));
            assertEquals(0, second.tlbis());
            assertEquals(0, second.dsbIsh());

            unmap(machine, task, 2, true);
            assertEquals(1, machine.counted(() -> flushPending(machine, machine.core)).tlbis());
            assertEquals(3, flushed(mm));
        }
    }

    @Test
    void synchronousUnmappingLeavesNothingPending() {
        try (SmallMachine machine = new SmallMachine(Flushes.SYNC, 2, 3)) {
            machine.readAll();
            machine.pageOutAll(machine.task(machine.core));
            assertEquals(0, machine.mm().tlbFlushBatched());
            assertEquals(0, machine.counted(() -> flushPending(machine, machine.core)).tlbis());
        }
    }

    @Test
    void theTasksOwnFlushIsNotTheMmsAndLeavesItPending() {
        try (SmallMachine machine = new SmallMachine(Flushes.BATCHED, 2, 3)) {
            machine.readAll();
            machine.pageOutAll(machine.task(machine.core));
            assertEquals(3, pending(machine.mm()));
            assertEquals(0, flushed(machine.mm()));
        }
    }

    @Test
    void whatBecomesPendingDuringTheFlushStaysPending() {
        TlbFlush flush = Flushes.deferring(new Arm64Tlb() {
            private boolean moved;

            @Override
            public void flushTlbMm(Core core, AddressSpace mm) {
                super.flushTlbMm(core, mm);
                if (!moved) { // as reclaim of another page table of this mm would
                    moved = true;
                    assertTrue(mm.compareAndSetTlbFlushBatched(mm.tlbFlushBatched(), mm.tlbFlushBatched() + 1));
                }
            }
        });
        try (SmallMachine machine = new SmallMachine(flush, 2, 1)) {
            AddressSpace mm = machine.mm();
            machine.readAll();
            unmap(machine, machine.task(machine.core), 0, true);
            flushPending(machine, machine.core);
            assertEquals(2, pending(mm));
            assertEquals(0, flushed(mm));
            assertEquals(1, machine.counted(() -> flushPending(machine, machine.core)).tlbis());
            assertEquals(2, flushed(mm));
        }
    }

    @Test
    void pendingStartsOverBeyondHalfItsRangeAndNeverMeetsFlushedByThat() {
        try (SmallMachine machine = new SmallMachine(Flushes.BATCHED, 1, 256)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.readAll();
            machine.pageOutAll(task);
            flushPending(machine, machine.core);
            assertEquals(256, flushed(mm));
            int expected = 256;
            int restarts = 0;
            // Tens of thousands of pendings, page by page: an inaccessible entry would not count.
            for (int list = 0; list < 150; list++) {
                machine.readAll();
                for (int page = 0; page < 256; page++) {
                    boolean large = expected > 0x7fff / 2;
                    restarts += large ? 1 : 0;
                    expected = large ? 1 : expected + 1;
                    unmap(machine, task, page, true);
                    assertEquals(expected, pending(mm));
                    assertEquals(restarts == 0 ? 256 : 0, flushed(mm));
                }
                machine.pageOutAll(task);
            }
            assertEquals(2, restarts);
            assertEquals(1, machine.counted(() -> flushPending(machine, machine.core)).tlbis());
            assertEquals(pending(mm), flushed(mm));
            assertEquals(0, machine.counted(() -> flushPending(machine, machine.core)).tlbis());
        }
    }

    /**
     * Core 1 holds an entry and is deaf; core 0 defers its unmapping, and does not wait; core 2 does what mprotect
     * does.
     *
     * @param turns how long core 1 stays deaf, unless core 2 goes on before
     * @return whether core 1 had heard of it by the time that core 2 went on
     */
    private static boolean heardBeforeMprotectWentOn(TlbFlush flush, InterconnectKind kind, int turns) {
        try (SmallMachine machine = new SmallMachine(flush, kind, 3, 1, 1)) {
            AtomicBoolean loaded = new AtomicBoolean();
            AtomicBoolean listens = new AtomicBoolean();
            AtomicBoolean heard = new AtomicBoolean();
            machine.once(1, on -> {
                on.load(machine.mm().asid(), SmallMachine.va(0));
                loaded.set(true);
                SmallMachine.awaitDeaf(listens::get);
                heard.set(true); // before it serves, so before anyone can have its acknowledgement
            });
            machine.await(loaded::get);
            unmap(machine, machine.task(machine.core), 0, true);
            AtomicBoolean heardThen = new AtomicBoolean();
            AtomicBoolean wentOn = machine.once(2, on -> {
                flushPending(machine, on);
                heardThen.set(heard.get());
            });
            for (int turn = 0; turn < turns && !wentOn.get(); turn++) {
                machine.core.serve();
                machine.core.giveUpCpu();
            }
            listens.set(true);
            machine.await(wentOn::get);
            return heardThen.get();
        }
    }

    @Test
    void afterFlushTlbBatchedPendingNoOtherCoreHoldsADeferredEntry() {
        for (InterconnectKind kind : InterconnectKind.values()) {
            assertTrue(heardBeforeMprotectWentOn(Flushes.BATCHED, kind, 2_000));
        }
    }

    @Test
    void aDsbInItsPlaceAsInLinux66PromisesNothingOnACoreThatDidNotSendTheTlbi() {
        TlbFlush linux66 = Flushes.deferring(new Arm64Tlb() {
            @Override
            public void flushTlbMm(Core core, AddressSpace mm) {
                core.dsb();
            }
        });
        for (InterconnectKind kind : InterconnectKind.values()) {
            assertFalse(heardBeforeMprotectWentOn(linux66, kind, Integer.MAX_VALUE));
        }
    }
}
