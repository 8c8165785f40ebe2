package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.point.Workload;
import dev.salvo.results.ReferenceComparison.Entry;
import dev.salvo.results.ReferenceComparison.NeededPoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ReferenceComparisonTest {
    private static final TerminalStyle ASCII = new TerminalStyle(false, false);

    @Test
    void theShareIsInPercentWithItsOwnBound() {
        Row row = seed("snapdragon-888", 8, "sync", 5740).line("flushShare", 0.06, 12).row();
        Entry entry = find(List.of(row), "seed-share", "Snapdragon 888", 8, null);
        assertEquals(5.36, entry.published());
        assertEquals(6, entry.emulated(), 1e-9);
        assertEquals(0.05, entry.errorBound(), 1e-9); // 12 / 4000 of 0.06
        assertEquals(6 / 5.36 - 1, entry.relativeError(), 1e-9);
        assertTrue(entry.fitted());
        Entry other = find(List.of(seed("kunpeng-920", 128, "sync", 5260).row()), "seed-share", "Kunpeng 920",
            100, null);
        assertEquals(16.99, other.published());
        assertEquals(5, other.emulated(), 1e-9);
        assertFalse(other.fitted());
    }

    @Test
    void theGainPerPageIsADifferenceAndSoAreTheBoundsAdded() {
        List<Row> rows = List.of(MadeUp.paced("kunpeng-920", 5260, 40_000).param("cores", 128).row(),
            MadeUp.paced("kunpeng-920", 4600, 80_000).param("cores", 128).param("strategy", "batched").row());
        Entry entry = find(rows, "seed-per-page", "Kunpeng 920", 128, null);
        assertEquals(660, entry.published());
        assertEquals(660, entry.emulated(), 1e-6);
        assertEquals((10 + 20) / 660.0, entry.errorBound(), 1e-9);
        assertEquals(0, entry.relativeError(), 1e-9);
        assertFalse(entry.fitted());
        assertEquals(348, find(rows, "seed-per-page", "Snapdragon 888", 8, null).published());
        assertTrue(find(rows, "seed-per-page", "Snapdragon 888", 8, null).fitted());
    }

    /** Both rows are off by the same in each round: by their own bounds, added, it could be anything. */
    @Test
    void theGainPerPageIsOneFigureWhereRoundsAreTold() {
        MadeUp before = MadeUp.paced("kunpeng-920", 5260, 0).param("cores", 128);
        MadeUp after = MadeUp.paced("kunpeng-920", 4600, 0).param("cores", 128).param("strategy", "batched");
        for (int i = 0; i < 3; i++) {
            before.figures(i, "nsPerPage", 5260, 5360, 5460);
            after.figures(i, "nsPerPage", 4600, 4700, 4800);
        }
        Entry entry = find(List.of(before.inRounds().row(), after.inRounds().row()), "seed-per-page", "Kunpeng 920", 128,
            null);
        assertEquals(660, entry.emulated(), 1e-6);
        assertEquals(0, entry.errorBound(), 1e-9);
        assertEquals(Straightness.STRAIGHT, entry.straightness());
    }

    @Test
    void whatIsRefusedIsNoFigureAndSaysWhy() {
        List<Row> rows = List.of(seed("snapdragon-888", 8, "sync", 5740).line("slipShare", 8 * 0.4, 0).inRounds().row(),
            seed("snapdragon-888", 8, "batched", 5392).inRounds().row());
        for (String curve : List.of("seed-share", "seed-per-page")) {
            Entry entry = find(rows, curve, "Snapdragon 888", 8, null);
            assertEquals(Refusal.Reason.SLIP, entry.refused().reason());
            assertTrue(Double.isNaN(entry.emulated()) && Double.isNaN(entry.relativeError()));
        }
        String text = ReferenceComparison.of(rows).text(TerminalStyle.PLAIN);
        assertTrue(text.contains("slip 40.0%") && text.contains("Snapdragon 888: 1 fitted, off by at most 0.0%; 3 refused.")
            && text.contains("slip, in place of a figure: refused, for a core's messages came late"), text);
        assertTrue(ReferenceComparison.of(rows).json().contains("\"refused\" : \"a core's messages came late for 40.0%"));
        MadeUp wide = seed("kunpeng-920", 128, "sync", 5260);
        for (int i = 0; i < 3; i++) {
            wide.figures(i, "nsPerPage", 5160, 5260, 5360);
        }
        List<Row> scattered = List.of(wide.inRounds().row(), seed("kunpeng-920", 128, "batched", 4600).inRounds().row());
        assertEquals(Refusal.Reason.BOUND, find(scattered, "seed-per-page", "Kunpeng 920", 128, null).refused().reason());
    }

    @Test
    void elapsedTimeIsThatOfTheWholeProgram() {
        List<Row> rows = List.of(seed("snapdragon-888", 8, "sync", 5000).row(),
            seed("snapdragon-888", 8, "batched", 4500).row());
        Entry before = find(rows, "seed-elapsed", "Snapdragon 888", 8, "before");
        Entry after = find(rows, "seed-elapsed", "Snapdragon 888", 8, "after");
        assertEquals(14.69, before.published());
        assertEquals(12.8, before.emulated(), 1e-9);
        assertEquals(13.8, after.published());
        assertEquals(11.52, after.emulated(), 1e-9);
        assertTrue(after.fitted() && before.fitted(), "both rest on fitted numbers");
    }

    @Test
    void unmappingIsOfOneMegabyteAndTwoCoresAreOfOneCluster() {
        Row row = MadeUp.paced("phytium-ftc862", 200, 0).param("workload", "munmap").param("cores", 2).row();
        Entry entry = find(List.of(row), "munmap-one-sender", "Phytium FTC862", 2, null);
        assertEquals(51.5, entry.published());
        assertEquals(51.2, entry.emulated(), 1e-9);
        assertTrue(entry.fitted());
        assertEquals(List.of(1.0, 2.0, 4.0, 6.0, 8.0), ReferenceComparison.of(List.of()).entries().stream()
            .filter(each -> each.curve().equals("munmap-one-sender")).map(Entry::x).toList());
        assertFalse(find(List.of(row), "munmap-one-sender", "Phytium FTC862", 8, null).fitted());
    }

    @Test
    void sendersAreRelativeToOneOfTheSameSeries() {
        List<Row> rows = new ArrayList<>(List.of(protect(1, "batched", 10_000, 0).row(),
            protect(4, "batched", 9_000, 40).row(), protect(64, "batched", 2_000, 0).row()));
        Entry one = find(rows, "tlb-shootdown-senders", "arm64 server", 1, "broadcast");
        assertEquals(1, one.published());
        assertEquals(1, one.emulated());
        assertTrue(Double.isNaN(one.relativeError()) && one.fitted());
        Entry four = find(rows, "tlb-shootdown-senders", "arm64 server", 4, "broadcast");
        assertEquals(8115 / 9109.0, four.published(), 1e-12);
        assertEquals(0.9, four.emulated(), 1e-9);
        assertEquals(0.01, four.errorBound(), 1e-9);
        Entry many = find(rows, "tlb-shootdown-senders", "arm64 server", 64, "broadcast");
        assertTrue(Double.isNaN(many.published()) && Double.isNaN(many.relativeError()) && !many.fitted());
        assertEquals(0.2, many.emulated(), 1e-9);
        assertEquals(11854 / 8903.0, find(rows, "tlb-shootdown-senders", "arm64 server", 8, "local").published(),
            1e-12);
        assertTrue(ReferenceComparison.of(rows).text(TerminalStyle.PLAIN)
            .contains("predicted; published, but not in this file"));
    }

    @Test
    void broadcastMayBeSynchronousButNeverHalfAndHalf() {
        List<Row> rows = new ArrayList<>(List.of(protect(1, "sync", 10_000, 0).row(),
            protect(4, "sync", 8_000, 0).row(), protect(4, "batched", 9_000, 0).row()));
        assertEquals(0.8, find(rows, "tlb-shootdown-senders", "arm64 server", 4, "broadcast").emulated(), 1e-9);
        rows.add(protect(1, "batched", 10_000, 0).row());
        assertEquals(0.9, find(rows, "tlb-shootdown-senders", "arm64 server", 4, "broadcast").emulated(), 1e-9);
    }

    @Test
    void rowsThatAreNotThePublishedExperimentDoNotCount() {
        List<Row> others = List.of(MadeUp.point().row(), seed("snapdragon-888", 8, "sync", 1).param("list", 64).row(),
            seed("snapdragon-888", 8, "sync", 1).param("mappings", 2).row(),
            seed("snapdragon-888", 8, "sync", 1).param("pte", "dirty").row(),
            seed("snapdragon-888", 8, "sync", 1).param("load", "own").victims(1, 0).row(),
            seed("snapdragon-888:hop=2", 8, "sync", 1).row(), seed("snapdragon-888", 16, "sync", 1).row(),
            seed("snapdragon-888", 8, "sync", 1).param("mechanism", "arm64-local").row(),
            protect(1, "batched", 10_000, 0).param("mechanism", "arm64-local").row(),
            seed("snapdragon-888", 8, "sync", 1).param("senders", 8).row());
        assertTrue(ReferenceComparison.of(others).entries().stream().allMatch(entry -> Double.isNaN(entry.emulated())));
    }

    @Test
    void ofSeveralRowsTheBetterMeasuredCountsNotTheNearest() {
        Row near = MadeUp.paced("snapdragon-888", 5738, 100_000).row();
        Row tight = MadeUp.paced("snapdragon-888", 9000, 1000).param("ring", 64).row();
        assertEquals(9 * 2.56, find(List.of(near, tight), "seed-elapsed", "Snapdragon 888", 8, "before").emulated(),
            1e-6);
        assertEquals(9 * 2.56, find(List.of(tight, near), "seed-elapsed", "Snapdragon 888", 8, "before").emulated(),
            1e-6);
    }

    @Test
    void whatIsFittedStandsInAFileAndEveryEntryOfItIsAPublishedFigure() {
        Set<ReferenceCurves.Fitted> published = ReferenceComparison.of(List.of()).entries().stream()
            .map(entry -> new ReferenceCurves.Fitted(entry.curve(), entry.machine(), entry.x(),
                entry.series() == null ? "" : entry.series())).collect(Collectors.toSet());
        Set<ReferenceCurves.Fitted> fitted = new ReferenceCurves().fitted();
        assertEquals(12, fitted.size());
        assertTrue(published.containsAll(fitted), fitted.toString());
        assertEquals(fitted.size(), ReferenceComparison.of(List.of()).entries().stream().filter(Entry::fitted).count());
    }

    @Test
    void measuringWhatIsNeededLeavesNothingUnmeasured() {
        List<Row> rows = new ArrayList<>();
        for (NeededPoint point : ReferenceComparison.needed()) {
            rows.add(MadeUp.paced(point.profile(), point.strategy() == Strategy.SYNC ? 5000 : 4500, 1000)
                .param("workload", Point.word(point.workload())).param("cores", point.cores())
                .param("senders", point.senders()).param("strategy", Point.word(point.strategy())).row());
        }
        List<Entry> entries = ReferenceComparison.of(rows).entries();
        assertTrue(entries.stream().allMatch(entry -> entry.emulated() > 0), entries.toString());
        assertEquals(2 + 2 + 4 + 5 + 2 * (3 + 4), entries.size());
        assertFalse(ReferenceComparison.of(rows).text(TerminalStyle.PLAIN).contains("not measured"));
        assertEquals(List.of("munmap-one-sender", "seed-elapsed", "seed-per-page", "seed-share",
            "tlb-shootdown-senders"), ReferenceComparison.needed().stream().map(NeededPoint::curve).distinct().sorted()
                .toList());
        assertEquals(8, ReferenceComparison.needed().stream().filter(point -> !point.published()).count());
        assertTrue(ReferenceComparison.needed().stream().noneMatch(point ->
            point.workload() == Workload.PROTECT && point.strategy() == Strategy.SYNC));
    }

    @Test
    void theDataHasThePromisedKeysAndFiniteFiguresOnly() {
        MadeUp few = seed("snapdragon-888", 8, "sync", 5000).figures(2, "nsPerPage", 5000, 5001);
        String json = ReferenceComparison.of(List.of(few.row(), protect(1, "local", 1, 0).row(),
            protect(16, "local", 1, 0).row())).json();
        JsonNode array = Json.tree(json.getBytes(StandardCharsets.UTF_8), "comparison");
        for (JsonNode entry : array) {
            List<String> keys = new ArrayList<>(entry.propertyNames());
            keys.remove("series");
            assertEquals(List.of("curve", "machine", "x", "published", "emulated", "errorBound", "relativeError",
                "fitted"), keys);
            assertEquals(entry.get("curve").stringValue().equals("seed-elapsed")
                || entry.get("curve").stringValue().equals("tlb-shootdown-senders"), entry.has("series"));
        }
        assertFalse(json.contains("NaN") || json.contains("Infinity"), json);
        assertTrue(json.contains("\"published\" : null") && json.contains("\"emulated\" : null"), json);
    }

    @Test
    void publishedAndEmulatedStandSideBySideAndMachinesAreSummedUp() {
        List<Row> rows = List.of(seed("snapdragon-888", 8, "sync", 5740).row(),
            seed("snapdragon-888", 8, "batched", 5392).row());
        List<String> lines = ReferenceComparison.of(rows).text(TerminalStyle.PLAIN).lines().toList();
        String all = String.join("\n", lines);
        assertTrue(all.contains("machine") && all.contains("published"), all);
        assertTrue(lines.stream().anyMatch(line -> line.matches(
            "Snapdragon 888 +before +8 +14\\.69 +14\\.69 +±1% +\\+0\\.0% +fitted")), all);
        assertTrue(lines.stream().anyMatch(line -> line.matches(
            "Snapdragon 888 +8 +5\\.36 +5 +±[56]% +-6\\.7% +fitted")), all);
        assertTrue(lines.stream().anyMatch(line -> line.matches(
            "Kunpeng 920 +100 +16\\.99 +not measured +- +- +predicted")), all);
        assertTrue(lines.contains("Snapdragon 888: 4 fitted, off by at most 6.7%."),
            all);
        assertTrue(lines.contains("Kunpeng 920: 4 not measured."), all);
        assertTrue(lines.contains("no profile for it: x86-ipi, x86-by-pages, invlpgb."), all);
        lines.forEach(line -> assertTrue(line.length() <= 120, line));
        assertTrue(ReferenceComparison.of(rows).text(ASCII).chars().allMatch(letter -> letter < 128));
    }

    @Test
    void doubtsOfTheRowsAreNotKeptQuiet() {
        Row stale = seed("snapdragon-888", 8, "sync", 5000).figures(2, "staleUses", 1, 0, 0).row();
        assertTrue(ReferenceComparison.of(List.of(stale)).text(TerminalStyle.PLAIN).contains("STALE USES: 2."));
        Row bent = seed("snapdragon-888", 8, "sync", 5000).figures(1, "nsPerPage", 9000, 9000, 9000).row();
        String text = ReferenceComparison.of(List.of(bent)).text(TerminalStyle.PLAIN);
        assertTrue(text.contains("%*~") && text.contains("*: the bound is over 10%")
            && text.contains("~: not shown"), text);
    }

    private static MadeUp seed(String profile, int cores, String strategy, double nsPerPage) {
        return MadeUp.paced(profile, nsPerPage, 1000).param("cores", cores).param("strategy", strategy);
    }

    private static MadeUp protect(int senders, String strategy, double ops, double host) {
        return MadeUp.paced("arm64-server-128", 1000, 0).param("workload", "protect").param("cores", 128)
            .param("senders", senders).param("strategy", strategy).rate("opsPerSecond", ops, host);
    }

    private static Entry find(List<Row> rows, String curve, String machine, double x, String series) {
        return ReferenceComparison.of(rows).entries().stream().filter(entry -> entry.curve().equals(curve)
            && entry.machine().equals(machine) && entry.x() == x && Objects.equals(series, entry.series()))
            .findFirst().orElseThrow();
    }
}
