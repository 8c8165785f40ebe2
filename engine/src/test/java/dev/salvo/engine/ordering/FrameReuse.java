package dev.salvo.engine.ordering;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.salvo.engine.dvm.BroadcastRing;
import dev.salvo.engine.dvm.Inboxes;
import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.Tlbi;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A frame that is freed after the acknowledgement is not seen free by an access before the acknowledgement: otherwise a
 * correct machine would count stale uses.
 *
 * <p>The operation is at the port when the two threads meet. The receiver reads the frame's generation, as every access
 * does, and serves; the owner ends the generation if it finds the receiver not behind. Results: 1 if the receiver met
 * the new generation, and 1 if the frame was freed.
 *
 * <p>This test alone, for longer than the ordinary test run does:
 * <pre>
 * mvn -pl engine test -Dtest=OrderingTest -Djcstress.mode=default -Djcstress.tests=FrameReuse
 * </pre>
 *
 * <p>Met here (x86-64, 2 CPUs of an EPYC, JDK 25, {@code -m quick -sc false}), and what AArch64 would allow of the same
 * accesses without their order:
 * <pre>
 * result           ring     inboxes  AArch64, unordered
 * 0, 0        4,184,069     459,947  yes
 * 0, 1          797,845     336,112  yes
 * 1, 1                0           0  yes: a later store passes the load
 * </pre>
 * What forbids it: {@code serve} acknowledges by {@code setRelease}, which loads before it do not pass, and the owner
 * looks by {@code getAcquire}. x86-64 lets no store pass an earlier load; here the test holds the compilers to it.
 */
public final class FrameReuse {
    private FrameReuse() {
    }

    /** The claim for {@link BroadcastRing}. */
    @JCStressTest
    @State
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "not acknowledged yet: the frame is kept")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "freed after the last access")
    @Outcome(id = "1, [01]", expect = FORBIDDEN, desc = "an access before the acknowledgement met the next generation")
    public static class Ring {
        private final Cores cores = new Cores(new BroadcastRing(2, Small.CAPACITY));

        @Actor
        public void receiver(II_Result result) {
            result.r1 = cores.receiver();
        }

        @Actor
        public void owner(II_Result result) {
            result.r2 = cores.owner();
        }
    }

    /** The claim for {@link Inboxes}. */
    @JCStressTest
    @State
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "not acknowledged yet: the frame is kept")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "freed after the last access")
    @Outcome(id = "1, [01]", expect = FORBIDDEN, desc = "an access before the acknowledgement met the next generation")
    public static class Inbox {
        private final Cores cores = new Cores(new Inboxes(2, Small.CAPACITY));

        @Actor
        public void receiver(II_Result result) {
            result.r1 = cores.receiver();
        }

        @Actor
        public void owner(II_Result result) {
            result.r2 = cores.owner();
        }
    }

    private static final class Cores {
        /** More than jcstress keeps alive at once (strides of 256, 40 of them), so that no two share a frame. */
        private static final int FRAMES = 1 << 14;
        private static final PhysicalMemory MEMORY = new PhysicalMemory(1);
        private static final AtomicInteger NEXT = new AtomicInteger();

        static {
            MEMORY.populate(0, FRAMES);
        }

        private final Interconnect interconnect;
        private final Tlb tlb = Small.tlb();
        private final long sequence;
        private final int frame = PhysicalMemory.frame(0, NEXT.getAndIncrement() & FRAMES - 1);
        private final long generation = MEMORY.generation(frame);

        Cores(Interconnect interconnect) {
            this.interconnect = interconnect;
            interconnect.join(0, Small.tlb());
            interconnect.join(1, tlb);
            sequence = interconnect.issue(0, Tlbi.vale1is(1, 1));
        }

        int receiver() {
            long found = MEMORY.generation(frame);
            interconnect.serve(1, tlb);
            return found == generation ? 0 : 1;
        }

        int owner() {
            if (interconnect.behind(0, sequence, 1) < interconnect.cores()) {
                return 0;
            }
            MEMORY.nextGeneration(frame);
            return 1;
        }
    }
}
