package dev.salvo.engine;

import dev.salvo.engine.dvm.Interconnect;
import org.HdrHistogram.Histogram;

/**
 * A core that takes the time of every TLBI and DSB, and of every acknowledgement. Not for totals: a look at the clock
 * costs more than a TLBI.
 *
 * <p>A machine of these loads no other kind of core, so that a machine without them pays nothing.
 */
public final class TimedCore extends Core {
    private static final long LONGEST = 60_000_000_000L;

    private final Histogram ackDelays = new Histogram(LONGEST, 2);
    private long issueNanos;
    private long waitNanos;
    private long runningSince = Long.MIN_VALUE;

    TimedCore(Machine machine, int id) {
        super(machine, id);
    }

    @Override
    public void tlbi(long operation) {
        long start = System.nanoTime();
        super.tlbi(operation);
        issueNanos += System.nanoTime() - start;
    }

    @Override
    public void dsb() {
        long start = System.nanoTime();
        super.dsb();
        waitNanos += System.nanoTime() - start;
    }

    @Override
    public int serve() {
        long arrival = interconnect.arrival(id);
        int taken = super.serve();
        if (taken > 0 && arrival != Interconnect.NOTHING) {
            long delay = System.nanoTime() - Math.max(arrival, runningSince);
            ackDelays.recordValue(Math.max(0, Math.min(delay, LONGEST)));
        }
        return taken;
    }

    @Override
    void resumed() {
        runningSince = System.nanoTime();
    }

    @Override
    public long issueNanos() {
        return issueNanos;
    }

    @Override
    public long waitNanos() {
        return waitNanos;
    }

    /**
     * How long operations took from their issue, or from when this core got its CPU back if that was later, to this
     * core's acknowledgement; for each time the port was served, the one that had waited longest. Nanoseconds. Thread
     * rules as for {@link #counts}.
     *
     * @return the histogram itself, not a copy
     */
    public Histogram ackDelays() {
        return ackDelays;
    }
}
