package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.point.ClockKind;
import dev.salvo.point.Strategy;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class PacedPointFileTest {
    private static final String FILE = "points/paced.json";
    private static final int LARGEST = 2;

    @Test
    void everyMeanIsWhatItTendsToAndTheRestIsOfTheLargestDilation() {
        MadeUp point = MadeUp.paced("kunpeng-920", 1000, 200_000);
        point.metric(LARGEST, "tlbiPerPage").put("score", 1.25);
        Row row = point.row();
        assertEquals(ClockKind.PACED, row.point().clock());
        assertEquals("kunpeng-920", row.point().profile());
        assertEquals(1000, row.nsPerPage().mean(), 1e-6);
        assertEquals(1050, row.nsPerPage().p50(), 1e-6);
        assertEquals(1575, row.nsPerPage().p99(), 1e-6);
        assertEquals(950, row.nsPerPageError().low(), 1e-6);
        assertEquals(1050, row.nsPerPageError().high(), 1e-6);
        assertEquals(Interval.Samples.FORKS, row.nsPerPageError().over());
        assertEquals(50, row.value(Figure.ISSUE_NS_PER_PAGE), 1e-6);
        assertEquals(250, row.value(Figure.WAIT_NS_PER_PAGE), 1e-6);
        assertEquals(700, row.value(Figure.SOFTWARE_NS_PER_PAGE), 1e-6);
        assertEquals(0.05, row.value(Figure.FLUSH_SHARE), 1e-9);
        assertEquals(2e5, row.value(Figure.OPS_PER_SECOND), 1e-3);
        assertEquals(1e6, row.value(Figure.PAGES_PER_SECOND), 1e-3);
        assertEquals(1.25, row.value(Figure.TLBI_PER_PAGE));
        assertEquals(3, row.forks());
        assertFalse(row.splitDisturbs());
        Row.Paced paced = row.paced();
        assertEquals(4000, paced.dilation());
        assertEquals(0.05, paced.errorBound(), 1e-9);
        assertEquals(0.05, row.bound(Figure.FLUSH_SHARE), 1e-9); // 10 / 4000 of 0.05
        assertEquals(0.025, row.bound(Figure.OPS_PER_SECOND), 1e-9); // 100 / 4000
        assertTrue(Double.isNaN(row.bound(Figure.VICTIM_SLOWDOWN)) && Double.isNaN(row.value(Figure.VICTIM_SLOWDOWN)));
        assertTrue(paced.straight() && !paced.wide());
        assertEquals(0.0025, row.value(Figure.SLIP_SHARE), 1e-12);
        assertEquals(21, row.distribution(Figure.OVERRUN_NS).p50(), 1e-9);
        assertEquals(5000, row.value(Figure.SLOWDOWN));
    }

    @Test
    void aNativePointIsNotPaced() {
        assertNull(MadeUp.point().row().paced());
    }

    @Test
    void theBoundOfTheRowIsThatOfItsMainFigure() {
        assertEquals(0.025, MadeUp.paced("a", 1000, 200_000).param("workload", "protect").row().paced().errorBound(),
            1e-9);
        Row victim = MadeUp.paced("a", 1000, 200_000).param("workload", "victim").victims(1.5, 120).row();
        assertEquals(1.5, victim.value(Figure.VICTIM_SLOWDOWN), 1e-9);
        assertEquals(0.02, victim.paced().errorBound(), 1e-9); // 120 / 4000 of 1.5
        assertEquals(0.05, victim.bound(Figure.NS_PER_PAGE), 1e-9);
        assertEquals(0.05, MadeUp.paced("a", 1000, 200_000).param("load", "own").victims(1.5, 120).row().paced()
            .errorBound(), 1e-9);
    }

    @Test
    void aRowThatIsNotStraightOrWideSaysSo() {
        MadeUp bent = MadeUp.paced("a", 1000, 0);
        bent.figures(1, "nsPerPage", 1300, 1300, 1300);
        assertFalse(bent.row().paced().straight());
        assertTrue(MadeUp.paced("a", 1000, 410_000).row().paced().wide());
    }

    @Test
    void fewerForksThanThreeLeaveTheBoundUnknown() {
        MadeUp point = MadeUp.paced("a", 1000, 0);
        for (String metric : new String[] {"nsPerPage", "flushShare", "opsPerSecond"}) {
            point.figures(LARGEST, metric, 0.5, 0.6);
        }
        Row row = point.row();
        assertTrue(Double.isNaN(row.paced().errorBound()) && !row.nsPerPageError().known() && !row.paced().wide());
    }

    @Test
    void whereRoundsAreToldTheIntervalReachesNoFartherToASideThanIsKnown() {
        Row row = MadeUp.paced("kunpeng-920", 1000, 200_000).inRounds().row();
        assertEquals(1000, row.nsPerPage().mean(), 1e-6);
        assertEquals(1000, row.nsPerPageError().low(), 1e-6);
        assertEquals(1050, row.nsPerPageError().high(), 1e-6);
        assertEquals(0.05, row.paced().errorBound(), 1e-9);
        assertEquals(Straightness.STRAIGHT, row.paced().straightness());
        assertEquals(2e5, row.interval(Figure.OPS_PER_SECOND).high(), 1e-3);
        assertEquals(2e5 / 1.025, row.interval(Figure.OPS_PER_SECOND).low(), 1e-3);
        assertEquals(300, row.paced().flush().value(), 1e-6);
        assertEquals(350, row.paced().flush().interval().high(), 1e-6);
        assertTrue(row.refusals().isEmpty());
        assertTrue(row.paced().inRounds() && !MadeUp.paced("kunpeng-920", 1000, 200_000).row().paced().inRounds());
    }

    @Test
    void aRowWhoseMessagesCameLateIsRefusedWhateverItsBound() {
        Row row = MadeUp.paced("a", 1000, 0).line("slipShare", 8 * 11.3, 0).inRounds().row();
        assertTrue(row.isRefused());
        assertTrue(Double.isNaN(row.nsPerPage().mean()) && Double.isNaN(row.nsPerPage().p99())
            && Double.isNaN(row.paced().errorBound()) && !row.nsPerPageError().known());
        assertEquals("slip 1130%", row.refused(Figure.NS_PER_PAGE).brief());
        for (Figure figure : List.of(Figure.OPS_PER_SECOND, Figure.PAGES_PER_SECOND, Figure.FLUSH_SHARE,
            Figure.WAIT_NS_PER_PAGE)) {
            assertEquals(Refusal.Reason.SLIP, row.refused(figure).reason());
            assertTrue(Double.isNaN(row.value(figure)));
        }
        assertEquals(8 * 11.3, row.value(Figure.SLIP_SHARE), 1e-9);
        assertEquals(5000, row.value(Figure.SLOWDOWN));
        String json = RowsJson.of(List.of(row));
        assertTrue(json.contains("a core's messages came late for 1130% of emulated time; accepted: at most 5%"), json);
        assertTrue(json.contains("\"errorBound\" : null"), json);
        assertFalse(MadeUp.paced("a", 1000, 0).line("slipShare", 8 * 0.0499, 0).inRounds().row().isRefused());
        assertFalse(MadeUp.paced("a", 1000, 0).line("slipShare", 8 * 11.3, 0).row().isRefused(), "from before there were rounds");
    }

    @Test
    void aFigureThatMayBeOffByOverAQuarterIsRefusedAndOthersOfItsRowAreNot() {
        Row row = MadeUp.paced("a", 1000, 1_010_000).inRounds().row();
        assertEquals("bound ±26%", row.refused(Figure.NS_PER_PAGE).brief());
        assertEquals("bound ±26%", row.refused(Figure.WAIT_NS_PER_PAGE).brief(), "a part of the page");
        assertTrue(Double.isNaN(row.value(Figure.WAIT_NS_PER_PAGE)));
        assertEquals(1e6, row.value(Figure.PAGES_PER_SECOND), 1e-3);
        Row page = MadeUp.paced("a", 1000, 0).line("flushShare", 0.05, 60).line("waitNsPerPage", 4, 40_000).inRounds().row();
        assertEquals("bound ±30%", page.refused(Figure.FLUSH_SHARE).brief());
        assertTrue(Double.isNaN(page.value(Figure.FLUSH_SHARE)));
        assertEquals(4, page.value(Figure.WAIT_NS_PER_PAGE), 1e-6, "of a page of 1000 ns");
        assertTrue(!page.isRefused() && page.paced().errorBound() < 0.01);
    }

    @Test
    void refusedRowsAreShownWithTheReasonInPlaceOfTheNumber() {
        List<Row> rows = Row.shown(List.of(MadeUp.paced("a", 1000, 0).line("slipShare", 8 * 0.3, 0).inRounds().row(),
            MadeUp.paced("a", 900, 0).param("strategy", "batched").inRounds().row(),
            MadeUp.paced("a", 1000, 410_000).param("cores", 64).inRounds().row()));
        String table = CurveTable.text(rows, TerminalStyle.PLAIN);
        assertTrue(table.contains("slip 30.0%") && table.contains("slip, in place of a figure"), table);
        assertTrue(CurveTable.html(rows).contains("slip 30.0%"));
        String svg = CurveSvg.of(rows, "h", "c");
        assertTrue(svg.contains("Refused: sync, 8 cores") && !svg.contains("NaN"), svg);
        assertTrue(TerminalCurve.text(rows, TerminalStyle.PLAIN).contains("not drawn: 1 of 3 points"));
        assertTrue(String.join(" ", PlainWords.of(rows)).contains("1 of 3 figures were refused"));
        assertFalse(Growth.text(rows, TerminalStyle.PLAIN).contains("NaN"));
        Row batched = rows.stream().filter(row -> row.point().strategy() == Strategy.BATCHED).findFirst().orElseThrow();
        assertEquals("slip 30.0%", batched.refused(Figure.BATCHING_GAIN).brief(), "the gain is over what was refused");
        List<Row> none = List.of(rows.stream().filter(Row::isRefused).findFirst().orElseThrow());
        assertTrue(CurveSvg.of(none, "h", "c").contains("Refused: sync"));
        assertFalse(TerminalCurve.text(none, TerminalStyle.PLAIN).contains("●"));
        assertTrue(PlainWords.cards(none).isEmpty());
    }

    @Test
    void aCheckThatHoldsIsToldOfAndOneThatDoesNotBendsTheRow() {
        Row holds = MadeUp.paced("a", 1000, 160_000).check(8000, 1020, 1020, 1020).inRounds().row();
        assertEquals(new Row.Check(8000, 1020, 1020, true), rounded(holds.paced().check()));
        assertEquals(4000, holds.paced().dilation());
        assertEquals(Straightness.STRAIGHT, holds.paced().straightness());
        assertTrue(CurveTable.text(List.of(holds), TerminalStyle.PLAIN).replaceAll("\\s+", " ").contains(
            "check: sync, 8 cores: at D 8000 the line foretold 1.02 µs, and measured was 1.02 µs: it holds."));
        Row off = MadeUp.paced("a", 1000, 160_000).check(8000, 900, 900, 900).inRounds().row();
        assertFalse(off.paced().check().holds());
        assertEquals(Straightness.BENT, off.paced().straightness());
        assertEquals(900, off.nsPerPageError().low(), 1e-6);
        assertEquals(0.1, off.paced().errorBound(), 1e-9);
        assertTrue(RowsJson.of(List.of(off)).contains("\"holds\" : false"));
        refused(point -> point.check(4000, 1, 1, 1), "holds checks at the dilations [4000.0]", "above 4000");
    }

    private static Row.Check rounded(Row.Check check) {
        return new Row.Check(check.dilation(), Math.rint(check.foretold()), Math.rint(check.measured()), check.holds());
    }

    @Test
    void theGainIsPairedRoundByRoundAndItsIntervalIsItsOwn() {
        MadeUp sync = MadeUp.paced("a", 1000, 0);
        MadeUp batched = MadeUp.paced("a", 900, 0).param("strategy", "batched");
        for (int i = 0; i <= LARGEST; i++) {
            sync.figures(i, "nsPerPage", 1000, 1050, 1150);
            batched.figures(i, "nsPerPage", 900, 945, 1035); // as much off in each round
        }
        List<Row> rows = Row.shown(List.of(sync.inRounds().row(), batched.inRounds().row()));
        Row row = rows.stream().filter(each -> each.point().strategy() == Strategy.BATCHED).findFirst().orElseThrow();
        assertEquals(1 / 0.9, row.batchingGain(), 1e-9);
        assertEquals(0, row.bound(Figure.BATCHING_GAIN), 1e-9);
        assertEquals(Refusal.Reason.BOUND, row.refused(Figure.NS_PER_PAGE).reason(), "for itself it scatters too much");
        String table = CurveTable.text(rows, TerminalStyle.PLAIN);
        assertTrue(table.contains("1.11× ±0%"), table);
        assertTrue(RowsJson.of(rows).contains("\"gain\""));
    }

    @Test
    void staleUsesOfEveryDilationCount() {
        MadeUp point = MadeUp.paced("a", 1000, 0);
        point.figures(0, "staleUses", 0, 0.5, 0).figures(LARGEST, "staleUses", 2, 0, 0);
        assertEquals(1 + 4, point.row().staleUses());
    }

    @Test
    void aLineThatRunsBelowZeroIsNotBelievedAndCanStillBeShown() {
        Row row = MadeUp.paced("a", 1000, 0).line("nsPerPage", -100, 1e6).row();
        assertEquals(150, row.nsPerPage().mean(), 1e-9); // what was measured at the largest dilation
        assertTrue(row.paced().wide());
        shown(List.of(row));
        shown(Row.shown(List.of(row, MadeUp.paced("a", 500, 1000).param("cores", 64).row())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nsPerPage", "pagesPerSecond", "opsPerSecond", "issueNsPerPage", "waitNsPerPage",
        "softwareNsPerPage", "flushShare", "tlbiPerPage", "dsbIshPerPage", "dsbIshstPerPage", "tlbHits", "tlbMisses",
        "staleUses", "yields", "wakeUps", "runDelayMs", "hostCpus", "slipShare", "overrunNs", "slowdown"})
    void aMetricThatIsMissingIsNamed(String metric) {
        refused(point -> ((ObjectNode) point.results().get(LARGEST).get("secondaryMetrics")).remove(metric),
            "(total at dilation 4000): secondaryMetrics." + metric, "is missing");
    }

    @ParameterizedTest
    @CsvSource({"many", "-1", "0", "0.5", "1e3", "NaN", "10000000001", "99999999999999999999", "1000.1234567"})
    void aDilationThatIsNoneIsRefused(String dilation) {
        refused(point -> ((ObjectNode) point.results().get(0).get("params")).put("dilation", dilation),
            "params.dilation is '" + dilation, "a number from 1 to 1000000000");
    }

    @Test
    void aFileThatIsNotOnePacedPointIsRefused() {
        refused(point -> params(point, 0).remove("dilation"), "params.dilation is missing");
        refused(point -> params(point, 0).put("dilation", 1000), "params.dilation is 1000", "a line of text");
        refused(point -> params(point, 0).put("dilation", "2000.0"), "two results of measure total at dilation 2000");
        refused(point -> params(point, 0).put("measure", "split"), "params.measure is 'split'",
            "total, control, check on the paced clock");
        refused(point -> params(point, 0).put("profile", "b"), "mixes points");
        refused(point -> params(point, 1).put("profileFile", "/b.yaml"), "mixes points");
        refused(point -> point.param("profile", ""), "params.profile is ''", "1 to 100");
        refused(point -> {
            point.results().remove(0);
            point.results().remove(0);
        }, "holds one dilation, 4000", "two or more");
        refused(point -> point.param("workload", "victim"), "no result of measure control at dilation 1000",
            "the workload victim needs");
        refused(point -> point.param("load", "own"), "no result of measure control at dilation 1000", "load of own");
        refused(point -> point.victims(2, 0), "control although its load is idle");
        refused(point -> point.param("workload", "victim").victims(2, 0).results().remove(4),
            "no result of measure control at dilation 2000");
        refused(point -> point.param("workload", "victim").victims(2, 0).results().remove(1),
            "control at dilation 2000 and no total");
        refused(point -> point.param("workload", "victim").victims(2, 0)
            .figures(4, "victimAccessesPerCpuSecond", 1, 1), "3 forks of total at dilation 2000 and 2 of control");
        refused(point -> point.param("workload", "victim").victims(2, 0)
            .figures(1, "victimAccessesPerCpuSecond", 1, 0, 1), "victimAccessesPerCpuSecond.rawData", "above 0");
        refused(point -> point.results().removeAll(), "no result of measure total");
    }

    @Test
    void figuresThatCannotBeAreRefused() {
        refused(point -> point.figures(1, "nsPerPage", 1, 0, 1), "nsPerPage.rawData", "above 0");
        refused(point -> point.figures(1, "flushShare", 0.5, 1.5, 0.1), "flushShare.rawData", "shares from 0 to 1");
        refused(point -> point.figures(1, "waitNsPerPage", 1, 1e19, 1), "waitNsPerPage.rawData is 1.0E19", "from 0 to");
        refused(point -> point.figures(1, "opsPerSecond", 1, -1, 1), "opsPerSecond.rawData is -1", "from 0 to");
        refused(point -> point.figures(LARGEST, "slowdown", 0, 0, 0), "slowdown.score is 0", "above 0");
        refused(point -> ((ObjectNode) point.results().get(LARGEST)).put("forks", 4), "each of 4 forks");
    }

    @Test
    void aPathOfAProfileMayBeLong() {
        Row row = MadeUp.paced("a", 1000, 0).param("profileFile", "/" + "long/".repeat(200)).row();
        assertEquals("a", row.point().profile());
    }

    @Test
    void aFileDamagedAnywhereIsReadOrRefusedAndWhatIsReadCanBeShown() {
        Random random = new Random(6);
        byte[] whole = MadeUp.paced("a", 1000, 1000).json();
        int read = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] damaged = whole.clone();
            for (int j = random.nextInt(3); j >= 0; j--) {
                damaged[random.nextInt(damaged.length)] = (byte) "0123456789-+.eE\"{}[],: ".charAt(random.nextInt(23));
            }
            try {
                shown(List.of(PointFile.row(damaged, FILE)));
                read++;
            } catch (BadRunException e) {
                assertTrue(e.getMessage().startsWith(FILE), e.getMessage());
            }
        }
        assertTrue(read > 30 && read < 970, read + " of 1000 could be read");
    }

    private static void shown(List<Row> rows) {
        assertTrue(CurveTable.text(rows, TerminalStyle.PLAIN).contains("paced clock"));
        assertTrue(TerminalCurve.text(rows, TerminalStyle.PLAIN).contains("●"));
        assertFalse(CurveSvg.of(rows, "h", "c").contains("NaN"));
        assertFalse(RowsJson.of(rows).contains("NaN") || RowsJson.of(rows).contains("Infinity"));
        assertFalse(Growth.text(rows, TerminalStyle.PLAIN).contains("NaN"));
    }

    private static ObjectNode params(MadeUp point, int result) {
        return (ObjectNode) point.results().get(result).get("params");
    }

    private static void refused(Consumer<MadeUp> bent, String... parts) {
        MadeUp point = MadeUp.paced("kunpeng-920", 1000, 200_000);
        bent.accept(point);
        String message = assertThrows(BadRunException.class, () -> PointFile.row(point.json(), FILE)).getMessage();
        assertTrue(message.startsWith(FILE), message);
        assertTrue(message.length() <= 500 && message.lines().count() == 1, message);
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }
}
