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
        Ratio time = new Ratio(1.2, 1.1, 1.31, 5, 5, Ratio.Verdict.SLOWER);
        assertTrue(time.isSlowerBy(9, false));
        assertFalse(time.isSlowerBy(11, false));
        Ratio rate = new Ratio(0.8, 0.7, 0.9, 5, 5, Ratio.Verdict.SLOWER);
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
}
