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
    private final Linux linux;
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
    private Madvise madvise;
    private Mremap mremap;
    private PteFault pteFault;

    /**
     * Makes a kernel.
     *
     * @param flush how it flushes TLBs
     */
    public Kernel(TlbFlush flush) {
        this(flush, Linux.MIXED);
    }

    /**
     * Makes a kernel of one version.
     *
     * @param flush how it flushes TLBs, of the same version
     * @param linux the version
     */
    public Kernel(TlbFlush flush, Linux linux) {
        this(flush, linux, PageAllocator::new, KernelFault.NONE, flush.arch().mostAsids());
    }

    private Kernel(TlbFlush flush, BiFunction<PhysicalMemory, Integer, PageAllocator> newAllocator,
                   KernelFault fault, int mostAsids) {
        this(flush, Linux.MIXED, newAllocator, fault, mostAsids);
    }

    private Kernel(TlbFlush flush, Linux linux, BiFunction<PhysicalMemory, Integer, PageAllocator> newAllocator,
                   KernelFault fault, int mostAsids) {
        this.flush = Objects.requireNonNull(flush);
        this.linux = Objects.requireNonNull(linux);
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
        return control(path, Linux.MIXED);
    }

    /**
     * Makes the kernel of a control of one version.
     *
     * @param path  when the flushes would be waited for
     * @param linux the version
     * @return the kernel
     */
    public static Kernel control(Deferral path, Linux linux) {
        return new Kernel(new TlbFlush(new NoBroadcast(), path), linux, PageAllocator::retaining, KernelFault.NONE,
            Tlbi.MAX_ASID);
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
        pteFault = new PteFault(arch, linux);
        anonymousFault = new AnonymousFault(arch, folios, pteFault, linux);
        mmap = new Mmap(arch, rmap, folios, linux);
        ChangedPtes ptes = new ChangedPtes(arch, linux);
        mprotect = new Mprotect(arch, rmap, folios, ptes, linux);
        sharedMprotect = new SharedMprotect(arch, rmap, folios, ptes);
        fork = new Fork(arch);
        migrate = new Migrate(rmap, folios, linux);
        madvise = new Madvise(arch, rmap, folios, vmscan, linux);
        mremap = new Mremap(arch, rmap, folios, mmap);
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
     * Makes a task, on the thread of its core, which frees as many pages with one flush as this version does.
     *
     * @param core the core it runs on
     * @return the task
     */
    public Task newTask(Core core) {
        return newTask(core, linux.freeBatch());
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
     * The version.
     *
     * @return the version, or the mixture
     */
    public Linux linux() {
        return linux;
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

    // ---- system calls

    /**
     * {@code mmap}: maps pages that {@link #munmap} has unmapped. Private ones hold zeros.
     *
     * @param task  who calls
     * @param mm    the address space
     * @param first the first page's number
     * @param count how many pages, all within its private memory or one shared memory
     */
    public void mmap(Task task, AddressSpace mm, long first, int count) {
        if (mm.sharedMapping(first) == null) {
            mmap.mmap(task.core(), mm, first, count);
        } else {
            AddressSpace.SharedMapping mapping = sharedMapping(mm, first, count);
            mmap.mmap(task.core(), mm, mapping, (int) (first - mapping.firstPage()), count);
        }
    }

    /**
     * {@code munmap}: when it returns, no access reaches these pages.
     *
     * @param task  who calls
     * @param mm    the address space
     * @param first the first page's number
     * @param count how many pages, all within its private memory or one shared memory
     */
    public void munmap(Task task, AddressSpace mm, long first, int count) {
        if (mm.sharedMapping(first) == null) {
            mmap.munmap(task.core(), mm, first, count);
        } else {
            AddressSpace.SharedMapping mapping = sharedMapping(mm, first, count);
            mmap.munmap(task.core(), mm, mapping, (int) (first - mapping.firstPage()), count);
        }
    }

    /**
     * {@code mremap}: moves pages of private memory to where nothing is mapped.
     *
     * @param task   who calls
     * @param mm     the address space, of which no forked relative lives
     * @param first  the first page's number
     * @param count  how many pages, all within its private memory
     * @param target the first page's new number, all within it, too
     * @throws IllegalArgumentException if one of them is not mapped, or something is mapped where they are to go
     */
    public void mremap(Task task, AddressSpace mm, long first, int count, long target) {
        mremap.mremap(task.core(), mm, first, count, target);
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
        mprotect.mprotect(task.core(), mm, first, count, writable ? Protection.READ_WRITE : Protection.READ);
    }

    /**
     * {@code mprotect}: when it returns every core knows; of shared memory whether a right was taken away or given, of private
     * memory at least if one was taken away.
     *
     * @param task       who calls
     * @param mm         the address space
     * @param first      the first page's number
     * @param count      how many pages, all within one mapping, or all within its private memory
     * @param protection what may be done with them from now on
     * @throws IllegalArgumentException if nothing is mapped there
     */
    public void mprotect(Task task, AddressSpace mm, long first, int count, Protection protection) {
        if (mm.sharedMapping(first) == null && mm.vma() != null && mm.vma().holds(first)) {
            mprotect.mprotect(task.core(), mm, first, count, protection);
            return;
        }
        AddressSpace.SharedMapping mapping = sharedMapping(mm, first, count);
        sharedMprotect.mprotect(task.core(), mm, mapping, (int) (first - mapping.firstPage()), count, protection);
    }

    /**
     * {@code madvise(MADV_DONTNEED)}: takes entries away. Pages of shared memory stay, private ones hold zeros afterwards.
     *
     * @param task  who calls
     * @param mm    the address space
     * @param first the first page's number
     * @param count how many pages, all within one mapping, or all within its private memory
     * @throws IllegalArgumentException if nothing is mapped there
     */
    public void madviseDontneed(Task task, AddressSpace mm, long first, int count) {
        if (mm.sharedMapping(first) == null && mm.vma() != null && mm.vma().holds(first)) {
            mmap.madviseDontneed(task.core(), mm, first, count);
            return;
        }
        AddressSpace.SharedMapping mapping = sharedMapping(mm, first, count);
        mmap.madviseDontneed(task.core(), mm, mapping, (int) (first - mapping.firstPage()), count);
    }

    /**
     * {@code madvise(MADV_COLD)}: these pages are not used soon.
     *
     * @param task  who calls
     * @param mm    the address space
     * @param first the first page's number
     * @param count how many pages
     */
    public void madviseCold(Task task, AddressSpace mm, long first, int count) {
        madvise.cold(task, mm, first, count);
    }

    /**
     * {@code madvise(MADV_FREE)}: what these pages hold may be thrown away unless they are written again.
     *
     * @param task  who calls
     * @param mm    the address space
     * @param first the first page's number
     * @param count how many pages, all within its private memory
     */
    public void madviseFree(Task task, AddressSpace mm, long first, int count) {
        madvise.free(task.core(), mm, first, count);
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
     * {@code madvise(MADV_PAGEOUT)}.
     *
     * @param task  who calls
     * @param mm    the address space
     * @param first the first page's number
     * @param count how many pages; on the mixture all within its private memory
     * @return how many were paged out
     */
    public int madvisePageout(Task task, AddressSpace mm, long first, int count) {
        if (!linux.isMixed()) {
            return madvise.pageout(task, mm, first, count);
        }
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
     * {@code move_pages}: moves pages to other frames, in batches where this version has them.
     *
     * @param task  who calls
     * @param mm    the address space
     * @param first the first page's number
     * @param count how many pages
     * @return how many were moved; one that is not resident is not, nor one that somebody else works on
     */
    public int movePages(Task task, AddressSpace mm, long first, int count) {
        return migrate.migratePages(task, mm, first, count);
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
                mapPage(core, mm, page, folio, mapping.protection(index), store);
            } finally {
                mm.pageTableLock().unlock(core);
            }
        } finally {
            folio.lock.unlock(core);
        }
    }

    /** The caller holds the page-table lock, under which the protection was read. */
    private void mapPage(Core core, AddressSpace mm, long page, Folio folio, Protection protection, boolean store) {
        if (protection == null) {
            throw SegmentationFault.notMapped(mm.asid(), page << PageTable.PAGE_SHIFT);
        }
        if (protection == Protection.NONE) {
            throw SegmentationFault.noAccess(mm.asid(), page);
        }
        boolean writable = protection.allowsStores();
        if (store && !writable) {
            throw SegmentationFault.readOnly(mm.asid(), page);
        }
        long pte = core.loadPte(mm.pageTable(), page);
        if (!Pte.isValid(pte)) {
            folio.addMapping();
            core.storePte(mm.pageTable(), page, setPteRange(folio, writable, store));
        } else if (store && !Pte.isWritable(pte)) {
            // The entry says otherwise than the mapping: the core would walk and fault for ever.
            throw SegmentationFault.readOnly(mm.asid(), page);
        } else if (!linux.isMixed()) {
            pteFault.ptepSetAccessFlags(core, mm, page, pte, store);
        } // else another core's fault has mapped it meanwhile
    }

    /** {@code set_pte_range}'s entry. */
    private long setPteRange(Folio folio, boolean writable, boolean store) {
        if (!writable) {
            return Pte.readOnly(folio.frame);
        }
        boolean dirty = store || folio.dirty && linux.has(Linux.Rule.DIRTY_FOLIO_DIRTY_ENTRY);
        return dirty ? Pte.writableDirty(folio.frame) : Pte.writableClean(folio.frame);
    }

    /** {@code shmem_fault}: makes the page resident. */
    private void shmemFault(Core core, Folio folio) {
        if (folio.frame == Folio.NO_FRAME) {
            folios.makeResident(core, folio);
        }
    }
}
