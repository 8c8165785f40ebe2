package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.tlb.Tlbi;

/**
 * How unmapping makes the TLBs forget: what a kernel leaves to the architecture.
 *
 * <p>The primitives here are arm64's (arch/arm64/include/asm/tlbflush.h); a strategy chooses whether flushes are
 * deferred, and may do the primitives another way. Called on the task's core. Stateless: one may serve many machines.
 */
public abstract class FlushStrategy {
    /** {@code MAX_DVM_OPS}: a range of as many pages as one page table has is flushed as a whole address space. */
    static final long MAX_DVM_OPS = PageTable.ENTRIES;

    /** For strategies. */
    protected FlushStrategy() {
    }

    /**
     * {@code arch_tlbbatch_should_defer}: whether the flush of an entry of an address space may be waited for later,
     * together with others.
     *
     * @param task who unmaps
     * @param mm   the address space
     * @return whether to defer
     */
    public abstract boolean archTlbbatchShouldDefer(Task task, AddressSpace mm);

    /**
     * {@code ptep_clear_flush}: takes a page-table entry away and makes every TLB forget it before it returns. Called
     * under the page-table lock.
     *
     * @param task who unmaps
     * @param mm   the address space
     * @param page virtual page number
     * @return the entry
     */
    public long ptepClearFlush(Task task, AddressSpace mm, long page) {
        long pte = task.core().swapPte(mm.pageTable(), page, 0);
        if (Rmap.pteAccessible(pte)) {
            flushTlbPage(task.core(), mm, page);
        }
        return pte;
    }

    /**
     * {@code flush_tlb_page}: {@code dsb(ishst)}, {@code tlbi vale1is}, {@code dsb(ish)}.
     *
     * @param core the core that flushes
     * @param mm   the address space
     * @param page virtual page number
     */
    public void flushTlbPage(Core core, AddressSpace mm, long page) {
        core.dsbIshst();
        core.tlbi(Tlbi.vale1is(mm.asid(), page));
        core.dsb();
    }

    /**
     * {@code flush_tlb_mm}: {@code dsb(ishst)}, {@code tlbi aside1is}, {@code dsb(ish)}.
     *
     * @param core the core that flushes
     * @param mm   the address space
     */
    public void flushTlbMm(Core core, AddressSpace mm) {
        core.dsbIshst();
        core.tlbi(Tlbi.aside1is(mm.asid()));
        core.dsb();
    }

    /**
     * {@code flush_tlb_range}, without range instructions: {@code dsb(ishst)}, one {@code tlbi vale1is} per page,
     * {@code dsb(ish)}; the whole mm for {@value #MAX_DVM_OPS} pages or more ({@code __flush_tlb_range_limit_excess}).
     *
     * @param core  the core that flushes
     * @param mm    the address space
     * @param first first virtual page number
     * @param pages how many pages
     */
    public void flushTlbRange(Core core, AddressSpace mm, long first, long pages) {
        if (pages >= MAX_DVM_OPS) {
            flushTlbMm(core, mm);
            return;
        }
        core.dsbIshst();
        for (long page = first; page < first + pages; page++) {
            core.tlbi(Tlbi.vale1is(mm.asid(), page));
        }
        core.dsb();
    }

    /**
     * {@code arch_tlbbatch_add_pending}: sends the TLBI of a deferred flush: {@code dsb(ishst)}, {@code tlbi vale1is}.
     *
     * @param task who unmaps
     * @param mm   the address space
     * @param page virtual page number
     */
    public void archTlbbatchAddPending(Task task, AddressSpace mm, long page) {
        task.core().dsbIshst();
        task.core().tlbi(Tlbi.vale1is(mm.asid(), page));
    }

    /**
     * {@code arch_tlbbatch_flush}: waits for all that has been sent: {@code dsb(ish)}.
     *
     * @param task who unmapped
     */
    public void archTlbbatchFlush(Task task) {
        task.core().dsb();
    }
}
