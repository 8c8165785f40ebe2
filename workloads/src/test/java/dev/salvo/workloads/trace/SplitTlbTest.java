package dev.salvo.workloads.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTlbTest {
    private static final int PAGE = 4096;

    private final SplitTlb tlb = new SplitTlb(new SplitTlbGeometry(2, 8, 2, PAGE));

    @Test
    void everyKindOfAccessIsCountedWhereCachegrindCountsIt() {
        tlb.translate(Access.INSTRUCTION, 0x1000, 3);
        tlb.translate(Access.LOAD, 0x2000, 8);
        tlb.translate(Access.MODIFY, 0x3000, 8);
        tlb.translate(Access.STORE, 0x4000, 8);
        assertEquals(new TlbCounts(1, 1, 1), tlb.instructions());
        assertEquals(new TlbCounts(2, 2, 2), tlb.reads());
        assertEquals(new TlbCounts(1, 1, 1), tlb.writes());
    }

    @Test
    void instructionsAndDataShareNothingButTheSecondLevel() {
        tlb.translate(Access.INSTRUCTION, 0x1000, 3);
        tlb.translate(Access.LOAD, 0x1000, 8);
        tlb.translate(Access.STORE, 0x1008, 8);
        assertEquals(new TlbCounts(1, 1, 1), tlb.instructions());
        assertEquals(new TlbCounts(1, 1, 0), tlb.reads());
        assertEquals(new TlbCounts(1, 0, 0), tlb.writes());
    }

    @Test
    void anAccessOfTwoPagesMissesOnceAndFillsBoth() {
        tlb.translate(Access.LOAD, 0x1ffc, 8);
        assertEquals(new TlbCounts(1, 1, 1), tlb.reads());
        tlb.translate(Access.LOAD, 0x1000, 1);
        tlb.translate(Access.LOAD, 0x2000, 1);
        assertEquals(new TlbCounts(3, 1, 1), tlb.reads());
    }

    @Test
    void anAccessUpToTheEndOfAPageIsOfThatPageAlone() {
        tlb.translate(Access.LOAD, 0x1ff8, 8);
        tlb.translate(Access.LOAD, 0x2000, 8);
        assertEquals(new TlbCounts(2, 2, 2), tlb.reads());
    }

    @Test
    void whenOneOfTwoPagesIsMissingTheSecondLevelIsAskedForBoth() {
        SplitTlb small = new SplitTlb(new SplitTlbGeometry(4, 2, 2, PAGE));
        small.translate(Access.LOAD, 0x1000, 1); // second level: 1
        small.translate(Access.LOAD, 0x5000, 1); // 1, 5
        small.translate(Access.LOAD, 0x1ffc, 8); // 1 used again, 2 takes the place of 5
        small.translate(Access.INSTRUCTION, 0x1000, 1);
        assertEquals(new TlbCounts(1, 1, 0), small.instructions());
        small.translate(Access.INSTRUCTION, 0x5000, 1);
        assertEquals(new TlbCounts(2, 2, 1), small.instructions());
    }

    @Test
    void theSecondLevelIsNotAskedForAHit() {
        SplitTlb small = new SplitTlb(new SplitTlbGeometry(4, 2, 2, PAGE));
        small.translate(Access.LOAD, 0x1000, 1);
        small.translate(Access.LOAD, 0x2000, 1);
        small.translate(Access.LOAD, 0x1000, 1); // hits above: 1 stays the older one below
        small.translate(Access.LOAD, 0x3000, 1);
        small.translate(Access.INSTRUCTION, 0x2000, 1);
        assertEquals(new TlbCounts(1, 1, 0), small.instructions());
    }

    @Test
    void addressesThatDifferInTheirHighestBitsAreDifferentPages() {
        for (long high : new long[] {0, 1L << 48, 1L << 63, 0xffffL << 48}) {
            SplitTlb large = new SplitTlb(new SplitTlbGeometry(64, 64, 64, PAGE));
            for (int bit = 48; bit < 64; bit++) {
                large.translate(Access.LOAD, high ^ 1L << bit, 1);
            }
            large.translate(Access.LOAD, high, 1);
            assertEquals(new TlbCounts(17, 17, 17), large.reads());
        }
    }

    @Test
    void anInvalidateAllEmptiesTheThree() {
        for (int i = 0; i < 2; i++) {
            tlb.translate(Access.INSTRUCTION, 0x1000, 3);
            tlb.translate(Access.LOAD, 0x2000, 8);
            tlb.invalidateAll();
        }
        assertEquals(new TlbCounts(2, 2, 2), tlb.instructions());
        assertEquals(new TlbCounts(2, 2, 2), tlb.reads());
    }

    @Test
    void aPageIsAsLargeAsItsSizeSays() {
        SplitTlb large = new SplitTlb(new SplitTlbGeometry(2, 2, 2, 1 << 30));
        large.translate(Access.LOAD, 0, 1);
        large.translate(Access.LOAD, (1 << 30) - 1, 1);
        large.translate(Access.LOAD, 1 << 30, 1);
        assertEquals(new TlbCounts(3, 2, 2), large.reads());
    }

    @ParameterizedTest
    @CsvSource({"0, 1024, 4, 4096", "32, 1000, 4, 4096", "32, 1024, 3, 4096", "32, 1024, 4, 2048", "32, 1024, 4, 5000",
        "32, 1024, 4, 0", "32, 1024, 4, -2147483648"})
    void aShapeThatNoTlbCanHaveIsRefused(int l1Entries, int l2Entries, int l2Ways, int pageSize) {
        SplitTlbGeometry geometry = new SplitTlbGeometry(l1Entries, l2Entries, l2Ways, pageSize);
        assertThrows(IllegalArgumentException.class, () -> new SplitTlb(geometry));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyProgramIsCountedAsThePlainestSimulationCountsIt(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SplitTlb small = new SplitTlb(new SplitTlbGeometry(6, 24, 3, PAGE));
        Plain plain = new Plain();
        for (int i = 0; i < 50_000; i++) {
            if (random.nextInt(500) == 0) {
                small.invalidateAll();
                plain.clear();
            }
            Access access = Access.values()[random.nextInt(4)];
            long address = random.nextLong(40L * PAGE);
            int size = random.nextInt(4) == 0 ? random.nextInt(1, PAGE + 1) : 8;
            small.translate(access, address, size);
            plain.translate(access, address, size);
        }
        assertEquals(plain.counts(0), small.instructions());
        assertEquals(plain.counts(1), small.reads());
        assertEquals(plain.counts(2), small.writes());
        assertTrue(small.reads().l2Misses() > 1000, "a program worth running");
    }

    /** Lists in the order of last use, the latest first. */
    private static final class Plain {
        private final List<Long> instructionL1 = new ArrayList<>();
        private final List<Long> dataL1 = new ArrayList<>();
        private final List<List<Long>> l2 = new ArrayList<>();
        private final long[][] counts = new long[3][3];

        Plain() {
            for (int i = 0; i < 8; i++) {
                l2.add(new ArrayList<>());
            }
        }

        void clear() {
            instructionL1.clear();
            dataL1.clear();
            l2.forEach(List::clear);
        }

        void translate(Access access, long address, int size) {
            long first = address / PAGE;
            long last = (address + size - 1) / PAGE;
            long[] count = counts[access == Access.INSTRUCTION ? 0 : access == Access.STORE ? 2 : 1];
            List<Long> l1 = access == Access.INSTRUCTION ? instructionL1 : dataL1;
            count[0]++;
            if (miss(l1, 6, first) | miss(l1, 6, last)) {
                count[1]++;
                if (miss(l2.get((int) (first % 8)), 3, first) | miss(l2.get((int) (last % 8)), 3, last)) {
                    count[2]++;
                }
            }
        }

        TlbCounts counts(int kind) {
            return new TlbCounts(counts[kind][0], counts[kind][1], counts[kind][2]);
        }

        private static boolean miss(List<Long> set, int ways, long page) {
            boolean held = set.remove((Long) page);
            set.add(0, page);
            if (set.size() > ways) {
                set.remove(ways);
            }
            return !held;
        }
    }
}
