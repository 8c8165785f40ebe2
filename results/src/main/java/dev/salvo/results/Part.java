package dev.salvo.results;

import java.util.function.DoubleFunction;

/**
 * What two sides are put beside each other in, besides the time of a page: what that is made of, and what it may be
 * due to.
 */
enum Part {
    /** Of the split, issuing invalidations. */
    ISSUE("issue", Figures::time),
    /** Of the split, waiting for their completion. */
    WAIT("wait", Figures::time),
    /** Of the split, the kernel's path. */
    SOFTWARE("software", Figures::time),
    /** A turn of the host's run queue. */
    TURN("turn", Figures::time),
    /** A cache line's round trip. */
    ROUND_TRIP("round trip", Figures::time),
    /** Times a waiting core gave up its CPU, per page. */
    YIELDS("yields/page", Figures::count),
    /** Cores that slept and were woken, per page. */
    WAKE_UPS("wake-ups/page", Figures::count),
    /** What all cores' threads together were ready to run and did not, per page. */
    RUN_DELAY("run delay/page", Figures::time);

    private final String caption;
    private final DoubleFunction<String> format;

    Part(String caption, DoubleFunction<String> format) {
        this.caption = caption;
        this.format = format;
    }

    /** Its name in a table. */
    String caption() {
        return caption;
    }

    /** A value as people read it. */
    String text(double value) {
        return format.apply(value);
    }
}
