package dev.salvo.engine.probe;

import dev.salvo.engine.dvm.Interconnect;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * Takes the time of every TLBI and DSB, and of every acknowledgement where the interconnect notes when operations were issued.
 * Not for totals: a look at the clock costs more than a TLBI.
 */
public final class TimedProbe extends Probe {
    private static final long LONGEST = 60_000_000_000L;

    private final LongSupplier clock;
    private final Interconnect interconnect;
    private final int core;
    /** Whether the interconnect notes when operations were issued. */
    private final boolean stamped;
    private final Histogram ackDelays = new Histogram(LONGEST, 2);
    private long issueNanos;
    private long waitNanos;
    private long runningSince = Long.MIN_VALUE;

    private TimedProbe(LongSupplier clock, Interconnect interconnect, int core, boolean stamped) {
        this.clock = clock;
        this.interconnect = interconnect;
        this.core = core;
        this.stamped = stamped;
    }

    /**
     * Makes one.
     *
     * @param clock        what time it is for the core, host nanoseconds
     * @param interconnect what its TLBIs come by
     * @param core         which core
     * @param stamped      whether the interconnect notes when operations were issued, by the same clock
     * @return as what it is for others, so that a JVM that verifies those has no need to load this class
     */
    public static Probe of(LongSupplier clock, Interconnect interconnect, int core, boolean stamped) {
        return new TimedProbe(clock, interconnect, core, stamped);
    }

    @Override
    public long beforeTlbi(long operation) {
        return clock.getAsLong();
    }

    @Override
    public void afterTlbi(long before, long sequence) {
        issueNanos += clock.getAsLong() - before;
    }

    @Override
    public long beforeDsb(boolean waits) {
        return clock.getAsLong();
    }

    @Override
    public void afterDsb(long before, boolean waited, long awaited) {
        waitNanos += clock.getAsLong() - before;
    }

    /** When the oldest operation there was issued. */
    @Override
    public long beforeServe() {
        return stamped ? interconnect.arrival(core) : Interconnect.NOTHING;
    }

    @Override
    public void afterServe(long before, int taken) {
        if (taken > 0 && before != Interconnect.NOTHING) {
            long delay = clock.getAsLong() - Math.max(before, runningSince);
            ackDelays.recordValue(Math.max(0, Math.min(delay, LONGEST)));
        }
    }

    @Override
    public void resumed() {
        if (stamped) {
            runningSince = clock.getAsLong();
        }
    }

    @Override
    public long issueNanos() {
        return issueNanos;
    }

    @Override
    public long waitNanos() {
        return waitNanos;
    }

    @Override
    public Histogram ackDelays() {
        return ackDelays;
    }
}
