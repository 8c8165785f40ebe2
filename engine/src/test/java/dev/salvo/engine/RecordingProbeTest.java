package dev.salvo.engine;

import static dev.salvo.engine.Recorded.of;
import static dev.salvo.engine.Recorded.taking;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.probe.CoreEvent;
import dev.salvo.engine.probe.CoreEvent.Kind;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.tlb.Tlbi;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
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
    /** So many that nothing is lost on a busy host, where a wait is many turns without a CPU, each an event. */
    private static final int EVENTS = 1 << 16;
    private static final int ROUNDS = 20;
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
            for (int round = 0; round < ROUNDS; round++) {
                shoot(core, 1);
                shoot(core, BATCH);
            }
            machine.stopRecording();
        }
        List<CoreEvent> tlbis = of(machine, 0, Kind.TLBI);
        List<CoreEvent> dsbs = of(machine, 0, Kind.DSB);
        assertEquals(ROUNDS * (1 + BATCH), tlbis.size());
        assertEquals(ROUNDS * 2, dsbs.size());
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

    /** Fails if a core is said to rest that is coming online, or if what it has recorded cannot be read when it does. */
    @Test
    void aCoreRestsWhileNoThreadCarriesIt() throws InterruptedException {
        CountDownLatch seen = new CountDownLatch(1);
        AtomicReference<Machine> built = new AtomicReference<>();
        List<Boolean> resting = new ArrayList<>();
        Machine machine = new Machine(MachineSpec.of(2).recorded(0, 1, EVENTS).frames(id -> {
            if (id == 0) { // in its thread, and it is not online yet
                resting.add(built.get().isResting(0));
                seen.countDown();
            }
            return 0;
        }));
        built.set(machine);
        try (machine) {
            assertTrue(machine.isResting(0));
            assertEquals(List.of(), machine.recorded(0));
            machine.start();
            seen.await();
            assertEquals(List.of(false), resting);
            assertFalse(machine.isResting(0));
            assertThrows(IllegalStateException.class, () -> machine.recorded(0));
        }
        assertTrue(machine.isResting(0));
        assertFalse(machine.recorded(0).isEmpty(), "that it is offline at the end");
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
        List<CoreEvent> events = machine.recorded(0).stream().filter(CoreEvent::over).toList();
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

    /**
     * Who waits for a core that never answers is found in its DSB; who waits for room, in its TLBI. Fails if what has no end
     * is left out, or is said to have one, or ends before something else that the core has recorded.
     */
    @ParameterizedTest
    @CsvSource({"RING, DSB", "RING, TLBI", "INBOXES, DSB", "INBOXES, TLBI"})
    void whatIsNeverOverIsRecorded(InterconnectKind kind, Kind stuckIn) {
        MachineSpec spec = MachineSpec.of(2).interconnect(kind).capacity(2).adopted(1).recorded(0, 1, EVENTS)
            .patience(200_000_000);
        Deafness deafness = new Deafness();
        Machine machine = new Machine(spec);
        try (machine) {
            machine.start();
            Core core = machine.adopt(0);
            shoot(core, 1);
            machine.run(1, stepping(deafness));
            deafness.awaitBegin();
            assertThrows(CoreStuckException.class, () -> shoot(core, stuckIn == Kind.TLBI ? 3 : 1));
            deafness.end();
            assertThrows(MachineFailedException.class, machine::close);
        } catch (MachineFailedException again) {
            assertTrue(again.getCause() instanceof CoreStuckException, again.toString());
        }
        List<CoreEvent> events = machine.recorded(0);
        List<CoreEvent> notOver = events.stream().filter(event -> !event.over() && event.kind() != Kind.OFFLINE).toList();
        assertEquals(List.of(stuckIn), notOver.stream().map(CoreEvent::kind).toList(), events.toString());
        CoreEvent stuck = notOver.get(0);
        assertTrue(stuck.to() - stuck.from() >= 200_000_000, stuck.toString());
        assertTrue(events.stream().allMatch(event -> event.to() <= stuck.to()), stuck + " before the last of " + events);
        assertEquals(1, of(machine, 0, Kind.DSB).stream().filter(CoreEvent::over).count());
        if (stuckIn == Kind.DSB) {
            assertEquals(machine.core(0).issued(), stuck.sequence());
        }
    }

    /** Fails if a core is said to be online when it may not have been, or offline for longer than that. */
    @ParameterizedTest
    @EnumSource
    void itIsKnownWhenACoreWasOffline(InterconnectKind kind) {
        Machine machine = new Machine(MachineSpec.of(2).interconnect(kind).recorded(0, 1, EVENTS));
        long[] at = new long[6];
        try (machine) {
            at[0] = System.nanoTime();
            machine.start();
            at[1] = System.nanoTime();
            at[2] = System.nanoTime();
            machine.takeOffline(1, null);
            at[3] = System.nanoTime();
            Await.until("some time has passed", () -> System.nanoTime() - at[3] > 1_000_000);
            at[4] = System.nanoTime();
            machine.bringOnline(1, null);
            at[5] = System.nanoTime();
        }
        List<CoreEvent> off = of(machine, 1, Kind.OFFLINE);
        assertEquals(List.of(true, true, false), off.stream().map(CoreEvent::over).toList());
        assertTrue(at[0] <= off.get(0).from() && off.get(0).from() <= at[1], "since its thread began");
        assertTrue(at[2] <= off.get(1).from() && off.get(1).from() <= at[3], "when it went");
        assertTrue(at[4] <= off.get(1).to(), "until it came");
        assertTrue(at[5] <= off.get(2).from(), "and went for good");
    }

    /** Fails if what a core takes is counted by what others make of its acknowledgements. */
    @ParameterizedTest
    @EnumSource(names = {"NONE", "CORE_SKIPPED", "ACK_FOR_ANOTHER"})
    void aCoreWhoseAcknowledgementsCountForNothingRecordsWhatItTakes(HardwareFault fault) {
        Machine machine = new Machine(MachineSpec.of(4).adopted(1).fault(fault).recorded(0, 1, EVENTS));
        try (machine) {
            machine.start();
            Core core = machine.adopt(0);
            for (int round = 0; round < 20; round++) {
                shoot(core, 3);
            }
            Await.until("all have taken it", () -> {
                core.serve();
                return machine.core(2).counts().served() == 60 && machine.core(3).counts().served() == 60;
            });
        }
        for (int id = 2; id < 4; id++) {
            List<CoreEvent> visits = of(machine, id, Kind.SERVED);
            assertEquals(60, visits.stream().mapToLong(CoreEvent::count).sum(), "core " + id + ": " + visits);
            assertEquals(0, visits.get(0).sequence());
        }
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
        return OwnClasses.loadedBy(Shots.class, what).stream()
            .filter(name -> name.contains("Recording") && !name.contains("Test")).toList();
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
