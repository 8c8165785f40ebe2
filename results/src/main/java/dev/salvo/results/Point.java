package dev.salvo.results;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where in the space of experiments a figure was measured: one value on each axis.
 *
 * <p>The words of the axes are those of the benchmark's parameters and of the command line: the constants of each enum
 * in lower case. Points sort as they are shown: by clock, workload, profile, interconnect, load, senders (one, then a
 * fixed number, then all), cores, strategy, then the rest.
 *
 * @param cores        simulated cores, 1..{@value #MAX_CORES}
 * @param senders      how many of them reclaim, 1..cores
 * @param mappings     processes that map each page, at least 1
 * @param strategy     how unmapping makes the TLBs forget
 * @param interconnect what carries the invalidations
 * @param load         what the cores that do not send are doing
 * @param list         pages handed to reclaim at once, at least 1
 * @param batch        pages per flush of the batched strategy, at least 1; no effect on the synchronous one
 * @param pte          whether the page-table entries are dirty when they are unmapped
 * @param clock        whose nanoseconds these are
 * @param placement    how cores were laid out over the host's CPUs
 * @param ring         operations that fit the interconnect, or each inbox, at least 2
 * @param idle         how cores wait that have nothing to do
 * @param workload     what the senders do
 * @param profile      the hardware whose costs a paced clock keeps: the profile's name and what was changed in it,
 *                     1..100 of the characters {@code A-Za-z0-9.:,=_-}, the first a letter or a digit; empty if the
 *                     clock is native
 */
public record Point(int cores, int senders, int mappings, Strategy strategy, Interconnect interconnect, Load load,
        int list, int batch, Pte pte, Clock clock, Placement placement, int ring, Idle idle, Workload workload,
        String profile) implements Comparable<Point> {
    /** The most cores a machine can have. */
    public static final int MAX_CORES = 1024;

    /** What runs were measured with before there was a choice. */
    static final int DEFAULT_RING = 4096;

    private static final String PROFILES = "[A-Za-z0-9][A-Za-z0-9.:,=_-]{0,99}";

    /** So that the longest name still makes the name of a file, with what is added while it is written. */
    private static final int LONGEST_IN_NAME = 40;
    private static final int HASH_BYTES = 4;

    private static final Comparator<Point> SHOWN = Comparator.comparing(Point::clock)
        .thenComparing(Point::workload)
        .thenComparing(Point::profile)
        .thenComparing(Point::interconnect)
        .thenComparing(Point::load)
        .thenComparingInt(point -> point.allSend() ? Integer.MAX_VALUE : point.senders)
        .thenComparingInt(Point::cores)
        .thenComparing(Point::strategy)
        .thenComparingInt(Point::mappings)
        .thenComparingInt(Point::list)
        .thenComparingInt(Point::batch)
        .thenComparing(Point::pte)
        .thenComparing(Point::placement)
        .thenComparingInt(Point::ring)
        .thenComparing(Point::idle)
        .thenComparingInt(Point::senders);

    /** How unmapping makes the TLBs forget. */
    public enum Strategy {
        /** One invalidation and one wait for each page. */
        SYNC,
        /** One invalidation for each page, one wait for each batch. */
        BATCHED,
        /** The same, but none to other cores where the address space has run on no other. */
        LOCAL
    }

    /** What carries the invalidations. */
    public enum Interconnect {
        /** One broadcast ring, one cursor per core. */
        RING,
        /** One queue per core. */
        INBOXES
    }

    /** What the cores that do not send are doing. */
    public enum Load {
        /** Nothing but serving invalidations. */
        IDLE,
        /** Running a user program over memory of their own. */
        OWN,
        /** Running a user program over the pages that are being reclaimed. */
        SHARED
    }

    /** Whether the page-table entries are dirty when they are unmapped. */
    public enum Pte {
        /** Pages were only read since they came in. */
        CLEAN,
        /** Pages were written, so that each must be flushed before it is written out. */
        DIRTY
    }

    /** Whose nanoseconds the figures are. */
    public enum Clock {
        /** The host's own: nothing is modelled. */
        NATIVE,
        /** Emulated: every cost is a real wait, as long as a hardware profile says times the dilation. */
        PACED
    }

    /** What the senders do, and so what a page of their figures is. */
    public enum Workload {
        /** The published program: memory is paged out and read in again. A page is one that was paged out. */
        SEED,
        /** 1 MB of memory is mapped, touched and unmapped. A page is one of what is unmapped. */
        MUNMAP,
        /** The protection of a mapping of 2 MiB is changed again and again. A page is one of it, per round of calls. */
        PROTECT,
        /** A neighbour protects pages while user programs run. A page is one that the neighbour protects. */
        VICTIM
    }

    /** How cores are laid out over the host's CPUs. */
    public enum Placement {
        /** Neighbours share sockets and cores. */
        COMPACT,
        /** Neighbours are far apart. */
        SCATTER,
        /** One core for each physical core before any second hardware thread. */
        PHYSICAL,
        /** On the CPUs of the fastest kind of a hybrid chip only. */
        PERFORMANCE,
        /** On those of the slowest kind only. */
        EFFICIENCY
    }

    /** How cores wait that have nothing to do. */
    public enum Idle {
        /** Spinning, if every core has a CPU of its own, else yielding. */
        AUTO,
        /** Looking at the port all the time. */
        SPIN,
        /** Giving the CPU up between two looks. */
        YIELD,
        /** Asleep, until woken by whoever waits for them. */
        PARK
    }

    /**
     * Checks the ranges.
     *
     * @param cores        1..{@value #MAX_CORES}
     * @param senders      1..cores
     * @param mappings     at least 1
     * @param strategy     not null
     * @param interconnect not null
     * @param load         not null
     * @param list         at least 1
     * @param batch        at least 1
     * @param pte          not null
     * @param clock        not null
     * @param placement    not null
     * @param ring         at least 2
     * @param idle         not null
     * @param workload     not null
     * @param profile      empty if the clock is native, else as above
     * @throws IllegalArgumentException naming the first value out of its range, and the range
     */
    public Point {
        between("cores", cores, MAX_CORES);
        between("senders", senders, cores);
        between("mappings", mappings, Integer.MAX_VALUE);
        between("list", list, Integer.MAX_VALUE);
        between("batch", batch, Integer.MAX_VALUE);
        if (ring < 2) {
            throw refused("ring", Integer.toString(ring), "a whole number of at least 2");
        }
        if (clock == Clock.NATIVE && !profile.isEmpty()) {
            throw refused("profile", profile, "none on the native clock");
        }
        if (clock == Clock.PACED && !profile.matches(PROFILES)) {
            throw refused("profile", profile, "1 to 100 letters, digits and . : , = _ - after a letter or a digit");
        }
    }

    /**
     * Reads a point from the words of a benchmark's parameters. A parameter that is no axis is passed over.
     * Absent may be those that came later: {@code clock} is paced then if there is a {@code profile}, else native,
     * {@code ring} {@value #DEFAULT_RING}, {@code idle} auto, {@code workload} seed; {@code profile} may be absent or empty
     * if the clock is native.
     *
     * @param words the parameters' values by name
     * @return the point
     * @throws IllegalArgumentException naming the first parameter that is missing or not accepted, and what is accepted
     */
    public static Point of(Map<String, String> words) {
        Clock clock = words.containsKey("clock") ? kind(words, "clock", Clock.class)
            : words.getOrDefault("profile", "").isEmpty() ? Clock.NATIVE : Clock.PACED;
        return new Point(whole(words, "cores"), whole(words, "senders"), whole(words, "mappings"),
            kind(words, "strategy", Strategy.class), kind(words, "interconnect", Interconnect.class),
            kind(words, "load", Load.class), whole(words, "list"), whole(words, "batch"),
            kind(words, "pte", Pte.class),
            clock, kind(words, "placement", Placement.class),
            words.containsKey("ring") ? whole(words, "ring") : DEFAULT_RING,
            words.containsKey("idle") ? kind(words, "idle", Idle.class) : Idle.AUTO,
            words.containsKey("workload") ? kind(words, "workload", Workload.class) : Workload.SEED,
            clock == Clock.PACED ? present(words, "profile") : words.getOrDefault("profile", ""));
    }

    /**
     * The word that stands for a constant of an axis in parameters, files and tables.
     *
     * @param kind a constant of one of the enums here
     * @return its name in lower case
     */
    public static String word(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether every core sends. A machine of one core counts as one sender, not as all.
     *
     * @return whether there are as many senders as cores, and more than one
     */
    public boolean allSend() {
        return senders == cores && cores > 1;
    }

    /**
     * The senders as tables show them.
     *
     * @return {@code "all"} if every core sends, else the number
     */
    public String sendersWord() {
        return allSend() ? "all" : Integer.toString(senders);
    }

    /**
     * The name of this point's file, the same for equal points and different for others. Axes that came later are in it
     * only where they are not at their default, so that files of older runs keep their names.
     *
     * @return a name without an ending, of lower-case letters, digits and hyphens
     */
    public String name() {
        return "c" + cores + "-s" + senders + "-m" + mappings + '-' + word(strategy) + '-' + word(interconnect)
            + "-load-" + word(load) + "-l" + list + "-b" + batch + "-pte-" + word(pte) + '-' + word(clock)
            + '-' + word(placement) + (ring == DEFAULT_RING ? "" : "-ring-" + ring)
            + (idle == Idle.AUTO ? "" : "-idle-" + word(idle))
            + (workload == Workload.SEED ? "" : "-workload-" + word(workload))
            + (profile.isEmpty() ? "" : "-profile" + profileInName());
    }

    /**
     * The profile as a file can be called, after a hyphen. Where that is not the profile itself, a hash stands before
     * the hyphen: no profile that is its own name can be taken for one that is not, and none of those for another.
     */
    private String profileInName() {
        String name = profile.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
        name = name.substring(0, Math.min(name.length(), LONGEST_IN_NAME));
        return (name.equals(profile) ? "" : hash(profile)) + '-' + name;
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** The same point under another strategy, with another batch. */
    Point with(Strategy other, int otherBatch) {
        return new Point(cores, senders, mappings, other, interconnect, load, list, otherBatch, pte, clock, placement,
            ring, idle, workload, profile);
    }

    @Override
    public int compareTo(Point other) {
        return SHOWN.compare(this, other);
    }

    private static void between(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw refused(name, Integer.toString(value), wholeUpTo(most));
        }
    }

    private static int whole(Map<String, String> words, String name) {
        String word = present(words, name);
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw refused(name, word, wholeUpTo(Integer.MAX_VALUE));
        }
    }

    private static <E extends Enum<E>> E kind(Map<String, String> words, String name, Class<E> kinds) {
        String word = present(words, name);
        for (E kind : kinds.getEnumConstants()) {
            if (word(kind).equals(word)) {
                return kind;
            }
        }
        throw refused(name, word, Arrays.stream(kinds.getEnumConstants()).map(Point::word)
            .collect(Collectors.joining(", ")));
    }

    private static String present(Map<String, String> words, String name) {
        String word = words.get(name);
        if (word == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return word;
    }

    private static String wholeUpTo(int most) {
        return "a whole number " + (most == Integer.MAX_VALUE ? "of at least 1" : "from 1 to " + most);
    }

    private static IllegalArgumentException refused(String name, String value, String accepted) {
        return new IllegalArgumentException(name + " is " + Text.quoted(value) + "; accepted: " + accepted);
    }
}
