package dev.salvo.jmh.cli;

import dev.salvo.point.Axis;
import java.util.Iterator;

/** The words of an axis, as help lists them of an option that takes one of them and is no list. */
abstract class AxisWords implements Iterable<String> {
    private final Axis axis;

    private AxisWords(Axis axis) {
        this.axis = axis;
    }

    @Override
    public Iterator<String> iterator() {
        return axis.words().iterator();
    }

    /** Those of {@link Axis#STRATEGY}. */
    static final class Strategies extends AxisWords {
        /** Made by picocli. */
        Strategies() {
            super(Axis.STRATEGY);
        }
    }

    /** Those of {@link Axis#WORKLOAD}. */
    static final class Workloads extends AxisWords {
        /** Made by picocli. */
        Workloads() {
            super(Axis.WORKLOAD);
        }
    }
}
