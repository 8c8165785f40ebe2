package dev.salvo.engine;

/**
 * How a core waits in a DSB for another that is late. Chosen when a machine is built; each core has its own.
 *
 * <p><b>Threads.</b> The core's own.
 */
abstract class DsbWait {
    /** A DSB begins to wait. */
    abstract void begin();

    /** One round of the wait of a core, which is always the same (see {@link Waiting}), for another. */
    abstract void waitFor(Core waiter, int laggard);

    /** This core has acknowledged, or gone, or come: whoever waits for it may go on. */
    abstract void acknowledged();

    /** The core is about to sleep until somebody wakes it. Returns whether it may: see {@link Core#fallAsleep}. */
    abstract boolean fallAsleep();
}
