package dev.salvo.results;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts replicates of a point together: several JMH results, each of forks that say of themselves what a
 * {@link ReplicateEntry} holds, into one for each measure, of all the forks. It is of JMH's shape, but every figure in it is
 * the mean of the replicates', and a replicate's time is the sum of its times over the sum of its pages: JMH would average
 * iterations, whatever they have done, and take its error over them as if those of one JVM were independent. Counts add
 * up; distributions are of all values; intervals are over replicates.
 */
final class ReplicatedPoint {
    private static final String PARAMS = "params";
    private static final String FORKS = "forks";
    private static final String PRIMARY = "primaryMetric";
    private static final String SECONDARY = "secondaryMetrics";
    private static final String RAW = "rawData";
    private static final String SCORE = "score";
    private static final String PERCENTILES = "scorePercentiles";
    private static final String NOT_A_NUMBER = "NaN";
    /** What is counted over all iterations, and not averaged. */
    private static final Set<String> COUNTED = Set.of("#", "ms");
    private static final String PER_PAGE = "ns/page";
    private static final double UPPER_TAIL = 0.5 + Interval.CONFIDENCE_PERCENT / 200.0;

    private final Map<Measure, ObjectNode> results = new EnumMap<>(Measure.class);
    private final String file;

    private ReplicatedPoint(String file) {
        this.file = file;
    }

    /**
     * Puts together.
     *
     * @param files arrays of results with replicates, all of one point; those of one measure in the order of their rounds
     * @param file  what to call them when they are refused
     * @return an array of a result for each measure
     * @throws BadRunException if one is damaged or has no replicates, if they are not of the same point and JDK, or if two hold
     *                         the same replicate
     */
    static byte[] pooled(List<byte[]> files, String file) {
        ReplicatedPoint point = new ReplicatedPoint(file);
        for (byte[] json : files) {
            for (ObjectNode result : results(json, file)) {
                point.add(result);
            }
        }
        ArrayNode all = Json.MAPPER.createArrayNode();
        point.results.values().forEach(result -> all.add(point.settled(result)));
        return Json.pretty(all).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Whether replicates can be added to those of a point's file: not to older ones, which have none, nor to those of a paced
     * clock, whose rounds are at several dilations and are measured in one go.
     */
    static boolean takesMore(byte[] json, String file) {
        JsonNode any = Json.tree(json, file).path(0);
        return any.has(ReplicateEntry.KEY) && new JmhResult(any, file).isNative();
    }

    /** What the replicates of a point took, of those rounds in which all of its measures were measured; empty if none. */
    static Optional<Replicates> replicates(byte[] json, String file) {
        Map<Integer, Double> times = new LinkedHashMap<>();
        List<ObjectNode> results = results(json, file);
        ReplicatedPoint point = new ReplicatedPoint(file);
        for (ObjectNode result : results) {
            if (Measure.of(new JmhResult(result, file)) == Measure.TOTAL) {
                double[] figures = point.figures(result, result.get(SECONDARY).path(Figure.NS_PER_PAGE.metric()));
                for (int i = 0; i < figures.length; i++) {
                    times.put(rounds(result)[i], figures[i]);
                }
            }
        }
        results.forEach(result -> times.keySet().retainAll(Arrays.stream(rounds(result)).boxed().toList()));
        return times.isEmpty() ? Optional.empty()
            : Optional.of(Replicates.of(times.keySet().stream().mapToInt(Integer::intValue).toArray(),
                times.values().stream().mapToDouble(Double::doubleValue).toArray()));
    }

    /** The last round of which a file holds anything. */
    static int lastRound(byte[] json, String file) {
        return results(json, file).stream().flatMapToInt(result -> Arrays.stream(rounds(result))).max().orElse(0);
    }

    /** The same file with other numbers of its rounds: each so much greater. */
    static byte[] renumbered(byte[] json, int by, String file) {
        List<ObjectNode> results = results(json, file);
        ArrayNode all = Json.MAPPER.createArrayNode();
        for (ObjectNode result : results) {
            for (JsonNode replicate : result.get(ReplicateEntry.KEY)) {
                ((ObjectNode) replicate).put(ReplicateEntry.ROUND, replicate.get(ReplicateEntry.ROUND).intValue() + by);
            }
            all.add(result);
        }
        return Json.pretty(all).getBytes(StandardCharsets.UTF_8);
    }

    private static List<ObjectNode> results(byte[] json, String file) {
        JsonNode tree = Json.tree(json, file);
        if (!tree.isArray()) {
            throw new BadRunException(file + " is no JMH result file; accepted: an array of the results for one point");
        }
        List<ObjectNode> results = new ArrayList<>();
        for (JsonNode element : tree) {
            JmhResult result = new JmhResult(element, file); // or it is refused
            JsonNode replicates = element.path(ReplicateEntry.KEY);
            if (!replicates.isArray() || replicates.size() != result.forks()) {
                throw new BadRunException(file + " (" + result.measure() + ") does not say of each fork which round it is of; "
                    + "accepted: what was measured in rounds");
            }
            for (JsonNode replicate : replicates) {
                if (!replicate.path(ReplicateEntry.ROUND).isInt() || replicate.get(ReplicateEntry.ROUND).intValue() < 1) {
                    throw new BadRunException(file + " (" + result.measure() + "): a replicate's round is "
                        + replicate.path(ReplicateEntry.ROUND) + "; accepted: whole numbers from 1");
                }
            }
            mustBeAMetric(element.path(PRIMARY), PRIMARY, file);
            if (!element.path(SECONDARY).isObject()) {
                throw new BadRunException(file + " (" + result.measure() + "): " + SECONDARY + " is no object");
            }
            element.get(SECONDARY).properties().forEach(metric -> mustBeAMetric(metric.getValue(), metric.getKey(), file));
            results.add((ObjectNode) element);
        }
        return results;
    }

    private static void mustBeAMetric(JsonNode metric, String name, String file) {
        if (!metric.path(RAW).isArray() || !metric.path(PERCENTILES).isObject() || !metric.has(SCORE)) {
            throw new BadRunException(file + ": " + name + " lacks " + SCORE + ", " + PERCENTILES + " or " + RAW
                + "; accepted: as JMH writes it");
        }
    }

    private void add(ObjectNode result) {
        Measure measure = Measure.of(new JmhResult(result, file));
        ObjectNode before = results.putIfAbsent(measure, result);
        if (before == null) {
            return;
        }
        mustAgree(before, result, PARAMS);
        mustAgree(before, result, "jdkVersion");
        Set<JsonNode> known = new HashSet<>();
        before.get(ReplicateEntry.KEY).forEach(replicate -> known.add(butRound(replicate)));
        for (JsonNode replicate : result.get(ReplicateEntry.KEY)) {
            if (known.contains(butRound(replicate))) {
                throw new BadRunException(file + ": the replicate of " + replicate.path(ReplicateEntry.AT).stringValue("round "
                    + replicate.get(ReplicateEntry.ROUND)) + " is there twice; accepted: runs that share no replicate");
            }
        }
        combine((ObjectNode) before.get(PRIMARY), (ObjectNode) result.get(PRIMARY), before, result);
        ObjectNode metrics = (ObjectNode) before.get(SECONDARY);
        if (!Set.copyOf(metrics.propertyNames()).equals(Set.copyOf(result.get(SECONDARY).propertyNames()))) {
            throw new BadRunException(file + " (" + measure + "): replicates have different metrics");
        }
        metrics.properties().forEach(metric -> combine((ObjectNode) metric.getValue(),
            (ObjectNode) result.get(SECONDARY).get(metric.getKey()), before, result));
        result.get(ReplicateEntry.KEY).forEach(((ArrayNode) before.get(ReplicateEntry.KEY))::add);
        before.put(FORKS, before.get(FORKS).intValue() + result.get(FORKS).intValue());
    }

    /** A replicate, whatever number its round has been given. */
    private static JsonNode butRound(JsonNode replicate) {
        ObjectNode same = (ObjectNode) replicate.deepCopy();
        same.remove(ReplicateEntry.ROUND);
        return same;
    }

    private void mustAgree(ObjectNode one, ObjectNode other, String key) {
        if (!one.path(key).equals(other.path(key))) {
            throw new BadRunException(file + ": replicates differ in " + key + ", " + one.path(key) + " and " + other.path(key));
        }
    }

    /** Adds a metric's iterations; what cannot be had from those is of as many forks on each side as there were. */
    private static void combine(ObjectNode to, ObjectNode from, ObjectNode ofTo, ObjectNode ofFrom) {
        from.get(RAW).forEach(((ArrayNode) to.get(RAW))::add);
        double one = number(to.get(SCORE));
        double other = number(from.get(SCORE));
        int forks = ofTo.get(FORKS).intValue();
        int more = ofFrom.get(FORKS).intValue();
        double score = isCounted(to) ? one + other
            : Double.isNaN(one) ? other : Double.isNaN(other) ? one : (one * forks + other * more) / (forks + more);
        put(to, SCORE, score);
    }

    /** A result whose figures are those of all its replicates. */
    private ObjectNode settled(ObjectNode result) {
        int[] rounds = rounds(result);
        if (Arrays.stream(rounds).distinct().count() < rounds.length) {
            throw new BadRunException(file + ": " + Arrays.toString(rounds) + " are its rounds; accepted: each once");
        }
        settle(result, (ObjectNode) result.get(PRIMARY));
        percentiles((ObjectNode) result.get(PRIMARY));
        result.get(SECONDARY).properties().forEach(metric -> {
            settle(result, (ObjectNode) metric.getValue());
            Histogram values = values(result, metric.getKey());
            if (values != null) {
                double unit = distribution(result.get(ReplicateEntry.KEY).get(0), metric.getKey()).get(ReplicateEntry.UNIT)
                    .doubleValue();
                percentiles((ObjectNode) metric.getValue(), rank -> values.getValueAtPercentile(rank) * unit);
            } else {
                double score = number(metric.getValue().get(SCORE));
                percentiles((ObjectNode) metric.getValue(), rank -> score);
            }
        });
        return result;
    }

    private void settle(ObjectNode result, ObjectNode metric) {
        double[] replicates = figures(result, metric);
        String unit = metric.path("scoreUnit").stringValue("");
        if (unit.equals(PER_PAGE) || metric == result.get(PRIMARY)) {
            put(metric, SCORE, new Mean().evaluate(replicates));
        }
        double score = number(metric.get(SCORE));
        double[] interval = isCounted(metric) ? new double[] {Double.NaN, Double.NaN} : interval(score, replicates, rounds(result));
        put(metric, "scoreError", (interval[1] - interval[0]) / 2);
        ArrayNode confidence = metric.putArray("scoreConfidence");
        for (double end : interval) {
            if (Double.isFinite(end)) {
                confidence.add(end);
            } else {
                confidence.add(NOT_A_NUMBER);
            }
        }
    }

    /** What each replicate measured of a metric: its iterations, weighted by their pages. */
    private double[] figures(ObjectNode result, JsonNode metric) {
        JsonNode raw = metric.path(RAW);
        JsonNode replicates = result.get(ReplicateEntry.KEY);
        double[] figures = new double[replicates.size()];
        for (int i = 0; i < figures.length; i++) {
            JsonNode pages = replicates.get(i).path(ReplicateEntry.PAGES);
            JsonNode iterations = raw.path(i);
            if (!pages.isArray() || !iterations.isArray() || pages.size() != iterations.size() || pages.isEmpty()) {
                throw new BadRunException(file + ": replicate " + (i + 1) + " has " + iterations.size()
                    + " iterations and pages of " + pages.size() + "; accepted: as many");
            }
            double sum = 0;
            double weights = 0;
            for (int j = 0; j < pages.size(); j++) {
                double weight = pages.get(j).doubleValue(0);
                if (weight > 0) { // an iteration that came to no end of anything has no time either
                    sum += number(iterations.get(j)) * weight;
                    weights += weight;
                }
            }
            figures[i] = sum / weights;
        }
        return figures;
    }

    /** Both ends of the interval of a mean over replicates; not numbers with too few of them. */
    private static double[] interval(double mean, double[] figures, int[] rounds) {
        if (figures.length < Replicates.ENOUGH || !Arrays.stream(figures).allMatch(Double::isFinite)) {
            return new double[] {Double.NaN, Double.NaN};
        }
        if (Arrays.stream(figures).allMatch(figure -> figure > 0)) {
            Replicates replicates = Replicates.of(rounds, figures);
            double scale = mean / replicates.mean(); // 1 for times, which are their mean
            return new double[] {scale * replicates.low(), scale * replicates.high()};
        }
        double t = new TDistribution(null, figures.length - 1).inverseCumulativeProbability(UPPER_TAIL);
        double error = t * new StandardDeviation().evaluate(figures) / Math.sqrt(figures.length);
        return new double[] {mean - error, mean + error};
    }

    private static int[] rounds(ObjectNode result) {
        return result.get(ReplicateEntry.KEY).valueStream()
            .mapToInt(replicate -> replicate.get(ReplicateEntry.ROUND).intValue()).toArray();
    }

    /** All values of a distribution; null if the metric is none. */
    private Histogram values(ObjectNode result, String metric) {
        Histogram all = null;
        for (JsonNode replicate : result.get(ReplicateEntry.KEY)) {
            JsonNode counts = distribution(replicate, metric).path(ReplicateEntry.COUNTS);
            if (counts.isMissingNode()) {
                return null;
            }
            Histogram values = histogram(counts, metric, file);
            if (all == null) {
                all = values;
            } else {
                all.add(values);
            }
        }
        return all;
    }

    static JsonNode distribution(JsonNode replicate, String metric) {
        return replicate.path(ReplicateEntry.HISTOGRAMS).path(metric);
    }

    /** A histogram of a replicate, as a file has it. */
    static Histogram histogram(JsonNode counts, String metric, String file) {
        return new ReplicateEntry.Counts(1, counts.stringValue("")).histogram(file + ": the histogram of " + metric);
    }

    private interface Ranked {
        double at(double rank);
    }

    /** JMH's ranks. */
    private static void percentiles(ObjectNode metric, Ranked values) {
        ObjectNode percentiles = (ObjectNode) metric.get(PERCENTILES);
        for (String rank : List.copyOf(percentiles.propertyNames())) {
            put(percentiles, rank, values.at(Double.parseDouble(rank)));
        }
    }

    /** Of a metric that is a mean of iterations: theirs. */
    private static void percentiles(ObjectNode metric) {
        List<Double> all = new ArrayList<>();
        metric.get(RAW).forEach(fork -> fork.forEach(iteration -> all.add(number(iteration))));
        double[] values = all.stream().mapToDouble(Double::doubleValue).toArray();
        percentiles(metric, rank -> rank == 0 ? Arrays.stream(values).min().orElse(Double.NaN)
            : new Percentile().evaluate(values, rank));
    }

    private static boolean isCounted(ObjectNode metric) {
        return COUNTED.contains(metric.path("scoreUnit").stringValue(""));
    }

    private static double number(JsonNode value) {
        return value.isNumber() ? value.doubleValue() : Double.NaN;
    }

    private static void put(ObjectNode into, String key, double value) {
        if (Double.isFinite(value)) {
            into.put(key, value);
        } else {
            into.put(key, NOT_A_NUMBER); // as JMH does
        }
    }
}
