package dev.salvo.engine.ordering;

import dev.salvo.engine.Core;
import dev.salvo.engine.Machine;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;

/** Parts small enough to be made anew for every one of the millions of times that two threads meet. */
final class Small {
    /** Operations that an interconnect has room for: the least there may be, so that it wraps around at once. */
    static final int CAPACITY = 2;

    /**
     * A core of a machine that was never started: its barriers are the shipping ones, with nothing to wait for. What is
     * left of {@code dsb(ish)} then is its full fence. One thread at a time uses it.
     */
    static final Core CORE = new Machine(MachineSpec.of(2)).core(0);

    private static final TlbGeometry EIGHT_ENTRIES = new TlbGeometry(8, 8, 8, 8);

    private Small() {
    }

    static Tlb tlb() {
        return new Tlb(EIGHT_ENTRIES);
    }
}
