package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;

/**
 * What the kernel keeps for the task that runs on a core. Belongs to that core's thread; made for it by
 * {@link Kernel#newTask}.
 */
public final class Task {
    /** Frames on their way to the allocator, until the flush. */
    final int[] freeFrames;
    int freeCount;

    private final Core core;
    private final UnmapBatch unmapBatch;
    private long reclaimed;
    private long flushNanos;

    /**
     * Makes a task: see {@link Kernel#newTask}.
     *
     * @throws IllegalArgumentException if the batch is less than 1
     */
    Task(Core core, int batch, UnmapBatch unmapBatch) {
        if (batch < 1) {
            throw new IllegalArgumentException("batch " + batch + ": must be at least 1 page");
        }
        this.core = core;
        this.unmapBatch = unmapBatch;
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
     * The flushes it has deferred: {@code tlb_ubc}.
     *
     * @return what {@link ArchTlb#newUnmapBatch} has made for it
     */
    public UnmapBatch unmapBatch() {
        return unmapBatch;
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
