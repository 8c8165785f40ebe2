package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import dev.salvo.workloads.kernel.arm64.Arm64Tlb;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The order of unmapping, flushing, writing out and freeing: mm/vmscan.c's, and what would be lost in another. */
@Timeout(900)
class VmscanOrderTest {
    /** Looks around at every call. */
    private static final class Recording extends Arm64Tlb {
        /** How many frames each flush let go. */
        final List<Integer> flushes = new ArrayList<>();
        /** Pages that were dirty and not yet written out when their flush came. */
        final List<Integer> dirtyAtFlush = new ArrayList<>();
        final AtomicBoolean flushing = new AtomicBoolean();
        SmallMachine machine;
        int unmapped = -1;

        @Override
        public void archTlbbatchAddPending(Task task, AddressSpace mm, long page) {
            unmapped = (int) (page - SmallMachine.FIRST_PAGE);
            assertTrue(machine.memory.folio(unmapped).lock.isLocked(), "the folio is locked");
            assertTrue(mm.pageTableLock().isLocked(), "so is the page table");
            assertFalse(Pte.isValid(SmallMachine.pte(mm, unmapped)), "the entry is gone before its TLBI is sent");
            super.archTlbbatchAddPending(task, mm, page);
        }

        @Override
        public void archTlbbatchFlush(Task task) {
            PhysicalMemory memory = machine.machine.memory();
            for (int i = 0; i < task.freeCount; i++) {
                assertEquals(1, memory.generation(task.freeFrames[i]) & 1, "no frame is free before its flush");
            }
            Folio folio = machine.memory.folio(unmapped);
            if (folio.lock.isLocked()) {
                assertTrue(folio.dirty && !folio.swapped, "a dirty page is flushed before it is written out");
                dirtyAtFlush.add(unmapped);
            }
            flushes.add(task.freeCount);
            flushing.set(true);
            super.archTlbbatchFlush(task);
            flushing.set(false);
        }
    }

    private final Recording arch = new Recording();

    private SmallMachine machine(InterconnectKind kind, int cores, int pages) {
        arch.machine = new SmallMachine(Flushes.deferring(arch), kind, cores, pages, 1);
        return arch.machine;
    }

    @Test
    void cleanEntriesAreFlushedWhenTheFreeListIsFullAndAtTheEnd() {
        try (SmallMachine machine = machine(InterconnectKind.RING, 2, 70)) {
            machine.readAll();
            assertEquals(70, machine.pageOutAll(machine.task(machine.core)));
            assertEquals(List.of(31, 31, 8), arch.flushes);
            assertEquals(List.of(), arch.dirtyAtFlush);
        }
    }

    @Test
    void afterTheListNothingIsLeftWaiting() {
        try (SmallMachine machine = machine(InterconnectKind.RING, 2, 5)) {
            machine.readAll();
            Task task = machine.task(machine.core);
            int[] frames = new int[5];
            for (int page = 0; page < 5; page++) {
                frames[page] = machine.memory.folio(page).frame;
            }
            assertEquals(5, machine.pageOutAll(task));
            assertEquals(List.of(5), arch.flushes);
            assertEquals(0, task.freeCount);
            assertFalse(task.unmapBatch().flushRequired);
            for (int frame : frames) {
                assertEquals(0, machine.machine.memory().generation(frame) & 1, "free");
            }
        }
    }

    @Test
    void dirtyEntriesAreFlushedPageByPageBeforeTheirPagesAreWrittenOut() {
        try (SmallMachine machine = machine(InterconnectKind.RING, 2, 3)) {
            machine.writeAll(1);
            assertEquals(3, machine.pageOutAll(machine.task(machine.core)));
            assertEquals(List.of(0, 1, 2), arch.dirtyAtFlush);
            // Each flush came while the pages before it waited in the free list; at the end none was needed.
            assertEquals(List.of(0, 1, 2), arch.flushes);
        }
    }

    @Test
    void aDirtyPageWithACleanEntryIsWrittenOutWithoutAFlush() {
        try (SmallMachine machine = machine(InterconnectKind.RING, 2, 3)) {
            Task task = machine.task(machine.core);
            machine.writeAll(1);
            machine.pageOutAll(task);
            arch.flushes.clear();
            arch.dirtyAtFlush.clear();
            machine.readAll();
            for (int page = 0; page < 3; page++) {
                assertTrue(machine.memory.folio(page).dirty, "its slot was freed when it came in");
            }
            assertEquals(3, machine.pageOutAll(task));
            assertEquals(List.of(), arch.dirtyAtFlush);
            assertEquals(List.of(3), arch.flushes);
            assertTrue(machine.memory.folio(0).swapped);
        }
    }

    @Test
    void aCleanPageIsDroppedWithoutBeingWrittenAndComesBackEmpty() {
        try (SmallMachine machine = machine(InterconnectKind.RING, 2, 1)) {
            machine.readAll();
            assertEquals(1, machine.pageOutAll(machine.task(machine.core)));
            assertFalse(machine.memory.folio(0).swapped);
            assertEquals(0, machine.core.load(machine.mm().asid(), SmallMachine.va(0)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatACoreWritesThroughADirtyEntryUntilItAcknowledgesIsWrittenOut(InterconnectKind kind) {
        try (SmallMachine machine = machine(kind, 2, 1)) {
            int asid = machine.mm().asid();
            AtomicBoolean dirty = new AtomicBoolean();
            machine.once(1, on -> {
                machine.mm().switchMm(on);
                on.store(asid, SmallMachine.va(0), (byte) 1);
                dirty.set(true);
                SmallMachine.awaitDeaf(arch.flushing::get);
                on.store(asid, SmallMachine.va(0), (byte) 2); // lawful: it has not been told yet
            });
            machine.await(dirty::get);
            assertEquals(1, machine.pageOutAll(machine.task(machine.core)));
            assertEquals(2, machine.core.load(asid, SmallMachine.va(0)));
            assertEquals(0, machine.machine.counts().staleUses());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatACoreReadsUntilItAcknowledgesIsStillThePage(InterconnectKind kind) {
        SmallMachine machine = machine(kind, 2, 1);
        byte[] read = new byte[1];
        try (machine) {
            int asid = machine.mm().asid();
            Task task = machine.task(machine.core);
            machine.writeAll(7);
            machine.pageOutAll(task);
            AtomicBoolean loaded = new AtomicBoolean();
            AtomicBoolean done = machine.once(1, on -> {
                machine.mm().switchMm(on);
                on.load(asid, SmallMachine.va(0));
                loaded.set(true);
                SmallMachine.awaitDeaf(arch.flushing::get);
                read[0] = on.load(asid, SmallMachine.va(0));
            });
            machine.await(loaded::get);
            assertEquals(1, machine.pageOutAll(task));
            machine.await(done::get);
        }
        assertEquals(7, read[0]);
        assertEquals(0, machine.machine.counts().staleUses());
    }

    @Test
    void aPageThatSomebodyHasLockedIsPassedOverAndStaysAsItWas() {
        try (SmallMachine machine = machine(InterconnectKind.RING, 2, 3)) {
            machine.writeAll(5);
            Folio folio = machine.memory.folio(1);
            int frame = folio.frame;
            folio.lock.lock(machine.core);
            assertEquals(2, machine.pageOutAll(machine.task(machine.core)));
            folio.lock.unlock(machine.core);
            assertEquals(frame, folio.frame);
            assertEquals(1, folio.mapCount());
            assertTrue(machine.isMapped(1));
            assertFalse(machine.isMapped(0));
            assertEquals(5, machine.core.load(machine.mm().asid(), SmallMachine.va(1)));
        }
    }

    @Test
    void aTaskCountsWhatItHasPagedOut() {
        try (SmallMachine machine = machine(InterconnectKind.RING, 1, 40)) {
            Task task = machine.task(machine.core);
            machine.readAll();
            machine.pageOutAll(task);
            machine.readAll();
            machine.kernel.vmscan().reclaimPages(task, machine.memory, 10, 5);
            assertEquals(45, task.reclaimed());
            assertFalse(machine.isMapped(14));
            assertTrue(machine.isMapped(15));
        }
    }
}
