package dev.salvo.engine.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A radix page table of four levels of 512 entries: 48-bit addresses, 4 KiB pages, as TTBR0 would point to.
 *
 * <p><b>Threads.</b> Any core may walk at any time. Entries are written by software under its page-table lock, except
 * that a walking core itself sets the dirty state, atomically, with {@link #compareAndSet}; therefore software takes an
 * entry away with {@link #getAndSet}, never with a load and a store.
 *
 * <p><b>Order.</b> A store of an entry is a release and a walk is an acquire: what software wrote before it mapped a
 * page (the page's contents) is seen by whoever walks to it. That an entry's <i>removal</i> is seen by a walk that
 * follows an invalidation is the work of {@code dsb(ishst)} and of the TLBI's own publication, which follow the removal
 * in program order. All methods are wait-free once the leaf exists.
 */
public final class PageTable {
    /** Bits of an offset within a page. */
    public static final int PAGE_SHIFT = 12;
    /** Bytes of a page. */
    public static final int PAGE_SIZE = 1 << PAGE_SHIFT;
    /** Entries of one table of one level. */
    public static final int ENTRIES = 512;

    private static final int LEVEL_BITS = 9;
    private static final int LEVEL_MASK = ENTRIES - 1;
    private static final VarHandle TABLES = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle LEAF = MethodHandles.arrayElementVarHandle(long[].class);

    private final Object[] root = new Object[ENTRIES];

    /** Makes an empty table. */
    public PageTable() {
    }

    /**
     * Walks to an entry, as a core does on a TLB miss.
     *
     * @param pageNumber virtual page number, 36 bits
     * @return a {@link Pte}, or 0
     */
    public long walk(long pageNumber) {
        long[] leaf = leaf(pageNumber);
        return leaf == null ? 0 : (long) LEAF.getAcquire(leaf, (int) pageNumber & LEVEL_MASK);
    }

    /**
     * Stores an entry, making the tables above it where they are missing. One writer per table at a time: the caller
     * holds the page-table lock.
     *
     * @param pageNumber virtual page number, 36 bits
     * @param pte        the entry
     */
    public void set(long pageNumber, long pte) {
        LEAF.setRelease(leafForWrite(pageNumber), (int) pageNumber & LEVEL_MASK, pte);
    }

    /**
     * Takes an entry and leaves another, in one step that no walker's dirty bit can fall between.
     *
     * @param pageNumber virtual page number, 36 bits
     * @param pte        what is left
     * @return what was there
     */
    public long getAndSet(long pageNumber, long pte) {
        long[] leaf = leaf(pageNumber);
        if (leaf == null) {
            if (pte != 0) {
                set(pageNumber, pte);
            }
            return 0;
        }
        return (long) LEAF.getAndSet(leaf, (int) pageNumber & LEVEL_MASK, pte);
    }

    /**
     * Replaces an entry if it is still what it was.
     *
     * @param pageNumber virtual page number, 36 bits
     * @param expected   what it was
     * @param pte        what it becomes
     * @return whether it was replaced
     */
    public boolean compareAndSet(long pageNumber, long expected, long pte) {
        long[] leaf = leaf(pageNumber);
        return leaf != null && LEAF.compareAndSet(leaf, (int) pageNumber & LEVEL_MASK, expected, pte);
    }

    /**
     * Whether there is a last-level table for a page.
     *
     * @param pageNumber virtual page number, 36 bits
     * @return false if no entry there has been made since the table was made or last taken away
     */
    public boolean hasTable(long pageNumber) {
        return leaf(pageNumber) != null;
    }

    /**
     * Takes the last-level table of a page out of the tree: {@code pmd_clear}. No entry in it is in use any more; a walk that has
     * found it before may still be in it. The caller holds the page-table lock.
     *
     * @param pageNumber virtual page number, 36 bits
     */
    public void removeTable(long pageNumber) {
        hangTable(pageNumber, null);
    }

    /**
     * Hangs the last-level table of a page in at another: {@code move_normal_pmd}. The caller holds the page-table lock.
     *
     * @param from virtual page number, the first of its table
     * @param to   where it is hung in: the first page of a table that there is not
     */
    public void moveTable(long from, long to) {
        long[] leaf = leaf(from);
        removeTable(from);
        hangTable(to, leaf);
    }

    private void hangTable(long pageNumber, long[] leaf) {
        Object[] level1 = tableForWrite(root, (int) (pageNumber >>> 3 * LEVEL_BITS) & LEVEL_MASK);
        Object[] level2 = tableForWrite(level1, (int) (pageNumber >>> 2 * LEVEL_BITS) & LEVEL_MASK);
        TABLES.setRelease(level2, (int) (pageNumber >>> LEVEL_BITS) & LEVEL_MASK, leaf);
    }

    private long[] leaf(long pageNumber) {
        Object[] level1 = (Object[]) TABLES.getAcquire(root, (int) (pageNumber >>> 3 * LEVEL_BITS) & LEVEL_MASK);
        if (level1 == null) {
            return null;
        }
        Object[] level2 = (Object[]) TABLES.getAcquire(level1, (int) (pageNumber >>> 2 * LEVEL_BITS) & LEVEL_MASK);
        if (level2 == null) {
            return null;
        }
        return (long[]) TABLES.getAcquire(level2, (int) (pageNumber >>> LEVEL_BITS) & LEVEL_MASK);
    }

    private long[] leafForWrite(long pageNumber) {
        Object[] level1 = tableForWrite(root, (int) (pageNumber >>> 3 * LEVEL_BITS) & LEVEL_MASK);
        Object[] level2 = tableForWrite(level1, (int) (pageNumber >>> 2 * LEVEL_BITS) & LEVEL_MASK);
        int index = (int) (pageNumber >>> LEVEL_BITS) & LEVEL_MASK;
        long[] leaf = (long[]) level2[index];
        if (leaf == null) {
            leaf = new long[ENTRIES];
            TABLES.setRelease(level2, index, leaf); // a walker that finds the table must find it zeroed
        }
        return leaf;
    }

    private static Object[] tableForWrite(Object[] above, int index) {
        Object[] table = (Object[]) above[index];
        if (table == null) {
            table = new Object[ENTRIES];
            TABLES.setRelease(above, index, table);
        }
        return table;
    }
}
