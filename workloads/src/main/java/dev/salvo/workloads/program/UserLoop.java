package dev.salvo.workloads.program;

import dev.salvo.engine.Core;
import dev.salvo.engine.Program;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.Step;

/**
 * A user program that has nothing to do with the senders but to share their machine: reads memory, page after page.
 *
 * <p>A victim: it belongs to the thread of its core.
 */
final class UserLoop implements Program {
    /** Accesses of one step. Between two accesses the core serves its port. */
    private static final int ACCESSES_PER_STEP = 64;
    private static final int LINE = 64;

    private final AddressSpace process;
    private final long firstPage;
    private final int pages;
    private boolean switched;
    private volatile boolean ready;
    private int page;
    private int line;
    /** What was read, so that no compiler leaves the reading out. */
    private int sum;

    UserLoop(AddressSpace process, long firstPage, int pages) {
        this.process = process;
        this.firstPage = firstPage;
        this.pages = pages;
    }

    /** Whether it has come to every page. Any thread. */
    boolean isReady() {
        return ready;
    }

    @Override
    public int step(Core core) {
        if (!switched) {
            process.switchMm(core);
            switched = true;
        }
        for (int i = 0; i < ACCESSES_PER_STEP; i++) {
            sum += core.load(process.asid(), (firstPage + page << PageTable.PAGE_SHIFT) + line);
            core.serve();
            if (++page == pages) {
                page = 0;
                line = line + LINE & PageTable.PAGE_SIZE - 1;
            }
        }
        Step.USER_ACCESS.on(core, ACCESSES_PER_STEP);
        if (!ready && (page == 0 || line > 0)) {
            ready = true;
        }
        return ACCESSES_PER_STEP;
    }
}
