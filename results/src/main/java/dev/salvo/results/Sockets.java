package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.ClockKind;
import dev.salvo.point.Point;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Where machines that grow on a host enter another of its sockets, NUMA nodes or dies. The time steps there, which is
 * neither contention nor coherence, and no law reaches across.
 *
 * @param ends with how many cores each of them is full, when they are filled one after another; empty if that is not known,
 *             as of a virtual machine, whose topology is not the silicon's
 * @param cpus how many CPUs there are in all; 0 if that is not known
 */
record Sockets(List<Integer> ends, int cpus) {

    private static final String COMPACT = "compact";

    /**
     * A host's.
     *
     * @param host as {@code host.json} describes it
     */
    static Sockets of(Map<String, Object> host) {
        return new Sockets(ends(host), host.get("usableCpus") instanceof Integer usable ? usable : 0);
    }

    private static List<Integer> ends(Map<String, Object> host) {
        if (!(host.get("cpus") instanceof Collection<?> cpus) || !Boolean.FALSE.equals(host.get("virtualised"))
            || !Integer.valueOf(cpus.size()).equals(host.get("usableCpus"))) {
            return List.of();
        }
        List<List<Integer>> places = new ArrayList<>();
        List<List<Integer>> first = new ArrayList<>();
        for (Object each : cpus) {
            if (!(each instanceof Map<?, ?> cpu) || !(cpu.get("id") instanceof Integer id)
                || !(cpu.get("socket") instanceof Integer socket) || !(cpu.get("node") instanceof Integer node)
                || !(cpu.get("die") instanceof Integer die) || !(cpu.get("core") instanceof Integer core)) {
                return List.of();
            }
            places.add(List.of(socket, node, die));
            if (id == 0) {
                first.add(List.of(socket, node, die, core));
            }
        }
        places.sort((a, b) -> a.get(0) != b.get(0).intValue() ? a.get(0) - b.get(0)
            : a.get(1) != b.get(1).intValue() ? a.get(1) - b.get(1) : a.get(2) - b.get(2));
        List<Integer> ends = new ArrayList<>();
        for (int i = 1; i <= places.size(); i++) {
            if (i == places.size() || !places.get(i).equals(places.get(i - 1))) {
                ends.add(i);
            }
        }
        return ends.stream().map(end -> end == places.size() ? end : end - kept(cpus, first)).toList();
    }

    /** CPU 0 and its siblings are given out last. */
    private static int kept(Collection<?> cpus, List<List<Integer>> first) {
        return (int) cpus.stream().filter(each -> first.stream().anyMatch(place -> each instanceof Map<?, ?> cpu
            && place.equals(List.of(cpu.get("socket"), cpu.get("node"), cpu.get("die"), cpu.get("core"))))).count();
    }

    /** Whether it is known of a point: of the native clock, with neighbours first. */
    boolean told(Point point) {
        return !ends.isEmpty() && point.clock() == ClockKind.NATIVE && point.value(Axis.PLACEMENT).equals(COMPACT);
    }

    /** How many CPUs the host of a row has: a machine of fewer cores was pinned to some of them only, and knows no others. */
    int cpus(Row row) {
        return Math.max(cpus, row.hostCpus());
    }

    /** How many of them a machine has filled and left: 0 if that is not known. */
    int left(Point point) {
        return told(point) ? (int) ends.stream().filter(end -> end < point.cores()).count() : 0;
    }

    /** The greatest core count that enters no further one. */
    int end(Point point) {
        return ends.stream().filter(end -> end >= point.cores()).findFirst().orElse(point.cores());
    }
}
