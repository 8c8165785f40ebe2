package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.results.KernelCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The kernel here against booted ones, row by row, and the command that says so. */
@Timeout(900)
class KernelCountsCommandTest {
    private static final String ROW = "{\"arch\":\"arm64\",\"kernel\":\"6.12.118\",\"cpu\":\"cortex-a72\",\"options\":"
        + "\"nokaslr kpti=off mitigations=off\",\"operation\":\"munmap\",\"pages\":16,\"state\":"
        + "\"private written, tables kept\",\"threads\":\"alone\",\"counts\":{\"tlbiVaLast\":16,\"dsbIsh\":1,\"dsbIshst\":9}}";

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("data.json"), text);
    }

    @Test
    void everyArm64RowIsCarriedAndEqual() {
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        for (KernelCounts.Row row : KernelCounts.read()) {
            if (row.arch().equals("arm64")) {
                rows++;
                Map<String, Long> ours = KernelCountsCommand.counted(row);
                if (ours == null || !row.equal(ours)) {
                    wrong.add(row + ": " + ours);
                }
            }
        }
        assertEquals(520, rows);
        assertEquals(List.of(), wrong);
    }

    @Test
    void equalRowsExitWith0AndAreWrittenWithOursBesideThem() throws IOException {
        Path json = folder.resolve("ours.json");
        Said said = Said.by("kernel-counts", "--data", file("[" + ROW + "]").toString(), "--json", json.toString());
        assertEquals(0, said.exitCode(), said.err());
        JsonNode row = JsonMapper.shared().readTree(Files.readString(json)).get(0);
        assertEquals(9, row.path("counts").path("dsbIshst").intValue());
        assertEquals("{\"tlbiVaLast\":16,\"dsbIsh\":1,\"dsbIshst\":1}", row.path("ours").toString(), "dsbIshst is not judged");
        assertTrue(row.path("equal").booleanValue());
        assertEquals("munmap", row.path("operation").asString());
    }

    @Test
    void whatIsWrittenCanBeReadAgain() throws IOException {
        Path json = folder.resolve("ours.json");
        Said.by("kernel-counts", "--data", file("{\"rows\":[" + ROW + "]}").toString(), "--json", json.toString());
        assertEquals(0, Said.by("kernel-counts", "--data", json.toString()).exitCode());
    }

    @Test
    void twoRowsOfTheSameWordsAreTwoRows() throws IOException {
        Path json = folder.resolve("ours.json");
        Said.by("kernel-counts", "--data", file("[" + ROW + "," + ROW + "]").toString(), "--json", json.toString());
        assertEquals(2, JsonMapper.shared().readTree(Files.readString(json)).size());
    }

    @Test
    void aDifferenceIsListedAndExitsWith1() throws IOException {
        Said said = Said.by("kernel-counts", "--data", file("[" + ROW.replace(":16,\"dsbIsh\"", ":17,\"dsbIsh\"") + "]").toString());
        assertEquals(1, said.exitCode());
        assertTrue(said.out().contains("counted: tlbiVaLast 17, dsbIsh 1"), said.out());
        assertTrue(said.out().contains("ours:    tlbiVaLast 16, dsbIsh 1"), said.out());
    }

    @Test
    void aRowThatIsNotCarriedIsListedAndNoDifference() throws IOException {
        Said said = Said.by("kernel-counts", "--data", file("[" + ROW.replace("munmap", "mlock") + "]").toString());
        assertEquals(0, said.exitCode(), said.err());
        assertTrue(said.out().contains("mlock, private written, tables kept, alone: 1 row"), said.out());
    }

    @Test
    void aRowWithoutCountsIsCountedAndNotJudged() throws IOException {
        Path json = folder.resolve("ours.json");
        String bare = ROW.replaceFirst(",\"counts\":\\{.*?\\}", "");
        assertFalse(bare.contains("counts"));
        assertEquals(0, Said.by("kernel-counts", "--data", file("[" + bare + "]").toString(), "--json", json.toString()).exitCode());
        JsonNode row = JsonMapper.shared().readTree(Files.readString(json)).get(0);
        assertEquals(16, row.path("ours").path("tlbiVaLast").intValue());
        assertTrue(row.path("equal").isNull());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "[]|has no rows",
        "{\"rows\":3}|has no rows",
        "[{}]|row 1 has no text as arch",
        "not json|is not JSON",
        "[1]|row 1 has no text as arch"})
    void badDataExitsWith2InALine(String text, String expected) throws IOException {
        assertRefused(file(text).toString(), expected);
    }

    @Test
    void aRowWithAWrongNumberExitsWith2InALine() throws IOException {
        assertRefused(file("[" + ROW.replace("\"pages\":16", "\"pages\":0") + "]").toString(), "row 1 has no number of pages");
        assertRefused(file("[" + ROW.replace(":9}", ":-9}") + "]").toString(), "row 1 has no whole number as dsbIshst");
        assertRefused(file("[" + ROW.replace("{\"tlbiVaLast\":16,\"dsbIsh\":1,\"dsbIshst\":9}", "[1]") + "]").toString(),
            "row 1 has counts that are no object");
        assertRefused(folder.resolve("missing").toString(), "does not exist");
    }

    private static void assertRefused(String data, String expected) {
        Said said = Said.by("kernel-counts", "--data", data);
        assertEquals(2, said.exitCode(), said.out());
        assertTrue(said.err().startsWith("salvo: ") && said.err().contains(expected), said.err());
        assertEquals(1, said.err().lines().count(), said.err());
    }

    @Test
    void anArchitectureThatIsNotKnownOrHasNoRowExitsWith2() throws IOException {
        String data = file("[" + ROW + "]").toString();
        assertEquals("salvo: --arch mips: must be arm64 or x86-64",
            Said.by("kernel-counts", "--data", data, "--arch", "mips").err().strip());
        Said none = Said.by("kernel-counts", "--data", data, "--arch", "x86-64");
        assertEquals(2, none.exitCode());
        assertTrue(none.err().contains("no row of x86-64"), none.err());
    }

    /** Of x86-64 nothing is built: its rows are all listed, and none fails. */
    @Test
    void theOtherArchitecturesRowsAreNotCarried() {
        Said said = Said.by("kernel-counts", "--arch", "x86-64");
        assertEquals(0, said.exitCode(), said.err());
        assertTrue(said.out().contains("not carried, by operation, state and threads"), said.out());
    }
}
