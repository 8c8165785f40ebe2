package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;

/**
 * What the kernel keeps for the task that runs on a core. Belongs to that core's thread; made by it, before it runs.
 */
public final class Task {
    /** {@code tlbflush_unmap_batch.flush_required}: a deferred TLBI has been sent and not waited for. */
    boolean flushRequired;
    /** {@code tlbflush_unmap_batch.writable}: one of them was for a dirty entry. */
    boolean writable;
    /** Frames on their way to the allocator, until the flush. */
    final int[] freeFrames;
    int freeCount;

    private final Core core;
    private long reclaimed;
    private long flushNanos;

    /**
     * Makes a task.
     *
     * @param core  the core it runs on
     * @param batch how many pages are freed with one flush, at least 1: 31 since Linux 6.10, 15 before
     * @throws IllegalArgumentException if the batch is less than 1
     */
    public Task(Core core, int batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("batch " + batch + ": must be at least 1 page");
        }
        this.core = core;
        freeFrames = new int[batch];
    }

    /**
     * The core it runs on.
     *
     * @return the core
     */
    public Core core() {
        return core;
    }

    /**
     * Pages that it has paged out.
     *
     * @return how many, since it was made
     */
    public long reclaimed() {
        return reclaimed;
    }

    /**
     * Time spent in {@code ptepClearFlush}, {@code archTlbbatchAddPending} and {@code archTlbbatchFlush}, if a
     * {@link TimedFlush} takes it.
     *
     * @return nanoseconds
     */
    public long flushNanos() {
        return flushNanos;
    }

    void addReclaimed() {
        reclaimed++;
    }

    void addFlushNanos(long nanos) {
        flushNanos += nanos;
    }
}
