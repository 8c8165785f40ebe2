package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class ScalabilityLawTest {
    private static final double[] CORES = {1, 2, 4, 8, 16, 32, 64, 128};

    @Test
    void aLawIsFoundAgain() {
        ScalabilityLaw law = fit(n -> 1e9 / 2e5 * (1 + 0.04 * (n - 1) + 0.0003 * n * (n - 1)));
        assertEquals(0.04, law.sigma(), 1e-9);
        assertEquals(0.0003, law.kappa(), 1e-9);
        assertEquals(2e5, law.lambda(), 1e-3);
        assertEquals(1, law.rSquared(), 1e-9);
        assertEquals(5000 * (1 + 0.04 * 255 + 0.0003 * 256 * 255), law.nanos(256), 1e-3);
        assertTrue(law.fits());
    }

    @Test
    void theKneeIsWhereAPageTakesTwiceAsLong() {
        ScalabilityLaw law = fit(n -> 5000 * (1 + 0.01 * (n - 1) + 0.0003 * n * (n - 1)));
        assertEquals(2 * law.nanos(1), law.nanos(law.knee()), 1e-3);
        assertEquals(101, fit(n -> 5000 * (1 + 0.01 * (n - 1))).knee(), 1e-6);
        assertEquals(Double.POSITIVE_INFINITY, fit(n -> 5000).knee());
    }

    @Test
    void thePeakIsWhereAllTogetherDoMost() {
        ScalabilityLaw law = fit(n -> 5000 * (1 + 0.1 * (n - 1) + 0.0004 * n * (n - 1)));
        double peak = law.peak();
        assertEquals(Math.sqrt(0.9 / 0.0004), peak, 1e-3);
        assertTrue(peak / law.nanos(peak) > (peak - 1) / law.nanos(peak - 1));
        assertTrue(peak / law.nanos(peak) > (peak + 1) / law.nanos(peak + 1));
        assertTrue(fit(n -> 5000 * (1 + 0.1 * (n - 1))).peak() > 1e6, "as good as never");
        assertEquals(Double.POSITIVE_INFINITY, fit(n -> 5000).peak());
        assertEquals(1, fit(n -> 5000 * (1 + 2 * (n - 1) + 0.01 * n * (n - 1))).peak());
    }

    /** Ever less growth, which contention and coherence cannot explain: neither is made negative for its sake. */
    @Test
    void whatBendsTheOtherWayDoesNotFit() {
        ScalabilityLaw law = fit(n -> 1000 * Math.sqrt(n));
        assertTrue(law.sigma() >= 0 && law.kappa() >= 0);
        assertFalse(law.fits());
    }

    @Test
    void whatGrowsFasterThanAnyCoherenceDoesNotFit() {
        assertFalse(fit(n -> 1000 * n * n * n).fits());
    }

    @Test
    void residualsWithAPatternDoNotFitHoweverSmall() {
        ScalabilityLaw law = fit(n -> 1000 * (1 + 0.1 * Math.log(n)));
        assertTrue(law.systematic());
        assertTrue(law.worst() < Law.MOST_RESIDUAL, "it is the pattern: " + law.worst());
        assertFalse(law.fits());
    }

    /** Another socket's time is neither contention nor coherence, though both could be led through it. */
    @Test
    void aJumpIsAStepAndGrowthIsNone() {
        ScalabilityLaw law = fit(n -> (n > 16 ? 1.6 : 1) * 1000 * (1 + 0.01 * n));
        assertEquals(new ScalabilityLaw.Step(16, 32), law.step());
        assertFalse(law.fits());
        for (double kappa : new double[] {0, 0.001, 0.1}) {
            assertFalse(fit(n -> 1000 * (1 + 0.01 * (n - 1) + kappa * n * (n - 1))).step().known());
        }
    }

    @Test
    void scatterIsNoPattern() {
        int fitted = 0;
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            ScalabilityLaw law = fit(n -> 5000 * (1 + 0.04 * (n - 1) + 0.0003 * n * (n - 1))
                * Math.exp(0.03 * random.nextGaussian()));
            fitted += law.fits() ? 1 : 0;
        }
        assertTrue(fitted > 180, "an F test at 5 % is wrong once in twenty: " + fitted);
    }

    @Test
    void noNearerLawIsMissed() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            double[] nanos = Arrays.stream(CORES).map(n -> 1000 * Math.pow(n, random.nextDouble())
                * Math.exp(0.2 * random.nextGaussian())).toArray();
            ScalabilityLaw law = ScalabilityLaw.fit(CORES, nanos).get();
            double squares = squares(nanos, law.sigma(), law.kappa(), law.lambda());
            for (int i = 0; i < 500; i++) {
                double other = squares(nanos, near(random, law.sigma()), near(random, law.kappa()), near(random,
                    law.lambda()));
                assertTrue(other >= squares - 1e-12, seed + ": " + other + " < " + squares);
            }
        }
    }

    private static double near(Random random, double value) {
        return Math.max(0, value * (1 + 0.1 * random.nextGaussian())
            + (random.nextBoolean() ? 0 : 0.001 * random.nextGaussian()));
    }

    private static double squares(double[] nanos, double sigma, double kappa, double lambda) {
        double squares = 0;
        for (int i = 0; i < nanos.length; i++) {
            double n = CORES[i];
            squares += Math.pow(1 - 1e9 / lambda * (1 + sigma * (n - 1) + kappa * n * (n - 1)) / nanos[i], 2);
        }
        return squares;
    }

    @Test
    void threePointsTellNothing() {
        assertEquals(Optional.empty(), ScalabilityLaw.fit(new double[] {1, 2, 4, 4}, new double[] {1, 2, 3, 4}));
    }

    @Test
    void whatIsNoFigureIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> ScalabilityLaw.fit(CORES, new double[] {1}));
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class,
                () -> ScalabilityLaw.fit(new double[] {1, 2, 4, 8}, new double[] {1, 2, bad, 4}));
        }
        assertThrows(IllegalArgumentException.class,
            () -> ScalabilityLaw.fit(new double[] {0, 2, 4, 8}, new double[] {1, 2, 3, 4}));
    }

    @Test
    void timesOfAnySizeAreFitted() {
        double[] cores = {1, 2, 512, 1024};
        ScalabilityLaw law = ScalabilityLaw.fit(cores, new double[] {1e-6, 1e18, 1e-6, 1e18}).get();
        assertFalse(law.fits());
        assertTrue(Double.isFinite(law.lambda()));
    }

    private static ScalabilityLaw fit(DoubleUnaryOperator time) {
        return ScalabilityLaw.fit(CORES, Arrays.stream(CORES).map(time).toArray()).get();
    }
}
