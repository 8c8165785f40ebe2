package dev.salvo.syscalls;

import dev.salvo.engine.host.CpuSet;
import dev.salvo.syscalls.KernelReplicate.Batch;
import dev.salvo.syscalls.KernelReplicate.Counting;
import java.util.List;
import java.util.Locale;

/**
 * Whether a batch counts: no thread of it lost its CPU, and the interrupts that were counted are those that its operations
 * should have sent, within {@value #TOLERANCE} of them; above that come {@value #STRAY_PER_SECOND} a second which are others'.
 * Immutable.
 *
 * @param point          what was asked for
 * @param reached        on how many CPUs, but the sender's own, a thread of this process runs all the time
 * @param sleepers       on how many CPUs such threads sleep
 * @param watched        the CPUs on which interrupts are counted
 * @param counting       which row counts them here
 * @param uncounted      why they cannot be counted here, if so
 * @param tooFew         what else may be the reason on this host where too few are counted; empty if nothing is known
 * @param oversubscribed whether threads share CPUs, and so lose them all the time
 */
record Gate(KernelPoint point, int reached, int sleepers, CpuSet watched, Counting counting, String uncounted,
    String tooFew, boolean oversubscribed) {
    /** How far the count may be off: a part of what is expected. */
    static final double TOLERANCE = 0.05;
    /** Interrupts of these rows that are the host's own: so many a second, and one at least. */
    static final int STRAY_PER_SECOND = 100;
    /** Which part of a batch a thread may wait for its CPU: kernel threads take one now and then. */
    static final double LOST = 0.02;

    private static final double NANOS_PER_MS = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * How long a thread was kept from its CPU in a batch.
     *
     * @param who   such as {@code target-0 on CPU 1}
     * @param nanos ns; NaN if the kernel does not tell
     */
    record Wait(String who, double nanos) {
    }

    /**
     * Judges a batch.
     *
     * @param rounds operations of all senders
     * @param nanos  ns that they took, the mean over the senders
     * @param before what was counted before the first
     * @param after  what was counted after the last
     * @param waits  how long senders did not have their CPU while they were at it, and targets that should have run
     */
    Batch judge(long rounds, double nanos, InterruptCounts before, InterruptCounts after, List<Wait> waits) {
        double tlb = after.tlbSince(before, watched);
        double cal = after.calSince(before, watched);
        String why = lost(nanos, waits);
        if (why.isEmpty()) {
            why = countedWrong(rounds, counts(tlb, cal), 1 + STRAY_PER_SECOND * nanos / NANOS_PER_SECOND);
        }
        double waited = waits.stream().mapToDouble(Wait::nanos).sum();
        return new Batch(rounds, nanos, tlb, cal, waited, why.isEmpty(), why);
    }

    /** Whether there is something to be counted that this kernel counts nowhere. */
    boolean cannotCount() {
        return (counting == Counting.NOTHING || counting == Counting.NO_ROW) && (reached > 0 || sleepers > 0);
    }

    /** Whether a batch lacks nothing but a count, which no other batch will have on this host either. */
    boolean isOnlyUncounted(Batch batch) {
        return !batch.accepted() && batch.why().equals(uncounted);
    }

    /** By how much the row that counts here rose. */
    double counts(Batch batch) {
        return counts(batch.tlb(), batch.cal());
    }

    private double counts(double tlb, double cal) {
        return switch (counting) {
            case TLB -> tlb;
            case CAL -> cal;
            case UNKNOWN -> point.op() == Operation.MEMBARRIER ? cal : tlb;
            case NOTHING, NO_ROW -> Double.NaN;
        };
    }

    private String lost(double nanos, List<Wait> waits) {
        for (Wait wait : waits) {
            if (!oversubscribed && wait.nanos() > LOST * nanos) {
                return String.format(Locale.ROOT, "%s waited %.1f ms of %.1f ms for its CPU", wait.who(),
                    wait.nanos() / NANOS_PER_MS, nanos / NANOS_PER_MS);
            }
        }
        return "";
    }

    private String countedWrong(long rounds, double counted, double stray) {
        if (Double.isNaN(counted)) {
            // Where nobody of this process is to be reached, there is nothing to count.
            return reached == 0 && sleepers == 0 ? "" : uncounted;
        }
        double least = (double) rounds * reached;
        double most = (double) rounds * (reached * (double) mostFlushes() + sleepers * (double) mostFlushesOfSleepers());
        if (counted < least * (1 - TOLERANCE)) { // strays make up for none that is missing
            return said(counted, rounds, "too few: a target was not running, or slept"
                + (tooFew.isEmpty() ? "" : ", or " + tooFew));
        }
        if (counted > most * (1 + TOLERANCE) + stray) {
            return said(counted, rounds, sleepers > 0 ? "too many: a target woke up, or its CPU had not left the address "
                + "space yet" : "too many: others shoot at these CPUs, too");
        }
        // One flush a pair where the kernel has none for rights that are added, else two; between these a target was away.
        if (point.op() == Operation.MPROTECT && reached > 0 && sleepers == 0) {
            boolean isOne = counted <= least * (1 + TOLERANCE) + stray;
            boolean isTwo = counted >= 2 * least * (1 - TOLERANCE);
            if (!isOne && !isTwo) {
                return said(counted, rounds, "neither one nor two a target and pair: a target was not running all the time");
            }
        }
        return "";
    }

    private String said(double counted, long rounds, String verdict) {
        return String.format(Locale.ROOT, "%.0f interrupts counted for %d operations with %d to be reached each, %s", counted,
            rounds, reached, verdict);
    }

    /** Flushes an operation that reach each CPU which runs in the address space, at most; at least it is one. */
    private int mostFlushes() {
        return switch (point.op()) {
            case MPROTECT -> 2;
            case DONTNEED, MUNMAP, MEMBARRIER -> 1;
            case MREMAP -> Region.tables(point.pages());
            case PAGEOUT -> point.pages() + 2;
        };
    }

    /** Of a CPU that sleeps: it is woken only where page tables go, or by calls that do not ask whether it sleeps. */
    private int mostFlushesOfSleepers() {
        return switch (point.op()) {
            case MPROTECT, DONTNEED, MEMBARRIER -> 0;
            case MUNMAP -> Region.FIRST_PAGE + point.pages() >= 2 * Region.PAGES_OF_A_TABLE ? 1 : 0;
            case MREMAP, PAGEOUT -> mostFlushes();
        };
    }
}
