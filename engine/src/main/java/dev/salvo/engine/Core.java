package dev.salvo.engine;

import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.YieldPolicy;
import dev.salvo.engine.ipi.IpiPorts;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.memory.PteStores;
import dev.salvo.engine.probe.CoreEvent;
import dev.salvo.engine.probe.Probe;
import dev.salvo.engine.probe.TlbiCounts;
import dev.salvo.engine.tlb.Tlb;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * One core: a pinned thread with a TLB of its own and a port at which other cores' TLBIs arrive.
 *
 * <p><b>Parts.</b> What a core may do in several ways is a part of it, chosen when the machine is built ({@link CoreParts}): how
 * its stores reach page tables ({@link PteStores}), how a DSB waits ({@link DsbWait}), who watches it ({@link Probe}). A JVM
 * that builds machines of one kind loads one class of each, so the calls are bound as if there were no others. Only a core of a
 * paced machine is a kind of its own: it has another port.
 *
 * <p><b>Threads.</b> Except where a method says otherwise, only the core's own thread may call it.
 *
 * <p><b>Waiting.</b> Every wait of a core, for a DSB, for room, for a lock of the software that runs on it, goes
 * through {@link #relax}, which serves the port: a core that waited deaf would deadlock whoever waits for its
 * acknowledgement.
 */
public class Core extends CoreState {
    static final long NOTHING_PENDING = -1;

    final Machine machine;
    final int id;
    final Interconnect interconnect;
    private final PhysicalMemory memory;
    /** Null on a machine without a handler of interrupts. */
    private final IpiPorts ipis;
    private final IpiPorts.Receiver receiver;
    final Probe probe;
    private final PteStores pteStores;
    final DsbWait dsbWait;

    // Made by the core's own thread: near it, where the heap there is new to the host (see Machine).
    private Mmu mmu;
    Tlb tlb;
    Waiting waiting;
    boolean sharesCpu;
    private volatile Thread thread; // others wake it, and show where it is
    private int hostThreadId;

    Core(Machine machine, int id) {
        this.machine = machine;
        this.id = id;
        interconnect = machine.interconnect();
        memory = machine.memory();
        ipis = machine.ipis();
        receiver = ipis == null ? null : this::handleInterrupt;
        CoreParts parts = machine.parts();
        pteStores = parts.pteStores();
        dsbWait = parts.dsbWait(this);
        probe = parts.probe(this);
    }

    // ---- accesses

    /**
     * Loads a byte through the TLB.
     *
     * @param asid address space
     * @param va   virtual address, 48 bits
     * @return the byte
     */
    public final byte load(int asid, long va) {
        return mmu.load(this, asid, va);
    }

    /**
     * Stores a byte through the TLB. The first store through a clean entry goes to the page table to make it dirty.
     *
     * @param asid  address space
     * @param va    virtual address, 48 bits
     * @param value the byte
     */
    public final void store(int asid, long va, byte value) {
        mmu.store(this, asid, va, value);
    }

    /**
     * Fills a page with one byte: one access, as far as the TLB and the counts are concerned.
     *
     * @param asid  address space
     * @param va    virtual address of the page's first byte
     * @param value the byte
     */
    public final void fillPage(int asid, long va, byte value) {
        mmu.fillPage(this, asid, va, value);
    }

    // ---- page tables, as software writes them

    /**
     * Stores a page-table entry. Others' walks may see it only after {@link #dsbIshst}.
     *
     * @param table the table; the caller holds its lock
     * @param page  virtual page number
     * @param pte   the entry
     */
    public final void storePte(PageTable table, long page, long pte) {
        pteStores.store(table, page, ofItsGeneration(pte));
    }

    /** The entry as it is stored, with the generation of the frame that it leads to: see {@link Pte}. */
    private long ofItsGeneration(long pte) {
        return Pte.isValid(pte) && (pte & Pte.GENERATION) == 0 ? Pte.stamped(pte, memory.generation(Pte.frame(pte))) : pte;
    }

    /**
     * Takes a page-table entry and leaves another, atomically towards the walks that set its dirty state.
     *
     * @param table the table; the caller holds its lock
     * @param page  virtual page number
     * @param pte   what is left
     * @return what was there
     */
    public final long swapPte(PageTable table, long page, long pte) {
        return pteStores.swap(table, page, ofItsGeneration(pte));
    }

    /**
     * Loads a page-table entry as software does: this core's own stores of it are seen, whether or not walks see them.
     *
     * @param table the table; the caller holds its lock
     * @param page  virtual page number
     * @return a {@link Pte}, or 0
     */
    public final long loadPte(PageTable table, long page) {
        return pteStores.load(table, page);
    }

    /**
     * What a store-release does to the page-table stores before it: whoever acquires what is released next, a lock for
     * instance, sees them, and so does every walk. The software calls this just before the releasing store, which on
     * the host is itself enough; a core with a model store buffer has to be told.
     */
    public final void releaseStores() {
        pteStores.complete();
    }

    // ---- what software and programs take time for

    /**
     * What time it is, for whatever is timed on this core. Any thread.
     *
     * @return host nanoseconds: only differences mean something, and on a paced machine those divided by the dilation
     */
    public long time() {
        return System.nanoTime();
    }

    /**
     * Says that the software does a step of its own work. Where nothing is modelled it takes the time that it takes, and
     * this does nothing; a paced core lets the step's time pass.
     *
     * @param step  the number of the step, of the clock's software steps
     * @param times how many of them
     */
    public void work(int step, long times) {
    }

    /**
     * Says that the program reads or writes lines that other cores write, too, beyond the bytes that it loads and
     * stores. Does nothing where nothing is modelled; a paced core queues for the memory system.
     *
     * @param lines how many
     */
    public void fightForLines(long lines) {
    }

    // ---- TLB maintenance and barriers

    /**
     * Issues a TLBI to every core online, this one included. Does not wait for it; waits, serving, only for room.
     *
     * @param operation a {@link dev.salvo.engine.tlb.Tlbi} word
     */
    public void tlbi(long operation) {
        long before = probe.beforeTlbi(operation);
        tlbis++;
        long sequence = interconnect.issue(id, operation);
        if (sequence == Interconnect.FULL) {
            waiting.wakeAllBehind(Interconnect.OFFLINE - 1); // everybody online
            do {
                if (serve() == 0) {
                    relax(interconnect.waitsOn(id));
                }
                sequence = interconnect.issue(id, operation);
            } while (sequence == Interconnect.FULL);
            waited();
        }
        pending = sequence;
        issued = sequence;
        probe.afterTlbi(before, sequence);
    }

    /**
     * {@code tlbi vale1; dsb nsh} and the like: invalidates in this core's own TLB, and has done so when it returns. No
     * other core hears of it.
     *
     * @param operation a {@link dev.salvo.engine.tlb.Tlbi} word, of which the "inner shareable" does not count here
     */
    public void tlbiLocal(long operation) {
        localTlbis++;
        tlb.invalidate(operation);
        pteStores.complete(); // its dsb(nsh)
    }

    /**
     * The last TLBI that this core issued, for checks: after {@link #dsb} every core that has been online all the
     * while has acknowledged it. One that has joined since may be behind: it began with an empty TLB. A DSB does not
     * reset it. Thread rules as for {@link #counts}.
     *
     * @return its sequence, for {@link Interconnect#behind}; or -1 if it has issued none
     */
    public final long issued() {
        return issued;
    }

    /**
     * {@code dsb(ish)}: waits until every core online has acknowledged the last TLBI that this core issued, and with
     * it all before that. Promises nothing about another core's TLBIs. Returns at once if nothing is pending.
     */
    public final void dsb() {
        dsbIsh++;
        complete();
    }

    /** What a DSB waits for, whether software executes it or the core goes offline. */
    private void complete() {
        boolean waits = pending != NOTHING_PENDING;
        long before = probe.beforeDsb(waits);
        // A full fence: what this core stored (the published operation among it) comes before what it now reads, the
        // cursors and who is online (see Interconnect.join) and who is parked (see park).
        VarHandle.fullFence();
        long awaited = waits ? awaitAcknowledgements() : NOTHING_PENDING;
        pending = NOTHING_PENDING;
        pteStores.complete(); // nor does a DSB return before the stores are complete
        probe.afterDsb(before, waits, awaited);
    }

    /**
     * Waits until every core online has acknowledged what is pending.
     *
     * @return the sequence that they have acknowledged
     */
    long awaitAcknowledgements() {
        long awaited = pending; // an interrupt's handler that issues and waits meanwhile leaves nothing pending
        waiting.wakeAllBehind(awaited);
        serve(); // this core obeys as well, while the others do
        dsbWait.begin();
        for (int core : waiting.lookOrder) {
            while (interconnect.acknowledged(core, id) <= pending) {
                dsbWait.waitFor(this, core);
            }
        }
        waited();
        return awaited;
    }

    /**
     * {@code dsb(ishst)}: this core's page-table stores come before whatever it stores or issues next. Does not wait
     * for TLBIs.
     */
    public void dsbIshst() {
        dsbIshst++;
        pteStores.barrier();
    }

    /** {@code isb}: what follows on this core sees what precedes it. Concerns no other core. */
    public void isb() {
        VarHandle.loadLoadFence(); // there is no pipeline to flush; the order is all that is left of it
    }

    // ---- interrupts

    /**
     * Interrupts other cores: each runs the machine's {@link InterruptHandler} when it next serves its port. Does not
     * wait for them, but for those it interrupted before.
     *
     * @param targets bit <i>n</i> of word <i>n</i> / 64: core <i>n</i>; this core's own bit does not count
     * @param message what for: the handlers are given it, and see what this core did before
     * @throws IllegalStateException if the machine has no handler
     */
    public final void interrupt(long[] targets, long message) {
        if (ipis == null) {
            throw new IllegalStateException("core " + id + " interrupts others, and there is no handler");
        }
        waitForInterrupted();
        ipis.post(id, targets, message); // ends with a full fence, so a target that falls asleep is seen to, or sees it
        waiting.wake(targets);
    }

    /**
     * Waits until every core that this one has interrupted has done what it was interrupted for, or is offline: what it
     * did is then seen here. One that has gone offline has not done it, and comes back with an empty TLB.
     */
    public final void waitForInterrupted() {
        int target = ipis == null ? IpiPorts.NOBODY : ipis.behind(id);
        if (target == IpiPorts.NOBODY) {
            return;
        }
        do {
            if (interconnect.acknowledged(target, id) != Interconnect.OFFLINE || !ipis.withdraw(id, target)) {
                relax(target);
            }
            target = ipis.behind(id);
        } while (target != IpiPorts.NOBODY);
        waited();
    }

    /** Runs the handler for every interrupt that has arrived. */
    final void takeInterrupts() {
        ipis.serve(id, receiver);
    }

    private void handleInterrupt(int sender, long message) {
        machine.spec().interrupts().handleInterrupt(this, sender, message);
    }

    /**
     * Takes what has arrived at the port, invalidates, acknowledges.
     *
     * @return how many operations were taken
     */
    public final int serve() {
        long before = probe.beforeServe();
        if (before == Probe.NOTHING_THERE) {
            return 0;
        }
        int taken = take();
        served += taken;
        probe.afterServe(before, taken);
        if (taken > 0) {
            dsbWait.acknowledged();
        }
        return taken;
    }

    /** Takes what has arrived at the port, invalidates, acknowledges, and returns how many. */
    int take() {
        return interconnect.serve(id, tlb);
    }

    /**
     * One round of a wait: serves the port; if nothing had arrived, gives the CPU to others as the host requires. In
     * the first rounds for a core, and whenever the CPU is given up, that core is woken if it sleeps. Call
     * {@link #waited} when the wait is over.
     *
     * <p>Where cores share CPUs, a core gives its own up at once to one that shares it, and to nobody in particular.
     * For one that runs elsewhere it first looks again for a while: a turn of this CPU's run queue would be the price,
     * however little was missing.
     *
     * @param laggard the core that is waited for, or -1 if that is nobody in particular
     * @throws CoreStuckException     if the wait has lasted longer than the machine's patience
     * @throws MachineFailedException if a core of the machine has died, or does not answer; found when one is waited for
     *                                anew, when the CPU is given up, and every few hundred rounds
     */
    public final void relax(int laggard) {
        waiting.relax(this, laggard);
    }

    /**
     * One round of a wait for nobody in particular that may last as long as it takes: as {@link #relax(int)}, without the
     * machine's patience. Whom others wait for they name themselves.
     *
     * @throws MachineFailedException if a core of the machine has died, or was found not to answer: found when the CPU is given
     *                                up
     */
    public final void relax() {
        waiting.round(this, -1);
    }

    /** Says that a wait of {@link #relax} rounds is over. */
    public void waited() {
        probe.waited();
        waiting.over(this);
    }

    // ---- what it is

    /**
     * Which core. Any thread.
     *
     * @return its number, from 0
     */
    public final int id() {
        return id;
    }

    /**
     * The machine it belongs to. Any thread.
     *
     * @return the machine
     */
    public final Machine machine() {
        return machine;
    }

    /**
     * What it has done. On its own thread exact; on another exact once that thread knows the core to rest (after
     * {@link Machine#close}), and otherwise a moment old.
     *
     * @return the counts
     */
    public final CoreCounts counts() {
        Tlb own = tlb;
        return new CoreCounts(tlbis, localTlbis, dsbIsh, dsbIshst, served, own == null ? 0 : own.hits(),
            own == null ? 0 : own.misses(), accesses, staleUses, yields, wakeUps);
    }

    /**
     * Its first stale use. Thread rules as for {@link #counts}.
     *
     * @return the first, or null if it has had none
     */
    public final StaleUse firstStaleUse() {
        return firstStaleUse;
    }

    /**
     * Time spent in {@link #tlbi}, waits for room included, on a core that takes it. Thread rules as for
     * {@link #counts}.
     *
     * @return host nanoseconds since the core was made; 0 on a core that takes no times
     */
    public final long issueNanos() {
        return probe.issueNanos();
    }

    /**
     * Time spent in DSBs, that of going offline with a TLBI pending among them, on a core that takes it. Thread rules as for
     * {@link #counts}.
     *
     * @return host nanoseconds since the core was made; 0 on a core that takes no times
     */
    public final long waitNanos() {
        return probe.waitNanos();
    }

    /**
     * How long operations took from their issue to this core's acknowledgement: see {@link Probe#ackDelays}. Thread rules as
     * for {@link #counts}.
     *
     * @return the histogram itself, not a copy; empty on a core that takes no times, or not these
     */
    public final Histogram ackDelays() {
        return probe.ackDelays();
    }

    /**
     * What it has issued, by kind, on a machine that {@linkplain MachineSpec#countsKinds counts} that. Thread rules as for
     * {@link #counts}.
     *
     * @return since the core was made; all 0 on a machine that does not
     */
    public final TlbiCounts tlbiCounts() {
        return probe.tlbiCounts();
    }

    /** What it has recorded. When it rests. */
    final List<CoreEvent> recorded() {
        return probe.recorded();
    }

    /**
     * By how much its waits ended late, on a core that waits for deadlines: what the host took, of which the most part is
     * made up for in the wait that follows. Thread rules as for {@link #counts}.
     *
     * @return host nanoseconds, the histogram itself; empty on a core of a native machine
     */
    public Histogram lateness() {
        return new Histogram(2);
    }

    /**
     * The thread that carries it. Any thread, after {@link Machine#start} or the adoption.
     *
     * @return the thread, or null before
     */
    public final Thread thread() {
        return thread;
    }

    /**
     * The host's number of its thread, for {@link dev.salvo.engine.host.SchedStat#read}. Any thread, after
     * {@link Machine#start} or the adoption.
     *
     * @return the thread identifier
     */
    public final int hostThreadId() {
        return hostThreadId;
    }

    /**
     * Whether it is online. Any thread.
     *
     * @return false before it has started, while it is offline, and after it has stopped
     */
    public final boolean isOnline() {
        return (boolean) ONLINE.getAcquire(this);
    }

    // ---- life, for the machine

    /** Makes what the core owns, on its own pinned thread, and goes online. */
    final void attach() {
        hostThreadId = CpuPinning.threadId();
        thread = Thread.currentThread();
        sharesCpu = machine.sharesCpus();
        if (mmu == null) { // a core that is adopted again keeps its counts
            mmu = new Mmu(this, pteStores);
            tlb = mmu.tlb;
        }
        probe.attached();
        memory.populate(id, machine.spec().frames().applyAsInt(id));
        waiting = new Waiting(this);
        goOnline();
    }

    /** The life of a core that has a thread of its own. */
    final void live() {
        int wanted = (int) ORDER.getAcquire(this);
        while (wanted != STOP) {
            if (wanted == GO_OFFLINE) {
                goOffline();
                while ((wanted = (int) ORDER.getAcquire(this)) == GO_OFFLINE) {
                    LockSupport.park(this);
                    ignoreInterrupt();
                }
                if (wanted == RUN) {
                    goOnline();
                }
                continue;
            }
            int work = serve();
            Program running = (Program) PROGRAM.getAcquire(this);
            if (running == null || running.step(this) == 0) {
                rests();
                waiting.idle(work);
            } else if (sharesCpu) {
                serve(); // what came during the step is not left to wait for a turn of the others
                giveUpCpu(); // cores that share a CPU take turns of one step
            }
            machine.checkAlive();
            wanted = (int) ORDER.getAcquire(this);
        }
        if (online) {
            goOffline();
        }
    }

    private void goOnline() {
        emptyTlb();
        interconnect.join(id, tlb);
        ONLINE.setRelease(this, true);
        dsbWait.acknowledged();
        probe.online();
    }

    void emptyTlb() {
        tlb.invalidateAll();
    }

    final void goOffline() {
        try {
            if (pending != NOTHING_PENDING) {
                machine.checkAlive(); // after a failure it may never be completed
                complete(); // nobody else could complete what this core has issued
            }
            pteStores.complete();
        } finally { // gone even if that failed: its thread will serve no more
            probe.goesOffline(); // which throws nothing
            interconnect.leave(id);
            ONLINE.setRelease(this, false);
            dsbWait.acknowledged();
        }
    }

    /**
     * Gives the CPU up until the core has another turn, and does not serve the port: a wait uses {@link #relax}. Counted
     * as a yield, whether the host was told one or a short sleep (see {@link YieldPolicy}).
     */
    public final void giveUpCpu() {
        yields++;
        probe.leaves();
        letPass();
        probe.resumed();
    }

    /** Lets others have the CPU for a turn. */
    void letPass() {
        waiting.yieldPolicy.giveUpCpu();
    }

    /** The core has nothing to do. */
    void rests() {
        probe.rests();
    }

    /** Sleeps until somebody waits for this core. */
    final void park() {
        if (dsbWait.fallAsleep() && (int) ORDER.getAcquire(this) == RUN && (Program) PROGRAM.getAcquire(this) == null) {
            probe.leaves();
            LockSupport.park(this);
            ignoreInterrupt();
        }
        PARKED.setVolatile(this, 0);
        probe.resumed();
    }

    /** To the machine's own threads an interrupt means nothing, but left as it is it would end all their sleeps at once. */
    private static void ignoreInterrupt() {
        Thread.interrupted();
    }

    /**
     * The flag is set, then a full fence, then the port is looked at once more; a waiter publishes, then a full fence
     * (DSB's), then reads the flag: one of the two sees the other. Returns whether the core may sleep: with its flag still set,
     * which an interrupt's handler that it has just run may have taken down by a sleep of its own.
     */
    final boolean fallAsleep() {
        PARKED.setVolatile(this, 1);
        VarHandle.fullFence();
        return interconnect.acknowledged(id, id) != Interconnect.OFFLINE && serve() == 0
            && (int) PARKED.getVolatile(this) == 1;
    }

    /** Wakes this core if it sleeps. Any thread. Returns whether it did: of several wakers one does. */
    final boolean wake() {
        if ((int) PARKED.getVolatile(this) == 1 && PARKED.compareAndSet(this, 1, 0)) {
            LockSupport.unpark(thread);
            return true;
        }
        return false;
    }

    /** Whether it sleeps and nobody has woken it: not merely on its way there, or from there. Any thread. */
    final boolean isAsleep() {
        Thread.State state = thread.getState();
        return (int) PARKED.getVolatile(this) == 1
            && (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING);
    }

    /** Gives the core an order, in place of the one it has; STOP is the last. Any thread. */
    final void order(int what) {
        int before;
        do {
            before = orders();
        } while (before != STOP && !ORDER.compareAndSet(this, before, what));
        LockSupport.unpark(thread);
    }

    /** The order it has. Any thread. */
    final int orders() {
        return (int) ORDER.getVolatile(this);
    }

    /** Gives the core a program, or with null takes it away. Any thread. */
    final void run(Program what) {
        PROGRAM.setVolatile(this, what);
        LockSupport.unpark(thread);
    }
}
