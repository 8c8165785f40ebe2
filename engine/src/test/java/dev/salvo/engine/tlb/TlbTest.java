package dev.salvo.engine.tlb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.Pte;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlbTest {
    private static final TlbGeometry SMALL = new TlbGeometry(2, 2, 8, 2);
    private static final int MILLION = 1_000_000;
    private static final long LAST_PAGE = (1L << TlbLevel.PAGE_NUMBER_BITS) - 1;

    private final Tlb tlb = new Tlb(SMALL);

    @Test
    void aPageIsMissedOnceAndThenHit() {
        assertEquals(Tlb.MISS, tlb.lookup(tag(1)));
        int entry = tlb.insert(tag(1), 10, 100);
        assertEquals(10, tlb.output(entry));
        assertEquals(100, tlb.generation(entry));
        assertNotEquals(Tlb.MISS, tlb.lookup(tag(1)));
        assertEquals(1, tlb.misses());
        assertEquals(1, tlb.hits());
    }

    @Test
    void whatTheFirstLevelLostTheSecondGivesBack() {
        fill(1, 2, 3); // page 1 left the first level
        int entry = tlb.lookup(tag(1));
        assertNotEquals(Tlb.MISS, entry);
        assertEquals(10, tlb.output(entry));
        assertEquals(100, tlb.generation(entry));
        assertEquals(1, tlb.hits());
        assertEquals(3, tlb.misses());
    }

    @Test
    void aPageOfAnotherAddressSpaceIsAnotherPage() {
        fill(1);
        assertEquals(Tlb.MISS, tlb.lookup(TlbLevel.tag(8, 1)));
    }

    @Test
    void anUpdateReachesBothLevels() {
        fill(1);
        int entry = tlb.lookup(tag(1));
        tlb.update(entry, tag(1), 11);
        assertEquals(11, tlb.output(entry));
        fill(2, 3); // page 1 left the first level
        assertEquals(11, tlb.output(tlb.lookup(tag(1))));
    }

    @Test
    void anUpdateOfAnEntryThatTheSecondLevelLostIsTheFirstLevelsAlone() {
        Tlb inverted = new Tlb(new TlbGeometry(4, 4, 1, 1));
        inverted.insert(tag(1), 10, 100);
        inverted.insert(tag(2), 20, 200);
        inverted.update(inverted.lookup(tag(1)), tag(1), 11);
        assertEquals(11, inverted.output(inverted.lookup(tag(1))));
        assertEquals(20, inverted.output(inverted.lookup(tag(2))));
    }

    /** Fails if the update of an entry that the second level does not hold is written over another one there. */
    @Test
    void anUpdateThatTheSecondLevelHasNoEntryForHarmsNoneThere() {
        Tlb inverted = new Tlb(new TlbGeometry(3, 3, 2, 1));
        inverted.insert(tag(0), 10, 100);
        inverted.insert(tag(1), 11, 101);
        inverted.insert(tag(3), 13, 103); // in the second level in the place of page 1
        inverted.update(inverted.lookup(tag(1)), tag(1), 21);
        inverted.insert(tag(5), 15, 105); // in the first level in the place of page 0
        int entry = inverted.lookup(tag(0));
        assertNotEquals(Tlb.MISS, entry);
        assertEquals(10, inverted.output(entry));
        assertEquals(100, inverted.generation(entry));
        assertEquals(21, inverted.output(inverted.lookup(tag(1))));
    }

    @Test
    void anInvalidationReachesBothLevels() {
        for (long tlbi : new long[] {
            Tlbi.vae1is(7, 1), Tlbi.vale1is(7, 1), Tlbi.rvae1is(7, 0, 0, 0), Tlbi.rvale1is(7, 1, 3, 31),
            Tlbi.aside1is(7), Tlbi.vmalle1is()
        }) {
            for (boolean inFirst : new boolean[] {true, false}) {
                Tlb fresh = new Tlb(SMALL);
                fresh.insert(tag(1), 10, 100);
                if (!inFirst) {
                    fresh.insert(tag(2), 20, 200);
                    fresh.insert(tag(3), 30, 300);
                }
                fresh.invalidate(tlbi);
                assertEquals(Tlb.MISS, fresh.lookup(tag(1)), Tlbi.toString(tlbi));
            }
        }
    }

    @Test
    void anInvalidationLeavesWhatItDoesNotName() {
        Tlb large = new Tlb(TlbGeometry.NEOVERSE_N1);
        for (long tlbi : new long[] {
            Tlbi.vae1is(7, 1), Tlbi.vale1is(7, 1), Tlbi.rvae1is(7, 0, 0, 0), Tlbi.rvale1is(7, LAST_PAGE, 3, 31),
            Tlbi.aside1is(6)
        }) {
            large.invalidateAll();
            large.insert(TlbLevel.tag(7, 2), 1, 1);
            large.insert(TlbLevel.tag(8, 1), 2, 2);
            large.insert(TlbLevel.tag(8, 0), 3, 3);
            large.invalidate(tlbi);
            assertNotEquals(Tlb.MISS, large.lookup(TlbLevel.tag(7, 2)), Tlbi.toString(tlbi));
            assertNotEquals(Tlb.MISS, large.lookup(TlbLevel.tag(8, 1)), Tlbi.toString(tlbi));
            assertNotEquals(Tlb.MISS, large.lookup(TlbLevel.tag(8, 0)), Tlbi.toString(tlbi));
        }
    }

    @Test
    void aWordThatIsNoTlbiIsRefused() {
        long unknown = 7L << 52;
        String message = assertThrows(IllegalArgumentException.class, () -> tlb.invalidate(unknown)).getMessage();
        assertTrue(message.contains("70000000000000"), message);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyProgramGoesAsOnTwoExactLruLevels(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Tlb small = new Tlb(new TlbGeometry(12, 12, 64, 4));
        ReferenceLevel first = new ReferenceLevel(12, 12);
        ReferenceLevel second = new ReferenceLevel(64, 4);
        long misses = 0;
        for (int step = 0; step < 50_000; step++) {
            int asid = random.nextInt(2) * Tlbi.MAX_ASID;
            long page = random.nextInt(100);
            if (random.nextInt(10) == 0) {
                long tlbi = anyTlbi(random, asid, page);
                small.invalidate(tlbi);
                LongPredicate named = tag -> names(tlbi, tag);
                first.invalidateIf(named);
                second.invalidateIf(named);
                continue;
            }
            long tag = TlbLevel.tag(asid, page);
            long[] expected = first.lookup(tag);
            if (expected == null) {
                expected = second.lookup(tag);
                if (expected != null) {
                    first.insert(tag, expected[0], expected[1]);
                }
            }
            int entry = small.lookup(tag);
            assertEquals(expected == null, entry == Tlb.MISS, "step " + step);
            if (expected == null) {
                misses++;
                expected = new long[] {step, -step};
                first.insert(tag, step, -step);
                second.insert(tag, step, -step);
                entry = small.insert(tag, step, -step);
            }
            assertEquals(expected[0], small.output(entry), "step " + step);
            assertEquals(expected[1], small.generation(entry), "step " + step);
        }
        assertEquals(misses, small.misses());
        assertTrue(small.hits() > 5_000 && misses > 5_000, small.hits() + " hits, " + misses + " misses");
    }

    /** A million operations of each kind by itself. The counts of hits and misses tell that it was that kind. */
    @ParameterizedTest
    @EnumSource
    void aMillionOperationsAllocateNothing(Path path) {
        Tlb large = new Tlb(TlbGeometry.NEOVERSE_N1);
        PageTable table = new PageTable();
        for (int page = 0; page < 4096; page++) {
            table.set(page, Pte.writableClean(page));
        }
        fill(large, table);
        operate(large, table, path, 2560); // the first time round, page 0 has not yet given way
        long hits = large.hits();
        long misses = large.misses();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        operate(large, table, path, MILLION);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        // The virtual machine itself may allocate a little, once; an object of ours would be 16 bytes a million times.
        assertTrue(allocated < 100_000, allocated + " bytes");
        assertEquals(path.hits, large.hits() - hits);
        assertEquals(path.misses, large.misses() - misses);
    }

    private static void operate(Tlb tlb, PageTable table, Path path, int operations) {
        for (int i = 0; i < operations; i++) {
            switch (path) {
                case FIRST_LEVEL_HIT -> tlb.output(tlb.lookup(tag(i % 48)));
                case SECOND_LEVEL_HIT -> tlb.output(tlb.lookup(tag(i % 1280)));
                case MISS_AND_WALK -> access(tlb, table, i % 2560);
                case UPDATE -> tlb.update(tlb.lookup(tag(i % 1280)), tag(i % 1280), i);
                case INVALIDATE_HELD_PAGE -> {
                    tlb.invalidate(Tlbi.vale1is(7, i % 1280));
                    tlb.insert(tag(i % 1280), i, i);
                }
                case INVALIDATE_PAGE_NOT_HELD -> tlb.invalidate(Tlbi.vae1is(7, 1280 + i % 1280));
                case INVALIDATE_SHORT_RANGE -> {
                    tlb.invalidate(Tlbi.rvale1is(7, i % 1280, 0, 0));
                    tlb.insert(tag(i % 1280), i, i);
                }
                case INVALIDATE_LONG_RANGE -> {
                    tlb.invalidate(Tlbi.rvae1is(7, i % 1280, 1, 31));
                    tlb.insert(tag(i % 1280), i, i);
                }
                case INVALIDATE_ADDRESS_SPACE -> {
                    tlb.invalidate(Tlbi.aside1is(7));
                    tlb.insert(tag(i % 1280), i, i);
                }
                case INVALIDATE_ALL -> {
                    tlb.invalidate(Tlbi.vmalle1is());
                    tlb.insert(tag(i % 1280), i, i);
                }
            }
        }
    }

    private static void fill(Tlb tlb, PageTable table) {
        for (int page = 1279; page >= 0; page--) {
            access(tlb, table, page);
        }
    }

    private static long access(Tlb tlb, PageTable table, long page) {
        int entry = tlb.lookup(tag(page));
        if (entry == Tlb.MISS) {
            entry = tlb.insert(tag(page), table.walk(page), page);
        }
        return tlb.output(entry);
    }

    private enum Path {
        FIRST_LEVEL_HIT(MILLION, 0), SECOND_LEVEL_HIT(MILLION, 0), MISS_AND_WALK(0, MILLION), UPDATE(MILLION, 0),
        INVALIDATE_HELD_PAGE(0, 0), INVALIDATE_PAGE_NOT_HELD(0, 0), INVALIDATE_SHORT_RANGE(0, 0),
        INVALIDATE_LONG_RANGE(0, 0), INVALIDATE_ADDRESS_SPACE(0, 0), INVALIDATE_ALL(0, 0);

        final long hits;
        final long misses;

        Path(long hits, long misses) {
            this.hits = hits;
            this.misses = misses;
        }
    }

    private static long anyTlbi(SplittableRandom random, int asid, long page) {
        return switch (random.nextInt(40)) {
            case 0 -> Tlbi.vmalle1is();
            case 1 -> Tlbi.aside1is(asid);
            case 2, 3, 4 -> Tlbi.rvae1is(asid, page, random.nextInt(4), random.nextInt(32));
            case 5, 6, 7 -> Tlbi.rvale1is(asid, page, 0, random.nextInt(4));
            case 8, 9, 10, 11, 12, 13, 14, 15 -> Tlbi.vae1is(asid, page);
            default -> Tlbi.vale1is(asid, page);
        };
    }

    /** What the architecture says that an operation names, asked of a tag. */
    private static boolean names(long tlbi, long tag) {
        int asid = (int) (tag >>> TlbLevel.PAGE_NUMBER_BITS) & Tlbi.MAX_ASID;
        long page = tag & LAST_PAGE;
        long first = Tlbi.pageNumber(tlbi);
        return switch (Tlbi.kind(tlbi)) {
            case Tlbi.VMALLE1IS -> true;
            case Tlbi.ASIDE1IS -> asid == Tlbi.asid(tlbi);
            case Tlbi.RVAE1IS, Tlbi.RVALE1IS ->
                asid == Tlbi.asid(tlbi) && page >= first && page < first + Tlbi.pages(tlbi);
            default -> asid == Tlbi.asid(tlbi) && page == first;
        };
    }

    private static long tag(long page) {
        return TlbLevel.tag(7, page);
    }

    private void fill(long... pages) {
        for (long page : pages) {
            assertEquals(Tlb.MISS, tlb.lookup(tag(page)));
            tlb.insert(tag(page), 10 * page, 100 * page);
        }
    }
}
