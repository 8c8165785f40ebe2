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
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * As {@link JoinAgainstPteClear}, with the TLBI; and nobody is waited for who has not been told.
 *
 * <p>The remover stores an empty entry, {@code dsb(ishst)}, issues, runs a DSB's full fence, and looks whether the
 * joiner is behind. The joiner joins, then walks. Afterwards the joiner serves. Results: 1 if the remover does not wait
 * for the joiner, 1 if the walk met the old entry, and 1 if the joiner is not behind in the end. {@link Inboxes} look
 * inside {@code issue} whom to post to; the joiner is the first they come to, since posting to another is a fence by
 * itself on x86-64.
 *
 * <p>This test alone, for longer than the ordinary test run does:
 * <pre>
 * mvn -pl engine test -Dtest=OrderingTest -Djcstress.mode=default -Djcstress.tests=JoinAgainstIssue
 * </pre>
 *
 * <p>Met here (x86-64, 2 CPUs of an EPYC, JDK 25, {@code -m quick -sc false}), and what AArch64 would allow of the same
 * accesses without their order:
 * <pre>
 * result           ring     inboxes  AArch64, unordered
 * 0, 0, 0             0           0  yes: loads pass stores
 * 0, 0, 1        12,493       5,656  yes
 * 0, 1, 0             0           0  yes: loads pass stores
 * 0, 1, 1       421,006      78,642  yes
 * 1, 0, 0             0           0  yes
 * 1, 0, 1       513,329     479,118  yes
 * 1, 1, 1             0           0  yes: loads pass stores
 * </pre>
 * What forbids them: the fences of {@link JoinAgainstPteClear}, and for the inboxes the one in {@code issue}, after
 * which they look whom to post to. With that one taken out, 0, 0, 0 and 0, 1, 0 came up 27 times in 178,614.
 */
public final class JoinAgainstIssue {
    private JoinAgainstIssue() {
    }

    /** The claim for {@link BroadcastRing}. */
    @JCStressTest
    @State
    @Outcome(id = "0, [01], 1", expect = ACCEPTABLE,
        desc = "the joiner is waited for, and comes to know: it may have met either entry")
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "not waited for, and its walk found the entry gone")
    @Outcome(id = "1, 1, [01]", expect = FORBIDDEN, desc = "not waited for, and it has cached the old entry")
    @Outcome(id = {"0, [01], 0", "1, 0, 0"}, expect = FORBIDDEN,
        desc = "waited for without having been told: the DSB never ends")
    public static class Ring {
        private final Cores cores = new Cores(new BroadcastRing(2, Small.CAPACITY));

        @Actor
        public void remover(III_Result result) {
            result.r1 = cores.remover();
        }

        @Actor
        public void joiner(III_Result result) {
            result.r2 = cores.joiner();
        }

        @Arbiter
        public void served(III_Result result) {
            result.r3 = cores.notBehindInTheEnd();
        }
    }

    /** The claim for {@link Inboxes}. */
    @JCStressTest
    @State
    @Outcome(id = "0, [01], 1", expect = ACCEPTABLE,
        desc = "the joiner is waited for, and comes to know: it may have met either entry")
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "not waited for, and its walk found the entry gone")
    @Outcome(id = "1, 1, [01]", expect = FORBIDDEN, desc = "not waited for, and it has cached the old entry")
    @Outcome(id = {"0, [01], 0", "1, 0, 0"}, expect = FORBIDDEN,
        desc = "waited for without having been told: the DSB never ends")
    public static class Inbox {
        private final Cores cores = new Cores(new Inboxes(2, Small.CAPACITY));

        @Actor
        public void remover(III_Result result) {
            result.r1 = cores.remover();
        }

        @Actor
        public void joiner(III_Result result) {
            result.r2 = cores.joiner();
        }

        @Arbiter
        public void served(III_Result result) {
            result.r3 = cores.notBehindInTheEnd();
        }
    }

    private static final class Cores {
        private static final int JOINER = 0;
        private static final int REMOVER = 1;
        private static final long PAGE = 1;

        private final Interconnect interconnect;
        private final PageTable table = new PageTable();
        private final Tlb tlb = Small.tlb();
        private long sequence;

        Cores(Interconnect interconnect) {
            this.interconnect = interconnect;
            interconnect.join(REMOVER, Small.tlb());
            table.set(PAGE, Pte.readOnly(1));
        }

        int remover() {
            table.set(PAGE, 0);
            Small.CORE.dsbIshst();
            sequence = interconnect.issue(REMOVER, Tlbi.vale1is(1, PAGE));
            Small.CORE.dsb();
            return notBehind();
        }

        int joiner() {
            interconnect.join(JOINER, tlb);
            return Pte.isValid(table.walk(PAGE)) ? 1 : 0;
        }

        int notBehindInTheEnd() {
            interconnect.serve(JOINER, tlb);
            return notBehind();
        }

        private int notBehind() {
            return interconnect.acknowledged(JOINER, REMOVER) > sequence ? 1 : 0;
        }
    }
}
