package dev.salvo.workloads.program;

/** What the cores do that are not senders. */
public enum Load {
    /** Nothing. */
    IDLE,
    /** They run a user program over memory of their own. */
    OWN,
    /** They run a user program over the senders' memory, as other threads of the same process. */
    SHARED
}
