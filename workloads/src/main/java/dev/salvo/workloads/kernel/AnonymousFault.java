package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.Pte;

/**
 * Page faults on private memory: the part of mm/memory.c that deals with zeroed pages, swap and copy on write. Called
 * on the faulting core.
 */
final class AnonymousFault {
    private final ArchTlb arch;
    private final Folios folios;

    AnonymousFault(ArchTlb arch, Folios folios) {
        this.arch = arch;
        this.folios = folios;
    }

    /**
     * {@code handle_mm_fault}.
     *
     * @throws SegmentationFault if the protection forbids the access
     */
    void handle(Core core, Vma vma, long page, boolean store) {
        AddressSpace mm = vma.mm;
        mm.mmapLock().lock(core);
        try {
            int index = vma.index(page);
            if (vma.protection[index] == Vma.UNMAPPED) {
                throw SegmentationFault.notMapped(mm.asid(), page << PageTable.PAGE_SHIFT);
            }
            if (store && vma.protection[index] == Vma.READ) {
                throw SegmentationFault.readOnly(mm.asid(), page);
            }
            if (vma.folios[index] == null) {
                vma.folios[index] = folios.newAnonymous(core, vma.memory, index); // do_anonymous_page
            }
            Folio folio = vma.folios[index];
            folio.lock.lock(core);
            try {
                if (folio.frame == Folio.NO_FRAME) {
                    folios.makeResident(core, folio);
                    folio.dirty = true; // swap holds nothing of it, though a fresh page has not been written yet
                }
                boolean writable = map(core, vma, page, folio, store);
                if (store && !writable) {
                    doWpPage(core, vma, page, folio);
                }
            } finally {
                folio.lock.unlock(core);
            }
        } finally {
            mm.mmapLock().unlock(core);
        }
    }

    /**
     * Maps the page, read-only while others hold it too; {@code wp_page_reuse} if nobody does and it is to be written.
     *
     * @return whether the entry may be written through. One that may is left alone whoever else holds the page: another
     *     core may be writing through it at this moment, and would write to a page that has just been copied.
     */
    private boolean map(Core core, Vma vma, long page, Folio folio, boolean store) {
        AddressSpace mm = vma.mm;
        boolean writable = vma.protection[vma.index(page)] == Vma.READ_WRITE && folio.references() == 1;
        mm.pageTableLock().lock(core);
        try {
            long pte = core.loadPte(mm.pageTable(), page);
            if (!Pte.isValid(pte)) {
                folio.addMapping();
                core.storePte(mm.pageTable(), page, !writable ? Pte.readOnly(folio.frame)
                    : store ? Pte.writableDirty(folio.frame) : Pte.writableClean(folio.frame));
                return writable;
            }
            if (store && writable && !Pte.isWritable(pte)) {
                // More is allowed than before: a core that does not know it yet faults once, and need not be told.
                core.swapPte(mm.pageTable(), page, Pte.writableDirty(folio.frame));
                return true;
            }
            return Pte.isWritable(pte);
        } finally {
            mm.pageTableLock().unlock(core);
        }
    }

    /**
     * {@code wp_page_copy}: a folio of its own for who writes to one that others hold too. Every TLB has forgotten the
     * old entry before the new one stands, so that no thread of the process reads the old page after another wrote the
     * new.
     */
    private void doWpPage(Core core, Vma vma, long page, Folio shared) {
        AddressSpace mm = vma.mm;
        int index = vma.index(page);
        Folio copy = folios.newAnonymous(core, vma.memory, index);
        copy.frame = folios.allocateFrame(core, copy);
        copy.dirty = true;
        folios.copyPage(core, shared.frame, copy.frame);
        mm.pageTableLock().lock(core);
        try {
            core.swapPte(mm.pageTable(), page, 0); // ptep_clear_flush
            arch.flushTlbPage(core, mm, page);
            shared.removeMapping();
            copy.addMapping();
            core.storePte(mm.pageTable(), page, Pte.writableDirty(copy.frame));
        } finally {
            mm.pageTableLock().unlock(core);
        }
        vma.folios[index] = copy;
        folios.put(core, shared);
    }
}
