package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.Pte;
import java.util.Arrays;

/** What may be done with private memory changes: mm/mprotect.c. Called on the task's core. */
final class Mprotect {
    private final ArchTlb arch;
    private final Rmap rmap;
    private final Folios folios;
    private final ChangedPtes ptes;
    private final Linux linux;

    Mprotect(ArchTlb arch, Rmap rmap, Folios folios, ChangedPtes ptes, Linux linux) {
        this.arch = arch;
        this.rmap = rmap;
        this.folios = folios;
        this.ptes = ptes;
        this.linux = linux;
    }

    /**
     * {@code mprotect}: when it returns every core knows of a right that was taken away. A right that was given a core
     * learns by its next fault on the mixture; on a version an entry of a dirty page that nobody shares is given it at once.
     */
    void mprotect(Core core, AddressSpace mm, long first, int count, Protection protection) {
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
            if (!linux.isMixed()) {
                changeRuns(core, vma, from, from + count, protection);
                return;
            }
            Arrays.fill(vma.protection, from, from + count, Vma.kept(protection));
            if (!protection.allowsStores()) {
                changeProtection(core, mm, first, count);
            }
        } finally {
            mm.mmapLock().unlock(core);
        }
    }

    /** A VMA for each run of pages with one protection, each of which is flushed by itself. */
    private void changeRuns(Core core, Vma vma, int first, int end, Protection protection) {
        int from = first;
        while (from < end) {
            byte before = vma.protection[from];
            int to = from;
            while (to < end && vma.protection[to] == before) {
                to++;
            }
            if (before != Vma.kept(protection)) {
                changePteRange(core, vma, from, to, before, protection);
                Arrays.fill(vma.protection, from, to, Vma.kept(protection));
            }
            from = to;
        }
    }

    /** {@code change_pte_range}. */
    private void changePteRange(Core core, Vma vma, int from, int to, byte before, Protection protection) {
        AddressSpace mm = vma.mm;
        boolean execution = before == Vma.READ_EXEC != (protection == Protection.READ_EXEC);
        MmuGather tlb = MmuGather.tlbGatherMmu(arch, folios, mm);
        mm.pageTableLock().lock(core);
        try {
            rmap.flushTlbBatchedPending(core, mm);
            for (int index = from; index < to; index++) {
                core.serve();
                long page = vma.firstPage + index;
                if (Pte.isPresent(core.loadPte(mm.pageTable(), page))) {
                    long old = core.swapPte(mm.pageTable(), page, 0); // ptep_modify_prot_start, and _commit
                    Folio folio = vma.folios[index]; // none: the zero page
                    boolean exclusive = folio != null && folio.references() == 1 && Pte.isDirty(old);
                    long pte = pteModify(old, protection, exclusive);
                    core.storePte(mm.pageTable(), page, pte);
                    if (ptes.needFlush(old, pte, execution)) {
                        tlb.tlbFlushPte(page);
                    }
                }
            }
            Step.CHANGE_PTE.on(core, to - from);
        } finally {
            mm.pageTableLock().unlock(core);
        }
        ptes.flushOne(core, mm, tlb, vma.firstPage + from, to - from);
    }

    /**
     * {@code pte_modify}, and {@code pte_mkwrite} where the page may be written without a fault.
     *
     * @param pte      a present entry
     * @param writable whether, if the protection allows stores, the entry may
     */
    static long pteModify(long pte, Protection protection, boolean writable) {
        if (protection == Protection.NONE) {
            return Pte.wrprotected(pte) & ~Pte.VALID | Pte.PROT_NONE;
        }
        long present = pte & ~Pte.PROT_NONE | Pte.VALID;
        return !protection.allowsStores() || !writable ? Pte.wrprotected(present) : Pte.madeWritable(present);
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
