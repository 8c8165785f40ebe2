package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class PointFileTest {
    private static final int TOTAL = 0;
    private static final int SPLIT = 1;
    private static final String LETTERS = "0123456789-+.eE\"{}[],: \\u";
    private static final String FILE = "points/some.json";

    @Test
    void everyFigureOfTheRowIsTheMetricOfItsName() {
        MadeUp point = MadeUp.point();
        String[] ofTotal = {"pagesPerSecond", "tlbiPerPage", "dsbIshPerPage", "dsbIshstPerPage", "tlbHits", "tlbMisses",
            "yields", "wakeUps", "runDelayMs", "wakeUpsPerPage"};
        point.wakeUpsPerPage(0);
        for (int i = 0; i < ofTotal.length; i++) {
            point.metric(TOTAL, ofTotal[i]).put("score", 101.5 + i);
        }
        point.metric(SPLIT, "issueNsPerPage").put("score", 201.5);
        point.metric(SPLIT, "waitNsPerPage").put("score", 202.5);
        point.metric(SPLIT, "softwareNsPerPage").put("score", 203.5);
        point.metric(SPLIT, "flushShare").put("score", 0.25);
        point.metric(SPLIT, "nsPerPage").put("score", 204.5);
        percentiles(point.metric(TOTAL, "nsPerPage").put("score", 300), 301, 302, 303, 304);
        percentiles(point.metric(SPLIT, "ackDelayNs").put("score", 400), 401, 402, 403, 404);
        Row row = point.score("hostCpus", 3).row();
        assertEquals(new Row.Distribution(300, 301, 302, 303, 304, Double.NaN), row.nsPerPage());
        assertEquals(new Row.Distribution(400, 401, 402, 403, 404, Double.NaN), row.distribution(Figure.ACK_DELAY_NS));
        for (int i = 0; i < ofTotal.length; i++) {
            assertEquals(101.5 + i, value(row, ofTotal[i]), ofTotal[i]);
        }
        assertEquals(List.of(204.5, 201.5, 202.5, 203.5, 0.25), Stream.of(Figure.SPLIT_NS_PER_PAGE,
            Figure.ISSUE_NS_PER_PAGE, Figure.WAIT_NS_PER_PAGE, Figure.SOFTWARE_NS_PER_PAGE, Figure.FLUSH_SHARE).map(row::value)
            .toList());
        assertEquals(0, row.staleUses());
        assertEquals(3, row.hostCpus());
        assertEquals(1, row.forks());
        assertEquals("17.0.15", row.jdk());
        assertTrue(Double.isNaN(row.value(Figure.VICTIM_SLOWDOWN)) && Double.isNaN(row.batchingGain()));
    }

    @Test
    void wakeUpsPerPageAreUnknownOnlyWhereAnOldRunHadSome() {
        assertEquals(0, MadeUp.point().row().value(Figure.WAKE_UPS_PER_PAGE));
        assertTrue(Double.isNaN(MadeUp.point().score("wakeUps", 7).row().value(Figure.WAKE_UPS_PER_PAGE)));
        assertEquals(1.75, MadeUp.point().score("wakeUps", 7).wakeUpsPerPage(1.75).row().value(Figure.WAKE_UPS_PER_PAGE));
    }

    @Test
    void victimSlowdownIsTheControlOverTheMeasured() {
        assertEquals(4.0, MadeUp.point().loaded("own", 250e3, 1e6).row().value(Figure.VICTIM_SLOWDOWN));
    }

    @Test
    void victimsNeedTheirControlOnTheNativeClockToo() {
        assertEquals(4.0, MadeUp.point().loaded("idle", 250e3, 1e6).param("workload", "victim").row().value(Figure.VICTIM_SLOWDOWN));
        refused(point -> point.param("workload", "victim"), "no result of measure control", "the workload victim");
    }

    @Test
    void operationsAreUnknownInRunsFromBeforeTheyWereCounted() {
        assertTrue(Double.isNaN(MadeUp.point().row().value(Figure.OPS_PER_SECOND)));
        assertEquals(9109, MadeUp.point().opsPerSecond(9109).row().value(Figure.OPS_PER_SECOND));
    }

    @Test
    void aDilationOnTheNativeClockMeansNothing() {
        MadeUp point = MadeUp.point();
        ((ObjectNode) point.results().get(TOTAL).get("params")).put("dilation", "");
        assertEquals(MadeUp.point().row(), point.row());
    }

    @Test
    void noStaleUseIsLostWhateverTheMeanAndWhicheverTheFork() {
        MadeUp point = MadeUp.point();
        point.metric(TOTAL, "staleUses").put("score", 0).withArray("rawData").removeAll().addArray()
            .add(0).add(0).add(1);
        point.metric(SPLIT, "staleUses").put("score", 0).withArray("rawData").removeAll().addArray().add(2).add(0.5);
        assertEquals(1 + 3, point.row().staleUses());
    }

    @Test
    void anEmptyHistogramOfDelaysIsNotAFigure() {
        MadeUp point = MadeUp.point();
        point.metric(SPLIT, "ackDelayNs").put("score", "NaN");
        assertTrue(Double.isNaN(point.row().distribution(Figure.ACK_DELAY_NS).max()));
    }

    @Test
    void aBareNaNWhereNoFigureIsReadDoesNoHarm() {
        String text = text(MadeUp.point()).replaceAll("\"scoreError\" : [0-9.]+", "\"scoreError\" : NaN");
        assertEquals(MadeUp.point().row(), PointFile.row(text.getBytes(StandardCharsets.UTF_8), FILE));
    }

    @Test
    void figuresAreReadTheSameInEveryLocale() {
        Locale before = Locale.getDefault();
        Row expected = MadeUp.point().row();
        try {
            for (String tag : new String[] {"de-DE", "ar-EG-u-nu-arab", "hi-IN-u-nu-deva", "tr-TR"}) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                assertEquals(expected, MadeUp.point().row(), tag);
                assertEquals(RowsJson.of(List.of(expected)), RowsJson.of(List.of(MadeUp.point().row())));
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nsPerPage", "pagesPerSecond", "tlbiPerPage", "dsbIshPerPage", "dsbIshstPerPage", "tlbHits",
        "tlbMisses", "staleUses", "yields", "wakeUps", "runDelayMs", "hostCpus"})
    void aMetricThatIsMissingIsNamed(String metric) {
        refused(point -> ((ObjectNode) point.results().get(TOTAL).get("secondaryMetrics")).remove(metric),
            "(total): secondaryMetrics." + metric, "is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nsPerPage", "issueNsPerPage", "waitNsPerPage", "softwareNsPerPage", "flushShare",
        "staleUses", "ackDelayNs"})
    void aMetricOfTheSplitThatIsMissingIsNamed(String metric) {
        refused(point -> ((ObjectNode) point.results().get(SPLIT).get("secondaryMetrics")).remove(metric),
            "(split): secondaryMetrics." + metric, "is missing");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "\"12\"; is '12'; a number", "\"NaN\"; is 'NaN'; a finite number", "NaN; is NaN; a finite number",
        "\"+INF\"; is '+INF'; a finite number", "\"-INF\"; is '-INF'; a finite number", "1e999; ; a finite number",
        "-1; is -1; from 0 to", "null; is null; a number", "true; is true; a number", "[1]; is an array of 1; a number",
        "{}; is an object; a number"})
    void aScoreThatIsNoFigureIsQuotedWithWhatIsAccepted(String json, String is, String accepted) {
        String text = text(MadeUp.point().score("tlbMisses", "@@")).replace("\"@@\"", json);
        refused(text.getBytes(StandardCharsets.UTF_8), "secondaryMetrics.tlbMisses.score " + (is == null ? "" : is),
            accepted);
    }

    @Test
    void figuresThatCannotBeAreRefused() {
        refused(point -> point.score("nsPerPage", 0), "nsPerPage.score is 0", "above 0");
        refused(point -> point.score("flushShare", 1.5), "flushShare.score is 1.5", "from 0 to 1");
        refused(point -> point.score("hostCpus", 1.5), "hostCpus.score is 1.5", "whole number");
        refused(point -> point.score("hostCpus", 0), "hostCpus.score is 0", "whole number");
        refused(point -> percentiles(point.metric(TOTAL, "nsPerPage"), 5, 4, 6, 7), "99.0 is 4.0", "do not fall");
        refused(point -> point.metric(TOTAL, "nsPerPage").remove("rawData"), "nsPerPage.rawData is missing");
        refused(point -> point.metric(SPLIT, "staleUses").remove("rawData"), "staleUses.rawData is missing");
        refused(point -> point.forks("nsPerPage", new double[] {1, 0}), "nsPerPage.rawData", "above 0");
        refused(point -> point.forks("nsPerPage", new double[] {}), "nsPerPage.rawData", "none empty");
        refused(point -> point.forks("nsPerPage", new double[] {-1}), "nsPerPage.rawData is -1", "from 0 to");
        refused(point -> ((ObjectNode) point.results().get(TOTAL)).put("forks", 2), "rawData", "each of 2 forks");
        refused(point -> ((ObjectNode) point.results().get(TOTAL)).put("forks", 0), "forks is 0", "at least 1");
        refused(point -> ((ObjectNode) point.results().get(TOTAL).get("primaryMetric")).put("scoreUnit", "us/op"),
            "primaryMetric.scoreUnit is 'us/op'", "ns/op");
        refused(point -> ((ObjectNode) point.results().get(TOTAL)).put("jdkVersion", "17\u001b[2J"),
            "jdkVersion", "line");
    }

    @Test
    void aFileThatIsNotOnePointIsRefused() {
        refused(point -> point.results().remove(SPLIT), "no result of measure split");
        refused(point -> point.results().remove(TOTAL), "no result of measure total");
        refused(point -> point.results().removeAll(), "no result of measure total");
        refused(point -> point.results().add(point.results().get(TOTAL).deepCopy()), "two results of measure total");
        refused(point -> point.results().add(7), "holds 7 where a JMH result is due");
        refused(point -> point.param("measure", "guess"), "params.measure is 'guess'", "total, split, control");
        refused(point -> point.param("strategy", "lazy"), "params.strategy is 'lazy'", "sync, batched, local");
        refused(point -> ((ObjectNode) point.results().get(TOTAL).get("params")).put("list", "64"), "mixes points");
        refused(point -> ((ObjectNode) point.results().get(SPLIT)).put("jdkVersion", "25.0.1"), "mixes JDKs", "25.0.1");
        refused(point -> point.param("load", "own"), "no result of measure control", "own");
        refused(point -> point.loaded("own", 1, 1).param("load", "idle"), "control although its load is idle");
        refused(point -> point.loaded("own", 0, 1), "victimAccessesPerCpuSecond.score is 0", "above 0");
    }

    @Test
    void anythingButAnArrayOfResultsIsRefused() {
        refused(new byte[0], "is empty", "");
        refused("{}".getBytes(StandardCharsets.UTF_8), "no JMH result file", "array");
        refused("[[]]".getBytes(StandardCharsets.UTF_8), "an array of 0", "JMH result");
        refused("[1, 2".getBytes(StandardCharsets.UTF_8), "not JSON", "line 1");
        refused("[] []".getBytes(StandardCharsets.UTF_8), "not JSON", "");
        refused("[{\"a\":1,\"a\":2}]".getBytes(StandardCharsets.UTF_8), "not JSON", "uplicate");
        refused("[".repeat(100_000).getBytes(StandardCharsets.UTF_8), "not JSON", "depth");
        refused(new byte[] {(byte) 0xff, 0, 27, '[', '2', 'J'}, "not JSON", "");
        byte[] noise = new byte[4096];
        new Random(3).nextBytes(noise);
        refused(noise, "not JSON", "");
    }

    @Test
    void aFileCutShortAnywhereIsRefused() {
        byte[] whole = MadeUp.point().json();
        int end = new String(whole, StandardCharsets.UTF_8).stripTrailing().length();
        for (int length = 0; length < end; length += 97) {
            refused(Arrays.copyOf(whole, length), "", "");
        }
        refused(Arrays.copyOf(whole, end - 1), "not JSON", "");
    }

    @Test
    void aFileDamagedAnywhereIsReadOrRefusedAndWhatIsReadCanBeShown() {
        Random random = new Random(5);
        byte[] whole = MadeUp.point().json();
        int read = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = whole.clone();
            for (int j = random.nextInt(3); j >= 0; j--) {
                damaged[random.nextInt(damaged.length)] = (byte) LETTERS.charAt(random.nextInt(LETTERS.length()));
            }
            Row row;
            try {
                row = PointFile.row(damaged, FILE);
            } catch (BadRunException e) {
                assertTrue(e.getMessage().startsWith(FILE), e.getMessage());
                continue;
            }
            read++;
            List<Row> rows = List.of(row);
            assertTrue(CurveTable.text(rows, TerminalStyle.PLAIN).lines().allMatch(line -> line.length() <= 128));
            assertTrue(TerminalCurve.text(rows, TerminalStyle.PLAIN).contains("●"));
            assertTrue(CurveSvg.of(rows, "h", "c").length() < 10_000);
            assertFalse(RowsJson.of(rows).contains("NaN"));
        }
        assertTrue(read > 100 && read < 2900, read + " of 3000 could be read");
    }

    private static void refused(Consumer<MadeUp> bent, String... parts) {
        MadeUp point = MadeUp.point();
        bent.accept(point);
        for (String part : parts) {
            refused(point.json(), part, "");
        }
    }

    private static void refused(byte[] json, String part, String other) {
        String message = assertThrows(BadRunException.class, () -> PointFile.row(json, FILE)).getMessage();
        assertTrue(message.startsWith(FILE), message);
        assertTrue(message.contains(part), message);
        assertTrue(message.contains(other), message);
        assertFalse(message.chars().anyMatch(Character::isISOControl), message);
        assertTrue(message.length() <= 500, message);
    }

    private static double value(Row row, String key) {
        return row.value(Stream.of(Figure.values()).filter(figure -> figure.key().equals(key)).findFirst().orElseThrow());
    }

    private static void percentiles(ObjectNode metric, double p50, double p99, double p999, double max) {
        ((ObjectNode) metric.get("scorePercentiles")).put("50.0", p50).put("99.0", p99).put("99.9", p999)
            .put("100.0", max);
    }

    private static String text(MadeUp point) {
        return new String(point.json(), StandardCharsets.UTF_8);
    }
}
