package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures, pages, tables and data are the same whatever digits, decimal points and letters the host's people use. */
class EveryLocaleTest {
    private static final String COMMAND = "salvo curve";
    private static final String HOST = "made-up";

    private final Locale usual = Locale.getDefault();

    @TempDir
    Path parent;

    @AfterEach
    void restore() {
        Locale.setDefault(usual);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "my-MM", "th-TH-u-nu-thai", "de-DE", "tr-TR"})
    void whatIsWrittenIsTheSameInEvery(String locale) {
        Locale.setDefault(Locale.ROOT);
        Map<String, String> expected = written("root");
        Locale.setDefault(Locale.forLanguageTag(locale));
        written(locale).forEach((name, text) -> assertEquals(expected.get(name), text, name));
    }

    @Test
    void thoseTriedDoFormatOtherwise() {
        assertEquals("٨٫٥", String.format(Locale.forLanguageTag("ar-EG"), "%.1f", 8.5));
        assertEquals("๘.๕", String.format(Locale.forLanguageTag("th-TH-u-nu-thai"), "%.1f", 8.5));
        assertEquals("8,5", String.format(Locale.GERMANY, "%.1f", 8.5));
        assertNotEquals("idle", "IDLE".toLowerCase(Locale.forLanguageTag("tr-TR")));
    }

    private Map<String, String> written(String folder) {
        List<Row> rows = new ArrayList<>(MadeUp.sweep());
        rows.addAll(MadeUp.pacedSweep("kunpeng-920"));
        RunFolder run = RunFolder.create(parent.resolve(folder), Map.of("hostname", HOST), Instant.EPOCH);
        run.add(MadeUp.sweepPoints().get(0).json());
        run.add(MadeUp.pacedSweepPoints("kunpeng-920").get(0).json());
        List<Timeline> timelines = List.of(MadeUpTimeline.of(8, 1, "sync"), MadeUpTimeline.of(8, 31, "batched"));
        Comparison comparison = Comparison.ofRuns(List.of(run, run), Set.of(), Statistic.MEAN);
        Map<String, String> written = new LinkedHashMap<>();
        written.put("a run folder's name", run.path().getFileName().toString());
        written.put("the page of a run", Report.html(List.of(run), run.path()));
        written.put("curve.svg", CurveSvg.of(MadeUp.sweep(), HOST, COMMAND));
        written.put("a paced curve.svg", CurveSvg.of(MadeUp.pacedSweep("kunpeng-920"), HOST, COMMAND));
        written.put("rows.json", RowsJson.of(rows));
        written.put("a curve's table", CurveTable.text(rows, TerminalStyle.PLAIN));
        written.put("a curve on the terminal", TerminalCurve.text(rows, TerminalStyle.PLAIN));
        written.put("fits", Fits.text(Map.of(HOST, Fits.of(rows)), TerminalStyle.PLAIN));
        written.put("plain words", String.join("\n", PlainWords.of(rows)));
        written.put("a comparison", comparison.text(TerminalStyle.PLAIN).replace(folder, "folder"));
        written.put("a comparison as data", comparison.json().replace(folder, "folder"));
        written.put("a comparison with what was published",
            ReferenceComparison.of(rows).text(TerminalStyle.PLAIN));
        written.put("the picture of the peers", PeersSvg.of(PeersRunTest.madeUp(), HOST, COMMAND));
        written.put("the table of the peers", PeersTable.text(PeersRunTest.madeUp(), TerminalStyle.PLAIN));
        written.put("the table of a timeline", TimelineTable.text(timelines, TerminalStyle.PLAIN));
        written.put("a timeline as data", TimelineTable.json(timelines));
        for (Timeline timeline : timelines) {
            written.put("a trace, " + timeline.point().strategy(), ChromeTrace.of(timeline, HOST, COMMAND));
            written.put("a timeline's picture, " + timeline.point().strategy(),
                TimelineSvg.of(timeline, timeline.dsb().to(), HOST, COMMAND));
        }
        return written;
    }
}
