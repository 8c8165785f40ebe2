package dev.salvo.syscalls;

import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.CpuSet;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.MemoryLimit;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.syscalls.KernelReplicate.Batch;
import dev.salvo.syscalls.KernelReplicate.Counting;
import dev.salvo.syscalls.KernelReplicate.Victims;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Measures what this host's kernel takes for a shootdown, in the JVM that calls it: senders make system calls, others let the
 * kernel have to reach their CPUs, and each batch is held against the interrupts that were counted.
 *
 * <p>All other threads of this process are confined to the first sender's CPU meanwhile, and have their masks back afterwards;
 * nothing else of the host is changed. One measurement at a time in a JVM. It needs no root.
 */
public final class Shootdowns {
    private static final Path ROOT = Path.of("/");
    private static final int MEBIBYTE = 1 << 20;
    private static final int EMPTY_WINDOWS = 5;
    private static final long SETTLE_MILLIS = 20; // until CPUs of sleepers have left the address space
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final double NANOS_PER_SECOND = 1e9;

    private final KernelPoint point;
    private final Placement placement;
    private final Effort effort;
    private final List<Sender> senders = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private OtherProcess process;

    private Shootdowns(KernelPoint point, Placement placement, Effort effort) {
        this.point = point;
        this.placement = placement;
        this.effort = effort;
    }

    /**
     * Measures one point, once. Takes about {@code warmUp + 3 * batches * batch}, and up to {@code attempts - batches} batches
     * longer where some have to be measured again.
     *
     * @param point  what to measure
     * @param host   this host
     * @param effort how long
     * @return what was measured; not valid if its shootdowns were not counted
     * @throws UnsuitableHostException if this host does not do it: a system call is forbidden, there is no swap, threads
     *                                 cannot be pinned, memory is short; one line
     */
    public static KernelReplicate measure(KernelPoint point, HostTopology host, Effort effort) {
        CpuPinning.requirePossible();
        requireMemory(point, MemoryLimit.mebibytes());
        Placement placement = Placement.of(host, point.placement(), point.cores());
        Confounders confounders = Confounders.read(host);
        ConfinedThreads threads = new ConfinedThreads(placement.cpuOf(0));
        try {
            Counting counting = counting(point, host, placement);
            return new Shootdowns(point, placement, effort).run(counting, uncounted(counting, confounders),
                confounders.whyTooFew());
        } finally {
            threads.close();
        }
    }

    /** Refuses what would fill half of the memory that there is, and be killed for it, or others be. */
    static void requireMemory(KernelPoint point, OptionalLong mebibytes) {
        long pages = (long) point.senders() * point.pages() + (point.others() == Others.SPIN ? Target.WALKED_PAGES : 0);
        long needed = pages * Region.PAGE / MEBIBYTE;
        if (mebibytes.isPresent() && needed > mebibytes.getAsLong() / 2) {
            throw new UnsuitableHostException("senders " + point.senders() + " with pages " + point.pages() + " need " + needed
                + " MiB, and this process and its children may use " + mebibytes.getAsLong() + " MiB; ask for fewer");
        }
    }

    private static Counting counting(KernelPoint point, HostTopology host, Placement placement) {
        int sender = placement.cpuOf(0);
        IntStream used = IntStream.range(0, placement.cores()).map(placement::cpuOf);
        return IntStream.concat(used, host.cpus().stream().mapToInt(cpu -> cpu.id())).filter(cpu -> cpu != sender).findFirst()
            .stream().mapToObj(other -> CountingProbe.ask(point.op(), other)).findFirst().orElse(Counting.UNKNOWN);
    }

    private static String uncounted(Counting counting, Confounders confounders) {
        return switch (counting) {
            case TLB, CAL -> "not counted: a CPU's column in /proc/interrupts came or went";
            case NOTHING -> confounders.whyUncounted();
            case NO_ROW -> InterruptCounts.read(ROOT).isHidden() ? "not counted: /proc/interrupts is hidden or empty here, as in "
                + "containers that mask it; let it be seen (docker run --security-opt systempaths=unconfined), or measure outside"
                : "not counted: this kernel has no row TLB in /proc/interrupts, as on arm64, where shootdowns interrupt "
                + "nobody; compare with others processes";
            case UNKNOWN -> "not counted: no thread could be kept running on another CPU to find out which row of "
                + "/proc/interrupts counts";
        };
    }

    private KernelReplicate run(Counting counting, String uncounted, String tooFew) {
        try {
            begin();
            return measure(gate(counting, uncounted, tooFew));
        } finally {
            end();
        }
    }

    /** Starts all threads, each on its CPU. */
    private void begin() {
        for (int core = 0; core < point.senders(); core++) {
            senders.add(new Sender(point.op(), point.pages(), placement.cpuOf(core), core));
        }
        List<Integer> cpus = IntStream.range(point.senders(), point.cores()).mapToObj(placement::cpuOf).toList();
        switch (point.others()) {
            case SPIN, SLEEP -> {
                for (int i = 0; i < cpus.size(); i++) {
                    targets.add(new Target(cpus.get(i), i, ownWork()));
                }
            }
            case PROCESSES -> process = cpus.isEmpty() ? null : new OtherProcess(cpus);
            case NONE -> {
            }
        }
    }

    private Target.Doing ownWork() {
        return point.others() == Others.SLEEP ? Target.Doing.SLEEP : Target.Doing.COMPUTE;
    }

    private KernelReplicate measure(Gate gate) {
        warmUp();
        double emptyNanos = emptyNanos();
        sleep(SETTLE_MILLIS);
        List<Batch> batches = new ArrayList<>();
        Histogram accepted = new Histogram(senders.get(0).calls().latencies());
        Histogram uncountedOnly = new Histogram(accepted);
        Histogram all = new Histogram(accepted);
        int wanted = effort.batches();
        for (int attempt = 0; attempt < effort.attempts() && wanted > 0; attempt++) {
            Batch batch = batch(gate);
            batches.add(batch);
            boolean asGoodAsHere = batch.accepted() || gate.isOnlyUncounted(batch);
            wanted -= asGoodAsHere ? 1 : 0;
            addLatencies(batch.accepted() ? accepted : asGoodAsHere ? uncountedOnly : all);
        }
        uncountedOnly.add(accepted);
        all.add(uncountedOnly);
        Victims victims = victims();
        List<Batch> used = used(gate, batches);
        Histogram latencies = used.get(0).accepted() ? accepted : gate.isOnlyUncounted(used.get(0)) ? uncountedOnly : all;
        long rounds = used.stream().mapToLong(Batch::rounds).sum();
        double nanos = used.stream().mapToDouble(Batch::nanos).sum();
        String why = why(batches, gate);
        return new KernelReplicate(point, List.copyOf(batches), over(nanos * point.senders() / rounds, emptyNanos), emptyNanos, rounds,
            rounds / nanos * NANOS_PER_SECOND, latencies, gate.reached(),
            used.stream().mapToDouble(gate::counts).sum() / rounds / Math.max(1, gate.reached()), gate.counting(), why.isEmpty(), why,
            victims, senders.get(0).node(), placement.oversubscribed(), placement.describe());
    }

    /** Empty calls in the middle, so that the loop is compiled for both before either is measured. */
    private void warmUp() {
        long nanos = effort.warmUp().toNanos();
        send(nanos / 2);
        sendEmpty(nanos / 4);
        send(nanos / 4);
    }

    /** What is left of an operation. Where nothing is, there is no figure: as of a barrier with one CPU online. */
    private double over(double nanos, double emptyNanos) {
        if (nanos <= emptyNanos) {
            throw new UnsuitableHostException(String.format(Locale.ROOT, "op %s: takes %.0f ns, no more than an empty call "
                + "(%.0f ns): this kernel has nothing to do for it here; measure another op", point.op(), nanos, emptyNanos));
        }
        return nanos - emptyNanos;
    }

    /** Those that count; if there are none those that only were not counted; if there are none of these either, all. */
    private static List<Batch> used(Gate gate, List<Batch> batches) {
        return Stream.of(batches.stream().filter(Batch::accepted).toList(),
                batches.stream().filter(gate::isOnlyUncounted).toList(), batches)
            .filter(some -> !some.isEmpty()).findFirst().orElseThrow();
    }

    /** Why the figure does not count; empty if it does. */
    private String why(List<Batch> batches, Gate gate) {
        long accepted = batches.stream().filter(Batch::accepted).count();
        if (accepted >= effort.batches()) {
            return "";
        }
        long onlyUncounted = batches.stream().filter(gate::isOnlyUncounted).count();
        if (gate.cannotCount()) { // whatever else was wrong, another batch would not help
            return gate.uncounted() + (onlyUncounted >= effort.batches() ? "" : "; and of " + batches.size() + " batches only "
                + onlyUncounted + " were undisturbed");
        }
        String last = batches.stream().filter(batch -> !batch.accepted()).reduce((first, second) -> second).orElseThrow().why();
        return accepted + " of " + batches.size() + " batches were accepted, and " + effort.batches() + " are needed; the last "
            + "refused: " + last;
    }

    private Gate gate(Counting counting, String uncounted, String tooFew) {
        IntStream.Builder running = IntStream.builder();
        senders.forEach(sender -> running.add(sender.cpu()));
        if (point.others() == Others.SPIN) {
            targets.forEach(target -> running.add(target.cpu()));
        }
        int[] cpus = running.build().distinct().toArray();
        int[] all = IntStream.range(0, point.cores()).map(placement::cpuOf).distinct().toArray();
        int own = senders.get(0).cpu();
        // A single sender's own CPU is interrupted by nobody of ours.
        int[] watched = IntStream.of(all).filter(cpu -> point.senders() > 1 || cpu != own).toArray();
        return new Gate(point, cpus.length - 1, point.others() == Others.SLEEP ? all.length - cpus.length : 0,
            CpuSet.of(watched), counting, uncounted, tooFew, placement.oversubscribed());
    }

    private Batch batch(Gate gate) {
        List<Target.Moment> moments = moments();
        InterruptCounts before = InterruptCounts.read(ROOT);
        send(effort.batch().toNanos());
        InterruptCounts after = InterruptCounts.read(ROOT);
        List<Target.Moment> momentsSince = moments();
        List<Gate.Wait> waits = new ArrayList<>();
        for (int i = 0; i < senders.size(); i++) {
            waits.add(new Gate.Wait("sender-" + i + " on CPU " + senders.get(i).cpu(), senders.get(i).waited()));
        }
        for (int i = 0; i < moments.size(); i++) {
            waits.add(new Gate.Wait("target-" + i + " on CPU " + targets.get(i).cpu(),
                momentsSince.get(i).waitedSince(moments.get(i))));
        }
        return gate.judge(senders.stream().mapToLong(sender -> sender.calls().rounds()).sum(),
            senders.stream().mapToLong(sender -> sender.calls().nanos()).average().orElseThrow(), before, after, waits);
    }

    /** Of each target that should run all the time. */
    private List<Target.Moment> moments() {
        return point.others() == Others.SPIN ? targets.stream().map(Target::now).toList() : List.of();
    }

    /** Lets all senders do operations for so long, and waits for them. */
    private void send(long nanos) {
        send(nanos, () -> { }, () -> { });
    }

    /** The same; the last sender that begins, and the last that is through, does something else besides. */
    private void send(long nanos, Runnable begun, Runnable ended) {
        Meeting start = new Meeting(senders.size(), begun);
        Meeting end = new Meeting(senders.size(), ended);
        for (int i = senders.size() - 1; i >= 0; i--) { // the first takes this thread's CPU
            senders.get(i).begin(nanos, start, end);
        }
        senders.forEach(sender -> sender.await(nanos));
        targets.forEach(Target::check);
    }

    /** The least of several means: what disturbs only adds. */
    private double emptyNanos() {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < EMPTY_WINDOWS; i++) {
            least = Math.min(least, sendEmpty(effort.batch().toNanos()));
        }
        return least;
    }

    /** Lets the first sender do empty calls for so long. Returns ns of each. */
    private double sendEmpty(long nanos) {
        Sender sender = senders.get(0);
        sender.beginEmpty(nanos);
        sender.await(nanos);
        return (double) sender.empty().nanos() / sender.empty().rounds();
    }

    private void addLatencies(Histogram sum) {
        senders.forEach(sender -> sum.add(sender.calls().latencies()));
    }

    /** What the first target gets done, alone and beside the senders in turns, computing and then walking. */
    private Victims victims() {
        if (point.others() != Others.SPIN || targets.isEmpty() || placement.oversubscribed()) {
            return Victims.NONE;
        }
        double[] compute = rates();
        targets.get(0).change(Target.Doing.WALK);
        awaitProgress(targets.get(0)); // it makes its memory first
        double[] memory = rates();
        targets.get(0).change(Target.Doing.COMPUTE);
        return new Victims(compute[0], compute[1], memory[0], memory[1]);
    }

    /** What a target gets done between two moments, which any threads may tell. */
    private static final class Slice {
        private final Target target;
        private long nanos;
        private long progress;

        Slice(Target target) {
            this.target = target;
        }

        void begin() {
            nanos = System.nanoTime();
            progress = target.progress();
        }

        void end() {
            nanos = System.nanoTime() - nanos;
            progress = target.progress() - progress;
        }
    }

    /** Per second: alone, and beside, in turns. NaN if the victim had its CPU in no slice of a kind. */
    private double[] rates() {
        double[] done = new double[2];
        double[] seconds = new double[2];
        int wanted = Math.max(2, effort.batches() / 2);
        int[] kept = new int[2];
        for (int i = 0; i < 2 * effort.attempts() && (kept[0] < wanted || kept[1] < wanted); i++) {
            int kind = kept[0] <= kept[1] ? 0 : 1;
            Target.Moment before = targets.get(0).now();
            Slice slice = new Slice(targets.get(0));
            if (kind == 1) { // without the time that it takes to wake senders
                send(effort.batch().toNanos(), slice::begin, slice::end);
            } else {
                slice.begin();
                sleep(effort.batch().toMillis());
                slice.end();
            }
            Target.Moment after = targets.get(0).now();
            long passed = after.nanos() - before.nanos();
            if (!(after.waitedSince(before) > Gate.LOST * passed)) {
                done[kind] += slice.progress;
                seconds[kind] += slice.nanos / NANOS_PER_SECOND;
                kept[kind]++;
            }
        }
        return new double[] {done[0] / seconds[0], done[1] / seconds[1]};
    }

    private static void awaitProgress(Target target) {
        long before = target.progress();
        long began = System.nanoTime();
        while (target.progress() - before < 2 * Target.ROUNDS_PER_LOOK) { // the first may be of what it did before
            target.check();
            if (System.nanoTime() - began > PATIENCE_NANOS) {
                throw new IllegalStateException("a target did not get through its memory in time");
            }
            sleep(1);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(Math.max(1, millis));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while shootdowns were measured", interrupted);
        }
    }

    /** Ends all threads. */
    private void end() {
        senders.forEach(Sender::close);
        targets.forEach(Target::close);
        if (process != null) {
            process.close();
        }
    }
}
