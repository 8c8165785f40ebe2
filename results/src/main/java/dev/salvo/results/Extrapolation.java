package dev.salvo.results;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
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
 * below 0, as no figure here can be, the mean at the largest D. The median, since a host does not scatter its disturbance
 * evenly: it takes a CPU away from one fork for a while, which then lies far off to one side. A dilation counts as much as
 * its square times its forks, for the host's disturbance, and with it what forks differ by, shrinks as 1 / D. Of a rate it
 * is the time for one that is extrapolated: the reciprocal.
 *
 * <p><b>The interval</b> from {@link #low} to {@link #high} does not reach as far to one side as to the other, for what is
 * known does not: what the host does mostly adds time. It reaches over
 * <ul>
 * <li>the mean at the largest D and what its forks scatter by: who does not believe in the line finds the plain measurement;
 * <li>the intercept and what that would scatter by;
 * <li>the intercept of the parabola in 1 / D nearest to the medians: where the host's part is no straight line, as where
 * senders queue for what is never idle, the line ends too low, or too high, by about as much as that lies off it; and what
 * that intercept would scatter by, unless the medians are shown to be {@link Straightness#STRAIGHT straight}.
 * </ul>
 * What the mean would scatter by is Student's t (95 %) times its standard error, to each side by the forks on that side of
 * their median: one that was held up says nothing of how much faster another may be. What an intercept would scatter by is of
 * medians, which one fork does not move; so it is from how far off their medians forks typically are, in host nanoseconds
 * and over all dilations together, since what the host does to a fork lasts as long at any of them: {@value #TYPICAL} times
 * that, by sqrt n, as holds 95 % of three forks or more, whether they scatter to both sides or the host only adds.
 *
 * @param value        the figure at 1 / D = 0, in its own unit, at least 0
 * @param bound        how far off it may be: from the value to the farther end, in the same unit; NaN if a dilation had
 *                     fewer than {@value Interval#ENOUGH_FORKS} forks
 * @param low          the lower end, at least 0; NaN as the bound
 * @param high         the upper end; NaN as the bound
 * @param straightness whether the medians lie on a line: bent if the parabola's end is shown to be another, by more than 2 %
 *                     of the value, and straight if it is shown not to be
 */
record Extrapolation(double value, double bound, double low, double high, Straightness straightness) {
    /** A row whose bound is a greater share of its figure than this says so. */
    static final double WIDE = 0.10;

    /** A figure whose bound is a greater share of it than this is none. */
    static final double MOST_BOUND = 0.25;

    /** By simulation: 94 to 97 % of intercepts of parabolas through the medians of three or five forks. */
    private static final double TYPICAL = 5;
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

        /** Of the mean's 95 % interval over forks that scatter to both sides alike; NaN with too few of them. */
        double halfWidth() {
            return forks.length < Interval.ENOUGH_FORKS ? Double.NaN
                : t(forks.length - 1) * new StandardDeviation().evaluate(forks) / Math.sqrt(forks.length);
        }

        /**
         * What their mean would scatter by to one side, by the forks on that side of the median: as much as to both, if they
         * are as far off on both; NaN with too few of them.
         */
        double reach(boolean above) {
            if (forks.length < Interval.ENOUGH_FORKS) {
                return Double.NaN;
            }
            double median = median();
            double squares = Arrays.stream(forks).map(fork -> above ? Math.max(0, fork - median) : Math.max(0, median - fork))
                .map(off -> off * off).sum();
            return t(forks.length - 1) * Math.sqrt(2 * squares / (forks.length - 1) / forks.length);
        }

        /** How far each fork is off the median, in host time; but for the nearest, which may be the median. */
        double[] off() {
            double median = median();
            return Arrays.stream(forks).map(fork -> dilation * Math.abs(fork - median)).sorted().skip(1).toArray();
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
        List<Sample> samples = sorted(measured);
        Sample largest = samples.get(samples.size() - 1);
        double value = value(samples);
        Combination line = Combination.ofLine(samples);
        Combination bending = Combination.ofBend(samples);
        Combination parabola = line.plus(bending);
        Straightness straightness = straightness(bending, STRAIGHT * value);
        boolean straight = straightness == Straightness.STRAIGHT;
        double ofParabola = straight ? 0 : parabola.reach();
        double low = least(largest.mean() - largest.reach(false), line.end() - line.reach(), parabola.end() - ofParabola);
        double high = -least(-largest.mean() - largest.reach(true), -line.end() - line.reach(), -parabola.end() - ofParabola);
        low = Math.min(value, Math.max(0, low));
        high = Math.max(value, high); // whatever was rounded
        return new Extrapolation(value, Math.max(value - low, high - value), low, high, straightness);
    }

    /**
     * Holds the line against what was measured at a dilation beyond: the difference may be what the forks of all of them
     * scatter by, or 2 % of what was measured.
     *
     * @param measured at two dilations or more, each once
     * @param beyond   at another
     */
    static Row.Check foretold(List<Sample> measured, Sample beyond) {
        List<Sample> samples = sorted(measured);
        double foretold = Line.through(samples).at(beyond.dilation);
        Combination difference = Combination.ofForetold(samples, beyond);
        double scatter = difference.reach();
        double most = Math.max(STRAIGHT * beyond.median(), Double.isNaN(scatter) ? 0 : scatter);
        return new Row.Check(beyond.dilation, foretold, beyond.median(), Math.abs(foretold - beyond.median()) <= most);
    }

    private static double least(double... ends) {
        double least = Double.POSITIVE_INFINITY;
        for (double end : ends) {
            least = Math.min(least, end); // NaN if any is
        }
        return least;
    }

    private static Straightness straightness(Combination bending, double tolerance) {
        double bend = bending.end();
        double low = bend - bending.reach();
        double high = bend + bending.reach();
        if (Math.abs(bend) > tolerance && (low > 0 || high < 0)) {
            return Straightness.BENT;
        }
        return bending.isThere() && low >= -tolerance && high <= tolerance ? Straightness.STRAIGHT
            : Straightness.CANNOT_TELL; // also where the ends are not known
    }

    /** By dilation, the least first. */
    static List<Sample> sorted(List<Sample> measured) {
        List<Sample> samples = new ArrayList<>(measured);
        samples.sort(Comparator.comparingDouble(Sample::dilation));
        if (samples.size() < 2 || samples.stream().mapToDouble(Sample::dilation).distinct().count() < samples.size()) {
            throw new IllegalArgumentException("no line through " + samples.stream().map(Sample::dilation).toList()
                + "; accepted: two dilations or more, each once");
        }
        return samples;
    }

    /** Of the rate, if this is of the time for one. */
    Extrapolation inverse() {
        double least = 1 / high;
        double most = 1 / low;
        return new Extrapolation(1 / value, Math.max(most - 1 / value, 1 / value - least), least, most, straightness);
    }

    /**
     * The figure alone.
     *
     * @param samples at two different dilations or more, the least first
     * @return {@link #value}
     */
    static double value(List<Sample> samples) {
        double intercept = Line.through(samples).intercept;
        // A line that leads below 0 says nothing of where a figure ends that cannot: anywhere up to what was measured.
        return intercept >= 0 ? intercept : samples.get(samples.size() - 1).mean();
    }

    /**
     * The bound as a share of the value.
     *
     * @return at least 0; infinite if the value is 0 and the bound is not; NaN if the bound is not known
     */
    double share() {
        return bound == 0 ? 0 : bound / value;
    }

    private static double t(double freedom) {
        return new TDistribution(null, freedom).inverseCumulativeProbability(UPPER_TAIL);
    }

    /** a + b / D. */
    record Line(double intercept, double slope) {
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

    /**
     * A sum of the medians of all dilations, each times a factor.
     *
     * @param samples at all dilations, the least first
     * @param factors one for each
     */
    private record Combination(List<Sample> samples, double[] factors) {
        /** The line's intercept. */
        static Combination ofLine(List<Sample> samples) {
            return of(samples, lineAt(samples, 0));
        }

        /** What the line says of another dilation, less what was measured there. */
        static Combination ofForetold(List<Sample> samples, Sample beyond) {
            List<Sample> all = new ArrayList<>(samples);
            all.add(beyond);
            ToDoubleFunction<Sample> line = lineAt(samples, 1 / beyond.dilation);
            return of(all, sample -> sample == beyond ? -1 : line.applyAsDouble(sample));
        }

        /** What each sample has to do with where the line through all is at an x, a 1 / D. */
        private static ToDoubleFunction<Sample> lineAt(List<Sample> samples, double x) {
            double weights = weights(samples);
            double middle = middle(samples);
            double spread = spread(samples);
            return sample -> sample.weight() * (1 / weights + (x - middle) * (1 / sample.dilation - middle) / spread);
        }

        /** By how much the parabola's intercept lies above the line's; nothing, if there are two dilations. */
        static Combination ofBend(List<Sample> samples) {
            if (samples.size() < 3) {
                return of(samples, sample -> 0);
            }
            double middle = middle(samples);
            double spread = spread(samples);
            double level = sum(samples, sample -> sample.weight() / square(sample.dilation)) / weights(samples);
            double slope = sum(samples, sample -> sample.weight() * (1 / sample.dilation - middle) / square(sample.dilation))
                / spread;
            // What is left of x² where the line nearest to it is taken away.
            ToDoubleFunction<Sample> rest = sample -> 1 / square(sample.dilation) - level - slope * (1 / sample.dilation - middle);
            double squares = sum(samples, sample -> sample.weight() * square(rest.applyAsDouble(sample)));
            double at0 = slope * middle - level;
            return of(samples, sample -> at0 * sample.weight() * rest.applyAsDouble(sample) / squares);
        }

        private static Combination of(List<Sample> samples, ToDoubleFunction<Sample> factor) {
            return new Combination(samples, samples.stream().mapToDouble(factor).toArray());
        }

        Combination plus(Combination other) {
            double[] sums = new double[factors.length];
            Arrays.setAll(sums, i -> factors[i] + other.factors[i]);
            return new Combination(samples, sums);
        }

        boolean isThere() {
            return Arrays.stream(factors).anyMatch(factor -> factor != 0);
        }

        /** What it comes to. */
        double end() {
            double end = 0;
            for (int i = 0; i < factors.length; i++) {
                end += factors[i] * samples.get(i).median();
            }
            return end;
        }

        /** How far other forks might have led, to either side; NaN with too few. */
        double reach() {
            double squares = 0;
            for (int i = 0; i < factors.length; i++) {
                Sample sample = samples.get(i);
                if (sample.forks.length < Interval.ENOUGH_FORKS) {
                    return Double.NaN;
                }
                squares += square(factors[i] / sample.dilation) / sample.forks.length;
            }
            double typical = new Median().evaluate(samples.stream().flatMapToDouble(sample -> Arrays.stream(sample.off()))
                .toArray());
            return TYPICAL * typical * Math.sqrt(squares);
        }

        private static double weights(List<Sample> samples) {
            return sum(samples, Sample::weight);
        }

        private static double middle(List<Sample> samples) {
            return sum(samples, sample -> sample.weight() / sample.dilation) / weights(samples);
        }

        private static double spread(List<Sample> samples) {
            double middle = middle(samples);
            return sum(samples, sample -> sample.weight() * square(1 / sample.dilation - middle));
        }

        private static double sum(List<Sample> samples, ToDoubleFunction<Sample> term) {
            return samples.stream().mapToDouble(term).sum();
        }

        private static double square(double number) {
            return number * number;
        }
    }
}
