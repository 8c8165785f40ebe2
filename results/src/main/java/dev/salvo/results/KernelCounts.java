package dev.salvo.results;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * TLB maintenance of booted kernels, counted by instruction: the file of the project, in the jar, or one like it; and what was
 * counted here beside it.
 */
public final class KernelCounts {
    private static final String FILE = "reference/kernel-counts.json";
    private static final String ACCEPTED = "; accepted: rows with arch, kernel, cpu, options, operation, state, threads (text), "
        + "pages (a number from 1) and counts (an object of whole numbers), in an array or as \"rows\" of an object";
    private static final List<String> WORDS = List.of("arch", "kernel", "cpu", "options", "operation", "state", "threads");
    /** What must be the same for a row to be equal; the rest is shown. */
    private static final Map<String, List<String>> JUDGED = Map.of(
        "arm64", List.of("tlbiVa", "tlbiVaLast", "tlbiAsid", "tlbiRange", "tlbiLocal", "dsbIsh"),
        "x86-64", List.of("tlbIpis"));

    private KernelCounts() {
    }

    /**
     * One row.
     *
     * @param arch      architecture
     * @param kernel    version
     * @param cpu       core
     * @param options   the kernel's command line
     * @param operation what was done
     * @param pages     to how many pages
     * @param state     what they were
     * @param threads   what other threads there were
     * @param counts    by name; what is not there is 0. Null if the row has none: there is nothing to be held against then
     */
    public record Row(String arch, String kernel, String cpu, String options, String operation, int pages, String state,
                      String threads, Map<String, Long> counts) {
        /**
         * Whether other counts of the same are equal, as far as they are judged.
         *
         * @param ours the others
         * @return true also if there is nothing to hold them against
         */
        public boolean equal(Map<String, Long> ours) {
            return counts == null || judged().stream().allMatch(name -> of(counts, name) == of(ours, name));
        }

        /**
         * The counts that are judged.
         *
         * @return their names; none for an architecture that is not known
         */
        public List<String> judged() {
            return JUDGED.getOrDefault(arch, List.of());
        }
    }

    /**
     * A row, and what was counted here of the same.
     *
     * @param row  the row
     * @param ours by name; null if the row is not carried
     */
    public record Beside(Row row, Map<String, Long> ours) {
    }

    /**
     * One count.
     *
     * @param counts by name
     * @param name   which
     * @return 0 if it is not there
     */
    public static long of(Map<String, Long> counts, String name) {
        return counts.getOrDefault(name, 0L);
    }

    /**
     * The rows of the project.
     *
     * @return in their order
     */
    public static List<Row> read() {
        try (InputStream in = KernelCounts.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is not in the jar");
            }
            return rows(Json.tree(in.readAllBytes(), FILE), FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The rows of a file.
     *
     * @param file the file
     * @return in their order
     * @throws BadRunException if it is not such a file, in one line
     */
    public static List<Row> read(Path file) {
        return rows(Json.tree(Json.bytes(file), file), file);
    }

    private static List<Row> rows(JsonNode tree, Object name) {
        JsonNode array = tree.isArray() ? tree : tree.path("rows");
        if (!array.isArray() || array.isEmpty()) {
            throw new BadRunException(name + " has no rows" + ACCEPTED);
        }
        List<Row> rows = new ArrayList<>();
        for (JsonNode node : array) {
            rows.add(row(node, name + " row " + (rows.size() + 1)));
        }
        return rows;
    }

    private static Row row(JsonNode node, String name) {
        for (String word : WORDS) {
            if (!node.path(word).isString()) {
                throw new BadRunException(name + " has no text as " + word + ACCEPTED);
            }
        }
        JsonNode pages = node.path("pages");
        if (!pages.isInt() || pages.intValue() < 1) {
            throw new BadRunException(name + " has no number of pages" + ACCEPTED);
        }
        return new Row(text(node, "arch"), text(node, "kernel"), text(node, "cpu"), text(node, "options"),
            text(node, "operation"), pages.intValue(), text(node, "state"), text(node, "threads"), counts(node, name));
    }

    private static String text(JsonNode node, String word) {
        return node.path(word).asString();
    }

    private static Map<String, Long> counts(JsonNode node, String name) {
        JsonNode given = node.path("counts");
        if (given.isMissingNode()) {
            return null;
        }
        if (!given.isObject()) {
            throw new BadRunException(name + " has counts that are no object" + ACCEPTED);
        }
        Map<String, Long> counts = new LinkedHashMap<>();
        given.properties().forEach(count -> {
            JsonNode value = count.getValue();
            if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
                throw new BadRunException(name + " has no whole number as " + count.getKey() + ACCEPTED);
            }
            counts.put(count.getKey(), value.longValue());
        });
        return counts;
    }

    /**
     * Rows with what was counted here beside them, as data: an array of the rows as they are in the file, each with
     * {@code ours}, null if it is not carried, and {@code equal}.
     *
     * @param rows the rows, in their order
     * @return a JSON document
     */
    public static String json(List<Beside> rows) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        rows.forEach(beside -> {
            Row row = beside.row;
            Map<String, Long> counted = beside.ours;
            ObjectNode node = array.addObject();
            node.put("arch", row.arch).put("kernel", row.kernel).put("cpu", row.cpu).put("options", row.options)
                .put("operation", row.operation).put("pages", row.pages).put("state", row.state).put("threads", row.threads);
            if (row.counts != null) {
                put(node.putObject("counts"), row.counts);
            }
            if (counted == null) {
                node.putNull("ours").putNull("equal");
            } else {
                put(node.putObject("ours"), counted);
                node.put("equal", row.counts == null ? null : (Boolean) row.equal(counted));
            }
        });
        return Json.pretty(array);
    }

    /** What is 0 is left out, as in the file. */
    private static void put(ObjectNode node, Map<String, Long> counts) {
        counts.forEach((name, count) -> {
            if (count != 0) {
                node.put(name, count);
            }
        });
    }
}
