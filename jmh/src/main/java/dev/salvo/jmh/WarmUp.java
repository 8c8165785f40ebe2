package dev.salvo.jmh;

import java.util.Collections;
import java.util.List;

/**
 * The rule by which a measured JVM has warmed up at a point, in the spirit of Kalibera and Jones (<i>Rigorous benchmarking in
 * reasonable time</i>, 2013): look at what iterations take, throw away those before the steady ones, and say so where there
 * are none.
 *
 * <p>Steady is a JVM whose last {@value #LOOKED_AT} iterations are not on their way down: neither is each shorter than the
 * one before and the last by {@value #TREND} times shorter than the first, nor is the last by so much shorter than both others;
 * and of which none takes more than {@value #OUTLIER} times as long as another. Down only: what warms up gets faster, and an
 * iteration that others have disturbed is no reason to begin anew. Those that were looked at are thrown away as well: were they
 * measured, only quiet ones would be. After {@value #MOST} it is measured as it is, and marked.
 *
 * <p>What warms a JVM up is its compiler. Where that has been at rest through iterations of the point, the next ones can be
 * measured without three of them to look at: machines of many cores take as long to make as several iterations of others, and
 * are the later ones of a series' points that run the same code.
 *
 * <p>A JVM that has run nothing before is thought young for {@value #YOUNG_MILLIS} ms, however steady it looks: its compiler
 * then comes once more, and what follows takes longer for an iteration and less from there on. Of 28 recorded JVMs that
 * had been steady before that, the first of three measured iterations was the greatest in 14; of those that were old, in 7 of 27.
 */
final class WarmUp {
    /** As many are thrown away at the least. */
    static final int LOOKED_AT = 3;
    /** As many at the most. */
    static final int MOST = 20;
    /** How long a JVM is young. */
    static final long YOUNG_MILLIS = 2000;
    static final double TREND = 1.05;
    static final double OUTLIER = 2;

    private WarmUp() {
    }

    /**
     * Whether what comes next can be measured.
     *
     * @param iterations what all iterations so far have taken for one thing, in order
     * @return whether the last of them were steady
     */
    static boolean isSteady(List<Double> iterations) {
        if (iterations.size() < LOOKED_AT) {
            return false;
        }
        List<Double> last = iterations.subList(iterations.size() - LOOKED_AT, iterations.size());
        double end = last.get(LOOKED_AT - 1);
        List<Double> others = last.subList(0, LOOKED_AT - 1);
        boolean falls = others.get(0) > others.get(1) && others.get(1) > end && others.get(0) > TREND * end;
        boolean isDown = falls || Collections.min(others) > TREND * end;
        return !isDown && Collections.max(last) <= OUTLIER * Collections.min(last);
    }

    /**
     * Whether to measure now.
     *
     * @param iterations as above
     * @param isOld      whether the JVM is
     * @param rests      whether its compiler has rested during them
     * @return whether it is old and warm, or has had its chance
     */
    static boolean isOver(List<Double> iterations, boolean isOld, boolean rests) {
        return isOld && isWarm(iterations, rests) || iterations.size() >= MOST;
    }

    /**
     * Whether the iterations that follow are those of a JVM that has warmed up.
     *
     * @param iterations as above
     * @param rests      whether its compiler has rested during them
     * @return whether one of the two reasons to think so holds
     */
    static boolean isWarm(List<Double> iterations, boolean rests) {
        return isSteady(iterations) || rests && !iterations.isEmpty();
    }
}
