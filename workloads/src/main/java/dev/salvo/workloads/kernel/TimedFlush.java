package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;

/** Another strategy, and the time that it takes, added up in the task: what a profile shows under these three names. */
public final class TimedFlush extends FlushStrategy {
    private final FlushStrategy timed;

    /**
     * Times a strategy.
     *
     * @param timed the strategy
     */
    public TimedFlush(FlushStrategy timed) {
        this.timed = timed;
    }

    @Override
    public boolean archTlbbatchShouldDefer(Task task, AddressSpace mm) {
        return timed.archTlbbatchShouldDefer(task, mm);
    }

    @Override
    public long ptepClearFlush(Task task, AddressSpace mm, long page) {
        long start = task.core().time();
        long pte = timed.ptepClearFlush(task, mm, page);
        task.addFlushNanos(task.core().time() - start);
        return pte;
    }

    @Override
    public void flushTlbPage(Core core, AddressSpace mm, long page) {
        timed.flushTlbPage(core, mm, page);
    }

    @Override
    public void flushTlbMm(Core core, AddressSpace mm) {
        timed.flushTlbMm(core, mm);
    }

    @Override
    public void flushTlbRange(Core core, AddressSpace mm, long first, long pages) {
        timed.flushTlbRange(core, mm, first, pages);
    }

    @Override
    public void archTlbbatchAddPending(Task task, AddressSpace mm, long page) {
        long start = task.core().time();
        timed.archTlbbatchAddPending(task, mm, page);
        task.addFlushNanos(task.core().time() - start);
    }

    @Override
    public void archTlbbatchFlush(Task task) {
        long start = task.core().time();
        timed.archTlbbatchFlush(task);
        task.addFlushNanos(task.core().time() - start);
    }
}
