package dev.salvo.results;

import org.apache.commons.math3.distribution.TDistribution;

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
 * @param value      the other figure over the base's
 * @param low        lower end; NaN with too few forks
 * @param high       upper end; NaN with too few forks
 * @param baseForks  how many forks the base had
 * @param otherForks how many the other had
 * @param verdict    what that allows to be said
 */
record Ratio(double value, double low, double high, int baseForks, int otherForks, Verdict verdict) {
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
            return new Ratio(value, Double.NaN, Double.NaN, base.forks(), other.forks(), Verdict.NOT_ENOUGH_FORKS);
        }
        double reach = Math.exp(reach(base, other, comparisons));
        double measured = other.measured() / base.measured();
        double low = Math.min(value / reach, measured);
        double high = Math.max(value * reach, measured);
        Verdict verdict = low > 1 ? higherIsBetter ? Verdict.FASTER : Verdict.SLOWER
            : high < 1 ? higherIsBetter ? Verdict.SLOWER : Verdict.FASTER : Verdict.NO_DIFFERENCE;
        return new Ratio(value, low, high, base.forks(), other.forks(), verdict);
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
            return new Ratio(gain.ratio(), Double.NaN, Double.NaN, rounds, rounds, Verdict.NOT_ENOUGH_FORKS);
        }
        Verdict verdict = gain.low() > 1 ? Verdict.FASTER : gain.high() < 1 ? Verdict.SLOWER : Verdict.NO_DIFFERENCE;
        return new Ratio(gain.ratio(), gain.low(), gain.high(), rounds, rounds, verdict);
    }

    /** How far the interval of the logarithm reaches to each side. */
    private static double reach(ForkFigure base, ForkFigure other, int comparisons) {
        double ofBase = Math.pow(base.logError(), 2);
        double ofOther = Math.pow(other.logError(), 2);
        double variance = ofBase + ofOther;
        if (variance == 0) {
            return 0; // no fork differs from another
        }
        double freedom = variance * variance
            / (ofBase * ofBase / (base.forks() - 1) + ofOther * ofOther / (other.forks() - 1));
        return new TDistribution(null, freedom).inverseCumulativeProbability(1 - tail(comparisons))
            * Math.sqrt(variance);
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
}
