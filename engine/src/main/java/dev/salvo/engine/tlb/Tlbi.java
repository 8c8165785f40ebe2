package dev.salvo.engine.tlb;

/**
 * One TLB invalidation, packed into a {@code long} and named as the Arm architecture names it.
 *
 * <pre>
 *  63  62 61..60 59..55 54..52 51..36 35..0
 *   0   0  scale   num   kind   ASID   virtual page number
 * </pre>
 *
 * One operation is no TLBI and travels with them: {@link #IC_IVAU}, of the instruction caches, which a DSB waits for just so.
 *
 * Bit 63 is always 0: it belongs to whoever carries the word. The IS of the names is
 * "inner shareable": broadcast to every core.
 */
public final class Tlbi {
    /** By address, every level of the walk: {@code TLBI VAE1IS}. */
    public static final int VAE1IS = 0;
    /** By address, last level only, which is what a kernel uses for one page: {@code TLBI VALE1IS}. */
    public static final int VALE1IS = 1;
    /** By range of addresses: {@code TLBI RVAE1IS} (FEAT_TLBIRANGE). */
    public static final int RVAE1IS = 2;
    /** By range of addresses, last level only: {@code TLBI RVALE1IS} (FEAT_TLBIRANGE). */
    public static final int RVALE1IS = 3;
    /** Everything of one address space: {@code TLBI ASIDE1IS}. */
    public static final int ASIDE1IS = 4;
    /** Everything: {@code TLBI VMALLE1IS}. */
    public static final int VMALLE1IS = 5;
    /** No TLBI, but a message like one: a line of the instruction caches, {@code IC IVAU}. A TLB ignores it. */
    public static final int IC_IVAU = 6;

    /** The largest address space identifier: 16 bits. */
    public static final int MAX_ASID = (1 << 16) - 1;

    private static final String[] NAMES = {"VAE1IS", "VALE1IS", "RVAE1IS", "RVALE1IS", "ASIDE1IS", "VMALLE1IS", "IC IVAU"};

    private static final int ASID_SHIFT = 36;
    private static final int KIND_SHIFT = 52;
    private static final int NUM_SHIFT = 55;
    private static final int SCALE_SHIFT = 60;
    private static final long PAGE_NUMBER_MASK = (1L << ASID_SHIFT) - 1;

    private Tlbi() {
    }

    /**
     * By address, last level only.
     *
     * @param asid       address space, 0..{@value #MAX_ASID}
     * @param pageNumber virtual page number, 36 bits
     * @return the operation
     */
    public static long vale1is(int asid, long pageNumber) {
        return pack(VALE1IS, asid, pageNumber);
    }

    /**
     * By address, all levels.
     *
     * @param asid       address space, 0..{@value #MAX_ASID}
     * @param pageNumber virtual page number, 36 bits
     * @return the operation
     */
    public static long vae1is(int asid, long pageNumber) {
        return pack(VAE1IS, asid, pageNumber);
    }

    /**
     * By range, last level only: {@code (num + 1) << (5 * scale + 1)} pages.
     *
     * @param asid       address space, 0..{@value #MAX_ASID}
     * @param pageNumber first virtual page number, 36 bits
     * @param scale      0..3
     * @param num        0..31
     * @return the operation
     */
    public static long rvale1is(int asid, long pageNumber, int scale, int num) {
        return pack(RVALE1IS, asid, pageNumber) | range(scale, num);
    }

    /**
     * By range, all levels: {@code (num + 1) << (5 * scale + 1)} pages.
     *
     * @param asid       address space, 0..{@value #MAX_ASID}
     * @param pageNumber first virtual page number, 36 bits
     * @param scale      0..3
     * @param num        0..31
     * @return the operation
     */
    public static long rvae1is(int asid, long pageNumber, int scale, int num) {
        return pack(RVAE1IS, asid, pageNumber) | range(scale, num);
    }

    /**
     * A whole address space.
     *
     * @param asid address space, 0..{@value #MAX_ASID}
     * @return the operation
     */
    public static long aside1is(int asid) {
        return pack(ASIDE1IS, asid, 0);
    }

    /**
     * Everything.
     *
     * @return the operation
     */
    public static long vmalle1is() {
        return pack(VMALLE1IS, 0, 0);
    }

    /**
     * A line of the instruction caches. Which line of the page is not said: nobody here holds lines.
     *
     * @param asid       address space, 0..{@value #MAX_ASID}
     * @param pageNumber virtual page number, 36 bits
     * @return the operation
     */
    public static long icIvau(int asid, long pageNumber) {
        return pack(IC_IVAU, asid, pageNumber);
    }

    /**
     * The same operation for another address space.
     *
     * @param tlbi an operation
     * @param asid address space, 0..{@value #MAX_ASID}
     * @return the operation
     */
    public static long ofAsid(long tlbi, int asid) {
        return tlbi & ~((long) MAX_ASID << ASID_SHIFT) | (long) asid << ASID_SHIFT;
    }

    /**
     * What kind of operation a word is.
     *
     * @param tlbi an operation
     * @return {@link #VAE1IS} and so on
     */
    public static int kind(long tlbi) {
        return (int) (tlbi >>> KIND_SHIFT) & 7;
    }

    /**
     * The address space of an operation.
     *
     * @param tlbi an operation
     * @return 0..{@value #MAX_ASID}
     */
    public static int asid(long tlbi) {
        return (int) (tlbi >>> ASID_SHIFT) & MAX_ASID;
    }

    /**
     * The first page of an operation.
     *
     * @param tlbi an operation
     * @return virtual page number
     */
    public static long pageNumber(long tlbi) {
        return tlbi & PAGE_NUMBER_MASK;
    }

    /**
     * How many pages a range operation covers.
     *
     * @param tlbi a range operation
     * @return {@code (num + 1) << (5 * scale + 1)}
     */
    public static long pages(long tlbi) {
        long num = tlbi >>> NUM_SHIFT & 31;
        int scale = (int) (tlbi >>> SCALE_SHIFT) & 3;
        return num + 1 << 5 * scale + 1;
    }

    /**
     * An operation as a person would write it.
     *
     * @param tlbi an operation
     * @return for instance {@code "VALE1IS asid=7 page=0x10042"}
     */
    public static String toString(long tlbi) {
        int kind = kind(tlbi);
        String name = kind < NAMES.length ? NAMES[kind] : "kind " + kind;
        return switch (kind) {
            case ASIDE1IS -> name + " asid=" + asid(tlbi);
            case VMALLE1IS -> name;
            case RVAE1IS, RVALE1IS -> name + " asid=" + asid(tlbi) + " page=0x"
                + Long.toHexString(pageNumber(tlbi)) + " pages=" + pages(tlbi);
            default -> name + " asid=" + asid(tlbi) + " page=0x" + Long.toHexString(pageNumber(tlbi));
        };
    }

    private static long pack(int kind, int asid, long pageNumber) {
        return (long) kind << KIND_SHIFT | (long) asid << ASID_SHIFT | pageNumber;
    }

    private static long range(int scale, int num) {
        return (long) scale << SCALE_SHIFT | (long) num << NUM_SHIFT;
    }
}
