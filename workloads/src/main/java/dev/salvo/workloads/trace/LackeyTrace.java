package dev.salvo.workloads.trace;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A memory trace as {@code valgrind --tool=lackey --trace-mem=yes} writes it, read access by access.
 *
 * <p>A trace is text, or that text gzipped, in one member or several, or the only file of a zip archive: its first bytes
 * tell. Lackey writes four kinds of line,
 * <pre>
 * I  04001000,3
 *  L 1ffeffe7e0,8
 *  S 1ffeffe7e0,8
 *  M 0421c7cc,4
 * </pre>
 * with an address of 1 to 16 hexadecimal digits and a size of 1..{@value #MAX_SIZE} bytes. People's copies of it differ
 * in what has no meaning, and are read as well: blanks and tabs before the kind, about the comma and at the end, as many
 * as there may be between kind and address but at least one, {@code 0x} before the address, lines that end in CR LF,
 * empty ones, remarks that begin with {@code #}, and a byte order mark of UTF-8. Skipped are valgrind's remarks,
 * {@code ==123== ...}, {@code --123-- ...} and {@code **123** ...}, with a time before the process number or without, and
 * the superblocks of {@code --trace-superblocks=yes}, {@code SB 04001000}. Whatever else stands there ends the reading
 * with a {@link MalformedTraceException}: most of all the output of the traced program, which may well have torn an
 * access in two. Only the end of the last line may be missing.
 *
 * <p>Recorded with {@code --px-default=sp-at-mem-access}, which is cachegrind's own default, a trace holds exactly the
 * accesses that cachegrind counts. Under lackey's default, valgrind's optimiser keeps some loads whose results are
 * never used, and drops them for cachegrind.
 *
 * <p>The reader is a cursor: {@link #next} moves it, {@link #address} and {@link #size} tell what it is at. Memory does
 * not grow with the trace, and no access allocates. Not thread safe.
 */
public final class LackeyTrace implements Closeable {
    /** The largest size of an access, in bytes: no access spans more than two of the smallest pages. */
    public static final int MAX_SIZE = 4096;

    private static final int CAPACITY = 1 << 18;
    /** A longer line than any access, so that one that starts before the last such stretch is all in the buffer. */
    private static final int STRETCH = 64;
    /** The longest line that is no remark: a person's copy may have blanks that lackey does not write. */
    private static final int LONGEST = 1024;
    private static final int EXCERPT = 40;
    private static final Pattern ALMOST = Pattern.compile("[ \t]*[ILSM][ \t]+(?:0[xX])?([0-9a-fA-F]+)[ \t]*,[ \t]*"
        + "([0-9]+)[ \t]*\r?");

    private static final int I = 'I' << 16 | ' ' << 8 | ' ';
    private static final int L = ' ' << 16 | 'L' << 8 | ' ';
    private static final int S = ' ' << 16 | 'S' << 8 | ' ';
    private static final int M = ' ' << 16 | 'M' << 8 | ' ';
    private static final byte[] HEX = hexDigits();

    private final TraceInput in;
    private final byte[] buffer = new byte[CAPACITY + STRETCH];
    private int position;
    private int limit;
    private boolean ended;
    private long line;
    private long address;
    private int size; // 0 before the first access
    private boolean fromValgrind; // by a remark of its own

    /**
     * Starts to read a trace; waits for its first bytes.
     *
     * @param in where it comes from; closed together with this reader
     * @throws MalformedTraceException if it is packed, but cut short or damaged where it begins
     * @throws IOException if it cannot be read
     */
    public LackeyTrace(InputStream in) throws IOException {
        this.in = new TraceInput(in);
    }

    /**
     * Moves on to the next access.
     *
     * @return its kind, or null at the end of the trace
     * @throws MalformedTraceException at a line that is neither an access nor may be skipped, and at gzipped or zipped
     *                                 data that is cut short or damaged
     * @throws IOException if the trace cannot be read
     */
    public Access next() throws IOException {
        while (true) {
            if (limit - position < STRETCH && !ended) {
                fill(STRETCH);
            }
            if (position >= limit) {
                return null;
            }
            line++;
            byte[] b = buffer;
            int at = position;
            Access access = switch (b[at] << 16 | b[at + 1] << 8 | b[at + 2]) {
                case I -> Access.INSTRUCTION;
                case L -> Access.LOAD;
                case S -> Access.STORE;
                case M -> Access.MODIFY;
                default -> null;
            };
            if (access == null) {
                access = asPeopleWriteIt();
                if (access != null) {
                    return access;
                }
                continue;
            }
            // The line end behind the last byte of the buffer ends both loops.
            int from = at += 3;
            long address = 0;
            for (int digit = HEX[b[at] & 0xff]; digit >= 0; digit = HEX[b[++at] & 0xff]) {
                address = address << 4 | digit;
            }
            int comma = at;
            int size = 0;
            for (int digit = b[++at] - '0'; digit >= 0 && digit <= 9; digit = b[++at] - '0') {
                size = size * 10 + digit;
            }
            if (b[comma] != ',' || b[at] != '\n' || !canBe(comma - from, address, at - comma - 1, size)) {
                return asPeopleWriteIt();
            }
            position = at + 1;
            this.address = address;
            this.size = size;
            return access;
        }
    }

    /**
     * The address of the access that {@link #next} moved to.
     *
     * @return the virtual address of its first byte, unsigned
     */
    public long address() {
        return address;
    }

    /**
     * The size of the access that {@link #next} moved to.
     *
     * @return bytes, 1..{@value #MAX_SIZE}
     */
    public int size() {
        return size;
    }

    /**
     * How much of the input has been read, of the packed form where it is packed.
     *
     * @return bytes
     */
    public long bytesRead() {
        return in.bytesRead();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Reads on, until so many bytes lie ahead or the trace has ended. */
    private void fill(int wanted) throws IOException {
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
        try {
            while (limit < wanted && !ended) {
                int count = in.read(buffer, limit, CAPACITY - limit);
                ended = count < 0;
                limit += Math.max(count, 0);
            }
        } catch (MalformedTraceException e) {
            throw line <= 1 ? e : new MalformedTraceException("after line " + line + ": " + e.getMessage(), e);
        }
        buffer[limit] = '\n';
    }

    private static boolean canBe(int addressDigits, long address, int sizeDigits, int size) {
        return addressDigits >= 1 && addressDigits <= 16 && sizeDigits <= 4 && size >= 1 && size <= MAX_SIZE
            && Long.compareUnsigned(address + size - 1, address) >= 0;
    }

    /**
     * Moves past a line that is not, to the blank, an access as lackey writes it.
     *
     * @return the access that it holds all the same; null if it holds none and is to be skipped
     */
    private Access asPeopleWriteIt() throws IOException {
        if (limit - position < LONGEST && !ended) {
            fill(LONGEST);
        }
        byte[] b = buffer;
        if (line == 1 && b[position] == (byte) 0xef && b[position + 1] == (byte) 0xbb && b[position + 2] == (byte) 0xbf) {
            position += 3;
        }
        int at = afterBlanks(position);
        if (endsAt(at)) {
            position = at;
            skipLine();
            return null;
        }
        boolean valgrinds = isRemark() || isSuperblock(at);
        if (valgrinds || b[at] == '#' && b[at + 1] != '!') {
            fromValgrind |= valgrinds;
            skipLine();
            return null;
        }
        Access access = switch (b[at]) {
            case 'I' -> Access.INSTRUCTION;
            case 'L' -> Access.LOAD;
            case 'S' -> Access.STORE;
            case 'M' -> Access.MODIFY;
            default -> throw garbage();
        };
        int from = afterBlanks(at + 1);
        if (from == at + 1) {
            throw garbage();
        }
        if (b[from] == '0' && (b[from + 1] == 'x' || b[from + 1] == 'X')) {
            from += 2;
        }
        long address = 0;
        at = from;
        for (int digit = HEX[b[at] & 0xff]; digit >= 0; digit = HEX[b[++at] & 0xff]) {
            address = address << 4 | digit;
        }
        int addressDigits = at - from;
        at = afterBlanks(at);
        if (b[at] != ',') {
            throw garbage();
        }
        from = afterBlanks(at + 1);
        int size = 0;
        at = from;
        for (int digit = b[at] - '0'; digit >= 0 && digit <= 9; digit = b[++at] - '0') {
            size = size * 10 + digit;
        }
        int sizeDigits = at - from;
        at = afterBlanks(at);
        if (!endsAt(at) || !canBe(addressDigits, address, sizeDigits, size)) {
            throw garbage();
        }
        position = at;
        skipLine();
        this.address = address;
        this.size = size;
        return access;
    }

    private int afterBlanks(int at) {
        while (buffer[at] == ' ' || buffer[at] == '\t') {
            at++;
        }
        return at;
    }

    /** Whether the line ends there, and not only what has been read of it. */
    private boolean endsAt(int at) {
        int end = buffer[at] == '\r' ? at + 1 : at;
        return buffer[end] == '\n' && (end < limit || ended);
    }

    private boolean isSuperblock(int at) {
        if (buffer[at] != 'S' || buffer[at + 1] != 'B' || buffer[at + 2] != ' ') {
            return false;
        }
        int from = at + 3;
        int end = from;
        while (HEX[buffer[end] & 0xff] >= 0) {
            end++;
        }
        return end > from && endsAt(afterBlanks(end));
    }

    private void skipLine() throws IOException {
        while (buffer[position] != '\n' || position == limit && !ended) {
            if (position == limit) {
                fill(STRETCH);
            } else {
                position++;
            }
        }
        position++;
    }

    /** Two times the same mark, a number or a time and a number, and the two marks again. */
    private boolean isRemark() {
        byte mark = buffer[position];
        if (mark != '=' && mark != '-' && mark != '*' || buffer[position + 1] != mark) {
            return false;
        }
        int from = position + 2;
        int at = from;
        while (buffer[at] >= '0' && buffer[at] <= '9' || buffer[at] == ':' || buffer[at] == '.' || buffer[at] == ' ') {
            at++;
        }
        return at > from && buffer[at] == mark && buffer[at + 1] == mark;
    }

    private MalformedTraceException garbage() {
        int end = position;
        while (buffer[end] != '\n' && end - position < LONGEST) {
            end++;
        }
        String text = new String(buffer, position, end - position, StandardCharsets.ISO_8859_1);
        String where = in.fileInArchive() == null ? "" : in.fileInArchive() + " in it: ";
        boolean valgrinds = fromValgrind || size > 0;
        if (!valgrinds) {
            int ahead = Math.min(limit - position, LONGEST);
            String head = new String(buffer, position, ahead, StandardCharsets.ISO_8859_1);
            String foreign = ForeignInput.thatBegins(head);
            String archive = foreign == null || in.fileInArchive() == null ? null
                : ForeignInput.thatHasFiles(in.fileInArchive());
            if (archive != null) {
                return new MalformedTraceException(archive);
            }
            if (foreign != null) {
                return new MalformedTraceException(where + (line == 1 ? "" : "line " + line + ": ") + foreign);
            }
        }
        where += "line " + line + ": " + quoted(text);
        String foreign = valgrinds ? null : ForeignInput.thatHasLine(text);
        if (foreign != null) {
            return new MalformedTraceException(where + ' ' + foreign);
        }
        String unfinished = ended && end == limit ? ", the last line and without its end," : "";
        return new MalformedTraceException(where + unfinished + ' ' + fault(text) + "; accepted are lines like "
            + "\"I  04001000,3\" and \" L 1ffeffe7e0,8\" (or S, or M; sizes 1.." + MAX_SIZE + ") and valgrind's ==123== "
            + "remarks: keep the program's own output out with valgrind's --log-file=FILE");
    }

    private static String quoted(String text) {
        String shown = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        boolean whole = shown.length() <= EXCERPT;
        return '"' + (whole ? shown : shown.substring(0, EXCERPT))
            .replace("\t", "\\t").replaceAll("[^ -~]", "?") + (whole ? "\"" : "...\"");
    }

    /** What is wrong with a line. */
    private static String fault(String text) {
        Matcher almost = ALMOST.matcher(text);
        if (almost.matches()) {
            return almost.group(1).length() > 16 ? "has an address of more than 16 digits"
                : almost.group(2).length() > 4 || !canBe(1, 0, 1, Integer.parseInt(almost.group(2)))
                    ? "has a size outside 1.." + MAX_SIZE
                    : "reaches beyond the last address";
        }
        for (int i = 0; i < Math.min(text.length(), EXCERPT); i++) {
            char c = text.charAt(i);
            boolean end = c == '\r' && i == text.length() - 1;
            if (c != '\t' && !end && (c < ' ' || c > '~')) {
                return String.format(Locale.ROOT, "has the byte 0x%02x at column %d", (int) c, i + 1);
            }
        }
        return "is not a line of lackey's --trace-mem=yes";
    }

    private static byte[] hexDigits() {
        byte[] digits = new byte[256];
        for (int i = 0; i < digits.length; i++) {
            digits[i] = (byte) Character.digit(i < 128 ? i : ' ', 16);
        }
        return digits;
    }
}
