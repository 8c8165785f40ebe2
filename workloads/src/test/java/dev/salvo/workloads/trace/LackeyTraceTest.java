package dev.salvo.workloads.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LackeyTraceTest {
    private static final String FOUR = "I  04001000,3\n L 1ffeffe7e0,8\n S 1ffeffe7d8,16\n M 0421c7cc,4\n";

    @Test
    void theFourKindsOfLineAreRead() throws IOException {
        assertEquals(List.of("INSTRUCTION 4001000 3", "LOAD 1ffeffe7e0 8", "STORE 1ffeffe7d8 16", "MODIFY 421c7cc 4"),
            read(FOUR));
    }

    @Test
    void anAddressMayHaveSixteenDigitsInEitherCase() throws IOException {
        assertEquals(List.of("LOAD ffffffffff600abc 4", "LOAD ffffffffffffffff 1", "LOAD 0 4096"),
            read(" L FFFFffffFF600AbC,4\n L ffffffffffffffff,1\n L 0,4096\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "==123== Lackey, an example Valgrind tool", "==123== ", "==123==", "--123-- warning: L3 cache found",
        "**123** said by the program through valgrind", "==00:00:00:01.234 123== with --time-stamp=yes"
    })
    void valgrindsRemarksAreSkipped(String remark) throws IOException {
        assertEquals(List.of("LOAD 10 1", "STORE 20 2"),
            read(remark + "\n L 10,1\n" + remark + "\n" + remark + "\n S 20,2\n" + remark));
    }

    @Test
    void aRemarkMayBeLongerThanAnyBuffer() throws IOException {
        assertEquals(List.of("LOAD 10 1", "STORE 20 2"),
            read(" L 10,1\n==123== " + "Command: argument ".repeat(100_000) + "\n S 20,2\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "hello", "I", "I ", "I  ", " L", " L ", "I  04001000", "I  04001000,", "I  ,3", "I  04001000,-3",
        "I  04001000,+3", "I  04001000,0x3", "I  04001000,3,", "I  04001000 3", "I04001000,3", "I  0x,3", "I  0x0x1,3",
        "i  04001000,3", " l 04001000,3", " X 04001000,3", " L 10;1", " L 10,1 miss eviction", "SB", "SB ", "SB 0401x",
        "==hello==", "== 123", "=123=", "====", "==123=x", "Password: I  04001000,3", "I  04001000,3 L 1ffeffe7e0,8"
    })
    void anyOtherLineIsNamedByItsNumber(String line) {
        for (String end : new String[] {"\n", "\n" + FOUR}) {
            assertRefusedOnLine9(line, end, "is not a line of lackey's --trace-mem=yes; accepted are lines like");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "I  04001000,0                    | has a size outside 1..4096",
        "` L 0,0`                         | has a size outside 1..4096",
        "I 04001000, 00                   | has a size outside 1..4096",
        "I  04001000,4097                 | has a size outside 1..4096",
        "I  04001000,4294967297           | has a size outside 1..4096",
        "I  04001000,99999999999999999999 | has a size outside 1..4096",
        "I  12345678901234567,3           | has an address of more than 16 digits",
        "` L ffffffffffffffff,2`          | reaches beyond the last address"
    })
    void anAccessThatCannotBeIsRefusedWithItsFault(String line, String fault) {
        for (String end : new String[] {"\n", "\n" + FOUR}) {
            assertRefusedOnLine9(line, end, fault + "; accepted are lines like");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "' L\u00a010,1', 0xa0, 3", "' L \u00c2\u00a010,1', 0xc2, 4", "'\u00e9', 0xe9, 1", "' L 10,1\u0000', 0x00, 8",
        "' L 10,1\u001a', 0x1a, 8", "' L 10,1\r L 20,1', 0x0d, 8", "'\u00ef\u00bb\u00bf L 10,1', 0xef, 1"
    })
    void aByteThatDoesNotShowIsNamedWithItsColumn(String line, String hex, int column) {
        assertRefusedOnLine9(line, "\n" + FOUR, "has the byte " + hex + " at column " + column);
    }

    private static void assertRefusedOnLine9(String line, String end, String fault) {
        String message = refused(FOUR + "==123== \n" + FOUR.substring(0, FOUR.lastIndexOf(" M")) + line + end);
        assertTrue(message.startsWith("line 9: \"" + line.replaceAll("[^ -~]", "?") + "\" " + fault), message);
        assertEquals(1, message.lines().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "I  04001000,3\r\n L 1ffeffe7e0,8\r\n S 1ffeffe7d8,16\r\n M 0421c7cc,4\r\n",
        "I  04001000,3 \n L 1ffeffe7e0,8\t\n S 1ffeffe7d8,16 \t \r\n M 0421c7cc,4 ",
        "I 04001000,3\nL 1ffeffe7e0,8\nS 1ffeffe7d8,16\nM 0421c7cc,4\n",
        "  I\t04001000, 3\n\tL  1ffeffe7e0 ,8\n S 1ffeffe7d8\t,\t16\n     M     0421c7cc,4\r",
        "I  0x04001000,3\n L 0X1ffeffe7e0,08\n S 0x1FFEFFE7D8,0016\n M 0x421C7CC,4\n",
        "\u00ef\u00bb\u00bfI  04001000,3\n L 1ffeffe7e0,8\n S 1ffeffe7d8,16\n M 0421c7cc,4\n",
        "\n\r\n# by hand\nI  04001000,3\n  \t\n L 1ffeffe7e0,8\n #\n S 1ffeffe7d8,16\n M 0421c7cc,4\n\n\n",
        "SB 04001000\nI  04001000,3\nSB 0401\r\n L 1ffeffe7e0,8\n S 1ffeffe7d8,16\n M 0421c7cc,4\nSB 0401"
    })
    void whatPeoplesCopiesChangeHasNoMeaning(String copy) throws IOException {
        assertEquals(read(FOUR), read(copy));
        assertEquals(read(FOUR), read(new Portions(bytes(copy), new SplittableRandom(copy.length()))));
        assertEquals(read(FOUR), read(new ByteArrayInputStream(gzip(copy))));
    }

    @Test
    void aCopyMayBeLongerThanAnyBuffer() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            expected.addAll(read(FOUR));
        }
        String copy = FOUR.replace("\n", " \r\n").repeat(50_000);
        assertEquals(expected, read(copy));
        assertEquals(expected, read(new Portions(bytes(copy), new SplittableRandom(1))));
    }

    @Test
    void noAccessIsLostBehindEndlessBlanks() {
        String message = refused(FOUR + " ".repeat(1_000_000) + "L 10,1\n");
        assertTrue(message.startsWith("line 5: \"" + " ".repeat(40) + "...\" is not"), message);
    }

    @Test
    void aLongLineIsQuotedInPart() {
        String message = refused("x".repeat(1_000_000));
        assertTrue(message.startsWith("line 1: \"" + "x".repeat(40) + "...\" is not"), message);
    }

    @Test
    void onlyTheEndOfTheLastLineMayBeMissing() throws IOException {
        assertEquals(read(FOUR), read(FOUR.stripTrailing()));
        String message = refused(FOUR.substring(0, FOUR.length() - 3));
        assertTrue(message.startsWith("line 4: \" M 0421c7cc\", the last line and without its end,"), message);
    }

    @Test
    void anEmptyTraceHasNoAccess() throws IOException {
        for (byte[] nothing : new byte[][] {{}, gzip(""), bytes("==1== \n"), gzip("==1== "), bytes("# none\n"),
            bytes("\u00ef\u00bb\u00bf"), bytes("\r\n"), zip("none", "")}) {
            try (LackeyTrace trace = new LackeyTrace(new ByteArrayInputStream(nothing))) {
                assertNull(trace.next());
                assertNull(trace.next());
                assertEquals(nothing.length, trace.bytesRead());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aTraceMayArriveInAnyPortions(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        while (text.length() < 1_000_000) {
            if (random.nextInt(50) == 0) {
                text.append("==77== ").append("remark ".repeat(random.nextInt(30))).append('\n');
            }
            Access access = Access.values()[random.nextInt(4)];
            long address = random.nextLong() >>> random.nextInt(1, 64);
            int size = random.nextInt(1, LackeyTrace.MAX_SIZE + 1);
            text.append(new String[] {"I  ", " L ", " S ", " M "}[access.ordinal()])
                .append(String.format(Locale.ROOT, "%08x,%d%n", address, size));
            expected.add(access + " " + Long.toHexString(address) + " " + size);
        }
        assertEquals(expected, read(new Portions(bytes(text.toString()), random)));
        assertEquals(expected, read(new Portions(gzip(text.toString()), random)));
    }

    @Test
    void allMembersOfAGzipFileAreReadThoughTheNextIsLate() throws IOException {
        byte[] two = concat(gzip(FOUR), gzip(" L 10,1\n"));
        List<String> expected = read(FOUR + " L 10,1\n");
        assertEquals(expected, read(new ByteArrayInputStream(two)));
        // At the seam it has nothing at hand, and more to come.
        assertEquals(expected, read(new SequenceInputStream(
            new ByteArrayInputStream(gzip(FOUR)), new ByteArrayInputStream(gzip(" L 10,1\n")))));
        for (long seed = 0; seed < 20; seed++) {
            assertEquals(expected, read(new Portions(two, new SplittableRandom(seed))));
        }
    }

    @Test
    void gzippedDataThatIsCutShortIsRefusedWhereverItIsCut() throws IOException {
        byte[] first = gzip(FOUR);
        byte[] two = concat(first, gzip(" L 10,1\n"));
        for (int length = 1; length < two.length; length++) {
            byte[] cut = Arrays.copyOf(two, length);
            if (length == first.length) {
                assertEquals(4, read(new ByteArrayInputStream(cut)).size());
                continue;
            }
            for (InputStream in : List.of(new ByteArrayInputStream(cut), new Portions(cut, new SplittableRandom(1)))) {
                String message = assertThrows(MalformedTraceException.class, () -> read(in), length + " bytes")
                    .getMessage();
                assertTrue(length == 1 || message.contains("the gzipped data is"), message);
            }
        }
    }

    @Test
    void whatFollowsGzippedDataIsRefused() throws IOException {
        for (int length = 1; length < 40; length++) {
            byte[] more = concat(gzip(FOUR), "x".repeat(length).getBytes(StandardCharsets.US_ASCII));
            String message = assertThrows(MalformedTraceException.class, () -> read(new ByteArrayInputStream(more)))
                .getMessage();
            assertTrue(message.contains("the gzipped data is damaged"), message);
        }
    }

    @Test
    void damagedGzippedDataIsRefused() throws IOException {
        byte[] damaged = gzip(FOUR);
        damaged[damaged.length - 6] ^= 1; // in the checksum
        String message = assertThrows(MalformedTraceException.class, () -> read(new ByteArrayInputStream(damaged)))
            .getMessage();
        assertTrue(message.contains("the gzipped data is damaged"), message);
    }

    @Test
    void theOnlyFileOfAZipArchiveIsRead() throws IOException {
        assertEquals(read(FOUR), read(new ByteArrayInputStream(zip("four.trace", FOUR))));
        assertEquals(read(FOUR), read(new Portions(zip("four.trace", FOUR), new SplittableRandom(1))));
        assertEquals(read(FOUR), read(new ByteArrayInputStream(
            zip("traces/", "", "traces/four.trace", FOUR, "__MACOSX/traces/._four.trace", "\0\5\26\7"))));
    }

    @Test
    void aZipArchiveOfSeveralFilesIsRefusedWithTwoOfThem() {
        String message = refused(zip("a.trace", FOUR, "b/\u00e9.trace", FOUR));
        assertTrue(message.contains("a zip archive of several files, as a.trace and b/?.trace; accepted is"), message);
        assertTrue(message.endsWith(": unzip -p FILE NAME | salvo tlb -"), message);
    }

    /** Another program's, whose files are parts of one trace, and none of them text. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 30, 100_000})
    void theChunksOfDrmemtraceAreNoTraces(int records) {
        String binary = "\31\0\4\0\7\0\0\0\0\0\0\0".repeat(records);
        for (byte[] archive : List.of(zip("chunk.0000", binary, "chunk.0001", binary), zip("chunk.0000", binary))) {
            String message = refused(archive);
            assertTrue(message.startsWith("a trace of drmemtrace's, binary data in chunks and no text: its view tool shows it "
                + "(drrun -t drmemtrace -tool view -infile FILE); accepted is what valgrind --tool=lackey"), message);
        }
    }

    @Test
    void whatIsOnlyCalledAChunkIsRead() throws IOException {
        assertEquals(read(FOUR), read(new ByteArrayInputStream(zip("chunk.0000", FOUR))));
    }

    @Test
    void aLineInAZipArchiveIsNamedWithItsFile() {
        String message = refused(zip("a.trace", FOUR + "hello\n"));
        assertTrue(message.startsWith("a.trace in it: line 5: \"hello\""), message);
    }

    @Test
    void aZipArchiveThatIsCutShortIsRefusedWhereverItIsCut() {
        byte[] whole = zip("four.trace", FOUR);
        int directoryEnd = new String(whole, StandardCharsets.ISO_8859_1).indexOf("PK\5\6") + 4;
        for (int length = 1; length < directoryEnd; length++) {
            String message = refused(Arrays.copyOf(whole, length));
            assertTrue(length < 4 || message.contains("the zip archive is cut short"), length + " bytes: " + message);
        }
    }

    @Test
    void aZipArchiveThatIsEmptyOrDamagedIsRefused() {
        assertTrue(refused(zip()).startsWith("a zip archive without a file"), refused(zip()));
        assertTrue(refused(zip("folder/", "")).contains("no file is in it"), refused(zip("folder/", "")));
        byte[] damaged = zip("four.trace", FOUR);
        damaged[6] |= 1; // encrypted, it says
        assertTrue(refused(damaged).contains("the zip archive cannot be read: encrypted"), refused(damaged));
    }

    @Test
    void aMillionAccessesAllocateNothing() throws IOException {
        for (String four : List.of(FOUR, FOUR.replace("\n", " \r\n"))) {
            byte[] text = bytes(four.repeat(250_000));
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            try (LackeyTrace trace = new LackeyTrace(new ByteArrayInputStream(text))) {
                trace.next();
                long before = threads.getCurrentThreadAllocatedBytes();
                int accesses = 1;
                while (trace.next() != null) {
                    accesses++;
                }
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                assertEquals(1_000_000, accesses);
                // The virtual machine itself may allocate a little, once; ours would be 16 bytes a million times.
                assertTrue(allocated < 100_000, allocated + " bytes");
            }
        }
    }

    private static String refused(String text) {
        return refused(bytes(text));
    }

    private static String refused(byte[] input) {
        return assertThrows(MalformedTraceException.class, () -> read(new ByteArrayInputStream(input))).getMessage();
    }

    private static List<String> read(String text) throws IOException {
        return read(new ByteArrayInputStream(bytes(text)));
    }

    private static List<String> read(InputStream in) throws IOException {
        List<String> accesses = new ArrayList<>();
        try (LackeyTrace trace = new LackeyTrace(in)) {
            for (Access access = trace.next(); access != null; access = trace.next()) {
                accesses.add(access + " " + Long.toHexString(trace.address()) + " " + trace.size());
            }
        }
        return accesses;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Names and contents, in turns. */
    private static byte[] zip(String... files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < files.length; i += 2) {
                zip.putNextEntry(new ZipEntry(files[i]));
                zip.write(bytes(files[i + 1]));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    /** A pipe: it gives what has arrived, sometimes a single byte, and never knows of more. */
    private static final class Portions extends InputStream {
        private final byte[] bytes;
        private final SplittableRandom random;
        private int at;

        Portions(byte[] bytes, SplittableRandom random) {
            this.bytes = bytes;
            this.random = random;
        }

        @Override
        public int read() {
            return at == bytes.length ? -1 : bytes[at++] & 0xff;
        }

        @Override
        public int read(byte[] b, int offset, int length) {
            if (at == bytes.length) {
                return -1;
            }
            int portion = random.nextInt(3) == 0 ? 1 : random.nextInt(1, 100_000);
            int count = Math.min(Math.min(length, portion), bytes.length - at);
            System.arraycopy(bytes, at, b, offset, count);
            at += count;
            return count;
        }

        @Override
        public int available() {
            return 0;
        }
    }
}
