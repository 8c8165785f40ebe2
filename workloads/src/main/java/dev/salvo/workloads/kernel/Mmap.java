package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.Pte;
import java.util.Arrays;

/** Memory is mapped and unmapped: mm/mmap.c, with {@code zap_pte_range} of mm/memory.c. Called on the task's core. */
final class Mmap {
    private final ArchTlb arch;
    private final Rmap rmap;
    private final Folios folios;
    private final Linux linux;

    Mmap(ArchTlb arch, Rmap rmap, Folios folios, Linux linux) {
        this.arch = arch;
        this.rmap = rmap;
        this.folios = folios;
        this.linux = linux;
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
            MmuGather tlb = zapped(core, vma, from, count);
            Arrays.fill(vma.protection, from, from + count, Vma.UNMAPPED);
            unmapRegion(core, mm, first, count, tlb);
        } finally {
            mm.mmapLock().unlock(core);
        }
    }

    /** {@code mmap} of shared memory again, where it has been unmapped. */
    void mmap(Core core, AddressSpace mm, AddressSpace.SharedMapping mapping, int from, int count) {
        Step.SYSCALL.on(core, 1);
        mm.mmapLock().lock(core);
        try {
            for (int index = from; index < from + count; index++) {
                if (mapping.protection(index) == null) {
                    mapping.protect(index, Protection.READ_WRITE);
                }
            }
        } finally {
            mm.mmapLock().unlock(core);
        }
    }

    /** {@code munmap} of shared memory, whose pages stay, as those of a file do that is still open. */
    void munmap(Core core, AddressSpace mm, AddressSpace.SharedMapping mapping, int from, int count) {
        Step.SYSCALL.on(core, 1);
        mm.mmapLock().lock(core);
        try {
            MmuGather tlb = zapped(core, mm, mapping, from, count, true);
            unmapRegion(core, mm, mapping.firstPage() + from, count, tlb);
        } finally {
            mm.mmapLock().unlock(core);
        }
    }

    /** The rest of {@code unmap_region}, when nothing is mapped there any more. */
    private void unmapRegion(Core core, AddressSpace mm, long first, int count, MmuGather tlb) {
        if (!linux.isMixed()) {
            tlb.tlbFlushMmuTlbonly(core); // tlb_end_vma
            freePgtables(core, mm, first, count, tlb);
        }
        tlb.tlbFinishMmu(core);
    }

    /** {@code free_pgtables}: takes away each last-level table that lies wholly between the neighbours. */
    void freePgtables(Core core, AddressSpace mm, long first, int count, MmuGather tlb) {
        long floor = mm.mappedBefore(first);
        long ceiling = mm.mappedFrom(first + count);
        mm.pageTableLock().lock(core);
        try {
            core.releaseStores(); // entries, before their table is looked for, and taken away
            for (long table = first & -PageTable.ENTRIES; table < first + count; table += PageTable.ENTRIES) {
                if (table > floor && table + PageTable.ENTRIES <= ceiling && mm.pageTable().hasTable(table)) {
                    mm.pageTable().removeTable(table);
                    tlb.pteFreeTlb(table);
                }
            }
        } finally {
            mm.pageTableLock().unlock(core);
        }
    }

    /** {@code MADV_DONTNEED} of private memory: its pages are let go, and hold zeros when they are touched again. */
    void madviseDontneed(Core core, AddressSpace mm, long first, int count) {
        Step.SYSCALL.on(core, 1);
        mm.mmapLock().lock(core);
        try {
            Vma vma = mm.vma();
            int from = vma.index(first, count);
            zapped(core, vma, from, count).tlbFinishMmu(core);
        } finally {
            mm.mmapLock().unlock(core);
        }
    }

    /** {@code MADV_DONTNEED} of shared memory: takes the entries of some pages away, which stay in the memory. */
    void madviseDontneed(Core core, AddressSpace mm, AddressSpace.SharedMapping mapping, int first, int count) {
        Step.SYSCALL.on(core, 1);
        mm.mmapLock().lock(core);
        try {
            zapped(core, mm, mapping, first, count, false).tlbFinishMmu(core);
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
            if (!linux.isMixed()) {
                arch.flushTlbMm(core, mm); // fullmm, with freed tables
            }
            tlb.tlbFinishMmu(core);
        } finally {
            mm.mmapLock().unlock(core);
        }
    }

    /** What has been taken away of private memory, to be flushed. */
    private MmuGather zapped(Core core, Vma vma, int from, int count) {
        MmuGather tlb = MmuGather.tlbGatherMmu(arch, folios, vma.mm);
        vma.mm.pageTableLock().lock(core);
        try {
            rmap.flushTlbBatchedPending(core, vma.mm);
            zapPteRange(core, vma, from, count, tlb);
        } finally {
            vma.mm.pageTableLock().unlock(core);
        }
        return tlb;
    }

    /** The same of shared memory; unmapped under the same lock, which is all that its faults take. */
    private MmuGather zapped(Core core, AddressSpace mm, AddressSpace.SharedMapping mapping, int from, int count,
                             boolean unmapped) {
        MmuGather tlb = MmuGather.tlbGatherMmu(arch, folios, mm);
        mm.pageTableLock().lock(core);
        try {
            rmap.flushTlbBatchedPending(core, mm);
            zapSharedPteRange(core, mm, mapping, from, count, tlb);
            for (int index = from; unmapped && index < from + count; index++) {
                mapping.protect(index, null);
            }
        } finally {
            mm.pageTableLock().unlock(core);
        }
        return tlb;
    }

    private void zapPteRange(Core core, Vma vma, int from, int count, MmuGather tlb) {
        int zapped = 0;
        for (int index = from; index < from + count; index++) {
            core.serve(); // hardware would not be late to answer
            long page = vma.firstPage + index;
            Folio folio = vma.folios[index];
            if (folio == null) {
                if (!linux.isMixed() && Pte.isPresent(core.loadPte(vma.mm.pageTable(), page))) { // the zero page
                    core.swapPte(vma.mm.pageTable(), page, 0);
                    tlb.tlbFlushPte(page);
                    zapped++;
                }
                continue;
            }
            vma.folios[index] = null;
            boolean mapped = Pte.isPresent(core.swapPte(vma.mm.pageTable(), page, 0));
            if (mapped) {
                tlb.tlbFlushPte(page);
                zapped++;
            }
            tlb.tlbRemovePage(folio, mapped);
        }
        Step.ZAP_PTE.on(core, zapped);
    }

    /**
     * {@code zap_pte_range} of shared memory. A dirty entry is flushed before its table's lock is let go, lest the page be
     * cleaned while a core still writes ({@code force_flush}): table by table. Its page is dirty from now on: reclaim, which
     * waits until it is mapped no more and so comes after this, would find no entry to tell it.
     */
    private void zapSharedPteRange(Core core, AddressSpace mm, AddressSpace.SharedMapping mapping, int first, int count,
                                   MmuGather tlb) {
        boolean forceFlush = false;
        for (int index = first; index < first + count; index++) {
            core.serve();
            long page = mapping.firstPage() + index;
            long pte = core.swapPte(mm.pageTable(), page, 0);
            if (Pte.isPresent(pte)) {
                Folio folio = mapping.memory().folio(index);
                tlb.tlbFlushPte(page);
                tlb.tlbRemoveRmap(folio);
                if (Pte.isDirty(pte)) {
                    folio.dirty = true; // folio_mark_dirty
                    forceFlush = true;
                }
            }
            boolean lastOfTable = (page + 1) % PageTable.ENTRIES == 0 || index == first + count - 1;
            if (lastOfTable && forceFlush && !linux.isMixed()) {
                tlb.tlbFlushMmuTlbonly(core);
                forceFlush = false;
            }
        }
        Step.ZAP_PTE.on(core, count);
    }
}
