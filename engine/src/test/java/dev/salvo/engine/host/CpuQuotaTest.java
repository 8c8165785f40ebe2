package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuQuotaTest {
    private static final String GROUP = "proc/self/cgroup";
    private static final String MOUNTS = "proc/self/mountinfo";
    private static final String VERSION_2 = "28 22 0:25 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw";

    @TempDir
    private Path root;

    private double quota(RecordedHost host) {
        return CpuQuota.read(new HostFiles(host.root()));
    }

    @Test
    void withoutControlGroupsThereIsNoQuota() {
        assertEquals(Double.POSITIVE_INFINITY, quota(new RecordedHost(root)));
    }

    @Test
    void theSmallestQuotaOnTheWayUpWins() throws IOException {
        RecordedHost host = new RecordedHost(root).with(GROUP, "0::/a/b").with(MOUNTS, VERSION_2)
            .with("sys/fs/cgroup/a/b/cpu.max", "400000 100000").with("sys/fs/cgroup/a/cpu.max", "75000 50000");
        assertEquals(1.5, quota(host));
        assertEquals(0.5, quota(host.with("sys/fs/cgroup/a/b/cpu.max", "50000 100000")));
    }

    @Test
    void aSiblingsQuotaDoesNotCount() throws IOException {
        RecordedHost host = new RecordedHost(root).with(GROUP, "0::/a/b").with(MOUNTS, VERSION_2)
            .with("sys/fs/cgroup/a/c/cpu.max", "50000 100000");
        assertEquals(Double.POSITIVE_INFINITY, quota(host));
    }

    @Test
    void aContainerInItsOwnNamespaceFindsItsLimitAtTheTop() throws IOException {
        RecordedHost host = new RecordedHost(root).with(GROUP, "0::/").with(MOUNTS, VERSION_2)
            .with("sys/fs/cgroup/cpu.max", "300000 100000");
        assertEquals(3, quota(host));
    }

    @Test
    void aContainerThatSeesItsHostsPathFindsItsOwnGroupWhereItIsMounted() throws IOException {
        RecordedHost host = new RecordedHost(root).with(GROUP, "4:cpu,cpuacct:/docker/c0ffee/inner")
            .with(MOUNTS, "40 30 0:33 /docker/c0ffee /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct")
            .with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "150000")
            .with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000");
        assertEquals(1.5, quota(host));
        host.with("sys/fs/cgroup/cpu,cpuacct/inner/cpu.cfs_quota_us", "20000")
            .with("sys/fs/cgroup/cpu,cpuacct/inner/cpu.cfs_period_us", "100000");
        assertEquals(0.2, quota(host));
    }

    @Test
    void aGroupOutsideWhatIsMountedIsJudgedByTheTopOfTheMount() throws IOException {
        RecordedHost host = new RecordedHost(root).with(GROUP, "0::/../other")
            .with(MOUNTS, "28 22 0:25 /box /sys/fs/cgroup rw - cgroup2 cgroup2 rw")
            .with("sys/fs/cgroup/cpu.max", "200000 100000");
        assertEquals(2, quota(host));
    }

    @Test
    void withBothVersionsMountedTheSmallerQuotaWins() throws IOException {
        RecordedHost host = new RecordedHost(root).with(GROUP, "1:cpu:/x\n0::/y\n2:cpuset:/z")
            .with(MOUNTS, "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
                + "33 31 0:31 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
                + "41 31 0:38 / /sys/fs/cgroup/unified rw shared:4 - cgroup2 cgroup2 rw")
            .with("sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "500000")
            .with("sys/fs/cgroup/cpu/x/cpu.cfs_period_us", "100000")
            .with("sys/fs/cgroup/unified/y/cpu.max", "700000 100000");
        assertEquals(5, quota(host));
        assertEquals(4, quota(host.with("sys/fs/cgroup/unified/y/cpu.max", "400000 100000")));
        assertEquals(4, quota(host.with("sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "-1")));
    }

    @Test
    void aMalformedQuotaIsNamedInOneLine() throws IOException {
        RecordedHost host = new RecordedHost(root).with(GROUP, "0::/a").with(MOUNTS, VERSION_2);
        assertMalformed(host, "sys/fs/cgroup/a/cpu.max", "100000",
            "'100000' is not understood: expected quota and period in microseconds, or max and period");
        assertMalformed(host, "sys/fs/cgroup/a/cpu.max", "100000 0",
            "'0' is not understood: expected a positive number of microseconds");
        assertMalformed(host, "sys/fs/cgroup/a/cpu.max", "-5 100000",
            "'-5' is not understood: expected a positive number of microseconds");
    }

    private void assertMalformed(RecordedHost host, String path, String content, String complaint) throws IOException {
        host.with(path, content);
        String message = assertThrows(IllegalArgumentException.class, () -> quota(host)).getMessage();
        assertEquals(root.resolve(path) + ": " + complaint, message);
    }
}
