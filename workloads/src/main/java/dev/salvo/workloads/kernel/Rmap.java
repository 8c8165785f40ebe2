package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.Pte;

/**
 * Reverse mapping, from a page to the entries that lead to it, and the flushes that follow from taking those away:
 * mm/rmap.c. Called on the task's core.
 */
public class Rmap {
    private final ArchTlb arch;
    private final Deferral deferral;

    Rmap(TlbFlush flush) {
        arch = flush.arch();
        deferral = flush.deferral();
    }

    /**
     * {@code try_to_unmap}: takes a page out of every page table that maps it. The folio is locked.
     *
     * @param task       who reclaims
     * @param folio      the page, resident
     * @param batchFlush {@code TTU_BATCH_FLUSH}: whether the caller will flush later, before the frame is used again
     */
    void tryToUnmap(Task task, Folio folio, boolean batchFlush) {
        Memory memory = folio.memory;
        memory.lockMappings(task.core());
        try {
            for (int place = 0; place < memory.mappings() && folio.mapCount() > 0; place++) {
                AddressSpace mm = memory.space(place);
                mm.pageTableLock().lock(task.core());
                try {
                    tryToUnmapOne(task, folio, mm, memory.firstPage(place) + folio.index, batchFlush);
                } finally {
                    mm.pageTableLock().unlock(task.core());
                }
            }
        } finally {
            memory.unlockMappings(task.core());
        }
    }

    private void tryToUnmapOne(Task task, Folio folio, AddressSpace mm, long page, boolean batchFlush) {
        long mapped = task.core().loadPte(mm.pageTable(), page);
        if (!Pte.isPresent(mapped) || Pte.frame(mapped) != folio.frame) {
            return; // page_vma_mapped_walk: this address space does not map it just now
        }
        Step.UNMAP.on(task.core(), 1);
        long pte;
        if (shouldDeferFlush(task, mm, batchFlush)) {
            pte = task.core().swapPte(mm.pageTable(), page, 0); // ptep_get_and_clear
            setTlbUbcFlushPending(task, mm, pte, page);
        } else {
            pte = arch.ptepClearFlush(task, mm, page);
        }
        if (Pte.isDirty(pte)) {
            folio.dirty = true;
            folio.lazyFree = false;
        }
        folio.removeMapping();
    }

    /** {@code should_defer_flush}. */
    private boolean shouldDeferFlush(Task task, AddressSpace mm, boolean batchFlush) {
        return batchFlush && deferral.archTlbbatchShouldDefer(task.core(), mm);
    }

    /** {@code set_tlb_ubc_flush_pending}: begins the flush, and notes for task and mm that nobody has waited for it. */
    private void setTlbUbcFlushPending(Task task, AddressSpace mm, long pte, long page) {
        if (!ArchTlb.pteAccessible(mm, pte)) {
            return;
        }
        arch.archTlbbatchAddPending(task, mm, page);
        UnmapBatch tlbUbc = task.unmapBatch();
        tlbUbc.flushRequired = true;
        int batch;
        int bumped;
        do {
            batch = mm.tlbFlushBatched();
            boolean large = (batch & AddressSpace.PENDING_MASK) > AddressSpace.PENDING_LARGE;
            bumped = large ? 1 : batch + 1; // starting over leaves flushed at 0: pending must not catch up with it
        } while (!mm.compareAndSetTlbFlushBatched(batch, bumped));
        if (Pte.isDirty(pte)) {
            tlbUbc.writable = true;
        }
    }

    /**
     * {@code try_to_unmap_flush}: waits for the task's deferred flushes. Before any of their frames is freed.
     *
     * @param task who deferred them
     */
    void tryToUnmapFlush(Task task) {
        UnmapBatch tlbUbc = task.unmapBatch();
        if (!tlbUbc.flushRequired) {
            return;
        }
        arch.archTlbbatchFlush(task);
        tlbUbc.flushRequired = false;
        tlbUbc.writable = false;
    }

    /**
     * {@code try_to_unmap_flush_dirty}: the same if one of the entries was dirty, for then a core may still be writing.
     * Before any of their pages is written out.
     *
     * @param task who deferred them
     */
    void tryToUnmapFlushDirty(Task task) {
        if (task.unmapBatch().writable) {
            tryToUnmapFlush(task);
        }
    }

    /**
     * {@code flush_tlb_batched_pending}: makes sure, for one who is about to change entries of an address space, that
     * no TLB holds one that a deferred unmap has already taken away. The caller holds the page-table lock.
     *
     * <p>It flushes the whole mm: a {@code dsb} alone would complete the TLBIs of this core, and those were sent by
     * others.
     *
     * @param core the core whose thread calls
     * @param mm   the address space
     */
    public void flushTlbBatchedPending(Core core, AddressSpace mm) {
        int batch = mm.tlbFlushBatched();
        int pending = batch & AddressSpace.PENDING_MASK;
        int flushed = batch >>> AddressSpace.FLUSHED_SHIFT;
        if (pending != flushed) {
            archFlushTlbBatchedPending(core, mm);
            // If pending has moved on meanwhile, what moved it has not been flushed: leave it.
            mm.compareAndSetTlbFlushBatched(batch, pending | pending << AddressSpace.FLUSHED_SHIFT);
        }
    }

    /** {@code arch_flush_tlb_batched_pending}. */
    void archFlushTlbBatchedPending(Core core, AddressSpace mm) {
        arch.flushTlbMm(core, mm);
    }
}
