package dev.salvo.engine.tlb;

/**
 * One level of a TLB: set associative or fully associative, tagged by ASID, with exact least-recently-used replacement.
 *
 * <p>What the output and the generation of an entry mean is the caller's affair. An invalid entry gives way before any
 * valid one.
 *
 * <p>Not thread safe: a level belongs to one core. No method allocates.
 */
public abstract sealed class TlbLevel permits NarrowSets, FullyAssociative, WideSets {
    /** What {@link #lookup} returns when no entry holds the tag. */
    public static final int MISS = -1;

    /** Bits of a virtual page number in a tag: 48-bit addresses, 4 KiB pages. */
    public static final int PAGE_NUMBER_BITS = 36;

    /** The most entries of a level: far above any real one, and 100 MiB. */
    public static final int MAX_ENTRIES = 1 << 20;

    static final long VALID = 1L << 63;
    static final long PAGE_NUMBER_MASK = (1L << PAGE_NUMBER_BITS) - 1;
    static final long ASID_AND_VALID = ~PAGE_NUMBER_MASK;

    TlbLevel() {
    }

    /**
     * Makes an empty level.
     *
     * @param entries how many entries in all, 1..{@value #MAX_ENTRIES}
     * @param ways    entries per set; equal to {@code entries} for a fully associative level
     * @return the level
     * @throws IllegalArgumentException unless entries are in range, ways are positive and divide entries, and the
     *                                  number of sets is a power of two
     */
    public static TlbLevel of(int entries, int ways) {
        if (entries < 1 || entries > MAX_ENTRIES || ways < 1 || entries % ways != 0
            || Integer.bitCount(entries / ways) != 1) {
            throw new IllegalArgumentException("a TLB level of " + entries + " entries in " + ways + " ways: entries "
                + "must be a multiple of the ways, 1.." + MAX_ENTRIES + ", and entries / ways a power of two");
        }
        if (ways <= NarrowSets.MAX_WAYS) {
            return new NarrowSets(entries / ways, ways);
        }
        return ways == entries ? new FullyAssociative(entries) : new WideSets(entries / ways, ways);
    }

    /**
     * The tag under which a page's translation is kept.
     *
     * @param asid       address space identifier, 0..65535
     * @param pageNumber virtual page number, below 2<sup>36</sup>
     * @return a word that is never 0
     */
    public static long tag(int asid, long pageNumber) {
        return VALID | (long) asid << PAGE_NUMBER_BITS | pageNumber;
    }

    /**
     * How many entries the level has.
     *
     * @return the number of entries, valid or not
     */
    public abstract int entries();

    /**
     * Looks a tag up and, on a hit, makes its entry the most recently used of its set.
     *
     * @param tag a {@link #tag}
     * @return a handle for {@link #output} and {@link #generation}, good until the level next changes; or {@link #MISS}
     */
    public abstract int lookup(long tag);

    /**
     * The output word of an entry.
     *
     * @param entry a handle from {@link #lookup} or {@link #insert}
     * @return the word given to {@link #insert} or {@link #update}
     */
    public abstract long output(int entry);

    /**
     * The generation word of an entry.
     *
     * @param entry a handle from {@link #lookup} or {@link #insert}
     * @return the word given to {@link #insert}
     */
    public abstract long generation(int entry);

    /**
     * Replaces the output word of an entry.
     *
     * @param entry  a handle from {@link #lookup} or {@link #insert}
     * @param output the new word
     */
    public abstract void update(int entry, long output);

    /**
     * Enters a translation in the place of an invalid entry of its set, or else of the least recently used. The caller
     * has looked the tag up and missed: a tag is never held twice.
     *
     * @param tag        a {@link #tag}
     * @param output     what {@link #output} shall return
     * @param generation what {@link #generation} shall return
     * @return the entry's handle
     */
    public abstract int insert(long tag, long output, long generation);

    /**
     * Invalidates one page's entry.
     *
     * @param tag a {@link #tag}
     * @return whether there was one
     */
    public abstract boolean invalidate(long tag);

    /**
     * Invalidates the entries of consecutive pages of one address space. What of the range lies beyond the address
     * space's last page is left out.
     *
     * @param first the first page's {@link #tag}
     * @param count how many pages
     */
    public abstract void invalidateRange(long first, long count);

    /**
     * Invalidates all entries of one address space.
     *
     * @param asid address space identifier
     */
    public abstract void invalidateAsid(int asid);

    /** Invalidates everything. */
    public abstract void invalidateAll();
}
