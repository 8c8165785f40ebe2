package dev.salvo.engine.clock;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What serves the lines that several cores of a paced machine fight for: one line after another, in the order in which
 * cores come. A core waits for its lines; how long, depends on who was there before.
 *
 * <p><b>Threads.</b> Any core's; lock-free.
 */
public final class MemorySystem {
    private static final VarHandle FREE;

    static {
        try {
            FREE = MethodHandles.lookup().findVarHandle(MemorySystem.class, "free", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Pace pace;
    private final int linesUnderWay;
    /** When the last line that has been asked for is served. Nothing is published with it. */
    private long free;

    /**
     * Makes an idle one.
     *
     * @param profile how many lines a core may have under way
     * @param pace    what a line costs
     */
    public MemorySystem(HardwareProfile profile, Pace pace) {
        this.pace = pace;
        linesUnderWay = (int) profile.miscNode().lines().value();
        free = System.nanoTime();
    }

    /**
     * How many lines a core may have under way.
     *
     * @return 1 or more
     */
    public int linesUnderWay() {
        return linesUnderWay;
    }

    /**
     * Asks for lines.
     *
     * @param from  when, in the asking core's time
     * @param lines how many, no more than may be under way
     * @return when they are there
     */
    public long access(long from, long lines) {
        long cost = pace.of(Cost.LINE, lines);
        long before;
        long until;
        do {
            before = (long) FREE.getOpaque(this);
            until = (before - from > 0 ? before : from) + cost;
        } while (!FREE.weakCompareAndSetPlain(this, before, until));
        return until;
    }
}
