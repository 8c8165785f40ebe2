package dev.salvo.results;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoublePredicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The file of one {@link KernelPoint}: an object that says where it was measured, and a replicate for each round. What is not
 * known is {@code null} in it, and NaN here. A file that is damaged is refused in a line that names it and the field.
 */
final class KernelPointFile {
    /** The clock that these figures are of. */
    static final String CLOCK = "kernel";

    private static final String REPLICATES = "replicates";
    private static final int LONGEST_WORDS = 500;
    private static final int MOST_REPLICATES = 10_000;
    private static final int MOST_BATCHES = 100_000;

    private final String file;

    private KernelPointFile(String file) {
        this.file = file;
    }

    /**
     * What a file holds.
     *
     * @param point      where
     * @param replicates in the order of their rounds, at least one
     */
    record Content(KernelPoint point, List<KernelReplicate> replicates) {
        /** The highest round. */
        int lastRound() {
            return replicates.get(replicates.size() - 1).round();
        }

        /**
         * Both together.
         *
         * @throws BadRunException if both have one of the rounds
         */
        Content with(List<KernelReplicate> more, String name) {
            List<KernelReplicate> all = new ArrayList<>(replicates);
            all.addAll(more);
            all.sort(Comparator.comparingInt(KernelReplicate::round));
            for (int i = 1; i < all.size(); i++) {
                if (all.get(i).round() == all.get(i - 1).round()) {
                    throw new BadRunException(name + ": round " + all.get(i).round() + " is there twice; accepted: each once");
                }
            }
            return new Content(point, List.copyOf(all));
        }

        /** With rounds that come behind so many others. */
        Content behind(int rounds) {
            return new Content(point, replicates.stream().map(each -> each.inRound(each.round() + rounds)).toList());
        }
    }

    /**
     * As it is stored.
     *
     * @throws BadRunException if a figure cannot be stored: a reader would refuse it
     */
    static byte[] bytes(Content content) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        KernelPoint point = content.point;
        node.put("clock", CLOCK).put("op", point.op()).put("cores", point.cores()).put("senders", point.senders())
            .put("pages", point.pages()).put("others", point.others()).put("placement", point.placement());
        ArrayNode all = node.putArray(REPLICATES);
        content.replicates.forEach(replicate -> write(replicate, all.addObject()));
        byte[] bytes = Json.pretty(node).getBytes(StandardCharsets.UTF_8);
        read(bytes, "what was measured of " + point.words());
        return bytes;
    }

    private static void write(KernelReplicate replicate, ObjectNode node) {
        node.put("round", replicate.round()).put("at", replicate.at().toString()).put("jdk", replicate.jdk());
        RowsJson.put(node, "nsPerOp", replicate.nsPerOp());
        RowsJson.put(node, "emptyNanos", replicate.emptyNanos());
        node.put("operations", replicate.operations());
        RowsJson.put(node, "opsPerSecond", replicate.opsPerSecond());
        RowsJson.put(node, "targets", replicate.targets());
        RowsJson.put(node, "shootdowns", replicate.shootdowns());
        node.put("counting", replicate.counting()).put("valid", replicate.valid()).put("why", replicate.why())
            .put("node", replicate.node()).put("cpus", replicate.cpus()).put("oversubscribed", replicate.oversubscribed())
            .put("placed", replicate.placed());
        if (replicate.latency() != null) {
            node.putObject("latency").put(ReplicateEntry.UNIT, replicate.latency().unit())
                .put(ReplicateEntry.COUNTS, replicate.latency().counts());
        }
        ArrayNode batches = node.putArray("batches");
        for (KernelReplicate.Batches batch : replicate.batches()) {
            ObjectNode one = batches.addObject().put("count", batch.count()).put("rounds", batch.rounds());
            RowsJson.put(one, "nanos", batch.nanos());
            RowsJson.put(one, "tlb", batch.tlb());
            RowsJson.put(one, "cal", batch.cal());
            RowsJson.put(one, "runDelayNanos", batch.runDelayNanos());
            one.put("accepted", batch.accepted()).put("why", batch.why());
        }
        ArrayNode victims = node.putArray("victims");
        for (KernelReplicate.Victim victim : replicate.victims()) {
            ObjectNode one = victims.addObject().put("kind", victim.kind());
            RowsJson.put(one, "alone", victim.alone());
            RowsJson.put(one, "beside", victim.beside());
        }
    }

    /**
     * Reads a file.
     *
     * @param json its bytes
     * @param file what to call it when it is refused
     * @throws BadRunException if it is damaged, or holds anything but one point
     */
    static Content read(byte[] json, String file) {
        return new KernelPointFile(file).content(Json.tree(json, file));
    }

    private Content content(JsonNode tree) {
        if (!tree.isObject()) {
            throw new BadRunException(file + " is no point of the kernel's clock; accepted: an object");
        }
        if (!words(tree, "clock", "clock").equals(CLOCK)) {
            throw refused("clock", tree.get("clock"), CLOCK);
        }
        KernelPoint point;
        try {
            point = new KernelPoint(words(tree, "op", "op"), whole(tree, "cores", "cores", 1), whole(tree, "senders", "senders", 1),
                whole(tree, "pages", "pages", 1), words(tree, "others", "others"), words(tree, "placement", "placement"));
        } catch (IllegalArgumentException e) {
            throw new BadRunException(file + ": " + e.getMessage(), e);
        }
        List<KernelReplicate> replicates = new ArrayList<>();
        Set<Integer> rounds = new HashSet<>();
        for (JsonNode each : array(tree, REPLICATES, REPLICATES, MOST_REPLICATES)) {
            KernelReplicate replicate = replicate(each, REPLICATES + '[' + replicates.size() + "].");
            if (!rounds.add(replicate.round())) {
                throw new BadRunException(file + ": " + REPLICATES + ": round " + replicate.round()
                    + " is there twice; accepted: each once");
            }
            replicates.add(replicate);
        }
        if (replicates.isEmpty()) {
            throw new BadRunException(file + ": " + REPLICATES + " is empty; accepted: one or more");
        }
        replicates.sort(Comparator.comparingInt(KernelReplicate::round));
        return new Content(point, List.copyOf(replicates));
    }

    private KernelReplicate replicate(JsonNode node, String at) {
        List<KernelReplicate.Batches> batches = new ArrayList<>();
        for (JsonNode each : array(node, "batches", at + "batches", MOST_BATCHES)) {
            String where = at + "batches[" + batches.size() + "].";
            batches.add(new KernelReplicate.Batches(whole(each, "count", where + "count", 1), count(each, "rounds", where + "rounds"),
                number(each, "nanos", where + "nanos", nanos -> nanos >= 0, "a number, 0 or more"), orUnknown(each, "tlb", where + "tlb"),
                orUnknown(each, "cal", where + "cal"), orUnknown(each, "runDelayNanos", where + "runDelayNanos"), truth(each, "accepted", where + "accepted"), words(each, "why", where + "why")));
        }
        List<KernelReplicate.Victim> victims = new ArrayList<>();
        for (JsonNode each : array(node, "victims", at + "victims", MOST_BATCHES)) {
            String where = at + "victims[" + victims.size() + "].";
            victims.add(new KernelReplicate.Victim(words(each, "kind", where + "kind"),
                number(each, "alone", where + "alone", rate -> rate > 0, "a number above 0"),
                number(each, "beside", where + "beside", rate -> rate > 0, "a number above 0")));
        }
        return new KernelReplicate(whole(node, "round", at + "round", 1), instant(node, at), words(node, "jdk", at + "jdk"),
            number(node, "nsPerOp", at + "nsPerOp", nanos -> nanos > 0, "a number above 0"),
            number(node, "emptyNanos", at + "emptyNanos", nanos -> nanos >= 0, "a number, 0 or more"),
            count(node, "operations", at + "operations"), orUnknown(node, "opsPerSecond", at + "opsPerSecond"),
            number(node, "targets", at + "targets", targets -> targets >= 0, "a number, 0 or more"),
            orUnknown(node, "shootdowns", at + "shootdowns"), words(node, "counting", at + "counting"),
            truth(node, "valid", at + "valid"), words(node, "why", at + "why"), whole(node, "node", at + "node", -1),
            whole(node, "cpus", at + "cpus", 1), truth(node, "oversubscribed", at + "oversubscribed"),
            words(node, "placed", at + "placed"), latency(node.path("latency"), at + "latency."),
            batches, victims);
    }

    private ReplicateEntry.Counts latency(JsonNode node, String at) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        ReplicateEntry.Counts counts = new ReplicateEntry.Counts(number(node, ReplicateEntry.UNIT, at + ReplicateEntry.UNIT,
            unit -> unit > 0, "a number above 0"), node.path(ReplicateEntry.COUNTS).stringValue(""));
        counts.histogram(file + ": " + at + ReplicateEntry.COUNTS); // or it is refused
        return counts;
    }

    private Instant instant(JsonNode node, String at) {
        try {
            return Instant.parse(words(node, "at", at + "at"));
        } catch (DateTimeException e) {
            throw new BadRunException(file + ": " + at + "at is " + Text.quoted(node.path("at").toString())
                + "; accepted: a time such as 2026-12-01T12:00:00Z", e);
        }
    }

    private JsonNode array(JsonNode node, String key, String at, int most) {
        JsonNode array = node.path(key);
        if (!array.isArray() || array.size() > most) {
            throw refused(at, array, "an array of at most " + most);
        }
        return array;
    }

    private String words(JsonNode node, String key, String at) {
        JsonNode value = node.path(key);
        String words = value.stringValue("");
        if (!value.isString() || !words.isEmpty() && !Text.isLine(words, LONGEST_WORDS)) {
            throw refused(at, value, "a line of text");
        }
        return words;
    }

    private boolean truth(JsonNode node, String key, String at) {
        JsonNode value = node.path(key);
        if (!value.isBoolean()) {
            throw refused(at, value, "true or false");
        }
        return value.booleanValue();
    }

    private int whole(JsonNode node, String key, String at, int least) {
        JsonNode value = node.path(key);
        if (!value.isInt() || value.intValue() < least) {
            throw refused(at, value, "a whole number, " + least + " or more");
        }
        return value.intValue();
    }

    private long count(JsonNode node, String key, String at) {
        JsonNode value = node.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw refused(at, value, "a whole number, 0 or more");
        }
        return value.longValue();
    }

    private double orUnknown(JsonNode node, String key, String at) {
        return node.path(key).isNull() ? Double.NaN : number(node, key, at, number -> number >= 0, "a number, 0 or more, or null");
    }

    private double number(JsonNode node, String key, String at, DoublePredicate fits, String accepted) {
        JsonNode value = node.path(key);
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!Double.isFinite(number) || !fits.test(number)) {
            throw refused(at, value, accepted);
        }
        return number;
    }

    private BadRunException refused(String at, JsonNode value, String accepted) {
        return new BadRunException(file + ": " + at + (value == null || value.isMissingNode() ? " is missing"
            : " is " + Text.quoted(value.toString())) + "; accepted: " + accepted);
    }
}
