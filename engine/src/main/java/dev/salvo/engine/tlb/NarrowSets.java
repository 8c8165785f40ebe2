package dev.salvo.engine.tlb;

import java.util.Arrays;

/**
 * A level whose sets have up to {@value #MAX_WAYS} ways. Which way holds a page is told by one word per set, a byte of
 * each way's tag: it is searched without a loop and without a branch on the way, because that is nothing which the
 * host's branch predictor could know, and its errors would cost more than the rest of a hit.
 *
 * <p>Tags lie by themselves, so that a level is swept in as few cache lines as can be, and several tags at a time.
 */
final class NarrowSets extends TlbLevel {
    /** As many as a word has bytes. */
    static final int MAX_WAYS = 8;

    private static final long EACH_BYTE = 0x0101010101010101L;
    private static final long HIGH_BITS = EACH_BYTE << 7;
    private static final int HASH_MASK = 0x7f;
    /** Bytes that are no tag's. */
    private static final long NO_HASHES = -1;
    /** A sweep tests about as many tags as this in the time that one search takes. */
    private static final int SWEPT_PER_SEARCH = 16;

    private static final int WORDS = 3;
    private static final int GENERATION = 1;
    private static final int LAST_USE = 2;

    private final int ways;
    private final int setMask;
    private final int setBits;
    private final long[] hashes; // of each set a byte per way; an invalid entry's is left as it was
    private final long[] tags; // 0: invalid
    private final long[] contents; // of each entry the output, the generation and the time of its last use
    private long now;

    NarrowSets(int sets, int ways) {
        this.ways = ways;
        setMask = sets - 1;
        setBits = Integer.numberOfTrailingZeros(sets);
        hashes = new long[sets];
        Arrays.fill(hashes, NO_HASHES);
        tags = new long[sets * ways];
        contents = new long[sets * ways * WORDS];
    }

    @Override
    public int entries() {
        return tags.length;
    }

    @Override
    public int lookup(long tag) {
        int entry = find(tag);
        if (entry != MISS) {
            contents[entry * WORDS + LAST_USE] = ++now;
        }
        return entry;
    }

    @Override
    public long output(int entry) {
        return contents[entry * WORDS];
    }

    @Override
    public long generation(int entry) {
        return contents[entry * WORDS + GENERATION];
    }

    @Override
    public void update(int entry, long output) {
        contents[entry * WORDS] = output;
    }

    @Override
    public int insert(long tag, long output, long generation) {
        int set = (int) tag & setMask;
        int way = victim(set * ways);
        int shift = way << 3;
        hashes[set] = hashes[set] & ~(0xffL << shift) | hash(tag) << shift;
        int entry = set * ways + way;
        tags[entry] = tag;
        contents[entry * WORDS] = output;
        contents[entry * WORDS + GENERATION] = generation;
        contents[entry * WORDS + LAST_USE] = ++now;
        return entry;
    }

    @Override
    public boolean invalidate(long tag) {
        int entry = find(tag);
        if (entry == MISS) {
            return false;
        }
        tags[entry] = 0;
        return true;
    }

    @Override
    public void invalidateRange(long first, long count) {
        // The tag behind the last page's is the first of another address space.
        long pages = Math.min(count, PAGE_NUMBER_MASK + 1 - (first & PAGE_NUMBER_MASK));
        if (pages <= tags.length / SWEPT_PER_SEARCH) {
            for (long i = 0; i < pages; i++) {
                invalidate(first + i);
            }
            return;
        }
        for (int entry = 0; entry < tags.length; entry++) {
            long distance = tags[entry] - first;
            tags[entry] &= ~((distance - pages & ~distance) >> 63); // 0 <= distance < pages, without a branch
        }
    }

    @Override
    public void invalidateAsid(int asid) {
        long wanted = tag(asid, 0);
        for (int entry = 0; entry < tags.length; entry++) {
            long difference = tags[entry] & ASID_AND_VALID ^ wanted;
            tags[entry] &= (difference | -difference) >> 63; // all ones unless it is 0, without a branch
        }
    }

    @Override
    public void invalidateAll() {
        Arrays.fill(tags, 0);
    }

    private int find(long tag) {
        int set = (int) tag & setMask;
        long difference = hashes[set] ^ hash(tag) * EACH_BYTE;
        // The high bit of each byte that is 0, and perhaps of some above such a one; the bytes of no tag never are 0.
        long candidates = difference - EACH_BYTE & ~difference & HIGH_BITS;
        while (candidates != 0) {
            int entry = set * ways + (Long.numberOfTrailingZeros(candidates) >> 3);
            if (tags[entry] == tag) {
                return entry;
            }
            candidates &= candidates - 1; // two tags of one hash, or an invalid entry's: the next
        }
        return MISS;
    }

    private int victim(int first) {
        int oldest = 0;
        long earliest = Long.MAX_VALUE;
        for (int way = 0; way < ways; way++) {
            if (tags[first + way] == 0) {
                return way;
            }
            long use = contents[(first + way) * WORDS + LAST_USE];
            if (use < earliest) {
                earliest = use;
                oldest = way;
            }
        }
        return oldest;
    }

    private long hash(long tag) {
        return (tag >>> setBits ^ tag >>> PAGE_NUMBER_BITS) & HASH_MASK;
    }
}
