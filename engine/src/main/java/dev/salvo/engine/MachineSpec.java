package dev.salvo.engine;

import dev.salvo.engine.clock.Clock;
import dev.salvo.engine.probe.RecordingProbe;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.engine.tlb.TlbGeometry;
import java.util.Objects;
import java.util.function.IntUnaryOperator;

/**
 * What machine to build. Immutable; made by {@link #of} and refined by the other methods, each of which returns a copy.
 */
public final class MachineSpec {
    /** The most cores a machine can have. */
    public static final int MAX_CORES = 1024;

    /** Entries of a store buffer whose {@code dsb(ishst)} is broken, if nobody says how many. */
    static final int FAULTY_STORE_BUFFER = 8;

    /** A year: a machine of many cores per CPU waits a multiple, which must not overflow. */
    private static final long MAX_PATIENCE_NANOS = 365L * 24 * 3600 * 1_000_000_000L;

    private final int cores;
    private TlbGeometry tlb = TlbGeometry.NEOVERSE_N1;
    private InterconnectKind interconnect = InterconnectKind.RING;
    private int capacity = 4096;
    private PlacementPolicy placement = PlacementPolicy.COMPACT;
    private IdlePolicy idle = IdlePolicy.AUTO;
    private IntUnaryOperator frames = core -> 0;
    private PageFaultHandler pageFaults = (core, asid, va, store) -> {
        throw new IllegalStateException("page fault at 0x" + Long.toHexString(va) + " of address space " + asid
            + " on core " + core.id() + ", and no handler");
    };
    private InterruptHandler interrupts;
    private int adopted;
    private boolean timed;
    private boolean countsKinds;
    private boolean hafdbs = true;
    private int recordedIssuer;
    private int recordedEvery;
    private int recordedEvents;
    private int pteStoreBuffer;
    private boolean dsbSleeps;
    private HardwareFault fault = HardwareFault.NONE;
    private Clock clock = Clock.NATIVE;
    private long patienceNanos = 10_000_000_000L;

    private MachineSpec(int cores) {
        this.cores = cores;
    }

    private MachineSpec(MachineSpec other) {
        cores = other.cores;
        tlb = other.tlb;
        interconnect = other.interconnect;
        capacity = other.capacity;
        placement = other.placement;
        idle = other.idle;
        frames = other.frames;
        pageFaults = other.pageFaults;
        interrupts = other.interrupts;
        adopted = other.adopted;
        timed = other.timed;
        countsKinds = other.countsKinds;
        hafdbs = other.hafdbs;
        recordedIssuer = other.recordedIssuer;
        recordedEvery = other.recordedEvery;
        recordedEvents = other.recordedEvents;
        pteStoreBuffer = other.pteStoreBuffer;
        dsbSleeps = other.dsbSleeps;
        fault = other.fault;
        clock = other.clock;
        patienceNanos = other.patienceNanos;
    }

    /**
     * A machine of some cores, everything else as it is by default.
     *
     * @param cores 1..{@value #MAX_CORES}
     * @return the spec
     * @throws IllegalArgumentException if the number is out of range
     */
    public static MachineSpec of(int cores) {
        require(cores >= 1 && cores <= MAX_CORES, "a machine of " + cores + " cores: 1.." + MAX_CORES);
        return new MachineSpec(cores);
    }

    /**
     * With TLBs of another shape. Default: {@link TlbGeometry#NEOVERSE_N1}.
     *
     * @param geometry the shape
     * @return a copy
     */
    public MachineSpec tlb(TlbGeometry geometry) {
        MachineSpec copy = new MachineSpec(this);
        copy.tlb = Objects.requireNonNull(geometry);
        return copy;
    }

    /**
     * With another interconnect. Default: {@link InterconnectKind#RING}.
     *
     * @param kind the interconnect
     * @return a copy
     */
    public MachineSpec interconnect(InterconnectKind kind) {
        MachineSpec copy = new MachineSpec(this);
        copy.interconnect = Objects.requireNonNull(kind);
        return copy;
    }

    /**
     * With room for so many operations in the interconnect (per inbox, where there are inboxes). Default: 4096.
     *
     * @param operations a power of two, at least 2
     * @return a copy
     */
    public MachineSpec capacity(int operations) {
        require(operations >= 2 && Integer.bitCount(operations) == 1,
            "room for " + operations + " operations: a power of two, at least 2");
        MachineSpec copy = new MachineSpec(this);
        copy.capacity = operations;
        return copy;
    }

    /**
     * With its threads put elsewhere. Default: {@link PlacementPolicy#COMPACT}.
     *
     * @param policy where
     * @return a copy
     */
    public MachineSpec placement(PlacementPolicy policy) {
        MachineSpec copy = new MachineSpec(this);
        copy.placement = Objects.requireNonNull(policy);
        return copy;
    }

    /**
     * With another way of being idle. Default: {@link IdlePolicy#AUTO}.
     *
     * @param policy how
     * @return a copy
     */
    public MachineSpec idle(IdlePolicy policy) {
        MachineSpec copy = new MachineSpec(this);
        copy.idle = Objects.requireNonNull(policy);
        return copy;
    }

    /**
     * With memory. Default: none.
     *
     * @param framesOfCore how many 4 KiB frames each core's bank has
     * @return a copy
     */
    public MachineSpec frames(IntUnaryOperator framesOfCore) {
        MachineSpec copy = new MachineSpec(this);
        copy.frames = Objects.requireNonNull(framesOfCore);
        return copy;
    }

    /**
     * With software that handles page faults. Default: a fault is an error.
     *
     * @param handler the software
     * @return a copy
     */
    public MachineSpec pageFaults(PageFaultHandler handler) {
        MachineSpec copy = new MachineSpec(this);
        copy.pageFaults = Objects.requireNonNull(handler);
        return copy;
    }

    /**
     * With a handler of the interrupts that its cores send each other. Default: none, and no core can send any. Not on a
     * paced clock, whose profiles know no cost of an interrupt.
     *
     * @param handler any; called on the cores' threads
     * @return a copy
     */
    public MachineSpec interrupts(InterruptHandler handler) {
        MachineSpec copy = new MachineSpec(this);
        copy.interrupts = Objects.requireNonNull(handler);
        return copy;
    }

    /**
     * With its first cores left for outside threads to adopt. Default: none.
     *
     * @param count how many, 0..cores
     * @return a copy
     */
    public MachineSpec adopted(int count) {
        require(count >= 0 && count <= cores, count + " of " + cores + " cores for outside threads");
        MachineSpec copy = new MachineSpec(this);
        copy.adopted = count;
        return copy;
    }

    /**
     * With cores that take the time of every TLBI and DSB, which costs more than a TLBI does. Default: without.
     *
     * @param times whether to take times
     * @return a copy
     */
    public MachineSpec timed(boolean times) {
        MachineSpec copy = new MachineSpec(this);
        copy.timed = times;
        return copy;
    }

    /**
     * Whether cores count what they issue by kind of operation: {@link Core#tlbiCounts}.
     *
     * @param counts false unless it is said
     * @return a copy
     */
    public MachineSpec countsKinds(boolean counts) {
        MachineSpec copy = new MachineSpec(this);
        copy.countsKinds = counts;
        return copy;
    }

    /**
     * Whether walks set the accessed flag and dirty state of page-table entries (FEAT_HAFDBS). Without it an access through an
     * entry that is not accessed, and a store through one that is not dirty, is a page fault.
     *
     * @param byHardware true unless it is said otherwise
     * @return a copy
     */
    public MachineSpec hafdbs(boolean byHardware) {
        MachineSpec copy = new MachineSpec(this);
        copy.hafdbs = byHardware;
        return copy;
    }

    /**
     * With cores that record what they do, and when, during some of one core's shootdowns: TLBIs, DSBs, what they take from
     * their ports, and how long they are without a CPU. The last events of every core are kept, for
     * {@link Machine#recorded}. Goes together with everything else, faults and a paced clock among it. Default: without.
     *
     * @param issuer whose shootdowns
     * @param every  one in so many of them, and what precedes it: a power of two; 1 for all
     * @param events how many events of each core are kept: a power of two, 2..{@value RecordingProbe#MOST_EVENTS}
     * @return a copy
     */
    public MachineSpec recorded(int issuer, int every, int events) {
        require(issuer >= 0 && issuer < cores, "a recording of core " + issuer + ": 0.." + (cores - 1));
        require(every >= 1 && Integer.bitCount(every) == 1, "a recording of one in " + every
            + " shootdowns: a power of two, from 1");
        require(events >= 2 && events <= RecordingProbe.MOST_EVENTS && Integer.bitCount(events) == 1,
            "a recording of " + events + " events: a power of two, 2.." + RecordingProbe.MOST_EVENTS);
        MachineSpec copy = new MachineSpec(this);
        copy.recordedIssuer = issuer;
        copy.recordedEvery = every;
        copy.recordedEvents = events;
        return copy;
    }

    /**
     * With a model store buffer in every core, which holds stores to page tables back until {@code dsb(ishst)}, so that
     * software that leaves that barrier out can be seen to fail on any host. Default: without.
     *
     * @param entries how many stores it holds; 0 for none
     * @return a copy
     */
    public MachineSpec pteStoreBuffer(int entries) {
        require(entries >= 0, "a store buffer of " + entries + " entries: 0 or more");
        MachineSpec copy = new MachineSpec(this);
        copy.pteStoreBuffer = entries;
        return copy;
    }

    /**
     * With DSBs that sleep: after some rounds of waiting a core goes to sleep, and the core that it waits for wakes it.
     * Not on a paced {@link #clock}. Default: a core that waits stays awake.
     *
     * @param sleeps whether they do
     * @return a copy
     */
    public MachineSpec dsbSleeps(boolean sleeps) {
        MachineSpec copy = new MachineSpec(this);
        copy.dsbSleeps = sleeps;
        return copy;
    }

    /**
     * With a fault, for checks that have to find it; together with whatever the fault needs. Which faults need a
     * machine of which kind is said of each; {@link Machine} refuses others. A fault of the ring not together with
     * {@link #timed}.
     * Default: {@link HardwareFault#NONE}.
     *
     * @param what the fault
     * @return a copy
     */
    public MachineSpec fault(HardwareFault what) {
        MachineSpec copy = new MachineSpec(this);
        copy.fault = Objects.requireNonNull(what);
        return copy;
    }

    /**
     * With another clock. A paced machine has its profile's TLBs, its TLBIs travel to a Misc Node and from there through
     * the ring, and its cores take their times always. It can have neither sleeping DSBs nor a {@link #fault}, but for
     * {@link HardwareFault#ISHST_LEFT_OUT}.
     * Default: {@link Clock#NATIVE}.
     *
     * @param whose whose nanoseconds
     * @return a copy
     */
    public MachineSpec clock(Clock whose) {
        MachineSpec copy = new MachineSpec(this);
        copy.clock = Objects.requireNonNull(whose);
        return copy;
    }

    /**
     * With another limit to how long a core waits for another before it gives up and names it. Default: 10 s. Where
     * cores share CPUs the limit grows with their number per CPU.
     *
     * @param nanos the limit, where every core has a CPU of its own: from 1 to as many as a year has
     * @return a copy
     */
    public MachineSpec patience(long nanos) {
        require(nanos > 0 && nanos <= MAX_PATIENCE_NANOS, "a patience of " + nanos + " ns: 1.." + MAX_PATIENCE_NANOS);
        MachineSpec copy = new MachineSpec(this);
        copy.patienceNanos = nanos;
        return copy;
    }

    /**
     * How many cores.
     *
     * @return 1..{@value #MAX_CORES}
     */
    public int cores() {
        return cores;
    }

    /**
     * Where the threads are put.
     *
     * @return the policy
     */
    public PlacementPolicy placement() {
        return placement;
    }

    /**
     * Which interconnect.
     *
     * @return the kind
     */
    public InterconnectKind interconnect() {
        return interconnect;
    }

    /**
     * Which fault.
     *
     * @return the fault, or {@link HardwareFault#NONE}
     */
    public HardwareFault fault() {
        return fault;
    }

    /**
     * Which clock.
     *
     * @return the clock
     */
    public Clock clock() {
        return clock;
    }

    TlbGeometry tlb() {
        return clock.isPaced() ? clock.profile().tlb() : tlb;
    }

    int capacity() {
        return capacity;
    }

    IdlePolicy idle() {
        return fault == HardwareFault.RECEIVER_FENCE_LEFT_OUT ? IdlePolicy.PARK : idle;
    }

    IntUnaryOperator frames() {
        return frames;
    }

    PageFaultHandler pageFaults() {
        return pageFaults;
    }

    /** Null if there is none. */
    InterruptHandler interrupts() {
        return interrupts;
    }

    int adopted() {
        return adopted;
    }

    boolean timed() {
        return timed;
    }

    boolean countsKinds() {
        return countsKinds;
    }

    boolean hafdbs() {
        return hafdbs;
    }

    int recordedIssuer() {
        return recordedIssuer;
    }

    /** 0 if nothing is recorded. */
    int recordedEvery() {
        return recordedEvery;
    }

    /** 0 if nothing is recorded. */
    int recordedEvents() {
        return recordedEvents;
    }

    int pteStoreBuffer() {
        return pteStoreBuffer == 0 && fault.needsStoreBuffer() ? FAULTY_STORE_BUFFER : pteStoreBuffer;
    }

    boolean dsbSleeps() {
        return dsbSleeps || fault.needsSleepingDsb();
    }

    long patienceNanos() {
        return patienceNanos;
    }

    int addressSpaces() {
        return Tlbi.MAX_ASID + 1;
    }

    /** What no single choice shows. */
    void requireBuildable() {
        if (clock.isPaced()) {
            int most = clock.profile().cores();
            require(cores <= most, cores + " cores: " + clock.profile().name() + " has " + most);
            require(cores < Placement.MAX_CORES, cores + " cores on a paced clock: must be 1.." + (Placement.MAX_CORES - 1)
                + ", for its Misc Node has a thread, too");
            require(!timed, "a paced machine that takes times: it always does");
            require(fault == HardwareFault.NONE || fault.needsStoreBuffer(), "the fault " + fault
                + " on a paced machine, which has other cores and another interconnect");
            require(!dsbSleeps(), "DSBs that sleep on a paced machine: its cores look at deadlines, and do not sleep");
            require(interrupts == null, "a paced machine has no interrupts: its profile knows no cost of one");
            require(idle != IdlePolicy.PARK, "the idle policy park on a paced machine: its cores look at deadlines, and"
                + " do not sleep");
            require(interconnect == InterconnectKind.RING, "a paced machine with " + interconnect
                + ": its Misc Node broadcasts through " + InterconnectKind.RING);
        }
        require(!timed || !fault.isOfTheRing(), "a machine that takes times with the fault " + fault
            + ": a ring that is broken does not note when operations were issued");
        require(!fault.isOfTheRing() || interconnect == InterconnectKind.RING, "the fault " + fault
            + " on a machine with " + interconnect + ": it is one of " + InterconnectKind.RING);
        require(!fault.needsALastCoreOfItsOwnThread() || adopted < cores, "the fault " + fault + " on a machine whose "
            + cores + " cores are all left for outside threads: the last must have a thread of its own");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
