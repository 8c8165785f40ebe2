package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.point.Axis;
import dev.salvo.point.Strategy;
import dev.salvo.results.BadRunException;
import dev.salvo.results.Replicates;
import dev.salvo.workloads.program.ExperimentSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is measured in which round, on a measurer that measures nothing and a clock that stands still meanwhile. */
class RoundRunnerTest {
    private static final long SECOND = 1_000_000_000;
    private static final List<ExperimentSpec> POINTS = points(2, 8, 32);
    /** The mean of {@link #disturbed}: exp(x) of its scatter is 1.0051 in the mean, by a million draws. */
    private static final double UNDISTURBED = 1.0051 * (1 + 0.2 * 2 / 5);

    /** Each point of a series takes a second. */
    private static final class Host implements RoundRunner.Measurer<ExperimentSpec>, RoundRunner.Keeper<ExperimentSpec> {
        private final BiFunction<ExperimentSpec, Integer, Double> takes;
        private final Map<ExperimentSpec, Map<Integer, Double>> kept = new HashMap<>();
        private final List<Series<ExperimentSpec>> measured = new ArrayList<>();
        private final List<Integer> roundOf = new ArrayList<>();
        private final List<String> said = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();
        private ExperimentSpec broken;
        private FirstCause.Reach reach = FirstCause.Reach.POINT;
        private boolean isFull;
        private long now;

        /** On which a point takes so long in a round. */
        Host(BiFunction<ExperimentSpec, Integer, Double> takes) {
            this.takes = takes;
        }

        void measure(List<ExperimentSpec> points, RoundRunner.Goal goal) {
            Map<ExperimentSpec, Optional<Replicates>> before = new LinkedHashMap<>();
            points.forEach(point -> before.put(point, replicates(kept.getOrDefault(point, Map.of()))));
            Effort effort = NativePlan.effort(List.of(), 0, Duration.ZERO);
            new RoundRunner<>(before, goal, new NativePlan(effort), this, this, 7, () -> now, () -> false).measure();
        }

        @Override
        public RoundRunner.Outcome<ExperimentSpec> measure(Series<ExperimentSpec> series, int round) {
            measured.add(series);
            roundOf.add(round);
            Map<ExperimentSpec, RoundRunner.Measured> results = new LinkedHashMap<>();
            for (ExperimentSpec point : series.points()) {
                if (point.equals(broken)) {
                    return new RoundRunner.Outcome<>(results, point, new ForkFailedException(new FirstCause("broken", reach), null));
                }
                now += SECOND;
                results.put(point, new RoundRunner.Measured(new byte[] {(byte) round}, SECOND));
            }
            return new RoundRunner.Outcome<>(results, null, null);
        }

        @Override
        public void begins(int number, int points, long seconds) {
            said.add(number + ": " + points);
        }

        @Override
        public Optional<Replicates> keep(ExperimentSpec point, List<byte[]> results) {
            assertEquals(PointRunner.measures(point).size(), results.size());
            if (isFull) {
                throw new BadRunException("full");
            }
            int round = results.get(0)[0];
            kept.computeIfAbsent(point, none -> new LinkedHashMap<>()).put(round, takes.apply(point, round));
            return replicates(kept.get(point));
        }

        @Override
        public int failed(ExperimentSpec point, Exception failure) {
            failures.add(point.cores() + " " + failure.getMessage());
            return isFull ? 0 : reach == FirstCause.Reach.LARGER ? point.cores() : Integer.MAX_VALUE;
        }

        @Override
        public void ended(int number, List<RoundRunner.Wide<ExperimentSpec>> wide, long seconds) {
            said.add(wide.size() + " wide, " + seconds + " s");
        }

        Replicates replicates(ExperimentSpec point) {
            return replicates(kept.get(point)).orElseThrow();
        }

        private static Optional<Replicates> replicates(Map<Integer, Double> rounds) {
            return rounds.isEmpty() ? Optional.empty()
                : Optional.of(Replicates.of(rounds.keySet().stream().mapToInt(Integer::intValue).toArray(),
                    rounds.values().stream().mapToDouble(Double::doubleValue).toArray()));
        }

        int rounds(ExperimentSpec point) {
            return kept.getOrDefault(point, Map.of()).size();
        }

        List<Series<ExperimentSpec>> in(int round) {
            List<Series<ExperimentSpec>> some = new ArrayList<>();
            for (int i = 0; i < measured.size(); i++) {
                if (roundOf.get(i) == round) {
                    some.add(measured.get(i));
                }
            }
            return some;
        }
    }

    private static List<ExperimentSpec> points(int... cores) {
        List<ExperimentSpec> points = new ArrayList<>();
        for (int count : cores) {
            for (Strategy strategy : List.of(Strategy.SYNC, Strategy.BATCHED)) {
                points.add(ExperimentSpec.seed(count, strategy));
            }
        }
        return points;
    }

    private static RoundRunner.Goal within(double precision, int seconds) {
        return new RoundRunner.Goal(Replicates.ENOUGH, false, precision, Duration.ofSeconds(seconds));
    }

    private static RoundRunner.Goal exactly(int count) {
        return new RoundRunner.Goal(count, false, 0, Duration.ZERO);
    }

    /** About 1000 ns, and in every other round so much more. */
    private static BiFunction<ExperimentSpec, Integer, Double> scattering(double share) {
        return (point, round) -> round % 2 == 0 ? 1000.0 : 1000 * (1 + share);
    }

    @Test
    void aRoundHasAJvmForEachSeriesAndMeasureAndAllPointsOnce() {
        Host host = new Host(scattering(0));
        host.measure(POINTS, exactly(1));
        Set<String> series = new HashSet<>();
        for (Series<ExperimentSpec> each : host.measured) {
            assertEquals(1, each.points().stream().map(ExperimentSpec::strategy).distinct().count(), each.toString());
            assertEquals(Set.of(2, 8, 32), each.points().stream().map(ExperimentSpec::cores).collect(Collectors.toSet()));
            series.add(each.points().get(0).strategy() + " " + each.measure());
        }
        assertEquals(Set.of("SYNC total", "SYNC split", "BATCHED total", "BATCHED split"), series);
        assertEquals(4, host.measured.size());
    }

    /** Whoever takes out either shuffling makes this red. */
    @Test
    void seriesAndTheirPointsAreInAnotherOrderInEachRoundAndTheSameForTheSameSeed() {
        Host host = new Host(scattering(0));
        host.measure(POINTS, exactly(6));
        Host again = new Host(scattering(0));
        again.measure(POINTS, exactly(6));
        assertEquals(host.measured, again.measured);
        Set<List<String>> orders = new HashSet<>();
        Set<List<Integer>> within = new HashSet<>();
        for (int round = 1; round <= 6; round++) {
            orders.add(host.in(round).stream().map(each -> each.points().get(0).strategy() + each.measure()).toList());
            host.in(round).forEach(each -> within.add(each.points().stream().map(ExperimentSpec::cores).toList()));
        }
        assertTrue(orders.size() > 2 && within.size() > 2, orders + " " + within);
    }

    @Test
    void allAreMeasuredThreeTimesHoweverSmallTheBudgetAndThenNoMore() {
        Host host = new Host(scattering(0.5));
        host.measure(POINTS, within(0.1, 1));
        POINTS.forEach(point -> assertEquals(Set.of(1, 2, 3), host.kept.get(point).keySet()));
        assertEquals(List.of("1: 6", "6 wide, -11 s", "2: 6", "6 wide, -23 s", "3: 6", "6 wide, -35 s"), host.said);
    }

    /** Three times are the least that an interval takes, and the fourth asks whether it was narrow by chance. */
    @Test
    void nothingMoreIsMeasuredOfWhatIsKnownWellTwiceInARow() {
        Host host = new Host(scattering(0.001));
        host.measure(POINTS, within(0.1, 1000));
        POINTS.forEach(point -> assertEquals(4, host.rounds(point)));
        assertEquals(List.of("6 wide, 964 s", "4: 6", "0 wide, 952 s"), host.said.subList(5, 8));
        List<Series<ExperimentSpec>> before = List.copyOf(host.measured);
        host.measure(POINTS, within(0.1, 1000));
        assertEquals(before, host.measured, "what goes on knows as much of the rounds that are over");
    }

    /** Narrow in round 3, wide in round 4: whoever asks once has stopped. */
    @Test
    void whatIsNarrowByChanceIsMeasuredFurther() {
        ExperimentSpec point = ExperimentSpec.seed(8, Strategy.SYNC);
        Host host = new Host((any, round) -> round == 4 ? 1300.0 : 1000 + round);
        host.measure(List.of(point), within(0.1, 1000));
        assertTrue(Replicates.of(new int[] {1, 2, 3}, new double[] {1001, 1002, 1003}).halfWidthShare() < 0.1);
        assertTrue(host.rounds(point) > 5, host.kept.toString());
        Replicates known = host.replicates(point);
        assertTrue(known.halfWidthShare() <= 0.1 && known.butLast().orElseThrow().halfWidthShare() <= 0.1);
    }

    /** One of five points that agrees with itself as by a wonder, while the others scatter by a third. */
    @Test
    void aPointThatScattersLessThanOthersIsNotTakenAtItsWord() {
        List<ExperimentSpec> all = points(1, 2, 8, 32, 100).stream().filter(point -> point.strategy() == Strategy.SYNC).toList();
        ExperimentSpec lucky = all.get(2);
        Host host = new Host((point, round) -> point.equals(lucky) ? 1000.0 : scattering(0.3).apply(point, round));
        host.measure(all, within(0.2, 1000));
        assertTrue(host.rounds(lucky) > 4, host.kept.toString());
        assertTrue(host.replicates(lucky).halfWidthShare(host.replicates(all.get(0)).scatter()) <= 0.2);
    }

    /**
     * Ten points whose JVMs scatter by 10 % with heavy tails, which drift by 20 % in the time of eight rounds, and of whose
     * JVMs a disturbance meets one in five and triples a fifth of its time. Measured until an interval is within 10 % for the
     * first time, it holds the mean over the point's rounds in 88 %.
     */
    @Test
    void intervalsHoldTheMeanAlthoughTheMeasuringEndsWhenTheyAreNarrow() {
        List<ExperimentSpec> all = new ArrayList<>(points(1, 2, 8, 32, 100));
        Random random = new Random(17);
        int runs = 250;
        int held = 0;
        for (int run = 0; run < runs; run++) {
            Host host = new Host((point, round) -> 1000 * disturbed(random) * drifted((round - 1 + random.nextDouble()) / 8));
            host.measure(all, within(0.1, 170)); // eight rounds: one takes 20 s, and 10 s more are taken for its JVMs
            for (ExperimentSpec point : all) {
                Replicates known = host.replicates(point);
                double truth = 1000 * UNDISTURBED * meanDrift(known.rounds()[known.count() - 1] / 8.0);
                held += known.low() <= truth && truth <= known.high() ? 1 : 0;
            }
        }
        assertTrue(held >= 0.93 * runs * all.size(), held / (double) (runs * all.size()) + "");
    }

    private static double disturbed(Random random) {
        double squares = 0;
        for (int i = 0; i < 4; i++) {
            double each = random.nextGaussian();
            squares += each * each;
        }
        double heavyTailed = random.nextGaussian() / Math.sqrt(squares / 4) / Math.sqrt(2);
        return Math.exp(0.1 * heavyTailed) * (random.nextDouble() < 0.2 ? 7 : 5) / 5;
    }

    private static double drifted(double time) {
        return Math.exp(0.2 * (time - 0.5));
    }

    private static double meanDrift(double end) {
        return (drifted(end) - drifted(0)) / (0.2 * end);
    }

    @Test
    void laterRoundsAreOfTheWidePointsAndWhatTheirGainIsOver() {
        ExperimentSpec wide = ExperimentSpec.seed(8, Strategy.BATCHED);
        Host host = new Host((point, round) -> point.equals(wide) ? scattering(0.3).apply(point, round) : 1000);
        host.measure(POINTS, within(0.1, 1000));
        ExperimentSpec partner = ExperimentSpec.seed(8, Strategy.SYNC);
        assertTrue(host.rounds(wide) > 4 && host.rounds(wide) < 30, host.kept.toString());
        assertEquals(host.kept.get(wide).keySet(), host.kept.get(partner).keySet(), "pairs are of the same rounds");
        POINTS.stream().filter(point -> point.cores() != 8).forEach(point -> assertEquals(4, host.rounds(point)));
        Replicates known = host.replicates(wide);
        assertTrue(known.halfWidthShare() <= 0.1 && known.gain(host.replicates(partner)).halfWidthShare() <= 0.1);
    }

    /** Both move together, so that their means are wide and their ratio is not; and the other way about. */
    @Test
    void aGainThatIsWideIsMeasuredFurtherThoughBothMeansAreNarrow() {
        Host host = new Host((point, round) -> 1000 + (round % 2 == 0 ? 20.0 : 0) * (point.strategy() == Strategy.SYNC ? 1 : -1));
        host.measure(points(8), within(0.05, 1000));
        Replicates sync = host.replicates(ExperimentSpec.seed(8, Strategy.SYNC));
        Replicates batched = host.replicates(ExperimentSpec.seed(8, Strategy.BATCHED));
        assertTrue(sync.count() > 3, host.kept.toString());
        assertTrue(batched.gain(sync).halfWidthShare() <= 0.05);
        Replicates first = Replicates.of(new int[] {1, 2, 3}, new double[] {1000, 1020, 1000});
        assertTrue(first.halfWidthShare() <= 0.05, "each for itself was known");
    }

    /** What is nearest to the goal first, and nothing that does not fit. */
    @Test
    void whatDoesNotFitIntoTheRestOfTheBudgetIsNotBegun() {
        Host host = new Host((point, round) -> scattering(point.cores() == 32 ? 3.0 : 0.2).apply(point, round));
        host.measure(POINTS, within(0.01, 54)); // three rounds take 36 s, and a JVM is taken to need 2.4 s besides
        assertEquals(List.of(3, 3), List.of(host.rounds(POINTS.get(4)), host.rounds(POINTS.get(5))));
        assertTrue(host.rounds(POINTS.get(0)) > 3, host.kept.toString());
        assertTrue(host.now <= 54 * SECOND, host.said.toString());
    }

    @Test
    void aRunGoesOnWithItsRoundsAndOnlyWithWhatItLacks() {
        Host host = new Host(scattering(0));
        host.measure(POINTS, exactly(2));
        host.kept.remove(POINTS.get(0));
        host.measure(POINTS, exactly(3));
        assertEquals(Set.of(3, 4, 5), host.kept.get(POINTS.get(0)).keySet());
        assertEquals(Set.of(1, 2, 3), host.kept.get(POINTS.get(1)).keySet());
    }

    @Test
    void moreIsARoundOfEachAndThenAnotherBudget() {
        Host host = new Host(scattering(0));
        host.measure(POINTS, exactly(3));
        host.measure(POINTS, new RoundRunner.Goal(1, true, 0, Duration.ofSeconds(1)));
        POINTS.forEach(point -> assertEquals(Set.of(1, 2, 3, 4), host.kept.get(point).keySet()));
        host.measure(POINTS, new RoundRunner.Goal(1, true, 0, Duration.ofSeconds(40)));
        POINTS.forEach(point -> assertTrue(host.rounds(point) > 5, host.kept.toString()));
    }

    @Test
    void aPointThatFailsIsNotTriedAgainAndTheOthersOfItsSeriesAre() {
        Host host = new Host(scattering(0));
        host.broken = ExperimentSpec.seed(8, Strategy.SYNC);
        host.measure(POINTS, exactly(3));
        assertEquals(List.of("8 broken"), host.failures);
        assertEquals(0, host.rounds(host.broken));
        POINTS.stream().filter(point -> !point.equals(host.broken)).forEach(point -> assertEquals(3, host.rounds(point)));
    }

    @Test
    void whatFailsForWantOfWhatLargerPointsNeedTooIsTheEndOfThose() {
        Host host = new Host(scattering(0));
        host.broken = ExperimentSpec.seed(8, Strategy.BATCHED);
        host.reach = FirstCause.Reach.LARGER;
        host.measure(POINTS, exactly(3));
        assertEquals(3, host.rounds(ExperimentSpec.seed(2, Strategy.BATCHED)));
        assertEquals(0, host.rounds(ExperimentSpec.seed(32, Strategy.BATCHED)));
        assertEquals(List.of("8 broken"), host.failures);
    }

    @Test
    void whereNothingCanBeKeptNothingMoreIsMeasured() {
        Host host = new Host(scattering(0));
        host.isFull = true;
        host.measure(POINTS, exactly(3));
        assertEquals(1, host.failures.size());
        assertTrue(host.measured.size() <= 4, "within the first round");
    }

    @Test
    void pointsThatDifferInCoresAndSendersAreASeries() {
        List<ExperimentSpec> all = new ArrayList<>();
        for (int cores : new int[] {2, 4}) {
            all.add(ExperimentSpec.seed(cores, Strategy.SYNC));
            all.add(ExperimentSpec.seed(cores, Strategy.SYNC).with(Axis.SENDERS, "all"));
        }
        all.add(ExperimentSpec.seed(2, Strategy.BATCHED));
        assertEquals(List.of(4, 4, 1, 1), new NativePlan(NativePlan.HASTY).series(all).stream()
            .map(series -> series.points().size()).toList());
    }

    @Test
    void machinesThatTakeLongerToMakeThanToMeasureHaveFewerIterations() {
        Effort effort = NativePlan.effort(List.of(), 5, Duration.ofMinutes(5));
        ExperimentSpec one = ExperimentSpec.seed(100, Strategy.SYNC);
        assertEquals(effort.iterations(), NativePlan.iterations(one, effort));
        assertEquals(effort.iterations() / 2, NativePlan.iterations(one.with(Axis.SENDERS, "all"), effort));
    }

    @Test
    void iterationsAreShorterWhereMuchIsToBeDone() {
        Effort some = NativePlan.effort(POINTS, 5, Duration.ofMinutes(5));
        Effort many = NativePlan.effort(points(2, 4, 8, 16, 32, 64, 128, 256, 512, 1024), 5, Duration.ofMinutes(5));
        assertNotEquals(some.time(), many.time());
        assertTrue(5 * new NativePlan(some).roundNanos(POINTS) <= 300e9);
    }
}
