package dev.salvo.engine.host;

/**
 * How long a round of a wait takes on this host: a look at a word that nobody writes, and {@link Thread#onSpinWait}.
 *
 * <p>Waits count rounds, for a look at the clock in each would take as long as the round itself; but they are to last as long
 * on every host. One {@code onSpinWait} takes some 10 ns on one x86 CPU and 40 on another, and on AArch64, in JDK 17, nothing.
 * So a round is measured, once in a JVM, when its first machine is made: some tens of milliseconds. What a real round does besides
 * makes it a few nanoseconds longer.
 *
 * <p>Any thread may use it.
 */
public final class SpinTime {
    private static final int ROUNDS_PER_BATCH = 1_000;

    /** So many batches that are no faster than the fastest before, and the code is compiled as well as it will be. */
    private static final int BATCHES = 500;

    /**
     * Read and never written: a look that the compiler cannot leave out, where onSpinWait is nothing and the loop would be
     * empty. A plain volatile field, since a call through a handle is many times slower until it has been compiled for good.
     */
    private static volatile int word;

    private static final double NANOS_PER_ROUND = measure();

    private SpinTime() {
    }

    /** The shortest batch: one in which the thread kept its CPU, and of compiled code. */
    private static double measure() {
        long shortest = Long.MAX_VALUE;
        for (int batchesSince = 0; batchesSince < BATCHES; batchesSince++) {
            long start = System.nanoTime();
            pause(ROUNDS_PER_BATCH);
            long took = System.nanoTime() - start;
            if (took < shortest - shortest / 8) {
                batchesSince = 0;
            }
            shortest = Math.min(shortest, took);
        }
        return Math.max((double) shortest / ROUNDS_PER_BATCH, 0.1);
    }

    /**
     * How many rounds of a wait take a time.
     *
     * @param nanos the time, host nanoseconds
     * @return rounds, at least 1
     */
    public static int rounds(long nanos) {
        return (int) Math.max(1, Math.round(nanos / NANOS_PER_ROUND));
    }

    /**
     * Passes the time of some rounds, without a look at anything that others write.
     *
     * @param rounds how many
     */
    public static void pause(int rounds) {
        for (int round = 0; round < rounds; round += 1 + word) {
            Thread.onSpinWait();
        }
    }
}
