package dev.salvo.engine.clock;

import dev.salvo.engine.tlb.TlbGeometry;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What things cost on a machine that a paced clock carries, and how its cores lie to each other. Every number says
 * where it is from.
 *
 * @param name       short name, as its file is called
 * @param title      what machine it is
 * @param cores      how many cores it has
 * @param topology   how they lie
 * @param miscNode   what its Misc Node can hold
 * @param tlb        each core's TLB
 * @param costs      what the hardware takes time for; all of {@link Cost}
 * @param software   what steps of the kernel and of programs take, by name; the software says which it needs
 */
public record HardwareProfile(String name, String title, int cores, Topology topology, MiscNodeLimits miscNode,
                              TlbGeometry tlb, Map<Cost, Quantity> costs, Map<String, Quantity> software) {
    /** Where a number is from. */
    public enum Origin {
        /** Published: read in the source, or arithmetic on what was read there. */
        SOURCED,
        /** Chosen so that a published figure comes out. */
        FITTED,
        /** A guess, with its reason. */
        ASSUMED
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
}
