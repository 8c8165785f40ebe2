package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class ExtrapolationTest {
    private static final double T_OF_3_FORKS = 4.302653; // Student's, 2 degrees of freedom, 97.5 %

    @Test
    void onALineTheHostsPartIsTakenAwayExactly() {
        Extrapolation figure = of(d -> 330 + 200_000 / d);
        assertEquals(330, figure.value(), 1e-9);
        assertEquals(50, figure.bound(), 1e-9); // 200000 / 4000, the forks agree
        assertEquals(50 / 330.0, figure.share(), 1e-9);
        assertTrue(figure.straight());
    }

    @Test
    void theOrderOfTheDilationsDoesNotMatter() {
        List<Extrapolation.Sample> samples = samples(d -> 330 + 200_000 / d);
        List<Extrapolation.Sample> turned = new ArrayList<>(List.of(samples.get(2), samples.get(0), samples.get(1)));
        assertEquals(Extrapolation.of(samples), Extrapolation.of(turned));
    }

    @Test
    void theScatterOfTheForksAtTheLargestDilationIsInTheBound() {
        Extrapolation figure = Extrapolation.of(List.of(sample(1000, 100, 100, 100), sample(2000, 100, 100, 100),
            sample(4000, 98, 100, 102)));
        assertEquals(100, figure.value(), 1e-9);
        assertEquals(T_OF_3_FORKS * 2 / Math.sqrt(3), figure.bound(), 1e-4);
    }

    @Test
    void oneDisturbedForkOfThreeWidensTheBoundAndDoesNotMoveTheValue() {
        Extrapolation figure = Extrapolation.of(List.of(sample(1000, 100, 100, 100), sample(2000, 100, 160, 100),
            sample(4000, 100, 100, 180)));
        assertEquals(100, figure.value(), 1e-9);
        assertTrue(figure.bound() > 80 && figure.straight(), figure.toString());
    }

    /** By luck the forks agree; but how far they moved the line is in the bound in full. */
    @Test
    void theMeasuredFigureIsAlwaysWithinTheBound() {
        Random random = new Random(11);
        for (int i = 0; i < 1000; i++) {
            List<Extrapolation.Sample> samples = samples(d -> 100 + random.nextInt(100_000) / d
                + random.nextGaussian());
            Extrapolation figure = Extrapolation.of(samples);
            assertTrue(Math.abs(figure.value() - samples.get(2).mean()) <= figure.bound() + 1e-9);
        }
    }

    /** As it should be for a 95 % interval and more; the host's noise shrinks as 1 / D. */
    @Test
    void theBoundHoldsTheTruthInNearlyAllOfManyNoisyRuns() {
        Random random = new Random(7);
        int held = 0;
        for (int i = 0; i < 2000; i++) {
            Extrapolation figure = of(d -> 330 + 100_000 / d + random.nextGaussian() * 50_000 / d);
            held += Math.abs(figure.value() - 330) <= figure.bound() ? 1 : 0;
        }
        assertTrue(held > 2000 * 0.95, held + " of 2000");
    }

    @Test
    void aKneeIsNotALine() {
        Extrapolation knee = Extrapolation.of(List.of(sample(1000, 100, 100, 100), sample(2000, 200, 200, 200),
            sample(4000, 110, 110, 110)));
        assertFalse(knee.straight());
        Extrapolation bent = of(d -> 330 + 400_000 / d - 2.67e8 / d / d); // flat at its end: the bound sees nothing
        assertFalse(bent.straight());
    }

    /** What bends upwards extrapolates too low; that much is within the bound, which says it. */
    @Test
    void aCurveThatRisesAllTheWayIsWithinItsOwnBound() {
        Extrapolation figure = of(d -> 330 + 1e8 / d / d);
        assertTrue(figure.value() < 330 && figure.value() + figure.bound() > 330, figure.toString());
    }

    @Test
    void aBendOfTwoPercentIsStraightEnough() {
        assertTrue(Extrapolation.of(List.of(sample(1000, 100), sample(2000, 101.5), sample(4000, 100))).straight());
        assertFalse(Extrapolation.of(List.of(sample(1000, 100), sample(2000, 106), sample(4000, 100))).straight());
    }

    @Test
    void twoDilationsCannotShowALine() {
        Extrapolation figure = Extrapolation.of(samples(d -> 330 + 200_000 / d).subList(0, 2));
        assertEquals(330, figure.value(), 1e-9);
        assertFalse(figure.straight());
    }

    @Test
    void withFewerThanThreeForksTheBoundIsNotKnown() {
        Extrapolation figure = Extrapolation.of(List.of(sample(1000, 100, 101), sample(2000, 100, 101),
            sample(4000, 100, 101)));
        assertEquals(100.5, figure.value(), 1e-9);
        assertTrue(Double.isNaN(figure.bound()) && Double.isNaN(figure.share()) && figure.straight());
    }

    /** Nothing here can be below 0, so a line that leads there is not believed: what was measured is, give or take all. */
    @Test
    void aLineThatLeadsBelowZeroIsNotBelieved() {
        Extrapolation figure = of(d -> 100_000 / d - 10);
        assertEquals(15, figure.value());
        assertEquals(15, figure.bound(), 1e-9);
        assertEquals(1, figure.share(), 1e-9);
        assertEquals(new Extrapolation(0, 0, true), of(d -> 0));
        assertEquals(0, of(d -> 0).share());
    }

    @Test
    void oneDilationIsNoLine() {
        assertThrows(IllegalArgumentException.class, () -> Extrapolation.of(List.of()));
        assertThrows(IllegalArgumentException.class, () -> Extrapolation.of(List.of(sample(1000, 1))));
        assertThrows(IllegalArgumentException.class,
            () -> Extrapolation.of(List.of(sample(1000, 1), sample(1000, 2), sample(2000, 2))));
    }

    private static Extrapolation of(DoubleUnaryOperator figure) {
        return Extrapolation.of(samples(figure));
    }

    private static List<Extrapolation.Sample> samples(DoubleUnaryOperator figure) {
        return List.of(three(1000, figure), three(2000, figure), three(4000, figure));
    }

    private static Extrapolation.Sample three(double dilation, DoubleUnaryOperator figure) {
        return sample(dilation, figure.applyAsDouble(dilation), figure.applyAsDouble(dilation),
            figure.applyAsDouble(dilation));
    }

    private static Extrapolation.Sample sample(double dilation, double... forks) {
        return new Extrapolation.Sample(dilation, forks);
    }
}
