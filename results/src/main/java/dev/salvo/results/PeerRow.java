package dev.salvo.results;

import java.util.Locale;

/**
 * What one contender needed at one point of a comparison.
 *
 * @param cores        cores that take every operation, the sender among them
 * @param senders      how many of them send
 * @param batch        operations sent before one wait; 1 is synchronous
 * @param work         what each core does on receipt
 * @param contender    who
 * @param nsPerPage    the senders' wall time over the operations they sent, in ns: median over rounds
 * @param ratioToLimit that over the limit of this many cores ({@link PeersRun.Limit}) as it was just before the point's
 *                     turns: median of the rounds' ratios
 * @param spread       distance between the quartiles over the median: 0.1 is 10 %
 */
public record PeerRow(int cores, int senders, int batch, Work work, Contender contender, double nsPerPage,
                      double ratioToLimit, double spread) {
    /** What each core does on receipt. */
    public enum Work {
        /** Nothing: the broadcast and the acknowledgement alone. */
        NULL,
        /** Invalidates one page of its TLB. */
        TLB;

        /**
         * Its name on the command line and in JSON.
         *
         * @return one word in small letters
         */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
