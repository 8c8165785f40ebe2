package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ReportTest {
    private static final String EVIL = "</script><img src=x onerror=alert(1)><!-- {{data}} & \"quoted\" 'too'";
    private static final double EXACT = 1e-9;

    @TempDir
    Path parent;

    @Test
    void aRunIsOnePageWithAllItHasToSay() {
        RunFolder run = sweep();
        String html = Report.html(List.of(run), run.path());
        assertTrue(html.startsWith("<!doctype html>\n<!-- salvo report"), html.substring(0, 60));
        for (String part : new String[] {"<h1>What one page costs as cores are added</h1>", "<dt>Host</dt><dd>made-up</dd>",
            "Time per page, wall-clock time", "How the times are distributed", "Where a page's time goes",
            "All figures", "cores shared 2 CPUs, so the host's scheduler is part of these times",
            "No core used a page after it was gone."}) {
            assertTrue(html.contains(part), part);
        }
        assertTrue(html.length() < 250_000, html.length() + " characters");
    }

    @Test
    void figuresInChartsAndTablesAreThoseOfTheRows() {
        RunFolder run = sweep();
        String html = Report.html(List.of(run), run.path());
        JsonNode chart = data(html).get("charts").get(0);
        List<Double> drawn = new ArrayList<>();
        chart.get("series").forEach(series -> series.get("marks").forEach(mark -> drawn.add(mark.get("y").doubleValue())));
        assertEquals(run.rows().size(), drawn.size());
        for (Row row : run.rows()) {
            assertTrue(drawn.stream().anyMatch(y -> Math.abs(y - row.nsPerPage().mean()) < EXACT), row.point().name());
            assertTrue(html.contains("<td>" + Figures.time(row.nsPerPage().mean()) + ' ' + Figures.error(
                row.nsPerPage().mean(), row.nsPerPageError()) + "</td>"), row.point().name());
        }
    }

    @Test
    void itAsksForNothingFromAnywhere() {
        RunFolder run = sweep();
        String html = Report.html(List.of(run), run.path());
        Matcher asked = Pattern.compile("(?:src|href|action|data)\\s*=\\s*\"([^\"]*)\"|url\\(|@import").matcher(html);
        while (asked.find()) {
            assertTrue(asked.group(1) != null && (asked.group(1).startsWith("data:") || asked.group(1).matches("[\\w./%-]*")),
                asked.group());
        }
        assertFalse(html.contains("<link") || html.contains("<iframe") || html.contains("<object"));
        assertTrue(html.contains("default-src 'none'"));
    }

    @Test
    void noScriptRunsButTheTwoThatAreMeant() throws Exception {
        RunFolder run = sweep();
        String html = Report.html(List.of(run), run.path());
        Matcher policy = Pattern.compile("script-src ([^;\"]*)").matcher(html);
        assertTrue(policy.find());
        Set<String> allowed = Set.of(policy.group(1).split(" "));
        Set<String> found = new HashSet<>();
        Matcher script = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL).matcher(html);
        while (script.find()) {
            found.add("'sha256-" + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256")
                .digest(script.group(1).getBytes(StandardCharsets.UTF_8))) + '\'');
        }
        assertEquals(2, found.size());
        assertEquals(allowed, found);
    }

    @Test
    void foreignTextStaysText() throws IOException {
        Path named = Files.createDirectory(parent.resolve("<img src=x onerror=alert(2)>"));
        RunFolder made = RunFolder.create(parent, Map.of("hostname", EVIL, "cpuModel", EVIL, "command", EVIL + "\u2028",
            "kernel", List.of(EVIL), "distortions", List.of(EVIL, Map.of(EVIL, EVIL), 7)), Instant.EPOCH);
        made.add(MadeUp.point().json());
        Files.move(made.path(), named.resolve("run\"><script>alert(3)<"));
        RunFolder run = RunFolder.open(named.resolve("run\"><script>alert(3)<"));
        Files.writeString(run.flame().resolve("javascript:alert(4)\" onclick=\"x.html"), "");
        for (String html : List.of(Report.html(List.of(run), run.path()), Report.html(List.of(run, run), parent))) {
            assertEquals(3, count(html, "<script"), "data, library and page");
            assertEquals(3, count(html, "</script"));
            assertEquals(0, count(html.replace("<noscript><img alt", ""), "<img"));
            assertFalse(html.contains("onclick=\"x") || html.contains("\"javascript:"));
            assertTrue(html.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&lt;!-- {{data}} &amp; &quot;"));
            assertFalse(html.contains("\u2028"));
            data(html);
        }
    }

    @Test
    void theTwoClocksNeverShareAChartOrATable() {
        RunFolder run = bothClocks("both");
        RunFolder other = bothClocks("other");
        for (String html : List.of(Report.html(List.of(run), run.path()), Report.html(List.of(run, other), parent))) {
            assertTrue(html.contains("Time per page, wall-clock time")
                && html.contains("Time per page, emulated time, paced clock"));
            for (JsonNode chart : data(html).get("charts")) {
                Set<Boolean> clocks = new HashSet<>(); // only the paced sweep has 128 cores, only the native one 100
                chart.get("series").forEach(series -> series.get("marks").forEach(mark -> {
                    if (mark.get("x").intValue() > 64) {
                        clocks.add(mark.get("x").intValue() == 128);
                    }
                }));
                assertEquals(1, clocks.size(), chart.toString());
            }
        }
    }

    /** Fails if two runs share a chart, or have scales of their own, or colours tell runs. */
    @Test
    void runsBesideOneAnotherHaveAChartEachOnOneScaleAndTheirRatio() {
        RunFolder one = run("one", MadeUp.sweepPoints());
        RunFolder two = run("two", MadeUp.sweepPoints().stream().map(point -> point.time(2 * point.row().nsPerPage().mean()))
            .toList());
        String html = Report.html(List.of(one, two), parent);
        assertTrue(html.contains("2 runs beside one another"));
        JsonNode charts = data(html).get("charts");
        for (int i = 0; i < 2; i++) {
            assertEquals(4, charts.get(i).get("series").size());
            assertEquals(charts.get(0).get("ys"), charts.get(i).get("ys"));
            assertEquals(charts.get(0).get("xs"), charts.get(i).get("xs"));
        }
        assertTrue(html.contains("<figcaption>Mean time per page, two-19700101T000000Z</figcaption>"));
        JsonNode ratio = charts.get(2);
        assertEquals("ratio", ratio.get("unit").stringValue());
        assertEquals(4, ratio.get("series").size());
        ratio.get("series").forEach(series -> series.get("marks").forEach(mark -> {
            assertEquals(2, mark.get("y").doubleValue(), 1e-6);
            assertTrue(mark.get("low").doubleValue() < 2 && mark.get("high").doubleValue() > 2);
        }));
        assertTrue(html.contains(
            "<figcaption>Mean time per page, two-19700101T000000Z over one-19700101T000000Z</figcaption>"));
    }

    @Test
    void whereTheHostHasNoMoreCpusAndWhereMostIsDoneAreMarked() {
        RunFolder run = sweep();
        JsonNode charts = data(Report.html(List.of(run), run.path())).get("charts");
        assertEquals("[2]", charts.get(0).get("cpus").toString());
        assertFalse(charts.get(0).get("peaks").booleanValue());
        JsonNode rates = charts.get(1);
        assertEquals("rate", rates.get("unit").stringValue());
        assertTrue(rates.get("peaks").booleanValue());
    }

    @Test
    void allPercentilesAreOnOneScale() {
        RunFolder run = sweep();
        Set<String> scales = new HashSet<>();
        data(Report.html(List.of(run), run.path())).get("charts").forEach(chart -> {
            if (chart.get("series").get(0).get("name").stringValue().equals("max")) {
                scales.add(chart.get("ys").toString() + chart.get("xs"));
            }
        });
        assertEquals(2, scales.size(), "of a page, and of an acknowledgement: " + scales);
    }

    /** Adds what is known of one that measured two iterations of as many pages. Returns what it dropped. */
    private static ArrayNode replicate(ArrayNode notes, int round, boolean steady) {
        ObjectNode replicate = notes.addObject().put("round", round).put("at", "2026-12-01T10:00:00Z").put("steady", steady);
        replicate.putArray("pages").add(256).add(256);
        return replicate.putArray("dropped");
    }

    /** What was thrown away as warm-up is seen, and so is a replicate that never was steady. */
    @Test
    void everyIterationOfEveryReplicateIsInAStrip() {
        MadeUp point = MadeUp.point().forks("nsPerPage", new double[] {10, 20}, new double[] {30, 50});
        ArrayNode notes = ((ObjectNode) point.results().get(0)).putArray("replicates");
        replicate(notes, 1, true).add(90).add(40).add(30);
        replicate(notes, 2, false);
        RunFolder run = run("strips", List.of(point, MadeUp.point(16, 1, "sync", 1000)));
        String html = Report.html(List.of(run), run.path());
        List<String> strips = new ArrayList<>();
        Matcher strip = Pattern.compile("<svg class=\"strip\".*?</svg>", Pattern.DOTALL).matcher(html);
        while (strip.find()) {
            strips.add(strip.group());
        }
        assertEquals(2, strips.size());
        assertEquals(3 + 2 + 2, count(strips.get(0), "<circle"));
        assertEquals(3, count(strips.get(0), "<circle class=\"pale\""));
        assertEquals(2, count(strips.get(0), "<circle class=\"unsteady\""));
        assertTrue(strips.get(0).contains("15.0 ns of 2, 3 dropped; 40.0 ns of 2, never steady"), strips.get(0));
        assertFalse(strips.get(1).contains("pale") || strips.get(1).contains("unsteady"), "nothing is known of it");
    }

    @Test
    void aFitIsDrawnApartAndInNoTableAndBeyondItsPointsAsSuch() {
        List<MadeUp> points = new ArrayList<>();
        for (int cores : new int[] {4, 8, 16, 32}) {
            points.add(MadeUp.point(cores, 1, "sync", 1000 + 50.0 * cores));
        }
        RunFolder run = run("fits", points);
        String html = Report.html(List.of(run), run.path());
        JsonNode chart = data(html).get("charts").get(0);
        assertEquals(1, chart.get("series").size());
        assertEquals(1, chart.get("fits").size());
        JsonNode fit = chart.get("fits").get(0);
        assertEquals(32, fit.get("marks").get(fit.get("marks").size() - 1).get(0).doubleValue(), EXACT);
        assertEquals(64, fit.get("beyond").get(fit.get("beyond").size() - 1).get(0).doubleValue(), EXACT);
        assertTrue(html.contains("Fits, which are no measurements") && html.contains("<li>a fit: sync, "));
        for (String table : html.split("<table>")) {
            assertFalse(table.contains("</table>") && table.substring(0, table.indexOf("</table>")).contains("fit"), table);
        }
    }

    @Test
    void whereOnlySendersVaryTheyAreTheAxis() {
        List<MadeUp> points = new ArrayList<>();
        for (int senders : new int[] {1, 4, 8}) {
            for (String strategy : new String[] {"batched", "local"}) {
                points.add(MadeUp.point(16, senders, strategy, 100.0 * senders).param("workload", "protect")
                    .opsPerSecond(1e5 / senders));
            }
        }
        RunFolder run = run("protect", points);
        JsonNode charts = data(Report.html(List.of(run), run.path())).get("charts");
        assertEquals("senders", charts.get(0).get("x").stringValue());
        assertEquals(2, charts.get(0).get("series").size());
        assertEquals("rate", charts.get(1).get("unit").stringValue());
        assertEquals(1e5 / 8, charts.get(1).get("series").get(0).get("marks").get(2).get("y").doubleValue(), EXACT);
    }

    @Test
    void victimsHaveAChart() {
        RunFolder run = run("victims", List.of(MadeUp.point().loaded("own", 1e6, 1.25e6)));
        String html = Report.html(List.of(run), run.path());
        assertTrue(html.contains("What it costs the others") && html.contains("<td>1.25×</td>"), html);
    }

    @Test
    void staleUsesAreSaidFirst() {
        RunFolder run = MadeUp.run(parent);
        run.add(MadeUp.point().forks("staleUses", new double[] {3}).json());
        String html = Report.html(List.of(run), run.path());
        assertTrue(html.indexOf("3 stale uses") > 0 && html.indexOf("3 stale uses") < html.indexOf("class=\"words\""));
    }

    @Test
    void flameGraphsAreLinkedFromWhereverThePageLies() throws IOException {
        RunFolder run = sweep();
        Files.writeString(run.flame().resolve("sync-sender.html"), "");
        Files.writeString(run.flame().resolve("sync-batched-diff.html"), "");
        assertTrue(Report.html(List.of(run), run.path()).contains("href=\"flame/sync-sender.html\""));
        String elsewhere = Report.html(List.of(run), parent.resolve("pages"));
        assertTrue(elsewhere.contains("href=\"../" + run.path().getFileName() + "/flame/sync-batched-diff.html\""));
    }

    @Test
    void aRunWithoutPointsIsAPageToo() {
        RunFolder run = MadeUp.run(parent);
        assertTrue(Report.html(List.of(run), run.path()).contains("no point was measured yet"));
        assertThrows(IllegalArgumentException.class, () -> Report.html(List.of(), parent));
    }

    /** Its reason stands where its figure would, and whatever else is on the page does without it. */
    @Test
    void aRefusedPointIsOnThePageBesideNativeOnesOfRounds() {
        List<MadeUp> points = new ArrayList<>(MadeUp.sweepPoints());
        points.forEach(point -> point.rounds(0.99, 1, 1.02));
        points.add(MadeUp.paced("a", 1000, 0).inRounds());
        points.add(MadeUp.paced("a", 500, 0).param("strategy", "batched").inRounds());
        points.add(MadeUp.paced("a", 1000, 0).param("cores", 64).line("slipShare", 64 * 0.3, 0).inRounds());
        RunFolder run = run("refused", points);
        String html = Report.html(List.of(run), run.path());
        assertTrue(html.contains("slip 30.0%"));
        assertTrue(data(html).toString().contains("slip 30.0%"), "in a chart, too");
        assertTrue(CurveSvg.of(run.rows(), "h", "c").contains("a core's messages came late for 30.0%"));
        JsonNode rows = Json.tree(RowsJson.of(run.rows()).getBytes(StandardCharsets.UTF_8), "rows");
        List<Double> gains = new ArrayList<>();
        rows.forEach(row -> {
            if (row.path("gain").path("ratio").isNumber()) {
                gains.add(row.get("gain").get("ratio").doubleValue());
            }
        });
        assertEquals(run.rows().stream().map(Row::batchingGain).filter(Double::isFinite).toList(), gains, "of both clocks");
        assertTrue(gains.contains(2.0) && gains.size() > 1, gains.toString());
    }

    @Test
    void itKnowsItsOwnPages() throws IOException {
        RunFolder run = sweep();
        assertTrue(Report.wrote(run.writeReport(Report.html(List.of(run), run.path()))));
        assertFalse(Report.wrote(Files.writeString(parent.resolve("a.html"), "<!doctype html>\n<p>mine</p>")));
        assertFalse(Report.wrote(Files.writeString(parent.resolve("b.html"), "")));
        assertThrows(BadRunException.class, () -> Report.wrote(parent));
    }

    private RunFolder sweep() {
        return run("made-up", MadeUp.sweepPoints());
    }

    private RunFolder bothClocks(String host) {
        List<MadeUp> points = new ArrayList<>(MadeUp.sweepPoints());
        points.addAll(MadeUp.pacedSweepPoints("kunpeng-920"));
        return run(host, points);
    }

    private RunFolder run(String host, List<MadeUp> points) {
        RunFolder run = RunFolder.create(parent, Map.of("hostname", host), Instant.EPOCH);
        points.forEach(point -> run.add(point.json()));
        return run;
    }

    private static JsonNode data(String html) {
        Matcher data = Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL)
            .matcher(html);
        assertTrue(data.find());
        return Json.tree(data.group(1).getBytes(StandardCharsets.UTF_8), "data");
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }
}
