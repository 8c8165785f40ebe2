package dev.salvo.syscalls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.SchedStat;
import dev.salvo.syscalls.Target.Moment;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TargetTest {
    private static final int CPU = HostTopology.read().cpus().get(0).id();

    private static Moment moment(long nanos, long progress, long delay, long timeslices, long switches) {
        return new Moment(nanos, progress, Optional.of(new SchedStat(nanos, delay, timeslices, 0, switches)));
    }

    @Test
    void aTargetThatHadItsCpuAllTheTimeWaitedNot() {
        assertEquals(0, moment(2000, 9, 70, 3, 2).waitedSince(moment(1000, 1, 70, 3, 2)));
    }

    @Test
    void aWaitThatIsOverIsAsLongAsTheSchedulerSays() {
        assertEquals(300, moment(2000, 9, 370, 4, 3).waitedSince(moment(1000, 1, 70, 3, 2)));
    }

    /** It left its CPU and has not come back: the scheduler says nothing of that yet. */
    @Test
    void aTargetThatIsAwayIsTakenToHaveWaitedAllTheTime() {
        assertEquals(1000, moment(2000, 9, 70, 3, 3).waitedSince(moment(1000, 1, 70, 3, 2)));
    }

    /** It was away before and still is, so that not even a switch tells. */
    @Test
    void aTargetThatGotNothingDoneWaitedAllTheTime() {
        assertEquals(1000, moment(2000, 1, 70, 3, 2).waitedSince(moment(1000, 1, 70, 3, 2)));
    }

    @Test
    void withoutSchedulersStatisticsOnlyThatIsKnown() {
        assertEquals(Double.NaN, new Moment(2000, 9, Optional.empty()).waitedSince(new Moment(1000, 1, Optional.empty())));
        assertEquals(1000, new Moment(2000, 1, Optional.empty()).waitedSince(new Moment(1000, 1, Optional.empty())));
    }

    @Test
    void aTargetThatSleepsGetsNothingDoneAndOneThatComputesOrWalksDoes() throws Exception {
        CpuPinning.requirePossible();
        try (Target target = new Target(CPU, 0, Target.Doing.SLEEP)) {
            assertEquals(0, target.progress());
            for (Target.Doing doing : new Target.Doing[] {Target.Doing.COMPUTE, Target.Doing.WALK}) {
                long before = target.progress();
                target.change(doing);
                while (target.progress() < before + 2 * Target.ROUNDS_PER_LOOK) { // for ever if it does nothing
                    Thread.sleep(1);
                }
            }
            assertEquals(HostTopology.read().schedStats(), target.now().accounted().isPresent());
            assertTrue(Target.accounted(1 << 30).isEmpty());
        }
    }
}
