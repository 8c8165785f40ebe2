package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.memory.Pte;
import dev.salvo.workloads.kernel.arm64.Arm64LinuxTlb;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the paths of a version do to memory; what they flush is held against booted kernels elsewhere. */
@Timeout(900)
class VersionedPathsTest {
    private static final long FIRST = SmallMachine.PRIVATE_PAGE;
    private static final int PAGES = 1536;

    private SmallMachine machine;
    private Kernel kernel;
    private Task task;
    private AddressSpace mm;

    private void boot(String version) {
        Linux linux = Linux.of(version);
        kernel = new Kernel(Arm64LinuxTlb.of(linux, new Chip(false, false, Chip.Repeat.NONE, false)), linux);
        machine = new SmallMachine(kernel, MachineSpec.of(1).frames(id -> 2 * PAGES + 16), 8, 1, PAGES, 2 * PAGES);
        task = kernel.newTask(machine.core);
        mm = machine.mm();
    }

    @AfterEach
    void nothingStaleWasUsed() {
        assertEquals(0, machine.core.counts().staleUses());
        machine.close();
    }

    private byte load(int page) {
        return machine.core.load(mm.asid(), SmallMachine.privateVa(page));
    }

    private void store(int page, int value) {
        machine.core.store(mm.asid(), SmallMachine.privateVa(page), (byte) value);
    }

    @Test
    void aPageThatWasOnlyReadIsTheZeroPageAndTakesNoFrame() {
        boot("6.12");
        int used = machine.framesInUse();
        for (int page = 0; page < 8; page++) {
            assertEquals(0, load(page));
        }
        assertEquals(used + 1, machine.framesInUse());
        store(3, 7);
        assertEquals(7, load(3));
        assertEquals(0, load(2));
        assertEquals(used + 2, machine.framesInUse());
        kernel.munmap(task, mm, FIRST, 8);
        assertEquals(used + 1, machine.framesInUse());
        assertEquals(0, SmallMachine.privatePte(mm, 2));
    }

    @Test
    void whatIsNotNeededHoldsZerosWhenItIsTouchedAgain() {
        boot("6.12");
        machine.writePrivate(mm, 4, 7);
        kernel.madviseDontneed(task, mm, FIRST + 1, 2);
        assertEquals(7, load(0));
        assertEquals(0, load(1));
        assertEquals(0, load(2));
        assertEquals(7, load(3));
    }

    /** Fails if an entry takes the knowledge with it that its page was written: reclaim would write nothing out. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSharedPageOutlivesItsDirtyEntryAndThenItsFrame(boolean unmapped) {
        boot("6.12");
        long page = SmallMachine.FIRST_PAGE + 3;
        machine.core.store(mm.asid(), SmallMachine.va(3), (byte) 7);
        if (unmapped) {
            kernel.munmap(task, mm, page, 1);
            kernel.mmap(task, mm, page, 1);
        } else {
            kernel.madviseDontneed(task, mm, page, 1);
        }
        assertEquals(7, machine.core.load(mm.asid(), SmallMachine.va(3)));
        assertEquals(1, kernel.madvisePageout(task, mm, page, 1));
        assertEquals(7, machine.core.load(mm.asid(), SmallMachine.va(3)));
    }

    @Test
    void aFreedPageKeepsWhatIsWrittenAfterwardsAndLosesTheRestWhenItIsReclaimed() {
        boot("7.3");
        machine.writePrivate(mm, 4, 7);
        kernel.madviseFree(task, mm, FIRST, 4);
        assertEquals(7, load(0), "it may be thrown away, and has not been");
        store(1, 8);
        assertEquals(4, kernel.madvisePageout(task, mm, FIRST, 4));
        assertEquals(0, load(0));
        assertEquals(8, load(1));
        assertEquals(0, load(3));
    }

    @Test
    void aPageThatIsMappedForNobodyKeepsItsContents() {
        boot("6.12");
        machine.writePrivate(mm, 2, 7);
        kernel.mprotect(task, mm, FIRST, 2, Protection.NONE);
        assertThrows(SegmentationFault.class, () -> load(0));
        assertThrows(SegmentationFault.class, () -> store(1, 1));
        assertEquals(2, kernel.madvisePageout(task, mm, FIRST, 2), "which is nothing to reclaim");
        kernel.mprotect(task, mm, FIRST, 2, Protection.READ);
        assertEquals(7, load(0));
        assertThrows(SegmentationFault.class, () -> store(0, 1));
        kernel.mprotect(task, mm, FIRST, 2, Protection.READ_WRITE);
        store(0, 9);
        assertEquals(9, load(0));
        assertEquals(7, load(1));
    }

    /** Reclaim may meet such an entry between mprotect's change and its flush: TLBs still hold what it was. */
    @Test
    void whatIsMappedForNobodyCountsAsAccessibleWhileAFlushIsPending() {
        boot("6.1");
        machine.writePrivate(mm, 2, 7);
        kernel.mprotect(task, mm, FIRST, 2, Protection.NONE);
        mm.incTlbFlushPending();
        assertEquals(1, tlbisToUnmap(0));
        mm.decTlbFlushPending();
        assertEquals(0, tlbisToUnmap(1));
        assertFalse(mm.tlbFlushPending());
    }

    private long tlbisToUnmap(int page) {
        Folio folio = SmallMachine.folio(mm, page);
        folio.lock.lock(machine.core);
        try {
            return machine.counted(() -> kernel.rmap().tryToUnmap(task, folio, true)).tlbis();
        } finally {
            folio.lock.unlock(machine.core);
        }
    }

    @Test
    void whatIsMappedForNobodyIsUnmappedAndFreedLikeAnythingElse() {
        boot("6.12");
        int used = machine.framesInUse();
        machine.writePrivate(mm, 2, 7);
        kernel.mprotect(task, mm, FIRST, 2, Protection.NONE);
        kernel.munmap(task, mm, FIRST, 2);
        assertEquals(used, machine.framesInUse());
    }

    @Test
    void aReadOnlyPageThatAForkedChildSharesIsCopiedWhenItMayBeWrittenAgain() {
        boot("6.12");
        machine.writePrivate(mm, 1, 7);
        AddressSpace child = kernel.fork(task, mm);
        kernel.mprotect(task, mm, FIRST, 1, Protection.READ);
        kernel.mprotect(task, mm, FIRST, 1, Protection.READ_WRITE);
        assertFalse(Pte.isWritable(SmallMachine.privatePte(mm, 0)), "else the child would see the store");
        store(0, 8);
        assertEquals(7, machine.core.load(child.asid(), SmallMachine.privateVa(0)));
        assertEquals(8, load(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 600})
    void movedPagesAreFoundWhereTheyWereMovedToAndNoLongerWhereTheyWere(int count) {
        boot("6.12");
        int from = 5;
        int to = 700;
        kernel.munmap(task, mm, FIRST + to, count);
        for (int page = 0; page < count; page++) {
            store(from + page, page % 100);
        }
        kernel.madvisePageout(task, mm, FIRST + from, 1); // one of them is in swap
        kernel.mremap(task, mm, FIRST + from, count, FIRST + to);
        for (int page = 0; page < count; page++) {
            assertEquals(page % 100, load(to + page));
        }
        assertThrows(SegmentationFault.class, () -> load(from));
        assertEquals(count, kernel.madvisePageout(task, mm, FIRST + to, count), "reclaim finds them by their new address");
        assertEquals((count - 1) % 100, load(to + count - 1));
    }

    @Test
    void aWholeTableIsMovedAsOne() {
        boot("6.12");
        kernel.munmap(task, mm, FIRST + 1024, 512);
        for (int page = 0; page < 512; page++) {
            store(page, page % 100);
        }
        kernel.mremap(task, mm, FIRST, 512, FIRST + 1024);
        assertFalse(mm.pageTable().hasTable(FIRST));
        for (int page = 0; page < 512; page++) {
            assertEquals(page % 100, load(1024 + page));
        }
        assertThrows(SegmentationFault.class, () -> load(0));
    }

    @Test
    void whatCannotBeMovedIsRefusedInALineAndNothingIsHeld() {
        boot("6.12");
        assertEquals("mremap of page 0x8000 to 0x8004: accepted is one that is mapped, to where none is",
            assertThrows(IllegalArgumentException.class, () -> kernel.mremap(task, mm, FIRST, 2, FIRST + 4)).getMessage());
        kernel.munmap(task, mm, FIRST + 4, 2);
        machine.writePrivate(mm, 2, 1);
        kernel.fork(task, mm);
        assertEquals("mremap of memory that 2 processes share: accepted is one's own",
            assertThrows(IllegalArgumentException.class, () -> kernel.mremap(task, mm, FIRST, 2, FIRST + 4)).getMessage());
        assertFalse(mm.mmapLock().isLocked());
    }

    @Test
    void migratedPagesKeepTheirContents() {
        boot("6.12");
        for (int page = 0; page < 600; page++) {
            store(page, page % 100);
        }
        int frame = SmallMachine.folio(mm, 0).frame;
        assertEquals(600, kernel.movePages(task, mm, FIRST, 700), "the others are not there");
        assertTrue(SmallMachine.folio(mm, 0).frame != frame);
        for (int page = 0; page < 600; page++) {
            assertEquals(page % 100, load(page));
        }
    }

    @Test
    void tablesAreFreedBetweenNeighboursOnly() {
        boot("6.12");
        machine.writePrivate(mm, PAGES, 1);
        kernel.munmap(task, mm, FIRST + 10, 1010);
        assertTrue(mm.pageTable().hasTable(FIRST), "pages 0 to 9 need it");
        assertTrue(mm.pageTable().hasTable(FIRST + 512), "pages 1020 to 1023 need it");
        kernel.munmap(task, mm, FIRST + 1020, 4);
        assertFalse(mm.pageTable().hasTable(FIRST + 512));
        assertTrue(mm.pageTable().hasTable(FIRST + 1024));
        kernel.munmap(task, mm, FIRST, 10);
        assertFalse(mm.pageTable().hasTable(FIRST));
        kernel.mmap(task, mm, FIRST + 512, 1);
        assertEquals(0, load(512));
    }

    @Test
    void sharedMemoryIsUnmappedAndMappedAgainAndKeepsItsPages() {
        boot("6.12");
        machine.writeAll(7);
        kernel.munmap(task, mm, SmallMachine.FIRST_PAGE + 1, 2);
        assertThrows(SegmentationFault.class, () -> machine.core.load(mm.asid(), SmallMachine.va(1)));
        assertThrows(IllegalArgumentException.class,
            () -> kernel.mprotect(task, mm, SmallMachine.FIRST_PAGE, 2, Protection.READ));
        assertEquals(7, machine.core.load(mm.asid(), SmallMachine.va(3)));
        kernel.mmap(task, mm, SmallMachine.FIRST_PAGE, 4);
        assertEquals(7, machine.core.load(mm.asid(), SmallMachine.va(1)));
        kernel.mprotect(task, mm, SmallMachine.FIRST_PAGE, 1, Protection.NONE);
        assertThrows(SegmentationFault.class, () -> machine.core.load(mm.asid(), SmallMachine.va(0)));
    }

    /** A page that was read since swap-in, by version: clean in 6.12, dirty where its folio is. */
    @Test
    void aSharedPageOfADirtyFolioIsMappedDirtySince616() {
        for (String version : new String[] {"6.12", "6.16"}) {
            boot(version);
            machine.writeAll(7);
            assertEquals(8, kernel.madvisePageout(task, mm, SmallMachine.FIRST_PAGE, 8));
            machine.readAll();
            assertEquals(version.equals("6.16"), Pte.isDirty(SmallMachine.pte(mm, 0)));
            if (version.equals("6.12")) {
                nothingStaleWasUsed();
            }
        }
    }

    @Test
    void aColdPageIsYoungAgainWhenItIsTouched() {
        boot("6.12");
        machine.writePrivate(mm, 1, 7);
        kernel.madviseCold(task, mm, FIRST, 1);
        assertFalse(Pte.isYoung(SmallMachine.privatePte(mm, 0)));
        assertEquals(7, load(0));
        assertTrue(Pte.isYoung(SmallMachine.privatePte(mm, 0)));
        assertTrue(Pte.isDirty(SmallMachine.privatePte(mm, 0)), "as it was");
    }
}
