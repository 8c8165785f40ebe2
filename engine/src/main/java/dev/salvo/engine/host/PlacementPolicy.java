package dev.salvo.engine.host;

import java.util.Locale;

/** In which order the host's CPUs are given to simulated cores; {@link Placement} says it to the last tie. */
public enum PlacementPolicy {
    /** Neighbours first: the SMT siblings of one physical core, then its cluster, die, NUMA node and socket. */
    COMPACT,

    /**
     * As far apart as possible: sockets in turn, in each its NUMA nodes in turn, then dies, then clusters; and every
     * physical core before a second thread of any.
     */
    SCATTER,

    /** In compact order, but one thread of each physical core only: its other SMT siblings carry nothing. */
    PHYSICAL,

    /**
     * The CPUs of the fastest kind only, where a host has several ({@link HostTopology#kinds()}): in compact order, but
     * every physical core before a second thread of any.
     */
    PERFORMANCE,

    /** The same of the slowest kind. */
    EFFICIENCY;

    /** The name in lower case, as options and results spell it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
