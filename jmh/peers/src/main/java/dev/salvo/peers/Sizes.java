package dev.salvo.peers;

/** How large a queue must be. */
final class Sizes {
    private static final int LEAST = 64;

    private Sizes() {
    }

    /** The power of two, at least {@value #LEAST}, that holds so many. */
    static int powerOfTwo(int needed) {
        return Math.max(LEAST, Integer.highestOneBit(Math.max(1, needed - 1)) * 2);
    }
}
