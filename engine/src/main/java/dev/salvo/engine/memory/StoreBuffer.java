package dev.salvo.engine.memory;

import java.lang.invoke.VarHandle;

/**
 * A model store buffer for page-table stores: they reach the table when it drains, and not before. The core's own software
 * sees them, as forwarding would have it; walks do not, its own included.
 *
 * <p>It drains at {@code dsb(ishst)}; at the end of a {@code dsb(ish)}'s wait, since a DSB does not return before the
 * stores are complete and promises no more; before a store-release; at the return from a page fault; and when it is
 * full. On the host an atomic publication orders every store before it, so software that leaves {@code dsb(ishst)} out
 * would always get away with it. Here it does not: between its TLBI and the end of its DSB walks meet the old entry.
 *
 * <p><b>Swaps.</b> {@link #swap} takes the entry out of the table at once, atomically, and leaves a residue in its
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
public class StoreBuffer extends PteStores {
    private final PageTable[] tables;
    private final long[] pages;
    private final long[] stores;
    private int buffered;

    /**
     * For subclasses: makes an empty one.
     *
     * @param entries how many stores it holds, 1 or more
     */
    protected StoreBuffer(int entries) {
        tables = new PageTable[entries];
        pages = new long[entries];
        stores = new long[entries];
    }

    /**
     * Makes one.
     *
     * @param entries how many stores it holds, 1 or more
     * @return as what it is for others, so that a JVM that verifies those has no need to load this class
     */
    public static PteStores of(int entries) {
        return new StoreBuffer(entries);
    }

    @Override
    public final void store(PageTable table, long page, long pte) {
        buffer(find(table, page), table, page, pte);
    }

    @Override
    public final long swap(PageTable table, long page, long pte) {
        int place = find(table, page);
        long was = place < buffered ? stores[place] : takeOut(table, page);
        buffer(place, table, page, pte);
        return was;
    }

    @Override
    public final long load(PageTable table, long page) {
        int place = find(table, page);
        return place < buffered ? stores[place] : table.walk(page);
    }

    @Override
    public void barrier() {
        complete();
        VarHandle.storeStoreFence();
    }

    @Override
    public final void complete() {
        for (int i = 0; i < buffered; i++) {
            tables[i].set(pages[i], stores[i]);
            tables[i] = null;
        }
        buffered = 0;
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
            complete();
            place = 0;
        }
        tables[place] = table;
        pages[place] = page;
        stores[place] = pte;
        buffered = Math.max(buffered, place + 1);
    }
}
