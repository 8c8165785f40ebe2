package dev.salvo.workloads.kernel;

/** What may be done with pages: {@code PROT_READ} and {@code PROT_WRITE}, as {@code mprotect} is told. */
public enum Protection {
    /** {@code PROT_READ}. */
    READ,
    /** {@code PROT_WRITE}: on arm64 such a page can be read as well, but its VMA is another than with both. */
    WRITE,
    /** {@code PROT_READ | PROT_WRITE}. */
    READ_WRITE;

    boolean allowsStores() {
        return this != READ;
    }
}
