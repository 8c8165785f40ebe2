package dev.salvo.engine.memory;

/**
 * A page-table entry of the last level, packed into a {@code long} as the Arm architecture lays out a page descriptor
 * with hardware management of the accessed flag and dirty state (FEAT_HAFDBS).
 *
 * <pre>
 *  55     51   50..40      39..12        10  7         0
 *  dirty  DBM  generation  frame number  AF  read only valid
 * </pre>
 *
 * A writable page is {@link #DBM}. While it is also {@link #READ_ONLY} it is clean; the first store through it clears
 * that bit in the table, atomically, and thereby makes the entry dirty. Bit 55 is software's: a dirty entry that was
 * made read-only keeps its dirtiness there. Bit 58 is software's, too: {@link #PROT_NONE}. An entry without {@link #VALID}
 * is a fault; 0 is "none".
 *
 * <p><b>Generation.</b> Bits 50..40, which no frame number reaches, are the machine's own, for its check: the low bits of the
 * frame's allocation generation when a core stored the entry ({@link #stamped}). Software that changes an entry's rights or
 * copies it takes them along. So a table that leads to a frame which was freed, or given to somebody else, is seen by the
 * walk. What is missed is a frame that has been allocated a multiple of 1,024 times meanwhile.
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

    /** Software's: an entry without {@link #VALID} that maps its page all the same, for nobody: {@code PTE_PROT_NONE}. */
    public static final long PROT_NONE = 1L << 58;

    /** The largest frame number: 28 bits, as many as {@link PhysicalMemory} can have. */
    public static final long MAX_FRAME = (1L << 28) - 1;

    private static final int FRAME_SHIFT = 12;
    private static final int GENERATION_SHIFT = 40;
    private static final long GENERATION_MASK = (1L << 11) - 1;

    /** Where an entry keeps the low bits of its frame's generation; 0 there: none, since that of a live frame is odd. */
    public static final long GENERATION = GENERATION_MASK << GENERATION_SHIFT;

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
     * The entry with its frame's generation, as a core's store leaves it.
     *
     * @param pte        a valid entry without one
     * @param generation the frame's generation
     * @return the same, with the low bits of that
     */
    public static long stamped(long pte, long generation) {
        return pte | (generation & GENERATION_MASK) << GENERATION_SHIFT;
    }

    /**
     * The generation that the frame had when the entry was stored. If nothing was noted then, it is taken for one of a live
     * frame.
     *
     * @param pte   a valid entry
     * @param found the frame's generation now
     * @return {@code found} if the entry leads to what it was stored for; otherwise an older one
     */
    public static long generation(long pte, long found) {
        long noted = pte >>> GENERATION_SHIFT & GENERATION_MASK;
        return noted == 0 ? found - 1 | 1 : found - (found - noted & GENERATION_MASK);
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
     * The kernel's {@code pte_present}: whether the entry maps a page, be it for nobody ({@link #PROT_NONE}).
     *
     * @param pte an entry
     * @return true for every valid entry
     */
    public static boolean isPresent(long pte) {
        return (pte & (VALID | PROT_NONE)) != 0;
    }

    /**
     * Whether the entry was used since it was last made old: {@code pte_young}.
     *
     * @param pte an entry
     * @return the accessed flag
     */
    public static boolean isYoung(long pte) {
        return (pte & ACCESSED) != 0;
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
