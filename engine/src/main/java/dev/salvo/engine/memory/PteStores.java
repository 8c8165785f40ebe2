package dev.salvo.engine.memory;

/**
 * How a core's stores to page tables reach them. Chosen when a machine is built; each core has its own.
 *
 * <p><b>Threads.</b> The core's own.
 */
public abstract class PteStores {
    /** For subclasses. */
    protected PteStores() {
    }

    /**
     * Stores an entry.
     *
     * @param table the table; the caller holds its lock
     * @param page  virtual page number
     * @param pte   the entry
     */
    public abstract void store(PageTable table, long page, long pte);

    /**
     * Takes an entry and leaves another, atomically towards the walks that set its dirty state.
     *
     * @param table the table; the caller holds its lock
     * @param page  virtual page number
     * @param pte   what is left
     * @return what was there
     */
    public abstract long swap(PageTable table, long page, long pte);

    /**
     * Loads an entry: this core's own stores of it are seen, whether or not walks see them.
     *
     * @param table the table; the caller holds its lock
     * @param page  virtual page number
     * @return a {@link Pte}, or 0
     */
    public abstract long load(PageTable table, long page);

    /** {@code dsb(ishst)}: the stores before come before whatever the core stores or issues next. */
    public abstract void barrier();

    /** Walks see all stores from now on: what every other thing does that completes stores. */
    public abstract void complete();
}
