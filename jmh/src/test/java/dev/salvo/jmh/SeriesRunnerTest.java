package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.point.Strategy;
import dev.salvo.results.Replicates;
import dev.salvo.results.Row;
import dev.salvo.results.RunFolder;
import dev.salvo.workloads.program.ExperimentSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.TimeValue;

/** Real JVMs, measuring for moments, and JVMs that fail. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SeriesRunnerTest {
    private static final Effort MOMENTS = new Effort(1, 5, 2, TimeValue.milliseconds(20));
    private static final List<ExperimentSpec> POINTS =
        List.of(ExperimentSpec.seed(3, Strategy.BATCHED), ExperimentSpec.seed(2, Strategy.BATCHED));

    @TempDir
    private Path folder;

    private final List<String> log = new ArrayList<>();

    private SeriesRunner<ExperimentSpec> runner(List<String> command) {
        return new SeriesRunner<>(command, SeriesJvm.asking(MOMENTS), log::add);
    }

    @Test
    void oneJvmMeasuresAllPointsOfASeriesAndWhatItMeasuredIsAPointsFile() {
        SeriesRunner<ExperimentSpec> runner = runner(SeriesRunner.command(SeriesJvm.class));
        RoundRunner.Outcome<ExperimentSpec> total = runner.measure(new Series<>("total", POINTS), 4);
        RoundRunner.Outcome<ExperimentSpec> split = runner.measure(new Series<>("split", POINTS), 4);
        assertNull(total.failure(), log.toString());
        assertNull(split.failure(), log.toString());
        assertEquals(POINTS, List.copyOf(total.measured().keySet()));
        assertEquals(2, log.stream().filter(line -> line.startsWith("# VM options: ")).count(), "two JVMs");
        RunFolder run = RunFolder.create(folder, Map.of("hostname", "here"), Instant.EPOCH);
        for (ExperimentSpec point : POINTS) {
            Row row = run.addReplicates(List.of(total.measured().get(point).json(), split.measured().get(point).json()));
            assertEquals(point.point(), row.point());
            assertTrue(row.nsPerPage().mean() > 0 && row.staleUses() == 0);
            Replicates replicates = run.replicates(point.point()).orElseThrow();
            assertArrayEquals(new int[] {4}, replicates.rounds());
            assertEquals(row.nsPerPage().mean(), replicates.mean(), 1e-9 * row.nsPerPage().mean());
            assertTrue(total.measured().get(point).nanos() > 5 * TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Test
    void aJvmThatDoesNotStartSaysWhyAndConcernsAll() {
        List<String> command = new ArrayList<>(SeriesRunner.command(SeriesJvm.class));
        command.add(1, "-XX:+NoSuchFlag");
        RoundRunner.Outcome<ExperimentSpec> outcome = runner(command).measure(new Series<>("total", POINTS), 1);
        assertEquals(Map.of(), outcome.measured());
        assertEquals(POINTS.get(0), outcome.failed());
        assertTrue(outcome.failure().getMessage().contains("NoSuchFlag"), outcome.failure().getMessage());
        assertEquals(FirstCause.Reach.ANY, outcome.failure().reach());
    }

    @Test
    void aJavaThatIsNotThereIsNamed() {
        RoundRunner.Outcome<ExperimentSpec> outcome = runner(List.of("/no/java")).measure(new Series<>("total", POINTS), 1);
        assertEquals(FirstCause.Reach.ANY, outcome.failure().reach());
        assertTrue(outcome.failure().getMessage().startsWith("/no/java: a measured JVM cannot be started by it"),
            outcome.failure().getMessage());
    }

    /** A measure that there is none of: what the benchmark says when the first point begins. */
    @Test
    void aPointThatFailsIsNamedWithItsFirstCause() {
        RoundRunner.Outcome<ExperimentSpec> outcome = runner(SeriesRunner.command(SeriesJvm.class)).measure(new Series<>("nonsense", POINTS), 1);
        assertEquals(POINTS.get(0), outcome.failed());
        assertEquals("measure nonsense: must be one of total, split, recorded, recorded_each, control",
            outcome.failure().getMessage());
        assertEquals(FirstCause.Reach.POINT, outcome.failure().reach());
    }

    /** A program in a JVM's place, which has measured one point when it ends. */
    @Test
    void whatWasMeasuredBeforeAPointFailedIsKept() {
        String program = "printf '\\000\\000\\000\\002[]' > \"$1\"; echo '# Point 0: one'; echo '# Point 1: two'; "
            + "echo 'java.lang.OutOfMemoryError: Java heap space'; exit 1";
        RoundRunner.Outcome<ExperimentSpec> outcome = runner(List.of("sh", "-c", program, "sh")).measure(new Series<>("total", POINTS), 1);
        assertEquals(Set.of(POINTS.get(0)), outcome.measured().keySet());
        assertEquals("[]", new String(outcome.measured().get(POINTS.get(0)).json(), StandardCharsets.UTF_8));
        assertEquals(POINTS.get(1), outcome.failed());
        assertEquals(FirstCause.Reach.LARGER, outcome.failure().reach(), outcome.failure().getMessage());
    }
}
