package dev.salvo.jmh;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * The jar that this process runs from. A build replaces it while a sweep runs, and then forks are of other code than
 * this process, or find none.
 */
public final class ProductJar {
    private static final Path FILE = file();
    private static final Optional<String> AT_FIRST = state();

    /** What to say if {@link #isAsItWas} is false. */
    public static final String REPLACED = FILE + " was replaced or removed while this ran, and what is not measured yet would "
        + "be measured by other code; put it back and go on, or begin anew";

    private ProductJar() {
    }

    /**
     * Where the jar is.
     *
     * @return the jar, or the folder of classes that stands for it
     */
    public static Path path() {
        return FILE;
    }

    /**
     * Whether the jar is still the file that it was when this was first asked; ask once at the start.
     *
     * @return false if it was replaced, written to or removed
     */
    public static boolean isAsItWas() {
        return Files.isDirectory(FILE) || state().equals(AT_FIRST);
    }

    private static Path file() {
        try {
            return Path.of(ProductJar.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Which file it is, how long, and when written; empty if there is none. */
    private static Optional<String> state() {
        try {
            BasicFileAttributes now = Files.readAttributes(FILE, BasicFileAttributes.class);
            return Optional.of(now.fileKey() + " " + now.size() + ' ' + now.lastModifiedTime());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
