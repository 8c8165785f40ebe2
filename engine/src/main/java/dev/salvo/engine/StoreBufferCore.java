package dev.salvo.engine;

import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.Pte;

/**
 * A core with a model store buffer for page-table stores: they reach the table when it drains, and not before. Its own
 * software sees them, as forwarding would have it; walks do not, its own included.
 *
 * <p>It drains at {@code dsb(ishst)}; at the end of a {@code dsb(ish)}'s wait, since a DSB does not return before the
 * stores are complete and promises no more; before a store-release; at the return from a page fault; and when it is
 * full. On the host an atomic publication orders every store before it, so software that leaves {@code dsb(ishst)} out
 * would always get away with it. Here it does not: between its TLBI and the end of its DSB walks meet the old entry.
 *
 * <p><b>Swaps.</b> {@link #swapPte} takes the entry out of the table at once, atomically, and leaves a residue in its
 * place which walks go on meeting until the buffer drains. A dirty entry is its own residue: what it returns says so.
 * Any other loses the right to be made dirty, because nobody would learn of it any more: a store faults on it, and
 * waits for the lock whose holder drains. So what a walk may set late is the accessed flag alone. An entry that does
 * not translate leaves no residue: there is nothing to walk to.
 *
 * <p>A residue that has been walked to is cached like any other entry. The TLBI removes it for good if no walk can meet
 * it afterwards, that is if the buffer has drained before, which is all that {@code dsb(ishst)} is for.
 *
 * <p>A page has one place in the buffer: a later store takes the earlier one's. Otherwise a walk during the drain might
 * meet, and make dirty, an entry that the software has long since taken back clean.
 */
class StoreBufferCore extends Core {
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
        buffer(find(table, page), table, page, ofItsGeneration(pte));
    }

    @Override
    public long swapPte(PageTable table, long page, long pte) {
        int place = find(table, page);
        long was = place < buffered ? stores[place] : takeOut(table, page);
        buffer(place, table, page, ofItsGeneration(pte));
        return was;
    }

    @Override
    public long loadPte(PageTable table, long page) {
        int place = find(table, page);
        return place < buffered ? stores[place] : table.walk(page);
    }

    @Override
    public void releaseStores() {
        drain();
    }

    @Override
    public void dsbIshst() {
        drain();
        super.dsbIshst();
    }

    @Override
    public void tlbiLocal(long operation) {
        super.tlbiLocal(operation);
        drain(); // its dsb(nsh)
    }

    @Override
    void complete() {
        super.complete();
        drain();
    }

    /** A real store buffer drains in the end: a fault that was handled is not taken for ever. */
    @Override
    void returnFromFault() {
        drain();
    }

    /** Where a page's store lies, or how many there are. */
    private int find(PageTable table, long page) {
        int place = 0;
        while (place < buffered && (tables[place] != table || pages[place] != page)) {
            place++;
        }
        return place;
    }

    private static long takeOut(PageTable table, long page) {
        long was;
        do {
            was = table.walk(page);
        } while (Pte.isValid(was) && !table.compareAndSet(page, was, residue(was)));
        return was;
    }

    private static long residue(long was) {
        return Pte.takesStores(was) ? was : was & ~Pte.DBM;
    }

    private void buffer(int found, PageTable table, long page, long pte) {
        int place = found;
        if (place == stores.length) {
            drain();
            place = 0;
        }
        tables[place] = table;
        pages[place] = page;
        stores[place] = pte;
        buffered = Math.max(buffered, place + 1);
    }

    private void drain() {
        for (int i = 0; i < buffered; i++) {
            tables[i].set(pages[i], stores[i]);
            tables[i] = null;
        }
        buffered = 0;
    }
}
