package dev.salvo.results;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is to be known of a replicate, a JVM that has measured, beside the figures that JMH writes of it: an element of the
 * key {@value #KEY} of each result in a point's file.
 *
 * @param round      in which round it measured, from 1; what was measured in the same one is paired by that
 * @param at         when its first iteration began
 * @param steady     whether it was warm before it measured, by the rule
 * @param dropped    its iterations before that, in order, and behind them those that were measured while others had much of the
 *                   CPUs, and then measured again: nanoseconds per page
 * @param pages      pages that were done with in each measured iteration: their weights
 * @param operations operations that were recorded in each of them: how many values its distributions of time are of; empty if
 *                   that is not told
 * @param around     what the host did meanwhile
 * @param histograms its distributions, by metric; empty if they are not told
 */
public record ReplicateEntry(int round, Instant at, boolean steady, List<Double> dropped, List<Long> pages,
        List<Long> operations, Around around, Map<String, Counts> histograms) {
    /** In each result of a point's file. */
    public static final String KEY = "replicates";
    static final String ROUND = "round";
    static final String AT = "at";
    static final String PAGES = "pages";
    static final String HISTOGRAMS = "histograms";
    static final String UNIT = "unit";
    static final String COUNTS = "counts";

    /**
     * What the host did beside a replicate; what is not known is NaN here and null in the file.
     *
     * @param foreignCpuShare others' share of the host's CPU time, 0..1
     * @param stealShare      the hypervisor's share of it, 0..1
     * @param turnNanos       one turn of a run queue
     * @param roundTripNanos  a cache line's way to another CPU and back
     */
    public record Around(double foreignCpuShare, double stealShare, double turnNanos, double roundTripNanos) {
        /** Nothing is known. */
        public static final Around UNKNOWN = new Around(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    /**
     * A distribution, so that those of several replicates can be added up.
     *
     * @param unit   what one of its values counts for, in the metric's unit
     * @param counts a HdrHistogram, compressed, in base 64: as its own logs have it
     */
    public record Counts(double unit, String counts) {
        private static final int LONGEST = 1 << 20;

        /**
         * The distribution itself.
         *
         * @param name what to call it when it is refused
         * @throws BadRunException if it is damaged
         */
        Histogram histogram(String name) {
            try {
                if (counts.length() > LONGEST) {
                    throw new IllegalArgumentException("too long");
                }
                return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(Base64.getDecoder().decode(counts)), 0);
            } catch (DataFormatException | RuntimeException damaged) {
                throw new BadRunException(name + " is damaged; accepted: a compressed HdrHistogram in base 64", damaged);
            }
        }
    }

    /**
     * Adds it to what JMH has written of the replicate.
     *
     * @param jmhJson an array of one result, of one fork
     * @return the same with this
     * @throws BadRunException if it is something else
     */
    public byte[] with(byte[] jmhJson) {
        JsonNode tree = Json.tree(jmhJson, "what JMH wrote");
        if (!tree.isArray() || tree.size() != 1 || !tree.get(0).isObject()) {
            throw new BadRunException("what JMH wrote is not one result");
        }
        ((ObjectNode) tree.get(0)).putArray(KEY).add(json());
        return Json.pretty(tree).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * As it stands in a file.
     *
     * @return an element of {@value #KEY}
     */
    public ObjectNode json() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put(ROUND, round).put(AT, at.toString()).put("steady", steady);
        ArrayNode away = json.putArray("dropped");
        dropped.forEach(away::add);
        ArrayNode weights = json.putArray(PAGES);
        pages.forEach(weights::add);
        if (!operations.isEmpty()) {
            ArrayNode counts = json.putArray("operations");
            operations.forEach(counts::add);
        }
        json.put("foreignCpuShare", known(around.foreignCpuShare)).put("stealShare", known(around.stealShare))
            .put("turnNanos", known(around.turnNanos)).put("roundTripNanos", known(around.roundTripNanos));
        if (!histograms.isEmpty()) {
            ObjectNode distributions = json.putObject(HISTOGRAMS);
            histograms.forEach((metric, values) -> distributions.putObject(metric).put(UNIT, values.unit)
                .put(COUNTS, values.counts));
        }
        return json;
    }

    private static Double known(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
