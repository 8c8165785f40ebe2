package dev.salvo.engine.tlb;

import java.util.Arrays;

/**
 * A fully associative level too wide to scan: 48 compares cost more than all the rest. Entries are found through an
 * index, chains by hash of the tag, and kept in a list in the order of their use, whose old end gives way: to look for
 * the least recently used of 48 costs more yet.
 *
 * <p>Entries have numbers from 1. 0 is none of them: it ends a chain, and it is where the list ends on its old side.
 * Each link is an array of its own: one array of them all was measured, and was slower.
 */
final class FullyAssociative extends TlbLevel {
    /** So many that few have two entries: where they have, the host's branch predictor errs. */
    private static final int CHAINS_PER_ENTRY = 16;
    private static final int NONE = 0;

    private final long[] tags; // 0: invalid
    private final long[] contents; // of each entry the output and the generation
    private final int[] head; // the first entry of each chain
    private final int[] next; // in its chain
    private final int[] older; // in the list; invalid entries are older than valid ones
    private final int[] younger; // of none: the oldest; of the newest: not in use
    private int newest;
    private long newestTag; // 0 if the newest is invalid

    FullyAssociative(int entries) {
        tags = new long[entries + 1];
        contents = new long[entries + 1 << 1];
        older = new int[entries + 1];
        younger = new int[entries + 1];
        next = new int[entries + 1];
        head = new int[Integer.highestOneBit(2 * entries - 1) * CHAINS_PER_ENTRY];
        for (int entry = 1; entry <= entries; entry++) {
            makeNewest(entry, 0);
        }
    }

    @Override
    public int entries() {
        return tags.length - 1;
    }

    @Override
    public int lookup(long tag) {
        if (tag == newestTag) {
            return newest; // it need not move
        }
        int entry = head[bucket(tag)];
        while (entry != NONE) {
            if (tags[entry] == tag) {
                unlink(entry);
                makeNewest(entry, tag);
                return entry;
            }
            entry = next[entry];
        }
        return MISS;
    }

    @Override
    public long output(int entry) {
        return contents[entry << 1];
    }

    @Override
    public long generation(int entry) {
        return contents[(entry << 1) + 1];
    }

    @Override
    public void update(int entry, long output) {
        contents[entry << 1] = output;
    }

    @Override
    public int insert(long tag, long output, long generation) {
        int entry = younger[NONE];
        long before = tags[entry];
        if (before != 0) {
            unchain(entry, before);
        }
        int bucket = bucket(tag);
        next[entry] = head[bucket];
        head[bucket] = entry;
        tags[entry] = tag;
        contents[entry << 1] = output;
        contents[(entry << 1) + 1] = generation;
        unlink(entry);
        makeNewest(entry, tag);
        return entry;
    }

    @Override
    public boolean invalidate(long tag) {
        int entry = head[bucket(tag)];
        while (entry != NONE) {
            if (tags[entry] == tag) {
                drop(entry, tag);
                return true;
            }
            entry = next[entry];
        }
        return false;
    }

    @Override
    public void invalidateRange(long first, long count) {
        // The tag behind the last page's is the first of another address space.
        long pages = Math.min(count, PAGE_NUMBER_MASK + 1 - (first & PAGE_NUMBER_MASK));
        if (pages <= entries()) {
            for (long i = 0; i < pages; i++) {
                invalidate(first + i);
            }
            return;
        }
        for (int entry = 1; entry <= entries(); entry++) {
            // Unsigned distance: tags of other address spaces, and invalid entries, are far away.
            long tag = tags[entry];
            if (tag != 0 && Long.compareUnsigned(tag - first, pages) < 0) {
                drop(entry, tag);
            }
        }
    }

    @Override
    public void invalidateAsid(int asid) {
        long wanted = tag(asid, 0);
        for (int entry = 1; entry <= entries(); entry++) {
            long tag = tags[entry];
            if ((tag & ASID_AND_VALID) == wanted) {
                drop(entry, tag);
            }
        }
    }

    @Override
    public void invalidateAll() {
        Arrays.fill(tags, 0);
        Arrays.fill(head, NONE);
        newestTag = 0;
    }

    /** Takes an entry that is not the newest out of the list. */
    private void unlink(int entry) {
        int before = older[entry];
        int behind = younger[entry];
        younger[before] = behind;
        older[behind] = before;
    }

    /** Puts an entry that is not in the list at its young end. */
    private void makeNewest(int entry, long tag) {
        older[entry] = newest;
        younger[newest] = entry;
        newest = entry;
        newestTag = tag;
    }

    private void drop(int entry, long tag) {
        unchain(entry, tag);
        tags[entry] = 0;
        if (entry == newest) {
            newest = older[entry];
            newestTag = tags[newest];
        } else {
            unlink(entry);
        }
        int oldest = younger[NONE];
        older[oldest] = entry;
        younger[entry] = oldest;
        older[entry] = NONE;
        younger[NONE] = entry;
    }

    private void unchain(int entry, long tag) {
        int bucket = bucket(tag);
        if (head[bucket] == entry) {
            head[bucket] = next[entry];
            return;
        }
        int before = head[bucket];
        while (next[before] != entry) {
            before = next[before];
        }
        next[before] = next[entry];
    }

    private int bucket(long tag) {
        return (int) (tag ^ tag >>> PAGE_NUMBER_BITS) & head.length - 1;
    }
}
