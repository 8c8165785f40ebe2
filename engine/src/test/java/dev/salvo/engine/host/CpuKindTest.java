package dev.salvo.engine.host;

import static dev.salvo.engine.host.PlacementPolicy.COMPACT;
import static dev.salvo.engine.host.PlacementPolicy.EFFICIENCY;
import static dev.salvo.engine.host.PlacementPolicy.PERFORMANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuKindTest {
    private static final String CPU = "sys/devices/system/cpu/";

    @TempDir
    private Path root;

    private static List<String> kinds(HostTopology host) {
        return host.kinds().stream().map(CpuKind::toString).toList();
    }

    private static List<Integer> sequence(HostTopology host, PlacementPolicy policy, int cores) {
        Placement placement = Placement.of(host, policy, cores);
        return IntStream.range(0, placement.cpus()).map(placement::cpuOf).boxed().toList();
    }

    @Test
    void pAndECoresAreKindsAndABinnedCoreIsNone() {
        HostTopology host = RecordedHost.topology(RecordedHost.HYBRID);
        assertEquals(List.of("0-3 cpu_core, 5000 MHz", "4-7 cpu_atom, 3800 MHz"), kinds(host));
        assertEquals(List.of(0, 0, 0, 0, 1, 1, 1, 1), host.cpus().stream().map(host::kindOf).toList());
    }

    @Test
    void aPhoneHasThreeKindsTheFastestFirst() {
        assertEquals(List.of("7 Arm Cortex-X1, capacity 1024", "4-6 Arm Cortex-A78, capacity 790",
            "0-3 Arm Cortex-A55, capacity 280"), kinds(RecordedHost.topology(RecordedHost.PHONE)));
    }

    @ParameterizedTest
    @ValueSource(strings = {RecordedHost.SMT, RecordedHost.GAPS, RecordedHost.ARM64, RecordedHost.VM})
    void othersHaveOneKind(String name) {
        HostTopology host = RecordedHost.topology(name);
        assertEquals(List.of(HostTopology.ids(host.cpus()).toString()), kinds(host));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "5100000 | 3300000 | 0 5100 MHz; 1 3300 MHz", // a classic and a dense core
        "5800000 | 5500000 | 0-1 5800 MHz",           // a favoured core
        "5800000 | 0 | 0-1",
        "5800000 | none | 0-1"})
    void withoutANameTheClockRateTellsIfItDiffersMuch(String one, String other, String kinds) throws IOException {
        HostTopology host = new RecordedHost(root).with(CPU + "online", "0-1")
            .with(CPU + "cpu0/cpufreq/cpuinfo_max_freq", one).with(CPU + "cpu1/cpufreq/cpuinfo_max_freq", other).read();
        assertEquals(kinds, String.join("; ", kinds(host)));
    }

    @Test
    void withoutSpeedsIntelsUnitsTell() throws IOException {
        RecordedHost recorded = RecordedHost.unpack(RecordedHost.HYBRID, root).with("sys/devices/cpu_lowpower/cpus", "6-7");
        for (int cpu = 0; cpu < 8; cpu++) {
            recorded.without(CPU + "cpu" + cpu + "/cpufreq");
        }
        assertEquals(List.of("0-3 cpu_core", "4-5 cpu_atom", "6-7 cpu_lowpower"), kinds(recorded.read()));
    }

    @Test
    void performanceTakesEveryPhysicalCoreOfTheFastestKindBeforeASecondThread() {
        HostTopology host = RecordedHost.topology(RecordedHost.HYBRID);
        assertEquals(List.of(2, 1), sequence(host, PERFORMANCE, 2)); // 1 is the sibling of 0, which goes last
        assertEquals(List.of(2, 1, 3, 0), sequence(host, PERFORMANCE, 100));
        assertEquals(List.of(7), sequence(RecordedHost.topology(RecordedHost.PHONE), PERFORMANCE, 8));
        assertEquals("100 cores on 4 CPUs, performance, oversubscribed 100/4",
            Placement.of(host, PERFORMANCE, 100).describe());
    }

    @Test
    void efficiencyTakesTheSlowestKind() {
        assertEquals(List.of(4, 5, 6, 7), sequence(RecordedHost.topology(RecordedHost.HYBRID), EFFICIENCY, 8));
        assertEquals(List.of(1, 2, 3, 0), sequence(RecordedHost.topology(RecordedHost.PHONE), EFFICIENCY, 8));
        assertEquals(List.of(0, 1, 2, 3), Placement.of(RecordedHost.topology(RecordedHost.HYBRID), EFFICIENCY, 8)
            .spareCpus());
    }

    @Test
    void aMaskOfOneKindLeavesNoneToChooseFrom() throws IOException {
        HostTopology host = RecordedHost.unpack(RecordedHost.HYBRID, root)
            .with("proc/self/status", "Cpus_allowed_list:\t4-7").read();
        assertEquals(List.of(5, 6), sequence(host, COMPACT, 4).subList(1, 3));
        for (PlacementPolicy policy : List.of(PERFORMANCE, EFFICIENCY)) {
            assertEquals("--placement " + policy + ": the CPUs that this process may use (4-7) are all of one kind, as far "
                + "as this host tells; accepted is compact, scatter or physical",
                assertThrows(UnsuitableHostException.class, () -> Placement.of(host, policy, 1)).getMessage());
        }
    }
}
