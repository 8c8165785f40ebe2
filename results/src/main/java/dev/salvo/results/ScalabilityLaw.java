package dev.salvo.results;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.distribution.FDistribution;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.stat.StatUtils;

/**
 * Gunther's Universal Scalability Law, fitted to the time that one sender takes for a page on machines of N cores:
 * t(N) = (1 + sigma (N - 1) + kappa N (N - 1)) / lambda. Sigma is what each further core adds to one sender's page, a
 * share of what it takes alone; kappa what each pair of cores adds, the price of keeping all consistent with all.
 *
 * <p>A fit, never a measurement. Multiplied out, the law is linear in 1 / lambda, sigma / lambda and kappa / lambda, so
 * that least squares have one solution and no search can miss it; sigma and kappa are held at 0 or above by solving
 * with each of them left out, too, and taking the nearest solution that is one. What is squared is each point's
 * distance from the law as a share of the point: every point counts the same, however long it took.
 *
 * @param sigma      contention, at least 0
 * @param kappa      coherence, at least 0
 * @param lambda     pages per second of one sender on one core, above 0
 * @param residuals  how far each point lies above the law, as a share of the law, in the order of the points
 * @param rSquared   share of the variance of the times' logarithms that the law accounts for, at most 1; NaN if the
 *                   time is the same everywhere
 * @param systematic whether the residuals are no scatter: the points follow a curve that bends as the law cannot
 * @param from       the least N
 * @param to         the greatest N
 */
public record ScalabilityLaw(double sigma, double kappa, double lambda, List<Double> residuals, double rSquared,
        boolean systematic, double from, double to) {
    /** The fewest different N that tell anything: three lie on such a law whatever they are. */
    public static final int FEWEST = 4;

    /** A law that misses a point by more than this share does not fit. */
    public static final double MOST_RESIDUAL = 0.15;

    /** What is nearer than this does, whatever its pattern. */
    private static final double NEAR = 0.02;
    private static final double SIGNIFICANT = 0.05;
    private static final double NANOS = 1e9;

    /**
     * Fits.
     *
     * @param n     cores, each 1 or more
     * @param nanos nanoseconds that a sender took for a page there, above 0, as many
     * @return the law; empty with fewer than {@value #FEWEST} different N
     * @throws IllegalArgumentException if there are not as many times as N, or one is no such figure
     */
    public static Optional<ScalabilityLaw> fit(double[] n, double[] nanos) {
        if (n.length != nanos.length) {
            throw new IllegalArgumentException(n.length + " N and " + nanos.length
                + " times; accepted: as many of each");
        }
        for (int i = 0; i < n.length; i++) {
            if (!(n[i] >= 1 && nanos[i] > 0) || !Double.isFinite(n[i]) || !Double.isFinite(nanos[i])) {
                throw new IllegalArgumentException("a law through N = " + n[i] + " and " + nanos[i]
                    + " ns; accepted: N of 1 or more, times above 0");
            }
        }
        if (Arrays.stream(n).distinct().count() < FEWEST) {
            return Optional.empty();
        }
        double[] terms = terms(n, nanos);
        double[] residuals = new double[n.length];
        double[] logarithms = new double[n.length];
        double squares = 0;
        for (int i = 0; i < n.length; i++) {
            double law = at(terms, n[i]);
            residuals[i] = nanos[i] / law - 1;
            logarithms[i] = Math.log(nanos[i]);
            squares += Math.pow(logarithms[i] - Math.log(law), 2);
        }
        double variance = StatUtils.variance(logarithms) * (n.length - 1);
        return Optional.of(new ScalabilityLaw(terms[1] / terms[0], terms[2] / terms[0], NANOS / terms[0],
            Arrays.stream(residuals).boxed().toList(), variance == 0 ? Double.NaN : 1 - squares / variance,
            bendsOtherwise(n, nanos, terms, residuals), StatUtils.min(n), StatUtils.max(n)));
    }

    /**
     * What a page takes by the law.
     *
     * @param n cores, 1 or more
     * @return nanoseconds
     */
    public double nanos(double n) {
        return NANOS / lambda * (1 + sigma * (n - 1) + kappa * n * (n - 1));
    }

    /**
     * Whether the points are such that the law may speak for others.
     *
     * @return whether no point is off by more than 15 %, and the residuals are scatter
     */
    public boolean fits() {
        return !systematic && worst() <= MOST_RESIDUAL;
    }

    /** The largest residual, a share. */
    double worst() {
        return worst(residuals.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /**
     * Where a page takes twice as long as it would alone: the core count from which on most of a sender's time is due
     * to the other cores. The law has no bend of its own, and this is the point at which adding cores has cost as much
     * as the work.
     *
     * @return cores, at least 1; infinite if the time does not grow
     */
    public double knee() {
        // kappa (N - 1)^2 + (sigma + kappa) (N - 1) = 1, solved without a difference of nearly equal numbers
        double linear = sigma + kappa;
        return linear == 0 ? Double.POSITIVE_INFINITY : 1 + 2 / (linear + Math.sqrt(linear * linear + 4 * kappa));
    }

    /**
     * Where N senders on N cores get most done together: N / t(N) falls beyond it. Only of a series in which all cores
     * send.
     *
     * @return cores, at least 1; infinite if kappa is 0, so that more cores always get more done, or as much
     */
    public double peak() {
        if (kappa == 0) {
            return sigma < 1 ? Double.POSITIVE_INFINITY : 1;
        }
        return Math.max(1, Math.sqrt(Math.max(0, 1 - sigma) / kappa));
    }

    /** How many of the law's three numbers the points have chosen: those that are not held at 0. */
    int chosen() {
        return 1 + (sigma > 0 ? 1 : 0) + (kappa > 0 ? 1 : 0);
    }

    /** The law's 1 / lambda, sigma / lambda and kappa / lambda, nanoseconds, nearest to some points. */
    static double[] terms(double[] n, double[] nanos) {
        double[] nearest = null;
        for (int[] used : new int[][] {{0, 1, 2}, {0, 1}, {0, 2}, {0}}) {
            double[] solution = solved(n, nanos, used);
            double[] terms = new double[3];
            for (int i = 0; i < used.length; i++) {
                terms[used[i]] = solution[i];
            }
            boolean law = terms[0] > 0 && terms[1] >= 0 && terms[2] >= 0;
            if (law && (nearest == null || squares(n, nanos, terms) < squares(n, nanos, nearest))) {
                nearest = terms;
            }
        }
        return nearest; // the last of them, a constant, is always a law
    }

    /** By the terms, at N. */
    static double at(double[] terms, double n) {
        double time = 0;
        for (int i = 0; i < terms.length; i++) {
            time += terms[i] * power(n, i);
        }
        return time;
    }

    /** 1, N - 1, N (N - 1), and beyond the law N (N - 1) (N - 2): what a curve is made of. */
    private static double power(double n, int term) {
        return switch (term) {
            case 0 -> 1;
            case 1 -> n - 1;
            case 2 -> n * (n - 1);
            default -> n * (n - 1) * (n - 2);
        };
    }

    private static double[] solved(double[] n, double[] nanos, int... used) {
        double[][] shares = new double[n.length][used.length];
        for (int i = 0; i < n.length; i++) {
            for (int j = 0; j < used.length; j++) {
                shares[i][j] = power(n[i], used[j]) / nanos[i];
            }
        }
        DecompositionSolver solver = new QRDecomposition(new Array2DRowRealMatrix(shares, false)).getSolver();
        if (!solver.isNonSingular()) { // times so far apart that the arithmetic sees one only
            double[] unknown = new double[used.length];
            Arrays.fill(unknown, Double.NaN);
            return unknown;
        }
        return solver.solve(new ArrayRealVector(n.length, 1)).toArray();
    }

    private static double squares(double[] n, double[] nanos, double[] terms) {
        double squares = 0;
        for (int i = 0; i < n.length; i++) {
            squares += Math.pow(1 - at(terms, n[i]) / nanos[i], 2);
        }
        return squares;
    }

    /**
     * Whether a curve of one term more, and free to fall, is nearer to the points than scatter explains: an F test.
     * With four points it would go through all of them, and nothing can be told.
     */
    private static boolean bendsOtherwise(double[] n, double[] nanos, double[] terms, double[] residuals) {
        if (n.length <= FEWEST || worst(residuals) <= NEAR) {
            return false;
        }
        double free = squares(n, nanos, solved(n, nanos, 0, 1, 2, 3));
        int more = FEWEST - (int) Arrays.stream(terms).filter(term -> term > 0).count();
        double f = (squares(n, nanos, terms) - free) / more / (free / (n.length - FEWEST));
        return !(1 - new FDistribution(null, more, n.length - FEWEST).cumulativeProbability(f) >= SIGNIFICANT);
    }

    private static double worst(double[] residuals) {
        return Arrays.stream(residuals).map(Math::abs).max().orElse(0);
    }
}
