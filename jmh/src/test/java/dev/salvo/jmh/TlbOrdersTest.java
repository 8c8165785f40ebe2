package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.TlbLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That the TLB benchmarks measure what their names say: where each order is answered, once it has been gone through.
 */
class TlbOrdersTest {
    @ParameterizedTest
    @ValueSource(strings = {"NEOVERSE_N1", "CORTEX_A55"})
    void everyOrderIsAnsweredWhereItsNameSays(String name) {
        TlbGeometry shape = TlbOrders.geometry(name);
        assertEquals(0, misses(first(shape), TlbOrders.withinOnePage()));
        assertEquals(0, misses(first(shape), TlbOrders.withinL1(shape)));
        assertTrue(misses(first(shape), TlbOrders.withinL2(shape)) > TlbOrders.LENGTH * 0.999);
        assertEquals(0, misses(second(shape), TlbOrders.withinL2(shape)));
        assertTrue(misses(first(shape), TlbOrders.beyondL2(shape)) > TlbOrders.LENGTH * 0.999);
        assertEquals(TlbOrders.LENGTH, misses(second(shape), TlbOrders.beyondL2(shape)));
    }

    @Test
    void noPageComesTwiceRunningWithinTheFirstLevel() {
        int[] order = TlbOrders.withinL1(TlbGeometry.NEOVERSE_N1);
        int before = order[order.length - 1];
        for (int address : order) {
            assertTrue(address != before);
            before = address;
        }
    }

    @Test
    void anUnknownGeometryIsRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> TlbOrders.geometry("N1")).getMessage();
        assertEquals("geometry N1: must be one of NEOVERSE_N1, CORTEX_A55", message);
    }

    private static TlbLevel first(TlbGeometry shape) {
        return TlbLevel.of(shape.l1Entries(), shape.l1Ways());
    }

    private static TlbLevel second(TlbGeometry shape) {
        return TlbLevel.of(shape.l2Entries(), shape.l2Ways());
    }

    /** Of the second time round. */
    private static int misses(TlbLevel level, int[] order) {
        int misses = 0;
        for (int round = 0; round < 2; round++) {
            misses = 0;
            for (int address : order) {
                long tag = TlbLevel.tag(7, address >>> PageTable.PAGE_SHIFT);
                if (level.lookup(tag) == TlbLevel.MISS) {
                    misses++;
                    level.insert(tag, 0, 0);
                }
            }
        }
        return misses;
    }
}
