package dev.salvo.engine.clock;

import dev.salvo.engine.host.YieldPolicy;
import java.util.Arrays;

/**
 * A profile's costs in host nanoseconds, dilated. Until the clock is started nothing costs anything, so that a machine
 * is prepared as fast as the host can; and nothing does after it was stopped.
 *
 * <p>Whatever is timed on a paced machine asks here what time it is.
 *
 * <p><b>Threads.</b> Any; {@link #start} and {@link #stop} by one.
 */
public final class Pace {
    private final Clock clock;
    private final HostTime time;
    private final long[] costs;
    /** Written by {@link #start} and {@link #stop}; whoever reads it a moment late lets something pass for nothing. */
    private volatile boolean running;
    private volatile long startedAt;

    /**
     * Makes the pace of a clock that does not run yet.
     *
     * @param clock a paced clock
     */
    public Pace(Clock clock) {
        this.clock = clock;
        time = clock.hostTime();
        costs = Arrays.stream(Cost.values())
            .mapToLong(cost -> Math.round(clock.profile().nanos(cost) * clock.dilation())).toArray();
    }

    /** Starts the clock. */
    public void start() {
        startedAt = time.now();
        running = true;
    }

    /** Stops the clock: who waits for a deadline goes on at once. */
    public void stop() {
        running = false;
    }

    /**
     * Whether things cost something.
     *
     * @return false before {@link #start} and after {@link #stop}
     */
    public boolean isRunning() {
        return running;
    }

    /**
     * What time it is.
     *
     * @return host nanoseconds: only differences mean something
     */
    public long now() {
        return time.now();
    }

    /**
     * Whether a time has come.
     *
     * @param deadline a time
     * @return whether it is now or was before
     */
    public boolean isReached(long deadline) {
        return time.isReached(deadline);
    }

    /**
     * Whether a time had come when somebody last looked.
     *
     * @param deadline a time
     * @param now      what {@link #now} was then
     * @return whether it was
     */
    public boolean isReached(long deadline, long now) {
        return time.isReached(deadline, now);
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
        return running ? costs[cost.ordinal()] : 0;
    }

    /**
     * What something costs now, not rounded.
     *
     * @param cost what
     * @return host nanoseconds
     */
    public double exactly(Cost cost) {
        return running ? clock.profile().nanos(cost) * clock.dilation() : 0;
    }

    /**
     * What some of one thing cost now, rounded once.
     *
     * @param cost  what
     * @param times how many
     * @return host nanoseconds
     */
    public long of(Cost cost, long times) {
        return running ? Math.round(clock.profile().nanos(cost) * clock.dilation() * times) : 0;
    }

    /**
     * What steps of the software cost now.
     *
     * @param step  which
     * @param times how many
     * @return host nanoseconds
     */
    public long ofStep(int step, long times) {
        return running ? Math.round(clock.stepNanos(step) * times) : 0;
    }
}
