package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PhysicalMemory;

/**
 * Hands out frames: from the caller's own bank while that has any, then from the others. Last freed, first handed out, so
 * that a frame comes back soon: a stale translation has every chance to show.
 *
 * <p>Each bank has its own lock. Called on cores.
 */
public class PageAllocator {
    private final PhysicalMemory memory;
    private final SpinLock[] locks;
    private final int[][] free;
    private final int[] freeCount;

    PageAllocator(PhysicalMemory memory, int banks) {
        this.memory = memory;
        locks = new SpinLock[banks];
        free = new int[banks][];
        freeCount = new int[banks];
        for (int bank = 0; bank < banks; bank++) {
            locks[bank] = new SpinLock();
        }
    }

    /**
     * An allocator whose pages keep their frames: for {@link NoBroadcast}.
     *
     * @param memory the machine's memory
     * @param banks  how many banks
     * @return the allocator
     */
    static PageAllocator retaining(PhysicalMemory memory, int banks) {
        return new Retaining(memory, banks);
    }

    /**
     * Allocates a frame for a page. Its generation begins.
     *
     * @param core  the core whose thread calls
     * @param folio the page that it is for
     * @return frame number
     * @throws IllegalStateException if no bank has a frame left
     */
    int allocate(Core core, Folio folio) {
        int banks = locks.length;
        for (int i = 0; i < banks; i++) {
            int bank = (core.id() + i) % banks;
            int frame = take(core, bank);
            if (frame >= 0) {
                memory.nextGeneration(frame);
                return frame;
            }
        }
        throw new IllegalStateException("out of memory: no free frame in any of " + banks + " banks");
    }

    /**
     * Frees a frame. Its generation ends: from here on, an access through an old translation is a stale use.
     *
     * @param core  the core whose thread calls
     * @param frame frame number
     */
    void free(Core core, int frame) {
        memory.nextGeneration(frame);
        int bank = PhysicalMemory.bankOf(frame);
        locks[bank].lock(core);
        free[bank][freeCount[bank]++] = frame;
        locks[bank].unlock();
    }

    private int take(Core core, int bank) {
        if (memory.framesIn(bank) == 0) {
            return -1;
        }
        locks[bank].lock(core);
        if (free[bank] == null) {
            fill(bank);
        }
        int frame = freeCount[bank] == 0 ? -1 : free[bank][--freeCount[bank]];
        locks[bank].unlock();
        return frame;
    }

    private void fill(int bank) {
        int frames = memory.framesIn(bank);
        free[bank] = new int[frames];
        for (int index = frames - 1; index >= 0; index--) {
            free[bank][freeCount[bank]++] = PhysicalMemory.frame(bank, index);
        }
    }

    private static final class Retaining extends PageAllocator {
        Retaining(PhysicalMemory memory, int banks) {
            super(memory, banks);
        }

        @Override
        int allocate(Core core, Folio folio) {
            if (folio.lastFrame == Folio.NO_FRAME) {
                folio.lastFrame = super.allocate(core, folio);
            }
            return folio.lastFrame;
        }

        @Override
        void free(Core core, int frame) {
            // It stays with its page, and its generation goes on.
        }
    }
}
