package dev.salvo.engine.tlb;

/**
 * A core's data TLB: a first level, and a second that is asked when the first misses and filled together with it.
 *
 * <p>Not thread safe: only the core's own thread touches it, which is why a shootdown has to be a message. No method
 * allocates.
 */
public final class Tlb {
    /** What {@link #lookup} returns when neither level holds the page. */
    public static final int MISS = TlbLevel.MISS;

    private final TlbLevel l1;
    private final TlbLevel l2;
    private long hits;
    private long l2Hits;
    private long misses;

    /**
     * Makes an empty TLB.
     *
     * @param geometry its shape
     * @throws IllegalArgumentException if a level cannot have that shape
     */
    public Tlb(TlbGeometry geometry) {
        l1 = TlbLevel.of(geometry.l1Entries(), geometry.l1Ways());
        l2 = TlbLevel.of(geometry.l2Entries(), geometry.l2Ways());
    }

    /**
     * Looks a page up, first level first; a second-level hit is copied into the first.
     *
     * @param tag a {@link TlbLevel#tag}
     * @return a handle for {@link #output} and {@link #generation}, good until the TLB next changes; or {@link #MISS}
     */
    public int lookup(long tag) {
        int entry = l1.lookup(tag);
        if (entry == MISS) {
            return refill(tag);
        }
        hits++;
        return entry;
    }

    private int refill(long tag) {
        int entry = l2.lookup(tag);
        if (entry == MISS) {
            misses++;
            return MISS;
        }
        hits++;
        l2Hits++;
        return l1.insert(tag, l2.output(entry), l2.generation(entry));
    }

    /**
     * The output word of an entry.
     *
     * @param entry a handle from {@link #lookup} or {@link #insert}
     * @return what was given to {@link #insert} or {@link #update}
     */
    public long output(int entry) {
        return l1.output(entry);
    }

    /**
     * The frame's allocation generation when the entry was filled.
     *
     * @param entry a handle from {@link #lookup} or {@link #insert}
     * @return what was given to {@link #insert}
     */
    public long generation(int entry) {
        return l1.generation(entry);
    }

    /**
     * Fills both levels after a walk. The tag has just missed.
     *
     * @param tag        a {@link TlbLevel#tag}
     * @param output     the leaf entry of the walk
     * @param generation the frame's allocation generation
     * @return a handle
     */
    public int insert(long tag, long output, long generation) {
        l2.insert(tag, output, generation);
        return l1.insert(tag, output, generation);
    }

    /**
     * Replaces the output of an entry in both levels, as when a store has made the page dirty.
     *
     * @param entry  a handle from {@link #lookup} or {@link #insert}
     * @param tag    the tag it was looked up by
     * @param output the new leaf entry
     */
    public void update(int entry, long tag, long output) {
        l1.update(entry, output);
        int second = l2.lookup(tag);
        if (second != MISS) {
            l2.update(second, output);
        }
    }

    /**
     * Drops one page's entries from both levels, on the core's own account.
     *
     * @param tag a {@link TlbLevel#tag}
     */
    public void forget(long tag) {
        l1.invalidate(tag);
        l2.invalidate(tag);
    }

    /**
     * Does what an operation asks.
     *
     * @param tlbi a {@link Tlbi} word
     */
    public void invalidate(long tlbi) {
        int kind = Tlbi.kind(tlbi);
        // One page of one address space first: it is what reclaim sends, page after page.
        if (kind <= Tlbi.VALE1IS) {
            forget(TlbLevel.tag(Tlbi.asid(tlbi), Tlbi.pageNumber(tlbi)));
            return;
        }
        switch (kind) {
            case Tlbi.RVAE1IS, Tlbi.RVALE1IS -> {
                long first = TlbLevel.tag(Tlbi.asid(tlbi), Tlbi.pageNumber(tlbi));
                l1.invalidateRange(first, Tlbi.pages(tlbi));
                l2.invalidateRange(first, Tlbi.pages(tlbi));
            }
            case Tlbi.ASIDE1IS -> {
                l1.invalidateAsid(Tlbi.asid(tlbi));
                l2.invalidateAsid(Tlbi.asid(tlbi));
            }
            case Tlbi.VMALLE1IS -> invalidateAll();
            case Tlbi.IC_IVAU -> { } // the affair of instruction caches
            default -> throw new IllegalArgumentException("not a TLBI: " + Long.toHexString(tlbi));
        }
    }

    /** Empties both levels, as a core that comes online must. */
    public void invalidateAll() {
        l1.invalidateAll();
        l2.invalidateAll();
    }

    /**
     * Lookups answered by either level.
     *
     * @return how many since the TLB was made
     */
    public long hits() {
        return hits;
    }

    /**
     * Lookups answered by the second level.
     *
     * @return how many since the TLB was made; {@link #hits} has them, too
     */
    public long l2Hits() {
        return l2Hits;
    }

    /**
     * Lookups that needed a walk.
     *
     * @return how many since the TLB was made
     */
    public long misses() {
        return misses;
    }
}
