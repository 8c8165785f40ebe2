package dev.salvo.engine;

import static dev.salvo.engine.Recorded.of;
import static dev.salvo.engine.Recorded.taking;
import static dev.salvo.engine.Workbench.ASID;
import static dev.salvo.engine.Workbench.va;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.clock.Clock;
import dev.salvo.engine.clock.ClosedForm;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.probe.CoreEvent;
import dev.salvo.engine.probe.CoreEvent.Kind;
import dev.salvo.engine.tlb.Tlbi;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of a core in one another's company. What each does by itself is tested where it is at home. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CorePartsTest {
    /** Enough for a busy host, which gives a core many turns in one DSB. */
    private static final int EVENTS = 1 << 14;
    private static final double DILATION = 10;

    private static void shoot(Core core, int tlbis) {
        for (int i = 0; i < tlbis; i++) {
            core.tlbi(Tlbi.vale1is(ASID, i));
        }
        core.dsb();
    }

    /**
     * On held time, so that what is recorded is known to the nanosecond. Fails if the host's clock is recorded in place of the
     * machine's, or the TLBI's number in place of the Sync's.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 40})
    void aPacedMachineRecords(int tlbis) {
        HardwareProfile profile = PacedMachines.usual(8);
        MachineSpec spec = MachineSpec.of(8).recorded(0, 1, EVENTS);
        Machine machine;
        long start;
        double over;
        try (HeldMachine held = new HeldMachine(profile, spec, DILATION)) {
            machine = held.bench.machine;
            start = held.time.now();
            over = held.runs(0, core -> {
                shoot(core, 1);
                shoot(core, tlbis);
            });
        }
        assertEquals(List.of(), of(machine, 1, Kind.OFF_CPU), "the host's CPUs are no part of it");
        List<CoreEvent> dsbs = of(machine, 0, Kind.DSB);
        List<CoreEvent> issued = of(machine, 0, Kind.TLBI);
        assertEquals(2, dsbs.size());
        assertEquals(1 + tlbis, issued.size());
        assertEquals(ClosedForm.idleShootdown(profile, 8), (dsbs.get(0).to() - issued.get(0).from()) / DILATION);
        assertEquals(over, (dsbs.get(1).to() - start) / DILATION);
        for (CoreEvent dsb : dsbs) {
            for (int id = 1; id < 8; id++) {
                CoreEvent visit = taking(machine, id, dsb.sequence());
                assertTrue(visit.from() > dsb.from() && visit.to() < dsb.to(), visit + " within " + dsb);
            }
        }
    }

    /** Fails if walks of a paced machine see a store before dsb(ishst), or if its cores drain only there. */
    @ParameterizedTest
    @CsvSource({"NONE, 4", "ISHST_LEFT_OUT, 0"})
    void aPacedMachineHasStoreBuffers(HardwareFault fault, int entries) {
        MachineSpec spec = MachineSpec.of(2).frames(id -> 64).pteStoreBuffer(entries).fault(fault);
        try (Workbench bench = new Workbench(spec.clock(Clock.paced(PacedMachines.usual(2), DILATION)))) {
            bench.machine.startClock();
            bench.mapPages(0, 1);
            long old = bench.table.walk(0);
            bench.tell(0, core -> {
                core.swapPte(bench.table, 0, Pte.writableDirty(bench.allocate(0, 32, 99)));
                assertEquals(old, bench.table.walk(0), "held back");
                core.dsbIshst();
            });
            boolean drained = fault == HardwareFault.NONE;
            assertEquals(drained ? 99 : 0, bench.ask(1, core -> core.load(ASID, va(0))).intValue());
            bench.tell(0, core -> shoot(core, 1));
            assertEquals(99, bench.ask(1, core -> core.load(ASID, va(0))).intValue(), "a DSB completes the stores");
        }
    }

    /** Fails if the time asleep is not the DSB's, or if what is served in that sleep is not timed. */
    @ParameterizedTest
    @EnumSource
    void aDsbThatSleepsIsTimed(InterconnectKind kind) {
        MachineSpec spec = MachineSpec.of(3).interconnect(kind).dsbSleeps(true).timed(true);
        try (Workbench bench = new Workbench(spec)) {
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(1, deafness);
            deafness.awaitBegin();
            CompletableFuture<Boolean> sender = bench.begin(0, core -> {
                shoot(core, 1);
                return true;
            });
            Await.until("core 0 sleeps", bench.machine.core(0)::isAsleep);
            long start = System.nanoTime();
            bench.tell(2, core -> { // as a DSB would, at core 0
                core.tlbi(Tlbi.vmalle1is());
                while (!bench.hasAcknowledged(0, 2, core.issued())) {
                    core.relax(0);
                }
                core.waited();
            });
            Await.until("core 0 sleeps on", bench.machine.core(0)::isAsleep);
            long asleep = System.nanoTime() - start;
            deafness.end();
            Workbench.result(deaf);
            Workbench.result(sender);
            assertTrue(bench.ask(0, Core::waitNanos) >= asleep);
            assertTrue(bench.ask(0, core -> core.ackDelays().getTotalCount()) >= 2, "its own and the other's");
            assertTrue(bench.ask(1, core -> core.ackDelays().getMaxValue()) >= asleep * 99 / 100);
        }
    }

    /** Fails if a sender that sleeps in its DSB is not recorded as one that has left its CPU. */
    @ParameterizedTest
    @EnumSource
    void aDsbThatSleepsIsRecorded(InterconnectKind kind) {
        Machine machine;
        long[] asleep = new long[2];
        try (Workbench bench = new Workbench(MachineSpec.of(2).interconnect(kind).dsbSleeps(true)
            .recorded(0, 1, EVENTS))) {
            machine = bench.machine;
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(1, deafness);
            deafness.awaitBegin();
            CompletableFuture<Boolean> sender = bench.begin(0, core -> {
                shoot(core, 1);
                return true;
            });
            Await.until("core 0 sleeps", machine.core(0)::isAsleep);
            asleep[0] = System.nanoTime();
            Await.until("some time has passed", () -> System.nanoTime() - asleep[0] > 1_000_000);
            asleep[1] = System.nanoTime();
            deafness.end();
            Workbench.result(deaf);
            Workbench.result(sender);
        }
        CoreEvent dsb = of(machine, 0, Kind.DSB).get(0);
        assertTrue(of(machine, 0, Kind.OFF_CPU).stream().anyMatch(off -> off.from() >= dsb.from() && off.to() <= dsb.to()
            && off.from() <= asleep[0] && off.to() >= asleep[1]), of(machine, 0, Kind.OFF_CPU) + " within " + dsb);
    }

    /** Both see the same shootdowns. Fails if one of them is told of less, or of what the other was told of. */
    @ParameterizedTest
    @EnumSource
    void timesAreTakenAndEventsRecordedOfTheSameShootdowns(InterconnectKind kind) {
        Machine machine = new Machine(MachineSpec.of(3).interconnect(kind).adopted(1).timed(true).recorded(0, 1, EVENTS));
        Core core;
        try (machine) {
            machine.start();
            core = machine.adopt(0);
            for (int i = 0; i < 10; i++) {
                shoot(core, 2);
            }
        }
        List<CoreEvent> dsbs = of(machine, 0, Kind.DSB);
        assertEquals(10, dsbs.size());
        assertEquals(20, of(machine, 0, Kind.TLBI).size());
        // The recorder's looks lie within the timer's: it is told of the beginning last, and of the end first.
        long within = dsbs.stream().mapToLong(dsb -> dsb.to() - dsb.from()).sum();
        assertTrue(core.waitNanos() >= within, core.waitNanos() + " ns, of which within " + within);
        assertTrue(core.issueNanos() > 0);
        for (int id = 1; id < 3; id++) {
            for (CoreEvent dsb : dsbs) {
                taking(machine, id, dsb.sequence());
            }
            assertTrue(machine.core(id).ackDelays().getTotalCount() > 0);
        }
    }

    /** The sender is asleep, and its own buffer drains only when it is woken. */
    @Test
    void aDsbThatSleepsHasNotDrainedYet() {
        try (Workbench bench = new Workbench(MachineSpec.of(2).frames(id -> 64).dsbSleeps(true).pteStoreBuffer(4))) {
            bench.mapPages(0, 1);
            long old = bench.table.walk(0);
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(1, deafness);
            deafness.awaitBegin();
            CompletableFuture<Boolean> sender = bench.begin(0, core -> {
                core.swapPte(bench.table, 0, Pte.writableDirty(bench.allocate(0, 32, 99)));
                shoot(core, 1);
                return true;
            });
            Await.until("core 0 sleeps", bench.machine.core(0)::isAsleep);
            assertEquals(old, bench.table.walk(0));
            deafness.end();
            Workbench.result(deaf);
            Workbench.result(sender);
            assertEquals(99, bench.ask(1, core -> core.load(ASID, va(0))).intValue());
        }
    }

    /** What a fault of the cores does can be drawn: here a DSB that is over before the other core has acknowledged. */
    @ParameterizedTest
    @EnumSource(names = {"NONE", "DSB_LEFT_OUT"})
    void aBrokenMachineRecords(HardwareFault fault) {
        Machine machine;
        try (Workbench bench = new Workbench(MachineSpec.of(2).fault(fault).recorded(0, 1, EVENTS))) {
            machine = bench.machine;
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(1, deafness);
            deafness.awaitBegin();
            CompletableFuture<Boolean> sender = bench.begin(0, core -> {
                shoot(core, 1);
                return true;
            });
            Await.until("the TLBI is out", () -> machine.core(0).issued() >= 0);
            if (fault != HardwareFault.NONE) {
                Workbench.result(sender);
            }
            deafness.end();
            Workbench.result(deaf);
            Workbench.result(sender);
            Await.until("it is acknowledged", () -> bench.hasAcknowledged(1, 0, 0));
        }
        CoreEvent dsb = of(machine, 0, Kind.DSB).get(0);
        assertEquals(fault == HardwareFault.NONE, taking(machine, 1, dsb.sequence()).from() < dsb.to());
    }

    /**
     * A core in a DSB serves its port, and a handler there issues a TLBI and waits for it: what has begun within something is
     * over before it. Fails if a probe keeps one beginning for all, or if the DSB tells what is pending when it ends, as
     * nothing then is.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAHandlerDoesWithinADsbIsToldApart(boolean both) {
        Machine machine = interruptedWhileACoreIsDeaf(MachineSpec.of(3), both, core -> shoot(core, 1), 0);
        List<CoreEvent> dsbs = of(machine, 1, Kind.DSB);
        assertEquals(List.of(0L, 1L), sequences(dsbs), "the core's own and, within it, the handler's");
        assertTrue(dsbs.get(0).from() <= dsbs.get(1).from() && dsbs.get(1).to() <= dsbs.get(0).to(), dsbs.toString());
        assertEquals(List.of(0L, 1L), sequences(of(machine, 1, Kind.TLBI)));
        assertToldApart(machine, both);
    }

    /** The same of a TLBI that waits for room. Fails if a probe keeps one beginning for all. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAHandlerDoesWithinATlbiWithoutRoomIsToldApart(boolean both) {
        Machine machine = interruptedWhileACoreIsDeaf(MachineSpec.of(3).capacity(2), both, core -> shoot(core, 3), 1);
        assertEquals(List.of(2L, 3L), sequences(of(machine, 1, Kind.DSB)), "the handler's and, when it is over, the core's own");
        assertEquals(List.of(0L, 1L, 3L, 2L), sequences(of(machine, 1, Kind.TLBI)), "the third has begun before the handler's");
        assertToldApart(machine, both);
    }

    /**
     * Core 1 does something that cannot end before core 2 listens, and meanwhile core 0 interrupts it: the handler's shootdown
     * cannot end either.
     *
     * @param lastOut of core 1's operations, the last that gets out before it waits
     */
    private static Machine interruptedWhileACoreIsDeaf(MachineSpec spec, boolean both, Consumer<Core> what, long lastOut) {
        AtomicInteger handled = new AtomicInteger();
        MachineSpec recorded = spec.recorded(1, 1, EVENTS).timed(both).interrupts((core, sender, message) -> {
            handled.incrementAndGet();
            shoot(core, 1);
        });
        try (Workbench bench = new Workbench(recorded)) {
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(2, deafness);
            deafness.awaitBegin();
            CompletableFuture<Boolean> interrupted = bench.begin(1, core -> {
                what.accept(core);
                return true;
            });
            Await.until("core 1 looks at its port only where it waits", () -> bench.hasAcknowledged(0, 1, lastOut));
            bench.tell(0, core -> core.interrupt(new long[] {2}, 7));
            Await.until("it is interrupted there", () -> handled.get() == 1);
            deafness.end();
            Workbench.result(deaf);
            Workbench.result(interrupted);
            bench.tell(0, Core::waitForInterrupted);
            assertEquals(1, handled.get());
            return bench.machine;
        }
    }

    private static List<Long> sequences(List<CoreEvent> events) {
        return events.stream().map(CoreEvent::sequence).toList();
    }

    private static void assertToldApart(Machine machine, boolean both) {
        List<CoreEvent> dsbs = of(machine, 1, Kind.DSB);
        for (CoreEvent dsb : dsbs) {
            assertTrue(taking(machine, 2, dsb.sequence()).from() <= dsb.to(), "no DSB is over before core 2 listens: " + dsb);
        }
        for (int id = 0; id < 3; id++) {
            assertNested(machine.recorded(id));
        }
        if (both) {
            long recorded = dsbs.stream().mapToLong(dsb -> dsb.to() - dsb.from()).sum();
            assertTrue(machine.core(1).waitNanos() >= recorded);
        }
    }

    /** One thing at a time: of two that a core does, one lies within the other, or they do not overlap. */
    private static void assertNested(List<CoreEvent> events) {
        for (CoreEvent one : events) {
            assertTrue(one.from() <= one.to(), one.toString());
            for (CoreEvent other : events) {
                assertFalse(one.from() < other.from() && other.from() < one.to() && one.to() < other.to(),
                    one + " and " + other);
            }
        }
    }

    /** The sender of an interrupt is in a DSB, and a handler elsewhere does as it does: each records its own. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAHandlerDoesIsRecordedAsWhatItsInterrupterDoes(boolean both) {
        AtomicInteger handled = new AtomicInteger();
        MachineSpec spec = MachineSpec.of(2).recorded(0, 1, EVENTS).timed(both).interrupts((core, sender, message) -> {
            handled.incrementAndGet();
            shoot(core, 1);
        });
        Machine machine;
        try (Workbench bench = new Workbench(spec)) {
            machine = bench.machine;
            bench.tell(0, core -> {
                for (int i = 0; i < 20; i++) {
                    core.interrupt(new long[] {2}, 7);
                    shoot(core, 1);
                }
                core.waitForInterrupted();
            });
        }
        assertEquals(20, handled.get());
        for (int id = 0; id < 2; id++) {
            List<CoreEvent> dsbs = of(machine, id, Kind.DSB);
            assertEquals(20, dsbs.size());
            assertNested(machine.recorded(id));
            assertEquals(20, of(machine, id, Kind.TLBI).size());
            for (CoreEvent dsb : dsbs) {
                assertTrue(dsb.from() <= dsb.to(), dsb.toString());
                taking(machine, 1 - id, dsb.sequence());
            }
            if (both) {
                long recorded = dsbs.stream().mapToLong(dsb -> dsb.to() - dsb.from()).sum();
                assertTrue(machine.core(id).waitNanos() >= recorded);
            }
        }
    }

    // ---- what is loaded

    /** Of each part one class, so that the calls are bound: where there are two, every machine of this JVM pays for it. */
    @ParameterizedTest
    @CsvSource({
        "plain,     AwakeWait DirectPteStores NoProbe",
        "timed,     AwakeWait DirectPteStores TimedProbe",
        "recording, AwakeWait DirectPteStores RecordingProbe",
        "buffered,  AwakeWait StoreBuffer NoProbe",
        "sleeping,  SleepingWait DirectPteStores NoProbe",
        "paced,     AwakeWait DirectPteStores TimedProbe PacedCore"})
    void aMachineLoadsOneClassOfEachPart(String what, String parts) throws ReflectiveOperationException {
        Set<String> all = Set.of("AwakeWait", "SleepingWait", "DirectPteStores", "StoreBuffer", "NoProbe", "TimedProbe",
            "RecordingProbe", "Probes", "PacedCore", "FaultyParts");
        assertEquals(Set.of(parts.split(" ")), OwnClasses.loadedBy(Shots.class, what).stream().map(name -> name.replaceAll(".*[.]", ""))
            .filter(name -> all.contains(name) || name.startsWith("Faulty")).collect(Collectors.toSet()));
    }

    /** Run in a loader of its own. */
    static final class Shots {
        private Shots() {
        }

        static void plain() {
            run(MachineSpec.of(2));
        }

        static void timed() {
            run(MachineSpec.of(2).timed(true));
        }

        static void recording() {
            run(MachineSpec.of(2).recorded(0, 1, 16));
        }

        static void buffered() {
            run(MachineSpec.of(2).pteStoreBuffer(2));
        }

        static void sleeping() {
            run(MachineSpec.of(2).dsbSleeps(true));
        }

        static void paced() {
            run(MachineSpec.of(2).clock(Clock.paced(PacedMachines.usual(2), DILATION)));
        }

        private static void run(MachineSpec spec) {
            try (Machine machine = new Machine(spec.adopted(1))) {
                machine.start();
                Core core = machine.adopt(0);
                core.tlbi(Tlbi.vmalle1is());
                core.dsb();
            }
        }
    }
}
