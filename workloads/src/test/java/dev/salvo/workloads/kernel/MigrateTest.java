package dev.salvo.workloads.kernel;

import static dev.salvo.workloads.kernel.Counted.assertCosts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.tlb.Tlbi;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** move_pages. */
@Timeout(900)
class MigrateTest {
    private static final long FIRST = SmallMachine.PRIVATE_PAGE;

    private static SmallMachine machine(TlbFlush flush, int cores, int pages) {
        return SmallMachine.withPrivateMemory(flush, cores, pages);
    }

    @Test
    void aMigratedPageKeepsItsContentsInAnotherFrame() {
        SmallMachine machine = machine(Flushes.BATCHED, 1, 2);
        try (machine) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            for (int i = 0; i < 4096; i++) {
                machine.core.store(mm.asid(), SmallMachine.privateVa(1) + i, (byte) (i * 7));
            }
            Folio folio = SmallMachine.folio(mm, 1);
            int from = folio.frame;
            assertTrue(machine.kernel.movePage(task, mm, FIRST + 1));
            assertNotEquals(from, folio.frame);
            assertEquals(0, machine.machine.memory().generation(from) & 1, "the old frame is free");
            assertEquals(1, machine.framesInUse());
            assertEquals(0, folio.mapCount());
            assertEquals(1, folio.references());
            assertEquals(0, SmallMachine.privatePte(mm, 1));
            assertFalse(task.unmapBatch().flushRequired);
            assertFalse(folio.lock.isLocked());
            assertFalse(mm.mmapLock().isLocked());
            for (int i = 0; i < 4096; i++) {
                assertEquals((byte) (i * 7), machine.core.load(mm.asid(), SmallMachine.privateVa(1) + i));
            }
            assertSame(folio, SmallMachine.folio(mm, 1));
        }
        assertEquals(0, machine.machine.counts().staleUses());
    }

    @Test
    void movingAPageCostsOneTlbiForEachOfItsMappingsAndOneWaitWhenBatched() {
        for (TlbFlush flush : new TlbFlush[] {Flushes.BATCHED, Flushes.SYNC}) {
            try (SmallMachine machine = machine(flush, 2, 1)) {
                AddressSpace mm = machine.mm();
                Task task = machine.task(machine.core);
                machine.writePrivate(mm, 1, 1);
                assertCosts(Counted.broadcast(1), machine, () -> assertTrue(machine.kernel.movePage(task, mm, FIRST)));
                assertCosts(Counted.NOTHING, machine, () -> assertTrue(machine.kernel.movePage(task, mm, FIRST)));
                AddressSpace child = machine.kernel.fork(task, mm);
                machine.core.load(mm.asid(), SmallMachine.privateVa(0));
                machine.core.load(child.asid(), SmallMachine.privateVa(0));
                boolean batched = flush.deferral() == Deferral.ALWAYS;
                assertCosts(new Counted(2, 0, batched ? 1 : 2, 2), machine,
                    () -> assertTrue(machine.kernel.movePage(task, child, FIRST)));
                assertEquals(1, machine.core.load(mm.asid(), SmallMachine.privateVa(0)));
                assertEquals(1, machine.core.load(child.asid(), SmallMachine.privateVa(0)));
                assertEquals(1, machine.framesInUse());
                assertEquals(2, SmallMachine.folio(mm, 0).references());
            }
        }
    }

    @Test
    void noCoreHoldsAnEntryForThePageWhileItIsCopied() {
        FlushWatcher arch = new FlushWatcher();
        try (SmallMachine machine = machine(Flushes.deferring(arch), 1, 1)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 1, 1);
            Folio folio = SmallMachine.folio(mm, 0);
            int from = folio.frame;
            arch.atFlushOfABatch = () -> {
                assertEquals(from, folio.frame);
                assertEquals(1, machine.framesInUse());
                assertEquals(2, folio.references());
                assertTrue(folio.lock.isLocked());
                assertFalse(mm.mmapLock().isLocked());
                // Lawful: whoever has not been told yet may still write.
                machine.core.store(mm.asid(), SmallMachine.privateVa(0), (byte) 2);
            };
            assertTrue(machine.kernel.movePage(machine.task(machine.core), mm, FIRST));
            assertEquals(1, arch.flushesOfABatch);
            assertEquals(2, machine.core.load(mm.asid(), SmallMachine.privateVa(0)));
        }
    }

    @Test
    void whatIsNotResidentIsNotMoved() {
        try (SmallMachine machine = machine(Flushes.BATCHED, 1, 2)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            assertFalse(machine.kernel.movePage(task, mm, FIRST));
            machine.writePrivate(mm, 1, 1);
            machine.kernel.madvisePageout(task, mm, FIRST, 1);
            assertCosts(Counted.NOTHING, machine, () -> assertFalse(machine.kernel.movePage(task, mm, FIRST)));
            assertEquals(1, SmallMachine.folio(mm, 0).references());
            assertFalse(SmallMachine.folio(mm, 0).lock.isLocked());
            assertEquals(0, machine.framesInUse());
        }
    }

    @Test
    void aPageThatSomebodyHasLockedIsNotMoved() {
        try (SmallMachine machine = machine(Flushes.BATCHED, 1, 1)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 1, 1);
            Folio folio = SmallMachine.folio(mm, 0);
            int frame = folio.frame;
            folio.lock.lock(machine.core);
            assertFalse(machine.kernel.movePage(machine.task(machine.core), mm, FIRST));
            assertTrue(folio.lock.isLocked());
            folio.lock.unlock(machine.core);
            assertEquals(frame, folio.frame);
            assertEquals(1, folio.references());
        }
    }

    @Test
    void aPageThatAGatherStillCountsAsMappedIsNotMoved() {
        try (SmallMachine machine = machine(Flushes.BATCHED, 1, 1)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 1, 1);
            Folio folio = SmallMachine.folio(mm, 0);
            int frame = folio.frame;
            folio.addMapping(); // its entry is gone, its flush is not over
            Task task = machine.task(machine.core);
            assertFalse(machine.kernel.movePage(task, mm, FIRST));
            assertEquals(frame, folio.frame);
            assertEquals(1, machine.framesInUse());
            assertFalse(task.unmapBatch().flushRequired);
            assertFalse(folio.lock.isLocked());
            folio.removeMapping();
            assertTrue(machine.kernel.movePage(task, mm, FIRST));
            assertEquals(1, machine.core.load(mm.asid(), SmallMachine.privateVa(0)));
        }
    }

    @Test
    void whoMovesThePageOfAProcessThatLetsGoOfItMeanwhileFreesIt() {
        FlushWatcher arch = new FlushWatcher();
        Kernel kernel = new Kernel(Flushes.deferring(arch));
        try (SmallMachine machine = SmallMachine.withPrivateMemory(kernel, 1, 1, 1)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            for (int round = 0; round < 2; round++) {
                machine.writePrivate(mm, 1, 1);
                arch.atFlushOfABatch = () -> kernel.munmap(machine.task(machine.core), mm, FIRST, 1);
                assertTrue(kernel.movePage(task, mm, FIRST));
                assertEquals(0, machine.framesInUse());
                kernel.mmap(task, mm, FIRST, 1); // and its slot is there for the next page
            }
        }
    }

    @Test
    void withoutAFrameForItAPageStaysWhereItIs() {
        MachineSpec spec = MachineSpec.of(1).frames(id -> 1);
        try (SmallMachine machine = new SmallMachine(new Kernel(Flushes.SYNC), spec, 1, 1, 1, 1)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 1, 4);
            assertEquals("out of memory: no free frame in any of 1 banks",
                assertThrows(IllegalStateException.class,
                    () -> machine.kernel.movePage(machine.task(machine.core), mm, FIRST)).getMessage());
            Folio folio = SmallMachine.folio(mm, 0);
            assertFalse(folio.lock.isLocked());
            assertEquals(1, folio.references());
            assertEquals(4, machine.core.load(mm.asid(), SmallMachine.privateVa(0)));
        }
    }

    @Test
    void aPageOutsideThePrivateMemoryIsRefused() {
        try (SmallMachine machine = machine(Flushes.BATCHED, 1, 2)) {
            assertEquals("1 pages from 0x8002: this memory is 2 pages from 0x8000",
                assertThrows(IllegalArgumentException.class,
                    () -> machine.kernel.movePage(machine.task(machine.core), machine.mm(), FIRST + 2)).getMessage());
            assertFalse(machine.mm().mmapLock().isLocked());
        }
    }

    @Test
    void movingWaitsForTheMmapLockAndServesItsPort() {
        try (SmallMachine machine = machine(Flushes.BATCHED, 2, 1)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 1, 1);
            mm.mmapLock().lock(machine.core);
            AtomicBoolean done = new AtomicBoolean();
            boolean waits = machine.holdsUp(1, done, on -> machine.kernel.movePage(machine.task(on), mm, FIRST));
            mm.mmapLock().unlock(machine.core);
            machine.await(done::get);
            assertTrue(waits);
            machine.core.tlbi(Tlbi.vmalle1is());
            assertEquals(1,
                machine.counted(() -> machine.kernel.movePage(machine.task(machine.core), mm, FIRST)).served());
        }
    }
}
