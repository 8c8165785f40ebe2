package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A figure that was refused is in no picture, fit, page or comparison, and each of them says so. */
class RefusalTest {
    @TempDir
    private Path parent;

    @Test
    void aReasonIsBriefInATableAndWholeElsewhere() {
        assertEquals("slip 1130%", Refusal.slip(11.3).brief());
        assertEquals("a core's messages came late for 1130% of emulated time; accepted: at most 5%", Refusal.slip(11.3).words());
        assertEquals("bound ±26%", Refusal.bound(0.2501).brief());
        assertEquals("may be off by ±26%; accepted: at most 25%", Refusal.bound(0.2501).words());
    }

    @Test
    void runsAreComparedWithoutItAndItIsNamed() {
        RunFolder one = run("one", late(8), good(16));
        RunFolder two = run("two", good(8), good(16));
        String text = Comparison.ofRuns(List.of(one, two), Set.of(), Statistic.MEAN).text(TerminalStyle.PLAIN);
        assertTrue(text.replaceAll("\\s+", " ").contains("8 cores, sync, one sender: a core's messages came late for 30.0% of emulated"),
            text);
        assertFalse(text.lines().anyMatch(line -> line.matches(" *8 +sync.*")), text);
        assertTrue(text.lines().anyMatch(line -> line.matches(" *16 +sync.*")), text);
        RunFolder none = run("none", late(8));
        assertTrue(assertThrows(BadRunException.class, () -> Comparison.ofRuns(List.of(two, none), Set.of(), Statistic.MEAN))
            .getMessage().contains("holds no time that was not refused"));
    }

    @Test
    void aReportShowsItInItsTableOnly() {
        RunFolder run = run("run", late(8), good(16), good(32));
        String page = Report.html(List.of(run), run.path());
        assertTrue(page.contains("slip 30.0%") && page.contains("1 of 3 figures were refused"), page);
        assertFalse(page.contains("NaN"));
        RunFolder none = run("none", late(8));
        assertTrue(Report.html(List.of(none), none.path()).contains("None of these figures is believed"));
    }

    @Test
    void aCurveIsFittedWithoutIt() {
        List<Row> rows = run("run", late(8), good(16), good(32), good(64)).rows();
        String growth = Growth.text(rows, TerminalStyle.PLAIN);
        assertTrue(growth.contains("(16..64"), growth);
    }

    private static MadeUp good(int cores) {
        return MadeUp.paced("a", 1000 + cores, 1000).param("cores", cores).inRounds();
    }

    private static MadeUp late(int cores) {
        return MadeUp.paced("a", 1000 + cores, 1000).param("cores", cores).line("slipShare", 0.3 * cores, 0).inRounds();
    }

    private RunFolder run(String host, MadeUp... points) {
        RunFolder run = RunFolder.create(parent, Map.of("hostname", host), Instant.EPOCH);
        for (MadeUp point : points) {
            run.add(point.json());
        }
        return run;
    }
}
