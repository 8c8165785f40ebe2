package dev.salvo.point;

import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where in the space of experiments a figure was measured: one value on each {@link Axis}.
 *
 * <p>Values are the words of the benchmark's parameters and of the command line. What of them has behaviour elsewhere can be
 * had as what it is ({@link #cores}, {@link #strategy}, ...). Points sort as they are shown: by clock, workload, profile,
 * interconnect, load, senders (one, then a fixed number, then all), cores, strategy, then the rest. Immutable.
 */
public final class Point implements Comparable<Point> {
    /** The most cores a machine can have. */
    public static final int MAX_CORES = 1024;

    /** As many senders as there are cores, where senders are asked for. */
    public static final String ALL = "all";

    private static final String PROFILES = "[A-Za-z0-9][A-Za-z0-9.:,=_-]{0,99}";
    private static final int LONGEST_QUOTED = 60;

    private static final List<Axis> SHOWN = Axis.order(List.of(Axis.CLOCK, Axis.WORKLOAD, Axis.PROFILE, Axis.CORES,
        Axis.SENDERS, Axis.STRATEGY, Axis.INTERCONNECT, Axis.LOAD), List.of());
    private static final List<Axis> DESCRIBED = Axis.order(List.of(Axis.CORES, Axis.SENDERS, Axis.STRATEGY,
        Axis.INTERCONNECT, Axis.MAPPINGS, Axis.LIST, Axis.BATCH, Axis.LOAD), List.of());
    private static final Comparator<Point> SORTED = sorted();

    /** By axis. */
    private final String[] values;
    private final int cores;
    private final int senders;

    /** Values that are whole numbers, and words that there are: their ranges are checked. */
    private Point(String[] values) {
        this.values = values;
        cores = number(Axis.CORES);
        between(Axis.CORES, MAX_CORES);
        senders = number(Axis.SENDERS);
        between(Axis.SENDERS, cores);
        for (Axis axis : Axis.values()) {
            if (axis.isNumber()) {
                between(axis, Integer.MAX_VALUE);
            }
        }
        if (clock() == ClockKind.NATIVE && !profile().isEmpty()) {
            throw refused(Axis.PROFILE, profile(), "none on the native clock");
        }
        if (clock() == ClockKind.PACED && !profile().matches(PROFILES)) {
            throw refused(Axis.PROFILE, profile(), "1 to 100 letters, digits and . : , = _ - after a letter or a digit");
        }
    }

    private static Comparator<Point> sorted() {
        Comparator<Point> order = Comparator.comparingInt(point -> 0);
        for (Axis axis : List.of(Axis.CLOCK, Axis.WORKLOAD, Axis.PROFILE, Axis.INTERCONNECT, Axis.LOAD)) {
            order = order.thenComparing(axis::compare);
        }
        order = order.thenComparingInt(point -> point.allSend() ? Integer.MAX_VALUE : point.senders);
        for (Axis axis : Axis.order(List.of(Axis.CORES, Axis.STRATEGY), List.of(Axis.SENDERS))) {
            order = order.thenComparing(axis::compare);
        }
        return order;
    }

    /**
     * Reads a point from the words of a benchmark's parameters. A parameter that is no axis is passed over. Absent may be
     * the axes that have a value for that; the clock is paced then if there is a profile.
     *
     * @param words the parameters' values by name
     * @return the point
     * @throws IllegalArgumentException naming the first parameter that is missing or not accepted, and what is accepted
     */
    public static Point of(Map<String, String> words) {
        Map<String, String> all = new LinkedHashMap<>(words);
        if (!all.getOrDefault(Axis.PROFILE.key(), "").isEmpty()) {
            all.putIfAbsent(Axis.CLOCK.key(), word(ClockKind.PACED));
        }
        String[] values = new String[Axis.values().length];
        for (Axis axis : Axis.values()) {
            boolean mustBeThere = axis == Axis.PROFILE && word(ClockKind.PACED).equals(all.get(Axis.CLOCK.key()));
            String word = all.get(axis.key());
            if (word == null && (mustBeThere || axis.absent().isEmpty())) {
                throw new IllegalArgumentException(axis.key() + " is missing");
            }
            values[axis.ordinal()] = word == null ? axis.absent().get() : read(axis, word);
        }
        return new Point(values);
    }

    /**
     * The point with some values.
     *
     * @param values by axis; absent may be those axes that have a value for that
     * @return the point
     * @throws IllegalArgumentException naming the first value that is missing or not accepted, and what is accepted
     */
    public static Point at(Map<Axis, String> values) {
        Map<String, String> words = new HashMap<>();
        values.forEach((axis, value) -> words.put(axis.key(), value));
        return of(words);
    }

    private static String read(Axis axis, String word) {
        if (axis.isNumber()) {
            try {
                return Integer.toString(WholeNumber.ofInt(word));
            } catch (NumberFormatException e) {
                throw refused(axis, word, wholeUpTo(1, Integer.MAX_VALUE));
            }
        }
        if (!axis.words().isEmpty() && !axis.words().contains(word)) {
            throw refused(axis, word, String.join(", ", axis.words()));
        }
        return word;
    }

    /**
     * The word that stands for a constant in parameters, files and tables.
     *
     * @param kind a constant of any enum
     * @return its name in lower case, with hyphens where that has underscores
     */
    public static String word(Enum<?> kind) {
        return Words.of(kind);
    }

    /**
     * The constant that a word stands for, the other way about.
     *
     * @param type the enum
     * @param word the {@link #word} of one of its constants
     * @param <E>  the enum
     * @return the constant
     * @throws IllegalArgumentException if it has no such constant
     */
    public static <E extends Enum<E>> E constant(Class<E> type, String word) {
        return Enum.valueOf(type, Words.constant(word));
    }

    /**
     * The word that stands for a value of an axis.
     *
     * @param value a constant of an enum, a number or the word itself
     * @return the word
     */
    public static String wordOf(Object value) {
        return value instanceof Enum<?> kind ? word(kind) : value.toString();
    }

    /**
     * The same point but for one axis.
     *
     * @param axis  which
     * @param value where it is to be on that: a constant of the axis' enum, a number or the word
     * @return a copy
     * @throws IllegalArgumentException if there is no such point
     */
    public Point with(Axis axis, Object value) {
        String[] others = values.clone();
        others[axis.ordinal()] = read(axis, wordOf(value));
        return new Point(others);
    }

    /**
     * Where it is on an axis.
     *
     * @param axis which
     * @return the value as a word
     */
    public String value(Axis axis) {
        return values[axis.ordinal()];
    }

    /**
     * The same of an axis of numbers.
     *
     * @param axis one whose values are numbers
     * @return the value
     */
    public int number(Axis axis) {
        return Integer.parseInt(values[axis.ordinal()]);
    }

    /**
     * Where it is on all axes.
     *
     * @return the values, in a map of the caller's own
     */
    public Map<Axis, String> values() {
        Map<Axis, String> all = new EnumMap<>(Axis.class);
        for (Axis axis : Axis.values()) {
            all.put(axis, value(axis));
        }
        return all;
    }

    /**
     * Whether two points agree on all axes but some.
     *
     * @param other another
     * @param but   the axes on which they may differ
     * @return whether they do
     */
    public boolean agrees(Point other, Set<Axis> but) {
        for (Axis axis : Axis.values()) {
            if (!but.contains(axis) && !value(axis).equals(other.value(axis))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Where it is, axis by axis, as comparisons show it: with no axis left out, equal for equal points and for no others.
     *
     * @param without axes that are left out
     * @return words by the axes' names, in a map of the caller's own
     */
    public Map<String, String> shown(Set<Axis> without) {
        Map<String, String> words = new LinkedHashMap<>();
        for (Axis axis : SHOWN) {
            if (!without.contains(axis)) {
                words.put(axis.key(), axis.shown(this));
            }
        }
        return words;
    }

    /**
     * The axes in the order in which comparisons show them.
     *
     * @return all of them
     */
    public static List<Axis> shownAxes() {
        return SHOWN;
    }

    /**
     * In words: cores, senders, strategy, and whatever is not as it is if nothing is said.
     *
     * @param without axes that are left out
     * @return words between commas
     */
    public String described(Set<Axis> without) {
        return DESCRIBED.stream().filter(axis -> !without.contains(axis)).map(axis -> axis.described(this))
            .filter(words -> !words.isEmpty()).collect(Collectors.joining(", "));
    }

    /**
     * The name of this point's file, the same for equal points and different for others. Axes that came later are in it
     * only where they are not as they were before, so that files of older runs keep their names.
     *
     * @return a name without an ending, of lower-case letters, digits and hyphens
     */
    public String name() {
        return Arrays.stream(Axis.values()).map(axis -> axis.inFile(this)).collect(Collectors.joining());
    }

    /**
     * Simulated cores.
     *
     * @return 1..{@value #MAX_CORES}
     */
    public int cores() {
        return cores;
    }

    /**
     * How many of them send.
     *
     * @return 1..cores
     */
    public int senders() {
        return senders;
    }

    /**
     * How unmapping makes the TLBs forget.
     *
     * @return the strategy
     */
    public Strategy strategy() {
        return constant(Strategy.class, value(Axis.STRATEGY));
    }

    /**
     * What the cores that do not send are doing.
     *
     * @return the load
     */
    public Load load() {
        return constant(Load.class, value(Axis.LOAD));
    }

    /**
     * Whose nanoseconds these are.
     *
     * @return the clock
     */
    public ClockKind clock() {
        return constant(ClockKind.class, value(Axis.CLOCK));
    }

    /**
     * What the senders do.
     *
     * @return the workload
     */
    public Workload workload() {
        return constant(Workload.class, value(Axis.WORKLOAD));
    }

    /**
     * The hardware whose costs a paced clock keeps.
     *
     * @return the profile's name and what was changed in it, 1..100 of the characters {@code A-Za-z0-9.:,=_-}, the first a
     *         letter or a digit; empty if the clock is native
     */
    public String profile() {
        return value(Axis.PROFILE);
    }

    /**
     * Whether cores that do not send run a user program, so that there are figures of those too, and a control that they are
     * compared with.
     *
     * @return whether the load or the workload makes them
     */
    public boolean computes() {
        return load() != Load.IDLE || workload().computes();
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
     * @return {@value #ALL} if every core sends, else the number
     */
    public String sendersWord() {
        return allSend() ? ALL : Integer.toString(senders);
    }

    @Override
    public int compareTo(Point other) {
        return SORTED.compare(this, other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Point point && Arrays.equals(values, point.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return name();
    }

    private void between(Axis axis, int most) {
        if (number(axis) < axis.least() || number(axis) > most) {
            throw refused(axis, value(axis), wholeUpTo(axis.least(), most));
        }
    }

    private static String wholeUpTo(int least, int most) {
        return "a whole number " + (most == Integer.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most);
    }

    private static IllegalArgumentException refused(Axis axis, String value, String accepted) {
        String quoted = value.length() <= LONGEST_QUOTED ? value : value.substring(0, LONGEST_QUOTED - 1) + '…';
        return new IllegalArgumentException(axis.key() + " is '" + quoted + "'; accepted: " + accepted);
    }
}
