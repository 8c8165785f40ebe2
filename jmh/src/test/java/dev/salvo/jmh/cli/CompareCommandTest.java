package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs and results beside each other, as a person would ask for it; and files that are not what they should be. */
class CompareCommandTest {
    /** Of this repository: twenty points of the native clock, one fork each. */
    private static final String COMMITTED = "../results/runs/vm-20261123T112131Z";

    @TempDir
    private Path folder;

    @Test
    void aRunBesideItselfIsShownWithItsGainsAndItsFits() throws IOException {
        Path json = folder.resolve("compared.json");
        Said heard = Said.by("compare", COMMITTED, COMMITTED, "--json", json.toString());
        assertEquals(0, heard.exitCode(), heard.err());
        assertTrue(heard.out().lines().allMatch(line -> line.length() <= 120), heard.out());
        assertTrue(heard.out().contains("A (base)  " + COMMITTED), heard.out());
        assertTrue(heard.out().contains("gain over sync in B · one sender"), heard.out());
        assertTrue(heard.out().contains("fit, law: B, batched, one sender: "), heard.out());
        JsonNode compared = JsonMapper.shared().readTree(Files.readString(json));
        assertEquals(20, compared.get("ratios").size());
        assertEquals(20, compared.get("gains").size());
        assertEquals(8, compared.get("fits").size());
        assertEquals("not enough forks", compared.get("ratios").get(0).get("verdict").stringValue());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsShownIsShownThoughTheDiskIsFullForTheFileBesideIt() {
        Said heard = Said.by("compare", COMMITTED, COMMITTED, "--json", "/dev/full");
        assertEquals(1, heard.exitCode());
        assertEquals(Said.by("compare", COMMITTED, COMMITTED).out(), heard.out());
        assertEquals(List.of("salvo: --json /dev/full: cannot be written (No space left on device)"),
            heard.err().lines().toList());
    }

    @Test
    void whatIsReadIsNeverReplaced() throws IOException {
        Path before = jmh("before.json", 100);
        Path after = jmh("after.json", 200);
        String text = Files.readString(before);
        Path link = Files.createLink(folder.resolve("link.json"), before);
        for (Path file : List.of(before, link, folder.resolve("../" + folder.getFileName() + "/before.json"))) {
            Said heard = Said.by("compare", "--jmh", before.toString(), "--jmh", after.toString(), "--json",
                file.toString());
            assertEquals("salvo: --json " + file + ": is itself read, as " + before + ", and would be lost; accepted is "
                + "another file", heard.err().strip());
            assertEquals(2, heard.exitCode());
            assertEquals(text, Files.readString(before));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"compare", "merge"})
    void aFileOfARunThatIsReadIsNeverReplaced(String command) throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));
        Path host = Files.copy(Path.of(COMMITTED, "host.json"), run.resolve("host.json"));
        String text = Files.readString(host);
        Said heard = Said.by(command, run.toString(), COMMITTED, "--json", host.toString());
        assertEquals("salvo: --json " + host + ": is itself read, as a part of " + run + ", and would be lost; accepted is "
            + "another file", heard.err().strip());
        assertEquals(2, heard.exitCode());
        assertEquals(text, Files.readString(host));
    }

    /** As a shell makes one of {@code <(command)}. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "cat            | 0 | ",
        "gzip           | 0 | ",
        "printf BZh91AY | 2 | /dev/stdin is packed; accepted: an array of results, as JMH's -rf json writes it, or that gzipped: "
            + "unpack it with bzip2 -dc",
        "tr '[' x       | 2 | /dev/stdin is not JSON: it begins with 'x{\"benchmark\"",
        "head -c 9      | 2 | /dev/stdin line 1 column 10 is not JSON: it is cut short",
    })
    @EnabledOnOs(OS.LINUX)
    void resultsAreReadFromAPipeAndWrittenToOne(String program, int exitCode, String said) throws Exception {
        Path before = jmh("before.json", 100);
        ProcessBuilder salvo = new ProcessBuilder("sh", "-c", "file=$1; shift; " + program + " <$file | \"$@\"", "sh",
            before.toString());
        salvo.command().addAll(Launch.command(List.of(), "compare", "--jmh", before.toString(), "--jmh", "/dev/stdin",
            "--json", "/dev/fd/1"));
        Said heard = Said.by(salvo);
        assertEquals(exitCode, heard.exitCode(), heard.toString());
        assertTrue(heard.err().contains(said == null ? "" : said), heard.err());
        if (exitCode == 0) {
            String json = heard.out().substring(heard.out().indexOf("\n{"));
            assertEquals(1, JsonMapper.shared().readTree(json).get("ratios").size(), json);
        }
    }

    @Test
    void aRegressionFailsAndAnImprovementDoesNot() throws IOException {
        Path before = jmh("before.json", 100);
        Path after = jmh("after.json", 120);
        Said slower = compared(before, after, "5");
        assertEquals(1, slower.exitCode(), slower.err());
        assertTrue(slower.err().startsWith("salvo: slower by more than 5.0 per cent: a.B.c"), slower.err());
        assertEquals(1, slower.err().lines().count(), slower.err());
        assertTrue(slower.out().contains("slower"), slower.out());
        assertEquals(0, compared(before, after, "25").exitCode());
        assertEquals(0, compared(after, before, "0").exitCode());
        Said neither = compared(before, after, "20");
        assertEquals(3, neither.exitCode(), "neither shown nor excluded: " + neither.err());
        assertTrue(neither.err().startsWith("salvo: --fail-on-regression: cannot be told at 1 point, a.B.c"), neither.err());
        assertTrue(neither.err().contains(" is 1.20×, 1."), neither.err());
        Said unsaid = Said.by("compare", "--jmh", before.toString(), "--jmh", after.toString(), "--fail-on-regression");
        assertEquals(1, unsaid.exitCode(), "by more than 10 per cent: " + unsaid.err());
        assertTrue(unsaid.err().startsWith("salvo: slower by more than 10.0 per cent"), unsaid.err());
    }

    private static Said compared(Path before, Path after, String percent) {
        return Said.by("compare", "--jmh", before.toString(), "--jmh", after.toString(), "--fail-on-regression",
            percent);
    }

    /** In continuous integration nothing must pass because it could not be told. */
    @Test
    void whatCannotBeToldDoesNotPass() {
        Said heard = Said.by("compare", COMMITTED, COMMITTED, "--fail-on-regression", "5");
        assertEquals(3, heard.exitCode());
        assertEquals("salvo: --fail-on-regression: cannot be told at 20 points, the first 8 cores, sync, one sender: "
            + "not enough forks: 1 of 5", heard.err().strip());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "--across strategy RUN                    | --across: goes with two RUNs or more",
        "--fail-on-regression 5 RUN               | --fail-on-regression: goes with two RUNs or more",
        "--fail-on-regression -1 RUN RUN          | --fail-on-regression -1.0: must be a number of per cent, 0 or more",
        "--fail-on-regression NaN RUN RUN         | --fail-on-regression NaN: must be a number of per cent, 0 or more",
        "--fail-on-regression much RUN RUN        | --fail-on-regression much: no number; accepted is a number such as 2.5",
        "--across clock RUN RUN                   | --across clock: that is other work",
        "--across workload RUN RUN                | --across workload: that is other work",
        "--across colour RUN RUN                  | --across",
        "--across strategy RUN RUN                | differ only in strategy sync / batched",
        "--statistic mode RUN                     | --statistic",
        "--forks 5 RUN RUN                        | --forks: goes with --reference",
        "--out x RUN RUN                          | --out: goes with --reference or --measure",
        "--a x RUN RUN                            | --a: goes with --measure",
        "--precision 2% RUN RUN                   | --precision: goes with --measure",
        "--measure                                | --a: is missing; accepted is --a OPTIONS",
        "--measure --a --quick RUN                | --measure: goes without RUN",
        "--measure --a --quick --forks 3          | --forks: goes without --measure",
        "--measure --a --quick --reference        | --reference: goes without --measure",
        "--measure --a --colour                   | --a: --colour: no such option of salvo curve; accepted is what",
        "--measure --a --quick --b --cores=0      | --b: --cores 0: must be",
        "--measure --a --cores=8,                 | --a: --cores 8,: nothing stands behind the last comma",
        "--measure --a --shard=1/2                | --a: --shard: goes without; accepted are options of curve",
        "--measure --a --cores='8                 | --a: a quotation mark stands alone at '8",
        "--measure --a --quick --b --workload=munmap | A and B differ in workload seed / munmap, which is other work",
        "--measure --a --quick --java-b /no/such/java | --java-b /no/such/java: does not exist; accepted is a java program",
        "--measure --a --quick --java-b /etc      | --java-b /etc: has no bin/java; accepted is a java program, or a JDK's",
        "--measure --a --quick --java-b /etc/passwd | --java-b /etc/passwd: cannot be run; accepted is a java program",
        "--measure --a --quick --jar-a /no/such.jar | --jar-a /no/such.jar: does not exist; accepted is a salvo.jar",
        "--measure --a --quick --jar-b /etc/passwd | file /etc/passwd",
        "--measure --a --quick --rounds 0         | --rounds 0: must be 1..999",
        "--measure --a --quick --precision none   | --precision none: must be per cent, above 0% and at most 100%",
        "--measure --a --quick --budget 5         | --budget 5: must be a time such as 90s, 5m or 1h30m",
        "--curve seed-share RUN                   | --curve: goes with --reference",
        "--reference --statistic min RUN          | --statistic: goes without --reference",
        "--reference --jmh x.json                 | --jmh: goes without --reference",
        "--jmh x.json                             | --jmh x.json: must be given twice or more",
        "--jmh x.json --jmh x.json                | x.json does not exist",
        "--jmh x.json RUN                         | --jmh: goes without RUN",
        "--jmh / --jmh /                          | / is a folder",
        "RUN ./no-such-run                        | no-such-run does not exist",
        "RUN --json /                             | --json /: a folder",
    })
    void whatCannotBeComparedIsOneClearLine(String arguments, String said) {
        refused(said, ("compare " + arguments.strip().replace("RUN", COMMITTED)).split(" +"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[[[[[", "{\"a\": 1e999}", "[{\"params\": NaN}]", "[1e999]", "[{\"benchmark\": null}]",
        "\u0000", "[{\"params\": {\"measure\": \"total\"}}]"})
    void aPointFileThatIsNoneIsOneClearLine(String json) throws IOException {
        Path file = run("hostile").resolve("points/c4-s1-m1-x.json");
        Files.writeString(file, json);
        refused(file.toString(), "compare", folder.resolve("hostile").toString());
        refused(file.toString(), "compare", COMMITTED, folder.resolve("hostile").toString());
        refused(file.toString(), "compare", "--jmh", file.toString(), "--jmh", file.toString());
    }

    @Test
    void whatOthersLeftAmongThePointsIsNamedAndLeftOut() throws IOException {
        Path run = run("copied");
        try (Stream<Path> points = Files.list(Path.of(COMMITTED, "points"))) {
            for (Path point : points.toList()) {
                Files.copy(point, run.resolve("points").resolve(point.getFileName()));
            }
        }
        Files.write(run.resolve("points/._rows.json"), new byte[] {0, 5, 22, 7});
        Path rows = Files.writeString(run.resolve("points/rows.json"), "{}");
        for (String[] command : new String[][] {{"compare", run.toString()}, {"report", run.toString()},
            {"merge", run.toString(), "--out", folder.resolve("merged").toString()}}) {
            Said heard = Said.by(command);
            assertTrue(heard.err().startsWith("salvo: " + rows + ": does not have a point's name and is left out\n"),
                heard.err());
            assertFalse(heard.err().contains("._rows.json"), heard.err());
            assertFalse(heard.out().isEmpty(), heard.err());
        }
    }

    @Test
    void aResultThatCannotBeComparedIsNamedAndTheOthersAreCompared() throws IOException {
        Path sound = jmh("sound.json", 100);
        Path other = folder.resolve("other.json");
        String result = Files.readString(sound).strip();
        Files.writeString(other, result.substring(0, result.length() - 1) + "," + result.substring(1)
            .replace("a.B.c", "a.B.d").replaceFirst("\\[\\[[0-9.]+", "[[\"NaN\""));
        Said heard = compared(sound, other, "5");
        assertEquals(0, heard.exitCode(), heard.err());
        assertTrue(heard.out().contains("left out: ") && heard.out().contains("result 2, a.B.d avgt ns/op"), heard.out());
        assertTrue(heard.out().contains("a.B.c · avgt · ns/op"), heard.out());
        Said gate = compared(other, other, "5");
        assertEquals(0, gate.exitCode(), "it could be compared on neither side: " + gate.err());
    }

    @Test
    void aNumberTooLargeForAnyTimeIsOneClearLine() throws IOException {
        Path run = run("hostile");
        Path point;
        try (Stream<Path> points = Files.list(Path.of(COMMITTED, "points"))) {
            point = points.sorted().findFirst().orElseThrow();
        }
        String json = Files.readString(point);
        Path file = run.resolve("points/c4-s1-m1-x.json");
        int raw = json.indexOf("\"rawData\"", json.indexOf("\"nsPerPage\""));
        int number = json.indexOf("[", json.indexOf("[", raw) + 1) + 1;
        for (String bad : List.of("1e999, ", "-1, ", "\"+INF\", ", "NaN, ", "1" + "0".repeat(900) + ", ", "{}, ")) {
            Files.writeString(file, json.substring(0, number) + bad + json.substring(number));
            refused(file.toString(), "compare", run.toString());
        }
        Files.writeString(file, json);
        assertEquals(0, Said.by("compare", run.toString()).exitCode());
    }

    @Test
    void jsonNestedDeepIsOneClearLine() throws IOException {
        Path file = run("hostile").resolve("points/c4-s1-m1-x.json");
        Files.writeString(file, "[".repeat(1_000_000));
        refused("x.json", "compare", folder.resolve("hostile").toString());
        refused("x.json", "compare", "--jmh", file.toString(), "--jmh", file.toString());
    }

    @Test
    void aFileOfAGigabyteIsOneClearLine() throws IOException {
        Path file = run("hostile").resolve("points/c4-s1-m1-x.json");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1 << 30);
        }
        refused("x.json is too long; accepted: at most 16 MiB", "compare", folder.resolve("hostile").toString());
        refused("x.json is too long; accepted: at most 512 MiB", "compare", "--jmh", file.toString(), "--jmh", file.toString());
    }

    @Test
    void aHostileNameIsShownOnOneLineAndWithoutItsEscapes() throws IOException {
        Path run = run("a\u001b[2J\nb" + "c".repeat(100));
        Said heard = Said.by("compare", run.toString());
        assertEquals(2, heard.exitCode());
        assertFalse(heard.err().contains("\u001b"), heard.err());
        assertEquals(1, heard.err().lines().count(), heard.err());
        assertTrue(heard.err().contains("holds no point"), heard.err());
        try (Stream<Path> points = Files.list(Path.of(COMMITTED, "points"))) {
            for (Path point : points.toList()) {
                Files.copy(point, run.resolve("points").resolve(point.getFileName()));
            }
        }
        Said shown = Said.by("compare", run.toString(), COMMITTED);
        assertEquals(0, shown.exitCode(), shown.err());
        assertFalse(shown.out().contains("\u001b"), shown.out());
        assertTrue(shown.out().lines().allMatch(line -> line.length() <= 120), shown.out());
    }

    private Path run(String name) throws IOException {
        Path run = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(run.resolve("points"));
        Files.writeString(run.resolve("host.json"), "{\"hostname\": \"made-up\", \"cpuModel\": \"\\u001b[31mred\"}");
        return run;
    }

    private Path jmh(String name, double mean) throws IOException {
        List<String> forks = new ArrayList<>();
        for (int i = -2; i <= 2; i++) {
            forks.add("[" + mean * (1 + 0.01 * i) + "]");
        }
        return Files.writeString(folder.resolve(name), "[{\"benchmark\": \"a.B.c\", \"mode\": \"avgt\", "
            + "\"primaryMetric\": {\"scoreUnit\": \"ns/op\", \"rawData\": " + forks + "}}]");
    }

    private static void refused(String said, String... command) {
        Said heard = Said.by(command);
        assertEquals(2, heard.exitCode(), heard.err() + heard.out());
        assertEquals(1, heard.err().lines().count(), heard.err());
        assertTrue(heard.err().startsWith("salvo: ") && heard.err().contains(said), heard.err());
        assertEquals("", heard.out());
    }
}
