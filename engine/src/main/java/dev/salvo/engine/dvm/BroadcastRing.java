package dev.salvo.engine.dvm;

import static dev.salvo.engine.host.OwnLines.STRIDE;
import static dev.salvo.engine.host.OwnLines.at;

import dev.salvo.engine.host.OwnLines;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.Tlbi;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A broadcast through one ring of 64-bit words: many issuers, every core reads every word, and a core's cursor is its
 * acknowledgement.
 *
 * <p><b>The word.</b> A slot is one {@link Tlbi} word whose bit 63 tells the parity of the lap that wrote it. Whether
 * position <i>p</i> has been published is read from the slot itself; there is no second array and no shared tail. To
 * issue is one compare-and-set of the slot's word, from last lap's to this lap's, at the first unpublished position the
 * issuer finds: claim and publication are the same instant, so an issuer that loses its CPU anywhere blocks nobody.
 *
 * <p><b>Why one bit of lap is enough.</b> An issuer is itself a core online, and its own cursor holds the ring:
 * position <i>p</i> + capacity can be published only once every cursor is above <i>p</i>. While an issuer is at
 * position <i>p</i> its cursor is at most <i>p</i>, so the slot holds last lap's word or this lap's, whatever the
 * issuer's delay between its load and its compare-and-set. The same holds for a core that serves at its cursor.
 *
 * <p><b>Room.</b> {@code limit} is the position at which the cursors must be read again; it is written about once per
 * lap, by whoever comes to it first. A core that joins takes its place at {@code limit - capacity}, the oldest position
 * that may still be unread, and then changes the count of joins in the low bits of the same word: a rise of the limit
 * that was computed without this core fails and is computed again. (The count wraps after 65,536 joins; to go
 * unnoticed, exactly that many would have to fall between one reading of the cursors and its compare-and-set.)
 *
 * <p><b>Old words.</b> Two laps back a slot held this lap's parity, so nobody may read a word that old. Nobody does:
 * who reads a limit of <i>p</i> + 1 or more, by an acquire, comes after the cursors it was raised from, and they come
 * after the serves of last lap's word in that slot. A core that joins reads the limit too, and so begins in no worse
 * state than one that has served all along. That is why the issuer's own look at the slot need not be more than opaque.
 *
 * <p><b>Progress.</b> {@link #issue} is lock-free (its compare-and-set fails because another's succeeded, or, where it
 * is made of load-exclusive and store-exclusive, now and then for no reason) and costs the same for any number of
 * cores; {@link #serve}, {@link #behind} and {@link #leave} are wait-free; {@link #join} is lock-free. A full ring
 * delays the issuer, as a DVM retry does, and nothing is ever overwritten. An issuer that is far behind is sent to serve
 * its port, too: others have issued meanwhile.
 *
 * <p>Tradeoffs to keep in mind: all issuers meet at the same slot, and all cores read the same lines; a core that is
 * slow to serve holds the ring for everybody.
 */
public class BroadcastRing extends Interconnect {
    private static final long LAP = 1L << 63;
    static final int JOINS_BITS = 16;
    static final long JOINS_MASK = (1L << JOINS_BITS) - 1;

    /** A core acknowledges after at most this many operations, so that nobody waits for a whole ring to be read. */
    static final int ACKNOWLEDGE_EVERY = 64;

    /** An issuer that has passed more of others' words than this on its way to the ring's end has to serve first. */
    private static final int MOST_PASSED = 16;

    static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] slots;
    private final int mask;
    private final int lapShift;

    /** The cores' cursors: each written by its core alone, read by waiters and by whoever raises the limit. */
    private final long[] cursors;

    /** Each core's own: the first position at which it has not yet found a published word. Read by nobody else. */
    final long[] frontier;

    /**
     * Word {@value OwnLines#STRIDE}, with a stride of padding on either side: limit in the high bits, joins in the low ones.
     */
    final long[] limit;

    /**
     * Makes an empty ring with nobody online.
     *
     * @param cores    how many ports, at least 1
     * @param capacity operations that fit; a power of two, at least 2
     */
    public BroadcastRing(int cores, int capacity) {
        super(cores);
        if (capacity < 2 || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("a ring of " + capacity + " operations: a power of two, at least 2");
        }
        slots = new long[capacity];
        mask = capacity - 1;
        lapShift = Integer.numberOfTrailingZeros(capacity);
        cursors = OwnLines.words(cores);
        frontier = OwnLines.words(cores);
        limit = new long[2 * STRIDE + 1];
        limit[STRIDE] = (long) capacity << JOINS_BITS;
        for (int core = 0; core < cores; core++) {
            cursors[at(core)] = OFFLINE;
        }
    }

    @Override
    public long issue(int core, long tlbi) {
        long[] slots = this.slots;
        long position = Math.max(frontier[at(core)], cursors[at(core)]);
        long farthest = position + MOST_PASSED;
        while (true) {
            // Acquire: a raised limit says that all have read the slot, and their reads come before our store.
            while (position >= limitAcquire() >>> JOINS_BITS) {
                if (!raiseLimit(position)) {
                    requireOnline(core, cursors[at(core)]);
                    frontier[at(core)] = position;
                    return FULL;
                }
            }
            int slot = (int) position & mask;
            long word = (long) WORDS.getOpaque(slots, slot);
            if (!published(word, position) && publish(slot, word, tlbi | lap(position))) {
                frontier[at(core)] = position + 1;
                return position;
            }
            if (published((long) WORDS.getOpaque(slots, slot), position)) {
                position++; // somebody else's: ours goes behind it
                if (position > farthest) { // every word passed here would be read once more, to be served
                    frontier[at(core)] = position;
                    return FULL;
                }
            }
        }
    }

    @Override
    public int serve(int core, Tlb tlb) {
        long[] slots = this.slots;
        long cursor = cursors[at(core)];
        requireOnline(core, cursor);
        // Acquire: the walks that follow see the page-table store that preceded the TLBI.
        long word = (long) WORDS.getAcquire(slots, (int) cursor & mask);
        if (!published(word, cursor)) {
            return 0;
        }
        long end = cursor + ACKNOWLEDGE_EVERY;
        long next = cursor + 1;
        take(core, tlb, word & ~LAP);
        // Release: the entries are gone, and every access that used them is over, before anyone sees the cursor move.
        // The first by itself: who waits for one alone need not wait until this core has looked for a second.
        WORDS.setRelease(cursors, at(core), next);
        word = (long) WORDS.getAcquire(slots, (int) next & mask);
        if (!published(word, next)) {
            return 1;
        }
        do {
            take(core, tlb, word & ~LAP);
            next++;
            word = (long) WORDS.getAcquire(slots, (int) next & mask);
        } while (next < end && published(word, next));
        WORDS.setRelease(cursors, at(core), next);
        return (int) (next - cursor);
    }

    @Override
    public boolean isEmpty(int core) {
        return nextSlot(core) < 0; // claimed and published at once: nothing can be hidden
    }

    @Override
    public int waitsOn(int issuer) {
        int slowest = 0;
        for (int core = 1; core < cores(); core++) {
            if (acknowledged(core, core) < acknowledged(slowest, slowest)) {
                slowest = core;
            }
        }
        return slowest;
    }

    @Override
    public long acknowledged(int core, int issuer) {
        return (long) WORDS.getAcquire(cursors, at(core)); // pairs with the release in serve
    }

    @Override
    public void join(int core, Tlb tlb) {
        long seen;
        do {
            seen = (long) WORDS.getVolatile(limit, STRIDE);
            long oldest = (seen >>> JOINS_BITS) - slots.length;
            frontier[at(core)] = oldest;
            WORDS.setVolatile(cursors, at(core), oldest);
        } while (!WORDS.compareAndSet(limit, STRIDE, seen, seen & ~JOINS_MASK | seen + 1 & JOINS_MASK));
        VarHandle.fullFence();
    }

    @Override
    public void leave(int core) {
        WORDS.setRelease(cursors, at(core), OFFLINE);
    }

    /**
     * Replaces a slot's word by the next lap's: the one step that claims and publishes. Release: what came before (the
     * page-table store) is seen by every core that serves the word. The full fence is DSB's, not TLBI's.
     *
     * @param slot which slot
     * @param was  last lap's word
     * @param is   this lap's
     * @return false if another came first, or for no reason
     */
    boolean publish(int slot, long was, long is) {
        return WORDS.weakCompareAndSetRelease(slots, slot, was, is);
    }

    /** Does, on the core's own thread, what an operation asks; the acknowledgement follows. */
    void take(int core, Tlb tlb, long tlbi) {
        tlb.invalidate(tlbi);
    }

    /** Takes the one operation at {@link #nextSlot}, which there is. */
    final void serveOne(int core, Tlb tlb) {
        long cursor = cursors[at(core)];
        take(core, tlb, (long) WORDS.getOpaque(slots, slotAt(cursor)) & ~LAP); // acquired by nextSlot
        WORDS.setRelease(cursors, at(core), cursor + 1);
    }

    final int slotAt(long position) {
        return (int) position & mask;
    }

    /** The slot that a core serves next, if its operation has been published; else -1. */
    final int nextSlot(int core) {
        long cursor = cursors[at(core)];
        int slot = (int) cursor & mask;
        return published((long) WORDS.getAcquire(slots, slot), cursor) ? slot : -1;
    }

    private long limitAcquire() {
        return (long) WORDS.getAcquire(limit, STRIDE);
    }

    /** Reads all cursors again; false if there is still no room at a position. */
    private boolean raiseLimit(long position) {
        // Volatile, and before the cursors: a core that has joined by now is seen below; one that joins later changes
        // this word and makes the compare-and-set fail.
        long seen = (long) WORDS.getVolatile(limit, STRIDE);
        if (position < seen >>> JOINS_BITS) {
            return true;
        }
        long slowest = OFFLINE;
        for (int core = 0; core < cores(); core++) {
            slowest = Math.min(slowest, acknowledged(core, core));
        }
        long raised = slowest + slots.length;
        if (position >= raised) {
            return false;
        }
        WORDS.compareAndSet(limit, STRIDE, seen, raised << JOINS_BITS | seen & JOINS_MASK);
        return true; // raised by us, by another, or, if somebody joined, not at all: the caller looks again
    }

    /** Offline the cursor is no position: served from there, it would stall the ring for everybody. */
    private static void requireOnline(int core, long cursor) {
        if (cursor == OFFLINE) {
            throw new IllegalStateException("core " + core + " uses its port while it is offline");
        }
    }

    private boolean published(long word, long position) {
        return (word & LAP) == lap(position);
    }

    /** Lap 0 writes ones over the ring's first zeros. */
    private long lap(long position) {
        return (position >>> lapShift & 1) == 0 ? LAP : 0;
    }
}
