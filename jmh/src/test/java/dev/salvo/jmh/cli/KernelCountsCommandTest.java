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
}
