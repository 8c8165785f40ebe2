package dev.salvo.engine;

/** Where a core goes when a walk finds no translation that allows the access: software. */
@FunctionalInterface
public interface PageFaultHandler {
    /**
     * Makes the access possible; the core then walks again. Called on the core's own thread, between two accesses.
     *
     * @param core  the core that faulted
     * @param asid  address space
     * @param va    virtual address
     * @param store whether the access was a store
     * @throws RuntimeException if the access is not allowed: the core fails with it
     */
    void handlePageFault(Core core, int asid, long va, boolean store);
}
