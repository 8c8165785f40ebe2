package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.clock.Clock;
import dev.salvo.engine.clock.ClosedForm;
import dev.salvo.engine.clock.Cost;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.clock.HostTime;
import dev.salvo.engine.host.YieldPolicy;
import dev.salvo.engine.tlb.Tlbi;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Time on a paced machine. It is held, so that what is said of it holds to the nanosecond; what a real host adds is measured
 * elsewhere, and comes with every figure as its bound.
 */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PacedMachineTest {
    private static final double DILATION = 10;

    private static void shoot(Core core) {
        core.tlbi(Tlbi.vale1is(1, 1));
        core.dsb();
    }

    /** One shootdown by core 0, in the machine's nanoseconds. */
    private static double shootdown(HardwareProfile profile, int cores, double dilation) {
        try (HeldMachine machine = new HeldMachine(profile, cores, dilation)) {
            double took = machine.runs(0, PacedMachineTest::shoot);
            assertEquals(0, machine.bench.machine.slipNanos());
            return took;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 24})
    void aShootdownTakesWhatItsPartsTake(int cores) {
        HardwareProfile profile = PacedMachines.usual(cores);
        assertEquals(ClosedForm.idleShootdown(profile, cores), shootdown(profile, cores, DILATION));
    }

    /** Invariance: what is measured is the machine's, not the host's. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 2, 7, 4000})
    void everyDilationGivesTheSameEmulatedTime(double dilation) {
        HardwareProfile profile = PacedMachines.usual(8);
        assertEquals(shootdown(profile, 8, DILATION), shootdown(profile, 8, dilation));
    }

    @Test
    void halfADrainIsHalfADrainLess() {
        HardwareProfile slow = PacedMachines.profile(4, Cost.HOP_CLUSTER, 40, Cost.DRAIN, 400);
        HardwareProfile fast = PacedMachines.profile(4, Cost.HOP_CLUSTER, 40, Cost.DRAIN, 200);
        assertEquals(200, shootdown(slow, 4, DILATION) - shootdown(fast, 4, DILATION));
    }

    /** No code computes when a DSB completes: it completes when the last core has really acknowledged. */
    @Test
    void aReceiverThatIsLateMakesTheDsbAsMuchLater() {
        HardwareProfile profile = PacedMachines.usual(4);
        double truth = ClosedForm.idleShootdown(profile, 4);
        double ended = 20 * truth;
        try (HeldMachine machine = new HeldMachine(profile, 4, DILATION)) {
            machine.stall("core-002", 0, ended);
            double took = machine.runs(0, PacedMachineTest::shoot);
            // Its response to the NonSync leaves when it is there again; then comes a Sync to be broadcast, and Comp.
            double hop = profile.nanos(Cost.HOP_CLUSTER);
            double sync = ClosedForm.broadcast(profile, 4) + profile.nanos(Cost.SNOOP) + profile.nanos(Cost.DRAIN);
            assertEquals(ended + sync + hop, took);
            assertTrue(machine.bench.machine.slipNanos() > 0);
        }
    }

    /** It is no hardware: while the host runs somebody else in its place, the machine's time stands still. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 50, 5_000})
    void aMiscNodeThatTheHostDoesNotRunMakesNothingLater(double stall) {
        HardwareProfile profile = PacedMachines.usual(4);
        for (double in = 0; in < 500; in += 23) {
            try (HeldMachine machine = new HeldMachine(profile, 4, DILATION)) {
                machine.stall("misc-node", in, stall);
                machine.stall("misc-node", in + 2 * stall, stall);
                double took = machine.asks(0, core -> {
                    long start = core.time();
                    shoot(core);
                    return (core.time() - start) / DILATION;
                });
                assertEquals(ClosedForm.idleShootdown(profile, 4), took, "stalled after " + in);
                assertEquals(0, machine.bench.machine.slipNanos());
            }
        }
    }

    /** What one step was late, because the host ran somebody else, the next step takes less. */
    @Test
    void timeLostInOneStepIsMadeUpForInTheNext() {
        HardwareProfile profile = PacedMachines.usual(1);
        try (HeldMachine machine = new HeldMachine(profile, 1, DILATION, 1000)) {
            for (int step = 0; step < 50; step++) {
                machine.stall("core-000", 1000 * step + 900, 700); // over the end of every step
            }
            assertEquals(51_000, machine.runs(0, core -> {
                for (int i = 0; i < 51; i++) {
                    core.work(0, 1);
                }
            }));
        }
    }

    @Test
    void beforeTheClockIsStartedNothingCostsAnything() {
        HardwareProfile profile = PacedMachines.profile(2, Cost.TLBI, 1_000_000_000_000.0);
        try (Workbench bench = new Workbench(MachineSpec.of(2).clock(Clock.paced(profile, DILATION, 1e12)))) {
            bench.tell(0, core -> {
                core.work(0, 1);
                core.tlbi(Tlbi.vale1is(1, 1));
                core.dsb();
            }); // or this takes a month
        }
    }

    @Test
    void whenTheClockIsStoppedNobodyWaitsForADeadlineAnyMore() {
        HardwareProfile profile = PacedMachines.usual(2);
        try (Workbench bench = new Workbench(MachineSpec.of(2).clock(Clock.paced(profile, DILATION, 1e15)))) {
            bench.machine.startClock();
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<Boolean> month = bench.begin(1, core -> {
                begun.countDown();
                core.work(0, 1);
                return true;
            });
            Await.until("the month has begun", () -> begun.getCount() == 0);
            assertFalse(month.isDone());
            bench.machine.stopClock();
            assertTrue(Workbench.result(month));
        }
    }

    @Test
    void accessesUnderWayAreWaitedForByASync() {
        HardwareProfile profile = PacedMachines.profile(2, Cost.HOP_CLUSTER, 40, Cost.LINE, 100);
        try (HeldMachine machine = new HeldMachine(profile, 2, DILATION)) {
            machine.begin(1, core -> core.fightForLines(64)); // all under way at once: 6400 ns
            assertEquals(6400 + 2 * 40, machine.runs(0, PacedMachineTest::shoot), "then its response, and Comp");
        }
    }

    @Test
    void theMemorySystemServesOneCoreAfterTheOther() {
        HardwareProfile profile = PacedMachines.profile(3, Cost.LINE, 10);
        try (HeldMachine machine = new HeldMachine(profile, 3, DILATION)) {
            List<CompletableFuture<Double>> fights = new ArrayList<>();
            for (int core = 0; core < 3; core++) {
                fights.add(machine.begin(core, fighter -> fighter.fightForLines(640)));
            }
            machine.go();
            assertEquals(3 * 6400, fights.stream().mapToDouble(Workbench::result).max().orElseThrow());
        }
    }

    /** Requests that were refused and are sent again in vain take the time of others; with one sender there are none. */
    @Test
    void retriesOfRefusedRequestsTakeTheMiscNodesTime() {
        double without = burst(3, 0);
        double with = burst(3, 500);
        assertTrue(with > 1.5 * without, with + " ns with retries, " + without + " without");
        assertEquals(burst(1, 0), burst(1, 500), "one sender's requests find entries");
    }

    /** What bursts of 64 TLBIs and a DSB take, of some senders at once: the longest of them. */
    private static double burst(int senders, double retry) {
        HardwareProfile profile = PacedMachines.profile(4, Cost.HOP_CLUSTER, 40, Cost.TARGET, 20, Cost.RETRY, retry);
        try (HeldMachine machine = new HeldMachine(profile, 4, DILATION)) {
            List<CompletableFuture<Double>> bursts = new ArrayList<>();
            for (int sender = 0; sender < senders; sender++) {
                bursts.add(machine.begin(sender, core -> {
                    for (int i = 0; i < 64; i++) {
                        core.tlbi(Tlbi.vale1is(1, i));
                    }
                    core.dsb();
                }));
            }
            machine.go();
            double longest = bursts.stream().mapToDouble(Workbench::result).max().orElseThrow();
            assertEquals(0, machine.bench.machine.slipNanos());
            return longest;
        }
    }

    @Test
    void aPacedMachineCountsAndFindsStaleUsesLikeAnyOther() {
        try (Workbench bench = new Workbench(MachineSpec.of(2).frames(id -> 4)
            .clock(Clock.paced(PacedMachines.usual(2), 10)))) {
            bench.machine.startClock();
            bench.mapPages(0, 1);
            bench.tell(1, core -> core.load(Workbench.ASID, 0));
            int frame = dev.salvo.engine.memory.Pte.frame(bench.table.walk(0));
            bench.tell(0, core -> core.swapPte(bench.table, 0, 0));
            bench.free(frame);
            bench.tell(1, core -> core.load(Workbench.ASID, 0));
            assertEquals(1, bench.machine.counts().staleUses(), "no TLBI was sent");
            bench.tell(0, core -> {
                core.dsbIshst();
                core.tlbi(Tlbi.vale1is(Workbench.ASID, 0));
                core.dsb();
            });
            assertThrows(IllegalStateException.class, () -> bench.tell(1, core -> core.load(Workbench.ASID, 0)),
                "a page fault without a handler: the entry is gone");
            assertEquals(1, bench.machine.counts().staleUses());
        }
    }

    @Test
    void coresGoOfflineAndComeBackOnAPacedMachine() {
        try (Workbench bench = new Workbench(MachineSpec.of(4).clock(Clock.paced(PacedMachines.usual(4), 100)))) {
            bench.machine.startClock();
            for (int round = 0; round < 5; round++) {
                bench.machine.takeOffline(3, null);
                bench.tell(0, core -> {
                    core.tlbi(Tlbi.vmalle1is());
                    core.dsb();
                });
                bench.machine.bringOnline(3, null);
                bench.tell(0, core -> {
                    core.tlbi(Tlbi.vmalle1is());
                    core.dsb();
                });
            }
        }
    }

    @Test
    void aCoreThatNeverAnswersTheMiscNodeIsNamed() {
        Workbench bench = new Workbench(MachineSpec.of(3).patience(50_000_000)
            .clock(Clock.paced(PacedMachines.usual(3), 10)));
        bench.machine.startClock();
        Deafness deafness = new Deafness();
        bench.begin(1, deafness);
        deafness.awaitBegin();
        CoreStuckException stuck = assertThrows(CoreStuckException.class, () -> bench.tell(0, PacedMachineTest::shoot));
        deafness.end();
        assertEquals(1, stuck.laggard(), stuck.getMessage());
        assertThrows(MachineFailedException.class, bench::close);
    }

    /** Work that costs the machine nothing costs the host something, and those that share the CPU are late by it. */
    @Test
    void aCoreThatSharesItsCpuGivesItUpNowAndThenWhileItWorks() {
        CountedTime time = new CountedTime();
        try (Workbench bench = new Workbench(MachineSpec.of(2).clock(Clock.paced(PacedMachines.profile(2), 10, 0).in(time)),
            HeldTime.oneCpu())) {
            bench.machine.startClock();
            bench.tell(0, core -> {
                time.counted = Thread.currentThread();
                long begun = System.nanoTime();
                while (System.nanoTime() - begun < 5_000_000) {
                    core.work(0, 1);
                }
                time.counted = null;
            });
        }
        assertTrue(time.givenUp > 0);
    }

    /** The host's time, and how often one thread has let it pass. */
    private static final class CountedTime extends HostTime {
        private volatile Thread counted;
        private volatile int givenUp;

        @Override
        public long now() {
            return System.nanoTime();
        }

        @Override
        public void letPass(YieldPolicy yieldPolicy) {
            if (Thread.currentThread() == counted) {
                givenUp++; // by that one alone
            }
            yieldPolicy.giveUpCpu();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "4, 2", "5, 2", "128, 2", "3, 4", "8, 4", "9, 4", "10, 4"})
    void theMiscNodeIsWhereFewestCoresAreAndNotBesideCoreZero(int cores, int cpus) {
        int place = CoreThreads.placeOfMiscNode(cores, cpus) % cpus;
        int[] carried = new int[cpus];
        for (int core = 0; core < cores; core++) {
            carried[core % cpus]++;
        }
        assertEquals(Arrays.stream(carried).min().orElseThrow(), carried[place]);
        assertTrue(place != 0 || cpus == 1);
    }

    @Test
    void whatAPacedMachineCannotHaveIsRefusedInOneLine() {
        Clock clock = Clock.paced(PacedMachines.usual(4), 10);
        assertRefused("5 cores: test has 4", MachineSpec.of(5).clock(clock));
        assertRefused("takes times: it always does", MachineSpec.of(4).clock(clock).timed(true));
        assertRefused("DSBs that sleep", MachineSpec.of(4).clock(clock).dsbSleeps(true));
        assertRefused("the fault CORE_SKIPPED", MachineSpec.of(4).clock(clock).fault(HardwareFault.CORE_SKIPPED));
        assertRefused("idle policy park", MachineSpec.of(4).clock(clock).idle(IdlePolicy.PARK));
        assertRefused("INBOXES", MachineSpec.of(4).clock(clock).interconnect(InterconnectKind.INBOXES));
        assertThrows(IllegalArgumentException.class, () -> Clock.paced(PacedMachines.usual(4), 0.5));
    }

    private static void assertRefused(String why, MachineSpec spec) {
        String message = assertThrows(IllegalArgumentException.class, () -> new Machine(spec)).getMessage();
        assertTrue(message.contains(why) && !message.contains("\n"), message);
    }
}
