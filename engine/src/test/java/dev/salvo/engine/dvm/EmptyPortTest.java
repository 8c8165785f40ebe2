package dev.salvo.engine.dvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.Tlbi;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a core asks before it sleeps where nobody would wake it for what it has overlooked. */
class EmptyPortTest {
    static List<Interconnect> interconnects() {
        return List.of(new BroadcastRing(2, 4), new Inboxes(2, 4));
    }

    @ParameterizedTest
    @MethodSource("interconnects")
    void aPortIsEmptyUntilSomethingIsIssuedAndAgainWhenAllOfItIsTaken(Interconnect interconnect) {
        Tlb tlb = new Tlb(new TlbGeometry(8, 8, 8, 8));
        interconnect.join(0, new Tlb(new TlbGeometry(8, 8, 8, 8)));
        interconnect.join(1, tlb);
        for (int round = 0; round < 6; round++) { // more than the capacity
            assertTrue(interconnect.isEmpty(0));
            assertTrue(interconnect.isEmpty(1));
            interconnect.issue(0, Tlbi.vale1is(1, round));
            assertFalse(interconnect.isEmpty(0), "its own port too");
            assertFalse(interconnect.isEmpty(1));
            assertEquals(1, interconnect.serve(1, tlb));
            assertTrue(interconnect.isEmpty(1));
            assertEquals(1, interconnect.serve(0, tlb));
        }
    }
}
