package dev.salvo.workloads.kernel;

import static dev.salvo.workloads.kernel.Counted.assertCosts;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.tlb.Tlbi;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** fork, copy on write, exit. */
@Timeout(900)
class ForkTest {
    private static SmallMachine machine(int cores, int pages) {
        return SmallMachine.withPrivateMemory(Flushes.BATCHED, cores, pages);
    }

    private static byte load(SmallMachine machine, AddressSpace mm, int page) {
        return machine.core.load(mm.asid(), SmallMachine.privateVa(page));
    }

    private static void store(SmallMachine machine, AddressSpace mm, int page, int value) {
        machine.core.store(mm.asid(), SmallMachine.privateVa(page), (byte) value);
    }

    @Test
    void aPageThatWasForkedIsSharedUntilOneWrites() {
        try (SmallMachine machine = machine(1, 2)) {
            AddressSpace parent = machine.mm();
            machine.writePrivate(parent, 2, 5);
            Folio shared = SmallMachine.folio(parent, 0);
            AddressSpace child = machine.kernel.fork(machine.task(machine.core), parent);
            assertEquals(2, child.asid());
            assertSame(shared, SmallMachine.folio(child, 0));
            assertEquals(2, shared.references());
            assertEquals(2, shared.mapCount());
            assertEquals(Pte.readOnly(shared.frame), SmallMachine.privatePte(child, 0));
            assertEquals(Pte.readOnly(shared.frame) | Pte.SOFTWARE_DIRTY, SmallMachine.privatePte(parent, 0));
            assertEquals(5, load(machine, parent, 0));
            assertEquals(5, load(machine, child, 0));
            assertEquals(2, machine.framesInUse());

            store(machine, child, 0, 6);
            assertNotSame(shared, SmallMachine.folio(child, 0));
            assertEquals(3, machine.framesInUse());
            assertEquals(5, load(machine, parent, 0));
            assertEquals(6, load(machine, child, 0));
            assertEquals(1, shared.references());
            assertEquals(1, shared.mapCount());
            Folio copy = SmallMachine.folio(child, 0);
            assertEquals(1, copy.references());
            assertEquals(1, copy.mapCount());
            assertTrue(copy.dirty);
            assertEquals(Pte.writableDirty(copy.frame), SmallMachine.privatePte(child, 0));
            assertSame(SmallMachine.folio(parent, 1), SmallMachine.folio(child, 1), "the other page is shared still");
        }
    }

    /** As if the parent's entry had outlived its frame: what is copied of it leads nowhere better. */
    @Test
    void anEntryThatIsCopiedIsAsStaleAsTheOneThatItIsOf() {
        try (SmallMachine machine = machine(1, 1)) {
            AddressSpace parent = machine.mm();
            machine.writePrivate(parent, 1, 5);
            int frame = SmallMachine.folio(parent, 0).frame;
            machine.machine.memory().nextGeneration(frame); // freed
            machine.machine.memory().nextGeneration(frame); // and somebody else's
            AddressSpace child = machine.kernel.fork(machine.task(machine.core), parent);
            assertEquals(0, machine.machine.counts().staleUses());
            load(machine, child, 0);
            assertEquals(1, machine.machine.counts().staleUses());
        }
    }

    @Test
    void everyPageIsSharedReadOnlyAndWhoeverWritesWritesForHimself() {
        int pages = 5;
        try (SmallMachine machine = machine(1, pages)) {
            AddressSpace parent = machine.mm();
            machine.writePrivate(parent, pages, 1);
            AddressSpace child = machine.kernel.fork(machine.task(machine.core), parent);
            for (int page = 0; page < pages; page++) {
                assertFalse(Pte.isWritable(SmallMachine.privatePte(parent, page)));
                assertEquals(Pte.readOnly(SmallMachine.folio(child, page).frame), SmallMachine.privatePte(child, page));
            }
            for (int page = 0; page < pages; page++) {
                store(machine, page % 2 == 0 ? parent : child, page, 2);
            }
            for (int page = 0; page < pages; page++) {
                assertEquals(page % 2 == 0 ? 2 : 1, load(machine, parent, page));
                assertEquals(page % 2 == 0 ? 1 : 2, load(machine, child, page));
            }
        }
    }

    @Test
    void aCopyHasAllOfThePageAndIsSwappedToASlotOfItsOwn() {
        try (SmallMachine machine = machine(1, 1)) {
            AddressSpace parent = machine.mm();
            Task task = machine.task(machine.core);
            for (int i = 0; i < 4096; i++) {
                machine.core.store(parent.asid(), SmallMachine.privateVa(0) + i, (byte) (i * 31));
            }
            AddressSpace child = machine.kernel.fork(task, parent);
            store(machine, child, 0, 99);
            assertNotEquals(SmallMachine.folio(parent, 0).slot, SmallMachine.folio(child, 0).slot);
            assertEquals(1, machine.kernel.madvisePageout(task, parent, SmallMachine.PRIVATE_PAGE, 1));
            assertEquals(1, machine.kernel.madvisePageout(task, child, SmallMachine.PRIVATE_PAGE, 1));
            for (int i = 0; i < 4096; i++) {
                assertEquals((byte) (i * 31), machine.core.load(parent.asid(), SmallMachine.privateVa(0) + i));
                assertEquals(i == 0 ? 99 : (byte) (i * 31),
                    machine.core.load(child.asid(), SmallMachine.privateVa(0) + i));
            }
        }
    }

    @Test
    void aForkFlushesTheParentOnceHoweverManyPagesItHas() {
        for (int pages : new int[] {0, 1, 40}) {
            try (SmallMachine machine = machine(2, 40)) {
                machine.writePrivate(machine.mm(), pages, 1);
                assertCosts(Counted.broadcast(1), machine,
                    () -> machine.kernel.fork(machine.task(machine.core), machine.mm()));
            }
        }
    }

    @Test
    void aCopyOnWriteFlushesOnePage() {
        try (SmallMachine machine = machine(2, 4)) {
            AddressSpace parent = machine.mm();
            machine.writePrivate(parent, 4, 1);
            AddressSpace child = machine.kernel.fork(machine.task(machine.core), parent);
            assertCosts(Counted.broadcast(1), machine, () -> store(machine, child, 2, 2));
            assertCosts(Counted.NOTHING, machine, () -> store(machine, child, 2, 3));
            assertCosts(Counted.NOTHING, machine, () -> store(machine, parent, 2, 4));
        }
    }

    @Test
    void whoIsLeftAloneWritesInPlaceAndTellsNobody() {
        try (SmallMachine machine = machine(1, 1)) {
            AddressSpace parent = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(parent, 1, 1);
            Folio folio = SmallMachine.folio(parent, 0);
            int frame = folio.frame;
            machine.kernel.exit(task, machine.kernel.fork(task, parent));
            long readOnly = SmallMachine.privatePte(parent, 0);
            machine.kernel.handlePageFault(machine.core, parent.asid(), SmallMachine.privateVa(0), false);
            assertEquals(readOnly, SmallMachine.privatePte(parent, 0), "a load needs no more than it has");
            assertCosts(Counted.NOTHING, machine, () -> store(machine, parent, 0, 2));
            assertSame(folio, SmallMachine.folio(parent, 0));
            assertEquals(Pte.writableDirty(frame), SmallMachine.privatePte(parent, 0));
            assertEquals(1, folio.mapCount());
            assertEquals(1, machine.framesInUse());
        }
    }

    @Test
    void aPageThatIsSwappedOutIsInheritedAndComesBackOnceForBoth() {
        try (SmallMachine machine = machine(1, 1)) {
            AddressSpace parent = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(parent, 1, 8);
            machine.kernel.madvisePageout(task, parent, SmallMachine.PRIVATE_PAGE, 1);
            AddressSpace child = machine.kernel.fork(task, parent);
            assertEquals(0, SmallMachine.privatePte(child, 0));
            assertEquals(0, SmallMachine.folio(child, 0).mapCount());
            assertEquals(2, SmallMachine.folio(child, 0).references());
            assertEquals(8, load(machine, child, 0));
            assertEquals(8, load(machine, parent, 0));
            assertEquals(1, machine.framesInUse());
            assertEquals(Pte.readOnly(SmallMachine.folio(child, 0).frame), SmallMachine.privatePte(parent, 0));
        }
    }

    @Test
    void aSharedPageThatIsSwappedOutIsCopiedByTheFirstStore() {
        try (SmallMachine machine = machine(1, 1)) {
            AddressSpace parent = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(parent, 1, 8);
            AddressSpace child = machine.kernel.fork(task, parent);
            assertEquals(1, machine.kernel.madvisePageout(task, child, SmallMachine.PRIVATE_PAGE, 1));
            assertEquals(0, SmallMachine.privatePte(parent, 0), "reclaim finds it in both");
            assertEquals(0, SmallMachine.privatePte(child, 0));
            assertEquals(0, SmallMachine.folio(parent, 0).mapCount());
            store(machine, parent, 0, 9);
            assertEquals(8, load(machine, child, 0));
            assertEquals(9, load(machine, parent, 0));
        }
    }

    @Test
    void aPageThatWasNeverTouchedIsNotSharedButMadeAnewByEach() {
        try (SmallMachine machine = machine(1, 2)) {
            AddressSpace parent = machine.mm();
            store(machine, parent, 1, 1);
            AddressSpace child = machine.kernel.fork(machine.task(machine.core), parent);
            assertNull(SmallMachine.folio(child, 0));
            store(machine, child, 0, 2);
            assertNull(SmallMachine.folio(parent, 0));
            assertEquals(0, load(machine, parent, 0));
            assertEquals(2, load(machine, child, 0));
        }
    }

    @Test
    void protectionIsInherited() {
        try (SmallMachine machine = machine(1, 3)) {
            AddressSpace parent = machine.mm();
            Task task = machine.task(machine.core);
            machine.kernel.mprotect(task, parent, SmallMachine.PRIVATE_PAGE, 1, false);
            machine.kernel.munmap(task, parent, SmallMachine.PRIVATE_PAGE + 1, 1);
            AddressSpace child = machine.kernel.fork(task, parent);
            assertArrayEquals(new byte[] {Vma.READ, Vma.UNMAPPED, Vma.READ_WRITE}, child.vma().protection);
            assertThrows(SegmentationFault.class, () -> store(machine, child, 0, 1));
            assertThrows(SegmentationFault.class, () -> load(machine, child, 1));
            machine.kernel.mprotect(task, child, SmallMachine.PRIVATE_PAGE, 1, true);
            store(machine, child, 0, 1);
            assertThrows(SegmentationFault.class, () -> store(machine, parent, 0, 1));
        }
    }

    @Test
    void aGrandchildSharesWithBoth() {
        try (SmallMachine machine = machine(1, 1)) {
            AddressSpace parent = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(parent, 1, 1);
            AddressSpace child = machine.kernel.fork(task, parent);
            AddressSpace grandchild = machine.kernel.fork(task, child);
            Folio folio = SmallMachine.folio(grandchild, 0);
            assertEquals(3, folio.references());
            assertEquals(3, folio.mapCount());
            assertEquals(3, parent.vma().memory.mappings());
            assertCosts(new Counted(3, 0, 1, 3), machine,
                () -> assertEquals(1, machine.kernel.madvisePageout(task, grandchild, SmallMachine.PRIVATE_PAGE, 1)));
            for (AddressSpace mm : new AddressSpace[] {parent, child, grandchild}) {
                assertEquals(1, load(machine, mm, 0));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whenAForkReturnsNoCoreWritesToAPageThatBothHave(InterconnectKind kind) {
        Kernel kernel = new Kernel(Flushes.BATCHED);
        MachineSpec spec = MachineSpec.of(2).interconnect(kind).frames(id -> 8);
        try (SmallMachine machine = new SmallMachine(kernel, spec, 1, 1, 1, 4)) {
            AddressSpace parent = machine.mm();
            machine.await(machine.once(1, on -> on.store(parent.asid(), SmallMachine.privateVa(0), (byte) 1))::get);
            AddressSpace child = machine.kernel.fork(machine.task(machine.core), parent);
            machine.await(machine.once(1, on -> on.store(parent.asid(), SmallMachine.privateVa(0), (byte) 2))::get);
            assertEquals(1, load(machine, child, 0));
            assertEquals(2, load(machine, parent, 0));
        }
    }

    @Test
    void noThreadReadsTheOldPageAfterAnotherWroteTheCopy() {
        try (SmallMachine machine = machine(2, 1)) {
            AddressSpace parent = machine.mm();
            machine.writePrivate(parent, 1, 1);
            machine.kernel.fork(machine.task(machine.core), parent);
            byte[] read = new byte[2];
            machine.await(
                machine.once(1, on -> read[0] = on.load(parent.asid(), SmallMachine.privateVa(0)))::get);
            store(machine, parent, 0, 2);
            machine.await(
                machine.once(1, on -> read[1] = on.load(parent.asid(), SmallMachine.privateVa(0)))::get);
            assertArrayEquals(new byte[] {1, 2}, read);
        }
    }

    @Test
    void theOldEntryIsGoneAndItsPageCountedUntilTheFlushOfACopyIsOver() {
        FlushWatcher arch = new FlushWatcher();
        try (SmallMachine machine = SmallMachine.withPrivateMemory(Flushes.deferring(arch), 1, 1)) {
            AddressSpace parent = machine.mm();
            machine.writePrivate(parent, 1, 1);
            AddressSpace child = machine.kernel.fork(machine.task(machine.core), parent);
            Folio shared = SmallMachine.folio(child, 0);
            arch.atFlushOfAPage = () -> {
                assertEquals(0, SmallMachine.privatePte(child, 0));
                assertEquals(2, shared.mapCount());
                assertEquals(2, shared.references());
                assertTrue(child.mmapLock().isLocked());
                assertTrue(child.pageTableLock().isLocked());
                assertTrue(shared.lock.isLocked());
            };
            store(machine, child, 0, 2);
            assertEquals(1, arch.flushesOfAPage);
            assertFalse(child.mmapLock().isLocked());
            assertFalse(child.pageTableLock().isLocked());
            assertFalse(shared.lock.isLocked());
        }
    }

    @Test
    void aForkIsMadeUnderTheParentsLockAndFlushedWhenItsEntriesAreReadOnly() {
        FlushWatcher arch = new FlushWatcher();
        try (SmallMachine machine = SmallMachine.withPrivateMemory(Flushes.deferring(arch), 1, 1)) {
            AddressSpace parent = machine.mm();
            machine.writePrivate(parent, 1, 1);
            arch.atFlushOfAnMm = () -> {
                assertFalse(Pte.isWritable(SmallMachine.privatePte(parent, 0)));
                assertTrue(parent.mmapLock().isLocked());
                assertFalse(parent.pageTableLock().isLocked());
                assertEquals(2, parent.vma().memory.mappings());
            };
            AddressSpace child = machine.kernel.fork(machine.task(machine.core), parent);
            assertEquals(1, arch.flushesOfAnMm);
            assertFalse(parent.mmapLock().isLocked());
            assertFalse(child.pageTableLock().isLocked());
        }
    }

    @Test
    void aForkServesItsPortForEveryPage() {
        FlushWatcher arch = new FlushWatcher();
        try (SmallMachine machine = SmallMachine.withPrivateMemory(Flushes.deferring(arch), 1, 4)) {
            long[] served = new long[1];
            arch.atFlushOfAnMm = () -> served[0] = machine.core.counts().served();
            machine.core.tlbi(Tlbi.vmalle1is());
            machine.kernel.fork(machine.task(machine.core), machine.mm());
            assertEquals(1, served[0]);
        }
    }

    @Test
    void aForkWaitsForTheParentsPageTable() {
        try (SmallMachine machine = machine(2, 1)) {
            AddressSpace parent = machine.mm();
            machine.writePrivate(parent, 1, 1);
            parent.pageTableLock().lock(machine.core);
            AtomicBoolean done = new AtomicBoolean();
            boolean waits = machine.holdsUp(1, done, on -> machine.kernel.fork(machine.task(on), parent));
            // Reclaim can find the child already: it must find its table locked too.
            AnonymousMemory memory = parent.vma().memory;
            machine.await(() -> memory.mappings() == 2 && memory.space(1).pageTableLock().isLocked());
            parent.pageTableLock().unlock(machine.core);
            machine.await(done::get);
            assertTrue(waits);
        }
    }

    // ---- exit

    @Test
    void anExitTellsNoTlbAnythingAndLeavesNothingBehind() {
        Kernel kernel = new Kernel(Flushes.BATCHED);
        try (SmallMachine machine = SmallMachine.withPrivateMemory(kernel, 1, 6, 12)) {
            AddressSpace parent = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(parent, 4, 1);
            for (int round = 0; round < 10; round++) { // were a slot or a frame lost, none would be left
                AddressSpace child = kernel.fork(task, parent);
                machine.writePrivate(child, 6, 2);
                assertEquals(10, machine.framesInUse());
                kernel.madvisePageout(task, child, SmallMachine.PRIVATE_PAGE, 2);
                assertCosts(Counted.NOTHING, machine, () -> kernel.exit(task, child));
                assertEquals(4, machine.framesInUse());
                assertEquals(1, parent.vma().memory.mappings());
                assertNull(machine.machine.translationTable(child.asid()));
                assertEquals("segmentation fault: nothing is mapped at 0x8000000 of address space " + child.asid(),
                    assertThrows(SegmentationFault.class, () -> kernel.handlePageFault(machine.core, child.asid(),
                        SmallMachine.privateVa(0), false)).getMessage());
                assertFalse(child.mmapLock().isLocked());
                assertFalse(child.pageTableLock().isLocked());
            }
            for (int page = 0; page < 4; page++) {
                assertEquals(1, SmallMachine.folio(parent, page).references());
                assertEquals(1, SmallMachine.folio(parent, page).mapCount());
            }
            machine.writePrivate(parent, 6, 3);
        }
    }

    @Test
    void anExitServesItsPort() {
        try (SmallMachine machine = machine(1, 1)) {
            Task task = machine.task(machine.core);
            AddressSpace child = machine.kernel.fork(task, machine.mm());
            machine.core.tlbi(Tlbi.vmalle1is());
            assertEquals(1, machine.counted(() -> machine.kernel.exit(task, child)).served());
        }
    }

    @Test
    void anExitWaitsForTheMmapLockForThePageTablesLockAndForTheListOfPlaces() {
        try (SmallMachine machine = machine(2, 1)) {
            AddressSpace parent = machine.mm();
            for (int what = 0; what < 3; what++) {
                AddressSpace child = machine.kernel.fork(machine.task(machine.core), parent);
                SpinLock lock = what == 0 ? child.mmapLock() : child.pageTableLock();
                if (what == 2) {
                    parent.vma().memory.lockMappings(machine.core);
                } else {
                    lock.lock(machine.core);
                }
                AtomicBoolean done = new AtomicBoolean();
                boolean waits = machine.holdsUp(1, done, on -> machine.kernel.exit(machine.task(on), child));
                if (what == 2) {
                    parent.vma().memory.unlockMappings(machine.core);
                } else {
                    lock.unlock(machine.core);
                }
                machine.await(done::get);
                assertTrue(waits);
            }
        }
    }

    @Test
    void aPageOfAParentThatIsGoneIsTheChildsAlone() {
        try (SmallMachine machine = machine(1, 1)) {
            Task task = machine.task(machine.core);
            AddressSpace child = machine.kernel.fork(task, machine.mm());
            machine.writePrivate(child, 1, 1);
            AddressSpace grandchild = machine.kernel.fork(task, child);
            machine.kernel.exit(task, child);
            assertEquals(1, SmallMachine.folio(grandchild, 0).references());
            assertCosts(Counted.NOTHING, machine, () -> store(machine, grandchild, 0, 2));
            assertEquals(1, machine.framesInUse());
            assertTrue(machine.kernel.movePage(task, grandchild, SmallMachine.PRIVATE_PAGE));
            assertEquals(2, load(machine, grandchild, 0));
        }
    }

    // ---- identifiers

    @Test
    void aForkWithoutAnIdentifierLeftSaysSo() {
        Kernel kernel = Kernel.forTorture(Flushes.SYNC, KernelFault.NONE, 2);
        try (SmallMachine machine = SmallMachine.withPrivateMemory(kernel, 1, 1, 4)) {
            Task task = machine.task(machine.core);
            AddressSpace child = kernel.fork(task, machine.mm());
            for (int attempt = 0; attempt < 2; attempt++) {
                assertEquals("more than 2 address spaces",
                    assertThrows(IllegalStateException.class, () -> kernel.fork(task, machine.mm())).getMessage());
            }
            kernel.exit(task, child);
            assertEquals(child.asid(), kernel.fork(task, machine.mm()).asid());
        }
    }

    @Test
    void anIdentifierIsUsedAgainOnlyAfterEveryTlbWasEmptied() {
        Kernel kernel = Kernel.forTorture(Flushes.SYNC, KernelFault.NONE, 2);
        SmallMachine machine = SmallMachine.withPrivateMemory(kernel, 2, 1, 4);
        try (machine) {
            Task task = machine.task(machine.core);
            AddressSpace child = kernel.fork(task, machine.mm());
            store(machine, child, 0, 1);
            byte[] read = new byte[2];
            machine.await(
                machine.once(1, on -> read[0] = on.load(child.asid(), SmallMachine.privateVa(0)))::get);
            kernel.exit(task, child);
            // One flush of everything, and the one of the parent that every fork has.
            AddressSpace[] next = new AddressSpace[1];
            assertCosts(new Counted(2, 0, 2, 2), machine, () -> next[0] = kernel.fork(task, machine.mm()));
            assertEquals(child.asid(), next[0].asid());
            machine.await(
                machine.once(1, on -> read[1] = on.load(next[0].asid(), SmallMachine.privateVa(0)))::get);
            assertArrayEquals(new byte[] {1, 0}, read);
        }
        assertEquals(0, machine.machine.counts().staleUses());
    }

    @Test
    void aKernelForTortureHasAtLeastOneIdentifierAndNoMoreThanThereAre() {
        for (int most : new int[] {-1, 0, 65_536}) {
            assertEquals(most + " address space identifiers: 1..65535",
                assertThrows(IllegalArgumentException.class,
                    () -> Kernel.forTorture(Flushes.SYNC, KernelFault.NONE, most)).getMessage());
        }
        assertEquals(1, Kernel.forTorture(Flushes.SYNC, KernelFault.NONE, 1).newAddressSpace(1).asid());
        assertEquals(1,
            Kernel.forTorture(Flushes.SYNC, KernelFault.NONE, 65_535).newAddressSpace(1).asid());
    }
}
