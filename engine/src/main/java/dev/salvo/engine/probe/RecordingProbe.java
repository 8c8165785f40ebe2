package dev.salvo.engine.probe;

import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.probe.CoreEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Records what a core does, and when, into a ring of its own.
 *
 * <p><b>What it costs</b> is looks at the clock, 25 to 50 ns each on x86-64. There are as few as can be: one for a
 * TLBI, two for a DSB, two for a visit to the port that finds something, however much that is, none for one that does
 * not, and one when the CPU has been had back. One look ends one thing and begins the next, where no more than a look
 * at the port lies between: an idle core, which does nothing else, gives its CPU up at the time at which it was last
 * seen to do something.
 *
 * <p><b>Not every shootdown is recorded</b>, but one in so many of one issuer's, since a turn of a busy run queue is
 * little longer than a handful of looks. The issuer says when, by a {@link RecordingSwitch} that every core looks at after it
 * has taken something from its port; it sets it one shootdown early. Whoever has taken that one's TLBI has seen the switch,
 * which was set before, and notes when it gives its CPU up from then on: so of the next one everything is known. While
 * nothing is recorded a turn costs no more than a look at a field of the probe's own.
 */
public final class RecordingProbe extends Probe {
    /** The most events of a core that can be kept: 32 MiB. */
    public static final int MOST_EVENTS = 1 << 20;

    /** What a thing that is not recorded begins with: no time is that. */
    private static final long NOT_RECORDED = Long.MIN_VALUE;

    /** So many looks in vain that the last look at the clock says nothing of now. */
    private static final long STALE = 2;

    private final LongSupplier clock;
    private final Interconnect interconnect;
    private final int core;
    private final RecordingSwitch recordings;
    /** Whose operations are counted that the core takes. */
    private final int counted;
    /** Whether times without a CPU are recorded. */
    private final boolean offCpu;
    private final int events;

    // Made by the core's own thread: near it, where the heap there is new to the host.
    private Recording recording;

    /** Whether it records: what the switch said when the core last took something from its port, or sent something. */
    private boolean records;
    /** The last look at the clock, and how often the core has looked at its port in vain since. */
    private long last;
    private long looksInVain = STALE;
    /** Whether the core has nothing to do but to look at its port, and has done nothing else since it last did. */
    private boolean rests;
    /** Whether the core has given up its CPU, and it has not been seen yet that it is back; since when. */
    private boolean left;
    private long leftAt;
    /** The first operation that has not been taken, of the visit that is on. */
    private long first;
    /** DSBs that had something to wait for. */
    private long shootdowns;
    /** The last TLBI. */
    private long issued;
    /** Since when a TLBI, a DSB or the time offline has been on; of those that lie within each other the outermost. */
    private long tlbiSince = NOT_RECORDED;
    private long dsbSince = NOT_RECORDED;
    private long offlineSince = NOT_RECORDED;

    private RecordingProbe(LongSupplier clock, Interconnect interconnect, int core, RecordingSwitch recordings, int counted,
                           boolean offCpu, int events) {
        this.clock = clock;
        this.interconnect = interconnect;
        this.core = core;
        this.recordings = recordings;
        this.counted = counted;
        this.offCpu = offCpu;
        this.events = events;
    }

    /**
     * Makes one.
     *
     * @param clock        what time it is for the core, host nanoseconds
     * @param interconnect what its TLBIs come by
     * @param core         which core
     * @param recordings   the machine's
     * @param counted      whose operations are counted that the core takes, where each issuer has a sequence of its own; where
     *                     one counts everybody's, the core itself, of whose own look at its port nobody else's may be taken for
     *                     another
     * @param offCpu       whether to record when its thread has no CPU: not where that is no time of the machine's, and would be
     *                     all that is kept
     * @param events       how many events are kept: a power of two, 2..{@value #MOST_EVENTS}
     * @return as what it is for others, so that a JVM that verifies those has no need to load this class
     */
    public static Probe of(LongSupplier clock, Interconnect interconnect, int core, RecordingSwitch recordings, int counted,
                           boolean offCpu, int events) {
        return new RecordingProbe(clock, interconnect, core, recordings, counted, offCpu, events);
    }

    /** Looks at the clock. If the core had left its CPU, this is when it is back. */
    private long now() {
        long now = clock.getAsLong();
        if (left) {
            left = false;
            recording.writeOffCpu(leftAt, now);
        }
        last = now;
        looksInVain = 0;
        return now;
    }

    /** A core that is adopted again keeps its events. */
    @Override
    public void attached() {
        if (recording == null) {
            recording = new Recording(events);
            records = recordings.isOn();
            goesOffline();
        }
    }

    /** Before others can see it: none of them finds it earlier. */
    @Override
    public long beforeTlbi(long operation) {
        if (!recordings.isOn()) {
            return NOT_RECORDED;
        }
        records = true;
        long now = now();
        recording.begins();
        if (tlbiSince == NOT_RECORDED) {
            tlbiSince = now;
        }
        return now;
    }

    @Override
    public void afterTlbi(long before, long sequence) {
        issued = sequence;
        if (before != NOT_RECORDED) {
            recording.write(Kind.TLBI, before, before, sequence, 1);
            if (before == tlbiSince) {
                tlbiSince = NOT_RECORDED;
            }
        }
    }

    @Override
    public long beforeDsb(boolean waits) {
        if (!waits || !recordings.isOn()) {
            return NOT_RECORDED;
        }
        long now = now();
        recording.begins();
        if (dsbSince == NOT_RECORDED) {
            dsbSince = now;
        }
        return now;
    }

    @Override
    public void afterDsb(long before, boolean waited, long awaited) {
        if (!waited) {
            return;
        }
        if (before != NOT_RECORDED) {
            boolean whole = core == recordings.issuer() && recordings.isWanted(shootdowns);
            recording.write(Kind.DSB, before, now(), awaited, whole ? 1 : 0);
            if (before == dsbSince) {
                dsbSince = NOT_RECORDED;
            }
        }
        shootdowns++;
        if (core == recordings.issuer()) {
            recordings.shootdownsOver(shootdowns);
        }
    }

    @Override
    public long beforeServe() {
        if (!records) {
            return NOT_RECORDED;
        }
        if (!recordings.isOn()) {
            if (left) {
                now();
            }
            records = false;
            return NOT_RECORDED;
        }
        rests = false;
        if (interconnect.isEmpty(core)) {
            if (left) {
                now();
            } else {
                looksInVain++;
            }
            return NOTHING_THERE;
        }
        long found = now();
        first = interconnect.acknowledged(core, counted);
        return found;
    }

    @Override
    public void afterServe(long before, int taken) {
        if (taken == 0) {
            return;
        }
        if (before != NOT_RECORDED) {
            long done = now();
            long next = interconnect.acknowledged(core, counted);
            recording.write(Kind.SERVED, before, done, first, next - first);
            first = next; // where a handler has served within this visit, that is recorded by itself
        } else if (!records && recordings.isOn()) {
            records = true;
            looksInVain = STALE;
        }
    }

    @Override
    public void online() {
        if (offlineSince != NOT_RECORDED) {
            recording.write(Kind.OFFLINE, offlineSince, now(), 0, 0);
            offlineSince = NOT_RECORDED;
        }
    }

    /** Whatever is recorded now: the core may still be gone when something is. */
    @Override
    public void goesOffline() {
        if (!recordings.hasEnded()) {
            offlineSince = now();
        }
    }

    @Override
    public void rests() {
        rests = true;
    }

    @Override
    public void leaves() {
        if (records && offCpu) {
            leftAt = rests && looksInVain < STALE ? last : now();
            left = true;
        }
    }

    @Override
    public void waited() {
        if (left) {
            now();
        }
    }

    @Override
    public List<CoreEvent> recorded() {
        if (recording == null) {
            return List.of();
        }
        List<CoreEvent> neverOver = new ArrayList<>();
        addUnlessOver(neverOver, Kind.TLBI, tlbiSince, 0);
        addUnlessOver(neverOver, Kind.DSB, dsbSince, issued);
        addUnlessOver(neverOver, Kind.OFFLINE, offlineSince, 0);
        return recording.events(neverOver);
    }

    private void addUnlessOver(List<CoreEvent> neverOver, Kind kind, long since, long sequence) {
        if (since != NOT_RECORDED) {
            neverOver.add(new CoreEvent(kind, since, last, sequence, 0, false));
        }
    }
}
