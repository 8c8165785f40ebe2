package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistortionsTest {
    @TempDir
    private Path root;

    private static List<String> of(HostTopology host, PlacementPolicy policy, int cores) {
        return Distortions.of(host, Placement.of(host, policy, cores));
    }

    @Test
    void aQuietArm64ServerWithRoomHasNone() {
        assertEquals(List.of(), of(RecordedHost.topology(RecordedHost.ARM64), PlacementPolicy.COMPACT, 100));
    }

    @Test
    void aVirtualMachineOfTwoCpusTellsWhyItCannotCarryAHundred() {
        assertEquals(List.of(
            "100 cores on 2 CPUs: a core can acknowledge only when it has its turn on a CPU, so the host's scheduler "
                + "is part of every figure; run at most 2 cores, or a host with more CPUs.",
            "This is a virtual machine, and 0.020 % of its CPU time since boot was stolen: a core that waits for a "
                + "stolen CPU looks slow; use dedicated CPUs or bare metal."),
            of(RecordedHost.topology(RecordedHost.VM), PlacementPolicy.COMPACT, 100));
    }

    @Test
    void aFullHostLeavesNothingToTheJvm() {
        HostTopology host = RecordedHost.topology(RecordedHost.ARM64);
        assertEquals(List.of("Every CPU carries a core: the JVM's own threads (compiler, collector) will preempt one; "
            + "run at most 127 cores."), of(host, PlacementPolicy.COMPACT, 128));
        assertEquals(List.of(), of(host, PlacementPolicy.COMPACT, 127));
    }

    @Test
    void anSmtServerTellsOfSiblingsGovernorBoostAndBalancing() {
        HostTopology host = RecordedHost.topology(RecordedHost.SMT);
        List<String> others = List.of(
            "The frequency governor of CPUs 0-127 is schedutil: their clock rate follows the load; set another "
                + "(cpupower frequency-set -g performance).",
            "Frequency boost is on: the clock rate falls as more cores are busy, which looks like a cost of more "
                + "cores; turn it off (echo 0 > /sys/devices/system/cpu/cpufreq/boost).",
            "NUMA balancing is on: the host's kernel unmaps pages and shoots down TLB entries of its own accord; turn "
                + "it off (sysctl kernel.numa_balancing=0).");
        List<String> compact = of(host, PlacementPolicy.COMPACT, 8);
        assertEquals("SMT is on: 8 CPUs of this placement are threads of only 4 physical cores, whose caches and "
            + "execution units they share; place by physical, or turn SMT off (echo off > "
            + "/sys/devices/system/cpu/smt/control).", compact.get(0));
        assertEquals(others, compact.subList(1, compact.size()));
        List<String> physical = of(host, PlacementPolicy.PHYSICAL, 8);
        assertEquals("SMT is on: whatever else runs on the siblings of this placement's CPUs slows the cores down; "
            + "keep the host idle, or turn SMT off (echo off > /sys/devices/system/cpu/smt/control).", physical.get(0));
        assertEquals(others, physical.subList(1, physical.size()));
    }

    @Test
    void aContainerTellsOfItsMaskItsQuotaAndTheGovernorsOfItsOwnCpus() {
        List<String> found = of(RecordedHost.topology(RecordedHost.GAPS), PlacementPolicy.PHYSICAL, 2);
        assertEquals(List.of(
            "This process may use 7 of the machine's 16 CPUs (0-2,5,9-11), and other processes may use them too; widen "
                + "its mask (taskset, cpuset), or keep others off these CPUs.",
            "A control group allows 2.50 CPUs of time on 7 CPUs: once it is spent, every thread is stopped until the "
                + "next period begins; lift the quota (cpu.max, cpu.cfs_quota_us)."), found.subList(0, 2));
        assertTrue(found.contains("The frequency governor of CPUs 0-2,5,9 is powersave: their clock rate follows the "
            + "load; set another (cpupower frequency-set -g performance)."), found::toString);
        assertTrue(found.contains("Frequency boost is on: the clock rate falls as more cores are busy, which looks "
            + "like a cost of more cores; turn it off (echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo)."),
            found::toString);
    }

    @Test
    void aQuotaThatTheCpusCannotExceedIsNone() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.ARM64, root)
            .with("sys/fs/cgroup/cpu.max", "12800000 100000");
        assertEquals(List.of(), of(recorded.read(), PlacementPolicy.COMPACT, 8));
    }

    @Test
    void isolatedCpusThatCarryNoCoreAreNamed() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.ARM64, root)
            .with("sys/devices/system/cpu/isolated", "96-127");
        assertEquals(List.of("CPUs 96-127 are isolated for pinned threads, but carry no core; to measure there start "
            + "with 'taskset -c 96-127'."), of(recorded.read(), PlacementPolicy.COMPACT, 8));
        assertEquals(List.of(), of(recorded.read(), PlacementPolicy.SCATTER, 8));
    }

    @Test
    void aHiddenTopologyAndMissingStatisticsAreSaid() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.ARM64, root).without("proc/self/schedstat")
            .without("sys/devices/system/cpu/cpu1/topology").with("sys/devices/system/cpu/smt/active", "1");
        assertEquals(List.of(
            "The host does not tell which CPUs are threads of one physical core, though SMT is on: each is taken for a "
                + "core of its own; make /sys/devices/system/cpu/cpu*/topology visible.",
            "This kernel keeps no scheduling statistics: time that cores waited for their CPU cannot be told; use a "
                + "kernel built with CONFIG_SCHED_INFO."), of(recorded.read(), PlacementPolicy.COMPACT, 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {RecordedHost.SMT, RecordedHost.GAPS, RecordedHost.ARM64, RecordedHost.VM, RecordedHost.HYBRID,
        RecordedHost.PHONE})
    void everyDistortionIsOneSentenceOfOneLine(String name) {
        HostTopology host = RecordedHost.topology(name);
        for (PlacementPolicy policy : RecordedHost.policies(host)) {
            for (int cores : new int[] {1, 2, 7, 128, 1024}) {
                for (String sentence : of(host, policy, cores)) {
                    assertEquals(1, sentence.lines().count());
                    assertTrue(sentence.matches("[A-Z0-9].*; .*\\."), sentence);
                }
            }
        }
    }

    @Test
    void fastAndSlowCpusInOnePlacementAreSaidAndHowToKeepToOneKind() {
        HostTopology host = RecordedHost.topology(RecordedHost.HYBRID);
        String mixed = "Fast and slow CPUs are mixed (2-3 cpu_core, 5000 MHz; 4-7 cpu_atom, 3800 MHz): whoever waits for "
            + "all cores waits for the slow ones, and a curve over cores bends where they begin; place by performance or "
            + "efficiency, or keep to one kind (taskset).";
        assertTrue(of(host, PlacementPolicy.COMPACT, 6).contains(mixed), of(host, PlacementPolicy.COMPACT, 6)::toString);
        for (PlacementPolicy kind : List.of(PlacementPolicy.PERFORMANCE, PlacementPolicy.EFFICIENCY)) {
            assertTrue(of(host, kind, 1024).stream().noneMatch(line -> line.startsWith("Fast and slow")));
        }
    }

    @Test
    void whatIsOddAboutTheHostsFilesIsSaid() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.ARM64, root).with("sys/devices/system/cpu/isolated", "x");
        assertEquals(List.of("The host's /sys/devices/system/cpu/isolated holds 'x', which is not understood; what it would "
            + "tell is left out of account."), of(recorded.read(), PlacementPolicy.COMPACT, 8));
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPACT", "SCATTER", "PHYSICAL"})
    void onOneCpuOneCoreIsNotToldToRunNone(PlacementPolicy policy) throws IOException {
        HostTopology host = new RecordedHost(root).with("sys/devices/system/cpu/online", "0").read();
        assertTrue(of(host, policy, 1).contains("Every CPU carries a core: the JVM's own threads (compiler, collector) "
            + "will preempt one; use a host with more CPUs."));
    }
}
