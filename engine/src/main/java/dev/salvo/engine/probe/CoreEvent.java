package dev.salvo.engine.probe;

/**
 * Something that a core did, and when, by {@link System#nanoTime}, which all cores of a machine share.
 *
 * @param kind     what
 * @param from     when it began
 * @param to       when it was over; of a {@link Kind#TLBI} the same
 * @param sequence which operation, as {@link Kind} says; 0 where it concerns none
 * @param count    how many, as {@link Kind} says; 0 where it concerns none
 */
public record CoreEvent(Kind kind, long from, long to, long sequence, long count) {
    /** What cores record. */
    public enum Kind {
        /** Issued the TLBI of that sequence, just after that time. */
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
         * every core's part in it is, and how long it had had no CPU. Else 0.
         */
        DSB,
        /**
         * Had given up its CPU, by a yield or to sleep, until it had one again; so many times, between which it was
         * back for half a microsecond at most, and found nothing.
         */
        OFF_CPU
    }
}
