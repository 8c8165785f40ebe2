package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class IntervalTest {
    private static final double T_OF_2 = 4.302653; // Student's t, 97.5 %, 2 degrees of freedom, from printed tables

    @Test
    void oneIterationTellsNothing() {
        Interval interval = Interval.around(100, new double[][] {{100}});
        assertTrue(Double.isNaN(interval.low()) && Double.isNaN(interval.high()));
    }

    @Test
    void theFactorIsStudentsOverTheLogarithmsOfTheIterations() {
        double[] iterations = {100 * Math.exp(-0.1), 100, 100 * Math.exp(0.1)};
        Interval interval = Interval.around(100, new double[][] {iterations});
        double factor = Math.exp(T_OF_2 * 0.1 / Math.sqrt(3));
        assertEquals(100 / factor, interval.low(), 1e-3);
        assertEquals(100 * factor, interval.high(), 1e-3);
        assertEquals(Interval.Samples.ITERATIONS, interval.over());
    }

    @Test
    void threeForksAreThreeSamplesHoweverQuietTheirIterations() {
        double[][] forks = {{90, 90, 90, 90}, {100, 100, 100, 100}, {111.111, 111.111, 111.111, 111.111}};
        Interval interval = Interval.around(100, forks);
        assertEquals(100 * Math.exp(T_OF_2 * Math.log(1 / 0.9) / Math.sqrt(3)), interval.high(), 0.01);
        assertEquals(Interval.Samples.FORKS, interval.over());
    }

    @Test
    void theNoiseWithinThreeForksCountsThroughTheirMeansOnly() {
        Interval interval = Interval.around(100, new double[][] {{50, 150}, {20, 180}, {99, 101}});
        assertEquals(100, interval.low(), 1e-9);
        assertEquals(100, interval.high(), 1e-9);
    }

    @Test
    void twoForksThatDisagreeAreBothCovered() {
        Interval interval = Interval.around(150, new double[][] {{100, 100, 100, 100, 100}, {200, 200, 200, 200, 200}});
        assertTrue(interval.low() <= 100 && interval.high() >= 200, interval.toString());
        assertEquals(Interval.Samples.ITERATIONS, interval.over());
    }

    @Test
    void oneWildIterationLeavesTheLowerEndAboveZeroAndNearerThanTheUpper() {
        Interval interval = Interval.around(280, new double[][] {{100, 100, 100, 100, 1000}});
        assertTrue(interval.low() > 0, interval.toString());
        assertTrue(interval.high() - 280 > 280 - interval.low(), interval.toString());
    }

    @Test
    void nineteenIntervalsInTwentyCoverTheTrueMean() {
        Random random = new Random(1);
        int covered = 0;
        int trials = 4000;
        for (int i = 0; i < trials; i++) {
            double[] iterations = DoubleStream.generate(() -> 100 + 5 * random.nextGaussian()).limit(5).toArray();
            Interval interval = Interval.around(DoubleStream.of(iterations).average().getAsDouble(),
                new double[][] {iterations});
            covered += interval.low() <= 100 && 100 <= interval.high() ? 1 : 0;
        }
        assertEquals(0.95, covered / (double) trials, 0.012);
    }
}
