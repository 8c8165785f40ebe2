package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.Machine;
import dev.salvo.engine.PageFaultHandler;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The software of one machine: its address spaces, its shared memory, its page faults, its reclaim.
 *
 * <p>Built before the machine, whose page faults it handles; {@link #boot} brings the two together; address spaces and
 * memory are set up after that and before the machine starts, by one thread. From then on everything is called on cores.
 */
public final class Kernel implements PageFaultHandler {
    private final FlushStrategy strategy;
    private final boolean retaining;
    private final List<SharedMemory> memories = new ArrayList<>();
    private AddressSpace[] spaces = new AddressSpace[16];
    private Mapping[][] mappings = new Mapping[16][];
    private int nextAsid = 1;
    private int slots;

    private Machine machine;
    private PageAllocator allocator;
    private Zram zram;
    private Rmap rmap;
    private Vmscan vmscan;

    /** Where a shared memory lies in an address space. */
    private record Mapping(SharedMemory memory, long firstPage) {
        boolean holds(long page) {
            return page >= firstPage && page < firstPage + memory.pages();
        }
    }

    /**
     * Makes a kernel.
     *
     * @param strategy how it flushes TLBs
     */
    public Kernel(FlushStrategy strategy) {
        this(strategy, false);
    }

    private Kernel(FlushStrategy strategy, boolean retaining) {
        this.strategy = Objects.requireNonNull(strategy);
        this.retaining = retaining;
    }

    /**
     * Makes the kernel of a control: the same path with TLBIs and DSBs left out, over frames that are never used for
     * another page.
     *
     * @param path the strategy whose path is taken
     * @return the kernel
     */
    public static Kernel control(FlushStrategy path) {
        return new Kernel(new NoBroadcast(path), true);
    }

    /**
     * Makes an address space without memory.
     *
     * @param cores how many cores the machine will have
     * @return the address space
     * @throws IllegalStateException if there is no address space identifier left
     */
    public AddressSpace newAddressSpace(int cores) {
        if (nextAsid > Tlbi.MAX_ASID) {
            throw new IllegalStateException("more than " + Tlbi.MAX_ASID + " address spaces");
        }
        int asid = nextAsid++;
        if (asid >= spaces.length) {
            spaces = Arrays.copyOf(spaces, spaces.length * 2);
            mappings = Arrays.copyOf(mappings, spaces.length);
        }
        spaces[asid] = new AddressSpace(asid, cores);
        mappings[asid] = new Mapping[0];
        return spaces[asid];
    }

    /**
     * Makes shared memory that nobody maps yet.
     *
     * @param pages how many pages of 4 KiB
     * @return the memory
     */
    public SharedMemory newSharedMemory(int pages) {
        SharedMemory memory = new SharedMemory(pages, slots);
        slots += pages;
        memories.add(memory);
        return memory;
    }

    /**
     * Maps shared memory into an address space: {@code mmap(MAP_SHARED | MAP_ANONYMOUS)}. No page-table entry is made: that
     * is left to page faults.
     *
     * @param memory    the memory
     * @param mm        the address space
     * @param firstPage virtual page number
     */
    public void mmap(SharedMemory memory, AddressSpace mm, long firstPage) {
        memory.map(mm, firstPage);
        Mapping[] before = mappings[mm.asid()];
        mappings[mm.asid()] = Arrays.copyOf(before, before.length + 1);
        mappings[mm.asid()][before.length] = new Mapping(memory, firstPage);
    }

    /**
     * Brings the kernel up on a machine that has not started. All address spaces and memory have been set up.
     *
     * @param onMachine the machine
     */
    public void boot(Machine onMachine) {
        machine = onMachine;
        int cores = machine.spec().cores();
        PhysicalMemory memory = machine.memory();
        allocator = retaining ? PageAllocator.retaining(memory, cores) : new PageAllocator(memory, cores);
        zram = new Zram(memory, slots, cores);
        rmap = new Rmap(strategy);
        vmscan = new Vmscan(rmap, zram, allocator);
        for (int asid = 1; asid < nextAsid; asid++) {
            machine.translationTable(asid, spaces[asid].pageTable());
        }
    }

    /**
     * Reclaim.
     *
     * @return mm/vmscan.c
     */
    public Vmscan vmscan() {
        return vmscan;
    }

    /**
     * Reverse mapping and its flushes.
     *
     * @return mm/rmap.c
     */
    public Rmap rmap() {
        return rmap;
    }

    /** Swap. */
    Zram zram() {
        return zram;
    }

    /**
     * Handles a page fault: brings the page in if it is not resident, and maps it. {@code handle_mm_fault}, as far as
     * shared memory goes: a load maps the page clean, a store maps it dirty.
     *
     * @param core  the core that faulted
     * @param asid  address space
     * @param va    virtual address
     * @param store whether the access was a store
     * @throws IllegalStateException if nothing is mapped there, if the entry there forbids the store, or if there is no
     *                               frame left
     */
    @Override
    public void handlePageFault(Core core, int asid, long va, boolean store) {
        long page = va >>> PageTable.PAGE_SHIFT;
        AddressSpace mm = asid < nextAsid ? spaces[asid] : null;
        Mapping mapping = mm == null ? null : findVma(asid, page);
        if (mapping == null) {
            throw new IllegalStateException("segmentation fault: nothing is mapped at 0x" + Long.toHexString(va)
                + " of address space " + asid);
        }
        Folio folio = mapping.memory.folio((int) (page - mapping.firstPage));
        folio.lock.lock(core);
        try {
            shmemFault(core, folio);
            mapPage(core, mm, page, folio, store);
        } finally {
            folio.lock.unlock();
        }
    }

    private void mapPage(Core core, AddressSpace mm, long page, Folio folio, boolean store) {
        mm.pageTableLock().lock(core);
        try {
            long pte = mm.pageTable().walk(page);
            if (!Pte.isValid(pte)) {
                folio.mapCount++;
                core.storePte(mm.pageTable(), page,
                    store ? Pte.writableDirty(folio.frame) : Pte.writableClean(folio.frame));
            } else if (store && !Pte.isWritable(pte)) {
                // Nothing here makes an entry read-only: whoever did means it. The core would walk and fault for ever.
                throw new IllegalStateException("segmentation fault: a store to 0x"
                    + Long.toHexString(page << PageTable.PAGE_SHIFT) + " of address space " + mm.asid()
                    + ", which is mapped read-only");
            } // else another core's fault has mapped it meanwhile
        } finally {
            mm.pageTableLock().unlock();
        }
    }

    private Mapping findVma(int asid, long page) {
        for (Mapping mapping : mappings[asid]) {
            if (mapping.holds(page)) {
                return mapping;
            }
        }
        return null;
    }

    /** {@code shmem_fault}: makes the page resident. */
    private void shmemFault(Core core, Folio folio) {
        if (folio.frame != Folio.NO_FRAME) {
            return;
        }
        folio.frame = allocator.allocate(core, folio);
        if (folio.swapped) {
            shmemSwapin(core, folio);
        } else {
            clearPage(folio.frame);
        }
    }

    /** {@code shmem_swapin_folio}: shared memory frees its slot when it comes back, so the page is dirty from the start. */
    private void shmemSwapin(Core core, Folio folio) {
        zram.zramRead(core, folio.slot(), folio.frame);
        folio.swapped = false;
        folio.dirty = true;
        core.serve();
    }

    private void clearPage(int frame) {
        machine.memory().bytes(frame).setMemory(PhysicalMemory.offset(frame), PageTable.PAGE_SIZE, (byte) 0);
    }
}
