package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import java.util.Arrays;

/**
 * Shared anonymous memory (shmem): pages that belong to no process, mapped by some.
 *
 * <p>Where it is mapped is settled before the machine starts, and constant from then on; so the reverse map, from a
 * page to its mappings, is this list and needs no lock.
 */
public final class SharedMemory extends Memory {
    private final Folio[] folios;
    private AddressSpace[] spaces = {};
    private long[] firstPages = {};
    private final SpinLock iMmapLock = new SpinLock();

    SharedMemory(int pages, int firstSlot) {
        folios = new Folio[pages];
        for (int index = 0; index < pages; index++) {
            folios[index] = new Folio(this, index, firstSlot + index);
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

    /** {@code i_mmap_rwsem}: held to change a VMA in the list of mappings, which therefore one process at a time does. */
    SpinLock iMmapLock() {
        return iMmapLock;
    }

    Folio[] folios() {
        return folios;
    }

    @Override
    void lockMappings(Core core) {
        // constant
    }

    @Override
    void unlockMappings(Core core) {
        // constant
    }

    @Override
    int mappings() {
        return spaces.length;
    }

    @Override
    AddressSpace space(int place) {
        return spaces[place];
    }

    @Override
    long firstPage(int place) {
        return firstPages[place];
    }
}
