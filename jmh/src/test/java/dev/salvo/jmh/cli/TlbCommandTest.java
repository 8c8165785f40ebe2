package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TlbCommandTest {
    private static final String TRACE = """
        ==123== Lackey, an example Valgrind tool
        I  04001000,3
         L 1ffeffe7e0,8
        I  04001ffe,4
         S 1ffeffe7e0,8
        I  04002002,3
         M 1ffefff7e0,8
        ==123== Exit code: 0
        """;
    private static final String JSON = "{\"I\":{\"refs\":3,\"l1Misses\":2,\"l2Misses\":2},"
        + "\"Dr\":{\"refs\":2,\"l1Misses\":2,\"l2Misses\":2},\"Dw\":{\"refs\":1,\"l1Misses\":0,\"l2Misses\":0}}\n";

    @TempDir
    private Path folder;
    private Path trace;
    private Path json;
    private final StringWriter out = new StringWriter();
    private final List<String> refusals = new ArrayList<>();

    @BeforeEach
    void writeTrace() throws IOException {
        trace = Files.writeString(folder.resolve("trace"), TRACE);
        json = folder.resolve("counts.json");
    }

    @Test
    void theCountsOfEveryKindArePrinted() {
        assertEquals(0, tlb(trace.toString()));
        assertEquals(trace + """
            : 6 accesses
            L1 I and D 32 entries fully associative, L2 1,024 in 4 ways, LRU, pages of 4 KiB

                      accesses      L1 misses               L2 misses
            I                3              2 66.6667%              2 66.6667%
            Dr               2              2 100.0000%              2 100.0000%
            Dw               1              0  0.0000%              0  0.0000%
            all              6              4 66.6667%              4 66.6667%
            """, out.toString());
    }

    @Test
    void theJsonFileHoldsTheThreeKindsAndNothingElse() throws IOException {
        Files.writeString(json, "older counts, and longer ones at that ".repeat(20));
        assertEquals(0, tlb(trace.toString(), "--json", json.toString()));
        assertEquals(JSON, Files.readString(json));
    }

    @Test
    void flushesAreComparedWithTheSameTraceWithoutThem() throws IOException {
        assertEquals(0, tlb(trace.toString(), "--flush-every", "2", "--json", json.toString()));
        assertEquals("{\"I\":{\"refs\":3,\"l1Misses\":3,\"l2Misses\":3},"
            + "\"Dr\":{\"refs\":2,\"l1Misses\":2,\"l2Misses\":2},\"Dw\":{\"refs\":1,\"l1Misses\":1,\"l2Misses\":1},"
            + "\"flushes\":3,\"withoutFlushes\":" + JSON.strip() + "}\n", Files.readString(json));
        String text = out.toString();
        assertTrue(text.contains("all invalidated after every 2 accesses, 3 times"), text);
        assertTrue(text.contains("an invalidate-all cost 0.67 L1 misses and 0.67 L2 misses"), text);
    }

    @Test
    void theShapeOfTheTlbsCanBeChosen() throws IOException {
        tlb(trace.toString(), "--page-size", "2M", "--l1", "1", "--l2", "6", "--l2-ways", "3", "--json",
            json.toString());
        assertEquals("{\"I\":{\"refs\":3,\"l1Misses\":1,\"l2Misses\":1},"
            + "\"Dr\":{\"refs\":2,\"l1Misses\":1,\"l2Misses\":1},\"Dw\":{\"refs\":1,\"l1Misses\":0,\"l2Misses\":0}}\n",
            Files.readString(json));
    }

    @Test
    void aTraceMayComeFromStandardInputGzippedOrNot() throws IOException {
        for (byte[] input : List.of(TRACE.getBytes(StandardCharsets.US_ASCII), gzip(TRACE))) {
            InputStream before = System.in;
            System.setIn(new ByteArrayInputStream(input));
            try {
                assertEquals(0, tlb("-", "--json", json.toString()));
            } finally {
                System.setIn(before);
            }
            assertEquals(JSON, Files.readString(json));
            assertTrue(out.toString().startsWith("standard input: 6 accesses"), out.toString());
            Files.delete(json);
        }
    }

    @Test
    void aCopyWithWindowsLineEndsIsCountedAlike() throws IOException {
        Files.writeString(trace, "\ufeff" + TRACE.replace("\n", "\r\n").replace("I  ", "I "));
        assertEquals(0, tlb(trace.toString(), "--json", json.toString()));
        assertEquals(JSON, Files.readString(json));
    }

    @Test
    void aGzippedFileIsKnownByItsContent() throws IOException {
        Files.write(trace, gzip(TRACE));
        assertEquals(0, tlb(trace.toString(), "--json", json.toString()));
        assertEquals(JSON, Files.readString(json));
    }

    @ParameterizedTest
    @CsvSource({
        "--l1, 0", "--l1, -1", "--l1, abc", "--l1, 1048577", "--l1, 99999999999999999999", "--l2, 0", "--l2, 1000",
        "--l2-ways, 0", "--l2-ways, 3", "--l2-ways, 2048", "--page-size, 0", "--page-size, 5000", "--page-size, 2K",
        "--page-size, 2G", "--page-size, 18014398509481985K", "--flush-every, 0", "--flush-every, -5",
        "--flush-every, 1e3"
    })
    void aBadNumberIsRefusedInOneLineThatNamesTheOption(String option, String value) {
        assertRefused(List.of(option, value), trace.toString(), option, value, "--json", json.toString());
        assertFalse(Files.exists(json));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'I  04001000,3\nhello\n'|line 2: \"hello\"",
        "'I  04001000,3\n L 04001003,0\n'|line 2: \" L 04001003,0\" has a size outside 1..4096",
        "'BZh91AY&SY'|compressed by bzip2; accepted is a trace as text, gzipped or zipped: bzip2 -dc FILE",
        "'SB 04001000\n'|no access in it",
        "''|no access in it",
        "'==1== only remarks\n'|no access in it"
    })
    void aBadTraceIsRefusedAndNothingIsWrittenOver(String text, String complaint) throws IOException {
        Files.writeString(trace, text);
        Files.writeString(json, "kept");
        assertRefused(List.of(trace.toString(), complaint), trace.toString(), "--json", json.toString());
        assertEquals("kept", Files.readString(json));
    }

    @Test
    void aTruncatedGzippedTraceIsRefused() throws IOException {
        byte[] whole = gzip(TRACE);
        Files.write(trace, Arrays.copyOf(whole, whole.length - 9));
        assertRefused(List.of(trace.toString(), "the gzipped data is cut short"), trace.toString());
    }

    @Test
    void aTraceThatIsNoFileIsRefused() {
        assertRefused(List.of("nowhere", "no such file"), folder.resolve("nowhere").toString());
        assertRefused(List.of(folder.toString(), "a folder"), folder.toString());
        assertRefused(List.of("TRACE"));
    }

    @Test
    void aLinkThatLeadsNowhereIsNoMissingFile() throws IOException {
        Path loop = folder.resolve("loop");
        Files.createSymbolicLink(loop, loop);
        assertRefused(List.of(loop.toString(), "a symbolic link that leads nowhere"), loop.toString());
    }

    @Test
    void aFolderOfDrmemtraceIsNamed() throws IOException {
        Path traced = Files.createDirectory(folder.resolve("drmemtrace.ls.123.0456.dir"));
        assertRefused(List.of(traced.toString(), "a folder of drmemtrace's; accepted is"), traced.toString());
    }

    @Test
    void aJsonFileThatCannotBeWrittenIsRefusedBeforeTheReplay() throws IOException {
        String file = trace.toString();
        assertRefused(List.of("--json", folder.toString(), "a folder"), file, "--json", folder.toString());
        assertRefused(List.of("--json", "no such folder"), file, "--json", folder.resolve("no/where").toString());
        assertRefused(List.of("--json", "no such folder"), file, "--json", trace.resolve("below").toString());
        assertRefused(List.of("--json -", "standard output is taken"), file, "--json", "-");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("no/where"));
        assertRefused(List.of("--json " + link, "leads nowhere"), file, "--json", link.toString());
        assertRefused(List.of("--json", "is itself read"), file, "--json",
            folder.resolve("../" + folder.getFileName() + "/trace").toString());
        assertEquals(TRACE, Files.readString(trace));
        assertEquals("", out.toString());
    }

    @Test
    void theHelpTellsWhereATraceComesFrom() {
        assertEquals(0, tlb("--help"));
        for (String part : List.of("valgrind --tool=lackey --trace-mem=yes", "salvo tlb", "--flush-every", "codes:")) {
            assertTrue(out.toString().contains(part), part);
        }
        assertTrue(out.toString().lines().allMatch(line -> line.length() <= 80), out.toString());
    }

    private void assertRefused(List<String> parts, String... args) {
        refusals.clear();
        assertEquals(2, tlb(args), String.join(" ", args));
        assertEquals(1, refusals.size());
        String line = refusals.get(0);
        for (String part : parts) {
            assertTrue(line.contains(part), line);
        }
        assertEquals(1, line.lines().count(), line);
        assertEquals("", out.toString());
    }

    /** Runs the command as the program does: what is refused becomes one line and exit code 2. */
    private int tlb(String... args) {
        out.getBuffer().setLength(0);
        return new CommandLine(new TlbCommand())
            .setCommandName("salvo tlb")
            .setOut(new PrintWriter(out, true))
            .setParameterExceptionHandler((e, given) -> refuse(e.getMessage()))
            .setExecutionExceptionHandler((e, command, result) -> {
                if (e instanceof BadInput) {
                    return refuse(e.getMessage());
                }
                throw e;
            })
            .execute(args);
    }

    private int refuse(String message) {
        refusals.add(message);
        return 2;
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }
}
