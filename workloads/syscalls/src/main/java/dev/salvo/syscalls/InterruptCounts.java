package dev.salvo.syscalls;

import dev.salvo.engine.host.CpuSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The two rows of {@code /proc/interrupts} in which shootdowns show, CPU by CPU. CPUs that are offline have no column there.
 *
 * <p>x86 calls them TLB and CAL; arm64 and others have calls of functions only, in a row of another name. So it is what stands
 * at the end of a row that is looked for. The kernel keeps 32 bits of each, which come round.
 *
 * <p>Immutable: any thread may use it.
 */
final class InterruptCounts {
    private static final String FILE = "proc/interrupts";
    private static final String SHOOTDOWNS = "TLB shootdowns";
    private static final String CALLS = "Function call interrupts";

    private final Map<Integer, Long> tlb;
    private final Map<Integer, Long> cal;

    private InterruptCounts(Map<Integer, Long> tlb, Map<Integer, Long> cal) {
        this.tlb = tlb;
        this.cal = cal;
    }

    /** Reads them as they are now; no rows where there is no such file, or it may not be read. */
    static InterruptCounts read(Path root) {
        try {
            return parse(Files.readString(root.resolve(FILE), StandardCharsets.ISO_8859_1));
        } catch (IOException hidden) {
            return new InterruptCounts(Map.of(), Map.of());
        }
    }

    /** Reads them from the file's text. */
    static InterruptCounts parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty()) {
            return new InterruptCounts(Map.of(), Map.of());
        }
        List<Integer> cpus = new ArrayList<>();
        for (String column : lines.get(0).strip().split("\\s+")) {
            if (column.matches("CPU[0-9]{1,5}")) {
                cpus.add(Integer.parseInt(column.substring("CPU".length())));
            }
        }
        return new InterruptCounts(row(lines, cpus, SHOOTDOWNS), row(lines, cpus, CALLS));
    }

    /** By CPU; empty if there is no such row. One that has fewer numbers than there are columns counts for those. */
    private static Map<Integer, Long> row(List<String> lines, List<Integer> cpus, String name) {
        Map<Integer, Long> row = new HashMap<>();
        for (String line : lines) {
            if (line.stripTrailing().endsWith(name)) {
                String[] words = line.substring(line.indexOf(':') + 1).strip().split("\\s+");
                for (int i = 0; i < Math.min(cpus.size(), words.length) && words[i].matches("[0-9]{1,10}"); i++) {
                    row.put(cpus.get(i), Long.parseLong(words[i]));
                }
            }
        }
        return row;
    }

    /** Whether there is nothing at all of what every kernel has: arm64, too, has calls of functions. */
    boolean isHidden() {
        return tlb.isEmpty() && cal.isEmpty();
    }

    boolean hasTlb() {
        return !tlb.isEmpty();
    }

    boolean hasCal() {
        return !cal.isEmpty();
    }

    /** By how much TLB rose on some CPUs since, 0 or more; NaN if the row is not there, or lacks one of them, then or now. */
    double tlbSince(InterruptCounts earlier, CpuSet cpus) {
        return rise(earlier.tlb, tlb, cpus);
    }

    /** The same of the calls of functions, which fall a little where old kernels subtract TLB: they have not risen then. */
    double calSince(InterruptCounts earlier, CpuSet cpus) {
        return rise(earlier.cal, cal, cpus);
    }

    private static double rise(Map<Integer, Long> before, Map<Integer, Long> after, CpuSet cpus) {
        if (before.isEmpty() || after.isEmpty()) {
            return Double.NaN;
        }
        double rise = 0;
        for (int cpu : cpus.stream().toArray()) {
            Long was = before.get(cpu);
            Long is = after.get(cpu);
            if (was == null || is == null) {
                return Double.NaN;
            }
            rise += (int) (is - was); // 32 bits that come round
        }
        return Math.max(0, rise);
    }
}
