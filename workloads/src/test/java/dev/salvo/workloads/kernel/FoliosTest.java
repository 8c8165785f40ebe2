package dev.salvo.workloads.kernel;

import static dev.salvo.workloads.kernel.Counted.assertCosts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.tlb.Tlbi;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Folios, who holds them, their swap slots, and the gather that lets them go. */
@Timeout(900)
class FoliosTest {
    private final AnonymousMemory memory = new AnonymousMemory();

    private static SmallMachine machine(int cores) {
        return SmallMachine.withPrivateMemory(Flushes.BATCHED, cores, 4);
    }

    private static Folios folios(SmallMachine machine, SwapSlots slots) {
        PhysicalMemory frames = machine.machine.memory();
        int cores = machine.machine.spec().cores();
        return new Folios(frames, new PageAllocator(frames, cores), new Zram(frames, 16, cores), slots);
    }

    @Test
    void aFolioIsBornHeldOnceAndMappedNowhereAndTheLastToLetGoIsTold() {
        Folio folio = new Folio(memory, 3, 7);
        assertEquals(1, folio.references());
        assertEquals(0, folio.mapCount());
        assertEquals(Folio.NO_FRAME, folio.frame);
        folio.get();
        folio.get();
        assertEquals(3, folio.references());
        assertFalse(folio.putAndTest());
        assertFalse(folio.putAndTest());
        assertEquals(1, folio.references());
        assertTrue(folio.putAndTest());
        folio.addMapping();
        folio.addMapping();
        assertEquals(2, folio.mapCount());
        folio.removeMapping();
        assertEquals(1, folio.mapCount());
    }

    @Test
    void theLastHoldFreesFrameAndSlotAndNoOther() {
        try (SmallMachine machine = machine(1)) {
            SwapSlots slots = new SwapSlots(0, 2);
            Folios folios = folios(machine, slots);
            Folio folio = folios.newAnonymous(machine.core, memory, 5);
            assertEquals(5, folio.index);
            assertSame(memory, folio.memory);
            folios.makeResident(machine.core, folio);
            Folio swappedOut = folios.newAnonymous(machine.core, memory, 6);
            assertEquals(1, machine.framesInUse());
            folio.get();
            folios.put(machine.core, folio);
            assertEquals(1, machine.framesInUse());
            assertThrows(IllegalStateException.class, () -> slots.allocate(machine.core));
            folios.put(machine.core, folio);
            assertEquals(0, machine.framesInUse());
            assertEquals(folio.slot, slots.allocate(machine.core));
            folios.put(machine.core, swappedOut);
            assertEquals(swappedOut.slot, slots.allocate(machine.core));
        }
    }

    @Test
    void aFolioThatIsLetGoWhileItIsMappedIsABadPage() {
        try (SmallMachine machine = machine(1)) {
            Folios folios = folios(machine, new SwapSlots(0, 1));
            Folio folio = folios.newAnonymous(machine.core, memory, 0);
            folios.makeResident(machine.core, folio);
            folio.addMapping();
            folio.addMapping();
            assertEquals("bad page: freed while 2 page tables map it",
                assertThrows(IllegalStateException.class, () -> folios.put(machine.core, folio)).getMessage());
            assertEquals(1, machine.framesInUse());
        }
    }

    @Test
    void aCopyIsTheSameToTheLastByteAndItsCoreServesItsPort() {
        try (SmallMachine machine = machine(1)) {
            Folios folios = folios(machine, new SwapSlots(0, 2));
            PhysicalMemory frames = machine.machine.memory();
            int[] frame = new int[2];
            for (int i = 0; i < 2; i++) {
                frame[i] = folios.allocateFrame(machine.core, folios.newAnonymous(machine.core, memory, i));
            }
            for (int i = 0; i < 4096; i++) {
                frames.bytes(frame[0]).putByte(PhysicalMemory.offset(frame[0]) + i, (byte) (i * 13));
            }
            machine.core.tlbi(Tlbi.vmalle1is());
            assertEquals(1,
                machine.counted(() -> folios.copyPage(machine.core, frame[0], frame[1])).served());
            for (int i = 0; i < 4096; i++) {
                assertEquals((byte) (i * 13), frames.bytes(frame[1]).getByte(PhysicalMemory.offset(frame[1]) + i));
                assertEquals((byte) (i * 13), frames.bytes(frame[0]).getByte(PhysicalMemory.offset(frame[0]) + i));
            }
            folios.freeFrame(machine.core, frame[0]);
            assertEquals(1, machine.framesInUse());
        }
    }

    @Test
    void aPageThatComesBackFromSwapIsDirtyBecauseItsSlotIsFreeAgainAndServesItsPort() {
        try (SmallMachine machine = machine(1)) {
            AddressSpace mm = machine.mm();
            machine.writeAll(1);
            machine.pageOutAll(machine.task(machine.core));
            Folio folio = machine.memory.folio(0);
            assertTrue(folio.swapped);
            machine.core.tlbi(Tlbi.vmalle1is());
            assertEquals(1, machine.counted(() -> machine.core.load(mm.asid(), SmallMachine.va(0))).served());
            assertFalse(folio.swapped);
            assertTrue(folio.dirty);
        }
    }

    // ---- swap slots

    @Test
    void slotsAreHandedOutFromTheFirstAndComeBackWhenFreed() {
        try (SmallMachine machine = machine(1)) {
            SwapSlots slots = new SwapSlots(10, 3);
            for (int slot = 10; slot < 13; slot++) {
                assertEquals(slot, slots.allocate(machine.core));
            }
            for (int attempt = 0; attempt < 2; attempt++) { // no lock is left held
                assertEquals("out of swap: more than 3 pages of anonymous memory",
                    assertThrows(IllegalStateException.class, () -> slots.allocate(machine.core)).getMessage());
            }
            slots.free(machine.core, 11);
            assertEquals(11, slots.allocate(machine.core));
        }
    }

    @Test
    void noTwoCoresGetTheSameSlot() {
        int cores = 3;
        try (SmallMachine machine = machine(cores)) {
            SwapSlots slots = new SwapSlots(0, cores);
            AtomicIntegerArray owners = new AtomicIntegerArray(cores);
            List<AtomicBoolean> done = new ArrayList<>();
            for (int id = 1; id < cores; id++) {
                done.add(machine.once(id, on -> allocateAndFree(on, slots, owners)));
            }
            allocateAndFree(machine.core, slots, owners);
            done.forEach(each -> machine.await(each::get));
            for (int i = 0; i < cores; i++) {
                slots.allocate(machine.core);
            }
            assertThrows(IllegalStateException.class, () -> slots.allocate(machine.core));
        }
    }

    private static void allocateAndFree(Core core, SwapSlots slots, AtomicIntegerArray owners) {
        for (int round = 0; round < 20_000; round++) {
            int slot = slots.allocate(core);
            if (!owners.compareAndSet(slot, 0, core.id() + 1)) {
                throw new IllegalStateException("slot " + slot + " belongs to two cores");
            }
            owners.set(slot, 0);
            slots.free(core, slot);
            if (round % 64 == 0) {
                core.serve();
            }
        }
    }

    // ---- places

    @Test
    void aFamilysMemoryKnowsWhereItMayBeMapped() {
        try (SmallMachine machine = machine(1)) {
            AddressSpace mm = machine.mm();
            Vma one = new Vma(mm, memory, 0x30, 2);
            Vma two = new Vma(mm, memory, 0x50, 2);
            memory.add(one);
            memory.add(machine.core, two);
            assertEquals(2, memory.mappings());
            assertSame(mm, memory.space(1));
            assertEquals(0x30, memory.firstPage(0));
            assertEquals(0x50, memory.firstPage(1));
            memory.remove(machine.core, one);
            assertEquals(1, memory.mappings());
            assertEquals(0x50, memory.firstPage(0));
        }
    }

    @Test
    void whoKeepsTheListOfPlacesAsItIsKeepsOthersFromChangingIt() {
        try (SmallMachine machine = machine(2)) {
            Vma vma = new Vma(machine.mm(), memory, 0x30, 2);
            for (boolean add : new boolean[] {true, false}) {
                memory.lockMappings(machine.core);
                AtomicBoolean done = new AtomicBoolean();
                boolean waits = machine.holdsUp(1, done, on -> {
                    if (add) {
                        memory.add(on, vma);
                    } else {
                        memory.remove(on, vma);
                    }
                });
                memory.unlockMappings(machine.core);
                machine.await(done::get);
                assertTrue(waits);
                assertEquals(add ? 1 : 0, memory.mappings());
            }
        }
    }

    // ---- the gather

    @Test
    void aGatherFlushesFromTheFirstToTheLastOfItsPagesInWhateverOrderTheyCame() {
        try (SmallMachine machine = machine(1)) {
            ArchTlb arch = Flushes.BATCHED.arch();
            Folios folios = folios(machine, new SwapSlots(0, 1));
            MmuGather none = MmuGather.tlbGatherMmu(arch, folios, machine.mm());
            assertCosts(Counted.NOTHING, machine, () -> none.tlbFinishMmu(machine.core));
            MmuGather some = MmuGather.tlbGatherMmu(arch, folios, machine.mm());
            for (long page : new long[] {0x12, 0x10, 0x15, 0x11}) {
                some.tlbFlushPte(page);
            }
            assertCosts(Counted.broadcast(6), machine, () -> some.tlbFinishMmu(machine.core));
            MmuGather one = MmuGather.tlbGatherMmu(arch, folios, machine.mm());
            one.tlbFlushPte(0);
            assertCosts(Counted.broadcast(1), machine, () -> one.tlbFinishMmu(machine.core));
            MmuGather fullMm = MmuGather.tlbGatherMmuFullmm(arch, folios, machine.mm());
            fullMm.tlbFlushPte(0);
            assertCosts(Counted.NOTHING, machine, () -> fullMm.tlbFinishMmu(machine.core));
        }
    }

    @Test
    void aGatherLetsGoOfMappedAndOfSwappedOutPages() {
        try (SmallMachine machine = machine(1)) {
            Folios folios = folios(machine, new SwapSlots(0, 2));
            Folio mapped = folios.newAnonymous(machine.core, memory, 0);
            folios.makeResident(machine.core, mapped);
            mapped.addMapping();
            Folio swappedOut = folios.newAnonymous(machine.core, memory, 1);
            swappedOut.get();
            MmuGather tlb = MmuGather.tlbGatherMmu(Flushes.BATCHED.arch(), folios, machine.mm());
            tlb.tlbRemovePage(mapped, true);
            tlb.tlbRemovePage(swappedOut, false);
            assertEquals(1, mapped.mapCount());
            assertEquals(1, mapped.references());
            tlb.tlbFinishMmu(machine.core);
            assertEquals(0, mapped.mapCount());
            assertEquals(0, mapped.references());
            assertEquals(0, swappedOut.mapCount());
            assertEquals(1, swappedOut.references());
            assertEquals(0, machine.framesInUse());
        }
    }
}
