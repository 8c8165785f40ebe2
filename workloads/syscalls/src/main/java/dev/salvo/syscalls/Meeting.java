package dev.salvo.syscalls;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where threads wait for one another without sleeping: each of them can be interrupted all the while, so that one that is early,
 * or through, is still a target of the others. Any thread; used once.
 */
final class Meeting {
    private final AtomicInteger missing;
    private final Runnable last;
    private volatile boolean complete;

    /**
     * Arranges it.
     *
     * @param threads how many come, 1 or more
     * @param last    what the last of them does before any goes on
     */
    Meeting(int threads, Runnable last) {
        missing = new AtomicInteger(threads);
        this.last = last;
    }

    /** Comes, and goes on when all have come. Those that share a CPU with one that is missing leave it to that one. */
    void attend() {
        if (missing.decrementAndGet() == 0) {
            try {
                last.run();
            } finally {
                complete = true;
            }
        }
        while (!complete) {
            Thread.yield();
        }
    }
}
