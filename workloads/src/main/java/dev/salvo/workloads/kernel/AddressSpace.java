package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A process's memory: the kernel's {@code mm_struct}, as far as TLB flushes are concerned.
 *
 * <p>Any core may use it. Its page-table entries are written under {@link #pageTableLock}; what is mapped where is
 * changed under {@link #mmapLock}, which is taken first.
 */
public final class AddressSpace {
    /** Bits 0..14 of {@link #tlbFlushBatched}: how many deferred flushes have been begun. */
    static final int PENDING_MASK = (1 << 15) - 1;
    /** Above this, pending starts over, lest it catch up with flushed. */
    static final int PENDING_LARGE = PENDING_MASK / 2;
    /** Bits 16..30: what pending was when everything was last flushed. */
    static final int FLUSHED_SHIFT = 16;

    private static final VarHandle TLB_FLUSH_BATCHED;
    private static final VarHandle TLB_FLUSH_PENDING;

    static {
        try {
            TLB_FLUSH_BATCHED = MethodHandles.lookup()
                .findVarHandle(AddressSpace.class, "tlbFlushBatched", int.class);
            TLB_FLUSH_PENDING = MethodHandles.lookup()
                .findVarHandle(AddressSpace.class, "tlbFlushPending", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final int asid;
    private final PageTable pageTable = new PageTable();
    private final SpinLock pageTableLock = new SpinLock();
    private final SpinLock mmapLock = new SpinLock();
    private final CpuMask cpuMask;

    /** Where shared memory is mapped. Settled before the machine starts. */
    private SharedMapping[] sharedMappings = {};

    /** Its private memory, or null. Set before any core can know of this address space. */
    private Vma vma;

    /**
     * Generations of deferred flushes. Bumped by reclaim and brought up to date by {@link Rmap#flushTlbBatchedPending},
     * both under the page-table lock, which orders them. A kernel has a lock per page table, and may do both at once
     * for two tables of one address space: hence every change is atomic, as there.
     */
    private int tlbFlushBatched;

    /**
     * How many have changed entries, or are about to, and have not flushed yet: a count, lest the first to finish hide the
     * others. Whoever changes entries does so under the page-table lock and is counted before: who holds that lock sees it.
     */
    private int tlbFlushPending;

    /**
     * Where a shared memory lies in an address space. Its protections are changed under the mmap lock and the
     * page-table lock, and read under either.
     */
    record SharedMapping(SharedMemory memory, long firstPage, Protection[] protections) {
        SharedMapping(SharedMemory memory, long firstPage) {
            this(memory, firstPage, new Protection[memory.pages()]);
            Arrays.fill(protections, Protection.READ_WRITE);
        }

        boolean holds(long page) {
            return page >= firstPage && page < firstPage + memory.pages();
        }

        long end() {
            return firstPage + memory.pages();
        }

        /** Of a page that has been unmapped, null. */
        Protection protection(int index) {
            return protections[index];
        }

        void protect(int index, Protection protection) {
            protections[index] = protection;
        }

        /** Between how many pages one VMA ends and the next begins. */
        int boundaries() {
            int boundaries = 0;
            for (int index = 1; index < protections.length; index++) {
                boundaries += protections[index] == protections[index - 1] ? 0 : 1;
            }
            return boundaries;
        }
    }

    AddressSpace(int asid, CpuMask cpuMask) {
        this.asid = asid;
        this.cpuMask = cpuMask;
    }

    /**
     * Its address space identifier.
     *
     * @return 1..65535
     */
    public int asid() {
        return asid;
    }

    /**
     * Its page table.
     *
     * @return the table
     */
    public PageTable pageTable() {
        return pageTable;
    }

    /**
     * The lock under which its page-table entries are written.
     *
     * @return the lock
     */
    public SpinLock pageTableLock() {
        return pageTableLock;
    }

    /**
     * The lock under which its private memory is mapped, unmapped, protected, forked and faulted in. A kernel lets
     * faults share it; here they take turns.
     *
     * @return the lock
     */
    SpinLock mmapLock() {
        return mmapLock;
    }

    void map(SharedMemory memory, long firstPage) {
        sharedMappings = Arrays.copyOf(sharedMappings, sharedMappings.length + 1);
        sharedMappings[sharedMappings.length - 1] = new SharedMapping(memory, firstPage);
    }

    /** The shared memory at a page, or null. */
    SharedMapping sharedMapping(long page) {
        for (SharedMapping mapping : sharedMappings) {
            if (mapping.holds(page)) {
                return mapping;
            }
        }
        return null;
    }

    /** The folio of a page, or null. The caller holds the mmap lock. */
    Folio folio(long page) {
        SharedMapping mapping = sharedMapping(page);
        if (mapping != null) {
            return mapping.memory.folio((int) (page - mapping.firstPage));
        }
        return vma != null && vma.holds(page) ? vma.folios[vma.index(page)] : null;
    }

    /** The last mapped page before one, or -1: what {@code free_pgtables} calls the floor. */
    long mappedBefore(long page) {
        long before = -1;
        if (vma != null) {
            for (long at = Math.min(page, vma.firstPage + vma.folios.length) - 1; at >= vma.firstPage && before < 0; at--) {
                before = vma.protection[vma.index(at)] == Vma.UNMAPPED ? -1 : at;
            }
        }
        for (SharedMapping mapping : sharedMappings) {
            for (long at = Math.min(page, mapping.end()) - 1; at >= mapping.firstPage && at > before; at--) {
                before = mapping.protection((int) (at - mapping.firstPage)) == null ? before : at;
            }
        }
        return before;
    }

    /** The first mapped page from one on, or the largest number: the ceiling. */
    long mappedFrom(long page) {
        long from = Long.MAX_VALUE;
        if (vma != null) {
            long end = vma.firstPage + vma.folios.length;
            for (long at = Math.max(page, vma.firstPage); at < end && from == Long.MAX_VALUE; at++) {
                from = vma.protection[vma.index(at)] == Vma.UNMAPPED ? Long.MAX_VALUE : at;
            }
        }
        for (SharedMapping mapping : sharedMappings) {
            for (long at = Math.max(page, mapping.firstPage); at < mapping.end() && at < from; at++) {
                from = mapping.protection((int) (at - mapping.firstPage)) == null ? from : at;
            }
        }
        return from;
    }

    void vma(Vma made) {
        vma = made;
    }

    /** Its private memory, or null. */
    Vma vma() {
        return vma;
    }

    /**
     * The cores that it has run on.
     *
     * @return the mask
     */
    public CpuMask cpuMask() {
        return cpuMask;
    }

    /**
     * Makes it the address space of a core, as far as the mask is concerned: the kernel's {@code switch_mm}. Called
     * before the core's first access in it.
     *
     * @param core the core
     */
    public void switchMm(Core core) {
        if (!cpuMask.contains(core.id())) {
            cpuMask.add(core.id());
        }
    }

    /** {@code inc_tlb_flush_pending}. */
    void incTlbFlushPending() {
        TLB_FLUSH_PENDING.getAndAdd(this, 1);
    }

    /** {@code dec_tlb_flush_pending}, after the flush. */
    void decTlbFlushPending() {
        TLB_FLUSH_PENDING.getAndAdd(this, -1);
    }

    /** {@code mm_tlb_flush_pending}. */
    boolean tlbFlushPending() {
        return (int) TLB_FLUSH_PENDING.getAcquire(this) > 0;
    }

    int tlbFlushBatched() {
        return (int) TLB_FLUSH_BATCHED.getVolatile(this);
    }

    boolean compareAndSetTlbFlushBatched(int was, int is) {
        return TLB_FLUSH_BATCHED.compareAndSet(this, was, is);
    }
}
