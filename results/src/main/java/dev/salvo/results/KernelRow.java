package dev.salvo.results;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.apache.commons.math3.stat.StatUtils;

/**
 * What a system call cost at a {@link KernelPoint}: figures of replicates, and their intervals, by the rules of
 * {@link Replicates}.
 *
 * <p>A replicate is valid where the shootdowns were seen to happen that its figure is said to be of. If any is, the figures are
 * of those that are, and the row is valid; if none is, they are of all, the row is not valid and says why: nobody knows then
 * what the time was spent on.
 *
 * <p>Immutable.
 */
public final class KernelRow {
    private final KernelPoint point;
    private final List<KernelReplicate> all;
    /** Those that the figures are of. */
    private final List<KernelReplicate> counted;
    private final boolean valid;
    /** What it is held against; null if there is none. */
    private final KernelRow control;

    private KernelRow(KernelPoint point, List<KernelReplicate> all, KernelRow control) {
        this.point = point;
        this.all = List.copyOf(all);
        List<KernelReplicate> good = all.stream().filter(KernelReplicate::valid).toList();
        this.valid = !good.isEmpty();
        this.counted = valid ? good : this.all;
        this.control = control;
    }

    /**
     * A row, whose control is not yet known.
     *
     * @param point      where
     * @param replicates what was measured there, at least one, each of another round
     */
    static KernelRow of(KernelPoint point, List<KernelReplicate> replicates) {
        return new KernelRow(point, replicates, null);
    }

    /**
     * Rows as they are shown: sorted by point, each with its control. That is the same beside programs which share nothing, if
     * that was measured, since those have all that the others have but the interrupt; or else the senders alone.
     *
     * @param rows rows of one run, in any order
     * @return the rows, sorted; unmodifiable
     */
    static List<KernelRow> shown(Collection<KernelRow> rows) {
        Map<KernelPoint, KernelRow> known = rows.stream().collect(Collectors.toMap(KernelRow::point, Function.identity()));
        return rows.stream().sorted(Comparator.comparing(KernelRow::point)).map(row -> !row.point.hasTargets() ? row
            : new KernelRow(row.point, row.all, known.getOrDefault(row.point.besideStrangers(), known.get(row.point.alone()))))
            .toList();
    }

    /**
     * Where this was measured.
     *
     * @return the point
     */
    public KernelPoint point() {
        return point;
    }

    /** Every replicate, in the order of rounds. */
    List<KernelReplicate> replicates() {
        return all;
    }

    /**
     * Whether the shootdowns were seen to happen.
     *
     * @return whether any replicate is valid, and the figures are of those
     */
    public boolean valid() {
        return valid;
    }

    /**
     * Why it is not valid; of one that is, by what that was seen, and how many replicates were left out.
     *
     * @return a line; may be empty
     */
    public String why() {
        String most = most(counted);
        int left = all.size() - counted.size();
        return left == 0 ? most : (most.isEmpty() ? "" : most + "; ") + left + " of " + all.size() + " replicates left out: "
            + most(all.stream().filter(each -> !each.valid()).toList());
    }

    /** What it has in common with reasons that differ in numbers only. */
    String kindOfReason() {
        return why().replaceAll("[0-9][0-9.]*", "#");
    }

    /** Why some of these are not valid: of reasons that differ in numbers only the first, by what they have in common. */
    static Map<String, String> reasons(List<KernelRow> rows) {
        Map<String, String> reasons = new LinkedHashMap<>();
        rows.stream().filter(row -> !row.valid).forEach(row -> reasons.putIfAbsent(row.kindOfReason(), row.why()));
        return reasons;
    }

    private static String most(List<KernelReplicate> some) {
        Map<String, Long> reasons = new LinkedHashMap<>();
        some.forEach(each -> reasons.merge(each.why(), 1L, Long::sum));
        return reasons.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse("");
    }

    /**
     * What an operation took.
     *
     * @return nanoseconds, the empty call subtracted
     */
    public Replicates nsPerOp() {
        return allOf(counted);
    }

    /** What an operation took in each of some rounds, nanoseconds. */
    static Replicates allOf(List<KernelReplicate> some) {
        return Replicates.of(some.stream().mapToInt(KernelReplicate::round).toArray(),
            some.stream().mapToDouble(KernelReplicate::nsPerOp).toArray());
    }

    private double mean(ToDoubleFunction<KernelReplicate> figure) {
        return StatUtils.mean(counted.stream().mapToDouble(figure).filter(Double::isFinite).toArray());
    }

    /** What an operation took for each of its pages, nanoseconds. */
    double nsPerPage() {
        return nsPerOp().mean() / point.pages();
    }

    /** A percentile of single operations, nanoseconds, the empty call subtracted; NaN if no distribution was recorded. */
    double percentile(double rank) {
        Histogram sum = null;
        double unit = 1;
        for (KernelReplicate each : counted) {
            if (each.latency() == null) {
                return Double.NaN;
            }
            Histogram one = each.latency().histogram(point.words());
            unit = each.latency().unit();
            if (sum == null) {
                sum = one;
                sum.setAutoResize(true);
            } else {
                sum.add(one);
            }
        }
        return sum.getTotalCount() == 0 ? Double.NaN : Math.max(0, sum.getValueAtPercentile(rank) * unit - emptyNanos());
    }

    /** What the empty call took, nanoseconds. */
    double emptyNanos() {
        return mean(KernelReplicate::emptyNanos);
    }

    /** Operations per second, all senders together; NaN if it is not known. */
    double opsPerSecond() {
        return mean(KernelReplicate::opsPerSecond);
    }

    /** Shootdowns that an operation should send. */
    double targets() {
        return mean(KernelReplicate::targets);
    }

    /** Those that were counted, an operation; NaN where nothing counts them. */
    double shootdowns() {
        return mean(KernelReplicate::shootdowns);
    }

    /** What counts them: of the replicates that the figures are of the first one's. */
    String counting() {
        return counted.get(0).counting();
    }

    /** CPUs that the measuring process could use. */
    int cpus() {
        return all.get(0).cpus();
    }

    /** Whether threads had to share CPUs, so that the scheduler is part of every time. */
    boolean oversubscribed() {
        return all.stream().anyMatch(KernelReplicate::oversubscribed);
    }

    /** NUMA nodes of the memory, ascending; empty if none is known. */
    TreeSet<Integer> nodes() {
        return counted.stream().map(KernelReplicate::node).filter(node -> node >= 0).collect(Collectors.toCollection(TreeSet::new));
    }

    /** How many times as long what others did took beside the shooting, by the kind of what they did. */
    Map<String, Replicates.Gain> victims() {
        Map<String, List<KernelReplicate>> having = new TreeMap<>();
        counted.forEach(each -> each.victims().forEach(victim ->
            having.computeIfAbsent(victim.kind(), none -> new ArrayList<>()).add(each)));
        Map<String, Replicates.Gain> slower = new TreeMap<>();
        having.forEach((kind, some) -> slower.put(kind, rates(kind, some, KernelReplicate.Victim::beside)
            .gain(rates(kind, some, KernelReplicate.Victim::alone))));
        return slower;
    }

    private static Replicates rates(String kind, List<KernelReplicate> some, ToDoubleFunction<KernelReplicate.Victim> rate) {
        return Replicates.of(some.stream().mapToInt(KernelReplicate::round).toArray(), some.stream().mapToDouble(each ->
            each.victims().stream().filter(victim -> victim.kind().equals(kind)).mapToDouble(rate).findFirst().orElseThrow())
            .toArray());
    }

    /**
     * What it is held against.
     *
     * @return the row of the control; null if there is none
     */
    KernelRow control() {
        return control;
    }

    /**
     * What the targets cost: this over the control, of the rounds that both have. Only a valid row says that it is the cost of
     * shootdowns.
     *
     * @return nanoseconds of an operation; unknown without a control, and of one itself
     */
    Estimate overControl() {
        return control == null ? Estimate.UNKNOWN : nsPerOp().minus(control.nsPerOp());
    }

    /** The same for each target that the control has not; unknown if this is not valid, or nothing is known of targets. */
    Estimate perTarget() {
        return overControlPer(control == null ? Double.NaN : targets() - control.targets());
    }

    /** The same for each interrupt that was counted; unknown if this is not valid, or none was. */
    Estimate perShootdown() {
        return overControlPer(control == null ? Double.NaN
            : shootdowns() - (control.shootdowns() > 0 ? control.shootdowns() : 0));
    }

    private Estimate overControlPer(double more) {
        return valid && control != null && control.valid && more > 0 ? overControl().times(1 / more) : Estimate.UNKNOWN;
    }
}
