package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicatesTest {
    private static final double EXACT = 1e-9;
    private static final int TRIALS = 4000;
    private static final int ITERATIONS = 5;
    private static final double DRIFT = 0.2;
    private static final double SCATTER = 0.10;
    private static final double MET = 0.2;
    private static final double LENGTHENED = 3;
    /** Of Student's t with so many degrees of freedom are the tails of the scatter. */
    private static final int TAILS = 4;

    @Test
    void theFigureIsTheMeanWhateverTheOrder() {
        Replicates replicates = Replicates.of(new int[] {7, 2, 4}, new double[] {30, 10, 80});
        assertEquals(40, replicates.mean(), EXACT);
        assertEquals(3, replicates.count());
        assertArrayEquals(new int[] {2, 4, 7}, replicates.rounds());
        assertArrayEquals(new double[] {10, 80, 30}, replicates.figures());
    }

    /** Student's t with two degrees of freedom exceeds 5.6428 in 1.5 % and 3.5783 in 3.5 %, by its closed form. */
    @Test
    void theIntervalIsStudentsOnLogarithmsFartherUpThanDown() {
        double[] figures = {100 * Math.exp(-0.1), 100, 100 * Math.exp(0.1)};
        Replicates replicates = Replicates.of(new int[] {1, 2, 3}, figures);
        double mean = Arrays.stream(figures).average().getAsDouble();
        assertEquals(mean * Math.exp(5.6428 * 0.1 / Math.sqrt(3)), replicates.high(), 1e-2);
        assertEquals(mean / Math.exp(3.5783 * 0.1 / Math.sqrt(3)), replicates.low(), 1e-2);
        assertEquals(replicates.high() / mean - 1, replicates.halfWidthShare(), EXACT);
    }

    @Test
    void theIntervalOfAPointThatScattersLessThanOthersIsNoNarrowerThanByTheirScatter() {
        Replicates wide = Replicates.of(new int[] {1, 2, 3}, new double[] {100 * Math.exp(-0.1), 100, 100 * Math.exp(0.1)});
        Replicates narrow = Replicates.of(new int[] {1, 2, 3}, new double[] {70, 70, 70});
        assertEquals(0.1, wide.scatter(), EXACT);
        assertEquals(wide.halfWidthShare(), narrow.halfWidthShare(0.1), EXACT);
        assertEquals(wide.halfWidthShare(), wide.halfWidthShare(0.05), EXACT);
        assertEquals(0, narrow.halfWidthShare(0), EXACT);
        assertEquals(0.1, narrow.scatterOfGain(wide), EXACT);
        assertEquals(narrow.gain(wide).halfWidthShare(), narrow.halfWidthShareOfGain(wide, 0.01), EXACT);
        assertEquals(narrow.gain(wide).halfWidthShare(), narrow.halfWidthShareOfGain(narrow, 0.1), EXACT);
        Replicates others = Replicates.of(new int[] {4, 5, 6}, new double[] {1, 2, 3});
        assertEquals(Double.POSITIVE_INFINITY, narrow.halfWidthShareOfGain(others, 0));
        assertTrue(Double.isNaN(narrow.scatterOfGain(others)));
        assertEquals(Replicates.of(new int[] {1, 2}, new double[] {70, 70}), narrow.butLast().orElseThrow());
        assertEquals(Double.POSITIVE_INFINITY, narrow.butLast().orElseThrow().halfWidthShare(0));
        assertTrue(Replicates.of(new int[] {1}, new double[] {70}).butLast().isEmpty());
    }

    @Test
    void twoTellNothing() {
        Replicates two = Replicates.of(new int[] {1, 2}, new double[] {10, 11});
        assertTrue(Double.isNaN(two.low()) && Double.isNaN(two.high()));
        assertEquals(Double.POSITIVE_INFINITY, two.halfWidthShare());
        Replicates.Gain gain = two.gain(two);
        assertEquals(1, gain.ratio(), EXACT);
        assertEquals(Double.POSITIVE_INFINITY, gain.halfWidthShare());
    }

    @Test
    void aGainIsOfTheRoundsThatBothHaveAndWhatWasSlowForBothCancels() {
        Replicates sync = Replicates.of(new int[] {1, 2, 3, 4, 9}, new double[] {500, 900, 700, 510, 1e6});
        Replicates batched = Replicates.of(new int[] {4, 3, 2, 1, 5}, new double[] {51, 70, 90, 50, 1});
        Replicates.Gain gain = batched.gain(sync);
        assertEquals(10, gain.ratio(), EXACT);
        assertEquals(10, gain.low(), EXACT);
        assertEquals(10, gain.high(), EXACT);
        assertTrue(sync.sharedWith(batched).halfWidthShare() > 0.4);
        assertTrue(Double.isNaN(batched.gain(Replicates.of(new int[] {6}, new double[] {3})).ratio()));
    }

    /** With two degrees of freedom t exceeds 4.3027 in 2.5 %, and 6.2053 in 1.25 %. */
    @Test
    void oneOfTwoGainsHasHalfTheRisk() {
        Replicates one = Replicates.of(new int[] {1, 2, 3}, new double[] {100, 100, 100});
        Replicates other = Replicates.of(new int[] {1, 2, 3}, new double[] {90, 100, 100 / 0.9});
        double error = Math.log(1 / 0.9) / Math.sqrt(3);
        assertEquals(4.3027 * error, Math.log(one.gain(other).high() / one.gain(other).ratio()), 1e-4);
        assertEquals(6.2053 * error, Math.log(one.gain(other, 2).high() / one.gain(other).ratio()), 1e-4);
        assertEquals(one.gain(other).ratio() * one.gain(other).ratio(), one.gain(other).low() * one.gain(other).high(), 1e-6);
    }

    @Test
    void whatIsNoFigureOfARoundIsRefused() {
        assertTrue(refused(new int[] {1, 1}, 5, 6).contains("round 1 twice"));
        assertTrue(refused(new int[] {1, 2}, 5).contains("2 rounds and 1 figures"));
        assertTrue(refused(new int[] {}).contains("at least one"));
        for (double figure : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertTrue(refused(new int[] {1, 2}, 5, figure).contains("round 2 has the figure " + figure));
        }
    }

    private static String refused(int[] rounds, double... figures) {
        return assertThrows(IllegalArgumentException.class, () -> Replicates.of(rounds, figures)).getMessage();
    }

    /** Symmetric limits on the same logarithms, t(2.5 %), hold it in 91 to 94 %. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 8})
    void theIntervalHoldsTheMeanOverTheRunsTimeUnderHeavyTailsDriftAndShortDisturbances(int n) {
        Random random = new Random(n);
        double truth = meanOverTheRunsTime();
        int held = 0;
        for (int i = 0; i < TRIALS; i++) {
            Replicates run = run(n, 1, times(n, random), random);
            held += run.low() <= truth && truth <= run.high() ? 1 : 0;
        }
        assertTrue(held >= 0.93 * TRIALS, held / (double) TRIALS + " of " + n);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 8})
    void theIntervalOfAGainHoldsIt(int n) {
        Random random = new Random(n);
        int held = 0;
        for (int i = 0; i < TRIALS; i++) {
            double[] times = times(n, random);
            Replicates.Gain gain = run(n, 1, times, random).gain(run(n, 7, times, random));
            held += gain.low() <= 7 && 7 <= gain.high() ? 1 : 0;
        }
        assertTrue(held >= 0.93 * TRIALS, held / (double) TRIALS + " of " + n);
    }

    @Test
    void whereNothingDisturbsTheIntervalIsNarrow() {
        Random random = new Random(1);
        double[] shares = new double[TRIALS];
        double[] ofGains = new double[TRIALS];
        for (int i = 0; i < TRIALS; i++) {
            Replicates one = quiet(random);
            shares[i] = one.halfWidthShare();
            ofGains[i] = one.gain(quiet(random)).halfWidthShare();
        }
        Arrays.sort(shares);
        Arrays.sort(ofGains);
        assertTrue(shares[TRIALS / 2] < 0.045, "median " + shares[TRIALS / 2]);
        assertTrue(ofGains[TRIALS / 2] < 0.055, "median " + ofGains[TRIALS / 2]);
    }

    private static Replicates quiet(Random random) {
        return Replicates.of(IntStream.rangeClosed(1, 5).toArray(),
            random.doubles(5).map(any -> 100 * Math.exp(0.03 * random.nextGaussian())).toArray());
    }

    /** When in the run each round measures, 0 to 1: somewhere in the time that is its own. */
    private static double[] times(int n, Random random) {
        return IntStream.range(0, n).mapToDouble(i -> (i + random.nextDouble()) / n).toArray();
    }

    private static Replicates run(int n, double scale, double[] times, Random random) {
        return Replicates.of(IntStream.rangeClosed(1, n).toArray(),
            Arrays.stream(times).map(time -> scale * figure(time, random)).toArray());
    }

    /** A JVM's mean of its iterations, one of which a disturbance may lengthen. */
    private static double figure(double time, Random random) {
        double sum = ITERATIONS + (random.nextDouble() < MET ? LENGTHENED - 1 : 0);
        return Math.exp(SCATTER * heavyTailed(random) + DRIFT * (time - 0.5)) * sum / ITERATIONS;
    }

    private static double meanOverTheRunsTime() {
        Random random = new Random(99);
        double scattered = random.doubles(1_000_000).map(any -> Math.exp(SCATTER * heavyTailed(random))).average().getAsDouble();
        double drifted = (Math.exp(DRIFT / 2) - Math.exp(-DRIFT / 2)) / DRIFT;
        return scattered * drifted * (1 + MET * (LENGTHENED - 1) / ITERATIONS);
    }

    /** Of standard deviation 1. */
    private static double heavyTailed(Random random) {
        double squares = 0;
        for (int i = 0; i < TAILS; i++) {
            double each = random.nextGaussian();
            squares += each * each;
        }
        return random.nextGaussian() / Math.sqrt(squares / TAILS) / Math.sqrt(TAILS / (TAILS - 2.0));
    }
}
