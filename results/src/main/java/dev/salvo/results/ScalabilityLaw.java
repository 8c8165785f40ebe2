package dev.salvo.results;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
 * @param step       between which two N the time jumps, as where a machine enters another socket; NaN if growth alone
 *                   explains the points as well
 * @param from       the least N
 * @param to         the greatest N
 */
public record ScalabilityLaw(double sigma, double kappa, double lambda, List<Double> residuals, double rSquared,
        boolean systematic, Step step, double from, double to) implements Law {
    /** The fewest different N that tell anything: three lie on such a law whatever they are. */
    public static final int FEWEST = 4;

    /** A step is at least such a share of the time before it. */
    private static final double LEAST_STEP = 0.1;
    /** With a step in place of the bend, squared distances must be so many times smaller. */
    private static final double NEARER = 4;
    /** Of points on either side of a step: one alone is as well explained by growth. */
    private static final int BESIDE_A_STEP = 2;
    private static final double NANOS = 1e9;

    /**
     * Where the time jumps.
     *
     * @param before the last N before that
     * @param behind the first N behind it
     */
    public record Step(double before, double behind) {
        static final Step NONE = new Step(Double.NaN, Double.NaN);

        /**
         * Whether it does.
         *
         * @return whether there is such a place
         */
        public boolean known() {
            return behind > before;
        }
    }

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
        Nearness nearness = Nearness.of(Arrays.stream(n).map(each -> at(terms, each)).toArray(), nanos);
        return Optional.of(new ScalabilityLaw(terms[1] / terms[0], terms[2] / terms[0], NANOS / terms[0],
            nearness.residuals(), nearness.rSquared(), bendsOtherwise(n, nanos, terms, nearness),
            step(n, nanos, terms, nearness), StatUtils.min(n), StatUtils.max(n)));
    }

    @Override
    public double nanos(double n) {
        return NANOS / lambda * (1 + sigma * (n - 1) + kappa * n * (n - 1));
    }

    /** Nor may there be a step: it would be taken for contention, or for coherence. */
    @Override
    public boolean fits() {
        return Law.super.fits() && !step.known();
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

    @Override
    public int chosen() {
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

    static double[] solved(double[] n, double[] nanos, int... used) {
        double[][] shares = new double[n.length][used.length];
        for (int i = 0; i < n.length; i++) {
            for (int j = 0; j < used.length; j++) {
                shares[i][j] = power(n[i], used[j]) / nanos[i];
            }
        }
        return solved(shares);
    }

    /** The least squares of each point's share from 1; NaN if the shares do not tell. */
    static double[] solved(double[][] shares) {
        DecompositionSolver solver = new QRDecomposition(new Array2DRowRealMatrix(shares, false)).getSolver();
        if (!solver.isNonSingular()) { // times so far apart that the arithmetic sees one only
            double[] unknown = new double[shares[0].length];
            Arrays.fill(unknown, Double.NaN);
            return unknown;
        }
        return solver.solve(new ArrayRealVector(shares.length, 1)).toArray();
    }

    private static double squares(double[][] shares, double[] solution) {
        double squares = 0;
        for (double[] share : shares) {
            squares += Math.pow(1 - new ArrayRealVector(share, false).dotProduct(new ArrayRealVector(solution, false)), 2);
        }
        return squares;
    }

    static double squares(double[] n, double[] nanos, double[] terms) {
        return Nearness.squares(n, nanos, each -> at(terms, each));
    }

    /**
     * Whether a curve of one term more, and free to fall, is nearer to the points than scatter explains. With four points
     * it would go through all of them, and nothing can be told.
     */
    private static boolean bendsOtherwise(double[] n, double[] nanos, double[] terms, Nearness nearness) {
        return nearness.bendsOtherwise(squares(n, nanos, terms), (int) Arrays.stream(terms).filter(term -> term > 0).count(),
            squares(n, nanos, solved(n, nanos, 0, 1, 2, 3)), FEWEST);
    }

    /** Where a straight line that jumps once is far nearer to the points than the law, of as many numbers, is. */
    private static Step step(double[] n, double[] nanos, double[] terms, Nearness nearness) {
        double nearest = nearness.worst() <= Nearness.NEAR ? 0 : squares(n, nanos, terms) / NEARER;
        Step step = Step.NONE;
        double[] sorted = Arrays.stream(n).sorted().distinct().toArray();
        for (int i = BESIDE_A_STEP; i <= sorted.length - BESIDE_A_STEP; i++) {
            double behind = sorted[i];
            double[][] shares = new double[n.length][];
            for (int j = 0; j < n.length; j++) {
                shares[j] = new double[] {1 / nanos[j], (n[j] - 1) / nanos[j], (n[j] >= behind ? 1 : 0) / nanos[j]};
            }
            double[] line = solved(shares);
            double squares = squares(shares, line);
            if (squares < nearest && line[1] >= 0 && line[2] > LEAST_STEP * (line[0] + line[1] * (sorted[i - 1] - 1))) {
                nearest = squares;
                step = new Step(sorted[i - 1], behind);
            }
        }
        return step;
    }

    /**
     * What a page takes by another rule that these points may follow as well: flat up to some core count, and a straight
     * line from there, as where a few waits hide behind the work.
     *
     * @param n     where the points are
     * @param nanos what was measured there
     * @param terms of the law through them
     * @param at    the core count that is asked for
     * @return nanoseconds; NaN if the law is far nearer to the points than any such line
     */
    static double flatThenLinear(double[] n, double[] nanos, double[] terms, double at) {
        double nearest = NEARER * squares(n, nanos, terms);
        double time = Double.NaN;
        for (double flat : Arrays.stream(n).limit(n.length - 1L).toArray()) {
            double[][] shares = new double[n.length][];
            for (int i = 0; i < n.length; i++) {
                shares[i] = new double[] {1 / nanos[i], Math.max(0, n[i] - flat) / nanos[i]};
            }
            double[] line = solved(shares);
            double squares = squares(shares, line);
            if (squares <= nearest) {
                nearest = squares;
                time = line[0] + line[1] * Math.max(0, at - flat);
            }
        }
        return time;
    }
}
