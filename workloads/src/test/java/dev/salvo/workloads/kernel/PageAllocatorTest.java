package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.Core;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(900)
class PageAllocatorTest {
    private static SmallMachine machine(int cores, int framesPerBank) {
        return new SmallMachine(new Kernel(Flushes.SYNC),
            MachineSpec.of(cores).frames(id -> framesPerBank), 8, 1);
    }

    @Test
    void framesComeFromTheCoresOwnBankAndThenFromTheNextOnes() {
        try (SmallMachine machine = machine(3, 2)) {
            PageAllocator allocator = new PageAllocator(machine.machine.memory(), 3);
            List<Integer> banks = new ArrayList<>();
            Set<Integer> frames = new HashSet<>();
            for (int i = 0; i < 6; i++) {
                int frame = allocator.allocate(machine.core, machine.memory.folio(i));
                banks.add(PhysicalMemory.bankOf(frame));
                frames.add(frame);
            }
            assertEquals(List.of(0, 0, 1, 1, 2, 2), banks);
            assertEquals(6, frames.size());
            assertThrows(IllegalStateException.class,
                () -> allocator.allocate(machine.core, machine.memory.folio(6)));
            frames.forEach(frame -> allocator.free(machine.core, frame));
            for (int i = 0; i < 6; i++) {
                assertTrue(frames.remove(allocator.allocate(machine.core, machine.memory.folio(i))));
            }
        }
    }

    @Test
    void theFrameThatWasFreedLastComesBackFirstInAnotherGeneration() {
        try (SmallMachine machine = machine(1, 4)) {
            PhysicalMemory memory = machine.machine.memory();
            PageAllocator allocator = new PageAllocator(memory, 1);
            int frame = allocator.allocate(machine.core, machine.memory.folio(0));
            assertEquals(1, memory.generation(frame));
            allocator.free(machine.core, frame);
            assertEquals(2, memory.generation(frame));
            assertEquals(frame, allocator.allocate(machine.core, machine.memory.folio(1)));
            assertEquals(3, memory.generation(frame));
        }
    }

    @Test
    void aRetainingAllocatorGivesEveryPageItsOwnFrameAgainAndNoGenerationEnds() {
        try (SmallMachine machine = machine(1, 4)) {
            PhysicalMemory memory = machine.machine.memory();
            PageAllocator allocator = PageAllocator.retaining(memory, 1);
            int first = allocator.allocate(machine.core, machine.memory.folio(0));
            allocator.free(machine.core, first);
            assertNotEquals(first, allocator.allocate(machine.core, machine.memory.folio(1)));
            assertEquals(first, allocator.allocate(machine.core, machine.memory.folio(0)));
            assertEquals(1, memory.generation(first));
        }
    }

    @Test
    void coresThatAllocateAndFreeTogetherNeverShareAFrame() {
        int cores = 4;
        try (SmallMachine machine = machine(cores, 2)) {
            PageAllocator allocator = new PageAllocator(machine.machine.memory(), cores);
            List<AtomicBoolean> done = new ArrayList<>();
            for (int id = 1; id < cores; id++) {
                done.add(machine.once(id, on -> allocateAndFree(machine, allocator, on)));
            }
            allocateAndFree(machine, allocator, machine.core);
            done.forEach(each -> machine.await(each::get));
        }
    }

    /** Writes the core's number all over two frames, and finds it there when it gives them back. */
    private static void allocateAndFree(SmallMachine machine, PageAllocator allocator, Core core) {
        PhysicalMemory memory = machine.machine.memory();
        for (int round = 0; round < 1_000; round++) {
            int[] frames = new int[2];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = allocator.allocate(core, machine.memory.folio(core.id()));
                memory.bytes(frames[i]).setMemory(PhysicalMemory.offset(frames[i]), 4096, (byte) core.id());
            }
            if (round % 16 == 0) {
                core.giveUpCpu();
            }
            for (int frame : frames) {
                for (int at : new int[] {0, 2048, 4095}) {
                    if (memory.bytes(frame).getByte(PhysicalMemory.offset(frame) + at) != core.id()) {
                        throw new IllegalStateException("frame " + frame + " belongs to two cores");
                    }
                }
                if ((memory.generation(frame) & 1) == 0) {
                    throw new IllegalStateException("frame " + frame + " is free and in use");
                }
                allocator.free(core, frame);
            }
            core.serve();
        }
    }

    @Test
    void aReturningAllocatorGivesAPageItsFrameBackInAnotherGenerationAsLongAsItIsFree() {
        try (SmallMachine machine = machine(2, 4)) {
            PhysicalMemory memory = machine.machine.memory();
            PageAllocator allocator = PageAllocator.returning(memory, 2);
            Folio first = machine.memory.folio(0);
            Folio second = machine.memory.folio(1);
            int frame = allocator.allocate(machine.core, first);
            int other = allocator.allocate(machine.core, second);
            allocator.free(machine.core, frame);
            allocator.free(machine.core, other); // on top of the first
            assertEquals(frame, allocator.allocate(machine.core, first));
            assertEquals(3, memory.generation(frame));
            assertEquals(other, allocator.allocate(machine.core, machine.memory.folio(2)));
            int another = allocator.allocate(machine.core, second); // its own is somebody else's by now
            assertNotEquals(frame, another);
            assertNotEquals(other, another);
            Set<Integer> frames = new HashSet<>(List.of(frame, other, another));
            for (int page = 3; page < 8; page++) {
                frames.add(allocator.allocate(machine.core, machine.memory.folio(page)));
            }
            assertEquals(8, frames.size(), "none was given twice, none got lost");
            assertThrows(IllegalStateException.class, () -> allocator.allocate(machine.core, first));
        }
    }
}
