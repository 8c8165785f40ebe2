package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;

/** Gives folios their frames and contents; makes anonymous ones and frees them. Called on cores. */
final class Folios {
    private final PhysicalMemory memory;
    private final PageAllocator allocator;
    private final Zram zram;
    private final SwapSlots slots;
    private final Folio zeroPage = new Folio(null, 0, -1);

    Folios(PhysicalMemory memory, PageAllocator allocator, Zram zram, SwapSlots slots) {
        this.memory = memory;
        this.allocator = allocator;
        this.zram = zram;
        this.slots = slots;
    }

    /** Makes a locked folio resident: from swap, or zeroed. */
    void makeResident(Core core, Folio folio) {
        folio.frame = allocator.allocate(core, folio);
        if (folio.swapped) {
            swapReadFolio(core, folio);
        } else {
            memory.bytes(folio.frame).setMemory(PhysicalMemory.offset(folio.frame), PageTable.PAGE_SIZE, (byte) 0);
        }
    }

    /** {@code swap_read_folio}. The slot is free again when the page is back, so the page is dirty from the start. */
    private void swapReadFolio(Core core, Folio folio) {
        zram.zramRead(core, folio.slot, folio.frame);
        folio.swapped = false;
        folio.dirty = true;
        core.serve();
    }

    /** A folio without a frame, held once. */
    Folio newAnonymous(Core core, AnonymousMemory of, int index) {
        return new Folio(of, index, slots.allocate(core));
    }

    /** {@code copy_highpage}: gives a folio a frame with the contents of another's. */
    void copyPage(Core core, int from, int to) {
        core.serve(); // hardware would not be late to answer
        memory.bytes(to).putBytes(PhysicalMemory.offset(to), memory.bytes(from), PhysicalMemory.offset(from),
            PageTable.PAGE_SIZE);
        core.serve();
    }

    /** The zero page's frame, made when it is first asked for: nobody writes to it, and nobody frees it. */
    int zeroFrame(Core core) {
        zeroPage.lock.lock(core);
        try {
            if (zeroPage.frame == Folio.NO_FRAME) {
                makeResident(core, zeroPage);
            }
            return zeroPage.frame;
        } finally {
            zeroPage.lock.unlock(core);
        }
    }

    int allocateFrame(Core core, Folio folio) {
        return allocator.allocate(core, folio);
    }

    /** Frees a frame that no TLB leads to any more. */
    void freeFrame(Core core, int frame) {
        allocator.free(core, frame);
    }

    /**
     * {@code folio_put}: lets go of a folio, and frees it if nobody else holds it. Whoever may be the last has seen to
     * it that no TLB leads there any more.
     */
    void put(Core core, Folio folio) {
        if (!folio.putAndTest()) {
            return;
        }
        if (folio.mapCount() != 0) {
            throw new IllegalStateException("bad page: freed while " + folio.mapCount() + " page tables map it");
        }
        if (folio.frame != Folio.NO_FRAME) {
            allocator.free(core, folio.frame);
        }
        slots.free(core, folio.slot);
    }
}
