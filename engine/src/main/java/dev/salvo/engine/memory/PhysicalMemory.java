package dev.salvo.engine.memory;

import java.lang.invoke.VarHandle;
import org.agrona.BufferUtil;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Real 4 KiB frames off heap, in one bank per core, each frame with its allocation generation.
 *
 * <p>A frame's number holds its bank and its place there. A bank is made and zeroed by the thread of its own core, so
 * that the host puts it on that core's memory node.
 *
 * <p><b>Generations.</b> Every frame carries a 64-bit count that grows by one when it is allocated and by one when it
 * is freed, and so is never the same twice: odd while allocated, even while free. A TLB entry remembers the generation
 * it was filled under, and a page-table entry the one that it was stored under ({@link Pte#stamped}); an access that
 * finds another one went through a stale translation, even if the frame came back to the same owner at the same address.
 * The counts stand apart from the frames, one cache line each, as a kernel's {@code struct page} does: an access to one
 * frame is not disturbed by the freeing of its neighbour.
 *
 * <p><b>Threads.</b> Frames are memory: plain loads and stores, ordered by whatever protocol runs on the machine. A
 * generation is written by whoever allocates or frees the frame and read by every core that uses it.
 */
public final class PhysicalMemory {
    /** The most frames a bank can have. */
    public static final int MAX_FRAMES_PER_BANK = 1 << 18;

    private static final int BANK_SHIFT = 18;
    private static final int INDEX_MASK = MAX_FRAMES_PER_BANK - 1;
    private static final int LINE = 64;
    private static final int LINE_SHIFT = 6;

    private final AtomicBuffer[] frames;
    private final AtomicBuffer[] generations;

    /**
     * Makes a memory without frames.
     *
     * @param banks how many banks: one per core
     */
    public PhysicalMemory(int banks) {
        frames = new AtomicBuffer[banks];
        generations = new AtomicBuffer[banks];
    }

    /**
     * Gives a bank its frames. Called once per bank, on the thread of the core it belongs to, before that core goes
     * online; whoever is handed a frame number afterwards sees the bank by whatever handed the number over.
     *
     * @param bank  which bank
     * @param count how many frames, 0..{@value #MAX_FRAMES_PER_BANK}
     */
    public void populate(int bank, int count) {
        if (count < 0 || count > MAX_FRAMES_PER_BANK) {
            throw new IllegalArgumentException("a bank of " + count + " frames: 0.." + MAX_FRAMES_PER_BANK);
        }
        if (frames[bank] != null) {
            return; // a core that comes back online keeps its memory
        }
        generations[bank] = new UnsafeBuffer(BufferUtil.allocateDirectAligned(count * LINE, LINE));
        frames[bank] = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(count << PageTable.PAGE_SHIFT, PageTable.PAGE_SIZE));
    }

    /**
     * How many frames a bank has.
     *
     * @param bank which bank
     * @return 0 before {@link #populate}
     */
    public int framesIn(int bank) {
        AtomicBuffer buffer = frames[bank];
        return buffer == null ? 0 : buffer.capacity() >> PageTable.PAGE_SHIFT;
    }

    /**
     * The number of a frame.
     *
     * @param bank  which bank
     * @param index its place there, from 0
     * @return the frame number
     */
    public static int frame(int bank, int index) {
        return bank << BANK_SHIFT | index;
    }

    /**
     * The bank a frame lies in.
     *
     * @param frame frame number
     * @return the bank
     */
    public static int bankOf(int frame) {
        return frame >>> BANK_SHIFT;
    }

    /**
     * The bytes of the bank that a frame lies in.
     *
     * @param frame frame number
     * @return a buffer in which the frame's first byte is at {@link #offset}
     */
    public AtomicBuffer bytes(int frame) {
        return frames[frame >>> BANK_SHIFT];
    }

    /**
     * Where a frame begins in its bank.
     *
     * @param frame frame number
     * @return byte offset into {@link #bytes}
     */
    public static int offset(int frame) {
        return (frame & INDEX_MASK) << PageTable.PAGE_SHIFT;
    }

    /**
     * The generation of a frame. An acquire load: a walk that reads it reads the page table again only afterwards. It
     * does not hold back what precedes it; a core that checks an access by it puts its own fence between the two.
     *
     * @param frame frame number
     * @return odd while allocated, even while free
     */
    public long generation(int frame) {
        return generations[frame >>> BANK_SHIFT].getLongAcquire((frame & INDEX_MASK) << LINE_SHIFT);
    }

    /**
     * Begins or ends a generation of a frame: called once when it is allocated and once when it is freed, by the one
     * who owns it at that time. A release store: whoever sees the new generation sees what its owner did before. And
     * before what the owner does next: whoever reads a new owner's bytes through an old translation then meets a new
     * generation.
     *
     * @param frame frame number
     * @return the new generation
     */
    public long nextGeneration(int frame) {
        AtomicBuffer buffer = generations[frame >>> BANK_SHIFT];
        int index = (frame & INDEX_MASK) << LINE_SHIFT;
        long next = buffer.getLongOpaque(index) + 1; // one owner at a time: no other writer
        buffer.putLongRelease(index, next);
        VarHandle.storeStoreFence();
        return next;
    }
}
