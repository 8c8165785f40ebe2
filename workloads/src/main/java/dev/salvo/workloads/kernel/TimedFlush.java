package dev.salvo.workloads.kernel;

/** Another flush, and the time that it takes, added up in the task: what a profile shows under these three names. */
public final class TimedFlush extends ForwardingTlb {
    /**
     * Times a flush.
     *
     * @param timed the flush
     */
    public TimedFlush(ArchTlb timed) {
        super(timed);
    }

    @Override
    public long ptepClearFlush(Task task, AddressSpace mm, long page) {
        long start = task.core().time();
        long pte = forwarded.ptepClearFlush(task, mm, page);
        task.addFlushNanos(task.core().time() - start);
        return pte;
    }

    @Override
    public void archTlbbatchAddPending(Task task, AddressSpace mm, long page) {
        long start = task.core().time();
        forwarded.archTlbbatchAddPending(task, mm, page);
        task.addFlushNanos(task.core().time() - start);
    }

    @Override
    public void archTlbbatchFlush(Task task) {
        long start = task.core().time();
        forwarded.archTlbbatchFlush(task);
        task.addFlushNanos(task.core().time() - start);
    }
}
