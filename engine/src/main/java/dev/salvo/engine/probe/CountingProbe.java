package dev.salvo.engine.probe;

import dev.salvo.engine.tlb.Tlbi;

/**
 * Counts what a core issues by kind of operation, as a plugin of an emulator counts instructions by opcode. A probe, so that a
 * machine that nobody counts on issues as fast as before.
 */
public final class CountingProbe extends Probe {
    private final long[] byKind = new long[Tlbi.IC_IVAU + 1];

    private CountingProbe() {
    }

    /**
     * Makes one.
     *
     * @return as what it is for others, so that a JVM that verifies those has no need to load this class
     */
    public static Probe create() {
        return new CountingProbe();
    }

    @Override
    public long beforeTlbi(long operation) {
        byKind[Tlbi.kind(operation)]++;
        return 0;
    }

    @Override
    public TlbiCounts tlbiCounts() {
        return new TlbiCounts(byKind[Tlbi.VAE1IS], byKind[Tlbi.VALE1IS], byKind[Tlbi.ASIDE1IS],
            byKind[Tlbi.RVAE1IS] + byKind[Tlbi.RVALE1IS], byKind[Tlbi.VMALLE1IS], byKind[Tlbi.IC_IVAU]);
    }
}
