package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void anArm64ServersClustersAreFoundAndItsPartNumberStandsForAName() {
        HostTopology host = RecordedHost.topology(RecordedHost.ARM64);
        assertEquals(new Cpu(3, 0, 0, 0, 3, 0, 0), host.cpus().get(3));
        assertEquals(new Cpu(4, 0, 0, 1, 4, 0, 0), host.cpus().get(4));
        assertEquals(new Cpu(63, 0, 0, 15, 63, 0, 1), host.cpus().get(63));
        assertEquals(new Cpu(127, 1, 1, 31, 127, 0, 3), host.cpus().get(127));
        assertEquals("CPU implementer 0x48 part 0xd01, 128 CPUs (2 sockets, 4 NUMA nodes, 128 physical cores), "
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
    void sixteenThreadsOfWhichSomeAreOffLineAreNumberedByThoseOnLine() throws IOException {
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
    void withoutAMaskEveryCpuOnLineIsAllowed() throws IOException {
        HostTopology host = new RecordedHost(root).with(CPU + "online", "0,2").read();
        assertEquals(List.of(0, 2), host.cpus().stream().map(Cpu::id).toList());
    }

    @Test
    void withoutAListOfCpusOnLineThePossibleOnesInTheMaskAreTaken() throws IOException {
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
    void cpusInTheMaskThatAreOffLineAreLeftOut() throws IOException {
        HostTopology host = new RecordedHost(root).with(CPU + "online", "0-3")
            .with("proc/self/status", "Cpus_allowed_list:\t2-8191").read();
        assertEquals(List.of(2, 3), host.cpus().stream().map(Cpu::id).toList());
    }

    @Test
    void whatIsNoLinuxHostIsRefusedInOneLine() {
        String message = assertThrows(IllegalArgumentException.class, () -> HostTopology.read(root)).getMessage();
        assertEquals(root + " is not the root of a Linux host: there is neither sys/devices/system/cpu/online nor a "
            + "Cpus_allowed_list in proc/self/status", message);
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
        assertEquals("CPU implementer 0x41 part 0xd05, CPU implementer 0x41 part 0xd44", recorded.read().model());
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
        "sys/devices/system/cpu/online | 0-x | '0-x' is not a list of CPUs",
        "sys/devices/system/cpu/isolated | none | 'none' is not a list of CPUs",
        "sys/devices/system/cpu/cpu1/topology/core_cpus_list | 0 | '0' is not understood: expected a list that",
        "sys/devices/system/cpu/smt/active | yes | 'yes' is not understood: expected 0 or 1",
        "sys/devices/system/node/node0/cpulist | 1-0 | '1-0' is not a list of CPUs",
        "proc/self/status | Cpus_allowed_list: ff | 'ff' is not a list of CPUs",
        "proc/stat | cpu 1 2 3 4 5 6 7 -8 | 'cpu 1 2 3 4 5 6 7 -8' is not understood: expected the word cpu",
        "proc/self/cgroup | nonsense | 'nonsense' is not understood: expected number:controllers:/path",
        "proc/self/mountinfo | nonsense | 'nonsense' is not understood: expected the fields of proc(5)",
        "sys/fs/cgroup/cpu/cpu.cfs_quota_us | lots | 'lots' is not understood: expected a positive number",
    })
    void aMalformedFileIsNamedInOneLine(String path, String content, String complaint) throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.VM, root).with(path, content);
        String message = assertThrows(IllegalArgumentException.class, recorded::read).getMessage();
        assertTrue(message.startsWith(root.resolve(path) + ": " + complaint), message);
        assertEquals(1, message.lines().count(), message);
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
