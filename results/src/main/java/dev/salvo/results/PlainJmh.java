package dev.salvo.results;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A result of any JMH run, as {@code -rf json} writes it: what was measured, and each fork's iterations. The modes are
 * JMH's: thrpt counts operations, and higher is better; avgt, sample and ss take time.
 *
 * @param words      what was measured: benchmark, mode, unit, threads and parameters, by name
 * @param iterations each fork's iterations, in the unit, all above 0; none empty
 */
record PlainJmh(Map<String, String> words, List<List<Double>> iterations) {
    static final String BENCHMARK = "benchmark";
    static final String MODE = "mode";
    static final String UNIT = "unit";

    static final String THREADS = "threads";

    /** What stands before the name of a parameter. */
    static final String PARAMS = "params.";

    private static final String RAW = "rawData";
    private static final String HISTOGRAM = "rawDataHistogram";
    private static final int LONGEST_NAME = 300;
    private static final int LONGEST_PARAMETER = 100;
    private static final int MOST_PARAMETERS = 100;
    private static final int MOST_FORKS = 1000;

    /**
     * Reads a file.
     *
     * @param file what JMH wrote
     * @return its results, at least one, none like another in its words
     * @throws BadRunException if it is no such file; names it and what is wrong with it
     */
    static List<PlainJmh> read(Path file) {
        String name = Text.oneLine(file.toString(), LONGEST_NAME);
        JsonNode tree = Json.tree(Json.bytes(file), name);
        if (!tree.isArray() || tree.isEmpty()) {
            throw new BadRunException(name + " is no JMH result file; accepted: an array of results, as JMH's -rf json "
                + "writes it");
        }
        Map<Map<String, String>, PlainJmh> results = new LinkedHashMap<>();
        int number = 0;
        for (JsonNode element : tree) {
            number++;
            PlainJmh result = result(element, name + ", result " + number);
            if (results.putIfAbsent(result.words, result) != null) {
                throw new BadRunException(name + " holds " + Text.quoted(result.words.get(BENCHMARK))
                    + " twice with the same mode and parameters; accepted: one result of each");
            }
        }
        return List.copyOf(results.values());
    }

    /** Whether more is better: operations per time, not time per operation. */
    boolean higherIsBetter() {
        return words.get(MODE).equals("thrpt");
    }

    private static PlainJmh result(JsonNode tree, String where) {
        if (!tree.isObject()) {
            throw new BadRunException(where + " is no JMH result; accepted: an object with benchmark, mode and "
                + "primaryMetric");
        }
        Map<String, String> words = new LinkedHashMap<>();
        words.put(BENCHMARK, line(tree.path(BENCHMARK), where, BENCHMARK, LONGEST_NAME));
        String mode = line(tree.path(MODE), where, MODE, LONGEST_PARAMETER);
        if (!List.of("thrpt", "avgt", "sample", "ss").contains(mode)) {
            throw new BadRunException(where + ": mode is " + Text.quoted(mode) + "; accepted: thrpt, avgt, sample, ss");
        }
        words.put(MODE, mode);
        JsonNode metric = tree.path("primaryMetric");
        words.put(UNIT, line(metric.path("scoreUnit"), where, "primaryMetric.scoreUnit", LONGEST_PARAMETER));
        if (tree.path(THREADS).isIntegralNumber()) {
            words.put(THREADS, Text.oneLine(tree.path(THREADS).asString(), LONGEST_PARAMETER));
        }
        if (tree.path("params").size() > MOST_PARAMETERS) {
            throw new BadRunException(where + " has " + tree.path("params").size() + " params; accepted: at most "
                + MOST_PARAMETERS);
        }
        tree.path("params").properties().forEach(param -> words.put(PARAMS + Text.oneLine(param.getKey(),
            LONGEST_PARAMETER), Text.oneLine(param.getValue().asString(""), LONGEST_PARAMETER)));
        return new PlainJmh(words, metric.has(HISTOGRAM)
            ? forks(metric, HISTOGRAM, where) : forks(metric, RAW, where));
    }

    private static List<List<Double>> forks(JsonNode metric, String key, String where) {
        List<List<Double>> forks = new ArrayList<>();
        for (JsonNode fork : metric.path(key)) {
            List<Double> iterations = new ArrayList<>();
            for (JsonNode iteration : fork) {
                iterations.add(key.equals(RAW) ? positive(iteration, where, key) : mean(iteration, where));
            }
            forks.add(iterations);
        }
        boolean some = !forks.isEmpty() && forks.size() <= MOST_FORKS && forks.stream().noneMatch(List::isEmpty);
        if (!some || !metric.path(key).isArray()) {
            throw refused(where, key);
        }
        return forks;
    }

    /** Of an iteration in mode sample: pairs of a time and how often it was seen. */
    private static double mean(JsonNode pairs, String where) {
        double sum = 0;
        double count = 0;
        for (JsonNode pair : pairs) {
            double often = positive(pair.path(1), where, HISTOGRAM);
            sum += often * positive(pair.path(0), where, HISTOGRAM);
            count += often;
        }
        if (!(count > 0) || !Double.isFinite(sum)) {
            throw refused(where, HISTOGRAM);
        }
        return sum / count;
    }

    private static double positive(JsonNode value, String where, String key) {
        double number = value.isNumber() ? value.doubleValue(Double.NaN) : Double.NaN;
        if (!(number >= JmhResult.LEAST_POSITIVE && number <= JmhResult.MOST)) {
            throw refused(where, key);
        }
        return number;
    }

    private static BadRunException refused(String where, String key) {
        return new BadRunException(where + ": primaryMetric." + key + " is none of figures; accepted: an array for "
            + "each of 1 to " + MOST_FORKS + " forks, none empty, of numbers from " + JmhResult.LEAST_POSITIVE + " to "
            + JmhResult.MOST);
    }

    private static String line(JsonNode value, String where, String key, int longest) {
        String text = value.isString() ? value.stringValue() : "";
        if (!Text.isLine(text, longest)) {
            throw new BadRunException(where + ": " + key + (value.isMissingNode() ? " is missing" : " is "
                + Text.quoted(value.toString())) + "; accepted: a line of text of at most " + longest + " characters");
        }
        return text;
    }
}
