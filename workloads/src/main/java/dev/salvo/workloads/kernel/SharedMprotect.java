package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.Pte;

/**
 * What may be done with a mapping of shared memory changes, or its entries go: mm/mprotect.c and {@code MADV_DONTNEED}
 * of mm/madvise.c. Called on the task's core.
 */
final class SharedMprotect {
    private final ArchTlb arch;
    private final Rmap rmap;
    private final Folios folios;

    SharedMprotect(ArchTlb arch, Rmap rmap, Folios folios) {
        this.arch = arch;
        this.rmap = rmap;
        this.folios = folios;
    }

    /**
     * {@code mprotect}: when it returns every core knows. A VMA for each run of pages with one protection: those that
     * the change splits or merges are taken out of the memory's list of mappings and put back ({@code vma_prepare},
     * {@code i_mmap_rwsem}), and each that is changed is flushed by itself ({@code tlb_end_vma}: arm64 does not ask for
     * {@code MMU_GATHER_MERGE_VMAS}). Entries are flushed whether the change takes a right away or gives one
     * ({@code pte_needs_flush} is true unless an architecture says otherwise: arm64 does since Linux 6.19).
     */
    void mprotect(Core core, AddressSpace mm, AddressSpace.SharedMapping mapping, int first, int count,
                  Protection protection) {
        Step.SYSCALL.on(core, 1);
        mm.mmapLock().lock(core);
        try {
            int boundaries = mapping.boundaries();
            int end = first + count;
            int from = first;
            while (from < end) {
                Protection before = mapping.protection(from);
                int to = from;
                while (to < end && mapping.protection(to) == before) {
                    to++;
                }
                if (before != protection) {
                    changeProtection(core, mm, mapping, from, to, protection);
                }
                from = to;
            }
            splitOrMerge(core, mapping.memory(), Math.abs(mapping.boundaries() - boundaries));
        } finally {
            mm.mmapLock().unlock(core);
        }
    }

    private static void splitOrMerge(Core core, SharedMemory memory, int vmas) {
        if (vmas == 0) {
            return;
        }
        memory.iMmapLock().lock(core);
        try {
            Step.VMA.on(core, vmas);
        } finally {
            memory.iMmapLock().unlock(core);
        }
    }

    private void changeProtection(Core core, AddressSpace mm, AddressSpace.SharedMapping mapping, int from, int to,
                                  Protection protection) {
        MmuGather tlb = MmuGather.tlbGatherMmu(arch, folios, mm);
        mm.pageTableLock().lock(core);
        try {
            rmap.flushTlbBatchedPending(core, mm);
            for (int index = from; index < to; index++) {
                mapping.protect(index, protection);
                core.serve();
                long page = mapping.firstPage() + index;
                if (Pte.isValid(core.loadPte(mm.pageTable(), page))) {
                    long pte = core.swapPte(mm.pageTable(), page, 0); // ptep_modify_prot_start, and _commit
                    core.storePte(mm.pageTable(), page,
                        protection.allowsStores() ? Pte.madeWritable(pte) : Pte.wrprotected(pte));
                    tlb.tlbFlushPte(page);
                }
            }
            Step.CHANGE_PTE.on(core, to - from);
        } finally {
            mm.pageTableLock().unlock(core);
        }
        tlb.tlbFinishMmu(core);
    }

    /** {@code zap_page_range_single}: takes the entries of some pages away, which stay in the memory. */
    void madviseDontneed(Core core, AddressSpace mm, AddressSpace.SharedMapping mapping, int first, int count) {
        Step.SYSCALL.on(core, 1);
        mm.mmapLock().lock(core);
        try {
            MmuGather tlb = MmuGather.tlbGatherMmu(arch, folios, mm);
            mm.pageTableLock().lock(core);
            try {
                rmap.flushTlbBatchedPending(core, mm);
                for (int index = first; index < first + count; index++) {
                    core.serve();
                    long page = mapping.firstPage() + index;
                    long pte = core.swapPte(mm.pageTable(), page, 0);
                    if (Pte.isValid(pte)) {
                        tlb.tlbFlushPte(page);
                        tlb.tlbRemoveRmap(mapping.memory().folio(index));
                    }
                }
                Step.ZAP_PTE.on(core, count);
            } finally {
                mm.pageTableLock().unlock(core);
            }
            tlb.tlbFinishMmu(core);
        } finally {
            mm.mmapLock().unlock(core);
        }
    }
}
