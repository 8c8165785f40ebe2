package dev.salvo.engine.dvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.PacedMachines;
import dev.salvo.engine.clock.Clock;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.clock.Pace;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.TlbLevel;
import dev.salvo.engine.tlb.Tlbi;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a Misc Node does in which order, with one thread that is every core and the agent, and no time passing. */
class MiscNodeTest {
    private static final long OPERATION = Tlbi.vale1is(1, 7);

    private final int cores = 20;
    private final Tlb[] tlbs = new Tlb[cores];
    private final MiscNode miscNode = online(cores);

    private MiscNode online(int count) {
        HardwareProfile profile = PacedMachines.usual(count);
        MiscNode node = new MiscNode(count, profile, new Pace(Clock.paced(profile, 1)), true);
        for (int core = 0; core < count; core++) {
            tlbs[core] = new Tlb(TlbGeometry.CORTEX_A55);
            node.join(core, tlbs[core]);
        }
        return node;
    }

    private void agent() {
        for (int i = 0; i < 100; i++) {
            miscNode.step();
        }
    }

    private int serve(int core) {
        return miscNode.serve(core, tlbs[core]);
    }

    private void serveAllBut(int... deaf) {
        for (int core = 0; core < cores; core++) {
            int it = core;
            if (Arrays.stream(deaf).noneMatch(other -> other == it)) {
                serve(core);
            }
        }
    }

    @Test
    void aTlbiReachesEveryCoreButItsRequesterWhoDoesItItself() {
        for (Tlb tlb : tlbs) {
            tlb.insert(TlbLevel.tag(1, 7), 1, 1);
        }
        miscNode.send(0, OPERATION, System.nanoTime());
        agent();
        serveAllBut();
        assertNotEquals(Tlb.MISS, tlbs[0].lookup(TlbLevel.tag(1, 7)), "the requester is not snooped");
        for (int core = 1; core < cores; core++) {
            assertEquals(Tlb.MISS, tlbs[core].lookup(TlbLevel.tag(1, 7)), "core " + core);
        }
    }

    @Test
    void aSyncCompletesWhenTheLastCoreHasAcknowledgedAndNoSooner() {
        miscNode.send(0, OPERATION, System.nanoTime());
        miscNode.sendSync(0, System.nanoTime());
        for (int deaf = 1; deaf < cores; deaf++) {
            agent();
            assertFalse(miscNode.isSynced(0));
            serve(deaf);
        }
        agent(); // the NonSync is complete, the Sync goes out
        for (int deaf = 1; deaf < cores; deaf++) {
            assertFalse(miscNode.isSynced(0), "core " + deaf + " has not acknowledged the Sync");
            agent();
            serve(deaf);
        }
        assertFalse(miscNode.isSynced(0), "nobody has looked at the responses");
        agent();
        assertTrue(miscNode.isSynced(0));
    }

    @Test
    void aSyncIsNotDistributedBeforeItsOwnRequestersNonSyncsAreComplete() {
        miscNode.send(0, OPERATION, System.nanoTime());
        miscNode.sendSync(0, System.nanoTime());
        agent();
        assertEquals(1, serve(1), "the NonSync alone");
        agent();
        assertEquals(0, serve(1));
        serveAllBut(1, 2);
        agent();
        assertEquals(0, serve(1), "core 2 has the NonSync still before it");
        serve(2);
        agent();
        assertEquals(1, serve(1), "and now the Sync");
    }

    @Test
    void aSyncDoesNotWaitForAnothersNonSyncs() {
        miscNode.send(1, OPERATION, System.nanoTime());
        agent();
        miscNode.sendSync(0, System.nanoTime());
        agent();
        assertEquals(2, serve(2));
    }

    @Test
    void noSecondSyncIsDistributedWhileOneWaits() {
        miscNode.sendSync(0, System.nanoTime());
        agent();
        miscNode.sendSync(1, System.nanoTime());
        agent();
        assertEquals(1, serve(2));
        serveAllBut(3);
        agent();
        assertFalse(miscNode.isSynced(0));
        assertEquals(0, serve(2), "core 3 has not acknowledged the first Sync");
        serve(3);
        agent();
        assertTrue(miscNode.isSynced(0));
        assertEquals(1, serve(2), "the second one follows");
    }

    @Test
    void aCoreHoldsNoMoreThanFourOperations() {
        for (int i = 0; i < 10; i++) {
            miscNode.send(0, OPERATION, System.nanoTime());
        }
        agent();
        assertEquals(4, serve(1));
        agent();
        assertEquals(0, serve(1), "the other cores still hold them");
        serveAllBut();
        agent();
        assertEquals(4, serve(1));
    }

    @Test
    void aRequesterHasNoMoreThanSixteenOnTheirWay() {
        for (int i = 0; i < 16; i++) {
            assertEquals(i, miscNode.send(0, OPERATION, System.nanoTime()));
        }
        assertEquals(Interconnect.FULL, miscNode.send(0, OPERATION, System.nanoTime()));
        agent();
        assertEquals(Interconnect.FULL, miscNode.send(0, OPERATION, System.nanoTime()), "none is complete");
        serveAllBut();
        agent();
        assertEquals(16, miscNode.send(0, OPERATION, System.nanoTime()));
    }

    @Test
    void sixteenEntriesOfWhichOneIsKeptForANonSync() {
        for (int core = 0; core < 17; core++) {
            miscNode.sendSync(core, System.nanoTime()); // fifteen find an entry, two are refused
        }
        agent();
        miscNode.send(18, OPERATION, System.nanoTime());
        agent();
        assertEquals(2, serve(19), "the first Sync, and the NonSync, which overtakes those refused");
        miscNode.send(18, OPERATION, System.nanoTime());
        agent();
        assertEquals(0, serve(19), "the second NonSync is refused, or not: there is no entry");
        int round = 0;
        while (!allSynced(17) && round++ < 100) {
            serveAllBut();
            agent();
        }
        assertTrue(allSynced(17), "all that were refused are granted in time");
    }

    private boolean allSynced(int count) {
        for (int core = 0; core < count; core++) {
            if (!miscNode.isSynced(core)) {
                return false;
            }
        }
        return true;
    }

    @Test
    void aCoreThatIsDeafToItsOwnOperationsHoldsTheRingButLosesNothing() {
        long[] served = new long[cores];
        for (int i = 0; i < 500; i++) { // core 0 never serves its port: what it sent goes round without it
            while (miscNode.send(0, OPERATION, System.nanoTime()) == Interconnect.FULL && i < 400) {
                agent();
                for (int core = 1; core < cores; core++) {
                    served[core] += serve(core);
                }
                if (served[1] >= 60) {
                    serve(0);
                }
            }
        }
        for (int round = 0; round < 100; round++) {
            agent();
            for (int core = 0; core < cores; core++) {
                served[core] += serve(core);
            }
        }
        for (int core = 2; core < cores; core++) {
            assertEquals(served[1], served[core]);
        }
        assertTrue(served[1] >= 400, "served " + served[1]);
    }

    @Test
    void aCoreOfflineIsWaitedForByNobody() {
        miscNode.sendSync(0, System.nanoTime());
        agent();
        serveAllBut(5);
        agent();
        assertFalse(miscNode.isSynced(0));
        miscNode.leave(5);
        agent();
        assertTrue(miscNode.isSynced(0));
        miscNode.join(5, tlbs[5]);
        miscNode.sendSync(0, System.nanoTime());
        agent();
        serveAllBut(5);
        agent();
        assertFalse(miscNode.isSynced(0), "and for one that is back, it is");
    }

    @Test
    void whoIsWaitedForIsNamed() {
        miscNode.sendSync(0, System.nanoTime());
        agent();
        serveAllBut(5);
        agent();
        assertEquals(5, miscNode.waitsOn(0));
    }
}
