package dev.salvo.results;

import dev.salvo.point.Axis;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import tools.jackson.databind.JsonNode;

/**
 * One result of a JMH result file: a benchmark at one combination of parameters. Each accessor throws a
 * {@link BadRunException} that names the file and the key, unless the key holds what is asked for.
 */
final class JmhResult {
    private static final int LONGEST = 100;

    /** Among the parameters that are no axis are paths of files. */
    private static final int LONGEST_PARAMETER = 4096;
    private static final int MOST_FORKS = 1000;
    private static final String MEASURE = "measure";
    private static final String DILATION = "dilation";
    private static final String REPLICATES = ReplicateEntry.KEY;
    private static final int MOST_ROUNDS = 1_000_000;
    private static final double MOST_DILATION = 1e9;

    /** No count or time of ours lies outside these; a damaged one that does would wreck every table and picture. */
    static final double MOST = 1e18;
    static final double LEAST_POSITIVE = 1e-6;

    private final JsonNode tree;
    private final String measure;
    private String file;

    /**
     * Takes a result out of the file's array.
     *
     * @param tree the element
     * @param file what to call the file when something is refused
     */
    JmhResult(JsonNode tree, String file) {
        if (!tree.isObject()) {
            throw new BadRunException(file + " holds " + kindOf(tree) + " where a JMH result is due");
        }
        this.tree = tree;
        this.file = file;
        this.measure = text("params", MEASURE);
        JsonNode dilation = tree.path("params").path(DILATION);
        this.file = file + " (" + measure + (dilation.isString() && !dilation.stringValue().isBlank()
            ? " at dilation " + Text.oneLine(dilation.stringValue(), LONGEST) : "") + ')';
        if (!"ns/op".equals(text("primaryMetric", "scoreUnit"))) {
            throw refused("primaryMetric.scoreUnit", "ns/op");
        }
    }

    /** Which of a point's measurements this is: the parameter {@code measure}. */
    String measure() {
        return measure;
    }

    /** At what dilation of the paced clock: the parameter {@code dilation}, from 1 to {@value #MOST_DILATION}. */
    double dilation() {
        String text = parameter(DILATION);
        double dilation = text.matches("[0-9]{1,10}([.][0-9]{1,6})?") ? Double.parseDouble(text) : Double.NaN;
        if (!(dilation >= 1 && dilation <= MOST_DILATION)) {
            throw refused("params." + DILATION, "a number from 1 to 1000000000");
        }
        return dilation;
    }

    /** The parameters by name, but for those that tell the results of one point apart. */
    Map<String, String> params() {
        Map<String, String> params = new HashMap<>();
        at("params").properties().forEach(param -> params.put(param.getKey(), parameter(param.getKey())));
        params.remove(MEASURE);
        params.remove(DILATION);
        return params;
    }

    /** How many forks were measured, at least 1: a figure without a fork of its own is not one. */
    int forks() {
        double forks = finite("forks");
        if (forks < 1 || forks != Math.rint(forks) || forks > MOST_FORKS) {
            throw refused("forks", "a whole number of at least 1 and at most " + MOST_FORKS);
        }
        return (int) forks;
    }

    /** Whether it was measured on the host's own clock: no machine is carried. The dilation is 1 there, as JMH has it. */
    boolean isNative() {
        return tree.path("params").path(Axis.PROFILE.key()).stringValue("").isBlank();
    }

    /** The version of the JDK that ran the forks. */
    String jdk() {
        String version = text("jdkVersion");
        if (!version.matches("[A-Za-z0-9._+-]+")) { // it is printed into tables and documents
            throw refused("jdkVersion", "letters, digits and . _ + -");
        }
        return version;
    }

    /** Whether there is such a secondary metric. */
    boolean has(String metric) {
        return tree.path("secondaryMetrics").has(metric);
    }

    /** A secondary metric's score, from 0 to {@value #MOST}. */
    double score(String metric) {
        return nonNegative("secondaryMetrics", metric, "score");
    }

    /** A secondary metric's score, above 0. */
    double positiveScore(String metric) {
        double score = score(metric);
        if (score < LEAST_POSITIVE) {
            throw refused(String.join(".", "secondaryMetrics", metric, "score"), "a number above 0");
        }
        return score;
    }

    /** A secondary metric whose score is the mean of a histogram; all NaN if the histogram was empty. */
    Row.Distribution distribution(String metric) {
        if (Double.isNaN(number("secondaryMetrics", metric, "score"))) {
            return Row.Distribution.NONE;
        }
        double p50 = percentile(metric, "50.0", 0);
        double p99 = percentile(metric, "99.0", p50);
        double p999 = percentile(metric, "99.9", p99);
        return new Row.Distribution(score(metric), p50, p99, p999, percentile(metric, "100.0", p999), Double.NaN);
    }

    /** A secondary metric's iterations, one array for each fork, none empty, all from 0 to {@value #MOST}. */
    double[][] iterations(String metric) {
        String key = String.join(".", "secondaryMetrics", metric, "rawData");
        JsonNode forks = at("secondaryMetrics", metric, "rawData");
        if (!forks.isArray() || forks.size() != forks()) {
            throw refused(key, "an array for each of " + forks() + " forks");
        }
        double[][] iterations = new double[forks.size()][];
        for (int i = 0; i < iterations.length; i++) {
            JsonNode fork = forks.get(i);
            if (!fork.isArray() || fork.isEmpty()) {
                throw refused(key, "arrays of numbers, none empty");
            }
            iterations[i] = new double[fork.size()];
            for (int j = 0; j < fork.size(); j++) {
                iterations[i][j] = number(fork.get(j), key);
                if (!(iterations[i][j] >= 0 && iterations[i][j] <= MOST)) {
                    throw refused(key, fork.get(j), "numbers from 0 to " + MOST);
                }
            }
        }
        return iterations;
    }

    /** Each fork's mean of a secondary metric's iterations. */
    double[] forkMeans(String metric) {
        return Arrays.stream(iterations(metric)).mapToDouble(new Mean()::evaluate).toArray();
    }

    /**
     * What was noted of each fork beside JMH's figures.
     *
     * @return one for each fork, in their order; empty in runs from before it was noted
     */
    List<Replicate> replicates() {
        if (!tree.has(REPLICATES)) {
            return List.of();
        }
        JsonNode array = at(REPLICATES);
        if (!array.isArray() || array.size() != forks()) {
            throw refused(REPLICATES, array, "an array of an object for each of " + forks() + " forks");
        }
        double[][] times = iterations(Figure.NS_PER_PAGE.metric());
        List<Replicate> replicates = new ArrayList<>();
        Set<Integer> rounds = new HashSet<>();
        for (int i = 0; i < times.length; i++) {
            Replicate replicate = replicate(array.get(i), REPLICATES + '[' + i + ']', times[i].length);
            if (!rounds.add(replicate.round())) {
                throw refused(REPLICATES + '[' + i + "].round", array.get(i).get("round"), "each round once");
            }
            replicates.add(replicate);
        }
        return replicates;
    }

    /**
     * How many values the histograms of a metric hold, of all forks.
     *
     * @return the number; NaN if it is not told of every one
     */
    double values(String metric) {
        double sum = 0;
        for (JsonNode replicate : tree.path(REPLICATES)) {
            JsonNode counts = ReplicatedPoint.distribution(replicate, metric).path(ReplicateEntry.COUNTS);
            sum += counts.isMissingNode() ? Double.NaN : ReplicatedPoint.histogram(counts, metric, file).getTotalCount();
        }
        return tree.has(REPLICATES) ? sum : Double.NaN;
    }

    private Replicate replicate(JsonNode node, String key, int iterations) {
        if (!node.isObject()) {
            throw refused(key, node, "an object");
        }
        double round = number(of(node, key, "round"), key + ".round");
        if (!(round >= 1 && round == Math.rint(round) && round <= MOST_ROUNDS)) {
            throw refused(key + ".round", node.get("round"), "a whole number from 1 to " + MOST_ROUNDS);
        }
        JsonNode steady = of(node, key, "steady");
        if (!steady.isBoolean()) {
            throw refused(key + ".steady", steady, "true or false");
        }
        List<Double> pages = numbers(of(node, key, "pages"), key + ".pages", LEAST_POSITIVE);
        if (pages.size() != iterations) {
            throw refused(key + ".pages", node.get("pages"), "a number for each of " + iterations + " iterations");
        }
        double operations = Double.NaN;
        if (node.has("operations")) {
            List<Double> each = numbers(node.get("operations"), key + ".operations", 0);
            if (each.size() != iterations) {
                throw refused(key + ".operations", node.get("operations"), "a number for each of " + iterations
                    + " iterations");
            }
            operations = each.stream().mapToDouble(Double::doubleValue).sum();
        }
        return new Replicate((int) round, instant(of(node, key, "at"), key + ".at"), steady.booleanValue(),
            numbers(of(node, key, "dropped"), key + ".dropped", 0), pages, operations,
            known(node, key, "foreignCpuShare", 0, 1), known(node, key, "stealShare", 0, 1),
            known(node, key, "turnNanos", LEAST_POSITIVE, MOST), known(node, key, "roundTripNanos", LEAST_POSITIVE, MOST));
    }

    private JsonNode of(JsonNode node, String key, String name) {
        if (!node.has(name)) {
            throw new BadRunException(file + ": " + key + '.' + name + " is missing");
        }
        return node.get(name);
    }

    private Instant instant(JsonNode value, String key) {
        try {
            return Instant.parse(value.isString() ? value.stringValue() : "");
        } catch (DateTimeException e) {
            throw refused(key, value, "a time such as 2026-01-02T03:04:05Z");
        }
    }

    private List<Double> numbers(JsonNode array, String key, double least) {
        if (!array.isArray()) {
            throw refused(key, array, "an array of numbers");
        }
        List<Double> numbers = new ArrayList<>(array.size());
        for (JsonNode value : array) {
            numbers.add(between(value, key, least, MOST));
        }
        return List.copyOf(numbers);
    }

    /** NaN if it is null or not there. */
    private double known(JsonNode node, String key, String name, double least, double most) {
        return !node.has(name) || node.get(name).isNull() ? Double.NaN
            : between(node.get(name), key + '.' + name, least, most);
    }

    private double between(JsonNode value, String key, double least, double most) {
        double number = number(value, key);
        if (!(number >= least && number <= most)) {
            throw refused(key, value, (least == LEAST_POSITIVE ? "above 0" : "from " + Figures.count(least)) + " to "
                + Figures.count(most));
        }
        return number;
    }

    /** Refuses the value of a key. */
    BadRunException refused(String key, String accepted) {
        return refused(key, at(key.split("\\.")), accepted);
    }

    private BadRunException refused(String key, JsonNode value, String accepted) {
        return new BadRunException(file + ": " + key + " is " + kindOf(value) + "; accepted: " + accepted);
    }

    private double percentile(String metric, String percentile, double least) {
        double value = nonNegative("secondaryMetrics", metric, "scorePercentiles", percentile);
        if (value < least) {
            throw new BadRunException(file + ": secondaryMetrics." + metric + ".scorePercentiles." + percentile + " is "
                + value + ", below a lower percentile; accepted: percentiles that do not fall");
        }
        return value;
    }

    private double nonNegative(String... key) {
        double value = finite(key);
        if (value < 0 || value > MOST) {
            throw refused(String.join(".", key), at(key), "a number from 0 to " + MOST);
        }
        return value;
    }

    private double finite(String... key) {
        double value = number(key);
        if (!Double.isFinite(value)) {
            throw refused(String.join(".", key), at(key), "a finite number");
        }
        return value;
    }

    private double number(String... key) {
        return number(at(key), String.join(".", key));
    }

    /** JMH writes what is not finite as a string. */
    private double number(JsonNode value, String key) {
        if (value.isNumber()) {
            return value.doubleValue(Double.POSITIVE_INFINITY); // what no double holds is refused as what is infinite
        }
        if (value.isString()) {
            switch (value.stringValue()) {
                case "NaN":
                    return Double.NaN;
                case "+INF":
                    return Double.POSITIVE_INFINITY;
                case "-INF":
                    return Double.NEGATIVE_INFINITY;
                default:
                    break;
            }
        }
        throw refused(key, value, "a number");
    }

    private String text(String... key) {
        JsonNode value = at(key);
        String text = value.isString() ? value.stringValue() : "";
        if (!Text.isLine(text, LONGEST)) {
            throw refused(String.join(".", key), value, "a line of text of at most " + LONGEST + " characters");
        }
        return text;
    }

    /** May be empty: a parameter that means nothing on this clock. */
    private String parameter(String name) {
        JsonNode value = at("params", name);
        if (!value.isString() || !value.stringValue().isEmpty() && !Text.isLine(value.stringValue(),
                LONGEST_PARAMETER)) {
            throw refused("params." + name, value, "a line of text of at most " + LONGEST_PARAMETER + " characters");
        }
        return value.stringValue();
    }

    private JsonNode at(String... key) {
        JsonNode value = tree;
        for (String name : key) {
            value = value.path(name);
        }
        if (value.isMissingNode()) {
            throw new BadRunException(file + ": " + String.join(".", key) + " is missing");
        }
        return value;
    }

    private static String kindOf(JsonNode value) {
        if (value.isObject()) {
            return "an object";
        }
        if (value.isArray()) {
            return "an array of " + value.size();
        }
        if (value.isString()) {
            return Text.quoted(value.stringValue());
        }
        return value.isNull() ? "null" : Text.oneLine(value.asString(), LONGEST);
    }
}
