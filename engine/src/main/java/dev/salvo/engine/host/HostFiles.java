package dev.salvo.engine.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The files of a host below a root. A file that is absent or hidden is no error, since containers hide many; one that
 * cannot be understood is named, with its content and what would be accepted.
 */
record HostFiles(Path root) {
    /** The file's text without surrounding white space; empty if there is no such file, or it may not be read. */
    Optional<String> text(String path) {
        try {
            // Bytes, not UTF-8: a vendor's odd character in cpuinfo must not stop a measurement.
            byte[] bytes = Files.readAllBytes(file(path));
            return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1).strip());
        } catch (NoSuchFileException | AccessDeniedException absent) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file(path) + ": " + e.getMessage(), e);
        }
    }

    List<String> lines(String path) {
        return text(path).map(text -> text.lines().toList()).orElse(List.of());
    }

    /** The values of all lines {@code key : value} of a file such as {@code /proc/cpuinfo}. */
    List<String> values(String path, String key) {
        List<String> values = new ArrayList<>();
        for (String line : lines(path)) {
            int colon = line.indexOf(':');
            if (colon >= 0 && line.substring(0, colon).strip().equals(key)) {
                values.add(line.substring(colon + 1).strip());
            }
        }
        return values;
    }

    /** The file's list of CPUs; empty if there is no such file or it names none. */
    Optional<CpuSet> cpus(String path) {
        return text(path).map(list -> parse(path, list)).filter(cpus -> !cpus.isEmpty());
    }

    CpuSet parse(String path, String list) {
        try {
            return CpuSet.parse(list);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file(path) + ": " + e.getMessage(), e);
        }
    }

    /** The file's switch, 0 or 1; empty if there is no such file. */
    Optional<Boolean> flag(String path) {
        return text(path).map(text -> switch (text) {
            case "0" -> false;
            case "1" -> true;
            default -> throw malformed(path, text, "0 or 1");
        });
    }

    boolean exists(String path) {
        return Files.exists(file(path));
    }

    /** The names in a directory that match a glob, in order; none if there is no such directory. */
    List<String> names(String directory, String glob) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(file(directory), glob)) {
            List<String> names = new ArrayList<>();
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
            names.sort(Comparator.naturalOrder());
            return names;
        } catch (NoSuchFileException | AccessDeniedException absent) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + file(directory) + ": " + e.getMessage(), e);
        }
    }

    IllegalArgumentException malformed(String path, String content, String accepted) {
        return new IllegalArgumentException(file(path) + ": '" + content + "' is not understood: expected " + accepted);
    }

    private Path file(String path) {
        return root.resolve(path);
    }
}
