package dev.salvo.peers;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;

/**
 * LMAX Disruptor 4: one multi-producer ring of preallocated events, a poller per core, whose sequence gates the ring
 * and is the acknowledgement.
 *
 * <p>Its best use here: a poller rather than an event processor, since the core's thread is ours and has to serve while
 * it waits for its own; it takes all there is and moves its sequence once. The wait looks at one core's sequence until
 * that has come far enough, then at the next one's: the ring's own minimum would read all of them every time. One claim
 * for each operation, as pages are unmapped one by one. The ring is as small as can never be full, so a claim never
 * parks, and stays in the cache.
 */
final class DisruptorBroadcast extends Broadcast {
    /** What lies in a slot. */
    private static final class Event {
        long tlbi;
    }

    private final RingBuffer<Event> ring;
    private final EventPoller<Event>[] pollers;
    private final Sequence[] acknowledged;
    private final EventPoller.Handler<Event>[] handlers;

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays know no type parameters
    DisruptorBroadcast(int cores, int mostUnderWay) {
        ring = RingBuffer.createMultiProducer(Event::new, Sizes.powerOfTwo(2 * mostUnderWay));
        pollers = new EventPoller[cores];
        acknowledged = new Sequence[cores];
        handlers = new EventPoller.Handler[cores];
        for (int core = 0; core < cores; core++) {
            pollers[core] = ring.newPoller();
            acknowledged[core] = pollers[core].getSequence();
        }
        ring.addGatingSequences(acknowledged);
    }

    @Override
    void join(Seat seat) {
        handlers[seat.core] = (event, sequence, endOfBatch) -> {
            seat.take(event.tlbi);
            return true;
        };
    }

    @Override
    void send(Seat seat, int batches) {
        int batch = seat.turn.point().batch();
        for (int i = 0; i < batches; i++) {
            long last = 0;
            for (int k = 0; k < batch; k++) {
                last = ring.next();
                ring.get(last).tlbi = seat.next();
                ring.publish(last);
            }
            for (Sequence core : acknowledged) {
                while (core.get() < last) {
                    takeOrIdle(seat);
                }
            }
        }
    }

    @Override
    void receive(Seat seat) {
        while (!seat.turn.over()) {
            takeOrIdle(seat);
        }
    }

    private void takeOrIdle(Seat seat) {
        try {
            if (pollers[seat.core].poll(handlers[seat.core]) != EventPoller.PollState.PROCESSING) {
                seat.idle();
            }
        } catch (Exception impossible) { // the handler above throws none
            throw new IllegalStateException(impossible);
        }
    }
}
