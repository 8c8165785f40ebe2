package dev.salvo.results;

import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Writes a file that appears whole or not at all: no reader, and nobody who comes after a kill or a full disk, sees half
 * of it, and what it replaces stays until then.
 */
public final class WholeFile {
    /** Something that writes a file. */
    @FunctionalInterface
    public interface Writing {
        /**
         * Writes it.
         *
         * @param file the file, which is not there yet
         * @throws IOException if the file system refuses
         */
        void into(Path file) throws IOException;
    }

    private WholeFile() {
    }

    /**
     * Writes beside the file and renames.
     *
     * @param file    the file
     * @param writing what writes it
     * @param options {@link java.nio.file.StandardCopyOption#REPLACE_EXISTING} for a file that may be there already; without,
     *                that is refused
     * @return the file
     * @throws IOException if the file system refuses; what was there is then as it was
     */
    public static Path write(Path file, Writing writing, CopyOption... options) throws IOException {
        Path half = file.resolveSibling(".salvo-" + UUID.randomUUID()); // beside it, as only there renaming is atomic
        try {
            writing.into(half);
            return Files.move(half, file, options);
        } finally {
            Files.deleteIfExists(half);
        }
    }
}
