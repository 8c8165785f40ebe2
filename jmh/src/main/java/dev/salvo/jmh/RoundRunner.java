package dev.salvo.jmh;

import dev.salvo.results.BadRunException;
import dev.salvo.results.Replicates;
import dev.salvo.results.Row;
import dev.salvo.workloads.program.ExperimentSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures points of the native clock in rounds: in each a fresh JVM for every {@link Series}, series in random order, and in
 * each of them its points. What a host does for a minute then falls on one replicate of many points, and not on all replicates
 * of one; and two points that were measured in the same round can be compared by it.
 *
 * <p>Every point is given a least number of replicates, however long that takes. After that a round is of the points only
 * whose mean, or whose gain over the synchronous strategy, is not yet known as well as was asked, of those with the other one
 * of the two; and it is made only as far as it fits into what is left of the budget, what is nearest to the goal first.
 *
 * <p>Whether that is known as well is asked twice: with all replicates of a point, and without its last. And a point is not
 * taken at its word where it scatters less than the others: luck looks like that. Its interval must be narrow enough if it
 * scattered as much as the median point does, too. Otherwise intervals that are narrow by chance end the measuring, and hold
 * the mean too seldom ({@link Replicates} has the figures).
 *
 * <p>For one thread.
 */
public final class RoundRunner {
    /** What a JVM takes from its start until it measures, and to end: for estimates. */
    private static final long JVM_NANOS = 900_000_000;
    /** What an iteration takes besides its time, to make the machine and to end it: for estimates. */
    private static final double MACHINE_NANOS = 25e6;
    /** And for each core of it. */
    private static final double CORE_NANOS = 1.2e6;
    /** And for each sender, whose memory is made, too. */
    private static final double SENDER_NANOS = 5e6;
    /** As many replicates as a point's file may hold. */
    private static final int MOST_REPLICATES = 1000;
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

    /** What is measured in a replicate in a hurry, by a JVM that may be younger than it should be. */
    public static final Effort HASTY = new Effort(1, 10, 3, TimeValue.milliseconds(100));

    private final Goal goal;
    private final Effort effort;
    private final Measurer measurer;
    private final Keeper keeper;
    private final LongSupplier now;
    private final BooleanSupplier isEnding;
    private final long seed;
    private final Map<ExperimentSpec, Optional<Replicates>> known = new LinkedHashMap<>();
    private final Map<ExperimentSpec, Integer> least = new HashMap<>();
    private final Map<ExperimentSpec, ExperimentSpec> synchronous;
    /** What it took to measure a point the last time, by measure and point. */
    private final Map<List<Object>, Long> nanos = new HashMap<>();
    private final Set<ExperimentSpec> givenUp = new HashSet<>();
    private int beyond = Integer.MAX_VALUE;
    private int round;
    private long end;

    /**
     * How much is measured.
     *
     * @param least     replicates of each point in any case
     * @param more      whether those are beside the replicates that there are
     * @param precision half width that is asked of the intervals of means and gains, as a share of them; 0 for as narrow as the
     *                  budget allows
     * @param budget    how long to go on after the least; zero for not at all
     */
    public record Goal(int least, boolean more, double precision, Duration budget) {
    }

    /** What measures. */
    public interface Measurer {
        /**
         * Measures a series in a JVM of its own.
         *
         * @param series what
         * @param round  in which round
         * @return what came of it
         */
        Outcome measure(Series series, int round);
    }

    /**
     * What came of a series.
     *
     * @param measured what was measured whole
     * @param failed   the point that could not be; null if all were
     * @param failure  why; null if none
     */
    public record Outcome(Map<ExperimentSpec, Measured> measured, ExperimentSpec failed, ForkFailedException failure) {
    }

    /**
     * A point's replicate.
     *
     * @param json  JMH's result of it, as {@link dev.salvo.results.RunFolder#addReplicates} takes it
     * @param nanos how long that took
     */
    public record Measured(byte[] json, long nanos) {
    }

    /** Who keeps what was measured, and tells of it. */
    public interface Keeper {
        /**
         * A round begins.
         *
         * @param number  from 1
         * @param points  of how many points
         * @param seconds how long it will take
         */
        void begins(int number, int points, long seconds);

        /**
         * A point has a replicate more.
         *
         * @param point   the point
         * @param results of each of its measures
         * @return all that it has now
         * @throws BadRunException if that cannot be kept
         */
        Optional<Replicates> keep(ExperimentSpec point, List<byte[]> results);

        /**
         * A point will not be measured again.
         *
         * @param point   the point
         * @param failure why
         * @return how many cores points have that will not be tried for the same reason, or more
         */
        int failed(ExperimentSpec point, Exception failure);

        /**
         * A round is over.
         *
         * @param number  from 1
         * @param wide    what is not yet known as well as was asked, the widest first
         * @param seconds what is left of the budget; below 0 if it is spent
         */
        void ended(int number, List<Wide> wide, long seconds);
    }

    /**
     * What is not known well enough.
     *
     * @param point     the point
     * @param halfWidth of its mean's interval, or of its gain's if that is wider, as a share of it; no more than was asked if
     *                  the interval is narrow, and may be so by chance
     * @param ofGain    whether it is the gain's
     */
    public record Wide(ExperimentSpec point, double halfWidth, boolean ofGain) {
    }

    /**
     * Rounds that are to be measured.
     *
     * @param before   the points, and what is known of each; empty if nothing is
     * @param goal     how much
     * @param effort   how much of a replicate: for estimates
     * @param measurer what measures
     * @param keeper   who keeps it
     * @param seed     of the order; with the same one it is the same, round for round
     * @param now      a clock, ns
     * @param isEnding whether to stop, asked between series
     */
    public RoundRunner(Map<ExperimentSpec, Optional<Replicates>> before, Goal goal, Effort effort, Measurer measurer, Keeper keeper,
                       long seed, LongSupplier now, BooleanSupplier isEnding) {
        this.goal = goal;
        this.effort = effort;
        this.measurer = measurer;
        this.keeper = keeper;
        this.seed = seed;
        this.now = now;
        this.isEnding = isEnding;
        before.forEach((point, replicates) -> {
            known.put(point, replicates);
            least.put(point, goal.least + (goal.more ? count(point) : 0));
            round = Math.max(round, replicates.map(some -> some.rounds()[some.count() - 1]).orElse(0));
        });
        synchronous = synchronous(before.keySet());
    }

    /** Measures until the goal is reached or the budget spent. */
    public void measure() {
        end = now.getAsLong() + goal.budget.toNanos();
        List<ExperimentSpec> due = due();
        while (!due.isEmpty() && !isEnding.getAsBoolean()) {
            round++;
            keeper.begins(round, due.size(), Math.round(estimate(due) / 1e9));
            measure(due);
            if (!isEnding.getAsBoolean() && !points().isEmpty()) {
                keeper.ended(round, wide(), Math.floorDiv(end - now.getAsLong(), 1_000_000_000L));
            }
            due = due();
        }
    }

    /** What the next round is of. */
    private List<ExperimentSpec> due() {
        List<ExperimentSpec> lacking = points().stream().filter(point -> count(point) < least.get(point)).toList();
        if (!lacking.isEmpty()) {
            return lacking;
        }
        long left = end - now.getAsLong();
        List<Wide> wide = wide();
        Collections.reverse(wide);
        Set<ExperimentSpec> due = new LinkedHashSet<>();
        for (Wide each : wide) {
            Set<ExperimentSpec> more = new LinkedHashSet<>(due);
            more.add(each.point);
            if (hasGain(each.point)) {
                more.add(synchronous.get(each.point));
            }
            if (estimate(more) <= left) {
                due = more;
            }
        }
        return List.copyOf(due);
    }

    private List<ExperimentSpec> points() {
        return known.keySet().stream().filter(this::isTried).toList();
    }

    private boolean isTried(ExperimentSpec point) {
        return !givenUp.contains(point) && point.cores() < beyond;
    }

    /** The widest first. */
    private List<Wide> wide() {
        List<Wide> wide = new ArrayList<>();
        double scatter = median(points().stream().map(known::get).flatMap(Optional::stream).map(Replicates::scatter));
        double scatterOfGains = median(points().stream().filter(this::hasGain).filter(point -> known.get(point).isPresent()
            && known.get(synchronous.get(point)).isPresent()).map(point -> known.get(point).get().scatterOfGain(
            known.get(synchronous.get(point)).get())));
        for (ExperimentSpec point : points()) {
            double mean = mean(known.get(point), 0);
            double gain = gain(point, known.get(point), 0);
            boolean isWide = goal.precision == 0 || Math.max(mean, gain) > goal.precision
                || isPerhapsLucky(point, scatter, scatterOfGains);
            if (isWide && count(point) < MOST_REPLICATES) {
                wide.add(new Wide(point, Math.max(mean, gain), gain > mean));
            }
        }
        wide.sort(Comparator.comparingDouble(Wide::halfWidth).reversed());
        return wide;
    }

    /** Whether intervals that are narrow now were not so before, or would not be if the point scattered like others. */
    private boolean isPerhapsLucky(ExperimentSpec point, double scatter, double scatterOfGains) {
        Optional<Replicates> before = known.get(point).flatMap(Replicates::butLast);
        return mean(known.get(point), scatter) > goal.precision || mean(before, scatter) > goal.precision
            || gain(point, known.get(point), scatterOfGains) > goal.precision
            || gain(point, before, scatterOfGains) > goal.precision;
    }

    /** 0 if none is known. */
    private static double median(Stream<Double> all) {
        double[] known = all.mapToDouble(Double::doubleValue).filter(Double::isFinite).toArray();
        return known.length == 0 ? 0 : new Median().evaluate(known);
    }

    /** Half the width of the interval of a mean. */
    private static double mean(Optional<Replicates> of, double leastScatter) {
        return of.map(replicates -> replicates.halfWidthShare(leastScatter)).orElse(Double.POSITIVE_INFINITY);
    }

    private int count(ExperimentSpec point) {
        return known.get(point).map(Replicates::count).orElse(0);
    }

    /** Half the width of the interval of a point's gain, by some replicates of it; 0 if it has none. */
    private double gain(ExperimentSpec point, Optional<Replicates> of, double leastScatter) {
        return !hasGain(point) ? 0 : of.flatMap(here -> known.get(synchronous.get(point))
            .map(over -> here.halfWidthShareOfGain(over, leastScatter))).orElse(Double.POSITIVE_INFINITY);
    }

    private boolean hasGain(ExperimentSpec point) {
        return synchronous.containsKey(point) && isTried(synchronous.get(point));
    }

    /** What each point's gain is over, of those that have one. */
    private static Map<ExperimentSpec, ExperimentSpec> synchronous(Set<ExperimentSpec> points) {
        Map<ExperimentSpec, ExperimentSpec> synchronous = new HashMap<>();
        points.forEach(point -> Row.synchronous(point.point(), points, ExperimentSpec::point)
            .ifPresent(sync -> synchronous.put(point, sync)));
        return synchronous;
    }

    private void measure(List<ExperimentSpec> due) {
        Random random = new Random(seed + round);
        List<Series> all = new ArrayList<>(Series.of(due));
        Collections.shuffle(all, random);
        Map<ExperimentSpec, List<byte[]>> results = new HashMap<>();
        for (Series series : all) {
            List<ExperimentSpec> left = new ArrayList<>(series.points());
            Collections.shuffle(left, random);
            left.removeIf(point -> !isTried(point));
            while (!left.isEmpty() && !isEnding.getAsBoolean()) {
                Outcome outcome = measurer.measure(new Series(series.measure(), List.copyOf(left)), round);
                outcome.measured.forEach((point, measured) -> {
                    nanos.put(List.of(series.measure(), point), measured.nanos);
                    if (isTried(point)) {
                        keep(point, measured.json, results);
                    }
                });
                left.removeAll(outcome.measured.keySet());
                if (outcome.failed != null) {
                    giveUp(outcome.failed, outcome.failure);
                }
                left.removeIf(point -> !isTried(point));
            }
        }
    }

    private void keep(ExperimentSpec point, byte[] json, Map<ExperimentSpec, List<byte[]>> results) {
        List<byte[]> all = results.computeIfAbsent(point, none -> new ArrayList<>());
        all.add(json);
        if (all.size() == PointRunner.measures(point).size()) {
            try {
                known.put(point, keeper.keep(point, all));
            } catch (BadRunException failure) { // of one point: others may be measured all the same
                giveUp(point, failure);
            }
        }
    }

    private void giveUp(ExperimentSpec point, Exception failure) {
        givenUp.add(point);
        beyond = Math.min(beyond, keeper.failed(point, failure));
    }

    /** How long a round of some points will take, ns: as long as their last one, if there was one. */
    private double estimate(Collection<ExperimentSpec> points) {
        double sum = 0;
        for (Series series : Series.of(points)) {
            sum += jvmNanos(effort);
            for (ExperimentSpec point : series.points()) {
                Long last = nanos.get(List.of(series.measure(), point));
                sum += last != null ? last : nanos(point, effort);
            }
        }
        return sum;
    }

    /**
     * How long a round will take, before there was one.
     *
     * @param points the points
     * @param effort how much of a replicate
     * @return nanoseconds
     */
    public static double nanos(Collection<ExperimentSpec> points, Effort effort) {
        return Series.of(points).stream().mapToDouble(series -> jvmNanos(effort) + series.points().stream()
            .mapToDouble(point -> nanos(point, effort)).sum()).sum();
    }

    /**
     * Iterations as long as can be, so that some rounds fit into a budget.
     *
     * @param points the points
     * @param rounds how many rounds
     * @param budget what they are to fit into
     * @return how much is measured in a replicate; the least there is if no more fit
     */
    public static Effort effort(Collection<ExperimentSpec> points, int rounds, Duration budget) {
        Effort effort = replicate(MOST_MILLIS);
        for (long millis = MOST_MILLIS; millis > LEAST_MILLIS && rounds * nanos(points, effort) > budget.toNanos(); ) {
            millis -= STEP_MILLIS;
            effort = replicate(millis);
        }
        return effort;
    }

    private static Effort replicate(long millis) {
        int young = (int) ((WarmUp.YOUNG_MILLIS + millis - 1) / millis);
        return new Effort(1, young, MEASURED, TimeValue.milliseconds(millis));
    }

    private static double jvmNanos(Effort effort) {
        return JVM_NANOS + YOUNG * effort.warmups() * effort.time().convertTo(TimeUnit.NANOSECONDS);
    }

    private static double nanos(ExperimentSpec point, Effort effort) {
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
