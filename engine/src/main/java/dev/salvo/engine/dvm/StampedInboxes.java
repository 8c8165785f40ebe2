package dev.salvo.engine.dvm;

/** {@link Inboxes} that note when each operation was issued. For forks that take times. */
public final class StampedInboxes extends Inboxes {
    /**
     * Makes empty inboxes with nobody online.
     *
     * @param cores    how many ports, at least 1
     * @param capacity messages that fit an inbox, at least 2; rounded up to a power of two
     */
    public StampedInboxes(int cores, int capacity) {
        super(cores, capacity);
    }

    @Override
    void write(Message message, long sequence, long tlbi) {
        message.issuedAt = System.nanoTime();
        super.write(message, sequence, tlbi);
    }

    @Override
    public long arrival(int core) {
        Message next = next(core);
        return next == null ? NOTHING : next.issuedAt;
    }
}
