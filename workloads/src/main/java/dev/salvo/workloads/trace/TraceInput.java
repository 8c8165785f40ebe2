package dev.salvo.workloads.trace;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/** The text of a trace, unpacked if it is gzipped or the only file of a zip archive: its first bytes tell. */
final class TraceInput implements Closeable {
    private static final int CAPACITY = 1 << 18;

    private final Source source;
    private final InputStream text; // the source, or what unpacks it

    /**
     * Waits for its first bytes.
     *
     * @throws MalformedTraceException if it is packed, but cut short or damaged where it begins
     */
    TraceInput(InputStream in) throws IOException {
        source = new Source(in);
        byte[] head = source.readNBytes(Source.HEAD);
        source.unread(head);
        String magic = new String(head, StandardCharsets.ISO_8859_1);
        boolean zip = magic.startsWith("PK\3\4");
        try {
            if (zip) {
                text = new OnlyFile(source);
            } else if (magic.startsWith("\u001f\u008b")) {
                text = new Members(source);
            } else {
                text = source;
            }
        } catch (EOFException | ZipException e) {
            throw damaged(zip, e);
        }
    }

    /**
     * Reads on; at the end also what stands behind the text.
     *
     * @return how many bytes; -1 at the end, which is reported once
     * @throws MalformedTraceException if packed data is cut short or damaged, or is followed by what it should not be
     */
    int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            int count = text.read(bytes, offset, length);
            if (count < 0 && text instanceof Members members && members.left() > 0) {
                throw new ZipException("what follows its first part is no other");
            }
            if (count < 0 && text instanceof OnlyFile file) {
                file.end();
            }
            return count;
        } catch (EOFException | ZipException e) {
            throw damaged(text instanceof OnlyFile, e);
        }
    }

    /** How much of the input has been read, of the packed form where it is packed. */
    long bytesRead() {
        return source.bytesRead;
    }

    /** The name of the file in the zip archive, fit to be shown; null if there is no archive. */
    String fileInArchive() {
        return text instanceof OnlyFile file ? file.name : null;
    }

    @Override
    public void close() throws IOException {
        text.close();
    }

    private static MalformedTraceException damaged(boolean zip, IOException e) {
        boolean cut = e instanceof EOFException;
        return new MalformedTraceException(zip
            ? "the zip archive " + (cut ? "is cut short" : "cannot be read: " + e.getMessage())
                + "; accepted is a whole one that holds one trace"
            : "the gzipped data " + (cut ? "is cut short" : "is damaged: " + e.getMessage())
                + "; accepted is a whole gzip file", e);
    }

    /** The input as it comes: its first bytes can be put back, and what was read of it is counted. */
    private static final class Source extends PushbackInputStream {
        /** What tells a packed trace. */
        static final int HEAD = 4;

        private long bytesRead;

        Source(InputStream in) {
            super(in, HEAD);
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
        public void unread(byte[] bytes) throws IOException {
            super.unread(bytes);
            bytesRead -= bytes.length;
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

    /** The file in a zip archive that holds no other; folders, and what macOS adds of its own, do not count. */
    private static final class OnlyFile extends ZipInputStream {
        /** No less than the archive's directory, which stands behind its one file. */
        private static final int DIRECTORY = 1 << 18;

        private final String name;

        OnlyFile(Source source) throws IOException {
            super(source, StandardCharsets.ISO_8859_1);
            name = nextFile();
            if (name == null) {
                expectDirectory();
                throw new ZipException("no file is in it");
            }
        }

        /** At the end: that no other file follows, and that the archive does not end before its directory. */
        void end() throws IOException {
            String other = nextFile();
            if (other != null) {
                String foreign = ForeignInput.thatHasFiles(name, other);
                throw new MalformedTraceException(foreign != null ? foreign : "a zip archive of several files, as " + name
                    + " and " + other + "; accepted is one of them: unzip -p FILE NAME | salvo tlb -");
            }
            expectDirectory();
        }

        private void expectDirectory() throws IOException {
            byte[] directory = in.readNBytes(DIRECTORY);
            if (!new String(directory, StandardCharsets.ISO_8859_1).contains("PK\5\6")) {
                throw new EOFException("the archive's directory is missing");
            }
        }

        private String nextFile() throws IOException {
            try {
                ZipEntry entry = getNextEntry();
                while (entry != null && (entry.isDirectory() || entry.getName().startsWith("__MACOSX/"))) {
                    entry = getNextEntry();
                }
                return entry == null ? null : entry.getName().replaceAll("[^ -~]", "?");
            } catch (IllegalArgumentException e) { // a name that is not the UTF-8 that its flag says
                throw (ZipException) new ZipException("a file in it has a name that cannot be").initCause(e);
            }
        }
    }
}
