package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.tlb.Tlbi;

/**
 * The control of an experiment: whatever would tell other cores, or wait for them, is left out. The core that unmaps
 * forgets by itself, so that it goes on faulting its pages in.
 *
 * <p>On the other cores translations outlive their pages, which is harmless only with a {@link PageAllocator#retaining}
 * allocator, where a page always gets the same frame.
 */
public final class NoBroadcast extends ArchTlb {
    /** Makes it. */
    public NoBroadcast() {
    }

    @Override
    public void flushTlbPage(Core core, AddressSpace mm, long page) {
        core.tlbiLocal(Tlbi.vale1is(mm.asid(), page));
    }

    @Override
    public void flushTlbMm(Core core, AddressSpace mm) {
        core.tlbiLocal(Tlbi.aside1is(mm.asid()));
    }

    @Override
    public void flushTlbRange(Core core, AddressSpace mm, long first, long pages) {
        flushTlbMm(core, mm);
    }

    @Override
    public void archTlbbatchAddPending(Task task, AddressSpace mm, long page) {
        flushTlbPage(task.core(), mm, page);
    }

    @Override
    public void archTlbbatchFlush(Task task) {
        // left out
    }
}
