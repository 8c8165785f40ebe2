package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is written of a run is, to the byte, what was written of it before: of the committed runs, and of one that is
 * made up to fill every column there is. What is written now is put under {@code target/recorded}; where a change was meant,
 * it takes the place of what is in {@code src/test/resources/recorded}.
 */
class RecordedTest {
    private static final Path RECORDED = Path.of("src/test/resources/recorded");
    private static final Path NOW = Path.of("target/recorded");

    @TempDir
    private Path parent;

    @ParameterizedTest
    @ValueSource(strings = {"vm-20261123T112131Z", "vm-20261127T053650Z"})
    void ofACommittedRun(String name) {
        RunFolder run = RunFolder.open(Path.of("runs", name));
        written(run, run.rows(), name);
    }

    @Test
    void ofARunWithEveryColumn() {
        RunFolder run = RunFolder.create(parent, Map.of("hostname", "made-up"), Instant.EPOCH);
        points().forEach(point -> run.add(point.json()));
        written(run, run.rows(), "made-up");
    }

    @Test
    void ofRunsThatAreCompared() throws IOException {
        RunFolder one = RunFolder.open(Path.of("runs/vm-20261123T112131Z"));
        RunFolder two = RunFolder.open(Path.of("runs/vm-20261127T053650Z"));
        same("compared.txt", Comparison.ofRuns(List.of(one), Set.of(), Statistic.MEAN).text(TerminalStyle.PLAIN)
            + Comparison.ofRuns(List.of(two), Set.of(), Statistic.P50).json()
            + ReferenceComparison.of(two.rows()).text(TerminalStyle.PLAIN) + ReferenceComparison.of(two.rows()).json());
    }

    /** Every workload, load, clock, mark and note. */
    private static List<MadeUp> points() {
        List<MadeUp> points = new ArrayList<>(MadeUp.sweepPoints());
        points.addAll(MadeUp.pacedSweepPoints("kunpeng-920"));
        points.add(MadeUp.point(12, 1, "sync", 7_000).loaded("own", 1e5, 4e5).forks("nsPerPage", new double[] {6_900},
            new double[] {7_000}, new double[] {7_100}));
        points.add(MadeUp.point(12, 1, "batched", 700).loaded("own", 2e5, 4e5));
        points.add(MadeUp.point(24, 24, "sync", 9_000).param("idle", "park").score("wakeUps", 5000).wakeUpsPerPage(6.5));
        points.add(MadeUp.point(25, 1, "sync", 9_000).param("idle", "park").score("wakeUps", 5000));
        points.add(MadeUp.point(24, 4, "batched", 900).param("workload", "protect")
            .forks("staleUses", new double[] {0, 3, 0}).opsPerSecond(9109.5));
        points.add(MadeUp.point(24, 4, "local", 100).param("workload", "munmap").score("hostCpus", 64));
        points.add(MadeUp.point(24, 1, "sync", 100).param("workload", "victim").loaded("idle", 3e5, 1e6));
        MadeUp disturbed = MadeUp.point(16, 2, "sync", 5_000);
        disturbed.metric(1, "nsPerPage").put("score", 6_000);
        disturbed.metric(1, "ackDelayNs").put("score", "NaN");
        points.add(disturbed);
        points.add(MadeUp.paced("a", 1000, 0).param("workload", "protect").param("senders", 4).rate("opsPerSecond", 3e5, 900));
        points.add(MadeUp.paced("a", 1000, 0).param("workload", "victim").victims(1.5, 120));
        points.add(MadeUp.paced("a", 2000, 0).param("load", "own").param("cores", 4).victims(1.5, 12_000));
        points.add(MadeUp.paced("a", 3000, 410_000).param("cores", 2));
        points.add(MadeUp.paced("a", 1000, 0).param("cores", 3).figures(1, "nsPerPage", 1300, 1300, 1300));
        points.add(MadeUp.paced("a", 1000, 0).param("cores", 5).figures(2, "nsPerPage", 1000, 1000)
            .figures(0, "staleUses", 0, 0.5, 0));
        points.add(MadeUp.paced("a", 1000, 0).param("cores", 6).line("nsPerPage", -100, 1e6));
        return points;
    }

    private static void written(RunFolder run, List<Row> rows, String name) {
        Map<String, String> written = new LinkedHashMap<>();
        written.put("a table", CurveTable.text(rows, TerminalStyle.PLAIN));
        written.put("a table in ASCII", CurveTable.text(rows, new TerminalStyle(false, false)));
        written.put("a table in colours", CurveTable.text(rows, new TerminalStyle(true, true)).replace('\u001b', '^'));
        written.put("growth", Growth.text(rows, TerminalStyle.PLAIN));
        written.put("fits", Fits.text(rows, Map.of(), TerminalStyle.PLAIN));
        written.put("a curve", TerminalCurve.text(rows, TerminalStyle.PLAIN));
        written.put("a picture", CurveSvg.of(rows, "a host", "a command"));
        StringBuilder text = new StringBuilder();
        written.forEach((what, is) -> text.append("==== ").append(what).append('\n').append(is).append('\n'));
        assertAll(() -> same(name + ".txt", text.toString()), () -> same(name + ".rows.json", RowsJson.of(rows)),
            () -> same(name + ".html", page(Report.html(List.of(run), run.path()))));
    }

    /** A page without what no row has a part in: styles, programs, and the picture, which is recorded by itself. */
    private static String page(String html) {
        return html.replaceAll("(?s)<style>.*?</style>", "<style></style>").replaceAll("(?s)<script>.*?</script>",
            "<script></script>").replaceAll("sha256-[A-Za-z0-9+/=]+", "sha256").replaceAll("base64,[A-Za-z0-9+/=]+", "base64,");
    }

    private static void same(String name, String now) throws IOException {
        Files.createDirectories(NOW);
        Files.writeString(NOW.resolve(name), now);
        Path recorded = RECORDED.resolve(name);
        assertEquals(Files.exists(recorded) ? Files.readString(recorded) : "nothing", now,
            name + ": if it was meant to change, " + NOW.resolve(name) + " takes the place of " + recorded);
    }
}
