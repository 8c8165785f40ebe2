package dev.salvo.peers;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * The JDK alone: a {@link ConcurrentLinkedQueue} per core, a {@link CountDownLatch} for each wait.
 *
 * <p>Its best use here: one message for all queues, and only the last message of a batch carries the latch, since each
 * queue keeps a producer's order, so a core counts down once a batch. The sender looks at the latch's count rather than
 * sleeping in {@code await}: it has to take what others send, and where nobody does, waking it would cost more than
 * looking. Its own core is not sent to: it takes the word at once.
 */
final class JdkQueueBroadcast extends Broadcast {
    /** One operation; with the latch if it is the last of its batch, else null. */
    private record Shot(long tlbi, CountDownLatch last) {
    }

    private final Queue<Shot>[] inboxes;

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays know no type parameters
    JdkQueueBroadcast(int cores) {
        inboxes = new ConcurrentLinkedQueue[cores];
        for (int core = 0; core < cores; core++) {
            inboxes[core] = new ConcurrentLinkedQueue<>();
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
            if (core != seat.core) {
                inboxes[core].add(shot);
            }
        }
        seat.take(shot.tlbi());
    }

    private void takeOrIdle(Seat seat) {
        Shot shot = inboxes[seat.core].poll();
        if (shot == null) {
            seat.idle();
            return;
        }
        do {
            seat.take(shot.tlbi());
            if (shot.last() != null) {
                shot.last().countDown();
            }
            shot = inboxes[seat.core].poll();
        } while (shot != null);
    }
}
