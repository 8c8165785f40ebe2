package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ComparisonTest {
    @TempDir
    private Path parent;

    private int runs;

    @Test
    void pointsThatBothRunsHoldAreComparedAndDecidedByTheirForks() {
        RunFolder before = run(Map.of(), point(8, "sync", 5000, 0.02), point(8, "batched", 1000, 0.02),
            point(16, "sync", 9000, 0.02));
        RunFolder after = run(Map.of(), point(8, "sync", 7000, 0.02), point(8, "batched", 1001, 0.02),
            point(32, "sync", 9000, 0.02));
        JsonNode json = json(Comparison.ofRuns(List.of(before, after), Set.of(), Statistic.MEAN));
        assertEquals(2, json.get("ratios").size());
        JsonNode sync = json.get("ratios").get(0);
        assertEquals("slower", sync.get("verdict").stringValue());
        assertEquals(1.4, sync.get("ratio").doubleValue(), 1e-9);
        assertTrue(sync.get("low").doubleValue() > 1.2 && sync.get("high").doubleValue() < 1.6);
        assertEquals(5, sync.get("baseForks").intValue());
        assertEquals("no difference", json.get("ratios").get(1).get("verdict").stringValue());
        assertEquals("[\"A / B: 1 points of A are not in B; 1 points of B are not in A\"]",
            json.get("differences").toString());
    }

    @Test
    void theGainOfEachRunHasItsIntervalToo() {
        RunFolder run = run(Map.of(), point(8, "sync", 5000, 0.02), point(8, "batched", 1000, 0.02));
        Comparison one = Comparison.ofRuns(List.of(run), Set.of(), Statistic.MEAN);
        JsonNode gain = json(one).get("gains").get(0);
        assertEquals(5, gain.get("gain").doubleValue(), 1e-9);
        assertEquals("gains", gain.get("verdict").stringValue());
        assertTrue(gain.get("low").doubleValue() > 4.5 && gain.get("high").doubleValue() < 5.5);
        assertEquals(0, json(one).get("ratios").size());
        assertTrue(text(one).contains("gain over sync · one sender"), text(one));
        JsonNode two = json(Comparison.ofRuns(List.of(run, run), Set.of(), Statistic.MEAN));
        assertEquals(2, two.get("gains").size());
        assertTrue(two.get("gains").get(0).get("low").doubleValue() < gain.get("low").doubleValue(), "of two together");
    }

    /** Where a law may speak of more cores depends on the CPUs that the run's own host has. */
    @Test
    void aFitKnowsTheHostOfItsRun() {
        MadeUp[] points = IntStream.of(1, 2, 4, 8, 16).mapToObj(cores -> point(cores, "sync",
            1000 * (1 + 0.05 * (cores - 1) + 0.002 * cores * (cores - 1)), 0.001).score("hostCpus", cores)).toArray(MadeUp[]::new);
        Map<String, Object> small = Map.of("usableCpus", 16);
        Map<String, Object> large = Map.of("virtualised", false, "usableCpus", 24, "cpus", IntStream.range(0, 24).mapToObj(cpu ->
            Map.of("id", cpu, "socket", 0, "node", 0, "die", 0, "core", cpu)).toList());
        Comparison comparison = Comparison.ofRuns(List.of(run(small, points), run(large, points)), Set.of(), Statistic.MEAN);
        JsonNode fits = json(comparison).get("fits");
        assertEquals("the host has no more CPUs", fits.get(0).get("whyNoPrediction").stringValue());
        assertEquals(24, fits.get(1).get("predictions").get(0).get("cores").intValue(), fits.toString());
        String text = text(comparison).replaceAll("\\s+", " ");
        assertTrue(text.contains("fit, law: A, sync, one sender:") && text.contains("; at 24 cores "), text);
        assertTrue(text.indexOf("predicts nothing: the host has no more CPUs") < text.indexOf("fit, law: B"), text);
    }

    @Test
    void aRunIsNoDifferentFromItself() {
        RunFolder run = run(Map.of(), point(8, "sync", 5000, 0.5), point(8, "batched", 1000, 0));
        for (JsonNode ratio : json(Comparison.ofRuns(List.of(run, run, run), Set.of(), Statistic.MEAN)).get("ratios")) {
            assertEquals("no difference", ratio.get("verdict").stringValue());
            assertEquals(1, ratio.get("ratio").intValue());
        }
    }

    @Test
    void theSameRunsAlwaysReadTheSame() {
        RunFolder before = run(Map.of(), point(8, "sync", 5000, 0.1));
        RunFolder after = run(Map.of(), point(8, "sync", 5500, 0.2));
        Supplier<Comparison> comparison = () -> Comparison.ofRuns(List.of(before, after), Set.of(), Statistic.MEAN);
        assertEquals(comparison.get().json(), comparison.get().json());
        assertEquals(text(comparison.get()), text(comparison.get()));
    }

    @Test
    void withFewForksTheRatioIsToldAndNoVerdict() {
        RunFolder run = run(Map.of(), MadeUp.point(8, 1, "sync", 5000));
        RunFolder five = run(Map.of(), point(8, "sync", 2500, 0.01));
        Comparison comparison = Comparison.ofRuns(List.of(run, five), Set.of(), Statistic.MEAN);
        String text = text(comparison);
        assertTrue(text.contains("0.50") && text.contains("not enough forks: 1 and 5 of 5"), text);
        assertTrue(text.contains("--forks 5"), text);
        assertEquals(List.of("8 cores, sync, one sender: not enough forks: 1 and 5 of 5"), comparison.undecided(10));
        assertTrue(json(comparison).get("ratios").get(0).get("low").isNull());
    }

    @Test
    void theNativeClockIsNeverComparedWithThePacedOne() {
        RunFolder host = run(Map.of(), point(8, "sync", 5000, 0.1));
        RunFolder paced = run(Map.of(), MadeUp.paced("kunpeng-920", 5000, 90_000));
        String refused = refused(() -> Comparison.ofRuns(List.of(host, paced), Set.of(Axis.PROFILE),
            Statistic.MEAN));
        assertTrue(refused.contains("clock native / paced") && refused.contains("other work"), refused);
        assertThrows(IllegalArgumentException.class,
            () -> Comparison.ofRuns(List.of(host, paced), Set.of(Axis.CLOCK), Statistic.MEAN));
    }

    @Test
    void withoutACommonPointTheNearestIsNamedAndWhatDiffersThere() {
        RunFolder before = run(Map.of(), point(8, "sync", 5000, 0.1), point(100, "sync", 9000, 0.1));
        RunFolder after = run(Map.of(), point(8, "sync", 5000, 0.1).param("ring", 16).param("mappings", 3),
            point(100, "sync", 5000, 0.1).param("ring", 16));
        String refused = refused(() -> Comparison.ofRuns(List.of(before, after), Set.of(), Statistic.MEAN));
        assertTrue(refused.contains("at 100 cores, differ in ring 4096 / 16; "), refused);
        assertTrue(refused.contains("--across ring"), refused);
        JsonNode across = json(Comparison.ofRuns(List.of(before, after), Set.of(Axis.RING), Statistic.MEAN));
        assertEquals(1, across.get("ratios").size());
        assertEquals("16", across.get("ratios").get(0).get("ringOfOther").stringValue());
        String said = across.get("differences").get(0).stringValue();
        assertTrue(said.contains("differ in ring 4096 / 16"), said);
    }

    @Test
    void aRunFromBeforeThereWasAnAxisIsComparedAcrossItAsWhatItWasMeasuredWith() {
        List<RunFolder> runs = List.of(run(Map.of(), point(8, "sync", 5000, 0.1)),
            run(Map.of(), point(8, "sync", 500, 0.1).param("mechanism", "arm64-local")));
        assertTrue(refused(() -> Comparison.ofRuns(runs, Set.of(), Statistic.MEAN)).contains("--across mechanism"));
        JsonNode ratio = json(Comparison.ofRuns(runs, Set.of(Axis.MECHANISM), Statistic.MEAN)).get("ratios").get(0);
        assertEquals("arm64", ratio.get("mechanism").stringValue());
        assertEquals("arm64-local", ratio.get("mechanismOfOther").stringValue());
    }

    /** Whether it is asked for or not, the ratio would be of a kernel that there was to one that there never was. */
    @Test
    void aRunFromBeforeVersionsWereToldApartIsComparedWithNone() {
        List<RunFolder> runs = List.of(run(Map.of(), point(8, "sync", 5000, 0.1)),
            run(Map.of(), point(8, "sync", 500, 0.1).param("linux", "6.1")));
        for (Set<Axis> across : List.of(Set.<Axis>of(), Set.of(Axis.LINUX))) {
            String refused = refused(() -> Comparison.ofRuns(runs, across, Statistic.MEAN));
            assertTrue(refused.endsWith(" differ in linux mixed / 6.1, of which mixed is from before there was a choice; accepted: "
                + "two that were chosen, or two that were not"), refused);
        }
        Point mixed = runs.get(0).rows().get(0).point();
        assertTrue(refused(() -> across(Set.of(mixed.with(Axis.LINUX, "6.1")), Set.of(mixed))).contains(
            "A and B differ in linux 6.1 / mixed"));
        JsonNode ratio = json(Comparison.ofRuns(List.of(run(Map.of(), point(8, "sync", 5000, 0.1).param("linux", "6.6")),
            runs.get(1)), Set.of(Axis.LINUX), Statistic.MEAN)).get("ratios").get(0);
        assertEquals("6.6", ratio.get("linux").stringValue());
        assertEquals("6.1", ratio.get("linuxOfOther").stringValue());
    }

    @Test
    void acrossAnAxisARunMustHoldOnePointOfEach() {
        RunFolder sync = run(Map.of(), point(8, "sync", 5000, 0.02));
        RunFolder batched = run(Map.of(), point(8, "batched", 1000, 0.02));
        RunFolder both = run(Map.of(), point(8, "sync", 5000, 0.02), point(8, "batched", 1000, 0.02));
        Set<Axis> strategy = Set.of(Axis.STRATEGY);
        Comparison comparison = Comparison.ofRuns(List.of(sync, batched), strategy, Statistic.MEAN);
        assertEquals("faster", json(comparison).get("ratios").get(0).get("verdict").stringValue());
        assertTrue(text(comparison).contains("sync / batched"), text(comparison));
        String refused = refused(() -> Comparison.ofRuns(List.of(sync, both), strategy, Statistic.MEAN));
        assertTrue(refused.contains("differ only in strategy sync / batched"), refused);
    }

    @Test
    void whatElseDiffersIsSaidHoweverItIsSpelled() {
        RunFolder before = run(Map.of("jdk", "17", "cpuModel", "one\u001b[31m"), point(8, "sync", 5000, 0.1));
        RunFolder after = run(Map.of("jdk", "25", "cpuModel", "two".repeat(100), "salvo", List.of(1, "x")),
            point(8, "sync", 5000, 0.1).score("hostCpus", 64));
        String text = text(Comparison.ofRuns(List.of(before, after), Set.of(), Statistic.MEAN));
        assertTrue(text.contains("JDK 17 / JDK 25") && text.contains("CPUs of the cores 2 / 64"), text);
        assertTrue(text.contains("oversubscribed / not"), text);
        assertFalse(text.contains("\u001b"), text);
        fits(text);
    }

    @Test
    void tablesFitTheScreenAndStandApartByClock() {
        List<RunFolder> two = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            two.add(run(Map.of(), point(8, "sync", 5e14, 0.9), point(8, "batched", 5e14, 0.9),
                MadeUp.paced("kunpeng-920:" + "a".repeat(80), 5000, 90_000)));
        }
        for (Set<Axis> across : List.of(Set.<Axis>of(), Set.of(Axis.PROFILE, Axis.RING))) {
            String text = text(Comparison.ofRuns(two, across, Statistic.MEAN));
            fits(text);
            assertTrue(text.contains("native clock") && text.contains("paced clock, kunpeng-920:aaa"), text);
            assertEquals(4, text.lines().filter(line -> line.startsWith("cores") && line.contains("over A")).count());
        }
        String ascii = Comparison.ofRuns(two, Set.of(), Statistic.MEAN).text(new TerminalStyle(false, false));
        assertTrue(ascii.chars().allMatch(c -> c < 128), ascii);
    }

    @Test
    void minimaOfUnlikeScatterAreWarnedOf() {
        RunFolder narrow = run(Map.of(), iterations(1000, 0.01));
        RunFolder wide = run(Map.of(), iterations(2000, 0.5));
        Comparison minima = Comparison.ofRuns(List.of(narrow, wide), Set.of(), Statistic.MIN);
        assertTrue(text(minima).contains("MINIMA OF UNLIKE SCATTER: in 1 of 1 lines"), text(minima));
        assertEquals(1, json(minima).get("warnings").size());
        assertEquals(2000 * 0.5 / (1000 * 0.99), json(minima).get("ratios").get(0).get("ratio").doubleValue(), 1e-9,
            "as fast, by minima alone");
        assertEquals(2, json(Comparison.ofRuns(List.of(narrow, wide), Set.of(), Statistic.MEAN)).get("ratios").get(0)
            .get("ratio").doubleValue(), 1e-9);
        Comparison alike = Comparison.ofRuns(List.of(narrow, narrow), Set.of(), Statistic.MIN);
        assertEquals(0, json(alike).get("warnings").size());
    }

    /** Each fork's iterations lie evenly about the mean. */
    private static MadeUp iterations(double mean, double scatter) {
        double[][] forks = new double[5][];
        for (int i = 0; i < 5; i++) {
            forks[i] = new double[] {mean * (1 - scatter), mean, mean * (1 + scatter)};
        }
        return MadeUp.point(8, 1, "sync", mean).forks("nsPerPage", forks);
    }

    @Test
    void onlyWhatIsSlowerByMoreThanWasAllowedIsARegression() {
        RunFolder before = run(Map.of(), point(8, "sync", 5000, 0.01), point(8, "batched", 1000, 0.01));
        RunFolder after = run(Map.of(), point(8, "sync", 6000, 0.01), point(8, "batched", 700, 0.01));
        Comparison comparison = Comparison.ofRuns(List.of(before, after), Set.of(), Statistic.MEAN);
        assertEquals(List.of(), comparison.slowerBy(20));
        assertEquals(1, comparison.slowerBy(10).size());
        assertTrue(comparison.slowerBy(10).get(0).startsWith("8 cores, sync, one sender: B over A is 1.20×, "),
            comparison.slowerBy(10).toString());
        assertEquals(List.of(), comparison.undecided(10));
        assertTrue(comparison.undecided(20).get(0).startsWith("8 cores, sync, one sender: B over A is 1.20×, "),
            "neither is 20 % shown nor that it is less: " + comparison.undecided(20));
    }

    @Test
    void theFitsOfEachRunAreInItsJsonUnderAKeyOfTheirOwn() {
        RunFolder run = run(Map.of());
        for (int cores : new int[] {8, 16, 32, 64}) {
            run.add(MadeUp.point(cores, 1, "sync", 100.0 * cores).json());
        }
        JsonNode fit = json(Comparison.ofRuns(List.of(run, run), Set.of(), Statistic.MEAN)).get("fits").get(1);
        assertEquals("B", fit.get("side").stringValue());
        assertTrue(fit.get("fits").booleanValue());
        assertEquals("turns of the run queue", fit.get("law").stringValue());
        assertEquals(200, fit.get("turnNanos").get("fitted").doubleValue(), 1e-6);
        assertEquals(12_800, fit.get("predictions").get(0).get("nsPerPage").get("fitted").doubleValue(), 1e-3);
        assertTrue(fit.get("peakCores").isNull());
    }

    /** What the host did in between is in every ratio of theirs, and in no interval. */
    @Test
    void ofRunsThatWereMeasuredApartItIsSaidHowFarAndWhatThatMayDo() {
        RunFolder before = run(Map.of("start", "2026-01-02T03:04:05Z"), point(8, "sync", 5000, 0.02));
        RunFolder after = run(Map.of("start", "2026-01-05T03:04:05Z"), point(8, "sync", 5000, 0.02));
        RunFolder elsewhere = run(Map.of("hostname", "another"), point(8, "sync", 5000, 0.02));
        Comparison comparison = Comparison.ofRuns(List.of(before, after, elsewhere, before), Set.of(), Statistic.MEAN);
        JsonNode apart = json(comparison).get("apart");
        assertEquals(2, apart.size(), "of a run and itself there is nothing to say: " + apart);
        assertTrue(apart.get(0).stringValue().startsWith("A / B were measured apart, 3 days later: whatever else changed"),
            apart.toString());
        assertTrue(apart.get(1).stringValue().startsWith("A / C were measured apart, on different hosts: "), apart.toString());
        assertTrue(text(comparison).contains("A / B were measured apart"), text(comparison));
        fits(text(comparison));
    }

    @Test
    void whatCouldHaveBeenSeenStandsBesideEveryRatio() {
        RunFolder before = run(Map.of(), point(8, "sync", 5000, 0.05), point(8, "batched", 1000, 0.01));
        RunFolder after = run(Map.of(), point(8, "sync", 5000, 0.05), point(8, "batched", 1000, 0.01));
        Comparison comparison = Comparison.ofRuns(List.of(before, after), Set.of(), Statistic.MEAN);
        double wide = json(comparison).get("ratios").get(0).get("couldSee").doubleValue();
        double narrow = json(comparison).get("ratios").get(1).get("couldSee").doubleValue();
        assertTrue(wide > 0.07 && wide < 0.2 && narrow > 0.01 && narrow < wide, wide + " and " + narrow);
        assertTrue(text(comparison).contains("could see")
            && text(comparison).contains("  +" + (int) Math.ceil(100 * wide) + "%  "), text(comparison));
    }

    /** A host on which everything takes longer from turn to turn: apart, a fifth more would be lost in that. */
    @Test
    void sidesThatWereMeasuredInTurnsAreComparedPairByPair() {
        double[] a = {1000, 1300, 1700, 2400, 3100, 4000};
        double[] b = {1210, 1540, 2050, 2860, 3730, 4790};
        PairsFolder folder = pairs(a, b, 256, 256);
        Comparison inTurns = Comparison.ofPairs(folder, Set.of(), Statistic.MEAN);
        JsonNode ratio = json(inTurns).get("ratios").get(0);
        assertEquals("slower", ratio.get("verdict").stringValue());
        assertEquals(1.2, ratio.get("ratio").doubleValue(), 0.01);
        assertTrue(ratio.get("low").doubleValue() > 1.18 && ratio.get("high").doubleValue() < 1.22, ratio.toString());
        assertEquals(2250, ratio.get("base").doubleValue(), 1e-6, "the mean of all turns");
        assertEquals(folder.path().toString(), json(inTurns).get("pairs").stringValue());
        assertEquals(0, json(inTurns).get("apart").size());
        assertEquals(1, inTurns.slowerBy(10).size());
        assertTrue(inTurns.widest() < 0.02 && inTurns.widestPoint().equals("8 cores, sync, one sender"), inTurns.widestPoint());
        assertTrue(text(inTurns).replaceAll("\\s", "").contains("measuredinturns,in" + folder.path()), text(inTurns));
        assertTrue(text(inTurns).replaceAll("\\s+", " ").contains("the geometric mean of the pairs' ratios"), text(inTurns));
        RunFolder apart = run(Map.of());
        RunFolder other = run(Map.of());
        apart.add(MadeUp.point(8, 1, "sync", 1).forks("nsPerPage", forks(a)).json());
        other.add(MadeUp.point(8, 1, "sync", 1).forks("nsPerPage", forks(b)).json());
        assertEquals("no difference", json(Comparison.ofRuns(List.of(apart, other), Set.of(), Statistic.MEAN))
            .get("ratios").get(0).get("verdict").stringValue());
    }

    private static double[][] forks(double[] times) {
        double[][] forks = new double[times.length][];
        for (int i = 0; i < forks.length; i++) {
            forks[i] = new double[] {times[i]};
        }
        return forks;
    }

    @Test
    void whatTheSidesDifferInIsWhatTheyAreComparedAcross() {
        Comparison lists = Comparison.ofPairs(pairs(new double[] {1, 1, 1, 1, 1}, new double[] {2, 2, 2, 2, 2}, 256, 300),
            Set.of(), Statistic.MEAN);
        assertEquals("300", json(lists).get("ratios").get(0).get("listOfOther").stringValue());
        assertTrue(text(lists).contains("256 / 300"), text(lists));
        Point sync = MadeUp.point(8, 1, "sync", 1).row().point();
        Point batched = MadeUp.point(8, 1, "batched", 1).row().point();
        Point munmap = MadeUp.point(8, 1, "sync", 1).param("workload", "munmap").row().point();
        assertEquals(Set.of(), Comparison.across(Set.of(sync, batched), Set.of(batched)));
        assertEquals(Set.of(Axis.STRATEGY), Comparison.across(Set.of(sync), Set.of(batched)));
        assertTrue(refused(() -> across(Set.of(sync), Set.of(munmap))).contains("workload seed / munmap, which is other work"));
        String several = refused(() -> across(Set.of(sync, batched), Set.of(sync.with(Axis.CORES, 9).with(Axis.STRATEGY,
            Strategy.LOCAL))));
        assertTrue(several.contains("A has several points that differ only in"), several);
    }

    private static Comparison across(Set<Point> a, Set<Point> b) {
        Comparison.across(a, b);
        throw new AssertionError("not refused");
    }

    /** As an interrupted one leaves them. */
    @Test
    void ofPairsOnlyWhatBothTurnsHaveIsCompared() {
        PairsFolder folder = pairs(new double[] {1, 1, 1, 1, 1}, new double[] {1, 1, 1, 1, 1}, 256, 256);
        RunFolder.create(folder.turn(6, 'a'), Map.of("hostname", "made-up"), Instant.EPOCH)
            .add(MadeUp.point(8, 1, "sync", 1e6).json());
        folder.turn(6, 'b');
        PairsFolder reread = PairsFolder.open(folder.path());
        assertTrue(PairsFolder.isOne(folder.path()) && !PairsFolder.isOne(parent));
        assertEquals(5, reread.pairs().size());
        assertEquals(1, json(Comparison.ofPairs(reread, Set.of(), Statistic.MEAN)).get("ratios").get(0).get("ratio")
            .doubleValue());
        PairsFolder none = pairs(new double[0], new double[0], 256, 256);
        assertTrue(refused(() -> Comparison.ofPairs(none, Set.of(), Statistic.MEAN)).contains("holds no pair yet"));
    }

    /** Made by the host beside each JVM, and by the forks that split the time. */
    @Test
    void theirPartsStandBesideEachOtherEachWithItsInterval() {
        RunFolder before = run(Map.of());
        RunFolder after = run(Map.of());
        before.add(withSignals(MadeUp.point(8, 1, "sync", 5000), 300, 90).json());
        after.add(withSignals(MadeUp.point(8, 1, "sync", 5000), 600, 90).json());
        Comparison comparison = Comparison.ofRuns(List.of(before, after), Set.of(), Statistic.MEAN);
        JsonNode parts = json(comparison).get("ratios").get(0).get("parts");
        Map<String, JsonNode> byName = new TreeMap<>();
        parts.forEach(part -> byName.put(part.get("part").stringValue(), part));
        assertTrue(byName.keySet().containsAll(List.of("issue", "wait", "software", "turn", "round-trip", "yields",
            "run-delay")), byName.toString());
        assertEquals(2, byName.get("turn").get("ratio").doubleValue(), 0.01);
        assertTrue(byName.get("turn").get("low").doubleValue() > 1.9, parts.toString());
        assertEquals(1, byName.get("round-trip").get("ratio").doubleValue(), 0.01);
        assertTrue(text(comparison).contains("round trip") && text(comparison).contains("yields/page"), text(comparison));
        fits(text(comparison));
    }

    /** Five forks, with what a runner notes of each. */
    private static MadeUp withSignals(MadeUp made, double turn, double roundTrip) {
        made.forks("nsPerPage", forks(new double[] {4900, 4950, 5000, 5050, 5100}));
        replicates(made, 5, turn, roundTrip);
        return made;
    }

    /** Notes of each JVM, one round after another. */
    private static void replicates(MadeUp made, int count, double turn, double roundTrip) {
        ArrayNode replicates = ((ObjectNode) made.results().get(0)).putArray("replicates");
        for (int i = 1; i <= count; i++) {
            ObjectNode replicate = replicates.addObject().put("round", i).put("at", "2026-01-02T03:04:05Z")
                .put("steady", true);
            replicate.putArray("dropped").add(9000.0);
            replicate.putArray("pages").add(18_000 + i);
            replicate.put("foreignCpuShare", 0.01).put("stealShare", 0.0).put("turnNanos", turn * (1 + 0.01 * i))
                .put("roundTripNanos", roundTrip + i);
        }
    }

    private PairsFolder pairs(double[] a, double[] b, int listOfA, int listOfB) {
        PairsFolder folder = PairsFolder.create(parent, Map.of("a", "--cores 8", "b", "--cores 8, jar other.jar", "hostname",
            "made-up"), Instant.parse("2026-01-02T03:04:05Z"));
        for (int i = 0; i < a.length; i++) {
            turn(folder.turn(i + 1, 'a'), a[i], listOfA);
            turn(folder.turn(i + 1, 'b'), b[i], listOfB);
        }
        return folder;
    }

    private static void turn(Path folder, double time, int list) {
        RunFolder.create(folder, Map.of("hostname", "made-up"), Instant.EPOCH)
            .add(MadeUp.point(8, 1, "sync", time).param("list", list).json());
    }

    @Test
    void anEmptyRunIsRefused() {
        RunFolder empty = run(Map.of());
        String refused = refused(() -> Comparison.ofRuns(List.of(empty), Set.of(), Statistic.MEAN));
        assertTrue(refused.contains("holds no point"), refused);
    }

    private RunFolder run(Map<String, Object> host, MadeUp... points) {
        Map<String, Object> described = new TreeMap<>(host);
        described.putIfAbsent("hostname", "made-up");
        RunFolder run = RunFolder.create(parent, described, Instant.parse("2026-01-02T03:04:05Z").plusSeconds(runs++));
        for (MadeUp point : points) {
            run.add(point.json());
        }
        return run;
    }

    /** Five forks, whose means lie evenly about the point's, within so great a share. */
    private static MadeUp point(int cores, String strategy, double mean, double scatter) {
        double[][] forks = new double[5][];
        for (int i = 0; i < 5; i++) {
            forks[i] = new double[] {mean * (1 + scatter * (i - 2) / 2)};
        }
        return MadeUp.point(cores, 1, strategy, mean).forks("nsPerPage", forks);
    }

    private static JsonNode json(Comparison comparison) {
        return Json.MAPPER.readTree(comparison.json());
    }

    private static String text(Comparison comparison) {
        return comparison.text(TerminalStyle.PLAIN);
    }

    private static void fits(String text) {
        assertTrue(text.lines().allMatch(line -> line.length() <= 120), text);
    }

    private static String refused(Supplier<Comparison> comparison) {
        String message = assertThrows(BadRunException.class, comparison::get).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }
}
