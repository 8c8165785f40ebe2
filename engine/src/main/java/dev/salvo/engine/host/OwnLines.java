package dev.salvo.engine.host;

/**
 * Words in an array that are kept on cache lines of their own: a store to one must not take the line from under whoever reads
 * another. 128 bytes, because CPUs fetch lines in pairs.
 */
public final class OwnLines {
    /** Longs from one such word to the next: as many as keep two of them apart. */
    public static final int STRIDE = 16;

    private OwnLines() {
    }

    /**
     * A word for each core, each on lines of its own.
     *
     * @param cores how many
     * @return zeros; core <i>n</i>'s is at {@link #at}
     */
    public static long[] words(int cores) {
        return new long[(cores + 2) * STRIDE];
    }

    /**
     * Where a core's word is: with a stride of padding before the first and after the last.
     *
     * @param core the core
     * @return its index
     */
    public static int at(int core) {
        return (core + 1) * STRIDE;
    }
}
