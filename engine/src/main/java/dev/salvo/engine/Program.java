package dev.salvo.engine;

/** What runs on a core: software, one step after another. Between two steps the core serves its port. */
@FunctionalInterface
public interface Program {
    /**
     * Does one step. Called on the core's own thread. A step that is long (a page compressed, copied or filled) calls
     * {@link Core#serve} in its middle: real hardware would not be late to answer there.
     *
     * @param core the core it runs on
     * @return how much was done; 0 says that there is nothing to do, and lets the core idle
     */
    int step(Core core);
}
