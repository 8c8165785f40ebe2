package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A run for other programs: every result of JMH's in one array, as visualizers take a file for a run, and every replicate, which
 * is a JVM that measured, as a row of its own, tidy, so that whatever is asked can be asked of it: as CSV (RFC 4180, with a line of names) and as NDJSON.
 *
 * <p>A row says of which run and host it is and when it was measured, where on every axis, which measure (total, split,
 * control) at which dilation, and then the mean over the replicate's iterations of every metric that its result has, under
 * the metric's own name; of those that are per page, time over pages. What is not known is an empty field, or null.
 * Nothing in it is extrapolated: what a paced replicate has is what was measured at its dilation.
 */
final class Exports {
    private static final String PER_PAGE = "PerPage";
    private static final Set<Axis> ALL = EnumSet.allOf(Axis.class);

    private final ArrayNode results = Json.MAPPER.createArrayNode();
    private final List<ObjectNode> rows = new ArrayList<>();

    /**
     * A run.
     *
     * @param name  the run's
     * @param host  as {@link RunFolder#host} describes it
     * @param files the arrays of JMH's results, by point, in order
     */
    Exports(String name, Map<String, Object> host, Map<Point, JsonNode> files) {
        files.forEach((point, all) -> all.forEach(result -> {
            results.add(result);
            replicates(name, host, point, result);
        }));
    }

    private void replicates(String name, Map<String, Object> host, Point point, JsonNode result) {
        JmhResult jmh = new JmhResult(result, point.name());
        List<Replicate> known = jmh.replicates();
        JsonNode params = result.path("params");
        for (int i = 0; i < jmh.forks(); i++) {
            Replicate of = known.isEmpty() ? null : known.get(i);
            ObjectNode row = Json.MAPPER.createObjectNode();
            row.put("run", name).put("host", String.valueOf(host.get(RunFolder.HOSTNAME)))
                .put("runStart", host.get("start") instanceof String start ? start : null).put("point", point.name());
            RowsJson.put(point, ALL, row);
            row.put("measure", params.path("measure").asString(""));
            String dilation = params.path("dilation").asString("");
            if (dilation.isBlank()) {
                row.putNull("dilation");
            } else {
                row.put("dilation", Double.parseDouble(dilation)); // which whoever read the row has looked at
            }
            row.put("replicate", i + 1);
            row.put("round", of == null ? null : (Integer) of.round()).put("at", of == null ? null : of.at().toString())
                .put("steady", of == null ? null : (Boolean) of.steady());
            put(row, "droppedIterations", of, replicate -> replicate.dropped().size());
            put(row, "pages", of, replicate -> replicate.pages().stream().mapToDouble(Double::doubleValue).sum());
            put(row, "foreignCpuShare", of, Replicate::foreignCpuShare);
            put(row, "stealShare", of, Replicate::stealShare);
            put(row, "turnNanos", of, Replicate::turnNanos);
            put(row, "roundTripNanos", of, Replicate::roundTripNanos);
            for (Map.Entry<String, JsonNode> metric : new TreeMap<>(metrics(result)).entrySet()) {
                double[] iterations = numbers(metric.getValue().path("rawData").path(i));
                boolean isOfPages = of != null && metric.getKey().endsWith(PER_PAGE) && of.pages().size() == iterations.length;
                RowsJson.put(row, metric.getKey(), isOfPages ? of.figure(iterations) : new Mean().evaluate(iterations));
            }
            rows.add(row);
        }
    }

    private static void put(ObjectNode row, String key, Replicate of, ToDoubleFunction<Replicate> figure) {
        RowsJson.put(row, key, of == null ? Double.NaN : figure.applyAsDouble(of));
    }

    private static double[] numbers(JsonNode array) {
        return array.valueStream().mapToDouble(value -> value.isNumber() ? value.doubleValue() : Double.NaN).toArray();
    }

    private static Map<String, JsonNode> metrics(JsonNode result) {
        return result.path("secondaryMetrics").properties().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** What JMH would have written, had it measured all points in one go. */
    String jmh() {
        return Json.pretty(results);
    }

    /** A line for each replicate, an object each. */
    String ndjson() {
        Set<String> columns = columns();
        return rows.stream().map(row -> {
            ObjectNode whole = Json.MAPPER.createObjectNode();
            columns.forEach(column -> whole.set(column, row.has(column) ? row.get(column) : null));
            return Json.MAPPER.writeValueAsString(whole) + '\n';
        }).collect(Collectors.joining());
    }

    /** A line of names, and one for each replicate; empty if there is none. */
    String csv() {
        Set<String> columns = columns();
        StringBuilder csv = new StringBuilder(columns.isEmpty() ? "" : String.join(",", columns) + "\r\n");
        rows.forEach(row -> csv.append(columns.stream().map(column -> field(row.path(column)))
            .collect(Collectors.joining(","))).append("\r\n"));
        return csv.toString();
    }

    private Set<String> columns() {
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(row -> columns.addAll(row.propertyNames()));
        return columns;
    }

    private static String field(JsonNode value) {
        String text = value.isNull() || value.isMissingNode() ? "" : value.asString();
        return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
