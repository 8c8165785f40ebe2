package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class BoundAsBeforeTest {
    private static final double T_OF_3_FORKS = 4.302653; // Student's, 2 degrees of freedom, 97.5 %

    @Test
    void theBoundIsTheWayFromTheLargestDilationToEitherSide() {
        Extrapolation figure = of(d -> 330 + 200_000 / d);
        assertEquals(330, figure.value(), 1e-9);
        assertEquals(50, figure.bound(), 1e-9); // 200000 / 4000, the forks agree
        assertEquals(280, figure.low(), 1e-9);
        assertEquals(380, figure.high(), 1e-9);
        assertEquals(Straightness.STRAIGHT, figure.straightness());
    }

    @Test
    void theScatterOfTheForksAtTheLargestDilationIsInTheBound() {
        Extrapolation figure = BoundAsBefore.of(List.of(sample(1000, 100, 100, 100), sample(2000, 100, 100, 100),
            sample(4000, 98, 100, 102)));
        assertEquals(T_OF_3_FORKS * 2 / Math.sqrt(3), figure.bound(), 1e-4);
    }

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
    void whatWasNotShownToBeALineIsNone() {
        assertEquals(Straightness.BENT, of(d -> 330 + 400_000 / d - 2.67e8 / d / d).straightness());
        assertEquals(Straightness.STRAIGHT, BoundAsBefore.of(List.of(sample(1000, 100), sample(2000, 101.5),
            sample(4000, 100))).straightness());
        assertEquals(Straightness.BENT, BoundAsBefore.of(List.of(sample(1000, 100), sample(2000, 106),
            sample(4000, 100))).straightness());
        assertEquals(Straightness.BENT, BoundAsBefore.of(List.of(sample(1000, 100), sample(2000, 100))).straightness());
    }

    @Test
    void withFewerThanThreeForksTheBoundIsNotKnown() {
        Extrapolation figure = BoundAsBefore.of(List.of(sample(1000, 100, 101), sample(2000, 100, 101),
            sample(4000, 100, 101)));
        assertTrue(Double.isNaN(figure.bound()) && figure.straightness() == Straightness.STRAIGHT);
    }

    @Test
    void aLineThatLeadsBelowZeroIsNotBelieved() {
        Extrapolation figure = of(d -> 100_000 / d - 10);
        assertEquals(15, figure.value());
        assertEquals(15, figure.bound(), 1e-9);
    }

    private static Extrapolation of(DoubleUnaryOperator figure) {
        return BoundAsBefore.of(List.of(three(1000, figure), three(2000, figure), three(4000, figure)));
    }

    private static Extrapolation.Sample three(double dilation, DoubleUnaryOperator figure) {
        return sample(dilation, figure.applyAsDouble(dilation), figure.applyAsDouble(dilation),
            figure.applyAsDouble(dilation));
    }

    private static Extrapolation.Sample sample(double dilation, double... forks) {
        return new Extrapolation.Sample(dilation, forks);
    }
}
