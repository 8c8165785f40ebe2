package dev.salvo.engine.dvm;

/**
 * A {@link BroadcastRing} that notes when each operation was issued. For forks that take times: the clock is read at
 * every issue.
 *
 * <p>Two issuers that meet at a slot both write its stamp; the one that lost may leave its own, which is older by no
 * more than the time they contended.
 */
public final class StampedRing extends BroadcastRing {
    private final long[] issuedAt;

    /**
     * Makes an empty ring with nobody online.
     *
     * @param cores    how many ports, at least 1
     * @param capacity operations that fit; a power of two, at least 2
     */
    public StampedRing(int cores, int capacity) {
        super(cores, capacity);
        issuedAt = new long[capacity];
    }

    @Override
    boolean publish(int slot, long was, long is) {
        issuedAt[slot] = System.nanoTime(); // made visible by the publication
        return super.publish(slot, was, is);
    }

    @Override
    public long arrival(int core) {
        int slot = nextSlot(core);
        return slot < 0 ? NOTHING : issuedAt[slot];
    }
}
