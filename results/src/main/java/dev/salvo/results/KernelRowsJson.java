package dev.salvo.results;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rows of the kernel's clock as a JSON array, for other programs. The keys are a promise: they are added to, not renamed. What is
 * not known is {@code null}. Where {@code valid} is false, {@code nsPerOp} is of nobody knows what, and what it is over the
 * control stands under {@code overControlNotCounted}, not under {@code overControl}.
 */
public final class KernelRowsJson {
    private KernelRowsJson() {
    }

    /**
     * Writes rows.
     *
     * @param rows what {@link RunFolder#kernelRows} returned
     * @return an indented array of one object for each row, in their order, with a line feed at the end
     */
    public static String of(List<KernelRow> rows) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        rows.forEach(row -> write(row, array.addObject()));
        return Json.pretty(array);
    }

    private static void write(KernelRow row, ObjectNode node) {
        KernelPoint point = row.point();
        node.put("clock", KernelPointFile.CLOCK).put("op", point.op()).put("cores", point.cores()).put("senders", point.senders())
            .put("pages", point.pages()).put("others", point.others());
        ObjectNode time = node.putObject("nsPerOp");
        RowsJson.put(time, "mean", row.nsPerOp().mean());
        RowsJson.put(time, "low", row.nsPerOp().low());
        RowsJson.put(time, "high", row.nsPerOp().high());
        RowsJson.put(time, "p50", row.percentile(50));
        RowsJson.put(time, "p99", row.percentile(99));
        RowsJson.put(time, "p999", row.percentile(99.9));
        RowsJson.put(time, "max", row.percentile(100));
        RowsJson.put(node, "shootdowns", row.shootdowns());
        RowsJson.put(node, "targets", row.targets());
        node.put("valid", row.valid()).put("why", row.why()).put("placement", point.placement());
        RowsJson.put(node, "nsPerPage", row.nsPerPage());
        node.put("control", row.control() == null ? null : row.control().point().others());
        boolean isCost = row.valid() && row.control() != null && row.control().valid();
        write(node, "overControl", isCost ? row.overControl() : Estimate.UNKNOWN);
        write(node, "overControlNotCounted", isCost ? Estimate.UNKNOWN : row.overControl());
        write(node, "perTarget", row.perTarget());
        write(node, "perShootdown", row.perShootdown());
        RowsJson.put(node, "opsPerSecond", row.opsPerSecond());
        RowsJson.put(node, "emptyNanos", row.emptyNanos());
        node.put("replicates", row.replicates().size()).put("validReplicates",
            (int) row.replicates().stream().filter(KernelReplicate::valid).count());
        node.put("counting", row.counting()).put("cpus", row.cpus()).put("oversubscribed", row.oversubscribed());
        ArrayNode nodes = node.putArray("memoryNodes");
        row.nodes().forEach(nodes::add);
        ObjectNode victims = node.putObject("victimSlowdown");
        for (Map.Entry<String, Replicates.Gain> victim : row.victims().entrySet()) {
            ObjectNode slowdown = victims.putObject(victim.getKey());
            RowsJson.put(slowdown, "ratio", victim.getValue().ratio());
            RowsJson.put(slowdown, "low", victim.getValue().low());
            RowsJson.put(slowdown, "high", victim.getValue().high());
        }
    }

    private static void write(ObjectNode node, String key, Estimate estimate) {
        if (!estimate.known()) {
            node.putNull(key);
            return;
        }
        ObjectNode object = node.putObject(key);
        RowsJson.put(object, "mean", estimate.mean());
        RowsJson.put(object, "low", estimate.low());
        RowsJson.put(object, "high", estimate.high());
    }
}
