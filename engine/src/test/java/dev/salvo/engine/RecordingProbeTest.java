package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.probe.CoreEvent;
import dev.salvo.engine.probe.CoreEvent.Kind;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.tlb.Tlbi;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cores that record. What they say is compared with what must have come before what, and with this test's own clock.
 */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecordingProbeTest {
    private static final int EVENTS = 1 << 14;
    private static final int BATCH = 5;

    /** Fails if a core takes its time before it has seen the operation, or an issuer after others could. */
    @ParameterizedTest
    @CsvSource({"RING, false", "RING, true", "INBOXES, false", "INBOXES, true"})
    void everyCoreFindsAnOperationAfterItsIssueAndBeforeItsDsbReturns(InterconnectKind kind, boolean shared) {
        int cores = shared ? Math.min(3 * HostTopology.read().usableCpus(), 24) : 2;
        Machine machine = new Machine(MachineSpec.of(cores).interconnect(kind).adopted(1).recorded(0, 1, EVENTS));
        try (machine) {
            machine.start();
            Core core = machine.adopt(0);
            for (int round = 0; round < 50; round++) {
                shoot(core, 1);
                shoot(core, BATCH);
            }
            machine.stopRecording();
        }
        List<CoreEvent> tlbis = of(machine, 0, Kind.TLBI);
        List<CoreEvent> dsbs = of(machine, 0, Kind.DSB);
        assertEquals(50 * (1 + BATCH), tlbis.size());
        assertEquals(100, dsbs.size());
        for (int id = 0; id < cores; id++) {
            List<CoreEvent> served = of(machine, id, Kind.SERVED);
            assertEquals(tlbis.size(), served.stream().mapToLong(CoreEvent::count).sum(), "core " + id);
            for (CoreEvent tlbi : tlbis) {
                CoreEvent visit = taking(served, tlbi.sequence());
                boolean wasThere = tlbi.sequence() == visit.sequence(); // others may have come while the core was at it
                assertTrue(tlbi.from() <= (wasThere ? visit.from() : visit.to()),
                    "found before it was issued: " + tlbi + ' ' + visit);
                assertTrue(visit.from() <= visit.to(), visit.toString());
                CoreEvent dsb = dsbs.stream().filter(each -> each.sequence() >= tlbi.sequence()).findFirst()
                    .orElseThrow();
                assertTrue(visit.from() <= dsb.to(), "the DSB was back before: " + dsb + ' ' + visit);
                assertTrue(tlbi.from() <= dsb.from() && dsb.from() <= dsb.to(), dsb.toString());
            }
        }
    }

    /** Fails if a core that gave its CPU up does not say so, or says that it did when it kept it. */
    @ParameterizedTest
    @EnumSource
    void aCoreThatWasDeafHadItsCpuAndOneThatSleptHadNot(InterconnectKind kind) {
        MachineSpec spec = MachineSpec.of(2).interconnect(kind).adopted(1).idle(IdlePolicy.PARK).recorded(0, 1, EVENTS);
        Machine machine = new Machine(spec);
        long[] asleep = new long[2];
        Deafness deafness = new Deafness();
        long[] deaf = new long[2];
        try (machine) {
            machine.start();
            Core core = machine.adopt(0);
            Await.until("core 1 sleeps", () -> machine.core(1).thread().getState() == Thread.State.WAITING);
            asleep[0] = System.nanoTime();
            passTime(core);
            asleep[1] = System.nanoTime();
            shoot(core, 1);
            machine.run(1, stepping(deafness));
            deafness.awaitBegin();
            deaf[0] = System.nanoTime();
            core.tlbi(Tlbi.vmalle1is());
            passTime(core);
            deaf[1] = System.nanoTime();
            deafness.end();
            core.dsb();
            machine.run(1, null);
        }
        List<CoreEvent> off = of(machine, 1, Kind.OFF_CPU);
        assertTrue(off.stream().anyMatch(span -> span.from() <= asleep[0] && span.to() >= asleep[1]), off.toString());
        assertTrue(off.stream().noneMatch(span -> span.from() < deaf[1] && span.to() > deaf[0]),
            "off its CPU while it was deaf, from " + deaf[0] + " to " + deaf[1] + ": " + off);
        List<CoreEvent> served = of(machine, 1, Kind.SERVED);
        assertEquals(2, served.size());
        assertTrue(served.get(0).from() >= asleep[1]);
        assertTrue(served.get(1).from() >= deaf[1]);
    }

    /** Fails if the oldest events are kept, or the latest lost, or one is kept twice. */
    @Test
    void aFullRingKeepsTheLastEvents() {
        int kept = 16;
        Machine machine = new Machine(MachineSpec.of(1).adopted(1).recorded(0, 1, kept));
        try (machine) {
            machine.start();
            Core core = machine.adopt(0);
            for (int round = 0; round < 1000; round++) {
                shoot(core, 1); // three events: issued, served, waited
            }
        }
        List<CoreEvent> events = machine.recorded(0);
        assertEquals(kept, events.size());
        long[] sequences = events.stream().filter(event -> event.kind() == Kind.DSB).mapToLong(CoreEvent::sequence)
            .toArray();
        assertEquals(999, sequences[sequences.length - 1]);
        assertTrue(LongStream.range(1, sequences.length)
            .allMatch(i -> sequences[(int) i] == sequences[(int) i - 1] + 1), "one after another");
    }

    /**
     * Fails if another than each eighth is said to be whole, or one of which not everything is known; if more is
     * recorded than those and the ones before them; or if a core that was without a CPU when one began is not known to
     * have been.
     */
    @ParameterizedTest
    @EnumSource
    void ofOneShootdownInEightEverythingIsKnown(InterconnectKind kind) {
        int rounds = 80;
        MachineSpec spec = MachineSpec.of(3).interconnect(kind).adopted(1).idle(IdlePolicy.PARK).recorded(0, 8, EVENTS);
        Machine machine = new Machine(spec);
        long[][] asleep = new long[rounds][2];
        try (machine) {
            machine.start();
            Core core = machine.adopt(0);
            for (int round = 0; round < rounds; round++) {
                for (int id = 1; id < 3; id++) {
                    Thread thread = machine.core(id).thread();
                    Await.until("the others sleep", () -> thread.getState() == Thread.State.WAITING);
                }
                asleep[round][0] = System.nanoTime();
                core.relax(-1);
                core.waited();
                asleep[round][1] = System.nanoTime();
                shoot(core, 2);
            }
        }
        List<CoreEvent> whole = of(machine, 0, Kind.DSB).stream().filter(dsb -> dsb.count() == 1).toList();
        assertEquals(rounds / 8, whole.size());
        assertEquals(rounds / 4, of(machine, 0, Kind.DSB).size(), "and as many that come before them");
        assertEquals(rounds / 2, of(machine, 0, Kind.TLBI).size());
        for (CoreEvent dsb : whole) {
            int round = (int) dsb.sequence() / 2;
            assertEquals(7, round % 8);
            for (int id = 1; id < 3; id++) {
                taking(of(machine, id, Kind.SERVED), dsb.sequence());
                taking(of(machine, id, Kind.SERVED), dsb.sequence() - 1);
                assertTrue(of(machine, id, Kind.OFF_CPU).stream()
                    .anyMatch(off -> off.from() <= asleep[round][0] && off.to() >= asleep[round][1]), "core " + id);
            }
        }
    }

    @Test
    void whatComesAfterTheEndOfTheRecordingIsNotKept() {
        Machine machine = new Machine(MachineSpec.of(2).adopted(1).recorded(0, 1, EVENTS));
        try (machine) {
            machine.start();
            Core core = machine.adopt(0);
            shoot(core, 1);
            assertThrows(IllegalStateException.class, () -> machine.recorded(1), "it still writes");
            machine.stopRecording();
            shoot(core, 1);
        }
        assertEquals(1, of(machine, 0, Kind.DSB).size());
        assertTrue(of(machine, 1, Kind.SERVED).size() <= 1);
    }

    @Test
    void onTheRingItIsKnownOfEveryIssuerWhoHasTakenItsOperations() {
        Machine machine = new Machine(MachineSpec.of(2).recorded(0, 1, EVENTS));
        try (machine) {
            for (int id = 0; id < 2; id++) {
                machine.run(id, core -> {
                    shoot(core, 1);
                    return 1;
                });
            }
            machine.start();
            Await.until("both have shot", () ->
                Math.min(machine.core(0).counts().tlbis(), machine.core(1).counts().tlbis()) > 20);
        }
        List<CoreEvent> issued = new ArrayList<>(of(machine, 0, Kind.TLBI));
        issued.addAll(of(machine, 1, Kind.TLBI));
        assertEquals(issued.size(), issued.stream().mapToLong(CoreEvent::sequence).distinct().count());
        // Neither one of the first, when core 0 may not be online yet, nor of the last, when it may be no more.
        long online = of(machine, 0, Kind.DSB).get(0).to();
        CoreEvent others = of(machine, 1, Kind.DSB).stream().filter(dsb -> dsb.from() > online).findFirst()
            .orElseThrow();
        assertTrue(taking(of(machine, 0, Kind.SERVED), others.sequence()).from() <= others.to());
    }

    @Test
    void aMachineThatDoesNotRecordSaysSo() {
        try (Machine machine = new Machine(MachineSpec.of(1))) {
            assertThrows(IllegalStateException.class, () -> machine.recorded(0));
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, 1, 16", "2, 1, 16", "0, 0, 16", "0, 3, 16", "0, 1, 0", "0, 1, 1", "0, 1, 24", "0, 1, 2097152"})
    void aRecordingThatCannotBeIsRefused(int issuer, int every, int events) {
        MachineSpec spec = MachineSpec.of(2);
        assertThrows(IllegalArgumentException.class, () -> spec.recorded(issuer, every, events));
    }

    /** In this JVM such cores are loaded; a loader of its own shows what a machine without them needs. */
    @Test
    void aMachineThatDoesNotRecordLoadsNothingOfIt() throws ReflectiveOperationException {
        assertEquals(List.of(), loadedBy("plain"));
        assertEquals(List.of("dev.salvo.engine.probe.Recording", "dev.salvo.engine.probe.RecordingProbe",
            "dev.salvo.engine.probe.RecordingSwitch"), loadedBy("recording"));
    }

    private static List<String> loadedBy(String what) throws ReflectiveOperationException {
        OwnClasses loader = new OwnClasses();
        Method method = loader.loadClass(Shots.class.getName()).getDeclaredMethod(what);
        method.setAccessible(true);
        try {
            method.invoke(null);
        } catch (InvocationTargetException failed) {
            throw new AssertionError(failed.getCause());
        }
        return loader.loaded().stream().filter(name -> name.contains("Recording") && !name.contains("Test")).toList();
    }

    /** Run in a loader of its own. */
    static final class Shots {
        private Shots() {
        }

        static void plain() {
            run(MachineSpec.of(2).adopted(1));
        }

        static void recording() {
            run(MachineSpec.of(2).adopted(1).recorded(0, 1, 16));
        }

        private static void run(MachineSpec spec) {
            try (Machine machine = new Machine(spec)) {
                machine.start();
                shoot(machine.adopt(0), 2);
            }
        }
    }

    private static CoreEvent taking(List<CoreEvent> served, long sequence) {
        List<CoreEvent> found = served.stream()
            .filter(visit -> visit.sequence() <= sequence && sequence < visit.sequence() + visit.count()).toList();
        assertEquals(1, found.size(), "operation " + sequence + " is taken once: " + found);
        return found.get(0);
    }

    private static List<CoreEvent> of(Machine machine, int id, Kind kind) {
        return machine.recorded(id).stream().filter(event -> event.kind() == kind).toList();
    }

    static void shoot(Core core, int tlbis) {
        for (int i = 0; i < tlbis; i++) {
            core.tlbi(Tlbi.vmalle1is());
        }
        core.dsb();
    }

    private static void passTime(Core core) {
        for (long begun = System.nanoTime(); System.nanoTime() - begun < 2_000_000; ) {
            core.serve();
        }
    }

    private static Program stepping(Deafness deafness) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        return core -> done.isDone() ? 0 : done.complete(deafness.apply(core)) ? 1 : 0;
    }
}
