package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import java.util.ArrayList;
import java.util.List;

/**
 * Entries of one address space that have been taken away or changed, to be flushed together, and the folios that are
 * let go only after that: mm/mmu_gather.c. Made for one operation, by its core.
 */
final class MmuGather {
    private final ArchTlb arch;
    private final Folios folios;
    private final AddressSpace mm;
    private final boolean fullMm;
    private final List<Folio> mapped = new ArrayList<>();
    private final List<Folio> removed = new ArrayList<>();
    private long first = Long.MAX_VALUE;
    private long end;
    /** First pages of the first and the last table that was taken away. */
    private long firstTable = Long.MAX_VALUE;
    private long lastTable = -1;

    private MmuGather(ArchTlb arch, Folios folios, AddressSpace mm, boolean fullMm) {
        this.arch = arch;
        this.folios = folios;
        this.mm = mm;
        this.fullMm = fullMm;
        mm.incTlbFlushPending();
    }

    static MmuGather tlbGatherMmu(ArchTlb arch, Folios folios, AddressSpace mm) {
        return new MmuGather(arch, folios, mm, false);
    }

    /** For an address space that is going away as a whole: its entries are left where they are. */
    static MmuGather tlbGatherMmuFullmm(ArchTlb arch, Folios folios, AddressSpace mm) {
        return new MmuGather(arch, folios, mm, true);
    }

    /** {@code tlb_flush_pte_range}: a TLB may hold the old entry of this page. */
    void tlbFlushPte(long page) {
        first = Math.min(first, page);
        end = Math.max(end, page + 1);
    }

    /**
     * {@code tlb_remove_page}: lets a folio go after the flush. One that was mapped counts as mapped until then, lest
     * reclaim find it unmapped and free its frame; a kernel keeps reclaim away by the hold of this gather.
     */
    void tlbRemovePage(Folio folio, boolean wasMapped) {
        if (wasMapped) {
            mapped.add(folio);
        }
        removed.add(folio);
    }

    /** The folio of an entry that was taken away: mapped until the flush, and not let go, for it is not ours alone. */
    void tlbRemoveRmap(Folio folio) {
        mapped.add(folio);
    }

    /** Whether anything has gathered that a TLB may hold; and it counts as flushed, for the caller does that. */
    boolean takeGathered() {
        boolean any = first < end;
        first = Long.MAX_VALUE;
        end = 0;
        return any;
    }

    /** {@code pte_free_tlb}: a walk cache may hold the way to this last-level table, which has been taken away. */
    void pteFreeTlb(long firstPage) {
        firstTable = Math.min(firstTable, firstPage);
        lastTable = Math.max(lastTable, firstPage);
    }

    /**
     * {@code tlb_flush_mmu_tlbonly}: flushes what has gathered so far, and lets nothing go yet. Also what
     * {@code tlb_end_vma} does.
     */
    void tlbFlushMmuTlbonly(Core core) {
        if (first < end && !fullMm) {
            arch.flushTlbRange(core, mm, first, end - first);
        }
        first = Long.MAX_VALUE;
        end = 0;
    }

    /** {@code tlb_finish_mmu}: flushes, then lets go. */
    void tlbFinishMmu(Core core) {
        tlbFlushMmuTlbonly(core);
        if (firstTable <= lastTable) {
            arch.flushTlbTables(core, mm, firstTable, (lastTable - firstTable) / PageTable.ENTRIES + 1);
        }
        mm.decTlbFlushPending();
        for (Folio folio : mapped) {
            folio.removeMapping();
        }
        for (Folio folio : removed) {
            folios.put(core, folio);
        }
    }
}
