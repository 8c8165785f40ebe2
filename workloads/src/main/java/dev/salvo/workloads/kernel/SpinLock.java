package dev.salvo.workloads.kernel;

import dev.salvo.engine.Core;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock whose waiters serve their core's port, as interrupts and broadcast invalidations reach a kernel's spinning
 * CPU.
 *
 * <p>Test and set. Taking it is an acquire and letting it go a release: who takes it sees what was done under it. Not
 * reentrant, not fair. Blocking, but for its port never deaf.
 */
public final class SpinLock {
    private static final VarHandle OWNER;

    static {
        try {
            OWNER = MethodHandles.lookup().findVarHandle(SpinLock.class, "owner", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** The core that holds it, plus one; 0 if it is free. */
    private int owner;

    /** A line for each lock, as a kernel's struct page has: who spins on one does not disturb those who hold others. */
    long p00, p01, p02, p03, p04, p05, p06;

    /** Makes a free lock. */
    public SpinLock() {
    }

    /**
     * Takes the lock, however long it takes.
     *
     * @param core the core whose thread calls
     */
    public void lock(Core core) {
        if (tryLock(core)) {
            return;
        }
        do {
            // Looked at before it is tried, so that waiters share its line until it is free.
            int holder = (int) OWNER.getOpaque(this);
            if (holder != 0) {
                core.relax(holder - 1);
            }
        } while (!tryLock(core));
        core.waited();
    }

    /**
     * Takes the lock if it is free.
     *
     * @param core the core whose thread calls
     * @return whether it was taken
     */
    public boolean tryLock(Core core) {
        return (int) OWNER.compareAndExchangeAcquire(this, 0, core.id() + 1) == 0;
    }

    /**
     * Lets the lock go. Called by its holder.
     *
     * @param core the core whose thread calls
     */
    public void unlock(Core core) {
        core.releaseStores();
        OWNER.setRelease(this, 0);
    }

    /**
     * Whether somebody holds it. For assertions.
     *
     * @return a moment's truth
     */
    public boolean isLocked() {
        return (int) OWNER.getOpaque(this) != 0;
    }
}
