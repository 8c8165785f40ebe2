package dev.salvo.engine;

/**
 * What a core has done since it was made.
 *
 * @param tlbis      TLBIs issued
 * @param localTlbis TLBIs for its own TLB alone
 * @param dsbIsh     {@code dsb(ish)} executed, those with nothing to wait for included
 * @param dsbIshst   {@code dsb(ishst)} executed
 * @param served     operations taken from its port, its own included
 * @param tlbHits    lookups answered by its TLB
 * @param tlbMisses  lookups that needed a walk
 * @param accesses   loads and stores
 * @param staleUses  accesses that went through a stale translation
 * @param yields     times it gave its CPU up, in waits and while idle
 * @param wakeUps    parked cores that it woke
 */
public record CoreCounts(long tlbis, long localTlbis, long dsbIsh, long dsbIshst, long served, long tlbHits,
                         long tlbMisses, long accesses, long staleUses, long yields, long wakeUps) {
    /** Nothing yet. */
    public static final CoreCounts NONE = new CoreCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /**
     * The sum with another.
     *
     * @param other the other
     * @return the sum
     */
    public CoreCounts plus(CoreCounts other) {
        return new CoreCounts(tlbis + other.tlbis, localTlbis + other.localTlbis, dsbIsh + other.dsbIsh,
            dsbIshst + other.dsbIshst, served + other.served, tlbHits + other.tlbHits, tlbMisses + other.tlbMisses,
            accesses + other.accesses, staleUses + other.staleUses, yields + other.yields, wakeUps + other.wakeUps);
    }

    /**
     * What has been done since another count was taken.
     *
     * @param earlier the earlier count of the same core
     * @return the difference
     */
    public CoreCounts minus(CoreCounts earlier) {
        return new CoreCounts(tlbis - earlier.tlbis, localTlbis - earlier.localTlbis, dsbIsh - earlier.dsbIsh,
            dsbIshst - earlier.dsbIshst, served - earlier.served, tlbHits - earlier.tlbHits,
            tlbMisses - earlier.tlbMisses, accesses - earlier.accesses,
            staleUses - earlier.staleUses, yields - earlier.yields, wakeUps - earlier.wakeUps);
    }
}
