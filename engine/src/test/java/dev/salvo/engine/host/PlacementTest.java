package dev.salvo.engine.host;

import static dev.salvo.engine.host.PlacementPolicy.COMPACT;
import static dev.salvo.engine.host.PlacementPolicy.PHYSICAL;
import static dev.salvo.engine.host.PlacementPolicy.SCATTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {
    @TempDir
    private Path root;

    private static List<Integer> sequence(Placement placement) {
        return IntStream.range(0, placement.cores()).map(placement::cpuOf).boxed().toList();
    }

    private static List<Integer> sequence(HostTopology host, PlacementPolicy policy, int cores) {
        return sequence(Placement.of(host, policy, cores));
    }

    private static List<Integer> range(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    @SafeVarargs
    private static List<Integer> concat(List<Integer>... lists) {
        List<Integer> all = new ArrayList<>();
        for (List<Integer> list : lists) {
            all.addAll(list);
        }
        return all;
    }

    @Test
    void onAnSmtServerCompactFillsSiblingsFirstAndKeepsOffTheCoreOfCpu0() {
        HostTopology host = RecordedHost.topology(RecordedHost.SMT);
        assertEquals(List.of(1, 65, 2, 66, 3, 67, 4, 68), sequence(host, COMPACT, 8));
        List<Integer> pairs = IntStream.range(1, 64).boxed().flatMap(core -> Stream.of(core, core + 64)).toList();
        assertEquals(concat(pairs, List.of(64)), sequence(host, COMPACT, 127));
        assertEquals(concat(List.of(0, 64), pairs), sequence(host, COMPACT, 128));
        assertEquals(concat(List.of(0, 64), pairs, List.of(0, 64)), sequence(host, COMPACT, 130));
    }

    @Test
    void onAnSmtServerScatterTakesSocketsAndNodesInTurnAndSiblingsLast() {
        HostTopology host = RecordedHost.topology(RecordedHost.SMT);
        assertEquals(List.of(1, 32, 16, 48, 2, 33, 17, 49), sequence(host, SCATTER, 8));
        List<Integer> upTo60 = IntStream.range(0, 15).boxed()
            .flatMap(i -> Stream.of(1 + i, 32 + i, 16 + i, 48 + i)).toList();
        // Node 0 has run out, but for the core of CPU 0; its sibling stands in for it, after all other physical cores.
        assertEquals(concat(upTo60, List.of(47, 31, 63, 64)), sequence(host, SCATTER, 64));
        assertEquals(List.of(65, 96, 80, 112), sequence(host, SCATTER, 68).subList(64, 68));
        List<Integer> full = IntStream.range(0, 16).boxed().flatMap(i -> Stream.of(i, 32 + i, 16 + i, 48 + i)).toList();
        assertEquals(concat(full, full.stream().map(cpu -> cpu + 64).toList()), sequence(host, SCATTER, 128));
    }

    @Test
    void onAnSmtServerPhysicalUsesOneThreadOfEachCore() {
        HostTopology host = RecordedHost.topology(RecordedHost.SMT);
        assertEquals(range(1, 8), sequence(host, PHYSICAL, 8));
        assertEquals(range(1, 64), sequence(host, PHYSICAL, 64)); // 64 is the sibling of 0
        assertEquals(concat(range(1, 64), range(1, 36)), sequence(host, PHYSICAL, 100));
        assertEquals("100 cores on 64 CPUs, physical, oversubscribed 100/64",
            Placement.of(host, PHYSICAL, 100).describe());
    }

    @Test
    void onAnArm64ServerCompactFillsClustersInOrder() {
        HostTopology host = RecordedHost.topology(RecordedHost.ARM64);
        assertEquals(range(1, 8), sequence(host, COMPACT, 8));
        assertEquals(range(1, 127), sequence(host, COMPACT, 127));
        assertEquals(range(0, 127), sequence(host, COMPACT, 128));
    }

    @Test
    void onAnArm64ServerScatterTakesSocketsNodesAndClustersInTurn() {
        HostTopology host = RecordedHost.topology(RecordedHost.ARM64);
        assertEquals(List.of(1, 64, 32, 96, 4, 68, 36, 100, 8, 72, 40, 104), sequence(host, SCATTER, 12));
        List<Integer> full = IntStream.range(0, 4).boxed().flatMap(i -> IntStream.range(0, 8).boxed()
            .flatMap(cluster -> Stream.of(0, 64, 32, 96).map(node -> node + 4 * cluster + i))).toList();
        assertEquals(full, sequence(host, SCATTER, 128));
        List<Integer> all127 = sequence(host, SCATTER, 127);
        assertFalse(all127.contains(0));
        assertEquals(127, new HashSet<>(all127).size());
    }

    @Test
    void withoutSmtPhysicalIsCompact() {
        HostTopology host = RecordedHost.topology(RecordedHost.ARM64);
        for (int cores : new int[] {1, 8, 127, 128, 200}) {
            assertEquals(sequence(host, COMPACT, cores), sequence(host, PHYSICAL, cores));
        }
    }

    @Test
    void cpusNumberedRoundRobinOverDiesAndClustersAreTakenByWhereTheySit() throws IOException {
        String cpus = "sys/devices/system/cpu/";
        RecordedHost recorded = new RecordedHost(root).with(cpus + "online", "0-7");
        for (int cpu = 0; cpu < 8; cpu++) {
            String topology = cpus + "cpu" + cpu + "/topology/";
            recorded.with(topology + "core_cpus_list", "" + cpu)
                .with(topology + "cluster_cpus_list", cpu % 4 + "," + (cpu % 4 + 4))
                .with(topology + "die_cpus_list", cpu % 2 == 0 ? "0,2,4,6" : "1,3,5,7");
        }
        HostTopology host = recorded.read();
        assertEquals(List.of(0, 4, 2, 6, 1, 5, 3, 7), sequence(host, COMPACT, 8));
        assertEquals(List.of(4, 2, 6, 1), sequence(host, COMPACT, 4));
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7), sequence(host, SCATTER, 8));
    }

    @Test
    void aQuotaLimitsTheCpusUsed() {
        HostTopology host = RecordedHost.topology(RecordedHost.GAPS);
        assertEquals(List.of(1), sequence(host, COMPACT, 1));
        assertEquals(List.of(1, 9, 1, 9, 1), sequence(host, COMPACT, 5));
        assertEquals(List.of(1, 5, 1, 5, 1), sequence(host, SCATTER, 5));
        assertEquals(List.of(1, 2, 1, 2, 1), sequence(host, PHYSICAL, 5));
        assertEquals("5 cores on 2 CPUs, scatter, oversubscribed 5/2", Placement.of(host, SCATTER, 5).describe());
        assertEquals(List.of(0, 2, 5, 10, 11), Placement.of(host, COMPACT, 5).spareCpus());
        assertEquals(List.of(0, 5, 11, 9, 10), Placement.of(host, PHYSICAL, 5).spareCpus());
    }

    @Test
    void aCpusetWithGapsIsFilledToItsLastCpu() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.GAPS, root);
        HostTopology host = recorded.without("sys/fs/cgroup").read();
        assertEquals(List.of(1, 9, 2, 10, 11, 5), sequence(host, COMPACT, 6));
        assertEquals(List.of(0, 1, 9, 2, 10, 11, 5), sequence(host, COMPACT, 7));
        // CPU 0 rather than a second thread of a core in use: sharing a core is worse than an interrupt.
        assertEquals(List.of(1, 5, 2, 11, 0, 9), sequence(host, SCATTER, 6));
        assertEquals(List.of(0, 5, 1, 2, 11, 9, 10), sequence(host, SCATTER, 7));
        assertEquals(List.of(1, 2, 11, 5), sequence(host, PHYSICAL, 4));
        assertEquals(List.of(1, 2, 11, 5, 0), sequence(host, PHYSICAL, 5));
        assertEquals(List.of(1, 2, 11, 5, 0, 1, 2), sequence(host, PHYSICAL, 7));
    }

    @Test
    void aQuotaBelowOneCpuStillGivesOne() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.GAPS, root)
            .with("sys/fs/cgroup/kubepods.slice/pod7.slice/cpu.max", "30000 100000");
        assertEquals(List.of(1, 1, 1), sequence(recorded.read(), COMPACT, 3));
    }

    @Test
    void onTwoCpusOneCoreLeavesCpu0ToTheJvmAndAHundredShareBoth() {
        HostTopology host = RecordedHost.topology(RecordedHost.VM);
        for (PlacementPolicy policy : RecordedHost.policies(host)) {
            Placement one = Placement.of(host, policy, 1);
            assertEquals(List.of(1), sequence(one));
            assertEquals(List.of(0), one.spareCpus());
            assertEquals("1 core on 1 CPU, " + policy, one.describe());

            Placement two = Placement.of(host, policy, 2);
            assertEquals(List.of(0, 1), sequence(two));
            assertEquals(List.of(), two.spareCpus());
            assertFalse(two.oversubscribed());

            Placement hundred = Placement.of(host, policy, 100);
            assertEquals(IntStream.range(0, 100).map(core -> core % 2).boxed().toList(), sequence(hundred));
            assertTrue(hundred.oversubscribed());
            assertEquals(2, hundred.cpus());
            assertEquals("100 cores on 2 CPUs, " + policy + ", oversubscribed 100/2", hundred.describe());
        }
    }

    @Test
    void idlePhysicalCoresAreSpareBeforeSiblingsOfBusyOnes() {
        HostTopology host = RecordedHost.topology(RecordedHost.SMT);
        assertEquals(concat(List.of(0), range(61, 64), range(125, 127), range(65, 124)),
            Placement.of(host, PHYSICAL, 60).spareCpus());
    }

    @ParameterizedTest
    @ValueSource(strings = {RecordedHost.SMT, RecordedHost.GAPS, RecordedHost.ARM64, RecordedHost.VM})
    void everyPlacementKeepsToTheMaskAndTheQuotaAndWastesNothing(String name) {
        HostTopology host = RecordedHost.topology(name);
        Set<Integer> mask = new HashSet<>(host.cpus().stream().map(Cpu::id).toList());
        long physicalCores = host.cpus().stream().map(Cpu::core).distinct().count();
        for (PlacementPolicy policy : RecordedHost.policies(host)) {
            for (int cores = 1; cores <= 2 * mask.size() + 1; cores++) {
                Placement placement = Placement.of(host, policy, cores);
                List<Integer> sequence = sequence(placement);
                Set<Integer> used = new HashSet<>(sequence);
                long available = Math.min(host.usableCpus(), policy == PHYSICAL ? physicalCores : mask.size());
                assertEquals(Math.min(cores, available), used.size());
                assertEquals(used.size(), placement.cpus());
                assertEquals(cores > used.size(), placement.oversubscribed());
                Set<Integer> both = new HashSet<>(placement.spareCpus());
                both.addAll(used);
                assertEquals(mask, both);
                assertEquals(mask.size(), placement.spareCpus().size() + used.size());
                assertEquals(sequence, sequence(Placement.of(host, policy, cores)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1025, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aNumberOfCoresOutOfRangeIsRefused(int cores) {
        HostTopology host = RecordedHost.topology(RecordedHost.VM);
        assertEquals("cores " + cores + ": must be 1..1024",
            assertThrows(IllegalArgumentException.class, () -> Placement.of(host, COMPACT, cores)).getMessage());
    }

    @Test
    void aThousandAndTwentyFourCoresArePlacedAndNoMore() {
        Placement placement = Placement.of(RecordedHost.topology(RecordedHost.VM), SCATTER, 1024);
        assertEquals(1, placement.cpuOf(1023));
        assertThrows(IndexOutOfBoundsException.class, () -> placement.cpuOf(1024));
        assertThrows(IndexOutOfBoundsException.class, () -> placement.cpuOf(-1));
    }
}
