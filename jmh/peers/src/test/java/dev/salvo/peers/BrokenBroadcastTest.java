package dev.salvo.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.results.PeerRow.Work;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

/** Every check of delivery finds what it is there to find: broadcasts that are broken on purpose. */
class BrokenBroadcastTest {
    private static final long PATIENCE_MILLIS = 600_000;
    private static final Turn.Point ONE_SENDER = new Turn.Point(1, 4, Work.NULL);
    private static final Turn.Point WITH_WORK = new Turn.Point(1, 4, Work.TLB);

    /** One word at a time, from core 0 to all others; what each core does with it is up to the kind. */
    private abstract static class OneWord extends Broadcast {
        final AtomicLong word = new AtomicLong();
        final AtomicInteger number = new AtomicInteger();
        private final AtomicInteger acknowledged = new AtomicInteger();
        private final AtomicLongArray seen = new AtomicLongArray(Small.CORES);
        volatile boolean given;

        abstract void takes(Seat seat, long tlbi, int which);

        @Override
        void send(Seat seat, int batches) {
            for (int i = 0; i < batches * seat.turn.point().batch(); i++) {
                long tlbi = seat.next();
                acknowledged.set(0);
                word.set(tlbi);
                number.incrementAndGet();
                seat.take(tlbi);
                while (acknowledged.get() < Small.CORES - 1 && !given) {
                    Thread.yield();
                }
            }
        }

        @Override
        void receive(Seat seat) {
            while (!seat.turn.over()) {
                int which = number.get();
                if (seat.core != 0 && seen.get(seat.core) != which) {
                    seen.set(seat.core, which);
                    takes(seat, word.get(), which);
                    acknowledged.incrementAndGet();
                }
                Thread.yield();
            }
        }
    }

    private static String foundOut(Broadcast broken, Turn.Point point) {
        try (Crew crew = Small.crew(PATIENCE_MILLIS)) {
            return foundOut(crew, broken, point);
        }
    }

    private static String foundOut(Crew crew, Broadcast broken, Turn.Point point) {
        return assertThrows(UndeliveredException.class, () -> Small.turn(crew, broken, point)).getMessage();
    }

    @Test
    void theSameBroadcastUnbrokenPasses() {
        try (Crew crew = Small.crew(PATIENCE_MILLIS)) {
            assertTrue(Small.turn(crew, new OneWord() {
                @Override
                void takes(Seat seat, long tlbi, int which) {
                    seat.take(tlbi);
                }
            }, WITH_WORK) > 0);
        }
    }

    @Test
    void aPageThatACoreNeverTookIsFound() {
        String said = foundOut(new OneWord() {
            @Override
            void takes(Seat seat, long tlbi, int which) {
                if (seat.core != 2 || which != 1) {
                    seat.take(tlbi);
                }
            }
        }, ONE_SENDER);
        assertTrue(said.matches("core 2 took \\d+ of \\d+ pages"), said);
    }

    @Test
    void aPageThatACoreTookTwiceIsFound() {
        String said = foundOut(new OneWord() {
            @Override
            void takes(Seat seat, long tlbi, int which) {
                seat.take(tlbi);
                if (seat.core == 1 && which == 1) {
                    seat.take(tlbi);
                }
            }
        }, ONE_SENDER);
        assertTrue(said.matches("core 1 took \\d+ of \\d+ pages"), said);
    }

    @Test
    void anotherPageInItsPlaceIsFoundInTheTlb() {
        String said = foundOut(new OneWord() {
            @Override
            void takes(Seat seat, long tlbi, int which) {
                seat.take(Tlbi.vale1is(Tlbi.asid(tlbi), Seat.PAGES + 1));
            }
        }, WITH_WORK);
        assertEquals("the TLB of core 1 still holds page 0, which it was told to forget", said);
    }

    @Test
    void aCoreThatNeverAcknowledgesIsNotWaitedForForEver() {
        OneWord deaf = new OneWord() {
            @Override
            void takes(Seat seat, long tlbi, int which) {
                while (seat.core == 2 && !given) {
                    Thread.yield();
                }
                seat.take(tlbi);
            }
        };
        try (Crew crew = Small.crew(6_000)) {
            String said = foundOut(crew, deaf, ONE_SENDER);
            assertTrue(said.contains("3 of 3 cores have not come to an end"), said);
            assertTrue(said.contains("core-002 has taken least, 0, and is at "), said);
        } finally {
            deaf.given = true; // lets its threads go
        }
    }

    @Test
    void aCoreThatFailsEndsTheTurnForAll() {
        OneWord failing = new OneWord() {
            @Override
            void takes(Seat seat, long tlbi, int which) {
                throw new IllegalStateException("a slot that is not there");
            }
        };
        try (Crew crew = Small.crew(PATIENCE_MILLIS)) {
            String said = foundOut(crew, failing, ONE_SENDER);
            assertTrue(said.contains("a slot that is not there"), said);
        } finally {
            failing.given = true;
        }
    }

    @Test
    void aHandshakeThatReachedTooFewThreadsIsFoundInTheVmsLog() {
        String before = "[0.5s][info][handshake] Handshake \"CloseScopedMemory\", Targeted threads: ";
        String reachedAll = before + "12, Executed by\n";
        assertEquals(Optional.empty(), HandshakeBroadcast.judge(reachedAll.repeat(4), 12));
        assertEquals(Optional.of("a handshake reached 11 threads of at least 12"),
            HandshakeBroadcast.judge(reachedAll.repeat(3) + before + "11, Executed by\n", 12));
        assertEquals(Optional.of("the VM's log tells of 3 handshakes, not of 4"),
            HandshakeBroadcast.judge(reachedAll.repeat(3), 12));
    }
}
