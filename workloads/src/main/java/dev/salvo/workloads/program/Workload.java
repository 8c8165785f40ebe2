package dev.salvo.workloads.program;

/** What senders do: the work of a published figure, each. */
public enum Workload {
    /**
     * {@link PageOutLoop}: pages shared memory out, list after list. One operation is a list. (Barry Song, [PATCH v2 0/4]
     * mm: arm64: bring up BATCHED_UNMAP_TLB_FLUSH, July 2022.)
     */
    SEED,
    /** {@link MunmapLoop}: unmaps 1 MiB of private memory that has been written. One operation is the {@code munmap}. */
    MUNMAP,
    /** {@link ProtectLoop}: stress-ng's {@code --tlb-shootdown}. One operation is a round of a child's calls. */
    PROTECT,
    /** {@link NeighbourLoop}: {@code mprotect} of one page, again and again, while every other core computes. */
    VICTIM
}
