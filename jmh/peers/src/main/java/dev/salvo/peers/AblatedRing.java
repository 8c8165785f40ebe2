package dev.salvo.peers;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A ring of the same words and cursors as {@code BroadcastRing}, in which one decision at a time can be taken
 * otherwise, to see what it is worth. All variants are this one class, compiled once, so that beside what is named they
 * differ only in well-predicted branches: compare them with {@link Change#NONE}, not with the product. Going on and off
 * line is left out. Not for use: some of the variants give up what the ring promises, as is said of each.
 *
 * <p>Cores are those of a turn, and always there. Waits are the seats' (spin on a CPU of one's own, else yield), which
 * leaves out what {@code Core} knows about who shares its CPU.
 */
final class AblatedRing extends Broadcast {
    /** What is done otherwise. */
    enum Change {
        /** Nothing. */
        NONE,
        /**
         * A position is claimed by fetch-and-add on a shared tail, and published by a store. An issuer that loses its
         * CPU in between blocks everybody.
         */
        FETCH_AND_ADD,
        /** Whether there is room is found by reading all cursors at every issue, and not once a lap. */
        EVERY_MINIMUM,
        /** A core moves its cursor after every word, and not once for all that it found. */
        ACKNOWLEDGE_EACH,
        /** A waiter reads all cursors in each round, and not from the first that was behind. */
        RESCAN,
        /** Per word a counter to which every receiver adds one; the waiter looks at its last word's. */
        COUNT,
        /** Clusters of eight cores, each with the least of their cursors, kept by its cores; the waiter reads those. */
        TREE,
        /** The cursors lie side by side, eight to a cache line. */
        UNPADDED
    }

    private static final int CAPACITY = 4096;
    private static final int MASK = CAPACITY - 1;
    private static final int LAP_SHIFT = 12;
    private static final long LAP = 1L << 63;
    private static final int LINE = 16;
    private static final int ACKNOWLEDGE_EVERY = 64;
    private static final int CLUSTER = 8;
    private static final int FIRST = LINE; // padding before the first
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    private final Change change;
    private final int cores;
    private final int stride;
    private final long[] slots = new long[CAPACITY];
    private final long[] cursors;
    private final long[] clusters;
    private final long[] counters;

    /** Each core's own: the first position at which it has not yet found a published word. */
    private final long[] frontier;
    private final long[] limit = new long[2 * LINE + 1];
    private final long[] tail = new long[2 * LINE + 1];

    AblatedRing(int cores, Change change) {
        this.change = change;
        this.cores = cores;
        stride = change == Change.UNPADDED ? 1 : LINE;
        cursors = new long[2 * FIRST + cores * stride];
        clusters = new long[2 * FIRST + (cores / CLUSTER + 1) * LINE];
        frontier = new long[2 * FIRST + cores * LINE];
        counters = new long[change == Change.COUNT ? CAPACITY : 0];
        limit[FIRST] = CAPACITY;
    }

    @Override
    void send(Seat seat, int batches) {
        int batch = seat.turn.point().batch();
        for (int i = 0; i < batches; i++) {
            long last = 0;
            for (int k = 0; k < batch; k++) {
                last = issue(seat, seat.next());
            }
            VarHandle.fullFence();
            serve(seat);
            await(seat, last);
        }
    }

    @Override
    void receive(Seat seat) {
        while (!seat.turn.over()) {
            serveOrIdle(seat);
        }
    }

    private long issue(Seat seat, long tlbi) {
        if (change == Change.FETCH_AND_ADD) {
            long position = (long) WORDS.getAndAdd(tail, FIRST, 1L);
            while (!hasRoom(position)) {
                serveOrIdle(seat);
            }
            WORDS.setRelease(slots, (int) position & MASK, tlbi | lap(position));
            return position;
        }
        int own = FIRST + seat.core * LINE;
        long position = Math.max(frontier[own], cursor(seat.core));
        while (true) {
            while (!hasRoom(position)) {
                serveOrIdle(seat);
                // Never behind what it has served, or one bit of lap is not enough.
                position = Math.max(position, cursor(seat.core));
            }
            int slot = (int) position & MASK;
            long word = (long) WORDS.getOpaque(slots, slot);
            if (published(word, position)) {
                position++;
                continue;
            }
            if (WORDS.weakCompareAndSetRelease(slots, slot, word, tlbi | lap(position))) {
                frontier[own] = position + 1;
                return position;
            }
        }
    }

    private boolean hasRoom(long position) {
        if (change != Change.EVERY_MINIMUM && position < (long) WORDS.getAcquire(limit, FIRST)) {
            return true;
        }
        long room = leastCursor() + CAPACITY;
        if (change == Change.EVERY_MINIMUM) {
            return position < room;
        }
        WORDS.setRelease(limit, FIRST, room); // only ever too low, if two of them cross
        return position < room;
    }

    private long leastCursor() {
        long least = Long.MAX_VALUE;
        for (int core = 0; core < cores; core++) {
            least = Math.min(least, cursor(core));
        }
        return least;
    }

    private void await(Seat seat, long last) {
        switch (change) {
            case RESCAN -> {
                while (leastCursor() <= last) {
                    serveOrIdle(seat);
                }
            }
            case COUNT -> {
                long enough = cores * ((last >>> LAP_SHIFT) + 1); // it is never set back: laps do not overlap
                while ((long) WORDS.getAcquire(counters, (int) last & MASK) < enough) {
                    serveOrIdle(seat);
                }
            }
            case TREE -> {
                for (int cluster = 0; cluster * CLUSTER < cores; cluster++) {
                    while ((long) WORDS.getAcquire(clusters, FIRST + cluster * LINE) <= last) {
                        serveOrIdle(seat);
                    }
                }
            }
            default -> {
                for (int core = 0; core < cores; core++) {
                    while (cursor(core) <= last) {
                        serveOrIdle(seat);
                    }
                }
            }
        }
    }

    private void serveOrIdle(Seat seat) {
        if (!serve(seat)) {
            seat.idle();
        }
    }

    private boolean serve(Seat seat) {
        long cursor = cursors[at(seat.core)];
        long next = cursor;
        long end = cursor + ACKNOWLEDGE_EVERY;
        long word = (long) WORDS.getAcquire(slots, (int) next & MASK);
        while (next < end && published(word, next)) {
            seat.take(word & ~LAP);
            if (change == Change.COUNT) {
                WORDS.getAndAddRelease(counters, (int) next & MASK, 1L);
            }
            next++;
            if (change == Change.ACKNOWLEDGE_EACH) {
                WORDS.setRelease(cursors, at(seat.core), next);
            }
            word = (long) WORDS.getAcquire(slots, (int) next & MASK);
        }
        if (next == cursor) {
            return false;
        }
        if (change != Change.ACKNOWLEDGE_EACH) {
            WORDS.setRelease(cursors, at(seat.core), next);
        }
        if (change == Change.TREE) {
            raiseCluster(seat.core / CLUSTER);
        }
        return true;
    }

    /** Of those that come at once the last sees all others' cursors: a full fence between its own and theirs. */
    private void raiseCluster(int cluster) {
        VarHandle.fullFence();
        long least = Long.MAX_VALUE;
        for (int core = cluster * CLUSTER; core < Math.min(cores, (cluster + 1) * CLUSTER); core++) {
            least = Math.min(least, cursor(core));
        }
        int at = FIRST + cluster * LINE;
        long seen = (long) WORDS.getAcquire(clusters, at);
        while (seen < least && !WORDS.weakCompareAndSetRelease(clusters, at, seen, least)) {
            seen = (long) WORDS.getAcquire(clusters, at);
        }
    }

    private long cursor(int core) {
        return (long) WORDS.getAcquire(cursors, at(core));
    }

    private int at(int core) {
        return FIRST + core * stride;
    }

    private static boolean published(long word, long position) {
        return (word & LAP) == lap(position);
    }

    private static long lap(long position) {
        return (position >>> LAP_SHIFT & 1) == 0 ? LAP : 0;
    }
}
