package dev.salvo.peers;

import dev.salvo.results.PeerRow.Work;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;

/**
 * One contender's turn at one point: the senders send for as long as it lasts, all others take; then everybody's count
 * is compared with what was sent. Used once.
 */
final class Turn implements Consumer<Seat> {
    /** A chunk grows while it takes less than this share of a turn: the clock is looked at between chunks. */
    private static final int SHARE_OF_A_CHUNK = 32;

    private static final int ACTIVE = 32; // a cache line of its own, as every idle core reads it

    /**
     * What is measured.
     *
     * @param senders the first so many cores send
     * @param batch   operations between waits
     * @param work    what is done on receipt
     */
    record Point(int senders, int batch, Work work) {
    }

    private final Broadcast broadcast;
    private final Point point;
    private final long lengthNanos;
    private final AtomicIntegerArray active = new AtomicIntegerArray(2 * ACTIVE + 1);

    Turn(Broadcast broadcast, Point point, long lengthNanos) {
        this.broadcast = broadcast;
        this.point = point;
        this.lengthNanos = lengthNanos;
        active.set(ACTIVE, point.senders());
    }

    Point point() {
        return point;
    }

    /** Whether every sender has finished, and so everything that was sent has been taken. */
    boolean over() {
        return active.get(ACTIVE) == 0;
    }

    /** Gets a core ready, before all start together. */
    void sitDown(Seat seat) {
        seat.sitDown(this);
        broadcast.prepare(seat);
    }

    @Override
    public void accept(Seat seat) {
        if (seat.core < point.senders()) {
            send(seat);
            active.decrementAndGet(ACTIVE);
        }
        broadcast.receive(seat);
    }

    private void send(Seat seat) {
        long start = System.nanoTime();
        int chunk = 1;
        long before = start;
        long now = start;
        while (now - start < lengthNanos) {
            broadcast.send(seat, chunk);
            now = System.nanoTime();
            if (now - before < lengthNanos / SHARE_OF_A_CHUNK) {
                chunk *= 2;
            }
            before = now;
        }
        seat.elapsed(now - start);
    }

    /**
     * What a page cost a sender, when the turn is over.
     *
     * @param seats all cores
     * @return the senders' wall time over the pages they sent, in ns
     * @throws UndeliveredException if a core has not taken what was sent, or its TLB has not forgotten it
     */
    double nsPerPage(List<Seat> seats) {
        List<Seat> senders = seats.subList(0, point.senders());
        long sent = senders.stream().mapToLong(Seat::sent).sum();
        Optional<String> wrong = broadcast.proveDelivery(seats, sent);
        if (wrong.isPresent()) {
            throw new UndeliveredException(wrong.get());
        }
        long furthest = senders.stream().mapToLong(Seat::sent).max().orElseThrow();
        for (Seat seat : seats) {
            int held = broadcast.firstHeldPage(seat);
            if (held < Math.min(Seat.PAGES, furthest)) {
                throw new UndeliveredException("the TLB of core " + seat.core + " still holds page " + held
                    + ", which it was told to forget");
            }
        }
        return (double) senders.stream().mapToLong(Seat::nanos).sum() / sent;
    }
}
