package dev.salvo.syscalls;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What one JVM measured of one point: plain numbers, all that a file needs. What is not known is NaN, never 0.
 *
 * @param point         what was measured
 * @param batches       all batches, in the order in which they were measured, also those that did not count
 * @param nsPerOp       ns per operation of one sender, the empty calls subtracted: the mean over the accepted batches; if there
 *                      are none, over those that lack nothing but a count, or else over all, and then it is not {@code valid}
 * @param emptyNanos    ns of as many empty calls of the same path as an operation makes ({@link Operation#calls}), all
 *                      together, and of reading the clock once: what was subtracted
 * @param operations    operations of all senders in those batches
 * @param opsPerSecond  the same per second of them: the throughput of all senders together
 * @param latencies     ns of each of these operations, as measured: nothing is subtracted
 * @param targets       to how many CPUs a shootdown goes, as expected: those, but the sender's, on which a thread of this
 *                      process runs all the time. Other senders count, and threads that share one CPU count once
 * @param shootdowns    shootdowns per operation and target as counted, or per operation where no target is expected; NaN
 *                      where this kernel does not count
 * @param counting      which row of /proc/interrupts counts shootdowns here
 * @param valid         whether the figure counts
 * @param why           if not, why: one line; empty if it is
 * @param victims       what computing threads lose while others shoot; all NaN where there is none beside the senders
 * @param node          NUMA node of the first sender's memory; -1 if the kernel does not tell
 * @param oversubscribed whether some CPU carries more than one core
 * @param placed        the placement in words
 */
public record KernelReplicate(KernelPoint point, List<Batch> batches, double nsPerOp, double emptyNanos, long operations,
    double opsPerSecond, Histogram latencies, double targets, double shootdowns, Counting counting, boolean valid, String why,
    Victims victims, int node, boolean oversubscribed, String placed) {

    /**
     * A number of operations that were timed and counted together.
     *
     * @param rounds        operations of all senders
     * @param nanos         ns from the first operation to the last of each sender, the mean over the senders
     * @param tlb           by how much row TLB rose on the cores' CPUs, all together; NaN where there is no such row
     * @param cal           the same of row CAL
     * @param runDelayNanos ns for which threads of senders and targets waited for their CPU, all together; NaN if not told
     * @param accepted      whether it counts
     * @param why           if not, why: one line; empty if it does
     */
    public record Batch(long rounds, double nanos, double tlb, double cal, double runDelayNanos, boolean accepted, String why) {
    }

    /** Which row of {@code /proc/interrupts} rises when a shootdown arrives. */
    public enum Counting {
        /** TLB, on the CPU that is interrupted, as x86 kernels do. */
        TLB,
        /** CAL, the calls of functions on other CPUs: membarrier, and kernels that count shootdowns there. */
        CAL,
        /** There are such rows, and they do not rise: the hypervisor is asked instead, or the CPU broadcasts. */
        NOTHING,
        /** There is no such row, as on arm64, where TLBI instructions interrupt nobody, or it is hidden. */
        NO_ROW,
        /** There is no second CPU that could be shot at. */
        UNKNOWN
    }

    /**
     * How fast a thread of the same process runs on a CPU that is shot at, beside the same without.
     *
     * @param computeAlone   rounds per second of a thread that computes, while nobody sends
     * @param computeBeside  the same, while the senders send
     * @param memoryAlone    reads per second of a thread that walks more pages than a TLB holds, while nobody sends
     * @param memoryBeside   the same, while the senders send
     */
    public record Victims(double computeAlone, double computeBeside, double memoryAlone, double memoryBeside) {
        /** There is none. */
        public static final Victims NONE = new Victims(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

        /**
         * The rate beside shooting over the rate without, of the thread that computes.
         *
         * @return 1 if nothing is lost; NaN if there was no such thread
         */
        public double compute() {
            return computeBeside / computeAlone;
        }

        /**
         * The same of the thread that is bound to memory.
         *
         * @return 1 if nothing is lost; NaN if there was no such thread
         */
        public double memory() {
            return memoryBeside / memoryAlone;
        }
    }
}
