package dev.salvo.results;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** One of the axes that make a {@link Point}, by the name that it has in parameters, files and on the command line. */
public enum PointAxis {
    /** Whose nanoseconds the figures are. */
    CLOCK(point -> Point.word(point.clock())),
    /** What the senders do. */
    WORKLOAD(point -> Point.word(point.workload())),
    /** Which hardware a paced clock carries. */
    PROFILE(point -> point.profile().isEmpty() ? "none" : point.profile()),
    /** Simulated cores. */
    CORES(point -> Integer.toString(point.cores())),
    /** How many of them reclaim; {@code all} on every machine where all do. */
    SENDERS(Point::sendersWord),
    /** How unmapping makes the TLBs forget. */
    STRATEGY(point -> Point.word(point.strategy())),
    /** What carries the invalidations. */
    INTERCONNECT(point -> Point.word(point.interconnect())),
    /** What the cores that do not send are doing. */
    LOAD(point -> Point.word(point.load())),
    /** Processes that map each page. */
    MAPPINGS(point -> Integer.toString(point.mappings())),
    /** Pages handed to reclaim at once. */
    LIST(point -> Integer.toString(point.list())),
    /** Pages per flush. */
    BATCH(point -> Integer.toString(point.batch())),
    /** Whether the page-table entries are dirty. */
    PTE(point -> Point.word(point.pte())),
    /** How cores were laid out over the host's CPUs. */
    PLACEMENT(point -> Point.word(point.placement())),
    /** Operations that fit the interconnect. */
    RING(point -> Integer.toString(point.ring())),
    /** How cores wait that have nothing to do. */
    IDLE(point -> Point.word(point.idle()));

    private final Function<Point, String> value;

    PointAxis(Function<Point, String> value) {
        this.value = value;
    }

    /**
     * Whether points that differ here did other work, or by another clock, so that a ratio of their times says nothing.
     *
     * @return whether this is the clock or the workload
     */
    public boolean isOtherWork() {
        return this == CLOCK || this == WORKLOAD;
    }

    /** Where a point is, axis by axis: equal for equal points, and for no others. */
    static Map<String, String> words(Point point, Set<PointAxis> without) {
        Map<String, String> words = new LinkedHashMap<>();
        for (PointAxis axis : values()) {
            if (!without.contains(axis)) {
                words.put(Point.word(axis), axis.value.apply(point));
            }
        }
        return words;
    }
}
