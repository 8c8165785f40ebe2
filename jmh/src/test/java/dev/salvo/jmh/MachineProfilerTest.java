package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.salvo.engine.CoreCounts;
import dev.salvo.point.Strategy;
import dev.salvo.results.Figure;
import dev.salvo.workloads.program.Experiment.Measure;
import dev.salvo.workloads.program.Experiment;
import dev.salvo.workloads.program.ExperimentSpec;
import dev.salvo.workloads.program.Pacing;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** The contract between who measures and who reads: a metric of each figure that is measured, and of nothing else. */
class MachineProfilerTest {
    private static final ExperimentSpec NATIVE = ExperimentSpec.seed(2, Strategy.SYNC);
    private static final ExperimentSpec PACED = NATIVE.with(Pacing.of("kunpeng-920", 1000));

    @Test
    void everyFigureThatIsReadIsReportedInItsUnit() {
        Map<String, String> reported = new TreeMap<>();
        reported.putAll(reported(NATIVE, Measure.SPLIT, null));
        reported.putAll(reported(PACED, Measure.TOTAL, new Experiment.Paced(1, 1, new Histogram(2))));
        Map<String, String> read = new TreeMap<>();
        Arrays.stream(Figure.values()).filter(figure -> !figure.metric().isEmpty())
            .forEach(figure -> read.put(figure.metric(), figure.unit()));
        read.remove(Figure.VICTIM_SLOWDOWN.metric()); // nobody suffers here
        assertEquals(read, reported);
    }

    private static Map<String, String> reported(ExperimentSpec spec, Measure measure, Experiment.Paced paced) {
        MachineProfiler.report(spec, measure, new Experiment.Outcome(1, 256, 256, CoreCounts.NONE, 1, 1, 1, 4,
            CoreCounts.NONE, 1, 0, 0, new Histogram(2), 0, 2, paced), new Histogram(2));
        Map<String, String> units = new TreeMap<>();
        new MachineProfiler().afterIteration(null, null, null).forEach(result ->
            assertEquals(null, units.put(result.getLabel(), result.getScoreUnit()), result.getLabel()));
        return units;
    }
}
