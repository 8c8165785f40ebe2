package dev.salvo.engine.clock;

import dev.salvo.engine.host.YieldPolicy;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A profile's costs in host nanoseconds, dilated. Until the clock is started nothing costs anything, so that a machine
 * is prepared as fast as the host can; and nothing does after it was stopped.
 *
 * <p>Whatever is timed on a paced machine asks here what time it is.
 *
 * <p><b>Time stands still</b> while the keeper of the time is late. That is the Misc Node's agent, a thread that no hardware
 * has: what the host takes from it must not be the machine's. Each of its looks ({@link #look}) lets time go on by what the
 * shortest way of a message takes, and no further; so whatever it finds, it finds before anybody can have missed it. Where the
 * host lets it look less often, everything takes longer of the host's time and no longer of the machine's. The cores, which
 * on a host of few CPUs wait in turn with it, are mostly in time then, too.
 *
 * <p><b>Threads.</b> Any; {@link #start} and {@link #stop} and {@link #dilate} by one at a time, {@link #look} by the keeper.
 */
public final class Pace {
    private static final Cost[] HOPS = {Cost.HOP_CLUSTER, Cost.HOP_DIE, Cost.HOP_SOCKET, Cost.HOP_SOCKETS};

    /** How far a look lets time go on where messages take no time behind which the keeper could be late (host ns). */
    private static final long WITHOUT_HOPS = 1_000;

    /** Later than every time, and far from an overflow. */
    private static final long NEVER = Long.MAX_VALUE / 2;

    private final Clock clock;
    private final HostTime time;
    /** What the next {@link #start} goes by. */
    private Rate next;
    /**
     * What things cost; null while the clock does not run. Written by {@link #start} and {@link #stop}; whoever reads it a moment
     * late lets something pass for nothing.
     */
    private volatile Rate rate;
    private volatile long startedAt;

    /**
     * What one dilation makes of the costs.
     *
     * @param dilation how many host nanoseconds stand for one of the machine's
     * @param costs    of each {@link Cost}, host ns
     * @param grace    how far a look lets time go on, host ns
     */
    private record Rate(double dilation, long[] costs, long grace) {
    }

    /**
     * How the machine's time and the host's go together now. One object for both numbers, so that nobody sees a new one beside
     * an old one. Read by an acquire, before the host's time is: who sees that time has gone on after a stand-still has read
     * the host's time after its end, and so never goes back. Exchanged by compare-and-set, since start and stop come between
     * a look and what it leads to; that is some twice in the shortest way of a message, while the clock runs.
     */
    private final AtomicReference<Span> span = new AtomicReference<>(new Span(0, NEVER));

    /**
     * A span of time.
     *
     * @param stoodStill how long time has stood still, host ns
     * @param until      the machine's time that it goes on to, in host ns
     */
    private record Span(long stoodStill, long until) {
    }

    /**
     * Makes the pace of a clock that does not run yet.
     *
     * @param clock a paced clock
     */
    public Pace(Clock clock) {
        this.clock = clock;
        time = clock.hostTime();
        dilate(clock.dilation());
    }

    /**
     * Lets the clock go by another dilation than its own, or by that again, from the next start on: a machine that warms up
     * has no need to take as long as one that is measured.
     *
     * @param dilation how many host nanoseconds stand for one of the machine's
     */
    public void dilate(double dilation) {
        long[] costs = Arrays.stream(Cost.values())
            .mapToLong(cost -> Math.round(clock.profile().nanos(cost) * dilation)).toArray();
        long grace = Arrays.stream(HOPS).mapToLong(hop -> costs[hop.ordinal()]).filter(hop -> hop > 0).min()
            .orElse(WITHOUT_HOPS);
        next = new Rate(dilation, costs, grace);
    }

    /** Starts the clock. */
    public void start() {
        startedAt = now();
        span.updateAndGet(before -> new Span(before.stoodStill, startedAt + next.grace));
        rate = next;
    }

    /** Stops the clock: who waits for a deadline goes on at once. */
    public void stop() {
        rate = null;
        span.updateAndGet(before -> new Span(before.stoodStill, NEVER)); // nothing is kept
    }

    /**
     * The keeper looks what time it is, and lets it go on.
     *
     * @return what time it is
     */
    public long look() {
        Span before = span.getAcquire();
        long now = time.now() - before.stoodStill;
        Rate at = rate;
        if (at == null) {
            return now;
        }
        long stoodStill = before.stoodStill + Math.max(0, now - before.until);
        now = Math.min(now, before.until);
        long until = time.looksAgainBy(now + stoodStill, at.grace) - stoodStill;
        // Not at every look: each core reads this in every round of a wait, and would have to fetch it anew.
        if (stoodStill != before.stoodStill || until - before.until > at.grace / 2) {
            span.compareAndSet(before, new Span(stoodStill, until)); // unless it was started or stopped meanwhile
        }
        return now;
    }

    /**
     * Whether things cost something.
     *
     * @return false before {@link #start} and after {@link #stop}
     */
    public boolean isRunning() {
        return rate != null;
    }

    /**
     * What time it is.
     *
     * @return host nanoseconds, less those for which time has stood still: only differences mean something
     */
    public long now() {
        Span now = span.getAcquire();
        return Math.min(time.now() - now.stoodStill, now.until);
    }

    /**
     * Whether a time has come.
     *
     * @param deadline a time
     * @return whether it is now or was before
     */
    public boolean isReached(long deadline) {
        Span now = span.getAcquire();
        long host = time.now();
        if (deadline <= now.until) {
            return time.isReached(deadline + now.stoodStill, host);
        }
        // It comes when the keeper has looked again. By then time must have gone on to where it stands still.
        return host < now.until + now.stoodStill && time.isReached(now.until + now.stoodStill, host);
    }

    /**
     * Whether a time had come when the keeper last looked.
     *
     * @param deadline a time
     * @param now      what {@link #look} was then
     * @return whether it was
     */
    public boolean isReached(long deadline, long now) {
        long stoodStill = span.getAcquire().stoodStill;
        return time.isReached(deadline + stoodStill, now + stoodStill);
    }

    /**
     * Gives up the CPU of the calling thread, which has found nothing to do now.
     *
     * @param yieldPolicy the thread's own
     */
    public void letPass(YieldPolicy yieldPolicy) {
        time.letPass(yieldPolicy);
    }

    /**
     * When the clock was started.
     *
     * @return what {@link #now} was then; of no meaning before
     */
    public long startedAt() {
        return startedAt;
    }

    /**
     * What something costs now.
     *
     * @param cost what
     * @return host nanoseconds
     */
    public long of(Cost cost) {
        Rate at = rate;
        return at == null ? 0 : at.costs[cost.ordinal()];
    }

    /**
     * What something costs now, not rounded.
     *
     * @param cost what
     * @return host nanoseconds
     */
    public double exactly(Cost cost) {
        Rate at = rate;
        return at == null ? 0 : clock.profile().nanos(cost) * at.dilation;
    }

    /**
     * What some of one thing cost now, rounded once.
     *
     * @param cost  what
     * @param times how many
     * @return host nanoseconds
     */
    public long of(Cost cost, long times) {
        Rate at = rate;
        return at == null ? 0 : Math.round(clock.profile().nanos(cost) * at.dilation * times);
    }

    /**
     * What steps of the software cost now.
     *
     * @param step  which
     * @param times how many
     * @return host nanoseconds
     */
    public long ofStep(int step, long times) {
        Rate at = rate;
        return at == null ? 0 : Math.round(clock.stepNanos(step) * at.dilation * times);
    }
}
