package dev.salvo.engine;

import dev.salvo.engine.CoreEvent.Kind;
import java.util.List;

/**
 * A core that records what it does, and when, into a ring of its own.
 *
 * <p><b>What it costs</b> is looks at the clock, 25 to 50 ns each on x86-64. There are as few as can be: one for a
 * TLBI, two for a DSB, two for a visit to the port that finds something, however much that is, none for one that does
 * not, and one when the CPU has been had back. One look ends one thing and begins the next, where no more than a look
 * at the port lies between: an idle core, which does nothing else, gives its CPU up at the time at which it was last
 * seen to do something.
 *
 * <p><b>Not every shootdown is recorded</b>, but one in so many of one issuer's, since a turn of a busy run queue is
 * little longer than a handful of looks. The issuer says when, by a flag that every core looks at after it has taken
 * something from its port; it sets it one shootdown early. Whoever has taken that one's TLBI has seen the flag, which
 * was set before, and notes when it gives its CPU up from then on: so of the next one everything is known. While
 * nothing is recorded a turn costs no more than a look at a field of the core's own.
 *
 * <p>A machine without them loads neither this class nor {@link Recording}, and pays nothing.
 */
final class RecordingCore extends Core {
    /** So many looks in vain that the last look at the clock says nothing of now. */
    private static final long STALE = 2;

    private final int issuer;
    /** One shootdown in so many is recorded, less one: all ones. */
    private final long mask;

    // Made by the core's own thread: near it, where the heap there is new to the host (see Machine).
    private Recording recording;

    /** Whether it records: what the machine said when it last took something from its port, or sent something. */
    private boolean records;
    /** The last look at the clock, and how often the core has looked at its port in vain since. */
    private long last;
    private long looksInVain = STALE;
    /** Whether it has nothing to do but to look at its port, and has done nothing else since it last did. */
    private boolean rests;
    /** Whether it has given up its CPU, and it has not been seen yet that it is back; since when. */
    private boolean left;
    private long leftAt;
    /** DSBs that had something to wait for. */
    private long shootdowns;

    private RecordingCore(Machine machine, int id) {
        super(machine, id);
        issuer = machine.spec().recordedIssuer();
        mask = machine.spec().recordedEvery() - 1;
    }

    /** Makes one. As what it is for others, so that a JVM that verifies those has no need to load this class. */
    static Core of(Machine machine, int id) {
        return new RecordingCore(machine, id);
    }

    /** Looks at the clock. If the core had left its CPU, this is when it is back. */
    private long now() {
        long now = System.nanoTime();
        if (left) {
            left = false;
            recording.writeOffCpu(leftAt, now);
        }
        last = now;
        looksInVain = 0;
        return now;
    }

    @Override
    public void tlbi(long operation) {
        if (machine.isRecording()) {
            records = true;
            long start = now(); // before others can see it: none of them finds it earlier
            super.tlbi(operation);
            recording.write(Kind.TLBI, start, start, pending, 1);
        } else {
            super.tlbi(operation);
        }
    }

    @Override
    void complete() {
        long awaited = pending;
        if (awaited == NOTHING_PENDING) {
            super.complete();
            return;
        }
        boolean recorded = machine.isRecording();
        long start = recorded ? now() : 0;
        super.complete();
        boolean whole = (shootdowns & mask) == mask;
        if (recorded) {
            recording.write(Kind.DSB, start, now(), awaited, id == issuer && whole ? 1 : 0);
        }
        shootdowns++;
        if (id == issuer) {
            machine.record((shootdowns & mask) >= mask - 1);
        }
    }

    @Override
    public int serve() {
        if (!records) {
            int taken = super.serve();
            if (taken > 0 && machine.isRecording()) {
                records = true;
                looksInVain = STALE;
            }
            return taken;
        }
        if (!machine.isRecording()) {
            if (left) {
                now();
            }
            records = false;
            return super.serve();
        }
        rests = false;
        if (interconnect.isEmpty(id)) {
            if (left) {
                now();
            } else {
                looksInVain++;
            }
            return 0;
        }
        long found = now();
        long first = interconnect.acknowledged(id, issuer);
        int taken = super.serve();
        if (taken > 0) {
            long done = now();
            recording.write(Kind.SERVED, found, done, first, interconnect.acknowledged(id, issuer) - first);
        }
        return taken;
    }

    @Override
    void rests() {
        rests = true;
    }

    @Override
    void leaves() {
        if (records) {
            leftAt = rests && looksInVain < STALE ? last : now();
            left = true;
        }
    }

    @Override
    public void waited() {
        if (left) {
            now();
        }
        super.waited();
    }

    @Override
    void goOnLine() {
        if (recording == null) { // a core that comes back, or is adopted again, keeps its events
            recording = new Recording(machine.spec().recordedEvents());
            records = machine.isRecording();
        }
        super.goOnLine();
    }

    /** What it has recorded. When it rests. */
    List<CoreEvent> recorded() {
        return recording == null ? List.of() : recording.events();
    }
}
