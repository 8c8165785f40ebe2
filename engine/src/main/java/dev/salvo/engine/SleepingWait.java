package dev.salvo.engine;

import static dev.salvo.engine.host.OwnLines.STRIDE;

import dev.salvo.engine.host.SpinTime;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A DSB that sleeps: after some rounds of an ordinary wait the core goes to sleep, and the very core that it waits for brings
 * it back.
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
 * <p>A core that goes offline wakes those who wait for it. If one dies they hear of it after their slice.
 */
class SleepingWait extends DsbWait {
    /** How long an ordinary wait goes on before sleep (ns): to go to sleep and be woken takes tens of microseconds. */
    private static final long AWAKE_NANOS_ON_OWN_CPU = 15_000;
    /** On a shared CPU only the rounds count in which it was given up: each is a turn of the others. */
    private static final int ROUNDS_ON_SHARED_CPU = 2;

    private static final long LONGEST_SLICE = 1_000_000_000L;

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    final Core core;
    private final Machine machine;
    /** Every core's. */
    private final SleepingWait[] waits;

    /** A bit for every core that sleeps until this one has acknowledged. Set by it, cleared by this core. */
    private final long[] waitedBy;

    private final int roundsBeforeSleep;
    private final long slice;
    private final int slicesOfGrace;
    private int rounds;

    /** Makes a core's, and puts it where the others find it. */
    SleepingWait(Core core, SleepingWait[] waits) {
        this.core = core;
        this.waits = waits;
        machine = core.machine();
        waitedBy = new long[STRIDE + (waits.length + Long.SIZE - 1) / Long.SIZE + STRIDE];
        roundsBeforeSleep = machine.sharesCpus() ? ROUNDS_ON_SHARED_CPU : SpinTime.rounds(AWAKE_NANOS_ON_OWN_CPU);
        long tenth = Math.max(1, machine.patienceNanos() / 10); // which grows with the number of cores per CPU
        slice = Math.min(LONGEST_SLICE, tenth);
        slicesOfGrace = (int) ((tenth + slice - 1) / slice);
        waits[core.id] = this;
    }

    /** Makes one. As what it is for others, so that a JVM that verifies those has no need to load this class. */
    static DsbWait of(Core core, SleepingWait[] waits) {
        return new SleepingWait(core, waits);
    }

    @Override
    void begin() {
        rounds = 0;
    }

    @Override
    void waitFor(Core waiter, int laggard) {
        if (rounds < roundsBeforeSleep) {
            long yieldsBefore = core.yields;
            core.relax(laggard);
            rounds += !machine.sharesCpus() || core.yields != yieldsBefore ? 1 : 0;
        } else {
            sleepUntilWokenBy(waits[laggard]);
            rounds = 0;
        }
    }

    private void sleepUntilWokenBy(SleepingWait late) {
        core.waiting.lookAt(core, late.core.id);
        try {
            if (announceTo(late)) {
                if (late.core.wake()) { // once, as it has the flag set before its last look at its port
                    core.wakeUps++;
                }
                sleepWhileAnnouncedTo(late);
            }
        } finally {
            Core.PARKED.setVolatile(core, 0);
            late.withdraw(core.id);
        }
    }

    private void sleepWhileAnnouncedTo(SleepingWait late) {
        long start = System.nanoTime();
        long end = start + slice;
        int overdue = 0;
        boolean interrupted = Thread.interrupted();
        try {
            while (late.isWaitedFor(core.id)) {
                // With its flag still set nobody has woken it: it does not look at its port of itself.
                if ((int) Core.PARKED.getVolatile(core) == 1 || fallAsleep()) {
                    core.probe.leaves();
                    LockSupport.parkNanos(this, end - System.nanoTime());
                    core.probe.resumed();
                    interrupted |= Thread.interrupted(); // for the software, later: it would end each sleep at once
                } else {
                    Core.PARKED.setVolatile(core, 0);
                    core.giveUpCpu();
                }
                long now = System.nanoTime();
                if (now - end >= 0) {
                    end = now + slice;
                    machine.checkAlive();
                    core.waiting.patience.look(core, late.core.id);
                    // The announcement last: a core that has just acknowledged takes it away next.
                    boolean shouldBeAwake = (!isBehind(late) || late.core.isAsleep()) && late.isWaitedFor(core.id);
                    overdue = shouldBeAwake ? overdue + 1 : 0;
                    if (overdue > slicesOfGrace) {
                        throw machine.diagnosis().wakeUpLost(core, late.core, now - start);
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
    boolean announceTo(SleepingWait late) {
        late.announce(core.id);
        VarHandle.fullFence(); // the announcement before the look at the cursor: see wakeWaiters
        return isBehind(late);
    }

    /** Wakes those who wait for this core, which has just acknowledged or gone. Returns how many. */
    final int wakeWaiters() {
        VarHandle.fullFence(); // the cursor before the look at the announcements: see announceTo
        int woken = 0;
        for (int word = STRIDE; word < waitedBy.length - STRIDE; word++) {
            if ((long) WORDS.getOpaque(waitedBy, word) == 0) {
                continue;
            }
            // A full exchange: who finds his announcement gone finds the cursor moved.
            long waiters = (long) WORDS.getAndSet(waitedBy, word, 0L);
            for (; waiters != 0; waiters &= waiters - 1) {
                // Unparked even if it is not asleep yet: it may be about to be.
                int waiter = (word - STRIDE) * Long.SIZE + Long.numberOfTrailingZeros(waiters);
                LockSupport.unpark(machine.core(waiter).thread());
                woken++;
            }
        }
        core.wakeUps += woken;
        return woken;
    }

    /** To join acknowledges, too, where what was issued before concerns an empty TLB no more. */
    @Override
    void acknowledged() {
        wakeWaiters();
    }

    /** Here the waiters sleep too: what is hidden in the port now might never be looked at again. */
    @Override
    boolean fallAsleep() {
        return core.fallAsleep() && core.interconnect.isEmpty(core.id);
    }

    /** Whether another has yet to acknowledge what this core waits for. */
    boolean isBehind(SleepingWait late) {
        return core.interconnect.acknowledged(late.core.id, core.id) <= core.pending;
    }

    /** Any thread. */
    final void announce(int waiter) {
        WORDS.getAndBitwiseOr(waitedBy, STRIDE + waiter / Long.SIZE, 1L << waiter);
    }

    private void withdraw(int waiter) {
        WORDS.getAndBitwiseAnd(waitedBy, STRIDE + waiter / Long.SIZE, ~(1L << waiter));
    }

    private boolean isWaitedFor(int waiter) {
        return ((long) WORDS.getVolatile(waitedBy, STRIDE + waiter / Long.SIZE) & 1L << waiter) != 0;
    }
}
