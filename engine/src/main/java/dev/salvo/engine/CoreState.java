package dev.salvo.engine;

/** What a core writes as it runs: its own, and read by others only to report it. */
abstract class CoreState extends CorePortPadding {
    /** Sequence of the last TLBI issued and not yet waited for, or -1. */
    long pending = -1;

    long tlbis;
    long dsbIsh;
    long dsbIshst;
    long served;
    long accesses;
    long staleUses;
    long yields;
    long wakeUps;
    StaleUse firstStaleUse;
}
