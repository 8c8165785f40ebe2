package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.Pte;
import dev.salvo.workloads.kernel.Linux.Rule;

/**
 * Page faults on private memory: the part of mm/memory.c that deals with zeroed pages, swap and copy on write. Called
 * on the faulting core.
 */
final class AnonymousFault {
    private final ArchTlb arch;
    private final Folios folios;
    private final PteFault pteFault;
    private final Linux linux;

    AnonymousFault(ArchTlb arch, Folios folios, PteFault pteFault, Linux linux) {
        this.arch = arch;
        this.folios = folios;
        this.pteFault = pteFault;
        this.linux = linux;
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
            if (vma.protection[index] == Vma.NONE) {
                throw SegmentationFault.noAccess(mm.asid(), page);
            }
            if (store && vma.protection[index] != Vma.READ_WRITE) {
                throw SegmentationFault.readOnly(mm.asid(), page);
            }
            if (vma.folios[index] == null && !linux.isMixed() && handleZeroPage(core, vma, page, store)) {
                return;
            }
            if (vma.folios[index] == null) {
                vma.folios[index] = folios.newAnonymous(core, vma.memory, index); // do_anonymous_page
            }
            Folio folio = vma.folios[index];
            folio.lock.lock(core);
            try {
                boolean fromSwap = folio.swapped;
                if (folio.frame == Folio.NO_FRAME) {
                    folios.makeResident(core, folio);
                    folio.dirty = true; // swap holds nothing of it, though a fresh page has not been written yet
                }
                boolean writable = map(core, vma, page, folio, store, fromSwap);
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
     * {@code do_anonymous_page} of a load, and {@code wp_page_copy} of the store that follows: a page that was only read is
     * the zero page, for everybody, and is replaced.
     *
     * @return false if a page that is not there is to be written: it gets a folio like any other
     */
    private boolean handleZeroPage(Core core, Vma vma, long page, boolean store) {
        AddressSpace mm = vma.mm;
        int index = vma.index(page);
        boolean zeroPage;
        mm.pageTableLock().lock(core);
        try {
            zeroPage = Pte.isValid(core.loadPte(mm.pageTable(), page));
            if (!store) {
                if (!zeroPage) {
                    core.storePte(mm.pageTable(), page, Pte.readOnly(folios.zeroFrame(core)));
                }
                return true;
            }
        } finally {
            mm.pageTableLock().unlock(core);
        }
        if (!zeroPage) {
            return false;
        }
        Folio folio = folios.newAnonymous(core, vma.memory, index);
        folios.makeResident(core, folio);
        folio.dirty = true;
        mm.pageTableLock().lock(core);
        try {
            core.swapPte(mm.pageTable(), page, 0); // ptep_clear_flush
            arch.flushTlbPage(core, mm, page);
            folio.addMapping();
            core.storePte(mm.pageTable(), page, Pte.writableDirty(folio.frame));
        } finally {
            mm.pageTableLock().unlock(core);
        }
        vma.folios[index] = folio;
        return true;
    }

    /**
     * Maps the page, read-only while others hold it too; {@code wp_page_reuse} if nobody does and it is to be written.
     *
     * @return whether the entry may be written through. One that may is left alone whoever else holds the page: another
     *     core may be writing through it at this moment, and would write to a page that has just been copied.
     */
    private boolean map(Core core, Vma vma, long page, Folio folio, boolean store, boolean fromSwap) {
        AddressSpace mm = vma.mm;
        boolean writable = vma.protection[vma.index(page)] == Vma.READ_WRITE && folio.references() == 1;
        mm.pageTableLock().lock(core);
        try {
            long pte = core.loadPte(mm.pageTable(), page);
            if (!Pte.isValid(pte)) {
                folio.addMapping();
                core.storePte(mm.pageTable(), page, !writable ? Pte.readOnly(folio.frame)
                    : store ? Pte.writableDirty(folio.frame) : toBeRead(folio.frame, fromSwap));
                return writable;
            }
            if (store && writable && !Pte.isWritable(pte)) {
                // wp_page_reuse. More is allowed than before: a core that does not know it yet faults once, and need not be
                // told.
                pteFault.ptepSetAccessFlags(core, mm, page, pte, true);
                return true;
            }
            if (!linux.isMixed() && (!store || Pte.isWritable(pte))) {
                pteFault.ptepSetAccessFlags(core, mm, page, pte, store);
            }
            return Pte.isWritable(pte);
        } finally {
            mm.pageTableLock().unlock(core);
        }
    }

    /** {@code do_swap_page}'s entry of a page that nobody else has, for a load. */
    private long toBeRead(int frame, boolean fromSwap) {
        if (!fromSwap || linux.isMixed()) {
            return Pte.writableClean(frame);
        }
        return !linux.has(Rule.SWAP_IN_WRITABLE) ? Pte.readOnly(frame)
            : linux.has(Rule.MKWRITE_KEEPS_CLEAN) ? Pte.writableClean(frame) : Pte.writableDirty(frame);
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
