package dev.salvo.engine.probe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Several probes of one core, each told of everything; at the end of a thing in the reverse order, so that what the last one has
 * seen holds none of the others' looks at the clock, and what the first one has seen holds them all. Of what is asked for, each
 * may be known to one of them.
 */
public final class Probes extends Probe {
    private static final int FIRST_DEPTH = 8;

    private final Probe[] all;
    /** What each returned of the things that have begun: those that lie within others behind them. */
    private long[] begun;
    private int depth;

    private Probes(Probe[] all) {
        this.all = all;
        begun = new long[FIRST_DEPTH * all.length];
    }

    /**
     * Makes one of several.
     *
     * @param all the probes, two or more, none of which takes what another does
     * @return as what it is for others, so that a JVM that verifies those has no need to load this class
     */
    public static Probe of(Probe... all) {
        return new Probes(all.clone());
    }

    /** Makes room for what each returns, and returns where that is. */
    private int begin() {
        int at = depth;
        depth += all.length;
        if (depth > begun.length) {
            begun = Arrays.copyOf(begun, 2 * depth);
        }
        return at;
    }

    @Override
    public void attached() {
        for (Probe each : all) {
            each.attached();
        }
    }

    @Override
    public long beforeTlbi(long operation) {
        int at = begin();
        for (int i = 0; i < all.length; i++) {
            begun[at + i] = all[i].beforeTlbi(operation);
        }
        return at;
    }

    @Override
    public void afterTlbi(long before, long sequence) {
        depth = (int) before;
        for (int i = all.length - 1; i >= 0; i--) {
            all[i].afterTlbi(begun[(int) before + i], sequence);
        }
    }

    @Override
    public long beforeDsb(boolean waits) {
        int at = begin();
        for (int i = 0; i < all.length; i++) {
            begun[at + i] = all[i].beforeDsb(waits);
        }
        return at;
    }

    @Override
    public void afterDsb(long before, boolean waited, long awaited) {
        depth = (int) before;
        for (int i = all.length - 1; i >= 0; i--) {
            all[i].afterDsb(begun[(int) before + i], waited, awaited);
        }
    }

    /** Whoever has looked in vain has looked for all: nobody else is asked, and nothing has begun. */
    @Override
    public long beforeServe() {
        int at = begin();
        for (int i = 0; i < all.length; i++) {
            begun[at + i] = all[i].beforeServe();
            if (begun[at + i] == NOTHING_THERE) {
                depth = at;
                return NOTHING_THERE;
            }
        }
        return at;
    }

    @Override
    public void afterServe(long before, int taken) {
        depth = (int) before;
        for (int i = all.length - 1; i >= 0; i--) {
            all[i].afterServe(begun[(int) before + i], taken);
        }
    }

    @Override
    public void online() {
        for (Probe each : all) {
            each.online();
        }
    }

    @Override
    public void goesOffline() {
        for (Probe each : all) {
            each.goesOffline();
        }
    }

    @Override
    public void rests() {
        for (Probe each : all) {
            each.rests();
        }
    }

    @Override
    public void leaves() {
        for (Probe each : all) {
            each.leaves();
        }
    }

    @Override
    public void resumed() {
        for (Probe each : all) {
            each.resumed();
        }
    }

    @Override
    public void waited() {
        for (Probe each : all) {
            each.waited();
        }
    }

    @Override
    public long issueNanos() {
        long sum = 0;
        for (Probe each : all) {
            sum += each.issueNanos();
        }
        return sum;
    }

    @Override
    public long waitNanos() {
        long sum = 0;
        for (Probe each : all) {
            sum += each.waitNanos();
        }
        return sum;
    }

    @Override
    public Histogram ackDelays() {
        for (Probe each : all) {
            if (each instanceof TimedProbe) {
                return each.ackDelays();
            }
        }
        return super.ackDelays();
    }

    @Override
    public TlbiCounts tlbiCounts() {
        for (Probe each : all) {
            if (each instanceof CountingProbe) {
                return each.tlbiCounts();
            }
        }
        return super.tlbiCounts();
    }

    @Override
    public List<CoreEvent> recorded() {
        List<CoreEvent> events = new ArrayList<>();
        for (Probe each : all) {
            events.addAll(each.recorded());
        }
        return events;
    }
}
