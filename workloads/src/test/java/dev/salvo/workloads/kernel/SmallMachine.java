package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.Machine;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.Pte;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A running machine of a few cores with a kernel and one shared memory: core 0 is the calling thread, the others idle
 * until they are told what to do.
 */
final class SmallMachine implements AutoCloseable {
    /** Where every process maps the memory. */
    static final long FIRST_PAGE = 0x4000;

    /** Room for what waits for a flush while its successor is already resident. */
    private static final int SPARE_FRAMES = 64;

    /** A deaf wait is bounded by turns, not by time: far more than a turn of the run queue needs. */
    private static final int MOST_YIELDS = 5_000_000;

    final Kernel kernel;
    final SharedMemory memory;
    final List<AddressSpace> processes = new ArrayList<>();
    final Machine machine;
    final Core core;

    /** A machine whose memory is in core 0's bank. */
    SmallMachine(FlushStrategy strategy, InterconnectKind interconnect, int cores, int pages, int mappings) {
        this(new Kernel(strategy), MachineSpec.of(cores).interconnect(interconnect)
            .frames(id -> id == 0 ? pages + SPARE_FRAMES : 0), pages, mappings);
    }

    SmallMachine(FlushStrategy strategy, int cores, int pages) {
        this(strategy, InterconnectKind.RING, cores, pages, 1);
    }

    SmallMachine(Kernel kernel, MachineSpec spec, int pages, int mappings) {
        this.kernel = kernel;
        memory = kernel.newSharedMemory(pages);
        for (int i = 0; i < mappings; i++) {
            AddressSpace process = kernel.newAddressSpace(spec.cores());
            kernel.mmap(memory, process, FIRST_PAGE);
            processes.add(process);
        }
        machine = new Machine(spec.adopted(1).pageFaults(kernel));
        kernel.boot(machine);
        machine.start();
        core = machine.adopt(0);
        processes.forEach(process -> process.switchMm(core));
    }

    /** The first process. */
    AddressSpace mm() {
        return processes.get(0);
    }

    static long va(int page) {
        return FIRST_PAGE + page << PageTable.PAGE_SHIFT;
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
