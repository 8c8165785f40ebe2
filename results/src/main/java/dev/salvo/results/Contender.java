package dev.salvo.results;

import java.util.Arrays;
import java.util.Optional;

/** Who is measured beside whom: the ways to hand every core the same operation and to wait until all have taken it. */
public enum Contender {
    /** Our broadcast ring of one-word slots; a core's cursor is its acknowledgement. */
    RING("ring", "our BroadcastRing"),
    /** Our inbox per core, with preallocated messages. */
    INBOXES("inboxes", "our Inboxes"),
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
        "Linux membarrier PRIVATE_EXPEDITED: interrupts CPUs, not threads; runs nothing on receipt");

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
     * Whether it is this project's own.
     *
     * @return false for a peer
     */
    public boolean ours() {
        return this == RING || this == INBOXES;
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
