package dev.salvo.peers;

import java.util.List;
import java.util.Optional;

/**
 * A contender: a way to hand every core the same operations, the sender's own core among them, and to know when each
 * has taken them.
 *
 * <p><b>The rules</b>, the same for all. Operations go out one by one, as pages are unmapped; only the wait is shared
 * by a batch. A wait ends when every core has taken every operation of the batch. Whoever waits takes what others send
 * meanwhile. Nobody takes for another core.
 *
 * <p><b>Threads.</b> Each method is called by the seat's own thread, many at a time; {@link #firstHeldPage} and
 * {@link #proveDelivery} by the thread that judges, when no turn is on.
 */
abstract class Broadcast {
    /**
     * Takes a place, once, before the first turn.
     *
     * @param seat the core
     */
    void join(Seat seat) {
    }

    /**
     * Gets a core ready for a turn, after {@link Seat#sitDown}.
     *
     * @param seat the core
     */
    void prepare(Seat seat) {
    }

    /**
     * Sends batches, and waits after each until all cores have taken it.
     *
     * @param seat    the sender
     * @param batches how many, at least 1
     */
    abstract void send(Seat seat, int batches);

    /**
     * Takes what arrives until {@link Turn#over}.
     *
     * @param seat a core that does not send, or no longer
     */
    abstract void receive(Seat seat);

    /**
     * What a core's TLB has not forgotten in the turn that is over.
     *
     * @param seat the core
     * @return the first of the pages 0 .. {@link Seat#PAGES} - 1 that it still holds; {@link Seat#PAGES} if none
     */
    int firstHeldPage(Seat seat) {
        return seat.firstHeldPage();
    }

    /**
     * Checks that each core was reached as often as was sent.
     *
     * @param seats all cores
     * @param sent  operations that all senders sent
     * @return what is wrong, if something is
     */
    Optional<String> proveDelivery(List<Seat> seats, long sent) {
        return seats.stream().filter(seat -> seat.taken() != sent).findFirst()
            .map(seat -> "core " + seat.core + " took " + seat.taken() + " of " + sent + " pages");
    }
}
