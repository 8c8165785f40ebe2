package dev.salvo.jmh;

import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.results.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder that {@code java.io.tmpdir} names. JVMs, JMH and this program put files there that nobody keeps, so nothing
 * can be measured without one. It is tried and not asked about. Any thread may call any method.
 */
public final class TemporaryFolder {
    /** JMH's own files there hold its hints to the compiler: without room, forks would silently run without those. */
    private static final int ROOM = 256 << 10;

    private TemporaryFolder() {
    }

    /**
     * Makes sure that something can be written there: writes it, and removes it again.
     *
     * @throws UnsuitableHostException if not
     */
    public static void requireRoom() {
        try {
            Path file = Files.createTempFile("salvo-", ".room");
            try {
                Files.write(file, new byte[ROOM]);
            } finally {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw refused(failure);
        }
    }

    /**
     * Makes an empty file there, that goes when this process ends.
     *
     * @param ending the end of its name
     * @return the file
     * @throws UnsuitableHostException if it cannot be made
     */
    public static Path newFile(String ending) {
        try {
            Path file = Files.createTempFile("salvo-", ending);
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException failure) {
            throw refused(failure);
        }
    }

    /** Makes an empty folder there, for the caller to remove. */
    static Path newFolder() {
        try {
            return Files.createTempDirectory("salvo-");
        } catch (IOException failure) {
            throw refused(failure);
        }
    }

    private static UnsuitableHostException refused(IOException failure) {
        return new UnsuitableHostException(refusal(Reason.of(failure)), failure);
    }

    /** That nothing can be written there, and why: a line. */
    static String refusal(String why) {
        return "java.io.tmpdir " + System.getProperty("java.io.tmpdir") + ": nothing can be written there (" + why
            + "); accepted is a folder with room, said by java -Djava.io.tmpdir=DIR";
    }
}
