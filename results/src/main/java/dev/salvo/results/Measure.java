package dev.salvo.results;

import dev.salvo.point.Point;

/** What a result of a point's file was measured for: the parameter {@code measure}. */
enum Measure {
    /** Times, in forks that nothing disturbs. */
    TOTAL,
    /** Where the time goes, in forks that look at the clock for it; none on the paced clock, whose cores do so anyway. */
    SPLIT,
    /** What user programs do beside the same senders, in forks that leave the invalidations out. */
    CONTROL,
    /** The total at a dilation beyond those of the line, which is held against it; no figure is of it. */
    CHECK;

    static Measure of(JmhResult result) {
        for (Measure measure : values()) {
            if (Point.word(measure).equals(result.measure())) {
                return measure;
            }
        }
        throw result.refused("params.measure", "total, split, control");
    }
}
