package dev.salvo.jmh;

import dev.salvo.point.Axis;
import dev.salvo.results.Replicates;
import dev.salvo.results.Row;
import dev.salvo.workloads.program.ExperimentSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Points of the native clock, to be measured in rounds. Those of a series differ in nothing but their cores and senders, and what a point is
 * compared with is the synchronous strategy at the same one: its gain.
 *
 * @param effort how much is measured in a replicate
 */
public record NativePlan(Effort effort) implements RoundRunner.Plan<ExperimentSpec> {
    /** What is measured in a replicate in a hurry, by a JVM that may be younger than it should be. */
    public static final Effort HASTY = new Effort(1, 10, 3, TimeValue.milliseconds(100));

    /** What a JVM takes from its start until it measures, and to end: for estimates. */
    private static final long JVM_NANOS = 900_000_000;
    /** What an iteration takes besides its time, to make the machine and to end it: for estimates. */
    private static final double MACHINE_NANOS = 25e6;
    /** And for each core of it. */
    private static final double CORE_NANOS = 1.2e6;
    /** And for each sender, whose memory is made, too. */
    private static final double SENDER_NANOS = 5e6;
    /** Iterations that are measured in a replicate: more tell less than a replicate more. */
    private static final int MEASURED = 4;
    /** Longest and shortest iteration, ms. */
    private static final long MOST_MILLIS = 300;
    private static final long LEAST_MILLIS = 100;
    private static final long STEP_MILLIS = 10;
    /** Iterations that are thrown away, most often, by a JVM that is old. */
    private static final int WARM_UPS = 2;
    /** As much of its youth does a JVM not spend on those. */
    private static final double YOUNG = 0.7;

    /**
     * With iterations as long as can be, so that some rounds fit into a budget.
     *
     * @param points the points
     * @param rounds how many rounds
     * @param budget what they are to fit into
     * @return how much is measured in a replicate; the least there is if no more fit
     */
    public static Effort effort(Collection<ExperimentSpec> points, int rounds, Duration budget) {
        Effort effort = replicate(MOST_MILLIS);
        for (long millis = MOST_MILLIS;
                millis > LEAST_MILLIS && rounds * new NativePlan(effort).roundNanos(points) > budget.toNanos(); ) {
            millis -= STEP_MILLIS;
            effort = replicate(millis);
        }
        return effort;
    }

    private static Effort replicate(long millis) {
        int young = (int) ((WarmUp.YOUNG_MILLIS + millis - 1) / millis);
        return new Effort(1, young, MEASURED, TimeValue.milliseconds(millis));
    }

    @Override
    public List<Series<ExperimentSpec>> series(Collection<ExperimentSpec> points) {
        Map<List<Object>, List<ExperimentSpec>> series = new LinkedHashMap<>();
        for (ExperimentSpec point : points) {
            for (String measure : PointRunner.measures(point)) {
                series.computeIfAbsent(List.of(measure, alike(point)), none -> new ArrayList<>()).add(point);
            }
        }
        List<Series<ExperimentSpec>> all = new ArrayList<>();
        series.forEach((key, some) -> all.add(new Series<>((String) key.get(0), some)));
        return all;
    }

    private static Object alike(ExperimentSpec spec) {
        Map<Axis, String> values = spec.point().values();
        values.remove(Axis.CORES);
        values.remove(Axis.SENDERS);
        return values;
    }

    @Override
    public int parts(ExperimentSpec point) {
        return PointRunner.measures(point).size();
    }

    @Override
    public int cores(ExperimentSpec point) {
        return point.cores();
    }

    @Override
    public Optional<ExperimentSpec> comparedWith(ExperimentSpec point, Set<ExperimentSpec> points) {
        return Row.synchronous(point.point(), points, ExperimentSpec::point);
    }

    @Override
    public double halfWidth(Replicates here, Replicates other, double leastScatter) {
        return here.halfWidthShareOfGain(other, leastScatter);
    }

    @Override
    public double scatter(Replicates here, Replicates other) {
        return here.scatterOfGain(other);
    }

    @Override
    public double jvmNanos() {
        return JVM_NANOS + YOUNG * effort.warmups() * effort.time().convertTo(TimeUnit.NANOSECONDS);
    }

    @Override
    public double nanos(ExperimentSpec point) {
        return (WARM_UPS + iterations(point, effort)) * (effort.time().convertTo(TimeUnit.NANOSECONDS) + machineNanos(point));
    }

    private static double machineNanos(ExperimentSpec point) {
        return MACHINE_NANOS + CORE_NANOS * point.cores() + SENDER_NANOS * point.senders();
    }

    /**
     * Iterations of a point that are measured in a replicate: half as many where it takes longer to make its machine than to
     * measure it. For the same time there is another replicate then, which tells more.
     *
     * @param point  the point
     * @param effort how much is measured of others
     * @return 1 or more
     */
    static int iterations(ExperimentSpec point, Effort effort) {
        boolean isExpensive = machineNanos(point) > effort.time().convertTo(TimeUnit.NANOSECONDS);
        return isExpensive ? (effort.iterations() + 1) / 2 : effort.iterations();
    }
}
