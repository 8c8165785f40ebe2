package dev.salvo.engine.host;

import java.util.concurrent.locks.LockSupport;

/**
 * How a thread that waits gives its CPU up, so that it has it back in time: by a yield to those who give it up as well,
 * by a short sleep beside somebody who does not.
 *
 * <p>Among threads that all wait for one another a yield is a turn of microseconds. Beside a busy loop of somebody else
 * it is a slice of milliseconds: a thread that is willing to compute to its end takes it, and Linux since 6.6 (EEVDF)
 * puts the yielding thread's deadline off by a slice besides, as if it had used one, for a look that took nanoseconds. A
 * thread that sleeps is behind the busy one in time used, and takes the CPU from it when its timer rings.
 *
 * <p>Now and then a yield is timed. One that took longer than a turn of the waiting threads can take went to somebody else.
 * While such yields outweigh the others they are followed by sleeps; then a yield tries again whether he is still there,
 * and if he is, four times as many sleeps follow. Beside a busy loop nine tenths of the time given up are lost so; on a
 * quiet host some hundredth. Where nobody else is, all that this costs is a look at the clock before and after one yield of
 * {@value #YIELDS_PER_LOOK}.
 *
 * <p>Where more than {@value #MOST_SLEEPERS} threads share the CPU it yields and nothing else.
 *
 * <p>It orders nothing in memory, as a yield does not: whoever waits looks again at what it waits for. A permit of
 * {@link LockSupport} that was meant for the thread ends a sleep early, and is used up; who parks besides looks at what
 * he parks for after he has come back from here. Belongs to one thread.
 */
public final class YieldPolicy {
    /** Where none has taken long for a while; after one that has, the next few are timed more often. */
    private static final int YIELDS_PER_LOOK = 8;

    /** Less than a slice on a host of two CPUs or more (ns): Linux makes them longer the more there are. */
    private static final long FOREIGN_SLICE = 1_000_000;

    /** As long as one waiting thread of ours has been seen to keep the CPU in a turn, batches of 31 and all (ns). */
    private static final long LONGEST_LOOK = 100_000;

    /** The shortest sleep there is (ns). Some 60 µs in fact, 50 of them the timer slack that Linux gives every thread. */
    private static final long NAP = 1;

    /**
     * How many threads of one CPU may sleep so: each takes some µs to be put to sleep and woken, so that as many as fill
     * the shortest sleep would do nothing else. (With 512 of them on each of two CPUs beside foreign load, a fork of JMH
     * that took 30 s with yields was not done in 100.)
     */
    private static final int MOST_SLEEPERS = 8;

    /**
     * So much more lost to somebody else than given to threads like this one, and he stays (ns). The compiler's threads of
     * a JVM that warms up take less at a time: with a tenth of it, they made 8 cores on 2 quiet CPUs a sixth slower.
     */
    private static final long MOST_LOST = 200_000_000;

    /** After the first yield too many: together about as long as it was. */
    private static final int FEWEST_NAPS = 64;
    private static final int MOST_NAPS = 256;

    private final long longestTurn;
    private final boolean maySleep;
    private int yieldsPerLook = 1;
    private int yieldsUntilLook = 1;
    /** By how much the long yields have outweighed the short ones (ns), from 0 to {@link #MOST_LOST}. */
    private long lost;
    /** How many follow a long yield now, and how many of them are left. */
    private int naps = FEWEST_NAPS;
    private int napsLeft;

    /**
     * Makes one for a thread that has found nobody else yet.
     *
     * @param sharers how many threads share the CPU and give it up like this one, itself among them; rather too many
     *                than too few
     */
    public YieldPolicy(int sharers) {
        longestTurn = FOREIGN_SLICE + (sharers - 1) * LONGEST_LOOK;
        maySleep = sharers <= MOST_SLEEPERS;
    }

    /**
     * Gives the CPU up, and returns when the thread has it again. The thread's interrupt status is left as it is.
     */
    public void giveUpCpu() {
        if (napsLeft > 0) {
            napsLeft--;
            nap();
        } else if (!maySleep || --yieldsUntilLook > 0) {
            Thread.yield();
        } else {
            look();
        }
    }

    /** Sleeps, whether the thread is interrupted or not, and leaves that as it was. */
    private static void nap() {
        boolean interrupted = Thread.interrupted();
        if (interrupted) {
            LockSupport.parkNanos(NAP); // the interrupt has left a permit, which would end the sleep at once
        }
        LockSupport.parkNanos(NAP);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        long start = System.nanoTime();
        Thread.yield();
        long took = System.nanoTime() - start;
        if (took > longestTurn) {
            lost = Math.min(lost + took, MOST_LOST);
            if (lost == MOST_LOST) {
                napsLeft = naps;
                naps = Math.min(4 * naps, MOST_NAPS);
            }
            yieldsPerLook = 1;
        } else {
            lost = Math.max(lost - yieldsPerLook * took, 0);
            naps = FEWEST_NAPS;
            yieldsPerLook = Math.min(2 * yieldsPerLook, YIELDS_PER_LOOK);
        }
        yieldsUntilLook = yieldsPerLook;
    }
}
