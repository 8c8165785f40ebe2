package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.Pte;

/** A process becomes two, which share its memory until one of them writes: kernel/fork.c. Called on the task's core. */
final class Fork {
    private final ArchTlb arch;

    Fork(ArchTlb arch) {
        this.arch = arch;
    }

    /**
     * {@code dup_mmap}: gives a new address space, which nobody runs yet, what another has. When it returns no core
     * writes to a page that both have.
     */
    void dupMmap(Core core, AddressSpace parent, AddressSpace child) {
        parent.mmapLock().lock(core);
        try {
            Vma from = parent.vma();
            Vma to = new Vma(child, from.memory, from.firstPage, from.folios.length);
            child.vma(to);
            System.arraycopy(from.protection, 0, to.protection, 0, to.protection.length);
            from.memory.add(core, to); // before its first entry: reclaim must be able to find that
            copyPageRange(core, from, to);
            arch.flushTlbMm(core, parent);
        } finally {
            parent.mmapLock().unlock(core);
        }
    }

    private void copyPageRange(Core core, Vma from, Vma to) {
        to.mm.pageTableLock().lock(core);
        from.mm.pageTableLock().lock(core);
        try {
            for (int index = 0; index < from.folios.length; index++) {
                core.serve();
                Folio folio = from.folios[index];
                if (folio != null) {
                    folio.get();
                    to.folios[index] = folio;
                    copyPresentPte(core, from, to, folio, from.firstPage + index);
                }
            }
        } finally {
            from.mm.pageTableLock().unlock(core);
            to.mm.pageTableLock().unlock(core);
        }
    }

    private void copyPresentPte(Core core, Vma from, Vma to, Folio folio, long page) {
        Mprotect.wrprotect(core, from.mm, page);
        long pte = core.loadPte(from.mm.pageTable(), page);
        if (Pte.isValid(pte)) {
            folio.addMapping();
            // A copy is of the parent's entry, not a new one of the frame: were that freed, the child's would be as stale.
            core.storePte(to.mm.pageTable(), page, Pte.readOnly(Pte.frame(pte)) | pte & Pte.GENERATION);
        }
    }
}
