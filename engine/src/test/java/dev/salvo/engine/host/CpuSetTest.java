package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    @ValueSource(strings = {"a", "1-", "-1", "2-1", "0-65536", "+1", "0x3", "١", "0-7:0/4", "0-7:5/4", "0-7:2",
        "3:1/2", "0-99999999999"})
    void whatIsNotAListIsQuotedAndRefused(String list) {
        String message = assertThrows(IllegalArgumentException.class, () -> CpuSet.parse(list)).getMessage();
        assertEquals("'" + list + "' is not a list of CPUs: accepted are numbers up to 65535 and ascending ranges, "
            + "such as 0-2,5", message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0-3, 5 | 0-3,5", "0-3, | 0-3", "1,,2 | 1-2", "0 1 | 0-1", "0-31:2/4 | 0-1,4-5,8-9,"
        + "12-13,16-17,20-21,24-25,28-29", "0-9:3/4 | 0-2,4-6,8-9", "007 | 7"})
    void aListIsReadAsTheKernelReadsItsOwn(String list, String cpus) {
        assertEquals(cpus, CpuSet.parse(list).toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0 | ''", "f | 0-3", "00000000,0000000f | 0-3", "1,00000000 | 32",
        "0000,00000000,00000030 | 4-5", "3f0,00000000,0000ffff | 0-15,68-73", "80000000 | 31", "A | 1,3"})
    void aMaskIsWordsOf32BitsTheHighestFirst(String mask, String cpus) {
        assertEquals(cpus, CpuSet.parseMask(mask).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "g", "0x3", "123456789", "f,,f", ",f", "-1", "f f"})
    void whatIsNotAMaskIsRefused(String mask) {
        assertThrows(IllegalArgumentException.class, () -> CpuSet.parseMask(mask));
    }

    @Test
    void aMaskOfMoreCpusThanLinuxCanHaveIsRefused() {
        assertEquals(CpuSet.MAX_CPU, CpuSet.parseMask("80000000" + ",0".repeat(2047)).stream().max().orElseThrow());
        assertThrows(IllegalArgumentException.class, () -> CpuSet.parseMask("1" + ",0".repeat(2048)));
    }

    @Test
    void aCpuOutOfRangeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> CpuSet.of(-1));
        assertThrows(IllegalArgumentException.class, () -> CpuSet.of(CpuSet.MAX_CPU + 1));
    }
}
