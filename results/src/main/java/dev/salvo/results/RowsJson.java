package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rows as a JSON array, for other programs. The keys are a promise: they are added to, not renamed. A figure that was
 * not measured is {@code null}; NaN and infinities are never written. Keys that only one clock has are {@code null} on
 * the other.
 */
public final class RowsJson {
    private RowsJson() {
    }

    /**
     * Writes rows.
     *
     * @param rows the rows
     * @return an indented array of one object for each row, in their order, with a line feed at the end
     */
    public static String of(List<Row> rows) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        rows.forEach(row -> write(row, array.addObject()));
        return Json.pretty(array);
    }

    private static void write(Row row, ObjectNode node) {
        put(row.point(), node);
        write(row.nsPerPage(), node.putObject("nsPerPage"));
        ObjectNode error = node.putObject("nsPerPageError");
        put(error, "low", row.nsPerPageError().low());
        put(error, "high", row.nsPerPageError().high());
        error.put("confidencePercent", Interval.CONFIDENCE_PERCENT);
        error.put("over", Point.word(row.nsPerPageError().over()));
        put(node, "pagesPerSecond", row.pagesPerSecond());
        put(node, "opsPerSecond", row.opsPerSecond());
        put(node, "splitNsPerPage", row.split().nsPerPage());
        node.put("splitDisturbs", row.splitDisturbs());
        put(node, "issueNsPerPage", row.split().issueNsPerPage());
        put(node, "waitNsPerPage", row.split().waitNsPerPage());
        put(node, "softwareNsPerPage", row.split().softwareNsPerPage());
        put(node, "flushShare", row.split().flushShare());
        Row.Counts counts = row.counts();
        put(node, "tlbiPerPage", counts.tlbiPerPage());
        put(node, "dsbIshPerPage", counts.dsbIshPerPage());
        put(node, "dsbIshstPerPage", counts.dsbIshstPerPage());
        put(node, "tlbHits", counts.tlbHits());
        put(node, "tlbMisses", counts.tlbMisses());
        write(row.ackDelayNs(), node.putObject("ackDelayNs"));
        put(node, "victimSlowdown", row.victimSlowdown());
        node.put("staleUses", counts.staleUses());
        put(node, "yields", counts.yields());
        put(node, "wakeUps", counts.wakeUps());
        put(node, "wakeUpsPerPage", counts.wakeUpsPerPage());
        put(node, "runDelayMs", counts.runDelayMs());
        node.put("hostCpus", row.hostCpus());
        node.put("oversubscribed", row.oversubscribed());
        put(node, "batchingGain", row.batchingGain());
        node.put("forks", row.forks());
        node.put("jdk", row.jdk());
        write(row.paced(), node);
    }

    /** Where a figure was measured, a key for each axis. */
    static void put(Point point, ObjectNode node) {
        for (Axis axis : Axis.values()) {
            if (axis.isNumber()) {
                node.put(axis.key(), point.number(axis));
            } else {
                node.put(axis.key(), point.value(axis).isEmpty() ? null : point.value(axis));
            }
        }
    }

    private static void write(Row.Paced paced, ObjectNode node) {
        if (paced == null) {
            List.of("dilation", "errorBound", "straight", "slipShare", "overrunNs", "slowdown").forEach(node::putNull);
            return;
        }
        put(node, "dilation", paced.dilation());
        put(node, "errorBound", paced.errorBound());
        node.put("straight", paced.straight());
        put(node, "slipShare", paced.slipShare());
        write(paced.overrunNs(), node.putObject("overrunNs"));
        put(node, "slowdown", paced.slowdown());
    }

    private static void write(Row.Distribution times, ObjectNode node) {
        put(node, "mean", times.mean());
        put(node, "p50", times.p50());
        put(node, "p99", times.p99());
        put(node, "p999", times.p999());
        put(node, "max", times.max());
    }

    static void put(ObjectNode node, String key, double value) {
        if (!Double.isFinite(value)) {
            node.putNull(key);
        } else if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            node.put(key, (long) value);
        } else {
            node.put(key, value);
        }
    }
}
