package dev.salvo.results;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * A power law fitted to points: y = factor * x<sup>exponent</sup>, by least squares on the logarithms, so that every
 * point counts by its ratio to the line and not by its size.
 *
 * <p>A fit, never a measurement. The interval of the exponent is Student's, from the points' scatter about the line: it
 * tells how well a power law and these points agree, not how well each of them was measured.
 *
 * @param factor        y at x = 1
 * @param exponent      1 where y grows as fast as x, 0 where it does not grow
 * @param exponentError half the width of the exponent's {@value Interval#CONFIDENCE_PERCENT} % interval
 * @param rSquared      share of the logarithms' variance that the law accounts for, 0..1; NaN if y is the same
 *                      everywhere
 * @param leftOut       how far off the law through all points but those of the greatest x is there, as a share of
 *                      what was measured there
 * @param from          the least x
 * @param to            the greatest x
 */
public record PowerLaw(double factor, double exponent, double exponentError, double rSquared, double leftOut, double from,
        double to) {
    /** The fewest different x that tell anything: any two points lie on a power law. */
    public static final int FEWEST = 3;

    /**
     * Fits.
     *
     * @param x above 0
     * @param y above 0, as many
     * @return the law; empty with fewer than {@value #FEWEST} different x
     * @throws IllegalArgumentException if there are not as many y as x, or one is not a figure above 0
     */
    public static Optional<PowerLaw> fit(double[] x, double[] y) {
        if (x.length != y.length) {
            throw new IllegalArgumentException(x.length + " x and " + y.length + " y; accepted: as many of each");
        }
        SimpleRegression logarithms = new SimpleRegression();
        for (int i = 0; i < x.length; i++) {
            logarithms.addData(logarithm(x[i]), logarithm(y[i]));
        }
        if (Arrays.stream(x).distinct().count() < FEWEST) {
            return Optional.empty();
        }
        double to = Arrays.stream(x).max().getAsDouble();
        return Optional.of(new PowerLaw(Math.exp(logarithms.getIntercept()), logarithms.getSlope(),
            logarithms.getSlopeConfidenceInterval(1 - Interval.CONFIDENCE_PERCENT / 100.0), logarithms.getRSquare(),
            leftOut(x, y, to), Arrays.stream(x).min().getAsDouble(), to));
    }

    /** The worst of those at the greatest x. */
    private static double leftOut(double[] x, double[] y, double greatest) {
        SimpleRegression others = new SimpleRegression();
        for (int i = 0; i < x.length; i++) {
            if (x[i] < greatest) {
                others.addData(Math.log(x[i]), Math.log(y[i]));
            }
        }
        double there = Math.exp(others.predict(Math.log(greatest)));
        return IntStream.range(0, x.length).filter(i -> x[i] == greatest).mapToDouble(i -> Math.abs(there / y[i] - 1)).max()
            .getAsDouble();
    }

    private static double logarithm(double value) {
        if (!(value > 0) || !Double.isFinite(value)) {
            throw new IllegalArgumentException("a power law through " + value + "; accepted: figures above 0");
        }
        return Math.log(value);
    }
}
