package dev.salvo.workloads.trace;

import java.util.Map;
import java.util.TreeMap;

/** Cachegrind's nine counts by the names that its output file gives them. */
final class Cachegrind {
    private Cachegrind() {
    }

    /** Those of a whole program, from the text of cachegrind's output file. */
    static Map<String, Long> counts(String output) {
        String[] events = line(output, "events: ");
        String[] summary = line(output, "summary: ");
        Map<String, Long> counts = new TreeMap<>();
        for (int i = 0; i < events.length; i++) {
            counts.put(events[i], Long.valueOf(summary[i]));
        }
        return counts;
    }

    /** The same of TLBs. */
    static Map<String, Long> counts(SplitTlb tlb) {
        TlbCounts i = tlb.instructions();
        TlbCounts r = tlb.reads();
        TlbCounts w = tlb.writes();
        return new TreeMap<>(Map.of(
            "Ir", i.refs(), "I1mr", i.l1Misses(), "ILmr", i.l2Misses(),
            "Dr", r.refs(), "D1mr", r.l1Misses(), "DLmr", r.l2Misses(),
            "Dw", w.refs(), "D1mw", w.l1Misses(), "DLmw", w.l2Misses()));
    }

    private static String[] line(String output, String head) {
        return output.lines()
            .filter(line -> line.startsWith(head))
            .map(line -> line.substring(head.length()).trim().split(" "))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no line \"" + head + "\" in: " + output));
    }
}
