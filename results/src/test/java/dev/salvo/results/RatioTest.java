package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is said of two runs whose truth is known, since they are made up. */
class RatioTest {
    private static final int POINTS = 10;
    private static final int PAIRS = 200;

    /** Forks of one build: most alike, some far off, and each with iterations that are alike among themselves. */
    private static final class Build {
        private final Random random;

        Build(long seed) {
            random = new Random(seed);
        }

        ForkFigure figure(int forks, double mean, double scatter) {
            return figure(sampled(1, forks, mean, scatter));
        }

        ForkFigure figure(Row.Sampled... sampled) {
            return ForkFigure.of(List.of(sampled), Statistic.MEAN);
        }

        /** A fork errs by a factor, whose logarithm is Student's with three degrees of freedom: heavy in its tails. */
        Row.Sampled sampled(double dilation, int forks, double mean, double scatter) {
            List<List<Double>> times = new ArrayList<>();
            for (int fork = 0; fork < forks; fork++) {
                double squares = 0;
                for (int i = 0; i < 3; i++) {
                    squares += Math.pow(random.nextGaussian(), 2);
                }
                double ofFork = mean * Math.exp(scatter * random.nextGaussian() / Math.sqrt(squares / 3));
                times.add(List.of(ofFork * 0.99, ofFork, ofFork * 1.01));
            }
            return new Row.Sampled(dilation, times);
        }
    }

    @Test
    void ofTenPairsOfRunsOfOneBuildAtMostOneDiffersAnywhere() {
        Build build = new Build(1);
        int wrong = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            int verdicts = 0;
            for (int point = 0; point < POINTS; point++) {
                Ratio ratio = Ratio.of(build.figure(5, 1000, 0.1), build.figure(5, 1000, 0.1), false, POINTS);
                verdicts += ratio.verdict() == Ratio.Verdict.NO_DIFFERENCE ? 0 : 1;
            }
            wrong += verdicts > 0 ? 1 : 0;
        }
        assertTrue(wrong <= PAIRS / 20, wrong + " of " + PAIRS);
    }

    @Test
    void theIntervalHoldsTheTruthWhenTheSidesScatterUnlikeAndHaveUnlikeForks() {
        Build build = new Build(2);
        int missed = 0;
        for (int pair = 0; pair < 1000; pair++) {
            Ratio ratio = Ratio.of(build.figure(12, 1000, 0.01), build.figure(5, 1500, 0.2), false, 1);
            missed += ratio.low() > 1.5 || ratio.high() < 1.5 ? 1 : 0;
        }
        assertTrue(missed <= 60, missed + " of 1000");
    }

    @Test
    void theIntervalOfAnExtrapolatedRatioHoldsTheTruth() {
        Build build = new Build(3);
        int missed = 0;
        for (int pair = 0; pair < 100; pair++) {
            Ratio ratio = Ratio.of(paced(build, 5000, 1e6), paced(build, 7500, 3e6), false, 1);
            missed += ratio.low() > 1.5 || ratio.high() < 1.5 ? 1 : 0;
        }
        assertTrue(missed <= 5, missed + " of 100");
    }

    private static ForkFigure paced(Build build, double mean, double host) {
        return build.figure(build.sampled(1000, 5, mean + host / 1000, 0.08),
            build.sampled(2000, 5, mean + host / 2000, 0.04), build.sampled(4000, 5, mean + host / 4000, 0.02));
    }

    @Test
    void whatIsTwiceAsFastIsFound() {
        Build build = new Build(4);
        int found = 0;
        for (int pair = 0; pair < 100; pair++) {
            Ratio ratio = Ratio.of(build.figure(5, 1000, 0.05), build.figure(5, 500, 0.05), false, POINTS);
            found += ratio.verdict() == Ratio.Verdict.FASTER ? 1 : 0;
        }
        assertTrue(found >= 95, found + " of 100");
    }

    @Test
    void theSameForksAlwaysGiveTheSameInterval() {
        Ratio once = Ratio.of(new Build(5).figure(5, 1000, 0.1), new Build(6).figure(5, 1000, 0.1), false, 1);
        assertEquals(once, Ratio.of(new Build(5).figure(5, 1000, 0.1), new Build(6).figure(5, 1000, 0.1), false, 1));
    }

    @Test
    void moreComparisonsWidenEachInterval() {
        ForkFigure base = new Build(5).figure(5, 1000, 0.1);
        ForkFigure other = new Build(6).figure(5, 1000, 0.1);
        Ratio one = Ratio.of(base, other, false, 1);
        Ratio many = Ratio.of(base, other, false, 20);
        assertTrue(many.low() < one.low() && many.high() > one.high());
        assertEquals(one.value(), many.value());
    }

    @Test
    void fewerThanFiveForksTellNothing() {
        Build build = new Build(7);
        Ratio ratio = Ratio.of(build.figure(4, 1000, 0.01), build.figure(9, 100, 0.01), false, 1);
        assertEquals(Ratio.Verdict.NOT_ENOUGH_FORKS, ratio.verdict());
        assertEquals(4, ratio.baseForks());
        assertTrue(Double.isNaN(ratio.low()) && ratio.value() < 0.2);
        assertFalse(ratio.isSlowerBy(0, false));
    }

    @Test
    void aRateThatFellIsSlowerAndATimeThatFellIsFaster() {
        ForkFigure base = new Build(8).figure(5, 1000, 0.01);
        ForkFigure less = new Build(9).figure(5, 500, 0.01);
        assertEquals(Ratio.Verdict.FASTER, Ratio.of(base, less, false, 1).verdict());
        assertEquals(Ratio.Verdict.SLOWER, Ratio.of(base, less, true, 1).verdict());
    }

    @Test
    void aRegressionIsOneOnlyWhereTheWholeIntervalLiesBeyond() {
        Ratio time = new Ratio(1.2, 1.1, 1.31, 0.2, 5, 5, Ratio.Verdict.SLOWER);
        assertTrue(time.isSlowerBy(9, false));
        assertFalse(time.isSlowerBy(11, false));
        Ratio rate = new Ratio(0.8, 0.7, 0.9, 0.2, 5, 5, Ratio.Verdict.SLOWER);
        assertTrue(rate.isSlowerBy(11, true));
        assertFalse(rate.isSlowerBy(12, true));
        assertFalse(time.isSlowerBy(1, true), "a rate that grew");
    }

    /** The extrapolated figures agree; what was measured at the largest dilation does not. */
    @Test
    void theIntervalOfEmulatedTimeReachesOverWhatWasMeasured() {
        Build build = new Build(10);
        ForkFigure base = build.figure(build.sampled(1000, 5, 2000, 0), build.sampled(2000, 5, 1500, 0));
        ForkFigure other = build.figure(build.sampled(1000, 5, 1000, 0), build.sampled(2000, 5, 1000, 0));
        Ratio ratio = Ratio.of(base, other, false, 1);
        assertEquals(1, ratio.value(), 1e-9);
        assertEquals(1000 / 1500.0, ratio.low(), 1e-9);
        assertEquals(Ratio.Verdict.NO_DIFFERENCE, ratio.verdict());
    }

    /**
     * Turns of two sides on a host that drifts: a walk that both turns of a pair share, in heavy steps, and what each
     * turn errs by itself. As compare --measure does it, it goes on until the interval is as narrow as was asked for.
     */
    private static Ratio inTurns(Random random, double truth, double precision, int most) {
        double drift = 0;
        List<double[]> pairs = new ArrayList<>();
        Ratio ratio;
        do {
            double[] turns = new double[2];
            for (int i = 0; i < 2; i++) {
                boolean isB = (pairs.size() % 2 == 0) == (i == 1);
                drift += 0.05 * random.nextGaussian() * (random.nextInt(10) == 0 ? 5 : 1);
                turns[isB ? 1 : 0] = 1000 * Math.exp(drift + heavy(random, 0.05)) * (isB ? truth : 1);
            }
            pairs.add(turns);
            ratio = Ratio.ofPairs(pairs.stream().mapToDouble(pair -> pair[0]).toArray(),
                pairs.stream().mapToDouble(pair -> pair[1]).toArray(), false, 2);
        } while (ratio.halfWidth() > precision && pairs.size() < most);
        return ratio;
    }

    /** Student's with three degrees of freedom. */
    private static double heavy(Random random, double scatter) {
        double squares = 0;
        for (int i = 0; i < 3; i++) {
            squares += Math.pow(random.nextGaussian(), 2);
        }
        return scatter * random.nextGaussian() / Math.sqrt(squares / 3);
    }

    /** A comparison of two points each, of which one in twenty may be wrong at either. */
    @Test
    void ofComparisonsOfABuildWithItselfInTurnsAtMostOneInTwentyHasAVerdict() {
        for (double precision : new double[] {0, 0.05, 0.1, 0.2}) {
            Random random = new Random(11);
            int wrong = 0;
            for (int comparison = 0; comparison < 4000; comparison++) {
                boolean one = inTurns(random, 1, precision, 20).verdict() != Ratio.Verdict.NO_DIFFERENCE;
                boolean other = inTurns(random, 1, precision, 20).verdict() != Ratio.Verdict.NO_DIFFERENCE;
                wrong += one || other ? 1 : 0;
            }
            assertTrue(wrong <= 200, wrong + " of 4000, going on to " + precision);
        }
    }

    @Test
    void inTurnsASlowdownOfAFifthIsFoundOnAHostThatDrifts() {
        Random random = new Random(12);
        int found = 0;
        int shown = 0;
        int unproven = 0;
        for (int comparison = 0; comparison < 500; comparison++) {
            Ratio ratio = inTurns(random, 1.2, 0.05, 60);
            found += ratio.verdict() == Ratio.Verdict.SLOWER ? 1 : 0;
            shown += ratio.isSlowerBy(10, false) ? 1 : 0;
            unproven += ratio.isNotSlowerBy(10, false) ? 1 : 0;
        }
        assertTrue(found >= 450, found + " of 500");
        assertTrue(shown >= 400, shown + " of 500 shown to be more than a tenth");
        assertTrue(unproven <= 5, unproven + " of 500 pass though they are slower");
    }

    @Test
    void whatCouldBeSeenIsSeenFourTimesInFive() {
        Random random = new Random(13);
        double couldSee = 0;
        for (int i = 0; i < 2000; i++) {
            couldSee += Ratio.ofPairs(normal(random, 1), normal(random, 1), false, 1).couldSee() / 2000;
        }
        int seen = 0;
        for (int i = 0; i < 2000; i++) {
            seen += Ratio.ofPairs(normal(random, 1), normal(random, 1 + couldSee), false, 1).verdict()
                == Ratio.Verdict.SLOWER ? 1 : 0;
        }
        assertTrue(seen > 1500 && seen < 1700, seen + " of 2000 at +" + couldSee);
    }

    /** Ten times of one side, which err by a tenth. */
    private static double[] normal(Random random, double mean) {
        return random.doubles(10).map(any -> mean * Math.exp(0.1 * random.nextGaussian())).toArray();
    }

    @Test
    void inTurnsTooFewPairsTellNothing() {
        Ratio ratio = Ratio.ofPairs(new double[] {1, 1, 1, 1}, new double[] {2, 2, 2, 2}, false, 1);
        assertEquals(Ratio.Verdict.NOT_ENOUGH_FORKS, ratio.verdict());
        assertEquals(2, ratio.value(), 1e-9);
        assertTrue(Double.isNaN(ratio.couldSee()) && Double.isInfinite(ratio.halfWidth()));
        assertFalse(ratio.isNotSlowerBy(1000, false), "nothing is shown");
    }

    @Test
    void onlyAnIntervalThatLeavesTheRegressionOutExcludesIt() {
        Ratio time = new Ratio(1.02, 0.98, 1.06, 0.1, 5, 5, Ratio.Verdict.NO_DIFFERENCE);
        assertTrue(time.isNotSlowerBy(7, false));
        assertFalse(time.isNotSlowerBy(5, false) || time.isSlowerBy(5, false), "neither");
        Ratio rate = new Ratio(0.98, 0.94, 1.02, 0.1, 5, 5, Ratio.Verdict.NO_DIFFERENCE);
        assertTrue(rate.isNotSlowerBy(7, true));
        assertFalse(rate.isNotSlowerBy(5, true) || rate.isSlowerBy(5, true), "neither");
    }
}
