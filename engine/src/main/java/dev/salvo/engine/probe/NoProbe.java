package dev.salvo.engine.probe;

/** Watches nothing, and costs nothing where it is the only probe that was loaded. */
public final class NoProbe extends Probe {
    private NoProbe() {
    }

    /**
     * Makes one.
     *
     * @return as what it is for others, so that a JVM that verifies those has no need to load this class
     */
    public static Probe create() {
        return new NoProbe();
    }

    @Override
    public void attached() {
    }

    @Override
    public long beforeTlbi() {
        return 0;
    }

    @Override
    public void afterTlbi(long before, long sequence) {
    }

    @Override
    public long beforeDsb(boolean waits) {
        return 0;
    }

    @Override
    public void afterDsb(long before, boolean waited, long awaited) {
    }

    @Override
    public long beforeServe() {
        return 0;
    }

    @Override
    public void afterServe(long before, int taken) {
    }

    @Override
    public void online() {
    }

    @Override
    public void goesOffline() {
    }

    @Override
    public void rests() {
    }

    @Override
    public void leaves() {
    }

    @Override
    public void resumed() {
    }

    @Override
    public void waited() {
    }
}
