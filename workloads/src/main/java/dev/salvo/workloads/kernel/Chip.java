package dev.salvo.workloads.kernel;

/**
 * What a chip has, and a kernel turns on, that changes what is executed for a flush.
 *
 * @param kpti      kernel page-table isolation: each address space has two identifiers, and every TLBI is issued for both
 * @param tlbirange FEAT_TLBIRANGE: one operation for a range of pages
 * @param repeat    which of the errata that call for a second TLBI it has
 * @param hafdbs    FEAT_HAFDBS: walks set the accessed flag and dirty state
 */
public record Chip(boolean kpti, boolean tlbirange, Repeat repeat, boolean hafdbs) {
    /** Errata of a TLBI that is done too early. */
    public enum Repeat {
        /** None. */
        NONE,
        /** 1286807 and its like, known to all kernels here. */
        OLD,
        /** 4118414, known to kernels of 2026: Neoverse N1, N2, V1 and others. */
        NEW
    }
}
