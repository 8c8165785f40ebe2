package dev.salvo.point;

/** How unmapping makes the TLBs forget. */
public enum Strategy {
    /** One invalidation and one wait for each page. */
    SYNC,
    /** One invalidation for each page, one wait for each batch. */
    BATCHED,
    /** The same, but none to other cores where the address space has run on no other. */
    LOCAL
}
