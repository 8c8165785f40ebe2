package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;

/**
 * The control of an experiment: another strategy's path, with every TLBI and DSB left out.
 *
 * <p>Translations then outlive their pages, which is harmless only with a {@link PageAllocator#retaining} allocator, where
 * a page always gets the same frame.
 */
public final class NoBroadcast extends FlushStrategy {
    private final FlushStrategy path;

    /**
     * Makes the control of a strategy.
     *
     * @param path the strategy whose path is taken
     */
    public NoBroadcast(FlushStrategy path) {
        this.path = path;
    }

    @Override
    public boolean archTlbbatchShouldDefer(Task task, AddressSpace mm) {
        return path.archTlbbatchShouldDefer(task, mm);
    }

    @Override
    public void flushTlbPage(Core core, AddressSpace mm, long page) {
        // left out
    }

    @Override
    public void flushTlbMm(Core core, AddressSpace mm) {
        // left out
    }

    @Override
    public void archTlbbatchAddPending(Task task, AddressSpace mm, long page) {
        // left out
    }

    @Override
    public void archTlbbatchFlush(Task task) {
        // left out
    }
}
