package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.Pte;

/**
 * What may be done with a mapping of shared memory changes: mm/mprotect.c. Called on the task's core.
 */
final class SharedMprotect {
    private final ArchTlb arch;
    private final Rmap rmap;
    private final Folios folios;
    private final ChangedPtes ptes;

    SharedMprotect(ArchTlb arch, Rmap rmap, Folios folios, ChangedPtes ptes) {
        this.arch = arch;
        this.ptes = ptes;
        this.rmap = rmap;
        this.folios = folios;
    }

    /**
     * {@code mprotect}: when it returns every core knows. A VMA for each run of pages with one protection: those that
     * the change splits or merges are taken out of the memory's list of mappings and put back ({@code vma_prepare},
     * {@code i_mmap_rwsem}), and each that is changed is flushed by itself ({@code tlb_end_vma}: arm64 does not ask for
     * {@code MMU_GATHER_MERGE_VMAS}). Entries are flushed whether the change takes a right away or gives one,
     * unless {@link Linux.Rule#PTE_NEEDS_FLUSH} says otherwise.
     */
    void mprotect(Core core, AddressSpace mm, AddressSpace.SharedMapping mapping, int first, int count,
                  Protection protection) {
        Step.SYSCALL.on(core, 1);
        mm.mmapLock().lock(core);
        try {
            int boundaries = mapping.boundaries();
            int end = first + count;
            for (int index = first; index < end; index++) {
                if (mapping.protection(index) == null) {
                    throw new IllegalArgumentException("mprotect of page 0x" + Long.toHexString(mapping.firstPage() + index)
                        + ", which is not mapped"); // ENOMEM
                }
            }
            int from = first;
            while (from < end) {
                Protection before = mapping.protection(from);
                int to = from;
                while (to < end && mapping.protection(to) == before) {
                    to++;
                }
                if (before != protection) {
                    changeProtection(core, mm, mapping, from, to, before, protection);
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
                                  Protection before, Protection protection) {
        boolean execution = before == Protection.READ_EXEC != (protection == Protection.READ_EXEC);
        MmuGather tlb = MmuGather.tlbGatherMmu(arch, folios, mm);
        mm.pageTableLock().lock(core);
        try {
            rmap.flushTlbBatchedPending(core, mm);
            for (int index = from; index < to; index++) {
                mapping.protect(index, protection);
                core.serve();
                long page = mapping.firstPage() + index;
                if (Pte.isPresent(core.loadPte(mm.pageTable(), page))) {
                    long old = core.swapPte(mm.pageTable(), page, 0); // ptep_modify_prot_start, and _commit
                    long pte = Mprotect.pteModify(old, protection, true);
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
        ptes.flushOne(core, mm, tlb, mapping.firstPage() + from, to - from);
    }
}
