package dev.salvo.workloads.kernel;

/**
 * One page of shared memory: resident in a frame, or swapped out. All fields but the constant ones are read and written
 * under {@link #lock}.
 *
 * <p>It has a swap slot of its own: how a kernel hands out slots is not what is measured here.
 */
public final class Folio {
    /** No frame: the page is swapped out, or has never been touched. */
    static final int NO_FRAME = -1;

    final SpinLock lock = new SpinLock();
    final SharedMemory memory;
    final int index;

    int frame = NO_FRAME;
    /** The frame it was last in, for an allocator that gives it the same one again. */
    int lastFrame = NO_FRAME;
    /** Whether its contents differ from what swap holds. A dirty page is not a dirty page-table entry. */
    boolean dirty;
    /** Whether swap holds its contents. */
    boolean swapped;
    /** In how many page tables it has a valid entry. */
    int mapCount;

    Folio(SharedMemory memory, int index) {
        this.memory = memory;
        this.index = index;
    }

    int slot() {
        return memory.firstSlot() + index;
    }
}
