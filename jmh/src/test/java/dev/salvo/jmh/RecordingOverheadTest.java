package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.HostTopology;
import dev.salvo.point.Strategy;
import dev.salvo.workloads.program.Experiment.Measure;
import dev.salvo.workloads.program.ExperimentSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What recording costs, where cores share CPUs. A comparison says that it is too much if even the lower end of its
 * interval is; the test fails if three in a row say so. Recording each shootdown is: +12.6 % was such an end, batched,
 * 8 cores.
 */
class RecordingOverheadTest {
    private static final int PAIRS = 7;

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "BATCHED"})
    void recordingCostsLessThanOneTwentieth(Strategy strategy) {
        int cores = Math.min(64, 4 * HostTopology.read().usableCpus());
        RecordingOverhead.Comparison found = null;
        for (int attempt = 0; attempt < 3; attempt++) {
            found = RecordingOverhead.compare(ExperimentSpec.seed(cores, strategy), Measure.RECORDED, PAIRS);
            if (found.low() <= RecordingOverhead.LIMIT) {
                return;
            }
        }
        assertTrue(found.low() <= RecordingOverhead.LIMIT, cores + " cores: " + found);
    }
}
