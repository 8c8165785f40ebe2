package dev.salvo.engine.host;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A cache line's round trip: what passes between a store on one CPU and the sight of another CPU's answer to it, with a
 * line for each way, as an operation and its acknowledgement take. It is the least that a broadcast and the wait for it
 * can cost.
 */
public final class RoundTrip {
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int THERE = 0;
    private static final int BACK = 1;

    /** So many trips are timed together: long against a look at the clock, short against a slice of the scheduler. */
    private static final int TRIPS = 64;

    /** So many looks in vain, and the clock is looked at: whoever should answer has lost its CPU. */
    private static final int LOOKS = 1 << 12;

    /** Fewer batches than these say nothing of what is usual. */
    private static final int ENOUGH_BATCHES = 3;
    private static final int MOST_BATCHES = 1 << 12;
    private static final long OVER = -1;

    private RoundTrip() {
    }

    /**
     * Measures it, between the first and the last of the CPUs that carry cores: the farther the cores lie apart, the
     * longer it takes. Two threads of its own spin meanwhile, and nothing else should run on those two CPUs.
     *
     * @param placement where the cores are
     * @param nanos     how long to measure
     * @return nanoseconds: the median of batches, for some thread may lose its CPU in a few of them; NaN if all cores
     *         are on one CPU, or if too few trips were made to tell
     * @throws PinningException if a thread cannot be pinned
     */
    public static double measure(Placement placement, long nanos) {
        if (placement.cpus() < 2) {
            return Double.NaN;
        }
        long[] words = OwnLines.words(2);
        double[] result = {Double.NaN};
        CountDownLatch ready = new CountDownLatch(2);
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        Thread[] players = {
            player("round-trip-serve", placement.cpuOf(0), ready, failure, () -> result[0] = serve(words, nanos)),
            player("round-trip-return", placement.cpuOf(placement.cpus() - 1), ready, failure,
                () -> giveBack(words, nanos))};
        for (Thread player : players) {
            player.start();
        }
        for (Thread player : players) {
            try {
                player.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a round trip was measured", interrupted);
            }
        }
        if (failure.get() != null) {
            throw failure.get();
        }
        return result[0];
    }

    private static Thread player(String name, int cpu, CountDownLatch ready, AtomicReference<RuntimeException> failure,
                                 Runnable game) {
        Thread thread = new Thread(() -> {
            try {
                CpuPinning.pin(cpu);
            } catch (RuntimeException notPinned) {
                failure.compareAndSet(null, notPinned);
            }
            ready.countDown();
            try {
                ready.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
            if (failure.get() == null) { // which both see alike, for it is set before ready is
                game.run();
            }
        }, name);
        thread.setDaemon(true);
        return thread;
    }

    private static double serve(long[] words, long nanos) {
        double[] batches = new double[MOST_BATCHES];
        int count = 0;
        long ball = 0;
        long start = System.nanoTime();
        long since = start;
        while (since - start < nanos && count < MOST_BATCHES) {
            boolean whole = true;
            for (int trip = 0; trip < TRIPS && whole; trip++) {
                ball++;
                WORDS.setRelease(words, OwnLines.at(THERE), ball);
                whole = comes(words, OwnLines.at(BACK), ball, start, nanos);
            }
            long now = System.nanoTime();
            if (whole) {
                batches[count++] = (double) (now - since) / TRIPS;
            }
            since = now;
        }
        WORDS.setRelease(words, OwnLines.at(THERE), OVER);
        Arrays.sort(batches, 0, count);
        return count < ENOUGH_BATCHES ? Double.NaN : batches[count / 2];
    }

    private static void giveBack(long[] words, long nanos) {
        long start = System.nanoTime();
        long ball = 1;
        // Twice as long, so that it is the other that ends it, unless that has lost its CPU for good.
        while (comes(words, OwnLines.at(THERE), ball, start, 2 * nanos)) {
            WORDS.setRelease(words, OwnLines.at(BACK), ball);
            ball++;
        }
    }

    /** Whether the ball comes before it is over, or time is up. */
    private static boolean comes(long[] words, int from, long ball, long start, long nanos) {
        for (int looks = 1; ; looks++) {
            long seen = (long) WORDS.getAcquire(words, from);
            if (seen == ball) {
                return true;
            }
            if (seen == OVER || looks % LOOKS == 0 && System.nanoTime() - start > nanos) {
                return false;
            }
        }
    }
}
