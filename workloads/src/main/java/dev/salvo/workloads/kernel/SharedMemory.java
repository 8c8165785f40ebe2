package dev.salvo.workloads.kernel;

import java.util.Arrays;

/**
 * Shared anonymous memory (shmem): pages that belong to no process, mapped by some.
 *
 * <p>Where it is mapped is settled before the machine starts, and constant from then on; so the reverse map, from a page
 * to its mappings, is this list and needs no lock.
 */
public final class SharedMemory {
    private final Folio[] folios;
    private final int firstSlot;
    private AddressSpace[] spaces = {};
    private long[] firstPages = {};

    SharedMemory(int pages, int firstSlot) {
        this.firstSlot = firstSlot;
        folios = new Folio[pages];
        for (int index = 0; index < pages; index++) {
            folios[index] = new Folio(this, index);
        }
    }

    void map(AddressSpace space, long firstPage) {
        spaces = Arrays.copyOf(spaces, spaces.length + 1);
        firstPages = Arrays.copyOf(firstPages, spaces.length);
        spaces[spaces.length - 1] = space;
        firstPages[spaces.length - 1] = firstPage;
    }

    /**
     * How many pages it has.
     *
     * @return pages of 4 KiB
     */
    public int pages() {
        return folios.length;
    }

    /**
     * One of its pages.
     *
     * @param index from 0
     * @return the folio
     */
    public Folio folio(int index) {
        return folios[index];
    }

    int firstSlot() {
        return firstSlot;
    }

    /** How many address spaces map it. */
    int mappings() {
        return spaces.length;
    }

    AddressSpace space(int mapping) {
        return spaces[mapping];
    }

    long firstPage(int mapping) {
        return firstPages[mapping];
    }
}
