package dev.salvo.workloads.program;

import dev.salvo.engine.Core;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.Kernel;
import dev.salvo.workloads.kernel.SharedMemory;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The program that the published figures are from: fills shared anonymous memory with 0x88, then again and again reads
 * one byte of each page and pages everything out. One step is one list.
 *
 * <p>Source: Barry Song, [PATCH v2 0/4] mm: arm64: bring up BATCHED_UNMAP_TLB_FLUSH, July 2022. There the memory is 1
 * MiB, which is one list of 256 pages.
 */
public final class PageOutLoop extends Sender {
    /** What the memory is filled with. */
    public static final byte FILL = (byte) 0x88;

    private final SharedMemory memory;
    private final List<AddressSpace> processes;
    private final long firstPage;
    private final int list;
    private final boolean redirty;
    private final boolean mixed;

    private int next;

    /**
     * Makes a sender.
     *
     * @param kernel    the kernel it calls
     * @param memory    its memory, a whole number of lists
     * @param processes the address spaces that map the memory, each of which reads every page
     * @param firstPage where all of them map it
     * @param list      pages handed to reclaim at once
     * @param batch     pages freed with one flush
     * @param redirty   whether a page is written instead of read, which leaves its page-table entries dirty
     * @param listNanos told of the time that each list took, when a step did it
     */
    PageOutLoop(Kernel kernel, SharedMemory memory, List<AddressSpace> processes, long firstPage, int list, int batch,
                boolean redirty, LongConsumer listNanos) {
        super(kernel, batch, listNanos);
        this.memory = memory;
        this.processes = processes;
        this.firstPage = firstPage;
        this.list = list;
        this.redirty = redirty;
        mixed = kernel.linux().isMixed();
    }

    /** Fills the memory and pages it out for the first time, when its entries are dirty whatever comes later. */
    @Override
    void prepare(Core core) {
        for (AddressSpace process : processes) {
            process.switchMm(core);
        }
        for (int page = 0; page < memory.pages(); page++) {
            core.fillPage(processes.get(0).asid(), address(page), FILL);
            core.serve();
        }
        for (int first = 0; first < memory.pages(); first += list) {
            madvisePageout(first);
        }
    }

    /** Reads one byte of each page of the next list, then pages the list out. */
    @Override
    long operate(Core core) {
        long start = core.time();
        int first = next;
        next = first + list == memory.pages() ? 0 : first + list;
        touch(core, first);
        madvisePageout(first);
        return core.time() - start;
    }

    private void touch(Core core, int first) {
        for (int process = 0; process < processes.size(); process++) {
            int asid = processes.get(process).asid();
            for (int page = first; page < first + list; page++) {
                if (redirty) {
                    core.store(asid, address(page), FILL);
                } else if (core.load(asid, address(page)) != FILL) {
                    throw new IllegalStateException("page " + page + " of address space " + asid + " has lost its contents");
                }
                core.serve();
            }
        }
    }

    private void madvisePageout(int first) {
        if (mixed) {
            kernel.vmscan().reclaimPages(task, memory, first, list);
        } else {
            kernel.madvisePageout(task, processes.get(0), firstPage + first, list);
        }
    }

    private long address(int page) {
        return firstPage + page << PageTable.PAGE_SHIFT;
    }

    @Override
    long pagesDone() {
        return task.reclaimed();
    }
}
