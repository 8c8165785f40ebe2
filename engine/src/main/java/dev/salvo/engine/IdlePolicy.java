package dev.salvo.engine;

/** What a core does with its CPU while it has nothing to do. It goes on serving its port in every case. */
public enum IdlePolicy {
    /** {@link #SPIN} if every core has a CPU of its own, else {@link #YIELD}. */
    AUTO,
    /** Keeps looking at its port. */
    SPIN,
    /** Looks at its port, gives up its CPU, looks again: once per turn of the run queue. */
    YIELD,
    /**
     * Looks for a while, then sleeps; whoever waits for it wakes it up, and it then serves its port itself, inside the
     * time that is measured.
     */
    PARK
}
