package dev.salvo.workloads.program;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.Kernel;
import java.util.function.LongConsumer;

/**
 * Maps 1 MiB of private memory, writes a byte of each page, unmaps it: what a microbenchmark of {@code munmap} does, and
 * as there only the {@code munmap} is measured. One step is one of these.
 */
public final class MunmapLoop extends Sender {
    /** Pages that are unmapped at once: 1 MiB. */
    public static final int PAGES = 256;

    private final AddressSpace process;
    private final long firstPage;
    private volatile long done;

    MunmapLoop(Kernel kernel, AddressSpace process, long firstPage, int batch, LongConsumer munmapNanos) {
        super(kernel, batch, munmapNanos);
        this.process = process;
        this.firstPage = firstPage;
    }

    @Override
    void prepare(Core core) {
        process.switchMm(core);
        operate(core);
    }

    @Override
    long operate(Core core) {
        kernel.mmap(task, process, firstPage, PAGES);
        for (long page = firstPage; page < firstPage + PAGES; page++) {
            core.store(process.asid(), page << PageTable.PAGE_SHIFT, (byte) 1);
            core.serve();
        }
        long start = System.nanoTime();
        kernel.munmap(task, process, firstPage, PAGES);
        long nanos = System.nanoTime() - start;
        done += PAGES;
        return nanos;
    }

    @Override
    long pagesDone() {
        return done;
    }
}
