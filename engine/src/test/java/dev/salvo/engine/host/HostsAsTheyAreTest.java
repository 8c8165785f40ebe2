package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Real machines, as the test suites of util-linux and hwloc carry them, against what those suites expect of them: which
 * CPUs there are, which share a physical core, a socket and a NUMA node; and that every placement on them is sane.
 *
 * <p>{@code engine/hosts-check.sh} fetches and unpacks them and runs this; no file of theirs is kept here. Where we are
 * right to differ, {@code hosts/known-differences.txt} says so, and why.
 */
@EnabledIfSystemProperty(named = "hosts.dumps", matches = ".+")
class HostsAsTheyAreTest {
    private static final Path KNOWN = Path.of("src/test/resources/hosts/known-differences.txt");

    private static List<Path> dumps() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(System.getProperty("hosts.dumps")), 2)) {
            return files.filter(file -> file.toString().endsWith(".expected")).sorted().toList();
        }
    }

    private static String name(Path expected) {
        return expected.getParent().getFileName() + "/" + expected.getFileName().toString().replace(".expected", "");
    }

    /** The lines of {@code suite/name: difference; reason}, by suite and name. */
    private static Map<String, Set<String>> known() throws IOException {
        Map<String, Set<String>> known = new TreeMap<>();
        for (String line : Files.readAllLines(KNOWN)) {
            if (!line.startsWith("#") && !line.isBlank()) {
                assertTrue(line.matches("[^ ]+: [^;]+; .+"), "no 'suite/name: difference; reason': " + line);
                int colon = line.indexOf(": ");
                known.computeIfAbsent(line.substring(0, colon), first -> new TreeSet<>())
                    .add(line.substring(colon + 2, line.indexOf("; ")));
            }
        }
        return known;
    }

    @Test
    void thereAreDumpsOfBothSuites() throws IOException {
        Set<String> suites = new TreeSet<>();
        dumps().forEach(expected -> suites.add(expected.getParent().getFileName().toString()));
        assertEquals(Set.of("hwloc", "lscpu"), suites);
    }

    @TestFactory
    Stream<DynamicTest> everyHostIsAsItsSuiteExpectsOrTheDifferenceIsExplained() throws IOException {
        Map<String, Set<String>> known = known();
        return dumps().stream().map(expected -> dynamicTest(name(expected), () -> {
            HostTopology host = HostTopology.read(Path.of(expected.toString().replace(".expected", "")));
            Set<String> differences = differences(ExpectedHost.read(expected), host.onlineCpus());
            differences.removeAll(known.getOrDefault(name(expected), Set.of()));
            assertEquals(Set.of(), differences, "not explained in " + KNOWN);
        }));
    }

    @TestFactory
    Stream<DynamicTest> everyPlacementOnEveryHostIsSane() throws IOException {
        return dumps().stream().map(expected -> dynamicTest(name(expected), () -> {
            HostTopology host = HostTopology.read(Path.of(expected.toString().replace(".expected", "")));
            Set<Integer> ids = new HashSet<>();
            host.cpus().forEach(cpu -> ids.add(cpu.id()));
            for (PlacementPolicy policy : RecordedHost.policies(host)) {
                for (int cores : new int[] {1, 2, host.usableCpus(), Placement.MAX_CORES}) {
                    isSane(ids, Placement.of(host, policy, cores), host);
                }
            }
        }));
    }

    private static void isSane(Set<Integer> ids, Placement placement, HostTopology host) {
        List<Integer> carrying = IntStream.range(0, placement.cpus()).map(placement::cpuOf).boxed().toList();
        Set<Integer> all = new HashSet<>(carrying);
        assertEquals(carrying.size(), all.size(), "a CPU twice: " + carrying);
        assertTrue(ids.containsAll(all), "a CPU that there is not: " + carrying);
        assertTrue(placement.spareCpus().stream().allMatch(ids::contains));
        all.addAll(placement.spareCpus());
        assertEquals(ids, all, "what carries a core and what is spare is all there is");
        if (placement.policy() == PlacementPolicy.PHYSICAL) {
            assertEquals(placement.cpus(), HostTopology.count(placement.used(), Cpu::core));
        }
        for (String sentence : Distortions.of(host, placement)) {
            assertEquals(1, sentence.lines().count());
            assertFalse(sentence.isBlank());
        }
    }

    private static Set<String> differences(ExpectedHost expected, List<Cpu> cpus) {
        Set<String> differences = new TreeSet<>();
        CpuSet ours = HostTopology.ids(cpus);
        if (!ours.equals(expected.cpus())) {
            differences.add("CPUs " + ours + " instead of " + (expected.cpus().isEmpty() ? "none" : expected.cpus()));
        }
        List<Integer> common = ours.and(expected.cpus()).stream().boxed().toList();
        Map<Integer, Integer> cores = new HashMap<>();
        Map<Integer, Integer> sockets = new HashMap<>();
        cpus.forEach(cpu -> {
            cores.put(cpu.id(), cpu.core());
            sockets.put(cpu.id(), cpu.socket());
        });
        compare("cores", groups(cores, common), groups(expected.cores(), common), differences);
        compare("sockets", groups(sockets, common), groups(expected.sockets(), common), differences);
        List<Integer> misplaced = new ArrayList<>();
        cpus.forEach(cpu -> {
            Set<Integer> nodes = expected.nodes().get(cpu.id());
            if (nodes != null && !nodes.contains(cpu.node())) {
                misplaced.add(cpu.id());
            }
        });
        if (!misplaced.isEmpty()) {
            differences.add("nodes of CPUs " + CpuSet.of(misplaced.stream().mapToInt(id -> id).toArray()));
        }
        return differences;
    }

    private static void compare(String what, Set<Set<Integer>> ours, Set<Set<Integer>> theirs, Set<String> differences) {
        if (!ours.equals(theirs)) {
            differences.add(ours.size() + " " + what + " instead of " + (theirs.isEmpty() ? "none told" : theirs.size()
                + (ours.size() == theirs.size() ? " others" : "")));
        }
    }

    private static Set<Set<Integer>> groups(Map<Integer, Integer> groupOf, List<Integer> cpus) {
        Map<Integer, Set<Integer>> groups = new HashMap<>();
        cpus.stream().filter(groupOf::containsKey).forEach(cpu ->
            groups.computeIfAbsent(groupOf.get(cpu), first -> new TreeSet<>()).add(cpu));
        return new HashSet<>(groups.values());
    }
}
