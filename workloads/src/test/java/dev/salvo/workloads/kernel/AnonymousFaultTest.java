package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.Core;
import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.memory.Pte;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Page faults on private memory: zeroed pages, swap, protection. Copy on write is {@link ForkTest}'s. */
@Timeout(900)
class AnonymousFaultTest {
    private static SmallMachine machine(int cores, int pages) {
        return SmallMachine.withPrivateMemory(Flushes.BATCHED, cores, pages);
    }

    private static SegmentationFault fault(Runnable access) {
        return assertThrows(SegmentationFault.class, access::run);
    }

    private static void assertNothingIsLocked(AddressSpace mm) {
        assertFalse(mm.mmapLock().isLocked());
        assertFalse(mm.pageTableLock().isLocked());
        for (Folio folio : mm.vma().folios) {
            assertFalse(folio != null && folio.lock.isLocked());
        }
    }

    @Test
    void aLoadMapsItsPageCleanAndAStoreMapsItDirty() {
        try (SmallMachine machine = machine(1, 2)) {
            AddressSpace mm = machine.mm();
            machine.core.load(mm.asid(), SmallMachine.privateVa(0));
            machine.core.store(mm.asid(), SmallMachine.privateVa(1), (byte) 1);
            assertEquals(Pte.writableClean(SmallMachine.folio(mm, 0).frame), SmallMachine.privatePte(mm, 0));
            assertEquals(Pte.writableDirty(SmallMachine.folio(mm, 1).frame), SmallMachine.privatePte(mm, 1));
            for (int page = 0; page < 2; page++) {
                assertEquals(1, SmallMachine.folio(mm, page).mapCount());
                assertEquals(1, SmallMachine.folio(mm, page).references());
                assertTrue(SmallMachine.folio(mm, page).dirty, "swap holds nothing of it");
            }
            assertNothingIsLocked(mm);
        }
    }

    @Test
    void aFirstTouchTellsNoTlbAnything() {
        try (SmallMachine machine = machine(1, 8)) {
            CoreCounts counts = machine.counted(() -> machine.writePrivate(machine.mm(), 8, 1));
            assertEquals(0, counts.tlbis());
            assertEquals(0, counts.localTlbis());
            assertEquals(0, counts.dsbIsh());
            assertEquals(0, counts.dsbIshst());
            assertEquals(8, counts.tlbMisses());
            assertEquals(8, machine.framesInUse());
        }
    }

    @Test
    void aPageThatWasNeverTouchedIsZeroEvenInAUsedFrame() {
        MachineSpec spec = MachineSpec.of(1).frames(id -> 1);
        try (SmallMachine machine = new SmallMachine(new Kernel(Flushes.SYNC), spec, 1, 1, 2, 2)) {
            AddressSpace mm = machine.mm();
            machine.core.store(mm.asid(), SmallMachine.privateVa(0) + 77, (byte) 5);
            Task task = machine.task(machine.core);
            assertEquals(1, machine.kernel.madvisePageout(task, mm, SmallMachine.PRIVATE_PAGE, 1));
            assertEquals(0, machine.core.load(mm.asid(), SmallMachine.privateVa(1) + 77));
        }
    }

    @Test
    void aPageThatWasPagedOutComesBackWithItsContents() {
        try (SmallMachine machine = machine(1, 2)) {
            AddressSpace mm = machine.mm();
            machine.core.store(mm.asid(), SmallMachine.privateVa(1) + 4095, (byte) 9);
            Folio folio = SmallMachine.folio(mm, 1);
            machine.kernel.madvisePageout(machine.task(machine.core), mm, SmallMachine.PRIVATE_PAGE, 2);
            assertEquals(0, machine.framesInUse());
            assertEquals(9, machine.core.load(mm.asid(), SmallMachine.privateVa(1) + 4095));
            assertSame(folio, SmallMachine.folio(mm, 1));
            assertTrue(folio.dirty, "its slot was freed when it came in");
            assertFalse(folio.swapped);
            assertEquals(Pte.writableClean(folio.frame), SmallMachine.privatePte(mm, 1));
        }
    }

    @Test
    void privateAndSharedMemoryOfOneProcessAreSwappedToSlotsOfTheirOwn() {
        try (SmallMachine machine = machine(1, 1)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writeAll(3);
            machine.writePrivate(mm, 1, 4);
            assertEquals(1, machine.pageOutAll(task));
            assertEquals(1, machine.kernel.madvisePageout(task, mm, SmallMachine.PRIVATE_PAGE, 1));
            assertNotEquals(machine.memory.folio(0).slot, SmallMachine.folio(mm, 0).slot);
            assertEquals(3, machine.core.load(mm.asid(), SmallMachine.va(0)));
            assertEquals(4, machine.core.load(mm.asid(), SmallMachine.privateVa(0)));
        }
    }

    @Test
    void anAccessBesideThePrivateMemoryOrToAnUnmappedPageSaysWhere() {
        try (SmallMachine machine = machine(1, 4)) {
            AddressSpace mm = machine.mm();
            machine.kernel.munmap(machine.task(machine.core), mm, SmallMachine.PRIVATE_PAGE + 1, 1);
            assertEquals("segmentation fault: nothing is mapped at 0x7fff123 of address space 1",
                fault(() -> machine.core.load(mm.asid(), SmallMachine.privateVa(-1) + 0x123)).getMessage());
            assertEquals("segmentation fault: nothing is mapped at 0x8001000 of address space 1",
                fault(() -> machine.core.load(mm.asid(), SmallMachine.privateVa(1) + 0x123)).getMessage());
            assertEquals("segmentation fault: nothing is mapped at 0x8001000 of address space 1",
                fault(() -> machine.core.store(mm.asid(), SmallMachine.privateVa(1), (byte) 1)).getMessage());
            assertEquals("segmentation fault: nothing is mapped at 0x8004000 of address space 1",
                fault(() -> machine.core.load(mm.asid(), SmallMachine.privateVa(4))).getMessage());
            assertEquals(0, machine.core.load(mm.asid(), SmallMachine.privateVa(0)));
            assertEquals(0, machine.core.load(mm.asid(), SmallMachine.privateVa(3)));
            assertNull(SmallMachine.folio(mm, 1), "a fault that fails makes nothing");
            assertNothingIsLocked(mm);
        }
    }

    @Test
    void aProcessWithoutPrivateMemoryFaultsThere() {
        try (SmallMachine machine = new SmallMachine(Flushes.BATCHED, 1, 1)) {
            assertEquals("segmentation fault: nothing is mapped at 0x8000000 of address space 1",
                fault(() -> machine.core.load(machine.mm().asid(), SmallMachine.privateVa(0))).getMessage());
        }
    }

    @Test
    void aSegmentationFaultCarriesNoStack() {
        try (SmallMachine machine = machine(1, 1)) {
            SegmentationFault fault = fault(() -> machine.core.load(machine.mm().asid(), 0));
            fault.addSuppressed(new IllegalStateException("of no account"));
            assertEquals(0, fault.getStackTrace().length);
            assertEquals(0, fault.getSuppressed().length);
        }
    }

    @Test
    void readOnlyMemoryIsMappedReadOnlyAndAStoreThereFaults() {
        try (SmallMachine machine = machine(1, 1)) {
            AddressSpace mm = machine.mm();
            machine.kernel.mprotect(machine.task(machine.core), mm, SmallMachine.PRIVATE_PAGE, 1, false);
            String refused = "segmentation fault: a store to 0x8000000 of address space 1, which is mapped read-only";
            assertEquals(refused,
                fault(() -> machine.core.store(mm.asid(), SmallMachine.privateVa(0) + 8, (byte) 1)).getMessage());
            assertNull(SmallMachine.folio(mm, 0));
            assertEquals(0, machine.core.load(mm.asid(), SmallMachine.privateVa(0)));
            assertEquals(Pte.readOnly(SmallMachine.folio(mm, 0).frame), SmallMachine.privatePte(mm, 0));
            assertEquals(refused,
                fault(() -> machine.core.store(mm.asid(), SmallMachine.privateVa(0), (byte) 1)).getMessage());
            assertNothingIsLocked(mm);
        }
    }

    @Test
    void aFaultThatHasBeenHandledMeanwhileChangesNothing() {
        try (SmallMachine machine = machine(1, 3)) {
            AddressSpace mm = machine.mm();
            machine.core.load(mm.asid(), SmallMachine.privateVa(0));
            machine.core.store(mm.asid(), SmallMachine.privateVa(1), (byte) 1);
            machine.core.load(mm.asid(), SmallMachine.privateVa(2));
            machine.kernel.mprotect(machine.task(machine.core), mm, SmallMachine.PRIVATE_PAGE + 2, 1, false);
            machine.kernel.mprotect(machine.task(machine.core), mm, SmallMachine.PRIVATE_PAGE + 2, 1, true);
            for (int page = 0; page < 3; page++) {
                Folio folio = SmallMachine.folio(mm, page);
                long pte = SmallMachine.privatePte(mm, page);
                int frame = folio.frame;
                machine.kernel.handlePageFault(machine.core, mm.asid(), SmallMachine.privateVa(page), false);
                if (page < 2) {
                    machine.kernel.handlePageFault(machine.core, mm.asid(), SmallMachine.privateVa(page), true);
                }
                assertEquals(pte, SmallMachine.privatePte(mm, page));
                assertSame(folio, SmallMachine.folio(mm, page));
                assertEquals(frame, folio.frame);
                assertEquals(1, folio.mapCount());
            }
        }
    }

    @Test
    void aRightThatIsGivenIsLearntByTheNextFaultAndTellsNoTlbAnything() {
        try (SmallMachine machine = machine(1, 1)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.core.load(mm.asid(), SmallMachine.privateVa(0));
            machine.kernel.mprotect(task, mm, SmallMachine.PRIVATE_PAGE, 1, false);
            CoreCounts counts = machine.counted(() -> {
                machine.kernel.mprotect(task, mm, SmallMachine.PRIVATE_PAGE, 1, true);
                machine.core.store(mm.asid(), SmallMachine.privateVa(0), (byte) 6);
            });
            assertEquals(0, counts.tlbis());
            assertEquals(0, counts.dsbIsh());
            Folio folio = SmallMachine.folio(mm, 0);
            assertEquals(Pte.writableDirty(folio.frame), SmallMachine.privatePte(mm, 0));
            assertEquals(1, folio.mapCount());
            assertEquals(6, machine.core.load(mm.asid(), SmallMachine.privateVa(0)));
        }
    }

    @Test
    void aStoreToAPageThatSomebodyWorksOnMakesACopyAndTheOldOneIsFreeWhenHeLetsGo() {
        try (SmallMachine machine = machine(1, 1)) {
            AddressSpace mm = machine.mm();
            machine.core.load(mm.asid(), SmallMachine.privateVa(0));
            machine.kernel.mprotect(machine.task(machine.core), mm, SmallMachine.PRIVATE_PAGE, 1, false);
            machine.kernel.mprotect(machine.task(machine.core), mm, SmallMachine.PRIVATE_PAGE, 1, true);
            Folio old = SmallMachine.folio(mm, 0);
            old.get(); // as reclaim isolates it
            machine.core.store(mm.asid(), SmallMachine.privateVa(0), (byte) 7);
            assertNotSame(old, SmallMachine.folio(mm, 0));
            assertEquals(1, old.references());
            assertEquals(0, old.mapCount());
            assertEquals(2, machine.framesInUse());
        }
    }

    @Test
    void outOfSwapSaysSoAndLeavesNoLockHeld() {
        Kernel kernel = new Kernel(Flushes.SYNC);
        try (SmallMachine machine = SmallMachine.withPrivateMemory(kernel, 1, 4, 2)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 2, 1);
            assertEquals("out of swap: more than 2 pages of anonymous memory",
                assertThrows(IllegalStateException.class,
                    () -> machine.core.load(mm.asid(), SmallMachine.privateVa(2))).getMessage());
            assertNothingIsLocked(mm);
            machine.kernel.munmap(machine.task(machine.core), mm, SmallMachine.PRIVATE_PAGE, 1);
            assertEquals(0, machine.core.load(mm.asid(), SmallMachine.privateVa(2)));
        }
    }

    @Test
    void aFaultWaitsForTheFoliosLock() {
        try (SmallMachine machine = machine(2, 1)) {
            machine.core.load(machine.mm().asid(), SmallMachine.privateVa(0));
            assertTrue(faultWaitsFor(machine, SmallMachine.folio(machine.mm(), 0).lock, SmallMachine.privateVa(0)));
        }
    }

    @Test
    void aFaultWaitsForTheMmapLockAndForThePageTablesLock() {
        try (SmallMachine machine = machine(2, 1)) {
            AddressSpace mm = machine.mm();
            assertTrue(faultWaitsFor(machine, mm.mmapLock(), SmallMachine.privateVa(0)));
            assertTrue(faultWaitsFor(machine, mm.pageTableLock(), SmallMachine.privateVa(0)));
        }
    }

    @Test
    void aFaultOnSharedMemoryWaitsForThePageTablesLockAndNotForTheMmapLock() {
        try (SmallMachine machine = machine(2, 1)) {
            AddressSpace mm = machine.mm();
            assertTrue(faultWaitsFor(machine, mm.pageTableLock(), SmallMachine.va(0)));
            mm.mmapLock().lock(machine.core);
            machine.await(machine.once(1,
                on -> machine.kernel.handlePageFault(on, mm.asid(), SmallMachine.va(0), false))::get);
        }
    }

    private static boolean faultWaitsFor(SmallMachine machine, SpinLock lock, long va) {
        lock.lock(machine.core);
        AtomicBoolean done = new AtomicBoolean();
        boolean waits = machine.holdsUp(1, done,
            on -> machine.kernel.handlePageFault(on, machine.mm().asid(), va, false));
        lock.unlock(machine.core);
        machine.await(done::get);
        return waits;
    }

    @Test
    void anIdentifierBeyondTheKernelsIsNobodys() {
        Kernel kernel = Kernel.forTorture(Flushes.SYNC, KernelFault.NONE, 2);
        try (SmallMachine machine = SmallMachine.withPrivateMemory(kernel, 1, 1, 1)) {
            for (int asid : new int[] {0, 2, 3, 4}) {
                assertEquals("segmentation fault: nothing is mapped at 0x8000000 of address space " + asid,
                    fault(() -> machine.core.load(asid, SmallMachine.privateVa(0))).getMessage());
            }
        }
    }

    @Test
    void twoCoresThatFaultOnOnePageTogetherGetTheSameOne() {
        try (SmallMachine machine = machine(3, 64)) {
            AddressSpace mm = machine.mm();
            AtomicBoolean one = machine.once(1, on -> touchAll(on, mm));
            AtomicBoolean two = machine.once(2, on -> touchAll(on, mm));
            touchAll(machine.core, mm);
            machine.await(one::get);
            machine.await(two::get);
            assertEquals(64, machine.framesInUse());
            for (int page = 0; page < 64; page++) {
                assertEquals(1, SmallMachine.folio(mm, page).mapCount());
                for (int id = 0; id < 3; id++) {
                    assertEquals(id + 1, machine.core.load(mm.asid(), SmallMachine.privateVa(page) + id));
                }
            }
        }
    }

    private static void touchAll(Core core, AddressSpace mm) {
        for (int page = 0; page < 64; page++) {
            core.store(mm.asid(), SmallMachine.privateVa(page) + core.id(), (byte) (core.id() + 1));
            core.serve();
        }
    }

    /**
     * A core that still holds the writable entry may store at any moment until the flush: nothing may be copied by
     * then.
     */
    @Test
    void aStoreFaultThatFindsItsPageWritableByNowCopiesNothingThoughReclaimHoldsThePage() {
        FlushWatcher arch = new FlushWatcher();
        try (SmallMachine machine = SmallMachine.withPrivateMemory(Flushes.deferring(arch), 1, 1)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 1, 1);
            Folio folio = SmallMachine.folio(mm, 0);
            folio.get(); // as reclaim isolates it
            byte[] last = {1};
            arch.atFlushOfAPage = () -> machine.core.store(mm.asid(), SmallMachine.privateVa(0), last[0] = 2);
            machine.kernel.handlePageFault(machine.core, mm.asid(), SmallMachine.privateVa(0), true);
            assertEquals(last[0], machine.core.load(mm.asid(), SmallMachine.privateVa(0)));
            assertSame(folio, SmallMachine.folio(mm, 0));
            assertEquals(0, arch.flushesOfAPage);
        }
    }
}
