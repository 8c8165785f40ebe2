package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JMH ends with 0 also where every benchmark failed; {@code salvo jmh} does not. */
class JmhCommandTest {
    @TempDir
    Path folder;

    @Test
    void forksThatDoNotStartEndItWithTwoAndTheirFirstCause() {
        Said heard = Said.by("jmh", "IssueBenchmark", "-f", "1", "-wi", "0", "-i", "1", "-jvmArgsAppend", "-XX:+UseMagic");
        assertEquals(2, heard.exitCode(), heard.out());
        assertEquals("salvo: jmh: a measured JVM does not start: Unrecognized VM option 'UseMagic'", lastLine(heard));
    }

    /** JMH goes on with the second, whose result is written. */
    @Test
    void aBenchmarkThatFailsEndsItWithOneAndCostsNoOther() throws Exception {
        Path results = folder.resolve("results.csv");
        Said heard = Said.by("jmh", "IssueBenchmark", "-f", "1", "-wi", "0", "-i", "1", "-r", "10ms", "-p", "cores=0,2",
            "-rf", "csv", "-rff", results.toString());
        assertEquals(1, heard.exitCode(), heard.out());
        assertTrue(Files.readString(results).lines().count() > 1, heard.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"-o /proc/none/said | /proc/none/said (No such file or directory)",
        "-rff /proc/none/results | /proc/none/results: JMH's results cannot be written there"})
    void aFileThatCannotBeWrittenIsOneLine(String option, String said) {
        Said heard = Said.by(("jmh IssueBenchmark -f 0 " + option).split(" "));
        assertEquals(2, heard.exitCode());
        assertTrue(lastLine(heard).startsWith("salvo: jmh: " + said), heard.err());
    }

    private static String lastLine(Said heard) {
        return heard.err().lines().reduce("", (before, line) -> line);
    }
}
