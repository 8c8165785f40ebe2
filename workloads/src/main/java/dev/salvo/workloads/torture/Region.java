package dev.salvo.workloads.torture;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What must be in some pages of memory, and what may be done with them: the model that accesses are held against.
 *
 * <p><b>Contents.</b> Of every page each core has one byte that only it stores to, numbers counted up. So each core
 * knows what its bytes hold, without asking anybody. A fork copies bytes while their owners may be storing: what the
 * child's byte may be is then a range, from the last store that was over before the fork to the last that had begun
 * after it.
 *
 * <p><b>Rights.</b> Per page one word, changed only by whoever has claimed the page, before and after the system call
 * that makes the change true. An access that finds the same settled word before and after itself lies wholly within the
 * time in which that word was true.
 *
 * <p><b>Order.</b> A rights word is set by a release after the system call has returned, and read by an acquire before
 * the access: an access that knows of a change begins after it. {@code begun} is set before its store and {@code done}
 * after it, by releases; a fork reads {@code done} before it begins and {@code begun} when it is over.
 */
final class Region {
    /** Kinds of rights. */
    static final int CHANGING = 0;
    static final int NONE = 1;
    static final int READ = 2;
    static final int READ_WRITE = 3;

    private static final int KIND_BITS = 2;
    private static final int KIND_MASK = (1 << KIND_BITS) - 1;
    private static final long EPOCH = 1L << KIND_BITS;
    private static final int MAPPING_SHIFT = 32;

    /**
     * What a core knows of its byte: bits 31..30 of {@link #begun} and {@link #done}; the count below, the mapping
     * above.
     */
    private static final long KNOWN = 0;
    private static final long INHERITED = 1L << 30;
    private static final long IN_DOUBT = 1L << 31;
    private static final long COUNT_MASK = INHERITED - 1;

    /** More stores than this during a fork, and any byte will do. */
    private static final long WIDEST_RANGE = 200;

    final int pages;
    private final int cores;

    /** Mapping number (odd: not mapped) in the high half, then a count of changes, then the kind. */
    private final AtomicLongArray rights;

    /** Per core and page: mapping number, what is known, count. */
    private final AtomicLongArray begun;
    private final AtomicLongArray done;

    /**
     * Per core and page, where {@link #INHERITED}: the first and the last value it may have. Written before it is
     * shared.
     */
    private final long[] first;
    private final long[] last;

    /** Memory that can be written, and holds zeros. */
    Region(int pages, int cores) {
        this.pages = pages;
        this.cores = cores;
        rights = new AtomicLongArray(pages);
        begun = new AtomicLongArray(pages * cores);
        done = new AtomicLongArray(pages * cores);
        first = new long[pages * cores];
        last = new long[pages * cores];
        for (int page = 0; page < pages; page++) {
            rights.setPlain(page, READ_WRITE);
        }
    }

    // ---- rights

    long rights(int page) {
        return rights.getAcquire(page);
    }

    static int kind(long word) {
        return (int) word & KIND_MASK;
    }

    /** Which of all times it was mapped; odd if it is not. */
    static long mapping(long word) {
        return word >>> MAPPING_SHIFT;
    }

    /**
     * Claims some pages for a change, if they are settled, and all of one kind.
     *
     * @return their kind; CHANGING if they could not be claimed
     */
    int claim(int page, int count) {
        int kind = kind(rights(page));
        for (int i = page; i < page + count; i++) {
            long word = rights(i);
            if (kind == CHANGING || kind(word) != kind || !rights.compareAndSet(i, word, changing(word))) {
                settle(page, i - page, kind);
                return CHANGING;
            }
        }
        return kind;
    }

    /** Claims all pages, each of whatever kind it is; their kinds, or null if one could not be claimed. */
    int[] claimAll() {
        int[] kinds = new int[pages];
        for (int page = 0; page < pages; page++) {
            long word = rights(page);
            kinds[page] = kind(word);
            if (kinds[page] == CHANGING || !rights.compareAndSet(page, word, changing(word))) {
                settleAll(kinds, page);
                return null;
            }
        }
        return kinds;
    }

    /**
     * Says, of claimed pages, that another mapping begins: unmapped ones are about to be mapped, mapped ones unmapped.
     */
    void remap(int page, int count) {
        for (int i = page; i < page + count; i++) {
            rights.setRelease(i, rights.getPlain(i) + (1L << MAPPING_SHIFT));
        }
    }

    /** Ends a claim: from here on the pages are of this kind. */
    void settle(int page, int count, int kind) {
        for (int i = page; i < page + count; i++) {
            rights.setRelease(i, rights.getPlain(i) | kind);
        }
    }

    /** Ends a claim of the first pages. */
    void settleAll(int[] kinds, int count) {
        for (int page = 0; page < count; page++) {
            settle(page, 1, kinds[page]);
        }
    }

    /**
     * The same with another count of changes, or else a word that comes back would look as if it had never been away.
     */
    private static long changing(long word) {
        long mapping = word >>> MAPPING_SHIFT << MAPPING_SHIFT;
        return mapping | (word + EPOCH & 0xffff_ffffL & ~KIND_MASK);
    }

    /** Holds an access's outcome against the rights before and after it. */
    static void checkRights(long before, long after, boolean store, boolean succeeded, Object where) {
        int kind = kind(before);
        if (before != after || kind == CHANGING) {
            return; // some change was under way: either outcome is right
        }
        boolean allowed = kind == READ_WRITE || kind == READ && !store;
        if (succeeded && !allowed) {
            throw new Violation((kind == NONE ? "an access reached " : "a store reached ") + where + " after "
                + (kind == NONE ? "munmap" : "mprotect to read-only") + " had returned");
        }
        if (!succeeded && allowed) {
            throw new Violation("a segmentation fault at " + where + ", which "
                + (kind == READ_WRITE ? "can be written" : "can be read"));
        }
    }

    // ---- contents

    /** The value that a core is about to store; says that the store has begun. */
    byte begin(int core, int page, long before) {
        long own = done.getPlain(at(core, page));
        long count = mapping(own) == mapping(before) ? (own & COUNT_MASK) + 1 & COUNT_MASK : 1;
        begun.setRelease(at(core, page), mapping(before) << MAPPING_SHIFT | count);
        return (byte) count;
    }

    /** The store that {@link #begin} announced has been made, or has not. */
    void end(int core, int page, long before, long after, boolean stored) {
        int at = at(core, page);
        if (!stored) {
            begun.setRelease(at, done.getPlain(at));
        } else if (mapping(before) == mapping(after)) {
            done.setRelease(at, begun.getPlain(at));
        } else { // into the mapping that was, or into one that came after
            begun.setRelease(at, IN_DOUBT);
            done.setRelease(at, IN_DOUBT);
        }
    }

    /** Holds a byte that a core has loaded, its own, against what it last stored there. */
    void check(int core, int page, long before, long after, byte found, Object where) {
        if (mapping(before) != mapping(after) || (mapping(before) & 1) != 0) {
            return; // of no mapping that is known
        }
        int at = at(core, page);
        long own = done.getPlain(at);
        if ((own & IN_DOUBT) != 0) {
            know(at, before, found & 0xff);
        } else if (mapping(own) != mapping(before)) {
            expect(0, 0, found, where);
            know(at, before, 0);
        } else if ((own & INHERITED) != 0) {
            expect(first[at], last[at], found, where);
            know(at, before, found & 0xff);
        } else {
            expect(own & COUNT_MASK, own & COUNT_MASK, found, where);
        }
    }

    private void know(int at, long before, long count) {
        long own = mapping(before) << MAPPING_SHIFT | KNOWN | count;
        begun.setRelease(at, own);
        done.setRelease(at, own);
    }

    private static void expect(long first, long last, byte found, Object where) {
        if ((found - first & 0xff) > last - first) {
            throw new Violation(where + " holds " + (found & 0xff) + ", and must hold " + (first & 0xff)
                + (first == last ? "" : " to " + (last & 0xff))
                + ": a store was lost, or another page's byte is there");
        }
    }

    // ---- fork

    /**
     * What all cores had stored when this was called: taken before a fork, for {@link #fork}. All pages are claimed.
     */
    long[] snapshot() {
        long[] snapshot = new long[pages * cores];
        for (int at = 0; at < snapshot.length; at++) {
            snapshot[at] = done.getAcquire(at);
        }
        return snapshot;
    }

    /**
     * What a child has that was forked between {@link #snapshot} and now. All pages are still claimed.
     *
     * @param snapshot what had been stored before
     * @param kinds    the kinds of the pages
     * @return the child's memory
     */
    Region fork(long[] snapshot, int[] kinds) {
        Region child = new Region(pages, cores);
        for (int page = 0; page < pages; page++) {
            long word = rights.getPlain(page);
            child.rights.setPlain(page, word | kinds[page]);
            for (int core = 0; core < cores; core++) {
                int at = at(core, page);
                inherit(child, at, snapshot[at], begun.getAcquire(at), mapping(word));
            }
        }
        return child;
    }

    private void inherit(Region child, int at, long before, long now, long mapping) {
        long own = mapping << MAPPING_SHIFT | INHERITED;
        long from = mapping(before) == mapping ? before & COUNT_MASK : 0;
        long to = mapping(now) == mapping ? now & COUNT_MASK : 0;
        if ((before & now & INHERITED) != 0 && mapping(before) == mapping) {
            from = first[at];
            to = last[at];
        } else if (((before | now) & (IN_DOUBT | INHERITED)) != 0 || to < from || to - from > WIDEST_RANGE) {
            own = IN_DOUBT;
        }
        child.first[at] = from;
        child.last[at] = to;
        child.begun.setPlain(at, own);
        child.done.setPlain(at, own);
    }

    private int at(int core, int page) {
        return core * pages + page;
    }
}
