package dev.salvo.workloads.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.Core;
import dev.salvo.engine.Machine;
import dev.salvo.point.Axis;
import dev.salvo.point.Load;
import dev.salvo.point.Strategy;
import dev.salvo.point.Workload;
import dev.salvo.workloads.program.Experiment.Measure;
import dev.salvo.workloads.program.Experiment.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The workloads beside the published program's, on the host's own clock. */
@Timeout(900)
class WorkloadTest {
    private final List<Long> told = Collections.synchronizedList(new ArrayList<>());

    private static ExperimentSpec spec(int cores, int senders, Strategy strategy, Workload workload) {
        return ExperimentSpec.seed(cores, strategy).with(Axis.SENDERS, senders).with(Axis.LIST, 64)
            .with(Axis.WORKLOAD, workload);
    }

    private Outcome run(ExperimentSpec spec, Measure measure, int steps) {
        try (Experiment experiment = new Experiment(spec, measure, sender -> told::add)) {
            experiment.start();
            long accesses = othersAccesses(experiment);
            for (int i = 0; i < steps; i++) {
                experiment.operation();
            }
            Core core = experiment.machine().core(0);
            while (spec.workload() == Workload.VICTIM && othersAccesses(experiment) == accesses) {
                core.relax(-1); // who waits for nobody may be through before they had a turn
            }
            core.waited();
            return experiment.finish();
        }
    }

    private static long othersAccesses(Experiment experiment) {
        Machine machine = experiment.machine();
        return machine.counts().accesses() - machine.core(0).counts().accesses();
    }

    @Test
    void munmapSendsATlbiForEachPageAndWaitsOnce() {
        Outcome outcome = run(spec(3, 1, Strategy.SYNC, Workload.MUNMAP), Measure.SPLIT, 4);
        assertEquals(4 * MunmapLoop.PAGES, outcome.pages());
        assertEquals(4 * MunmapLoop.PAGES, outcome.ofSenders().tlbis());
        assertEquals(4, outcome.ofSenders().dsbIsh());
        assertEquals(4, told.size());
        assertEquals(told.stream().mapToLong(Long::longValue).sum(), outcome.programNanos(), 0.5);
        assertTrue(outcome.programNanos() < outcome.nanos(), "the writing of the pages does not count");
        assertEquals(outcome.issueNanos() + outcome.waitNanos(), outcome.flushNanos());
        assertEquals(0, outcome.staleUses());
    }

    @Test
    void theNeighbourFlushesTwiceARoundAndEveryOtherCoreComputes() {
        Outcome outcome = run(spec(3, 1, Strategy.SYNC, Workload.VICTIM), Measure.TOTAL, 2000);
        assertEquals(2000, outcome.pages());
        assertEquals(4000, outcome.ofSenders().tlbis());
        assertEquals(4000, outcome.ofSenders().dsbIsh());
        assertTrue(outcome.victimAccesses() > 0);
        assertEquals(0, outcome.staleUses());
    }

    /** Nothing makes the neighbour wait for the victims then, and a busy host may run none of them for a while. */
    @Test
    void whereTheNeighbourSendsNothingTheOthersComputeToo() {
        Outcome control;
        int rounds = 1000;
        do {
            rounds *= 2;
            control = run(spec(3, 1, Strategy.SYNC, Workload.VICTIM), Measure.CONTROL, rounds);
            assertEquals(0, control.ofSenders().tlbis());
        } while (control.victimAccesses() == 0);
    }

    /** Eight children an instance, on a core each as long as there are cores: 4 cores here carry 8 children of two. */
    @ParameterizedTest
    @EnumSource(names = {"BATCHED", "LOCAL"})
    void aRoundOfTheStressorIsSevenCallsOnItsMappingAndOneOnItsFile(Strategy strategy) {
        ExperimentSpec spec = spec(4, 2, strategy, Workload.PROTECT);
        assertEquals(4, Experiment.sendingCores(spec));
        Outcome outcome = run(spec, Measure.TOTAL, 50_000);
        assertTrue(outcome.pages() >= 2 * ProtectLoop.PAGES, outcome.pages() + " pages");
        double rounds = (double) outcome.pages() / ProtectLoop.PAGES;
        double tlbis = (outcome.ofSenders().tlbis() + outcome.ofSenders().localTlbis()) / rounds;
        // A page; a page; three VMAs of 512 together; two address spaces; a page; a page of the file.
        assertEquals(1 + 1 + 512 + 2 + 2, tlbis, 0.2 * 518);
        boolean local = strategy == Strategy.LOCAL;
        assertEquals(local ? 0 : 9, outcome.ofSenders().dsbIsh() / rounds, local ? 0 : 2);
        assertEquals(local, outcome.ofSenders().tlbis() == 0, "each child has run on one core only");
        assertEquals(0, outcome.staleUses());
        assertEquals(1, told.size(), "a round's time is put together from all cores'");
    }

    @Test
    void asManyChildrenAsThereAreCoresButTwoToEight() {
        assertEquals(1, Experiment.sendingCores(spec(1, 1, Strategy.SYNC, Workload.PROTECT)));
        assertEquals(3, Experiment.sendingCores(spec(3, 1, Strategy.SYNC, Workload.PROTECT)));
        assertEquals(8, Experiment.sendingCores(spec(64, 1, Strategy.SYNC, Workload.PROTECT)));
        assertEquals(32, Experiment.sendingCores(spec(64, 4, Strategy.SYNC, Workload.PROTECT)));
        assertEquals(64, Experiment.sendingCores(spec(64, 40, Strategy.SYNC, Workload.PROTECT)));
    }

    /** An estimate without the broadcasts would promise the end of a sweep far too soon. */
    @Test
    void whereUserProgramsShareTheSendersProcessShootdownsAreExpectedWhateverTheMechanism() {
        ExperimentSpec broadcast = ExperimentSpec.seed(8, Strategy.SYNC).with(Pacing.of("snapdragon-888", 1));
        ExperimentSpec local = broadcast.with(Axis.MECHANISM, Mechanism.ARM64_LOCAL);
        double shared = Experiment.expectedWindowNanos(broadcast.with(Axis.LOAD, Load.SHARED));
        assertEquals(shared, Experiment.expectedWindowNanos(local.with(Axis.LOAD, Load.SHARED)));
        assertTrue(Experiment.expectedWindowNanos(local) < shared);
    }
}
