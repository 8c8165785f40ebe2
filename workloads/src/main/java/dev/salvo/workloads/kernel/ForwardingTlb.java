package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.MachineSpec;

/**
 * Has another do what is asked: for those who watch a flush, or time it. {@code ptep_clear_flush} is the generic one,
 * which calls {@link #flushTlbPage} here, so that a page's flush is met wherever it comes from.
 */
public abstract class ForwardingTlb extends ArchTlb {
    /** The other. */
    protected final ArchTlb forwarded;

    /**
     * Forwards to another.
     *
     * @param forwarded the other
     */
    protected ForwardingTlb(ArchTlb forwarded) {
        this.forwarded = forwarded;
    }

    @Override
    public MachineSpec hardware(MachineSpec spec) {
        return forwarded.hardware(spec);
    }

    @Override
    public boolean asksMmCpumask() {
        return forwarded.asksMmCpumask();
    }

    @Override
    public void flushTlbPage(Core core, AddressSpace mm, long page) {
        forwarded.flushTlbPage(core, mm, page);
    }

    @Override
    public void flushTlbMm(Core core, AddressSpace mm) {
        forwarded.flushTlbMm(core, mm);
    }

    @Override
    public void flushTlbRange(Core core, AddressSpace mm, long first, long pages) {
        forwarded.flushTlbRange(core, mm, first, pages);
    }

    @Override
    public void flushTlbRangeAllLevels(Core core, AddressSpace mm, long first, long pages) {
        forwarded.flushTlbRangeAllLevels(core, mm, first, pages);
    }

    @Override
    public void flushTlbTables(Core core, AddressSpace mm, long first, long tables) {
        forwarded.flushTlbTables(core, mm, first, tables);
    }

    @Override
    public void localFlushTlbPage(Core core, AddressSpace mm, long page) {
        forwarded.localFlushTlbPage(core, mm, page);
    }

    @Override
    public int mostAsids() {
        return forwarded.mostAsids();
    }

    @Override
    public UnmapBatch newUnmapBatch(int cores) {
        return forwarded.newUnmapBatch(cores);
    }

    @Override
    public void archTlbbatchAddPending(Task task, AddressSpace mm, long page) {
        forwarded.archTlbbatchAddPending(task, mm, page);
    }

    @Override
    public void archTlbbatchFlush(Task task) {
        forwarded.archTlbbatchFlush(task);
    }
}
