package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuSetTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0-1", "0-2,5,9-11", "63-64,127,65535"})
    void aListIsPrintedAsTheKernelPrintsIt(String list) {
        assertEquals(list, CpuSet.parse(list).toString());
    }

    @Test
    void aRangeHoldsBothItsEndsAndNothingBeyond() {
        CpuSet set = CpuSet.parse("3-5\n");
        assertEquals(3, set.size());
        assertFalse(set.contains(2));
        assertTrue(set.contains(3));
        assertTrue(set.contains(5));
        assertFalse(set.contains(6));
    }

    @Test
    void aSetSurvivesTheWayThroughAnAffinityMask() {
        CpuSet set = CpuSet.of(0, 63, 64, 4095);
        assertEquals(set, CpuSet.ofMask(set.mask(16)));
        assertEquals(64, set.mask(16).length);
        assertEquals(16, CpuSet.of(0).mask(16).length);
    }

    @Test
    void theIntersectionHoldsWhatBothHold() {
        assertEquals(CpuSet.parse("2,5"), CpuSet.parse("0-2,5").and(CpuSet.parse("2-9")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "1-", "-1", "1,,2", "2-1", "0-65536", "+1", "0 1", "0x3", "١"})
    void whatIsNotAListIsQuotedAndRefused(String list) {
        String message = assertThrows(IllegalArgumentException.class, () -> CpuSet.parse(list)).getMessage();
        assertEquals("'" + list + "' is not a list of CPUs: accepted are numbers up to 65535 and ascending ranges, "
            + "such as 0-2,5", message);
    }

    @Test
    void aCpuOutOfRangeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> CpuSet.of(-1));
        assertThrows(IllegalArgumentException.class, () -> CpuSet.of(CpuSet.MAX_CPU + 1));
    }
}
