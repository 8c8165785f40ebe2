package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.Machine;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A running machine of a few cores with a kernel, one shared memory and perhaps private memory of each process: core 0
 * is the calling thread, the others idle until they are told what to do.
 */
final class SmallMachine implements AutoCloseable {
    /** Where every process maps the memory. */
    static final long FIRST_PAGE = 0x4000;

    /** Where every process has its private memory. */
    static final long PRIVATE_PAGE = 0x8000;

    /** Room for what waits for a flush while its successor is already resident. */
    private static final int SPARE_FRAMES = 64;

    /** A deaf wait is bounded by turns, not by time: far more than a turn of the run queue needs. */
    private static final int MOST_YIELDS = 5_000_000;

    /** As long as a core that is not held up may take, and a core that is has not. */
    private static final int TURNS_HELD_UP = 1_000;

    final Kernel kernel;
    final SharedMemory memory;
    final List<AddressSpace> processes = new ArrayList<>();
    final Machine machine;
    final Core core;

    /** A machine whose memory is in core 0's bank. */
    SmallMachine(TlbFlush flush, InterconnectKind interconnect, int cores, int pages, int mappings) {
        this(new Kernel(flush), MachineSpec.of(cores).interconnect(interconnect)
            .frames(id -> id == 0 ? pages + SPARE_FRAMES : 0), pages, mappings);
    }

    SmallMachine(TlbFlush flush, int cores, int pages) {
        this(flush, InterconnectKind.RING, cores, pages, 1);
    }

    SmallMachine(Kernel kernel, MachineSpec spec, int pages, int mappings) {
        this(kernel, spec, pages, mappings, 0, 0);
    }

    SmallMachine(Kernel kernel, MachineSpec spec, int pages, int mappings, int privatePages, int swap) {
        this.kernel = kernel;
        memory = kernel.newSharedMemory(pages);
        for (int i = 0; i < mappings; i++) {
            AddressSpace process = kernel.newAddressSpace(spec.cores());
            kernel.mmap(memory, process, FIRST_PAGE);
            if (privatePages > 0) {
                kernel.mmapPrivate(process, PRIVATE_PAGE, privatePages);
            }
            processes.add(process);
        }
        kernel.reservePrivatePages(swap);
        machine = new Machine(kernel.hardware(spec.adopted(1)));
        kernel.boot(machine);
        machine.start();
        core = machine.adopt(0);
        processes.forEach(process -> process.switchMm(core));
    }

    /** One process with private memory, and room in memory and in swap for three more like it. */
    static SmallMachine withPrivateMemory(TlbFlush flush, int cores, int pages) {
        return withPrivateMemory(new Kernel(flush), cores, pages, 4 * pages);
    }

    static SmallMachine withPrivateMemory(Kernel kernel, int cores, int pages, int swap) {
        MachineSpec spec = MachineSpec.of(cores).frames(id -> id == 0 ? 4 * pages + SPARE_FRAMES : 0);
        return new SmallMachine(kernel, spec, 1, 1, pages, swap);
    }

    /** A task on a core, which frees 31 pages with one flush. */
    Task task(Core on) {
        return kernel.newTask(on, 31);
    }

    /** The first process. */
    AddressSpace mm() {
        return processes.get(0);
    }

    static long va(int page) {
        return FIRST_PAGE + page << PageTable.PAGE_SHIFT;
    }

    /** Where a page of private memory is. */
    static long privateVa(int page) {
        return PRIVATE_PAGE + page << PageTable.PAGE_SHIFT;
    }

    /** The page-table entry of a page of private memory. */
    static long privatePte(AddressSpace mm, int page) {
        return mm.pageTable().walk(PRIVATE_PAGE + page) & ~Pte.GENERATION;
    }

    /** What a page-table entry of a page of private memory leads to, or null. */
    static Folio folio(AddressSpace mm, int page) {
        return mm.vma().folios[page];
    }

    /** The page-table entry of a page. */
    static long pte(AddressSpace mm, int page) {
        return mm.pageTable().walk(FIRST_PAGE + page);
    }

    boolean isMapped(int page) {
        return Pte.isValid(pte(mm(), page));
    }

    /** Every process reads a byte of every page on core 0. */
    void readAll() {
        for (int process = 0; process < processes.size(); process++) { // makes no iterator: see NoAllocationTest
            for (int page = 0; page < memory.pages(); page++) {
                core.load(processes.get(process).asid(), va(page));
            }
        }
    }

    /** Every process writes a byte of every page on core 0. */
    void writeAll(int value) {
        for (int process = 0; process < processes.size(); process++) {
            for (int page = 0; page < memory.pages(); page++) {
                core.store(processes.get(process).asid(), va(page), (byte) value);
            }
        }
    }

    /** Core 0 writes a byte of each of the first pages of a process's private memory. */
    void writePrivate(AddressSpace mm, int pages, int value) {
        for (int page = 0; page < pages; page++) {
            core.store(mm.asid(), privateVa(page), (byte) value);
        }
    }

    /** How many frames belong to somebody: those whose generation is odd. */
    int framesInUse() {
        PhysicalMemory frames = machine.memory();
        int used = 0;
        for (int bank = 0; bank < machine.spec().cores(); bank++) {
            for (int index = 0; index < frames.framesIn(bank); index++) {
                used += (int) frames.generation(PhysicalMemory.frame(bank, index)) & 1;
            }
        }
        return used;
    }

    int pageOutAll(Task task) {
        return kernel.vmscan().reclaimPages(task, memory, 0, memory.pages());
    }

    /** What core 0 counts while it does something. */
    CoreCounts counted(Runnable what) {
        CoreCounts before = core.counts();
        what.run();
        return core.counts().minus(before);
    }

    /**
     * Has another core do something once, in one step: unless it serves its port itself, the core is deaf meanwhile.
     *
     * @return becomes true when it has been done
     */
    AtomicBoolean once(int id, Consumer<Core> what) {
        AtomicBoolean begun = new AtomicBoolean();
        AtomicBoolean done = new AtomicBoolean();
        machine.run(id, on -> {
            if (begun.getAndSet(true)) {
                return 0;
            }
            what.accept(on);
            done.set(true);
            return 1;
        });
        return done;
    }

    /**
     * Whether another core, told to do something, waits for something that core 0 holds. Who is not held up may be late
     * and look as if he were, but the other way round nobody errs.
     *
     * @param done becomes true when it has been done
     */
    boolean holdsUp(int id, AtomicBoolean done, Consumer<Core> what) {
        AtomicBoolean begun = new AtomicBoolean();
        AtomicBoolean over = once(id, on -> {
            begun.set(true);
            what.accept(on);
            done.set(true);
        });
        await(begun::get);
        for (int turn = 0; turn < TURNS_HELD_UP && !over.get(); turn++) {
            core.serve();
            core.giveUpCpu();
        }
        return !over.get();
    }

    /** Core 0 waits, and serves its port like any waiting core. */
    void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            core.relax(-1);
        }
        core.waited();
    }

    /** A core waits deaf, as hardware never does. */
    static void awaitDeaf(BooleanSupplier condition) {
        for (int yields = 0; !condition.getAsBoolean(); yields++) {
            if (yields == MOST_YIELDS) {
                throw new IllegalStateException("what a deaf core waited for has not come");
            }
            Thread.yield();
        }
    }

    @Override
    public void close() {
        machine.close();
    }
}
