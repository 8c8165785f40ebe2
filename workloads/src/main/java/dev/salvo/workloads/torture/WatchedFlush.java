package dev.salvo.workloads.torture;

import dev.salvo.engine.Core;
import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.host.OwnLines;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.ArchTlb;
import dev.salvo.workloads.kernel.ForwardingTlb;
import dev.salvo.workloads.kernel.Task;

/**
 * Another flush, under watch: after each of its flushes that has a {@code dsb(ish)} every core that was online all
 * the while must have acknowledged the last operation that the flushing core issued. Counts flushes, and keeps the
 * longest.
 */
final class WatchedFlush extends ForwardingTlb {
    private final int alwaysOnline;

    /** Per core, on lines of its own: flushes; nanoseconds of the longest since it was last asked for. */
    private final long[] counts;

    /**
     * Watches a flush.
     *
     * @param watched      the flush
     * @param cores        how many cores there are
     * @param alwaysOnline how many of them, from 0, never go offline
     */
    WatchedFlush(ArchTlb watched, int cores, int alwaysOnline) {
        super(watched);
        this.alwaysOnline = alwaysOnline;
        counts = OwnLines.words(cores);
    }

    @Override
    public void flushTlbPage(Core core, AddressSpace mm, long page) {
        long start = System.nanoTime();
        long barriers = core.counts().dsbIsh();
        forwarded.flushTlbPage(core, mm, page);
        flushed(core, start, barriers);
    }

    @Override
    public void flushTlbMm(Core core, AddressSpace mm) {
        long start = System.nanoTime();
        long barriers = core.counts().dsbIsh();
        forwarded.flushTlbMm(core, mm);
        flushed(core, start, barriers);
    }

    @Override
    public void flushTlbRange(Core core, AddressSpace mm, long first, long pages) {
        long start = System.nanoTime();
        long barriers = core.counts().dsbIsh();
        forwarded.flushTlbRange(core, mm, first, pages);
        flushed(core, start, barriers);
    }

    @Override
    public void archTlbbatchFlush(Task task) {
        long start = System.nanoTime();
        long barriers = task.core().counts().dsbIsh();
        forwarded.archTlbbatchFlush(task);
        flushed(task.core(), start, barriers);
    }

    private void flushed(Core core, long start, long barriers) {
        if (core.counts().dsbIsh() == barriers) {
            return; // there was nobody to wait for: of its own TLB alone
        }
        int at = OwnLines.at(core.id());
        counts[at]++;
        counts[at + 1] = Math.max(counts[at + 1], System.nanoTime() - start);
        Interconnect interconnect = core.machine().interconnect();
        for (int other = 0; other < alwaysOnline; other++) {
            long acknowledged = interconnect.acknowledged(other, core.id());
            if (acknowledged <= core.issued()) {
                throw new Violation("core " + core.id() + "'s DSB has returned, and core " + other
                    + " has acknowledged up to " + acknowledged + " of the operations that core " + core.id()
                    + " issued up to " + core.issued());
            }
        }
    }

    /** Flushes so far, a moment old. */
    long flushes() {
        long sum = 0;
        for (int at = 0; at < counts.length; at += OwnLines.STRIDE) {
            sum += counts[at];
        }
        return sum;
    }

    /** The longest flush since this was last called, in nanoseconds; one that ends just now may be forgotten. */
    long takeSlowest() {
        long slowest = 0;
        for (int at = 0; at < counts.length; at += OwnLines.STRIDE) {
            slowest = Math.max(slowest, counts[at + 1]);
            counts[at + 1] = 0;
        }
        return slowest;
    }
}
