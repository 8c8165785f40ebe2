package dev.salvo.workloads.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.HeldTime;
import dev.salvo.engine.IdlePolicy;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.clock.ClosedForm;
import dev.salvo.engine.clock.Cost;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.clock.HostTime;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.point.Axis;
import dev.salvo.point.Strategy;
import dev.salvo.point.Workload;
import dev.salvo.workloads.kernel.Step;
import dev.salvo.workloads.program.Experiment.Measure;
import dev.salvo.workloads.program.Experiment.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The published work on machines that the host carries, in time that the test holds: what is said of it is exact. What a
 * real host adds is measured by {@code profiles coverage}.
 */
@Timeout(240)
class PacedExperimentTest {
    private static final Pacing SNAPDRAGON = Pacing.of("snapdragon-888", 2000);
    private static final int LIST = 32;

    private final List<Long> told = Collections.synchronizedList(new ArrayList<>());

    private static ExperimentSpec spec(Pacing pacing, int cores, int senders, Strategy strategy, Workload workload) {
        return ExperimentSpec.seed(cores, strategy).with(Axis.SENDERS, senders).with(Axis.LIST, LIST)
            .with(Axis.WORKLOAD, workload).with(pacing);
    }

    private Outcome run(ExperimentSpec spec, Measure measure) {
        HeldTime time = new HeldTime();
        try (Experiment experiment = new Experiment(spec, measure, sender -> told::add, HeldTime.oneCpu(),
            time, 0)) {
            time.holdAndGo(spec.cores() + 1); // and the Misc Node
            try {
                experiment.start();
                experiment.window();
            } finally {
                time.letGo();
            }
            return experiment.finish();
        }
    }

    /** Fails if code that only those run who meet others is compiled while that is measured. */
    @Test
    void everySenderWarmsUpBeforeTheMeasurement() {
        ExperimentSpec spec = spec(SNAPDRAGON, 4, 3, Strategy.SYNC, Workload.MUNMAP);
        try (Experiment experiment = new Experiment(spec, Measure.TOTAL, sender -> told::add,
            HostTopology.read(), HostTime.REAL, 300_000_000)) {
            experiment.start();
            for (int sender = 1; sender < 3; sender++) {
                int warmUps = experiment.sender(sender).warmUps();
                assertTrue(warmUps >= Experiment.FEWEST_WARM_UPS, "sender " + sender + " has warmed up " + warmUps + " times");
            }
            experiment.window();
            assertEquals(0, experiment.finish().staleUses());
        }
    }

    private static double software(HardwareProfile profile, Step... steps) {
        return Arrays.stream(steps).mapToDouble(step -> profile.software().get(step.key()).value()).sum();
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "BATCHED"})
    void aPageTakesWhatItsPartsTake(Strategy strategy) {
        HardwareProfile profile = SNAPDRAGON.profile();
        Outcome outcome = run(spec(SNAPDRAGON, 4, 1, strategy, Workload.SEED), Measure.TOTAL);
        double parts = software(profile, Step.FAULT, Step.UNMAP, Step.ZRAM_WRITE, Step.FREE) + profile.nanos(Cost.WALK)
            + profile.nanos(Cost.DSB_ISHST)
            + (strategy == Strategy.SYNC ? ClosedForm.idleShootdown(profile, 4) : profile.nanos(Cost.TLBI));
        double page = outcome.programNanos() / outcome.pages();
        assertEquals(LIST, outcome.pages());
        if (strategy == Strategy.SYNC) {
            assertEquals(parts, page);
        } else { // and two flushes of the list, each of which waits no longer than a shootdown
            assertTrue(page > parts && page < parts + 2 * ClosedForm.idleShootdown(profile, 4) / LIST, page + " ns");
        }
        assertEquals(0, outcome.paced().slipNanos());
        assertEquals(LIST, outcome.ofSenders().tlbis());
        assertEquals(strategy == Strategy.SYNC ? LIST : 2, outcome.ofSenders().dsbIsh());
        assertEquals(0, outcome.staleUses());
        assertTrue(outcome.paced().overruns().getTotalCount() > 0);
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "BATCHED"})
    void aPageOfTheLocalMechanismTakesNoShootdown(Strategy strategy) {
        ExperimentSpec local = spec(SNAPDRAGON, 4, 1, strategy, Workload.SEED).with(Axis.MECHANISM, Mechanism.ARM64_LOCAL);
        Outcome outcome = run(local, Measure.TOTAL);
        HardwareProfile profile = SNAPDRAGON.profile();
        double least = software(profile, Step.FAULT, Step.UNMAP, Step.ZRAM_WRITE, Step.FREE);
        double page = outcome.programNanos() / outcome.pages();
        assertTrue(page > least && page < least + ClosedForm.idleShootdown(profile, 4), page + " ns");
        assertEquals(0, outcome.ofSenders().tlbis());
        assertEquals(LIST, outcome.ofSenders().localTlbis());
        assertEquals(0, outcome.staleUses());
    }

    /** Invariance: what is measured is the machine's, not the host's. */
    @Test
    void everyDilationGivesTheSameEmulatedTime() {
        double once = page(SNAPDRAGON);
        assertEquals(once, page(SNAPDRAGON.at(4 * SNAPDRAGON.dilation())));
        assertEquals(once, page(SNAPDRAGON.at(10)));
    }

    private double page(Pacing pacing) {
        Outcome outcome = run(spec(pacing, 4, 1, Strategy.SYNC, Workload.SEED), Measure.TOTAL);
        return outcome.programNanos() / outcome.pages();
    }

    @Test
    void aMunmapTakesNoLessThanItsEntries() {
        HardwareProfile profile = SNAPDRAGON.profile();
        Outcome outcome = run(spec(SNAPDRAGON, 4, 1, Strategy.SYNC, Workload.MUNMAP), Measure.TOTAL);
        double least = software(profile, Step.ZAP_PTE) + profile.nanos(Cost.TLBI);
        assertTrue(outcome.programNanos() / outcome.pages() >= 0.999 * least);
        assertEquals(20 * MunmapLoop.PAGES, outcome.pages());
        assertEquals(20, outcome.ofSenders().dsbIsh());
        assertTrue(outcome.nanos() < 2 * outcome.programNanos(), "to write the pages takes no time of the machine's");
        assertEquals(0, outcome.staleUses());
    }

    /** Served operations make a program stand still: the larger that cost, the slower the victim; the control is not. */
    @Test
    void aVictimStandsStillForWhatItsNeighbourBroadcasts() {
        Pacing slow = Pacing.of("snapdragon-888:stall=4", 2000); // 40 ns, four times a round of some 1070
        double disturbed = accessesPerSecond(slow, Measure.TOTAL);
        double control = accessesPerSecond(slow, Measure.CONTROL);
        assertTrue(control > 1.05 * disturbed, control + " accesses a second undisturbed, " + disturbed + " disturbed");
        // Its pages are more than the first level of its TLB has entries, and it comes to one after another.
        double most = 1e9 / (software(slow.profile(), Step.USER_ACCESS) + slow.profile().nanos(Cost.L2_HIT));
        // One step of 64 accesses may have been made and not yet taken its time.
        assertTrue(control <= 1.01 * most && control > 0.8 * most, control + " accesses a second, which may be " + most);
    }

    private double accessesPerSecond(Pacing pacing, Measure measure) {
        Outcome outcome = run(spec(pacing, 2, 1, Strategy.SYNC, Workload.VICTIM), measure);
        assertEquals(0, outcome.staleUses());
        return outcome.victimAccesses() / outcome.victimNanos() * 1e9;
    }

    @Test
    void theStressorsRoundsAreCountedBeforeOneIsOver() {
        Pacing server = Pacing.of("arm64-server-128", 300);
        ExperimentSpec spec = spec(server, 9, 1, Strategy.LOCAL, Workload.PROTECT);
        assertEquals(8, Experiment.sendingCores(spec), "core 0 watches the time");
        Outcome outcome;
        try (Experiment experiment = new Experiment(spec, Measure.TOTAL, sender -> told::add)) {
            experiment.start();
            experiment.begin();
            experiment.watch(400_000); // a tenth of its own window: each event is a turn of its own on a busy host
            outcome = experiment.finish();
        }
        double rounds = (double) outcome.pagesByFinish() / ProtectLoop.PAGES / outcome.nanos() * 1e9;
        // A round of one core's touches 65,792 lines, each no faster than it may.
        double most = 8e9 / (65_792 * software(server.profile(), Step.USER_LINE));
        assertTrue(rounds > 0 && rounds <= most, rounds + " rounds a second");
        assertEquals(1, told.size());
        assertEquals(0, outcome.ofSenders().tlbis());
        assertEquals(0, outcome.staleUses());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cores", "interconnect", "idle"})
    void whatAPacedClockCannotHaveIsRefusedInOneLine(String what) {
        String message = assertThrows(IllegalArgumentException.class, () -> ExperimentSpec.seed(
                what.equals("cores") ? 9 : 8, Strategy.SYNC)
            .with(Axis.INTERCONNECT, what.equals("interconnect") ? InterconnectKind.INBOXES : InterconnectKind.RING)
            .with(Axis.IDLE, what.equals("idle") ? IdlePolicy.PARK : IdlePolicy.AUTO).with(SNAPDRAGON)).getMessage();
        assertTrue(message.startsWith(what) && !message.contains("\n"), message);
    }
}
