package dev.salvo.results;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Who is measured beside whom: the ways to hand every core the same operation and to wait until all have taken it. */
public enum Contender {
    /** Our broadcast ring of one-word slots; a core's cursor is its acknowledgement. */
    RING("ring", "our machine, with its BroadcastRing"),
    /** Our inbox per core, with preallocated messages. */
    INBOXES("inboxes", "our machine, with its Inboxes"),
    /** LMAX Disruptor 4. */
    DISRUPTOR("disruptor", "LMAX Disruptor 4: multi-producer ring, a poller per core, its sequence acknowledges"),
    /** Agrona's many-to-one ring buffers. */
    AGRONA("agrona", "Agrona ManyToOneRingBuffer per core, its consumer position acknowledges"),
    /** JCTools' MPSC array queues. */
    JCTOOLS("jctools", "JCTools MpscVarHandleArrayQueue per core, a CountDownLatch per wait"),
    /** The JDK's concurrent queue. */
    JDK_QUEUE("jdk-queue", "JDK ConcurrentLinkedQueue per core, a CountDownLatch per wait"),
    /** The JDK's phaser. */
    PHASER("phaser", "JDK Phaser: all cores meet before and after"),
    /** HotSpot's own all-thread handshake. */
    HANDSHAKE("handshake", "HotSpot all-thread handshake: opening and closing a shared arena; runs no Java on receipt"),
    /** The Linux kernel's membarrier. */
    MEMBARRIER("membarrier",
        "Linux membarrier PRIVATE_EXPEDITED: interrupts CPUs, not threads; runs nothing on receipt"),
    /** Our ring, whose waits sleep. */
    RING_SLEEP("ring-sleep", "our machine, whose DSB sleeps until the core that it waits for wakes it"),
    /** A ring like ours, without the machine around it. */
    BARE("bare", "the ring alone: no machine around it, and waits that spin or yield, whoever is waited for"),
    /** The bare ring, claimed otherwise. */
    FETCH_AND_ADD("fetch-and-add", "bare, but a slot is claimed by fetch-and-add, then published by a store: between the two, an issuer without a "
        + "CPU blocks everybody"),
    /** The bare ring without a cached minimum. */
    EVERY_MINIMUM("every-minimum", "bare, but every issue reads all cursors to know that there is room"),
    /** The bare ring without batched acknowledgement. */
    ACKNOWLEDGE_EACH("acknowledge-each", "bare, but a core moves its cursor after every word"),
    /** The bare ring, waited for otherwise. */
    RESCAN("rescan", "bare, but a waiter reads all cursors in every round"),
    /** The bare ring, acknowledged otherwise. */
    COUNT("count", "bare, but receivers count themselves at the word, and the waiter looks at the count"),
    /** The bare ring, acknowledged in clusters. */
    TREE("tree", "bare, but eight cores keep the least of their cursors, and the waiter looks at those"),
    /** The bare ring without padding. */
    UNPADDED("unpadded", "bare, but eight cursors share a cache line");

    private final String word;
    private final String description;

    Contender(String word, String description) {
        this.word = word;
        this.description = description;
    }

    /**
     * Its name on the command line and in JSON.
     *
     * @return one word in small letters
     */
    public String word() {
        return word;
    }

    /**
     * What it is.
     *
     * @return a line without a full stop
     */
    public String description() {
        return description;
    }

    /**
     * Whether it is the product: a machine as it ships, in one of its kinds.
     *
     * @return false for a peer, and for a bare ring
     */
    public boolean product() {
        return this == RING || this == INBOXES || this == RING_SLEEP;
    }

    /**
     * Whether it stands for what others would use.
     *
     * @return false for this project's own, in whatever variant
     */
    public boolean peer() {
        return ordinal() >= DISRUPTOR.ordinal() && ordinal() <= MEMBARRIER.ordinal();
    }

    /**
     * Those that are compared unless others are asked for: the product's interconnects, and the peers.
     *
     * @return in their order
     */
    public static List<Contender> peersAndOurs() {
        return Arrays.stream(values()).filter(one -> one.peer() || one == RING || one == INBOXES).toList();
    }

    /**
     * Our ring, and variants of it in each of which one decision is taken otherwise.
     *
     * @return in their order
     */
    public static List<Contender> ablation() {
        return Arrays.stream(values()).filter(one -> !one.peer() && one != INBOXES).toList();
    }

    /**
     * Whether a receiver can run Java on receipt, and so invalidate a TLB.
     *
     * @return false if it can only be measured with nothing to do
     */
    public boolean canInvalidate() {
        return this != HANDSHAKE && this != MEMBARRIER;
    }

    /**
     * Whether a batch becomes known all at once, when its sender waits, and not page by page as it is sent: the
     * barriers, which carry no messages.
     *
     * @return false for all that carry messages
     */
    public boolean tellsAtOnce() {
        return this == PHASER || !canInvalidate();
    }

    /**
     * Finds one by its word.
     *
     * @param word in any case
     * @return the contender, if there is one of that name
     */
    public static Optional<Contender> named(String word) {
        return Arrays.stream(values()).filter(contender -> contender.word.equalsIgnoreCase(word)).findFirst();
    }
}
