package dev.salvo.workloads.counts;

import dev.salvo.engine.Core;
import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.Machine;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.probe.TlbiCounts;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.Chip;
import dev.salvo.workloads.kernel.Kernel;
import dev.salvo.workloads.kernel.Linux;
import dev.salvo.workloads.kernel.Protection;
import dev.salvo.workloads.kernel.SharedMemory;
import dev.salvo.workloads.kernel.Task;
import dev.salvo.workloads.kernel.arm64.Arm64LinuxTlb;

/**
 * A process on a machine of its own whose operations are counted, on the calling thread: pages of private or shared memory, and
 * what is done to all of them. One window is open at a time; what is done outside is not counted.
 */
final class CountedProcess implements AutoCloseable {
    /** At a border of 1 GiB. */
    private static final long BASE = 1L << 18;
    /** What the area takes around its pages: from one table before to one behind. */
    private static final int TABLES = 8;
    private static final int AREA = TABLES * PageTable.ENTRIES;
    private static final int SPARE_FRAMES = 64;
    private static final byte FILL = (byte) 0x88;

    final Kernel kernel;
    final int pages;
    /** The first page. */
    final long first;
    final Task task;
    final AddressSpace mm;
    private final Machine machine;
    private final Core core;
    private final AddressSpace other;

    private TlbiCounts issuedBefore;
    private CoreCounts coreBefore;
    private Counts counted;

    /** Where pages lie. */
    enum Place {
        /** From a border of 2 MiB on. */
        BORDER(PageTable.ENTRIES),
        /** Half of them before a border of 2 MiB: of 256. */
        STRADDLING(PageTable.ENTRIES - 128),
        /** 16 pages behind a border. */
        BEHIND_BORDER(PageTable.ENTRIES + 16);

        private final int offset;

        Place(int offset) {
            this.offset = offset;
        }
    }

    /**
     * Makes a process.
     *
     * @param others how many threads there are on other cores
     */
    CountedProcess(Linux linux, Chip chip, boolean shared, Place place, int pages, int others) {
        this.pages = pages;
        int cores = 1 + others;
        kernel = new Kernel(Arm64LinuxTlb.of(linux, chip), linux);
        mm = kernel.newAddressSpace(cores);
        other = shared ? kernel.newAddressSpace(cores) : null;
        if (shared) {
            SharedMemory memory = kernel.newSharedMemory(AREA);
            kernel.mmap(memory, mm, BASE);
            kernel.mmap(memory, other, BASE);
        } else {
            kernel.mmapPrivate(mm, BASE, AREA);
            kernel.reservePrivatePages(2 * AREA);
        }
        machine = new Machine(kernel.hardware(MachineSpec.of(cores).countsKinds(true).adopted(1)
            .frames(id -> id == 0 ? 3 * pages + SPARE_FRAMES : 0)));
        kernel.boot(machine);
        machine.start();
        core = machine.adopt(0);
        task = kernel.newTask(core);
        mm.switchMm(core);
        first = BASE + place.offset;
    }

    // ---- what is around

    /** Reserves what lies around, so that a neighbour keeps tables. */
    void reserveAround() {
        kernel.mprotect(task, mm, BASE, AREA, Protection.NONE);
        kernel.munmap(task, mm, first, pages);
    }

    /** Makes room to move to, four tables further. */
    void reserveTarget() {
        kernel.munmap(task, mm, target(), pages);
    }

    /** Where the pages may be moved to. */
    long target() {
        return first + 4L * PageTable.ENTRIES;
    }

    /** Nothing lies around, in the whole GiB. */
    void isolate() {
        kernel.munmap(task, mm, BASE, AREA);
    }

    // ---- passes over all pages

    void load() {
        load(mm);
    }

    /** By another process that maps the shared memory, too. */
    void loadByOther() {
        other.switchMm(core);
        load(other);
        mm.switchMm(core);
    }

    void load(AddressSpace process) {
        for (int page = 0; page < pages; page++) {
            core.load(process.asid(), va(page));
        }
    }

    void store() {
        for (int page = 0; page < pages; page++) {
            core.store(mm.asid(), va(page), FILL);
        }
    }

    void fill() {
        for (int page = 0; page < pages; page++) {
            core.fillPage(mm.asid(), va(page), FILL);
        }
    }

    /** {@code clear_cache} of a line of each page, and a call. */
    void call() {
        for (int page = 0; page < pages; page++) {
            core.dsb(); // dc cvau has cleaned the line: its data is where instructions are fetched from
            core.tlbi(Tlbi.icIvau(mm.asid(), first + page));
            core.dsb();
            core.isb();
            core.load(mm.asid(), va(page));
        }
    }

    private long va(int page) {
        return first + page << PageTable.PAGE_SHIFT;
    }

    // ---- windows

    void window(Runnable operation) {
        issuedBefore = core.tlbiCounts();
        coreBefore = core.counts();
        operation.run();
        counted = Counts.of(core.tlbiCounts().minus(issuedBefore), core.counts().minus(coreBefore));
    }

    /** What the last window held. */
    Counts counted() {
        return counted;
    }

    /** Accesses through stale translations, since the machine was started. */
    long staleUses() {
        return core.counts().staleUses();
    }

    @Override
    public void close() {
        machine.close();
    }
}
