package dev.salvo.results;

import java.util.List;

/**
 * How far off a figure may be in runs that do not tell which of their forks were measured in one round, as it has been told
 * of them ever since: as far to either side, |value - mean at the largest D| plus half the 95 % interval of that mean over
 * its forks; and straight where every median between the least and the largest D lies on the line, to within half its
 * forks' interval or 2 % of the value, whichever is more. Nothing of them is refused: what they count as slip holds
 * messages that were not late, of an interconnect that has been mended since.
 */
final class BoundAsBefore {
    private static final double STRAIGHT = 0.02;

    private BoundAsBefore() {
    }

    /** Of a time or a share. */
    static Extrapolation of(List<Extrapolation.Sample> measured) {
        List<Extrapolation.Sample> samples = Extrapolation.sorted(measured);
        Extrapolation.Line line = Extrapolation.Line.through(samples);
        Extrapolation.Sample largest = samples.get(samples.size() - 1);
        double value = Extrapolation.value(samples);
        double bound = Math.abs(Math.max(0, line.intercept()) - largest.mean()) + largest.halfWidth();
        List<Extrapolation.Sample> between = samples.subList(1, samples.size() - 1);
        boolean straight = !between.isEmpty() && between.stream().allMatch(sample -> isOn(line, sample, STRAIGHT * value));
        return within(value, bound, straight ? Straightness.STRAIGHT : Straightness.BENT);
    }

    /** Of a rate, whose time for one is on the line: as great a share of it is the bound. */
    static Extrapolation inverse(Extrapolation time) {
        return within(1 / time.value(), time.share() / time.value(), time.straightness());
    }

    private static Extrapolation within(double value, double bound, Straightness straightness) {
        Interval interval = Interval.within(value, bound == 0 ? 0 : bound / value);
        return new Extrapolation(value, bound, interval.low(), interval.high(), straightness);
    }

    private static boolean isOn(Extrapolation.Line line, Extrapolation.Sample sample, double tolerance) {
        double scatter = sample.halfWidth();
        return Math.abs(sample.median() - line.at(sample.dilation()))
            <= Math.max(Double.isNaN(scatter) ? 0 : scatter, tolerance);
    }
}
