package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.Machine;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.PageFaultHandler;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.tlb.Tlbi;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.BiFunction;

/**
 * The software of one machine: its address spaces, their memory, its page faults, its reclaim, its system calls.
 *
 * <p>Built before the machine, whose page faults it handles ({@link #hardware}). Then one thread sets address spaces and
 * memory up, and {@link #boot} brings kernel and machine together. Once the machine has started everything is called on
 * cores; of the methods that set up none is called any more.
 */
public final class Kernel implements PageFaultHandler {
    private static final VarHandle SPACES = MethodHandles.arrayElementVarHandle(AddressSpace[].class);

    private final TlbFlush flush;
    private final BiFunction<PhysicalMemory, Integer, PageAllocator> newAllocator;
    private final KernelFault fault;
    private final AsidAllocator asids;

    /** By ASID. Set with a release before any core uses the ASID, so that its faults find the address space whole. */
    private final AddressSpace[] spaces;
    private int slots;
    private int anonymousPages;

    private Machine machine;
    private Zram zram;
    private Rmap rmap;
    private Vmscan vmscan;
    private Folios folios;
    private AnonymousFault anonymousFault;
    private Mmap mmap;
    private Mprotect mprotect;
    private SharedMprotect sharedMprotect;
    private Fork fork;
    private Migrate migrate;

    /**
     * Makes a kernel.
     *
     * @param flush how it flushes TLBs
     */
    public Kernel(TlbFlush flush) {
        this(flush, PageAllocator::new, KernelFault.NONE, Tlbi.MAX_ASID);
    }

    private Kernel(TlbFlush flush, BiFunction<PhysicalMemory, Integer, PageAllocator> newAllocator,
                   KernelFault fault, int mostAsids) {
        this.flush = Objects.requireNonNull(flush);
        this.newAllocator = newAllocator;
        this.fault = fault;
        asids = fault.asidAllocator(mostAsids);
        spaces = new AddressSpace[mostAsids + 1];
    }

    /**
     * Makes the kernel of a control: the same path with TLBIs and DSBs left out, over frames that are never used for
     * another page.
     *
     * @param path when the flushes would be waited for
     * @return the kernel
     */
    public static Kernel control(Deferral path) {
        return new Kernel(new TlbFlush(new NoBroadcast(), path), PageAllocator::retaining, KernelFault.NONE, Tlbi.MAX_ASID);
    }

    /**
     * Makes a kernel for torture: pages get the frame back that they were last in, if it is free.
     *
     * @param flush     how it flushes TLBs
     * @param fault     what is wrong with it
     * @param mostAsids how many address space identifiers there are, 1..{@value Tlbi#MAX_ASID}: the fewer, the sooner
     *                  they are used again
     * @return the kernel
     */
    public static Kernel forTorture(TlbFlush flush, KernelFault fault, int mostAsids) {
        if (mostAsids < 1 || mostAsids > Tlbi.MAX_ASID) {
            throw new IllegalArgumentException(mostAsids + " address space identifiers: 1.." + Tlbi.MAX_ASID);
        }
        return new Kernel(flush, PageAllocator::returning, fault, mostAsids);
    }

    // ---- setting up

    /**
     * Makes an address space without memory.
     *
     * @param cores how many cores the machine will have
     * @return the address space
     * @throws IllegalStateException if there is no address space identifier left
     */
    public AddressSpace newAddressSpace(int cores) {
        AddressSpace mm = new AddressSpace(asids.first(), fault.cpuMask(cores));
        SPACES.setRelease(spaces, mm.asid(), mm);
        return mm;
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
        return memory;
    }

    /**
     * Maps shared memory into an address space: {@code mmap(MAP_SHARED | MAP_ANONYMOUS)}. No page-table entry is made:
     * that is left to page faults.
     *
     * @param memory    the memory
     * @param mm        the address space
     * @param firstPage virtual page number
     */
    public void mmap(SharedMemory memory, AddressSpace mm, long firstPage) {
        memory.map(mm, firstPage);
        mm.map(memory, firstPage);
    }

    /**
     * Gives an address space its private memory: {@code mmap(MAP_PRIVATE | MAP_ANONYMOUS)}. It can be written and read,
     * and holds zeros; it is inherited by {@link #fork}.
     *
     * @param mm        the address space
     * @param firstPage virtual page number
     * @param pages     how many pages of 4 KiB
     */
    public void mmapPrivate(AddressSpace mm, long firstPage, int pages) {
        AnonymousMemory memory = new AnonymousMemory();
        Vma vma = new Vma(mm, memory, firstPage, pages);
        memory.add(vma);
        mm.vma(vma);
    }

    /**
     * Makes room in swap for private memory.
     *
     * @param pages how many pages of 4 KiB of it there may be at once, in all address spaces, those that only one who
     *              works on them still holds included
     */
    public void reservePrivatePages(int pages) {
        anonymousPages = pages;
    }

    /**
     * What it needs of the machine that it is to be brought up on: page faults handled here, and whatever its flushes
     * need.
     *
     * @param spec the machine
     * @return a copy for this kernel
     */
    public MachineSpec hardware(MachineSpec spec) {
        return flush.arch().hardware(spec.pageFaults(this));
    }

    /**
     * Brings the kernel up on a machine that has not started. All address spaces and memory have been set up.
     *
     * @param onMachine the machine, of a spec from {@link #hardware}
     */
    public void boot(Machine onMachine) {
        machine = onMachine;
        int cores = machine.spec().cores();
        PhysicalMemory memory = machine.memory();
        PageAllocator allocator = newAllocator.apply(memory, cores);
        zram = new Zram(memory, slots + anonymousPages, cores);
        folios = new Folios(memory, allocator, zram, new SwapSlots(slots, anonymousPages));
        rmap = fault.rmap(flush);
        vmscan = fault.vmscan(rmap, zram, folios);
        ArchTlb arch = flush.arch();
        anonymousFault = new AnonymousFault(arch, folios);
        mmap = new Mmap(arch, rmap, folios);
        mprotect = new Mprotect(arch, rmap, folios);
        sharedMprotect = new SharedMprotect(arch, rmap, folios);
        fork = new Fork(arch);
        migrate = new Migrate(rmap, folios);
        for (AddressSpace mm : spaces) {
            if (mm != null) {
                machine.translationTable(mm.asid(), mm.pageTable());
            }
        }
    }

    /**
     * Makes a task, on the thread of its core.
     *
     * @param core  the core it runs on
     * @param batch how many pages are freed with one flush, at least 1: 31 since Linux 6.9
     * @return the task
     * @throws IllegalArgumentException if the batch is less than 1
     */
    public Task newTask(Core core, int batch) {
        return new Task(core, batch, flush.arch().newUnmapBatch(core.machine().spec().cores()));
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

    // ---- system calls on private memory

    /**
     * {@code mmap}: maps pages of private memory that {@link #munmap} has unmapped. They hold zeros.
     *
     * @param task  who calls
     * @param mm    the address space
     * @param first the first page's number
     * @param count how many pages, all within its private memory
     */
    public void mmap(Task task, AddressSpace mm, long first, int count) {
        mmap.mmap(task.core(), mm, first, count);
    }

    /**
     * {@code munmap}: when it returns, no access reaches these pages.
     *
     * @param task  who calls
     * @param mm    the address space
     * @param first the first page's number
     * @param count how many pages, all within its private memory
     */
    public void munmap(Task task, AddressSpace mm, long first, int count) {
        mmap.munmap(task.core(), mm, first, count);
    }

    /**
     * {@code mprotect}: when it returns, no store reaches pages that were made read-only.
     *
     * @param task     who calls
     * @param mm       the address space
     * @param first    the first page's number
     * @param count    how many pages, all within its private memory
     * @param writable whether they may be written from now on
     * @throws IllegalArgumentException if one of them is not mapped
     */
    public void mprotect(Task task, AddressSpace mm, long first, int count, boolean writable) {
        mprotect.mprotect(task.core(), mm, first, count, writable);
    }

    /**
     * {@code mprotect} of mapped shared memory: when it returns every core knows, whether a right was taken away or
     * given.
     *
     * @param task       who calls
     * @param mm         the address space
     * @param first      the first page's number
     * @param count      how many pages, all within one mapping
     * @param protection what may be done with them from now on
     * @throws IllegalArgumentException if no shared memory is mapped there
     */
    public void mprotect(Task task, AddressSpace mm, long first, int count, Protection protection) {
        AddressSpace.SharedMapping mapping = sharedMapping(mm, first, count);
        sharedMprotect.mprotect(task.core(), mm, mapping, (int) (first - mapping.firstPage()), count, protection);
    }

    /**
     * {@code madvise(MADV_DONTNEED)} of mapped shared memory: takes its entries away; the pages stay.
     *
     * @param task  who calls
     * @param mm    the address space
     * @param first the first page's number
     * @param count how many pages, all within one mapping
     * @throws IllegalArgumentException if no shared memory is mapped there
     */
    public void madviseDontneed(Task task, AddressSpace mm, long first, int count) {
        AddressSpace.SharedMapping mapping = sharedMapping(mm, first, count);
        sharedMprotect.madviseDontneed(task.core(), mm, mapping, (int) (first - mapping.firstPage()), count);
    }

    private static AddressSpace.SharedMapping sharedMapping(AddressSpace mm, long first, int count) {
        AddressSpace.SharedMapping mapping = mm.sharedMapping(first);
        if (mapping == null || count < 1 || !mapping.holds(first + count - 1)) {
            throw new IllegalArgumentException(count + " pages from 0x" + Long.toHexString(first)
                + ": no shared memory is mapped there");
        }
        return mapping;
    }

    /**
     * {@code madvise(MADV_PAGEOUT)} of private memory.
     *
     * @param task  who calls
     * @param mm    the address space
     * @param first the first page's number
     * @param count how many pages, all within its private memory
     * @return how many were paged out
     */
    public int madvisePageout(Task task, AddressSpace mm, long first, int count) {
        return vmscan.reclaimPages(task, mm, first, count);
    }

    /**
     * {@code move_pages}: moves a page of private memory to another frame.
     *
     * @param task who calls
     * @param mm   the address space
     * @param page the page's number
     * @return whether it was moved; not if it is not resident, or somebody else works on it
     */
    public boolean movePage(Task task, AddressSpace mm, long page) {
        return migrate.migratePage(task, mm, page);
    }

    /**
     * {@code fork}: a new address space with the private memory of another, copied on write.
     *
     * @param task   who calls
     * @param parent the other
     * @return the child
     * @throws IllegalStateException if there is no address space identifier left
     */
    public AddressSpace fork(Task task, AddressSpace parent) {
        Core core = task.core();
        AddressSpace child = new AddressSpace(asids.newContext(core), fault.cpuMask(machine.spec().cores()));
        fork.dupMmap(core, parent, child);
        SPACES.setRelease(spaces, child.asid(), child);
        machine.translationTable(child.asid(), child.pageTable());
        return child;
    }

    /**
     * {@code exit}: an address space with private memory only goes away. No core runs it, nor ever will.
     *
     * @param task who calls
     * @param mm   the address space
     */
    public void exit(Task task, AddressSpace mm) {
        machine.translationTable(mm.asid(), null);
        SPACES.setRelease(spaces, mm.asid(), null);
        mmap.exitMmap(task.core(), mm);
        asids.giveBack(task.core(), mm.asid());
    }

    // ---- page faults

    /**
     * Handles a page fault: brings the page in if it is not resident, and maps it. {@code handle_mm_fault}: of shared
     * memory, a load maps the page clean, a store maps it dirty.
     *
     * @param core  the core that faulted
     * @param asid  address space
     * @param va    virtual address
     * @param store whether the access was a store
     * @throws SegmentationFault     if nothing is mapped there, or the store is not allowed
     * @throws IllegalStateException if there is no frame left
     */
    @Override
    public void handlePageFault(Core core, int asid, long va, boolean store) {
        Step.FAULT.on(core, 1);
        long page = va >>> PageTable.PAGE_SHIFT;
        AddressSpace mm = asid < spaces.length ? (AddressSpace) SPACES.getAcquire(spaces, asid) : null;
        if (mm == null) {
            throw SegmentationFault.notMapped(asid, va);
        }
        AddressSpace.SharedMapping mapping = mm.sharedMapping(page);
        if (mapping != null) {
            handleSharedFault(core, mm, page, mapping, store);
        } else if (mm.vma() != null && mm.vma().holds(page)) {
            anonymousFault.handle(core, mm.vma(), page, store);
        } else {
            throw SegmentationFault.notMapped(asid, va);
        }
    }

    private void handleSharedFault(Core core, AddressSpace mm, long page, AddressSpace.SharedMapping mapping,
                                   boolean store) {
        int index = (int) (page - mapping.firstPage());
        Folio folio = mapping.memory().folio(index);
        folio.lock.lock(core);
        try {
            shmemFault(core, folio);
            mm.pageTableLock().lock(core);
            try {
                mapPage(core, mm, page, folio, mapping.protection(index).allowsStores(), store);
            } finally {
                mm.pageTableLock().unlock(core);
            }
        } finally {
            folio.lock.unlock(core);
        }
    }

    /** The caller holds the page-table lock, under which the protection was read. */
    private static void mapPage(Core core, AddressSpace mm, long page, Folio folio, boolean writable, boolean store) {
        if (store && !writable) {
            throw SegmentationFault.readOnly(mm.asid(), page);
        }
        long pte = core.loadPte(mm.pageTable(), page);
        if (!Pte.isValid(pte)) {
            folio.addMapping();
            core.storePte(mm.pageTable(), page, !writable ? Pte.readOnly(folio.frame)
                : store ? Pte.writableDirty(folio.frame) : Pte.writableClean(folio.frame));
        } else if (store && !Pte.isWritable(pte)) {
            // The entry says otherwise than the mapping: the core would walk and fault for ever.
            throw SegmentationFault.readOnly(mm.asid(), page);
        } // else another core's fault has mapped it meanwhile
    }

    /** {@code shmem_fault}: makes the page resident. */
    private void shmemFault(Core core, Folio folio) {
        if (folio.frame == Folio.NO_FRAME) {
            folios.makeResident(core, folio);
        }
    }
}
