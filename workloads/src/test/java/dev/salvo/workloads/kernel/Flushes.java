package dev.salvo.workloads.kernel;

import dev.salvo.workloads.kernel.arm64.Arm64LocalTlb;
import dev.salvo.workloads.kernel.arm64.Arm64Tlb;

/** The flushes that tests use most. They keep nothing, so all may share them. */
final class Flushes {
    static final TlbFlush SYNC = new TlbFlush(new Arm64Tlb(), Deferral.NEVER);
    static final TlbFlush BATCHED = deferring(new Arm64Tlb());
    static final TlbFlush BATCHED_IF_ELSEWHERE = new TlbFlush(new Arm64Tlb(), Deferral.IF_ELSEWHERE);
    static final TlbFlush LOCAL = new TlbFlush(new Arm64LocalTlb(), Deferral.IF_ELSEWHERE);

    private Flushes() {
    }

    /** Defers what may be deferred. */
    static TlbFlush deferring(ArchTlb arch) {
        return new TlbFlush(arch, Deferral.ALWAYS);
    }
}
