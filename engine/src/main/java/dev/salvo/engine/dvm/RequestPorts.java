package dev.salvo.engine.dvm;

import static dev.salvo.engine.host.OwnLines.at;

import dev.salvo.engine.clock.Pace;
import dev.salvo.engine.host.OwnLines;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The cores' request ports: what each asks its Misc Node for, in order, and what it is answered.
 *
 * <p><b>Threads.</b> Each port has two sides, one core's and the agent's; the methods are ordered by them.
 *
 * <p><b>Order.</b> A request is published by the release of its tail, an answer by that of its count, and each is read by an
 * acquire: who sees the count sees the time of arrival that belongs to it, and what the other did before. The head's release
 * says that a place is read no more. Nothing here needs a full fence: neither side decides by not seeing something.
 */
final class RequestPorts {
    /** A kind that no TLBI has. */
    static final long SYNC = 7L << 52;

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    private final Pace pace;
    private final Ways ways;
    private final int outstanding;

    // A ring of words and arrivals for each core. Written by the core; the tail's release publishes them.
    private final int portMask;
    private final long[] requested;
    private final long[] requestArrival;
    private final long[] requestTail;
    /** Operations taken from each port: written by the agent, read by the core, which then may write there again. */
    private final long[] requestHead;

    // Answers, for each core. Written by the agent; the count's release publishes the arrival.
    private final long[] nonSyncsDone;
    private final long[] nonSyncDoneArrival;
    private final long[] syncsDone;
    private final long[] syncDoneArrival;
    private final long[] syncPosition;

    // Each core's own.
    private final long[] nonSyncsSent;
    private final long[] nonSyncsCredited;
    private final long[] sentAt;
    private final long[] syncsSent;

    /** Empty ports of some cores, each of which may have so many NonSyncs on their way. */
    RequestPorts(int cores, int outstanding, Pace pace, Ways ways) {
        this.pace = pace;
        this.ways = ways;
        this.outstanding = outstanding;
        int port = Integer.highestOneBit(outstanding + 1) << 1; // and a Sync
        portMask = port - 1;
        requested = new long[(cores + 2) * Math.max(port, OwnLines.STRIDE)];
        requestArrival = new long[requested.length];
        nonSyncDoneArrival = new long[requested.length];
        requestTail = OwnLines.words(cores);
        requestHead = OwnLines.words(cores);
        nonSyncsDone = OwnLines.words(cores);
        syncsDone = OwnLines.words(cores);
        syncDoneArrival = OwnLines.words(cores);
        syncPosition = OwnLines.words(cores);
        nonSyncsSent = OwnLines.words(cores);
        nonSyncsCredited = OwnLines.words(cores);
        sentAt = OwnLines.words(cores);
        syncsSent = OwnLines.words(cores);
    }


    private int portAt(int core, long index) {
        return (core + 1) * Math.max(portMask + 1, OwnLines.STRIDE) + (int) (index & portMask);
    }

    // ---- a core's side

    /** See {@link MiscNode#send}. */
    long send(int core, long tlbi, long from) {
        long number = nonSyncsSent[at(core)];
        if (number - credited(core) >= outstanding) {
            return Interconnect.FULL;
        }
        long credit = number - outstanding; // the completion that made room for this one
        sentAt[at(core)] = credit < 0 ? from : Math.max(from, nonSyncDoneArrival[portAt(core, credit)]);
        post(core, tlbi, sentAt[at(core)]);
        nonSyncsSent[at(core)] = number + 1;
        return number;
    }

    /** See {@link MiscNode#sentAt}. */
    long sentAt(int core) {
        return sentAt[at(core)];
    }

    /** See {@link MiscNode#sendSync}. */
    void sendSync(int core, long from) {
        post(core, SYNC, from);
        syncsSent[at(core)]++;
    }

    /** See {@link MiscNode#isSynced}. */
    boolean isSynced(int core) {
        return (long) WORDS.getAcquire(syncsDone, at(core)) == syncsSent[at(core)]
            && pace.isReached(syncDoneArrival[at(core)]);
    }

    /** See {@link MiscNode#syncedAt}. */
    long syncedAt(int core) {
        return syncDoneArrival[at(core)];
    }

    /** See {@link MiscNode#syncPosition}. */
    long syncPosition(int core) {
        return syncPosition[at(core)];
    }

    /** NonSyncs of this core that are complete, and of which it has heard. */
    private long credited(int core) {
        long done = (long) WORDS.getAcquire(nonSyncsDone, at(core));
        long credited = nonSyncsCredited[at(core)];
        if (credited < done) {
            while (credited < done && pace.isReached(nonSyncDoneArrival[portAt(core, credited)])) {
                credited++;
            }
            nonSyncsCredited[at(core)] = credited;
        }
        return credited;
    }

    /** There is room: no more than the outstanding ones and a Sync are in a port. */
    private void post(int core, long word, long from) {
        long tail = requestTail[at(core)];
        requested[portAt(core, tail)] = word;
        requestArrival[portAt(core, tail)] = ways.notBefore(core, from + ways.hop(core));
        // Release: whoever sees the tail sees the request, and the page-table stores before it.
        WORDS.setRelease(requestTail, at(core), tail + 1);
    }

    /** Whether the agent has taken everything. */
    boolean isEmpty(int core) {
        return (long) WORDS.getAcquire(requestHead, at(core)) == requestTail[at(core)];
    }

    // ---- the agent's side

    /** Whether there is a request that was not taken. */
    boolean isWaiting(int core) {
        return requestHead[at(core)] != (long) WORDS.getAcquire(requestTail, at(core)); // pairs with the release in post
    }

    /** When the first request of a core arrives, which {@link #isWaiting is waiting}. */
    long arrival(int core) {
        return requestArrival[portAt(core, requestHead[at(core)])];
    }

    /** What it is. */
    long word(int core) {
        return requested[portAt(core, requestHead[at(core)])];
    }

    /** Takes it. */
    void take(int core) {
        WORDS.setRelease(requestHead, at(core), requestHead[at(core)] + 1); // read no more: the core may write there again
    }

    /** Answers a Sync. Release: every core's accesses and invalidations, acquired from their cursors, come before the Comp. */
    void answerSync(int core, long arrival, long position) {
        syncDoneArrival[at(core)] = arrival;
        syncPosition[at(core)] = position;
        WORDS.setRelease(syncsDone, at(core), syncsDone[at(core)] + 1);
    }

    /** Answers a core's oldest NonSync that has no answer yet. */
    void answerNonSync(int core, long arrival) {
        long done = nonSyncsDone[at(core)];
        nonSyncDoneArrival[portAt(core, done)] = arrival;
        WORDS.setRelease(nonSyncsDone, at(core), done + 1);
    }
}
