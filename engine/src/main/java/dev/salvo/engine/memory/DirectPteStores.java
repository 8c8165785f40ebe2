package dev.salvo.engine.memory;

import java.lang.invoke.VarHandle;

/** Stores reach the table as the host's own do. */
public final class DirectPteStores extends PteStores {
    private DirectPteStores() {
    }

    /**
     * Makes one.
     *
     * @return as what it is for others, so that a JVM that verifies those has no need to load this class
     */
    public static PteStores create() {
        return new DirectPteStores();
    }

    @Override
    public void store(PageTable table, long page, long pte) {
        table.set(page, pte);
    }

    @Override
    public long swap(PageTable table, long page, long pte) {
        return table.getAndSet(page, pte);
    }

    @Override
    public long load(PageTable table, long page) {
        return table.walk(page);
    }

    @Override
    public void barrier() {
        VarHandle.storeStoreFence();
    }

    /** The host's releases and atomics order what they have to. */
    @Override
    public void complete() {
    }
}
