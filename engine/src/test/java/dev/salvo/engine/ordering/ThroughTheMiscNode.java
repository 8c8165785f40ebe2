package dev.salvo.engine.ordering;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.salvo.engine.dvm.MiscNode;
import dev.salvo.engine.dvm.MiscNodes;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.Tlbi;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A paced machine has a thread more between a requester and a receiver, the {@link MiscNode}'s. What the requester stored
 * before {@link MiscNode#send} is seen by the receiver that serves the operation, and what the receiver did before that
 * is seen by the requester that finds its Sync done. Each claim is a chain of two links, one test for each: of the three
 * nodes two are one thread, and what happens on the other side of the link is another.
 *
 * <p>Results: 1 if the message came through, and the plain field that was written before it was sent.
 *
 * <p>Each link is a release to an acquire ({@code requestTail}, the ring's slot, the receiver's cursor,
 * {@code syncsDone}); AArch64 would let stores, and loads, of the same words pass each other without. x86-64 orders both
 * by itself; here the tests hold the compilers to it. Met here (x86-64, 2 CPUs of an EPYC, JDK 17, {@code -m quick}):
 * <pre>
 * result      Request        Snoop  Acknowledge         Comp
 * 0, 0        521,784    6,425,698      680,430    6,471,922
 * 0, 1         14,426       14,448        8,550       14,580
 * 1, 0              0            0            0            0
 * 1, 1     10,123,564    3,980,134    9,966,354    3,861,350
 * </pre>
 */
public final class ThroughTheMiscNode {
    private static final String PROMISED = "it came, and so did what was stored before";
    private static final String BROKEN = "it came before what had been stored before it";
    private static final String NOTHING = "it has not come: nothing is promised";

    private ThroughTheMiscNode() {
    }

    /** Requester to Misc Node. */
    @JCStressTest
    @State
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = NOTHING)
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = PROMISED)
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = BROKEN)
    public static class Request {
        private final Nodes nodes = new Nodes();

        @Actor
        public void requester(II_Result result) {
            nodes.field = 1;
            nodes.send();
        }

        @Actor
        public void agentAndReceiver(II_Result result) {
            nodes.step();
            result.r1 = nodes.serve();
            result.r2 = nodes.field;
        }
    }

    /** Misc Node to receiver. */
    @JCStressTest
    @State
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = NOTHING)
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = PROMISED)
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = BROKEN)
    public static class Snoop {
        private final Nodes nodes = new Nodes();

        @Actor
        public void requesterAndAgent(II_Result result) {
            nodes.field = 1;
            nodes.send();
            nodes.step();
        }

        @Actor
        public void receiver(II_Result result) {
            result.r1 = nodes.serve();
            result.r2 = nodes.field;
        }
    }

    /** Receiver to Misc Node. */
    @JCStressTest
    @State
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = NOTHING)
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = PROMISED)
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = BROKEN)
    public static class Acknowledge {
        private final Nodes nodes = new Nodes().synced();

        @Actor
        public void receiver(II_Result result) {
            nodes.field = 1;
            nodes.serve();
        }

        @Actor
        public void agentAndRequester(II_Result result) {
            nodes.step();
            result.r1 = nodes.isSynced();
            result.r2 = nodes.field;
        }
    }

    /** Misc Node to requester. */
    @JCStressTest
    @State
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = NOTHING)
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = PROMISED)
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = BROKEN)
    public static class Comp {
        private final Nodes nodes = new Nodes().synced();

        @Actor
        public void receiverAndAgent(II_Result result) {
            nodes.field = 1;
            nodes.serve();
            nodes.step();
        }

        @Actor
        public void requester(II_Result result) {
            result.r1 = nodes.isSynced();
            result.r2 = nodes.field;
        }
    }

    private static final class Nodes {
        private final Tlb tlb = Small.tlb();
        private final MiscNode miscNode = MiscNodes.ofTwo(Small.tlb(), tlb);
        private int field;

        /** A Sync has been distributed, and has not been acknowledged. */
        Nodes synced() {
            miscNode.sendSync(0, System.nanoTime());
            step();
            return this;
        }

        void send() {
            miscNode.send(0, Tlbi.vale1is(1, 1), System.nanoTime());
        }

        void step() {
            MiscNodes.step(miscNode);
        }

        int serve() {
            return miscNode.serve(1, tlb);
        }

        int isSynced() {
            return miscNode.isSynced(0) ? 1 : 0;
        }
    }
}
