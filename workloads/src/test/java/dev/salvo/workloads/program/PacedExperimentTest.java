package dev.salvo.workloads.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.salvo.engine.IdlePolicy;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.clock.ClosedForm;
import dev.salvo.engine.clock.Cost;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.workloads.kernel.Step;
import dev.salvo.workloads.program.PageOutExperiment.Measure;
import dev.salvo.workloads.program.PageOutExperiment.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The published work on machines that the host carries. A wait cannot be shorter than it should be, so what is asserted
 * from below is exact. How much longer the host makes it is so many of the host's milliseconds, and the less of the
 * machine's time the larger the dilation is: upper limits are wide, and a busy host may come below them at a larger one.
 */
@Timeout(900)
class PacedExperimentTest {
    private static final Pacing SNAPDRAGON = Pacing.of("snapdragon-888", 2000);
    private static final double LARGEST_DILATION = 32_000;
    private static final int LIST = 32;

    private final List<Long> told = Collections.synchronizedList(new ArrayList<>());

    private static PageOutSpec spec(Pacing pacing, int cores, int senders, Strategy strategy, Workload workload) {
        return new PageOutSpec(cores, senders, 1, strategy, InterconnectKind.RING, LIST, 31, Load.IDLE, PteState.CLEAN,
            PlacementPolicy.COMPACT, PageOutSpec.DEFAULT_RING, IdlePolicy.AUTO, workload, pacing);
    }

    private Outcome run(PageOutSpec spec, Measure measure) {
        try (PageOutExperiment experiment = new PageOutExperiment(spec, measure, sender -> told::add)) {
            experiment.start();
            experiment.window();
            return experiment.finish();
        }
    }

    /** Measures at larger and larger dilations, until what is measured is as it should be. */
    private static void assertAtSomeDilation(DoubleUnaryOperator measured, DoublePredicate asItShouldBe) {
        List<String> found = new ArrayList<>();
        for (double dilation = SNAPDRAGON.dilation(); dilation <= LARGEST_DILATION; dilation *= 4) {
            double figure = measured.applyAsDouble(dilation);
            if (asItShouldBe.test(figure)) {
                return;
            }
            found.add(figure + " at " + dilation);
        }
        fail(found.toString());
    }

    private static double software(HardwareProfile profile, Step... steps) {
        return Arrays.stream(steps).mapToDouble(step -> profile.software().get(step.key()).value()).sum();
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "BATCHED"})
    void aPageTakesNoLessThanItsPartsAndNotMuchMore(Strategy strategy) {
        HardwareProfile profile = SNAPDRAGON.profile();
        Outcome outcome = run(spec(SNAPDRAGON, 4, 1, strategy, Workload.SEED), Measure.TOTAL);
        double parts = software(profile, Step.FAULT, Step.UNMAP, Step.ZRAM_WRITE, Step.FREE) + profile.nanos(Cost.WALK)
            + profile.nanos(Cost.DSB_ISHST)
            + (strategy == Strategy.SYNC ? ClosedForm.idleShootdown(profile, 4) : profile.nanos(Cost.TLBI));
        double page = outcome.programNanos() / outcome.pages();
        assertEquals(LIST, outcome.pages());
        assertTrue(page >= 0.98 * parts, page + " ns a page, whose parts are " + parts);
        assertAtSomeDilation(dilation -> page(SNAPDRAGON.at(dilation), strategy) / parts, ratio -> ratio < 1.5);
        assertEquals(LIST, outcome.ofSenders().tlbis());
        assertEquals(strategy == Strategy.SYNC ? LIST : 2, outcome.ofSenders().dsbIsh());
        assertEquals(0, outcome.staleUses());
        assertTrue(outcome.paced().overruns().getTotalCount() > 0);
        assertTrue(outcome.paced().hostNanos() >= outcome.nanos() * SNAPDRAGON.dilation());
    }

    /** Invariance, as a ratio of two runs: what is measured is the machine's, not the host's. */
    @Test
    void fourTimesTheDilationGivesTheSameEmulatedTime() {
        assertAtSomeDilation(dilation -> page(SNAPDRAGON.at(4 * dilation), Strategy.SYNC)
            / page(SNAPDRAGON.at(dilation), Strategy.SYNC), ratio -> Math.abs(ratio - 1) < 0.25);
    }

    /** The same on one CPU as on all, for the machine that is carried does not know how many there are. */
    @Test
    void oneCpuGivesTheSameEmulatedTimeAsAll() {
        assertAtSomeDilation(dilation -> pageOnOneCpu(dilation) / page(SNAPDRAGON.at(dilation), Strategy.SYNC),
            ratio -> Math.abs(ratio - 1) < 0.25);
    }

    private static double pageOnOneCpu(double dilation) {
        try {
            return tryPageOnOneCpu(dilation);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    private static double tryPageOnOneCpu(double dilation) throws IOException, InterruptedException {
        Process one = new ProcessBuilder("taskset", "-c", firstCpu(),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
            "-cp", System.getProperty("java.class.path"), PacedExperimentTest.class.getName(),
            Double.toString(dilation))
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String said = new String(one.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, one.waitFor(), said);
        String[] figures = said.split(" ");
        assertEquals("1", figures[0], "CPUs");
        return Double.parseDouble(figures[1]);
    }

    private static String firstCpu() {
        return Integer.toString(HostTopology.read().cpus().get(0).id());
    }

    /** Prints how many CPUs carry the machine, and what a page takes on it at a dilation. */
    public static void main(String[] arguments) {
        PacedExperimentTest test = new PacedExperimentTest();
        Pacing pacing = SNAPDRAGON.at(Double.parseDouble(arguments[0]));
        double page = test.page(pacing, Strategy.SYNC);
        System.out.println(test.run(spec(pacing, 4, 1, Strategy.SYNC, Workload.SEED), Measure.TOTAL).hostCpus() + " "
            + page);
    }

    /** What a page takes, ns: the least of three windows, for a host only adds to it, and at times much. */
    private double page(Pacing pacing, Strategy strategy) {
        double least = Double.POSITIVE_INFINITY;
        for (int window = 0; window < 3; window++) {
            Outcome outcome = run(spec(pacing, 4, 1, strategy, Workload.SEED), Measure.TOTAL);
            least = Math.min(least, outcome.programNanos() / outcome.pages());
        }
        return least;
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
        // Its pages are more than the first level of its TLB has entries, and it comes to one after another.
        double most = 1e9 / (software(slow.profile(), Step.USER_ACCESS) + slow.profile().nanos(Cost.L2_HIT));
        assertAtSomeDilation(dilation -> {
            double disturbed = accessesPerSecond(slow.at(dilation), Measure.TOTAL);
            double control = accessesPerSecond(slow.at(dilation), Measure.CONTROL);
            // One step of 64 accesses may have been made and not yet taken its time.
            assertTrue(control <= 1.01 * most, control + " accesses a second, which may be " + most);
            return control > 0.8 * most ? control / disturbed : 0;
        }, undisturbed -> undisturbed > 1.05);
    }

    private double accessesPerSecond(Pacing pacing, Measure measure) {
        Outcome outcome = run(spec(pacing, 2, 1, Strategy.SYNC, Workload.VICTIM), measure);
        assertEquals(0, outcome.staleUses());
        return outcome.victimAccesses() / outcome.victimNanos() * 1e9;
    }

    @Test
    void theStressorsRoundsAreCountedBeforeOneIsOver() {
        Pacing server = Pacing.of("arm64-server-128", 300);
        PageOutSpec spec = spec(server, 9, 1, Strategy.LOCAL, Workload.PROTECT);
        assertEquals(8, PageOutExperiment.sendingCores(spec), "core 0 watches the time");
        Outcome outcome = run(spec, Measure.TOTAL);
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
        String message = assertThrows(IllegalArgumentException.class, () -> new PageOutSpec(
            what.equals("cores") ? 9 : 8, 1, 1, Strategy.SYNC,
            what.equals("interconnect") ? InterconnectKind.INBOXES : InterconnectKind.RING, 256, 31, Load.IDLE,
            PteState.CLEAN, PlacementPolicy.COMPACT, 4096, what.equals("idle") ? IdlePolicy.PARK : IdlePolicy.AUTO,
            Workload.SEED, SNAPDRAGON)).getMessage();
        assertTrue(message.startsWith(what) && !message.contains("\n"), message);
    }
}
