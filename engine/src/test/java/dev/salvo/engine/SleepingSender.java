package dev.salvo.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.salvo.engine.dvm.BroadcastRing;
import dev.salvo.engine.dvm.Inboxes;
import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.Tlbi;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Of a sender that falls asleep in its DSB and a receiver that acknowledges, one sees the other: either the sender
 * finds the acknowledgement when it looks once more, or the receiver finds the announcement and wakes it.
 *
 * <p>A store and then a load on either side: release and acquire allow both to see nothing, on x86-64 too. It takes a
 * full fence on both sides.
 *
 * <p>The operation has been issued. The sender runs {@code SleepingWait.announceTo}, all that comes between its last
 * round of an ordinary wait and its sleep; the receiver serves its port and runs {@code SleepingWait.wakeWaiters}.
 * Results: 1 if the sender stays awake, and 1 if the receiver woke it.
 *
 * <p>This test alone, for longer than the ordinary test run does:
 * <pre>
 * mvn -pl engine test -Dtest=OrderingTest -Djcstress.mode=default -Djcstress.tests=SleepingSender
 * </pre>
 *
 * <p>Met here (x86-64, 2 CPUs of an EPYC, JDK 25, {@code -m quick -sc false}), and what AArch64 would allow of the same
 * accesses without their order:
 * <pre>
 * result           ring     inboxes  AArch64, unordered
 * 0, 0                0           0  yes: loads pass stores
 * 0, 1        1,636,087     558,650  yes
 * 1, 0          165,663     135,701  yes
 * 1, 1              342         127  yes
 * </pre>
 * What forbids it: the full fence in {@code announceTo} between announcement and cursor, and the one in
 * {@code wakeWaiters} between cursor and announcements. With the one in {@code wakeWaiters} taken out, 0, 0 came up 65
 * times in 2,464,844 (ring) and 5 in 760,558 (inboxes). With the one in {@code announceTo} taken out and its atomic or,
 * on x86-64 a fence by itself, made a release store, it came up 175 times in 2,017,568 (ring) and 54 in 587,348
 * (inboxes).
 */
public final class SleepingSender {
    private SleepingSender() {
    }

    /** The claim for {@link BroadcastRing}. */
    @JCStressTest
    @State
    @Outcome(id = "1, [01]", expect = ACCEPTABLE, desc = "the sender has found the acknowledgement and stays awake")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the sender has found nothing and is woken")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "a wake-up is lost: everything is acknowledged, and it sleeps")
    public static class Ring {
        private final Cores cores = new Cores(new BroadcastRing(2, 2));

        @Actor
        public void sender(II_Result result) {
            result.r1 = cores.sender();
        }

        @Actor
        public void receiver(II_Result result) {
            result.r2 = cores.receiver();
        }
    }

    /** The claim for {@link Inboxes}. */
    @JCStressTest
    @State
    @Outcome(id = "1, [01]", expect = ACCEPTABLE, desc = "the sender has found the acknowledgement and stays awake")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the sender has found nothing and is woken")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "a wake-up is lost: everything is acknowledged, and it sleeps")
    public static class Inbox {
        private final Cores cores = new Cores(new Inboxes(2, 2));

        @Actor
        public void sender(II_Result result) {
            result.r1 = cores.sender();
        }

        @Actor
        public void receiver(II_Result result) {
            result.r2 = cores.receiver();
        }
    }

    private static final class Cores {
        private static final TlbGeometry EIGHT_ENTRIES = new TlbGeometry(8, 8, 8, 8);

        /** Never started: its cores are asked for their announcements and fences, not for their ports. */
        private static final Machine MACHINE = new Machine(MachineSpec.of(2).dsbSleeps(true));

        private final Interconnect interconnect;
        private final Tlb tlb = new Tlb(EIGHT_ENTRIES);
        private final SleepingWait[] waits = new SleepingWait[2];
        private final SleepingWait receiver = new SleepingWait(MACHINE.core(1), waits);
        private final SleepingWait sender;
        private final long pending;

        Cores(Interconnect interconnect) {
            this.interconnect = interconnect;
            interconnect.join(0, new Tlb(EIGHT_ENTRIES));
            interconnect.join(1, tlb);
            pending = interconnect.issue(0, Tlbi.vale1is(1, 1));
            sender = new Sender();
        }

        int sender() {
            return sender.announceTo(receiver) ? 0 : 1;
        }

        int receiver() {
            interconnect.serve(1, tlb);
            return receiver.wakeWaiters();
        }

        /** It looks at the cursors of the interconnect under test. */
        private final class Sender extends SleepingWait {
            Sender() {
                super(MACHINE.core(0), waits);
            }

            @Override
            boolean isBehind(SleepingWait late) {
                return interconnect.acknowledged(late.core.id(), core.id()) <= pending;
            }
        }
    }
}
