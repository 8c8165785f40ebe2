package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.Pte;
import java.util.Arrays;

/** What may be done with private memory changes: mm/mprotect.c. Called on the task's core. */
final class Mprotect {
    private final ArchTlb arch;
    private final Rmap rmap;
    private final Folios folios;

    Mprotect(ArchTlb arch, Rmap rmap, Folios folios) {
        this.arch = arch;
        this.rmap = rmap;
        this.folios = folios;
    }

    /**
     * {@code mprotect}: when it returns every core knows of a right that was taken away. A right that was given a core
     * learns by its next fault.
     */
    void mprotect(Core core, AddressSpace mm, long first, int count, boolean writable) {
        Step.SYSCALL.on(core, 1);
        mm.mmapLock().lock(core);
        try {
            Vma vma = mm.vma();
            int from = vma.index(first, count);
            for (int index = from; index < from + count; index++) {
                if (vma.protection[index] == Vma.UNMAPPED) {
                    throw new IllegalArgumentException("mprotect of page 0x" + Long.toHexString(vma.firstPage + index)
                        + ", which is not mapped"); // ENOMEM
                }
            }
            Arrays.fill(vma.protection, from, from + count, writable ? Vma.READ_WRITE : Vma.READ);
            if (!writable) {
                changeProtection(core, mm, first, count);
            }
        } finally {
            mm.mmapLock().unlock(core);
        }
    }

    private void changeProtection(Core core, AddressSpace mm, long first, int count) {
        MmuGather tlb = MmuGather.tlbGatherMmu(arch, folios, mm);
        mm.pageTableLock().lock(core);
        try {
            // An entry that reclaim has taken away is not here to be found, but may still be in a TLB, writable.
            rmap.flushTlbBatchedPending(core, mm);
            for (long page = first; page < first + count; page++) {
                core.serve();
                if (wrprotect(core, mm, page)) {
                    tlb.tlbFlushPte(page);
                }
            }
            Step.CHANGE_PTE.on(core, count);
        } finally {
            mm.pageTableLock().unlock(core);
        }
        tlb.tlbFinishMmu(core);
    }

    /**
     * Takes the right to write out of an entry, if it has it: {@code ptep_modify_prot_start} and {@code _commit}, which
     * is to take the entry away, lest a walk make it dirty meanwhile, and to put it back. The caller holds the
     * page-table lock.
     *
     * @return whether a TLB may now hold an entry that allows more than the table does
     */
    static boolean wrprotect(Core core, AddressSpace mm, long page) {
        if (!Pte.isWritable(core.loadPte(mm.pageTable(), page))) {
            return false;
        }
        long pte = core.swapPte(mm.pageTable(), page, 0);
        core.storePte(mm.pageTable(), page, Pte.wrprotected(pte));
        return true;
    }
}
