package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.Pte;
import dev.salvo.workloads.kernel.Linux.Rule;

/**
 * Advice that walks the tables: {@code MADV_COLD}, {@code MADV_PAGEOUT} and {@code MADV_FREE} of mm/madvise.c. Called on the
 * task's core, for private and shared memory alike.
 *
 * <p>Each table, before anything in it is looked at, pays for what a deferred unmap has left behind
 * ({@link Rmap#flushTlbBatchedPending}).
 */
final class Madvise {
    private final ArchTlb arch;
    private final Rmap rmap;
    private final Folios folios;
    private final Vmscan vmscan;
    private final boolean pageoutLeavesYoung;

    Madvise(ArchTlb arch, Rmap rmap, Folios folios, Vmscan vmscan, Linux linux) {
        this.arch = arch;
        this.rmap = rmap;
        this.folios = folios;
        this.vmscan = vmscan;
        pageoutLeavesYoung = linux.has(Rule.PAGEOUT_LEAVES_YOUNG);
    }

    /** {@code MADV_COLD}: makes entries old. */
    void cold(Task task, AddressSpace mm, long first, int count) {
        coldOrPageout(task, mm, first, count, false);
    }

    /**
     * {@code MADV_PAGEOUT}: pages out, table by table, what only this address space maps. Entries that are made old before are
     * flushed when all is done.
     *
     * @return how many pages were paged out
     */
    int pageout(Task task, AddressSpace mm, long first, int count) {
        return coldOrPageout(task, mm, first, count, true);
    }

    private int coldOrPageout(Task task, AddressSpace mm, long first, int count, boolean pageout) {
        Core core = task.core();
        Step.SYSCALL.on(core, 1);
        MmuGather tlb = MmuGather.tlbGatherMmu(arch, folios, mm);
        Folio[] isolated = pageout ? new Folio[PageTable.ENTRIES] : null;
        int reclaimed = 0;
        long from = first;
        while (from < first + count) {
            long to = Math.min(first + count, (from | PageTable.ENTRIES - 1) + 1);
            int found = coldOrPageoutPteRange(core, mm, from, to, tlb, isolated);
            if (found > 0) {
                reclaimed += vmscan.shrinkFolioList(task, isolated, 0, found);
            }
            for (int i = 0; i < found; i++) { // after the flush: this may be the last hold
                isolated[i].putbackLru();
                folios.put(core, isolated[i]);
            }
            from = to;
        }
        tlb.tlbFinishMmu(core);
        return reclaimed;
    }

    /**
     * {@code madvise_cold_or_pageout_pte_range}, of one table.
     *
     * @param isolated where folios to be paged out go; null if none is
     * @return how many went there
     */
    private int coldOrPageoutPteRange(Core core, AddressSpace mm, long from, long to, MmuGather tlb, Folio[] isolated) {
        int found = 0;
        mm.mmapLock().lock(core);
        mm.pageTableLock().lock(core);
        try {
            rmap.flushTlbBatchedPending(core, mm);
            for (long page = from; page < to; page++) {
                core.serve(); // hardware would not be late to answer
                long pte = core.loadPte(mm.pageTable(), page);
                Folio folio = mm.folio(page);
                if (!Pte.isPresent(pte) || folio == null || folio.mapCount() != 1) { // the zero page is nobody's
                    continue;
                }
                if (Pte.isYoung(pte) && (isolated == null || !pageoutLeavesYoung)) {
                    change(core, mm, page, ~Pte.ACCESSED);
                    tlb.tlbFlushPte(page);
                }
                if (isolated != null && folio.isolateLru()) {
                    isolated[found++] = folio;
                }
            }
        } finally {
            mm.pageTableLock().unlock(core);
            mm.mmapLock().unlock(core);
        }
        return found;
    }

    /** Takes an entry away, lest a walk make it dirty meanwhile, and puts it back with these bits of it. */
    private static void change(Core core, AddressSpace mm, long page, long kept) {
        long pte = core.swapPte(mm.pageTable(), page, 0);
        core.storePte(mm.pageTable(), page, pte & kept);
    }

    /** {@code MADV_FREE}: private pages may be thrown away from now on, unless they are written again. */
    void free(Core core, AddressSpace mm, long first, int count) {
        Step.SYSCALL.on(core, 1);
        MmuGather tlb = MmuGather.tlbGatherMmu(arch, folios, mm);
        mm.mmapLock().lock(core);
        try {
            Vma vma = mm.vma();
            vma.index(first, count);
            for (long page = first; page < first + count; page++) {
                Folio folio = vma.folios[vma.index(page)];
                if (folio != null && folio.lock.tryLock(core)) {
                    try {
                        freePte(core, mm, page, folio, tlb);
                    } finally {
                        folio.lock.unlock(core);
                    }
                }
            }
        } finally {
            mm.mmapLock().unlock(core);
        }
        tlb.tlbFinishMmu(core);
    }

    /** {@code madvise_free_pte_range}, of one locked folio; not of one that others map, too. */
    private void freePte(Core core, AddressSpace mm, long page, Folio folio, MmuGather tlb) {
        mm.pageTableLock().lock(core);
        try {
            rmap.flushTlbBatchedPending(core, mm);
            core.serve();
            long pte = core.loadPte(mm.pageTable(), page);
            if (!Pte.isPresent(pte) || folio.mapCount() != 1 || folio.references() != 1) {
                return;
            }
            if (Pte.isYoung(pte) || Pte.isDirty(pte)) {
                long old = core.swapPte(mm.pageTable(), page, 0);
                core.storePte(mm.pageTable(), page, (old | Pte.READ_ONLY) & ~(Pte.ACCESSED | Pte.SOFTWARE_DIRTY));
                tlb.tlbFlushPte(page);
            }
            folio.lazyFree = true;
        } finally {
            mm.pageTableLock().unlock(core);
        }
    }
}
