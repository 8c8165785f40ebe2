package dev.salvo.workloads.program;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.Kernel;
import java.util.function.LongConsumer;

/**
 * Maps 1 MiB of private memory, writes a byte of each page, unmaps it: what a microbenchmark of {@code munmap} does, and
 * as there only the {@code munmap} is measured. One step is one of these. A sender that is alone lets the rest pass for
 * nothing on a paced clock: there is nobody whom it could meet or miss meanwhile.
 */
public final class MunmapLoop extends Sender {
    /** Pages that are unmapped at once: 1 MiB. */
    public static final int PAGES = 256;

    private final AddressSpace process;
    private final long firstPage;
    private final boolean alone;
    private volatile long done;

    /**
     * Makes a sender.
     *
     * @param kernel      the kernel it calls
     * @param process     its address space, with private memory of {@value #PAGES} pages
     * @param firstPage   where that lies
     * @param alone       whether no other core sends or computes
     * @param batch       pages freed with one flush
     * @param munmapNanos told of the time that each {@code munmap} took
     */
    MunmapLoop(Kernel kernel, AddressSpace process, long firstPage, boolean alone, int batch, LongConsumer munmapNanos) {
        super(kernel, batch, munmapNanos);
        this.process = process;
        this.firstPage = firstPage;
        this.alone = alone;
    }

    @Override
    void prepare(Core core) {
        process.switchMm(core);
        write(core);
        kernel.munmap(task, process, firstPage, PAGES);
    }

    @Override
    long operate(Core core) {
        boolean stopped = alone && core.machine().isClockRunning();
        if (stopped) {
            core.machine().stopClock();
        }
        write(core);
        if (stopped) {
            core.machine().startClock();
        }
        long start = core.time();
        kernel.munmap(task, process, firstPage, PAGES);
        long nanos = core.time() - start;
        done += PAGES;
        return nanos;
    }

    /** Between two of them it maps and writes. */
    @Override
    boolean ownsTimeBetween() {
        return false;
    }

    private void write(Core core) {
        kernel.mmap(task, process, firstPage, PAGES);
        for (long page = firstPage; page < firstPage + PAGES; page++) {
            core.store(process.asid(), page << PageTable.PAGE_SHIFT, (byte) 1);
            core.serve();
        }
    }

    @Override
    long pagesDone() {
        return done;
    }
}
