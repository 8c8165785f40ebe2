package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RowsJsonTest {
    @Test
    void theKeysAreThosePromised() {
        JsonNode row = parsed(List.of(MadeUp.point().row())).get(0);
        List<String> axes = List.of("cores", "senders", "mappings", "strategy", "interconnect", "load", "list", "batch",
            "pte", "clock", "placement", "ring", "idle", "workload", "profile");
        List<String> keys = List.copyOf(row.propertyNames());
        assertEquals(axes, keys.subList(0, axes.size()));
        assertEquals(List.of("nsPerPage", "nsPerPageError", "pagesPerSecond", "opsPerSecond", "splitNsPerPage",
            "splitDisturbs", "issueNsPerPage", "waitNsPerPage", "softwareNsPerPage", "flushShare", "tlbiPerPage",
            "dsbIshPerPage", "dsbIshstPerPage", "tlbHits", "tlbMisses", "ackDelayNs", "victimSlowdown", "staleUses",
            "yields", "wakeUps", "wakeUpsPerPage", "runDelayMs", "hostCpus", "oversubscribed", "batchingGain", "forks",
            "jdk", "dilation", "errorBound", "straight", "slipShare", "overrunNs", "slowdown"),
            keys.subList(axes.size(), keys.size())); // no axis that came since
        assertEquals(keys, List.copyOf(parsed(List.of(MadeUp.paced("a", 1, 1).row())).get(0)
            .propertyNames()));
        assertEquals(List.of("mean", "p50", "p99", "p999", "max"), List.copyOf(row.get("nsPerPage").propertyNames()));
        assertEquals(List.of("low", "high", "confidencePercent", "over"),
            List.copyOf(row.get("nsPerPageError").propertyNames()));
    }

    /** All rows of a file have the same keys, and those of older runs no new ones. */
    @Test
    void anAxisThatCameLaterHasAKeyInAllRowsOnceOneIsNotAsBefore() {
        MadeUp local = MadeUp.point().param("mechanism", "arm64-local");
        JsonNode both = parsed(List.of(MadeUp.point().row(), local.row()));
        assertEquals("arm64", both.get(0).get("mechanism").stringValue());
        assertEquals("arm64-local", both.get(1).get("mechanism").stringValue());
        assertEquals(List.of("profile", "mechanism", "nsPerPage"), List.copyOf(both.get(0).propertyNames()).subList(14, 17));
        assertFalse(parsed(List.of(MadeUp.point().param("mechanism", "arm64").row())).get(0).has("mechanism"));
    }

    @Test
    void wordsAreThoseOfTheCommandLine() {
        JsonNode row = parsed(List.of(MadeUp.point().row())).get(0);
        assertEquals("sync ring idle clean native compact auto iterations", String.join(" ",
            row.get("strategy").stringValue(), row.get("interconnect").stringValue(), row.get("load").stringValue(),
            row.get("pte").stringValue(), row.get("clock").stringValue(), row.get("placement").stringValue(),
            row.get("idle").stringValue(), row.get("nsPerPageError").get("over").stringValue()));
    }

    @Test
    void whatWasNotMeasuredIsNull() {
        MadeUp point = MadeUp.point().forks("nsPerPage", new double[] {5080});
        point.metric(1, "ackDelayNs").put("score", "NaN");
        String json = RowsJson.of(List.of(point.row()));
        JsonNode row = parsed(List.of(point.row())).get(0);
        assertTrue(row.get("victimSlowdown").isNull() && row.get("batchingGain").isNull());
        assertTrue(row.get("nsPerPageError").get("low").isNull() && row.get("ackDelayNs").get("p99").isNull());
        assertFalse(json.contains("NaN") || json.contains("Infinity"), json);
    }

    @Test
    void whatOnlyAPacedPointHasIsNullOfANativeOne() {
        JsonNode row = parsed(List.of(MadeUp.point().row())).get(0);
        for (String key : List.of("profile", "opsPerSecond", "dilation", "errorBound", "straight", "slipShare",
            "overrunNs", "slowdown")) {
            assertTrue(row.get(key).isNull(), key);
        }
        assertEquals("seed", row.get("workload").stringValue());
        assertEquals(5.5, parsed(List.of(MadeUp.point().opsPerSecond(5.5).row())).get(0).get("opsPerSecond")
            .doubleValue());
    }

    @Test
    void aPacedRowHasItsBoundAndWhatItCostTheHost() {
        JsonNode row = parsed(List.of(MadeUp.paced("kunpeng-920", 1000, 200_000).row())).get(0);
        assertEquals("paced", row.get("clock").stringValue());
        assertEquals("kunpeng-920", row.get("profile").stringValue());
        assertEquals("4000", row.get("dilation").toString());
        assertEquals(0.05, row.get("errorBound").doubleValue(), 1e-9);
        assertTrue(row.get("straight").booleanValue());
        assertEquals(21, row.get("overrunNs").get("p50").doubleValue(), 1e-9);
        assertEquals("5000", row.get("slowdown").toString());
    }

    @Test
    void countsAreWrittenAsWholeNumbers() {
        JsonNode row = parsed(List.of(MadeUp.point().score("yields", 12_345_678_901.0).row())).get(0);
        assertEquals("12345678901", row.get("yields").toString());
        assertEquals("1", row.get("tlbiPerPage").toString());
    }

    @Test
    void rowsKeepTheirOrder() {
        List<Row> rows = MadeUp.sweep();
        JsonNode json = parsed(rows);
        assertEquals(rows.size(), json.size());
        for (int i = 0; i < rows.size(); i++) {
            assertEquals(rows.get(i).nsPerPage().mean(), json.get(i).get("nsPerPage").get("mean").doubleValue());
        }
    }

    private static JsonNode parsed(List<Row> rows) {
        return Json.tree(RowsJson.of(rows).getBytes(StandardCharsets.UTF_8), "rows");
    }
}
