package dev.salvo.peers;

import dev.salvo.results.PeerRow.Work;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the host does by itself, on the same threads as the contenders: the least that any of them could need. */
final class Limits {
    private static final int LINE = 16; // longs: 128 bytes
    private static final long STOP = -1;
    private static final int PER_LOOK = 256;
    private static final int YIELDS_PER_LOOK = 8;
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    private Limits() {
    }

    /**
     * The round trip between cores 0 and 1, which run on different CPUs, all others asleep, with one cache line for
     * each way: as an operation and its acknowledgement take.
     *
     * @param crew  at least two cores on two CPUs
     * @param nanos how long to measure
     * @return ns
     */
    static double pingPong(Crew crew, long nanos) {
        return pingPong(crew, nanos, LINE, 3 * LINE);
    }

    /**
     * The same on one line for both ways, which is shorter where a line that has been written comes over ready to be
     * written: possible between two, but not if many have to acknowledge.
     *
     * @param crew  at least two cores on two CPUs
     * @param nanos how long to measure
     * @return ns
     */
    static double pingPongOnOneLine(Crew crew, long nanos) {
        return pingPong(crew, nanos, LINE, LINE);
    }

    private static double pingPong(Crew crew, long nanos, int there, int back) {
        long[] words = new long[5 * LINE];
        double[] result = new double[1];
        crew.run(seat -> { }, seat -> {
            if (seat.core == 0) {
                result[0] = serveTheBall(words, there, back, nanos);
            } else if (seat.core == 1) {
                returnTheBall(words, there, back);
            }
        });
        return result[0];
    }

    private static double serveTheBall(long[] words, int there, int back, long nanos) {
        long ball = 0;
        long start = System.nanoTime();
        long now = start;
        while (now - start < nanos) {
            for (int i = 0; i < PER_LOOK; i++) {
                WORDS.setRelease(words, there, ball + 1);
                ball += 2;
                while ((long) WORDS.getAcquire(words, back) != ball) {
                    continue; // without a pause: its length would be part of the figure
                }
            }
            now = System.nanoTime();
        }
        WORDS.setRelease(words, there, STOP);
        return (double) (now - start) * 2 / ball;
    }

    private static void returnTheBall(long[] words, int there, int back) {
        long expected = 1;
        while (true) {
            long ball = (long) WORDS.getAcquire(words, there);
            if (ball == expected) {
                WORDS.setRelease(words, back, ball + 1);
                expected += 2;
            } else if (ball == STOP) {
                return;
            }
        }
    }

    /**
     * One turn of the run queue: while all cores yield and do nothing else, what passes between two returns from yield.
     *
     * @param crew  the cores
     * @param nanos how long to measure
     * @return ns, the mean over all cores
     */
    static double turn(Crew crew, long nanos) {
        AtomicBoolean over = new AtomicBoolean();
        crew.run(seat -> seat.getReady(Work.NULL), seat -> {
            long start = System.nanoTime();
            long now = start;
            while (!over.get()) {
                for (int i = 0; i < YIELDS_PER_LOOK; i++) {
                    Thread.yield();
                }
                seat.took(YIELDS_PER_LOOK);
                now = System.nanoTime();
                if (now - start >= nanos) {
                    over.set(true); // for all: who yields alone has short turns
                }
            }
            seat.elapsed(now - start);
        });
        return (double) crew.seats().stream().mapToLong(Seat::nanos).sum()
            / crew.seats().stream().mapToLong(Seat::taken).sum();
    }

    /**
     * What the work of {@link Work#TLB} costs by itself, on core 0, all others asleep.
     *
     * @param crew  the cores
     * @param nanos how long to measure
     * @return ns of one invalidation
     */
    static double invalidation(Crew crew, long nanos) {
        crew.run(seat -> seat.getReady(Work.TLB), seat -> {
            if (seat.core == 0) {
                long start = System.nanoTime();
                long now = start;
                while (now - start < nanos) {
                    for (int i = 0; i < PER_LOOK; i++) {
                        seat.take(seat.next());
                    }
                    now = System.nanoTime();
                }
                seat.elapsed(now - start);
            }
        });
        Seat seat = crew.seats().get(0);
        return (double) seat.nanos() / seat.taken();
    }
}
