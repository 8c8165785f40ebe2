package dev.salvo.results;

import dev.salvo.point.Point;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What a point's file says of a replicate, a fork of JMH's, beside its figures. Runs from before there were rounds say nothing, and what a file
 * does not say is not known: NaN, null, nothing.
 *
 * @param round           of the run, from 1; 0 if that is not known
 * @param at              when it was begun, as ISO 8601 has it; null if that is not known
 * @param steady          whether it was warm; null if that is not known
 * @param dropped         nanoseconds per page of the iterations that were thrown away as warm-up, in order
 * @param pages           that were done with in each measured iteration
 * @param foreignCpuShare of the host's CPU time that others had meanwhile
 * @param stealShare      of that time that the hypervisor had
 * @param turnNanos       a turn of the run queue, measured beside it
 * @param roundTripNanos  a cache line's way to another CPU and back, measured beside it
 */
record ReplicateNotes(int round, String at, Boolean steady, List<Double> dropped, List<Double> pages, double foreignCpuShare,
        double stealShare, double turnNanos, double roundTripNanos) {
    private static final String KEY = "replicates";
    /** Nothing is known. */
    static final ReplicateNotes NONE = new ReplicateNotes(0, null, null, List.of(), List.of(), Double.NaN, Double.NaN,
        Double.NaN, Double.NaN);

    /** Of each replicate of a result, in order. */
    static List<ReplicateNotes> of(JsonNode result) {
        int forks = result.path("forks").asInt(0);
        JsonNode notes = result.path(KEY);
        if (!notes.isArray() || notes.size() != forks) {
            return Collections.nCopies(forks, NONE);
        }
        List<ReplicateNotes> all = new ArrayList<>();
        for (JsonNode fork : notes) {
            JsonNode at = fork.path("at");
            JsonNode steady = fork.path("steady");
            all.add(new ReplicateNotes(fork.path("round").asInt(0), at.isString() ? at.stringValue() : null,
                steady.isBoolean() ? steady.booleanValue() : null, numbers(fork.path("dropped")),
                numbers(fork.path("pages")), number(fork.path("foreignCpuShare")), number(fork.path("stealShare")),
                number(fork.path("turnNanos")), number(fork.path("roundTripNanos"))));
        }
        return all;
    }

    /** Of each point those of its uninstrumented replicates, at the largest dilation if there are several. */
    static Map<Point, List<ReplicateNotes>> ofPoints(Map<Point, JsonNode> results) {
        Map<Point, List<ReplicateNotes>> notes = new HashMap<>();
        results.forEach((point, all) -> all.forEach(result -> {
            if (result.path("params").path("measure").asString("").equals(Point.word(Measure.TOTAL))) {
                notes.put(point, of(result)); // the largest dilation is the last
            }
        }));
        return notes;
    }

    /** A replicate's figure: of what is counted in pages its pages are the weights, where they are known. */
    double mean(List<Double> iterations, boolean perPage) {
        boolean weighted = perPage && pages.size() == iterations.size();
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < iterations.size(); i++) {
            double weight = weighted ? pages.get(i) : 1;
            sum += iterations.get(i) * weight;
            weights += weight;
        }
        return sum / weights;
    }

    /** The numbers of an array; none if it is none. */
    static List<Double> numbers(JsonNode array) {
        List<Double> numbers = new ArrayList<>();
        array.forEach(each -> numbers.add(number(each)));
        return numbers;
    }

    private static double number(JsonNode value) {
        return value.isNumber() ? value.doubleValue() : Double.NaN;
    }
}
