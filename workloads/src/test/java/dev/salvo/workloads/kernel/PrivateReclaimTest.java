package dev.salvo.workloads.kernel;

import static dev.salvo.workloads.kernel.Counted.assertCosts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.tlb.Tlbi;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** madvise(MADV_PAGEOUT) of private memory; what is the same for shared memory is {@link VmscanOrderTest}'s. */
@Timeout(900)
class PrivateReclaimTest {
    private static final long FIRST = SmallMachine.PRIVATE_PAGE;

    private static SmallMachine machine(int cores, int pages) {
        return SmallMachine.withPrivateMemory(Flushes.BATCHED, cores, pages);
    }

    @Test
    void pagesThatWereWrittenPayForTheirWaitOneByOneAndPagesThatWereReadTogether() {
        try (SmallMachine machine = machine(2, 40)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 40, 1);
            assertCosts(new Counted(40, 0, 40, 40), machine,
                () -> assertEquals(40, machine.kernel.madvisePageout(task, mm, FIRST, 40)));
            for (int page = 0; page < 40; page++) {
                machine.core.load(mm.asid(), SmallMachine.privateVa(page));
            }
            assertCosts(new Counted(40, 0, 2, 40), machine,
                () -> assertEquals(40, machine.kernel.madvisePageout(task, mm, FIRST, 40)));
            assertEquals(80, task.reclaimed());
            assertEquals(0, machine.framesInUse());
            assertFalse(mm.mmapLock().isLocked());
        }
    }

    @Test
    void onlyThePagesThatWereAskedForGoAndWhatIsNotResidentIsPassedOver() {
        try (SmallMachine machine = machine(1, 6)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 5, 1);
            assertEquals(2, machine.kernel.madvisePageout(task, mm, FIRST + 1, 2));
            assertEquals(2, machine.kernel.madvisePageout(task, mm, FIRST, 4));
            assertEquals(1, machine.kernel.madvisePageout(task, mm, FIRST, 6));
            assertEquals(0, machine.kernel.madvisePageout(task, mm, FIRST, 6));
            assertEquals(5, task.reclaimed());
            for (int page = 0; page < 5; page++) {
                assertEquals(1, SmallMachine.folio(mm, page).references());
                assertEquals(0, SmallMachine.folio(mm, page).mapCount());
            }
        }
    }

    @Test
    void whileItsPagesAreReclaimedTheAddressSpaceMayChange() {
        FlushWatcher arch = new FlushWatcher();
        Kernel kernel = new Kernel(Flushes.deferring(arch));
        try (SmallMachine machine = SmallMachine.withPrivateMemory(kernel, 1, 4, 4)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            List<Integer> held = new ArrayList<>();
            for (int round = 0; round < 2; round++) {
                machine.writePrivate(mm, 4, 1);
                Folio last = SmallMachine.folio(mm, 3);
                arch.atFlushOfABatch = () -> { // the first is dirty, and flushed before it is written out
                    arch.atFlushOfABatch = () -> { };
                    kernel.munmap(machine.task(machine.core), mm, FIRST, 4);
                    held.add(last.references());
                };
                assertEquals(4, kernel.madvisePageout(task, mm, FIRST, 4));
                assertEquals(0, last.references());
                assertEquals(0, machine.framesInUse());
                kernel.mmap(task, mm, FIRST, 4); // and all slots are there for the next pages
            }
            assertEquals(List.of(1, 1), held);
        }
    }

    @Test
    void aPageWhoseUnmappingIsNotFlushedYetIsNotReclaimed() {
        try (SmallMachine machine = machine(1, 1)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 1, 1);
            Folio folio = SmallMachine.folio(mm, 0);
            folio.addMapping(); // a gather has taken the entry away, and has not flushed
            Task task = machine.task(machine.core);
            assertEquals(0, machine.kernel.madvisePageout(task, mm, FIRST, 1));
            assertEquals(1, machine.framesInUse());
            assertEquals(0, task.reclaimed());
            assertFalse(folio.lock.isLocked());
            folio.removeMapping();
            assertEquals(1, machine.kernel.madvisePageout(task, mm, FIRST, 1));
        }
    }

    @Test
    void aFolioIsHeldUntilTheLastFlushOfItsList() {
        FlushWatcher arch = new FlushWatcher();
        try (SmallMachine machine = SmallMachine.withPrivateMemory(Flushes.deferring(arch), 1, 3)) {
            AddressSpace mm = machine.mm();
            for (int page = 0; page < 3; page++) {
                machine.core.load(mm.asid(), SmallMachine.privateVa(page));
            }
            arch.atFlushOfABatch = () -> {
                assertFalse(mm.mmapLock().isLocked());
                assertEquals(3, machine.framesInUse());
                for (int page = 0; page < 3; page++) {
                    assertEquals(2, SmallMachine.folio(mm, page).references());
                }
            };
            assertEquals(3, machine.kernel.madvisePageout(machine.task(machine.core), mm, FIRST, 3));
            assertEquals(1, arch.flushesOfABatch);
            assertEquals(0, machine.framesInUse());
        }
    }

    @Test
    void reclaimWaitsForTheMmapLockAndServesItsPort() {
        try (SmallMachine machine = machine(2, 2)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 1, 1);
            mm.mmapLock().lock(machine.core);
            AtomicBoolean done = new AtomicBoolean();
            boolean waits = machine.holdsUp(1, done,
                on -> machine.kernel.madvisePageout(machine.task(on), mm, FIRST, 1));
            mm.mmapLock().unlock(machine.core);
            machine.await(done::get);
            assertTrue(waits);
            machine.core.tlbi(Tlbi.vmalle1is());
            assertEquals(1, machine.counted(
                () -> machine.kernel.madvisePageout(machine.task(machine.core), mm, FIRST, 1)).served());
        }
    }

    @Test
    void anEntryThatNoTlbCanHoldIsTakenAwayWithoutAFlush() {
        ArchTlb arch = Flushes.SYNC.arch();
        try (SmallMachine machine = SmallMachine.withPrivateMemory(Flushes.SYNC, 2, 2)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 1, 1);
            long pte = SmallMachine.privatePte(mm, 0);
            assertCosts(Counted.NOTHING, machine, () -> assertEquals(0, arch.ptepClearFlush(task, mm, FIRST + 1)));
            assertCosts(Counted.broadcast(1), machine,
                () -> assertEquals(pte, arch.ptepClearFlush(task, mm, FIRST) & ~Pte.GENERATION));
        }
    }

    @Test
    void unmappingWaitsForTheListOfPlaces() {
        try (SmallMachine machine = machine(2, 1)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 1, 1);
            AnonymousMemory memory = mm.vma().memory;
            memory.lockMappings(machine.core);
            AtomicBoolean done = new AtomicBoolean();
            boolean waits = machine.holdsUp(1, done,
                on -> machine.kernel.madvisePageout(machine.task(on), mm, FIRST, 1));
            memory.unlockMappings(machine.core);
            machine.await(done::get);
            assertTrue(waits);
            assertEquals(0, SmallMachine.privatePte(mm, 0));
        }
    }

    /** Who has isolated it may have taken entries away that TLBs still hold: until he has flushed it is his alone. */
    @Test
    void aPageThatSomebodyElseHasIsolatedIsNeitherReclaimedNorMoved() {
        try (SmallMachine machine = machine(1, 2)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 2, 1);
            Folio folio = SmallMachine.folio(mm, 0);
            assertTrue(folio.isolateLru());
            assertFalse(folio.isolateLru());
            assertEquals(2, folio.references());
            assertEquals(1, machine.kernel.madvisePageout(task, mm, FIRST, 2));
            assertFalse(machine.kernel.movePage(task, mm, FIRST));
            assertEquals(2, folio.references(), "nobody else held it meanwhile");
            folio.putbackLru();
            assertEquals(1, machine.kernel.madvisePageout(task, mm, FIRST, 2));
        }
    }
}
