package dev.salvo.syscalls;

import java.time.Duration;

/**
 * How long one replicate measures.
 *
 * @param warmUp   before the first batch, so that the loop is compiled; at least 1 ms
 * @param batch    each batch, about; at least 1 ms
 * @param batches  how many batches are to be accepted, 1..10000
 * @param attempts how many batches may be measured for that, at least {@code batches}
 */
public record Effort(Duration warmUp, Duration batch, int batches, int attempts) {
    private static final Duration LEAST = Duration.ofMillis(1);
    private static final Duration MOST = Duration.ofMinutes(10);
    private static final int MAX_BATCHES = 10_000;

    /**
     * Enough for a figure of one JVM. Batches are shorter than the turn of a thread that shares its CPU, so that many of them
     * are undisturbed even on a host that is not idle.
     */
    public static final Effort STANDARD = new Effort(Duration.ofSeconds(1), Duration.ofMillis(2), 200, 2000);

    /**
     * Checks it.
     *
     * @param warmUp   1 ms to 10 min
     * @param batch    1 ms to 10 min
     * @param batches  1..10000
     * @param attempts {@code batches}..20000
     * @throws IllegalArgumentException if a value is not accepted, in one line
     */
    public Effort {
        check("warm-up", warmUp);
        check("batch", batch);
        if (batches < 1 || batches > MAX_BATCHES) {
            throw new IllegalArgumentException("batches " + batches + ": must be 1.." + MAX_BATCHES);
        }
        if (attempts < batches || attempts > 2 * MAX_BATCHES) {
            throw new IllegalArgumentException("attempts " + attempts + ": must be " + batches + ".." + 2 * MAX_BATCHES
                + ", at least the number of batches");
        }
    }

    private static void check(String what, Duration duration) {
        if (duration.compareTo(LEAST) < 0 || duration.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(what + " of " + duration.toMillis() + " ms: must be 1.." + MOST.toMillis()
                + " ms");
        }
    }
}
