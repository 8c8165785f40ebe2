package dev.salvo.engine;

/** What a core writes as it runs: its own, and read by others only to report it. */
abstract class CoreState extends CorePortPadding {
    /** Sequence of the last TLBI issued and not yet waited for, or -1. */
    long pending = -1;
    /** Sequence of the last TLBI issued, or -1. */
    long issued = -1;

    long tlbis;
    long localTlbis;
    long dsbIsh;
    long dsbIshst;
    long served;
    long accesses;
    long staleUses;
    long yields;
    long wakeUps;
    StaleUse firstStaleUse;

    /**
     * Whom it waits for, or -1: written when a wait turns to another core, read by whoever has to say why nothing
     * moves.
     */
    int waitsFor = -1;
}
