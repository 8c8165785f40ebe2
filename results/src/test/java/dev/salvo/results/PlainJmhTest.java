package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        assertEquals(List.of(List.of(20.0, 40.0)), PlainJmh.read(file(sampled)).get(0).iterations());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}                                                          | is no JMH result file",
        "[]                                                          | is no JMH result file",
        "[7]                                                         | result 1 is no JMH result",
        "[{}]                                                        | benchmark is missing",
        "[{\"benchmark\": \"a\\u001b[2Jb\"}]                         | benchmark is '",
        "[{\"benchmark\": \"b\", \"mode\": \"fast\"}] | mode is 'fast'; accepted: thrpt, avgt, sample, ss",
        "[{\"benchmark\": \"b\", \"mode\": \"ss\"}]                  | primaryMetric.scoreUnit is missing",
        "nonsense                                                    | is not JSON",
        "``                                                          | is empty",
    })
    void whatIsNoJmhResultIsRefused(String json, String said) throws IOException {
        Path file = Files.writeString(folder.resolve("x.json"), json);
        assertTrue(refused(() -> PlainJmh.read(file)).contains(said), refused(() -> PlainJmh.read(file)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[[]]", "[[1], []]", "[[0]]", "[[-1]]", "[[1e999]]", "[[-1e999]]", "[[NaN]]",
        "[[\"NaN\"]]", "[[null]]", "[[[1]]]", "[1]", "{}", "7", "\"x\""})
    void aFigureThatIsNoneIsRefused(String forks) throws IOException {
        Path file = file(result("b", "avgt", "ns/op", forks));
        String refused = refused(() -> PlainJmh.read(file));
        assertTrue(refused.contains("primaryMetric.rawData is none of figures"), refused);
    }

    @Test
    void ofWhatIsThereTwiceNeitherCounts() throws IOException {
        Path file = file(result("b", "avgt", "ns/op", "[[1]]"), result("b", "avgt", "ns/op", "[[2]]"));
        assertTrue(refused(() -> PlainJmh.read(file)).contains("holds 'b' twice"));
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
