package dev.salvo.peers;

import org.agrona.BufferUtil;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Agrona: a many-to-one ring buffer per core, off heap; the counter of what its consumer has read is the
 * acknowledgement.
 *
 * <p>Its best use here: {@code tryClaim} and {@code commit}, so that the word is written where it is read, without a
 * copy; {@code read} without a limit, which moves the consumer's position once for all it took, after the handler is
 * back; and that position, which every ring buffer has anyway, rather than a counter of our own to which all cores
 * would have to add. The sender's own core is not sent to: it takes the word at once. Bounds checks are off, as Aeron
 * is measured.
 */
final class AgronaBroadcast extends Broadcast {
    private static final int TYPE = 1;
    private static final int RECORD = 16; // a header of 8 bytes, and a word
    private static final int LEAST_BYTES = 4096;
    private static final int LINES = 128;

    private final ManyToOneRingBuffer[] inboxes;
    private final MessageHandler[] handlers;
    private final long[][] awaited;

    AgronaBroadcast(int cores, int mostUnderWay) {
        inboxes = new ManyToOneRingBuffer[cores];
        handlers = new MessageHandler[cores];
        awaited = new long[cores][];
        int bytes = Math.max(LEAST_BYTES, Sizes.powerOfTwo(2 * mostUnderWay * RECORD));
        for (int core = 0; core < cores; core++) {
            inboxes[core] = new ManyToOneRingBuffer(new UnsafeBuffer(BufferUtil.allocateDirectAligned(
                bytes + RingBufferDescriptor.TRAILER_LENGTH, LINES)));
        }
    }

    @Override
    void join(Seat seat) {
        handlers[seat.core] = (type, buffer, index, length) -> seat.take(buffer.getLong(index));
        awaited[seat.core] = new long[inboxes.length];
    }

    @Override
    void send(Seat seat, int batches) {
        int batch = seat.turn.point().batch();
        long[] ends = awaited[seat.core];
        for (int i = 0; i < batches; i++) {
            for (int k = 0; k < batch; k++) {
                post(seat, seat.next());
            }
            for (int core = 0; core < inboxes.length; core++) {
                ends[core] = inboxes[core].producerPosition(); // ours lies below it
            }
            for (int core = 0; core < inboxes.length; core++) {
                while (core != seat.core && inboxes[core].consumerPosition() < ends[core]) {
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

    private void post(Seat seat, long tlbi) {
        for (int core = 0; core < inboxes.length; core++) {
            if (core != seat.core) {
                ManyToOneRingBuffer inbox = inboxes[core];
                int index = inbox.tryClaim(TYPE, Long.BYTES);
                while (index < 0) {
                    takeOrIdle(seat);
                    index = inbox.tryClaim(TYPE, Long.BYTES);
                }
                inbox.buffer().putLong(index, tlbi);
                inbox.commit(index);
            }
        }
        seat.take(tlbi);
    }

    private void takeOrIdle(Seat seat) {
        if (inboxes[seat.core].read(handlers[seat.core]) == 0) {
            seat.idle();
        }
    }
}
