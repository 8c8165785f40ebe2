package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.salvo.point.Point;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class RunFolderTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    /** How a point's file is called, of which none is made here. */
    private static final String NAMED = "c4-s1-m1-other.json";

    @TempDir
    private Path parent;

    @Test
    void aNewRunIsNamedAfterItsHostAndTheTime() {
        RunFolder run = RunFolder.create(parent.resolve("a/b"), Map.of("hostname", "box", "cpus", 2), NOW);
        assertEquals(parent.resolve("a/b/box-20260102T030405Z"), run.path());
        assertTrue(Files.isDirectory(run.flame()));
        assertEquals(List.of(), run.rows());
        assertEquals(Map.of("hostname", "box", "cpus", 2), RunFolder.open(run.path()).host());
        assertEquals("box", RunFolder.open(run.path()).hostname());
    }

    @ParameterizedTest
    @CsvSource({"../../etc, etc", "a/b, a-b", "..., host", "-rf, rf", "\u00e9t\u00e9, t", "a b'c, a-b-c",
        "(none), none", "\u4e3b\u6a5f, host", "node.example.org, node.example.org", "-, host"})
    void noHostnameLeadsOutOfTheParent(String hostname, String name) {
        Path folder = RunFolder.create(parent, Map.of("hostname", hostname), NOW).path();
        assertEquals(parent.resolve(name + "-20260102T030405Z"), folder);
    }

    @Test
    void runsOfOneNameThatBeginInTheSameSecondHaveAFolderEach() throws Exception {
        int nodes = 6;
        ExecutorService threads = Executors.newFixedThreadPool(nodes);
        try {
            List<Future<String>> folders = threads.invokeAll(Collections.nCopies(nodes,
                () -> MadeUp.run(parent.resolve("shared")).path().getFileName().toString()));
            Set<String> names = new TreeSet<>();
            for (Future<String> folder : folders) {
                names.add(folder.get());
            }
            assertEquals("[made-up-20260102T030405Z, made-up-20260102T030405Z-2, made-up-20260102T030405Z-3, "
                + "made-up-20260102T030405Z-4, made-up-20260102T030405Z-5, made-up-20260102T030405Z-6]", names.toString());
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aRunDoesNotTouchWhatLiesWhereItsFolderWouldBe() throws IOException {
        Path kept = Files.writeString(parent.resolve("made-up-20260102T030405Z"), "kept");
        assertEquals(parent.resolve("made-up-20260102T030405Z-2"), MadeUp.run(parent).path());
        assertEquals("kept", Files.readString(kept));
    }

    @Test
    void aParentThatIsAFileIsRefused() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "kept");
        refused(() -> MadeUp.run(file), "file", "is not a folder");
        refused(() -> MadeUp.run(file.resolve("below")), "file", "");
        assertEquals("kept", Files.readString(file));
    }

    @Test
    void aHostWithoutANameIsRefusedAndLeavesNothing() throws IOException {
        refused(() -> RunFolder.create(parent, Map.of(), NOW), "hostname is missing", "line of text");
        refused(() -> RunFolder.create(parent, Map.of("hostname", "a\nb"), NOW), "hostname", "line of text");
        assertEquals(0, list(parent).size());
    }

    @Test
    void aPointIsKeptAsItWasWrittenAndReadBack() throws IOException {
        RunFolder run = MadeUp.run(parent);
        byte[] json = MadeUp.point().json();
        Row row = run.add(json);
        assertTrue(run.holdsWhole(row.point(), damage -> fail(damage)));
        assertFalse(run.holdsWhole(MadeUp.point(16, 1, "sync", 1).row().point(), damage -> fail(damage)));
        List<Path> files = list(run.path().resolve("points"));
        assertEquals(List.of(row.point().name() + ".json"), files.stream().map(file -> file.getFileName().toString())
            .toList());
        assertArrayEquals(json, Files.readAllBytes(files.get(0)));
        assertEquals(List.of(row), RunFolder.open(run.path()).rows());
    }

    @Test
    void aMeasuredPointIsNeverReplaced() throws IOException {
        RunFolder run = MadeUp.run(parent);
        run.add(MadeUp.point().json());
        refused(() -> run.add(MadeUp.point().time(1).json()), "exists already", ".json");
        assertEquals(List.of(MadeUp.point().row()), run.rows());
        assertEquals(1, list(run.path().resolve("points")).size());
    }

    @Test
    void whatIsNoPointIsKeptAsideAndIsNone() throws IOException {
        RunFolder run = MadeUp.run(parent);
        for (int number = 1; number <= 2; number++) {
            Path aside = run.path().resolve("points/refused-" + number + ".json.refused");
            refused(() -> run.add(new byte[] {'['}), "it is kept as", aside.toString());
            assertArrayEquals(new byte[] {'['}, Files.readAllBytes(aside));
        }
        assertEquals(List.of(), run.rows());
    }

    @Test
    void whatAKilledRunLeftHalfWrittenIsPassedOver() throws IOException {
        RunFolder run = MadeUp.run(parent);
        Row row = run.add(MadeUp.point().json());
        Files.writeString(run.path().resolve("points/." + row.point().name() + ".json.4711"), "[{");
        assertEquals(List.of(row), run.rows());
    }

    @Test
    void whatOthersLeaveAmongThePointsIsNoneOfThem() throws IOException {
        RunFolder run = MadeUp.run(parent);
        Row row = run.add(MadeUp.point().json());
        Path points = run.path().resolve("points");
        for (String left : List.of("._" + row.point().name() + ".json", ".DS_Store", ".x.json.swp", "x.json~", "Thumbs.db",
                "rows.json", row.point().name() + " copy.json")) {
            Files.write(points.resolve(left), new byte[] {0, 5, 22, 7});
        }
        Files.write(run.flame().resolve("._graph.html"), new byte[] {0, 5, 22, 7});
        assertEquals(List.of(row), run.rows());
        assertEquals(List.of(points.resolve(row.point().name() + " copy.json"), points.resolve("rows.json")),
            run.strangers());
        assertEquals(List.of(), run.flameGraphs());
        assertEquals(List.of(row), RunFolder.merge(parent.resolve("merged"), List.of(run), NOW).rows());
    }

    @Test
    void aPointWithAnotherBehindItIsNamed() throws IOException {
        RunFolder run = MadeUp.run(parent);
        Row row = run.add(MadeUp.point().json());
        Path file = run.path().resolve("points").resolve(row.point().name() + ".json");
        byte[] json = MadeUp.point().json();
        Files.write(file, json, StandardOpenOption.APPEND);
        refused(run::rows, file.toString(), "a second document begins");
        Files.write(file, json);
        Files.write(file, new byte[] {0, 0}, StandardOpenOption.APPEND);
        refused(run::rows, file.toString(), "text stands behind the end");
        Path host = run.path().resolve("host.json");
        Files.write(host, Files.readAllBytes(host), StandardOpenOption.APPEND);
        refused(() -> RunFolder.open(run.path()), host.toString(), "a second document begins");
    }

    @Test
    void rowsComeSortedAndWithTheirGains() {
        RunFolder run = MadeUp.run(parent);
        run.add(MadeUp.point(100, 1, "batched", 4_000).json());
        run.add(MadeUp.point(8, 8, "sync", 9_000).json());
        run.add(MadeUp.point(100, 1, "sync", 100_000).json());
        run.add(MadeUp.point(8, 1, "sync", 5_000).json());
        List<Row> rows = run.rows();
        assertEquals(List.of("8 1 sync", "100 1 sync", "100 1 batched", "8 all sync"), rows.stream().map(Row::point)
            .map(point -> point.cores() + " " + point.sendersWord() + ' ' + Point.word(point.strategy())).toList());
        assertEquals(25, rows.get(2).batchingGain(), 1e-9);
    }

    @Test
    void rowsThatAreKeptAsTheyAreAddedAreThoseThatAreRead() {
        RunFolder run = MadeUp.run(parent);
        List<Row> kept = new ArrayList<>();
        for (MadeUp point : MadeUp.sweepPoints()) {
            kept.add(run.add(point.json()));
            kept = new ArrayList<>(Row.shown(kept));
            assertEquals(run.rows(), kept);
        }
        assertEquals(Report.html(List.of(run), run.path()), Report.html(run, kept));
    }

    @Test
    void aDamagedPointIsNamed() throws IOException {
        RunFolder run = MadeUp.run(parent);
        run.add(MadeUp.point().json());
        Path file = run.path().resolve("points").resolve(NAMED);
        Files.writeString(file, "[{\"params\":");
        refused(run::rows, file.toString(), "not JSON");
    }

    @Test
    void aWholePointNeedsNothingAndADamagedOneIsNamedAndPutAside() throws IOException {
        RunFolder run = MadeUp.run(parent);
        Point point = MadeUp.point().row().point();
        List<String> said = new ArrayList<>();
        assertFalse(run.holdsWhole(point, said::add));
        run.add(MadeUp.point().json());
        assertTrue(run.holdsWhole(point, said::add));
        assertEquals(List.of(), said);

        Path file = run.path().resolve("points").resolve(point.name() + ".json");
        byte[] half = Arrays.copyOf(MadeUp.point().json(), 100);
        Files.write(file, half);
        assertFalse(run.holdsWhole(point, said::add));
        assertTrue(said.get(0).startsWith(file.toString()) && said.get(0).endsWith("; measured again"), said.toString());
        assertArrayEquals(half, Files.readAllBytes(file.resolveSibling(file.getFileName() + ".damaged")), "nothing is lost");
        run.add(MadeUp.point().json());
        assertTrue(run.holdsWhole(point, said::add));
        assertEquals(1, run.rows().size());

        Files.write(file, MadeUp.point(16, 1, "sync", 1).json());
        assertFalse(run.holdsWhole(point, said::add), "another point under its name");
        assertTrue(said.get(1).contains("holds another point than its name says"), said.toString());
    }

    @Test
    void whoGoesOnWithARunIsNotedBehindWhoBeganIt() {
        RunFolder run = RunFolder.create(parent, Map.of("hostname", "one", "cpus", 2), NOW);
        run.resumed(Map.of("hostname", "two"));
        RunFolder.open(run.path()).resumed(Map.of("hostname", "three"));
        assertEquals(Map.of("hostname", "one", "cpus", 2, "resumed",
            List.of(Map.of("hostname", "two"), Map.of("hostname", "three"))), RunFolder.open(run.path()).host());
    }

    @Test
    void shardsAreMergedAndStayAsTheyWere() throws IOException {
        RunFolder one = RunFolder.create(parent, Map.of("hostname", "one"), NOW);
        RunFolder two = RunFolder.create(parent, Map.of("hostname", "two"), NOW);
        one.add(MadeUp.point(8, 1, "sync", 5_000).json());
        two.add(MadeUp.point(8, 1, "batched", 1_000).json());
        two.add(MadeUp.point(8, 1, "sync", 5_000).json()); // the same measurement, copied
        RunFolder merged = RunFolder.merge(parent.resolve("merged"), List.of(one, two), NOW);
        assertEquals(2, merged.rows().size());
        assertEquals(5, merged.rows().get(1).batchingGain(), 1e-9);
        assertEquals("one", merged.hostname());
        assertTrue(merged.host().get("mergedFrom").toString().contains("two"), merged.host().toString());
        assertEquals(1, one.rows().size());
        assertEquals(2, two.rows().size());
    }

    @Test
    void aHostThatHasMeasuredNothingNeedNotBeLikeTheOthers() {
        RunFolder idle = RunFolder.create(parent, Map.of("hostname", "idle", "cpuModel", "small"), NOW);
        RunFolder two = RunFolder.create(parent, Map.of("hostname", "two", "cpuModel", "large"), NOW);
        two.add(MadeUp.point(8, 1, "sync", 5_000).json());
        assertEquals("two", RunFolder.merge(parent.resolve("merged"), List.of(idle, two), NOW).hostname());
        RunFolder three = RunFolder.create(parent, Map.of("hostname", "three", "cpuModel", "small"), NOW);
        three.add(MadeUp.point(16, 1, "sync", 5_000).json());
        refused(() -> RunFolder.merge(parent.resolve("again"), List.of(idle, two, three), NOW), "cpuModel is small",
            "hosts that are alike");
    }

    @Test
    void twoMeasurementsOfAPointAreNotMergedAndNothingIsMade() {
        RunFolder one = RunFolder.create(parent, Map.of("hostname", "one"), NOW);
        RunFolder two = RunFolder.create(parent, Map.of("hostname", "two"), NOW);
        one.add(MadeUp.point(8, 1, "sync", 5_000).json());
        two.add(MadeUp.point(8, 1, "sync", 5_001).json());
        refused(() -> RunFolder.merge(parent.resolve("merged"), List.of(one, two), NOW), "different measurements",
            "one-2026");
        assertFalse(Files.exists(parent.resolve("merged")));
    }

    /** Rounds of a paced clock are at several dilations: those of two runs are not one line's. */
    @Test
    void twoMeasurementsOfAPacedPointAreNotMergedThoughBothTellOfTheirRounds() {
        RunFolder one = RunFolder.create(parent, Map.of("hostname", "one"), NOW);
        one.add(MadeUp.paced("a", 1000, 0).inRounds().json());
        RunFolder two = RunFolder.create(parent, Map.of("hostname", "two"), NOW);
        two.add(MadeUp.paced("a", 1001, 0).inRounds().json());
        refused(() -> RunFolder.merge(parent.resolve("merged"), List.of(one, two), NOW), "different measurements",
            "both measured in rounds");
        RunFolder other = RunFolder.create(parent, Map.of("hostname", "other"), NOW);
        other.add(MadeUp.paced("a", 500, 0).param("strategy", "batched").inRounds().json());
        assertEquals(List.of(2.0), RunFolder.merge(parent.resolve("merged"), List.of(one, other), NOW).rows().stream()
            .map(Row::batchingGain).filter(Double::isFinite).toList());
        assertTrue(one.replicates(one.rows().get(0).point()).isEmpty(), "none that a replicate can be added to");
    }

    @Test
    void twoFilesOfOnePointAreRefused() throws IOException {
        RunFolder run = MadeUp.run(parent);
        run.add(MadeUp.point().json());
        Files.write(run.path().resolve("points").resolve(NAMED), MadeUp.point().json());
        refused(run::rows, NAMED, "hold the same point");
    }

    @Test
    void aPointThatIsNoFileOrTooLongIsRefused() throws IOException {
        RunFolder run = MadeUp.run(parent);
        Path file = Files.createDirectory(run.path().resolve("points").resolve(NAMED));
        refused(run::rows, file.toString(), "is not a file");
        Files.delete(file);
        Files.createSymbolicLink(file, parent.resolve("nowhere"));
        refused(run::rows, file.toString(), "does not exist");
        Files.delete(file);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(Json.MOST_BYTES + 1L);
        }
        refused(run::rows, file.toString(), "16 MiB");
    }

    @Test
    void aFolderThatIsNoRunIsRefused() throws IOException {
        refused(() -> RunFolder.open(parent.resolve("none")), "none does not exist", "folder of a run");
        refused(() -> RunFolder.open(parent), "host.json does not exist", "");
        Path host = Files.writeString(parent.resolve("host.json"), "[]");
        refused(() -> RunFolder.open(host), "host.json is not a folder", "folder of a run");
        refused(() -> RunFolder.open(parent), "host.json: hostname is missing", "line of text");
        Files.writeString(host, "{\"hostname\": 7}");
        refused(() -> RunFolder.open(parent), "host.json: hostname is '7'", "line of text");
        Files.writeString(host, "{\"hostname\": \"h\", \"gone\": null}");
        refused(() -> RunFolder.open(parent).rows(), "points is not a folder", "");
    }

    @Test
    void derivedFilesAreReplaced() throws IOException {
        RunFolder run = MadeUp.run(parent);
        List<Row> rows = List.of(run.add(MadeUp.point().json()));
        run.writeRows(List.of());
        assertEquals(RowsJson.of(rows), Files.readString(run.writeRows(rows)));
        run.writeCurve("<svg/>");
        assertEquals("<svg></svg>", Files.readString(run.writeCurve("<svg></svg>")));
        run.writeReport("<p>");
        assertEquals("<p></p>", Files.readString(run.writeReport("<p></p>")));
        assertEquals(List.of("curve.svg", "flame", "host.json", "jmh.json", "points", "replicates.csv", "replicates.ndjson",
            "report.html", "rows.json"),
            list(run.path()).stream().map(file -> file.getFileName().toString()).toList());
    }

    /** Those of this repository: what their README quotes must stay readable, whatever axes came since. */
    @Test
    void theRunsThatAreCommittedStillRead() throws IOException {
        int points = 0;
        for (Path folder : list(Path.of("runs"))) {
            if (folder.getFileName().toString().startsWith("vm-") && Files.exists(folder.resolve("rows.json"))) {
                RunFolder run = RunFolder.open(folder);
                List<Row> rows = run.rows();
                JsonNode written = Json.tree(Files.readAllBytes(folder.resolve("rows.json")), "rows.json");
                assertEquals(written.size(), rows.size(), folder.toString());
                rows.forEach(row -> assertTrue(run.holdsWhole(row.point(), damage -> fail(damage)), row.point().name()));
                points += rows.size();
            }
        }
        assertTrue(points > 0);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static void refused(Executable action, String part, String other) {
        String message = assertThrows(BadRunException.class, action).getMessage();
        assertTrue(message.contains(part) && message.contains(other), message);
        assertFalse(message.contains("\n"), message);
    }
}
