package dev.salvo.workloads.trace;

/**
 * How accesses of one kind fared.
 *
 * @param refs     accesses; one that spans two pages counts once
 * @param l1Misses those for which the first level lacked a page
 * @param l2Misses those of them for which the second level lacked a page too, and a walk was needed
 */
public record TlbCounts(long refs, long l1Misses, long l2Misses) {
    /**
     * Counts of two kinds together.
     *
     * @param other the other kind's
     * @return the sums
     */
    public TlbCounts plus(TlbCounts other) {
        return new TlbCounts(refs + other.refs, l1Misses + other.l1Misses, l2Misses + other.l2Misses);
    }

    /**
     * How much larger these counts are than others.
     *
     * @param other the others
     * @return the differences
     */
    public TlbCounts minus(TlbCounts other) {
        return new TlbCounts(refs - other.refs, l1Misses - other.l1Misses, l2Misses - other.l2Misses);
    }
}
