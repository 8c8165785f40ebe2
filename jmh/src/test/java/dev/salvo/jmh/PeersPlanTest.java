package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.results.Contender;
import dev.salvo.results.PeerRow.Work;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the command hands to the JVM that measures. */
class PeersPlanTest {
    private static final PeersPlan PLAN = new PeersPlan(List.of(2, 8), List.of(1, PeersPlan.ALL), List.of(1, 32),
        List.of(Work.NULL, Work.TLB), List.of(Contender.RING, Contender.JDK_QUEUE, Contender.MEMBARRIER), 3, 10,
        PlacementPolicy.SCATTER, false, "/tmp/some where/\"quoted\".json");

    @Test
    void aPlanComesOutAsItWentIn() {
        assertEquals(PLAN, PeersPlan.of(PLAN.argument()));
    }

    @Test
    void whoRunsNothingOnReceiptHasNoTurnWithWork() {
        assertEquals((2 + 2 + 1) * 2 * 2, PLAN.turns(8));
    }

    @Test
    void allSendersAreAsManyAsTheCores() {
        assertEquals(List.of(1, 8), PLAN.sendersAt(8));
        assertEquals(List.of(1), PLAN.sendersAt(1));
    }

    @Test
    void anythingElseIsRefused() {
        for (String other : List.of("", "{}", "[]", "peers --quick", "{\"cores\":\"many\"}")) {
            String said = assertThrows(RuntimeException.class, () -> PeersPlan.of(other), other).getMessage();
            assertTrue(said.startsWith("not a plan: "), said);
        }
    }
}
