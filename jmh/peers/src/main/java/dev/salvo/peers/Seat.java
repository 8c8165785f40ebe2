package dev.salvo.peers;

import dev.salvo.engine.host.YieldPolicy;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.TlbLevel;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.results.PeerRow.Work;

/**
 * A core: a pinned thread, its TLB, and the count of what it has sent and taken. Only its own thread touches it while a
 * turn lasts; before and after, whoever that thread has told.
 */
final class Seat extends Padding {
    /** The pages that senders send, again and again: as many as one list of reclaim. */
    static final int PAGES = 256;

    static final int ASID = 1;
    static final TlbGeometry GEOMETRY = TlbGeometry.NEOVERSE_N1;

    /** As good as none. */
    static final TlbGeometry ONE_ENTRY = new TlbGeometry(1, 1, 1, 1);

    final int core;
    final boolean sharesCpu;
    private final YieldPolicy yieldPolicy;
    private final Tlb real = new Tlb(GEOMETRY);

    // Of the turn.
    Turn turn;
    private Tlb work;
    private long sent;
    private long taken;
    private long nanos;

    Seat(int core, boolean sharesCpu, int cores) {
        this.core = core;
        this.sharesCpu = sharesCpu;
        yieldPolicy = new YieldPolicy(cores);
    }

    /** Gets ready for a turn. */
    void sitDown(Turn turn) {
        this.turn = turn;
        getReady(turn.point().work());
    }

    /** Forgets the last turn. With work, the TLB is then full, and the pages that will be sent are in it. */
    void getReady(Work kind) {
        sent = 0;
        taken = 0;
        nanos = 0;
        work = kind == Work.TLB ? real : null;
        if (work != null) {
            real.invalidateAll();
            for (int page = 0; page < GEOMETRY.l2Entries(); page++) {
                real.insert(TlbLevel.tag(ASID, page), 1, 0);
            }
        }
    }

    /** The next operation to send. */
    long next() {
        return Tlbi.vale1is(ASID, sent++ & PAGES - 1);
    }

    /** Says that operations were sent without asking for them: by those who only tell that there are some. */
    void sent(int operations) {
        sent += operations;
    }

    /** Takes one operation, and does with it what the turn asks for. */
    void take(long tlbi) {
        taken++;
        if (work != null) {
            work.invalidate(tlbi);
        }
    }

    /** Counts operations that were taken and carried out elsewhere, on this thread. */
    void took(long operations) {
        taken += operations;
    }

    /** One round of a wait: spins on a CPU of its own, gives up one that others need to make progress. */
    void idle() {
        if (sharesCpu) {
            yieldPolicy.giveUpCpu();
        } else {
            Thread.onSpinWait();
        }
    }

    void elapsed(long nanos) {
        this.nanos = nanos;
    }

    long sent() {
        return sent;
    }

    long taken() {
        return taken;
    }

    long nanos() {
        return nanos;
    }

    /** Whether there is something to be done on receipt. */
    boolean works() {
        return work != null;
    }

    /** The first of the pages sent that the TLB still holds; {@link #PAGES} if there is none, or no work. */
    int firstHeldPage() {
        int page = 0;
        while (page < PAGES && (work == null || work.lookup(TlbLevel.tag(ASID, page)) == Tlb.MISS)) {
            page++;
        }
        return page;
    }
}
