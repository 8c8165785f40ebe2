package dev.salvo.engine;

import dev.salvo.engine.clock.MemorySystem;
import dev.salvo.engine.clock.Pace;
import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.dvm.MiscNode;
import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.CpuSet;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.RunQueue;
import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.engine.ipi.IpiPorts;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A machine: cores, the interconnect between them, and memory.
 *
 * <p>{@link #start} makes one pinned thread per core, named {@code core-000} and so on; the cores left for outside
 * threads are taken by {@link #adopt}. Each thread makes its own core's TLB and memory, so that the host puts them near
 * it. {@link #close} stops everything. A machine is started once.
 *
 * <p><b>Threads.</b> Any thread may call any method, but {@link #start} and {@link #close} are for one owner, and
 * {@link #release} is for the thread that adopted.
 */
public final class Machine implements AutoCloseable {
    private static final VarHandle TABLES = MethodHandles.arrayElementVarHandle(PageTable[].class);

    /** Between two looks at threads that come up or end. Looks are counted, so that a stopped process counts as one. */
    private static final long LOOK_MILLIS = 100;

    private final MachineSpec spec;
    private final Placement placement;
    private final Pace pace;
    private final MemorySystem memorySystem;
    private final IpiPorts ipis;
    private final Interconnect interconnect;
    private Thread miscNode;
    private final PhysicalMemory memory;
    private final Core[] cores;
    private final Thread[] threads;
    private final CpuSet[] masksBefore;
    private final String[] namesBefore;
    private final PageTable[] translationTables;
    private final AtomicReference<MachineFailedException> failure = new AtomicReference<>();
    private boolean started;
    /**
     * Whether cores shall record now. The recorded core sets it before it publishes the TLBI of the shootdown before
     * the one that is to be recorded: whoever has taken that TLBI reads this or something later. The publication orders
     * the two, so opaque would do; a volatile field does as well, written twice in so many shootdowns.
     */
    private volatile boolean recording;
    /** Set once, by any thread; a core may go on recording for a moment, which nobody minds. */
    private volatile boolean recordingOver;

    /**
     * Builds a machine on this host. Nothing runs yet.
     *
     * @param spec what to build
     * @throws IllegalArgumentException if the spec asks for things that exclude each other
     */
    public Machine(MachineSpec spec) {
        this(spec, HostTopology.read());
    }

    /**
     * Builds a machine on a host that has been read already.
     *
     * @param spec what to build
     * @param host this host
     * @throws IllegalArgumentException if the spec asks for things that exclude each other
     */
    public Machine(MachineSpec spec, HostTopology host) {
        spec.requireBuildable();
        this.spec = spec;
        boolean paced = spec.clock().isPaced();
        // The Misc Node's thread has a place like a core's, behind the last.
        placement = Placement.of(host, spec.placement(), spec.cores() + (paced ? 1 : 0));
        pace = paced ? new Pace(spec.clock()) : null;
        memorySystem = paced ? new MemorySystem(spec.clock().profile(), pace) : null;
        ipis = spec.interrupts() == null ? null : new IpiPorts(spec.cores());
        interconnect = ipis == null ? newInterconnect() : InterruptPorts.around(newInterconnect(), this);
        memory = new PhysicalMemory(spec.cores());
        translationTables = new PageTable[spec.addressSpaces()];
        threads = new Thread[spec.cores()];
        masksBefore = new CpuSet[spec.cores()];
        namesBefore = new String[spec.cores()];
        recording = spec.recordedEvery() <= 2; // from the beginning, if there is none before the first to be recorded
        cores = new Core[spec.cores()];
        for (int id = 0; id < cores.length; id++) {
            cores[id] = newCore(id);
        }
    }

    private Interconnect newInterconnect() {
        if (pace != null) {
            return new MiscNode(spec.cores(), spec.clock().profile(), pace, sharesCpus());
        }
        return spec.fault().isOfTheRing() ? spec.fault().ring(spec.cores(), spec.capacity())
            : spec.interconnect().build(spec.cores(), spec.capacity(), spec.timed());
    }

    /** Null without a handler of interrupts. */
    IpiPorts ipis() {
        return ipis;
    }

    private Core newCore(int id) {
        if (pace != null) {
            return new PacedCore(this, id);
        }
        if (spec.fault().isOfTheCores()) {
            return FaultyCores.of(spec.fault(), this, id);
        }
        if (spec.timed()) {
            return new TimedCore(this, id);
        }
        if (spec.recordedEvents() > 0) {
            return RecordingCore.of(this, id);
        }
        if (spec.dsbSleeps()) {
            return new SleepingCore(this, id);
        }
        return spec.pteStoreBuffer() > 0 ? new StoreBufferCore(this, id, spec.pteStoreBuffer()) : new Core(this, id);
    }

    // ---- life

    /**
     * Starts every core that is not left for adoption, and returns when they are on line.
     *
     * @throws MachineFailedException  if one could not start
     * @throws UnsuitableHostException if that is the host's doing: no thread for it, or one that cannot be pinned
     */
    public void start() {
        if (started) {
            throw new IllegalStateException("a machine is started once, and not after it was closed");
        }
        started = true;
        startMiscNode();
        CountDownLatch onLine = new CountDownLatch(cores.length - spec.adopted());
        for (int id = spec.adopted(); id < cores.length; id++) {
            Core core = cores[id];
            threads[id] = new Thread(() -> live(core, onLine), name(id));
            threads[id].setDaemon(true);
            startThread(threads[id]);
        }
        try {
            // Threads come up as the host pleases: that is no core's delay, however short the patience with those.
            long looks = TimeUnit.NANOSECONDS.toMillis(Math.max(patienceNanos(), TimeUnit.SECONDS.toNanos(10)))
                / LOOK_MILLIS;
            while (!onLine.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                checkAlive();
                if (--looks < 0) {
                    throw neverCameOnLine();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new MachineFailedException("interrupted while the cores were starting", interrupted);
        }
        checkAlive();
    }

    private void startMiscNode() {
        if (pace == null) {
            return;
        }
        MiscNode agent = (MiscNode) interconnect;
        miscNode = new Thread(() -> {
            try {
                CpuPinning.pin(placement.cpuOf(cores.length));
                agent.run();
            } catch (Throwable death) { // all wait for it: they must hear of it
                died("misc-node", death);
            }
        }, "misc-node");
        miscNode.setDaemon(true);
        startThread(miscNode);
    }

    private CoreStuckException neverCameOnLine() {
        int id = spec.adopted();
        while (id < cores.length - 1 && cores[id].isOnLine()) {
            id++;
        }
        return new CoreStuckException(id, name(id) + " does not come on line" + where(id));
    }

    private void live(Core core, CountDownLatch onLine) {
        try {
            CpuPinning.pin(placement.cpuOf(core.id()));
            core.attach();
            onLine.countDown();
            core.live();
        } catch (Throwable death) {
            died(name(core.id()), death);
        }
    }

    private void startThread(Thread thread) {
        try {
            thread.start();
        } catch (OutOfMemoryError noThread) {
            died(thread.getName(), noThread);
            checkAlive();
        }
    }

    /** Whatever it was of: all that wait for it must hear of it. */
    private void died(String who, Throwable death) {
        failure.compareAndSet(null, new MachineFailedException(who + " died: " + death, death));
    }

    /**
     * Makes the calling thread the thread of a core that was left for adoption: pins it, names it, goes on line.
     *
     * @param id the core, 0 .. {@link MachineSpec#adopted} - 1
     * @return the core
     * @throws IllegalArgumentException if the core is not left for adoption
     * @throws IllegalStateException    if the core is adopted already, or the calling thread carries another
     */
    public Core adopt(int id) {
        if (id < 0 || id >= spec.adopted()) {
            throw new IllegalArgumentException("core " + id + " is not left for adoption: the first " + spec.adopted()
                + " of " + cores.length + " are");
        }
        CpuSet maskBefore = CpuPinning.mask();
        Thread adopter = Thread.currentThread();
        synchronized (threads) { // of two adopters one; neither is a core yet, so they may block
            if (threads[id] != null) {
                throw new IllegalStateException("core " + id + " has been adopted already");
            }
            for (int other = 0; other < threads.length; other++) {
                if (threads[other] == adopter) {
                    throw new IllegalStateException("core " + id + " cannot be adopted by a thread that carries core "
                        + other + ": it could not serve both");
                }
            }
            threads[id] = adopter;
            masksBefore[id] = maskBefore;
            namesBefore[id] = adopter.getName();
        }
        try {
            CpuPinning.pin(placement.cpuOf(id));
            adopter.setName(name(id));
            cores[id].attach();
            return cores[id];
        } catch (RuntimeException | Error notAdopted) {
            giveBack(id);
            throw notAdopted;
        }
    }

    /**
     * Takes an adopted core off line, and gives its thread its name and its CPUs back. Called by that thread.
     *
     * @param core the core
     * @throws IllegalStateException if the calling thread has not adopted it
     */
    public void release(Core core) {
        int id = core.id();
        if (core.machine() != this || id >= spec.adopted() || threads[id] != Thread.currentThread()) {
            throw new IllegalStateException("core " + id + " was not adopted by this thread");
        }
        try {
            core.goOffLine();
        } finally {
            giveBack(id);
        }
    }

    /** Gives the calling thread, which has adopted a core, back what it was. */
    private void giveBack(int id) {
        CpuSet maskBefore = masksBefore[id];
        Thread.currentThread().setName(namesBefore[id]);
        synchronized (threads) {
            threads[id] = null; // from here on another may adopt
        }
        CpuPinning.restore(maskBefore);
    }

    /**
     * Stops all cores, each between two steps, and waits for their threads. Cores adopted by the calling thread are
     * released first, since nobody would serve their ports. Whatever fails, every core is told to stop and every thread
     * gets its name and its CPUs back. May be called again, and then says the same.
     *
     * @throws CoreStuckException     if a core does not stop
     * @throws MachineFailedException if a core has died
     */
    @Override
    public void close() {
        started = true;
        RuntimeException trouble = null;
        for (int id = 0; id < spec.adopted(); id++) {
            if (threads[id] == Thread.currentThread()) {
                try {
                    release(cores[id]);
                } catch (RuntimeException notInOrder) {
                    trouble = notInOrder;
                }
            }
        }
        for (int id = spec.adopted(); id < cores.length; id++) {
            cores[id].order(CorePort.STOP);
        }
        try {
            join();
            checkAlive();
        } catch (RuntimeException worse) {
            if (trouble != null) {
                worse.addSuppressed(trouble);
            }
            throw worse;
        }
        if (trouble != null) {
            throw trouble;
        }
    }

    /** Waits for all threads, no longer than one patience in all: they stop side by side. */
    private void join() {
        try {
            joinCores();
        } finally {
            if (pace != null) {
                ((MiscNode) interconnect).stop(); // nobody is left that could ask it for anything
            }
        }
    }

    private void joinCores() {
        // At least 1 ms: for 0 Java waits for ever.
        long look = Math.max(1, Math.min(LOOK_MILLIS, TimeUnit.NANOSECONDS.toMillis(patienceNanos()) / 10));
        long looks = TimeUnit.NANOSECONDS.toMillis(patienceNanos()) / look;
        for (int id = spec.adopted(); id < cores.length; id++) {
            if (threads[id] == null) {
                continue;
            }
            try {
                do {
                    threads[id].join(look);
                } while (threads[id].isAlive() && --looks > 0);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new MachineFailedException("interrupted while the cores were stopping", interrupted);
            }
            if (threads[id].isAlive() && failure.get() == null) {
                throw new CoreStuckException(id, name(id) + " does not stop" + where(id));
            }
        }
    }

    // ---- time

    /**
     * Lets things take the time that the profile says, from now on: until then the cores of a paced machine wait for
     * nothing, so that a program is prepared as fast as the host can. Does nothing on a native machine.
     */
    public void startClock() {
        if (pace != null) {
            pace.start();
        }
    }

    /**
     * Lets nothing take time any more, so that programs come to the end of their steps as fast as the host can. What was
     * to be measured has been read. Does nothing on a native machine.
     */
    public void stopClock() {
        if (pace != null) {
            pace.stop();
        }
    }

    /**
     * Whether things take the time that the profile says.
     *
     * @return whether a paced machine's clock has been started and not been stopped; false on a native machine
     */
    public boolean isClockRunning() {
        return pace != null && pace.isRunning();
    }

    /**
     * How much later messages were sent than planned, over all cores and the Misc Node: what a paced machine has lost to
     * the host and could not make up for. Exact once it is closed.
     *
     * @return host nanoseconds; 0 on a native machine
     */
    public long slipNanos() {
        return pace == null ? 0 : ((MiscNode) interconnect).slipNanos();
    }

    Pace pace() {
        return pace;
    }

    MemorySystem memorySystem() {
        return memorySystem;
    }

    // ---- what runs on it

    /**
     * Gives a core a program, in place of the one it has. It begins between two steps.
     *
     * @param id      the core
     * @param program the program; null to let the core idle
     */
    public void run(int id, Program program) {
        cores[id].run(program);
    }

    /**
     * Sets or clears the translation table that walks of an address space use.
     *
     * @param asid  address space, 0..65535
     * @param table its table, or null
     */
    public void translationTable(int asid, PageTable table) {
        TABLES.setRelease(translationTables, asid, table);
    }

    /**
     * The translation table of an address space.
     *
     * @param asid address space, 0..65535
     * @return its table, or null
     */
    public PageTable translationTable(int asid) {
        return (PageTable) TABLES.getAcquire(translationTables, asid);
    }

    // ---- what it has recorded

    /**
     * Ends the recording: what has been recorded stays, however long the cores go on. Any thread; does nothing on a
     * machine that does not record.
     */
    public void stopRecording() {
        recordingOver = true;
    }

    /** Says whether cores shall record now. For the core that is recorded. */
    void record(boolean now) {
        if (recording != now) {
            recording = now;
        }
    }

    boolean isRecording() {
        return recording && !recordingOver;
    }

    /**
     * What a core has recorded, of its last events as many as it keeps. For when the core rests: after {@link #close},
     * or after its {@link #release} on the thread that adopted it. The end of its thread comes before this look at it,
     * so no event is torn or missing.
     *
     * @param id the core
     * @return its events, in the order in which they began
     * @throws IllegalStateException if the core still runs, or the machine does not record
     */
    public List<CoreEvent> recorded(int id) {
        if (!(cores[id] instanceof RecordingCore recorder)) {
            throw new IllegalStateException("a machine that was not told to record");
        }
        Thread thread = threads[id];
        if (thread != null && thread.isAlive()) {
            throw new IllegalStateException(name(id) + " still runs: what it records is read when it rests");
        }
        return recorder.recorded();
    }

    // ---- on and off line

    /**
     * Takes a core off line, and returns when it is. It is then waited for by nobody. Returns early if another order to
     * the core, or {@link #close}, comes in between.
     *
     * @param id     a core with a thread of its own
     * @param caller the core whose thread calls, which goes on serving its port; null for an outside thread
     */
    public void takeOffLine(int id, Core caller) {
        change(id, caller, CorePort.GO_OFF_LINE, false);
    }

    /**
     * Brings a core back on line, with an empty TLB, and returns when it is. Returns early if another order to the
     * core, or {@link #close}, comes in between.
     *
     * @param id     a core with a thread of its own
     * @param caller the core whose thread calls, which goes on serving its port; null for an outside thread
     */
    public void bringOnLine(int id, Core caller) {
        change(id, caller, CorePort.RUN, true);
    }

    private void change(int id, Core caller, int order, boolean onLine) {
        if (id < spec.adopted() || id >= cores.length) {
            throw new IllegalArgumentException("core " + id + " has no thread of its own: cores " + spec.adopted()
                + ".." + (cores.length - 1) + " have");
        }
        if (caller == cores[id]) {
            throw new IllegalArgumentException("core " + id + " cannot wait for itself to change");
        }
        cores[id].order(order);
        Patience patience = new Patience(this);
        RunQueue runQueue = new RunQueue(1 + cores.length);
        while (cores[id].isOnLine() != onLine && cores[id].orders() == order) {
            if (caller != null) {
                caller.relax(id);
            } else {
                checkAlive();
                if (patience.overrun() > 0) {
                    throw new CoreStuckException(id, name(id) + " does not go " + (onLine ? "on" : "off") + " line"
                        + where(id));
                }
                runQueue.giveUpCpu();
            }
        }
        if (caller != null) {
            caller.waited();
        }
    }

    // ---- what it is

    /**
     * What it was built from.
     *
     * @return the spec
     */
    public MachineSpec spec() {
        return spec;
    }

    /**
     * Which CPU of the host carries which core.
     *
     * @return the placement
     */
    public Placement placement() {
        return placement;
    }

    /**
     * Its memory.
     *
     * @return the memory
     */
    public PhysicalMemory memory() {
        return memory;
    }

    /**
     * A core.
     *
     * @param id from 0
     * @return the core
     */
    public Core core(int id) {
        return cores[id];
    }

    /**
     * The counts of all cores together. Thread rules as for {@link Core#counts}.
     *
     * @return the sum
     */
    public CoreCounts counts() {
        CoreCounts sum = CoreCounts.NONE;
        for (Core core : cores) {
            sum = sum.plus(core.counts());
        }
        return sum;
    }

    /**
     * What carries its TLBIs.
     *
     * @return the interconnect
     */
    public Interconnect interconnect() {
        return interconnect;
    }

    boolean sharesCpus() {
        return placement.oversubscribed();
    }

    long patienceNanos() {
        int coresPerCpu = (cores.length + placement.cpus() - 1) / placement.cpus();
        return spec.patienceNanos() + spec.patienceNanos() / 8 * (coresPerCpu - 1);
    }

    /**
     * Throws if one of its cores has died, and otherwise does nothing. For whoever waits for something that a dead core
     * would never do; a core's own waits ask it themselves. Any thread; cheap.
     *
     * @throws MachineFailedException  if a core has died; the cause says of what
     * @throws UnsuitableHostException if that was the host's doing: its thread could not be pinned, memory was short
     */
    public void checkAlive() {
        MachineFailedException failed = failure.getAcquire();
        if (failed != null) {
            Optional<UnsuitableHostException> unsuitable = UnsuitableHostException.behind(failed);
            if (unsuitable.isPresent()) {
                throw unsuitable.get();
            }
            // A new one for each who hears of it: with its own stack, and because a try-with-resources that got the
            // same one from its body and from close could not add it to itself.
            throw new MachineFailedException(failed.getMessage(), failed.getCause());
        }
    }

    /** Says all that is known about a core that does not answer. */
    CoreStuckException stuck(Core waiter, int laggard, long waited) {
        String what = name(waiter.id()) + " has waited " + TimeUnit.NANOSECONDS.toMillis(waited) + " ms";
        if (laggard < 0) {
            return new CoreStuckException(laggard, what + where(waiter.id()));
        }
        // Who is waited for may be waiting himself, for a lock whose holder waits in a DSB: it is the last who is late.
        StringBuilder chain = new StringBuilder(what).append(" for ").append(name(laggard));
        boolean[] named = new boolean[cores.length];
        Core before = waiter;
        Core last = cores[laggard];
        int next = last.waitsFor;
        while (next >= 0 && !named[last.id()]) {
            named[last.id()] = true;
            before = last;
            last = cores[next];
            next = last.waitsFor;
            chain.append(", which waits for ").append(name(last.id()));
        }
        // In a circle those who wait for a lock serve their ports: late is whose acknowledgement is missing.
        Core circle = last;
        for (int hop = 0; next >= 0 && !isLate(last, before) && hop < cores.length; hop++) {
            before = last;
            last = cores[next];
            next = last.waitsFor;
        }
        if (last != circle) {
            chain.append("; late is ").append(name(last.id()));
        }
        long acknowledged = interconnect.acknowledged(last.id(), before.id());
        chain.append(acknowledged == Interconnect.OFF_LINE ? ", which is off line"
            : ", which has acknowledged up to sequence " + acknowledged);
        if (isLate(last, before)) {
            chain.append(" and is waited for at ").append(before.pending);
        }
        return new CoreStuckException(last.id(), chain + where(last.id()));
    }

    /** Whether a core has not acknowledged what another has issued and not yet waited for. */
    private boolean isLate(Core core, Core issuer) {
        return issuer.pending >= 0 && interconnect.acknowledged(core.id(), issuer.id()) <= issuer.pending;
    }

    /** Says that a core should have woken another, and has not. */
    CoreStuckException wakeUpLost(Core sleeper, Core waker, long slept) {
        long acknowledged = interconnect.acknowledged(waker.id(), sleeper.id());
        String how = acknowledged == Interconnect.OFF_LINE ? " is off line"
            : acknowledged > sleeper.pending ? " has acknowledged up to sequence " + acknowledged
            : " sleeps with the operation at its port, having acknowledged up to sequence " + acknowledged;
        return new CoreStuckException(waker.id(), "a wake-up was lost: " + name(sleeper.id()) + " has slept "
            + TimeUnit.NANOSECONDS.toMillis(slept) + " ms, waiting for " + name(waker.id()) + " at sequence "
            + sleeper.pending + ", and " + name(waker.id()) + how + where(waker.id()));
    }

    private String where(int id) {
        Thread thread = cores[id].thread();
        if (thread == null) {
            return "; it has no thread";
        }
        StringBuilder text = new StringBuilder("; ").append(name(id)).append(" is ").append(thread.getState());
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append("\n    at ").append(frame);
        }
        return text.toString();
    }

    private static String name(int id) {
        return String.format(Locale.ROOT, "core-%03d", id);
    }
}
