package dev.salvo.engine.tlb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlbLevelTest {
    private static final long LAST_PAGE = (1L << TlbLevel.PAGE_NUMBER_BITS) - 1;

    /** Scanned and indexed, from one entry to a real second level; the last column is how many pages a program has. */
    @ParameterizedTest(name = "{0} entries in {1} ways, {2} pages")
    @CsvSource({
        "1, 1, 3", "2, 2, 5", "8, 8, 12", "9, 9, 14", "32, 32, 40", "48, 48, 56", "100, 100, 120", "64, 1, 100",
        "64, 4, 90", "64, 8, 90", "64, 16, 90", "96, 6, 130", "192, 12, 250", "1280, 5, 1700", "1024, 4, 1500"
    })
    void everyProgramGoesAsOnAnExactLruOfThatShape(int entries, int ways, int pages) {
        for (long seed = 1; seed <= 5; seed++) {
            new Program(entries, ways, pages, seed).run(20_000);
        }
    }

    @Test
    void theLeastRecentlyUsedEntryGivesWay() {
        TlbLevel level = TlbLevel.of(4, 4);
        fill(level, 1, 2, 3, 4);
        assertNotEquals(TlbLevel.MISS, level.lookup(tag(1)));
        fill(level, 5);
        assertEquals(TlbLevel.MISS, level.lookup(tag(2)));
        assertNotEquals(TlbLevel.MISS, level.lookup(tag(1)));
    }

    @Test
    void anInvalidEntryIsTakenBeforeAnyOtherGivesWay() {
        TlbLevel level = TlbLevel.of(16, 16);
        fill(level, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        assertTrue(level.invalidate(tag(9)));
        fill(level, 17);
        for (long page = 1; page <= 17; page++) {
            assertEquals(page == 9, level.lookup(tag(page)) == TlbLevel.MISS, "page " + page);
        }
    }

    @Test
    void setsDoNotTakeEachOthersEntries() {
        TlbLevel level = TlbLevel.of(8, 2);
        fill(level, 0, 4, 8, 1);
        assertEquals(TlbLevel.MISS, level.lookup(tag(0)));
        assertNotEquals(TlbLevel.MISS, level.lookup(tag(4)));
        assertNotEquals(TlbLevel.MISS, level.lookup(tag(8)));
        assertNotEquals(TlbLevel.MISS, level.lookup(tag(1)));
    }

    @Test
    void anEntryThatWasInvalidatedIsGoneThoughItWasTheMostRecent() {
        TlbLevel level = TlbLevel.of(4, 4);
        fill(level, 1);
        assertNotEquals(TlbLevel.MISS, level.lookup(tag(1)));
        level.invalidate(tag(1));
        assertEquals(TlbLevel.MISS, level.lookup(tag(1)));
    }

    @Test
    void anUpdateIsSeenAndIsNoUse() {
        TlbLevel level = TlbLevel.of(2, 2);
        int first = level.insert(tag(1), 10, 100);
        level.insert(tag(2), 20, 200);
        level.update(first, 11);
        assertEquals(11, level.output(first));
        assertEquals(100, level.generation(first));
        level.insert(tag(3), 30, 300);
        assertEquals(TlbLevel.MISS, level.lookup(tag(1)));
    }

    @ParameterizedTest(name = "{0} entries in {1} ways")
    @CsvSource({"4, 4", "16, 16", "64, 4"})
    void aRangeThatEndsBehindTheLastPageStaysInItsAddressSpace(int entries, int ways) {
        for (long pages : new long[] {2, entries, entries + 1L, 1 << 21}) {
            TlbLevel level = TlbLevel.of(entries, ways);
            level.insert(TlbLevel.tag(7, LAST_PAGE), 1, 1);
            level.insert(TlbLevel.tag(8, 0), 2, 2);
            level.invalidateRange(TlbLevel.tag(7, LAST_PAGE), pages);
            assertEquals(TlbLevel.MISS, level.lookup(TlbLevel.tag(7, LAST_PAGE)), pages + " pages");
            assertNotEquals(TlbLevel.MISS, level.lookup(TlbLevel.tag(8, 0)), pages + " pages");
        }
    }

    @ParameterizedTest(name = "{0} entries in {1} ways")
    @CsvSource({"4, 4", "16, 16", "64, 4"})
    void aRangeEndsWhereItSays(int entries, int ways) {
        for (long pages : new long[] {0, 1, 2, entries - 1L, entries, entries + 1L, 100_000}) {
            TlbLevel level = TlbLevel.of(entries, ways);
            long[] near = {999, 1000, 1000 + pages - 1, 1000 + pages};
            for (long page : near) {
                level.invalidate(tag(page));
                fill(level, page);
            }
            level.invalidateRange(tag(1000), pages);
            for (long page : near) {
                boolean inside = page >= 1000 && page < 1000 + pages;
                assertEquals(inside, level.lookup(tag(page)) == TlbLevel.MISS, page + " of " + pages + " pages");
            }
        }
    }

    @Test
    void tagsAreDistinctAndNeverZero() {
        long[] tags = {
            TlbLevel.tag(0, 0), TlbLevel.tag(0, LAST_PAGE), TlbLevel.tag(1, 0), TlbLevel.tag(65535, 0),
            TlbLevel.tag(65535, LAST_PAGE)
        };
        long[] ascending = tags.clone();
        Arrays.sort(ascending);
        assertArrayEquals(ascending, tags);
        for (int i = 0; i < tags.length; i++) {
            assertNotEquals(0, tags[i]);
            assertTrue(i == 0 || tags[i] != tags[i - 1]);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1", "-4, 1", "-2147483648, 1", "4, 0", "4, -1", "4, 3", "12, 4", "2147483647, 1", "1073741824, 1",
        "1048577, 1048577", "4, 8"
    })
    void aShapeThatNoLevelCanHaveIsRefused(int entries, int ways) {
        String message = assertThrows(IllegalArgumentException.class, () -> TlbLevel.of(entries, ways)).getMessage();
        assertTrue(message.contains(entries + " entries in " + ways + " ways"), message);
    }

    @Test
    void theLargestLevelsCanBeMade() {
        assertEquals(TlbLevel.MAX_ENTRIES, TlbLevel.of(TlbLevel.MAX_ENTRIES, TlbLevel.MAX_ENTRIES).entries());
        assertEquals(TlbLevel.MAX_ENTRIES, TlbLevel.of(TlbLevel.MAX_ENTRIES, 4).entries());
    }

    /** Fails if a small level pays for an index, or if a wide one is scanned. */
    @ParameterizedTest(name = "{0} entries in {1} ways: {2}")
    @CsvSource({
        "1, 1, NarrowSets", "8, 8, NarrowSets", "9, 9, FullyAssociative", "48, 48, FullyAssociative",
        "8, 1, NarrowSets", "1280, 5, NarrowSets", "2048, 8, NarrowSets", "64, 16, WideSets", "18, 9, WideSets"
    })
    void aLevelIsOfTheKindThatSuitsItsShape(int entries, int ways, String kind) {
        TlbLevel level = TlbLevel.of(entries, ways);
        assertEquals(kind, level.getClass().getSimpleName());
        assertEquals(entries, level.entries());
    }

    /** Fails if tags whose bytes in a set's word are equal are taken for one another, or if only one can be found. */
    @Test
    void tagsOfOneHashAreToldApart() {
        TlbLevel level = TlbLevel.of(8, 4);
        for (int i = 0; i < 4; i++) {
            level.insert(tag(i << 12), i, i);
        }
        for (int i = 3; i >= 0; i--) {
            assertEquals(i, level.output(level.lookup(tag(i << 12))));
        }
        assertEquals(TlbLevel.MISS, level.lookup(tag(4 << 12)));
        assertTrue(level.invalidate(tag(2 << 12)));
        assertEquals(TlbLevel.MISS, level.lookup(tag(2 << 12)));
        assertEquals(3, level.output(level.lookup(tag(3 << 12))));
    }

    /**
     * What a hit in a wide level costs: one step. Fails if there are fewer chains than entries, or if the page number
     * is not what chooses between them.
     */
    @ParameterizedTest
    @ValueSource(ints = {9, 16, 40, 48, 64, 100})
    void consecutivePagesShareNoChainOfTheIndex(int entries) throws ReflectiveOperationException {
        for (long first : new long[] {0, 1, 0x10042, LAST_PAGE - entries}) {
            TlbLevel level = TlbLevel.of(entries, entries);
            for (int i = 0; i < entries; i++) {
                level.insert(tag(first + i), i, i);
            }
            assertEquals(entries, chainsInUse(level), "pages from 0x" + Long.toHexString(first));
        }
    }

    /** Every process has its stack, its heap and its text at nearly the same addresses as the others. */
    @ParameterizedTest
    @ValueSource(ints = {9, 16, 40, 48, 64, 100})
    void onePageOfManyAddressSpacesLiesInManyChainsOfTheIndex(int entries) throws ReflectiveOperationException {
        TlbLevel level = TlbLevel.of(entries, entries);
        for (int asid = 1; asid <= entries; asid++) {
            level.insert(TlbLevel.tag(asid, 0x10042), asid, asid);
        }
        assertEquals(entries, chainsInUse(level));
    }

    private static long chainsInUse(TlbLevel level) throws ReflectiveOperationException {
        return Arrays.stream(chains(level)).filter(first -> first != 0).count();
    }

    /** The first entry of every chain, 0 where there is none. */
    private static int[] chains(TlbLevel level) throws ReflectiveOperationException {
        Field field = FullyAssociative.class.getDeclaredField("head");
        field.setAccessible(true);
        return (int[]) field.get(level);
    }

    @ParameterizedTest(name = "{0} entries in {1} ways")
    @CsvSource({"48, 48", "1280, 5"})
    void aMillionOperationsAllocateNothing(int entries, int ways) {
        TlbLevel level = TlbLevel.of(entries, ways);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        operate(level, 1000);
        long before = threads.getCurrentThreadAllocatedBytes();
        long hits = operate(level, 1_000_000);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        // The virtual machine itself may allocate a little, once; an object of ours would be 16 bytes a million times.
        assertTrue(allocated < 100_000, allocated + " bytes");
        assertTrue(hits > 0 && hits < 1_000_000, hits + " hits");
    }

    private static long operate(TlbLevel level, int operations) {
        long hits = 0;
        long random = 0x9e3779b97f4a7c15L;
        for (int i = 0; i < operations; i++) {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            long tag = TlbLevel.tag((int) (random & 3), (random >>> 8) % 500);
            int entry = level.lookup(tag);
            if (entry == TlbLevel.MISS) {
                entry = level.insert(tag, i, i);
            } else {
                hits++;
            }
            level.update(entry, level.output(entry) + level.generation(entry));
            switch ((int) (random >>> 40 & 255)) {
                case 0 -> level.invalidateRange(tag, 40);
                case 1 -> level.invalidateRange(tag, 4000);
                case 2 -> level.invalidateAsid(1);
                case 3 -> level.invalidateAll();
                default -> level.invalidate(tag + 1);
            }
        }
        return hits;
    }

    private static long tag(long page) {
        return TlbLevel.tag(7, page);
    }

    private static void fill(TlbLevel level, long... pages) {
        for (long page : pages) {
            level.insert(tag(page), page, page);
        }
    }

    /** A random program on a level and on its reference, compared at every step. */
    private static final class Program {
        private final TlbLevel level;
        private final ReferenceLevel reference;
        private final int pages;
        private final SplittableRandom random;
        private final String shape;
        private long serial;

        Program(int entries, int ways, int pages, long seed) {
            level = TlbLevel.of(entries, ways);
            reference = new ReferenceLevel(entries, ways);
            this.pages = pages;
            random = new SplittableRandom(seed);
            shape = entries + " entries, " + ways + " ways, seed " + seed;
        }

        void run(int steps) {
            for (int step = 0; step < steps; step++) {
                int choice = random.nextInt(1000);
                if (choice < 850) {
                    access(anyTag());
                } else if (choice < 980) {
                    invalidate(anyTag());
                } else if (choice < 995) {
                    invalidateRange(anyTag(), 1 + random.nextLong(random.nextInt(4) == 0 ? 3L * pages : 8));
                } else if (choice < 999) {
                    invalidateAsid(random.nextInt(3));
                } else {
                    level.invalidateAll();
                    reference.invalidateIf(tag -> true);
                }
            }
            // Each held once: the second invalidation finds nothing, and so does a lookup.
            for (int asid = 0; asid < 3; asid++) {
                for (int page = 0; page < pages; page++) {
                    long tag = TlbLevel.tag(asid, page);
                    assertEquals(reference.holds(tag), level.invalidate(tag), shape);
                    assertFalse(level.invalidate(tag), shape);
                    assertEquals(TlbLevel.MISS, level.lookup(tag), shape);
                }
            }
        }

        private long anyTag() {
            // Two thirds of one address space: the level is full of it, and of a few others.
            return TlbLevel.tag(Math.max(0, random.nextInt(6) - 3), random.nextInt(pages));
        }

        private void access(long tag) {
            long[] expected = reference.lookup(tag);
            int entry = level.lookup(tag);
            assertEquals(expected == null, entry == TlbLevel.MISS, shape);
            if (expected == null) {
                long output = serial++;
                reference.insert(tag, output, ~output);
                entry = level.insert(tag, output, ~output);
                expected = new long[] {output, ~output};
            } else if (random.nextInt(4) == 0) {
                expected[0] = serial++;
                level.update(entry, expected[0]);
            }
            assertEquals(expected[0], level.output(entry), shape);
            assertEquals(expected[1], level.generation(entry), shape);
        }

        private void invalidate(long tag) {
            assertEquals(reference.invalidate(tag), level.invalidate(tag), shape);
        }

        private void invalidateRange(long first, long count) {
            level.invalidateRange(first, count);
            // No page is near the last one here: the range stays in its address space.
            reference.invalidateIf(tag -> tag >= first && tag < first + count);
        }

        private void invalidateAsid(int asid) {
            level.invalidateAsid(asid);
            reference.invalidateIf(
                tag -> tag >= TlbLevel.tag(asid, 0) && tag <= TlbLevel.tag(asid, LAST_PAGE));
        }
    }
}
