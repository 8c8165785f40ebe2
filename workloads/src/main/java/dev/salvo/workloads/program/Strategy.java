package dev.salvo.workloads.program;

/**
 * The flushes that an experiment compares: when they are waited for, and whether everybody is told. What is done for it
 * depends on the architecture: {@link Mechanism} has the table.
 */
public enum Strategy {
    /** Every page's flush is waited for at once: arm64 before Linux 6.6. */
    SYNC,
    /** Flushes are begun while unmapping and waited for together: arm64 since Linux 6.6. */
    BATCHED,
    /** Who is alone tells nobody; else batched. */
    LOCAL
}
