package dev.salvo.workloads.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The cores that an address space has run on: mm_cpumask.
 *
 * <p>A core enters itself before its first walk in the address space; whoever removes a page-table entry looks at the
 * mask afterwards. That is a store followed by a load on either side, and both sides need a full fence between them:
 * {@link #add} ends with one, and {@link #anyBut} and {@link #addTo} begin with one. Then either the remover sees the
 * core in the mask, or the core's walk sees the entry gone. {@link Deferral} looks before, as the kernel does, and may:
 * it asks only when to wait, and whoever is to be told is asked for afterwards.
 */
public class CpuMask {
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] words;

    CpuMask(int cores) {
        words = new long[cores + 63 >> 6];
    }

    /**
     * Enters a core. Any thread; wait-free.
     *
     * @param core the core
     */
    public void add(int core) {
        WORDS.getAndBitwiseOr(words, core >> 6, 1L << core);
        VarHandle.fullFence();
    }

    /** Forgets all. */
    final void clear() {
        for (int word = 0; word < words.length; word++) {
            WORDS.setVolatile(words, word, 0L);
        }
    }

    /**
     * Whether a core has entered. Any thread.
     *
     * @param core the core
     * @return a moment's truth
     */
    public final boolean contains(int core) {
        return ((long) WORDS.getAcquire(words, core >> 6) & 1L << core) != 0;
    }

    /**
     * Adds all that have entered to a set of the caller's own: {@code cpumask_or}. Any thread. Begins with a full fence,
     * for the same reason as {@link #anyBut}: a core that is not in the set now walks after the caller's stores.
     *
     * @param set bit <i>n</i> of word <i>n</i> / 64: core <i>n</i>; as {@code Core.interrupt} takes it
     */
    public final void addTo(long[] set) {
        VarHandle.fullFence();
        for (int word = 0; word < words.length; word++) {
            set[word] |= (long) WORDS.getAcquire(words, word);
        }
    }

    /**
     * Whether any other core has entered: the kernel's {@code cpumask_any_but}. Any thread.
     *
     * @param core the core that does not count
     * @return false if the address space has run on no other core
     */
    public final boolean anyBut(int core) {
        VarHandle.fullFence();
        for (int word = 0; word < words.length; word++) {
            long others = (long) WORDS.getAcquire(words, word);
            if (word == core >> 6) {
                others &= ~(1L << core);
            }
            if (others != 0) {
                return true;
            }
        }
        return false;
    }
}
