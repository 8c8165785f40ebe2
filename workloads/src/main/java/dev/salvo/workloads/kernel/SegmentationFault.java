package dev.salvo.workloads.kernel;

import dev.salvo.engine.memory.PageTable;

/**
 * {@code SIGSEGV}: an access that the address space does not allow. The core is none the worse for it: a program may
 * catch this, as a signal handler would, and go on. Without a stack trace, since torture makes many.
 */
public final class SegmentationFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** In which address space. */
    private final int asid;
    /** Where. */
    private final long va;
    /** Whether it is mapped, but not to be written. */
    private final boolean readOnly;

    private SegmentationFault(int asid, long va, boolean readOnly) {
        super(null, null, false, false);
        this.asid = asid;
        this.va = va;
        this.readOnly = readOnly;
    }

    /** An access where nothing is mapped. */
    static SegmentationFault notMapped(int asid, long va) {
        return new SegmentationFault(asid, va, false);
    }

    /** An access to what is mapped for nobody. */
    static SegmentationFault noAccess(int asid, long page) {
        return new SegmentationFault(asid, page << PageTable.PAGE_SHIFT, false);
    }

    /** A store to what may only be read. */
    static SegmentationFault readOnly(int asid, long page) {
        return new SegmentationFault(asid, page << PageTable.PAGE_SHIFT, true);
    }

    @Override
    public String getMessage() {
        String where = "0x" + Long.toHexString(va) + " of address space " + asid;
        return "segmentation fault: "
            + (readOnly ? "a store to " + where + ", which is mapped read-only" : "nothing is mapped at " + where);
    }
}
