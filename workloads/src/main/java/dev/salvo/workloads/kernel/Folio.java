package dev.salvo.workloads.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One page of memory: resident in a frame, or swapped out. Unless a field says otherwise it is constant, or read and
 * written under {@link #lock}.
 *
 * <p>It has a swap slot of its own: how a kernel hands out slots is not what is measured here.
 */
public final class Folio {
    /** No frame: the page is swapped out, or has never been touched. */
    static final int NO_FRAME = -1;

    private static final VarHandle MAP_COUNT;
    private static final VarHandle REFERENCES;
    private static final VarHandle ISOLATED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MAP_COUNT = lookup.findVarHandle(Folio.class, "mapCount", int.class);
            REFERENCES = lookup.findVarHandle(Folio.class, "references", int.class);
            ISOLATED = lookup.findVarHandle(Folio.class, "isolated", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final SpinLock lock = new SpinLock();
    final Memory memory;
    /** Which page of its memory; {@code mremap} changes it, under the page-table lock, too. */
    int index;
    final int slot;

    int frame = NO_FRAME;
    /** The frame it was last in, for an allocator that gives it the same one again. */
    int lastFrame = NO_FRAME;
    /** Whether its contents differ from what swap holds. A dirty page is not a dirty page-table entry. */
    boolean dirty;
    /** Whether swap holds its contents. */
    boolean swapped;
    /** {@code MADV_FREE}: whether its contents may be thrown away, unless it is written again. */
    boolean lazyFree;

    /**
     * In how many page tables it has a valid entry: {@code _mapcount}. Changed under the page-table lock of the one
     * that is changed, of which there are several; hence atomically.
     */
    private int mapCount;

    /**
     * Who holds on to it: every address space that it belongs to, mapped or swapped out, and whoever works on it. The
     * last to let go frees it. {@code _refcount}.
     */
    private int references = 1;

    /**
     * Whether somebody has taken it off the kernel's lists to reclaim or to move it. Nobody else does either until that
     * one has flushed: he may have taken away entries that TLBs still hold, and that nobody else can see.
     */
    private boolean isolated;

    Folio(Memory memory, int index, int slot) {
        this.memory = memory;
        this.index = index;
        this.slot = slot;
    }

    int mapCount() {
        return (int) MAP_COUNT.getAcquire(this);
    }

    void addMapping() {
        MAP_COUNT.getAndAdd(this, 1);
    }

    void removeMapping() {
        MAP_COUNT.getAndAdd(this, -1);
    }

    /**
     * How many hold on to it. Under its lock, and with its address space's mmap lock held, 1 means the caller alone.
     */
    int references() {
        return (int) REFERENCES.getAcquire(this);
    }

    /** {@code folio_get}. The caller knows that it is held already. */
    void get() {
        REFERENCES.getAndAdd(this, 1);
    }

    /** Lets go; true if that was the last hold. What was done under it is seen by whoever lets go last. */
    boolean putAndTest() {
        return (int) REFERENCES.getAndAdd(this, -1) == 1;
    }

    /**
     * {@code folio_isolate_lru}: takes it off the lists, and holds on to it. The caller knows that it is held already.
     *
     * @return false if somebody else has done so
     */
    boolean isolateLru() {
        if (!ISOLATED.compareAndSet(this, false, true)) {
            return false;
        }
        get();
        return true;
    }

    /** {@code folio_putback_lru}, but for letting go. After the flush: who isolates it next comes after that. */
    void putbackLru() {
        ISOLATED.setRelease(this, false);
    }
}
