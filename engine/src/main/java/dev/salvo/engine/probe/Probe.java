package dev.salvo.engine.probe;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Is told what a core does, when it does it.
 *
 * <p>Whatever lasts has two calls, and what the first returns is given to the second: things lie within each other, as where a
 * TLBI that waits for room serves the port, and runs a handler there that issues another.
 *
 * <p>Which probe a core has is chosen when the machine is built. One that only ever built machines of one kind has loaded one
 * class that extends this, so that the calls are bound; with {@link NoProbe} nothing is left of them. What a probe is not
 * interested in does nothing here.
 *
 * <p><b>Threads.</b> The core's own; what has been found out may be asked for on another that knows the core to rest.
 */
public abstract class Probe {
    /** What {@link #beforeServe} returns if there is nothing at the port. */
    public static final long NOTHING_THERE = Long.MAX_VALUE;

    /** Made by the engine only. */
    Probe() {
    }

    /** The core has got its thread, which is to make what is written often: near it, where the heap there is new to the host. */
    public void attached() {
    }

    /**
     * A TLBI is about to be issued.
     *
     * @param operation a {@link dev.salvo.engine.tlb.Tlbi} word
     * @return for {@link #afterTlbi}
     */
    public long beforeTlbi(long operation) {
        return 0;
    }

    /**
     * A TLBI has been issued.
     *
     * @param before   what {@link #beforeTlbi} returned
     * @param sequence its sequence
     */
    public void afterTlbi(long before, long sequence) {
    }

    /**
     * A DSB begins.
     *
     * @param waits whether a TLBI is pending
     * @return for {@link #afterDsb}
     */
    public long beforeDsb(boolean waits) {
        return 0;
    }

    /**
     * A DSB is over.
     *
     * @param before  what {@link #beforeDsb} returned
     * @param waited  whether a TLBI was pending
     * @param awaited the operation that all have acknowledged, of the sequences that are taken from ports; if it waited
     */
    public void afterDsb(long before, boolean waited, long awaited) {
    }

    /**
     * The core is about to look at its port.
     *
     * @return for {@link #afterServe}; or {@link #NOTHING_THERE} if the probe has looked, so that the core need not
     */
    public long beforeServe() {
        return 0;
    }

    /**
     * The core has looked at its port, and has acknowledged what it took.
     *
     * @param before what {@link #beforeServe} returned
     * @param taken  how many operations
     */
    public void afterServe(long before, int taken) {
    }

    /** The core has come online. */
    public void online() {
    }

    /** The core is about to go offline. */
    public void goesOffline() {
    }

    /** The core has nothing to do. */
    public void rests() {
    }

    /** The core is about to give its CPU up. */
    public void leaves() {
    }

    /** The core has its CPU again. */
    public void resumed() {
    }

    /** A wait is over. */
    public void waited() {
    }

    /**
     * Time spent in TLBIs, waits for room included.
     *
     * @return host nanoseconds since the core was made; 0 if nobody takes times
     */
    public long issueNanos() {
        return 0;
    }

    /**
     * Time spent in DSBs.
     *
     * @return host nanoseconds since the core was made; 0 if nobody takes times
     */
    public long waitNanos() {
        return 0;
    }

    /**
     * How long operations took from their issue, or from when this core got its CPU back if that was later, to this
     * core's acknowledgement; for each time the port was served, the one that had waited longest. Nanoseconds.
     *
     * @return the histogram itself, not a copy; empty if nobody takes times
     */
    public Histogram ackDelays() {
        return new Histogram(2);
    }

    /**
     * What has been issued, by kind.
     *
     * @return the counts; all 0 if nobody counts them
     */
    public TlbiCounts tlbiCounts() {
        return TlbiCounts.NONE;
    }

    /**
     * What has been recorded, of the last events as many as are kept.
     *
     * @return events in the order in which they began; none if nobody records
     */
    public List<CoreEvent> recorded() {
        return List.of();
    }
}
