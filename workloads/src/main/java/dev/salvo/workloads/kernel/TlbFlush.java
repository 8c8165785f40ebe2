package dev.salvo.workloads.kernel;

import java.util.Objects;

/**
 * How a kernel flushes TLBs.
 *
 * @param arch     what it does to make them forget
 * @param deferral when it waits until they have
 */
public record TlbFlush(ArchTlb arch, Deferral deferral) {
    /**
     * Puts the two together. Whether they make a kernel that there is, is not asked here.
     *
     * @param arch     what it does
     * @param deferral when it waits
     */
    public TlbFlush {
        Objects.requireNonNull(arch);
        Objects.requireNonNull(deferral);
    }

    /**
     * The same, with the times taken.
     *
     * @return the same flush, in a {@link TimedFlush}
     */
    public TlbFlush timed() {
        return new TlbFlush(new TimedFlush(arch), deferral);
    }
}
