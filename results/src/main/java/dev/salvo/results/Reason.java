package dev.salvo.results;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why the file system refused, in words: some of its exceptions say nothing but the file's name. */
public final class Reason {
    private Reason() {
    }

    /**
     * Why.
     *
     * @param failure what the file system threw
     * @return words without the file's name, which whoever says them names
     */
    public static String of(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "it exists already";
        }
        if (failure instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (failure instanceof EOFException) {
            return "it is cut short";
        }
        if (failure instanceof FileSystemException refused) {
            return refused.getReason() != null ? refused.getReason() : failure.getClass().getSimpleName();
        }
        return failure.getMessage() != null ? failure.getMessage() : failure.getClass().getSimpleName();
    }
}
