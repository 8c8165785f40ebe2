package dev.salvo.engine.tlb;

import java.util.Arrays;

/**
 * One level of a TLB: set associative or fully associative, tagged by ASID, with exact least-recently-used replacement.
 *
 * <p>All entries live in one {@code long[]}, four words each (tag, output, generation, time of last use), so that a hit
 * touches one cache line, or two neighbours. What the output and the generation mean is the caller's affair. A fully
 * associative level of more than {@value #SCANNED_WAYS} entries is found through a chained index, because scanning 48
 * tags costs more than the rest of a hit.
 *
 * <p>Not thread safe: a level belongs to one core. No method allocates.
 */
public final class TlbLevel {
    /** What {@link #lookup} returns when no entry holds the tag. */
    public static final int MISS = -1;

    /** Bits of a virtual page number in a tag: 48-bit addresses, 4 KiB pages. */
    public static final int PAGE_NUMBER_BITS = 36;

    /** The most entries of a level: far above any real one, and 32 MiB. */
    public static final int MAX_ENTRIES = 1 << 20;

    /** Up to this many ways a set is scanned; a wider, fully associative level is indexed. */
    static final int SCANNED_WAYS = 8;

    private static final long VALID = 1L << 63;
    private static final long PAGE_NUMBER_MASK = (1L << PAGE_NUMBER_BITS) - 1;
    private static final long ASID_AND_VALID = ~PAGE_NUMBER_MASK;

    private static final int SHIFT = 2;
    private static final int OUTPUT = 1;
    private static final int GENERATION = 2;
    private static final int LAST_USE = 3;
    private static final int NONE = -1;

    private final int ways;
    private final long setMask;
    private final long[] words;
    private long now;
    private int mostRecent;

    // The index of a wide level: chains of entry numbers by hash of the tag. Null where sets are scanned.
    private final int[] head;
    private final int[] next;

    /**
     * Makes an empty level.
     *
     * @param entries how many entries in all, 1..{@value #MAX_ENTRIES}
     * @param ways    entries per set; equal to {@code entries} for a fully associative level
     * @throws IllegalArgumentException unless entries are in range, ways are positive and divide entries, and the
     *                                  number of sets is a power of two
     */
    public TlbLevel(int entries, int ways) {
        if (entries < 1 || entries > MAX_ENTRIES || ways < 1 || entries % ways != 0
            || Integer.bitCount(entries / ways) != 1) {
            throw new IllegalArgumentException("a TLB level of " + entries + " entries in " + ways + " ways: entries "
                + "must be a multiple of the ways, 1.." + MAX_ENTRIES + ", and entries / ways a power of two");
        }
        this.ways = ways;
        this.setMask = entries / ways - 1;
        this.words = new long[entries << SHIFT];
        if (ways > SCANNED_WAYS && ways == entries) {
            head = new int[Integer.highestOneBit(entries * 2 - 1) * 2];
            next = new int[entries];
            Arrays.fill(head, NONE);
        } else {
            head = null;
            next = null;
        }
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
    public int entries() {
        return words.length >> SHIFT;
    }

    /**
     * Looks a tag up and, on a hit, makes its entry the most recently used of its set.
     *
     * @param tag a {@link #tag}
     * @return a handle for {@link #output} and {@link #generation}, good until the level next changes; or {@link #MISS}
     */
    public int lookup(long tag) {
        int entry = mostRecent;
        if (words[entry] == tag) {
            return entry; // already the most recent: its time of use need not move
        }
        entry = find(tag);
        if (entry != MISS) {
            words[entry + LAST_USE] = ++now;
            mostRecent = entry;
        }
        return entry;
    }

    /**
     * The output word of an entry.
     *
     * @param entry a handle from {@link #lookup} or {@link #insert}
     * @return the word given to {@link #insert} or {@link #update}
     */
    public long output(int entry) {
        return words[entry + OUTPUT];
    }

    /**
     * The generation word of an entry.
     *
     * @param entry a handle from {@link #lookup} or {@link #insert}
     * @return the word given to {@link #insert}
     */
    public long generation(int entry) {
        return words[entry + GENERATION];
    }

    /**
     * Replaces the output word of an entry.
     *
     * @param entry  a handle from {@link #lookup} or {@link #insert}
     * @param output the new word
     */
    public void update(int entry, long output) {
        words[entry + OUTPUT] = output;
    }

    /**
     * Enters a translation in the place of an invalid entry of its set, or else of the least recently used. The caller
     * has looked the tag up and missed: a tag is never held twice.
     *
     * @param tag        a {@link #tag}
     * @param output     what {@link #output} shall return
     * @param generation what {@link #generation} shall return
     * @return the entry's handle
     */
    public int insert(long tag, long output, long generation) {
        int entry = victim(tag);
        if (words[entry] != 0) {
            drop(entry);
        }
        words[entry] = tag;
        words[entry + OUTPUT] = output;
        words[entry + GENERATION] = generation;
        words[entry + LAST_USE] = ++now;
        mostRecent = entry;
        if (head != null) {
            int bucket = bucket(tag);
            next[entry >> SHIFT] = head[bucket];
            head[bucket] = entry >> SHIFT;
        }
        return entry;
    }

    /**
     * Invalidates one page's entry.
     *
     * @param tag a {@link #tag}
     * @return whether there was one
     */
    public boolean invalidate(long tag) {
        int entry = find(tag);
        if (entry == MISS) {
            return false;
        }
        drop(entry);
        return true;
    }

    /**
     * Invalidates the entries of consecutive pages of one address space. What of the range lies beyond the address
     * space's last page is left out.
     *
     * @param first the first page's {@link #tag}
     * @param count how many pages
     */
    public void invalidateRange(long first, long count) {
        // The tag behind the last page's is the first of another address space.
        long pages = Math.min(count, PAGE_NUMBER_MASK + 1 - (first & PAGE_NUMBER_MASK));
        if (pages <= entries()) {
            for (long i = 0; i < pages; i++) {
                invalidate(first + i);
            }
            return;
        }
        for (int entry = 0; entry < words.length; entry += 1 << SHIFT) {
            // Unsigned distance: tags of other address spaces, and invalid entries, are far away.
            if (words[entry] != 0 && Long.compareUnsigned(words[entry] - first, pages) < 0) {
                drop(entry);
            }
        }
    }

    /**
     * Invalidates all entries of one address space.
     *
     * @param asid address space identifier
     */
    public void invalidateAsid(int asid) {
        long wanted = tag(asid, 0);
        for (int entry = 0; entry < words.length; entry += 1 << SHIFT) {
            if ((words[entry] & ASID_AND_VALID) == wanted) {
                drop(entry);
            }
        }
    }

    /** Invalidates everything. */
    public void invalidateAll() {
        for (int entry = 0; entry < words.length; entry += 1 << SHIFT) {
            words[entry] = 0;
        }
        if (head != null) {
            Arrays.fill(head, NONE);
        }
    }

    private int find(long tag) {
        if (head != null) {
            for (int number = head[bucket(tag)]; number != NONE; number = next[number]) {
                if (words[number << SHIFT] == tag) {
                    return number << SHIFT;
                }
            }
            return MISS;
        }
        int first = firstOfSet(tag);
        for (int entry = first; entry < first + (ways << SHIFT); entry += 1 << SHIFT) {
            if (words[entry] == tag) {
                return entry;
            }
        }
        return MISS;
    }

    private int victim(long tag) {
        int first = firstOfSet(tag);
        int oldest = first;
        for (int entry = first; entry < first + (ways << SHIFT); entry += 1 << SHIFT) {
            if (words[entry] == 0) {
                return entry;
            }
            if (words[entry + LAST_USE] < words[oldest + LAST_USE]) {
                oldest = entry;
            }
        }
        return oldest;
    }

    private void drop(int entry) {
        if (head != null) {
            unlink(entry >> SHIFT, bucket(words[entry]));
        }
        words[entry] = 0;
    }

    private void unlink(int number, int bucket) {
        if (head[bucket] == number) {
            head[bucket] = next[number];
            return;
        }
        int before = head[bucket];
        while (next[before] != number) {
            before = next[before];
        }
        next[before] = next[number];
    }

    private int firstOfSet(long tag) {
        return (int) (tag & setMask) * ways << SHIFT;
    }

    private int bucket(long tag) {
        return (int) (tag ^ tag >>> PAGE_NUMBER_BITS) & head.length - 1;
    }
}
