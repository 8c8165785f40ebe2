package dev.salvo.engine;

/** Waits as every other wait of a core does: {@link Core#relax}. */
final class AwakeWait extends DsbWait {
    private final Core core;

    private AwakeWait(Core core) {
        this.core = core;
    }

    /** Makes one. As what it is for others, so that a JVM that verifies those has no need to load this class. */
    static DsbWait of(Core core) {
        return new AwakeWait(core);
    }

    @Override
    void begin() {
    }

    @Override
    void waitFor(Core waiter, int laggard) {
        waiter.relax(laggard);
    }

    @Override
    void acknowledged() {
    }

    @Override
    boolean fallAsleep() {
        return core.fallAsleep();
    }
}
