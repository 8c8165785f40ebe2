package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Parts of a kernel with something wrong, for {@link KernelFault}. */
final class FaultyKernelParts {
    private FaultyKernelParts() {
    }

    static final class FreedBeforeFlush extends Vmscan {
        private final Rmap rmap;

        FreedBeforeFlush(Rmap rmap, Zram zram, Folios folios) {
            super(rmap, zram, folios);
            this.rmap = rmap;
        }

        @Override
        void freeFolios(Task task) {
            freeUnrefFolios(task);
            rmap.tryToUnmapFlush(task);
        }
    }

    static final class DirtyFlushLeftOut extends Rmap {
        DirtyFlushLeftOut(TlbFlush flush) {
            super(flush);
        }

        @Override
        void tryToUnmapFlushDirty(Task task) {
            // left out
        }
    }

    static final class BatchedPendingLeftOut extends Rmap {
        BatchedPendingLeftOut(TlbFlush flush) {
            super(flush);
        }

        @Override
        public void flushTlbBatchedPending(Core core, AddressSpace mm) {
            // left out
        }
    }

    static final class BatchedPendingIsDsb extends Rmap {
        BatchedPendingIsDsb(TlbFlush flush) {
            super(flush);
        }

        @Override
        void archFlushTlbBatchedPending(Core core, AddressSpace mm) {
            core.dsb();
        }
    }

    static final class AsidReusedWithoutFlush extends AsidAllocator {
        AsidReusedWithoutFlush(int most) {
            super(most);
        }

        @Override
        void flushContext(Core core) {
            // left out
        }
    }

    static final class ForgetfulMask extends CpuMask {
        ForgetfulMask(int cores) {
            super(cores);
        }

        @Override
        public void add(int core) {
            clear();
            super.add(core);
        }
    }

    /**
     * As from a store buffer that drains late: of a core's attempts to enter, the first {@value #ATTEMPTS_IN_BUFFER}
     * are not seen by anybody, the core included.
     */
    static final class LateMask extends CpuMask {
        private static final int ATTEMPTS_IN_BUFFER = 16;

        private final AtomicIntegerArray attempts;

        LateMask(int cores) {
            super(cores);
            attempts = new AtomicIntegerArray(cores);
        }

        @Override
        public void add(int core) {
            if (attempts.getAndIncrement(core) >= ATTEMPTS_IN_BUFFER) {
                super.add(core);
            }
        }
    }
}
