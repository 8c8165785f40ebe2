package dev.salvo.results;

import java.util.List;

/**
 * How the time per page grows with cores, fitted to points of one kind: with a CPU to every core, or with fewer. Never a
 * measurement.
 */
public sealed interface Law permits ScalabilityLaw, RunQueueLaw {
    /** A law that misses a point by more than this share does not fit. */
    double MOST_RESIDUAL = 0.15;

    /**
     * What a page takes by the law.
     *
     * @param cores 1 or more
     * @return nanoseconds
     */
    double nanos(double cores);

    /**
     * How far each point lies above the law.
     *
     * @return shares of the law, in the order of the points
     */
    List<Double> residuals();

    /**
     * Which share of the variance of the times' logarithms the law accounts for.
     *
     * @return at most 1; NaN if the time is the same everywhere
     */
    double rSquared();

    /**
     * Whether the residuals are no scatter.
     *
     * @return whether the points follow a curve that bends as the law cannot
     */
    boolean systematic();

    /**
     * The least core count that it was fitted to.
     *
     * @return cores
     */
    double from();

    /**
     * The greatest core count that it was fitted to.
     *
     * @return cores
     */
    double to();

    /**
     * How many of its numbers the points have chosen.
     *
     * @return those that are not held at 0
     */
    int chosen();

    /**
     * Whether the points are such that the law may speak for them.
     *
     * @return whether no point is off by more than 15 %, and the residuals are scatter
     */
    default boolean fits() {
        return !systematic() && worst() <= MOST_RESIDUAL;
    }

    /**
     * How far off it is at worst.
     *
     * @return the largest residual, a share without its sign
     */
    default double worst() {
        return residuals().stream().mapToDouble(Math::abs).max().orElse(0);
    }
}
