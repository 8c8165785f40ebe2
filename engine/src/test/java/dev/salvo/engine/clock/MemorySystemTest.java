package dev.salvo.engine.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.PacedMachines;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemorySystemTest {
    private static final double DILATION = 100;
    private static final long BATCH = 64 * 10 * 100; // lines, ns, dilation

    private final Pace pace = new Pace(Clock.paced(PacedMachines.profile(2, Cost.LINE, 10), DILATION));
    private final MemorySystem memory;

    MemorySystemTest() {
        pace.start();
        memory = new MemorySystem(PacedMachines.profile(2, Cost.LINE, 10), pace);
    }

    private static long later(long nanos) {
        return System.nanoTime() + nanos;
    }

    @Test
    void linesAreServedOneAfterAnotherWhoeverTheyAreFor() {
        long from = later(1_000_000);
        long first = memory.access(from, 64);
        assertTrue(first - from >= BATCH && first - from <= BATCH + BATCH / 8, first - from + " ns");
        assertEquals(first + BATCH, memory.access(from, 64), 1);
        assertEquals(first + 2 * BATCH, memory.access(from, 64), 1);
    }

    /** The host may run a core late that asked first: the machine would not have been idle meanwhile. */
    @Test
    void whoAsksLateFindsWhatNobodyHasTakenMeanwhile() {
        long from = later(1_000_000);
        memory.access(from + 10 * BATCH, 64);
        long until = memory.access(from, 64);
        assertTrue(until - from <= BATCH + BATCH / 8, until - from + " ns");
    }

    @Test
    void whatCostsNothingIsThereAtOnce() {
        pace.stop();
        long from = later(0);
        assertEquals(from, memory.access(from, 64));
    }

    @Test
    void noTwoCoresGetTheSameSlot() throws InterruptedException {
        long from = later(1_000_000);
        int batches = 200;
        AtomicLong last = new AtomicLong(Long.MIN_VALUE);
        CountDownLatch begin = new CountDownLatch(1);
        Thread[] cores = new Thread[4];
        for (int i = 0; i < cores.length; i++) {
            cores[i] = new Thread(() -> {
                try {
                    begin.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
                for (int batch = 0; batch < batches; batch++) {
                    last.accumulateAndGet(memory.access(from, 64), Math::max);
                }
            });
            cores[i].start();
        }
        begin.countDown();
        for (Thread core : cores) {
            core.join();
        }
        double expected = (double) cores.length * batches * BATCH;
        assertEquals(expected, last.get() - from, BATCH, "as many slots as were asked for, and none twice");
    }
}
