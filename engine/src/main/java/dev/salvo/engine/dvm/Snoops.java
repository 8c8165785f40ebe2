package dev.salvo.engine.dvm;

import static dev.salvo.engine.host.OwnLines.at;

import dev.salvo.engine.clock.Cost;
import dev.salvo.engine.clock.Pace;
import dev.salvo.engine.host.OwnLines;
import dev.salvo.engine.tlb.Tlb;

/**
 * What a Misc Node distributes, and the cores' responses: a ring in which the agent is one more node, and the only issuer.
 *
 * <p><b>Threads and order.</b> The agent writes an operation's times before its slot, and a core the arrival of its response
 * before its cursor: the ring's own releases publish them, and its acquires come before they are read. A place of an arrival is
 * used again only when the agent has read it ({@link #isTooFarAhead}).
 */
final class Snoops extends BroadcastRing {
    /** Acknowledgements of one core whose time of arrival is kept; no operation is so much younger than the oldest. */
    private static final int RESPONSES = 64;

    private final int agent;
    private final Pace pace;
    private final Ways ways;

    // Of each slot's operation. Written by the agent before the slot, whose publication orders them.
    private final long[] started;
    private final long[] published;
    private final int[] requester;
    private final boolean[] sync;

    // Each core's own.
    private final long[] portFree;
    private final long[] accessesUntil;

    // Acknowledgements: written by the core before its cursor moves, read by the agent after it has.
    private final long[] responseArrival;

    /** An empty ring, with the agent online and no core. */
    Snoops(int cores, Pace pace, Ways ways) {
        super(cores + 1, 2 * RESPONSES);
        agent = cores;
        this.pace = pace;
        this.ways = ways;
        int capacity = 2 * RESPONSES;
        started = new long[capacity];
        published = new long[capacity];
        requester = new int[capacity];
        sync = new boolean[capacity];
        portFree = OwnLines.words(cores);
        accessesUntil = OwnLines.words(cores);
        responseArrival = new long[(cores + 1) * RESPONSES];
        join(agent, null);
    }

    // ---- a core's side

    /** See {@link MiscNode#accessesUntil}. */
    void accessesUntil(int core, long until) {
        accessesUntil[at(core)] = until;
    }

    @Override
    public int serve(int core, Tlb tlb) {
        int slot;
        int taken = 0;
        while ((slot = nextSlot(core)) >= 0) {
            if (requester[slot] == core) {
                serveOne(core, null); // it has done that itself when it sent it, and nobody waits for it
                continue;
            }
            long hop = ways.hop(core);
            long planned = started[slot] + distributed(core, slot) + hop;
            if (!pace.isReached(Math.max(planned, published[slot]))) {
                break;
            }
            long arrival = ways.notBefore(core, planned, published[slot]);
            long done = Math.max(arrival, portFree[at(core)]) + pace.of(Cost.SNOOP);
            if (sync[slot]) {
                done = Math.max(done + pace.of(Cost.DRAIN), accessesUntil[at(core)]);
            } else {
                done += pace.of(Cost.INVALIDATE);
            }
            portFree[at(core)] = done;
            responseArrival[response(core, acknowledged(core, core))] = ways.notBefore(core, done + hop);
            serveOne(core, tlb);
            taken++;
        }
        return taken;
    }

    /** How long after the distribution began a core's two flits have left: those before it, without the requester. */
    private long distributed(int core, int slot) {
        return pace.of(Cost.TARGET, core < requester[slot] ? core + 1 : core);
    }

    private static int response(int core, long position) {
        return core * RESPONSES + (int) (position % RESPONSES);
    }

    @Override
    void take(int core, Tlb tlb, long tlbi) {
        if (tlb != null && tlbi != RequestPorts.SYNC) {
            tlb.invalidate(tlbi);
        }
    }

    // ---- the agent's side

    /** Publishes an operation with its times. The agent is level with the ring's end, and there is room. */
    long publish(int from, long word, long start, long now) {
        int slot = slotAt(acknowledged(agent, agent));
        started[slot] = start;
        published[slot] = now;
        requester[slot] = from;
        sync[slot] = word == RequestPorts.SYNC;
        long position = issue(agent, word);
        serveOne(agent, null);
        return position;
    }

    /** When a core's response to an operation arrives, which it has acknowledged. */
    long responseArrival(int core, long position) {
        return responseArrival[response(core, position)];
    }

    /**
     * Whether some core is so far behind that its next times of arrival would take the place of some still to be read.
     *
     * @param oldestHeld the oldest operation that still waits for responses; or any later one
     */
    boolean isTooFarAhead(long oldestHeld) {
        long newest = acknowledged(agent, agent);
        long oldest = Math.min(newest, oldestHeld);
        for (int core = 0; core < agent; core++) {
            oldest = Math.min(oldest, acknowledged(core, core));
        }
        return newest - oldest >= RESPONSES - 1;
    }
}
