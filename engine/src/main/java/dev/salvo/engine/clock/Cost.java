package dev.salvo.engine.clock;

/**
 * What a paced machine's hardware takes time for. Each is a wait until a deadline; a {@link HardwareProfile} says how
 * long it is before dilation.
 */
public enum Cost {
    /** A message between a core and the interconnect's point of its own cluster, one way. */
    HOP_CLUSTER("hopCluster"),
    /** A message from one cluster to another of the same die, one way. */
    HOP_DIE("hopDie"),
    /** A message from one die to another of the same socket, one way. */
    HOP_SOCKET("hopSocket"),
    /** A message from one socket to another, one way. */
    HOP_SOCKETS("hopSockets"),
    /** The issue of one TLBI, at its core. */
    TLBI("tlbi"),
    /** {@code dsb(ishst)}. */
    DSB_ISHST("dsbIshst"),
    /** What a DSB takes besides waiting for the interconnect, and all of one that is not broadcast. */
    DSB("dsb"),
    /** The Misc Node's time for one target of one operation: both flits, P1 and P2. */
    TARGET("target"),
    /**
     * The Misc Node's time for one refused request that is sent again in vain: whenever an entry becomes free every core
     * that was refused sends again, and one gets it. 0 where a credit is granted to one of them instead, as CHI does.
     */
    RETRY("retry"),
    /** A core's acceptance of one snooped operation. */
    SNOOP("snoop"),
    /** The removal of the entries. */
    INVALIDATE("invalidate"),
    /** Before a Sync is acknowledged: accesses that may have used a removed entry come to their end. */
    DRAIN("drain"),
    /** How long the program of a core stands still for one operation that the core serves. */
    STALL("stall"),
    /** A walk, after a miss of both TLB levels. */
    WALK("walk"),
    /** A hit of the second TLB level. */
    L2_HIT("l2Hit"),
    /** The memory system's time for one line that several cores fight for. */
    LINE("line");

    private final String key;

    Cost(String key) {
        this.key = key;
    }

    /**
     * Its name in a profile's file.
     *
     * @return for instance {@code "hopDie"}
     */
    public String key() {
        return key;
    }
}
