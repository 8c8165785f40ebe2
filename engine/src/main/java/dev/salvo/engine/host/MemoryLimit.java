package dev.salvo.engine.host;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The memory that this process and its children may use: the host's, or less if control groups limit it. The JDK's own
 * count is not asked: it fails where a hierarchy is mounted from above the process's namespace, and where a group's name
 * is not of the locale's letters.
 */
public final class MemoryLimit {
    private static final String HOST = "proc/meminfo";
    private static final int KIBIBYTE = 1 << 10;
    private static final int MEBIBYTE = 1 << 20;

    private MemoryLimit() {
    }

    /**
     * Reads it. Any thread.
     *
     * @return mebibytes; empty if the host does not tell
     */
    public static OptionalLong mebibytes() {
        OptionalLong bytes = bytes(new HostFiles(Path.of("/")));
        return bytes.isPresent() ? OptionalLong.of(bytes.getAsLong() / MEBIBYTE) : bytes;
    }

    /** The least of the host's memory and of the limits of all groups that this process is in. */
    static OptionalLong bytes(HostFiles files) {
        long least = files.values(HOST, "MemTotal").stream().findFirst()
            .flatMap(text -> files.parse(HOST, text, MemoryLimit::ofKibibytes)).orElse(Long.MAX_VALUE);
        for (ControlGroup group : ControlGroup.of("memory", files)) {
            for (String directory : group.directories()) {
                String path = directory + (group.version2() ? "/memory.max" : "/memory.limit_in_bytes");
                Optional<Long> limit = files.text(path).filter(text -> !text.equals("max"))
                    .flatMap(text -> files.parse(path, text, Long::parseLong));
                least = Math.min(least, limit.orElse(Long.MAX_VALUE));
            }
        }
        return least == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(least);
    }

    private static long ofKibibytes(String text) {
        return Math.multiplyExact(Long.parseLong(text.replaceFirst(" kB$", "").strip()), KIBIBYTE);
    }
}
