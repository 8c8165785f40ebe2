package dev.salvo.engine.host;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** One turn of the run queue: what passes for a thread between two returns from yield, while all do nothing else. */
public final class Turn {
    private static final int YIELDS_PER_LOOK = 8;

    private Turn() {
    }

    /**
     * Measures it.
     *
     * @param placement where the threads are: one for each place
     * @param nanos     how long to measure
     * @return nanoseconds, the mean over all threads; without another thread on its CPU that of a yield
     * @throws IllegalStateException if a thread cannot be pinned
     */
    public static double measure(Placement placement, long nanos) {
        int count = placement.cores();
        CountDownLatch ready = new CountDownLatch(count);
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        AtomicLong elapsed = new AtomicLong();
        AtomicLong turns = new AtomicLong();
        // The first to find that time is up ends it for all: whoever goes on alone has short turns.
        AtomicBoolean over = new AtomicBoolean();
        Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++) {
            int cpu = placement.cpuOf(i);
            threads[i] = new Thread(() -> {
                try {
                    CpuPinning.pin(cpu);
                    ready.countDown();
                    ready.await();
                    take(nanos, over, elapsed, turns);
                } catch (RuntimeException notPinned) {
                    failure.compareAndSet(null, notPinned);
                    ready.countDown();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }, "turn-" + i);
            threads[i].setDaemon(true);
            threads[i].start();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a turn was measured", interrupted);
            }
        }
        if (failure.get() != null) {
            throw failure.get();
        }
        return (double) elapsed.get() / turns.get();
    }

    private static void take(long nanos, AtomicBoolean over, AtomicLong elapsed, AtomicLong turns) {
        long start = System.nanoTime();
        long now = start;
        long taken = 0;
        while (now - start < nanos && !over.get()) {
            for (int i = 0; i < YIELDS_PER_LOOK; i++) {
                Thread.yield();
            }
            taken += YIELDS_PER_LOOK;
            now = System.nanoTime();
        }
        over.set(true);
        elapsed.addAndGet(now - start);
        turns.addAndGet(taken);
    }
}
