package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.Pte;
import java.util.Arrays;

/** Private memory comes and goes: mm/mmap.c, with {@code zap_pte_range} of mm/memory.c. Called on the task's core. */
final class Mmap {
    private final ArchTlb arch;
    private final Rmap rmap;
    private final Folios folios;

    Mmap(ArchTlb arch, Rmap rmap, Folios folios) {
        this.arch = arch;
        this.rmap = rmap;
        this.folios = folios;
    }

    /** {@code mmap}: pages that are not mapped can be written and read again, and hold zeros. */
    void mmap(Core core, AddressSpace mm, long first, int count) {
        Step.SYSCALL.on(core, 1);
        mm.mmapLock().lock(core);
        try {
            Vma vma = mm.vma();
            int from = vma.index(first, count);
            for (int index = from; index < from + count; index++) {
                if (vma.protection[index] == Vma.UNMAPPED) {
                    vma.protection[index] = Vma.READ_WRITE;
                }
            }
        } finally {
            mm.mmapLock().unlock(core);
        }
    }

    /** {@code munmap}: when it returns no core reaches these pages any more, and only then are their frames free. */
    void munmap(Core core, AddressSpace mm, long first, int count) {
        Step.SYSCALL.on(core, 1);
        mm.mmapLock().lock(core);
        try {
            Vma vma = mm.vma();
            int from = vma.index(first, count);
            MmuGather tlb = MmuGather.tlbGatherMmu(arch, folios, mm);
            mm.pageTableLock().lock(core);
            try {
                rmap.flushTlbBatchedPending(core, mm);
                zapPteRange(core, vma, from, count, tlb);
            } finally {
                mm.pageTableLock().unlock(core);
            }
            Arrays.fill(vma.protection, from, from + count, Vma.UNMAPPED);
            tlb.tlbFinishMmu(core);
        } finally {
            mm.mmapLock().unlock(core);
        }
    }

    /**
     * {@code exit_mmap}: the last of an address space, which no core runs or will run. Its frames are free at once:
     * what TLBs hold of it is tagged with an identifier that nobody uses before {@link AsidAllocator} has had all TLBs
     * emptied.
     */
    void exitMmap(Core core, AddressSpace mm) {
        mm.mmapLock().lock(core);
        try {
            Vma vma = mm.vma();
            MmuGather tlb = MmuGather.tlbGatherMmuFullmm(arch, folios, mm);
            mm.pageTableLock().lock(core);
            try {
                zapPteRange(core, vma, 0, vma.folios.length, tlb);
            } finally {
                mm.pageTableLock().unlock(core);
            }
            vma.memory.remove(core, vma);
            tlb.tlbFinishMmu(core);
        } finally {
            mm.mmapLock().unlock(core);
        }
    }

    private void zapPteRange(Core core, Vma vma, int from, int count, MmuGather tlb) {
        int zapped = 0;
        for (int index = from; index < from + count; index++) {
            core.serve(); // hardware would not be late to answer
            Folio folio = vma.folios[index];
            if (folio == null) {
                continue;
            }
            vma.folios[index] = null;
            long page = vma.firstPage + index;
            boolean mapped = Pte.isValid(core.swapPte(vma.mm.pageTable(), page, 0));
            if (mapped) {
                tlb.tlbFlushPte(page);
                zapped++;
            }
            tlb.tlbRemovePage(folio, mapped);
        }
        Step.ZAP_PTE.on(core, zapped);
    }
}
