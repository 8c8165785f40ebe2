package dev.salvo.workloads.kernel;

import static dev.salvo.workloads.kernel.Counted.assertCosts;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

@Timeout(900)
class MprotectTest {
    private static final long FIRST = SmallMachine.PRIVATE_PAGE;

    private static SmallMachine machine(int cores, int pages) {
        return SmallMachine.withPrivateMemory(Flushes.BATCHED, cores, pages);
    }

    @ParameterizedTest
    @EnumSource
    void mprotectTakesAWritableEntryOutOfEveryTlbBeforeItReturns(InterconnectKind kind) {
        MachineSpec spec = MachineSpec.of(3).interconnect(kind).frames(id -> 8);
        try (SmallMachine machine = new SmallMachine(new Kernel(Flushes.BATCHED), spec, 1, 1, 2, 2)) {
            AddressSpace mm = machine.mm();
            for (int id = 1; id < 3; id++) {
                machine.await(machine.once(id, on -> {
                    on.store(mm.asid(), SmallMachine.privateVa(0), (byte) 1);
                    on.store(mm.asid(), SmallMachine.privateVa(1), (byte) 1);
                })::get);
            }
            machine.kernel.mprotect(machine.task(machine.core), mm, FIRST, 2, false);
            for (int id = 1; id < 3; id++) {
                machine.await(machine.once(id, on -> {
                    for (int page = 0; page < 2; page++) {
                        long va = SmallMachine.privateVa(page);
                        assertThrows(SegmentationFault.class, () -> on.store(mm.asid(), va, (byte) 2));
                        assertEquals(1, on.load(mm.asid(), va));
                    }
                })::get);
            }
        }
    }

    @Test
    void mprotectCostsOneTlbiForEachWritablePageAndOneWait() {
        try (SmallMachine machine = machine(2, 6)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 3, 1);
            machine.core.load(mm.asid(), SmallMachine.privateVa(3)); // clean, but a store would need nobody's leave
            assertCosts(Counted.broadcast(4), machine, () -> machine.kernel.mprotect(task, mm, FIRST, 6, false));
            assertCosts(Counted.NOTHING, machine, () -> machine.kernel.mprotect(task, mm, FIRST, 6, false));
            assertCosts(Counted.NOTHING, machine, () -> machine.kernel.mprotect(task, mm, FIRST, 6, true));
        }
    }

    @Test
    void onlyThePagesThatWereAskedForChange() {
        try (SmallMachine machine = machine(2, 4)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 4, 1);
            assertCosts(Counted.broadcast(2), machine, () -> machine.kernel.mprotect(task, mm, FIRST + 1, 2, false));
            boolean[] writable = new boolean[4];
            for (int page = 0; page < 4; page++) {
                writable[page] = Pte.isWritable(SmallMachine.privatePte(mm, page));
            }
            assertArrayEquals(new boolean[] {true, false, false, true}, writable);
            assertArrayEquals(new byte[] {Vma.READ_WRITE, Vma.READ, Vma.READ, Vma.READ_WRITE}, mm.vma().protection);
            machine.kernel.mprotect(task, mm, FIRST + 2, 1, true);
            assertArrayEquals(new byte[] {Vma.READ_WRITE, Vma.READ, Vma.READ_WRITE, Vma.READ_WRITE},
                mm.vma().protection);
        }
    }

    @Test
    void anEntryThatWasWrittenThroughStaysKnownAsDirtyAndTheFrameStaysTheSame() {
        try (SmallMachine machine = machine(1, 2)) {
            AddressSpace mm = machine.mm();
            machine.core.store(mm.asid(), SmallMachine.privateVa(0), (byte) 1);
            machine.core.load(mm.asid(), SmallMachine.privateVa(1));
            machine.kernel.mprotect(machine.task(machine.core), mm, FIRST, 2, false);
            for (int page = 0; page < 2; page++) {
                long pte = SmallMachine.privatePte(mm, page);
                assertEquals(Pte.readOnly(SmallMachine.folio(mm, page).frame), pte & ~Pte.SOFTWARE_DIRTY);
                assertEquals(page == 0, Pte.isDirty(pte));
                assertEquals(1, SmallMachine.folio(mm, page).mapCount());
            }
        }
    }

    @Test
    void mprotectFlushesWhatReclaimHasDeferred() {
        try (SmallMachine machine = machine(2, 2)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 1, 1);
            MmapTest.deferUnmapping(machine, task, SmallMachine.folio(mm, 0));
            assertCosts(Counted.broadcast(1), machine, () -> machine.kernel.mprotect(task, mm, FIRST, 1, false));
            assertCosts(Counted.NOTHING, machine, () -> machine.kernel.mprotect(task, mm, FIRST, 1, false));
        }
    }

    /** The bug that the generations of deferred flushes are there for. */
    @Test
    void aStaleWritableEntryThatReclaimHasLeftDoesNotOutliveMprotect() {
        try (SmallMachine machine = machine(2, 1)) {
            AddressSpace mm = machine.mm();
            machine.await(machine.once(1, on -> on.store(mm.asid(), SmallMachine.privateVa(0), (byte) 1))::get);
            MmapTest.deferUnmapping(machine, machine.task(machine.core), SmallMachine.folio(mm, 0));
            machine.kernel.mprotect(machine.task(machine.core), mm, FIRST, 1, false);
            machine.await(machine.once(1, on -> assertThrows(SegmentationFault.class,
                () -> on.store(mm.asid(), SmallMachine.privateVa(0), (byte) 2)))::get);
        }
    }

    @Test
    void entriesChangeUnderBothLocksAndTheFlushNeedsOnlyTheOuterOne() {
        FlushWatcher arch = new FlushWatcher();
        try (SmallMachine machine = SmallMachine.withPrivateMemory(Flushes.deferring(arch), 1, 2)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 2, 1);
            MmapTest.deferUnmapping(machine, task, SmallMachine.folio(mm, 0));
            arch.atFlushOfAnMm = () -> {
                assertTrue(mm.mmapLock().isLocked());
                assertTrue(mm.pageTableLock().isLocked());
                assertTrue(Pte.isWritable(SmallMachine.privatePte(mm, 1)));
            };
            arch.atFlushOfARange = () -> {
                assertTrue(mm.mmapLock().isLocked());
                assertFalse(mm.pageTableLock().isLocked());
                assertFalse(Pte.isWritable(SmallMachine.privatePte(mm, 1)));
                assertTrue(Pte.isValid(SmallMachine.privatePte(mm, 1)));
            };
            machine.kernel.mprotect(task, mm, FIRST, 2, false);
            assertEquals(1, arch.flushesOfAnMm);
            assertEquals(1, arch.flushesOfARange);
            assertFalse(mm.mmapLock().isLocked());
            assertFalse(mm.pageTableLock().isLocked());
        }
    }

    @Test
    void anUnmappedPageIsRefusedAndNothingHasChanged() {
        try (SmallMachine machine = machine(1, 4)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 4, 1);
            machine.kernel.munmap(task, mm, FIRST + 2, 1);
            assertEquals("mprotect of page 0x8002, which is not mapped", assertThrows(IllegalArgumentException.class,
                () -> machine.kernel.mprotect(task, mm, FIRST, 4, false)).getMessage());
            assertEquals("mprotect of page 0x8002, which is not mapped", assertThrows(IllegalArgumentException.class,
                () -> machine.kernel.mprotect(task, mm, FIRST + 2, 1, true)).getMessage());
            assertArrayEquals(new byte[] {Vma.READ_WRITE, Vma.READ_WRITE, Vma.UNMAPPED, Vma.READ_WRITE},
                mm.vma().protection);
            assertFalse(mm.mmapLock().isLocked());
            machine.core.store(mm.asid(), SmallMachine.privateVa(0), (byte) 2);
        }
    }

    @Test
    void mprotectServesItsPortForEveryPage() {
        try (SmallMachine machine = machine(1, 2)) {
            machine.core.tlbi(Tlbi.vmalle1is());
            assertEquals(1, machine.counted(
                () -> machine.kernel.mprotect(machine.task(machine.core), machine.mm(), FIRST, 2, false)).served());
        }
    }

    @Test
    void mprotectWaitsForTheMmapLockAndForThePageTables() {
        try (SmallMachine machine = machine(2, 2)) {
            AddressSpace mm = machine.mm();
            for (SpinLock lock : new SpinLock[] {mm.mmapLock(), mm.pageTableLock()}) {
                lock.lock(machine.core);
                AtomicBoolean done = new AtomicBoolean();
                boolean waits = machine.holdsUp(1, done,
                    on -> machine.kernel.mprotect(machine.task(on), mm, FIRST, 2, false));
                lock.unlock(machine.core);
                machine.await(done::get);
                assertTrue(waits);
            }
        }
    }
}
