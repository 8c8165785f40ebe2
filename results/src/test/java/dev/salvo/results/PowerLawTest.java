package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PowerLawTest {
    private static final double[] CORES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
    private static final double EXACT = 1e-9;

    @ParameterizedTest
    @ValueSource(doubles = {-2, -0.5, 0.25, 1, 1.5, 3})
    void anExactLawIsRecovered(double exponent) {
        PowerLaw law = PowerLaw.fit(CORES, of(70, exponent)).orElseThrow();
        assertEquals(70, law.factor(), 70 * EXACT);
        assertEquals(exponent, law.exponent(), EXACT);
        assertEquals(0, law.exponentError(), 1e-6);
        assertEquals(1, law.rSquared(), EXACT);
        assertEquals(1, law.from());
        assertEquals(1024, law.to());
    }

    @Test
    void whatDoesNotGrowHasExponentZeroAndNothingToAccountFor() {
        PowerLaw law = PowerLaw.fit(CORES, of(5, 0)).orElseThrow();
        assertEquals(0, law.exponent(), EXACT);
        assertTrue(Double.isNaN(law.rSquared()));
    }

    /** A 95 % interval: of 1000 such sets of points it misses the truth in about 50. */
    @Test
    void theIntervalCoversTheTruthInNineteenOfTwentySetsOfNoisyPoints() {
        Random random = new Random(4);
        int covered = 0;
        for (int set = 0; set < 1000; set++) {
            double[] y = Arrays.stream(of(300, 1.2)).map(each -> each * Math.exp(0.2 * random.nextGaussian()))
                .toArray();
            PowerLaw law = PowerLaw.fit(CORES, y).orElseThrow();
            covered += Math.abs(law.exponent() - 1.2) <= law.exponentError() ? 1 : 0;
            assertTrue(law.rSquared() > 0.9 && law.rSquared() < 1, "R² " + law.rSquared());
        }
        assertTrue(covered >= 925 && covered <= 975, covered + " of 1000");
    }

    @Test
    void everyPointCountsByItsRatioNotByItsSize() {
        double[] y = of(10, 1);
        y[0] *= 4;
        double low = PowerLaw.fit(CORES, y).orElseThrow().exponent();
        double[] other = of(10, 1);
        other[10] *= 4;
        assertEquals(2, low + PowerLaw.fit(CORES, other).orElseThrow().exponent(), EXACT);
    }

    @Test
    void fewerThanThreeDifferentPlacesTellNothing() {
        assertEquals(Optional.empty(), PowerLaw.fit(new double[] {}, new double[] {}));
        assertEquals(Optional.empty(), PowerLaw.fit(new double[] {8, 16}, new double[] {1, 2}));
        assertEquals(Optional.empty(), PowerLaw.fit(new double[] {8, 16, 8, 16}, new double[] {1, 2, 3, 4}));
        assertTrue(PowerLaw.fit(new double[] {8, 16, 32}, new double[] {1, 2, 3}).isPresent());
    }

    @Test
    void whatHasNoLogarithmIsRefused() {
        double[] three = {1, 2, 3};
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            double[] y = {1, bad, 3};
            assertEquals("a power law through " + bad + "; accepted: figures above 0",
                assertThrows(IllegalArgumentException.class, () -> PowerLaw.fit(three, y)).getMessage());
            assertThrows(IllegalArgumentException.class, () -> PowerLaw.fit(y, three));
        }
        assertEquals("3 x and 2 y; accepted: as many of each", assertThrows(IllegalArgumentException.class,
            () -> PowerLaw.fit(three, new double[2])).getMessage());
    }

    private static double[] of(double factor, double exponent) {
        return Arrays.stream(CORES).map(x -> factor * Math.pow(x, exponent)).toArray();
    }
}
