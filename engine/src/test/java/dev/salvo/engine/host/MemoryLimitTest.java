package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class MemoryLimitTest {
    private static final String GROUP = "proc/self/cgroup";
    private static final String MOUNTS = "proc/self/mountinfo";
    private static final String MEMORY = "proc/meminfo";
    private static final String VERSION_2 = "28 22 0:25 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw";
    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    private Path root;

    private static OptionalLong limit(RecordedHost host) {
        return MemoryLimit.bytes(new HostFiles(host.root()));
    }

    private static OptionalLong mebibytes(long count) {
        return OptionalLong.of(count * MEBIBYTE);
    }

    @Test
    void aHostThatDoesNotTellHasNoKnownLimit() {
        assertEquals(OptionalLong.empty(), limit(new RecordedHost(root)));
    }

    @Test
    void theHostsMemoryIsTheLimitWhereNoGroupSetsALowerOne() throws IOException {
        RecordedHost host = new RecordedHost(root).with(MEMORY, "MemTotal:        2097152 kB\nMemFree: 1 kB");
        assertEquals(mebibytes(2048), limit(host));
        host.with(GROUP, "0::/a").with(MOUNTS, VERSION_2);
        assertEquals(mebibytes(2048), limit(host.with("sys/fs/cgroup/a/memory.max", "max")));
        assertEquals(mebibytes(2048), limit(host.with("sys/fs/cgroup/a/memory.max", "9223372036854771712")));
    }

    @Test
    void theLowestLimitOnTheWayUpWins() throws IOException {
        RecordedHost host = new RecordedHost(root).with(MEMORY, "MemTotal: 2097152 kB").with(GROUP, "0::/a/b")
            .with(MOUNTS, VERSION_2).with("sys/fs/cgroup/a/b/memory.max", "max")
            .with("sys/fs/cgroup/a/memory.max", "314572800");
        assertEquals(mebibytes(300), limit(host));
    }

    /** Where the JDK's own count ends with a NullPointerException. */
    @Test
    void aLimitIsFoundInAHierarchyThatIsMountedFromAboveTheNamespace() throws IOException {
        RecordedHost host = new RecordedHost(root).with(MEMORY, "MemTotal: 2097152 kB")
            .with(GROUP, "4:memory:/\n1:cpu:/")
            .with(MOUNTS, "31 30 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
                + "34 30 0:31 /.. /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory")
            .with("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "524288000");
        assertEquals(mebibytes(500), limit(host));
    }

    @Test
    void aLimitThatIsNotUnderstoodIsLeftOutOfAccount() throws IOException {
        RecordedHost host = new RecordedHost(root).with(MEMORY, "MemTotal: 2097152 kB").with(GROUP, "0::/")
            .with(MOUNTS, VERSION_2).with("sys/fs/cgroup/memory.max", "much");
        assertEquals(mebibytes(2048), limit(host));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisHostTells() {
        assertTrue(MemoryLimit.mebibytes().orElseThrow() > 0);
    }
}
