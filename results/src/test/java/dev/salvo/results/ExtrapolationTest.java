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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtrapolationTest {
    private static final double T_OF_3_FORKS = 4.302653; // Student's, 2 degrees of freedom, 97.5 %

    @Test
    void onALineTheHostsPartIsTakenAwayExactlyAndTheIntervalReachesUpToWhatWasMeasured() {
        Extrapolation figure = of(d -> 330 + 200_000 / d);
        assertEquals(330, figure.value(), 1e-9);
        assertEquals(330, figure.low(), 1e-9);
        assertEquals(380, figure.high(), 1e-9); // 200000 / 4000 above, the forks agree
        assertEquals(50 / 330.0, figure.share(), 1e-9);
        assertEquals(Straightness.STRAIGHT, figure.straightness());
    }

    @Test
    void theOrderOfTheDilationsDoesNotMatter() {
        List<Extrapolation.Sample> samples = samples(d -> 330 + 200_000 / d);
        List<Extrapolation.Sample> turned = new ArrayList<>(List.of(samples.get(2), samples.get(0), samples.get(1)));
        assertEquals(Extrapolation.of(samples), Extrapolation.of(turned));
    }

    @Test
    void whatIsSaturatedIsTheSameAtEveryDilationAndNothingIsAddedToIt() {
        Extrapolation figure = of(d -> 1124);
        assertEquals(1124, figure.value(), 1e-9);
        assertEquals(0, figure.share(), 1e-12);
        assertEquals(Straightness.STRAIGHT, figure.straightness());
    }

    @Test
    void theScatterOfTheForksAtTheLargestDilationIsInTheInterval() {
        Extrapolation figure = Extrapolation.of(List.of(sample(1000, 100, 100, 100), sample(2000, 100, 100, 100),
            sample(4000, 98, 100, 102)));
        assertEquals(100, figure.value(), 1e-9);
        assertEquals(T_OF_3_FORKS * 2 / Math.sqrt(3), figure.bound(), 1e-4);
        assertEquals(figure.high() - figure.value(), figure.value() - figure.low(), 1e-9);
    }

    @Test
    void oneDisturbedForkOfThreeWidensTheIntervalUpwardsOnly() {
        Extrapolation figure = Extrapolation.of(List.of(sample(1000, 100, 100, 100), sample(2000, 100, 100, 100),
            sample(4000, 100, 100, 180)));
        assertEquals(100, figure.value(), 1e-9);
        assertEquals(100, figure.low(), 1e-9);
        assertTrue(figure.high() > 180, figure.toString());
        assertTrue(figure.share() > Extrapolation.MOST_BOUND, "and is refused: " + figure);
    }

    /** By hand: of the medians at D, 2D and 4D the parabola's end takes 1/3, -2 and 8/3. */
    @Test
    void whatAllForksScatterByMovesTheParabolasEndMost() {
        Extrapolation figure = Extrapolation.of(List.of(sample(1000, 96, 100, 104), sample(2000, 98, 100, 102),
            sample(4000, 99, 100, 101)));
        double inHostTime = 5 * 4000 / Math.sqrt(3);
        assertEquals(inHostTime * Math.sqrt(Math.pow(1 / 3.0 / 1000, 2) + Math.pow(2.0 / 2000, 2)
            + Math.pow(8 / 3.0 / 4000, 2)), figure.bound(), 1e-6);
        assertEquals(figure.high() - figure.value(), figure.value() - figure.low(), 1e-9);
    }

    @Test
    void aDisturbedForkAtAnotherDilationMovesNothing() {
        Extrapolation figure = Extrapolation.of(List.of(sample(1000, 100, 100, 100), sample(2000, 100, 160, 100),
            sample(4000, 100, 100, 100)));
        assertEquals(100, figure.value(), 1e-9);
        assertEquals(0, figure.bound(), 1e-9);
        assertEquals(Straightness.STRAIGHT, figure.straightness());
    }

    /** By luck the forks agree; but how far they moved the line is in the interval in full. */
    @Test
    void theMeasuredFigureIsAlwaysInTheInterval() {
        Random random = new Random(11);
        for (int i = 0; i < 1000; i++) {
            List<Extrapolation.Sample> samples = samples(d -> 100 + random.nextInt(100_000) / d
                + random.nextGaussian());
            Extrapolation figure = Extrapolation.of(samples);
            assertTrue(figure.low() <= samples.get(2).mean() + 1e-9 && samples.get(2).mean() <= figure.high() + 1e-9
                && figure.low() <= figure.value() && figure.value() <= figure.high(), figure.toString());
        }
    }

    /** What bends upwards extrapolates too low; the truth is above, as far as to what was measured. */
    @Test
    void aCurveThatBendsUpwardsIsBentAndItsTruthIsWithin() {
        Extrapolation figure = of(d -> 330 + 1e8 / d / d);
        assertEquals(Straightness.BENT, figure.straightness());
        assertTrue(figure.value() < 325, figure.toString());
        assertTrue(figure.low() <= figure.value() && figure.high() >= 330, figure.toString());
    }

    /** What bends downwards, as where a queue fills only with larger dilations, ends lower than any line of it. */
    @Test
    void aCurveThatBendsDownwardsIsBentAndItsTruthIsWithin() {
        Extrapolation figure = of(d -> 330 + 400_000 / d - 2.67e8 / d / d);
        assertEquals(Straightness.BENT, figure.straightness());
        assertTrue(figure.value() > 380, figure.toString());
        assertEquals(330, figure.low(), 1e-6);
    }

    @Test
    void aBendThatMovesTheEndByTwoPercentIsStraightEnough() {
        assertEquals(Straightness.STRAIGHT, Extrapolation.of(List.of(sample(1000, 100, 100, 100),
            sample(2000, 101, 101, 101), sample(4000, 100, 100, 100))).straightness());
        assertEquals(Straightness.BENT, Extrapolation.of(List.of(sample(1000, 100, 100, 100),
            sample(2000, 102, 102, 102), sample(4000, 100, 100, 100))).straightness());
    }

    @Test
    void whatForksScatterByMoreThanItBendsCannotBeToldToBeStraight() {
        Extrapolation figure = Extrapolation.of(List.of(sample(1000, 95, 100, 105), sample(2000, 96, 101, 106),
            sample(4000, 95, 100, 105)));
        assertEquals(Straightness.CANNOT_TELL, figure.straightness());
    }

    @Test
    void twoDilationsCannotShowALine() {
        Extrapolation figure = Extrapolation.of(samples(d -> 330 + 200_000 / d).subList(0, 2));
        assertEquals(330, figure.value(), 1e-9);
        assertEquals(Straightness.CANNOT_TELL, figure.straightness());
        assertEquals(330 + 100, figure.high(), 1e-9);
    }

    @Test
    void withFewerThanThreeForksNothingIsKnownButTheValue() {
        Extrapolation figure = Extrapolation.of(List.of(sample(1000, 100, 101), sample(2000, 100, 101),
            sample(4000, 100, 101)));
        assertEquals(100.5, figure.value(), 1e-9);
        assertTrue(Double.isNaN(figure.bound()) && Double.isNaN(figure.share()) && Double.isNaN(figure.low())
            && Double.isNaN(figure.high()));
        assertEquals(Straightness.CANNOT_TELL, figure.straightness());
    }

    /** Nothing here can be below 0, so a line that leads there is not believed: what was measured is, give or take all. */
    @Test
    void aLineThatLeadsBelowZeroIsNotBelieved() {
        Extrapolation figure = of(d -> 100_000 / d - 10);
        assertEquals(15, figure.value());
        assertEquals(0, figure.low());
        assertEquals(1, figure.share(), 1e-9);
        assertEquals(0, of(d -> 0).share());
    }

    @Test
    void aRateIsTheReciprocalOfItsTimeAndSoAreItsEnds() {
        Extrapolation time = new Extrapolation(0.5, 0.3, 0.4, 0.8, Straightness.BENT);
        Extrapolation rate = time.inverse();
        assertEquals(2, rate.value(), 1e-12);
        assertEquals(1.25, rate.low(), 1e-12);
        assertEquals(2.5, rate.high(), 1e-12);
        assertEquals(0.75, rate.bound(), 1e-12);
        assertEquals(Straightness.BENT, rate.straightness());
    }

    @Test
    void aDilationBeyondIsForetoldByTheLine() {
        List<Extrapolation.Sample> line = samples(d -> 330 + 200_000 / d);
        Row.Check holds = Extrapolation.foretold(line, sample(8000, 355, 355, 355));
        assertEquals(355, holds.foretold(), 1e-9);
        assertTrue(holds.holds());
        assertTrue(Extrapolation.foretold(line, sample(8000, 361, 361, 361)).holds(), "within 2 %");
        assertFalse(Extrapolation.foretold(line, sample(8000, 364, 364, 364)).holds());
        assertEquals(364, Extrapolation.foretold(line, sample(8000, 364, 364, 380)).measured());
        List<Extrapolation.Sample> scattered = List.of(sample(1000, 510, 530, 550), sample(2000, 420, 430, 440),
            sample(4000, 375, 380, 385));
        assertTrue(Extrapolation.foretold(scattered, sample(8000, 371.5, 374, 376.5)).holds(), "forks scatter by as much");
        assertFalse(Extrapolation.foretold(scattered, sample(8000, 377.5, 380, 382.5)).holds());
    }

    @Test
    void oneDilationIsNoLine() {
        assertThrows(IllegalArgumentException.class, () -> Extrapolation.of(List.of()));
        assertThrows(IllegalArgumentException.class, () -> Extrapolation.of(List.of(sample(1000, 1))));
        assertThrows(IllegalArgumentException.class,
            () -> Extrapolation.of(List.of(sample(1000, 1), sample(1000, 2), sample(2000, 2))));
    }

    /**
     * Runs of three forks at each of three dilations, thousands of them: how often the truth is in the interval. The host's
     * part is a line, or bends either way by so much that the line's end is off by the tenth of the truth; a share may fall
     * with what the host adds; forks scatter to both sides, to one, or one in ten is held up by a lot.
     *
     * @param slope   what the host adds at D, as a share of the truth
     * @param bend    what is added to a straight line, as a share of the truth at D, times (D / dilation)²
     * @param scatter standard deviation of a fork at D, as a share of the truth
     * @param noise   how forks scatter
     */
    @ParameterizedTest
    @CsvSource({
        " 0.5,    0, 0.002, BOTH",
        " 0.5,    0, 0.02 , BOTH",
        " 0.5,    0, 0.05 , BOTH",
        " 0.5,    0, 0.05 , ADDS",
        " 0.5,    0, 0.05 , HELD_UP",
        " 0.5,  0.4, 0.002, BOTH",
        " 0.5,  0.4, 0.02 , BOTH",
        " 0.5,  0.4, 0.05 , ADDS",
        " 0.5,  0.4, 0.05 , HELD_UP",
        " 0.5,  0.1, 0.02 , BOTH",
        " 0.5,  0.1, 0.05 , ADDS",
        " 0.5, -0.4, 0.002, BOTH",
        " 0.5, -0.4, 0.02 , BOTH",
        " 0.5, -0.4, 0.05 , ADDS",
        " 0.5, -0.4, 0.05 , HELD_UP",
        " 0.5, -0.1, 0.02 , BOTH",
        " 0.5, -0.1, 0.05 , ADDS",
        "-0.3,    0, 0.002, BOTH",
        "-0.3,    0, 0.02 , BOTH",
        "-0.3,    0, 0.05 , BOTH",
        "-0.3,    0, 0.05 , ADDS",
        "-0.3,    0, 0.05 , HELD_UP",
        "-0.3,  0.4, 0.002, BOTH",
        "-0.3,  0.4, 0.02 , BOTH",
        "-0.3,  0.4, 0.05 , ADDS",
        "-0.3,  0.4, 0.05 , HELD_UP",
        "-0.3,  0.1, 0.02 , BOTH",
        "-0.3,  0.1, 0.05 , ADDS",
        "-0.3, -0.4, 0.002, BOTH",
        "-0.3, -0.4, 0.02 , BOTH",
        "-0.3, -0.4, 0.05 , ADDS",
        "-0.3, -0.4, 0.05 , HELD_UP",
        "-0.3, -0.1, 0.02 , BOTH",
        "-0.3, -0.1, 0.05 , ADDS"})
    void theTruthIsInTheIntervalInNineteenRunsOfTwenty(double slope, double bend, double scatter, Noise noise) {
        int runs = 4000;
        Random random = new Random(7);
        int held = 0;
        for (int run = 0; run < runs; run++) {
            Extrapolation figure = of(d -> {
                double x = 1000 / d;
                return 1000 * (1 + slope * x + bend * x * x + scatter * x * noise.of(random));
            });
            held += figure.low() <= 1000 && 1000 <= figure.high() ? 1 : 0;
        }
        assertTrue(held >= 0.95 * runs, held + " of " + runs);
    }

    /** How a fork is off, in standard deviations or thereabouts. */
    private enum Noise {
        /** As much to one side as to the other. */
        BOTH {
            @Override
            double of(Random random) {
                return random.nextGaussian();
            }
        },
        /** The host only ever takes: mean and deviation 1. */
        ADDS {
            @Override
            double of(Random random) {
                return -Math.log(1 - random.nextDouble()) - 1;
            }
        },
        /** One fork in ten is held up by another program. */
        HELD_UP {
            @Override
            double of(Random random) {
                return random.nextGaussian() + (random.nextInt(10) == 0 ? 10 * random.nextDouble() : 0);
            }
        };

        abstract double of(Random random);
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
