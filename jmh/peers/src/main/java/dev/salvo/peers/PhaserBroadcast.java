package dev.salvo.peers;

import java.util.concurrent.Phaser;

/**
 * JDK {@link Phaser}: all cores meet, read what the senders have written, and meet again.
 *
 * <p>Its best use here: a phaser is a barrier for everybody and carries no message, so a sender writes its batch into a
 * table of its own before the first meeting, every core takes all senders' batches between the two, and the second
 * meeting is the acknowledgement, of all senders at once. It spins for a little, then sleeps, as it does. A sender that
 * has finished writes so, and everybody reads the same between two meetings: all leave together. One flat phaser: a
 * tree is for many CPUs that arrive at the same instant.
 */
final class PhaserBroadcast extends Broadcast {
    private static final int STRIDE = 16; // 128 bytes from one sender's word to the next one's
    private static final long FINISHED = 0;

    private final Phaser phaser;
    private final long[] lengths;
    private final long[][] tables;

    PhaserBroadcast(int cores, int batch) {
        phaser = new Phaser(cores);
        lengths = new long[(cores + 1) * STRIDE];
        tables = new long[cores][batch];
    }

    @Override
    void send(Seat seat, int batches) {
        int batch = seat.turn.point().batch();
        for (int i = 0; i < batches; i++) {
            for (int k = 0; k < batch; k++) {
                tables[seat.core][k] = seat.next();
            }
            lengths[(seat.core + 1) * STRIDE] = batch;
            meetTakeMeet(seat);
        }
    }

    @Override
    void receive(Seat seat) {
        lengths[(seat.core + 1) * STRIDE] = FINISHED;
        boolean somebodySends = true;
        while (somebodySends) {
            somebodySends = meetTakeMeet(seat);
        }
    }

    /** Returns whether a sender has not finished. The phaser orders all accesses: written before, read between. */
    private boolean meetTakeMeet(Seat seat) {
        phaser.arriveAndAwaitAdvance();
        boolean somebodySends = false;
        int senders = seat.turn.point().senders();
        for (int sender = 0; sender < senders; sender++) {
            long length = lengths[(sender + 1) * STRIDE];
            somebodySends |= length != FINISHED;
            for (int k = 0; k < length; k++) {
                seat.take(tables[sender][k]);
            }
        }
        phaser.arriveAndAwaitAdvance();
        return somebodySends;
    }
}
