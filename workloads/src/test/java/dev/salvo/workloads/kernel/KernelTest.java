package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.Core;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.memory.Pte;
import dev.salvo.workloads.kernel.arm64.Arm64Tlb;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Page faults. */
@Timeout(900)
class KernelTest {
    private static SmallMachine machine(int cores, int pages) {
        return new SmallMachine(Flushes.BATCHED, cores, pages);
    }

    @Test
    void aLoadMapsItsPageCleanAndAStoreMapsItDirty() {
        try (SmallMachine machine = machine(1, 2)) {
            machine.core.load(machine.mm().asid(), SmallMachine.va(0));
            machine.core.store(machine.mm().asid(), SmallMachine.va(1), (byte) 1);
            assertFalse(Pte.isDirty(SmallMachine.pte(machine.mm(), 0)));
            assertTrue(Pte.isWritable(SmallMachine.pte(machine.mm(), 0)));
            assertTrue(Pte.isDirty(SmallMachine.pte(machine.mm(), 1)));
            assertFalse(machine.memory.folio(1).dirty, "that is known when the entry is taken away");
        }
    }

    @Test
    void memoryThatWasNeverTouchedIsZeroEvenInAUsedFrame() {
        Kernel kernel = new Kernel(Flushes.SYNC);
        MachineSpec spec = MachineSpec.of(1).frames(id -> 1);
        try (SmallMachine machine = new SmallMachine(kernel, spec, 2, 1)) {
            Task task = machine.task(machine.core);
            machine.core.store(machine.mm().asid(), SmallMachine.va(0) + 77, (byte) 1);
            machine.pageOutAll(task);
            assertEquals(0, machine.core.load(machine.mm().asid(), SmallMachine.va(1) + 77));
            machine.pageOutAll(task);
            assertEquals(1, machine.core.load(machine.mm().asid(), SmallMachine.va(0) + 77));
        }
    }

    @Test
    void coresThatFaultOnOnePageTogetherMapItOnce() {
        int cores = 4;
        try (SmallMachine machine = machine(cores, 64)) {
            List<AtomicBoolean> done = new ArrayList<>();
            for (int id = 1; id < cores; id++) {
                done.add(machine.once(id, on -> {
                    for (int page = 0; page < 64; page++) {
                        on.load(machine.mm().asid(), SmallMachine.va(page));
                        on.serve();
                    }
                }));
            }
            machine.readAll();
            done.forEach(each -> machine.await(each::get));
            for (int page = 0; page < 64; page++) {
                assertEquals(1, machine.memory.folio(page).mapCount());
                assertEquals(Pte.frame(SmallMachine.pte(machine.mm(), page)), machine.memory.folio(page).frame);
            }
        }
    }

    @Test
    void anAccessWhereNothingIsMappedSaysWhere() {
        try (SmallMachine machine = machine(1, 2)) {
            int asid = machine.mm().asid();
            assertEquals("segmentation fault: nothing is mapped at 0x4002000 of address space 1",
                assertThrows(SegmentationFault.class,
                    () -> machine.core.load(asid, SmallMachine.va(2))).getMessage());
            assertEquals("segmentation fault: nothing is mapped at 0x3fff123 of address space 1",
                assertThrows(SegmentationFault.class,
                    () -> machine.core.store(asid, 0x3fff123, (byte) 1)).getMessage());
            for (int unknown : new int[] {0, 2, 40_000, 65_535}) {
                assertEquals("segmentation fault: nothing is mapped at 0x4000000 of address space " + unknown,
                    assertThrows(SegmentationFault.class,
                        () -> machine.core.load(unknown, SmallMachine.va(0))).getMessage());
            }
        }
    }

    @Test
    void aStoreToAnEntryThatSomebodyMadeReadOnlyEndsWithAnError() {
        try (SmallMachine machine = machine(1, 1)) {
            int asid = machine.mm().asid();
            machine.core.load(asid, SmallMachine.va(0));
            machine.core.storePte(machine.mm().pageTable(), SmallMachine.FIRST_PAGE,
                Pte.readOnly(machine.memory.folio(0).frame));
            machine.kernel.handlePageFault(machine.core, asid, SmallMachine.va(0), false); // spurious, and harmless
            assertEquals("segmentation fault: a store to 0x4000000 of address space 1, which is mapped read-only",
                assertThrows(SegmentationFault.class,
                    () -> machine.core.store(asid, SmallMachine.va(0), (byte) 1)).getMessage());
            assertEquals(0, machine.core.load(asid, SmallMachine.va(0)));
            assertEquals(1, machine.memory.folio(0).mapCount());
            assertFalse(machine.memory.folio(0).lock.isLocked());
            assertFalse(machine.mm().pageTableLock().isLocked());
        }
    }

    @Test
    void outOfMemorySaysSoAndLeavesNoLockHeld() {
        Kernel kernel = new Kernel(Flushes.SYNC);
        MachineSpec spec = MachineSpec.of(2).frames(id -> id == 1 ? 2 : 0);
        try (SmallMachine machine = new SmallMachine(kernel, spec, 3, 1)) {
            int asid = machine.mm().asid();
            machine.core.load(asid, SmallMachine.va(0));
            machine.core.load(asid, SmallMachine.va(1));
            assertEquals("out of memory: no free frame in any of 2 banks",
                assertThrows(IllegalStateException.class,
                    () -> machine.core.load(asid, SmallMachine.va(2))).getMessage());
            assertFalse(machine.memory.folio(2).lock.isLocked());
            assertFalse(machine.mm().pageTableLock().isLocked());
            // Once there is memory again the same access succeeds.
            assertEquals(1, machine.kernel.vmscan().reclaimPages(machine.task(machine.core), machine.memory, 0, 1));
            assertEquals(0, machine.core.load(asid, SmallMachine.va(2)));
        }
    }

    @Test
    void aReclaimThatFailsInItsFlushLeavesNoLockHeld() {
        ArchTlb failing = new Arm64Tlb() {
            @Override
            public void flushTlbPage(Core core, AddressSpace mm, long page) {
                throw new IllegalStateException("as when a core does not answer");
            }
        };
        try (SmallMachine machine = new SmallMachine(new TlbFlush(failing, Deferral.NEVER), 1, 1)) {
            machine.readAll();
            assertThrows(IllegalStateException.class, () -> machine.pageOutAll(machine.task(machine.core)));
            assertFalse(machine.memory.folio(0).lock.isLocked());
            assertFalse(machine.mm().pageTableLock().isLocked());
        }
    }

    @Test
    void aKernelHasAsManyAddressSpacesAsThereAreIdentifiers() {
        Kernel kernel = new Kernel(Flushes.SYNC);
        for (int asid = 1; asid <= 65_535; asid++) {
            assertEquals(asid, kernel.newAddressSpace(1).asid());
        }
        assertEquals("more than 65535 address spaces",
            assertThrows(IllegalStateException.class, () -> kernel.newAddressSpace(1)).getMessage());
    }

    @Test
    void aTaskFreesAtLeastOnePageAtATime() {
        try (SmallMachine machine = machine(1, 1)) {
            for (int batch : new int[] {0, -1}) {
                assertEquals("batch " + batch + ": must be at least 1 page",
                    assertThrows(IllegalArgumentException.class, () -> machine.kernel.newTask(machine.core, batch)).getMessage());
            }
        }
    }

    /**
     * Four cores write and read the memory that two of them page out. Each has a byte of every page to itself, and must
     * always find there what it wrote last.
     */
    @ParameterizedTest
    @EnumSource
    void noStoreIsLostWhileItsPageIsPagedOutAndIn(InterconnectKind kind) {
        int pages = 12;
        int rounds = 40;
        int cores = 4;
        for (TlbFlush flush : new TlbFlush[] {Flushes.SYNC, Flushes.BATCHED}) {
            SmallMachine machine = new SmallMachine(flush, kind, cores, pages, 2);
            try (machine) {
                List<AtomicBoolean> done = new ArrayList<>();
                for (int id = 1; id < cores; id++) {
                    done.add(machine.once(id, on -> storeAndCheck(machine, on, rounds)));
                }
                storeAndCheck(machine, machine.core, rounds);
                done.forEach(each -> machine.await(each::get));
            }
            assertEquals(0, machine.machine.counts().staleUses());
        }
    }

    private static void storeAndCheck(SmallMachine machine, Core core, int rounds) {
        Task task = machine.kernel.newTask(core, 7);
        AddressSpace mm = machine.processes.get(core.id() % 2); // two processes, so two entries for each page
        mm.switchMm(core);
        int pages = machine.memory.pages();
        byte[] last = new byte[pages];
        for (int round = 0; round < rounds; round++) {
            for (int page = 0; page < pages; page++) {
                long mine = SmallMachine.va(page) + core.id();
                byte found = core.load(mm.asid(), mine);
                if (found != last[page]) {
                    throw new IllegalStateException("core " + core.id() + " wrote " + last[page] + " to page " + page
                        + " and found " + found);
                }
                if ((page + round + core.id()) % 3 != 0) {
                    core.store(mm.asid(), mine, ++last[page]);
                }
                core.serve();
            }
            if (core.id() < 2) {
                machine.kernel.vmscan().reclaimPages(task, machine.memory, round % 3, pages - 3);
            }
            core.giveUpCpu();
        }
    }
}
