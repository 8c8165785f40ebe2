package dev.salvo.results;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The published figures, and which of them hardware profiles were fitted to: two files of the project, in the jar. */
final class ReferenceCurves {
    private static final String FOLDER = "reference/";

    private final Map<String, JsonNode> curves = new LinkedHashMap<>();
    private final Set<Fitted> fitted = new HashSet<>();

    /**
     * A figure that a profile was fitted to.
     *
     * @param curve   id of the curve
     * @param machine whose figure
     * @param x       the published x
     * @param series  empty if the curve has one figure at each x
     */
    record Fitted(String curve, String machine, double x, String series) {
    }

    ReferenceCurves() {
        for (JsonNode curve : read("reference-curves.json").path("curves")) {
            curves.put(curve.path("id").asString(), curve);
        }
        for (JsonNode each : read("fitted.json").path("fitted")) {
            fitted.add(new Fitted(each.path("curve").asString(), each.path("machine").asString(),
                each.path("x").doubleValue(), each.path("series").asString("")));
        }
    }

    /** The ids of all curves, in the file's order. */
    List<String> ids() {
        return List.copyOf(curves.keySet());
    }

    /** What a curve is of, and who published it. */
    String describe(String curve) {
        JsonNode node = curves.get(curve);
        String y = node.path("y").asString("");
        return curve + ": " + node.path("title").asString() + (y.isEmpty() ? "" : "; " + y) + ". "
            + node.path("source").asString();
    }

    /** The points of a curve, each x of a machine once: of two placements that were published, the first. */
    List<JsonNode> points(String curve, String machine) {
        Set<Double> seen = new HashSet<>();
        List<JsonNode> points = new ArrayList<>();
        for (JsonNode point : curves.get(curve).path("points")) {
            if (point.path("machine").asString(machine).equals(machine) && seen.add(point.path("x").doubleValue())) {
                points.add(point);
            }
        }
        return points;
    }

    boolean fitted(String curve, String machine, double x, String series) {
        return fitted.contains(new Fitted(curve, machine, x, series));
    }

    Set<Fitted> fitted() {
        return Set.copyOf(fitted);
    }

    private static JsonNode read(String name) {
        try (InputStream in = ReferenceCurves.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return Json.tree(in.readAllBytes(), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
