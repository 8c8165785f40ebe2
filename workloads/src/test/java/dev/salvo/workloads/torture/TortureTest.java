package dev.salvo.workloads.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.probe.CoreEvent;
import dev.salvo.point.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sound machine passes, a broken one is found out: without the second the first would mean nothing. */
@Timeout(900)
class TortureTest {
    /** Mostly within a second or two; on a host that has much else to do, much later. */
    private static final long FOUND_WITHIN = TimeUnit.MINUTES.toNanos(10);

    /** What these do to a machine is that a core waits for ever. */
    private static final Set<String> MAKE_WAIT = Set.of("core-never-returns", "overwrite-when-full");

    static List<PlantedFault> faults() {
        return PlantedFault.all();
    }

    private static Torture torture(int cores, long seed, PlantedFault fault) {
        return new Torture(cores, seed, null, fault, false, progress -> { });
    }

    @Test
    void aSoundMachineHasNoViolation() {
        List<Torture.Progress> reports = new ArrayList<>();
        Torture torture = new Torture(4, 1, null, PlantedFault.NONE, false, reports::add);
        Torture.Outcome outcome = torture.run(TimeUnit.MILLISECONDS.toNanos(2_500), 50);
        assertNull(outcome.violation(), () -> outcome + "");
        assertTrue(outcome.clean());
        assertEquals(Configuration.choose(outcome.machines(), 4, null, PlantedFault.NONE), outcome.configuration());
        assertTrue(outcome.nanos() >= TimeUnit.MILLISECONDS.toNanos(2_500));
        Torture.Totals totals = outcome.totals();
        assertTrue(totals.operations() >= 50, totals + "");
        assertTrue(totals.shootdowns() > 0, totals + "");
        assertTrue(totals.tlbis() > 0, totals + "");
        assertTrue(totals.accesses() > 0, totals + "");
        assertEquals(0, totals.staleUses());
        assertFalse(reports.isEmpty());
        Torture.Progress last = reports.get(reports.size() - 1);
        assertTrue(last.totals().accesses() <= totals.accesses(), last + "");
        assertTrue(last.nanos() > 0 && last.nanos() <= outcome.nanos(), last + "");
    }

    /** So much is asked for that no host does it; the run ends because it is interrupted when another machine runs. */
    @Test
    void aRunThatHasDoneTooLittleWhenTheTimeIsUpGoesOnWithAnotherMachine() {
        Thread runner = Thread.currentThread();
        Torture.Outcome outcome = new Torture(4, 1, null, PlantedFault.NONE, false, progress -> {
            if (progress.machines() > 1) {
                runner.interrupt();
            }
        }).run(1, Long.MAX_VALUE);
        assertTrue(Thread.interrupted());
        assertTrue(outcome.clean(), outcome.violation());
        assertTrue(outcome.machines() > 1, outcome + "");
    }

    @Test
    void aRunEndsWhenTheTimeIsUpAndSoMuchHasBeenDone() {
        Torture.Outcome outcome = torture(4, 1, PlantedFault.NONE).run(1, 300);
        assertTrue(outcome.clean(), outcome.violation());
        assertTrue(outcome.totals().operations() >= 300, outcome + "");
    }

    @ParameterizedTest
    @MethodSource("faults")
    void whatIsBrokenIsFound(PlantedFault fault) {
        Torture.Outcome outcome = torture(8, 1, fault).run(FOUND_WITHIN, 0);
        assertFalse(outcome.clean(), () -> "not found on " + outcome.machines() + " machines: " + outcome);
        // A core that waited too long must not pass for a fault that has nothing to do with waiting.
        assertTrue(MAKE_WAIT.contains(fault.name()) || !outcome.violation().contains(" has waited "),
            outcome.violation());
        assertEquals(fault, outcome.configuration().fault());
        Torture again = torture(8, outcome.configuration().seed(), fault);
        assertEquals(outcome.configuration(), again.run(1, 0).configuration());
    }

    /** Fails if a machine that is recorded is another one, or if what its cores did is lost with it. */
    @Test
    void aMachineThatIsRecordedIsTheSameOneAndLeavesWhatItsCoresDid() {
        Torture.Outcome plain = new Torture(4, 5, Strategy.SYNC, PlantedFault.NONE, false, progress -> { }).run(1, 0);
        Torture.Outcome recorded = new Torture(4, 5, Strategy.SYNC, PlantedFault.NONE, true, progress -> { }).run(1, 0);
        assertEquals(plain.configuration(), recorded.configuration());
        assertEquals(List.of(), plain.recording());
        assertTrue(recorded.clean(), recorded.violation());
        assertEquals(4, recorded.recording().size());
        for (Torture.Recorded core : recorded.recording()) {
            assertTrue(core.ended());
            assertEquals(1, core.events().stream().filter(event -> !event.over()).count(), "offline at the end: " + core);
        }
        long tlbis = recorded.recording().stream().flatMap(core -> core.events().stream())
            .filter(event -> event.kind() == CoreEvent.Kind.TLBI).count();
        assertEquals(recorded.totals().tlbis(), tlbis, "so short a run is kept as a whole");
    }

    /** Every fault goes together with a recording: no machine is refused, and what is broken is found all the same. */
    @ParameterizedTest
    @ValueSource(strings = {"dsb-left-out", "core-skipped", "core-dies", "core-never-returns"})
    void whatIsBrokenIsRecorded(String name) {
        PlantedFault fault = PlantedFault.named(name).orElseThrow();
        Torture.Outcome outcome = new Torture(4, 1, null, fault, true, progress -> { }).run(FOUND_WITHIN, 0);
        assertFalse(outcome.clean(), outcome.configuration().toString());
        assertEquals(MAKE_WAIT.contains(name), outcome.stuck(), outcome.violation());
        if (name.equals("core-dies")) {
            assertTrue(outcome.dead() >= 0 && outcome.dead() < 4, outcome.violation());
        }
        assertTrue(outcome.recording().stream().flatMap(core -> core.events().stream())
            .anyMatch(event -> event.kind() == CoreEvent.Kind.SERVED), "none of them has recorded a visit to its port");
    }

    @Test
    void aRunThatIsInterruptedEndsEarlyAndClean() {
        Thread runner = Thread.currentThread();
        Torture torture = new Torture(2, 1, Strategy.BATCHED, PlantedFault.NONE, false, progress -> {
            if (progress.totals().accesses() > 0) {
                runner.interrupt();
            }
        });
        Torture.Outcome outcome = torture.run(TimeUnit.HOURS.toNanos(10), 0);
        assertTrue(Thread.interrupted(), "whoever called it is told as well");
        assertTrue(outcome.clean(), outcome.violation());
        assertTrue(outcome.nanos() < TimeUnit.HOURS.toNanos(1), outcome + "");
        assertTrue(outcome.totals().accesses() > 0);
    }
}
