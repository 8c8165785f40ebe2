package dev.salvo.engine;

import dev.salvo.engine.clock.MemorySystem;
import dev.salvo.engine.clock.Pace;
import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.dvm.MiscNode;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.engine.host.YieldPolicy;
import dev.salvo.engine.ipi.IpiPorts;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.probe.CoreEvent;
import dev.salvo.engine.probe.RecordingSwitch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * A machine: cores, the interconnect between them, and memory.
 *
 * <p>{@link #start} makes one pinned thread per core, named {@code core-000} and so on; the cores left for outside
 * threads are taken by {@link #adopt}. {@link #close} stops everything. A machine is started once.
 *
 * <p><b>Where memory lies.</b> Each thread makes its own core's frames and TLB. Frames are off heap and touched there for
 * the first time, so the host puts them near the core. A TLB lies in the Java heap: near the core only if nobody has touched
 * that part of it before. With {@code -XX:+AlwaysPreTouch} and a collector that knows no memory nodes, as measured forks
 * have, all TLBs are on the node where the JVM started.
 *
 * <p><b>Threads.</b> Any thread may call any method, but {@link #start} and {@link #close} are for one owner, and
 * {@link #release} is for the thread that adopted.
 */
public final class Machine implements AutoCloseable {
    private static final VarHandle TABLES = MethodHandles.arrayElementVarHandle(PageTable[].class);

    private final MachineSpec spec;
    private final Placement placement;
    private final Pace pace;
    private final MemorySystem memorySystem;
    private final IpiPorts ipis;
    private final Interconnect interconnect;
    private final PhysicalMemory memory;
    private final Core[] cores;
    private final Diagnosis diagnosis;
    private final CoreThreads threads;
    private final PageTable[] translationTables;
    private final CoreParts parts;
    /** Null on a machine that does not record. */
    private final RecordingSwitch recordings;
    private boolean started;

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
        // The Misc Node's thread has a CPU of its own where there is one: it is placed like one core more.
        placement = Placement.of(host, spec.placement(), spec.cores() + (paced ? 1 : 0));
        pace = paced ? new Pace(spec.clock()) : null;
        memorySystem = paced ? new MemorySystem(spec.clock().profile(), pace) : null;
        ipis = spec.interrupts() == null ? null : new IpiPorts(spec.cores());
        interconnect = ipis == null ? newInterconnect() : InterruptPorts.around(newInterconnect(), this);
        memory = new PhysicalMemory(spec.cores());
        translationTables = new PageTable[spec.addressSpaces()];
        recordings = spec.recordedEvents() == 0 ? null
            : new RecordingSwitch(spec.recordedIssuer(), spec.recordedEvery());
        parts = new CoreParts(this);
        cores = new Core[spec.cores()];
        diagnosis = new Diagnosis(cores, interconnect);
        threads = new CoreThreads(cores, spec.adopted(), placement, diagnosis, patienceNanos());
        for (int id = 0; id < cores.length; id++) {
            cores[id] = parts.core(id);
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

    CoreParts parts() {
        return parts;
    }

    /** Null on a machine that does not record. */
    RecordingSwitch recordings() {
        return recordings;
    }

    // ---- life

    /**
     * Starts every core that is not left for adoption, and returns when they are online.
     *
     * @throws MachineFailedException  if one could not start
     * @throws UnsuitableHostException if that is the host's doing: no thread for it, or one that cannot be pinned
     */
    public void start() {
        if (started) {
            throw new IllegalStateException("a machine is started once, and not after it was closed");
        }
        started = true;
        threads.start(pace == null ? null : (MiscNode) interconnect);
    }

    /**
     * Makes the calling thread the thread of a core that was left for adoption: pins it, names it, goes online.
     *
     * @param id the core, 0 .. {@link MachineSpec#adopted} - 1
     * @return the core
     * @throws IllegalArgumentException if the core is not left for adoption
     * @throws IllegalStateException    if the core is adopted already, or the calling thread carries another
     */
    public Core adopt(int id) {
        return threads.adopt(id);
    }

    /**
     * Takes an adopted core offline, and gives its thread its name and its CPUs back. Called by that thread.
     *
     * @param core the core
     * @throws IllegalStateException if the calling thread has not adopted it
     */
    public void release(Core core) {
        threads.release(core);
    }

    /**
     * Stops all cores, each between two steps, and waits for their threads. Cores adopted by the calling thread are
     * released first, since nobody would serve their ports. Whatever fails, every core is told to stop and every thread
     * gets its name and its CPUs back; after a failure the core that was found not to answer is not waited for again. May be
     * called again, and then says the same. An interrupt does not cut it short: a core in a DSB would lose what it waits for.
     * The status is set when it returns.
     *
     * @throws CoreStuckException     if a core does not stop
     * @throws MachineFailedException if a core has died, or was found not to answer
     * @throws IllegalStateException  if a program calls it that runs on a core of this machine, with a thread of its own
     */
    @Override
    public void close() {
        threads.requireToBeOutside();
        started = true;
        try {
            threads.stop();
        } finally {
            if (pace != null) {
                ((MiscNode) interconnect).stop(); // nobody is left that could ask it for anything
            }
        }
    }

    // ---- time

    /**
     * Lets a paced machine's clock go by another dilation than its own, or by that again, from the next start on: to warm up
     * it has no need to take as long as it will be measured with. While the clock does not run; does nothing on a native
     * machine.
     *
     * @param dilation how many host nanoseconds stand for one of the machine's
     */
    public void dilate(double dilation) {
        if (pace != null) {
            pace.dilate(dilation);
        }
    }

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
        if (recordings != null) {
            recordings.end();
        }
    }

    /**
     * Whether a core rests: no thread carries it, so that what it has recorded can be read. Between its thread's start and its
     * being online it does not. Any thread; while cores start, or are adopted, the answer may be old.
     *
     * @param id the core
     * @return true before it has a thread, and when that has ended or was released
     */
    public boolean isResting(int id) {
        return !threads.isAlive(id);
    }

    /**
     * What a core has recorded, of its last events as many as it keeps. For when the core rests: after {@link #close},
     * or after its {@link #release} on the thread that adopted it. The end of its thread comes before this look at it,
     * so no event is torn or missing.
     *
     * @param id the core
     * @return its events, in the order in which they began
     * @throws IllegalStateException if the core does not {@linkplain #isResting rest}, or the machine does not record
     */
    public List<CoreEvent> recorded(int id) {
        if (recordings == null) {
            throw new IllegalStateException("a machine that was not told to record");
        }
        if (!isResting(id)) {
            throw new IllegalStateException(Diagnosis.name(id) + " still runs: what it records is read when it rests");
        }
        return cores[id].recorded();
    }

    // ---- online and offline

    /**
     * Takes a core offline, and returns when it is. It is then waited for by nobody. Returns early if another order to
     * the core, or {@link #close}, comes in between.
     *
     * @param id     a core with a thread of its own
     * @param caller the core whose thread calls, which goes on serving its port; null for an outside thread
     */
    public void takeOffline(int id, Core caller) {
        change(id, caller, CorePort.GO_OFFLINE, false);
    }

    /**
     * Brings a core back online, with an empty TLB, and returns when it is. Returns early if another order to the
     * core, or {@link #close}, comes in between.
     *
     * @param id     a core with a thread of its own
     * @param caller the core whose thread calls, which goes on serving its port; null for an outside thread
     */
    public void bringOnline(int id, Core caller) {
        change(id, caller, CorePort.RUN, true);
    }

    private void change(int id, Core caller, int order, boolean online) {
        if (id < spec.adopted() || id >= cores.length) {
            throw new IllegalArgumentException("core " + id + " has no thread of its own: cores " + spec.adopted()
                + ".." + (cores.length - 1) + " have");
        }
        if (caller == cores[id]) {
            throw new IllegalArgumentException("core " + id + " cannot wait for itself to change");
        }
        cores[id].order(order);
        Patience patience = new Patience(this);
        YieldPolicy yieldPolicy = new YieldPolicy(1 + cores.length);
        while (cores[id].isOnline() != online && cores[id].orders() == order) {
            if (caller != null) {
                caller.relax(id);
            } else {
                checkAlive();
                if (patience.overrun() > 0) {
                    throw diagnosis.doesNot(online ? "go online" : "go offline", id);
                }
                yieldPolicy.giveUpCpu();
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
     * Throws if one of its cores has died, or was found not to answer, and otherwise does nothing. For whoever waits for
     * something that such a core would never do; a core's own waits ask it themselves. Any thread; cheap.
     *
     * @throws MachineFailedException  if a core has died, the cause says of what; or if one was found not to answer, the cause
     *                                 is the {@link CoreStuckException}
     * @throws UnsuitableHostException if that was the host's doing: its thread could not be pinned, memory was short
     */
    public void checkAlive() {
        diagnosis.checkAlive();
    }

    /** Finds out, and says, what is wrong with it. */
    Diagnosis diagnosis() {
        return diagnosis;
    }
}
