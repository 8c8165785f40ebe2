package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;

/**
 * Reclaim: mm/vmscan.c, in its exact order of unmapping, flushing, writing out and freeing. Called on the task's core.
 *
 * <p>Nothing here calls {@link Rmap#flushTlbBatchedPending}, nor does Linux below {@code reclaim_pages}: unmapping flushes for
 * each valid entry that it takes away, and an entry that is gone already is the affair of the task that took it, which
 * flushes before it writes out or frees. madvise calls it while it walks the tables, before it isolates: {@link Madvise}. The
 * {@code reclaimPages} here are that of the mixture, without the walk.
 */
public class Vmscan {
    private final Rmap rmap;
    private final Zram zram;
    private final Folios folios;

    Vmscan(Rmap rmap, Zram zram, Folios folios) {
        this.rmap = rmap;
        this.zram = zram;
        this.folios = folios;
    }

    /**
     * {@code reclaim_pages}, as {@code MADV_PAGEOUT} calls it: pages out a list. A page that somebody else holds
     * locked, or that is not resident, is passed over.
     *
     * @param task   who reclaims
     * @param memory the memory that the pages belong to
     * @param first  the first page
     * @param count  how many
     * @return how many were paged out
     */
    public int reclaimPages(Task task, SharedMemory memory, int first, int count) {
        return shrinkFolioList(task, memory.folios(), first, count);
    }

    /**
     * {@code reclaim_pages}, of private memory. The pages are isolated first, which is to hold on to them: between that
     * and their unmapping their address space may change as it likes.
     *
     * @param task  who reclaims
     * @param mm    the address space
     * @param first the first page's number
     * @param count how many
     * @return how many were paged out
     */
    int reclaimPages(Task task, AddressSpace mm, long first, int count) {
        Core core = task.core();
        Folio[] isolated;
        int found = 0;
        mm.mmapLock().lock(core);
        try {
            Vma vma = mm.vma();
            int from = vma.index(first, count);
            isolated = new Folio[count];
            for (int index = from; index < from + count; index++) {
                Folio folio = vma.folios[index];
                if (folio != null && folio.isolateLru()) {
                    isolated[found++] = folio;
                }
            }
        } finally {
            mm.mmapLock().unlock(core);
        }
        int reclaimed = shrinkFolioList(task, isolated, 0, found);
        for (int i = 0; i < found; i++) { // after the flush: this may be the last hold
            isolated[i].putbackLru();
            folios.put(core, isolated[i]);
        }
        return reclaimed;
    }

    /** {@code shrink_folio_list}: unmaps, writes out and frees a list of isolated folios. */
    int shrinkFolioList(Task task, Folio[] list, int first, int count) {
        Core core = task.core();
        int reclaimed = 0;
        for (int index = first; index < first + count; index++) {
            core.serve(); // hardware would not be late to answer
            Folio folio = list[index];
            if (!folio.lock.tryLock(core)) {
                continue;
            }
            try {
                if (folio.frame != Folio.NO_FRAME && reclaim(task, folio)) {
                    reclaimed++;
                    task.addReclaimed();
                }
            } finally {
                folio.lock.unlock(core);
            }
            if (task.freeCount == task.freeFrames.length) {
                freeFolios(task);
            }
        }
        // The end of the list is flushed and freed like a full batch of it.
        freeFolios(task);
        return reclaimed;
    }

    private boolean reclaim(Task task, Folio folio) {
        if (folio.mapCount() > 0) {
            rmap.tryToUnmap(task, folio, true);
            if (folio.mapCount() > 0) {
                return false;
            }
        }
        if (folio.lazyFree) {
            folio.dirty = false; // nor does swap hold it: what is found there next is zeros
            folio.swapped = false;
            folio.lazyFree = false;
        }
        if (folio.dirty) {
            // The page is dirty. A core that still holds a dirty entry for it may yet write to it: flush before the
            // page is written out.
            rmap.tryToUnmapFlushDirty(task);
            pageout(task, folio);
        }
        // Out of the mapping; the frame is free only after the flush.
        task.freeFrames[task.freeCount++] = folio.frame;
        folio.frame = Folio.NO_FRAME;
        return true;
    }

    private void pageout(Task task, Folio folio) {
        zram.zramWrite(task.core(), folio.slot, folio.frame);
        Step.ZRAM_WRITE.on(task.core(), 1);
        folio.swapped = true;
        folio.dirty = false;
    }

    /** {@code try_to_unmap_flush}, then {@code free_unref_folios}: no frame is free while a TLB may lead to it. */
    void freeFolios(Task task) {
        rmap.tryToUnmapFlush(task);
        freeUnrefFolios(task);
    }

    final void freeUnrefFolios(Task task) {
        Step.FREE.on(task.core(), task.freeCount);
        for (int i = 0; i < task.freeCount; i++) {
            folios.freeFrame(task.core(), task.freeFrames[i]);
        }
        task.freeCount = 0;
    }
}
