package dev.salvo.jmh.cli;

import dev.salvo.results.Reason;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Standard output, which remembers why it could not be written: a print stream tells only that. */
final class StandardOutput extends OutputStream {
    /** What a shell says of a program that a closed pipe has ended: 128 and SIGPIPE. */
    private static final int CLOSED_PIPE = 128 + 13;

    private final OutputStream file = new FileOutputStream(FileDescriptor.out);
    private volatile IOException failure;

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int from, int count) throws IOException {
        try {
            file.write(octets, from, count);
        } catch (IOException refused) {
            failure = refused;
            throw refused;
        }
    }

    /**
     * The exit code of a command, given how it has ended. Output that is lost is said, unless whoever read it has gone:
     * {@code salvo host | head -1} has all it wants.
     */
    int exitCode(int ended) {
        if (failure == null) {
            return ended;
        }
        if (Terminal.outIsPipe()) {
            return ended == 0 ? CLOSED_PIPE : ended;
        }
        System.err.println("salvo: standard output: cannot be written (" + Reason.of(failure)
            + "), so that something of what was to be said is missing");
        return ended == 0 ? Salvo.UNUSABLE : ended;
    }
}
