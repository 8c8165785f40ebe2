package dev.salvo.engine.dvm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.Tlbi;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What an issue costs the issuer as cores come online: a ratio of medians, of rounds in turn, in one run, so that a
 * busy host slows both sides. One thread is every core, and serves all ports between rounds, outside the time.
 */
@Timeout(900)
class IssueCostTest {
    private static final int FEW = 2;
    private static final int MANY = 1024;
    private static final int CAPACITY = 4096;
    private static final int ROUNDS = 61;
    /** Enough for the reading of a thousand cursors, which comes once in two rounds, to be compiled too. */
    private static final int WARM_UP = 200;

    /**
     * The full-ring check, which reads every cursor, is in it as often as in life: once per lap. It is what may make
     * the many cost somewhat more.
     */
    @Test
    void issueOnTheRingCostsAsMuchWithAThousandCoresAsWithTwo() {
        double ratio = ratio(Kind.RING, CAPACITY / 2);
        assertTrue(ratio < 3, "1024 cores / 2 cores: " + ratio);
    }

    /** The same measure is not blind: a message to every core costs by the core. */
    @Test
    void issueIntoInboxesIsSeenToGrowWithTheCores() {
        double ratio = ratio(Kind.INBOXES, Inboxes.WINDOW);
        assertTrue(ratio > 30, "1024 cores / 2 cores: " + ratio);
    }

    private static double ratio(Kind kind, int operations) {
        Tlb tlb = new Tlb(new TlbGeometry(4, 1, 4, 1));
        Interconnect few = online(kind.build(FEW, CAPACITY), tlb);
        Interconnect many = online(kind.build(MANY, CAPACITY), tlb);
        double[] fewNanos = new double[ROUNDS];
        double[] manyNanos = new double[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            long ofFew = issue(few, operations);
            long ofMany = issue(many, operations);
            serveAll(few, tlb);
            serveAll(many, tlb);
            if (round >= 0) {
                fewNanos[round] = ofFew;
                manyNanos[round] = ofMany;
            }
        }
        return median(manyNanos) / median(fewNanos);
    }

    private static long issue(Interconnect interconnect, int operations) {
        long start = System.nanoTime();
        for (int page = 0; page < operations; page++) {
            if (interconnect.issue(0, Tlbi.vale1is(1, page)) == Interconnect.FULL) {
                throw new AssertionError("no room for operation " + page);
            }
        }
        return System.nanoTime() - start;
    }

    private static void serveAll(Interconnect interconnect, Tlb tlb) {
        for (int core = 0; core < interconnect.cores(); core++) {
            while (interconnect.serve(core, tlb) > 0) {
                continue;
            }
        }
    }

    private static Interconnect online(Interconnect interconnect, Tlb tlb) {
        for (int core = 0; core < interconnect.cores(); core++) {
            interconnect.join(core, tlb);
        }
        return interconnect;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
