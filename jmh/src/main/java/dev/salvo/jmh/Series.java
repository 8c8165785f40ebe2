package dev.salvo.jmh;

import java.util.List;

/**
 * Points that one JVM measures one after another. They are so much alike that all load the same classes, and a JVM's start and
 * its compiler's work are had once for them; of what is measured there it is one thing.
 *
 * @param measure what is measured: on the native clock the benchmark's parameter {@code measure}
 * @param points  the points, in the order in which they are measured; at least one
 * @param <P>     what is measured
 */
public record Series<P>(String measure, List<P> points) {
}
