package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostTopologyTest {
    private static final String CPU = "sys/devices/system/cpu/";

    @TempDir
    private Path root;

    @Test
    void anSmtServersCpusAreFoundWhereTheySit() {
        HostTopology host = RecordedHost.topology(RecordedHost.SMT);
        assertEquals(128, host.cpus().size());
        assertEquals(new Cpu(0, 0, 0, 0, 0, 0, 0), host.cpus().get(0));
        assertEquals(new Cpu(31, 0, 0, 0, 31, 0, 1), host.cpus().get(31));
        assertEquals(new Cpu(32, 1, 1, 1, 32, 0, 2), host.cpus().get(32));
        assertEquals(new Cpu(64, 0, 0, 0, 0, 1, 0), host.cpus().get(64));
        assertEquals(new Cpu(127, 1, 1, 1, 63, 1, 3), host.cpus().get(127));
        assertEquals("AMD EPYC 7543 32-Core Processor, 128 CPUs (2 sockets, 4 NUMA nodes, 64 physical cores), "
            + "Linux 5.10.0-28-amd64", host.describe());
        assertTrue(host.smtActive());
        assertTrue(host.boost());
        assertTrue(host.numaBalancing());
        assertFalse(host.virtualised());
        assertEquals(Map.of("schedutil", CpuSet.parse("0-127")), host.governors());
        assertEquals(Double.POSITIVE_INFINITY, host.quotaCpus());
        assertEquals(128, host.usableCpus());
    }

    @Test
    void anArm64ServersClustersAreFoundAndItsPartNumberIsTranslated() {
        HostTopology host = RecordedHost.topology(RecordedHost.ARM64);
        assertEquals(new Cpu(3, 0, 0, 0, 3, 0, 0), host.cpus().get(3));
        assertEquals(new Cpu(4, 0, 0, 1, 4, 0, 0), host.cpus().get(4));
        assertEquals(new Cpu(63, 0, 0, 15, 63, 0, 1), host.cpus().get(63));
        assertEquals(new Cpu(127, 1, 1, 31, 127, 0, 3), host.cpus().get(127));
        assertEquals("HiSilicon Kunpeng-920, 128 CPUs (2 sockets, 4 NUMA nodes, 128 physical cores), "
            + "Linux 6.6.0-72-arm64", host.describe());
        assertFalse(host.smtActive());
        assertEquals(Map.of(), host.governors());
    }

    @Test
    void aCpusetWithGapsGivesOnlyItsOwnCpus() {
        HostTopology host = RecordedHost.topology(RecordedHost.GAPS);
        assertEquals(List.of(
            new Cpu(0, 0, 0, 0, 0, 0, 0),
            new Cpu(1, 0, 0, 0, 1, 0, 0),
            new Cpu(2, 0, 0, 0, 2, 0, 0),
            new Cpu(5, 0, 0, 0, 5, 0, 1),
            new Cpu(9, 0, 0, 0, 1, 1, 0),
            new Cpu(10, 0, 0, 0, 2, 1, 0),
            new Cpu(11, 0, 0, 0, 3, 1, 0)), host.cpus());
        assertEquals(16, host.onlineCpus().size());
        assertEquals(2.5, host.quotaCpus());
        assertEquals(2, host.usableCpus());
        assertEquals(Map.of("powersave", CpuSet.parse("0-2,5,9"), "performance", CpuSet.parse("10-11")),
            host.governors());
        assertEquals("Intel(R) Xeon(R) Silver 4309Y CPU @ 2.80GHz, 16 CPUs (1 socket, 2 NUMA nodes, 8 physical cores), "
            + "mask 0-2,5,9-11, quota 2.50 CPUs, Linux 6.8.0-45-generic", host.describe());
    }

    @Test
    void aVirtualMachineIsKnownByItsFlagAndItsStolenTime() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.VM, root);
        HostTopology host = recorded.read();
        assertTrue(host.virtualised());
        assertEquals(61.0 / 307810, host.stealShare());
        assertEquals("AMD EPYC, 2 CPUs (1 socket, 1 NUMA node, 2 physical cores), virtual machine, "
            + "Linux 6.18.44-fc-v669", host.describe());

        assertTrue(recorded.with("proc/stat", "cpu  1 2 3 4 5 6 7 0 0 0").read().virtualised());
        assertTrue(recorded.without("proc/cpuinfo").with("sys/hypervisor/type", "xen").read().virtualised());
        assertFalse(recorded.without("sys/hypervisor").read().virtualised());
        assertTrue(recorded.with("proc/stat", "cpu  1 2 3 4 5 6 7 8 0 0").read().virtualised());
    }

    @Test
    void sixteenThreadsOfWhichSomeAreOfflineAreNumberedByThoseOnline() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.GAPS, root)
            .with(CPU + "online", "1-15").with(CPU + "cpu8/topology/core_cpus_list", "8");
        HostTopology host = recorded.read();
        assertEquals(15, host.onlineCpus().size());
        assertEquals(List.of(1, 2, 5, 9, 10, 11), host.cpus().stream().map(Cpu::id).toList());
        assertEquals(0, host.cpus().get(0).core());
    }

    @Test
    void namesFromBeforeLinux53AreUnderstood() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.VM, root);
        for (int cpu = 0; cpu < 2; cpu++) {
            String topology = CPU + "cpu" + cpu + "/topology/";
            recorded.without(topology).with(topology + "thread_siblings_list", "0-1")
                .with(topology + "core_siblings_list", "0-1");
        }
        assertEquals(List.of(new Cpu(0, 0, 0, 0, 0, 0, 0), new Cpu(1, 0, 0, 0, 0, 1, 0)), recorded.read().cpus());
        assertTrue(recorded.read().smtActive());
    }

    @Test
    void aDieOrClusterOfOneCoreTellsNothingAndTheLevelAboveStandsForIt() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.VM, root)
            .with(CPU + "cpu0/topology/die_cpus_list", "0").with(CPU + "cpu1/topology/die_cpus_list", "1");
        assertEquals(List.of(new Cpu(0, 0, 0, 0, 0, 0, 0), new Cpu(1, 0, 0, 0, 1, 0, 0)), recorded.read().cpus());
    }

    @Test
    void withoutTopologyEachCpuIsAPhysicalCoreOfOneSocketAndNode() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.SMT, root).without("sys/devices/system/node");
        for (int cpu = 0; cpu < 128; cpu++) {
            recorded.without(CPU + "cpu" + cpu + "/topology");
        }
        HostTopology host = recorded.read();
        assertEquals(new Cpu(127, 0, 0, 0, 127, 0, 0), host.cpus().get(127));
        assertFalse(host.topologyTold());
        assertTrue(host.smtActive());
    }

    @Test
    void aHostThatHidesNearlyEverythingIsStillRead() throws IOException {
        HostTopology host = new RecordedHost(root).with("proc/self/status", "Cpus_allowed_list:\t4-5").read();
        assertEquals("unknown CPU model, 2 CPUs, unknown kernel", host.describe());
        assertEquals(List.of(4, 5), host.cpus().stream().map(Cpu::id).toList());
        assertEquals(2, host.usableCpus());
        assertEquals(0, host.stealShare());
        assertFalse(host.schedStats());
    }

    @Test
    void withoutAMaskEveryCpuOnlineIsAllowed() throws IOException {
        HostTopology host = new RecordedHost(root).with(CPU + "online", "0,2").read();
        assertEquals(List.of(0, 2), host.cpus().stream().map(Cpu::id).toList());
    }

    @Test
    void withoutAListOfCpusOnlineThePossibleOnesInTheMaskAreTaken() throws IOException {
        HostTopology host = new RecordedHost(root).with(CPU + "possible", "0-7")
            .with("proc/self/status", "Cpus_allowed_list:\t2-3").read();
        assertEquals(8, host.onlineCpus().size());
        assertEquals(List.of(2, 3), host.cpus().stream().map(Cpu::id).toList());
    }

    @Test
    void aContainersRenumberedViewOfTheCpusYieldsToTheMask() throws IOException {
        HostTopology host = new RecordedHost(root).with(CPU + "online", "0-3")
            .with("proc/self/status", "Cpus_allowed_list:\t12-15").read();
        assertEquals(List.of(12, 13, 14, 15), host.cpus().stream().map(Cpu::id).toList());
    }

    @Test
    void cpusInTheMaskThatAreOfflineAreLeftOut() throws IOException {
        HostTopology host = new RecordedHost(root).with(CPU + "online", "0-3")
            .with("proc/self/status", "Cpus_allowed_list:\t2-8191").read();
        assertEquals(List.of(2, 3), host.cpus().stream().map(Cpu::id).toList());
    }

    @Test
    void whatIsNoLinuxHostIsRefusedInOneLine() {
        String message = assertThrows(UnsuitableHostException.class, () -> HostTopology.read(root)).getMessage();
        assertEquals(root + ": not the root of a Linux host, for neither sys/devices/system/cpu/online nor a "
            + "Cpus_allowed_list in proc/self/status names a CPU; accepted is a host that tells its CPUs", message);
    }

    @Test
    void theReleaseComesFromTheVersionWhereNothingElseTells() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.VM, root).without("proc/sys")
            .with("proc/version", "Linux version 6.1.0-18-arm64 (someone@somewhere) #1 SMP");
        assertEquals("Linux 6.1.0-18-arm64", recorded.read().kernel());
    }

    @Test
    void aPhonesKindsOfCpuAreEachNamedOnce() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.VM, root).with("proc/cpuinfo", """
            CPU implementer\t: 0x41
            CPU part\t: 0xd05
            CPU implementer\t: 0x41
            CPU part\t: 0xd05
            CPU implementer\t: 0x41
            CPU part\t: 0xd44""");
        assertEquals("Arm Cortex-A55, Arm Cortex-X1", recorded.read().model());
    }

    @Test
    void turboIsReadFromEitherDriver() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.VM, root);
        assertFalse(recorded.read().boost());
        assertTrue(recorded.with(CPU + "intel_pstate/no_turbo", "0").read().boost());
        assertFalse(recorded.with(CPU + "intel_pstate/no_turbo", "1").read().boost());
        assertTrue(recorded.with(CPU + "cpufreq/boost", "1").read().boost());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "sys/devices/system/cpu/online | 0-x",
        "sys/devices/system/cpu/isolated | none",
        "sys/devices/system/cpu/cpu1/topology/core_cpus_list | 0",
        "sys/devices/system/cpu/smt/active | yes",
        "sys/devices/system/node/node0/cpulist | 1-0",
        "proc/stat | cpu 1 2 3 4 5 6 7 -8",
        "proc/self/cgroup | nonsense",
        "proc/self/mountinfo | nonsense",
    })
    void aMalformedFileIsLeftOutAndNamedInOneSentence(String path, String content) throws IOException {
        HostTopology host = RecordedHost.unpack(RecordedHost.VM, root).with(path, content).read();
        assertEquals(List.of("The host's /" + path + " holds '" + content + "', which is not understood; what it would "
            + "tell is left out of account."), host.oddities());
        assertEquals(2, host.cpus().size());
    }

    @Test
    void aMalformedListOfAllowedCpusYieldsToTheMask() throws IOException {
        HostTopology host = RecordedHost.unpack(RecordedHost.VM, root)
            .with("proc/self/status", "Cpus_allowed:\t2\nCpus_allowed_list:\tff").read();
        assertEquals(List.of(1), host.cpus().stream().map(Cpu::id).toList());
        assertEquals(1, host.oddities().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sys/devices/system/cpu/online", "sys/devices/system/cpu/possible", "proc/cpuinfo",
        "sys/devices/system/cpu/cpu1/topology/core_cpus_list", "sys/devices/system/node/node0/cpulist", "proc/stat",
        "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "proc/self/mountinfo", "proc/self/status",
        "sys/fs/cgroup/cpu/cpu.cfs_quota_us", "sys/devices/system/cpu/smt/active", "proc/sys/kernel/osrelease"})
    void aDirectoryInPlaceOfAFileAndAnEmptyFileCostNothingElse(String path) throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.VM, root).with(path, "");
        assertEquals(2, recorded.read().cpus().size());
        Files.delete(root.resolve(path));
        HostTopology host = recorded.with(path + "/file", "").read();
        assertEquals(2, host.cpus().size());
        List<String> read = host.oddities();
        String said = "The host's /" + path + " cannot be read (Is a directory); what it would tell is left out of account.";
        assertTrue(read.equals(List.of(said)) || path.endsWith("possible") && read.isEmpty(), read.toString());
    }

    @Test
    void aFileInPlaceOfADirectoryIsNotSaidToBeForbidden() throws IOException {
        HostTopology host = new RecordedHost(root).with(CPU + "online", "0").with("sys/devices/system/node", "0").read();
        assertEquals(List.of("The host's /sys/devices/system/node/ cannot be read (not a folder); what it would tell is "
            + "left out of account."), host.oddities());
    }

    @Test
    void aFileThatEveryCpuHasIsComplainedOfOnce() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.SMT, root);
        for (int cpu = 0; cpu < 128; cpu++) {
            String governor = CPU + "cpu" + cpu + "/cpufreq/scaling_governor";
            recorded.without(governor).with(governor + "/file", "");
        }
        assertEquals(List.of("The host's /" + CPU + "cpu0/cpufreq/scaling_governor (and 127 more like it) cannot be read "
            + "(Is a directory); what it would tell is left out of account."), recorded.read().oddities());
    }

    @Test
    void listsThatEndInNulAreReadAsLinux515Rc1WroteThem() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.GAPS, root);
        HostTopology before = recorded.read();
        try (Stream<Path> lists = Files.walk(root.resolve(CPU))) {
            for (Path list : lists.filter(file -> file.toString().endsWith("_list")).toList()) {
                Files.writeString(list, Files.readString(list) + "\0");
            }
        }
        assertEquals(before.cpus(), recorded.read().cpus());
        assertEquals(List.of(), recorded.read().oddities());
    }

    @Test
    void aServersNodesAndSiblingsAreReadFromMasksWhereAnOldKernelHasNoLists() throws IOException {
        HostTopology host = RecordedHost.topology("masks-only-16-cpus");
        assertEquals(new Cpu(1, 0, 0, 0, 1, 0, 0), host.cpus().get(1));
        assertEquals(new Cpu(6, 1, 1, 1, 6, 0, 3), host.cpus().get(6));
        assertEquals(new Cpu(14, 1, 1, 1, 6, 1, 3), host.cpus().get(14));
        assertEquals("16 CPUs (2 sockets, 4 NUMA nodes, 8 physical cores)", host.describe().replaceAll("^.*?, |, Linux.*",
            ""));
        assertEquals(List.of(), host.oddities());
    }

    @Test
    void aCpuInSeveralNodesIsOfTheFirstAndThatIsSaid() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.VM, root)
            .with("sys/devices/system/node/node10/cpulist", "0-1").with("sys/devices/system/node/node2/cpulist", "1");
        assertEquals(List.of(0, 0), recorded.read().cpus().stream().map(Cpu::node).toList());
        assertEquals(List.of("The host's CPUs 0-1 are each in several NUMA nodes by the lists in /sys/devices/system/node/; "
            + "the node with the lowest number is taken."), recorded.read().oddities());
    }

    @Test
    void siblingsThatDoNotAgreeAreSaid() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.VM, root)
            .with(CPU + "cpu0/topology/core_cpus_list", "0-1");
        assertEquals(List.of("The host's CPUs 0-1 do not agree which of them share a physical core; those whose lists are "
            + "equal are taken to."), recorded.read().oddities());
    }

    @Test
    void cpusBeyond1024AreReadAndPlaced() throws IOException {
        HostTopology host = new RecordedHost(root).with(CPU + "online", "0,1024,4000-4095")
            .with("proc/self/status", "Cpus_allowed_list:\t1024,4000-4095").read();
        assertEquals(97, host.cpus().size());
        assertEquals(1024, Placement.of(host, PlacementPolicy.COMPACT, 1).cpuOf(0));
    }

    @Test
    void aKernelThatListsNoCpusOnlineIsKnownByTheirDirectories() throws IOException {
        HostTopology host = new RecordedHost(root).with(CPU + "possible", "0-7").with(CPU + "cpu0/topology/core_id", "0")
            .with(CPU + "cpu1/online", "1").with(CPU + "cpu2/online", "0").with(CPU + "cpufreq/boost", "1").read();
        assertEquals(List.of(0, 1), host.cpus().stream().map(Cpu::id).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0-3 | 1-4", "0-3 | 2-3,12-13", "0-3 | 12-15", "0-1 | 1-2"})
    void aContainersRenumberedViewLosesNoCpu(String online, String mask) throws IOException {
        HostTopology host = new RecordedHost(root).with(CPU + "online", online)
            .with("proc/self/status", "Cpus_allowed_list:\t" + mask).read();
        assertEquals(CpuSet.parse(mask), HostTopology.ids(host.cpus()));
        assertEquals(List.of("The host's /sys/devices/system/cpu/online tells of CPUs " + online + ", but the kernel lets "
            + "this process run on " + mask + ", as where a container numbers its CPUs anew (lxcfs); the kernel's word is "
            + "taken."), host.oddities());
    }

    @Test
    void lxcfsIsKnownByItsMountWhenAQuotaMakesItsViewSmallerThanTheMask() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.GAPS, root).with(CPU + "online", "0-1");
        assertEquals("0-1", HostTopology.ids(recorded.read().cpus()).toString());
        recorded.with("proc/self/mountinfo", "431 430 0:52 /sys/devices/system/cpu /sys/devices/system/cpu rw,nosuid - "
            + "fuse.lxcfs lxcfs rw,user_id=0,group_id=0,allow_other");
        assertEquals("0-2,5,9-11", HostTopology.ids(recorded.read().cpus()).toString());
    }

    @Test
    void theKernelsWordOutdoesAnyFile() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.SMT, root);
        HostTopology offline = HostTopology.read(recorded.root(), Optional.of(CpuSet.parse("2-3,127")));
        assertEquals("2-3,127", HostTopology.ids(offline.cpus()).toString());
        assertEquals(128, offline.onlineCpus().size());
        assertEquals(List.of(), offline.oddities());
        recorded.with(CPU + "online", "0-3");
        HostTopology renumbered = HostTopology.read(recorded.root(), Optional.of(CpuSet.parse("2-3,127")));
        assertEquals("2-3,127", HostTopology.ids(renumbered.cpus()).toString());
        assertEquals(1, renumbered.oddities().size());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisMachineIsRead() {
        HostTopology host = HostTopology.read();
        // The JVM counts by the same mask and quota, but rounds the quota up.
        assertTrue(host.usableCpus() <= Runtime.getRuntime().availableProcessors());
        assertFalse(host.cpus().isEmpty());
        assertTrue(host.onlineCpus().containsAll(host.cpus()));
    }
}
