package dev.salvo.workloads.kernel;

/**
 * What a task has deferred: {@code struct tlbflush_unmap_batch}. An architecture that has to know more when it flushes,
 * for instance whom to interrupt, extends it ({@link ArchTlb#newUnmapBatch}). Belongs to the thread of the task's core.
 */
public class UnmapBatch {
    /** {@code flush_required}: a flush has been deferred and not waited for. */
    boolean flushRequired;
    /** {@code writable}: one of them was of a dirty entry. */
    boolean writable;

    /** For architectures. */
    protected UnmapBatch() {
    }
}
