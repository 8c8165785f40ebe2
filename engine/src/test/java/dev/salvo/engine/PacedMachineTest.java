package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.clock.Clock;
import dev.salvo.engine.clock.ClosedForm;
import dev.salvo.engine.clock.Cost;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.tlb.Tlbi;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Time on a paced machine. A wait cannot be shorter than it should be, whatever the host does. How much longer the host
 * makes it is so many of the host's milliseconds, and the less of the machine's time the larger the dilation is: what is
 * asserted from above is the least of many, at the usual dilation or, on a busy host, at one of some larger ones.
 */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PacedMachineTest {
    private static final double DILATION = 4000;
    private static final double LARGEST_DILATION = 64 * DILATION;

    /** What is measured at the smallest dilation at which it is not above a limit; at worst the least of all. */
    private static double least(double limit, DoubleUnaryOperator measured) {
        double least = Double.POSITIVE_INFINITY;
        for (double dilation = DILATION; dilation <= LARGEST_DILATION && least > limit; dilation *= 4) {
            least = Math.min(least, measured.applyAsDouble(dilation));
        }
        return least;
    }

    /** The least of some shootdowns by core 0, in the machine's nanoseconds. */
    private static double shootdown(HardwareProfile profile, int cores) {
        return least(1.2 * ClosedForm.idleShootdown(profile, cores), dilation -> shootdown(profile, cores, dilation));
    }

    private static double shootdown(HardwareProfile profile, int cores, double dilation) {
        try (Workbench bench = new Workbench(MachineSpec.of(cores).clock(Clock.paced(profile, dilation, 4000)))) {
            bench.machine.startClock();
            double[] times = bench.ask(0, core -> {
                double[] each = new double[40];
                for (int i = 0; i < each.length; i++) {
                    core.work(0, 1); // what the host was late is made up for here
                    long start = System.nanoTime();
                    core.tlbi(Tlbi.vale1is(1, i));
                    core.dsb();
                    each[i] = (System.nanoTime() - start) / dilation;
                }
                return each;
            });
            return Arrays.stream(times).min().orElseThrow();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 24})
    void aShootdownTakesWhatItsPartsTake(int cores) {
        HardwareProfile profile = PacedMachines.usual(cores);
        double truth = ClosedForm.idleShootdown(profile, cores);
        assertEquals(truth, shootdown(profile, cores), 0.2 * truth);
    }

    /** Invariance: what is measured is the machine's, not the host's. */
    @Test
    void twiceTheDilationGivesTheSameEmulatedTime() {
        HardwareProfile profile = PacedMachines.usual(8);
        double once = shootdown(profile, 8);
        double limit = 1.2 * once;
        assertEquals(once, least(limit, dilation -> shootdown(profile, 8, 2 * dilation)), 0.2 * once);
        assertEquals(once, least(limit, dilation -> shootdown(profile, 8, 4 * dilation)), 0.2 * once);
    }

    @Test
    void halfADrainIsHalfADrainLess() {
        HardwareProfile slow = PacedMachines.profile(4, Cost.HOP_CLUSTER, 40, Cost.DRAIN, 400);
        HardwareProfile fast = PacedMachines.profile(4, Cost.HOP_CLUSTER, 40, Cost.DRAIN, 200);
        assertEquals(200, shootdown(slow, 4) - shootdown(fast, 4), 60);
    }

    /** No code computes when a DSB completes: it completes when the last core has really acknowledged. */
    @Test
    void aReceiverThatIsLateMakesTheDsbAsMuchLater() {
        HardwareProfile profile = PacedMachines.usual(4);
        double truth = ClosedForm.idleShootdown(profile, 4);
        // It served when it next had a turn of the host's; and then there is still a Sync to be broadcast.
        double after = least(8 * truth, dilation -> afterDeafness(profile, 20 * truth, dilation));
        assertTrue(after <= 8 * truth, "back " + after + " ns after core 2 had begun to serve");
    }

    /** How long after the end of core 2's deafness a DSB is back, in the machine's nanoseconds. */
    private static double afterDeafness(HardwareProfile profile, double late, double dilation) {
        try (Workbench bench = new Workbench(MachineSpec.of(4).clock(Clock.paced(profile, dilation)))) {
            bench.machine.startClock();
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(2, deafness);
            deafness.awaitBegin();
            long start = System.nanoTime();
            CompletableFuture<Double> shot = bench.begin(0, core -> {
                core.tlbi(Tlbi.vale1is(1, 1));
                core.dsb();
                return (System.nanoTime() - start) / dilation;
            });
            Await.until("it has been late", () -> (System.nanoTime() - start) / dilation > late);
            double ended = (System.nanoTime() - start) / dilation;
            deafness.end();
            Workbench.result(deaf);
            double took = Workbench.result(shot);
            assertTrue(took >= ended, took + " ns, though core 2 did not serve before " + ended);
            return took - ended;
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

    /** A late host does not add up: what one step took too long the next one takes less. */
    @Test
    void timeLostInOneStepIsMadeUpForInTheNext() {
        double all = least(60_000, PacedMachineTest::stepsOfWhichTheHostTakesHalf);
        assertTrue(all < 60_000, all + " ns: 76,000 if nothing were made up for");
    }

    /** What 51 steps of 1000 ns take, in the machine's nanoseconds. */
    private static double stepsOfWhichTheHostTakesHalf(double dilation) {
        HardwareProfile profile = PacedMachines.usual(1);
        try (Workbench bench = new Workbench(MachineSpec.of(1).clock(Clock.paced(profile, dilation, 1000)))) {
            bench.machine.startClock();
            double all = bench.ask(0, core -> {
                long start = System.nanoTime();
                core.work(0, 1);
                for (int i = 0; i < 50; i++) {
                    long busy = System.nanoTime(); // half of a step, which the host spends on something else
                    while (System.nanoTime() - busy < 500 * dilation) {
                        Thread.onSpinWait();
                    }
                    core.work(0, 1);
                }
                return (System.nanoTime() - start) / dilation;
            });
            assertTrue(all >= 51_000, all + " ns");
            return all;
        }
    }

    @Test
    void accessesUnderWayAreWaitedForByASync() {
        HardwareProfile profile = PacedMachines.profile(2, Cost.HOP_CLUSTER, 40, Cost.LINE, 100);
        try (Workbench bench = new Workbench(MachineSpec.of(2).clock(Clock.paced(profile, DILATION)))) {
            bench.machine.startClock();
            CompletableFuture<Boolean> accesses = bench.begin(1, core -> {
                core.fightForLines(64); // all under way at once: 6400 ns
                return true;
            });
            long start = System.nanoTime();
            Await.until("they are under way", () -> System.nanoTime() - start > 500 * DILATION);
            bench.tell(0, core -> {
                core.tlbi(Tlbi.vale1is(1, 1));
                core.dsb();
            });
            double took = (System.nanoTime() - start) / DILATION;
            Workbench.result(accesses);
            assertTrue(took >= 6000, took + " ns: a Sync was acknowledged before the accesses were over");
        }
    }

    @Test
    void theMemorySystemServesOneCoreAfterTheOther() {
        HardwareProfile profile = PacedMachines.profile(3, Cost.LINE, 10);
        try (Workbench bench = new Workbench(MachineSpec.of(3).clock(Clock.paced(profile, DILATION)))) {
            bench.machine.startClock();
            long start = System.nanoTime();
            var first = bench.begin(0, PacedMachineTest::fight);
            var second = bench.begin(1, PacedMachineTest::fight);
            var third = bench.begin(2, PacedMachineTest::fight);
            Workbench.result(first);
            Workbench.result(second);
            Workbench.result(third);
            double took = (System.nanoTime() - start) / DILATION;
            assertTrue(took >= 3 * 6400, took + " ns");
        }
    }

    private static boolean fight(Core core) {
        core.fightForLines(640);
        return true;
    }

    /** Where requests that were refused are sent again in vain, they take the time of others; with one sender there are none. */
    @Test
    void retriesOfRefusedRequestsTakeTheMiscNodesTime() {
        double with = IntStream.range(0, 3).mapToDouble(i -> burst(3, 500, DILATION)).min().orElseThrow();
        double without = least(with / 1.5, dilation -> burst(3, 0, dilation));
        assertTrue(with > 1.5 * without, with + " ns with retries, " + without + " without");
        double alone = burst(1, 0, LARGEST_DILATION);
        double refused = least(1.5 * alone, dilation -> burst(1, 500, dilation));
        assertTrue(refused < 1.5 * alone, "one sender's requests find entries");
    }

    /** What bursts of 64 TLBIs and a DSB take, of some senders at once: the longest of them. */
    private static double burst(int senders, double retry, double dilation) {
        HardwareProfile profile = PacedMachines.profile(4, Cost.HOP_CLUSTER, 40, Cost.TARGET, 20, Cost.RETRY, retry);
        try (Workbench bench = new Workbench(MachineSpec.of(4).clock(Clock.paced(profile, dilation)))) {
            bench.machine.startClock();
            long start = System.nanoTime();
            var bursts = new java.util.ArrayList<CompletableFuture<Boolean>>();
            for (int sender = 0; sender < senders; sender++) {
                bursts.add(bench.begin(sender, core -> {
                    for (int i = 0; i < 64; i++) {
                        core.tlbi(Tlbi.vale1is(1, i));
                    }
                    core.dsb();
                    return true;
                }));
            }
            bursts.forEach(Workbench::result);
            return (System.nanoTime() - start) / dilation;
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
    void coresGoOffLineAndComeBackOnAPacedMachine() {
        try (Workbench bench = new Workbench(MachineSpec.of(4).clock(Clock.paced(PacedMachines.usual(4), 100)))) {
            bench.machine.startClock();
            for (int round = 0; round < 5; round++) {
                bench.machine.takeOffLine(3, null);
                bench.tell(0, core -> {
                    core.tlbi(Tlbi.vmalle1is());
                    core.dsb();
                });
                bench.machine.bringOnLine(3, null);
                bench.tell(0, core -> {
                    core.tlbi(Tlbi.vmalle1is());
                    core.dsb();
                });
            }
        }
    }

    @Test
    void aCoreThatNeverAnswersTheMiscNodeIsNamed() {
        try (Workbench bench = new Workbench(MachineSpec.of(3).patience(3_000_000_000L)
            .clock(Clock.paced(PacedMachines.usual(3), 10)))) {
            bench.machine.startClock();
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(1, deafness);
            deafness.awaitBegin();
            CoreStuckException stuck = assertThrows(CoreStuckException.class, () -> bench.tell(0, core -> {
                core.tlbi(Tlbi.vmalle1is());
                core.dsb();
            }));
            deafness.end();
            Workbench.result(deaf);
            assertEquals(1, stuck.laggard(), stuck.getMessage());
        }
    }

    @Test
    void whatAPacedMachineCannotHaveIsRefusedInOneLine() {
        Clock clock = Clock.paced(PacedMachines.usual(4), 10);
        assertRefused("5 cores: test has 4", MachineSpec.of(5).clock(clock));
        assertRefused("takes its own times", MachineSpec.of(4).clock(clock).timed(true));
        assertRefused("idle policy park", MachineSpec.of(4).clock(clock).idle(IdlePolicy.PARK));
        assertRefused("INBOXES", MachineSpec.of(4).clock(clock).interconnect(InterconnectKind.INBOXES));
        assertThrows(IllegalArgumentException.class, () -> Clock.paced(PacedMachines.usual(4), 0.5));
    }

    private static void assertRefused(String why, MachineSpec spec) {
        String message = assertThrows(IllegalArgumentException.class, () -> new Machine(spec)).getMessage();
        assertTrue(message.contains(why) && !message.contains("\n"), message);
    }
}
