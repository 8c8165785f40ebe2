package dev.salvo.engine;

/** Where a core goes when another interrupts it: software. */
@FunctionalInterface
public interface InterruptHandler {
    /**
     * Does what the interrupt is for. Called on the interrupted core's own thread, between two accesses, whenever it
     * serves its port: perhaps while it waits for a lock or for another core, so the handler may take no lock that the
     * core's software holds while it waits. When it returns the sender is told.
     *
     * @param core    the core that was interrupted
     * @param sender  the core that interrupted it
     * @param message what {@link Core#interrupt} was given
     * @throws RuntimeException if it cannot: the core fails with it
     */
    void handleInterrupt(Core core, int sender, long message);
}
