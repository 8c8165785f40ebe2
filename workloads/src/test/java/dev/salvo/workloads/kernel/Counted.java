package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.salvo.engine.CoreCounts;

/** The counts that Linux could be asked for, side by side: what an operation costs, exactly. */
record Counted(long tlbis, long localTlbis, long dsbIsh, long dsbIshst) {
    static final Counted NOTHING = new Counted(0, 0, 0, 0);

    static Counted of(CoreCounts counts) {
        return new Counted(counts.tlbis(), counts.localTlbis(), counts.dsbIsh(), counts.dsbIshst());
    }

    /** One barrier before, so many broadcasts, one barrier behind. */
    static Counted broadcast(long tlbis) {
        return new Counted(tlbis, 0, 1, 1);
    }

    static void assertCosts(Counted expected, SmallMachine machine, Runnable operation) {
        assertEquals(expected, of(machine.counted(operation)));
    }
}
