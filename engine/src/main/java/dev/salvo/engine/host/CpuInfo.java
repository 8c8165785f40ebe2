package dev.salvo.engine.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/** What {@code /proc/cpuinfo} says, in the words of each architecture. */
final class CpuInfo {
    private static final String FILE = "proc/cpuinfo";
    private static final String IMPLEMENTER = "CPU implementer";
    private static final String UNKNOWN = "unknown CPU model";
    private static final Properties ARM = armCpus();

    /** The keys of a name that is fit to be shown: x86 and ia64, LoongArch, MIPS and alpha, ppc and SPARC, RISC-V. */
    private static final List<String> NAMES = List.of("model name", "Model Name", "cpu model", "cpu", "uarch");

    private final Map<String, String> common = new HashMap<>();
    private final List<Map<String, String>> sections = new ArrayList<>();
    private final Map<Integer, Map<String, String>> cpus = new HashMap<>();

    CpuInfo(HostFiles files) {
        Map<String, String> section = new HashMap<>();
        for (String line : files.lines(FILE)) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String key = line.substring(0, colon).strip();
            String value = line.substring(colon + 1).strip();
            boolean numbered = key.equals("processor") && value.matches("[0-9]{1,5}");
            if (numbered || sections.isEmpty() || key.equals(IMPLEMENTER) && section.containsKey(key)) {
                section = new HashMap<>();
                sections.add(section);
            }
            if (numbered) {
                cpus.putIfAbsent(Integer.parseInt(value), section);
            } else {
                section.putIfAbsent(key, value);
                common.putIfAbsent(key, value);
            }
        }
    }

    /** The names of all kinds of CPU, each once. */
    String model() {
        Set<String> names = new LinkedHashSet<>();
        sections.forEach(section -> name(section).ifPresent(names::add));
        if (names.isEmpty()) {
            // Each section may have a part of it only; a 32-bit Arm kernel of old has words about the whole at least.
            names.add(name(common).orElse(common.getOrDefault("Processor", common.getOrDefault("Hardware", UNKNOWN))));
        }
        return String.join(", ", names);
    }

    /** The name of one CPU; empty if there is nothing about it alone. */
    Optional<String> modelOf(int cpu) {
        return Optional.ofNullable(cpus.get(cpu)).flatMap(CpuInfo::name);
    }

    /** Whether a CPU's flags name the hypervisor. */
    boolean hypervisor() {
        return List.of(common.getOrDefault("flags", "").split(" ")).contains("hypervisor");
    }

    private static Optional<String> name(Map<String, String> words) {
        // An Arm kernel for 32 bits has a "model name" of the architecture only: the numbers tell more.
        return arm(words).or(() -> NAMES.stream().map(words::get).filter(name -> name != null && !name.isEmpty())
            .findFirst()).or(() -> numbered(words));
    }

    private static Optional<String> arm(Map<String, String> words) {
        String implementer = words.get(IMPLEMENTER);
        String part = words.get("CPU part");
        if (implementer == null || part == null) {
            return Optional.empty();
        }
        return Optional.of(ARM.getProperty((implementer + '.' + part).toLowerCase(Locale.ROOT),
            IMPLEMENTER + " " + implementer + " part " + part));
    }

    /** Names of which only numbers are told: by s390, RISC-V and those x86 and ia64 that have no model name. */
    private static Optional<String> numbered(Map<String, String> words) {
        String vendor = words.getOrDefault("vendor_id", words.get("vendor"));
        if (vendor != null) {
            return Optional.of(vendor + labelled("machine", words.getOrDefault("machine", machine(words)))
                + labelled("family", words.getOrDefault("cpu family", words.get("family")))
                + labelled("model", words.get("model")));
        }
        if (words.containsKey("mvendorid") && words.containsKey("marchid")) {
            return Optional.of("RISC-V vendor " + words.get("mvendorid") + " architecture " + words.get("marchid"));
        }
        return Optional.ofNullable(words.get("isa")).map(isa -> "RISC-V " + isa);
    }

    private static String labelled(String label, String value) {
        return value == null ? "" : " " + label + " " + value;
    }

    /** Of {@code processor 0: version = FF, identification = 29AA14, machine = 2817}. */
    private static String machine(Map<String, String> words) {
        List<String> machines = new ArrayList<>();
        words.forEach((key, value) -> {
            int equals = value.lastIndexOf("machine = ");
            if (key.startsWith("processor ") && equals >= 0) {
                machines.add(value.substring(equals + "machine = ".length()).strip());
            }
        });
        return machines.isEmpty() ? null : machines.get(0);
    }

    private static Properties armCpus() {
        Properties names = new Properties();
        try (InputStream in = CpuInfo.class.getResourceAsStream("arm-cpus.properties")) {
            names.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("arm-cpus.properties in the jar", e);
        }
        return names;
    }
}
