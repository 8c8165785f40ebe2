package dev.salvo.engine.ordering;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.salvo.engine.dvm.BroadcastRing;
import dev.salvo.engine.dvm.Inboxes;
import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.Pte;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Of a core that goes online and one that takes a page-table entry away, one sees the other: either the remover finds
 * the joiner online and waits for it, or the joiner's first walk finds the entry gone.
 *
 * <p>A store and then a load on either side: release and acquire allow both to see nothing, on x86-64 too. It takes a
 * full fence on both sides.
 *
 * <p>The remover stores an empty entry, runs a DSB's full fence ({@code Core.dsb} with nothing pending) and looks who
 * is online. Its TLBI is left out: on x86-64 the ring's compare-and-set is a fence by itself and would hide the one
 * under test; {@link JoinAgainstIssue} has it. The joiner joins, then walks. Results: 1 if the remover does not wait
 * for the joiner, and 1 if the walk met the old entry.
 *
 * <p>This test alone, for longer than the ordinary test run does:
 * <pre>
 * mvn -pl engine test -Dtest=OrderingTest -Djcstress.mode=default -Djcstress.tests=JoinAgainstPteClear
 * </pre>
 *
 * <p>Met here (x86-64, 2 CPUs of an EPYC, JDK 25, {@code -m quick -sc false}), and what AArch64 would allow of the same
 * accesses without their order:
 * <pre>
 * result           ring     inboxes  AArch64, unordered
 * 0, 0           82,089         634  yes
 * 0, 1           95,804      52,891  yes
 * 1, 0        1,082,279     387,685  yes
 * 1, 1                0           0  yes: loads pass stores
 * </pre>
 * What forbids it: the full fence in {@code Core.complete}, and the one at the end of the ring's {@code join}, or
 * between the two halves of the inboxes'. With the fence in {@code complete} taken out, 1, 1 came up 151 times in
 * 305,827 (ring) and 12 in 173,494 (inboxes). With that of the inboxes' {@code join} taken out and its volatile store
 * made a release, it came up 3 times in 186,294. (The ring's {@code join} ends with a compare-and-set: on x86-64 a
 * fence by itself, on AArch64 not.)
 */
public final class JoinAgainstPteClear {
    private JoinAgainstPteClear() {
    }

    /** The claim for {@link BroadcastRing}. */
    @JCStressTest
    @State
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "the joiner is waited for: it may have met either entry")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "not waited for, and its walk found the entry gone")
    @Outcome(id = "1, 1", expect = FORBIDDEN, desc = "not waited for, and it has cached the old entry")
    public static class Ring {
        private final Cores cores = new Cores(new BroadcastRing(2, Small.CAPACITY));

        @Actor
        public void remover(II_Result result) {
            result.r1 = cores.remover();
        }

        @Actor
        public void joiner(II_Result result) {
            result.r2 = cores.joiner();
        }
    }

    /** The claim for {@link Inboxes}. */
    @JCStressTest
    @State
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "the joiner is waited for: it may have met either entry")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "not waited for, and its walk found the entry gone")
    @Outcome(id = "1, 1", expect = FORBIDDEN, desc = "not waited for, and it has cached the old entry")
    public static class Inbox {
        private final Cores cores = new Cores(new Inboxes(2, Small.CAPACITY));

        @Actor
        public void remover(II_Result result) {
            result.r1 = cores.remover();
        }

        @Actor
        public void joiner(II_Result result) {
            result.r2 = cores.joiner();
        }
    }

    private static final class Cores {
        private static final long PAGE = 1;

        private final Interconnect interconnect;
        private final PageTable table = new PageTable();

        Cores(Interconnect interconnect) {
            this.interconnect = interconnect;
            interconnect.join(0, Small.tlb());
            table.set(PAGE, Pte.readOnly(1));
        }

        int remover() {
            table.set(PAGE, 0);
            Small.CORE.dsb();
            return interconnect.acknowledged(1, 0) == Interconnect.OFFLINE ? 1 : 0;
        }

        int joiner() {
            interconnect.join(1, Small.tlb());
            return Pte.isValid(table.walk(PAGE)) ? 1 : 0;
        }
    }
}
