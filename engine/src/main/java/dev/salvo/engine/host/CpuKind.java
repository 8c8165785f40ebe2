package dev.salvo.engine.host;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * CPUs that do the same work in about the same time, on a host where others take longer: P and E cores, big and LITTLE.
 *
 * @param name what the kernel says that tells them from the others, such as {@code cpu_core} or
 *             {@code Arm Cortex-A55, capacity 250}
 * @param cpus its CPUs, at least one
 */
public record CpuKind(String name, CpuSet cpus) {
    private static final String DEVICES = "sys/devices/";
    private static final String CPU = DEVICES + "system/cpu/cpu";

    /** The performance units of a hybrid Intel chip are one to a kind of CPU; the faster kind first. */
    private static final List<String> INTEL = List.of("cpu_core", "cpu_atom", "cpu_lowpower");

    /** Cores of one kind are binned: some clock a little higher. Those within so much of the fastest are as fast. */
    private static final double AS_FAST = 0.85;

    /** What the kernel has of each CPU that tells how fast it is. */
    private enum Measure {
        CAPACITY("cpu_capacity") {
            @Override
            String say(int capacity) {
                return "capacity " + capacity;
            }
        },
        MAX_FREQUENCY("cpufreq/cpuinfo_max_freq") {
            @Override
            String say(int kilohertz) {
                return kilohertz / 1000 + " MHz";
            }
        };

        private final String file;

        Measure(String file) {
            this.file = file;
        }

        abstract String say(int value);

        /** The value of one CPU; 0 if the host does not tell. */
        int of(HostFiles files, int cpu) {
            String path = CPU + cpu + "/" + file;
            return files.text(path).flatMap(text -> files.parse(path, text, Integer::valueOf)).orElse(0);
        }
    }

    /** A CPU, what it is called, and how fast it is; 0 if the host does not tell. */
    private record Speed(int cpu, String name, int value) {
    }

    /** The kinds of some CPUs, the fastest first; at least one, which on most hosts is all there is. */
    static List<CpuKind> of(HostFiles files, CpuInfo info, List<Cpu> cpus) {
        List<Integer> ids = cpus.stream().map(Cpu::id).toList();
        Map<Integer, String> names = names(files, info, ids);
        Optional<Measure> measure = Stream.of(Measure.values())
            .filter(each -> ids.stream().allMatch(id -> each.of(files, id) > 0)).findFirst();
        List<Speed> speeds = new ArrayList<>();
        ids.forEach(id -> speeds.add(new Speed(id, names.get(id), measure.map(each -> each.of(files, id)).orElse(0))));
        // The fastest first; where no speed is told, Intel's in their order, others as they come.
        speeds.sort(Comparator.comparingInt((Speed speed) -> -speed.value())
            .thenComparingInt(speed -> INTEL.indexOf(speed.name())).thenComparingInt(Speed::cpu));
        return kinds(speeds).stream().map(kind -> of(kind, measure)).toList();
    }

    private static CpuKind of(List<Speed> kind, Optional<Measure> measure) {
        Speed fastest = kind.get(0);
        List<String> words = new ArrayList<>();
        if (!fastest.name().isEmpty()) {
            words.add(fastest.name());
        }
        measure.ifPresent(each -> words.add(each.say(fastest.value())));
        return new CpuKind(String.join(", ", words), CpuSet.of(kind.stream().mapToInt(Speed::cpu).toArray()));
    }

    /** Its CPUs and its name, such as {@code 0-15 cpu_core, 5100 MHz}. */
    @Override
    public String toString() {
        return name.isEmpty() ? cpus.toString() : cpus + " " + name;
    }

    private static List<List<Speed>> kinds(List<Speed> speeds) {
        List<List<Speed>> kinds = new ArrayList<>();
        Map<String, List<Speed>> latest = new HashMap<>();
        for (Speed speed : speeds) {
            List<Speed> kind = latest.get(speed.name());
            if (kind == null || speed.value() < AS_FAST * kind.get(0).value()) {
                kind = new ArrayList<>();
                latest.put(speed.name(), kind);
                kinds.add(kind);
            }
            kind.add(speed);
        }
        return kinds;
    }

    private static Map<Integer, String> names(HostFiles files, CpuInfo info, List<Integer> ids) {
        Map<Integer, String> names = new LinkedHashMap<>();
        ids.forEach(id -> names.put(id, ""));
        for (String unit : INTEL) {
            files.cpus(DEVICES + unit + "/cpus").ifPresent(cpus -> ids.stream().filter(cpus::contains)
                .forEach(id -> names.put(id, unit)));
        }
        // Numbers that are not the host's, as lxcfs has them, leave CPUs without a line: then none is trusted.
        if (names.values().stream().allMatch(String::isEmpty)
            && ids.stream().allMatch(id -> info.modelOf(id).isPresent())) {
            ids.forEach(id -> names.put(id, info.modelOf(id).get()));
        }
        if (names.values().stream().distinct().count() == 1) {
            ids.forEach(id -> names.put(id, "")); // what all are called tells none from another
        }
        return names;
    }
}
