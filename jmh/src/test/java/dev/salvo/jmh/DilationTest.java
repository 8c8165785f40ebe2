package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.engine.host.Turn;
import dev.salvo.point.Axis;
import dev.salvo.point.Load;
import dev.salvo.point.Strategy;
import dev.salvo.workloads.program.ExperimentSpec;
import dev.salvo.workloads.program.Mechanism;
import dev.salvo.workloads.program.Pacing;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.junit.jupiter.api.Test;

class DilationTest {
    @Test
    void atTheLargestDilationAllMessagesATurnLateAreATenthOfAShootdown() {
        double dilation = Dilation.choose(100_000, 30, Dilation.MESSAGES, 160);
        assertEquals(160, Dilation.MESSAGES * 100_000 / (4 * dilation), 10);
        assertTrue(Dilation.MESSAGES * 100_000 / (4 * dilation) <= 160);
    }

    @Test
    void longerTurnsAndShorterShootdownsAskForMore() {
        double usual = Dilation.choose(100_000, 30, Dilation.MESSAGES, 160);
        assertTrue(Dilation.choose(200_000, 30, Dilation.MESSAGES, 160) > usual);
        assertTrue(Dilation.choose(100_000, 30, Dilation.MESSAGES, 80) > usual);
        assertTrue(Dilation.choose(100_000, 30, 2, 160) < usual);
        assertEquals(usual, Dilation.choose(30, 50_000, Dilation.MESSAGES, 160), "a clock that tells 50 us apart is no better");
    }

    @Test
    void aHostWithACpuForEveryCoreStillHasInterruptions() {
        assertEquals(1000, Dilation.choose(200, 30, Dilation.MESSAGES, 160));
        assertEquals(1000, Dilation.choose(Double.POSITIVE_INFINITY, 30, 0, 160), "nothing is sent, so nothing is late");
    }

    /** Chosen as if nothing were sent, the dilation would be too small by far, and every message late. */
    @Test
    void whereUserProgramsShareTheSendersProcessTheMaskSparesNoMessage() {
        ExperimentSpec local = ExperimentSpec.seed(8, Strategy.SYNC).with(Axis.MECHANISM, Mechanism.ARM64_LOCAL)
            .with(Pacing.of("snapdragon-888", 1));
        assertEquals(0, Dilation.messages(local));
        assertEquals(Dilation.MESSAGES, Dilation.messages(local.with(Axis.LOAD, Load.SHARED)));
    }

    @Test
    void pointsAreMeasuredAtOnceTwiceAndFourTimes() {
        assertArrayEquals(new String[] {"2500", "5000", "10000"}, Dilation.steps(2500));
        assertArrayEquals(new String[] {"1.500", "3", "6"}, Dilation.steps(1.5));
        assertEquals("20000", Dilation.beyond(2500), "and the largest of a sweep once more");
    }

    /** Of this host. Whoever else runs on it makes a turn longer, but takes no CPU time of a thread that yields. */
    @Test
    void aTurnOfManyThreadsHoldsAYieldOfEach() {
        HostTopology host = HostTopology.read();
        double many = Turn.measure(Placement.of(host, PlacementPolicy.COMPACT, 32 * host.cpus().size()), 50_000_000);
        assertTrue(many > 16 * cpuTimeOfAYield(), many + " ns");
        assertTrue(Dilation.resolution() > 0);
    }

    private static double cpuTimeOfAYield() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        int yields = 200;
        long before = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < yields; i++) {
            Thread.yield();
        }
        return (double) (threads.getCurrentThreadCpuTime() - before) / yields;
    }
}
