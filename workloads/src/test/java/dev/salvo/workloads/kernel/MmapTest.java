package dev.salvo.workloads.kernel;

import static dev.salvo.workloads.kernel.Counted.assertCosts;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** mmap and munmap of private memory, and the gather between taking entries away and letting their pages go. */
@Timeout(900)
class MmapTest {
    private static final long FIRST = SmallMachine.PRIVATE_PAGE;

    private static SmallMachine machine(int cores, int pages) {
        return SmallMachine.withPrivateMemory(Flushes.BATCHED, cores, pages);
    }

    /** Reclaim up to the point where it has sent the TLBI, and not waited. */
    static void deferUnmapping(SmallMachine machine, Task task, Folio folio) {
        folio.lock.lock(task.core());
        machine.kernel.rmap().tryToUnmap(task, folio, true);
        folio.lock.unlock(task.core());
    }

    @Test
    void anUnmappedPageIsGoneAndOneThatIsMappedAgainIsZero() {
        try (SmallMachine machine = machine(1, 4)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 4, 7);
            machine.kernel.munmap(task, mm, FIRST + 1, 2);
            assertEquals(2, machine.framesInUse());
            for (int page = 1; page <= 2; page++) {
                long va = SmallMachine.privateVa(page);
                assertThrows(SegmentationFault.class, () -> machine.core.load(mm.asid(), va));
                assertEquals(0, SmallMachine.privatePte(mm, page));
                assertNull(SmallMachine.folio(mm, page));
            }
            machine.kernel.mmap(task, mm, FIRST + 1, 2);
            byte[] found = new byte[4];
            for (int page = 0; page < 4; page++) {
                found[page] = machine.core.load(mm.asid(), SmallMachine.privateVa(page));
            }
            assertArrayEquals(new byte[] {7, 0, 0, 7}, found);
            assertEquals(0, machine.core.counts().staleUses(), "though the frames came back at once");
        }
    }

    @Test
    void aNeighbourOfWhatIsMappedAgainStaysUnmapped() {
        try (SmallMachine machine = machine(1, 4)) {
            Task task = machine.task(machine.core);
            machine.kernel.munmap(task, machine.mm(), FIRST, 4);
            machine.kernel.mmap(task, machine.mm(), FIRST + 1, 2);
            assertArrayEquals(new byte[] {Vma.UNMAPPED, Vma.READ_WRITE, Vma.READ_WRITE, Vma.UNMAPPED},
                machine.mm().vma().protection);
            assertFalse(machine.mm().mmapLock().isLocked());
        }
    }

    @Test
    void mappingWhatIsMappedChangesNothing() {
        try (SmallMachine machine = machine(1, 2)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 2, 7);
            machine.kernel.mprotect(task, mm, FIRST, 1, false);
            assertCosts(Counted.NOTHING, machine, () -> machine.kernel.mmap(task, mm, FIRST, 2));
            assertArrayEquals(new byte[] {Vma.READ, Vma.READ_WRITE}, mm.vma().protection);
            assertEquals(7, machine.core.load(mm.asid(), SmallMachine.privateVa(0)));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "8, 8", "511, 511", "512, 1", "600, 1"})
    void munmapSendsOneTlbiPerPageUpTo511AndWaitsOnce(int pages, int tlbis) {
        try (SmallMachine machine = machine(2, pages)) {
            machine.writePrivate(machine.mm(), pages, 1);
            assertCosts(Counted.broadcast(tlbis), machine,
                () -> machine.kernel.munmap(machine.task(machine.core), machine.mm(), FIRST, pages));
            assertEquals(0, machine.framesInUse());
        }
    }

    @Test
    void munmapFlushesFromTheFirstPageThatWasMappedToTheLast() {
        try (SmallMachine machine = machine(2, 10)) {
            machine.writePrivate(machine.mm(), 1, 1);
            for (int page : new int[] {3, 6}) {
                machine.core.store(machine.mm().asid(), SmallMachine.privateVa(page), (byte) 1);
            }
            assertCosts(Counted.broadcast(4), machine,
                () -> machine.kernel.munmap(machine.task(machine.core), machine.mm(), FIRST + 1, 9));
        }
    }

    @Test
    void munmapOfWhatWasNeverTouchedOrIsSwappedOutFlushesNothing() {
        Kernel kernel = new Kernel(Flushes.SYNC);
        try (SmallMachine machine = SmallMachine.withPrivateMemory(kernel, 2, 4, 4)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            assertCosts(Counted.NOTHING, machine, () -> kernel.munmap(task, mm, FIRST, 4));
            for (int round = 0; round < 3; round++) { // and their swap slots come back
                kernel.mmap(task, mm, FIRST, 4);
                machine.writePrivate(mm, 4, 1);
                assertEquals(4, kernel.madvisePageout(task, mm, FIRST, 4));
                assertCosts(Counted.NOTHING, machine, () -> kernel.munmap(task, mm, FIRST, 4));
                assertEquals(0, machine.framesInUse());
            }
        }
    }

    @Test
    void munmapFlushesWhatReclaimHasDeferred() {
        try (SmallMachine machine = machine(2, 3)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 3, 1);
            deferUnmapping(machine, task, SmallMachine.folio(mm, 0));
            // The whole address space for what was deferred, then the two pages that are still mapped.
            assertCosts(new Counted(1 + 2, 0, 2, 2), machine, () -> machine.kernel.munmap(task, mm, FIRST, 3));
            machine.kernel.mmap(task, mm, FIRST, 3);
            machine.writePrivate(mm, 1, 1);
            assertCosts(Counted.broadcast(1), machine, () -> machine.kernel.munmap(task, mm, FIRST, 1));
        }
    }

    @Test
    void munmapTakesAPageFromOneProcessAndLeavesItToTheOther() {
        try (SmallMachine machine = machine(1, 1)) {
            AddressSpace parent = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(parent, 1, 9);
            AddressSpace child = machine.kernel.fork(task, parent);
            machine.kernel.munmap(task, parent, FIRST, 1);
            assertEquals(1, machine.framesInUse());
            assertEquals(1, SmallMachine.folio(child, 0).references());
            assertEquals(1, SmallMachine.folio(child, 0).mapCount());
            assertEquals(9, machine.core.load(child.asid(), SmallMachine.privateVa(0)));
            machine.kernel.munmap(task, child, FIRST, 1);
            assertEquals(0, machine.framesInUse());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whenMunmapReturnsNoCoreReachesThePages(InterconnectKind kind) {
        MachineSpec spec = MachineSpec.of(2).interconnect(kind).frames(id -> 8);
        SmallMachine machine = new SmallMachine(new Kernel(Flushes.BATCHED), spec, 1, 1, 3, 3);
        try (machine) {
            AddressSpace mm = machine.mm();
            machine.await(machine.once(1, on -> {
                for (int page = 0; page < 3; page++) {
                    on.store(mm.asid(), SmallMachine.privateVa(page), (byte) 1);
                }
            })::get);
            machine.kernel.munmap(machine.task(machine.core), mm, FIRST, 3);
            machine.await(machine.once(1, on -> {
                for (int page = 0; page < 3; page++) {
                    long va = SmallMachine.privateVa(page);
                    assertThrows(SegmentationFault.class, () -> on.load(mm.asid(), va));
                }
            })::get);
        }
        assertEquals(0, machine.machine.counts().staleUses());
    }

    @Test
    void aFolioCountsAsMappedAndItsFrameIsNotFreeUntilTheGatherHasFlushed() {
        FlushWatcher arch = new FlushWatcher();
        try (SmallMachine machine = SmallMachine.withPrivateMemory(Flushes.deferring(arch), 1, 2)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 2, 1);
            Folio folio = SmallMachine.folio(mm, 1);
            arch.atFlushOfARange = () -> {
                assertEquals(0, SmallMachine.privatePte(mm, 1));
                assertEquals(1, folio.mapCount());
                assertEquals(1, folio.references());
                assertEquals(2, machine.framesInUse());
                assertTrue(mm.mmapLock().isLocked());
                assertFalse(mm.pageTableLock().isLocked());
            };
            machine.kernel.munmap(machine.task(machine.core), mm, FIRST, 2);
            assertEquals(1, arch.flushesOfARange);
            assertEquals(0, folio.mapCount());
            assertEquals(0, folio.references());
            assertEquals(0, machine.framesInUse());
            assertFalse(mm.mmapLock().isLocked());
        }
    }

    @Test
    void whatWasDeferredIsFlushedUnderThePageTablesLockBeforeAnyEntryGoes() {
        FlushWatcher arch = new FlushWatcher();
        try (SmallMachine machine = SmallMachine.withPrivateMemory(Flushes.deferring(arch), 1, 2)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 2, 1);
            deferUnmapping(machine, task, SmallMachine.folio(mm, 0));
            arch.atFlushOfAnMm = () -> {
                assertTrue(mm.mmapLock().isLocked());
                assertTrue(mm.pageTableLock().isLocked());
                assertTrue(Pte.isValid(SmallMachine.privatePte(mm, 1)));
            };
            machine.kernel.munmap(task, mm, FIRST, 2);
            assertEquals(1, arch.flushesOfAnMm);
            assertFalse(mm.pageTableLock().isLocked());
        }
    }

    @Test
    void munmapServesItsPortForEveryPage() {
        try (SmallMachine machine = machine(1, 2)) {
            machine.core.tlbi(Tlbi.vmalle1is());
            assertEquals(1, machine.counted(
                () -> machine.kernel.munmap(machine.task(machine.core), machine.mm(), FIRST, 2)).served());
        }
    }

    @Test
    void mmapAndMunmapWaitForTheMmapLock() {
        try (SmallMachine machine = machine(2, 2)) {
            AddressSpace mm = machine.mm();
            machine.kernel.munmap(machine.task(machine.core), mm, FIRST, 1);
            for (boolean map : new boolean[] {true, false}) {
                mm.mmapLock().lock(machine.core);
                AtomicBoolean done = new AtomicBoolean();
                boolean waits = machine.holdsUp(1, done, on -> {
                    Task task = machine.task(on);
                    if (map) {
                        machine.kernel.mmap(task, mm, FIRST, 1);
                    } else {
                        machine.kernel.munmap(task, mm, FIRST, 1);
                    }
                });
                mm.mmapLock().unlock(machine.core);
                machine.await(done::get);
                assertTrue(waits);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-1|1|1 pages from 0x7fff", "0|0|0 pages from 0x8000", "4|1|1 pages from 0x8004", "0|5|5 pages from 0x8000",
        "3|2|2 pages from 0x8003", "-1|5|5 pages from 0x7fff"})
    void aRangeThatIsNotWithinThePrivateMemoryIsRefusedByEveryCall(int first, int count, String named) {
        try (SmallMachine machine = machine(1, 4)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 4, 1);
            Kernel kernel = machine.kernel;
            Runnable[] calls = {
                () -> kernel.mmap(task, mm, FIRST + first, count),
                () -> kernel.munmap(task, mm, FIRST + first, count),
                () -> kernel.mprotect(task, mm, FIRST + first, count, false),
                () -> kernel.madvisePageout(task, mm, FIRST + first, count)
            };
            for (Runnable call : calls) {
                assertEquals(named + ": this memory is 4 pages from 0x8000",
                    assertThrows(IllegalArgumentException.class, call::run).getMessage());
                assertFalse(mm.mmapLock().isLocked());
                assertFalse(mm.pageTableLock().isLocked());
            }
            assertEquals(4, machine.framesInUse());
            assertArrayEquals(new byte[] {2, 2, 2, 2}, mm.vma().protection);
        }
    }

    @Test
    void aRangeMayEndWithThePrivateMemory() {
        try (SmallMachine machine = machine(1, 4)) {
            machine.kernel.munmap(machine.task(machine.core), machine.mm(), FIRST + 3, 1);
            machine.kernel.munmap(machine.task(machine.core), machine.mm(), FIRST, 4);
            assertTrue(machine.mm().vma().holds(FIRST));
            assertTrue(machine.mm().vma().holds(FIRST + 3));
            assertFalse(machine.mm().vma().holds(FIRST - 1));
            assertFalse(machine.mm().vma().holds(FIRST + 4));
        }
    }

    @Test
    void inTheControlACoreFlushesItsOwnTlbOnly() {
        Kernel kernel = Kernel.control(Deferral.ALWAYS);
        try (SmallMachine machine = SmallMachine.withPrivateMemory(kernel, 2, 4, 8)) {
            Task task = machine.task(machine.core);
            machine.writePrivate(machine.mm(), 4, 1);
            assertCosts(new Counted(0, 3, 0, 0), machine, () -> {
                kernel.mprotect(task, machine.mm(), FIRST, 4, false);
                kernel.fork(task, machine.mm());
                kernel.munmap(task, machine.mm(), FIRST, 4);
            });
        }
    }
}
