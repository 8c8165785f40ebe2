package dev.salvo.jmh;

import dev.salvo.results.BadRunException;
import dev.salvo.results.Replicates;
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
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * Measures points in rounds: in each a fresh JVM for every {@link Series}, series in random order, and in
 * each of them its points. What a host does for a minute then falls on one replicate of many points, and not on all replicates
 * of one; and two points that were measured in the same round can be compared by it.
 *
 * <p>Every point is given a least number of replicates, however long that takes. After that a round is of the points only
 * whose mean, or whose comparison with another point (a gain over the synchronous strategy, a cost over a control), is not yet
 * known as well as was asked, of those with the other one of the two; and it is made only as far as it fits into what is left of
 * the budget, what is nearest to the goal first.
 *
 * <p>Whether that is known as well is asked twice: with all replicates of a point, and without its last. And a point is not
 * taken at its word where it scatters less than the others: luck looks like that. Its interval must be narrow enough if it
 * scattered as much as the median point does, too. Otherwise intervals that are narrow by chance end the measuring, and hold
 * the mean too seldom ({@link Replicates} has the figures).
 *
 * <p>For one thread.
 *
 * @param <P> what is measured: a value
 */
public final class RoundRunner<P> {
    /** As many replicates as a point's file may hold. */
    private static final int MOST_REPLICATES = 1000;

    private final Goal goal;
    private final Plan<P> plan;
    private final Measurer<P> measurer;
    private final Keeper<P> keeper;
    private final LongSupplier now;
    private final BooleanSupplier isEnding;
    private final long seed;
    private final Map<P, Optional<Replicates>> known = new LinkedHashMap<>();
    private final Map<P, Integer> least = new HashMap<>();
    private final Map<P, P> compared;
    /** What it took to measure a point the last time, by measure and point. */
    private final Map<List<Object>, Long> nanos = new HashMap<>();
    private final Set<P> givenUp = new HashSet<>();
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

    /**
     * What is to be known of points beforehand.
     *
     * @param <P> what is measured
     */
    public interface Plan<P> {
        /**
         * All that is to be measured at some points.
         *
         * @param points the points
         * @return as few series as can be
         */
        List<Series<P>> series(Collection<P> points);

        /**
         * Of how many series a point is part.
         *
         * @param point the point
         * @return 1 or more
         */
        int parts(P point);

        /**
         * How large a point is, where a host is too small for it and for larger ones.
         *
         * @param point the point
         * @return its cores
         */
        int cores(P point);

        /**
         * What a point's figure is held against.
         *
         * @param point  the point
         * @param points among which it is
         * @return that point; empty if there is none
         */
        Optional<P> comparedWith(P point, Set<P> points);

        /**
         * How well that comparison is known, or would be if it scattered no less than others do.
         *
         * @param here         the point's replicates
         * @param other        those of the other
         * @param leastScatter what {@link #scatter} is to be at the least
         * @return half the width of its interval, as a share; infinite if nothing is known of it
         */
        double halfWidth(Replicates here, Replicates other, double leastScatter);

        /**
         * How much that comparison scatters from round to round.
         *
         * @param here  the point's replicates
         * @param other those of the other
         * @return in the unit that {@link #halfWidth} takes it in; NaN if it is unknown, or where comparisons do not scatter alike
         */
        double scatter(Replicates here, Replicates other);

        /**
         * What a JVM takes besides its points: an estimate.
         *
         * @return ns
         */
        double jvmNanos();

        /**
         * What a point takes in a JVM, where none has measured it yet: an estimate.
         *
         * @param point the point
         * @return ns
         */
        double nanos(P point);

        /**
         * How long a round will take, before there was one.
         *
         * @param points the points
         * @return ns
         */
        default double roundNanos(Collection<P> points) {
            return series(points).stream().mapToDouble(series -> jvmNanos() + series.points().stream()
                .mapToDouble(this::nanos).sum()).sum();
        }
    }

    /**
     * What measures.
     *
     * @param <P> what is measured
     */
    public interface Measurer<P> {
        /**
         * Measures a series in a JVM of its own.
         *
         * @param series what
         * @param round  in which round
         * @return what came of it
         */
        Outcome<P> measure(Series<P> series, int round);
    }

    /**
     * What came of a series.
     *
     * @param measured what was measured whole
     * @param failed   the point that could not be; null if all were
     * @param failure  why; null if none
     * @param <P>      what is measured
     */
    public record Outcome<P>(Map<P, Measured> measured, P failed, ForkFailedException failure) {
    }

    /**
     * A point's replicate.
     *
     * @param json  what was measured, as who keeps it takes it
     * @param nanos how long that took
     */
    public record Measured(byte[] json, long nanos) {
    }

    /**
     * Who keeps what was measured, and tells of it.
     *
     * @param <P> what is measured
     */
    public interface Keeper<P> {
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
        Optional<Replicates> keep(P point, List<byte[]> results);

        /**
         * A point will not be measured again.
         *
         * @param point   the point
         * @param failure why
         * @return how many cores points have that will not be tried for the same reason, or more
         */
        int failed(P point, Exception failure);

        /**
         * A round is over.
         *
         * @param number  from 1
         * @param wide    what is not yet known as well as was asked, the widest first
         * @param seconds what is left of the budget; below 0 if it is spent
         */
        void ended(int number, List<Wide<P>> wide, long seconds);
    }

    /**
     * What is not known well enough.
     *
     * @param point     the point
     * @param halfWidth of its mean's interval, or if that is wider, of what it is held against another for, as a share of it; no
     *                  more than was asked if the interval is narrow, and may be so by chance
     * @param compared  whether it is that of the comparison: a gain, or a cost over a control
     * @param <P>       what is measured
     */
    public record Wide<P>(P point, double halfWidth, boolean compared) {
    }

    /**
     * Rounds that are to be measured.
     *
     * @param before   the points, and what is known of each; empty if nothing is
     * @param goal     how much
     * @param plan     what is to be known of the points
     * @param measurer what measures
     * @param keeper   who keeps it
     * @param seed     of the order; with the same one it is the same, round for round
     * @param now      a clock, ns
     * @param isEnding whether to stop, asked between series
     */
    public RoundRunner(Map<P, Optional<Replicates>> before, Goal goal, Plan<P> plan, Measurer<P> measurer, Keeper<P> keeper,
                       long seed, LongSupplier now, BooleanSupplier isEnding) {
        this.goal = goal;
        this.plan = plan;
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
        compared = compared(plan, before.keySet());
    }

    /** Measures until the goal is reached or the budget spent. */
    public void measure() {
        end = now.getAsLong() + goal.budget.toNanos();
        List<P> due = due();
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
    private List<P> due() {
        List<P> lacking = points().stream().filter(point -> count(point) < least.get(point)).toList();
        if (!lacking.isEmpty()) {
            return lacking;
        }
        long left = end - now.getAsLong();
        List<Wide<P>> wide = wide();
        Collections.reverse(wide);
        Set<P> due = new LinkedHashSet<>();
        for (Wide<P> each : wide) {
            Set<P> more = new LinkedHashSet<>(due);
            more.add(each.point);
            if (isCompared(each.point)) {
                more.add(compared.get(each.point));
            }
            if (estimate(more) <= left) {
                due = more;
            }
        }
        return List.copyOf(due);
    }

    private List<P> points() {
        return known.keySet().stream().filter(this::isTried).toList();
    }

    private boolean isTried(P point) {
        return !givenUp.contains(point) && plan.cores(point) < beyond;
    }

    /** The widest first. */
    private List<Wide<P>> wide() {
        List<Wide<P>> wide = new ArrayList<>();
        double scatter = median(points().stream().map(known::get).flatMap(Optional::stream).map(Replicates::scatter));
        double scatterCompared = median(points().stream().filter(this::isCompared).flatMap(point ->
            known.get(point).flatMap(here -> known.get(compared.get(point)).map(other -> plan.scatter(here, other))).stream()));
        for (P point : points()) {
            double mean = mean(known.get(point), 0);
            double comparison = comparison(point, known.get(point), 0);
            boolean isWide = goal.precision == 0 || Math.max(mean, comparison) > goal.precision
                || isPerhapsLucky(point, scatter, scatterCompared);
            if (isWide && count(point) < MOST_REPLICATES) {
                wide.add(new Wide<>(point, Math.max(mean, comparison), comparison > mean));
            }
        }
        wide.sort(Comparator.comparingDouble((Wide<P> each) -> each.halfWidth).reversed());
        return wide;
    }

    /** Whether intervals that are narrow now were not so before, or would not be if the point scattered like others. */
    private boolean isPerhapsLucky(P point, double scatter, double scatterCompared) {
        Optional<Replicates> before = known.get(point).flatMap(Replicates::butLast);
        return mean(known.get(point), scatter) > goal.precision || mean(before, scatter) > goal.precision
            || comparison(point, known.get(point), scatterCompared) > goal.precision
            || comparison(point, before, scatterCompared) > goal.precision;
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

    private int count(P point) {
        return known.get(point).map(Replicates::count).orElse(0);
    }

    /** Half the width of the interval of a point's comparison, by some replicates of it; 0 if it has none. */
    private double comparison(P point, Optional<Replicates> of, double leastScatter) {
        return !isCompared(point) ? 0 : of.flatMap(here -> known.get(compared.get(point))
            .map(other -> plan.halfWidth(here, other, leastScatter))).orElse(Double.POSITIVE_INFINITY);
    }

    private boolean isCompared(P point) {
        return compared.containsKey(point) && isTried(compared.get(point));
    }

    /** What each point is compared with, of those that are. */
    private static <P> Map<P, P> compared(Plan<P> plan, Set<P> points) {
        Map<P, P> compared = new HashMap<>();
        points.forEach(point -> plan.comparedWith(point, points).ifPresent(other -> compared.put(point, other)));
        return compared;
    }

    private void measure(List<P> due) {
        Random random = new Random(seed + round);
        List<Series<P>> all = new ArrayList<>(plan.series(due));
        Collections.shuffle(all, random);
        Map<P, List<byte[]>> results = new HashMap<>();
        for (Series<P> series : all) {
            List<P> left = new ArrayList<>(series.points());
            Collections.shuffle(left, random);
            left.removeIf(point -> !isTried(point));
            while (!left.isEmpty() && !isEnding.getAsBoolean()) {
                Outcome<P> outcome = measurer.measure(new Series<>(series.measure(), List.copyOf(left)), round);
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

    private void keep(P point, byte[] json, Map<P, List<byte[]>> results) {
        List<byte[]> all = results.computeIfAbsent(point, none -> new ArrayList<>());
        all.add(json);
        if (all.size() == plan.parts(point)) {
            try {
                known.put(point, keeper.keep(point, all));
            } catch (BadRunException failure) { // of one point: others may be measured all the same
                giveUp(point, failure);
            }
        }
    }

    private void giveUp(P point, Exception failure) {
        givenUp.add(point);
        beyond = Math.min(beyond, keeper.failed(point, failure));
    }

    /** How long a round of some points will take, ns: as long as their last one, if there was one. */
    private double estimate(Collection<P> points) {
        double sum = 0;
        for (Series<P> series : plan.series(points)) {
            sum += plan.jvmNanos();
            for (P point : series.points()) {
                Long last = nanos.get(List.of(series.measure(), point));
                sum += last != null ? last : plan.nanos(point);
            }
        }
        return sum;
    }
}
