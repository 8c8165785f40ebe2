package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Points that tell in which rounds their JVMs measured. */
class RoundsTest {
    private static final int TOTAL = 0;
    private static final int SPLIT = 1;
    private static final int CONTROL = 2;
    private static final double EXACT = 1e-9;
    private static final double[] STEADY = {0.98, 1, 1.02};
    private static final String LETTERS = "0123456789-+.eE\"{}[],: \\u";

    @TempDir
    private Path parent;

    @Test
    void theMeanIsEachJvmsTimeOverItsPagesAveragedOverJvms() {
        MadeUp point = MadeUp.point().rounds(TOTAL, new int[] {2, 1, 5}, new double[] {100, 400}, new double[] {300},
            new double[] {200, 200});
        ((ArrayNode) point.replicate(TOTAL, 0).get("pages")).removeAll().add(3000).add(1000);
        Row row = point.row();
        assertEquals((175 + 300 + 200) / 3.0, row.nsPerPage().mean(), EXACT);
        assertEquals(List.of(300.0, 175.0, 200.0), figures(row.rounds().nsPerPage()));
        assertEquals(row.rounds().nsPerPage().low(), row.nsPerPageError().low(), EXACT);
        assertEquals(row.nsPerPageError(), row.nsPerPageInterval());
        Replicate first = row.rounds().replicates().get(0);
        assertEquals(new Replicate(2, Instant.parse("2026-12-01T10:00:00Z"), true, List.of(300.0), List.of(3000.0, 1000.0),
            Double.NaN, 0.02, 0, 302, 98), first);
    }

    @Test
    void withTwoThereIsNoIntervalNotEvenOneOverIterations() {
        Row row = MadeUp.point().rounds(1, 1.1).row();
        assertFalse(row.nsPerPageError().known());
        assertTrue(MadeUp.point().row().nsPerPageError().known());
        JsonNode json = json(List.of(row));
        assertTrue(json.get("nsPerPageInterval").get("low").isNull());
        assertEquals(2, json.get("replicates").intValue());
    }

    @Test
    void aRunFromBeforeThereWereRoundsKnowsNothingOfThem() {
        assertNull(MadeUp.point().row().rounds());
        assertTrue(Double.isNaN(MadeUp.point().row().nsPerPage().count()));
        assertFalse(RowsJson.of(MadeUp.sweep()).contains("replicates"));
    }

    @Test
    void theSplitIsOfTheRoundsOfTheTotal() {
        MadeUp point = MadeUp.point().rounds(TOTAL, new int[] {1, 2, 3}, new double[] {100}, new double[] {100},
            new double[] {100});
        point.rounds(SPLIT, new int[] {3, 4, 2}, new double[] {120}, new double[] {9999}, new double[] {140});
        iterations(point.metric(SPLIT, "waitNsPerPage"), 60, 9000, 80);
        Row row = point.row();
        assertEquals(130, row.value(Figure.SPLIT_NS_PER_PAGE), EXACT);
        assertEquals(70, row.value(Figure.WAIT_NS_PER_PAGE), EXACT);
        point.rounds(SPLIT, new int[] {6, 7, 8}, new double[] {120}, new double[] {130}, new double[] {140});
        assertEquals(130, point.row().value(Figure.SPLIT_NS_PER_PAGE), EXACT, "none in common: whatever there is");
    }

    @Test
    void theSplitDisturbsOnlyWhereTheWholeIntervalOfItsRatioIsMoreThanATenthOff() {
        assertFalse(disturbed(1.3, 0.8, 1.5).row().splitDisturbs(), "1.2 in the mean, and too scattered to say so");
        assertTrue(disturbed(1.3, 1.3, 1.31).row().splitDisturbs());
        assertTrue(disturbed(0.8, 0.8, 0.81).row().splitDisturbs());
        assertFalse(disturbed(1.05, 1.06, 1.05).row().splitDisturbs());
        assertTrue(disturbed(1.2, 1.2).row().splitDisturbs(), "too few rounds: as it was without them");
    }

    /** Split over total by round; the rounds themselves differ by far more, which cancels. */
    private static MadeUp disturbed(double... ratios) {
        MadeUp point = MadeUp.point();
        int[] rounds = new int[ratios.length];
        double[][] total = new double[ratios.length][];
        double[][] split = new double[ratios.length][];
        for (int i = 0; i < ratios.length; i++) {
            rounds[i] = i + 1;
            total[i] = new double[] {100 * (i + 1)};
            split[i] = new double[] {100 * (i + 1) * ratios[i]};
        }
        return point.rounds(TOTAL, rounds, total).rounds(SPLIT, rounds, split);
    }

    @Test
    void theGainIsPairedByRound() {
        Row sync = MadeUp.point(8, 1, "sync", 5000).rounds(TOTAL, new int[] {1, 2, 3, 4}, new double[] {5000},
            new double[] {10_000}, new double[] {2500}, new double[] {77}).row();
        Row batched = MadeUp.point(8, 1, "batched", 500).rounds(TOTAL, new int[] {3, 2, 1}, new double[] {250},
            new double[] {1000}, new double[] {505}).row();
        Row shown = Row.shown(List.of(sync, batched)).get(1);
        assertEquals(17_500 / 1755.0, shown.batchingGain(), EXACT);
        assertTrue(shown.gain().low() > 9.5 && shown.gain().high() < 10.5, shown.gain().toString());
        assertEquals(shown.gain().low(), shown.interval(Figure.BATCHING_GAIN).low());
        JsonNode gain = json(List.of(shown)).get("gain");
        assertEquals(List.of("ratio", "low", "high"), List.copyOf(gain.propertyNames()));
        assertEquals(shown.batchingGain(), gain.get("ratio").doubleValue(), EXACT);
        assertTrue(json(List.of(sync)).get("gain").isNull());
    }

    @Test
    void victimsArePairedByRoundWithTheirControl() {
        MadeUp point = MadeUp.point().loaded("own", 1e5, 4e5).rounds(STEADY);
        iterations(point.metric(TOTAL, "victimAccessesPerCpuSecond"), 1e5, 2e5, 4e5);
        iterations(point.metric(CONTROL, "victimAccessesPerCpuSecond"), 4e5, 8.2e5, 16e5);
        Row row = point.row();
        assertEquals(28.2 / 7, row.value(Figure.VICTIM_SLOWDOWN), EXACT);
        Interval interval = row.interval(Figure.VICTIM_SLOWDOWN);
        assertTrue(interval.low() > 3.8 && interval.high() < 4.3, interval.toString());
        assertEquals(interval.low(), json(List.of(row)).get("victimSlowdownInterval").get("low").doubleValue());
        assertTrue(text(List.of(row)).contains("4.03× ±4%"), text(List.of(row)));
        iterations(point.metric(CONTROL, "victimAccessesPerCpuSecond"), 4e5, 0, 16e5);
        assertTrue(refused(point).contains("victimAccessesPerCpuSecond.rawData"));
    }

    @Test
    void percentilesAreThereOnlyWhereTenValuesLieBeyond() {
        Row.Distribution thousand = operations(990, 5, 5);
        assertEquals(1000, thousand.count());
        assertFalse(Double.isNaN(thousand.p99()));
        assertTrue(Double.isNaN(thousand.p999()) && thousand.max() > 0);
        assertTrue(Double.isNaN(operations(989, 5, 5).p99()));
        assertFalse(Double.isNaN(operations(9990, 5, 5).p999()));
        assertTrue(Double.isNaN(operations(9, 5, 5).p50()));
        assertFalse(Double.isNaN(operations(10, 5, 5).p50()));
    }

    private static Row.Distribution operations(int... each) {
        MadeUp point = MadeUp.point().rounds(STEADY);
        for (int i = 0; i < each.length; i++) {
            point.replicate(TOTAL, i).putArray("operations").add(each[i]);
        }
        return point.row().nsPerPage();
    }

    @Test
    void whereTheCountIsNotToldListsAreCountedAndOtherOperationsAreNot() {
        assertEquals(3000 / 250.0, MadeUp.point().param("list", 250).rounds(STEADY).row().nsPerPage().count());
        Row.Distribution other = MadeUp.point().param("workload", "protect").rounds(STEADY).row().nsPerPage();
        assertTrue(Double.isNaN(other.count()) && other.p999() > 0);
    }

    @Test
    void efficiencyIsOfEachSenderOverThoseOnTheFewestCoresOfTheSameRule() {
        List<Row> rows = Row.shown(List.of(rate(1, 1, 100), rate(2, 1, 90), rate(8, 1, 50), rate(2, 2, 160), rate(8, 8, 400),
            rate(4, 3, 33), rate(8, 3, 11)));
        Map<String, Double> efficiency = rows.stream().collect(Collectors.toMap(
            row -> row.point().senders() + " of " + row.point().cores(), row -> row.value(Figure.EFFICIENCY)));
        assertEquals(Map.of("1 of 1", 1.0, "1 of 2", 0.9, "1 of 8", 0.5, "2 of 2", 0.8, "8 of 8", 0.5, "3 of 4", 1.0,
            "3 of 8", 11 / 33.0), efficiency);
        assertEquals(0.9, json(rows.subList(1, 2)).get("efficiency").doubleValue(), EXACT);
    }

    /** What was slow in a round was so on both machines: the times are 1 : 3 in each, and the interval is of a point. */
    @Test
    void theIntervalOfAnEfficiencyIsThatOfBothTimesPairedByRound() {
        MadeUp small = MadeUp.point(2, 1, "sync", 1000).rounds(1, 1.5, 2).score("pagesPerSecond", 900_000);
        MadeUp large = MadeUp.point(8, 1, "sync", 3000).rounds(1, 1.5, 2).score("pagesPerSecond", 297_000);
        List<Row> rows = Row.shown(List.of(small.row(), large.row()));
        Interval exact = rows.get(1).interval(Figure.EFFICIENCY);
        assertEquals(0.33, rows.get(1).value(Figure.EFFICIENCY), EXACT);
        assertEquals(0.33, exact.low(), EXACT);
        assertEquals(0.33, exact.high(), EXACT);
        assertFalse(rows.get(0).interval(Figure.EFFICIENCY).known(), "the smallest is its own measure");
        assertTrue(json(rows.subList(0, 1)).get("efficiencyInterval").isNull());

        Row scattered = MadeUp.point(8, 1, "sync", 3000).rounds(1, 1.6, 1.9).score("pagesPerSecond", 297_000).row();
        Row row = Row.shown(List.of(small.row(), scattered)).get(1);
        Interval interval = row.interval(Figure.EFFICIENCY);
        Replicates.Gain times = row.rounds().nsPerPage().gain(small.row().rounds().nsPerPage());
        assertEquals(times.low() / times.ratio(), interval.low() / 0.33, EXACT);
        assertEquals(times.high() / times.ratio(), interval.high() / 0.33, EXACT);
        assertTrue(interval.low() < 0.32 && interval.high() > 0.34, interval.toString());
        JsonNode json = json(List.of(row)).get("efficiencyInterval");
        assertEquals(interval.low(), json.get("low").doubleValue(), EXACT);
        assertEquals(interval.high(), json.get("high").doubleValue(), EXACT);
        String text = text(List.of(row));
        assertTrue(text.contains("33.0% " + Figures.error(0.33, interval)), text);
        assertTrue(text.replace('\n', ' ').contains("how far its 95% interval over rounds reaches"), text);

        Row apart = MadeUp.point(8, 1, "sync", 3000).rounds(TOTAL, new int[] {7, 8, 9}, new double[] {1}, new double[] {2},
            new double[] {3}).row();
        assertFalse(Row.shown(List.of(small.row(), apart)).get(1).interval(Figure.EFFICIENCY).known(), "no round in common");
    }

    /** Where fewer than ten lie beyond, a percentile is a single event. */
    @Test
    void acknowledgementsAreCountedWhereTheirHistogramsAreKept() {
        MadeUp point = MadeUp.point().rounds(STEADY);
        Row.Distribution unknown = point.row().distribution(Figure.ACK_DELAY_NS);
        assertTrue(Double.isNaN(unknown.count()) && unknown.p999() > 0, "nobody knows how many");
        for (int i = 0; i < 3; i++) {
            acknowledged(point, i, 400);
        }
        Row.Distribution known = point.row().distribution(Figure.ACK_DELAY_NS);
        assertEquals(1200, known.count());
        assertEquals(unknown.p99(), known.p99(), "twelve lie beyond");
        assertTrue(Double.isNaN(known.p999()), "and here one and a bit");
        assertEquals(unknown.mean(), known.mean(), EXACT);
        JsonNode json = json(List.of(point.row())).get("ackDelayNs");
        assertEquals(1200, json.get("count").intValue());
        assertTrue(json.get("p999").isNull() && json.get("p99").isNumber(), json.toString());
        acknowledged(point, 0, 199);
        assertTrue(Double.isNaN(point.row().distribution(Figure.ACK_DELAY_NS).p99()), "999");
        ((ObjectNode) point.replicate(SPLIT, 1).get("histograms").get("ackDelayNs")).put("counts", "AAAA");
        assertTrue(refused(point).contains("the histogram of ackDelayNs is damaged"));
    }

    private static void acknowledged(MadeUp point, int fork, int times) {
        Histogram histogram = new Histogram(60_000_000_000L, 2);
        histogram.recordValueWithCount(500, times);
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        point.replicate(SPLIT, fork).putObject("histograms").putObject("ackDelayNs").put("unit", 1.0)
            .put("counts", Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length)));
    }

    private static Row rate(int cores, int senders, double pagesPerSecond) {
        return MadeUp.point(cores, senders, "sync", 5000).rounds(STEADY).score("pagesPerSecond", pagesPerSecond).row();
    }

    @Test
    void theKeysOfRoundsAreThoseThatArePromisedAndNullOfRowsThatKnowNone() {
        List<Row> both = List.of(MadeUp.point().row(), MadeUp.point().param("ring", 64).rounds(STEADY).row());
        List<String> old = keys(json(both.subList(0, 1)));
        List<String> all = keys(json(both.subList(1, 2)));
        List<String> added = new ArrayList<>(all);
        added.removeAll(old);
        assertEquals(List.of("nsPerPageInterval", "efficiency", "efficiencyInterval", "turnNanos", "roundTripNanos", "victimSlowdownInterval", "gain",
            "replicates", "steady", "foreignCpuShare"), added);
        assertEquals(old, all.stream().filter(old::contains).toList());
        JsonNode first = Json.tree(RowsJson.of(both).getBytes(StandardCharsets.UTF_8), "rows").get(0);
        assertEquals(all, keys(first));
        assertTrue(added.stream().allMatch(key -> first.get(key).isNull()), first.toString());
        assertTrue(json(both.subList(1, 2)).get("victimSlowdownInterval").isNull());
        assertTrue(json(both.subList(1, 2)).get("nsPerPage").has("count") && !json(both.subList(0, 1)).get("nsPerPage").has("count"));
    }

    @Test
    void whatWasNotedBesideIsTold() {
        MadeUp point = MadeUp.point().rounds(STEADY);
        JsonNode json = json(List.of(point.row()));
        assertEquals(0.02, json.get("foreignCpuShare").doubleValue(), EXACT);
        assertEquals(302, json.get("turnNanos").doubleValue(), EXACT);
        assertEquals(98, json.get("roundTripNanos").doubleValue(), EXACT);
        assertTrue(json.get("steady").booleanValue());
        point.replicate(SPLIT, 1).put("steady", false);
        for (int i = 0; i < 3; i++) {
            point.replicate(TOTAL, i).putNull("foreignCpuShare").putNull("turnNanos");
            point.replicate(SPLIT, i).remove("turnNanos");
        }
        Row row = point.row();
        json = json(List.of(row));
        assertTrue(json.get("foreignCpuShare").isNull() && json.get("turnNanos").isNull());
        assertFalse(json.get("steady").booleanValue());
        String text = text(List.of(row));
        assertTrue(text.contains("%!  ") && text.contains("\n!: a JVM of the row never became steady"), text);
        assertTrue(String.join(" ", PlainWords.of(List.of(row))).contains("1 of 1 figures are of JVMs that never became steady."));
        assertFalse(text.contains("wait/turn"), text);
        assertTrue(text.contains("wait/roundTrip"), text);
    }

    @Test
    void aTableTellsTheGainWithItsIntervalAndBelowWhatThereIsNoRoomFor() {
        List<Row> rows = sweep();
        List<String> lines = text(rows).lines().toList();
        String line = lines.stream().filter(each -> each.matches(" *100 +batched +4\\.65.*")).findFirst().orElseThrow();
        assertTrue(line.matches(" *100 +batched +4\\.65 µs +±7% +- +12 .* 24\\.1× ±0% +0 +oversubscribed 100/2"), line);
        int below = lines.indexOf("one sender · throughput and waits");
        assertTrue(lines.get(below + 1).matches("cores  strategy  +pages/s  efficiency  wait/turn  wait/roundTrip  JVMs  foreign"),
            lines.get(below + 1));
        assertTrue(lines.get(below + 2).matches(" +8 +sync +198000 +100% .* 3 +2\\.00%"), lines.get(below + 2));
        assertTrue(lines.stream().allMatch(each -> each.length() <= 128), String.join("\n", lines));
        String all = String.join(" ", lines);
        for (String words : List.of("over rounds (3 forks), farther up than down", "N: values in the histogram",
            "of the rounds that have both", "wait/turn: the wait in turns of the host's run queue, one of which took 302 ns.",
            "the mean over JVMs of each one's time over its pages")) {
            assertTrue(all.contains(words), words + " in " + all);
        }
        assertFalse(all.contains("with 95% confidence"), all);
        String html = CurveTable.html(rows);
        assertEquals(4, html.split("<table>", -1).length - 1);
        assertTrue(html.contains("<caption>one sender · throughput and waits</caption>"), html);
    }

    @Test
    void wordsSayOfWhatTheWaitIsAShareAndHowFarTheGainReaches() {
        String words = String.join(" ", PlainWords.of(sweep()));
        assertTrue(words.contains("24.1 times less (±0%)"), words);
        assertTrue(words.contains(" waiting, of the 117 µs that it takes where that is timed."), words);
        assertFalse(words.contains("may be chance"), words);
        Row sync = MadeUp.point(8, 1, "sync", 1000).rounds(0.7, 1, 1.3).row();
        Row batched = MadeUp.point(8, 1, "batched", 900).rounds(1.3, 1, 0.7).row();
        words = String.join(" ", PlainWords.of(Row.shown(List.of(sync, batched))));
        assertTrue(words.contains("The interval of that gain holds 1, so that the difference may be chance."), words);
    }

    private static List<Row> sweep() {
        return Row.shown(MadeUp.sweepPoints().stream().map(point -> point.rounds(STEADY).row()).toList());
    }

    @Test
    void runsAreComparedByTheSameFigureAndGainsByRound() {
        double[] rounds = {0.9, 1, 1.1, 1.5, 0.6};
        RunFolder run = RunFolder.create(parent, Map.of("hostname", "made-up"), Instant.EPOCH);
        run.add(weighted(MadeUp.point(8, 1, "sync", 5000).rounds(rounds)).json());
        run.add(weighted(MadeUp.point(8, 1, "batched", 500).rounds(rounds)).json());
        Comparison comparison = Comparison.ofRuns(List.of(run, run), Set.of(), Statistic.MEAN);
        JsonNode json = Json.MAPPER.readTree(comparison.json());
        JsonNode ratio = json.get("ratios").get(0);
        Row sync = run.rows().get(0);
        assertEquals(sync.nsPerPage().mean(), ratio.get("base").doubleValue(), EXACT);
        assertEquals("no difference", ratio.get("verdict").stringValue());
        assertTrue(ratio.get("low").doubleValue() < 0.7, "two runs have no rounds in common: " + ratio);
        JsonNode gain = json.get("gains").get(0);
        assertEquals(10, gain.get("low").doubleValue(), 1e-6, "what was slow in a round was so for both");
        assertEquals("gains", gain.get("verdict").stringValue());
        String text = comparison.text(TerminalStyle.PLAIN);
        assertTrue(text.contains("each fork's time over its pages"), text);
        assertTrue(text.replaceAll("\\s+", " ").contains("Student's t on the logarithms of each round's ratio"), text);
        assertFalse(text.contains("drawn again"), text);
        assertEquals("not enough forks", Json.MAPPER.readTree(Comparison.ofRuns(List.of(few()), Set.of(), Statistic.MEAN).json())
            .get("gains").get(0).get("verdict").stringValue());
    }

    private RunFolder few() {
        RunFolder run = RunFolder.create(parent, Map.of("hostname", "few"), Instant.EPOCH);
        run.add(MadeUp.point(8, 1, "sync", 5000).rounds(STEADY).json());
        run.add(MadeUp.point(8, 1, "batched", 500).rounds(STEADY).json());
        return run;
    }

    /** The first JVM has a second iteration, slow and of few pages. */
    private static MadeUp weighted(MadeUp point) {
        for (int result : new int[] {TOTAL, SPLIT}) {
            double first = point.metric(result, "nsPerPage").get("rawData").get(0).get(0).doubleValue();
            point.results().get(result).get("secondaryMetrics").properties().forEach(metric -> ((ArrayNode) metric.getValue()
                .get("rawData").get(0)).add(metric.getKey().equals("nsPerPage") ? first * 9 : 1));
            ((ArrayNode) point.replicate(result, 0).get("pages")).add(10);
        }
        return point;
    }

    @Test
    void whatIsDamagedIsRefusedInALine() {
        refused(of -> of.put("replicates", 7), "replicates is 7", "for each of 3 forks");
        refused(of -> ((ArrayNode) of.get("replicates")).remove(0), "replicates is an array of 2", "for each of 3 forks");
        refused(of -> ((ArrayNode) of.get("replicates")).set(1, Json.MAPPER.valueToTree("x")), "replicates[1] is 'x'", "an object");
        for (String key : List.of("round", "at", "steady", "dropped", "pages")) {
            refused(of -> second(of).remove(key), "replicates[1]." + key + " is missing");
        }
        for (double round : new double[] {0, -1, 1.5, 1e9}) {
            refused(of -> second(of).put("round", round), "replicates[1].round is", "whole number from 1 to 1000000");
        }
        refused(of -> second(of).put("round", 1), "replicates[1].round is 1", "each round once");
        refused(of -> second(of).put("round", "1"), "replicates[1].round is '1'", "a number");
        refused(of -> second(of).put("at", "noon\u001b"), "replicates[1].at is", "a time such as");
        refused(of -> second(of).put("at", 5), "replicates[1].at is 5", "a time such as");
        refused(of -> second(of).put("steady", "yes"), "replicates[1].steady is 'yes'", "true or false");
        refused(of -> second(of).put("dropped", 5), "replicates[1].dropped is 5", "an array of numbers");
        refused(of -> second(of).putArray("dropped").add(-5), "replicates[1].dropped is -5", "from 0 to");
        refused(of -> second(of).putArray("pages").add(5).add(5), "replicates[1].pages is an array of 2", "each of 1 iterations");
        refused(of -> second(of).putArray("pages").add(0), "replicates[1].pages is 0", "above 0");
        refused(of -> second(of).putArray("operations"), "replicates[1].operations is an array of 0", "each of 1 iterations");
        refused(of -> second(of).put("operations", 1), "replicates[1].operations is 1", "an array");
        refused(of -> second(of).put("foreignCpuShare", 1.5), "replicates[1].foreignCpuShare is 1.5", "from 0 to 1");
        refused(of -> second(of).put("stealShare", -0.5), "replicates[1].stealShare is -0.5", "from 0 to 1");
        refused(of -> second(of).put("turnNanos", 0), "replicates[1].turnNanos is 0", "above 0");
        refused(of -> second(of).put("roundTripNanos", "NaN"), "replicates[1].roundTripNanos is 'NaN'", "above 0");
        MadeUp uneven = MadeUp.point().rounds(STEADY);
        ((ArrayNode) uneven.metric(SPLIT, "waitNsPerPage").get("rawData").get(0)).add(7);
        assertTrue(refused(uneven).contains("waitNsPerPage.rawData"), refused(uneven));
    }

    @Test
    void aFileDamagedAnywhereIsReadOrRefusedAndWhatIsReadCanBeShown() {
        Random random = new Random(5);
        String whole = new String(MadeUp.point().rounds(STEADY).json(), StandardCharsets.UTF_8);
        int from = whole.indexOf("\"nsPerPage\"");
        int to = whole.indexOf("]", whole.indexOf("\"replicates\"") + 500);
        int read = 0;
        for (int i = 0; i < 2000; i++) {
            StringBuilder damaged = new StringBuilder(whole);
            for (int j = random.nextInt(3); j >= 0; j--) {
                damaged.setCharAt(from + random.nextInt(to - from), LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
            Row row;
            try {
                row = PointFile.row(damaged.toString().getBytes(StandardCharsets.UTF_8), "damaged.json");
            } catch (BadRunException refused) {
                assertTrue(refused.getMessage().startsWith("damaged.json"), refused.getMessage());
                continue;
            }
            read++;
            List<Row> rows = Row.shown(List.of(row));
            assertTrue(text(rows).contains("sync") && !PlainWords.of(rows).isEmpty());
            assertFalse(RowsJson.of(rows).contains("NaN"));
        }
        assertTrue(read > 50 && read < 1950, read + " of 2000 could be read");
    }

    @Test
    void thoseOfAPacedPointAreReadTooAndLeaveItWithoutRoundsOfItsOwn() {
        MadeUp paced = MadeUp.paced("a", 1000, 0).inRounds();
        assertNull(paced.row().rounds());
        ((ObjectNode) paced.results().get(0)).putArray("replicates").add("a damaged one");
        BadRunException refused = assertThrows(BadRunException.class, paced::row);
        assertTrue(refused.getMessage().contains("replicates is an array of 1"), refused.getMessage());
    }

    private static ObjectNode second(ObjectNode result) {
        return (ObjectNode) result.get("replicates").get(1);
    }

    private static void refused(Consumer<ObjectNode> bent, String... parts) {
        for (int result : new int[] {TOTAL, SPLIT}) {
            MadeUp point = MadeUp.point().rounds(STEADY);
            bent.accept((ObjectNode) point.results().get(result));
            String message = refused(point);
            for (String part : parts) {
                assertTrue(message.contains(part), message + " has not " + part);
            }
        }
    }

    private static String refused(MadeUp point) {
        String message = assertThrows(BadRunException.class, point::row).getMessage();
        assertTrue(message.startsWith("made-up.json (") && message.lines().count() == 1 && message.length() < 300, message);
        assertFalse(message.chars().anyMatch(Character::isISOControl), message);
        return message;
    }

    /** Gives each fork of a metric one iteration. */
    private static void iterations(ObjectNode metric, double... forks) {
        ArrayNode raw = metric.putArray("rawData");
        for (double fork : forks) {
            raw.addArray().add(fork);
        }
    }

    private static List<Double> figures(Replicates replicates) {
        List<Double> figures = new ArrayList<>();
        for (double figure : replicates.figures()) {
            figures.add(figure);
        }
        return figures;
    }

    private static List<String> keys(JsonNode row) {
        return List.copyOf(row.propertyNames());
    }

    private static String text(List<Row> rows) {
        return CurveTable.text(rows, TerminalStyle.PLAIN);
    }

    private static JsonNode json(List<Row> rows) {
        return Json.tree(RowsJson.of(rows).getBytes(StandardCharsets.UTF_8), "rows").get(0);
    }
}
