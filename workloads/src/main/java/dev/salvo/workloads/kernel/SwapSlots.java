package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;

/** The swap slots of anonymous folios, one for each as long as it lives. Called on cores. */
final class SwapSlots {
    private final SpinLock lock = new SpinLock();
    private final int[] free;
    private int count;

    SwapSlots(int first, int slots) {
        free = new int[slots];
        for (int slot = first + slots - 1; slot >= first; slot--) {
            free[count++] = slot;
        }
    }

    int allocate(Core core) {
        lock.lock(core);
        int slot = count == 0 ? -1 : free[--count];
        lock.unlock(core);
        if (slot < 0) {
            throw new IllegalStateException("out of swap: more than " + free.length + " pages of anonymous memory");
        }
        return slot;
    }

    void free(Core core, int slot) {
        lock.lock(core);
        free[count++] = slot;
        lock.unlock(core);
    }
}
