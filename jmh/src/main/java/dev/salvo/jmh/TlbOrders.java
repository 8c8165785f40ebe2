package dev.salvo.jmh;

import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.tlb.TlbGeometry;
import java.util.SplittableRandom;

/**
 * The addresses that the TLB benchmarks visit, in orders that are long and random, so that no branch predictor learns
 * them as it would a short cycle; and the same in every fork.
 */
final class TlbOrders {
    /** Length of each: a multiple of the pages of every order by sets, which can therefore be repeated. */
    static final int LENGTH = 10_240;

    private static final long SEED = 0x5a170;

    private TlbOrders() {
    }

    /** A geometry of {@link TlbGeometry} by its name. */
    static TlbGeometry geometry(String name) {
        return switch (name) {
            case "NEOVERSE_N1" -> TlbGeometry.NEOVERSE_N1;
            case "CORTEX_A55" -> TlbGeometry.CORTEX_A55;
            default -> throw new IllegalArgumentException(
                "geometry " + name + ": must be one of NEOVERSE_N1, CORTEX_A55");
        };
    }

    /** Addresses all over one page. */
    static int[] withinOnePage() {
        SplittableRandom random = new SplittableRandom(SEED);
        return random.ints(LENGTH, 0, PageTable.PAGE_SIZE).toArray();
    }

    /** As many pages as the first level has entries, at random, and never one twice running. */
    static int[] withinL1(TlbGeometry geometry) {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] order = new int[LENGTH];
        int last = geometry.l1Entries() - 1;
        for (int i = 0, page = last; i < LENGTH; i++) {
            int other = random.nextInt(last); // one of the other pages
            page = other < page ? other : other + 1;
            order[i] = page << PageTable.PAGE_SHIFT;
        }
        return order;
    }

    /** As many pages as the second level has entries: always hits there, as good as never in the first level. */
    static int[] withinL2(TlbGeometry geometry) {
        return bySets(geometry, geometry.l2Ways());
    }

    /** Twice as many pages as the second level has entries: exact LRU never holds the one that comes next. */
    static int[] beyondL2(TlbGeometry geometry) {
        return bySets(geometry, 2 * geometry.l2Ways());
    }

    /** Sets at random; in each set its pages in turn, and all equally often. */
    private static int[] bySets(TlbGeometry geometry, int pagesPerSet) {
        int sets = geometry.l2Entries() / geometry.l2Ways();
        int[] order = new int[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            order[i] = i % sets;
        }
        shuffle(order);
        int[] turn = new int[sets];
        for (int i = 0; i < LENGTH; i++) {
            int set = order[i];
            int page = set + sets * (turn[set]++ % pagesPerSet);
            order[i] = page << PageTable.PAGE_SHIFT;
        }
        return order;
    }

    /** Puts an array in random order. */
    static void shuffle(int[] array) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = array.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int moved = array[i];
            array[i] = array[j];
            array[j] = moved;
        }
    }
}
