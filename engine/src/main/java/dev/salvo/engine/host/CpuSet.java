package dev.salvo.engine.host;

import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A set of CPUs, read and printed as the kernel's CPU lists are: {@code 0-2,5,9-11}. It serves for affinity masks as
 * well as for the lists in sysfs.
 *
 * <p>Immutable, so any thread may use it.
 */
public final class CpuSet {
    /** The highest CPU number a set can hold; Linux is built for 8192 CPUs at most. */
    public static final int MAX_CPU = (1 << 16) - 1;

    private static final Pattern RANGE = Pattern.compile("([0-9]+)(?:-([0-9]+)(?::([0-9]+)/([0-9]+))?)?");

    private final BitSet bits;

    private CpuSet(BitSet bits) {
        this.bits = bits;
    }

    /**
     * The set of the CPUs named.
     *
     * @param cpus CPU numbers, 0..{@value #MAX_CPU}, in any order
     * @return the set
     * @throws IllegalArgumentException if a number is out of range
     */
    public static CpuSet of(int... cpus) {
        BitSet bits = new BitSet();
        for (int cpu : cpus) {
            if (cpu < 0 || cpu > MAX_CPU) {
                throw new IllegalArgumentException("CPU " + cpu + ": must be 0.." + MAX_CPU);
            }
            bits.set(cpu);
        }
        return new CpuSet(bits);
    }

    /**
     * Reads a CPU list as the kernel itself does, but for its words {@code all} and {@code N}, which no file holds: white
     * space and empty places between commas mean nothing, and {@code 0-31:2/4} is the first two of every four.
     *
     * @param list numbers and ranges between commas, such as {@code 0-2,5}; blank for the empty set
     * @return the set
     * @throws IllegalArgumentException if it is anything else, or a number exceeds {@value #MAX_CPU}
     */
    public static CpuSet parse(String list) {
        BitSet bits = new BitSet();
        for (String range : list.split("[,\\s]+")) {
            if (range.isEmpty()) {
                continue;
            }
            Matcher numbers = RANGE.matcher(range);
            if (!numbers.matches()) {
                throw malformed(list);
            }
            int first = number(list, numbers.group(1));
            int last = numbers.group(2) == null ? first : number(list, numbers.group(2));
            int used = numbers.group(3) == null ? 1 : number(list, numbers.group(3));
            int group = numbers.group(4) == null ? 1 : number(list, numbers.group(4));
            if (last < first || used < 1 || group < used) {
                throw malformed(list);
            }
            for (int start = first; start <= last; start += group) {
                bits.set(start, Math.min(start + used, last + 1));
            }
        }
        return new CpuSet(bits);
    }

    /**
     * Reads a mask of CPUs.
     *
     * @param mask words of up to 32 bits in hexadecimal digits between commas, the highest first, such as
     *             {@code 3,0000ffff}
     * @return the set
     * @throws IllegalArgumentException if it is anything else, or a bit's number exceeds {@value #MAX_CPU}
     */
    static CpuSet parseMask(String mask) {
        String[] words = mask.strip().split(",");
        if (words.length > (MAX_CPU + 1) / Integer.SIZE) {
            throw new IllegalArgumentException("a mask of " + words.length + " words: accepted are masks of "
                + (MAX_CPU + 1) + " CPUs at most");
        }
        BitSet bits = new BitSet();
        for (int i = 0; i < words.length; i++) {
            if (!words[i].matches("[0-9a-fA-F]{1,8}")) {
                throw new IllegalArgumentException("'" + mask.strip() + "' is not a mask of CPUs: accepted are "
                    + "hexadecimal words between commas, such as 3,0000ffff");
            }
            int start = (words.length - 1 - i) * Integer.SIZE;
            BitSet.valueOf(new long[] {Long.parseLong(words[i], 16)}).stream().forEach(bit -> bits.set(start + bit));
        }
        return new CpuSet(bits);
    }

    /** The set whose CPUs are the bits of an affinity mask. */
    static CpuSet ofMask(long[] mask) {
        return new CpuSet(BitSet.valueOf(mask));
    }

    /** The affinity mask, of at least as many words as asked for. */
    long[] mask(int words) {
        long[] set = bits.toLongArray();
        long[] mask = new long[Math.max(words, set.length)];
        System.arraycopy(set, 0, mask, 0, set.length);
        return mask;
    }

    /**
     * Tells whether a CPU is in the set.
     *
     * @param cpu a CPU number, from 0
     * @return whether it is
     */
    public boolean contains(int cpu) {
        return bits.get(cpu);
    }

    /**
     * How many CPUs there are in the set.
     *
     * @return the number of CPUs
     */
    public int size() {
        return bits.cardinality();
    }

    /**
     * Tells whether the set is empty.
     *
     * @return whether it is
     */
    public boolean isEmpty() {
        return bits.isEmpty();
    }

    /**
     * The CPUs in ascending order.
     *
     * @return their numbers
     */
    public IntStream stream() {
        return bits.stream();
    }

    /**
     * The CPUs that are in this set and in another.
     *
     * @param other the other set
     * @return their intersection
     */
    public CpuSet and(CpuSet other) {
        BitSet common = (BitSet) bits.clone();
        common.and(other.bits);
        return new CpuSet(common);
    }

    /** Whether all CPUs of another set are in this one. */
    boolean containsAll(CpuSet other) {
        return and(other).equals(other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuSet && bits.equals(((CpuSet) other).bits);
    }

    @Override
    public int hashCode() {
        return bits.hashCode();
    }

    /** The set as a CPU list: {@code 0-2,5}; empty for the empty set. */
    @Override
    public String toString() {
        StringBuilder list = new StringBuilder();
        for (int first = bits.nextSetBit(0); first >= 0; ) {
            int end = bits.nextClearBit(first);
            list.append(list.isEmpty() ? "" : ",").append(first);
            if (end - first > 1) {
                list.append('-').append(end - 1);
            }
            first = bits.nextSetBit(end);
        }
        return list.toString();
    }

    private static int number(String list, String digits) {
        if (digits.length() > 5 || Integer.parseInt(digits) > MAX_CPU) {
            throw malformed(list);
        }
        return Integer.parseInt(digits);
    }

    private static IllegalArgumentException malformed(String list) {
        return new IllegalArgumentException("'" + list.strip() + "' is not a list of CPUs: accepted are numbers up to "
            + MAX_CPU + " and ascending ranges, such as 0-2,5");
    }
}
