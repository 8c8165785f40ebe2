package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a flame graph shows what the figures say. */
class SampledWaitTest {
    private static final double EXACT = 1e-9;
    private static final Stacks PROGRAM = Stacks.parse("""
        core-000;Sender.operation;Rmap.tryToUnmapOne;ArchTlb.ptepClearFlush;Core.dsb;Waiting.relax;Thread.yield 90
        core-000;Sender.operation;Rmap.tryToUnmapOne;ArchTlb.ptepClearFlush;Core.dsb 7
        core-000;Sender.operation;PageOutLoop.touch 3
        """);

    @TempDir
    private Path parent;

    /** Of one point with an interval, beside another of the other strategy. */
    private RunFolder run() {
        RunFolder run = RunFolder.create(parent, Map.of("hostname", "made-up"), Instant.EPOCH);
        run.add(MadeUp.point(8, 1, "sync", 1000).rounds(0.98, 1, 1.02, 1).json());
        run.add(MadeUp.point(8, 1, "batched", 100).rounds(0.98, 1, 1.02, 1).json());
        return run;
    }

    private static SampledPoint sampled(RunFolder run, String strategy, String used, Stacks program, double nsPerPage) {
        Row row = run.rows().stream().filter(each -> each.point().name().contains("-" + strategy + "-")).findFirst().orElseThrow();
        return new SampledPoint(row.point(), "wall", used, "", program, Stacks.parse(""), nsPerPage, List.of());
    }

    /** Whatever a core does in a DSB, yields among it, is waiting: so the split has it, too. */
    @Test
    void waitingIsAllThatIsUnderADsb() {
        assertEquals(0.97, SampledWait.share(PROGRAM), EXACT);
        assertTrue(Double.isNaN(SampledWait.share(Stacks.parse(""))));
    }

    @Test
    void whatWasSampledIsHeldAgainstThePointThatItIsOf() {
        RunFolder run = run();
        run.writeFrames(List.of(sampled(run, "batched", "wall", PROGRAM, 250), sampled(run, "sync", "wall", PROGRAM, 1001)));
        List<SampledWait> read = SampledWait.of(run, run.rows());
        assertEquals(List.of("batched", "sync"), read.stream().map(each -> each.row().point().strategy().name().toLowerCase(
            Locale.ROOT)).toList());
        assertEquals(100, read.get(0).samples());
        assertEquals(0.97, read.get(0).share(), EXACT);
        assertEquals(2.5, read.get(0).slowdown(), EXACT);
        assertTrue(read.get(0).changed(), "2.5 times is outside of some per cent");
        assertEquals(1.001, read.get(1).slowdown(), EXACT);
        assertFalse(read.get(1).changed());
    }

    @Test
    void bothSharesAndBothTimesAreInOneSentence() {
        RunFolder run = run();
        run.writeFrames(List.of(sampled(run, "batched", "wall", PROGRAM, 250), sampled(run, "sync", "wall", PROGRAM, 1001)));
        List<SampledWait> read = SampledWait.of(run, run.rows());
        Row batched = read.get(0).row();
        String split = Figures.percent(batched.value(Figure.WAIT_NS_PER_PAGE) / batched.value(Figure.SPLIT_NS_PER_PAGE));
        String words = read.get(0).words();
        assertTrue(words.startsWith("waiting: 97.0% of 100 samples, " + split + " of the split. A page took 250 ns while it was "
            + "sampled and 100 ns ±"), words);
        assertTrue(words.contains(" in the point's own JVMs: 2.50×, outside their interval. Sampling changed the figure: besides "
            + "waiting a page took 7.50 ns sampled and "), words);
        assertTrue(read.get(1).words().endsWith(": 1.00×, within their interval."), read.get(1).words());
        String text = SampledWait.text(read, TerminalStyle.PLAIN);
        assertTrue(text.startsWith("flame: 8 cores, 1 sender, batched: waiting: 97.0%"), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 120), text);
        String page = Report.html(List.of(run), run.path());
        assertFalse(page.contains("outside their interval"), "there is no graph that this could be said of");
    }

    @Test
    void thePageSaysItBelowTheGraphs() throws IOException {
        RunFolder run = run();
        Files.writeString(run.flame().resolve("sync-sender.html"), "");
        assertFalse(Report.html(List.of(run), run.path()).contains("while it was sampled"), "older runs do not tell");
        run.writeFrames(List.of(sampled(run, "sync", "wall", PROGRAM, 2500)));
        String page = Report.html(List.of(run), run.path());
        assertTrue(page.contains("8 cores, 1 sender, sync: waiting: 97.0% of 100 samples"), page);
        assertTrue(page.contains("outside their interval"), page);
    }

    /** Of many JVMs the mean is better known than one of them is. */
    @Test
    void whatOneOfItsJvmsTookIsNotCalledTheSamplingsDoing() {
        RunFolder run = RunFolder.create(parent, Map.of("hostname", "made-up"), Instant.EPOCH);
        run.add(MadeUp.point(8, 1, "sync", 1000).rounds(0.8, 1, 1.2, 1, 1.1, 0.9, 1, 1.05, 0.95, 1, 1, 1).json());
        run.writeFrames(List.of(sampled(run, "sync", "wall", PROGRAM, 1190)));
        SampledWait one = SampledWait.of(run, run.rows()).get(0);
        assertTrue(one.changed());
        assertTrue(one.words().endsWith(", outside the interval of their mean, though single ones of them took as much or as "
            + "little."), one.words());
    }

    @Test
    void withoutAnIntervalItIsNotTold() {
        RunFolder run = RunFolder.create(parent, Map.of("hostname", "made-up"), Instant.EPOCH);
        run.add(MadeUp.point(8, 1, "sync", 1000).rounds(1, 1.1).json());
        run.writeFrames(List.of(sampled(run, "sync", "wall", PROGRAM, 2500)));
        SampledWait only = SampledWait.of(run, run.rows()).get(0);
        assertFalse(only.changed());
        assertTrue(only.words().endsWith("cannot be told without an interval."), only.words());
    }

    /** A CPU's samples have no waiting in them, and no samples no share. */
    @Test
    void onlyWallClockSamplesTellOfWaiting() {
        RunFolder run = run();
        run.writeFrames(List.of(sampled(run, "sync", "cpu", PROGRAM, 1000),
            sampled(run, "batched", "wall", Stacks.parse(""), 1000)));
        assertEquals(List.of(), SampledWait.of(run, run.rows()));
        assertEquals("", SampledWait.text(List.of(), TerminalStyle.PLAIN));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{}                                                    | it is no array",
        "[{}]                                                  | nsPerPage is",
        "[{\"nsPerPage\": -1, \"samples\": 3, \"frames\": []}] | nsPerPage is '-1'",
        "[{\"nsPerPage\": 1, \"samples\": 3}]                  | samples '3'",
        "[                                                     | not JSON"
    })
    void aDamagedFileIsRefusedInOneLine(String text, String said) throws IOException {
        RunFolder run = run();
        Files.writeString(run.frames(), text);
        BadRunException refused = assertThrows(BadRunException.class, () -> SampledWait.of(run, run.rows()));
        assertTrue(refused.getMessage().startsWith(run.frames().toString()) && refused.getMessage().contains(said)
            && refused.getMessage().lines().count() == 1, refused.getMessage());
    }
}
