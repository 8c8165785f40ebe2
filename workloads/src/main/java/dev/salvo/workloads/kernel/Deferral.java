package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;

/** When the flush of an unmapped page is waited for: at once, or later, together with others. */
public enum Deferral {
    /** Every flush is waited for at once. */
    NEVER,

    /** Flushes are waited for together: what an architecture chooses that keeps no mm_cpumask. */
    ALWAYS,

    /**
     * Flushes are waited for together if the address space has run on another core; else there is nobody to wait for.
     * What an architecture chooses that keeps mm_cpumask.
     */
    IF_ELSEWHERE;

    /**
     * {@code arch_tlbbatch_should_defer}: whether the flush of an entry of an address space may be waited for later,
     * together with others. Comparisons instead of a method of each constant: no call that depends on the constant.
     *
     * @param core the core that unmaps
     * @param mm   the address space
     * @return whether to defer
     */
    public boolean archTlbbatchShouldDefer(Core core, AddressSpace mm) {
        return this != NEVER && (this == ALWAYS || mm.cpuMask().anyBut(core.id()));
    }
}
