package dev.salvo.workloads.trace;

import java.io.IOException;

/**
 * A trace driven through a {@link SplitTlb}, with an invalidate-all after every so many accesses or without any.
 *
 * <p>With invalidations, a second {@link SplitTlb} of the same shape sees the same accesses and no invalidation, so
 * that one pass tells what the invalidations cost. Not thread safe. No access allocates.
 */
public final class TraceReplay {
    private final SplitTlb tlb;
    private final SplitTlb undisturbed;
    private final long flushEvery;
    private long untilFlush;
    private long accesses;
    private long flushes;

    /**
     * Makes empty TLBs that nothing will invalidate.
     *
     * @param geometry their shape
     * @throws IllegalArgumentException if TLBs cannot have that shape
     */
    public TraceReplay(SplitTlbGeometry geometry) {
        tlb = new SplitTlb(geometry);
        undisturbed = tlb;
        flushEvery = Long.MAX_VALUE;
        untilFlush = flushEvery;
    }

    /**
     * Makes empty TLBs that will be invalidated again and again, and a second set that will not.
     *
     * @param geometry   their shape
     * @param flushEvery accesses of any kind from one invalidate-all to the next, from 1
     * @throws IllegalArgumentException if TLBs cannot have that shape, or flushEvery is below 1
     */
    public TraceReplay(SplitTlbGeometry geometry, long flushEvery) {
        if (flushEvery < 1) {
            throw new IllegalArgumentException("an invalidate-all every " + flushEvery + " accesses: at least 1");
        }
        tlb = new SplitTlb(geometry);
        undisturbed = new SplitTlb(geometry);
        this.flushEvery = flushEvery;
        untilFlush = flushEvery;
    }

    /**
     * Goes on with the trace.
     *
     * @param trace  where the accesses come from
     * @param atMost how many to take, from 1
     * @return whether all of them were there; false at the end of the trace
     * @throws MalformedTraceException at a line that is none of a trace's
     * @throws IOException if the trace cannot be read
     */
    public boolean replay(LackeyTrace trace, long atMost) throws IOException {
        for (long i = 0; i < atMost; i++) {
            Access access = trace.next();
            if (access == null) {
                return false;
            }
            accesses++;
            tlb.translate(access, trace.address(), trace.size());
            if (undisturbed != tlb) {
                undisturbed.translate(access, trace.address(), trace.size());
            }
            if (--untilFlush == 0) {
                tlb.invalidateAll();
                flushes++;
                untilFlush = flushEvery;
            }
        }
        return true;
    }

    /**
     * The TLBs.
     *
     * @return those that are invalidated, if any are
     */
    public SplitTlb tlb() {
        return tlb;
    }

    /**
     * The TLBs that nothing invalidates.
     *
     * @return {@link #tlb} itself if that is not invalidated either
     */
    public SplitTlb undisturbed() {
        return undisturbed;
    }

    /**
     * Accesses replayed; a modify is one.
     *
     * @return how many so far
     */
    public long accesses() {
        return accesses;
    }

    /**
     * Times that everything was invalidated, after the last access too if it was its turn.
     *
     * @return how many so far
     */
    public long flushes() {
        return flushes;
    }
}
