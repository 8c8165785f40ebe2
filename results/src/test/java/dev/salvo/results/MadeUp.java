package dev.salvo.results;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A point's file that can be bent: starts as the made-up sample, 8 cores, one sender, synchronous. */
final class MadeUp {
    private static final int TOTAL = 0;
    private static final int SPLIT = 1;

    private final ArrayNode results;

    private MadeUp(ArrayNode results) {
        this.results = results;
    }

    /** The sample as it is. */
    static MadeUp point() {
        try (InputStream in = MadeUp.class.getResourceAsStream("/made-up/point.json")) {
            return new MadeUp((ArrayNode) Json.tree(in.readAllBytes(), "point.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A point that takes so long for a page. */
    static MadeUp point(int cores, int senders, String strategy, double nsPerPage) {
        return point().param("cores", cores).param("senders", senders).param("strategy", strategy).time(nsPerPage);
    }

    /** A sweep as a 2-CPU machine might show: both strategies, one sender and all. */
    static List<Row> sweep() {
        int[] cores = {8, 16, 32, 64, 100};
        double[] sync = {5_080, 11_930, 25_400, 61_200, 112_000};
        double[] batched = {182, 391, 801, 2_010, 4_650};
        double[] syncAll = {14_200, 64_100, 236_000, 910_000, 2_260_000};
        double[] batchedAll = {930, 3_720, 13_100, 47_800, 109_000};
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < cores.length; i++) {
            rows.add(point(cores[i], 1, "sync", sync[i]).row());
            rows.add(point(cores[i], 1, "batched", batched[i]).row());
            rows.add(point(cores[i], cores[i], "sync", syncAll[i]).row());
            rows.add(point(cores[i], cores[i], "batched", batchedAll[i]).row());
        }
        return Row.shown(rows);
    }

    /** A new run of a made-up host below a folder. */
    static RunFolder run(Path parent) {
        return RunFolder.create(parent, Map.of("hostname", "made-up"), Instant.parse("2026-01-02T03:04:05Z"));
    }

    /** Sets a parameter of every result. */
    MadeUp param(String name, Object value) {
        results.forEach(result -> ((ObjectNode) result.get("params")).put(name, value.toString()));
        return this;
    }

    /** Scales every time of the sample so that the mean of the uninstrumented fork is as given. */
    MadeUp time(double nsPerPage) {
        double factor = nsPerPage / metric(TOTAL, "nsPerPage").get("score").doubleValue();
        for (JsonNode result : results) {
            for (Map.Entry<String, JsonNode> metric : result.get("secondaryMetrics").properties()) {
                if (metric.getKey().endsWith("NsPerPage") || metric.getKey().equals("nsPerPage")) {
                    scale((ObjectNode) metric.getValue(), factor);
                }
            }
        }
        return this;
    }

    /** Sets the score of a metric of every result that has it. */
    MadeUp score(String metric, Object value) {
        for (JsonNode result : results) {
            if (result.get("secondaryMetrics").has(metric)) {
                ((ObjectNode) result.get("secondaryMetrics").get(metric)).putPOJO("score", value);
            }
        }
        return this;
    }

    /** Adds what runs count since cores can be made to sleep. */
    MadeUp wakeUpsPerPage(double count) {
        for (JsonNode result : results) {
            ObjectNode metrics = (ObjectNode) result.get("secondaryMetrics");
            metrics.set("wakeUpsPerPage", metrics.get("tlbiPerPage").deepCopy());
        }
        return score("wakeUpsPerPage", count);
    }

    /** Sets the forks of a metric of the uninstrumented result. */
    MadeUp forks(String metric, double[]... forks) {
        ((ObjectNode) results.get(TOTAL)).put("forks", forks.length);
        results.get(TOTAL).get("secondaryMetrics").properties().forEach(each -> {
            ArrayNode raw = ((ObjectNode) each.getValue()).putArray("rawData");
            for (double[] fork : forks) {
                ArrayNode iterations = raw.addArray();
                for (double iteration : fork) {
                    iterations.add(each.getKey().equals(metric) ? iteration
                        : each.getValue().get("score").doubleValue());
                }
            }
        });
        return this;
    }

    /** Makes the load a user program's, and adds the control that then belongs to the point. */
    MadeUp loaded(String load, double accesses, double controlAccesses) {
        param("load", load);
        victims(results.get(TOTAL), accesses);
        victims(results.get(SPLIT), accesses);
        ObjectNode control = (ObjectNode) results.get(TOTAL).deepCopy();
        ((ObjectNode) control.get("params")).put("measure", "control");
        victims(control, controlAccesses);
        results.add(control);
        return this;
    }

    /** The results, to be bent further. */
    ArrayNode results() {
        return results;
    }

    /** A metric of a result. */
    ObjectNode metric(int result, String name) {
        return (ObjectNode) results.get(result).get("secondaryMetrics").get(name);
    }

    /** What JMH would write. */
    byte[] json() {
        return Json.pretty(results).getBytes(StandardCharsets.UTF_8);
    }

    /** What Salvo makes of it. */
    Row row() {
        return PointFile.row(json(), "made-up.json");
    }

    private static void victims(JsonNode result, double accesses) {
        ObjectNode metrics = (ObjectNode) result.get("secondaryMetrics");
        metrics.set("victimAccessesPerCpuSecond", metrics.get("pagesPerSecond").deepCopy());
        ((ObjectNode) metrics.get("victimAccessesPerCpuSecond")).put("score", accesses);
    }

    private static void scale(ObjectNode metric, double factor) {
        metric.put("score", metric.get("score").doubleValue() * factor);
        ObjectNode percentiles = (ObjectNode) metric.get("scorePercentiles");
        for (String name : List.copyOf(percentiles.propertyNames())) {
            percentiles.put(name, percentiles.get(name).doubleValue() * factor);
        }
        for (JsonNode fork : metric.get("rawData")) {
            for (int i = 0; i < fork.size(); i++) {
                ((ArrayNode) fork).set(i, Json.MAPPER.getNodeFactory().numberNode(fork.get(i).doubleValue() * factor));
            }
        }
    }
}
