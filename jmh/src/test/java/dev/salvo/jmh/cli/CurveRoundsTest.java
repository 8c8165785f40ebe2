package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two points of one series in two rounds, in a process as a person would start it: the files, and what becomes of them
 * afterwards. How many rounds are made and of what is RoundRunnerTest's to prove, which measures nothing; here a JVM costs
 * seconds, and a round two of them.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class CurveRoundsTest {
    @TempDir
    Path folder;

    private Said salvo(String... arguments) throws Exception {
        return Said.by(new ProcessBuilder(Launch.command(List.of(), arguments)));
    }

    @Test
    void aRunOfRoundsIsGoneOnWithAddedToAndMerged() throws Exception {
        Path runs = folder.resolve("runs");
        Said first = salvo("curve", "--cores", "1,2", "--senders", "1", "--strategy", "sync", "--quick", "--forks", "2",
            "--no-flame", "--out", runs.toString());
        assertEquals(0, first.exitCode(), first.err());
        assertEquals(List.of("round 1", "round 2"),
            first.err().lines().filter(line -> line.startsWith("round ")).toList(), first.err());
        Path run = only(runs);
        List<Path> points = points(run);
        assertEquals(2, points.size());
        for (Path point : points) {
            assertReplicates(point, 2);
        }
        assertTrue(JsonMapper.shared().readTree(Files.readString(run.resolve("host.json"))).get("seed").isNumber());
        Path other = measuredAnotherDay(run);

        String before = Files.readString(points.get(0));
        Path frames = Files.writeString(run.resolve("flame/frames.json"), "{");
        Said whole = salvo("curve", "--resume", run.toString());
        assertEquals(1, whole.exitCode(), whole.err());
        assertTrue(whole.err().contains("salvo: " + frames + " line 1"), whole.err());
        assertTrue(whole.out().contains("run folder: " + run), "what is damaged costs nothing else");
        Files.delete(frames);
        assertEquals("2 of 2 points have been measured before", whole.err().lines().findFirst().orElse(""));
        assertEquals(before, Files.readString(points.get(0)));

        Said more = salvo("curve", "--resume", run.toString(), "--more");
        assertEquals(0, more.exitCode(), more.err());
        for (Path point : points) {
            assertReplicates(point, 4);
        }

        Files.delete(points.get(0));
        Said again = salvo("curve", "--resume", run.toString());
        assertEquals(0, again.exitCode(), again.err());
        assertEquals("1 of 2 points have been measured before", again.err().lines().findFirst().orElse(""));
        assertReplicates(points.get(0), 2);
        assertReplicates(points.get(1), 4);
        assertEquals(Set.of(5, 6), rounds(points.get(0)), "a round is never counted twice");

        Said merged = Said.by("merge", "--out", folder.resolve("merged").toString(), run.toString(), other.toString());
        assertEquals(0, merged.exitCode(), merged.err());
        List<Path> pooled = points(only(folder.resolve("merged")));
        assertReplicates(pooled.get(0), 4);
        assertReplicates(pooled.get(1), 6);
        assertTrue(rounds(pooled.get(0)).containsAll(Set.of(7, 8)) && rounds(pooled.get(1)).containsAll(Set.of(7, 8)),
            "a pair stays one");
    }

    /** A copy of a run whose replicates say of another time: what is of the same one is refused as the same. */
    private Path measuredAnotherDay(Path run) throws IOException {
        Path other = Files.createDirectories(folder.resolve("other/points")).getParent();
        Files.copy(run.resolve("host.json"), other.resolve("host.json"));
        for (Path point : points(run)) {
            Files.writeString(other.resolve("points").resolve(point.getFileName()),
                Files.readString(point).replaceAll("\"at\" : \"[0-9]{4}", "\"at\" : \"2001"));
        }
        return other;
    }

    private static void assertReplicates(Path file, int count) throws IOException {
        JsonNode results = JsonMapper.shared().readTree(Files.readString(file));
        assertEquals(List.of("total", "split"),
            results.valueStream().map(result -> result.get("params").get("measure").stringValue()).toList());
        List<Set<Integer>> rounds = new ArrayList<>();
        for (JsonNode result : results) {
            assertEquals("dev.salvo.jmh.PageOutBenchmark.pageOut", result.get("benchmark").stringValue());
            assertEquals("avgt", result.get("mode").stringValue());
            assertEquals(count, result.get("forks").intValue());
            assertEquals("ns/op", result.get("primaryMetric").get("scoreUnit").stringValue());
            assertEquals(count, result.get("primaryMetric").get("rawData").size());
            JsonNode replicates = result.get("replicates");
            assertEquals(count, replicates.size());
            Set<Integer> numbers = new HashSet<>();
            for (int i = 0; i < count; i++) {
                JsonNode replicate = replicates.get(i);
                assertTrue(numbers.add(replicate.get("round").intValue()));
                Instant.parse(replicate.get("at").stringValue());
                assertTrue(replicate.get("steady").isBoolean());
                assertTrue(replicate.get("dropped").size() >= 1);
                assertTrue(replicate.get("dropped").valueStream().allMatch(time -> time.doubleValue() > 0));
                assertEquals(result.get("secondaryMetrics").get("nsPerPage").get("rawData").get(i).size(),
                    replicate.get("pages").size());
                assertTrue(replicate.get("pages").valueStream().allMatch(pages -> pages.longValue() >= 512));
                for (int j = 0; j < replicate.get("pages").size(); j++) {
                    assertEquals(256 * replicate.get("operations").get(j).longValue(), replicate.get("pages").get(j).longValue());
                }
                for (String unknown : List.of("foreignCpuShare", "stealShare", "turnNanos", "roundTripNanos")) {
                    assertTrue(replicate.has(unknown), unknown);
                }
            }
            rounds.add(numbers);
        }
        assertEquals(rounds.get(0), rounds.get(1), "time and its split are of the same rounds");
    }

    private static Set<Integer> rounds(Path file) throws IOException {
        Set<Integer> rounds = new HashSet<>();
        JsonMapper.shared().readTree(Files.readString(file)).get(0).get("replicates")
            .forEach(replicate -> rounds.add(replicate.get("round").intValue()));
        return rounds;
    }

    private static Path only(Path runs) throws IOException {
        try (Stream<Path> all = Files.list(runs)) {
            List<Path> found = all.toList();
            assertEquals(1, found.size());
            return found.get(0);
        }
    }

    private static List<Path> points(Path run) throws IOException {
        try (Stream<Path> all = Files.list(run.resolve("points"))) {
            return all.sorted().toList();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--budget 5                     | --budget 5: must be a time such as 90s, 5m or 1h30m",
        "--budget 0s                    | --budget 0s: must be a time such as 90s, 5m or 1h30m",
        "--precision 0.1                | --precision 0.1: must be per cent, above 0% and at most 100%",
        "--precision 0%                 | --precision 0%: must be per cent, above 0% and at most 100%",
        "--quick --budget 5m            | --budget 5m: does not go with --quick, which says how much is measured",
        "--forks 3 --precision 5%       | --precision 5%: does not go with --forks, which says how much is measured",
        "--more                         | --more: goes with --resume DIR",
        "--clock paced --profile a64fx --budget 5m | --budget 5m: does not go with --clock paced, which says how much is measured"
    })
    void whatCannotBeAskedIsRefusedBeforeAnythingIsMeasured(String arguments, String said) {
        Said refused = Said.by(("curve --cores 2 " + arguments).strip().split(" +"));
        assertEquals(2, refused.exitCode());
        assertEquals("salvo: " + said, refused.err().strip());
    }
}
