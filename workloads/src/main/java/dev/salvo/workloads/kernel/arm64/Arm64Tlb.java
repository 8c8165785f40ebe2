package dev.salvo.workloads.kernel.arm64;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.ArchTlb;
import dev.salvo.workloads.kernel.Task;

/**
 * arm64's broadcast: a TLBI goes to every core, and a DSB waits for them all. A batch needs to remember nothing: its
 * TLBIs are on their way, and one DSB waits for them.
 */
public class Arm64Tlb extends ArchTlb {
    /** {@code MAX_DVM_OPS}: a range of as many pages as one page table has is flushed as a whole address space. */
    static final long MAX_DVM_OPS = PageTable.ENTRIES;

    /** Makes it. */
    public Arm64Tlb() {
    }

    /** {@code flush_tlb_page}: {@code dsb(ishst)}, {@code tlbi vale1is}, {@code dsb(ish)}. */
    @Override
    public void flushTlbPage(Core core, AddressSpace mm, long page) {
        core.dsbIshst();
        core.tlbi(Tlbi.vale1is(mm.asid(), page));
        core.dsb();
    }

    /** {@code flush_tlb_mm}: {@code dsb(ishst)}, {@code tlbi aside1is}, {@code dsb(ish)}. */
    @Override
    public void flushTlbMm(Core core, AddressSpace mm) {
        core.dsbIshst();
        core.tlbi(Tlbi.aside1is(mm.asid()));
        core.dsb();
    }

    /**
     * {@code flush_tlb_range}, without range instructions: {@code dsb(ishst)}, one {@code tlbi vale1is} per page,
     * {@code dsb(ish)}; the whole mm for {@value #MAX_DVM_OPS} pages or more ({@code __flush_tlb_range_limit_excess}).
     */
    @Override
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

    /** {@code arch_tlbbatch_add_pending}: {@code dsb(ishst)}, {@code tlbi vale1is}. */
    @Override
    public void archTlbbatchAddPending(Task task, AddressSpace mm, long page) {
        task.core().dsbIshst();
        task.core().tlbi(Tlbi.vale1is(mm.asid(), page));
    }

    /** {@code arch_tlbbatch_flush}: {@code dsb(ish)}. */
    @Override
    public void archTlbbatchFlush(Task task) {
        task.core().dsb();
    }
}
