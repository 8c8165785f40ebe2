package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands say the same whatever digits, decimal points and letters the host's people use. */
class EveryLocaleTest {
    private static final String RUNS = "../results/runs/";
    private static final List<String> LOCALES = List.of("ar-EG", "de-DE", "tr-TR");

    private final Locale usual = Locale.getDefault();

    @TempDir
    Path folder;

    @AfterEach
    void restore() {
        Locale.setDefault(usual);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "peers --help", "torture --list", "host --cores 32", "profiles",
        "profiles kunpeng-920", "compare " + RUNS + "vm-20261123T112131Z " + RUNS + "vm-20261123T112131Z",
        "compare --reference " + RUNS + "vm-20261127T053650Z", "tlb TRACE", "tlb --flush-every 2 TRACE",
        "curve --cores 0", "curve --dilation 7,5", "curve --interconnect pigeon", "torture --break nothing"
    })
    void aCommandSaysTheSameInEvery(String line) throws Exception {
        Path trace = Files.writeString(folder.resolve("trace"), "I  04000000,3\n L 1ffeffe7e8,8\n S 04222000,8\n");
        String[] arguments = line.replace("TRACE", trace.toString()).split(" ");
        Locale.setDefault(Locale.ROOT);
        String expected = said(arguments);
        for (String locale : LOCALES) {
            Locale.setDefault(Locale.forLanguageTag(locale));
            assertEquals(expected, said(arguments), locale);
        }
    }

    /** What others use of the CPUs is another figure each time. */
    private static String said(String... arguments) {
        return Said.by(arguments).toString().replaceAll("Others keep [0-9.]+ of", "Others keep some of");
    }

    /** JMH formats figures by the default locale. */
    @Test
    void whatJmhWritesHasTheDigitsThatMachinesRead() throws Exception {
        Path results = folder.resolve("results.csv");
        String said = saidByMain("ar", "EG", "jmh", "IssueBenchmark", "-f", "0", "-wi", "0", "-i", "1", "-r", "10ms",
            "-rf", "csv", "-rff", results.toString());
        assertTrue(Stream.of(said, Files.readString(results)).flatMapToInt(String::chars)
            .noneMatch(letter -> letter > '9' && Character.isDigit(letter)), said);
    }

    /** picocli sorts by letters that Turkish makes small in its own way. */
    @Test
    void theHelpIsInTheSameOrder() throws Exception {
        assertEquals(Said.by("curve", "--help").out(), saidByMain("tr", "TR", "curve", "--help"));
    }

    private static String saidByMain(String language, String country, String... arguments) throws Exception {
        List<String> command = Launch.command(List.of("-Duser.language=" + language, "-Duser.country=" + country), arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }
}
