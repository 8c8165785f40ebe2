package dev.salvo.engine;

import dev.salvo.engine.clock.Cost;
import dev.salvo.engine.clock.MemorySystem;
import dev.salvo.engine.clock.Pace;
import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.dvm.MiscNode;
import org.HdrHistogram.Histogram;

/**
 * A core of a paced machine: everything it does takes the time that its profile says, and that time really passes.
 *
 * <p>The core has a clock, {@link #at}: when, in host time, what it has done so far is over. A step of work moves that on
 * and waits for it, serving the port. Being late, because the host ran somebody else, does not move it: the next wait is
 * so much shorter. What a core sends late, the Misc Node and the others get late ({@link MiscNode}). Waits that end when
 * another core does something, for a lock or at a barrier, set the clock to when that was seen.
 *
 * <p>A machine of these loads no other kind of core, so that a machine without them pays nothing.
 */
final class PacedCore extends Core {
    private static final long LONGEST = 60_000_000_000L;

    /**
     * How long a core that shares its CPU works on end (host ns): what costs the machine next to nothing may cost the host much,
     * and would make the others late.
     */
    private static final long LONGEST_STRETCH = 50_000;

    private final Pace pace;
    private final MiscNode miscNode;
    private final MemorySystem memorySystem;
    private final Histogram lateness = new Histogram(LONGEST, 2);
    private long at;
    /** Whether the clock has stood still for want of anything to do. */
    private boolean idle = true;
    private long walks;
    private long l2Hits;
    /** When the CPU was last given up. */
    private long gaveUpAt;

    private PacedCore(Machine machine, int id) {
        super(machine, id);
        pace = machine.pace();
        memorySystem = machine.memorySystem();
        miscNode = (MiscNode) interconnect;
    }

    /** Makes one. As what it is for others, so that a JVM that verifies those has no need to load this class. */
    static Core of(Machine machine, int id) {
        return new PacedCore(machine, id);
    }

    // ---- time passes

    @Override
    public long time() {
        return pace.now();
    }

    @Override
    public void work(int step, long times) {
        pass(pace.ofStep(step, times));
    }

    @Override
    public void fightForLines(long lines) {
        accesses();
        long left = lines;
        while (left > 0 && pace.isRunning()) {
            long now = Math.min(left, memorySystem.linesUnderWay());
            begin();
            long until = memorySystem.access(at, now);
            miscNode.accessesUntil(id, until);
            at = until;
            await();
            left -= now;
        }
    }

    /** Lets some host nanoseconds pass, beginning when what was done before is over. */
    private void pass(long nanos) {
        accesses();
        begin();
        at += nanos;
        await();
    }

    /** After the core had nothing to do, or the clock did not run, time goes on from now. */
    private void begin() {
        if (idle || at - pace.startedAt() < 0) {
            idle = false;
            at = pace.now();
        }
    }

    /** What walks and second-level hits since the last look have taken. */
    private void accesses() {
        long walksNow = tlb.misses();
        long l2HitsNow = tlb.l2Hits();
        if (walksNow != walks || l2HitsNow != l2Hits) {
            begin();
            at += pace.of(Cost.WALK, walksNow - walks) + pace.of(Cost.L2_HIT, l2HitsNow - l2Hits);
            walks = walksNow;
            l2Hits = l2HitsNow;
        }
    }

    private void await() {
        while (!pace.isReached(at)) {
            if (!pace.isRunning()) {
                return;
            }
            if (serve() == 0) {
                rest();
            }
        }
        if (!pace.isRunning()) {
            return;
        }
        long now = pace.now();
        lateness.recordValue(Math.min(now - at, LONGEST));
        if (sharesCpu && now - gaveUpAt > LONGEST_STRETCH) {
            serve();
            rest();
        }
    }

    private void rest() {
        if (sharesCpu) {
            giveUpCpu();
            gaveUpAt = pace.now();
            machine.checkAlive();
        } else {
            Thread.onSpinWait();
        }
    }

    @Override
    void letPass() {
        pace.letPass(waiting.yieldPolicy);
    }

    @Override
    int take() {
        int taken = super.take();
        if (taken > 0) {
            at += pace.of(Cost.STALL, taken);
        }
        return taken;
    }

    @Override
    void rests() {
        idle = true;
        super.rests();
    }

    @Override
    public void waited() {
        idle = true;
        super.waited();
    }

    // ---- TLB maintenance and barriers

    @Override
    public void tlbi(long operation) {
        long before = probe.beforeTlbi(operation);
        tlbis++;
        pass(pace.of(Cost.TLBI));
        tlb.invalidate(operation); // the requester is not snooped
        serve();
        long sequence = miscNode.send(id, operation, at);
        if (sequence == Interconnect.FULL) {
            do {
                relax(interconnect.waitsOn(id));
                sequence = miscNode.send(id, operation, at);
            } while (sequence == Interconnect.FULL);
            at = miscNode.sentAt(id);
            super.waited();
        }
        pending = sequence;
        issued = sequence;
        probe.afterTlbi(before, sequence);
    }

    @Override
    public void tlbiLocal(long operation) {
        pass(pace.of(Cost.TLBI) + pace.of(Cost.DSB));
        super.tlbiLocal(operation);
    }

    /** The Sync's: what each core has acknowledged is a place among all that the Misc Node has distributed. */
    @Override
    long awaitAcknowledgements() {
        pass(pace.of(Cost.DSB));
        miscNode.sendSync(id, at);
        while (!miscNode.isSynced(id)) {
            relax(interconnect.waitsOn(id));
        }
        at = Math.max(at, miscNode.syncedAt(id));
        super.waited();
        return miscNode.syncPosition(id);
    }

    @Override
    public void dsbIshst() {
        super.dsbIshst();
        pass(pace.of(Cost.DSB_ISHST));
    }

    @Override
    public Histogram lateness() {
        return lateness;
    }
}
