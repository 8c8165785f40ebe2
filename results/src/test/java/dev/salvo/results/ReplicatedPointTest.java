package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Replicates of one point, put together, and what their figures are then. */
class ReplicatedPointTest {
    private static final double EXACT = 1e-9;

    @TempDir
    private Path parent;

    /** The sample, as one replicate whose iterations took so long for a page, with so many pages each. */
    private static byte[] replicate(int round, double[] times, int... pages) {
        ArrayNode results = MadeUp.point().results();
        for (JsonNode result : results) {
            result.get("secondaryMetrics").properties().forEach(metric -> {
                ArrayNode fork = ((ObjectNode) metric.getValue()).putArray("rawData").addArray();
                for (double time : times) {
                    fork.add(metric.getKey().equals("nsPerPage") ? time : 2.0);
                }
            });
            ArrayNode fork = ((ObjectNode) result.get("primaryMetric")).putArray("rawData").addArray();
            Arrays.stream(times).forEach(time -> fork.add(time * 256));
            ObjectNode entry = ((ObjectNode) result).putArray("replicates").addObject();
            entry.put("round", round).put("steady", true).put("at", Instant.ofEpochSecond(round * 60L + (long) times[0]).toString())
                .put("steady", true).putArray("dropped");
            entry.putArray("dropped").add(times[0]);
            ArrayNode weights = entry.putArray("pages");
            Arrays.stream(pages).forEach(weights::add);
            entry.putObject("histograms").putObject("nsPerPage").put("unit", 0.5).put("counts", counts(times));
        }
        return Json.pretty(results).getBytes(StandardCharsets.UTF_8);
    }

    private static String counts(double... times) {
        Histogram histogram = new Histogram(3_600_000_000_000L, 3);
        Arrays.stream(times).forEach(time -> histogram.recordValue((long) time * 2));
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
    }

    private static JsonNode metric(byte[] json, String name) {
        return Json.tree(json, "pooled").get(0).get("secondaryMetrics").get(name);
    }

    /** JMH would say (100 + 400 + 200 + 200) / 4, and that the error is of four independent samples. */
    @Test
    void aReplicateIsItsTimeOverItsPagesAndAPointTheMeanOfItsReplicates() {
        byte[] pooled = ReplicatedPoint.pooled(List.of(replicate(1, new double[] {100, 400}, 300, 100),
            replicate(2, new double[] {200, 200}, 10, 1000)), "made-up");
        assertEquals((175 + 200) / 2.0, metric(pooled, "nsPerPage").get("score").doubleValue(), EXACT);
        JsonNode primary = Json.tree(pooled, "pooled").get(0).get("primaryMetric");
        assertEquals(256 * (175 + 200) / 2.0, primary.get("score").doubleValue(), EXACT);
        assertEquals("[[25600.0,102400.0],[51200.0,51200.0]]", primary.get("rawData").toString());
        assertEquals("NaN", primary.get("scoreError").stringValue(), "of two replicates nothing is known");
        assertEquals(2, Json.tree(pooled, "pooled").get(0).get("forks").intValue());
        Row row = PointFile.row(pooled, "made-up");
        assertEquals((175 + 200) / 2.0, row.nsPerPage().mean(), EXACT);
        assertEquals(2, row.forks());
    }

    /** The primary score's error and that of the table are one and the same. */
    @Test
    void theErrorIsThatOfTheTable() {
        byte[] pooled = ReplicatedPoint.pooled(List.of(replicate(1, new double[] {100, 100}, 1, 1),
            replicate(2, new double[] {110, 110}, 1, 1), replicate(3, new double[] {120, 120}, 1, 1)), "made-up");
        Interval table = PointFile.row(pooled, "made-up").nsPerPageError();
        JsonNode primary = Json.tree(pooled, "pooled").get(0).get("primaryMetric");
        assertEquals(256 * table.low(), primary.get("scoreConfidence").get(0).doubleValue(), 1e-6);
        assertEquals(256 * table.high(), primary.get("scoreConfidence").get(1).doubleValue(), 1e-6);
        assertEquals(256 * (table.high() - table.low()) / 2, primary.get("scoreError").doubleValue(), 1e-6);
    }

    @Test
    void countsAddUpAndPercentilesAreOfAllValues() {
        byte[] pooled = ReplicatedPoint.pooled(List.of(replicate(1, new double[] {100, 100, 100}, 1, 1, 1),
            replicate(2, new double[] {100, 100, 900}, 1, 1, 1)), "made-up");
        double once = metric(MadeUp.point().json(), "yields").get("score").doubleValue();
        assertEquals(2 * once, metric(pooled, "yields").get("score").doubleValue(), 1e-6);
        JsonNode percentiles = metric(pooled, "nsPerPage").get("scorePercentiles");
        assertEquals(100, percentiles.get("50.0").doubleValue(), 1);
        assertEquals(900, percentiles.get("100.0").doubleValue(), 1);
    }

    @Test
    void itDoesNotMatterHowTheyWerePutTogether() {
        byte[] one = replicate(1, new double[] {100, 130}, 7, 8);
        byte[] two = replicate(2, new double[] {111, 120}, 5, 6);
        byte[] three = replicate(3, new double[] {90, 99}, 9, 2);
        byte[] atOnce = ReplicatedPoint.pooled(List.of(one, two, three), "made-up");
        byte[] byAndBy = ReplicatedPoint.pooled(List.of(ReplicatedPoint.pooled(List.of(one, two), "made-up"), three), "made-up");
        Row row = PointFile.row(atOnce, "made-up");
        assertEquals(row.nsPerPage().mean(), PointFile.row(byAndBy, "made-up").nsPerPage().mean(), EXACT);
        assertEquals(metric(atOnce, "pagesPerSecond").get("score").doubleValue(),
            metric(byAndBy, "pagesPerSecond").get("score").doubleValue(), 1e-6);
        assertEquals(metric(atOnce, "nsPerPage").get("scorePercentiles"), metric(byAndBy, "nsPerPage").get("scorePercentiles"));
    }

    @Test
    void aPointGrowsByRoundsAndItsFileIsWholeEachTime() throws IOException {
        RunFolder run = MadeUp.run(parent);
        assertEquals(Optional.empty(), run.replicates(MadeUp.point().row().point()));
        for (int round = 1; round <= 3; round++) {
            Row row = run.addReplicates(List.of(replicate(round, new double[] {100 * round, 100 * round}, 1, 1)));
            assertEquals(round, row.forks());
            assertEquals(List.of(row.nsPerPage()), run.rows().stream().map(Row::nsPerPage).toList());
        }
        Replicates replicates = run.replicates(MadeUp.point().row().point()).orElseThrow();
        assertArrayEquals(new int[] {1, 2, 3}, replicates.rounds());
        assertArrayEquals(new double[] {100, 200, 300}, replicates.figures(), EXACT);
        try (Stream<Path> files = Files.list(run.path().resolve("points"))) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void whatWasMeasuredBeforeThereWereRoundsIsNotAddedTo() {
        RunFolder run = MadeUp.run(parent);
        Row row = run.add(MadeUp.point().json());
        assertEquals(Optional.empty(), run.replicates(row.point()));
        assertTrue(assertThrows(BadRunException.class, () -> run.addReplicates(List.of(replicate(1, new double[] {1}, 1))))
            .getMessage().contains("measured in rounds"));
        assertEquals(List.of(row), run.rows());
    }

    @Test
    void roundsOfSeveralRunsArePooledAndThoseOfOneStayPairs() {
        RunFolder first = MadeUp.run(parent);
        RunFolder second = MadeUp.run(parent);
        for (RunFolder run : List.of(first, second)) {
            int base = run == first ? 100 : 120;
            for (int round = 1; round <= 2; round++) {
                run.addReplicates(List.of(replicate(round, new double[] {base + round}, 1)));
                run.addReplicates(List.of(batched(replicate(round, new double[] {base / 2 + round}, 1))));
            }
        }
        RunFolder merged = RunFolder.merge(parent, List.of(first, second), Instant.EPOCH);
        List<Row> rows = merged.rows();
        assertEquals(List.of(4, 4), rows.stream().map(Row::forks).toList());
        for (Row row : rows) {
            assertArrayEquals(new int[] {1, 2, 3, 4}, merged.replicates(row.point()).orElseThrow().rounds());
        }
        assertEquals(121, merged.replicates(rows.get(0).point()).orElseThrow().figures()[2], EXACT);
        assertEquals(61, merged.replicates(rows.get(1).point()).orElseThrow().figures()[2], EXACT);
    }

    private static byte[] batched(byte[] json) {
        return new String(json, StandardCharsets.UTF_8).replace("\"strategy\" : \"sync\"",
            "\"strategy\" : \"batched\"").getBytes(StandardCharsets.UTF_8);
    }

    /** A run, and a copy of it that has gone on. */
    @Test
    void theSameReplicateIsNotCountedTwice() throws IOException {
        RunFolder run = MadeUp.run(parent);
        run.addReplicates(List.of(replicate(1, new double[] {100}, 1)));
        RunFolder copy = MadeUp.run(parent);
        copy.addReplicates(List.of(replicate(1, new double[] {100}, 1)));
        RunFolder merged = RunFolder.merge(parent, List.of(run, copy), Instant.EPOCH);
        assertEquals(1, merged.rows().get(0).forks(), "the same file");
        copy.addReplicates(List.of(replicate(2, new double[] {110}, 1)));
        assertTrue(assertThrows(BadRunException.class, () -> RunFolder.merge(parent, List.of(run, copy), Instant.EPOCH))
            .getMessage().contains("is there twice"));
    }

    @Test
    void twoReplicatesAreNotOfTheSameRound() {
        List<byte[]> both = List.of(replicate(1, new double[] {100}, 1), replicate(1, new double[] {110}, 1));
        assertTrue(assertThrows(BadRunException.class, () -> ReplicatedPoint.pooled(both, "made-up.json")).getMessage()
            .startsWith("made-up.json: [1, 1] are its rounds"));
    }

    @Test
    void whatIsDamagedIsRefusedAndNamed() {
        byte[] whole = replicate(1, new double[] {100, 100}, 1, 1);
        for (String[] damage : new String[][] {{"\"round\" : 1", "\"round\" : 0"}, {"\"round\" : 1", "\"round\" : \"1\""},
            {"\"replicates\"", "\"other\""}, {"\"counts\" : \"H", "\"counts\" : \"!"}, {"\"pages\"", "\"leaves\""}}) {
            String text = new String(whole, StandardCharsets.UTF_8);
            assertTrue(text.contains(damage[0]), damage[0]);
            byte[] damaged = text.replace(damage[0], damage[1]).getBytes(StandardCharsets.UTF_8);
            assertTrue(assertThrows(BadRunException.class, () -> ReplicatedPoint.pooled(List.of(damaged), "made-up.json"))
                .getMessage().startsWith("made-up.json"), damage[0]);
        }
    }
}
