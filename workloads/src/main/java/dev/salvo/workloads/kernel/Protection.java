package dev.salvo.workloads.kernel;

/** What may be done with pages: {@code PROT_READ} and its like, as {@code mprotect} is told. */
public enum Protection {
    /** {@code PROT_READ}. */
    READ,
    /** {@code PROT_WRITE}: on arm64 such a page can be read as well, but its VMA is another than with both. */
    WRITE,
    /** {@code PROT_READ | PROT_WRITE}. */
    READ_WRITE,
    /** {@code PROT_NONE}: mapped for nobody, as a reserved area is. */
    NONE,
    /** {@code PROT_READ | PROT_EXEC}: code. Entries here do not say who may execute; that it changed is known all the same. */
    READ_EXEC;

    boolean allowsStores() {
        return this == WRITE || this == READ_WRITE;
    }
}
