package dev.salvo.results;

import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;

/**
 * One figure over another of the same kind, and how far that can be trusted when a number of such ratios are looked at
 * together.
 *
 * <p>The interval is of the ratio's logarithm, for times err by factors: plus and minus Student's t times the standard
 * error, which is that of figures of forks drawn again ({@link ForkFigure#logError}), both sides' together, with
 * Welch's degrees of freedom, since two runs need not scatter alike. The percentiles of the drawn ratios would be the
 * plainer interval, and are far too narrow with five forks: they cannot reach beyond the least and the greatest fork, and forks
 * of the same build are disjoint by mere chance once in 126 times.
 *
 * <p>Gains within a run whose rounds are known have the interval of {@link Replicates#gain}, over rounds.
 *
 * <p>All intervals that are shown together hold together with {@value Interval#CONFIDENCE_PERCENT} % confidence:
 * Bonferroni's correction, each of m has an m-th of the risk. Holm's would decide a little more often, but it orders
 * tests by how they came out and leaves no interval to show, and a verdict is to be one that a reader can see in the
 * interval.
 *
 * <p>On the paced clock the interval reaches over the ratio of what was measured at the largest dilation, too: a reader
 * who does not believe in the extrapolation finds the plain measurement in it.
 *
 * <p>Where both figures were measured in turns, the interval is of the pairs' own ratios, {@link #ofPairs}: what both
 * turns of a pair share, above all a host that drifts, is in neither.
 *
 * @param value      the other figure over the base's
 * @param low        lower end; NaN with too few forks
 * @param high       upper end; NaN with too few forks
 * @param couldSee   by which share a figure would have had to be worse for such a comparison to say so in
 *                   {@value #POWER_PERCENT} % of cases: as many forks that scatter as these do; NaN with too few forks
 * @param baseForks  how many forks the base had
 * @param otherForks how many the other had
 * @param verdict    what that allows to be said
 */
record Ratio(double value, double low, double high, double couldSee, int baseForks, int otherForks, Verdict verdict) {
    /** How probable it is that {@link #couldSee} is found. */
    static final int POWER_PERCENT = 80;

    private static final double OF_THE_RISK = 2 / 3.0;

    /** What can be said of the other figure. */
    enum Verdict {
        /** Better, whatever the forks' scatter. */
        FASTER,
        /** Worse, whatever the forks' scatter. */
        SLOWER,
        /** None that these forks could show. */
        NO_DIFFERENCE,
        /** Nothing: too few forks tell nothing of others. */
        NOT_ENOUGH_FORKS
    }

    /**
     * Compares.
     *
     * @param base           what is compared with
     * @param other          what is compared
     * @param higherIsBetter whether the figures are rates, and not times
     * @param comparisons    how many ratios are looked at together, this one included
     */
    static Ratio of(ForkFigure base, ForkFigure other, boolean higherIsBetter, int comparisons) {
        double value = other.value() / base.value();
        if (Math.min(base.forks(), other.forks()) < ForkFigure.ENOUGH_FORKS) {
            return untold(value, base.forks(), other.forks());
        }
        double ofBase = Math.pow(base.logError(), 2);
        double ofOther = Math.pow(other.logError(), 2);
        double variance = ofBase + ofOther;
        double freedom = variance == 0 ? 1 // no fork differs from another
            : variance * variance / (ofBase * ofBase / (base.forks() - 1) + ofOther * ofOther / (other.forks() - 1));
        double measured = other.measured() / base.measured();
        return new Ratio(value, measured, measured, Double.NaN, base.forks(), other.forks(), Verdict.NO_DIFFERENCE)
            .within(Math.sqrt(variance), freedom, higherIsBetter, tail(comparisons));
    }

    /**
     * Compares what was measured in turns: the mean of the logarithms of the pairs' ratios, with Student's t over the
     * pairs. Who goes on until the interval is narrow ends a little too often where it is so by chance: in simulations
     * with up to 1.4 times the risk that was meant ({@code RatioTest}), so the risk is taken to be {@link #OF_THE_RISK}
     * of that.
     *
     * @param base           what is compared with, a figure of each pair
     * @param other          what is compared, of the same pairs
     * @param higherIsBetter whether the figures are rates, and not times
     * @param comparisons    how many ratios are looked at together, this one included
     */
    static Ratio ofPairs(double[] base, double[] other, boolean higherIsBetter, int comparisons) {
        int pairs = base.length;
        double[] logarithms = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            logarithms[i] = Math.log(other[i] / base[i]);
        }
        double value = Math.exp(new Mean().evaluate(logarithms));
        if (pairs < ForkFigure.ENOUGH_FORKS || !Double.isFinite(Math.log(value))) {
            return untold(value, pairs, pairs);
        }
        return new Ratio(value, value, value, Double.NaN, pairs, pairs, Verdict.NO_DIFFERENCE)
            .within(new StandardDeviation().evaluate(logarithms) / Math.sqrt(pairs), pairs - 1.0, higherIsBetter,
                OF_THE_RISK * tail(comparisons));
    }

    /**
     * Compares what was measured in the same rounds: what was slow in a round was so for both sides.
     *
     * @param base        what is compared with
     * @param other       what is compared, a time as well
     * @param comparisons how many ratios are looked at together, this one included
     * @return the gain: a ratio above 1 is better
     */
    static Ratio gain(Replicates base, Replicates other, int comparisons) {
        Replicates.Gain gain = base.gain(other, comparisons);
        int rounds = Double.isNaN(gain.ratio()) ? 0 : base.sharedWith(other).count();
        if (rounds < ForkFigure.ENOUGH_FORKS) {
            return untold(gain.ratio(), rounds, rounds);
        }
        TDistribution student = new TDistribution(null, rounds - 1.0);
        double beyondChance = Math.log(gain.high() / gain.ratio());
        double found = beyondChance * student.inverseCumulativeProbability(POWER_PERCENT / 100.0)
            / student.inverseCumulativeProbability(1 - tail(comparisons));
        Verdict verdict = gain.low() > 1 ? Verdict.FASTER : gain.high() < 1 ? Verdict.SLOWER : Verdict.NO_DIFFERENCE;
        return new Ratio(gain.ratio(), gain.low(), gain.high(), Math.expm1(beyondChance + found), rounds, rounds, verdict);
    }

    /** One of which nothing can be said but its value. */
    static Ratio untold(double value, int baseForks, int otherForks) {
        return new Ratio(value, Double.NaN, Double.NaN, Double.NaN, baseForks, otherForks, Verdict.NOT_ENOUGH_FORKS);
    }

    /**
     * With an interval that reaches as far as it must to both sides, and over the ends that there are.
     *
     * @param error   the standard error of the logarithm
     * @param freedom its degrees of freedom
     * @param tail    the risk on each side
     */
    private Ratio within(double error, double freedom, boolean higherIsBetter, double tail) {
        TDistribution student = new TDistribution(null, freedom);
        double beyondChance = student.inverseCumulativeProbability(1 - tail) * error;
        double from = Math.min(value / Math.exp(beyondChance), low);
        double to = Math.max(value * Math.exp(beyondChance), high);
        double found = student.inverseCumulativeProbability(POWER_PERCENT / 100.0) * error;
        Verdict said = from > 1 ? higherIsBetter ? Verdict.FASTER : Verdict.SLOWER
            : to < 1 ? higherIsBetter ? Verdict.SLOWER : Verdict.FASTER : Verdict.NO_DIFFERENCE;
        return new Ratio(value, from, to, Math.expm1(beyondChance + found), baseForks, otherForks, said);
    }

    /** The risk on each side of each interval. */
    private static double tail(int comparisons) {
        return (1 - Interval.CONFIDENCE_PERCENT / 100.0) / 2 / comparisons;
    }

    /** Whether it is slower by more than so many per cent, whatever the scatter: it takes longer, or does less. */
    boolean isSlowerBy(double percent, boolean higherIsBetter) {
        double most = 1 + percent / 100;
        return higherIsBetter ? high < 1 / most : low > most;
    }

    /** Whether it is shown not to be slower by as much as that: no regression of that size is in the interval. */
    boolean isNotSlowerBy(double percent, boolean higherIsBetter) {
        double most = 1 + percent / 100;
        return higherIsBetter ? low > 1 / most : high < most;
    }

    /** How far the interval reaches to its farther side, as a share; infinite if there is none. */
    double halfWidth() {
        return Double.isFinite(high) ? Math.max(high / value, value / low) - 1 : Double.POSITIVE_INFINITY;
    }
}
