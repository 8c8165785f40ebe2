package dev.salvo.workloads.trace;

import dev.salvo.engine.tlb.TlbLevel;

/**
 * One core's TLBs, for instructions and data apart: two first levels and the second level that they share.
 *
 * <p>It counts as cachegrind counts for caches whose lines are the pages: an access that spans two pages is one access,
 * touches both pages, and misses at most once at each level. When a first level lacks either page, the second is asked
 * for both. A missing page is filled at once. The one difference is out of a program's reach: cachegrind's empty caches
 * hold page 0.
 *
 * <p>Not thread safe. No access allocates.
 */
public final class SplitTlb {
    private static final long PAGE_NUMBER_MASK = (1L << TlbLevel.PAGE_NUMBER_BITS) - 1;

    private final TlbLevel instructionL1;
    private final TlbLevel dataL1;
    private final TlbLevel l2;
    private final int pageShift;
    private final Tally instructions = new Tally();
    private final Tally reads = new Tally();
    private final Tally writes = new Tally();

    /**
     * Makes empty TLBs.
     *
     * @param geometry their shape
     * @throws IllegalArgumentException if a level cannot have that shape, or a page that size
     */
    public SplitTlb(SplitTlbGeometry geometry) {
        int pageSize = geometry.pageSize();
        if (Integer.bitCount(pageSize) != 1 || pageSize < SplitTlbGeometry.MIN_PAGE_SIZE
            || pageSize > SplitTlbGeometry.MAX_PAGE_SIZE) {
            throw new IllegalArgumentException("a page size of " + pageSize + ": accepted are powers of two, "
                + SplitTlbGeometry.MIN_PAGE_SIZE + ".." + SplitTlbGeometry.MAX_PAGE_SIZE);
        }
        instructionL1 = TlbLevel.of(geometry.l1Entries(), geometry.l1Entries());
        dataL1 = TlbLevel.of(geometry.l1Entries(), geometry.l1Entries());
        l2 = TlbLevel.of(geometry.l2Entries(), geometry.l2Ways());
        pageShift = Integer.numberOfTrailingZeros(pageSize);
    }

    /**
     * Translates for an access, and counts it. A modify is one read.
     *
     * @param access  its kind
     * @param address the virtual address of its first byte, unsigned
     * @param size    bytes, 1..{@value LackeyTrace#MAX_SIZE}, none of them beyond the last address
     */
    public void translate(Access access, long address, int size) {
        switch (access) {
            case INSTRUCTION -> translate(instructionL1, instructions, address, size);
            case LOAD, MODIFY -> translate(dataL1, reads, address, size);
            case STORE -> translate(dataL1, writes, address, size);
        }
    }

    /** Invalidates every entry of the three, as {@code TLBI VMALLE1IS} does. */
    public void invalidateAll() {
        instructionL1.invalidateAll();
        dataL1.invalidateAll();
        l2.invalidateAll();
    }

    /**
     * Instruction fetches: cachegrind's Ir, I1mr, ILmr.
     *
     * @return the counts so far
     */
    public TlbCounts instructions() {
        return instructions.counts();
    }

    /**
     * Data reads: cachegrind's Dr, D1mr, DLmr.
     *
     * @return the counts so far
     */
    public TlbCounts reads() {
        return reads.counts();
    }

    /**
     * Data writes: cachegrind's Dw, D1mw, DLmw.
     *
     * @return the counts so far
     */
    public TlbCounts writes() {
        return writes.counts();
    }

    private void translate(TlbLevel l1, Tally tally, long address, int size) {
        tally.refs++;
        long first = address >>> pageShift;
        long last = address + size - 1 >>> pageShift;
        if (missed(l1, first, last)) {
            tally.l1Misses++;
            if (missed(l2, first, last)) {
                tally.l2Misses++;
            }
        }
    }

    private static boolean missed(TlbLevel level, long first, long last) {
        boolean missed = missed(level, first);
        return last == first ? missed : missed | missed(level, last);
    }

    private static boolean missed(TlbLevel level, long page) {
        // One address space: its tag's ASID bits are free to hold what a 64-bit address has above 48 bits.
        long tag = TlbLevel.tag((int) (page >>> TlbLevel.PAGE_NUMBER_BITS), page & PAGE_NUMBER_MASK);
        if (level.lookup(tag) != TlbLevel.MISS) {
            return false;
        }
        level.insert(tag, 0, 0);
        return true;
    }

    private static final class Tally {
        private long refs;
        private long l1Misses;
        private long l2Misses;

        TlbCounts counts() {
            return new TlbCounts(refs, l1Misses, l2Misses);
        }
    }
}
