package dev.salvo.jmh;

import dev.salvo.results.Estimate;
import dev.salvo.results.Replicates;
import dev.salvo.syscalls.KernelPoint;
import dev.salvo.syscalls.Others;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Real system calls, to be measured in rounds. Those of a series are the same call of as many senders on as many pages, so that a
 * point and its control are measured by one JVM; and a point is compared with its control: that is what its targets cost.
 *
 * @param effort how much is measured in a replicate
 */
public record KernelPlan(dev.salvo.syscalls.Effort effort) implements RoundRunner.Plan<KernelPoint> {
    /** What is measured in a hurry. */
    public static final dev.salvo.syscalls.Effort HASTY =
        new dev.salvo.syscalls.Effort(Duration.ofMillis(200), Duration.ofMillis(2), 50, 500);

    /** What a series measures: there is one thing. */
    private static final String MEASURE = "kernel";
    /** What a JVM takes from its start until it measures, and to end. */
    private static final double JVM_NANOS = 1e9;
    /** What a point takes besides its batches: threads, memory, a look at what counts. */
    private static final double POINT_NANOS = 5e8;
    /** Batches, and what victims get done in as much time twice: computing and walking. */
    private static final int TIMES = 3;
    /** A difference below such a share of the call's time is known well enough when it is known as well as that share is. */
    private static final double SLIGHT = 0.2;
    private static final int FEWEST_BATCHES = 50;
    private static final int STEP = 10;

    /**
     * As many batches as can be, so that some rounds fit into a budget.
     *
     * @param points the points
     * @param rounds how many rounds
     * @param budget what they are to fit into
     * @return how much is measured in a replicate; the least there is if no more fit
     */
    public static dev.salvo.syscalls.Effort effort(Collection<KernelPoint> points, int rounds, Duration budget) {
        dev.salvo.syscalls.Effort most = dev.salvo.syscalls.Effort.STANDARD;
        dev.salvo.syscalls.Effort effort = most;
        for (int batches = most.batches(); batches > FEWEST_BATCHES
                && rounds * new KernelPlan(effort).roundNanos(points) > budget.toNanos(); ) {
            batches -= STEP;
            effort = new dev.salvo.syscalls.Effort(most.warmUp(), most.batch(), batches,
                batches * (most.attempts() / most.batches()));
        }
        return effort;
    }

    /**
     * What a point is held against: the same beside processes that share nothing, or else the senders alone.
     *
     * @param point the point
     * @return both, the better one first; none if it is such a control itself
     */
    public static List<KernelPoint> controls(KernelPoint point) {
        if (point.targets() == 0 || point.others() == Others.PROCESSES) {
            return List.of();
        }
        return List.of(
            new KernelPoint(point.op(), point.cores(), point.senders(), point.pages(), Others.PROCESSES, point.placement()),
            new KernelPoint(point.op(), point.senders(), point.senders(), point.pages(), Others.NONE, point.placement()));
    }

    @Override
    public List<Series<KernelPoint>> series(Collection<KernelPoint> points) {
        Map<List<Object>, List<KernelPoint>> series = new LinkedHashMap<>();
        points.forEach(point -> series.computeIfAbsent(List.of(point.op(), point.senders(), point.pages(), point.placement()),
            none -> new ArrayList<>()).add(point));
        return series.values().stream().map(some -> new Series<>(MEASURE, some)).toList();
    }

    @Override
    public int parts(KernelPoint point) {
        return 1;
    }

    @Override
    public int cores(KernelPoint point) {
        return point.cores();
    }

    @Override
    public Optional<KernelPoint> comparedWith(KernelPoint point, Set<KernelPoint> points) {
        return controls(point).stream().filter(points::contains).findFirst();
    }

    @Override
    public double halfWidth(Replicates here, Replicates control, double leastScatter) {
        Estimate over = here.minus(control);
        return over.halfWidth() / Math.max(Math.abs(over.mean()), SLIGHT * here.mean());
    }

    /** Costs over a control do not scatter alike: that of an operation which interrupts nobody is about 0. */
    @Override
    public double scatter(Replicates here, Replicates control) {
        return Double.NaN;
    }

    @Override
    public double jvmNanos() {
        return JVM_NANOS;
    }

    @Override
    public double nanos(KernelPoint point) {
        return POINT_NANOS + Stream.of(effort.warmUp(), effort.batch().multipliedBy((long) TIMES * effort.batches()))
            .mapToDouble(Duration::toNanos).sum();
    }
}
