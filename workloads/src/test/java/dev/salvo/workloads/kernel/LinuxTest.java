package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.workloads.kernel.Linux.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which version has which rule. */
class LinuxTest {
    private static List<Rule> rules(String version) {
        Linux linux = Linux.of(version);
        return Arrays.stream(Rule.values()).filter(linux::has).toList();
    }

    @ParameterizedTest
    @CsvSource({"5.10, 5.10.255", "6.1, 6.1.192", "6.1.0-57, 6.1.192", "6.12, 6.12.118", "6.12.3, 6.12.3", "7.3, 7.3.4",
        "6.17, 6.17.0"})
    void aLineStandsForTheNewestOfItThatWasCounted(String word, String version) {
        assertEquals(version, Linux.of(word).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "6", "mixed", "6.1.x", "v6.1", "6.1.1.1", "6.12.118-rc1", "6.1234567890"})
    void whatIsNoVersionIsRefusedInALine(String word) {
        assertEquals("Linux \"" + word + "\": accepted are versions like 6.12 or 6.12.118",
            assertThrows(IllegalArgumentException.class, () -> Linux.of(word)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.9", "4.19.300"})
    void whatIsOlderIsRefusedInALine(String word) {
        assertEquals("Linux " + word + ": accepted are 5.10 and later",
            assertThrows(IllegalArgumentException.class, () -> Linux.of(word)).getMessage());
    }

    @Test
    void eachVersionHasTheRulesOfItsSource() {
        assertEquals(List.of(), rules("5.10"));
        assertEquals(List.of(Rule.MPROTECT_GATHERS), rules("6.1.191"));
        assertEquals(List.of(Rule.MPROTECT_GATHERS, Rule.REPEAT_TLBI_SYNC), rules("6.1"));
        assertEquals(List.of(Rule.MPROTECT_GATHERS, Rule.MIGRATION_BATCHES, Rule.BATCHED_UNMAP), rules("6.6.0"));
        assertEquals(List.of(Rule.MPROTECT_GATHERS, Rule.MIGRATION_BATCHES, Rule.BATCHED_UNMAP, Rule.FREE_IN_BATCHES,
            Rule.PAGEOUT_LEAVES_YOUNG, Rule.RANGE_LIMIT_WAITS_TWICE), rules("6.9"));
        assertEquals(List.of(Rule.MKWRITE_KEEPS_CLEAN, Rule.REPEAT_TLBI_SYNC), added("6.12.117", "6.12.118"));
        assertEquals(List.of(Rule.DIRTY_FOLIO_DIRTY_ENTRY), added("6.15", "6.16"));
        assertEquals(List.of(Rule.MKWRITE_KEEPS_CLEAN), added("6.16", "6.18"));
        assertEquals(List.of(Rule.PTE_NEEDS_FLUSH, Rule.LOCAL_WRITE_FAULT), added("6.18", "6.19"));
        assertFalse(Linux.of("7.0").has(Rule.RANGE_LIMIT_WAITS_TWICE));
        assertEquals(List.of(Rule.REPEAT_TLBI_SYNC), added("6.19", "7.3"));
    }

    private static List<Rule> added(String before, String after) {
        return rules(after).stream().filter(rule -> !rules(before).contains(rule)).collect(Collectors.toList());
    }

    @Test
    void theMixtureIsNoVersion() {
        assertTrue(Linux.MIXED.isMixed());
        assertFalse(Linux.of("5.10").isMixed());
        assertEquals(31, Linux.MIXED.freeBatch());
        assertEquals(512, Linux.of("6.6").freeBatch());
    }

    @Test
    void eachRuleSaysSinceWhenItIsAndOfWhichCommit() {
        assertEquals("bc2ff4cbc329 mm: free folios in a batch in shrink_folio_list()", Rule.FREE_IN_BATCHES.commit());
        assertEquals("cb1fa2e99955 arm64, tlbflush: don't TLB broadcast if page reused in write fault",
            Rule.LOCAL_WRITE_FAULT.commit());
        for (Rule rule : Rule.values()) {
            assertFalse(rule.commit().isEmpty(), rule.name());
            assertTrue(Linux.of(rule.since()).has(rule), rule.name());
        }
    }
}
