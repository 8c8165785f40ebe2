package dev.salvo.engine;

/**
 * How long a core has waited without its wait coming to an end. Belongs to one core.
 *
 * <p>Time is added up between looks, and one look never counts for more than {@link #MOST_PER_LOOK}: a process that was
 * stopped and continued has waited as a whole, and no core of it is to blame.
 */
final class Patience {
    private static final long MOST_PER_LOOK = 1_000_000_000L;
    private static final int ROUNDS_PER_LOOK = 256;

    private final long limit;
    private int rounds;
    private long last;
    private long waited;

    Patience(Machine machine) {
        limit = machine.patienceNanos();
    }

    void reset() {
        rounds = 0;
        last = 0;
        waited = 0;
    }

    void check(Core core, int laggard) {
        if (++rounds % ROUNDS_PER_LOOK != 0) {
            return;
        }
        long now = System.nanoTime();
        if (last != 0) {
            waited += Math.min(now - last, MOST_PER_LOOK);
        }
        last = now;
        if (waited > limit) {
            long total = waited;
            reset(); // whoever catches this and waits again waits as long again
            throw core.machine().stuck(core, laggard, total);
        }
    }
}
