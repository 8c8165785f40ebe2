package dev.salvo.engine.ordering;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.salvo.engine.ipi.IpiPorts;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * What {@link IpiPorts} promises a sender and a target, where two senders are at one port.
 *
 * <p>These tests alone, for longer than the ordinary test run does:
 * <pre>
 * mvn -pl engine test -Dtest=OrderingTest -Djcstress.mode=default -Djcstress.tests=Interrupting
 * </pre>
 *
 * <p>Met here (x86-64, 2 CPUs of an EPYC, JDK 17, in the ordinary run), and what AArch64 would allow of the same accesses
 * without their order:
 * <pre>
 *                result     count  AArch64, unordered
 * Delivery         0, 1     4,172  yes
 *                  1, 1         0  yes: store passes store
 *                  2, 1    72,206  yes
 * Acknowledging    0, 0    19,358  yes
 *                  0, 1        30  yes
 *                  1, 0         0  yes: store passes store
 *                  1, 1    58,014  yes
 * Withdrawing   0, 1, 1    24,986  yes
 *               1, 0, 1    10,982  yes
 *               -, -, 0         0  yes, lost: the line passes the request
 * </pre>
 */
public final class Interrupting {
    private static final long[] TARGET = {1};
    private static final int LAST = 66;

    private Interrupting() {
    }

    /**
     * What a sender did before it posted is seen by a receiver that it reaches, although another post came between.
     *
     * <p>The second sender's post is in the same word as the first's, and its thread then serves, so that the exchange
     * that takes both reads what the second's or has written. Results: 0 if the first's was not received, 1 if what it
     * wrote was not seen, 2 if it was; and 1 if the second's was received. What forbids 1: the or that sets the request is
     * a release, which the other or continues, and the exchange an acquire.
     */
    @JCStressTest
    @State
    @Outcome(id = "[02], 1", expect = ACCEPTABLE, desc = "received, and seen; or not yet received")
    @Outcome(expect = FORBIDDEN, desc = "received, and what came before was not seen; or lost")
    public static class Delivery {
        private final IpiPorts ports = new IpiPorts(3);
        private int written;

        @Actor
        public void first() {
            written = 1;
            ports.post(1, TARGET, 0);
        }

        @Actor
        public void secondAndTarget(II_Result result) {
            ports.post(2, TARGET, 0);
            ports.serve(0, (sender, message) -> {
                if (sender == 1) {
                    result.r1 = 1 + written;
                } else {
                    result.r2 = 1;
                }
            });
        }
    }

    /**
     * What a target's receiver did is seen by the sender once the target is no longer behind.
     *
     * <p>Results: 1 if it was no longer behind, and what the receiver wrote. What forbids 1, 0: the acknowledgement is a
     * release, and {@code behind} reads it by an acquire.
     */
    @JCStressTest
    @State
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "still behind: nothing is promised")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "acknowledged, and the access is over")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "acknowledged, and the access was still under way")
    public static class Acknowledging {
        private final IpiPorts ports = new IpiPorts(2);
        private int access;

        /** Posts what is received when the two meet. */
        public Acknowledging() {
            ports.post(1, TARGET, 0);
        }

        @Actor
        public void target() {
            ports.serve(0, (sender, message) -> access = 1);
        }

        @Actor
        public void sender(II_Result result) {
            result.r1 = ports.behind(1) == IpiPorts.NOBODY ? 1 : 0;
            result.r2 = access;
        }
    }

    /**
     * A post is received or withdrawn, and never both or neither; and no post is left behind by a line that was cleared
     * for another's.
     *
     * <p>Results: how often the first sender's post was received; 1 if it was withdrawn; how often the second's was, whose
     * request is in another word, when all is over.
     */
    @JCStressTest
    @State
    @Outcome(id = {"1, 0, 1", "0, 1, 1"}, expect = ACCEPTABLE, desc = "one or the other; and the second is received")
    @Outcome(expect = FORBIDDEN, desc = "lost, or doubled")
    public static class Withdrawing {
        private final IpiPorts ports = new IpiPorts(LAST + 1);
        private int firsts;
        private int seconds;

        /** Posts what is received or withdrawn when they meet. */
        public Withdrawing() {
            ports.post(1, TARGET, 0);
        }

        @Actor
        public void senders(III_Result result) {
            ports.post(LAST, TARGET, 0);
            result.r2 = ports.withdraw(1, 0) ? 1 : 0;
        }

        @Actor
        public void target() {
            serve();
        }

        /** Takes what the target was too early for. */
        @Arbiter
        public void over(III_Result result) {
            serve();
            result.r1 = firsts;
            result.r3 = seconds;
        }

        private void serve() {
            ports.serve(0, (sender, message) -> {
                if (sender == 1) {
                    firsts++;
                } else {
                    seconds++;
                }
            });
        }
    }
}
