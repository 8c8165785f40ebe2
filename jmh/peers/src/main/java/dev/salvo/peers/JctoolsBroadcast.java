package dev.salvo.peers;

import java.util.concurrent.CountDownLatch;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * JCTools: a bounded many-to-one queue per core, a {@link CountDownLatch} for each wait.
 *
 * <p>Its best use here: {@code relaxedPoll}, which does not wait for a producer that has lost its CPU in the middle of
 * an offer; one message for all inboxes; and only the last message of a batch carries the latch, since each queue keeps
 * a producer's order, so a core counts down once a batch. The sender looks at the latch's count rather than sleeping in
 * it: it has to take what others send. Its own core is not sent to: it takes the word at once.
 */
final class JctoolsBroadcast extends Broadcast {
    /** One operation; with the latch if it is the last of its batch, else null. */
    private record Shot(long tlbi, CountDownLatch last) {
    }

    private final MpscVarHandleArrayQueue<Shot>[] inboxes;

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays know no type parameters
    JctoolsBroadcast(int cores, int mostUnderWay) {
        inboxes = new MpscVarHandleArrayQueue[cores];
        for (int core = 0; core < cores; core++) {
            inboxes[core] = new MpscVarHandleArrayQueue<>(Sizes.powerOfTwo(2 * mostUnderWay));
        }
    }

    @Override
    void send(Seat seat, int batches) {
        int batch = seat.turn.point().batch();
        for (int i = 0; i < batches; i++) {
            CountDownLatch taken = new CountDownLatch(inboxes.length - 1);
            for (int left = batch; left > 0; left--) {
                post(seat, new Shot(seat.next(), left == 1 ? taken : null));
            }
            while (taken.getCount() > 0) {
                takeOrIdle(seat);
            }
        }
    }

    @Override
    void receive(Seat seat) {
        while (!seat.turn.over()) {
            takeOrIdle(seat);
        }
    }

    private void post(Seat seat, Shot shot) {
        for (int core = 0; core < inboxes.length; core++) {
            while (core != seat.core && !inboxes[core].offer(shot)) {
                takeOrIdle(seat);
            }
        }
        seat.take(shot.tlbi());
    }

    private void takeOrIdle(Seat seat) {
        MpscVarHandleArrayQueue<Shot> inbox = inboxes[seat.core];
        Shot shot = inbox.relaxedPoll();
        if (shot == null) {
            seat.idle();
            return;
        }
        do {
            seat.take(shot.tlbi());
            if (shot.last() != null) {
                shot.last().countDown();
            }
            shot = inbox.relaxedPoll();
        } while (shot != null);
    }
}
