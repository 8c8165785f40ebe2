package dev.salvo.peers;

import dev.salvo.engine.dvm.BroadcastRing;
import dev.salvo.engine.dvm.Interconnect;
import java.lang.invoke.VarHandle;

/**
 * Ours: one ring of words that every core reads, whose cursor acknowledges.
 *
 * <p>The class that ships, through the same calls in the same order as {@code Core.tlbi} and {@code Core.dsb}: issue,
 * and without room serve; a full fence; then the first core that is behind, and serve until none is. A class of its own
 * beside {@link InboxesBroadcast}, so that the calls are bound to the ring alone.
 */
final class RingBroadcast extends Broadcast {
    private static final int CAPACITY = 4096; // what a machine has unless told otherwise

    private final BroadcastRing interconnect;

    RingBroadcast(int cores) {
        interconnect = new BroadcastRing(cores, CAPACITY);
    }

    @Override
    void join(Seat seat) {
        interconnect.join(seat.core, seat.port());
    }

    @Override
    void send(Seat seat, int batches) {
        int batch = seat.turn.point().batch();
        int cores = interconnect.cores();
        for (int i = 0; i < batches; i++) {
            long last = 0;
            for (int k = 0; k < batch; k++) {
                last = issue(seat, seat.next());
            }
            VarHandle.fullFence();
            int behind = interconnect.behind(seat.core, last, 0);
            while (behind < cores) {
                serveOrIdle(seat);
                behind = interconnect.behind(seat.core, last, behind);
            }
        }
    }

    @Override
    void receive(Seat seat) {
        while (!seat.turn.over()) {
            serveOrIdle(seat);
        }
    }

    private long issue(Seat seat, long tlbi) {
        long sequence = interconnect.issue(seat.core, tlbi);
        while (sequence == Interconnect.FULL) {
            serveOrIdle(seat);
            sequence = interconnect.issue(seat.core, tlbi);
        }
        return sequence;
    }

    private void serveOrIdle(Seat seat) {
        int served = interconnect.serve(seat.core, seat.port());
        if (served > 0) {
            seat.took(served);
        } else {
            seat.idle();
        }
    }
}
