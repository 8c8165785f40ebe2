package dev.salvo.results;

/** How a figure comes out of the results of a point. {@link PointFile} and {@link PacedPointFile} do it. */
enum Reading {
    /** As it is; on the paced clock at the largest dilation. */
    SCORE,
    /** As it is; on the paced clock what it tends to as the dilation grows. */
    LINE,
    /** The same of a rate, of which it is the time for one that lies on a line. */
    RATE,
    /** Every iteration of every result that is no control, added up: no mean may round one away. */
    SUM,
    /** What the control did, over what was done without it; on the paced clock what that tends to. */
    SLOWDOWN
}
