package dev.salvo.results;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * What a figure of emulated time would be if the host cost nothing: what it tends to as the dilation D grows.
 *
 * <p>Every cost that is modelled lasts D times as long as on the hardware, and what the host adds lasts as long as it
 * does; so of emulated time, which is wall-clock / D, the host's part is b / D. The {@link #value} is the intercept a
 * of the straight line a + b / D nearest, by least squares, to the median forks of all dilations; or, where that is
 * below 0, as no figure here can be, the mean at the largest D, with all of it as bound. The median, since a host does
 * not scatter its disturbance evenly: it takes a CPU away from one fork for a while, which then lies far off to one
 * side. A dilation counts as much as its square times its forks, for the host's disturbance, and with it what forks
 * differ by, shrinks as 1 / D. Of a rate it is the time for one that is extrapolated: the reciprocal.
 *
 * <p>The {@link #bound} is |value - mean at the largest D| plus half the 95 % interval of that mean over its forks
 * (Student's t s / sqrt n). Of the two intervals at hand this is the honest one. The intercept's own, from the
 * regression, takes two things for granted: that the line is straight out to 1 / D = 0, where nothing was measured, and
 * that forks scatter as much at every D, which they do not, since the host's disturbance shrinks as 1 / D too. It
 * counts every fork at every D as one more degree of freedom, so it gets narrower by measuring where the host disturbs
 * more. The interval at the largest D takes neither for granted; what the extrapolation adds to it is in the other
 * term, in full. So the bound always reaches over the plain measurement and its interval: a reader who does not believe
 * in the line finds the measured figure within the bound, and one who does finds it no farther off than it was moved.
 *
 * @param value    the figure at 1 / D = 0, in its own unit, at least 0
 * @param bound    how far off it may be, in the same unit; NaN if the largest D had fewer than
 *                 {@value Interval#ENOUGH_FORKS} forks
 * @param straight whether every median between the least and the largest D lies on the line, to within half its forks'
 *                 95 % interval or 2 % of the value, whichever is more; false with two dilations, since any two points
 *                 lie on a line
 */
record Extrapolation(double value, double bound, boolean straight) {
    /** A row whose bound is a greater share of its figure than this says so. */
    static final double WIDE = 0.10;

    private static final double STRAIGHT = 0.02;
    private static final double UPPER_TAIL = 0.5 + Interval.CONFIDENCE_PERCENT / 200.0;

    /**
     * What forks measured at one dilation.
     *
     * @param dilation wall-clock per emulated time, above 0
     * @param forks    each fork's mean, at least one, all at least 0
     */
    record Sample(double dilation, double[] forks) {
        double mean() {
            return new Mean().evaluate(forks);
        }

        double median() {
            return new Median().evaluate(forks);
        }

        double weight() {
            return forks.length * dilation * dilation;
        }

        /** To within what its forks scatter by, or so much: not the bound, in which the line's own slope is. */
        boolean isOn(Line line, double tolerance) {
            double scatter = halfWidth(forks);
            return Math.abs(median() - line.at(dilation)) <= Math.max(Double.isNaN(scatter) ? 0 : scatter, tolerance);
        }
    }

    /**
     * Extrapolates.
     *
     * @param measured at two dilations or more, each once, in any order
     * @return the figure
     * @throws IllegalArgumentException if there are not two different dilations
     */
    static Extrapolation of(List<Sample> measured) {
        List<Sample> samples = new ArrayList<>(measured);
        samples.sort(Comparator.comparingDouble(Sample::dilation));
        if (samples.size() < 2 || samples.stream().mapToDouble(Sample::dilation).distinct().count() < samples.size()) {
            throw new IllegalArgumentException("no line through " + samples.stream().map(Sample::dilation).toList()
                + "; accepted: two dilations or more, each once");
        }
        Line line = Line.through(samples);
        Sample largest = samples.get(samples.size() - 1);
        double value = value(line, largest);
        double bound = Math.abs(Math.max(0, line.intercept) - largest.mean()) + halfWidth(largest.forks);
        List<Sample> between = samples.subList(1, samples.size() - 1);
        boolean straight = !between.isEmpty() && between.stream().allMatch(sample -> sample.isOn(line, STRAIGHT * value));
        return new Extrapolation(value, bound, straight);
    }

    /** Of the rate, if this is of the time for one: as great a share of it is the bound. */
    Extrapolation inverse() {
        return new Extrapolation(1 / value, share() / value, straight);
    }

    /**
     * The figure alone.
     *
     * @param samples at two different dilations or more, the least first
     * @return {@link #value}
     */
    static double value(List<Sample> samples) {
        return value(Line.through(samples), samples.get(samples.size() - 1));
    }

    /** A line that leads below 0 says nothing of where a figure ends that cannot: anywhere up to what was measured. */
    private static double value(Line line, Sample largest) {
        return line.intercept >= 0 ? line.intercept : largest.mean();
    }

    /**
     * The bound as a share of the value.
     *
     * @return at least 0; infinite if the value is 0 and the bound is not; NaN if the bound is not known
     */
    double share() {
        return bound == 0 ? 0 : bound / value;
    }

    /** a + b / D. */
    private record Line(double intercept, double slope) {
        static Line through(List<Sample> samples) {
            double weights = 0;
            double x = 0;
            double y = 0;
            for (Sample sample : samples) {
                double weight = sample.weight();
                weights += weight;
                x += weight / sample.dilation;
                y += weight * sample.median();
            }
            x /= weights;
            y /= weights;
            double above = 0;
            double below = 0;
            for (Sample sample : samples) {
                double distance = 1 / sample.dilation - x;
                above += sample.weight() * distance * (sample.median() - y);
                below += sample.weight() * distance * distance;
            }
            double slope = above / below;
            return new Line(y - slope * x, slope);
        }

        double at(double dilation) {
            return intercept + slope / dilation;
        }
    }

    private static double halfWidth(double[] forks) {
        if (forks.length < Interval.ENOUGH_FORKS) {
            return Double.NaN;
        }
        double t = new TDistribution(null, forks.length - 1).inverseCumulativeProbability(UPPER_TAIL);
        return t * new StandardDeviation().evaluate(forks) / Math.sqrt(forks.length);
    }
}
