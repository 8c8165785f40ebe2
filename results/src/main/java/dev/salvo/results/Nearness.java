package dev.salvo.results;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.distribution.FDistribution;
import org.apache.commons.math3.stat.StatUtils;

/**
 * How near a law is to the points that it was fitted to.
 *
 * @param residuals how far each point lies above it, as a share of it
 * @param rSquared  share of the variance of the points' logarithms that it accounts for; NaN if all are the same
 */
record Nearness(List<Double> residuals, double rSquared) {
    /** What is nearer than this fits, whatever the pattern of its residuals. */
    static final double NEAR = 0.02;

    private static final double SIGNIFICANT = 0.05;

    /** Of as many times by the law as were measured. */
    static Nearness of(double[] law, double[] measured) {
        double[] residuals = new double[measured.length];
        double[] logarithms = new double[measured.length];
        double squares = 0;
        for (int i = 0; i < measured.length; i++) {
            residuals[i] = measured[i] / law[i] - 1;
            logarithms[i] = Math.log(measured[i]);
            squares += Math.pow(logarithms[i] - Math.log(law[i]), 2);
        }
        double variance = StatUtils.variance(logarithms) * (measured.length - 1);
        return new Nearness(Arrays.stream(residuals).boxed().toList(), variance == 0 ? Double.NaN : 1 - squares / variance);
    }

    /** The sum of the squares of each point's distance from a law, as a share of the point. */
    static double squares(double[] at, double[] measured, DoubleUnaryOperator law) {
        double squares = 0;
        for (int i = 0; i < at.length; i++) {
            squares += Math.pow(1 - law.applyAsDouble(at[i]) / measured[i], 2);
        }
        return squares;
    }

    /** The largest residual, a share. */
    double worst() {
        return residuals.stream().mapToDouble(Math::abs).max().orElse(0);
    }

    /**
     * Whether a curve of more terms is nearer to the points than scatter explains: an F test. With as many terms as points
     * it would go through all of them, and nothing can be told; and what is near is near.
     *
     * @param squares of the law's distances, their sum
     * @param terms   how many terms the points have chosen
     * @param free    the curve's sum of squares
     * @param of      how many terms it has
     */
    boolean bendsOtherwise(double squares, int terms, double free, int of) {
        int freedom = residuals.size() - of;
        if (freedom <= 0 || worst() <= NEAR) {
            return false;
        }
        double f = (squares - free) / (of - terms) / (free / freedom);
        return !(1 - new FDistribution(null, of - terms, freedom).cumulativeProbability(f) >= SIGNIFICANT);
    }
}
