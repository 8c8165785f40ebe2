package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two sides in turns, by processes of their own as a person would start them. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class InTurnsTest {
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final String SMALL = "--cores 2 --senders 1 --strategy sync --quick";

    @TempDir
    private Path folder;

    @Test
    void itIsEnoughWhenTheIntervalsAreNarrowOrTheTimeIsSpent() {
        assertFalse(InTurns.isEnough(null, 0.05, 10 * MINUTE, 4, 0.01, MINUTE, MINUTE), "no verdict yet");
        assertTrue(InTurns.isEnough(null, 0.05, 10 * MINUTE, 5, 0.05, MINUTE, MINUTE));
        assertFalse(InTurns.isEnough(null, 0.05, 10 * MINUTE, 6, 0.06, 8 * MINUTE, MINUTE));
        assertTrue(InTurns.isEnough(null, 0.05, 10 * MINUTE, 6, 0.06, 9 * MINUTE + 1, MINUTE), "another would not be done");
        assertFalse(InTurns.isEnough(null, 0.05, MINUTE, 4, 1, 9 * MINUTE, MINUTE), "five pairs take what they take");
        assertFalse(InTurns.isEnough(6, 0.05, MINUTE, 5, 0.01, 9 * MINUTE, MINUTE), "exactly six");
        assertTrue(InTurns.isEnough(2, 0.05, MINUTE, 2, Double.POSITIVE_INFINITY, 1, 1), "exactly two");
        assertTrue(InTurns.isEnough(null, 0.05, 10_000 * MINUTE, 999, 1, MINUTE, MINUTE));
    }

    @Test
    void wordsAreTakenApartAsAShellDoes() {
        assertEquals(List.of("--cores", "8,32", "--strategy", "sync"),
            BothSides.words("--a", " --cores 8,32\t--strategy sync "));
        assertEquals(List.of("--profile", "my file", "--x=a b c"),
            BothSides.words("--a", "--profile 'my file' --x=\"a b\"' c'"));
        assertEquals(List.of(), BothSides.words("--a", "  "));
        assertThrows(BadInput.class, () -> BothSides.words("--a", "--cores '8"));
    }

    /** A jar from before there were shards, which cannot be asked, is measured; here none that measures is there. */
    @Test
    void aSidesOwnRefusalIsPassedOnBeforeAnythingIsMeasured() throws IOException {
        Path java = Files.writeString(folder.resolve("java"),
            "#!/bin/sh\necho 'salvo: --cores 0: must be 1 to 1024' >&2\nexit 2\n");
        assertTrue(java.toFile().setExecutable(true));
        Said heard = Said.by("compare", "--measure", "--a", SMALL, "--java-b", java.toString(), "--out",
            folder.resolve("runs").toString());
        assertEquals(new Said(2, "", "salvo: --b: --cores 0: must be 1 to 1024" + System.lineSeparator()), heard);
        assertFalse(Files.exists(folder.resolve("runs")));
    }

    /** One pair, for what more say needs no measuring. */
    @Test
    void bothSidesAreMeasuredInTurnsAndComparedPairByPair() throws Exception {
        Path json = folder.resolve("compared.json");
        Said heard = compare("--a", SMALL, "--b", SMALL + " --list 300", "--rounds", "1", "--json", json.toString(),
            "--fail-on-regression", "400");
        assertEquals(3, heard.exitCode(), heard.err());
        assertTrue(heard.err().contains("salvo: --fail-on-regression: cannot be told at 1 point, 2 cores, sync, one sender: not "
            + "enough pairs: 1 of 5"), heard.err());
        assertTrue(heard.out().contains("A (base)  " + SMALL), heard.out());
        assertTrue(heard.out().contains("256 / 300"), heard.out());
        JsonNode compared = JsonMapper.shared().readTree(Files.readString(json));
        JsonNode ratio = compared.get("ratios").get(0);
        assertEquals(1, ratio.get("baseForks").intValue());
        assertTrue(ratio.get("ratio").doubleValue() > 0 && ratio.get("low").isNull(), ratio.toString());
        assertTrue(ratio.get("parts").size() > 3, ratio.toString());
        Path pairs = onlyFolder();
        assertTrue(heard.out().contains("pairs: " + pairs), heard.out());
        assertEquals(List.of("001-a", "001-b"), names(pairs).stream().filter(turn -> !turn.endsWith("-disturbed")).toList());
        Said again = Said.by("compare", pairs.toString(), "--json", json.toString());
        assertEquals(0, again.exitCode(), again.err());
        assertEquals(ratio, JsonMapper.shared().readTree(Files.readString(json)).get("ratios").get(0),
            "what is stored says the same");
    }

    /** The second curve of B is killed by its own JVM, as it were. */
    @Test
    void aTurnThatFailsEndsItAndCostsNothingThatWasMeasured() throws Exception {
        String java = scripted("quiet", "quiet", "quiet", "fails");
        Said heard = inTurns("--java-a", java, "--java-b", java, "--fail-on-regression");
        assertEquals(1, heard.exitCode(), heard.err());
        Path pairs = onlyFolder();
        assertTrue(heard.err().lines().toList().contains("salvo: --a of pair 2: the curve of today has ended early; the rest "
            + "is in " + pairs.resolve("002-a/said.txt")), heard.err());
        assertTrue(heard.out().contains("not enough pairs: 1 of 5"), heard.out());
        Said told = Said.by("compare", pairs.toString(), "--fail-on-regression");
        assertEquals(3, told.exitCode(), told.err());
    }

    /** The first pair is quiet the second time, the second pair never is, and the third is at once. */
    @Test
    void aPairBesideWhichOthersHadTheCpusIsMeasuredOnceMore() throws Exception {
        String java = scripted("quiet", "disturbed", "quiet", "quiet", "disturbed", "quiet", "quiet", "disturbed", "quiet", "quiet");
        Path json = folder.resolve("compared.json");
        Said heard = inTurns("--java-a", java, "--java-b", java, "--rounds", "3", "--json", json.toString());
        assertEquals(0, heard.exitCode(), heard.err());
        assertEquals(List.of("pair 1: others had much of the CPUs: measured again",
            "pair 2: others had much of the CPUs: measured again"),
            heard.err().lines().filter(line -> line.contains("measured again")).toList(), heard.err());
        assertEquals(List.of("001-a", "001-a-disturbed", "001-b", "001-b-disturbed", "002-a", "002-a-disturbed", "002-b",
            "002-b-disturbed", "003-a", "003-b"), names(onlyFolder()));
        assertEquals(3, JsonMapper.shared().readTree(Files.readString(json)).get("ratios").get(0).get("baseForks").intValue(),
            "what is set aside is in no figure");
        assertEquals(List.of("001-a", "001-b", "001-a", "001-b", "002-b", "002-a", "002-b", "002-a", "003-a", "003-b"),
            Files.readAllLines(folder.resolve("calls")), "A B, B A, A B");
    }

    /** In this process. */
    private Said inTurns(String... arguments) {
        List<String> words = new ArrayList<>(List.of("compare", "--measure", "--a", SMALL, "--out",
            folder.resolve("runs").toString()));
        words.addAll(List.of(arguments));
        return Said.by(words.toArray(String[]::new));
    }

    /**
     * A java program that measures nothing: each time it leaves a run that there is already, of one point, beside which others
     * had half of the CPUs, or nothing; or fails; or does not end.
     */
    private String scripted(String... turns) throws IOException {
        Path recorded = Path.of("../results/runs/vm-20261201T121726Z");
        String point = "points/c8-s1-m1-sync-ring-load-idle-l256-b31-pte-clean-native-compact.json";
        String shares = "\"(foreignCpuShare|stealShare)\" : [0-9.eE-]+";
        for (String kind : List.of("quiet", "disturbed")) {
            Files.createDirectories(folder.resolve(kind + "/points"));
            Files.copy(recorded.resolve("host.json"), folder.resolve(kind + "/host.json"));
            String json = Files.readString(recorded.resolve(point));
            assertTrue(json.matches("(?s).*" + shares + ".*"));
            Files.writeString(folder.resolve(kind).resolve(point),
                json.replaceAll(shares, "\"$1\" : " + (kind.equals("quiet") ? "0.0" : "0.5")));
        }
        Path calls = Files.createFile(folder.resolve("calls"));
        Path java = Files.writeString(folder.resolve("java"), "#!/bin/sh\n"
            + "case \"$*\" in *--shard*) exit 0;; esac\n"
            + "for last; do :; done\n"
            + "basename \"$last\" >>" + calls + "\n"
            + "turn=$(echo " + String.join(" ", turns) + " | cut -d' ' -f$(wc -l <" + calls + "))\n"
            + "[ $turn != fails ] || { echo 'salvo: the curve of today has ended early' >&2; exit 1; }\n"
            + "[ $turn != measures ] || { sleep 3600; exit 1; }\n"
            + "cp -r " + folder + "/$turn \"$last/run\"\n");
        assertTrue(java.toFile().setExecutable(true));
        return java.toString();
    }

    /** As by Ctrl-C: no curve is left behind, nor what a curve has begun, and nothing that was measured is lost. */
    @Test
    void whatIsInterruptedLeavesNoCurveAndAllThatWasMeasured() throws Exception {
        String java = scripted("quiet", "measures");
        List<String> command = Launch.command(List.of(), "compare", "--measure", "--a", SMALL, "--java-a", java, "--java-b", java,
            "--out", folder.resolve("runs").toString());
        Path err = folder.resolve("err");
        Process compare = new ProcessBuilder(command).redirectError(err.toFile()).start();
        while (compare.isAlive() && !(isBegun("001-b") && compare.descendants().count() == 2)) { // a curve, and its JVM
            Thread.sleep(100);
        }
        List<ProcessHandle> curves = compare.descendants().toList();
        compare.destroy();
        assertEquals(143, compare.waitFor());
        String said = Files.readString(err);
        assertTrue(said.contains("salvo: interrupted; 0 pairs are finished, and all that was measured stays in "
            + onlyFolder()), said);
        for (ProcessHandle curve : curves) {
            curve.onExit().get(1, TimeUnit.MINUTES);
        }
        assertFalse(curves.isEmpty());
        try (Stream<Path> points = Files.walk(onlyFolder().resolve("001-a"))) {
            assertEquals(1, points.filter(file -> file.getParent().endsWith("points")).count());
        }
    }

    private boolean isBegun(String turn) throws IOException {
        Path runs = folder.resolve("runs");
        if (!Files.exists(runs)) {
            return false;
        }
        try (Stream<Path> made = Files.walk(runs)) {
            return made.anyMatch(file -> file.endsWith(Path.of(turn, "said.txt")));
        }
    }

    private Said compare(String... arguments) throws Exception {
        List<String> command = Launch.command(List.of(), "compare", "--measure", "--out", folder.resolve("runs").toString());
        command.addAll(List.of(arguments));
        return Said.by(new ProcessBuilder(command));
    }

    private Path onlyFolder() throws IOException {
        try (Stream<Path> folders = Files.list(folder.resolve("runs"))) {
            List<Path> all = new ArrayList<>(folders.toList());
            assertEquals(1, all.size(), all.toString());
            assertTrue(all.get(0).getFileName().toString().endsWith("Z-pairs"), all.toString());
            return all.get(0);
        }
    }

    private static List<String> names(Path pairs) throws IOException {
        try (Stream<Path> turns = Files.list(pairs)) {
            return turns.filter(Files::isDirectory).map(turn -> turn.getFileName().toString()).sorted().toList();
        }
    }
}
