package dev.salvo.engine;

/**
 * How long a core, or a thread that waits for one, has waited without its wait coming to an end. Belongs to one thread.
 *
 * <p>Time is added up between looks, and one look never counts for more than {@link #MOST_PER_LOOK}, nor for more than
 * a quarter of the limit: a process that was stopped and continued has waited as a whole, and no core of it is to
 * blame.
 */
final class Patience {
    private static final long MOST_PER_LOOK = 1_000_000_000L;
    private static final int ROUNDS_PER_LOOK = 256;

    private final long limit;
    private final long mostPerLook;
    private int rounds;
    private long last;
    private long waited;

    Patience(Machine machine) {
        limit = machine.patienceNanos();
        mostPerLook = Math.max(1, Math.min(MOST_PER_LOOK, limit / 4));
    }

    void reset() {
        rounds = 0;
        last = 0;
        waited = 0;
    }

    /** One round of a wait that does not sleep: looks now and then at the clock, and whether all are alive. */
    void check(Core core, int laggard) {
        if (++rounds % ROUNDS_PER_LOOK == 0) {
            core.machine().checkAlive();
            look(core, laggard);
        }
    }

    /** Looks at the clock. */
    void look(Core core, int laggard) {
        long total = overrun();
        if (total > 0) {
            throw core.machine().diagnosis().stuck(core, laggard, total);
        }
    }

    /** Looks at the clock. Returns how long the wait has lasted if that is too long, and 0 if it is not. */
    long overrun() {
        long now = System.nanoTime();
        if (last != 0) {
            waited += Math.min(now - last, mostPerLook);
        }
        last = now;
        if (waited <= limit) {
            return 0;
        }
        long total = waited;
        reset();
        return total;
    }
}
