package dev.salvo.engine.ordering;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.salvo.engine.dvm.BroadcastRing;
import dev.salvo.engine.dvm.Inboxes;
import dev.salvo.engine.dvm.Interconnect;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * What a core did before {@link Interconnect#leave} is seen by whoever finds it offline, and therefore does not wait
 * for it.
 *
 * <p>The one that leaves writes a plain field, which stands for its last access, and leaves; the other looks whether it
 * is offline, and at the field. Results: 1 if it was found offline, and the field.
 *
 * <p>This test alone, for longer than the ordinary test run does:
 * <pre>
 * mvn -pl engine test -Dtest=OrderingTest -Djcstress.mode=default -Djcstress.tests=GoingOffline
 * </pre>
 *
 * <p>Met here (x86-64, 2 CPUs of an EPYC, JDK 25, {@code -m quick -sc false}), and what AArch64 would allow of the same
 * accesses without their order:
 * <pre>
 * result           ring     inboxes  AArch64, unordered
 * 0, 0        1,472,416     113,806  yes
 * 0, 1           84,945     108,113  yes
 * 1, 0                0           0  yes: store passes store
 * 1, 1        2,008,283   1,024,876  yes
 * </pre>
 * What forbids it: {@code leave} is a {@code setRelease}, and {@code acknowledged} reads by {@code getAcquire}. x86-64
 * orders both by itself; here the test holds the compilers to it.
 */
public final class GoingOffline {
    private GoingOffline() {
    }

    /** The claim for {@link BroadcastRing}. */
    @JCStressTest
    @State
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "still online: it would be waited for")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "gone, and its last access is over")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "gone, and its last access was still under way")
    public static class Ring {
        private final Cores cores = new Cores(new BroadcastRing(2, Small.CAPACITY));

        @Actor
        public void leaver(II_Result result) {
            cores.leaver();
        }

        @Actor
        public void waiter(II_Result result) {
            result.r1 = cores.offline();
            result.r2 = cores.access;
        }
    }

    /** The claim for {@link Inboxes}. */
    @JCStressTest
    @State
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "still online: it would be waited for")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "gone, and its last access is over")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "gone, and its last access was still under way")
    public static class Inbox {
        private final Cores cores = new Cores(new Inboxes(2, Small.CAPACITY));

        @Actor
        public void leaver(II_Result result) {
            cores.leaver();
        }

        @Actor
        public void waiter(II_Result result) {
            result.r1 = cores.offline();
            result.r2 = cores.access;
        }
    }

    private static final class Cores {
        private final Interconnect interconnect;
        private int access;

        Cores(Interconnect interconnect) {
            this.interconnect = interconnect;
            interconnect.join(0, Small.tlb());
            interconnect.join(1, Small.tlb());
        }

        void leaver() {
            access = 1;
            interconnect.leave(1);
        }

        int offline() {
            return interconnect.acknowledged(1, 0) == Interconnect.OFFLINE ? 1 : 0;
        }
    }
}
