package dev.salvo.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.AtomicBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PhysicalMemoryTest {
    @Test
    void aFrameHasBytesOfItsOwnInTheBankOfItsCore() {
        PhysicalMemory memory = new PhysicalMemory(3);
        memory.populate(0, 4);
        memory.populate(2, 2);
        assertEquals(4, memory.framesIn(0));
        assertEquals(0, memory.framesIn(1));
        assertEquals(2, memory.framesIn(2));
        int[] frames = {0, 1, 3, PhysicalMemory.frame(2, 0), PhysicalMemory.frame(2, 1)};
        for (int i = 0; i < frames.length; i++) {
            memory.bytes(frames[i]).setMemory(PhysicalMemory.offset(frames[i]), PageTable.PAGE_SIZE, (byte) (i + 1));
        }
        for (int i = 0; i < frames.length; i++) {
            for (int at = 0; at < PageTable.PAGE_SIZE; at++) {
                assertEquals(i + 1, memory.bytes(frames[i]).getByte(PhysicalMemory.offset(frames[i]) + at));
            }
            assertEquals(0, memory.generation(frames[i]), "generations stand apart from the frames");
        }
    }

    @Test
    void aFramesNumberHoldsItsBank() {
        int last = PhysicalMemory.frame(1023, PhysicalMemory.MAX_FRAMES_PER_BANK - 1);
        assertEquals(1023, PhysicalMemory.bankOf(last));
        assertEquals((PhysicalMemory.MAX_FRAMES_PER_BANK - 1L) << PageTable.PAGE_SHIFT, PhysicalMemory.offset(last));
        assertEquals(last, Pte.frame(Pte.writableDirty(last)));
    }

    @Test
    void framesBeginAtPageBoundariesOfTheHost() {
        PhysicalMemory memory = new PhysicalMemory(1);
        memory.populate(0, 3);
        assertEquals(0, memory.bytes(0).addressOffset() % PageTable.PAGE_SIZE);
    }

    @Test
    void aGenerationIsOddWhileAllocatedAndNeverTheSameTwice() {
        PhysicalMemory memory = new PhysicalMemory(1);
        memory.populate(0, 2);
        for (long expected = 1; expected <= 1_000; expected++) {
            assertEquals(expected, memory.nextGeneration(1));
            assertEquals(expected, memory.generation(1));
        }
        assertEquals(0, memory.generation(0), "the neighbour's");
    }

    /** What JMH's thread does when it adopts a core again. */
    @Test
    void aBankThatHasItsFramesKeepsThem() {
        PhysicalMemory memory = new PhysicalMemory(1);
        memory.populate(0, 2);
        AtomicBuffer bytes = memory.bytes(0);
        memory.nextGeneration(1);
        memory.populate(0, 5);
        assertSame(bytes, memory.bytes(0));
        assertEquals(2, memory.framesIn(0));
        assertEquals(1, memory.generation(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, PhysicalMemory.MAX_FRAMES_PER_BANK + 1})
    void aBankHasALimit(int frames) {
        PhysicalMemory memory = new PhysicalMemory(1);
        assertEquals("a bank of " + frames + " frames: 0..262144",
            assertThrows(IllegalArgumentException.class, () -> memory.populate(0, frames)).getMessage());
    }

    @Test
    void aBankOfNoFramesIsEmpty() {
        PhysicalMemory memory = new PhysicalMemory(1);
        memory.populate(0, 0);
        assertEquals(0, memory.framesIn(0));
    }

    /** Whoever reads a new generation sees what was written before it: here, through the frame that was freed. */
    @Test
    void whoeverSeesANewGenerationSeesWhatCameBeforeIt() throws InterruptedException {
        PhysicalMemory memory = new PhysicalMemory(1);
        memory.populate(0, 1);
        AtomicReference<String> wrong = new AtomicReference<>();
        int rounds = 200_000;
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
            begun.countDown();
            long generation;
            do {
                generation = memory.generation(0);
                long found = memory.bytes(0).getLong(0);
                if (found < generation) {
                    wrong.set("generation " + generation + " but contents of " + found);
                }
            } while (generation < rounds && wrong.get() == null);
        });
        begun.await();
        for (long round = 1; round <= rounds; round++) {
            memory.bytes(0).putLong(0, round);
            memory.nextGeneration(0);
        }
        reader.join();
        assertNull(wrong.get());
    }
}
