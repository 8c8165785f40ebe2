package dev.salvo.workloads.kernel;

/** Every page's TLBI is waited for at once: arm64 before Linux 6.6. */
public final class SynchronousBroadcast extends FlushStrategy {
    /** Makes the strategy. */
    public SynchronousBroadcast() {
    }

    @Override
    public boolean archTlbbatchShouldDefer(Task task, AddressSpace mm) {
        return false;
    }
}
