package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A sweep shared among machines and put together: points of a run of this repository, dealt out as shards are. */
class ShardsTest {
    private static final Path MEASURED = Path.of("../results/runs/vm-20261123T112131Z");

    /** Four of its points: two groups that are compared, so that a third shard has none. */
    private static final List<String> SWEEP = List.of("--cores", "8,16", "--senders", "1");

    @TempDir
    Path folder;

    private Path out;

    @BeforeEach
    void chooseWhereRunsAreMade() {
        out = folder.resolve("merged");
    }

    @Test
    void allShardsTogetherAreTheSweepEvenIfOneHasNoPoint() throws IOException {
        Said merged = merge(shard("1/3", "c8-s1-"), shard("2/3", "c16-s1-"), shard("3/3"));
        assertEquals(0, merged.exitCode(), merged.err());
        assertEquals("", merged.err());
        assertEquals(names(MEASURED, "c8-s1-", "c16-s1-"), names(onlyRun(), ""));
    }

    @Test
    void aShardWithoutAPointIsDoneAtOnceAndItsRunCanBeMerged() throws IOException {
        Path runs = folder.resolve("runs");
        Path json = folder.resolve("rows.json");
        Said empty = Said.by(words("curve", "--shard", "3/3", "--out", runs.toString(), "--json", json.toString()));
        assertEquals(0, empty.exitCode(), empty.err());
        assertEquals(1, empty.err().lines().count(), empty.err());
        assertTrue(empty.err().startsWith("salvo: --shard 3/3: ") && empty.err().contains("none"), empty.err());
        Path run = Path.of(empty.out().strip().substring("run folder: ".length()));
        assertTrue(JsonMapper.shared().readTree(Files.readString(json)).isEmpty());

        Said again = Said.by("curve", "--resume", run.toString());
        assertEquals(0, again.exitCode(), again.err());
        assertEquals(List.of(run.getFileName().toString()), list(runs), "no second run is made");

        Said alone = merge(run);
        assertEquals(2, alone.exitCode());
        assertTrue(alone.err().contains("no point was measured"), alone.err());
        assertEquals(0, merge(run, shard("1/3", "c8-s1-"), shard("2/3", "c16-s1-")).exitCode());
    }

    @Test
    void whatAnUnfinishedShardLacksIsNamedAndTheRestIsMerged() throws IOException {
        Path unfinished = shard("2/3", "c16-s1-m1-sync");
        Said merged = merge(shard("1/3", "c8-s1-"), unfinished);
        assertEquals(1, merged.exitCode());
        assertEquals("salvo: " + unfinished + " lacks 1 point (16 cores, 1 sender, batched); curve --resume "
            + unfinished + " measures what is missing", merged.err().strip());
        assertEquals(3, names(onlyRun(), "").size());
    }

    @Test
    void pointsOfAShardThatIsNotThereAreNamed() throws IOException {
        Said merged = merge(shard("2/3", "c16-s1-"));
        assertEquals(1, merged.exitCode());
        assertEquals("salvo: the sweep has points that were no share of any of these runs: 2 points (8 cores, 1 "
            + "sender, sync; 8 cores, 1 sender, batched)", merged.err().strip());
    }

    @Test
    void whatWasBegunSomehowElseIsMergedAndSaysThatNobodyCanTell() throws IOException {
        List<List<String>> begun = List.of(List.of("curve", "--no-such-option"), List.of("compare"), List.of(),
            List.of("curve", "@/etc/hostname"), List.of("curve", "--cores", "\u001b[2J"),
            List.of("curve", "--cores", "0"));
        for (List<String> arguments : begun) {
            Path run = run("other" + arguments.hashCode(), arguments, "c8-s1-");
            Said merged = merge(run);
            assertEquals(0, merged.exitCode(), merged.err());
            assertEquals(1, merged.err().lines().count(), merged.err());
            assertTrue(merged.err().startsWith("salvo: whether " + run + " is whole cannot be told: "), merged.err());
            assertFalse(merged.err().contains("\u001b"), merged.err());
            out = folder.resolve("merged" + arguments.hashCode());
        }
    }

    @Test
    void twoMeasurementsOfOnePointAreRefusedAndNothingIsMade() throws IOException {
        Path one = shard("1/3", "c8-s1-");
        Path two = shard("2/3", "c8-s1-");
        Path point = two.resolve("points").resolve(names(two, "").get(0));
        Files.writeString(point, Files.readString(point) + "\n");
        Said merged = merge(one, two);
        assertEquals(2, merged.exitCode());
        assertEquals(1, merged.err().lines().count(), merged.err());
        assertTrue(merged.err().contains("are different measurements of the same point"), merged.err());
        assertFalse(Files.exists(out));
    }

    @Test
    void aRunGoesOnAsTheShardThatItWasBegunAs() throws IOException {
        Path run = shard("1/3", "c8-s1-");
        for (String other : List.of("2/3", "1/2")) {
            Said refused = Said.by("curve", "--resume", run.toString(), "--shard", other);
            assertEquals(2, refused.exitCode());
            assertEquals("salvo: --shard " + other + ": " + run + " was begun with --shard 1/3; accepted is the same, "
                + "or --resume alone", refused.err().strip());
        }
        Path whole = run("whole", List.of("curve", "--cores", "8"), "c8-s1-");
        Said refused = Said.by("curve", "--resume", whole.toString(), "--shard", "1/2");
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("was begun without --shard"), refused.err());
    }

    private Said merge(Path... runs) {
        List<String> line = new ArrayList<>(List.of("merge", "--out", out.toString()));
        Stream.of(runs).map(Path::toString).forEach(line::add);
        return Said.by(line.toArray(String[]::new));
    }

    private Path shard(String which, String... points) throws IOException {
        return run("shard-" + which.charAt(0), List.of(words("curve", "--shard", which)), points);
    }

    /** A run with some of the measured points, as if it had been begun with these words. */
    private Path run(String name, List<String> arguments, String... points) throws IOException {
        Path run = Files.createDirectories(folder.resolve(name));
        ObjectNode host = (ObjectNode) JsonMapper.shared().readTree(Files.readString(MEASURED.resolve("host.json")));
        host.putPOJO("arguments", arguments);
        Files.writeString(run.resolve("host.json"), JsonMapper.shared().writeValueAsString(host));
        Files.createDirectories(run.resolve("points"));
        for (String point : names(MEASURED, points)) {
            Files.copy(MEASURED.resolve("points").resolve(point), run.resolve("points").resolve(point));
        }
        return run;
    }

    private static String[] words(String... begin) {
        return Stream.concat(Stream.of(begin), SWEEP.stream()).toArray(String[]::new);
    }

    private static List<String> names(Path run, String... beginnings) throws IOException {
        return list(run.resolve("points")).stream()
            .filter(name -> Stream.of(beginnings).anyMatch(name::startsWith)).toList();
    }

    private Path onlyRun() throws IOException {
        List<String> runs = list(out);
        assertEquals(1, runs.size());
        return out.resolve(runs.get(0));
    }

    private static List<String> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
