package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ExportsTest {
    private static final Map<String, Object> HOST = Map.of("hostname", "a \"host\", or two", "start", "2026-12-01T08:00:00Z");

    @Test
    void jmhsResultsOfAllPointsAreOneArrayAsTheyWere() {
        MadeUp one = MadeUp.point();
        MadeUp two = MadeUp.paced("a", 1000, 0);
        ArrayNode all = Json.MAPPER.createArrayNode();
        all.addAll(one.results()).addAll(two.results());
        assertEquals(all, tree(exports(one, two).jmh()));
    }

    @Test
    void everyReplicateIsARowThatSaysWhereItWasMeasured() {
        String[] lines = exports(MadeUp.point().forks("nsPerPage", new double[] {10, 20}, new double[] {30, 50})).ndjson()
            .split("\n");
        assertEquals(3, lines.length, "two uninstrumented forks, and an instrumented one");
        JsonNode second = tree(lines[1]);
        assertEquals("a-run", second.get("run").stringValue());
        assertEquals("a \"host\", or two", second.get("host").stringValue());
        assertEquals("2026-12-01T08:00:00Z", second.get("runStart").stringValue());
        assertEquals("total", second.get("measure").stringValue());
        assertEquals(2, second.get("replicate").intValue());
        assertEquals(40, second.get("nsPerPage").doubleValue());
        assertTrue(Arrays.stream(Axis.values()).allMatch(axis -> second.has(axis.key())), second.toString());
        assertEquals(8, second.get("cores").intValue());
        for (String unknown : List.of("dilation", "round", "at", "steady", "pages", "foreignCpuShare", "turnNanos")) {
            assertTrue(second.get(unknown).isNull(), unknown);
        }
        assertEquals("split", tree(lines[2]).get("measure").stringValue());
    }

    /** Fails if iterations count alike though one did three times as many pages, or if a count that is no time is weighed. */
    @Test
    void ofWhatIsPerPagePagesAreTheWeights() {
        MadeUp point = MadeUp.point().forks("nsPerPage", new double[] {10, 20});
        ((ArrayNode) point.metric(0, "pagesPerSecond").get("rawData").get(0)).removeAll().add(100).add(200);
        notes(point, "{\"round\": 3, \"at\": \"2026-12-01T10:00:00Z\", \"steady\": false, \"dropped\": [99.5, 30], "
            + "\"pages\": [300, 100], \"foreignCpuShare\": 0.013, \"stealShare\": null, \"turnNanos\": 310.5}");
        JsonNode row = tree(exports(point).ndjson().split("\n")[0]);
        assertEquals(12.5, row.get("nsPerPage").doubleValue());
        assertEquals(150, row.get("pagesPerSecond").doubleValue());
        assertEquals(3, row.get("round").intValue());
        assertEquals("2026-12-01T10:00:00Z", row.get("at").stringValue());
        assertEquals(400, row.get("pages").intValue());
        assertEquals(2, row.get("droppedIterations").intValue());
        assertEquals(false, row.get("steady").booleanValue());
        assertEquals(0.013, row.get("foreignCpuShare").doubleValue());
        assertEquals(310.5, row.get("turnNanos").doubleValue());
        assertTrue(row.get("stealShare").isNull() && row.get("roundTripNanos").isNull());
    }

    @Test
    void csvHasTheSameColumnsAndFieldsInQuotesWhereTheyNeedThem() {
        Exports exports = exports(MadeUp.point(), MadeUp.paced("a", 1000, 0));
        String[] csv = exports.csv().split("\r\n");
        String[] ndjson = exports.ndjson().split("\n");
        assertEquals(1 + ndjson.length, csv.length);
        assertEquals(List.of(csv[0].split(",")), List.copyOf(tree(ndjson[0]).propertyNames()));
        assertTrue(csv[1].startsWith("a-run,\"a \"\"host\"\", or two\",2026-12-01T08:00:00Z,c8-s1-"), csv[1]);
        int columns = csv[0].split(",").length;
        for (String line : csv) {
            assertEquals(columns, line.replace("\"a \"\"host\"\", or two\"", "host").split(",", -1).length, line);
        }
    }

    @Test
    void ofARunWithoutPointsThereIsNothing() {
        Exports none = exports();
        assertEquals("", none.csv() + none.ndjson());
        assertEquals(0, tree(none.jmh()).size());
    }

    private static void notes(MadeUp point, String fork) {
        ((ObjectNode) point.results().get(0)).putArray("replicates").add(tree(fork));
    }

    private static Exports exports(MadeUp... points) {
        Map<Point, JsonNode> files = new LinkedHashMap<>();
        for (MadeUp point : points) {
            files.put(point.row().point(), point.results());
        }
        return new Exports("a-run", HOST, files);
    }

    private static JsonNode tree(String json) {
        return Json.tree(json.getBytes(StandardCharsets.UTF_8), "json");
    }
}
