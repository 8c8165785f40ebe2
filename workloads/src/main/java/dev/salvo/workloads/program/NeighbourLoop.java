package dev.salvo.workloads.program;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.Kernel;
import dev.salvo.workloads.kernel.Protection;
import java.util.function.LongConsumer;

/**
 * Takes the right to write a page away and gives it back, again and again: the neighbour that a computing thread has
 * nothing to do with, and suffers from. One step is both calls, each of which flushes.
 */
public final class NeighbourLoop extends Sender {
    private final AddressSpace process;
    private final long page;
    private volatile long done;

    NeighbourLoop(Kernel kernel, AddressSpace process, long page, int batch, LongConsumer operationNanos) {
        super(kernel, batch, operationNanos);
        this.process = process;
        this.page = page;
    }

    @Override
    void prepare(Core core) {
        process.switchMm(core);
        core.store(process.asid(), page << PageTable.PAGE_SHIFT, (byte) 1);
    }

    @Override
    long operate(Core core) {
        long start = core.time();
        kernel.mprotect(task, process, page, 1, Protection.READ);
        kernel.mprotect(task, process, page, 1, Protection.READ_WRITE);
        done++;
        return core.time() - start;
    }

    @Override
    long pagesDone() {
        return done;
    }
}
