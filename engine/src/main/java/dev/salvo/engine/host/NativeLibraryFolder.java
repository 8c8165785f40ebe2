package dev.salvo.engine.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where native libraries are put that come inside a jar: the first folder that lets a file be written and executed. A
 * folder is tried and not asked about, as mounts (noexec), users without a name or a home and full disks all have a say.
 *
 * <p>JNA by itself makes a folder below the user's home, whatever that is called, and has one try.
 */
public final class NativeLibraryFolder {
    /** JNA's own property. Who sets it has chosen. */
    static final String CHOSEN = "jna.tmpdir";

    private static final byte[] AS_LARGE_AS_A_LIBRARY = new byte[1 << 20];

    private NativeLibraryFolder() {
    }

    /**
     * Finds the folder: the one that {@code -Djna.tmpdir} names, or else the first that will do of
     * {@code java.io.tmpdir}, {@code XDG_RUNTIME_DIR}, {@code XDG_CACHE_HOME}, {@code ~/.cache}, {@code /dev/shm} and
     * {@code /var/tmp}. Any thread.
     *
     * @return a folder that is there
     * @throws UnsuitableHostException if none will do; it says why of each
     */
    public static Path find() {
        String chosen = System.getProperty(CHOSEN, "");
        if (!chosen.isBlank()) {
            return firstOf(List.of(Path.of(chosen)), "name another by -D" + CHOSEN + ", or none");
        }
        Set<Path> candidates = new LinkedHashSet<>();
        add(candidates, System.getProperty("java.io.tmpdir"), "");
        add(candidates, System.getenv("XDG_RUNTIME_DIR"), "");
        add(candidates, System.getenv("XDG_CACHE_HOME"), "");
        add(candidates, System.getProperty("user.home"), ".cache");
        add(candidates, "/dev/shm", "");
        add(candidates, "/var/tmp", "");
        return firstOf(candidates, "name one that allows executables by -D" + CHOSEN);
    }

    /** A user without a home has one called "?" or nothing: what is not absolute is no place. */
    private static void add(Set<Path> candidates, String folder, String below) {
        if (folder != null && Path.of(folder).isAbsolute()) {
            candidates.add(Path.of(folder, below));
        }
    }

    /** The first that will do. */
    static Path firstOf(Iterable<Path> candidates, String advice) {
        List<String> refusals = new ArrayList<>();
        for (Path folder : candidates) {
            String refusal = refusal(folder);
            if (refusal == null) {
                return folder;
            }
            refusals.add(folder + " (" + refusal + ")");
        }
        throw new UnsuitableHostException("no folder takes a native library: " + String.join(", ", refusals) + "; "
            + advice);
    }

    /** Why a library cannot be loaded from a folder; null if it can. */
    private static String refusal(Path folder) {
        try {
            Path probe = Files.createTempFile(folder, "salvo-", ".so",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                Files.write(probe, AS_LARGE_AS_A_LIBRARY);
                return Files.isExecutable(probe) ? null : "it allows no executables"; // so says access(2) of noexec mounts
            } finally {
                Files.delete(probe);
            }
        } catch (NoSuchFileException e) {
            return "not there";
        } catch (AccessDeniedException e) {
            return "permission denied";
        } catch (FileSystemException e) {
            return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
