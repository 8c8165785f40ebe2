package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.Pte;
import dev.salvo.workloads.kernel.Linux.Rule;

/** Which entries {@code mprotect} flushes when it has changed them, and how: what differs there by version. */
final class ChangedPtes {
    private final ArchTlb arch;
    private final boolean asksWhetherNeeded;
    private final boolean gathers;

    ChangedPtes(ArchTlb arch, Linux linux) {
        this.arch = arch;
        asksWhetherNeeded = linux.has(Rule.PTE_NEEDS_FLUSH);
        gathers = linux.has(Rule.MPROTECT_GATHERS);
    }

    /**
     * {@code pte_needs_flush}, which is true where the architecture has none of its own.
     *
     * @param old       the entry as it was
     * @param pte       as it is now
     * @param execution whether the right to execute is given or taken away, of which entries here have no bit
     */
    boolean needFlush(long old, long pte, boolean execution) {
        long softwares = Pte.SOFTWARE_DIRTY | Pte.PROT_NONE | Pte.GENERATION;
        return !asksWhetherNeeded || Pte.isValid(old) && (((old ^ pte) & ~softwares) != 0 || execution);
    }

    /** Flushes what has gathered; a version without gather here, the whole of the pages if any entry was changed. */
    void flushOne(Core core, AddressSpace mm, MmuGather tlb, long first, int count) {
        if (!gathers && tlb.takeGathered()) {
            arch.flushTlbRangeAllLevels(core, mm, first, count);
        }
        tlb.tlbFinishMmu(core);
    }
}
