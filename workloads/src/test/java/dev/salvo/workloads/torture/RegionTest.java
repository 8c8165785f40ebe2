package dev.salvo.workloads.torture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The model alone, by one thread that plays all cores: what it must object to, and what it must not. */
class RegionTest {
    private static final int CORES = 3;
    private static final int PAGES = 4;
    private static final String WHERE = "the byte";

    private final Region region = new Region(PAGES, CORES);

    private static int kind(Region region, int page) {
        return Region.kind(region.rights(page));
    }

    private static long mapping(Region region, int page) {
        return Region.mapping(region.rights(page));
    }

    /** A core stores what it is told to, and nothing comes between. */
    private static byte store(Region region, int core, int page) {
        long word = region.rights(page);
        byte value = region.begin(core, page, word);
        region.end(core, page, word, word, true);
        return value;
    }

    private static void finds(Region region, int core, int page, int value) {
        region.check(core, page, region.rights(page), region.rights(page), (byte) value, WHERE);
    }

    private static void objectsTo(Region region, int core, int page, int value) {
        assertThrows(Violation.class, () -> finds(region, core, page, value));
    }

    private static void changeTo(Region region, int page, int kind) {
        assertNotEquals(Region.CHANGING, region.claim(page, 1));
        region.settle(page, 1, kind);
    }

    private static void unmap(Region region, int page) {
        region.claim(page, 1);
        region.remap(page, 1);
        region.settle(page, 1, Region.NONE);
    }

    private static void map(Region region, int page) {
        region.claim(page, 1);
        region.remap(page, 1);
        region.settle(page, 1, Region.READ_WRITE);
    }

    private static Region fork(Region parent, Runnable meanwhile) {
        int[] kinds = parent.claimAll();
        long[] snapshot = parent.snapshot();
        meanwhile.run();
        Region child = parent.fork(snapshot, kinds);
        parent.settleAll(kinds, kinds.length);
        return child;
    }

    // ---- rights

    @Test
    void memoryCanBeWrittenFromTheBeginning() {
        for (int page = 0; page < PAGES; page++) {
            assertEquals(Region.READ_WRITE, kind(region, page));
            assertEquals(0, mapping(region, page));
        }
    }

    @Test
    void whoClaimsPagesHasThemAloneUntilHeSettlesThem() {
        assertEquals(Region.READ_WRITE, region.claim(1, 2));
        assertEquals(Region.CHANGING, kind(region, 1));
        assertEquals(Region.CHANGING, kind(region, 2));
        assertEquals(Region.CHANGING, region.claim(1, 1));
        assertEquals(Region.CHANGING, region.claim(2, 1));
        assertEquals(Region.READ_WRITE, region.claim(0, 1));
        region.settle(1, 2, Region.READ);
        assertEquals(Region.READ, kind(region, 1));
        assertEquals(Region.READ, kind(region, 2));
        assertEquals(Region.READ_WRITE, kind(region, 3));
        assertEquals(Region.READ, region.claim(1, 2));
    }

    @Test
    void aClaimThatMeetsAnotherGivesBackWhatItHad() {
        region.claim(2, 1);
        assertEquals(Region.CHANGING, region.claim(0, 4));
        assertEquals(Region.READ_WRITE, kind(region, 0));
        assertEquals(Region.READ_WRITE, kind(region, 1));
        assertEquals(Region.CHANGING, kind(region, 2));
        assertEquals(Region.READ_WRITE, kind(region, 3));
        region.settle(2, 1, Region.READ_WRITE);
        assertEquals(Region.READ_WRITE, region.claim(0, 4));
    }

    @Test
    void pagesOfTwoKindsAreNotClaimedTogether() {
        changeTo(region, 1, Region.READ);
        assertEquals(Region.CHANGING, region.claim(0, 2));
        assertEquals(Region.READ_WRITE, kind(region, 0));
        assertEquals(Region.READ, kind(region, 1));
    }

    @Test
    void aWordThatComesBackIsNotTheSameWord() {
        long before = region.rights(0);
        changeTo(region, 0, Region.READ);
        changeTo(region, 0, Region.READ_WRITE);
        assertNotEquals(before, region.rights(0));
        assertEquals(Region.mapping(before), mapping(region, 0));
        long then = region.rights(0);
        region.claim(1, 1);
        assertEquals(Region.CHANGING, region.claim(0, 2));
        assertNotEquals(then, region.rights(0), "nor is one that was claimed in vain");
    }

    @Test
    void theCountOfChangesNeverRunsIntoTheMapping() {
        for (long change = 0; change < 100_000; change++) {
            changeTo(region, 0, change % 2 == 0 ? Region.READ : Region.READ_WRITE);
        }
        assertEquals(0, mapping(region, 0));
        unmap(region, 0);
        assertEquals(1, mapping(region, 0));
        assertEquals(Region.NONE, kind(region, 0));
        map(region, 0);
        assertEquals(2, mapping(region, 0));
    }

    @Test
    void allPagesAreClaimedEachOfItsKindOrNone() {
        changeTo(region, 1, Region.READ);
        unmap(region, 2);
        int[] kinds = region.claimAll();
        assertArrayEquals(new int[] {Region.READ_WRITE, Region.READ, Region.NONE, Region.READ_WRITE}, kinds);
        assertNull(region.claimAll());
        for (int page = 0; page < PAGES; page++) {
            assertEquals(Region.CHANGING, kind(region, page));
        }
        region.settleAll(kinds, PAGES);
        region.claim(3, 1);
        assertNull(region.claimAll());
        assertEquals(Region.READ_WRITE, kind(region, 0));
        assertEquals(Region.READ, kind(region, 1));
        assertEquals(Region.NONE, kind(region, 2));
        assertEquals(Region.CHANGING, kind(region, 3));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "3|false|true |-",
        "3|true |true |-",
        "3|false|false|a segmentation fault at the byte, which can be written",
        "3|true |false|a segmentation fault at the byte, which can be written",
        "2|false|true |-",
        "2|true |true |a store reached the byte after mprotect to read-only had returned",
        "2|false|false|a segmentation fault at the byte, which can be read",
        "2|true |false|-",
        "1|false|true |an access reached the byte after munmap had returned",
        "1|true |true |an access reached the byte after munmap had returned",
        "1|false|false|-",
        "1|true |false|-",
        "0|false|true |-",
        "0|true |true |-",
        "0|false|false|-",
        "0|true |false|-"})
    void anAccessMustHaveEndedAsItsRightsSay(int kind, boolean store, boolean succeeded, String objection) {
        long word = 0x5_0000_0010L | kind;
        if (objection == null) {
            assertDoesNotThrow(() -> Region.checkRights(word, word, store, succeeded, WHERE));
        } else {
            assertEquals(objection, assertThrows(Violation.class,
                () -> Region.checkRights(word, word, store, succeeded, WHERE)).getMessage());
        }
        // While something changes either outcome is right.
        assertDoesNotThrow(() -> Region.checkRights(word, word + 4, store, succeeded, WHERE));
    }

    // ---- contents

    @Test
    void memoryIsZeroUntilItIsStoredTo() {
        finds(region, 0, 0, 0);
        assertEquals("the byte holds 1, and must hold 0: a store was lost, or another page's byte is there",
            assertThrows(Violation.class, () -> finds(region, 0, 1, 1)).getMessage());
    }

    @Test
    void aByteIsWhatItsCoreStoredLast() {
        assertEquals(1, store(region, 0, 0));
        assertEquals(2, store(region, 0, 0));
        assertEquals(1, store(region, 1, 0));
        assertEquals(1, store(region, 0, 1));
        finds(region, 0, 0, 2);
        objectsTo(region, 0, 0, 1);
        objectsTo(region, 0, 0, 0);
        objectsTo(region, 0, 0, 3);
        finds(region, 1, 0, 1);
        finds(region, 0, 1, 1);
        finds(region, 2, 0, 0);
    }

    @Test
    void aByteHasOnly256Values() {
        for (int i = 1; i <= 600; i++) {
            assertEquals((byte) i, store(region, 2, 3));
            finds(region, 2, 3, i);
            objectsTo(region, 2, 3, i - 1);
        }
    }

    @Test
    void aStoreThatFaultedHasNotBeenMade() {
        store(region, 0, 0);
        long word = region.rights(0);
        region.begin(0, 0, word);
        region.end(0, 0, word, word, false);
        finds(region, 0, 0, 1);
        assertEquals(2, store(region, 0, 0));
    }

    @Test
    void protectingForgetsNothing() {
        store(region, 0, 0);
        changeTo(region, 0, Region.READ);
        finds(region, 0, 0, 1);
        objectsTo(region, 0, 0, 0);
    }

    @Test
    void aPageThatIsMappedAgainIsZero() {
        store(region, 0, 0);
        unmap(region, 0);
        map(region, 0);
        objectsTo(region, 0, 0, 1);
        finds(region, 0, 0, 0);
        assertEquals(1, store(region, 0, 0));
    }

    @Test
    void whatIsFoundWhileAPageIsUnmappedOrChangesHandsIsOfNoAccount() {
        store(region, 0, 0);
        long mapped = region.rights(0);
        unmap(region, 0);
        long unmapped = region.rights(0);
        map(region, 0);
        long again = region.rights(0);
        for (long[] beforeAndAfter : new long[][] {{mapped, unmapped}, {unmapped, unmapped}, {unmapped, again},
            {mapped, again}}) {
            assertDoesNotThrow(
                () -> region.check(0, 0, beforeAndAfter[0], beforeAndAfter[1], (byte) 77, WHERE));
        }
        finds(region, 0, 0, 0);
    }

    @Test
    void aStoreAcrossARemappingIsInDoubtUntilItIsLookedAt() {
        for (int stored : new int[] {0, 3}) { // into the old mapping, or into the new one
            long before = region.rights(0);
            region.begin(0, 0, before);
            unmap(region, 0);
            map(region, 0);
            region.end(0, 0, before, region.rights(0), true);
            finds(region, 0, 0, stored);
            finds(region, 0, 0, stored);
            objectsTo(region, 0, 0, stored + 1);
            assertEquals(stored + 1, store(region, 0, 0));
            finds(region, 0, 0, stored + 1);
        }
    }

    @Test
    void aStoreEndsADoubt() {
        long before = region.rights(0);
        region.begin(0, 0, before);
        unmap(region, 0);
        map(region, 0);
        region.end(0, 0, before, region.rights(0), true);
        byte value = store(region, 0, 0);
        finds(region, 0, 0, value);
        objectsTo(region, 0, 0, value + 1);
    }

    @Test
    void aStoreWhilePagesAreBeingMappedIsOfTheMappingThatItFound() {
        unmap(region, 0);
        region.claim(0, 1);
        region.remap(0, 1);
        byte value = store(region, 0, 0); // the kernel has mapped it, and its caller has not settled it yet
        region.settle(0, 1, Region.READ_WRITE);
        finds(region, 0, 0, value);
        objectsTo(region, 0, 0, 0);
    }

    // ---- fork

    @Test
    void aChildHasWhatItsParentHad() {
        store(region, 0, 0);
        store(region, 0, 0);
        changeTo(region, 1, Region.READ);
        unmap(region, 2);
        Region child = fork(region, () -> { });
        for (int page = 0; page < PAGES; page++) {
            assertEquals(kind(region, page), kind(child, page));
            assertEquals(mapping(region, page), mapping(child, page));
        }
        objectsTo(child, 0, 0, 1);
        objectsTo(child, 0, 0, 3);
        finds(child, 0, 0, 2);
        finds(child, 1, 0, 0);
        finds(child, 0, 1, 0);
        finds(region, 0, 0, 2);
    }

    @Test
    void afterTheForkEachGoesItsOwnWay() {
        store(region, 0, 0);
        Region child = fork(region, () -> { });
        store(region, 0, 0);
        finds(region, 0, 0, 2);
        objectsTo(child, 0, 0, 2);
        finds(child, 0, 0, 1);
        store(child, 0, 0);
        finds(child, 0, 0, 2);
        changeTo(child, 0, Region.READ);
        assertEquals(Region.READ_WRITE, kind(region, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void ofStoresDuringTheForkAChildHasAnyNumber(int found) {
        store(region, 0, 0);
        Region child = fork(region, () -> {
            store(region, 0, 0);
            region.begin(0, 0, region.rights(0)); // the third is under way
        });
        objectsTo(child, 0, 0, 0);
        objectsTo(child, 0, 0, 4);
        finds(child, 0, 0, found);
        for (int other = 0; other < 5; other++) { // once looked at it is known
            if (other != found) {
                objectsTo(child, 0, 0, other);
            }
        }
        finds(child, 0, 0, found);
    }

    @Test
    void theRangeOfAChildsByteMayGoRoundTheEndOfAByte() {
        for (int i = 0; i < 254; i++) {
            store(region, 0, 0);
        }
        Region child = fork(region, () -> {
            for (int i = 0; i < 4; i++) {
                store(region, 0, 0);
            }
        });
        assertEquals("the byte holds 253, and must hold 254 to 2: a store was lost, or another page's byte is there",
            assertThrows(Violation.class, () -> finds(child, 0, 0, 253)).getMessage());
        objectsTo(child, 0, 0, 3);
        finds(child, 0, 0, 1);
    }

    @ParameterizedTest
    @CsvSource({"200, true", "201, false"})
    void ofMoreThan200StoresDuringAForkNothingIsKnown(int stores, boolean known) {
        Region child = fork(region, () -> {
            for (int i = 0; i < stores; i++) {
                store(region, 0, 0);
            }
        });
        if (known) {
            objectsTo(child, 0, 0, 250);
        } else {
            finds(child, 0, 0, 250);
            objectsTo(child, 0, 0, 249);
        }
    }

    @Test
    void aGrandchildHasTheRangeThatTheChildHad() {
        store(region, 0, 0);
        Region child = fork(region, () -> store(region, 0, 0));
        Region grandchild = fork(child, () -> { });
        objectsTo(grandchild, 0, 0, 0);
        objectsTo(grandchild, 0, 0, 3);
        finds(grandchild, 0, 0, 2);
        finds(child, 0, 0, 1); // the one may be looked at without the other
    }

    @Test
    void aGrandchildOfAChildThatStoredDuringTheForkHasAnything() {
        store(region, 0, 0);
        Region child = fork(region, () -> { });
        Region grandchild = fork(child, () -> store(child, 0, 0));
        finds(grandchild, 0, 0, 99);
        objectsTo(grandchild, 0, 0, 98);
    }

    @Test
    void aByteInDoubtIsInheritedInDoubt() {
        long before = region.rights(0);
        region.begin(0, 0, before);
        unmap(region, 0);
        map(region, 0);
        region.end(0, 0, before, region.rights(0), true);
        Region child = fork(region, () -> { });
        finds(child, 0, 0, 42);
        objectsTo(child, 0, 0, 43);
    }

    @Test
    void whatWasStoredToAnEarlierMappingIsNotInherited() {
        store(region, 0, 0);
        unmap(region, 0);
        map(region, 0);
        Region child = fork(region, () -> { });
        objectsTo(child, 0, 0, 1);
        finds(child, 0, 0, 0);
    }

    @Test
    void aPageThatAChildMapsAgainIsZero() {
        store(region, 0, 0);
        Region child = fork(region, () -> { });
        unmap(child, 0);
        map(child, 0);
        objectsTo(child, 0, 0, 1);
        finds(child, 0, 0, 0);
        finds(region, 0, 0, 1);
    }
}
