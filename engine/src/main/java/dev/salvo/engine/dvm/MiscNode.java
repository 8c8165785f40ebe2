package dev.salvo.engine.dvm;

import dev.salvo.engine.clock.Cost;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.clock.Pace;
import dev.salvo.engine.host.YieldPolicy;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.Tlbi;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * The interconnect of a paced machine: requests travel to a Misc Node, which broadcasts one operation at a time through
 * a {@link BroadcastRing}, and collects every core's acknowledgement before it tells the requester.
 *
 * <p>The Misc Node is an agent with a thread of its own ({@link #run}). What it does is what CHI's does, as gem5 models
 * it (src/mem/ruby/protocol/chi/CHI-dvm-misc-node*.sm, CHI_config.py): a TLBI is a NonSync, a DSB a Sync. A request takes
 * an entry, of which there are 16, one of them kept for NonSync; if there is none, it is refused, and granted a credit
 * when one is free; where requests are sent again instead, the others' are in vain, and take the agent's time. DBIDResp
 * and the operand's data go to and fro before it is distributed. Distribution is serial: two flits to each core in turn
 * but the requester. A core holds no more than 4 operations that it has not acknowledged. A Sync is not distributed
 * before its own requester's NonSyncs are complete, nor while another Sync is under way.
 *
 * <p><b>Deadlines.</b> Every message carries the time at which it arrives, and nobody looks at it before. That time is
 * planned from the time at which what it answers to arrived, not from when the host let somebody see it: a thread that was
 * late, by less than the message's own way, is made up for. But no message arrives before it has really been sent: what
 * was late by more stays late, and {@link #slipNanos} counts it. The agent is no hardware, and so the keeper of the
 * machine's time, which stands still while the host does not let it look ({@link Pace}): it is never late by more. So no
 * code computes when a DSB completes: it completes when the last core has really acknowledged, later by however much that
 * core was.
 *
 * <p><b>Order.</b> The agent handles what happens to it, requests that arrive, distributions that may begin, last responses,
 * in the order of their times, however late the host lets it look and however many it then finds. It reads the time once,
 * then looks for what has happened by then: who asks for the time after that in order to post something arrives no sooner.
 * Asking and posting are two steps, though: what a core that the host stops between them posts is handled when it is
 * found, after what was due meanwhile, and arrives as planned nevertheless; that lateness is not in {@link #slipNanos}.
 *
 * <p><b>Threads.</b> As {@link Interconnect} says. What the two sides tell each other is in {@link RequestPorts} and
 * {@link Snoops}; what is here is the agent's own, but for the few fields that say otherwise.
 */
public final class MiscNode extends Interconnect implements Runnable {
    /** Later than every time: nanoseconds since the host was started, and of a clock that a test holds, are far below it. */
    private static final long NEVER = Long.MAX_VALUE;

    private final Pace pace;
    private final Ways ways;
    private final RequestPorts ports;
    private final Snoops snoops;
    private final int most;
    private final int mostAtACore;
    private final boolean sharesCpu;
    private final YieldPolicy yieldPolicy;

    // The agent's own.
    private final Entry[] entries;
    private final Queue<Integer> refused = new ArrayDeque<>();
    private final boolean[] isRefused;
    private final long[] nonSyncComplete;
    private long distributorFree;
    private long syncComplete;
    private long windowOpen;
    private int distributed;
    private int syncsHeld;
    private int held;
    private boolean syncUnderWay;
    private long agentSlip;

    // Written by the agent when they change, or once by who stops it; who reads them minds no moment, and nothing else goes by
    // them. Opaque would do; volatile costs the agent no more than a store now and then.
    private volatile long slipSeen;
    private volatile int laggard = -1;
    private volatile boolean stopped;

    private enum State {
        /** Nobody's. */
        FREE,
        /** Waits for its turn to be distributed. */
        READY,
        /** Waits for responses. */
        DISTRIBUTED
    }

    /** One operation that the Misc Node keeps. */
    private static final class Entry {
        private State state = State.FREE;
        private int requester;
        private boolean sync;
        private long word;
        private long ready;
        private long position;
        private int next;
        private long lastResponse;
    }

    /**
     * Makes an interconnect with nobody online.
     *
     * @param cores     how many ports, at least 1
     * @param profile   what can be kept where, and how the cores lie; the Misc Node is at core 0's place
     * @param pace      what things cost
     * @param sharesCpu whether the agent must give its CPU up while it waits
     */
    public MiscNode(int cores, HardwareProfile profile, Pace pace, boolean sharesCpu) {
        super(cores);
        this.pace = pace;
        this.sharesCpu = sharesCpu;
        yieldPolicy = new YieldPolicy(1 + cores);
        ways = new Ways(cores, profile, pace);
        ports = new RequestPorts(cores, (int) profile.miscNode().outstanding().value(), pace, ways);
        snoops = new Snoops(cores, pace, ways);
        most = (int) profile.miscNode().entries().value();
        mostAtACore = (int) profile.miscNode().snoops().value();
        entries = new Entry[most];
        Arrays.setAll(entries, entry -> new Entry());
        isRefused = new boolean[cores];
        nonSyncComplete = new long[cores];
    }

    // ---- a core's side

    @Override
    public long issue(int core, long tlbi) {
        return send(core, tlbi, pace.now());
    }

    /**
     * Sends a TLBI to the Misc Node. It leaves the core when that wants to send it, or with the credit that it takes.
     *
     * @param core the requester, online
     * @param tlbi a {@link Tlbi} word
     * @param from when the core wants to send it, as planned
     * @return which of this core's it is, from 0; or {@link #FULL} if the core has as many on their way as it may: it
     *     serves its port and tries again
     */
    public long send(int core, long tlbi, long from) {
        return ports.send(core, tlbi, from);
    }

    /**
     * When the last TLBI left the core, as planned: after {@link #FULL} its clock goes on from there.
     *
     * @param core the core, which has sent one
     * @return a time
     */
    public long sentAt(int core) {
        return ports.sentAt(core);
    }

    /**
     * Sends a Sync to the Misc Node.
     *
     * @param core the requester, online, which waits for none
     * @param from when it leaves the core, as planned
     */
    public void sendSync(int core, long from) {
        ports.sendSync(core, from);
    }

    /**
     * Whether the Comp of the last Sync has arrived.
     *
     * @param core its requester
     * @return whether it has
     */
    public boolean isSynced(int core) {
        return ports.isSynced(core);
    }

    /**
     * When the Comp of the last Sync arrived.
     *
     * @param core its requester, {@link #isSynced synced}
     * @return a time
     */
    public long syncedAt(int core) {
        return ports.syncedAt(core);
    }

    /**
     * Which of the operations that the Misc Node has distributed the last Sync was: {@link #acknowledged} counts those, and a
     * TLBI's number is one among its own core's.
     *
     * @param core its requester, {@link #isSynced synced}
     * @return its place, from 0
     */
    public long syncPosition(int core) {
        return ports.syncPosition(core);
    }

    /**
     * Until when accesses of a core are under way: it acknowledges no Sync before.
     *
     * @param core  the core
     * @param until a time
     */
    public void accessesUntil(int core, long until) {
        snoops.accessesUntil(core, until);
    }

    @Override
    public int serve(int core, Tlb tlb) {
        return snoops.serve(core, tlb);
    }

    @Override
    public boolean isEmpty(int core) {
        return snoops.isEmpty(core) && ports.isEmpty(core);
    }

    /** Whom the agent waits for; -1 if that is nobody in particular. */
    @Override
    public int waitsOn(int issuer) {
        int core = laggard;
        return core == issuer ? -1 : core;
    }

    @Override
    public long acknowledged(int core, int issuer) {
        return snoops.acknowledged(core, issuer);
    }

    @Override
    public void join(int core, Tlb tlb) {
        snoops.join(core, tlb);
    }

    @Override
    public void leave(int core) {
        snoops.leave(core);
    }

    // ---- the agent

    /** Is the Misc Node, until {@link #stop}. */
    @Override
    public void run() {
        while (!stopped) {
            if (!step()) {
                rest();
            }
        }
    }

    /** Handles what happened first, of all that has happened and was not handled yet. Returns whether there was any. */
    boolean step() {
        long now = pace.look(); // before it looks at anything else: see Order above
        Entry answered = firstAnswered();
        int arrived = firstArrived();
        Entry ready = firstToGo();
        long answer = answered == null ? NEVER : answered.lastResponse;
        long arrival = arrived < 0 ? NEVER : ports.arrival(arrived);
        long start = ready == null ? NEVER : startOf(ready);
        long first = Math.min(Math.min(answer, arrival), start);
        if (first == NEVER || pace.isRunning() && !pace.isReached(first, now)) {
            return false;
        }
        // Of what happens at once: an entry comes free before somebody asks for one.
        if (first == answer) {
            complete(answered, now);
        } else if (first == arrival) {
            accept(arrived, arrival);
        } else {
            distribute(ready, start, now);
        }
        return true;
    }

    /** Ends {@link #run}. Any thread; no core is online any more. */
    public void stop() {
        stopped = true;
    }

    /**
     * Host nanoseconds by which messages were sent too late to be made up for, over all nodes. Exact once they rest.
     *
     * @return their sum
     */
    public long slipNanos() {
        return slipSeen + ways.slipNanos();
    }

    private void rest() {
        if (slipSeen != agentSlip) {
            slipSeen = agentSlip;
        }
        if (sharesCpu) {
            pace.letPass(yieldPolicy);
        } else {
            Thread.onSpinWait();
        }
    }

    /** Whose request arrives first, of those not refused; -1 if there is none. */
    private int firstArrived() {
        int first = -1;
        long arrivedFirst = NEVER;
        for (int core = 0; core < cores(); core++) {
            if (!isRefused[core] && ports.isWaiting(core) && ports.arrival(core) < arrivedFirst) {
                first = core;
                arrivedFirst = ports.arrival(core);
            }
        }
        return first;
    }

    /** Takes a request; without an entry for it, it is refused. */
    private void accept(int core, long arrival) {
        if (hasEntryFor(core)) {
            admit(core, arrival + 2 * ways.hop(core)); // DBIDResp to it, its data back
        } else {
            isRefused[core] = true; // RetryAck
            refused.add(core);
        }
    }

    /** An entry has come free: gives it to whoever was refused first. PCrdGrant, its request again, DBIDResp, its data. */
    private void grant(long entryFree) {
        for (Integer core : refused) {
            if (hasEntryFor(core)) {
                refused.remove(core);
                isRefused[core] = false;
                distributorFree = Math.max(distributorFree, entryFree) + pace.of(Cost.RETRY, refused.size());
                admit(core, entryFree + 4 * ways.hop(core));
                return;
            }
        }
    }

    private boolean hasEntryFor(int core) {
        boolean sync = ports.word(core) == RequestPorts.SYNC;
        return held < most && !(sync && syncsHeld == most - 1);
    }

    private void admit(int core, long ready) {
        Entry entry = free();
        entry.requester = core;
        entry.word = ports.word(core);
        entry.sync = entry.word == RequestPorts.SYNC;
        entry.ready = ready;
        entry.state = State.READY;
        held++;
        syncsHeld += entry.sync ? 1 : 0;
        ports.take(core);
    }

    private Entry free() {
        for (Entry entry : entries) {
            if (entry.state == State.FREE) {
                return entry;
            }
        }
        throw new IllegalStateException("no entry is free, though " + held + " of " + most + " are held");
    }

    /** Which of the operations that may go can begin first, and of those was ready first; null if there is none. */
    private Entry firstToGo() {
        if (distributed == mostAtACore || isTooFarAhead()) {
            return null;
        }
        Entry first = null;
        for (Entry entry : entries) {
            if (entry.state == State.READY && mayGo(entry) && (first == null || startOf(entry) < startOf(first)
                || startOf(entry) == startOf(first) && entry.ready < first.ready)) {
                first = entry;
            }
        }
        return first;
    }

    /** When the distribution of an operation that may go can begin. */
    private long startOf(Entry entry) {
        long start = Math.max(Math.max(entry.ready, distributorFree), Math.max(windowOpen, pace.startedAt()));
        return entry.sync ? Math.max(start, Math.max(syncComplete, nonSyncComplete[entry.requester])) : start;
    }

    private void distribute(Entry entry, long start, long now) {
        syncUnderWay |= entry.sync;
        distributorFree = start + pace.of(Cost.TARGET, cores() - 1);
        entry.next = 0;
        entry.lastResponse = start;
        entry.state = State.DISTRIBUTED;
        distributed++;
        entry.position = snoops.publish(entry.requester, entry.word, start, now);
    }

    /** A Sync waits for the NonSyncs of its own requester that came before it, and for a Sync that is under way. */
    private boolean mayGo(Entry entry) {
        if (!entry.sync) {
            return true;
        }
        if (syncUnderWay) {
            return false;
        }
        for (Entry other : entries) {
            if (other.state != State.FREE && !other.sync && other.requester == entry.requester) {
                return false;
            }
        }
        return true;
    }

    private boolean isTooFarAhead() {
        long oldest = NEVER;
        for (Entry entry : entries) {
            if (entry.state == State.DISTRIBUTED) {
                oldest = Math.min(oldest, entry.position);
            }
        }
        return snoops.isTooFarAhead(oldest);
    }

    /** Which operation's last response arrives first, of those that all have responded to; null if there is none. */
    private Entry firstAnswered() {
        Entry first = null;
        int waitingFor = -1;
        for (Entry entry : entries) {
            if (entry.state == State.DISTRIBUTED) {
                if (!hasAllResponses(entry)) {
                    waitingFor = entry.next;
                } else if (first == null || entry.lastResponse < first.lastResponse) {
                    first = entry;
                }
            }
        }
        if (waitingFor != laggard) {
            laggard = waitingFor;
        }
        return first;
    }

    /** Takes the responses that have been sent, which may arrive later. Returns whether those are all. */
    private boolean hasAllResponses(Entry entry) {
        for (; entry.next < cores(); entry.next++) {
            if (entry.next == entry.requester) {
                continue;
            }
            long cursor = snoops.acknowledged(entry.next, entry.next);
            if (cursor <= entry.position) {
                return false;
            }
            if (cursor != OFFLINE) {
                entry.lastResponse = Math.max(entry.lastResponse, snoops.responseArrival(entry.next, entry.position));
            }
        }
        return true;
    }

    private void complete(Entry entry, long now) {
        int core = entry.requester;
        long planned = entry.lastResponse + ways.hop(core);
        long late = now - planned;
        if (late > 0 && pace.isRunning()) {
            agentSlip += late;
            planned += late;
        }
        if (entry.sync) {
            syncUnderWay = false;
            syncComplete = entry.lastResponse;
            syncsHeld--;
            ports.answerSync(core, planned, entry.position);
        } else {
            nonSyncComplete[core] = entry.lastResponse;
            ports.answerNonSync(core, planned);
        }
        if (distributed == mostAtACore) {
            windowOpen = entry.lastResponse;
        }
        distributed--;
        held--;
        entry.state = State.FREE;
        grant(entry.lastResponse);
    }
}
