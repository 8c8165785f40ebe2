package dev.salvo.engine.clock;

import dev.salvo.engine.host.Placement;
import dev.salvo.engine.message.Wording;
import dev.salvo.engine.tlb.TlbGeometry;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * What things cost on a machine that a paced clock carries, and how its cores lie to each other. Every number says
 * where it is from. {@link HardwareProfiles} reads them from files.
 *
 * @param name       short name, as its file is called
 * @param title      what machine it is
 * @param cores      how many cores it has
 * @param topology   how they lie
 * @param miscNode   what its Misc Node can hold
 * @param tlb        each core's TLB
 * @param tlbFrom    where the TLB's shape is from
 * @param costs      what the hardware takes time for; all of {@link Cost}
 * @param software   what steps of the kernel and of programs take, by name; the software says which it needs
 */
public record HardwareProfile(String name, String title, int cores, Topology topology, MiscNodeLimits miscNode,
                              TlbGeometry tlb, Provenance tlbFrom, Map<Cost, Quantity> costs,
                              Map<String, Quantity> software) {
    /** The most cores of a paced machine: the Misc Node is carried by a thread that takes a place as they do. */
    public static final int MAX_CORES = Placement.MAX_CORES - 1;

    /** The longest time that a file may give to anything: 10 ms, far above what any single step takes. */
    public static final double MAX_NANOS = 10_000_000;

    /** Where a number is from. */
    public enum Origin {
        /** Published: read in the source, or arithmetic on what was read there. */
        SOURCED,
        /** Chosen so that a published figure comes out. */
        FITTED,
        /** A guess, with its reason. */
        ASSUMED;

        /**
         * Its name in a profile's file.
         *
         * @return for instance {@code "sourced"}
         */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Where something that is more than one number is from.
     *
     * @param origin where it is from
     * @param source the source or the reason
     */
    public record Provenance(Origin origin, String source) {
    }

    /**
     * One number.
     *
     * @param value  nanoseconds for a time, else a count; not negative
     * @param origin where it is from
     * @param source the source, the figure it was fitted to, or the reason of the guess
     */
    public record Quantity(double value, Origin origin, String source) {
        /**
         * Checks the range.
         *
         * @param value  finite, 0 or more
         * @param origin any
         * @param source not blank
         * @throws IllegalArgumentException if one is out of range
         */
        public Quantity {
            Objects.requireNonNull(origin);
            if (!(value >= 0) || Double.isInfinite(value)) {
                throw new IllegalArgumentException(value + ": must be 0 or more");
            }
            if (source.isBlank()) {
                throw new IllegalArgumentException("source: must say where the number is from");
            }
        }
    }

    /**
     * How cores lie: neighbours in a cluster, clusters on a die, dies in a socket. Cores are numbered in that order.
     *
     * @param cluster cores of a cluster
     * @param die     cores of a die, a whole number of clusters
     * @param socket  cores of a socket, a whole number of dies
     */
    public record Topology(int cluster, int die, int socket) {
    }

    /**
     * What the nodes of the interconnect can hold.
     *
     * @param entries      operations the Misc Node keeps at once, of which one is kept for NonSync
     * @param snoops       snooped operations that a core keeps at once
     * @param outstanding  TLBIs that a core may have on their way to the Misc Node or in it
     * @param lines        accesses that a core may have under way
     */
    public record MiscNodeLimits(Quantity entries, Quantity snoops, Quantity outstanding, Quantity lines) {
        /**
         * Checks the counts.
         *
         * @param entries     see {@link Limit#ENTRIES}
         * @param snoops      see {@link Limit#SNOOPS}
         * @param outstanding see {@link Limit#OUTSTANDING}
         * @param lines       see {@link Limit#LINES}
         * @throws IllegalArgumentException if one is not whole or out of its range
         */
        public MiscNodeLimits {
            check(Limit.ENTRIES, entries);
            check(Limit.SNOOPS, snoops);
            check(Limit.OUTSTANDING, outstanding);
            check(Limit.LINES, lines);
        }

        private static void check(Limit limit, Quantity count) {
            if (!limit.accepts(count.value())) {
                throw new IllegalArgumentException(limit.key() + ' ' + number(count.value())
                    + ": must be a whole number, " + limit.least() + ".." + limit.most());
            }
        }

        /**
         * One of the counts.
         *
         * @param limit which
         * @return the count and where it is from
         */
        public Quantity of(Limit limit) {
            return switch (limit) {
                case ENTRIES -> entries;
                case SNOOPS -> snoops;
                case OUTSTANDING -> outstanding;
                case LINES -> lines;
            };
        }
    }

    /**
     * Copies the maps.
     *
     * @param name     not blank
     * @param title    not blank
     * @param cores    1 or more, no more than can be told apart
     * @param topology fits the cores
     * @param miscNode any
     * @param tlb      any
     * @param tlbFrom  any
     * @param costs    every {@link Cost}
     * @param software any
     */
    public HardwareProfile {
        costs = Collections.unmodifiableMap(new EnumMap<>(costs));
        software = Collections.unmodifiableMap(new LinkedHashMap<>(software));
    }

    /**
     * What something costs.
     *
     * @param cost what
     * @return nanoseconds, before dilation
     */
    public double nanos(Cost cost) {
        return costs.get(cost).value();
    }

    /**
     * A message's way from one core's place to another's.
     *
     * @param from a core
     * @param to   a core
     * @return what one hop costs: by whether they share a cluster, a die, a socket
     */
    public Cost hop(int from, int to) {
        if (from / topology.socket() != to / topology.socket()) {
            return Cost.HOP_SOCKETS;
        }
        if (from / topology.die() != to / topology.die()) {
            return Cost.HOP_SOCKET;
        }
        return from / topology.cluster() != to / topology.cluster() ? Cost.HOP_DIE : Cost.HOP_CLUSTER;
    }

    /**
     * Every number by its name in the file: counts ({@link Limit}), then nanoseconds ({@link Cost}, the software's).
     *
     * @return name and number, in that order; no name is there twice in a profile that was read from a file
     */
    public Map<String, Quantity> quantities() {
        Map<String, Quantity> all = new LinkedHashMap<>();
        for (Limit limit : Limit.values()) {
            all.put(limit.key(), miscNode.of(limit));
        }
        costs.forEach((cost, nanos) -> all.put(cost.key(), nanos));
        all.putAll(software);
        return Collections.unmodifiableMap(all);
    }

    /**
     * What if one number were another? The rest stays as it is, and the name says what was changed.
     *
     * @param key    a name of {@link #quantities}
     * @param factor what to multiply it by, 0 or more
     * @return another profile, called for instance {@code kunpeng-920:hopSockets=2}
     * @throws BadProfileException if there is no such number, or the product is not one that a file may give
     */
    public HardwareProfile scaled(String key, double factor) {
        Quantity before = quantities().get(key);
        if (before == null) {
            throw new BadProfileException(name + ": " + Wording.unknown(key, quantities().keySet()));
        }
        if (!(factor >= 0) || Double.isInfinite(factor)) {
            throw new BadProfileException(name + ": " + key + ": a factor of " + factor + ": must be 0 or more");
        }
        double product = before.value() * factor;
        Limit counted = null;
        for (Limit limit : Limit.values()) {
            if (limit.key().equals(key)) {
                counted = limit;
            }
        }
        if (counted != null ? !counted.accepts(product) : product > MAX_NANOS) {
            throw new BadProfileException(name + ": " + key + ": " + number(factor) + " times " + number(before.value())
                + " is " + number(product) + ": must be "
                + (counted == null ? "0.." + number(MAX_NANOS) + " ns"
                    : "a whole number, " + counted.least() + ".." + counted.most()));
        }
        Quantity after = new Quantity(product, Origin.ASSUMED, "what if: " + number(factor) + " times "
            + number(before.value()) + ", which is " + before.origin().key() + ": " + before.source());
        String what = key + '=' + number(factor);
        return new HardwareProfile(name + (name.indexOf(':') < 0 ? ':' : ',') + what, title, cores, topology,
            new MiscNodeLimits(changed(Limit.ENTRIES, counted, after), changed(Limit.SNOOPS, counted, after),
                changed(Limit.OUTSTANDING, counted, after), changed(Limit.LINES, counted, after)),
            tlb, tlbFrom, changed(costs, Cost::key, key, after), changed(software, step -> step, key, after));
    }

    private Quantity changed(Limit limit, Limit changed, Quantity after) {
        return limit == changed ? after : miscNode.of(limit);
    }

    private static <K> Map<K, Quantity> changed(Map<K, Quantity> all, Function<K, String> name, String key,
                                                Quantity after) {
        Map<K, Quantity> changed = new LinkedHashMap<>(all);
        changed.replaceAll((which, before) -> name.apply(which).equals(key) ? after : before);
        return changed;
    }

    /** As a person would write it: 2 and not 2.0. */
    private static String number(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }
}
