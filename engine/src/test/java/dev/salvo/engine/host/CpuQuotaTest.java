package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(strings = {"é", "группа", "ns é", "a b", "a:b", "back\\slash", "tab\there", "ends in blank ", "cr\r", "%41",
        "#1", "~?*[x]"})
    void aGroupOfAnyNameIsFound(String name) throws IOException {
        HostFiles files = new HostFiles(root);
        String escaped = name.replace("\\", "\\134").replace(" ", "\\040").replace("\t", "\\011");
        RecordedHost host = new RecordedHost(root).with("sys/fs/cgroup/" + name + "/cpu.max", "150000 100000")
            .with("mnt/" + name + "/sub/cpu.max", "250000 100000");
        host.with(GROUP, "0::/" + name).with(MOUNTS, VERSION_2);
        assertEquals(1.5, CpuQuota.read(files));
        host.with(GROUP, "0::/" + name + "/sub")
            .with(MOUNTS, "28 22 0:25 /" + escaped + " /mnt/" + escaped + " rw - cgroup2 cgroup2 rw");
        assertEquals(2.5, CpuQuota.read(files));
        assertEquals(List.of(), files.oddities());
    }

    @Test
    void aGroupWhoseNameIsNoTextInAnyEncodingIsFound() throws IOException {
        RecordedHost host = new RecordedHost(root).with(MOUNTS, VERSION_2);
        Path group = Path.of(URI.create(root.toUri() + "sys/fs/cgroup/%FF%80"));
        Files.createDirectories(group);
        Files.writeString(group.resolve("cpu.max"), "50000 100000");
        Files.write(root.resolve(GROUP), new byte[] {'0', ':', ':', '/', (byte) 0xff, (byte) 0x80, '\n'});
        assertEquals(0.5, quota(host));
    }

    @Test
    void aMountThatBeginsAboveTheNamespacesRootIsSearchedForThisProcess() throws IOException {
        RecordedHost host = new RecordedHost(root).with(GROUP, "0::/").with("proc/self/status", "Pid:\t42")
            .with(MOUNTS, "28 22 0:25 /.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw")
            .with("sys/fs/cgroup/other/cgroup.procs", "4\n242").with("sys/fs/cgroup/other/cpu.max", "10000 100000")
            .with("sys/fs/cgroup/böx/cgroup.procs", "7\n42").with("sys/fs/cgroup/böx/cpu.max", "150000 100000");
        assertEquals(1.5, quota(host));
        host.with(GROUP, "0::/sub").with("sys/fs/cgroup/böx/sub/cgroup.procs", "42")
            .with("sys/fs/cgroup/böx/sub/cpu.max", "50000 100000");
        assertEquals(0.5, quota(host));
        host.with(GROUP, "0::/../other");
        assertEquals(0.1, quota(host));
    }

    @Test
    void twoLevelsAboveTheNamespacesRootAreSearchedToo() throws IOException {
        RecordedHost host = new RecordedHost(root).with(GROUP, "1:cpu,cpuacct:/").with("proc/self/status", "Pid:\t42")
            .with(MOUNTS, "28 22 0:25 /../.. /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct")
            .with("sys/fs/cgroup/cpu/a/b/cgroup.procs", "42").with("sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "30000")
            .with("sys/fs/cgroup/cpu/a/c/cgroup.procs", "43").with("sys/fs/cgroup/cpu/a/c/cpu.cfs_quota_us", "10000")
            .with("sys/fs/cgroup/cpu/d/e/cgroup.procs", "44");
        assertEquals(0.3, quota(host));
    }

    @Test
    void aNamelessGroupThatCannotBeToldFromItsSiblingsIsSaid() throws IOException {
        HostFiles files = new HostFiles(root);
        RecordedHost host = new RecordedHost(root).with(GROUP, "0::/")
            .with(MOUNTS, "28 22 0:25 /.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw")
            .with("sys/fs/cgroup/a/cpu.max", "10000 100000");
        assertEquals(0.1, quota(host)); // the only one that it can be
        host.with("sys/fs/cgroup/b/cpu.max", "20000 100000");
        assertEquals(Double.POSITIVE_INFINITY, CpuQuota.read(files));
        assertEquals(List.of("The host does not tell which control group below /sys/fs/cgroup this process is in; a limit "
            + "that it may have is left out of account."), files.oddities());
    }

    @Test
    void ofSeveralMountsThatWhichHoldsTheGroupIsTaken() throws IOException {
        RecordedHost host = new RecordedHost(root).with(GROUP, "0::/a/b")
            .with(MOUNTS, "27 22 0:25 /c /mnt/c rw - cgroup2 cgroup2 rw\n"
                + VERSION_2.replace("/sys/fs/cgroup", "/gone") + "\n" + VERSION_2
                + "\n29 22 0:25 /a /mnt/a ro,nosuid shared:1 master:2 - cgroup2 cgroup2 rw")
            .with("mnt/c/cpu.max", "10000 100000").with("sys/fs/cgroup/a/b/cpu.max", "max 100000")
            .with("sys/fs/cgroup/a/cpu.max", "200000 100000");
        assertEquals(2, quota(host));
    }

    @ParameterizedTest
    @CsvSource({"max, Infinity", "max 100000, Infinity", "50000, 0.5", "1 1000000, 1e-6"})
    void whatVersion2MayHoldIsRead(String max, double cpus) throws IOException {
        assertEquals(cpus, quota(new RecordedHost(root).with(GROUP, "0::/a").with(MOUNTS, VERSION_2)
            .with("sys/fs/cgroup/a/cpu.max", max)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"100000 0", "-5 100000", "lots", "", "1 2 3"})
    void aMalformedQuotaIsNoneAndIsNamed(String max) throws IOException {
        HostFiles files = new HostFiles(root);
        new RecordedHost(root).with(GROUP, "0::/a").with(MOUNTS, VERSION_2).with("sys/fs/cgroup/a/cpu.max", max)
            .with("sys/fs/cgroup/cpu.max", "200000 100000");
        assertEquals(2, CpuQuota.read(files));
        assertEquals(List.of("The host's /sys/fs/cgroup/a/cpu.max holds '" + max + "', which is not understood; what it "
            + "would tell is left out of account."), files.oddities());
    }
}
