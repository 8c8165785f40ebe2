package dev.salvo.jmh;

import dev.salvo.engine.host.NativeLibraryFolder;
import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.results.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** async-profiler's native library, which comes inside the jar and is put where the forked JVMs can load it. */
public final class AsyncProfilerLibrary {
    private static Path unpacked;

    private AsyncProfilerLibrary() {
    }

    /**
     * Unpacks the library for this host, once per process, into a directory that only this user can write. It is
     * removed when the process ends.
     *
     * @return the library's file
     * @throws UnsupportedOperationException if the library does not come for this host
     * @throws UnsuitableHostException       if no folder takes it
     * @throws UncheckedIOException          if it cannot be written
     */
    public static synchronized Path find() {
        if (unpacked == null) {
            unpacked = unpack();
        }
        return unpacked;
    }

    private static Path unpack() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch");
        String folder = switch (arch) {
            case "amd64", "x86_64" -> "linux-x64";
            case "aarch64" -> "linux-arm64";
            default -> "";
        };
        if (!os.equals("linux") || folder.isEmpty()) {
            throw new UnsupportedOperationException("async-profiler does not come for " + os + " on " + arch
                + ": flame graphs need Linux on x86-64 or AArch64");
        }
        String name = "libasyncProfiler.so";
        Path place = NativeLibraryFolder.find();
        try (InputStream library = AsyncProfilerLibrary.class.getResourceAsStream("/" + folder + "/" + name)) {
            if (library == null) {
                throw new IllegalStateException("the jar was built without " + folder + "/" + name);
            }
            Path directory = Files.createTempDirectory(place, "salvo-");
            Path file = directory.resolve(name);
            directory.toFile().deleteOnExit(); // in reverse order: the file first
            file.toFile().deleteOnExit();
            Files.copy(library, file);
            return file;
        } catch (IOException failure) {
            throw new UncheckedIOException("async-profiler cannot be unpacked to " + place + " (" + Reason.of(failure)
                + "); accepted is a folder with room, said by java -Djava.io.tmpdir=DIR", failure);
        }
    }
}
