package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;

/** A page moves to another frame: mm/migrate.c. Called on the task's core. */
final class Migrate {
    private final Rmap rmap;
    private final Folios folios;

    Migrate(Rmap rmap, Folios folios) {
        this.rmap = rmap;
        this.folios = folios;
    }

    /**
     * {@code migrate_pages}, of one page of private memory. Who touches it meanwhile faults and waits for its lock; the
     * entries are put back by faults, where a kernel would do it itself.
     *
     * @return whether it was moved; not if it is not resident, or somebody else works on it
     */
    boolean migratePage(Task task, AddressSpace mm, long page) {
        Core core = task.core();
        Folio folio = isolate(core, mm, page);
        if (folio == null) {
            return false;
        }
        try {
            if (!folio.lock.tryLock(core)) {
                return false;
            }
            try {
                return folio.frame != Folio.NO_FRAME && move(task, folio);
            } finally {
                folio.lock.unlock(core);
            }
        } finally {
            folio.putbackLru();
            folios.put(core, folio);
        }
    }

    private Folio isolate(Core core, AddressSpace mm, long page) {
        mm.mmapLock().lock(core);
        try {
            Folio folio = mm.vma().folios[mm.vma().index(page, 1)];
            return folio != null && folio.isolateLru() ? folio : null;
        } finally {
            mm.mmapLock().unlock(core);
        }
    }

    /**
     * {@code migrate_folio_unmap}, {@code try_to_unmap_flush}, {@code migrate_folio_move}: no core writes while it is
     * copied.
     */
    private boolean move(Task task, Folio folio) {
        Core core = task.core();
        rmap.tryToUnmap(task, folio, true);
        rmap.tryToUnmapFlush(task);
        if (folio.mapCount() > 0) {
            return false; // somebody is unmapping it, and has not flushed yet
        }
        int from = folio.frame;
        folio.frame = folios.allocateFrame(core, folio);
        folios.copyPage(core, from, folio.frame);
        folios.freeFrame(core, from);
        return true;
    }
}
