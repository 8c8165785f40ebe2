package dev.salvo.results;

import dev.salvo.point.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A result of any JMH run: what was measured, and each fork's iterations. The modes are JMH's: thrpt counts operations,
 * and higher is better; avgt, sample and ss take time.
 *
 * @param words      what was measured, by name: benchmark, mode, unit, threads, the size of a batch where that is not 1,
 *                   and parameters; in full, since they say which results are of the same
 * @param iterations each fork's iterations, in the unit, none below 0; none empty
 */
record PlainJmh(Map<String, String> words, List<List<Double>> iterations) {
    static final String BENCHMARK = "benchmark";
    static final String MODE = "mode";
    static final String UNIT = "unit";

    /** What stands before the name of a parameter. */
    static final String PARAMS = "params.";

    private static final String THREADS = "threads";
    /** Calls that make up one operation. */
    private static final String BATCH = "measurementBatchSize";
    private static final String METRIC = "primaryMetric";
    private static final String RAW = METRIC + ".rawData";
    private static final String HISTOGRAM = "rawDataHistogram";
    private static final List<String> MODES = List.of("thrpt", "avgt", "sample", "ss");

    private static final String PAIRS = "pairs of a time and how often it was seen";

    private static final int LONGEST = 1 << 16; // as a name in a class file may be
    private static final int LONGEST_SHOWN = 160;
    private static final int MOST_PARAMETERS = 100;
    private static final int MOST_FORKS = 1000;

    /** No unit makes a sound figure one beyond these, and their squares and quotients are still numbers. */
    private static final double MOST = 1e100;
    private static final double LEAST_POSITIVE = 1e-100;

    /**
     * What a result is of.
     *
     * @param tree an element of the array that JMH writes
     * @return its words
     * @throws BadRunException if it does not say so; names it, but not its file, and the value that is wrong
     */
    static Map<String, String> words(JsonNode tree) {
        if (!tree.isObject()) {
            throw new BadRunException("no JMH result but " + shown(tree) + "; accepted: an object with benchmark, mode and "
                + "primaryMetric");
        }
        Map<String, String> words = new LinkedHashMap<>();
        words.put(BENCHMARK, line(tree.path(BENCHMARK), BENCHMARK, "no JMH result"));
        String mode = line(tree.path(MODE), MODE, name(words));
        if (!MODES.contains(mode)) {
            throw refused(name(words), MODE, tree.path(MODE), String.join(", ", MODES));
        }
        words.put(MODE, mode);
        words.put(UNIT, line(tree.path(METRIC).path("scoreUnit"), METRIC + ".scoreUnit", name(words)));
        if (tree.hasNonNull(THREADS)) {
            words.put(THREADS, word(tree.path(THREADS)));
        }
        if (tree.hasNonNull(BATCH) && !word(tree.path(BATCH)).equals("1")) {
            words.put(BATCH, word(tree.path(BATCH)));
        }
        if (tree.path("params").size() > MOST_PARAMETERS) {
            throw refused(name(words), "params", tree.path("params"), "at most " + MOST_PARAMETERS);
        }
        tree.path("params").properties().forEach(param -> words.put(PARAMS + param.getKey(), word(param.getValue())));
        return words;
    }

    /**
     * Takes a result.
     *
     * @param words     what it is of
     * @param tree      the element
     * @param statistic what a fork's iterations are going to be made into
     * @return the result; its forks' statistics are above 0, so that they have ratios
     * @throws BadRunException if it cannot be compared; names it, but not its file, and the value that is wrong
     */
    static PlainJmh of(Map<String, String> words, JsonNode tree, Statistic statistic) {
        PlainJmh result = new PlainJmh(words, forks(tree.path(METRIC), name(words)));
        result.mustHaveRatios(statistic);
        return result;
    }

    /** Whether this is meant for a result, sound or not. */
    static boolean looksLikeOne(JsonNode tree) {
        return tree.has(BENCHMARK) && tree.has(METRIC);
    }

    /** Whether more is better: operations per time, not time per operation. */
    boolean higherIsBetter() {
        return words.get(MODE).equals("thrpt");
    }

    /** What a result is, for a line of text: whole, unless that is very long. */
    static String name(Map<String, String> words) {
        return Text.shortened(words.entrySet().stream().map(word -> switch (word.getKey()) {
            case BENCHMARK, MODE, UNIT -> Text.word(word.getValue(), true);
            default -> parameter(word, true);
        }).collect(Collectors.joining(" ")), LONGEST_SHOWN);
    }

    /** A parameter, or what else a benchmark was run with, as it is shown. */
    static String parameter(Map.Entry<String, String> word, boolean unicode) {
        String key = word.getKey().startsWith(PARAMS) ? word.getKey().substring(PARAMS.length()) : word.getKey();
        return Text.word(key, unicode) + '=' + Text.word(word.getValue(), unicode);
    }

    private static List<List<Double>> forks(JsonNode metric, String name) {
        boolean histogram = metric.has(HISTOGRAM);
        String key = histogram ? METRIC + '.' + HISTOGRAM : RAW;
        JsonNode raw = histogram ? metric.path(HISTOGRAM) : metric.path("rawData");
        List<List<Double>> forks = new ArrayList<>();
        for (JsonNode fork : raw) {
            List<Double> iterations = new ArrayList<>();
            for (JsonNode iteration : fork) {
                if (!histogram) {
                    iterations.add(figure(iteration, key, name));
                } else if (!iteration.isArray() || !iteration.isEmpty()) { // an iteration may go by without a sample
                    iterations.add(mean(iteration, key, name));
                }
            }
            if (!fork.isArray() || iterations.isEmpty()) {
                throw refused(name, key + " holds", fork, "an array of iterations for each fork, none empty");
            }
            forks.add(iterations);
        }
        if (!raw.isArray() || forks.isEmpty() || forks.size() > MOST_FORKS) {
            throw refused(name, key, raw, "an array of iterations for each of 1 to " + MOST_FORKS + " forks");
        }
        return forks;
    }

    /** Of an iteration in mode sample: pairs of a time and how often it was seen. */
    private static double mean(JsonNode pairs, String key, String name) {
        double sum = 0;
        double count = 0;
        for (JsonNode pair : pairs) {
            if (pair.size() != 2) {
                throw refused(name, key + " holds", pair, PAIRS);
            }
            double often = figure(pair.path(1), key, name);
            sum += often * figure(pair.path(0), key, name);
            count += often;
        }
        if (!(count > 0)) {
            throw refused(name, key + " holds", pairs, PAIRS);
        }
        return sum / count;
    }

    private static double figure(JsonNode value, String key, String name) {
        double number = value.isNumber() ? value.doubleValue(Double.NaN) : Double.NaN;
        if (number != 0 && !(number >= LEAST_POSITIVE && number <= MOST)) {
            throw refused(name, key + " holds", value, "numbers of 0 or from " + LEAST_POSITIVE + " to " + MOST);
        }
        return number;
    }

    private void mustHaveRatios(Statistic statistic) {
        for (int i = 0; i < iterations.size(); i++) {
            if (statistic.of(iterations.get(i)) == 0) {
                throw new BadRunException(name(words) + ": the " + Point.word(statistic) + " of fork " + (i + 1)
                    + " is 0, to which nothing has a ratio; accepted: forks above 0");
            }
        }
    }

    private static String word(JsonNode value) {
        return value.isString() ? value.stringValue() : value.toString();
    }

    private static String line(JsonNode value, String key, String name) {
        if (!value.isString() || !Text.isLine(value.stringValue(), LONGEST)) {
            throw refused(name, key, value, "a line of text of at most " + LONGEST + " characters");
        }
        return value.stringValue();
    }

    private static BadRunException refused(String name, String key, JsonNode value, String accepted) {
        return new BadRunException(name + ": " + key + (value.isMissingNode() ? " is missing"
            : (key.endsWith(" holds") ? " " : " is ") + shown(value)) + "; accepted: " + accepted);
    }

    private static String shown(JsonNode value) {
        return value.isContainer() && !value.isEmpty() ? (value.isArray() ? "an array of " : "an object of ") + value.size()
            : Text.quoted(value.isNumber() ? value.asString() : word(value));
    }
}
