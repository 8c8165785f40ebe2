package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A curve of a machine that the host carries, in small, in a process of its own; and what is then compared. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class PacedCurveTest {
    private static final int CORES = 8;

    @TempDir
    Path folder;

    /** At dilations too small for a busy host a figure may be refused: then no number of it stands anywhere. */
    @Test
    void aPointIsMeasuredAtThreeDilationsAndCheckedAtAFourthAndComparedWithWhatWasPublished() throws Exception {
        Path json = folder.resolve("rows.json");
        Process curve = new ProcessBuilder(Launch.command(List.of(), "curve", "--out", folder.resolve("runs").toString(), "--clock", "paced", "--profile", "snapdragon-888", "--cores", Integer.toString(CORES),
            "--dilation", "300", "--forks", "1", "--strategy", "sync,batched", "--json", json.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String out = new String(curve.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, curve.waitFor(), out);
        JsonNode rows = JsonMapper.shared().readTree(Files.readString(json));
        JsonNode row = rows.get(0);
        JsonNode batched = rows.get(1);
        assertEquals("sync", row.get("strategy").stringValue());
        assertEquals("batched", batched.get("strategy").stringValue());
        assertFalse(batched.has("check"), "once in a sweep");
        assertEquals("paced", row.get("clock").stringValue());
        assertEquals("snapdragon-888", row.get("profile").stringValue());
        assertEquals("seed", row.get("workload").stringValue());
        assertEquals(1200, row.get("dilation").doubleValue(), "the largest");
        assertTrue(row.get("errorBound").isNull(), "one fork tells nothing of it");
        assertEquals(1.0, row.get("dsbIshPerPage").doubleValue(), 1e-9);
        assertEquals(0, row.get("staleUses").intValue());
        assertTrue(row.get("slowdown").doubleValue() >= 300);
        boolean isRefused = row.get("slipShare").doubleValue() > CORES * 0.05;
        assertEquals(isRefused, row.has("refused"));
        assertEquals(isRefused, row.get("nsPerPage").get("mean").isNull());
        assertTrue(isRefused || row.get("nsPerPage").get("mean").doubleValue() > 1000);
        boolean isOther = batched.get("slipShare").doubleValue() > CORES * 0.05;
        assertEquals(isRefused || isOther, batched.get("batchingGain").isNull());
        assertEquals(isRefused || isOther, out.contains("slip, in place of a figure"), out);
        assertEquals(2400, row.get("check").get("dilation").doubleValue(), "twice the largest");
        assertTrue(row.get("check").get("foretold").doubleValue() > 1000 && row.get("check").get("measured").doubleValue() > 1000);
        for (JsonNode result : results()) {
            assertEquals(1, result.get("forks").intValue());
            assertEquals(1, result.get("replicates").size());
            assertEquals(1, result.get("replicates").get(0).get("round").intValue());
            assertEquals(256, result.get("replicates").get(0).get("pages").get(0).intValue());
        }
        assertTrue(isRefused && isOther || out.contains("emulated time per page, paced clock, snapdragon-888"), out);

        Path compared = folder.resolve("compared.json");
        Said heard = Said.by("compare", "--reference", "--json", compared.toString(), onlyRun().toString());
        assertEquals(0, heard.exitCode(), heard.err());
        JsonNode entries = JsonMapper.shared().readTree(Files.readString(compared));
        JsonNode share = entries.valueStream().filter(entry -> entry.get("curve").stringValue().equals("seed-share")
            && entry.get("machine").stringValue().equals("Snapdragon 888")).findFirst().orElseThrow();
        assertEquals(5.36, share.get("published").doubleValue());
        assertEquals(isRefused, share.has("refused"));
        assertTrue(isRefused ? share.get("emulated").isNull()
            : Math.abs(100 * row.get("flushShare").doubleValue() - share.get("emulated").doubleValue()) < 0.01);
        assertTrue(share.get("fitted").booleanValue());
    }

    /** Of both points: three dilations each, and the check. */
    private List<JsonNode> results() throws java.io.IOException {
        try (Stream<Path> points = Files.list(onlyRun().resolve("points"))) {
            List<JsonNode> results = new ArrayList<>();
            for (Path point : points.toList()) {
                JsonMapper.shared().readTree(Files.readString(point)).forEach(results::add);
            }
            assertEquals(7, results.size());
            return results;
        }
    }

    private Path onlyRun() throws java.io.IOException {
        try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
            List<Path> all = runs.toList();
            assertEquals(1, all.size());
            return all.get(0);
        }
    }
}
