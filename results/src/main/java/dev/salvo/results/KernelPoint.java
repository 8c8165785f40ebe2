package dev.salvo.results;

import java.util.Comparator;
import java.util.List;

/**
 * Where a real system call was measured: what it does, among how many CPUs, and what those do.
 *
 * @param op        one of {@link #OPS}
 * @param cores     senders and those beside them together, at least as many as senders
 * @param senders   threads that make the call, at least 1
 * @param pages     that one operation is of, at least 1
 * @param others    what the cores do that do not send: one of {@link #OTHERS}
 * @param placement the word of a placement
 */
public record KernelPoint(String op, int cores, int senders, int pages, String others, String placement)
        implements Comparable<KernelPoint> {
    /** The operations, in the order in which they are shown. */
    public static final List<String> OPS = List.of("mprotect", "dontneed", "munmap", "mremap", "pageout", "membarrier");
    /** Nobody is there who could be a target. */
    public static final String NONE = "none";
    /** Programs of their own, which share no memory with the sender: they are there, and no targets. */
    public static final String PROCESSES = "processes";
    /** What the others do, in the order in which they are shown. */
    public static final List<String> OTHERS = List.of("spin", "sleep", PROCESSES, NONE);

    private static final String PLACEMENT = "[a-z]{1,20}";
    private static final Comparator<KernelPoint> ORDER = Comparator.<KernelPoint>comparingInt(point -> OPS.indexOf(point.op))
        .thenComparing(KernelPoint::placement).thenComparingInt(KernelPoint::pages).thenComparingInt(KernelPoint::senders)
        .thenComparingInt(KernelPoint::cores).thenComparingInt(point -> OTHERS.indexOf(point.others));

    /**
     * Looks at the words and numbers.
     *
     * @param op        one of {@link #OPS}
     * @param cores     {@code senders} or more
     * @param senders   1 or more
     * @param pages     1 or more
     * @param others    one of {@link #OTHERS}
     * @param placement small letters
     * @throws IllegalArgumentException if one of them is none of those that there are: a line that names it
     */
    public KernelPoint {
        oneOf("op", op, OPS);
        oneOf("others", others, OTHERS);
        atLeast("senders", senders, 1);
        atLeast("cores", cores, senders);
        atLeast("pages", pages, 1);
        if (!placement.matches(PLACEMENT)) {
            throw new IllegalArgumentException("placement " + Text.quoted(placement) + ": must be a word");
        }
    }

    private static void oneOf(String axis, String word, List<String> words) {
        if (!words.contains(word)) {
            throw new IllegalArgumentException(axis + ' ' + Text.quoted(word) + ": must be of " + String.join(", ", words));
        }
    }

    private static void atLeast(String axis, int number, int least) {
        if (number < least) {
            throw new IllegalArgumentException(axis + ' ' + number + ": must be " + least + " or more");
        }
    }

    /** The same with nobody beside the senders: what the call takes where there is no other target. */
    KernelPoint alone() {
        return new KernelPoint(op, senders, senders, pages, NONE, placement);
    }

    /** The same beside programs that share nothing. */
    KernelPoint besideStrangers() {
        return new KernelPoint(op, cores, senders, pages, PROCESSES, placement);
    }

    /** Whether others are there that may be made to forget; one for whom there are none is a control. */
    boolean hasTargets() {
        return cores > senders && !others.equals(NONE) && !others.equals(PROCESSES);
    }

    /**
     * A name for a file.
     *
     * @return letters, digits and hyphens; different for different points
     */
    public String name() {
        return "kernel-" + op + "-c" + cores + "-s" + senders + "-p" + pages + '-' + others + '-' + placement;
    }

    /**
     * What it is, for people.
     *
     * @return such as {@code mprotect, 2 cores, 1 sender, 1 page, others spin, compact}
     */
    public String words() {
        return op + ", " + PeersTable.plural(cores, "core") + ", " + PeersTable.plural(senders, "sender") + ", "
            + PeersTable.plural(pages, "page") + ", others " + others + ", " + placement;
    }

    /** The same of all points that differ from it in their cores, and in what those do that do not send: a heading. */
    String butCores() {
        return op + Text.AND + PeersTable.plural(pages, "page") + Text.AND + PeersTable.senders(senders, 0) + Text.AND + placement;
    }

    @Override
    public int compareTo(KernelPoint other) {
        return ORDER.compare(this, other);
    }
}
