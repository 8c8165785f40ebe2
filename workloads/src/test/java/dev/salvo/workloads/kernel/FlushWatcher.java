package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import dev.salvo.workloads.kernel.arm64.Arm64Tlb;

/** arm64's flushes, with a look around before each. For one core. */
final class FlushWatcher extends Arm64Tlb {
    Runnable atFlushOfAPage = () -> { };
    Runnable atFlushOfARange = () -> { };
    Runnable atFlushOfAnMm = () -> { };
    Runnable atFlushOfABatch = () -> { };
    int flushesOfAPage;
    int flushesOfARange;
    int flushesOfAnMm;
    int flushesOfABatch;

    @Override
    public void flushTlbPage(Core core, AddressSpace mm, long page) {
        flushesOfAPage++;
        atFlushOfAPage.run();
        super.flushTlbPage(core, mm, page);
    }

    @Override
    public void flushTlbRange(Core core, AddressSpace mm, long first, long pages) {
        flushesOfARange++;
        atFlushOfARange.run();
        super.flushTlbRange(core, mm, first, pages);
    }

    @Override
    public void flushTlbMm(Core core, AddressSpace mm) {
        flushesOfAnMm++;
        atFlushOfAnMm.run();
        super.flushTlbMm(core, mm);
    }

    @Override
    public void archTlbbatchFlush(Task task) {
        flushesOfABatch++;
        atFlushOfABatch.run();
        super.archTlbbatchFlush(task);
    }
}
