package dev.salvo.engine.tlb;

/**
 * The shape of a core's data TLB.
 *
 * @param l1Entries first level: entries
 * @param l1Ways    first level: ways; equal to the entries when fully associative
 * @param l2Entries second level: entries
 * @param l2Ways    second level: ways
 */
public record TlbGeometry(int l1Entries, int l1Ways, int l2Entries, int l2Ways) {
    /** Neoverse N1: 48 entries fully associative, then 1280 in 5 ways. */
    public static final TlbGeometry NEOVERSE_N1 = new TlbGeometry(48, 48, 1280, 5);

    /** Cortex-A55: 16 entries fully associative, then 1024 in 4 ways. */
    public static final TlbGeometry CORTEX_A55 = new TlbGeometry(16, 16, 1024, 4);
}
