package dev.salvo.results;

import dev.salvo.point.ClockKind;
import dev.salvo.point.Point;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Reads the {@link Part}s of a point's time from a file that {@link PointFile} takes: of each part a value for each JVM
 * that measured it, the sum of its iterations over the sum of their pages. What the file does not have is not known.
 * None are on the paced clock, where a figure is what those of several dilations tend to.
 */
final class Parts {
    private static final String REPLICATES = ReplicateEntry.KEY;
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9}) (ms|s)");
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double[] UNKNOWN = {};

    private Parts() {
    }

    /** Of a point's file: each that is known, values of 0 or more. */
    static Map<Part, double[]> of(Point point, JsonNode results) {
        if (point.clock() == ClockKind.PACED) {
            return Map.of();
        }
        JsonNode total = result(results, Measure.TOTAL);
        JsonNode split = result(results, Measure.SPLIT);
        Map<Part, double[]> parts = new EnumMap<>(Part.class);
        put(parts, Part.ISSUE, perPage(split, Figure.ISSUE_NS_PER_PAGE));
        put(parts, Part.WAIT, perPage(split, Figure.WAIT_NS_PER_PAGE));
        put(parts, Part.SOFTWARE, perPage(split, Figure.SOFTWARE_NS_PER_PAGE));
        put(parts, Part.TURN, signals(total, "turnNanos"));
        put(parts, Part.ROUND_TRIP, signals(total, "roundTripNanos"));
        put(parts, Part.YIELDS, overPages(total, Figure.YIELDS, 1));
        put(parts, Part.WAKE_UPS, overPages(total, Figure.WAKE_UPS, 1));
        put(parts, Part.RUN_DELAY, overPages(total, Figure.RUN_DELAY_MS, NANOS_PER_MILLI));
        return parts;
    }

    private static void put(Map<Part, double[]> parts, Part part, double[] values) {
        if (Arrays.stream(values).anyMatch(value -> value > 0)) { // cores that never sleep are no difference
            parts.put(part, values);
        }
    }

    private static JsonNode result(JsonNode results, Measure measure) {
        for (JsonNode result : results) {
            if (Point.word(measure).equals(result.path("params").path("measure").asString(""))) {
                return result;
            }
        }
        return Json.MAPPER.missingNode();
    }

    /** The sum over iterations of what a page took times their pages, over the sum of their pages. */
    private static double[] perPage(JsonNode result, Figure figure) {
        double[][] values = raw(result, figure.metric());
        double[][] pages = pages(result);
        return alike(values, pages) ? each(values.length, i -> Replicate.timeOverPages(values[i], pages[i])) : UNKNOWN;
    }

    /** The sum over iterations of a count, over the sum of their pages. */
    private static double[] overPages(JsonNode result, Figure count, double unit) {
        double[][] values = raw(result, count.metric());
        double[][] pages = pages(result);
        return alike(values, pages) ? each(values.length,
            i -> unit * Arrays.stream(values[i]).sum() / Arrays.stream(pages[i]).sum()) : UNKNOWN;
    }

    /** How many pages each iteration was done with: as it was counted, or from the rate. */
    private static double[][] pages(JsonNode result) {
        double[][] rates = raw(result, Figure.PAGES_PER_SECOND.metric());
        double[][] counted = new double[result.path(REPLICATES).size()][];
        for (int i = 0; i < counted.length; i++) {
            counted[i] = numbers(result.path(REPLICATES).get(i).path("pages"));
        }
        if (alike(rates, counted)) {
            return counted;
        }
        Matcher time = TIME.matcher(result.path("measurementTime").asString(""));
        if (!time.matches()) {
            return new double[0][];
        }
        double seconds = Double.parseDouble(time.group(1)) / (time.group(2).equals("ms") ? MILLIS_PER_SECOND : 1);
        return Arrays.stream(rates).map(fork -> Arrays.stream(fork).map(rate -> rate * seconds).toArray())
            .toArray(double[][]::new);
    }

    private static double[][] raw(JsonNode result, String metric) {
        JsonNode forks = result.path("secondaryMetrics").path(metric).path("rawData");
        double[][] raw = new double[forks.size()][];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = numbers(forks.get(i));
        }
        return raw;
    }

    private static double[] numbers(JsonNode array) {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).isNumber() ? array.get(i).doubleValue(Double.NaN) : Double.NaN;
        }
        return numbers;
    }

    /** Whether both have as many iterations of as many JVMs, and pages to divide by. */
    private static boolean alike(double[][] values, double[][] pages) {
        if (values.length == 0 || values.length != pages.length) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            if (values[i].length != pages[i].length || !(Arrays.stream(pages[i]).sum() > 0)) {
                return false;
            }
        }
        return true;
    }

    private static double[] each(int count, IntToDoubleFunction value) {
        double[] values = new double[count];
        Arrays.setAll(values, value);
        return values;
    }

    /** What was measured beside each JVM; empty unless it is known of all. */
    private static double[] signals(JsonNode result, String key) {
        JsonNode replicates = result.path(REPLICATES);
        double[] values = each(replicates.size(), i -> replicates.get(i).path(key).isNumber()
            ? replicates.get(i).path(key).doubleValue(Double.NaN) : Double.NaN);
        return Arrays.stream(values).allMatch(Double::isFinite) ? values : UNKNOWN;
    }
}
