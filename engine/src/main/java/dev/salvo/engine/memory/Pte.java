package dev.salvo.engine.memory;

/**
 * A page-table entry of the last level, packed into a {@code long} as the Arm architecture lays out a page descriptor
 * with hardware management of the accessed flag and dirty state (FEAT_HAFDBS).
 *
 * <pre>
 *  55     51   47..12          10  7         0
 *  dirty  DBM  frame number    AF  read only valid
 * </pre>
 *
 * A writable page is {@link #DBM}. While it is also {@link #READ_ONLY} it is clean; the first store through it clears
 * that bit in the table, atomically, and thereby makes the entry dirty. Bit 55 is software's: a dirty entry that was
 * made read-only keeps its dirtiness there. An entry without {@link #VALID} is a fault; 0 is "none".
 */
public final class Pte {
    /** The entry translates. */
    public static final long VALID = 1L;
    /** AP[2]: a store faults, or, with {@link #DBM}, makes the entry dirty. */
    public static final long READ_ONLY = 1L << 7;
    /** The accessed flag. */
    public static final long ACCESSED = 1L << 10;
    /** Dirty bit modifier: the page may be written. */
    public static final long DBM = 1L << 51;
    /** Software's dirty bit. */
    public static final long SOFTWARE_DIRTY = 1L << 55;

    /** The largest frame number: 36 bits. */
    public static final long MAX_FRAME = (1L << 36) - 1;

    private static final int FRAME_SHIFT = 12;

    private Pte() {
    }

    /**
     * A valid, accessed entry that may be read only.
     *
     * @param frame frame number
     * @return the entry
     */
    public static long readOnly(int frame) {
        return (long) frame << FRAME_SHIFT | ACCESSED | READ_ONLY | VALID;
    }

    /**
     * A valid, accessed, clean entry that may be written.
     *
     * @param frame frame number
     * @return the entry
     */
    public static long writableClean(int frame) {
        return (long) frame << FRAME_SHIFT | DBM | ACCESSED | READ_ONLY | VALID;
    }

    /**
     * A valid, accessed entry that has been written.
     *
     * @param frame frame number
     * @return the entry
     */
    public static long writableDirty(int frame) {
        return (long) frame << FRAME_SHIFT | DBM | ACCESSED | VALID;
    }

    /**
     * The frame an entry leads to.
     *
     * @param pte a valid entry
     * @return frame number
     */
    public static int frame(long pte) {
        return (int) (pte >>> FRAME_SHIFT & MAX_FRAME);
    }

    /**
     * Whether the entry translates; also the kernel's {@code pte_accessible}: whether a TLB may hold it.
     *
     * @param pte an entry
     * @return false for a fault
     */
    public static boolean isValid(long pte) {
        return (pte & VALID) != 0;
    }

    /**
     * Whether a store through the entry needs nothing more: it is writable and already dirty.
     *
     * @param pte an entry
     * @return false if a store must go to the table first
     */
    public static boolean takesStores(long pte) {
        return (pte & (VALID | READ_ONLY)) == VALID;
    }

    /**
     * Whether the page may be written.
     *
     * @param pte an entry
     * @return false if a store faults
     */
    public static boolean isWritable(long pte) {
        return (pte & (VALID | DBM)) == (VALID | DBM);
    }

    /**
     * The kernel's {@code pte_dirty}: whether a store has gone through the entry.
     *
     * @param pte an entry
     * @return true for hardware's or software's dirtiness
     */
    public static boolean isDirty(long pte) {
        return (pte & SOFTWARE_DIRTY) != 0 || (pte & (DBM | READ_ONLY)) == DBM;
    }

    /**
     * The kernel's {@code pte_wrprotect}: the entry without the right to write. That it was dirty stays known.
     *
     * @param pte a valid entry
     * @return the same, read-only
     */
    public static long wrprotected(long pte) {
        return (isDirty(pte) ? pte | SOFTWARE_DIRTY : pte) & ~DBM | READ_ONLY;
    }

    /**
     * The entry with the right to write: {@code pte_mkwrite}, which leaves a page known as dirty dirty in hardware's way.
     *
     * @param pte a valid entry
     * @return the entry, writable
     */
    public static long madeWritable(long pte) {
        return isDirty(pte) ? (pte | DBM) & ~(READ_ONLY | SOFTWARE_DIRTY) : pte | DBM;
    }

    /**
     * The entry after a store has gone through it.
     *
     * @param pte a writable entry
     * @return the same, dirty
     */
    public static long dirtied(long pte) {
        return pte & ~READ_ONLY;
    }
}
