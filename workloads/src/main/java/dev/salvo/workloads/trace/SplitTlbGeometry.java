package dev.salvo.workloads.trace;

import dev.salvo.engine.tlb.TlbLevel;

/**
 * The shape of a {@link SplitTlb}.
 *
 * @param l1Entries entries of each first level, which is fully associative, 1..{@link TlbLevel#MAX_ENTRIES}
 * @param l2Entries entries of the second level, 1..{@link TlbLevel#MAX_ENTRIES}
 * @param l2Ways    ways of the second level; they divide its entries into a power of two of sets
 * @param pageSize  bytes, a power of two, {@value #MIN_PAGE_SIZE}..{@value #MAX_PAGE_SIZE}
 */
public record SplitTlbGeometry(int l1Entries, int l2Entries, int l2Ways, int pageSize) {
    /** The smallest page: 4 KiB. */
    public static final int MIN_PAGE_SIZE = 4096;

    /** The largest page: 1 GiB. */
    public static final int MAX_PAGE_SIZE = 1 << 30;
}
