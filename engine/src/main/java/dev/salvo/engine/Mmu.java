package dev.salvo.engine;

import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.memory.PteStores;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbLevel;
import java.lang.invoke.VarHandle;

/**
 * A core's accesses, and how they come by their translations: TLB, walk, page fault, and the check that none was stale.
 * Accessed and dirty state are the walk's, as FEAT_HAFDBS has them; on a machine without that they are page faults.
 *
 * <p><b>Threads.</b> The core's own, which makes it: near itself, where the heap there is new to the host. It writes nothing
 * but its TLB and the core's counts: what is written at every access has the core's lines. The core, always the same, is
 * given: what is inlined there then knows it for the one that it is inlined into.
 */
final class Mmu {
    private static final long OFFSET_MASK = PageTable.PAGE_SIZE - 1;

    final Tlb tlb;
    private final PhysicalMemory memory;
    private final PageFaultHandler pageFaults;
    private final PteStores pteStores;
    private final boolean hafdbs;

    Mmu(Core core, PteStores pteStores) {
        this.pteStores = pteStores;
        memory = core.machine.memory();
        pageFaults = core.machine.spec().pageFaults();
        hafdbs = core.machine.spec().hafdbs();
        tlb = new Tlb(core.machine.spec().tlb());
    }

    /** See {@link Core#load}. */
    byte load(Core core, int asid, long va) {
        long tag = TlbLevel.tag(asid, va >>> PageTable.PAGE_SHIFT);
        int entry = tlb.lookup(tag);
        if (entry == Tlb.MISS) {
            entry = walk(core, asid, va, tag, false);
        }
        int frame = Pte.frame(tlb.output(entry));
        byte value = memory.bytes(frame).getByte(PhysicalMemory.offset(frame) + (int) (va & OFFSET_MASK));
        VarHandle.loadLoadFence(); // an acquire load alone does not keep the load before it where it is
        checkGeneration(core, asid, va, frame, entry);
        return value;
    }

    /** See {@link Core#store}. */
    void store(Core core, int asid, long va, byte value) {
        int entry = entryForStore(core, asid, va);
        int frame = Pte.frame(tlb.output(entry));
        memory.bytes(frame).putByte(PhysicalMemory.offset(frame) + (int) (va & OFFSET_MASK), value);
        checkGeneration(core, asid, va, frame, entry);
    }

    /** See {@link Core#fillPage}. */
    void fillPage(Core core, int asid, long va, byte value) {
        int entry = entryForStore(core, asid, va);
        int frame = Pte.frame(tlb.output(entry));
        memory.bytes(frame).setMemory(PhysicalMemory.offset(frame), PageTable.PAGE_SIZE, value);
        checkGeneration(core, asid, va, frame, entry);
    }

    private int entryForStore(Core core, int asid, long va) {
        long tag = TlbLevel.tag(asid, va >>> PageTable.PAGE_SHIFT);
        int entry = tlb.lookup(tag);
        if (entry == Tlb.MISS) {
            entry = walk(core, asid, va, tag, true);
        }
        return Pte.takesStores(tlb.output(entry)) ? entry : makeDirty(core, asid, va, tag, entry);
    }

    /**
     * The always-on check. After the access, so that a free which overtook it is seen. A store may still be on its way
     * when the generation is read: one that a free overtakes in those nanoseconds goes uncounted, the entry's next use
     * does not. A full fence at every store would be the price of it.
     */
    private void checkGeneration(Core core, int asid, long va, int frame, int entry) {
        core.accesses++;
        long found = memory.generation(frame);
        if (found != tlb.generation(entry)) {
            core.staleUses++;
            if (core.firstStaleUse == null) {
                core.firstStaleUse = new StaleUse(core.id, asid, va, frame, tlb.generation(entry), found);
            }
        }
    }

    private int walk(Core core, int asid, long va, long tag, boolean store) {
        long page = va >>> PageTable.PAGE_SHIFT;
        while (true) {
            PageTable table = core.machine.translationTable(asid);
            long pte = table == null ? 0 : table.walk(page);
            if (!Pte.isValid(pte) || store && !Pte.isWritable(pte) || !hafdbs && needsSoftware(pte, store)) {
                pageFaults.handlePageFault(core, asid, va, store);
                pteStores.complete(); // a real store buffer drains in the end: a fault that was handled is not taken for ever
                tlb.forget(tag); // the handler may have used the page itself, and a tag is never held twice
                continue;
            }
            if ((pte & Pte.ACCESSED) == 0) { // FEAT_HAFDBS: the walk sets the flag, and only then is the entry cached
                table.compareAndSet(page, pte, pte | Pte.ACCESSED);
                continue;
            }
            // The generation belongs to this translation only if the translation still stands after it was read. If it is
            // not that which the entry was stored under, the table is stale: every access through the entry is seen to be.
            long generation = memory.generation(Pte.frame(pte));
            if (table.walk(page) == pte) {
                return tlb.insert(tag, pte, Pte.generation(pte, generation));
            }
        }
    }

    /** Whether software has to set the accessed flag or dirty state before the access, where hardware does not. */
    private static boolean needsSoftware(long pte, boolean store) {
        return (pte & Pte.ACCESSED) == 0 || store && !Pte.takesStores(pte);
    }

    private int makeDirty(Core core, int asid, long va, long tag, int entry) {
        long pte = tlb.output(entry);
        long page = va >>> PageTable.PAGE_SHIFT;
        PageTable table = core.machine.translationTable(asid);
        if (hafdbs && Pte.isWritable(pte) && table != null && table.compareAndSet(page, pte, Pte.dirtied(pte))) {
            tlb.update(entry, tag, Pte.dirtied(pte));
            return entry;
        }
        // The table has changed since the entry was filled, or never allowed it: forget the entry, walk, perhaps fault.
        tlb.forget(tag);
        tlb.lookup(tag); // in vain: the walk is a miss like any other
        entry = walk(core, asid, va, tag, true);
        return Pte.takesStores(tlb.output(entry)) ? entry : makeDirty(core, asid, va, tag, entry);
    }
}
