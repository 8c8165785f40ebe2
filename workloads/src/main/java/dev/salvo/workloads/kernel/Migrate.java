package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.workloads.kernel.Linux.Rule;

/** Pages move to other frames: mm/migrate.c. Called on the task's core. */
final class Migrate {
    /** {@code NR_MAX_BATCHED_MIGRATION}: what one table maps. */
    private static final int MOST_BATCHED = PageTable.ENTRIES;

    private final Rmap rmap;
    private final Folios folios;
    private final int batch;

    Migrate(Rmap rmap, Folios folios, Linux linux) {
        this.rmap = rmap;
        this.folios = folios;
        batch = linux.has(Rule.MIGRATION_BATCHES) ? MOST_BATCHED : 1;
    }

    /**
     * {@code migrate_pages}: unmaps as many as go into a batch, flushes, then moves those. As for one page.
     *
     * @return how many were moved
     */
    int migratePages(Task task, AddressSpace mm, long first, int count) {
        int moved = 0;
        for (long from = first; from < first + count; from += batch) {
            moved += migrateBatch(task, mm, from, (int) Math.min(batch, first + count - from));
        }
        return moved;
    }

    private int migrateBatch(Task task, AddressSpace mm, long first, int count) {
        Core core = task.core();
        Folio[] isolated = new Folio[count];
        boolean[] locked = new boolean[count];
        int moved = 0;
        for (int i = 0; i < count; i++) {
            isolated[i] = isolate(core, mm, first + i);
        }
        try {
            for (int i = 0; i < count; i++) {
                locked[i] = isolated[i] != null && isolated[i].lock.tryLock(core);
                if (locked[i] && isolated[i].frame != Folio.NO_FRAME) {
                    rmap.tryToUnmap(task, isolated[i], true);
                }
            }
            rmap.tryToUnmapFlush(task);
            for (int i = 0; i < count; i++) {
                if (locked[i] && isolated[i].frame != Folio.NO_FRAME && isolated[i].mapCount() == 0) {
                    copy(core, isolated[i]);
                    moved++;
                }
            }
        } finally {
            for (int i = 0; i < count; i++) {
                if (locked[i]) {
                    isolated[i].lock.unlock(core);
                }
                if (isolated[i] != null) {
                    isolated[i].putbackLru();
                    folios.put(core, isolated[i]);
                }
            }
        }
        return moved;
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
            Folio folio = mm.sharedMapping(page) == null ? mm.vma().folios[mm.vma().index(page, 1)] : mm.folio(page);
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
        copy(core, folio);
        return true;
    }

    /** {@code migrate_folio_move}. The folio is locked, and no TLB leads to it. */
    private void copy(Core core, Folio folio) {
        int from = folio.frame;
        folio.frame = folios.allocateFrame(core, folio);
        folios.copyPage(core, from, folio.frame);
        folios.freeFrame(core, from);
    }
}
