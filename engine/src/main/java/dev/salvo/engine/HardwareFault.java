package dev.salvo.engine;

import dev.salvo.engine.dvm.BroadcastRing;
import dev.salvo.engine.dvm.FaultyRings;

/**
 * A fault that a machine can be built with ({@link MachineSpec#fault}), so that checks can be seen to find it. Each is
 * a small variation of one part, in a class of its own: what a machine is made of is asked once, when it is built, and
 * never by the code that is measured.
 */
public enum HardwareFault {
    /** None: the machine as it ships. */
    NONE(Part.NOTHING, "none: the machine as it ships"),

    /** A DSB that does not wait. */
    DSB_LEFT_OUT(Part.CORE, "dsb(ish) does not wait for the acknowledgements (known: Qualcomm Falkor erratum 1009, "
        + "a DSB that may complete too early)"),

    /**
     * A barrier that does not order page-table stores before the TLBI. The cores have model store buffers, of
     * 8 entries if the spec does not say how many.
     */
    ISHST_LEFT_OUT(Part.STORE_BUFFER, "dsb(ishst) does not drain the store buffer: walks after the TLBI meet the old "
        + "page-table entry"),

    /** An acknowledgement before the invalidation. Needs {@link InterconnectKind#RING}. */
    ACK_BEFORE_INVALIDATION(Part.RING, "a core acknowledges what it takes from its port, and invalidates at its "
        + "next look (known: Cortex-A76 erratum 1286807, TLBI and DSB complete before an access through the old "
        + "entry has)"),

    /** An acknowledgement on behalf of another core. Needs {@link InterconnectKind#RING}. */
    ACK_FOR_ANOTHER(Part.RING, "a core's acknowledgement counts for its neighbour's too, as if the two shared a TLB"),

    /** A core that no DSB waits for. Needs {@link InterconnectKind#RING}. */
    CORE_SKIPPED(Part.RING, "waiters never look at core N/2 of N"),

    /** A message lost. Needs {@link InterconnectKind#RING}, and shows where that is small. */
    OVERWRITE_WHEN_FULL(Part.RING, "a full ring does not delay the issuer: the oldest operation is overwritten, "
        + "read or not"),

    /**
     * A core that comes back with the entries it went with. On a {@link InterconnectKind#RING} it
     * shows only if more was issued meanwhile than the ring holds: a core that joins reads all that may still be
     * unread.
     */
    STALE_TLB_ON_LINE(Part.CORE, "a core that comes back online keeps what its TLB held when it went"),

    /** The sender's parked flag against the cursors. The machine's DSBs sleep. */
    SENDER_FENCE_LEFT_OUT(Part.SLEEPING_CORE, "no full fence between a sleeping sender's announcement and its last "
        + "look at the cursor: a wake-up is lost (modelled by a late store)"),

    /** A receiver's parked flag against the ring. The machine's DSBs sleep, and its idle cores park. */
    RECEIVER_FENCE_LEFT_OUT(Part.SLEEPING_CORE, "no full fence between a receiver's parked flag and its last look at "
        + "its port: a wake-up is lost (modelled by a late store; of the kind that HotSpot's park had, JDK-6822370)"),

    /** The set of cores online against the page-table store. Needs {@link InterconnectKind#RING}. */
    ON_LINE_FENCE_LEFT_OUT(Part.RING, "no full fence between a core's coming online and its first walk: nobody "
        + "waits for it yet, and it meets the old entry (modelled by a late store)"),

    /** The last core stops serving its port. */
    CORE_NEVER_RETURNS(Part.CORE, "the last core loops for ever after some hundreds of operations"),

    /** The last core's thread ends by an exception. */
    CORE_DIES(Part.CORE, "the last core's thread dies by an exception after some hundreds of operations");

    /** What is exchanged. */
    private enum Part { NOTHING, CORE, STORE_BUFFER, SLEEPING_CORE, RING }

    private final Part part;
    private final String description;

    HardwareFault(Part part, String description) {
        this.part = part;
        this.description = description;
    }

    /**
     * What is left out or wrong, and, where one is known, which real hardware or software had it.
     *
     * @return one line
     */
    public String description() {
        return description;
    }

    boolean isOfTheRing() {
        return part == Part.RING;
    }

    boolean isOfWholeCores() {
        return part == Part.CORE;
    }

    boolean needsStoreBuffer() {
        return part == Part.STORE_BUFFER;
    }

    boolean needsSleepingDsb() {
        return part == Part.SLEEPING_CORE;
    }

    boolean needsALastCoreOfItsOwnThread() {
        return this == CORE_NEVER_RETURNS || this == CORE_DIES;
    }

    BroadcastRing ring(int cores, int capacity) {
        return switch (this) {
            case ACK_BEFORE_INVALIDATION -> FaultyRings.acknowledgingBeforeInvalidating(cores, capacity);
            case ACK_FOR_ANOTHER -> FaultyRings.acknowledgingForNeighbours(cores, capacity);
            case CORE_SKIPPED -> FaultyRings.skippingACore(cores, capacity);
            case OVERWRITE_WHEN_FULL -> FaultyRings.overwritingWhenFull(cores, capacity);
            case ON_LINE_FENCE_LEFT_OUT -> FaultyRings.joiningLate(cores, capacity);
            default -> throw new IllegalArgumentException(this + " is no fault of the ring");
        };
    }
}
