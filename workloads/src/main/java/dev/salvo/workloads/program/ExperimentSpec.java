package dev.salvo.workloads.program;

import dev.salvo.engine.IdlePolicy;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.point.Axis;
import dev.salvo.point.ClockKind;
import dev.salvo.point.Load;
import dev.salvo.point.Point;
import dev.salvo.point.PteState;
import dev.salvo.point.Strategy;
import dev.salvo.point.WholeNumber;
import dev.salvo.point.Workload;
import dev.salvo.workloads.kernel.Chip;
import dev.salvo.workloads.kernel.Deferral;
import dev.salvo.workloads.kernel.Linux;
import dev.salvo.workloads.kernel.TlbFlush;
import dev.salvo.workloads.kernel.arm64.Arm64LinuxTlb;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * One point of the experiment, which a machine can be built for: a {@link Point} whose values fit each other, and whose
 * nanoseconds it is measured in. Immutable; equal to another of the same point and pacing.
 */
public final class ExperimentSpec {
    /** Pages of the published program: 1 MiB. */
    public static final int SEED_PAGES = Integer.parseInt(Axis.LIST.standard().orElseThrow());

    /** Pages freed with one flush since Linux 6.9. */
    public static final int SEED_BATCH = Integer.parseInt(Axis.BATCH.standard().orElseThrow());

    /** The longest list and the largest batch. */
    public static final int MAX_PAGES = 1 << 14;

    /** The most operations that fit the interconnect: as many as the longest list has pages. 1024 such inboxes are 64 MiB. */
    public static final int MAX_RING = 1 << 14;

    /** On which versions run: without range instructions and isolation; dirty state is hardware's. */
    private static final Chip CHIP = new Chip(false, false, Chip.Repeat.NONE, true);

    private final Point point;
    private final Pacing pacing;

    /** Of values that have been checked; the clock and the profile are the pacing's. */
    private ExperimentSpec(Map<Axis, String> values, Pacing pacing) {
        this.point = Point.at(values);
        this.pacing = pacing;
    }

    /**
     * The point with some values, standard in all else.
     *
     * @param values cores, the strategy, and what is not standard; as many senders as cores if {@value Point#ALL}
     * @param pacing whose nanoseconds, which the profile and the clock are taken from
     * @return the point
     * @throws IllegalArgumentException with the name, the value and what is accepted, if one is out of range
     */
    public static ExperimentSpec of(Map<Axis, String> values, Pacing pacing) {
        Map<Axis, String> all = new EnumMap<>(values);
        all.put(Axis.CLOCK, Point.word(pacing.isPaced() ? ClockKind.PACED : ClockKind.NATIVE));
        all.put(Axis.PROFILE, pacing.name());
        for (Axis axis : Axis.values()) {
            all.putIfAbsent(axis, axis.standard().orElse(""));
        }
        all.computeIfPresent(Axis.SENDERS, (axis, senders) -> senders.equals(Point.ALL) ? all.get(Axis.CORES) : senders);
        check(all, pacing);
        return new ExperimentSpec(all, pacing);
    }

    /**
     * The published experiment on a machine of some cores: one sender, one process, a list of 256, a batch of 31, clean
     * entries, the other cores idle.
     *
     * @param cores    cores
     * @param strategy how TLBs are flushed
     * @return the point
     */
    public static ExperimentSpec seed(int cores, Strategy strategy) {
        return of(Map.of(Axis.CORES, Integer.toString(cores), Axis.STRATEGY, Point.word(strategy)), Pacing.NATIVE);
    }

    /**
     * The same point at another pace.
     *
     * @param other whose nanoseconds
     * @return a copy
     */
    public ExperimentSpec with(Pacing other) {
        return of(point.values(), other);
    }

    /**
     * The same point but for one axis.
     *
     * @param axis  which, but for the clock and the profile, which are the pacing's
     * @param value where it is to be on that: a constant, a number or the word
     * @return a copy
     */
    public ExperimentSpec with(Axis axis, Object value) {
        Map<Axis, String> values = point.values();
        values.put(axis, Point.wordOf(value));
        return of(values, pacing);
    }

    private static void check(Map<Axis, String> values, Pacing pacing) {
        for (Axis axis : Axis.values()) {
            String word = values.get(axis);
            require(!word.isEmpty() || axis == Axis.PROFILE, axis.key() + ": must be given");
            require(!axis.isNumber() || isWhole(word), axis.key() + ' ' + word
                + ": must be a whole number" + (axis == Axis.SENDERS ? ", or " + Point.ALL : ""));
            require(axis.words().isEmpty() || axis.words().contains(word), axis.key() + ' ' + word + ": must be one of "
                + String.join(", ", axis.words()));
        }
        checkCombination(values, pacing);
        checkRanges(number(values, Axis.CORES), number(values, Axis.SENDERS), values);
    }

    private static void checkCombination(Map<Axis, String> values, Pacing pacing) {
        int cores = number(values, Axis.CORES);
        String interconnect = values.get(Axis.INTERCONNECT);
        Workload workload = Point.constant(Workload.class, values.get(Axis.WORKLOAD));
        if (pacing.isPaced()) {
            int most = pacing.profile().cores();
            require(cores <= most, "cores " + cores + ": must be 1.." + most + ", for " + pacing.profile().name() + " has "
                + most);
            require(interconnect.equals(Point.word(InterconnectKind.RING)), "interconnect " + interconnect
                + ": must be ring on a paced clock, whose Misc Node broadcasts through it");
            require(!values.get(Axis.IDLE).equals(Point.word(IdlePolicy.PARK)), "idle park: must be auto, spin or yield on a "
                + "paced clock, for its cores look at deadlines");
        }
        WorkloadModel.of(workload).check(values, pacing.isPaced());
        Linux linux = linux(values);
        if (!linux.isMixed()) {
            checkVersion(values, linux, pacing);
            return;
        }
        Point.constant(Mechanism.class, values.get(Axis.MECHANISM))
            .flush(Point.constant(Strategy.class, values.get(Axis.STRATEGY)));
    }

    /** What there is no such kernel for. That one which batches waits at once is an experiment, and shown as hypothetical. */
    private static void checkVersion(Map<Axis, String> values, Linux linux, Pacing pacing) {
        String of = " with linux " + values.get(Axis.LINUX);
        require(!pacing.isPaced(), "linux " + values.get(Axis.LINUX) + ": must be left out on a paced clock, whose "
            + "profiles were fitted without it");
        String mechanism = values.get(Axis.MECHANISM);
        require(mechanism.equals(Point.word(Mechanism.ARM64)), "mechanism " + mechanism + ": must be arm64" + of);
        Strategy strategy = Point.constant(Strategy.class, values.get(Axis.STRATEGY));
        require(strategy == Strategy.SYNC || strategy == strategyOf(linux), "strategy " + Point.word(strategy) + ": must be "
            + (strategyOf(linux) == Strategy.SYNC ? "sync" : "batched or sync") + of);
        int batch = number(values, Axis.BATCH);
        require(batch == SEED_BATCH, "batch " + batch + ": must be left out" + of + ", which has its own");
        int mappings = number(values, Axis.MAPPINGS);
        require(mappings == 1, "mappings " + mappings + ": must be 1" + of + ", whose MADV_PAGEOUT passes over pages that are "
            + "mapped more than once");
    }

    /**
     * The strategy that a version has.
     *
     * @param linux a version
     * @return batched if it waits for unmapped pages together
     */
    public static Strategy strategyOf(Linux linux) {
        return linux.has(Linux.Rule.BATCHED_UNMAP) ? Strategy.BATCHED : Strategy.SYNC;
    }

    private static Linux linux(Map<Axis, String> values) {
        return version(values.get(Axis.LINUX));
    }

    /**
     * A version by its word.
     *
     * @param word a word of {@link Axis#LINUX}
     * @return the version, or the mixture
     */
    public static Linux version(String word) {
        return word.equals(Linux.MIXED.toString()) ? Linux.MIXED : Linux.of(word);
    }

    private static void checkRanges(int cores, int senders, Map<Axis, String> values) {
        require(cores >= 1 && cores <= MachineSpec.MAX_CORES, "cores " + cores + ": must be 1.." + MachineSpec.MAX_CORES);
        require(senders >= 1 && senders <= cores, "senders " + senders + ": must be 1.." + cores
            + ", no more than there are cores");
        // Other cores' user programs need address spaces too: one each.
        int most = (Tlbi.MAX_ASID - cores) / senders;
        int mappings = number(values, Axis.MAPPINGS);
        require(mappings >= 1 && mappings <= most, "mappings " + mappings + ": must be 1.." + most + " with " + senders
            + (senders == 1 ? " sender" : " senders") + ", since every process needs an address space identifier");
        int list = number(values, Axis.LIST);
        require(list >= 1 && list <= MAX_PAGES, "list " + list + ": must be 1.." + MAX_PAGES + " pages");
        int batch = number(values, Axis.BATCH);
        require(batch >= 1 && batch <= MAX_PAGES, "batch " + batch + ": must be 1.." + MAX_PAGES + " pages");
        int ring = number(values, Axis.RING);
        require(ring >= 2 && ring <= MAX_RING && Integer.bitCount(ring) == 1, "ring " + ring
            + ": must be a power of two, 2.." + MAX_RING);
    }

    private static boolean isWhole(String word) {
        try {
            WholeNumber.ofInt(word);
            return true;
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }

    static int number(Map<Axis, String> values, Axis axis) {
        return Integer.parseInt(values.get(axis));
    }

    /**
     * Where.
     *
     * @return the point, whose clock and profile are the pacing's
     */
    public Point point() {
        return point;
    }

    /**
     * Whose nanoseconds.
     *
     * @return the pacing
     */
    public Pacing pacing() {
        return pacing;
    }

    /**
     * Cores of the machine.
     *
     * @return 1..1024
     */
    public int cores() {
        return point.cores();
    }

    /**
     * How many of them send, each with memory of its own.
     *
     * @return 1..cores; of {@link Workload#PROTECT}, instances, with children on several cores
     */
    public int senders() {
        return point.senders();
    }

    /**
     * Processes that map each sender's memory.
     *
     * @return 1 or more, as far as there are address space identifiers
     */
    public int mappings() {
        return point.number(Axis.MAPPINGS);
    }

    /**
     * How TLBs are flushed.
     *
     * @return the strategy
     */
    public Strategy strategy() {
        return point.strategy();
    }

    /**
     * What the architecture does to make TLBs forget.
     *
     * @return the mechanism
     */
    public Mechanism mechanism() {
        return Point.constant(Mechanism.class, point.value(Axis.MECHANISM));
    }

    /**
     * Makes the flush of the kernel that is measured.
     *
     * @return what the mechanism does, and when the strategy waits
     */
    public TlbFlush flush() {
        Linux linux = linux();
        if (linux.isMixed()) {
            return mechanism().flush(strategy());
        }
        TlbFlush own = Arm64LinuxTlb.of(linux, CHIP);
        return strategy() == Strategy.SYNC ? new TlbFlush(own.arch(), Deferral.NEVER) : own;
    }

    /**
     * The version of Linux that is measured.
     *
     * @return the version, or the mixture
     */
    public Linux linux() {
        return linux(point.values());
    }

    /**
     * Whether no core is told of another's pages: the mechanism asks mm_cpumask, and each process of a workload runs on one
     * core. Not with the load {@link Load#SHARED}, whose user programs run in the senders' processes: then the masks hold
     * other cores, and what is unmapped is broadcast all the same.
     *
     * @return whether nothing is broadcast for a page
     */
    public boolean tellsNobody() {
        return flush().arch().asksMmCpumask() && load() != Load.SHARED;
    }

    /**
     * What carries the TLBIs.
     *
     * @return the kind
     */
    public InterconnectKind interconnect() {
        return Point.constant(InterconnectKind.class, point.value(Axis.INTERCONNECT));
    }

    /**
     * Pages handed to reclaim at once.
     *
     * @return 1..{@value #MAX_PAGES}
     */
    public int list() {
        return point.number(Axis.LIST);
    }

    /**
     * Pages freed with one flush.
     *
     * @return 1..{@value #MAX_PAGES}; of a version its own, which may be as many as a list can have
     */
    public int batch() {
        Linux linux = linux();
        return linux.isMixed() ? point.number(Axis.BATCH) : linux.freeBatch();
    }

    /**
     * What the other cores do.
     *
     * @return the load
     */
    public Load load() {
        return point.load();
    }

    /**
     * How the entries are left.
     *
     * @return clean or dirty
     */
    public PteState pte() {
        return Point.constant(PteState.class, point.value(Axis.PTE));
    }

    /**
     * Where the threads are put.
     *
     * @return the policy
     */
    public PlacementPolicy placement() {
        return Point.constant(PlacementPolicy.class, point.value(Axis.PLACEMENT));
    }

    /**
     * Operations that fit the interconnect, or each inbox where there are inboxes.
     *
     * @return a power of two, 2..{@value #MAX_RING}
     */
    public int ring() {
        return point.number(Axis.RING);
    }

    /**
     * How cores wait that have nothing to do.
     *
     * @return the policy
     */
    public IdlePolicy idle() {
        return Point.constant(IdlePolicy.class, point.value(Axis.IDLE));
    }

    /**
     * What senders do.
     *
     * @return the workload
     */
    public Workload workload() {
        return point.workload();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExperimentSpec spec && point.equals(spec.point) && pacing.equals(spec.pacing);
    }

    @Override
    public int hashCode() {
        return Objects.hash(point, pacing);
    }

    @Override
    public String toString() {
        return point + " " + pacing;
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
