package dev.salvo.workloads.trace;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A memory trace as {@code valgrind --tool=lackey --trace-mem=yes} writes it, read access by access.
 *
 * <p>A trace is text, or that text gzipped, in one member or several: its first two bytes tell. Accepted are the four
 * kinds of line that lackey writes, to the blank,
 * <pre>
 * I  04001000,3
 *  L 1ffeffe7e0,8
 *  S 1ffeffe7e0,8
 *  M 0421c7cc,4
 * </pre>
 * with an address of 1 to 16 hexadecimal digits and a size of 1..{@value #MAX_SIZE} bytes, and valgrind's remarks,
 * which are skipped: {@code ==123== ...}, {@code --123-- ...} and {@code **123** ...}, with a time before the process
 * number or without. Whatever else stands there, an empty line too, ends the reading with a
 * {@link MalformedTraceException}: most of all the output of the traced program, which may well have torn an access in
 * two. Only the end of the last line may be missing.
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
    private static final int EXCERPT = 40;

    private static final int I = 'I' << 16 | ' ' << 8 | ' ';
    private static final int L = ' ' << 16 | 'L' << 8 | ' ';
    private static final int S = ' ' << 16 | 'S' << 8 | ' ';
    private static final int M = ' ' << 16 | 'M' << 8 | ' ';
    private static final byte[] HEX = hexDigits();

    private final Source source;
    private final Members members; // null if the trace is not gzipped
    private final InputStream in;
    private final byte[] buffer = new byte[CAPACITY + STRETCH];
    private int position;
    private int limit;
    private boolean ended;
    private long line;
    private long address;
    private int size;

    /**
     * Starts to read a trace; waits for its first two bytes.
     *
     * @param in where it comes from; closed together with this reader
     * @throws MalformedTraceException if it is gzipped but its header is cut short or damaged
     * @throws IOException if it cannot be read
     */
    public LackeyTrace(InputStream in) throws IOException {
        source = new Source(in);
        int first = source.read();
        int second = source.read();
        boolean gzip = first == 0x1f && second == 0x8b;
        if (second >= 0) {
            source.unread(second);
        }
        if (first >= 0) {
            source.unread(first);
        }
        try {
            members = gzip ? new Members(source) : null;
        } catch (EOFException | ZipException e) {
            throw damaged(e);
        }
        this.in = gzip ? members : source;
    }

    /**
     * Moves on to the next access.
     *
     * @return its kind, or null at the end of the trace
     * @throws MalformedTraceException at a line that is neither an access nor a remark of valgrind's, and at gzipped
     *                                 data that is cut short or damaged
     * @throws IOException if the trace cannot be read
     */
    public Access next() throws IOException {
        while (true) {
            if (limit - position < STRETCH && !ended) {
                fill();
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
                skipRemark();
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
            if (b[comma] != ',' || comma == from || comma - from > 16 || at - comma > 5 || b[at] != '\n'
                || size < 1 || size > MAX_SIZE || Long.compareUnsigned(address + size - 1, address) < 0) {
                throw garbage();
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
     * How much of the input has been read, of the gzipped form where it is gzipped.
     *
     * @return bytes
     */
    public long bytesRead() {
        return source.bytesRead;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void fill() throws IOException {
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
        try {
            while (limit < STRETCH && !ended) {
                int count = in.read(buffer, limit, CAPACITY - limit);
                ended = count < 0;
                limit += Math.max(count, 0);
            }
            if (ended && members != null && members.left() > 0) {
                throw new ZipException("what follows its first part is no other");
            }
        } catch (EOFException | ZipException e) {
            throw damaged(e);
        }
        buffer[limit] = '\n';
    }

    /** Moves past a line that is no access, if it is a remark of valgrind's. */
    private void skipRemark() throws IOException {
        if (!isRemark()) {
            throw garbage();
        }
        while (buffer[position] != '\n' || position == limit && !ended) {
            if (position == limit) {
                fill();
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
        while (buffer[end] != '\n' && end - position < EXCERPT) {
            end++;
        }
        boolean whole = buffer[end] == '\n';
        String text = new String(buffer, position, end - position, StandardCharsets.ISO_8859_1)
            .replaceAll("[^ -~]", "?");
        String where = "line " + line + ": \"" + text + (whole ? "\"" : "...\"");
        if (text.startsWith("SB ")) {
            return new MalformedTraceException(where + " names a superblock; accepted is what lackey writes without "
                + "--trace-superblocks=yes");
        }
        String unfinished = ended && end == limit ? ", the last line and without its end," : "";
        return new MalformedTraceException(where + unfinished + " is not a line of lackey's --trace-mem=yes; accepted "
            + "are lines like \"I  04001000,3\" and \" L 1ffeffe7e0,8\" (or S, or M; sizes 1.." + MAX_SIZE + ") and "
            + "valgrind's ==123== remarks: keep the program's own output out with valgrind's --log-file=FILE");
    }

    private MalformedTraceException damaged(IOException e) {
        String where = line == 0 ? "" : "after line " + line + ": ";
        String what = e instanceof EOFException ? "is cut short" : "is damaged: " + e.getMessage();
        return new MalformedTraceException(where + "the gzipped data " + what + "; accepted is a whole gzip file", e);
    }

    private static byte[] hexDigits() {
        byte[] digits = new byte[256];
        for (int i = 0; i < digits.length; i++) {
            digits[i] = (byte) Character.digit(i < 128 ? i : ' ', 16);
        }
        return digits;
    }

    /** The input as it comes: its first bytes can be put back, and what was read of it is counted. */
    private static final class Source extends PushbackInputStream {
        private long bytesRead;

        Source(InputStream in) {
            super(in, 2);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            bytesRead += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] b, int offset, int length) throws IOException {
            int count = super.read(b, offset, length);
            bytesRead += Math.max(count, 0);
            return count;
        }

        @Override
        public void unread(int b) throws IOException {
            super.unread(b);
            bytesRead--;
        }

        /**
         * Always something: GZIPInputStream asks it whether another member may follow, and takes a pipe whose writer is
         * late for the end of the data.
         */
        @Override
        public int available() {
            return 1;
        }
    }

    /** The members of a gzip file, one after the other. */
    private static final class Members extends GZIPInputStream {
        private static final int TRAILER = 8;

        private final Source source;
        private long bytesRead;

        Members(Source source) throws IOException {
            super(source, CAPACITY);
            this.source = source;
        }

        @Override
        protected void fill() throws IOException {
            super.fill();
            bytesRead = source.bytesRead;
        }

        /** At the end: bytes behind the last member. GZIPInputStream takes a member whose header is cut for the end. */
        long left() {
            return inf.getRemaining() + source.bytesRead - bytesRead - TRAILER;
        }
    }
}
