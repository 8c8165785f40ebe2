package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.tlb.Tlbi;
import java.util.ArrayDeque;

/**
 * Hands out address space identifiers: arch/arm64/mm/context.c. An identifier that was given back may still tag entries
 * in any TLB, so it is handed out again only after all TLBs have been emptied, once for all that have gathered: a new
 * <i>generation</i>.
 *
 * <p>A kernel lets every core empty its own TLB when it next switches address spaces; here one broadcast does it.
 */
class AsidAllocator {
    private final SpinLock lock = new SpinLock();
    private final int most;
    private int next = 1;
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private final ArrayDeque<Integer> givenBack = new ArrayDeque<>();

    /**
     * Makes an allocator.
     *
     * @param most the largest identifier; 0 is the kernel's own
     */
    AsidAllocator(int most) {
        this.most = most;
    }

    /** One that was never used, while there is only one thread. */
    int first() {
        if (next > most) {
            throw new IllegalStateException("more than " + most + " address spaces");
        }
        return next++;
    }

    /** {@code new_context}. */
    int newContext(Core core) {
        lock.lock(core);
        try {
            if (next <= most) {
                return next++;
            }
            if (free.isEmpty() && !givenBack.isEmpty()) {
                flushContext(core);
                free.addAll(givenBack);
                givenBack.clear();
            }
            if (free.isEmpty()) {
                throw new IllegalStateException("more than " + most + " address spaces");
            }
            return free.remove();
        } finally {
            lock.unlock(core);
        }
    }

    /** The address space is gone. Its entries are not: they wait for the next generation. */
    void giveBack(Core core, int asid) {
        lock.lock(core);
        givenBack.add(asid);
        lock.unlock(core);
    }

    /** {@code flush_context}: no TLB holds anything of what was given back. */
    void flushContext(Core core) {
        core.dsbIshst();
        core.tlbi(Tlbi.vmalle1is());
        core.dsb();
    }
}
