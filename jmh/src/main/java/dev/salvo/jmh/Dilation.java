package dev.salvo.jmh;

import dev.salvo.engine.clock.ClosedForm;
import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.Turn;
import dev.salvo.workloads.program.Experiment;
import dev.salvo.workloads.program.ExperimentSpec;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How many host nanoseconds should stand for one of a carried machine's, which this host decides: one turn of all its
 * threads, and how finely it tells the time.
 *
 * <p>A point is measured at D, 2D and 4D. D is chosen so that at 4D the expected error is a share of the shortest thing
 * that is measured, one shootdown with idle receivers: 20 % of it for one sender, who does much else between two of them
 * (of a page that is paged out, which takes several times as long, that is under 5 %), and 10 % for several, who may do
 * nothing but queue. Expected is that each of the {@value #MESSAGES} messages that such a
 * shootdown consists of one after another is a turn late, and that nothing of that is made up for; or fewer, where a burst
 * of TLBIs keeps several under way at once. (Most of it is made up for, as long as a turn is shorter than a message's way:
 * the bound that is reported is earned from what was measured, not from this.) The largest point of a sweep is measured at 8D,
 * too, which is foretold by the line through the other three.
 */
public final class Dilation {
    /** Request, grant, data; invalidation and response; synchronization and response; completion. */
    static final int MESSAGES = 8;
    /** Of a shootdown, at the largest of the three dilations. */
    static final double EXPECTED_ERROR = 0.20;
    /** The same where several send. */
    static final double EXPECTED_ERROR_OF_SENDERS = 0.10;
    /** How many of the smallest differences in time that the host can tell an error may be. */
    private static final int RESOLUTIONS = 2;
    /** The largest of the three is this many times the smallest. */
    private static final int LARGEST = 4;
    /** How many dilations a point is measured at. */
    public static final int STEPS = 3;
    /** Below this an interruption of the host, of a millisecond now and then, is much of what is measured. */
    private static final double LEAST = 1000;
    private static final int MEASURES = 3;
    private static final long MEASURE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int LOOKS = 10_000;

    private Dilation() {
    }

    /**
     * Measures this host, for about a second, and chooses.
     *
     * @param point a point on a paced clock, at any dilation
     * @param host  this host
     * @return the smallest of the three dilations
     */
    public static double choose(ExperimentSpec point, HostTopology host) {
        HardwareProfile profile = point.pacing().profile();
        Placement placement = Placement.of(host, point.placement(), point.cores() + 1); // and the Misc Node's thread
        double turn = Double.POSITIVE_INFINITY;
        for (int i = 0; i < MEASURES && messages(point) > 0; i++) {
            turn = Math.min(turn, Turn.measure(placement, MEASURE_NANOS)); // whatever disturbs makes it longer
        }
        double mayBe = point.senders() == 1 ? EXPECTED_ERROR : EXPECTED_ERROR_OF_SENDERS;
        return choose(turn, resolution(), messages(point), mayBe * ClosedForm.idleShootdown(profile, point.cores()));
    }

    /** How many messages of a shootdown, one after another, make it late if they are. */
    static double messages(ExperimentSpec point) {
        if (point.tellsNobody()) {
            return 0;
        }
        return Experiment.isPipelined(point) ? MESSAGES / point.pacing().profile().miscNode().snoops().value() : MESSAGES;
    }

    /** The same, of what was measured: all in ns. */
    static double choose(double turn, double resolution, double messages, double mayBeLate) {
        double late = messages == 0 ? 0 : messages * Math.max(turn, RESOLUTIONS * resolution);
        double largest = late / mayBeLate;
        return Math.max(LEAST, 100 * Math.ceil(largest / LARGEST / 100));
    }

    /** The smallest difference in time that the host can tell, ns. */
    static double resolution() {
        long least = Long.MAX_VALUE;
        long before = System.nanoTime();
        for (int look = 0; look < LOOKS; look++) {
            long now = System.nanoTime();
            if (now > before) {
                least = Math.min(least, now - before);
            }
            before = now;
        }
        return least == Long.MAX_VALUE ? 1 : least;
    }

    /**
     * The largest of the three, at which the host's lateness is the least of what is seen.
     *
     * @param smallest the smallest
     * @return so many host nanoseconds for one
     */
    public static double largest(double smallest) {
        return LARGEST * smallest;
    }

    /** A dilation that the line through the three is held against, as the benchmark's parameter. */
    static String beyond(double smallest) {
        return word(2 * LARGEST * smallest);
    }

    /** The three dilations, as the benchmark's parameter. */
    static String[] steps(double dilation) {
        return new String[] {word(dilation), word(2 * dilation), word(LARGEST * dilation)};
    }

    private static String word(double dilation) {
        return dilation == Math.rint(dilation) ? Long.toString((long) dilation)
            : String.format(Locale.ROOT, "%.3f", dilation);
    }
}
