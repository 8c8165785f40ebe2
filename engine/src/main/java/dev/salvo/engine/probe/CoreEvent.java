package dev.salvo.engine.probe;

/**
 * Something that a core did, and when, by {@link dev.salvo.engine.Core#time}, which all cores of a machine share: {@link
 * System#nanoTime}, or a paced machine's own.
 *
 * <p><b>What is not over.</b> A DSB in which the core was found stuck, or with which it died, ends nowhere; nor does a TLBI
 * that found no room, nor the time offline of a core that has stopped. The last one of each kind is told of all the same:
 * it was still on when the core last looked at the clock.
 *
 * @param kind     what
 * @param from     when it began
 * @param to       when it was over, of a {@link Kind#TLBI} the same; of what is not over, a time at which it still was on, not
 *                 before anything else that the core has recorded
 * @param sequence which operation, as {@link Kind} says; 0 where it concerns none
 * @param count    how many, as {@link Kind} says; 0 where it concerns none
 * @param over     whether it was ever over
 */
public record CoreEvent(Kind kind, long from, long to, long sequence, long count, boolean over) {
    /** What cores record. */
    public enum Kind {
        /**
         * Issued the TLBI of that sequence, just after that time. One that is not over has waited for room since then, and has
         * no sequence yet: 0. On a paced machine it is the number among the core's own, from 0, and no sequence of what is
         * served.
         */
        TLBI,
        /**
         * Took operations from its port, so many, the first of them of that sequence: found that one there at {@link
         * #from}, invalidated, and had acknowledged all by {@link #to}; the others may have come while it was at it.
         * The clock is read after the acknowledgement, so as not to delay it: whoever waited for it may have gone on by
         * then. No time between is taken: a look at the clock costs more than an invalidation. Counted are, with one
         * sequence for everybody's, all; with one for each issuer, those of the issuer that is recorded.
         */
        SERVED,
        /**
         * Waited in a DSB, for the TLBI of that sequence. The count is 1 if this is one that was to be recorded: then
         * every core's part in it is, and how long it had had no CPU. Else 0, as of one that is not over; the sequence of that
         * is the one of the core's last TLBI. On a paced machine the sequence is that of the DSB's own Sync, which each core
         * takes from its port as it does a TLBI.
         */
        DSB,
        /**
         * Had given up its CPU, by a yield or to sleep, until it had one again; so many times, between which it was
         * back for half a microsecond at most, and found nothing. Where that has gone on for so long that a quarter of what
         * is kept tells of nothing else, however long it was back. Not on a paced machine, to which the host's CPUs are nothing.
         */
        OFF_CPU,
        /**
         * Was not certainly online: from before it went, or from when its thread began, until after it had come. What
         * precedes that is not known.
         */
        OFFLINE
    }
}
