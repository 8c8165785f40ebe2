package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A host that does not do is no violation and no failed point: one line, exit code 2, whatever was to be measured. Each
 * in a JVM of its own, for a process finds out once. What needs root is in {@code jmh/hosts}.
 */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class UnsuitableHostTest {
    private static final String NO_LIBRARY = "-Djna.nounpack=true";
    /** What the JVM itself says from JDK 25 on, before any code of the product runs. */
    private static final String THE_JVMS_OWN = "WARNING: java.io.tmpdir directory does not exist";

    @TempDir
    private Path folder;

    private Said java(String jvmFlags, String arguments) throws Exception {
        return Said.by(new ProcessBuilder(Launch.command(List.of(jvmFlags.strip().split(" +")),
            arguments.strip().split(" +"))).directory(folder.toFile()));
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
    }

    private void assertRefused(Said heard, String said) throws IOException {
        assertEquals(2, heard.exitCode(), heard.toString());
        assertEquals("", heard.out());
        List<String> lines = heard.err().lines().filter(line -> !line.equals(THE_JVMS_OWN)).toList();
        assertEquals(1, lines.size(), heard.err());
        assertTrue(lines.get(0).startsWith("salvo: ") && lines.get(0).contains(said), heard.err());
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"torture --seconds 1 --cores 2", "timeline --cores 2", "curve --quick", "flame --cores 2",
        "jmh PageOut", "profiles coverage --runs 1", "profiles span a64fx", "compare --reference"})
    void noCommandMeasuresWhereThreadsCannotBePinned(String arguments) throws Exception {
        assertRefused(java(NO_LIBRARY, arguments), "threads cannot be pinned: JNA's native library does not load");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-Djna.nounpack=true                     | leave out -Djna.nounpack=true",
        "-Djna.noclasspath=true                  | leave out -Djna.noclasspath=true",
        "-Djna.tmpdir=/proc/none                 | /proc/none (no such file or folder); name another by -Djna.tmpdir, or none",
        "-Djna.tmpdir=/etc/hostname              | /etc/hostname (",
        "-Djava.io.tmpdir=/proc/none             | java.io.tmpdir /proc/none: nothing can be written there (no such file or folder); accepted",
        "-XX:MaxDirectMemorySize=100k            | not enough memory outside the heap (Cannot reserve"
    })
    void theLineNamesWhatWasUsedAndWhatToDo(String jvmFlags, String said) throws Exception {
        assertRefused(java(jvmFlags, "timeline --cores 2 --out ."), said);
    }

    @Test
    void hostSaysThatNothingCanBeMeasured() throws Exception {
        Said heard = java(NO_LIBRARY, "host");
        assertEquals(2, heard.exitCode(), heard.err());
        assertTrue(heard.out().contains("Nothing can be measured here so:\n  - threads cannot be pinned: "), heard.out());
        assertTrue(heard.out().contains("placement: "), heard.out());
    }

    /** As homes are called whose owner runs this under {@code LC_ALL=C}. */
    @ParameterizedTest
    @CsvSource({"XDG_CACHE_HOME, torture --seconds 1 --cores 2", "XDG_RUNTIME_DIR, torture --seconds 1 --cores 2",
        "PATH, jmh IssueBenchmark -f 0 -wi 0 -i 1 -r 10ms -p cores=2"})
    void aFolderThatTheLocaleCannotSpellIsPassedOver(String variable, String arguments) throws Exception {
        ProcessBuilder salvo = new ProcessBuilder("sh", "-c", "export LC_ALL=C JAVA_TOOL_OPTIONS=-Dsalvo.test=1 " + variable
            + "=\"$(printf '/opt/gr\\303\\274n'):$PATH\"; exec \"$@\"", "sh");
        salvo.command().addAll(Launch.command(List.of(), arguments.split(" ")));
        Said heard = Said.by(salvo);
        assertEquals(0, heard.exitCode(), heard.toString());
    }

    @Test
    void aUserWithoutANameOrAHomeHasNoFolderMadeForHim() throws Exception {
        Said heard = java("-Duser.name=? -Duser.home=? -Djava.io.tmpdir=/dev/shm", "host");
        assertEquals(0, heard.exitCode(), heard.toString());
        assertNothingIsLeft();
    }
}
