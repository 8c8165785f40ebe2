package dev.salvo.workloads.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.salvo.engine.Core;
import dev.salvo.engine.IdlePolicy;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.Machine;
import dev.salvo.engine.MachineFailedException;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.host.SchedStat;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.point.Axis;
import dev.salvo.point.Load;
import dev.salvo.point.PteState;
import dev.salvo.point.Strategy;
import dev.salvo.point.Workload;
import dev.salvo.workloads.program.Experiment.Measure;
import dev.salvo.workloads.program.Experiment.Outcome;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(900)
class ExperimentTest {
    /** The host accounts CPU time in ticks of up to 10 ms. */
    private static final long SOME_TICKS = 20_000_000;

    private static final IntFunction<LongConsumer> UNHEARD = sender -> nanos -> { };

    private static ExperimentSpec spec(int cores, int senders, Strategy strategy, Load load, PteState pte) {
        return ExperimentSpec.seed(cores, strategy).with(Axis.SENDERS, senders).with(Axis.LIST, 64).with(Axis.LOAD, load)
            .with(Axis.PTE, pte);
    }

    private static ExperimentSpec spec(InterconnectKind kind, int ring, IdlePolicy idle) {
        return ExperimentSpec.seed(3, Strategy.BATCHED).with(Axis.INTERCONNECT, kind).with(Axis.LIST, 64)
            .with(Axis.RING, ring).with(Axis.IDLE, idle);
    }

    private static Outcome run(ExperimentSpec spec, Measure measure, int lists) {
        try (Experiment experiment = new Experiment(spec, measure, UNHEARD)) {
            experiment.start();
            for (int i = 0; i < lists; i++) {
                experiment.operation();
            }
            return experiment.finish();
        }
    }

    private static Stream<Arguments> everyMeasureOfEveryStrategy() {
        return Stream.of(Measure.values())
            .flatMap(measure -> Stream.of(Strategy.values()).map(strategy -> Arguments.of(measure, strategy)));
    }

    private static Stream<Arguments> victims() {
        return Stream.of(Load.OWN, Load.SHARED).flatMap(load -> Stream.of(
            Arguments.of(Measure.TOTAL, Strategy.SYNC, load), Arguments.of(Measure.TOTAL, Strategy.BATCHED, load),
            Arguments.of(Measure.SPLIT, Strategy.BATCHED, load),
            Arguments.of(Measure.CONTROL, Strategy.BATCHED, load)));
    }

    @ParameterizedTest
    @MethodSource("everyMeasureOfEveryStrategy")
    void oneSenderPagesOutEveryPageOfEveryList(Measure measure, Strategy strategy) {
        Outcome outcome = run(spec(3, 1, strategy, Load.IDLE, PteState.CLEAN), measure, 5);
        assertEquals(5 * 64, outcome.pages());
        assertEquals(5 * 64, outcome.pagesByFinish());
        assertEquals(0, outcome.staleUses());
        assertEquals(0, outcome.victimAccesses());
        assertTrue(outcome.programNanos() > 0);
        assertTrue(outcome.programNanos() <= outcome.nanos(), "lists lie within the run");
        assertTrue(outcome.runDelayNanos() >= 0);
        assertTrue(outcome.hostCpus() >= 1 && outcome.hostCpus() <= 3);
        // A control leaves the others alone, and so does local where there are none that ran the process.
        boolean alone = measure == Measure.CONTROL || strategy == Strategy.LOCAL;
        assertEquals(alone ? 0 : 5 * 64, outcome.counts().tlbis());
        assertEquals(alone ? 5 * 64 : 0, outcome.ofSenders().localTlbis());
        assertEquals(5 * 64, outcome.counts().accesses());
    }

    private static void assertSenders(long tlbis, long dsbIsh, long dsbIshst, Outcome outcome) {
        assertEquals(tlbis, outcome.ofSenders().tlbis(), "TLBI");
        assertEquals(dsbIsh, outcome.ofSenders().dsbIsh(), "DSB ISH");
        assertEquals(dsbIshst, outcome.ofSenders().dsbIshst(), "DSB ISHST");
    }

    @ParameterizedTest
    @EnumSource(names = {"TOTAL", "SPLIT"})
    void whatASenderIssuesIsExact(Measure measure) {
        assertSenders(128, 128, 128, run(spec(3, 1, Strategy.SYNC, Load.IDLE, PteState.CLEAN), measure, 2));
        // 64 pages are two batches of 31 and a rest.
        assertSenders(320, 15, 320, run(spec(3, 1, Strategy.BATCHED, Load.OWN, PteState.CLEAN), measure, 5));
        assertSenders(128, 128, 128, run(spec(3, 1, Strategy.BATCHED, Load.IDLE, PteState.DIRTY), measure, 2));
    }

    /** As booted kernels were counted, but in lists of 64; what a list leaves behind the next one pays. */
    @ParameterizedTest
    @CsvSource({"5.10, SYNC, 128, 65, 65", "6.1, SYNC, 128, 65, 65", "6.6, BATCHED, 129, 3, 66", "6.9, BATCHED, 65, 4, 65",
        "6.12, BATCHED, 65, 4, 65", "6.12, SYNC, 64, 64, 64", "6.16, BATCHED, 65, 65, 65", "6.18, BATCHED, 65, 65, 65",
        "7.3, BATCHED, 65, 65, 65"})
    void onAVersionAListCostsWhatItCostsThere(String linux, Strategy strategy, int tlbis, int dsbIsh, int dsbIshst) {
        ExperimentSpec spec = spec(3, 1, strategy, Load.IDLE, PteState.CLEAN).with(Axis.LINUX, linux);
        Outcome outcome = run(spec, Measure.TOTAL, 2);
        assertSenders(2 * tlbis, 2 * dsbIsh, 2 * dsbIshst, outcome);
        assertEquals(2 * 64, outcome.pages());
        assertEquals(0, outcome.staleUses());
    }

    @ParameterizedTest
    @EnumSource(names = {"SPLIT", "CONTROL"})
    void aVersionIsMeasuredInEveryWay(Measure measure) {
        ExperimentSpec spec = spec(3, 2, Strategy.BATCHED, Load.OWN, PteState.DIRTY).with(Axis.LINUX, "6.12");
        Outcome outcome = run(spec, measure, 3);
        assertTrue(outcome.pages() >= 3 * 64);
        assertEquals(0, outcome.staleUses());
        assertEquals(measure == Measure.CONTROL, outcome.counts().tlbis() == 0);
    }

    /** The memory is alone in its table, which goes with it. */
    @Test
    void onAVersionMunmapFreesTheTableToo() {
        ExperimentSpec spec = ExperimentSpec.seed(2, Strategy.BATCHED).with(Axis.WORKLOAD, Workload.MUNMAP)
            .with(Axis.LINUX, "6.12");
        Outcome outcome = run(spec, Measure.TOTAL, 2);
        assertSenders(2 * 257, 2 * 2, 2 * 2, outcome);
        assertEquals(0, outcome.staleUses());
    }

    /** Nobody else has run the senders' processes: no broadcast, and nobody to wait for, whatever the strategy. */
    @ParameterizedTest
    @EnumSource(names = {"SYNC", "BATCHED"})
    void theLocalMechanismTellsNobodyOfWhatNobodyElseHasRun(Strategy strategy) {
        ExperimentSpec local = spec(3, 1, strategy, Load.IDLE, PteState.CLEAN).with(Axis.MECHANISM, Mechanism.ARM64_LOCAL);
        Outcome outcome = run(local, Measure.TOTAL, 2);
        assertSenders(0, 0, 128, outcome);
        assertEquals(128, outcome.ofSenders().localTlbis());
        assertEquals(0, outcome.staleUses());
        // Where others run the same memory, it broadcasts as arm64 does.
        Outcome elsewhere = run(local.with(Axis.LOAD, Load.SHARED), Measure.TOTAL, 2);
        assertSenders(128, strategy == Strategy.SYNC ? 128 : 6, 128, elsewhere);
        assertEquals(0, elsewhere.staleUses());
    }

    /** What a page takes, times the pages in a time, is the number of senders, whatever they do between two lists. */
    @Test
    void theTimeBetweenTwoListsBelongsToTheSender() {
        ExperimentSpec spec = spec(3, 2, Strategy.SYNC, Load.IDLE, PteState.CLEAN);
        try (Experiment experiment = new Experiment(spec, Measure.TOTAL, sender -> list -> LockSupport.parkNanos(2_000_000))) {
            experiment.start();
            for (int list = 0; list < 50; list++) {
                experiment.operation();
            }
            Outcome outcome = experiment.finish();
            double senders = outcome.programNanos() / outcome.pages() * outcome.pagesByFinish() / outcome.nanos();
            assertTrue(senders > 1.4 && senders < 2.6, senders + " senders"); // a few lists are under way, or were not begun
        }
    }

    @Test
    void perPageFiguresAreTheSumsDividedByThePages() {
        Outcome outcome = run(spec(3, 1, Strategy.BATCHED, Load.IDLE, PteState.CLEAN), Measure.TOTAL, 5);
        assertEquals(1, outcome.tlbiPerPage());
        assertEquals(3.0 / 64, outcome.dsbIshPerPage());
        assertEquals(1, outcome.dsbIshstPerPage());
        Outcome nothing = run(spec(3, 1, Strategy.BATCHED, Load.IDLE, PteState.CLEAN), Measure.TOTAL, 0);
        assertEquals(Double.NaN, nothing.tlbiPerPage());
        assertEquals(Double.NaN, nothing.dsbIshPerPage());
        assertEquals(Double.NaN, nothing.dsbIshstPerPage());
    }

    /** The senders but the first go on until the machine stops; sums and pages must be of the same lists even so. */
    @ParameterizedTest
    @EnumSource(names = {"TOTAL", "SPLIT"})
    void whatManySendersIssueIsExactToo(Measure measure) {
        Outcome outcome = run(spec(3, 3, Strategy.BATCHED, Load.IDLE, PteState.CLEAN), measure, 10);
        assertTrue(outcome.pages() >= 10 * 64);
        assertTrue(outcome.pagesByFinish() <= outcome.pages());
        assertEquals(0, outcome.pages() % 64, "whole lists");
        assertSenders(outcome.pages(), outcome.pages() / 64 * 3, outcome.pages(), outcome);
    }

    @Test
    void aControlDoesTheSameWorkButForTlbisAndDsbs() {
        for (PteState pte : PteState.values()) {
            for (Load load : Load.values()) {
                Outcome outcome = run(spec(3, 2, Strategy.SYNC, load, pte), Measure.CONTROL, 10);
                assertTrue(outcome.pages() >= 10 * 64, outcome.pages() + " pages");
                assertSenders(0, 0, 0, outcome);
                assertEquals(0, outcome.counts().served());
                assertEquals(0, outcome.staleUses());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "BATCHED"}) // local has nobody to wait for
    void theSplitAddsUpAndOnlyASplitTakesTimes(Strategy strategy) {
        Outcome split = run(spec(3, 2, strategy, Load.IDLE, PteState.CLEAN), Measure.SPLIT, 5);
        assertTrue(split.issueNanos() > 0);
        assertTrue(split.waitNanos() > 0);
        assertTrue(split.issueNanos() + split.waitNanos() <= split.flushNanos(), "the flush functions hold both");
        assertTrue(split.flushNanos() < split.programNanos(), "and the lists hold them");
        assertEquals(split.flushNanos() / split.programNanos(), split.flushShare());
        assertTrue(split.ackDelays().getTotalCount() > 0);

        Outcome total = run(spec(3, 2, strategy, Load.IDLE, PteState.CLEAN), Measure.TOTAL, 5);
        assertEquals(0, total.issueNanos());
        assertEquals(0, total.waitNanos());
        assertEquals(0, total.flushShare());
        assertEquals(0, total.ackDelays().getTotalCount());
    }

    @Test
    void whatHappenedWhileTheSendersPreparedIsNotCounted() {
        // Of one sender, since others would have begun: 256 pages written, TLBIs, DSBs and acknowledgements.
        Outcome outcome = run(spec(3, 1, Strategy.SYNC, Load.IDLE, PteState.CLEAN), Measure.SPLIT, 0);
        assertEquals(0, outcome.pages());
        assertEquals(0, outcome.counts().tlbis());
        assertEquals(0, outcome.counts().accesses());
        assertEquals(0, outcome.flushNanos());
        assertEquals(0, outcome.issueNanos());
        assertEquals(0, outcome.waitNanos());
        // A core notes a delay just after it has acknowledged: its last one may come a moment too late.
        assertTrue(outcome.ackDelays().getTotalCount() <= 3, outcome.ackDelays().getTotalCount() + " delays");
    }

    @ParameterizedTest
    @MethodSource("victims")
    void victimsRunBesideTheSenders(Measure measure, Strategy strategy, Load load) {
        ExperimentSpec spec = spec(4, 2, strategy, load, PteState.CLEAN);
        try (Experiment experiment = new Experiment(spec, measure, UNHEARD)) {
            experiment.start();
            int victim = experiment.machine().core(3).hostThreadId();
            long enough = SchedStat.read(victim).runNanos() + SOME_TICKS;
            for (int list = 0; list < 20_000 && SchedStat.read(victim).runNanos() < enough; list++) {
                experiment.operation();
            }
            Outcome outcome = experiment.finish();
            double rate = outcome.victimAccesses() * 1e9 / outcome.victimNanos();
            assertTrue(rate > 100 && rate < 1e9, "victims: " + rate + " accesses per second");
            assertEquals(0, outcome.staleUses());
            assertTrue(outcome.pages() > 0);
        }
    }

    @Test
    void allCoresMaySendAndThenNobodyIsAVictim() {
        Outcome outcome = run(spec(3, 3, Strategy.BATCHED, Load.SHARED, PteState.CLEAN), Measure.TOTAL, 3);
        assertEquals(0, outcome.victimAccesses());
        assertEquals(0, outcome.victimNanos());
        assertTrue(outcome.pages() >= 3 * 64);
    }

    @Test
    void aMachineOfOneCoreIsAnExperimentToo() {
        Outcome outcome = run(spec(1, 1, Strategy.SYNC, Load.SHARED, PteState.CLEAN), Measure.TOTAL, 3);
        assertEquals(3 * 64, outcome.pages());
        assertEquals(1, outcome.hostCpus());
    }

    @Test
    void aListMayBeLongerThanThePublishedMemoryAndABatchLongerThanAList() {
        ExperimentSpec spec = ExperimentSpec.seed(2, Strategy.BATCHED).with(Axis.MAPPINGS, 2)
            .with(Axis.INTERCONNECT, InterconnectKind.INBOXES).with(Axis.LIST, 300).with(Axis.BATCH, 1000)
            .with(Axis.LOAD, Load.SHARED).with(Axis.RING, 2).with(Axis.IDLE, IdlePolicy.YIELD);
        Outcome outcome = run(spec, Measure.TOTAL, 3);
        assertTrue(outcome.pages() > 0 && outcome.pages() <= 900);
        assertEquals(0, outcome.staleUses());
    }

    @ParameterizedTest
    @CsvSource({"RING, 2", "RING, 16", "INBOXES, 2", "INBOXES, 16"})
    void theInterconnectHoldsAsManyOperationsAsThePointSays(InterconnectKind kind, int ring) {
        try (Experiment experiment = new Experiment(spec(kind, ring, IdlePolicy.AUTO), Measure.TOTAL,
                UNHEARD)) {
            assertEquals(ring, room(experiment.machine().interconnect()));
        }
    }

    @Test
    void theRingIsByDefaultAsLargeAsAMachinesOwn() {
        try (Machine machine = new Machine(MachineSpec.of(1).adopted(1))) {
            assertEquals(ExperimentSpec.seed(1, Strategy.SYNC).ring(), room(machine.interconnect()));
        }
    }

    /** How much an interconnect that nobody serves takes. */
    private static int room(Interconnect interconnect) {
        interconnect.join(0, new Tlb(TlbGeometry.NEOVERSE_N1));
        int held = 0;
        while (interconnect.issue(0, Tlbi.vale1is(1, held)) != Interconnect.FULL) {
            held++;
        }
        return held;
    }

    @ParameterizedTest
    @EnumSource
    void aSmallRingDelaysButLosesNothing(InterconnectKind kind) {
        Outcome outcome = run(spec(kind, 2, IdlePolicy.AUTO), Measure.TOTAL, 5);
        assertSenders(320, 15, 320, outcome);
        assertEquals(0, outcome.staleUses());
    }

    @Test
    void coresThatSleepAreWokenAndCountedAndOthersAreNot() {
        try (Experiment experiment = new Experiment(spec(InterconnectKind.RING, 4096, IdlePolicy.PARK),
                Measure.TOTAL, UNHEARD)) {
            experiment.start();
            for (int list = 0; list < 10_000 && experiment.machine().counts().wakeUps() < 100; list++) {
                experiment.operation();
            }
            assertTrue(experiment.finish().counts().wakeUps() > 0);
        }
        assertEquals(0, run(spec(InterconnectKind.RING, 4096, IdlePolicy.YIELD), Measure.TOTAL, 5).counts().wakeUps());
    }

    @Test
    void everySendersListsAreToldToItsOwnListener() {
        List<AtomicLong> lists = new ArrayList<>();
        List<AtomicReference<Thread>> threads = new ArrayList<>();
        IntFunction<LongConsumer> listeners = sender -> {
            AtomicLong count = new AtomicLong();
            AtomicReference<Thread> thread = new AtomicReference<>();
            lists.add(count);
            threads.add(thread);
            return nanos -> {
                assertTrue(nanos > 0);
                count.incrementAndGet();
                thread.set(Thread.currentThread());
            };
        };
        try (Experiment experiment = new Experiment(
            spec(2, 2, Strategy.BATCHED, Load.IDLE, PteState.CLEAN), Measure.TOTAL, listeners)) {
            experiment.start();
            for (int list = 0; list < 10_000 && (list < 7 || lists.get(1).get() == 0); list++) {
                experiment.operation();
            }
            long own = lists.get(0).get();
            Outcome outcome = experiment.finish();
            assertEquals(own, lists.get(0).get());
            assertEquals((lists.get(0).get() + lists.get(1).get()) * 64, outcome.pages());
            assertSame(Thread.currentThread(), threads.get(0).get());
            assertSame(experiment.machine().core(1).thread(), threads.get(1).get());
        }
    }

    /**
     * Nobody is late where nobody is waited for. Fails if a measurement that the host makes long, or many senders that prepare
     * themselves, are taken for a core that does not answer; or if the death of one is slept through.
     */
    @Test
    void whoWaitsForNobodyWaitsAsLongAsItTakes() {
        Machine machine = new Machine(MachineSpec.of(2).adopted(1).patience(50_000_000));
        machine.start();
        Core core = machine.adopt(0);
        long begun = System.nanoTime();
        Experiment.idleUntil(core, () -> System.nanoTime() - begun > 10 * 50_000_000L);
        machine.run(1, dying -> {
            throw new IllegalStateException("on purpose");
        });
        assertThrows(MachineFailedException.class, () -> Experiment.idleUntil(core, () -> false));
        assertThrows(MachineFailedException.class, machine::close);
    }

    @Test
    void anExperimentMayBeClosedAtAnyTime() {
        ExperimentSpec spec = spec(3, 2, Strategy.SYNC, Load.SHARED, PteState.CLEAN);
        String name = Thread.currentThread().getName();
        Experiment notStarted = new Experiment(spec, Measure.TOTAL, UNHEARD);
        notStarted.close();
        Experiment notFinished = new Experiment(spec, Measure.TOTAL, UNHEARD);
        notFinished.start();
        notFinished.operation();
        notFinished.close();
        notFinished.close();
        for (int id = 1; id < 3; id++) {
            assertEquals(Thread.State.TERMINATED, notFinished.machine().core(id).thread().getState());
        }
        assertEquals(name, Thread.currentThread().getName());
    }

    @ParameterizedTest
    @EnumSource
    void theDeathOfAnotherSenderIsReportedWithItsReason(Measure measure) {
        onAThreadOfItsOwn(() -> {
            IntFunction<LongConsumer> listeners = sender -> nanos -> {
                if (sender == 1) {
                    throw new IllegalArgumentException("the listener's own fault");
                }
            };
            Experiment experiment =
                new Experiment(spec(3, 2, Strategy.SYNC, Load.IDLE, PteState.CLEAN), measure, listeners);
            MachineFailedException failure = assertThrows(MachineFailedException.class, () -> {
                experiment.start();
                Thread sender = experiment.machine().core(1).thread();
                while (sender.isAlive()) {
                    experiment.operation(); // where core 0 waits for the dead one, it finds out here
                }
                experiment.finish(); // and where it waits for nobody, here
            });
            assertEquals("core-001 died: java.lang.IllegalArgumentException: the listener's own fault",
                failure.getMessage());
            assertInstanceOf(IllegalArgumentException.class, failure.getCause());
            assertEquals(failure.getMessage(),
                assertThrows(MachineFailedException.class, experiment::close).getMessage());
            assertEquals(Thread.State.TERMINATED, experiment.machine().core(2).thread().getState());
        });
    }

    @Test
    void theFailureOfTheFirstSenderIsTheCallersAndTheMachineStillStops() {
        IntFunction<LongConsumer> listeners = sender -> nanos -> {
            if (sender == 0) {
                throw new IllegalArgumentException("the listener's own fault");
            }
        };
        Experiment experiment =
            new Experiment(spec(3, 2, Strategy.SYNC, Load.SHARED, PteState.CLEAN), Measure.TOTAL, listeners);
        try (experiment) {
            experiment.start();
            assertEquals("the listener's own fault",
                assertThrows(IllegalArgumentException.class, experiment::operation).getMessage());
        }
        assertEquals(Thread.State.TERMINATED, experiment.machine().core(2).thread().getState());
    }

    @ParameterizedTest
    @EnumSource
    void aListAllocatesNothingOnItsSendersThread(Measure measure) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int lists = 300;
        for (Strategy strategy : Strategy.values()) {
            try (Experiment experiment = new Experiment(
                spec(2, 1, strategy, Load.SHARED, PteState.CLEAN), measure, UNHEARD)) {
                experiment.start();
                for (int i = 0; i < 20; i++) {
                    experiment.operation();
                }
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < lists; i++) {
                    experiment.operation();
                }
                long bytes = threads.getCurrentThreadAllocatedBytes() - before;
                assertTrue(bytes < lists * 16, bytes + " bytes in " + lists + " lists"); // the smallest object: 16
            }
        }
    }

    /** A thread whose machine has died keeps that machine's CPU: it shall not be the one that runs the other tests. */
    private static void onAThreadOfItsOwn(Executable test) {
        AtomicReference<Throwable> thrown = new AtomicReference<>(new AssertionError("has not run"));
        Thread thread = new Thread(() -> {
            try {
                test.execute();
                thrown.set(null);
            } catch (Throwable failure) {
                thrown.set(failure);
            }
        });
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError("timed out", interrupted);
        }
        if (thrown.get() != null) {
            throw new AssertionError(thrown.get());
        }
    }
}
