package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PhysicalMemory;

/**
 * Hands out frames: from the caller's own bank while that has any, then from the others. Last freed, first handed out,
 * so that a frame comes back soon: a stale translation has every chance to show.
 *
 * <p>Each bank has its own lock. Called on cores.
 */
public class PageAllocator {
    private final PhysicalMemory memory;
    private final SpinLock[] locks;

    /** Per bank its free frames, the last freed on top. Element 0 says how many: on a line that no other bank uses. */
    private final int[][] free;

    PageAllocator(PhysicalMemory memory, int banks) {
        this.memory = memory;
        locks = new SpinLock[banks];
        free = new int[banks][];
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
     * An allocator that gives a page the frame it was last in, as long as that is free: for torture, where a stale
     * translation shall lead to the same owner at the same address, and still be found out.
     *
     * @param memory the machine's memory
     * @param banks  how many banks
     * @return the allocator
     */
    static PageAllocator returning(PhysicalMemory memory, int banks) {
        return new Returning(memory, banks);
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
        push(free[bank], frame);
        locks[bank].unlock(core);
    }

    private int take(Core core, int bank) {
        if (memory.framesIn(bank) == 0) {
            return -1;
        }
        locks[bank].lock(core);
        if (free[bank] == null) {
            fill(bank);
        }
        int[] frames = free[bank];
        int frame = frames[0] == 0 ? -1 : frames[frames[0]--];
        locks[bank].unlock(core);
        return frame;
    }

    /** Takes a frame, if it is free. */
    private boolean takeBack(Core core, int frame) {
        int bank = PhysicalMemory.bankOf(frame);
        locks[bank].lock(core);
        int[] frames = free[bank];
        int at = frames[0];
        while (at > 0 && frames[at] != frame) {
            at--;
        }
        if (at > 0) {
            frames[at] = frames[frames[0]--]; // the top takes its place
        }
        locks[bank].unlock(core);
        return at > 0;
    }

    private static void push(int[] frames, int frame) {
        frames[++frames[0]] = frame;
    }

    private void fill(int bank) {
        int frames = memory.framesIn(bank);
        free[bank] = new int[frames + 1];
        for (int index = frames - 1; index >= 0; index--) {
            push(free[bank], PhysicalMemory.frame(bank, index));
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

    private static final class Returning extends PageAllocator {
        private final PhysicalMemory memory;

        Returning(PhysicalMemory memory, int banks) {
            super(memory, banks);
            this.memory = memory;
        }

        @Override
        int allocate(Core core, Folio folio) {
            if (folio.lastFrame != Folio.NO_FRAME && super.takeBack(core, folio.lastFrame)) {
                memory.nextGeneration(folio.lastFrame);
            } else {
                folio.lastFrame = super.allocate(core, folio);
            }
            return folio.lastFrame;
        }
    }
}
