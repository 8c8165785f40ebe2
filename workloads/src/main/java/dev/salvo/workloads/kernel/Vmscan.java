package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;

/** Reclaim: mm/vmscan.c, in its exact order of unmapping, flushing, writing out and freeing. Called on the task's core. */
public final class Vmscan {
    private final Rmap rmap;
    private final Zram zram;
    private final PageAllocator allocator;

    Vmscan(Rmap rmap, Zram zram, PageAllocator allocator) {
        this.rmap = rmap;
        this.zram = zram;
        this.allocator = allocator;
    }

    /**
     * {@code reclaim_pages}, as {@code MADV_PAGEOUT} calls it: pages out a list. A page that somebody else holds locked,
     * or that is not resident, is passed over.
     *
     * @param task   who reclaims
     * @param memory the memory that the pages belong to
     * @param first  the first page
     * @param count  how many
     * @return how many were paged out
     */
    public int reclaimPages(Task task, SharedMemory memory, int first, int count) {
        int reclaimed = shrinkFolioList(task, memory, first, count);
        // The end of the list is flushed and freed like a full batch of it.
        freeFolios(task);
        return reclaimed;
    }

    private int shrinkFolioList(Task task, SharedMemory memory, int first, int count) {
        Core core = task.core();
        int reclaimed = 0;
        for (int index = first; index < first + count; index++) {
            core.serve(); // hardware would not be late to answer
            Folio folio = memory.folio(index);
            if (!folio.lock.tryLock(core)) {
                continue;
            }
            try {
                if (folio.frame != Folio.NO_FRAME && reclaim(task, folio)) {
                    reclaimed++;
                    task.addReclaimed();
                }
            } finally {
                folio.lock.unlock();
            }
            if (task.freeCount == task.freeFrames.length) {
                freeFolios(task);
            }
        }
        return reclaimed;
    }

    private boolean reclaim(Task task, Folio folio) {
        if (folio.mapCount > 0) {
            rmap.tryToUnmap(task, folio, true);
            if (folio.mapCount > 0) {
                return false;
            }
        }
        if (folio.dirty) {
            // The page is dirty. A core that still holds a dirty entry for it may yet write to it: flush before the page
            // is written out.
            rmap.tryToUnmapFlushDirty(task);
            pageout(task, folio);
        }
        // Out of the mapping; the frame is free only after the flush.
        task.freeFrames[task.freeCount++] = folio.frame;
        folio.frame = Folio.NO_FRAME;
        return true;
    }

    private void pageout(Task task, Folio folio) {
        zram.zramWrite(task.core(), folio.slot(), folio.frame);
        folio.swapped = true;
        folio.dirty = false;
    }

    /** {@code try_to_unmap_flush}, then {@code free_unref_folios}: no frame is free while a TLB may lead to it. */
    private void freeFolios(Task task) {
        rmap.tryToUnmapFlush(task);
        for (int i = 0; i < task.freeCount; i++) {
            allocator.free(task.core(), task.freeFrames[i]);
        }
        task.freeCount = 0;
    }
}
