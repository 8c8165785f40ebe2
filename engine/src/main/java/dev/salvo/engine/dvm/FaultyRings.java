package dev.salvo.engine.dvm;

import static dev.salvo.engine.host.OwnLines.STRIDE;
import static dev.salvo.engine.host.OwnLines.at;

import dev.salvo.engine.tlb.Tlb;

/**
 * Rings with one fault each, for checks that have to find it. None of them is loaded by a machine without a fault. The
 * rings differ from {@link BroadcastRing} in what is said of each and in nothing else.
 */
public final class FaultyRings {
    private FaultyRings() {
    }

    /**
     * A ring whose cores acknowledge an operation when they take it, and invalidate when they next look at their port:
     * an invalidation queue that nobody waits for.
     *
     * @param cores    how many ports, at least 1
     * @param capacity operations that fit; a power of two, at least 2
     * @return the ring, empty, with nobody online
     */
    public static BroadcastRing acknowledgingBeforeInvalidating(int cores, int capacity) {
        return new AcknowledgingBeforeInvalidating(cores, capacity);
    }

    /**
     * A ring on which waiters take a core's acknowledgement for its neighbour's too (cores 0 and 1, 2 and 3), as if
     * these shared a TLB. Room is made as always.
     *
     * @param cores    how many ports, at least 1
     * @param capacity operations that fit; a power of two, at least 2
     * @return the ring, empty, with nobody online
     */
    public static BroadcastRing acknowledgingForNeighbours(int cores, int capacity) {
        return new AcknowledgingForNeighbours(cores, capacity);
    }

    /**
     * A ring on which waiters never look at core {@code cores / 2}. Room is made as always.
     *
     * @param cores    how many ports, at least 1
     * @param capacity operations that fit; a power of two, at least 2
     * @return the ring, empty, with nobody online
     */
    public static BroadcastRing skippingACore(int cores, int capacity) {
        return new SkippingACore(cores, capacity);
    }

    /**
     * A ring that overwrites its oldest word when it finds no room, whether the others have read it or not; the issuer
     * itself has.
     *
     * @param cores    how many ports, at least 1
     * @param capacity operations that fit; a power of two, at least 2
     * @return the ring, empty, with nobody online
     */
    public static BroadcastRing overwritingWhenFull(int cores, int capacity) {
        return new OverwritingWhenFull(cores, capacity);
    }

    /**
     * A ring on which a core that joins is seen by the others only after it has looked at its port some dozens of
     * times, or has issued: the store of its cursor lies in a store buffer while it walks.
     *
     * @param cores    how many ports, at least 1
     * @param capacity operations that fit; a power of two, at least 2
     * @return the ring, empty, with nobody online
     */
    public static BroadcastRing joiningLate(int cores, int capacity) {
        return new JoiningLate(cores, capacity);
    }

    private static final class AcknowledgingBeforeInvalidating extends BroadcastRing {
        /** Per core what it has taken and not yet done, and how much. Its own. */
        private final long[][] taken;
        private final int[] count;

        AcknowledgingBeforeInvalidating(int cores, int capacity) {
            super(cores, capacity);
            taken = new long[cores][ACKNOWLEDGE_EVERY];
            count = new int[cores];
        }

        @Override
        public int serve(int core, Tlb tlb) {
            for (int i = 0; i < count[core]; i++) {
                tlb.invalidate(taken[core][i]);
            }
            count[core] = 0;
            return super.serve(core, tlb);
        }

        /** It has yet to invalidate at its next look, which must not be spared it. */
        @Override
        public boolean isEmpty(int core) {
            return count[core] == 0 && super.isEmpty(core);
        }

        @Override
        void take(int core, Tlb tlb, long tlbi) {
            taken[core][count[core]++] = tlbi;
        }
    }

    private static final class AcknowledgingForNeighbours extends BroadcastRing {
        AcknowledgingForNeighbours(int cores, int capacity) {
            super(cores, capacity);
        }

        @Override
        public long acknowledged(int core, int issuer) {
            long own = super.acknowledged(core, issuer);
            int neighbour = core ^ 1;
            if (core == issuer || neighbour >= cores()) {
                return own;
            }
            long neighbours = super.acknowledged(neighbour, issuer);
            return neighbours == OFFLINE ? own : Math.max(own, neighbours);
        }
    }

    private static final class SkippingACore extends BroadcastRing {
        SkippingACore(int cores, int capacity) {
            super(cores, capacity);
        }

        @Override
        public long acknowledged(int core, int issuer) {
            return core == cores() / 2 && core != issuer ? OFFLINE : super.acknowledged(core, issuer);
        }
    }

    private static final class OverwritingWhenFull extends BroadcastRing {
        private final int capacity;

        OverwritingWhenFull(int cores, int capacity) {
            super(cores, capacity);
            this.capacity = capacity;
        }

        @Override
        public long issue(int core, long tlbi) {
            long sequence = super.issue(core, tlbi);
            long position = frontier[at(core)]; // where there is no room
            if (sequence != FULL || acknowledged(core, core) <= position - capacity) {
                return sequence;
            }
            long seen = (long) WORDS.getVolatile(limit, STRIDE);
            if (position >= seen >>> JOINS_BITS) {
                WORDS.compareAndSet(limit, STRIDE, seen, position + 1 << JOINS_BITS | seen & JOINS_MASK);
            }
            return super.issue(core, tlbi);
        }
    }

    private static final class JoiningLate extends BroadcastRing {
        private static final int LOOKS_BEFORE_JOINING = 256;

        /** Per core how many more looks at its port. Its own. */
        private final int[] looks;

        /** Per core whether it has been online: at its first time nothing has been mapped yet. Its own. */
        private final boolean[] joinedBefore;

        JoiningLate(int cores, int capacity) {
            super(cores, capacity);
            looks = new int[cores];
            joinedBefore = new boolean[cores];
        }

        @Override
        public void join(int core, Tlb tlb) {
            if (joinedBefore[core]) {
                looks[core] = LOOKS_BEFORE_JOINING;
            } else {
                joinedBefore[core] = true;
                super.join(core, tlb);
            }
        }

        @Override
        public void leave(int core) {
            looks[core] = 0;
            super.leave(core);
        }

        @Override
        public int serve(int core, Tlb tlb) {
            if (looks[core] > 0) {
                if (--looks[core] == 0) {
                    super.join(core, tlb);
                }
                return 0;
            }
            return super.serve(core, tlb);
        }

        /** Its looks count, and must not be spared it. */
        @Override
        public boolean isEmpty(int core) {
            return looks[core] == 0 && super.isEmpty(core);
        }

        @Override
        public long issue(int core, long tlbi) {
            if (looks[core] > 0) { // who takes part in the broadcast is waited for
                looks[core] = 0;
                super.join(core, null); // which leaves the TLB alone
            }
            return super.issue(core, tlbi);
        }
    }
}
