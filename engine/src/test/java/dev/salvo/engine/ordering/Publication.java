package dev.salvo.engine.ordering;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.salvo.engine.dvm.BroadcastRing;
import dev.salvo.engine.dvm.Inboxes;
import dev.salvo.engine.dvm.Interconnect;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * What a core did before it issued an operation is seen by every core after the {@link Interconnect#serve} that took
 * the operation; and each core is told exactly once of each.
 *
 * <p>Two cores, both issuer and receiver, with room for two operations; the start is off a lap's beginning, so that the
 * ring wraps around in the middle. Each three times writes a plain field, which stands for the page-table store,
 * issues, serves, and looks at the other's field for whatever was served. What was refused for want of room is issued
 * afterwards. Results: what either core found, and whether each was told exactly once of all six.
 *
 * <p>This test alone, for longer than the ordinary test run does:
 * <pre>
 * mvn -pl engine test -Dtest=OrderingTest -Djcstress.mode=default -Djcstress.tests=Publication
 * </pre>
 *
 * <p>Met here (x86-64, 2 CPUs of an EPYC, JDK 25, {@code -m quick -sc false}), and what AArch64 would allow of the same
 * accesses without their order:
 * <pre>
 * result           ring     inboxes  AArch64, unordered
 * 0, 1, 1     1,088,085     433,274  yes
 * 1, 0, 1       532,587     216,281  yes
 * 1, 1, 0             0           0  no
 * 1, 1, 1        12,770     173,363  yes
 * 1, 2, 1             0           0  yes: store passes store
 * 2, 1, 1             0           0  yes: store passes store
 * </pre>
 * What forbids it: the ring publishes by {@code weakCompareAndSetRelease} and serves by {@code getAcquire}; JCTools'
 * offer releases what its poll acquires, and a message's sequence is written by {@code setRelease} and read by
 * {@code getAcquire}. x86-64 keeps stores in order by itself, so what can go wrong here is the count: with the limit
 * raised one too far, so that a word is overwritten before all have read it, 485,270 of 499,731 exchanges were not
 * whole.
 */
public final class Publication {
    private Publication() {
    }

    /** The claim for {@link BroadcastRing}. */
    @JCStressTest
    @State
    @Outcome(id = "[01], [01], 1", expect = ACCEPTABLE,
        desc = "what was served came with its write, or nothing had come yet")
    @Outcome(id = {"2, [012], [01]", "[01], 2, [01]"}, expect = FORBIDDEN,
        desc = "an operation overtook the write before it")
    @Outcome(id = "[01], [01], 0", expect = FORBIDDEN, desc = "an operation was lost, doubled or made up")
    public static class Ring {
        private final Exchange cores = new Exchange(new BroadcastRing(2, Small.CAPACITY));

        @Actor
        public void core0(III_Result result) {
            result.r1 = cores.run(0);
        }

        @Actor
        public void core1(III_Result result) {
            result.r2 = cores.run(1);
        }

        @Arbiter
        public void eachOnce(III_Result result) {
            result.r3 = cores.eachOnce();
        }
    }

    /** The claim for {@link Inboxes}. */
    @JCStressTest
    @State
    @Outcome(id = "[01], [01], 1", expect = ACCEPTABLE,
        desc = "what was served came with its write, or nothing had come yet")
    @Outcome(id = {"2, [012], [01]", "[01], 2, [01]"}, expect = FORBIDDEN,
        desc = "an operation overtook the write before it")
    @Outcome(id = "[01], [01], 0", expect = FORBIDDEN, desc = "an operation was lost, doubled or made up")
    public static class Inbox {
        private final Exchange cores = new Exchange(new Inboxes(2, Small.CAPACITY));

        @Actor
        public void core0(III_Result result) {
            result.r1 = cores.run(0);
        }

        @Actor
        public void core1(III_Result result) {
            result.r2 = cores.run(1);
        }

        @Arbiter
        public void eachOnce(III_Result result) {
            result.r3 = cores.eachOnce();
        }
    }
}
