package dev.salvo.results;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.stat.StatUtils;

/**
 * How the time per page grows where more cores than CPUs take turns on these: t(N) = base + turn * N / CPUs. A DSB returns
 * when every core has had its turn on a CPU, so a page waits for the rest of a round of the run queue, which is as long as
 * there are cores to a CPU; what does not wait is the base.
 *
 * <p>A fit, never a measurement. Least squares of each point's distance as a share of the point, so that every point counts
 * the same; base and turn are held at 0 or above.
 *
 * @param base       nanoseconds of a page that waits for no turn, at least 0
 * @param turn       nanoseconds that each further core on every CPU adds, at least 0
 * @param cpus       how many CPUs the cores shared
 * @param residuals  how far each point lies above the law, as a share of the law, in the order of the points
 * @param rSquared   share of the variance of the times' logarithms that the law accounts for, at most 1; NaN if the
 *                   time is the same everywhere
 * @param systematic whether the residuals are no scatter: the points follow a curve, and this is a straight line
 * @param from       the least N
 * @param to         the greatest N
 */
public record RunQueueLaw(double base, double turn, int cpus, List<Double> residuals, double rSquared, boolean systematic,
        double from, double to) implements Law {
    /** The fewest different N that tell anything: two lie on such a law whatever they are. */
    public static final int FEWEST = 3;

    /**
     * Fits.
     *
     * @param cores each more than the CPUs
     * @param nanos nanoseconds that a sender took for a page there, above 0, as many
     * @param cpus  that the cores shared, at least 1
     * @return the law; empty with fewer than {@value #FEWEST} different core counts
     */
    static Optional<RunQueueLaw> fit(double[] cores, double[] nanos, int cpus) {
        if (Arrays.stream(cores).distinct().count() < FEWEST) {
            return Optional.empty();
        }
        double[] terms = terms(cores, nanos, cpus);
        Nearness nearness = Nearness.of(Arrays.stream(cores).map(n -> at(terms, n, cpus)).toArray(), nanos);
        int chosen = (int) Arrays.stream(terms).filter(term -> term > 0).count();
        boolean bends = nearness.bendsOtherwise(squares(cores, nanos, terms, cpus), chosen,
            ScalabilityLaw.squares(cores, nanos, ScalabilityLaw.solved(cores, nanos, 0, 1, 2)), FEWEST);
        return Optional.of(new RunQueueLaw(terms[0], terms[1], cpus, nearness.residuals(), nearness.rSquared(), bends,
            StatUtils.min(cores), StatUtils.max(cores)));
    }

    @Override
    public double nanos(double cores) {
        return base + turn * cores / cpus;
    }

    @Override
    public int chosen() {
        return (base > 0 ? 1 : 0) + (turn > 0 ? 1 : 0);
    }

    /** The law's base and turn, nanoseconds, nearest to some points. */
    static double[] terms(double[] cores, double[] nanos, int cpus) {
        double ones = 0;
        double mixed = 0;
        double turns = 0;
        double toOnes = 0;
        double toTurns = 0;
        for (int i = 0; i < cores.length; i++) {
            double one = 1 / nanos[i];
            double turn = cores[i] / cpus / nanos[i];
            ones += one * one;
            mixed += one * turn;
            turns += turn * turn;
            toOnes += one;
            toTurns += turn;
        }
        double determinant = ones * turns - mixed * mixed;
        double base = (toOnes * turns - toTurns * mixed) / determinant;
        double turn = (toTurns * ones - toOnes * mixed) / determinant;
        if (base >= 0 && turn >= 0) { // and so the determinant was no 0
            return new double[] {base, turn};
        }
        double[] flat = {toOnes / ones, 0};
        double[] steep = {0, toTurns / turns};
        return squares(cores, nanos, flat, cpus) <= squares(cores, nanos, steep, cpus) ? flat : steep;
    }

    /** By the terms, at a core count. */
    static double at(double[] terms, double cores, int cpus) {
        return terms[0] + terms[1] * cores / cpus;
    }

    private static double squares(double[] cores, double[] nanos, double[] terms, int cpus) {
        return Nearness.squares(cores, nanos, n -> at(terms, n, cpus));
    }
}
