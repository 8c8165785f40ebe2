package dev.salvo.engine;

import dev.salvo.engine.host.SpinTime;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A core whose DSB sleeps: after some rounds of an ordinary wait it goes to sleep, and the very core that it waits for
 * brings it back.
 *
 * <p><b>The sender's side.</b> At the first core that is behind it announces itself, then a full fence, then it looks
 * whether that core is still behind. The receiver acknowledges, then a full fence, then it looks who has announced
 * himself: one of the two sees the other. And since it may be the one that another sender waits for, it sleeps as an
 * idle core does, with its flag set before it looks at its port for the last time.
 *
 * <p><b>Never rescued in silence.</b> It comes out of its sleep to serve its port when it is woken to do so, and then
 * sleeps on; its wait ends when the core that it waits for has taken its announcement away, and in no other way. It
 * sleeps in slices, and looks after each whether it should have been woken: a wake-up that was lost is an error that
 * names both cores, not a delay. Time is left for a waker that has lost its CPU between acknowledgement and look.
 *
 * <p>A core that goes off line wakes those who wait for it. If one dies they hear of it after their slice.
 */
class SleepingCore extends Core {
    /** How long an ordinary wait goes on before sleep (ns): to go to sleep and be woken takes tens of microseconds. */
    private static final long AWAKE_NANOS_ON_OWN_CPU = 15_000;
    /** On a shared CPU only the rounds count in which it was given up: each is a turn of the others. */
    private static final int ROUNDS_ON_SHARED_CPU = 2;

    private static final long LONGEST_SLICE = 1_000_000_000L;

    /** Longs that keep the announcements away from what lies before and behind them: 128 bytes. */
    private static final int PADDING = 16;

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    /** A bit for every core that sleeps until this one has acknowledged. Set by it, cleared by this core. */
    private final long[] waitedBy;

    private final int roundsBeforeSleep;
    private final long slice;
    private final int slicesOfGrace;
    private int rounds;

    SleepingCore(Machine machine, int id) {
        super(machine, id);
        waitedBy = new long[PADDING + (interconnect.cores() + Long.SIZE - 1) / Long.SIZE + PADDING];
        roundsBeforeSleep = machine.sharesCpus() ? ROUNDS_ON_SHARED_CPU : SpinTime.rounds(AWAKE_NANOS_ON_OWN_CPU);
        long tenth = Math.max(1, machine.patienceNanos() / 10); // which grows with the number of cores per CPU
        slice = Math.min(LONGEST_SLICE, tenth);
        slicesOfGrace = (int) ((tenth + slice - 1) / slice);
    }

    @Override
    void complete() {
        rounds = 0;
        super.complete();
    }

    @Override
    void waitFor(int laggard) {
        if (rounds < roundsBeforeSleep) {
            long yieldsBefore = yields;
            relax(laggard);
            rounds += !machine.sharesCpus() || yields != yieldsBefore ? 1 : 0;
        } else {
            sleepUntilWokenBy((SleepingCore) machine.core(laggard));
            rounds = 0;
        }
    }

    private void sleepUntilWokenBy(SleepingCore late) {
        lookAt(late.id);
        try {
            if (announceTo(late)) {
                if (late.wake()) { // once, as it has the flag set before its last look at its port
                    wakeUps++;
                }
                sleepWhileAnnouncedTo(late);
            }
        } finally {
            PARKED.setVolatile(this, 0);
            late.withdraw(id);
        }
    }

    private void sleepWhileAnnouncedTo(SleepingCore late) {
        long start = System.nanoTime();
        long end = start + slice;
        int overdue = 0;
        boolean interrupted = Thread.interrupted();
        try {
            while (late.isWaitedFor(id)) {
                // With its flag still set nobody has woken it: it does not look at its port of itself.
                if ((int) PARKED.getVolatile(this) == 1 || fallAsleep()) {
                    LockSupport.parkNanos(this, end - System.nanoTime());
                    interrupted |= Thread.interrupted(); // for the software, later: it would end each sleep at once
                } else {
                    PARKED.setVolatile(this, 0);
                    giveUpCpu();
                }
                long now = System.nanoTime();
                if (now - end >= 0) {
                    end = now + slice;
                    machine.checkAlive();
                    patience.look(this, late.id);
                    // The announcement last: a core that has just acknowledged takes it away next.
                    boolean shouldBeAwake = (!isBehind(late) || late.isAsleep()) && late.isWaitedFor(id);
                    overdue = shouldBeAwake ? overdue + 1 : 0;
                    if (overdue > slicesOfGrace) {
                        throw machine.diagnosis().wakeUpLost(this, late, now - start);
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Says that this core waits for another, then looks: whether that one is still behind. */
    boolean announceTo(SleepingCore late) {
        late.announce(id);
        VarHandle.fullFence(); // the announcement before the look at the cursor: see wakeWaiters
        return isBehind(late);
    }

    /** Wakes those who wait for this core, which has just acknowledged or gone. Returns how many. */
    final int wakeWaiters() {
        VarHandle.fullFence(); // the cursor before the look at the announcements: see announceTo
        int woken = 0;
        for (int word = PADDING; word < waitedBy.length - PADDING; word++) {
            if ((long) WORDS.getOpaque(waitedBy, word) == 0) {
                continue;
            }
            // A full exchange: who finds his announcement gone finds the cursor moved.
            long waiters = (long) WORDS.getAndSet(waitedBy, word, 0L);
            for (; waiters != 0; waiters &= waiters - 1) {
                // Unparked even if it is not asleep yet: it may be about to be.
                int waiter = (word - PADDING) * Long.SIZE + Long.numberOfTrailingZeros(waiters);
                LockSupport.unpark(machine.core(waiter).thread());
                woken++;
            }
        }
        wakeUps += woken;
        return woken;
    }

    @Override
    public int serve() {
        int taken = super.serve();
        if (taken > 0) {
            wakeWaiters();
        }
        return taken;
    }

    /** Here the waiters sleep too: what is hidden in the port now might never be looked at again. */
    @Override
    boolean fallAsleep() {
        return super.fallAsleep() && interconnect.isEmpty(id);
    }

    /** To join acknowledges, where what was issued before concerns an empty TLB no more. */
    @Override
    void goOnLine() {
        super.goOnLine();
        wakeWaiters();
    }

    @Override
    void goOffLine() {
        try {
            super.goOffLine();
        } finally {
            wakeWaiters();
        }
    }

    /** Whether another has yet to acknowledge what this core waits for. */
    boolean isBehind(SleepingCore late) {
        return interconnect.acknowledged(late.id, id) <= pending;
    }

    /** Any thread. */
    final void announce(int waiter) {
        WORDS.getAndBitwiseOr(waitedBy, PADDING + waiter / Long.SIZE, 1L << waiter);
    }

    private void withdraw(int waiter) {
        WORDS.getAndBitwiseAnd(waitedBy, PADDING + waiter / Long.SIZE, ~(1L << waiter));
    }

    private boolean isWaitedFor(int waiter) {
        return ((long) WORDS.getVolatile(waitedBy, PADDING + waiter / Long.SIZE) & 1L << waiter) != 0;
    }

    /** Whether it sleeps and nobody has woken it: not merely on its way there, or from there. */
    final boolean isAsleep() {
        Thread.State state = thread().getState();
        return (int) PARKED.getVolatile(this) == 1
            && (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING);
    }
}
