package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.tlb.Tlbi;

/**
 * How an architecture makes TLBs forget: what mm/ leaves to arch/. Whether a flush is waited for at once or later,
 * together with others, is a {@link Deferral}; the two make a {@link TlbFlush}.
 *
 * <p>Called on the core that flushes. Stateless: what a flush that was deferred has to remember is in the task's
 * {@link UnmapBatch}. One may serve many machines.
 *
 * <p><b>Its calls are bound directly.</b> A measuring JVM makes one of these, and where the flush functions are timed a
 * {@link TimedFlush} around it: every place that calls meets one class. The others that a table of mechanisms names are
 * loaded, for its bytecode to be verified, but not linked, and HotSpot binds calls by the classes that are.
 */
public abstract class ArchTlb {
    /** For architectures. */
    protected ArchTlb() {
    }

    /**
     * What it needs of a machine beyond what every machine has: a handler of interrupts, for instance.
     *
     * @param spec the machine
     * @return the same, or a copy that has what it needs
     */
    public MachineSpec hardware(MachineSpec spec) {
        return spec;
    }

    /**
     * Whether it looks at mm_cpumask before it tells anybody, so that nobody else is told of the pages of an address space
     * that has run on one core only.
     *
     * @return false of a broadcast that every core is told by
     */
    public boolean asksMmCpumask() {
        return false;
    }

    /**
     * {@code pte_accessible}: whether a TLB may hold the entry, or what it was before. One that is mapped for nobody was valid a
     * moment ago as long as somebody's flush is pending. The caller holds the page-table lock.
     */
    static boolean pteAccessible(AddressSpace mm, long pte) {
        return Pte.isValid(pte) || Pte.isPresent(pte) && mm.tlbFlushPending();
    }

    /**
     * {@code ptep_clear_flush}: takes a page-table entry away and makes every TLB forget it before it returns. Called
     * under the page-table lock. This one is mm/pgtable-generic.c's; an architecture may have its own.
     *
     * @param task who unmaps
     * @param mm   the address space
     * @param page virtual page number
     * @return the entry
     */
    public long ptepClearFlush(Task task, AddressSpace mm, long page) {
        long pte = task.core().swapPte(mm.pageTable(), page, 0);
        if (pteAccessible(mm, pte)) {
            flushTlbPage(task.core(), mm, page);
        }
        return pte;
    }

    /**
     * {@code flush_tlb_page}: when it returns no TLB holds an entry of the page that was made before.
     *
     * @param core the core that flushes
     * @param mm   the address space
     * @param page virtual page number
     */
    public abstract void flushTlbPage(Core core, AddressSpace mm, long page);

    /**
     * {@code flush_tlb_mm}: the same for every page of an address space.
     *
     * @param core the core that flushes
     * @param mm   the address space
     */
    public abstract void flushTlbMm(Core core, AddressSpace mm);

    /**
     * {@code flush_tlb_range}: the same for some pages. May flush more.
     *
     * @param core  the core that flushes
     * @param mm    the address space
     * @param first first virtual page number
     * @param pages how many pages
     */
    public abstract void flushTlbRange(Core core, AddressSpace mm, long first, long pages);

    /**
     * {@code flush_tlb_range} of a caller that does not say what it changed: the same, and walk caches forget the tables above,
     * too.
     *
     * @param core  the core that flushes
     * @param mm    the address space
     * @param first first virtual page number
     * @param pages how many pages
     */
    public void flushTlbRangeAllLevels(Core core, AddressSpace mm, long first, long pages) {
        flushTlbRange(core, mm, first, pages);
    }

    /**
     * The flush of last-level tables that have been taken away: walk caches forget them.
     *
     * @param core   the core that flushes
     * @param mm     the address space
     * @param first  first page of the first table
     * @param tables of how many tables in a row
     */
    public void flushTlbTables(Core core, AddressSpace mm, long first, long tables) {
        flushTlbRangeAllLevels(core, mm, first, tables * PageTable.ENTRIES);
    }

    /**
     * {@code local_flush_tlb_page}: when it returns this core's TLB holds no entry of the page that was made before. For entries
     * that have gained a right and lead to the same frame: others may go on using the old one, and fault if they need more.
     *
     * @param core the core that flushes
     * @param mm   the address space
     * @param page virtual page number
     */
    public void localFlushTlbPage(Core core, AddressSpace mm, long page) {
        flushTlbPage(core, mm, page);
    }

    /**
     * How many address space identifiers there are.
     *
     * @return up to {@link Tlbi#MAX_ASID}
     */
    public int mostAsids() {
        return Tlbi.MAX_ASID;
    }

    /**
     * What a task has to remember between {@link #archTlbbatchAddPending} and {@link #archTlbbatchFlush}.
     *
     * @param cores how many cores the machine has
     * @return {@code struct tlbflush_unmap_batch}, with nothing deferred; an architecture that notes something of its
     *     own ({@code struct arch_tlbflush_unmap_batch}) returns a subclass, and finds it as {@link Task#unmapBatch}
     */
    public UnmapBatch newUnmapBatch(int cores) {
        return new UnmapBatch();
    }

    /**
     * {@code arch_tlbbatch_add_pending}: begins the flush of a page whose entry has been taken away, or notes that it
     * is to be done. Called under the page-table lock.
     *
     * @param task who unmaps
     * @param mm   the address space
     * @param page virtual page number
     */
    public abstract void archTlbbatchAddPending(Task task, AddressSpace mm, long page);

    /**
     * {@code arch_tlbbatch_flush}: when it returns no TLB holds an entry of any page that the task has added.
     *
     * @param task who unmapped
     */
    public abstract void archTlbbatchFlush(Task task);
}
