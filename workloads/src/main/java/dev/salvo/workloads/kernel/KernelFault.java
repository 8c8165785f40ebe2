package dev.salvo.workloads.kernel;

/**
 * What is wrong with a kernel, on purpose: each constant is a small variation of one of the kernel's parts, kept apart
 * from that part, so that torture can show that it would be found. What kernels are measured with is {@link #NONE}.
 */
public enum KernelFault {
    /** Nothing: the kernel that is measured. */
    NONE("nothing is wrong"),

    /** Frames go back to the allocator before {@code try_to_unmap_flush}. */
    FREED_BEFORE_FLUSH("reclaim frees frames before try_to_unmap_flush has waited") {
        @Override
        Vmscan vmscan(Rmap rmap, Zram zram, Folios folios) {
            return new FaultyKernelParts.FreedBeforeFlush(rmap, zram, folios);
        }
    },

    /** {@code try_to_unmap_flush_dirty} does nothing. */
    DIRTY_FLUSH_LEFT_OUT("a page is written out without try_to_unmap_flush_dirty, while a core can still write it") {
        @Override
        Rmap rmap(TlbFlush flush) {
            return new FaultyKernelParts.DirtyFlushLeftOut(flush);
        }
    },

    /** {@code flush_tlb_batched_pending} does nothing. */
    BATCHED_PENDING_LEFT_OUT("mprotect and munmap do not flush what reclaim has deferred: no flush_tlb_batched_pending "
        + "(known: Linux 4.3 to 4.12)") {
        @Override
        Rmap rmap(TlbFlush flush) {
            return new FaultyKernelParts.BatchedPendingLeftOut(flush);
        }
    },

    /** {@code arch_flush_tlb_batched_pending} is a DSB of the core that calls it. */
    BATCHED_PENDING_IS_DSB("flush_tlb_batched_pending is a bare dsb(ish) of whichever core calls it (known: Linux 6.6 "
        + "on arm64)") {
        @Override
        Rmap rmap(TlbFlush flush) {
            return new FaultyKernelParts.BatchedPendingIsDsb(flush);
        }
    },

    /** An identifier is used again while TLBs still hold entries of its last owner. */
    ASID_REUSED_WITHOUT_FLUSH("an address space identifier is used again without a flush") {
        @Override
        AsidAllocator asidAllocator(int most) {
            return new FaultyKernelParts.AsidReusedWithoutFlush(most);
        }
    },

    /** mm_cpumask holds only the core that entered last. */
    CPUMASK_FORGETS("mm_cpumask forgets a core when another enters, though its TLB still holds entries") {
        @Override
        CpuMask cpuMask(int cores) {
            return new FaultyKernelParts.ForgetfulMask(cores);
        }
    },

    /** A core enters mm_cpumask without the full fence before its first walk. */
    CPUMASK_FENCE_LEFT_OUT("no fence between entering mm_cpumask and the first walk (modelled by a late store)") {
        @Override
        CpuMask cpuMask(int cores) {
            return new FaultyKernelParts.LateMask(cores);
        }
    };

    private final String description;

    KernelFault(String description) {
        this.description = description;
    }

    /**
     * What is wrong.
     *
     * @return one line
     */
    public String description() {
        return description;
    }

    Rmap rmap(TlbFlush flush) {
        return new Rmap(flush);
    }

    Vmscan vmscan(Rmap rmap, Zram zram, Folios folios) {
        return new Vmscan(rmap, zram, folios);
    }

    AsidAllocator asidAllocator(int most) {
        return new AsidAllocator(most);
    }

    CpuMask cpuMask(int cores) {
        return new CpuMask(cores);
    }
}
