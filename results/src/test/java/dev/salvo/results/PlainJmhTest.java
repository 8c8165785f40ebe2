package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class PlainJmhTest {
    @TempDir
    private Path folder;

    private int files;

    @Test
    void whereMoreOperationsAreDoneMoreIsFaster() throws IOException {
        Path before = file(result("a.B.c", "thrpt", "ops/ms", forks(100)),
            result("a.B.c", "avgt", "ns/op", forks(100)));
        Path after = file(result("a.B.c", "thrpt", "ops/ms", forks(200)), result("a.B.c", "avgt", "ns/op", forks(200)));
        Comparison comparison = Comparison.ofJmh(List.of(before, after), Statistic.MEAN);
        JsonNode ratios = Json.MAPPER.readTree(comparison.json()).get("ratios");
        assertEquals("faster", ratios.get(0).get("verdict").stringValue());
        assertEquals("slower", ratios.get(1).get("verdict").stringValue());
        assertEquals(2, ratios.get(0).get("ratio").doubleValue(), 1e-9);
        assertEquals(1, comparison.slowerBy(50).size());
        assertTrue(comparison.slowerBy(50).get(0).startsWith("a.B.c "), comparison.slowerBy(50).toString());
    }

    @Test
    void resultsPairUpByAllThatTheyAreOf() throws IOException {
        String one = result("a.B.c", "avgt", "ns/op", forks(100)).replace("{", "{\"params\": {\"size\": \"1\"}, ")
            .replace("Metric\": {\"params\": {\"size\": \"1\"}, ", "Metric\": {");
        String two = one.replace("\"1\"", "\"2\"");
        JsonNode ratios = Json.MAPPER.readTree(Comparison.ofJmh(List.of(file(one, two), file(two, one)), Statistic.MEAN)
            .json()).get("ratios");
        assertEquals(2, ratios.size());
        ratios.forEach(ratio -> assertEquals(1, ratio.get("ratio").doubleValue(), 1e-9));
        String refused = refused(() -> Comparison.ofJmh(List.of(file(one), file(two)), Statistic.MEAN));
        assertTrue(refused.contains("'a.B.c', differ in params.size 1 / 2"), refused);
        String other = one.replace("ns/op", "us/op");
        refused = refused(() -> Comparison.ofJmh(List.of(file(one), file(other)), Statistic.MEAN));
        assertTrue(refused.contains("differ in unit ns/op / us/op"), refused);
    }

    @Test
    void aSampledTimeIsTheMeanOfItsHistogram() throws IOException {
        String sampled = "{\"benchmark\": \"b\", \"mode\": \"sample\", \"primaryMetric\": {\"scoreUnit\": \"ns/op\", "
            + "\"rawDataHistogram\": [[[[10, 3], [50, 1]], [[40, 1]]]]}}";
        assertEquals(List.of(List.of(20.0, 40.0)), read(file(sampled)).results().get(0).iterations());
    }

    @Test
    void aSampleOfNoTimeAndAnIterationOfNoSampleAreSound() throws IOException {
        String sampled = "{\"benchmark\": \"b\", \"mode\": \"sample\", \"primaryMetric\": {\"scoreUnit\": \"s/op\", "
            + "\"rawDataHistogram\": [[[[0.0, 3], [4.0E-9, 1]], []]]}}";
        assertEquals(List.of(List.of(1.0e-9)), read(file(sampled)).results().get(0).iterations());
    }

    @ParameterizedTest
    @CsvSource({"thrpt, ops/ns, 1.2E-9", "avgt, day/op, 1.2E-23", "thrpt, ops/day, 3.4E19", "ss, s/op, 7.0E-8"})
    void figuresOfEveryUnitAreReadAndShown(String mode, String unit, double figure) throws IOException {
        Path file = file(result("b", mode, unit, forks(figure)));
        assertEquals(figure, read(file).results().get(0).iterations().get(2).get(0));
        String text = Comparison.ofJmh(List.of(file, file), Statistic.MEAN).text(TerminalStyle.PLAIN);
        assertTrue(text.contains("  " + Figures.count(figure) + "  ") && Figures.count(figure).contains("E"), text);
    }

    @Test
    void longNamesThatDifferAnywhereHaveHeadingsOfTheirOwn() throws IOException {
        String middle = "x".repeat(100) + "N" + "y".repeat(200);
        String[] names = {"com.example." + "long".repeat(15) + ".A", "com.example." + "long".repeat(15) + ".B",
            middle.replace("N", "1"), middle.replace("N", "2")};
        Path file = file(Stream.of(names).map(name -> result(name, "avgt", "ns/op", forks(100))).toArray(String[]::new));
        Comparison comparison = Comparison.ofJmh(List.of(file, file), Statistic.MEAN);
        List<String> headings = comparison.text(TerminalStyle.PLAIN).lines().filter(line -> line.contains("ns/op"))
            .toList();
        assertEquals(names.length, Set.copyOf(headings).size(), headings.toString());
        assertTrue(headings.stream().allMatch(heading -> heading.length() < 90), headings.toString());
        assertEquals(List.of(names), Json.MAPPER.readTree(comparison.json()).get("ratios").valueStream()
            .map(ratio -> ratio.get("benchmark").stringValue()).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"VALUE", " VALUE", "/data/000000000000000000000000000000000000000000000000000000000000000000"
        + "00000000000000000000000000000000000000000000000000000000000/VALUE/data"})
    void parametersThatDifferAnywhereAreRowsOfTheirOwn(String place) throws IOException {
        String[] values = {"one", "two", "", "a b", "a\tb", "a\u200bb", "a\u00a0b", "\u00e9", "\u00e8", "\"one\""};
        Path file = file(Stream.of(values).map(value -> with(place.replace("VALUE", value))).toArray(String[]::new));
        Comparison comparison = Comparison.ofJmh(List.of(file, file), Statistic.MEAN);
        assertEquals(Stream.of(values).map(value -> place.replace("VALUE", value)).toList(),
            Json.MAPPER.readTree(comparison.json()).get("ratios").valueStream()
                .map(ratio -> ratio.get("params.size").stringValue()).toList());
        for (TerminalStyle style : List.of(TerminalStyle.PLAIN, new TerminalStyle(false, false))) {
            List<String> rows = comparison.text(style).lines().filter(line -> line.startsWith("size=")).toList();
            assertEquals(values.length, Set.copyOf(rows).size(), String.join("\n", rows));
        }
    }

    @Test
    void aValueThatIsNoTextIsTakenAsItIsWritten() throws IOException {
        String result = with("1");
        Map<String, String> words = read(file(result.replace("\"size\":\"1\"", "\"size\":{\"a\":[1]}")))
            .results().get(0).words();
        assertEquals("{\"a\":[1]}", words.get("params.size"));
        assertEquals(read(file(result)).results(), read(file(result.replace("\"size\":\"1\"", "\"size\":1"))).results());
    }

    @Test
    void anOperationOfAnotherNumberOfCallsIsNotTheSame() {
        String one = with("1").replaceFirst("\\{", "{\"measurementBatchSize\": 1,");
        String many = with("1").replaceFirst("\\{", "{\"measurementBatchSize\": 1000,");
        String refused = refused(() -> Comparison.ofJmh(List.of(file(one), file(many)), Statistic.MEAN));
        assertTrue(refused.contains("measurementBatchSize none / 1000"), refused);
    }

    @Test
    void whatCannotBeComparedIsNamedAndLeavesTheOthers() throws IOException {
        Path sound = file(result("ok", "avgt", "ns/op", forks(100)), with("10"));
        Path file = file(result("ok", "avgt", "ns/op", forks(100)), with("10").replaceFirst("\\[\\[", "[[\"NaN\", "), "7");
        Comparison comparison = Comparison.ofJmh(List.of(sound, file), Statistic.MEAN);
        JsonNode json = Json.MAPPER.readTree(comparison.json());
        assertEquals(1, json.get("ratios").size());
        String line = json.get("leftOut").get(0).stringValue();
        assertTrue(line.contains("1.json, result 2, b avgt ns/op threads=1 size=10: primaryMetric.rawData holds 'NaN'"),
            line);
        assertTrue(comparison.text(TerminalStyle.PLAIN).contains("left out: "), comparison.text(TerminalStyle.PLAIN));
        assertEquals(List.of(line), comparison.undecided(5), "a regression of it could not be told");
        String refused = refused(() -> Comparison.ofJmh(List.of(file(with("10")), file), Statistic.MEAN));
        assertTrue(refused.contains("left out are 2, the first " + line.substring(0, 20)), refused);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}                                  | is no JMH result file",
        "[]                                  | is no JMH result file",
        "[7]                                 | result 1, no JMH result but '7'",
        "[{}]                                | result 1, no JMH result: benchmark is missing",
        "[[]]                                | result 1, no JMH result but '[]'",
        "[{\"benchmark\": \"a\\u001b[2Jb\"}] | benchmark is 'a [2Jb'",
        "[{\"benchmark\": \"b\", \"mode\": \"fast\"}] | b: mode is 'fast'; accepted: thrpt, avgt, sample, ss",
        "[{\"benchmark\": \"b\", \"mode\": \"ss\"}] | b ss: primaryMetric.scoreUnit is missing",
        "[{\"benchmark\": 7}, 7]             | of 2 results none can be compared",
        "[{\"benchmark\": 7}                 | is not JSON",
        "[] []                               | line 1 column 4 is not JSON: a second document begins",
        "[]]                                 | line 1 column 3 is not JSON: text stands behind the end",
        "[{\"a\": 1, \"a\": 2}]              | Duplicate",
        "nonsense                            | is not JSON: it begins with 'nonsense'",
        "\"Benchmark\",\"Mode\"              | is not JSON: it begins with '\"Benchmark\",\"Mode\"'",
        "``                                  | is empty",
    })
    void whatIsNoJmhResultIsRefused(String json, String said) throws IOException {
        Path file = Files.writeString(folder.resolve("x.json"), json);
        assertTrue(refused(() -> read(file)).contains(said), refused(() -> read(file)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[]          | primaryMetric.rawData is '[]'",
        "{}          | primaryMetric.rawData is '{}'",
        "7           | primaryMetric.rawData is '7'",
        "\"x\"       | primaryMetric.rawData is 'x'",
        "[1]         | primaryMetric.rawData holds '1'",
        "[[]]        | primaryMetric.rawData holds '[]'",
        "[[1], []]   | primaryMetric.rawData holds '[]'",
        "[[-1]]      | primaryMetric.rawData holds '-1'",
        "[[1e999]]   | primaryMetric.rawData holds 'Infinity'",
        "[[1e-200]]  | primaryMetric.rawData holds '1.0E-200'",
        "[[NaN]]     | primaryMetric.rawData holds 'NaN'",
        "[[\"+INF\"]] | primaryMetric.rawData holds '+INF'",
        "[[null]]    | primaryMetric.rawData holds 'null'",
        "[[[1]]]     | primaryMetric.rawData holds an array of 1",
        "[[1], [0]]  | the mean of fork 2 is 0",
    })
    void aFigureThatIsNoneIsRefusedByName(String forks, String said) {
        Path file = file(result("b", "avgt", "ns/op", forks));
        String refused = refused(() -> read(file));
        assertTrue(refused.contains("result 1, b avgt ns/op threads=1: ") && refused.contains(said), refused);
    }

    @Test
    void ofWhatIsThereTwiceNeitherCountsUnlessItIsTheSame() throws IOException {
        Path file = file(result("b", "avgt", "ns/op", "[[1]]"), with("1"), result("b", "avgt", "ns/op", "[[2]]"), with("1"));
        PlainJmhFile read = read(file);
        assertEquals(List.of("1"), read.results().stream().map(result -> result.words().get("params.size")).toList());
        assertEquals(2, read.leftOut().size());
        assertTrue(read.leftOut().get(0).line().contains("result 1, b avgt ns/op threads=1: result 3 is of the same"),
            read.leftOut().toString());
    }

    @Test
    void aFileIsReadInWhateverFormItWasPassedOn() throws IOException {
        String result = with("\u00e9");
        List<PlainJmh> plain = read(file(result)).results();
        Path file = folder.resolve("x");
        for (byte[] bytes : List.of(("\ufeff[" + result + "]").getBytes(StandardCharsets.UTF_8),
                ("[\r\n" + result + "\r\n]\r\n").getBytes(StandardCharsets.UTF_8),
                ("[" + result + "]").getBytes(StandardCharsets.UTF_16), ("[" + result + "]").getBytes(
                StandardCharsets.UTF_16LE), gzipped("[" + result + "]"), result.getBytes(StandardCharsets.UTF_8),
                ("{\"at\": 7, \"of\": {\"results\": [" + result + "]}}").getBytes(StandardCharsets.UTF_8))) {
            assertEquals(plain, read(Files.write(file, bytes)).results());
        }
        byte[] cut = Arrays.copyOf(gzipped("[" + result + "]"), 60);
        assertTrue(refused(() -> read(Files.write(file, cut))).contains("x cannot be read: it is cut short"));
        Files.writeString(file, "{\"one\": [" + result + "], \"two\": [" + result + "]}");
        assertTrue(refused(() -> read(file)).contains("several arrays of results, one, two"));
    }

    @ParameterizedTest
    @CsvSource({"fd377a585a0000, xz -dc", "28b52ffd0450, zstd -dc", "425a683931415926, bzip2 -dc", "04224d18, lz4 -dc",
        "504b030414, unzip -p"})
    void whatIsPackedOtherwiseIsNamedWithWhatUnpacksIt(String bytes, String unpacking) throws IOException {
        Path file = Files.write(folder.resolve("packed"), HexFormat.of().parseHex(bytes));
        assertEquals(file + " is packed; accepted: an array of results, as JMH's -rf json writes it, or that gzipped: unpack "
            + "it with " + unpacking, refused(() -> read(file)));
    }

    @Test
    void whatIsGzippedTwiceIsNamed() throws IOException {
        byte[] once = gzipped("[" + with("1") + "]");
        Path file = Files.write(folder.resolve("twice"), gzipped(once));
        assertTrue(refused(() -> read(file)).endsWith("unpack it with gzip -dc"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "[{\"benchmark\": \"a", "[{\"benchmark\": \"a\", ", "[{\"benchmark\": \"a\"}", "[{\"a\": [1, 2"})
    void aFileThatIsCutShortIsCalledSo(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("cut"), text);
        assertTrue(refused(() -> read(file)).endsWith(" is not JSON: it is cut short; accepted: a whole document"));
    }

    private static byte[] gzipped(String text) throws IOException {
        return gzipped(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] gzipped(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private static PlainJmhFile read(Path file) {
        return PlainJmhFile.read(file, Statistic.MEAN);
    }

    private static String with(String size) {
        return "{\"params\": " + Json.MAPPER.writeValueAsString(Map.of("size", size)) + ", "
            + result("b", "avgt", "ns/op", forks(100)).substring(1);
    }

    private Path file(String... results) {
        try {
            return Files.writeString(folder.resolve(files++ + ".json"), "[" + String.join(",", results) + "]");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String result(String benchmark, String mode, String unit, String forks) {
        return "{\"benchmark\": \"" + benchmark + "\", \"mode\": \"" + mode + "\", \"threads\": 1, \"primaryMetric\": {"
            + "\"scoreUnit\": \"" + unit + "\", \"rawData\": " + forks + "}}";
    }

    private static String forks(double mean) {
        List<String> forks = new ArrayList<>();
        for (int i = -2; i <= 2; i++) {
            forks.add("[" + mean * (1 + 0.01 * i) + "]");
        }
        return forks.toString();
    }

    private static String refused(Executable action) {
        String message = assertThrows(BadRunException.class, action).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }
}
