package dev.salvo.engine.probe;

/**
 * What a core has issued, by kind of operation: what an instruction-level count of a kernel tells apart.
 *
 * @param tlbiVa     {@code VAE1IS}: by address, every level of the walk
 * @param tlbiVaLast {@code VALE1IS}: by address, last level only
 * @param tlbiAsid   {@code ASIDE1IS}
 * @param tlbiRange  {@code RVAE1IS} and {@code RVALE1IS}
 * @param tlbiAll    {@code VMALLE1IS}
 * @param icIvau     {@code IC IVAU}
 */
public record TlbiCounts(long tlbiVa, long tlbiVaLast, long tlbiAsid, long tlbiRange, long tlbiAll, long icIvau) {
    /** Nothing yet. */
    public static final TlbiCounts NONE = new TlbiCounts(0, 0, 0, 0, 0, 0);

    /**
     * What has been issued since another count was taken.
     *
     * @param earlier the earlier count of the same core
     * @return the difference
     */
    public TlbiCounts minus(TlbiCounts earlier) {
        return new TlbiCounts(tlbiVa - earlier.tlbiVa, tlbiVaLast - earlier.tlbiVaLast, tlbiAsid - earlier.tlbiAsid,
            tlbiRange - earlier.tlbiRange, tlbiAll - earlier.tlbiAll, icIvau - earlier.icIvau);
    }
}
