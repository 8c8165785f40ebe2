package dev.salvo.workloads.kernel;

/** TLBIs are sent while unmapping and waited for together: arm64 since Linux 6.6. */
public final class BatchedBroadcast extends FlushStrategy {
    private final boolean hasCpuMask;

    private BatchedBroadcast(boolean hasCpuMask) {
        this.hasCpuMask = hasCpuMask;
    }

    /**
     * As on a platform that does not keep mm_cpumask, which is arm64: defers always.
     *
     * @return the strategy
     */
    public static BatchedBroadcast always() {
        return new BatchedBroadcast(false);
    }

    /**
     * As on a platform that keeps mm_cpumask: defers only if the address space has run on another core.
     *
     * @return the strategy
     */
    public static BatchedBroadcast ifElsewhere() {
        return new BatchedBroadcast(true);
    }

    @Override
    public boolean archTlbbatchShouldDefer(Task task, AddressSpace mm) {
        return !hasCpuMask || mm.cpuMask().anyBut(task.core().id());
    }
}
