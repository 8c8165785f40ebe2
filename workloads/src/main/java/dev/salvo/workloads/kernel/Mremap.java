package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.Pte;

/** Private memory moves to other addresses: mm/mremap.c. Called on the task's core. */
final class Mremap {
    private final ArchTlb arch;
    private final Rmap rmap;
    private final Folios folios;
    private final Mmap mmap;

    Mremap(ArchTlb arch, Rmap rmap, Folios folios, Mmap mmap) {
        this.arch = arch;
        this.rmap = rmap;
        this.folios = folios;
        this.mmap = mmap;
    }

    /**
     * {@code mremap(MREMAP_MAYMOVE | MREMAP_FIXED)}, to where nothing is mapped.
     *
     * @throws IllegalArgumentException if something is mapped there, nothing where it comes from, or if a forked process shares
     *                                  the memory: its pages lie at one address in all of them
     */
    void mremap(Core core, AddressSpace mm, long first, int count, long target) {
        Step.SYSCALL.on(core, 1);
        mm.mmapLock().lock(core);
        try {
            Vma vma = mm.vma();
            int from = vma.index(first, count);
            int to = vma.index(target, count);
            requireMovable(core, vma, from, to, count);
            movePageTables(core, vma, from, to, count);
            for (int i = 0; i < count; i++) {
                vma.protection[to + i] = vma.protection[from + i];
                vma.protection[from + i] = Vma.UNMAPPED;
            }
            MmuGather tlb = MmuGather.tlbGatherMmu(arch, folios, mm);
            mmap.freePgtables(core, mm, first, count, tlb); // do_munmap of what is left
            tlb.tlbFinishMmu(core);
        } finally {
            mm.mmapLock().unlock(core);
        }
    }

    private static void requireMovable(Core core, Vma vma, int from, int to, int count) {
        for (int i = 0; i < count; i++) {
            if (vma.protection[from + i] == Vma.UNMAPPED || vma.protection[to + i] != Vma.UNMAPPED) {
                throw new IllegalArgumentException("mremap of page 0x" + Long.toHexString(vma.firstPage + from + i) + " to 0x"
                    + Long.toHexString(vma.firstPage + to + i) + ": accepted is one that is mapped, to where none is");
            }
        }
        vma.memory.lockMappings(core);
        int places = vma.memory.mappings();
        vma.memory.unlockMappings(core);
        if (places > 1) {
            throw new IllegalArgumentException("mremap of memory that " + places + " processes share: accepted is one's own");
        }
    }

    /** {@code move_page_tables}: a table at a time, of the old address and of the new one. */
    private void movePageTables(Core core, Vma vma, int from, int to, int count) {
        int done = 0;
        while (done < count) {
            long old = vma.firstPage + from + done;
            long target = vma.firstPage + to + done;
            int extent = (int) Math.min(count - done, Math.min(PageTable.ENTRIES - old % PageTable.ENTRIES,
                PageTable.ENTRIES - target % PageTable.ENTRIES));
            moveExtent(core, vma, from + done, to + done, extent);
            done += extent;
        }
    }

    /**
     * Folios stay locked until the flush is done: reclaim, which would flush the new address only, could otherwise free a frame
     * that TLBs still hold at the old one (a bug of Linux up to 4.19, eb66ae030829).
     */
    private void moveExtent(Core core, Vma vma, int from, int to, int extent) {
        AddressSpace mm = vma.mm;
        for (int i = 0; i < extent; i++) {
            if (vma.folios[from + i] != null) {
                vma.folios[from + i].lock.lock(core);
            }
        }
        mm.pageTableLock().lock(core);
        try {
            core.releaseStores(); // entries, before their table is looked for, and hung in where others walk
            if (extent == PageTable.ENTRIES && mm.pageTable().hasTable(vma.firstPage + from)
                && !mm.pageTable().hasTable(vma.firstPage + to)) {
                moveNormalPmd(core, vma, from, to);
            } else {
                movePtes(core, vma, from, to, extent);
            }
            for (int i = 0; i < extent; i++) {
                Folio folio = vma.folios[from + i];
                vma.folios[from + i] = null;
                vma.folios[to + i] = folio;
                if (folio != null) {
                    folio.index = to + i;
                }
            }
        } finally {
            mm.pageTableLock().unlock(core);
            for (int i = 0; i < extent; i++) {
                Folio folio = vma.folios[to + i] == null ? vma.folios[from + i] : vma.folios[to + i];
                if (folio != null) {
                    folio.lock.unlock(core);
                }
            }
        }
    }

    /** {@code move_normal_pmd}: hangs a whole table in elsewhere. */
    private void moveNormalPmd(Core core, Vma vma, int from, int to) {
        vma.mm.pageTable().moveTable(vma.firstPage + from, vma.firstPage + to);
        arch.flushTlbRangeAllLevels(core, vma.mm, vma.firstPage + from, PageTable.ENTRIES);
    }

    private void movePtes(Core core, Vma vma, int from, int to, int extent) {
        AddressSpace mm = vma.mm;
        rmap.flushTlbBatchedPending(core, mm);
        boolean forceFlush = false;
        for (int i = 0; i < extent; i++) {
            core.serve();
            long pte = core.swapPte(mm.pageTable(), vma.firstPage + from + i, 0);
            if (Pte.isPresent(pte)) {
                core.storePte(mm.pageTable(), vma.firstPage + to + i, pte);
                forceFlush = true;
            }
        }
        if (forceFlush) {
            arch.flushTlbRangeAllLevels(core, mm, vma.firstPage + from, extent);
        }
    }
}
