package dev.salvo.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * How much is measured per point.
 *
 * @param forks      JVMs per measure, at least 1
 * @param warmups    iterations thrown away in each, at least 1
 * @param iterations iterations measured in each, at least 1
 * @param time       of one iteration
 */
public record Effort(int forks, int warmups, int iterations, TimeValue time) {
    /** A JVM's start and end, and the making of machines, ms: for estimates. */
    private static final long FORK_MILLIS = 2_000;

    /** What the sweep does by default. */
    public static final Effort NORMAL = new Effort(1, 1, 3, TimeValue.milliseconds(900));

    /** What it does in a hurry. */
    public static final Effort QUICK = new Effort(1, 1, 3, TimeValue.milliseconds(500));

    /**
     * As many iterations in other numbers of forks.
     *
     * @param count forks
     * @return the effort
     */
    public Effort withForks(int count) {
        return new Effort(count, warmups, iterations, time);
    }

    /**
     * About how long it takes.
     *
     * @param measures how many things are measured at the point
     * @return milliseconds
     */
    public long millis(int measures) {
        long iteration = time.convertTo(TimeUnit.MILLISECONDS);
        return (long) measures * forks * (FORK_MILLIS + (warmups + iterations) * iteration);
    }
}
