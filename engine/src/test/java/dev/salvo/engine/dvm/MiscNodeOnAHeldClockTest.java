package dev.salvo.engine.dvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.HeldTime;
import dev.salvo.engine.PacedMachines;
import dev.salvo.engine.clock.Clock;
import dev.salvo.engine.clock.Cost;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.clock.Pace;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.Tlbi;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A Misc Node and its cores in time that a test holds, and without a thread: exact, and the same each time. */
class MiscNodeOnAHeldClockTest {
    private static final int CORES = 20;
    private static final int HOP = 40;
    private static final String AGENT = Thread.currentThread().getName();
    private static final long LONGEST = 10_000_000;

    /** Everything that happens, and a core's program: some TLBIs, one after another, then a DSB. */
    private static final class Run {
        final HeldTime time = new HeldTime();
        final Pace pace;
        final MiscNode node;
        final Tlb[] tlbs = new Tlb[CORES];
        final int[] left = new int[CORES];
        final boolean[] waits = new boolean[CORES];
        final long[] at = new long[CORES];
        final int dilation;
        final long start;

        Run(HardwareProfile profile, int dilation) {
            this.dilation = dilation;
            pace = new Pace(Clock.paced(profile, dilation).in(time));
            node = new MiscNode(CORES, profile, pace, false);
            for (int core = 0; core < CORES; core++) {
                tlbs[core] = new Tlb(TlbGeometry.CORTEX_A55);
                node.join(core, tlbs[core]);
            }
            pace.start();
            start = time.now();
        }

        /**
         * Some cores send each a burst. Returns when each one's DSB was over, in the machine's nanoseconds.
         */
        double[] bursts(int senders, int tlbis) {
            for (int core = 0; core < senders; core++) {
                left[core] = tlbis;
                at[core] = start + (long) core * dilation; // not all at once: who is first is no matter of numbers
            }
            double[] over = new double[senders];
            int running = senders;
            while (true) {
                assertTrue(pace.now() - start < LONGEST * dilation, "it does not end");
                boolean worked = true;
                while (worked) {
                    worked = nodeWorks();
                    for (int core = 0; core < senders; core++) {
                        worked |= proceeds(core);
                        if (waits[core] && node.isSynced(core)) {
                            waits[core] = false;
                            over[core] = (double) (node.syncedAt(core) - start) / dilation;
                            running--;
                        }
                    }
                }
                if (running == 0) {
                    return over;
                }
                time.skip();
            }
        }

        /** The agent does what there is to do unless this thread is stalled, and every core serves its port. */
        boolean nodeWorks() {
            boolean worked = time.isReached(time.stallEnds(AGENT)) && node.step();
            for (int core = 0; core < CORES; core++) {
                worked |= node.serve(core, tlbs[core]) > 0;
            }
            return worked;
        }

        private boolean proceeds(int core) {
            if (waits[core] || left[core] < 0 || !pace.isReached(at[core])) {
                return false;
            }
            if (left[core] == 0) {
                node.sendSync(core, at[core]);
                waits[core] = true;
                left[core] = -1;
                return true;
            }
            if (node.send(core, Tlbi.vale1is(1, left[core]), at[core]) == Interconnect.FULL) {
                return false;
            }
            at[core] = node.sentAt(core) + 5L * dilation;
            left[core]--;
            return true;
        }
    }

    private static HardwareProfile profile(double retry) {
        return PacedMachines.profile(CORES, Cost.HOP_CLUSTER, HOP, Cost.TARGET, 2, Cost.SNOOP, 10, Cost.INVALIDATE, 10,
            Cost.DRAIN, 20, Cost.RETRY, retry);
    }

    /** One that was sent as of an earlier credit would have to be posted before its time. */
    @Test
    void aTlbiThatHadToWaitLeavesWithTheCreditThatItTakes() {
        Run run = new Run(profile(0), 1);
        for (int i = 0; i < 16; i++) {
            run.node.send(0, Tlbi.vale1is(1, i), run.start);
        }
        for (int i = 16; i < 40; i++) {
            while (run.node.send(0, Tlbi.vale1is(1, i), run.start) == Interconnect.FULL) {
                if (!run.nodeWorks()) {
                    run.time.skip();
                }
            }
            assertEquals(run.pace.now(), run.node.sentAt(0), "number " + i + " left when its credit came");
        }
        assertEquals(0, run.node.slipNanos());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 19})
    void whereTheHostIsNeverLateNothingSlips(int senders) {
        Run run = new Run(profile(30), 1);
        run.bursts(senders, 40);
        assertEquals(0, run.node.slipNanos());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 19})
    void emulatedTimesAreTheSameAtEveryDilation(int senders) {
        double[] once = new Run(profile(30), 1).bursts(senders, 40);
        assertArrayEquals(once, new Run(profile(30), 2).bursts(senders, 40));
        assertArrayEquals(once, new Run(profile(30), 7).bursts(senders, 40));
    }

    /** The agent is no hardware: it makes no difference when it looks, since the time waits for it. */
    @ParameterizedTest
    @CsvSource({"1, 20", "2, 20", "3, 20", "4, 40", "5, 40", "6, 200", "7, 200", "8, 1000", "9, 1000", "10, 10000"})
    void anAgentThatLooksLateHandlesEverythingInTheSameOrder(long seed, int longest) {
        double[] punctual = new Run(profile(30), 1).bursts(19, 12);
        SplittableRandom random = new SplittableRandom(seed);
        Run late = new Run(profile(30), 1);
        for (long from = 0; from < 100L * longest; from += 1 + random.nextInt(4 * longest)) {
            int nanos = 1 + random.nextInt(longest);
            late.time.stall(AGENT, from, nanos);
            from += nanos;
        }
        assertArrayEquals(punctual, late.bursts(19, 12));
        assertTrue(late.pace.now() < late.time.now() || longest <= HOP, "the time has stood still");
        assertEquals(0, late.node.slipNanos());
    }

    /** 17 Syncs at once: 15 find an entry, two are refused, and granted one when the first Syncs are complete. */
    @Test
    void aGrantTakesTheDistributorsTimeForRetriesOnly() {
        double each = 2 * (CORES - 1) + HOP + 10 + 20 + HOP; // to the last core, there, and back; one Sync after another
        assertEquals(3 * HOP + 17 * each + HOP, Arrays.stream(syncs(0)).max().orElseThrow());
        assertEquals(3 * HOP + 17 * each + HOP + 50, Arrays.stream(syncs(50)).max().orElseThrow(),
            "one other was still refused when the first was granted");
    }

    private static double[] syncs(double retry) {
        return new Run(profile(retry), 1).bursts(17, 0);
    }
}
