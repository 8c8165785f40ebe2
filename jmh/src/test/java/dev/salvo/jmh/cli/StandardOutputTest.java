package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command does whose words do not arrive, and with words that the locale has no letters for. */
class StandardOutputTest {
    @ParameterizedTest
    @ValueSource(strings = {"host", "--help", "jmh -l", "profiles"})
    void aFullDeviceIsOneLineAndNoSuccess(String command) throws Exception {
        File full = new File("/dev/full");
        assumeTrue(full.exists());
        Process salvo = salvo("exec \"$@\" > /dev/full", command.split(" "));
        String said = new String(salvo.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, salvo.waitFor(), said);
        assertEquals(1, said.lines().count(), said);
        assertTrue(said.startsWith("salvo: standard output: cannot be written ("), said);
    }

    @Test
    void outputThatIsClosedIsOneLineAndNoSuccess() throws Exception {
        Process salvo = salvo("exec \"$@\" >&-", "--help");
        String said = new String(salvo.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, salvo.waitFor(), said);
        assertTrue(said.startsWith("salvo: standard output: cannot be written ("), said);
    }

    @Test
    void inputThatIsClosedIsOneLine() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/fd")));
        Process salvo = salvo("exec \"$@\" <&-", "tlb", "-");
        String said = new String(salvo.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, salvo.waitFor(), said);
        assertEquals("salvo: -: standard input is closed; accepted is a lackey trace by a pipe or from a file", said.strip());
    }

    @Test
    void aReaderThatHasGoneIsNoFaultAndEndsTheCommandAsItEndsOthers() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/fd")));
        // The reader of the pipe has gone before the JVM has begun.
        Process salvo = salvo("{ sleep 1; \"$@\"; echo $? >&2; } | true", "--help");
        assertEquals("141", new String(salvo.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"curve --out", "report", "tlb", "compare --jmh", "merge"})
    void aFileThatTheLocaleCannotSpellIsNamedWithWhatToDo(String command) throws Exception {
        Process salvo = salvo("LC_ALL=C exec \"$@\" \"$(printf 'gr\\303\\274n')\"", command.split(" "));
        String said = new String(salvo.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, salvo.waitFor(), said);
        assertEquals(1, said.lines().count(), said);
        assertTrue(said.startsWith("salvo: ") && said.contains(" gr\\u00fcn: ")
            && said.contains("accepted is LC_ALL=C.UTF-8"), said);
    }

    /** Runs a command by a shell, to which its words are $1 and so on. */
    private static Process salvo(String shell, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", shell, "sh"));
        command.addAll(Launch.command(List.of(), words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"));
        return builder.start();
    }
}
