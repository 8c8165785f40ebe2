package dev.salvo.jmh;

import dev.salvo.point.Axis;
import dev.salvo.workloads.program.ExperimentSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Points that one JVM measures one after another. They differ in nothing but their cores and senders, and of what is measured
 * there it is one thing: so all load the same classes, and a JVM's start and its compiler's work are had once for them.
 *
 * @param measure the benchmark's parameter {@code measure}
 * @param points  the points, in the order in which they are measured; at least one
 */
public record Series(String measure, List<ExperimentSpec> points) {
    /** All that is to be measured at some points of the native clock, as few series as can be. */
    static List<Series> of(Collection<ExperimentSpec> points) {
        Map<List<Object>, List<ExperimentSpec>> series = new LinkedHashMap<>();
        for (ExperimentSpec point : points) {
            for (String measure : PointRunner.measures(point)) {
                series.computeIfAbsent(List.of(measure, alike(point)), none -> new ArrayList<>()).add(point);
            }
        }
        List<Series> all = new ArrayList<>();
        series.forEach((key, some) -> all.add(new Series((String) key.get(0), some)));
        return all;
    }

    private static Object alike(ExperimentSpec spec) {
        Map<Axis, String> values = spec.point().values();
        values.remove(Axis.CORES);
        values.remove(Axis.SENDERS);
        return values;
    }
}
