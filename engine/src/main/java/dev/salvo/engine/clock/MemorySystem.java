package dev.salvo.engine.clock;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What serves the lines that several cores of a paced machine fight for: so many at a time and no more, whoever they are
 * for. A core waits for its lines; how long, depends on who else wants some.
 *
 * <p>Time is cut into slots of {@value #SLOT} lines, and a core takes the first that nobody has from when it asks on. A
 * core that the host runs late finds the slots that it would have had, unless others wanted them too: to be served in
 * the order in which the host runs cores would leave slots empty that the machine would have used.
 *
 * <p><b>Threads.</b> Any core's; lock-free.
 */
public final class MemorySystem {
    /** Lines of one slot: few, so that cores that ask at once are served in turns. */
    static final int SLOT = 8;
    /** A core is never so many slots late, nor so many queue. */
    private static final int SLOTS = 1 << 17;
    private static final VarHandle TAKEN = MethodHandles.arrayElementVarHandle(long[].class);

    private final Pace pace;
    private final int linesUnderWay;
    private final long begin;
    /** Of each slot the number it was last taken under, plus one; numbers go on where the array ends. Publishes nothing. */
    private final long[] taken = new long[SLOTS];

    /**
     * Makes an idle one.
     *
     * @param profile how many lines a core may have under way
     * @param pace    what a line costs
     */
    public MemorySystem(HardwareProfile profile, Pace pace) {
        this.pace = pace;
        begin = pace.now();
        linesUnderWay = (int) profile.miscNode().lines().value();
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
     * @param lines how many, no more than may be under way; what is less than a slot takes a whole one
     * @return when the last of them is there
     */
    public long access(long from, long lines) {
        double length = pace.exactly(Cost.LINE) * SLOT;
        if (length == 0) {
            return from;
        }
        long slot = Math.max(0, (long) Math.ceil((from - begin) / length));
        for (long left = lines; left > 0; left -= SLOT) {
            while (!take(slot)) {
                slot++;
            }
            slot++;
        }
        return begin + Math.round(slot * length);
    }

    private boolean take(long slot) {
        int place = (int) (slot & SLOTS - 1);
        long before = (long) TAKEN.getOpaque(taken, place);
        // Not a weak one: that may fail by itself, and leave a slot empty that nobody has.
        return before <= slot && TAKEN.compareAndSet(taken, place, before, slot + 1);
    }
}
