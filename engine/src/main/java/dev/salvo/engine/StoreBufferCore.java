package dev.salvo.engine;

import dev.salvo.engine.memory.PageTable;

/**
 * A core with a model store buffer for page-table stores: they reach the table at {@code dsb(ishst)}, at
 * {@code dsb(ish)}, at the return from a page fault, or when the buffer is full, and not before. {@link #swapPte} sees
 * what is in the buffer, as forwarding would have it; walks do not, the core's own included.
 *
 * <p>The model is of this one fault only: a dirty state that a walk sets between a swap and its arrival is lost, which
 * a real atomic swap would not do.
 *
 * <p>On the host an atomic publication orders every store before it, so software that leaves {@code dsb(ishst)} out
 * would always get away with it. Here it does not.
 */
final class StoreBufferCore extends Core {
    private final PageTable[] tables;
    private final long[] pages;
    private final long[] stores;
    private int buffered;

    StoreBufferCore(Machine machine, int id, int entries) {
        super(machine, id);
        tables = new PageTable[entries];
        pages = new long[entries];
        stores = new long[entries];
    }

    @Override
    public void storePte(PageTable table, long page, long pte) {
        if (buffered == stores.length) {
            drain();
        }
        tables[buffered] = table;
        pages[buffered] = page;
        stores[buffered++] = pte;
    }

    @Override
    public long swapPte(PageTable table, long page, long pte) {
        long was = table.walk(page);
        for (int i = 0; i < buffered; i++) {
            if (tables[i] == table && pages[i] == page) {
                was = stores[i];
            }
        }
        storePte(table, page, pte);
        return was;
    }

    @Override
    public void dsbIshst() {
        drain();
        super.dsbIshst();
    }

    @Override
    void complete() {
        drain();
        super.complete();
    }

    /** A real store buffer drains in the end: a fault that was handled is not taken for ever. */
    @Override
    void returnFromFault() {
        drain();
    }

    private void drain() {
        for (int i = 0; i < buffered; i++) {
            tables[i].set(pages[i], stores[i]);
            tables[i] = null;
        }
        buffered = 0;
    }
}
