package dev.salvo.results;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A logarithmic axis.
 *
 * @param low  its lower end, above 0
 * @param high its upper end, above {@code low}
 */
record LogAxis(double low, double high) {
    private static final int[] STEPS = {1, 2, 5};
    private static final double ROUNDING = 1e-9;
    /** Nanoseconds. No time of ours is shorter, but for what an extrapolation leaves of one. */
    private static final double LEAST_TIME = 1e-6;

    /** The shortest axis from a step of 1-2-5 to another that holds two values, both above 0, and spans some room. */
    static LogAxis around(double least, double most) {
        double low = step(Math.floor(steps(least) + ROUNDING));
        double high = step(Math.ceil(steps(most) - ROUNDING));
        return high / low < 4 ? new LogAxis(step(steps(low) - 1), step(steps(high) + 1)) : new LogAxis(low, high);
    }

    /** The same for times, of which those that are not above 0 have no place: they are drawn at the lower end. */
    static LogAxis aroundTimes(double... times) {
        double most = Arrays.stream(times).max().orElse(0);
        double least = Arrays.stream(times).filter(time -> time >= LEAST_TIME).min().orElse(1);
        return around(least, Math.max(least, most));
    }

    /** Where a value lies: 0 at the lower end, 1 at the upper, held within. */
    double at(double value) {
        double at = Math.log(value / low) / Math.log(high / low);
        return Math.min(1, Math.max(0, at));
    }

    /** At most so many round values on the axis: steps of 1-2-5, or decades, or every second decade, and so on. */
    List<Double> ticks(int most) {
        List<Double> ticks = ticks(1, STEPS.length);
        for (int decades = 1; ticks.size() > most; decades++) {
            ticks = ticks(decades, 1);
        }
        return ticks;
    }

    private List<Double> ticks(int decades, int stepsEach) {
        List<Double> ticks = new ArrayList<>();
        int first = (int) Math.floor(Math.log10(low));
        for (int decade = first; Math.pow(10, decade) <= high * (1 + ROUNDING); decade++) {
            for (int i = 0; i < stepsEach && Math.floorMod(decade, decades) == 0; i++) {
                double tick = STEPS[i] * Math.pow(10, decade);
                if (tick >= low * (1 - ROUNDING) && tick <= high * (1 + ROUNDING)) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    /** How many steps of 1-2-5 a value is from 1, with a fraction between steps. */
    private static double steps(double value) {
        double decade = Math.floor(Math.log10(value) + ROUNDING);
        double rest = value / Math.pow(10, decade);
        double within = 0;
        for (int i = 0; i < STEPS.length; i++) {
            double next = i + 1 < STEPS.length ? STEPS[i + 1] : 10;
            if (rest >= STEPS[i] * (1 - ROUNDING)) {
                within = i + Math.log(Math.max(1, rest / STEPS[i])) / Math.log(next / STEPS[i]);
            }
        }
        return decade * STEPS.length + within;
    }

    private static double step(double steps) {
        long whole = Math.round(steps);
        return STEPS[(int) Math.floorMod(whole, (long) STEPS.length)]
            * Math.pow(10, Math.floorDiv(whole, (long) STEPS.length));
    }
}
