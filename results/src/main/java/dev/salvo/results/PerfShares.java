package dev.salvo.results;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The published program's profile by kernel symbol: a file of the project, in the jar.
 *
 * @param source         who published it
 * @param lastDsbPercent what part of {@code ptep_clear_flush} its last DSB was
 * @param profiles       one for each machine
 */
record PerfShares(String source, double lastDsbPercent, List<Profile> profiles) {
    private static final String FILE = "reference/perf-shares.json";

    /**
     * One machine's.
     *
     * @param machine its name
     * @param cores   how many it has, as its source says it
     * @param shares  percent of the samples by symbol
     */
    record Profile(String machine, String cores, Map<String, Double> shares) {
    }

    static PerfShares read() {
        try (InputStream in = PerfShares.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is not in the jar");
            }
            JsonNode tree = Json.tree(in.readAllBytes(), FILE);
            List<Profile> profiles = new ArrayList<>();
            for (JsonNode profile : tree.path("profiles")) {
                Map<String, Double> shares = new LinkedHashMap<>();
                profile.path("shares").properties()
                    .forEach(share -> shares.put(share.getKey(), share.getValue().doubleValue()));
                profiles.add(new Profile(profile.path("machine").asString(), profile.path("cores").asString(), shares));
            }
            return new PerfShares(tree.path("source").asString(),
                tree.path("lastDsbPercentOfPtepClearFlush").doubleValue(), profiles);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes what was published of a symbol, as shares. */
    void write(String symbol, ArrayNode array) {
        for (Profile profile : profiles) {
            if (profile.shares.containsKey(symbol)) {
                ObjectNode node = array.addObject();
                node.put("machine", profile.machine);
                node.put("cores", profile.cores);
                node.put("share", profile.shares.get(symbol) / 100);
                node.put("source", source);
            }
        }
    }
}
