package dev.salvo.results;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
        return Row.shown(sweepPoints().stream().map(MadeUp::row).toList());
    }

    /** The points of {@link #sweep}. */
    static List<MadeUp> sweepPoints() {
        int[] cores = {8, 16, 32, 64, 100};
        double[] sync = {5_080, 11_930, 25_400, 61_200, 112_000};
        double[] batched = {182, 391, 801, 2_010, 4_650};
        double[] syncAll = {14_200, 64_100, 236_000, 910_000, 2_260_000};
        double[] batchedAll = {930, 3_720, 13_100, 47_800, 109_000};
        List<MadeUp> points = new ArrayList<>();
        for (int i = 0; i < cores.length; i++) {
            points.add(point(cores[i], 1, "sync", sync[i]));
            points.add(point(cores[i], 1, "batched", batched[i]));
            points.add(point(cores[i], cores[i], "sync", syncAll[i]));
            points.add(point(cores[i], cores[i], "batched", batchedAll[i]));
        }
        return points;
    }

    /**
     * A paced point, 8 cores, one sender, synchronous: three forks at dilations 1000, 2000 and 4000, every figure on a
     * straight line in 1 / dilation, a page at {@code nsPerPage} + {@code host} / dilation nanoseconds.
     */
    static MadeUp paced(String profile, double nsPerPage, double host) {
        MadeUp made = point();
        ObjectNode sample = (ObjectNode) made.results.get(TOTAL).deepCopy();
        made.results.removeAll();
        for (int dilation : new int[] {1000, 2000, 4000}) {
            made.results.add(sample.deepCopy());
            ((ObjectNode) made.results.get(made.results.size() - 1).get("params")).put("dilation", "" + dilation);
        }
        made.param("clock", "paced").param("profile", profile).param("workload", "seed").param("profileFile", "");
        made.line("nsPerPage", nsPerPage, host).line("issueNsPerPage", nsPerPage / 20, 0)
            .line("waitNsPerPage", nsPerPage / 4, host).line("softwareNsPerPage", nsPerPage * 0.7, 0)
            .line("flushShare", 0.05, 10).rate("opsPerSecond", 2e5, 100).rate("pagesPerSecond", 1e9 / nsPerPage, 0)
            .line("slipShare", 0, 10).line("overrunNs", 20, 4000).line("slowdown", 0, 0);
        for (int i = 0; i < made.results.size(); i++) {
            made.metric(i, "slowdown").put("score", dilation(made.results.get(i)) * 1.25);
        }
        return made;
    }

    /** A paced sweep as it might show on a chip of 128 cores: both strategies, one sender and all. */
    static List<Row> pacedSweep(String profile) {
        return Row.shown(pacedSweepPoints(profile).stream().map(MadeUp::row).toList());
    }

    /** The points of {@link #pacedSweep}. */
    static List<MadeUp> pacedSweepPoints(String profile) {
        int[] cores = {8, 16, 32, 64, 128};
        List<MadeUp> points = new ArrayList<>();
        for (int n : cores) {
            for (int senders : new int[] {1, n}) {
                double wait = (250 + 3.2 * n) * Math.sqrt(senders);
                points.add(paced(profile, 4600 + wait, 90_000 + 4000.0 * n).param("cores", n).param("senders", senders));
                points.add(paced(profile, 4600 + wait / 31, 60_000 + 1000.0 * n).param("cores", n)
                    .param("senders", senders).param("strategy", "batched"));
            }
        }
        return points;
    }

    /** Makes a paced metric {@code limit} + {@code host} / dilation, in each of three forks, percentiles with it. */
    MadeUp line(String metric, double limit, double host) {
        for (int i = 0; i < results.size(); i++) {
            double figure = limit + host / dilation(results.get(i));
            figures(i, metric, figure, figure, figure);
        }
        return this;
    }

    /** Sets what each fork of a result measured, the score their mean, and the percentiles beside it. */
    MadeUp figures(int result, String metric, double... forks) {
        ((ObjectNode) results.get(result)).put("forks", forks.length);
        ObjectNode metrics = (ObjectNode) results.get(result).get("secondaryMetrics");
        double mean = Arrays.stream(forks).average().getAsDouble();
        ObjectNode figure = metrics.putObject(metric).put("score", mean);
        figure.putObject("scorePercentiles").put("50.0", mean).put("99.0", mean * 1.5).put("99.9", mean * 2)
            .put("100.0", mean * 3);
        ArrayNode raw = figure.putArray("rawData");
        for (double fork : forks) {
            raw.addArray().add(fork).add(fork);
        }
        for (Map.Entry<String, JsonNode> other : metrics.properties()) {
            if (other.getValue().get("rawData").size() != forks.length) {
                ArrayNode same = ((ObjectNode) other.getValue()).putArray("rawData");
                for (double fork : forks) {
                    same.addArray().add(other.getValue().get("score").doubleValue());
                }
            }
        }
        return this;
    }

    /** The same of a rate: one takes 1 + {@code host} / dilation times as long as at {@code limit}. */
    MadeUp rate(String metric, double limit, double host) {
        for (int i = 0; i < results.size(); i++) {
            double figure = limit / (1 + host / dilation(results.get(i)));
            figures(i, metric, figure, figure, figure);
        }
        return this;
    }

    /** Adds controls to a paced point: victims that ran {@code slowdown} + {@code host} / dilation times as fast. */
    MadeUp victims(double slowdown, double host) {
        line("victimAccessesPerCpuSecond", 1e6, 0);
        for (JsonNode total : results.deepCopy()) {
            ObjectNode control = (ObjectNode) total;
            ((ObjectNode) control.get("params")).put("measure", "control");
            results.add(control);
            double accesses = 1e6 * (slowdown + host / dilation(control));
            figures(results.size() - 1, "victimAccessesPerCpuSecond", accesses, accesses, accesses);
        }
        return this;
    }

    /** Tells of each fork of every result in which round it was measured, as runs do since there are rounds. */
    MadeUp inRounds() {
        for (JsonNode result : results) {
            ArrayNode replicates = ((ObjectNode) result).putArray("replicates");
            for (int round = 1; round <= result.get("forks").intValue(); round++) {
                ObjectNode replicate = replicates.addObject().put("round", round).put("at", "2026-12-01T10:00:00Z")
                    .put("steady", true);
                replicate.putArray("dropped");
                ArrayNode pages = replicate.putArray("pages");
                result.get("secondaryMetrics").get("nsPerPage").get("rawData").get(round - 1).forEach(window -> pages.add(256));
                replicate.putNull("foreignCpuShare").putNull("stealShare").putNull("turnNanos").putNull("roundTripNanos");
            }
        }
        return this;
    }

    /** Adds a check of a paced point: a page at a dilation beyond, in each of three forks. */
    MadeUp check(int dilation, double... nsPerPage) {
        ObjectNode check = (ObjectNode) results.get(TOTAL).deepCopy();
        ((ObjectNode) check.get("params")).put("measure", "check").put("dilation", "" + dilation);
        results.add(check);
        return figures(results.size() - 1, "nsPerPage", nsPerPage);
    }

    private static double dilation(JsonNode result) {
        return Double.parseDouble(result.get("params").get("dilation").stringValue());
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

    /** Adds what runs count since there are workloads other than the published program. */
    MadeUp opsPerSecond(double rate) {
        for (JsonNode result : results) {
            ObjectNode metrics = (ObjectNode) result.get("secondaryMetrics");
            metrics.set("opsPerSecond", metrics.get("pagesPerSecond").deepCopy());
        }
        return score("opsPerSecond", rate);
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

    /**
     * Tells in which rounds the forks of a result were measured, and what their iterations were; each was of 1000 pages, and
     * what else there is to note is noted.
     */
    MadeUp rounds(int result, int[] rounds, double[]... nsPerPage) {
        ObjectNode of = (ObjectNode) results.get(result);
        of.put("forks", rounds.length);
        of.get("secondaryMetrics").properties().forEach(metric -> {
            ArrayNode raw = ((ObjectNode) metric.getValue()).putArray("rawData");
            for (double[] fork : nsPerPage) {
                ArrayNode iterations = raw.addArray();
                for (double iteration : fork) {
                    iterations.add(metric.getKey().equals("nsPerPage") ? iteration
                        : metric.getValue().get("score").doubleValue());
                }
            }
        });
        ArrayNode replicates = of.putArray("replicates");
        for (int i = 0; i < rounds.length; i++) {
            ObjectNode replicate = replicates.addObject().put("round", rounds[i]).put("at", "2026-12-01T10:00:00Z")
                .put("steady", true).put("foreignCpuShare", 0.01 * rounds[i]).put("stealShare", 0.0)
                .put("turnNanos", 300 + rounds[i]).put("roundTripNanos", 100 - rounds[i]);
            replicate.putArray("dropped").add(3 * nsPerPage[i][0]);
            ArrayNode pages = replicate.putArray("pages");
            Arrays.stream(nsPerPage[i]).forEach(any -> pages.add(1000));
        }
        return this;
    }

    /** The same of every result: a fork for each factor, of rounds 1, 2 and on, with an iteration of its score times that. */
    MadeUp rounds(double... factors) {
        int[] rounds = IntStream.rangeClosed(1, factors.length).toArray();
        for (int i = 0; i < results.size(); i++) {
            double score = metric(i, "nsPerPage").get("score").doubleValue();
            rounds(i, rounds, Arrays.stream(factors).mapToObj(factor -> new double[] {score * factor})
                .toArray(double[][]::new));
        }
        return this;
    }

    /** What is noted of a fork of a result. */
    ObjectNode replicate(int result, int fork) {
        return (ObjectNode) results.get(result).get("replicates").get(fork);
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
