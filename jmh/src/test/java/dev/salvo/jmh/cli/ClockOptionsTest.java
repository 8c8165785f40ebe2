package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.salvo.point.Axis;
import dev.salvo.point.Load;
import dev.salvo.point.PteState;
import dev.salvo.point.Strategy;
import dev.salvo.workloads.program.ExperimentSpec;
import dev.salvo.workloads.program.Mechanism;
import dev.salvo.workloads.program.Pacing;
import org.junit.jupiter.api.Test;

class ClockOptionsTest {
    /** Of a sweep over loads the one that broadcasts would else be given the dilation of the one that sends nothing. */
    @Test
    void aDilationIsNotSharedByAPointThatBroadcastsAndOneThatDoesNot() {
        ExperimentSpec local = ExperimentSpec.seed(8, Strategy.SYNC).with(Axis.MECHANISM, Mechanism.ARM64_LOCAL)
            .with(Pacing.of("snapdragon-888", 1));
        assertNotEquals(ClockOptions.alike(local), ClockOptions.alike(local.with(Axis.LOAD, Load.SHARED)));
        assertNotEquals(ClockOptions.alike(local), ClockOptions.alike(local.with(Axis.MECHANISM, Mechanism.ARM64)));
        assertEquals(ClockOptions.alike(local), ClockOptions.alike(local.with(Axis.LOAD, Load.OWN)));
        assertEquals(ClockOptions.alike(local), ClockOptions.alike(local.with(Axis.PTE, PteState.DIRTY)),
            "to choose takes a second of the host's");
    }
}
