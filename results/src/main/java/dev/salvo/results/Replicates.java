package dev.salvo.results;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/**
 * The replicates of one measurement: a figure above 0 of each round's JVM, nanoseconds per page or another time or rate. The
 * measurement's figure is their mean, and its interval is over them: a JVM's iterations share its compiled code and its
 * memory, and are no samples of their own.
 *
 * <p>The interval of the mean reaches from mean / exp(q(3.5 %) s / sqrt n) to mean * exp(q(1.5 %) s / sqrt n), with s the
 * standard deviation of the figures' logarithms and q what Student's t with n - 1 degrees of freedom exceeds so often: 95 %
 * together. It reaches farther up than down, since times err upwards: a disturbance lengthens one replicate in some, and
 * while none of n has met it, all of them are short and alike. Drift costs nothing but width, since rounds lie evenly in a
 * run's time.
 *
 * <p>How often it holds the mean over a run's time, by simulation of 3 to 8 replicates that scatter by 10 % with Student's
 * tails of 4 degrees of freedom, drift by 20 % from the run's begin to its end, and of which one in five meets a disturbance
 * that triples a fifth of its time:
 *
 * <pre>
 * replicates                           3     4     5     6     7     8
 * this interval, %                  95.8  95.2  94.3  93.5  93.2  93.3
 * symmetric, q(2.5 %) both ways     94.1  93.1  91.9  91.3  91.2  91.6
 * mean and deviation of figures     93.5  92.2  90.9  90.4  90.4  91.0
 * percentiles of a bootstrap          70    72    78    82    84    86
 * gains, paired                     96.5  96.3  95.8  95.2  94.5  94.2
 * its half-width, median, %           59    36    27    23    20    18
 * </pre>
 *
 * <p>{@code ReplicatesTest} does that again. Where nothing disturbs and replicates scatter by 3 %, the median half-width is
 * 8 % with 3, 4 % with 5 and 3 % with 8.
 *
 * <p>What no interval can do: hold a mean of which none of its figures has met a part. A disturbance that meets one replicate
 * in five is met by none of n with probability 0.8^n: 51 % of three, 33 % of five, 17 % of eight. If it is far greater than
 * the scatter (it doubles whole replicates that scatter by 3 %), just so often the mean lies above the interval, whichever is
 * chosen.
 *
 * <p>Whoever stops as soon as an interval is narrow stops at lucky ones, at points which no disturbance has met so far: of
 * points above that were stopped at 10 %, or with 8, it held the mean in 88 %, and in 90 % if it had to be narrow twice in a
 * row. What such a point does not know of itself, others of the same run do. If it had to be narrow twice, and would have
 * been if it scattered as much as the median point did, it held the mean as often as with 8 of each. Where nothing disturbs,
 * that takes one replicate more. Hence {@link #halfWidthShare(double)}; {@code RoundRunnerTest} does it again.
 *
 * <p>Gains and ratios have the symmetric interval, exp(q(2.5 %) s / sqrt n) either way: what meets one side or the other makes
 * them err up or down.
 *
 * <p>Immutable.
 */
public final class Replicates {
    /** The fewest that an interval can be over: two leave one degree of freedom and t = 12.7, which says nothing. */
    public static final int ENOUGH = 3;

    private static final double RISK_BELOW = 0.035;
    private static final double RISK_ABOVE = 0.015;
    private static final double RISK = RISK_BELOW + RISK_ABOVE;

    /** Ascending. */
    private final int[] rounds;
    /** In the order of the rounds. */
    private final double[] figures;

    /**
     * How many times as much one measurement took as another.
     *
     * @param ratio the quotient of the means, of the rounds that both have; NaN if there is none
     * @param low   lower end of its 95 % interval; NaN if there are fewer than {@link Replicates#ENOUGH}
     * @param high  upper end; NaN if there are fewer
     */
    public record Gain(double ratio, double low, double high) {
        /**
         * How far the interval reaches, as a share of the ratio.
         *
         * @return the farther end's distance over the ratio; infinite if there is no interval
         */
        public double halfWidthShare() {
            return share(ratio, low, high);
        }

        Interval interval() {
            return new Interval(low, high, Interval.Samples.FORKS);
        }
    }

    private Replicates(int[] rounds, double[] figures) {
        this.rounds = rounds;
        this.figures = figures;
    }

    /**
     * Some replicates.
     *
     * @param rounds    the round of each, in any order, each once
     * @param nsPerPage the figure of each, in the same order: nanoseconds per page, or whatever is measured, above 0
     * @return the replicates
     * @throws IllegalArgumentException if there is none, if there is not a figure for each round, if a round is there twice or
     *                                  if a figure is not finite and above 0
     */
    public static Replicates of(int[] rounds, double[] nsPerPage) {
        if (rounds.length == 0 || rounds.length != nsPerPage.length) {
            throw new IllegalArgumentException(rounds.length + " rounds and " + nsPerPage.length
                + " figures; accepted: as many of each, at least one");
        }
        int[] order = IntStream.range(0, rounds.length).boxed().sorted((a, b) -> Integer.compare(rounds[a], rounds[b]))
            .mapToInt(Integer::intValue).toArray();
        int[] sorted = Arrays.stream(order).map(i -> rounds[i]).toArray();
        for (int i = 0; i < order.length; i++) {
            if (i > 0 && sorted[i] == sorted[i - 1]) {
                throw new IllegalArgumentException("round " + sorted[i] + " twice; accepted: each round once");
            }
            double figure = nsPerPage[order[i]];
            if (!(figure > 0 && Double.isFinite(figure))) {
                throw new IllegalArgumentException("round " + sorted[i] + " has the figure " + figure
                    + "; accepted: finite ones above 0");
            }
        }
        return new Replicates(sorted, Arrays.stream(order).mapToDouble(i -> nsPerPage[i]).toArray());
    }

    /**
     * How many there are.
     *
     * @return at least 1
     */
    public int count() {
        return rounds.length;
    }

    /**
     * The rounds.
     *
     * @return ascending, in an array of the caller's own
     */
    public int[] rounds() {
        return rounds.clone();
    }

    /**
     * The figures.
     *
     * @return one for each of the {@link #rounds}, in their order, in an array of the caller's own
     */
    public double[] figures() {
        return figures.clone();
    }

    /**
     * The measurement's figure.
     *
     * @return the mean over the replicates
     */
    public double mean() {
        return new Mean().evaluate(figures);
    }

    /**
     * The lower end of the mean's 95 % interval.
     *
     * @return above 0; NaN with fewer than {@link #ENOUGH} replicates
     */
    public double low() {
        return mean() / Math.exp(reach(count(), scatter(), RISK_BELOW));
    }

    /**
     * The upper end of the mean's 95 % interval.
     *
     * @return at least the mean; NaN with fewer than {@link #ENOUGH} replicates
     */
    public double high() {
        return mean() * Math.exp(reach(count(), scatter(), RISK_ABOVE));
    }

    /**
     * How far the interval reaches, as a share of the mean.
     *
     * @return the farther end's distance over the mean; infinite with fewer than {@link #ENOUGH} replicates
     */
    public double halfWidthShare() {
        return share(mean(), low(), high());
    }

    /**
     * How far the interval would reach if the figures scattered no less than those of others do.
     *
     * @param leastScatter what {@link #scatter} is to be at the least
     * @return the farther end's distance over the mean; infinite with fewer than {@link #ENOUGH} replicates
     */
    public double halfWidthShare(double leastScatter) {
        double reach = reach(count(), Math.max(scatter(), leastScatter), RISK_ABOVE);
        return Double.isNaN(reach) ? Double.POSITIVE_INFINITY : Math.exp(reach) - 1;
    }

    /**
     * How much the figures scatter.
     *
     * @return the standard deviation of their logarithms; NaN with a single replicate
     */
    public double scatter() {
        return count() < 2 ? Double.NaN : scatter(logarithms(figures));
    }

    /**
     * Without the last round, as they were before it.
     *
     * @return the others; empty if there are none
     */
    public Optional<Replicates> butLast() {
        return count() < 2 ? Optional.empty() : Optional.of(new Replicates(Arrays.copyOf(rounds, count() - 1),
            Arrays.copyOf(figures, count() - 1)));
    }

    /**
     * How many times as much another measurement took, of the rounds that both have: what was slow in a round was so for both.
     *
     * @param other the other measurement, such as that of the synchronous strategy
     * @return its mean over this one's
     */
    public Gain gain(Replicates other) {
        return gain(other, 1);
    }

    /**
     * The same, as one of several that are looked at together and must all hold (Bonferroni's correction).
     *
     * @param other the other measurement
     * @param among how many gains there are, at least 1
     * @return its mean over this one's
     */
    public Gain gain(Replicates other, int among) {
        Replicates here = sharedWith(other);
        Replicates there = other.sharedWith(this);
        if (here == null) {
            return new Gain(Double.NaN, Double.NaN, Double.NaN);
        }
        double[] logarithms = here.logarithmsUnder(there);
        double ratio = there.mean() / here.mean();
        double factor = Math.exp(reach(logarithms.length, scatter(logarithms), RISK / 2 / among));
        return new Gain(ratio, ratio / factor, ratio * factor);
    }

    /**
     * How far the interval of {@link #gain(Replicates)} would reach if the ratios of rounds scattered no less than those of
     * others do.
     *
     * @param other        the other measurement
     * @param leastScatter what {@link #scatterOfGain} is to be at the least
     * @return the farther end's distance over the ratio; infinite with fewer than {@link #ENOUGH} common rounds
     */
    public double halfWidthShareOfGain(Replicates other, double leastScatter) {
        Replicates here = sharedWith(other);
        double reach = here == null ? Double.NaN
            : reach(here.count(), Math.max(scatterOfGain(other), leastScatter), RISK / 2);
        return Double.isNaN(reach) ? Double.POSITIVE_INFINITY : Math.exp(reach) - 1;
    }

    /**
     * How much the ratios to another measurement scatter from round to round.
     *
     * @param other the other measurement
     * @return the standard deviation of their logarithms; NaN with fewer than two common rounds
     */
    public double scatterOfGain(Replicates other) {
        Replicates here = sharedWith(other);
        return here == null || here.count() < 2 ? Double.NaN : scatter(here.logarithmsUnder(other.sharedWith(this)));
    }

    /** Of the ratios of another measurement's figures of the same rounds to these. */
    private double[] logarithmsUnder(Replicates there) {
        return IntStream.range(0, count()).mapToDouble(i -> Math.log(there.figures[i] / figures[i])).toArray();
    }

    /**
     * How much more this measurement took than another, of the rounds that both have.
     *
     * @param other the other measurement, such as a control
     * @return the difference, which may be 0 or below
     */
    public Estimate minus(Replicates other) {
        Replicates here = sharedWith(other);
        Replicates there = other.sharedWith(this);
        return here == null ? Estimate.UNKNOWN : Estimate.of(IntStream.range(0, here.count())
            .mapToDouble(i -> here.figures[i] - there.figures[i]).toArray());
    }

    /** Those of the rounds that another measurement has, too; null if there is none. */
    Replicates sharedWith(Replicates other) {
        int[] both = IntStream.range(0, count()).filter(i -> Arrays.binarySearch(other.rounds, rounds[i]) >= 0).toArray();
        return both.length == 0 ? null : new Replicates(Arrays.stream(both).map(i -> rounds[i]).toArray(),
            Arrays.stream(both).mapToDouble(i -> figures[i]).toArray());
    }

    /** The standard error of the mean's logarithm; NaN with a single replicate. */
    double logError() {
        return scatter() / Math.sqrt(count());
    }

    Interval interval() {
        return new Interval(low(), high(), Interval.Samples.FORKS);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Replicates that && Arrays.equals(rounds, that.rounds) && Arrays.equals(figures, that.figures);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(rounds) + Arrays.hashCode(figures);
    }

    @Override
    public String toString() {
        return IntStream.range(0, count()).mapToObj(i -> rounds[i] + ": " + figures[i]).collect(Collectors.joining(", ", "{", "}"));
    }

    private static double[] logarithms(double[] figures) {
        return Arrays.stream(figures).map(Math::log).toArray();
    }

    private static double scatter(double[] logarithms) {
        return new StandardDeviation().evaluate(logarithms);
    }

    /** How far the interval of a mean of n logarithms reaches to one side at some risk; NaN if it cannot be told. */
    private static double reach(int n, double scatter, double risk) {
        return n < ENOUGH ? Double.NaN : new TDistribution(null, n - 1.0).inverseCumulativeProbability(1 - risk)
            * scatter / Math.sqrt(n);
    }

    private static double share(double mean, double low, double high) {
        return Double.isNaN(low) ? Double.POSITIVE_INFINITY : Math.max(high / mean - 1, 1 - low / mean);
    }
}
