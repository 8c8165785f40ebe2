package dev.salvo.engine.clock;

/**
 * What a paced machine's interconnect and cores can hold. Each is a whole number in a range that the machine's own
 * tables have room for.
 */
public enum Limit {
    /** Operations that the Misc Node keeps at once; one of them is kept for NonSync, so that there are two at least. */
    ENTRIES("entries", 2, 64),
    /** Snooped operations that a core keeps at once: half of those whose time of response is kept. */
    SNOOPS("snoops", 1, 32),
    /** TLBIs that a core may have on their way to the Misc Node or in it. */
    OUTSTANDING("outstanding", 1, 64),
    /** Accesses that a core may have under way. */
    LINES("lines", 1, 4096);

    private final String key;
    private final int least;
    private final int most;

    Limit(String key, int least, int most) {
        this.key = key;
        this.least = least;
        this.most = most;
    }

    /**
     * Its name in a profile's file.
     *
     * @return for instance {@code "entries"}
     */
    public String key() {
        return key;
    }

    /**
     * The least that is accepted.
     *
     * @return a count
     */
    public int least() {
        return least;
    }

    /**
     * The most that is accepted.
     *
     * @return a count
     */
    public int most() {
        return most;
    }

    /** Whether a count is whole and in range. */
    boolean accepts(double count) {
        return count == Math.rint(count) && count >= least && count <= most;
    }
}
