package dev.salvo.engine.clock;

import dev.salvo.engine.host.YieldPolicy;

/**
 * The host's time, as a paced machine asks for it. There is one, but for tests, which hold one of their own: with that the
 * parts of a machine are taken through their events one by one, without a host that could be late, or with one that is late
 * as the test says.
 *
 * <p><b>Threads.</b> Any.
 */
public abstract class HostTime {
    /** The host's own. */
    public static final HostTime REAL = new HostTime() {
        @Override
        public long now() {
            return System.nanoTime();
        }

        @Override
        public void letPass(YieldPolicy yieldPolicy) {
            yieldPolicy.giveUpCpu();
        }
    };

    /** For whoever holds another. */
    protected HostTime() {
    }

    /**
     * What time it is.
     *
     * @return host nanoseconds since some moment that is past, as when the host was started: never below 0, and never near
     *         {@link Long#MAX_VALUE}, so that they are compared as they are
     */
    public abstract long now();

    /**
     * Whether a time has come. Who waits for one asks again and again, and between two questions {@link #letPass lets it
     * pass}; once it has come it asks no more.
     *
     * @param deadline a time
     * @return whether it is now or was before
     */
    public final boolean isReached(long deadline) {
        return isReached(deadline, now());
    }

    /**
     * Whether a time had come when somebody last looked.
     *
     * @param deadline a time
     * @param now      what {@link #now} was then
     * @return whether it was
     */
    public boolean isReached(long deadline, long now) {
        return now >= deadline;
    }

    /**
     * Until when the calling thread, which has just looked at the time, will have looked again.
     *
     * @param now    what {@link #now} was
     * @param within how long it may be relied on for, host nanoseconds
     * @return a time: that long from now; where nobody can be late, for ever
     */
    public long looksAgainBy(long now, long within) {
        return now + within;
    }

    /**
     * Gives up the CPU of the calling thread, which has found nothing to do now.
     *
     * @param yieldPolicy the thread's own
     */
    public abstract void letPass(YieldPolicy yieldPolicy);
}
