package dev.salvo.engine.ordering;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.salvo.engine.dvm.BroadcastRing;
import dev.salvo.engine.dvm.Inboxes;
import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.Tlbi;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * What a receiver did before the {@link Interconnect#serve} that took an operation is seen by whoever then finds it not
 * {@link Interconnect#behind}.
 *
 * <p>The operation is at the port when the two threads meet. The receiver writes a plain field, which stands for an
 * access through the old translation, and serves; the issuer looks whether it is behind, and at the field. Results: 1
 * if it was found not behind, and the field.
 *
 * <p>This test alone, for longer than the ordinary test run does:
 * <pre>
 * mvn -pl engine test -Dtest=OrderingTest -Djcstress.mode=default -Djcstress.tests=Acknowledgement
 * </pre>
 *
 * <p>Met here (x86-64, 2 CPUs of an EPYC, JDK 25, {@code -m quick -sc false}), and what AArch64 would allow of the same
 * accesses without their order:
 * <pre>
 * result           ring     inboxes  AArch64, unordered
 * 0, 0        1,689,027     747,776  yes
 * 0, 1            4,803       1,842  yes
 * 1, 0                0           0  yes: store passes store
 * 1, 1          837,574     394,090  yes
 * </pre>
 * What forbids it: {@code serve} acknowledges by {@code setRelease}, and {@code acknowledged} reads by
 * {@code getAcquire}. x86-64 orders both by itself; here the test holds the compilers to it.
 */
public final class Acknowledgement {
    private Acknowledgement() {
    }

    /** The claim for {@link BroadcastRing}. */
    @JCStressTest
    @State
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "not acknowledged yet: nothing is promised")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "acknowledged, and the access is over")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "acknowledged, and the access was still under way")
    public static class Ring {
        private final Cores cores = new Cores(new BroadcastRing(2, Small.CAPACITY));

        @Actor
        public void receiver(II_Result result) {
            cores.receiver();
        }

        @Actor
        public void issuer(II_Result result) {
            result.r1 = cores.notBehind();
            result.r2 = cores.access;
        }
    }

    /** The claim for {@link Inboxes}. */
    @JCStressTest
    @State
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "not acknowledged yet: nothing is promised")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "acknowledged, and the access is over")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "acknowledged, and the access was still under way")
    public static class Inbox {
        private final Cores cores = new Cores(new Inboxes(2, Small.CAPACITY));

        @Actor
        public void receiver(II_Result result) {
            cores.receiver();
        }

        @Actor
        public void issuer(II_Result result) {
            result.r1 = cores.notBehind();
            result.r2 = cores.access;
        }
    }

    private static final class Cores {
        private final Interconnect interconnect;
        private final Tlb tlb = Small.tlb();
        private final long sequence;
        private int access;

        Cores(Interconnect interconnect) {
            this.interconnect = interconnect;
            interconnect.join(0, Small.tlb());
            interconnect.join(1, tlb);
            sequence = interconnect.issue(0, Tlbi.vale1is(1, 1));
        }

        void receiver() {
            access = 1;
            interconnect.serve(1, tlb);
        }

        int notBehind() {
            return interconnect.behind(0, sequence, 1) == interconnect.cores() ? 1 : 0;
        }
    }
}
