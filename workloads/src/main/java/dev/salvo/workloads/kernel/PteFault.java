package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.Pte;
import dev.salvo.workloads.kernel.Linux.Rule;

/** A fault on an entry that is there and lacks something: the end of {@code handle_pte_fault}. Called on the faulting core. */
final class PteFault {
    private final ArchTlb arch;
    private final boolean local;
    private final boolean mixed;

    PteFault(ArchTlb arch, Linux linux) {
        this.arch = arch;
        local = linux.has(Rule.LOCAL_WRITE_FAULT);
        mixed = linux.isMixed();
    }

    /**
     * {@code ptep_set_access_flags}: makes an entry young, and dirty for a store, where hardware does not; makes it writable, if
     * the caller has found that it may be. After a store a TLB must not go on holding the old one, or this core would fault for
     * ever. The caller holds the page-table lock.
     *
     * @param pte   the valid entry that is there
     * @param store whether the access is a store, which the page allows
     */
    void ptepSetAccessFlags(Core core, AddressSpace mm, long page, long pte, boolean store) {
        long wanted = pte | Pte.ACCESSED | (store ? Pte.DBM : 0);
        if (store) {
            wanted = Pte.dirtied(wanted) & ~Pte.SOFTWARE_DIRTY;
        }
        if (wanted == pte) {
            return;
        }
        long was = core.swapPte(mm.pageTable(), page, wanted);
        if (Pte.isDirty(was) && !Pte.isDirty(wanted)) {
            core.swapPte(mm.pageTable(), page, Pte.dirtied(wanted)); // a walk has made it dirty in between
        }
        if (store && !mixed) {
            if (local) {
                arch.localFlushTlbPage(core, mm, page);
            } else {
                arch.flushTlbPage(core, mm, page);
            }
        }
    }
}
