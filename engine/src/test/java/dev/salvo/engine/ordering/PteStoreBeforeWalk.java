package dev.salvo.engine.ordering;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.salvo.engine.dvm.BroadcastRing;
import dev.salvo.engine.dvm.Inboxes;
import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.Tlbi;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A page-table store that precedes a TLBI in program order, with {@code dsb(ishst)} between, is seen by every walk that
 * follows the invalidation.
 *
 * <p>The remover stores an empty entry by {@link PageTable#set} (the weaker of the two ways), then the barrier, then
 * the operation. The receiver serves, then walks. Results: how many operations it took, and 1 if the walk met the old
 * entry.
 *
 * <p>This test alone, for longer than the ordinary test run does:
 * <pre>
 * mvn -pl engine test -Dtest=OrderingTest -Djcstress.mode=default -Djcstress.tests=PteStoreBeforeWalk
 * </pre>
 *
 * <p>Met here (x86-64, 2 CPUs of an EPYC, JDK 25, {@code -m quick -sc false}), and what AArch64 would allow of the same
 * accesses without their order:
 * <pre>
 * result           ring     inboxes  AArch64, unordered
 * 0, 0           46,525       2,125  yes
 * 0, 1          343,899     348,238  yes
 * 1, 0          701,976     274,493  yes
 * 1, 1                0           0  yes: store passes store, load passes load
 * </pre>
 * What forbids it: {@code dsb(ishst)} is a {@code storeStoreFence} and publication a release; {@code serve} takes the
 * operation by an acquire, so that the walk's loads come after. x86-64 orders both by itself; here the test holds the
 * compilers to it.
 */
public final class PteStoreBeforeWalk {
    private PteStoreBeforeWalk() {
    }

    /** The claim for {@link BroadcastRing}. */
    @JCStressTest
    @State
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "the TLBI has not come: the walk may meet either entry")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "invalidated, and the entry is gone")
    @Outcome(id = "1, 1", expect = FORBIDDEN,
        desc = "a walk after the invalidation met the old entry and would cache it for ever")
    public static class Ring {
        private final Cores cores = new Cores(new BroadcastRing(2, Small.CAPACITY));

        @Actor
        public void remover(II_Result result) {
            cores.remover();
        }

        @Actor
        public void receiver(II_Result result) {
            result.r1 = cores.serve();
            result.r2 = cores.walk();
        }
    }

    /** The claim for {@link Inboxes}. */
    @JCStressTest
    @State
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "the TLBI has not come: the walk may meet either entry")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "invalidated, and the entry is gone")
    @Outcome(id = "1, 1", expect = FORBIDDEN,
        desc = "a walk after the invalidation met the old entry and would cache it for ever")
    public static class Inbox {
        private final Cores cores = new Cores(new Inboxes(2, Small.CAPACITY));

        @Actor
        public void remover(II_Result result) {
            cores.remover();
        }

        @Actor
        public void receiver(II_Result result) {
            result.r1 = cores.serve();
            result.r2 = cores.walk();
        }
    }

    private static final class Cores {
        private static final long PAGE = 1;

        private final Interconnect interconnect;
        private final PageTable table = new PageTable();
        private final Tlb tlb = Small.tlb();

        Cores(Interconnect interconnect) {
            this.interconnect = interconnect;
            interconnect.join(0, Small.tlb());
            interconnect.join(1, tlb);
            table.set(PAGE, Pte.readOnly(1));
        }

        void remover() {
            table.set(PAGE, 0);
            Small.CORE.dsbIshst();
            interconnect.issue(0, Tlbi.vale1is(1, PAGE));
        }

        int serve() {
            return interconnect.serve(1, tlb);
        }

        int walk() {
            return Pte.isValid(table.walk(PAGE)) ? 1 : 0;
        }
    }
}
