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
 * Of a core that falls asleep and one that issues an operation, one sees the other: either the sleeper finds the
 * operation when it looks at its port once more, or the issuer finds the flag and wakes it.
 *
 * <p>A store and then a load on either side: release and acquire allow both to see nothing, on x86-64 too. It takes a
 * full fence on both sides.
 *
 * <p>The sleeper runs {@code Core.park}; if it finds nothing at its port, an exception takes it out of there just
 * before the host would put it to sleep, so that its flag stays as a sleeper's would. The issuer issues, runs a DSB's
 * full fence ({@code Core.dsb} with nothing pending), and tries to wake it. Results: how many operations the sleeper
 * found, and 1 if the issuer woke it.
 *
 * <p>This test alone, for longer than the ordinary test run does:
 * <pre>
 * mvn -pl engine test -Dtest=OrderingTest -Djcstress.mode=default -Djcstress.tests=ParkedFlag
 * </pre>
 *
 * <p>Met here (x86-64, 2 CPUs of an EPYC, JDK 25, {@code -m quick -sc false}), and what AArch64 would allow of the
 * same accesses without their order: <pre> result ring inboxes AArch64, unordered 0, 0 0 0 yes: loads pass stores 0, 1
 * 1,173,415 491,885 yes 1, 0 912,122 168,552 yes 1, 1 6,748 412 yes </pre> What forbids it: the full fence in
 * {@code Core.fallAsleep} between flag and port, and the one in {@code Core.complete} between publication and flag.
 * With the one in {@code fallAsleep} taken out and its volatile store made a release, 0, 0 came up 84 times in
 * 1,180,410. With the one in {@code complete} taken out it came up for the inboxes too, whose last step is a release
 * store; the ring's publication is a locked instruction, on x86-64 a fence by itself.
 */
public final class ParkedFlag {
    private ParkedFlag() {
    }

    /** The claim for {@link BroadcastRing}. */
    @JCStressTest
    @State
    @Outcome(id = "1, [01]", expect = ACCEPTABLE, desc = "the sleeper has found the operation and stays awake")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the sleeper has found nothing and is woken")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "a wake-up is lost: it sleeps, and its issuer waits for ever")
    public static class Ring {
        private final Cores cores = new Cores(new BroadcastRing(2, 2));

        @Actor
        public void sleeper(II_Result result) {
            result.r1 = cores.sleeper();
        }

        @Actor
        public void issuer(II_Result result) {
            result.r2 = cores.issuer();
        }
    }

    /** The claim for {@link Inboxes}. */
    @JCStressTest
    @State
    @Outcome(id = "1, [01]", expect = ACCEPTABLE, desc = "the sleeper has found the operation and stays awake")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the sleeper has found nothing and is woken")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "a wake-up is lost: it sleeps, and its issuer waits for ever")
    public static class Inbox {
        private final Cores cores = new Cores(new Inboxes(2, 2));

        @Actor
        public void sleeper(II_Result result) {
            result.r1 = cores.sleeper();
        }

        @Actor
        public void issuer(II_Result result) {
            result.r2 = cores.issuer();
        }
    }

    private static final class Cores {
        private static final TlbGeometry EIGHT_ENTRIES = new TlbGeometry(8, 8, 8, 8);

        /** Never started: its cores are asked for their flags and fences, not for their ports. */
        private static final Machine MACHINE = new Machine(MachineSpec.of(2));

        static {
            MACHINE.interconnect().join(1, new Tlb(EIGHT_ENTRIES)); // only a core online falls asleep
        }

        private final Interconnect interconnect;
        private final Sleeper sleeper;

        Cores(Interconnect interconnect) {
            this.interconnect = interconnect;
            interconnect.join(0, new Tlb(EIGHT_ENTRIES));
            sleeper = new Sleeper(interconnect);
            interconnect.join(1, sleeper.tlb);
        }

        int sleeper() {
            try {
                sleeper.park();
                return sleeper.found;
            } catch (Asleep asleep) {
                return 0;
            }
        }

        int issuer() {
            interconnect.issue(0, Tlbi.vale1is(1, 1));
            MACHINE.core(0).dsb();
            return sleeper.wake() ? 1 : 0;
        }
    }

    /** A core whose port is the interconnect under test, and which stops where it would fall asleep. */
    private static final class Sleeper extends Core {
        private final Interconnect port;
        private final Tlb tlb = new Tlb(Cores.EIGHT_ENTRIES);
        private int found;

        Sleeper(Interconnect port) {
            super(Cores.MACHINE, 1);
            this.port = port;
        }

        @Override
        int take() {
            found = port.serve(1, tlb);
            if (found == 0) {
                throw Asleep.HERE;
            }
            return found;
        }
    }

    /** Thrown where a core would fall asleep. */
    private static final class Asleep extends RuntimeException {
        static final Asleep HERE = new Asleep();
        private static final long serialVersionUID = 1;

        private Asleep() {
            super("asleep", null, false, false);
        }
    }
}
