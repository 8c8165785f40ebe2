package dev.salvo.results;

/**
 * A function of the emulated kernel, or an instruction of the emulated core, that a stack can be in: the rows of a
 * {@link FrameTable}, about in the order in which they are called.
 */
public enum KernelFrame {
    /** One operation of the senders' program: everything else is under it. */
    PROGRAM("Sender.operation", ""),
    /** A page fault. */
    HANDLE_PAGE_FAULT("Kernel.handlePageFault", "handle_mm_fault"),
    /** The fault of a shared page. */
    SHMEM_FAULT("Kernel.shmemFault", "shmem_fault"),
    /** Swapping in. */
    SWAP_READ_FOLIO("Folios.swapReadFolio", "swap_read_folio"),
    /** Refilling a page that repeats one word. */
    MEMSET64("Zram.memset64", "memset64"),
    /** A list of pages to reclaim. */
    SHRINK_FOLIO_LIST("Vmscan.shrinkFolioList", "shrink_folio_list"),
    /** Taking a page out of every page table. */
    TRY_TO_UNMAP("Rmap.tryToUnmap", "try_to_unmap"),
    /** And out of one. */
    TRY_TO_UNMAP_ONE("Rmap.tryToUnmapOne", "try_to_unmap_one"),
    /** The synchronous flush. */
    PTEP_CLEAR_FLUSH("ptepClearFlush", "ptep_clear_flush"),
    /** The deferred one. */
    SET_TLB_UBC_FLUSH_PENDING("Rmap.setTlbUbcFlushPending", "set_tlb_ubc_flush_pending"),
    /** Its TLBI. */
    ARCH_TLBBATCH_ADD_PENDING("archTlbbatchAddPending", "arch_tlbbatch_add_pending"),
    /** Its wait before a dirty page is written out. */
    TRY_TO_UNMAP_FLUSH_DIRTY("Rmap.tryToUnmapFlushDirty", "try_to_unmap_flush_dirty"),
    /** Its wait before pages are freed. */
    TRY_TO_UNMAP_FLUSH("Rmap.tryToUnmapFlush", "try_to_unmap_flush"),
    /** The DSB of it. */
    ARCH_TLBBATCH_FLUSH("archTlbbatchFlush", "arch_tlbbatch_flush"),
    /** Before entries change of which deferred flushes may be pending. */
    FLUSH_TLB_BATCHED_PENDING("Rmap.flushTlbBatchedPending", "flush_tlb_batched_pending"),
    /** Unmapping a range of entries. */
    ZAP_PTE_RANGE("Mmap.zapPteRange", "zap_pte_range"),
    /** Changing a range of entries. */
    CHANGE_PROTECTION("changeProtection", "change_protection"),
    /** The end of a gathered flush. */
    TLB_FINISH_MMU("MmuGather.tlbFinishMmu", "tlb_finish_mmu"),
    /** One page's flush. */
    FLUSH_TLB_PAGE("flushTlbPage", "flush_tlb_page"),
    /** A range's. */
    FLUSH_TLB_RANGE("flushTlbRange", "flush_tlb_range"),
    /** A whole address space's. */
    FLUSH_TLB_MM("flushTlbMm", "flush_tlb_mm"),
    /** The barrier before a TLBI. */
    DSB_ISHST("Core.dsbIshst", "dsb(ishst)"),
    /** Sending an invalidation. */
    TLBI("Core.tlbi", "tlbi"),
    /** Waiting for all cores. */
    DSB("Core.dsb", "dsb(ish)"),
    /** Writing a page to compressed RAM. */
    ZRAM_WRITE("Zram.zramWrite", "__zram_bvec_write"),
    /** Giving frames back. */
    FREE_UNREF_FOLIOS("Vmscan.freeUnrefFolios", "free_unref_folios"),
    /** Taking a lock, a folio's or a page table's, with the wait for it. */
    SPIN_LOCK("SpinLock.lock", ""),
    /** Letting it go. */
    SPIN_UNLOCK("SpinLock.unlock", "");

    private final String frame;
    private final String symbol;

    KernelFrame(String frame, String symbol) {
        this.frame = frame;
        this.symbol = symbol;
    }

    /**
     * How stacks spell it.
     *
     * @return a class and a method; a method alone where several classes have it
     */
    public String frame() {
        return frame;
    }

    /**
     * How the kernel, or the architecture, spells it.
     *
     * @return a symbol, inlined there or not, or an instruction; empty if it has no one counterpart
     */
    public String symbol() {
        return symbol;
    }

    /** Whether a frame of a stack is this. */
    boolean is(String found) {
        return frame.indexOf('.') >= 0 ? found.equals(frame) : found.endsWith('.' + frame);
    }

    /** Which of these a frame of a stack is; null if it is none. */
    static KernelFrame of(String found) {
        for (KernelFrame each : values()) {
            if (each.is(found)) {
                return each;
            }
        }
        return null;
    }
}
