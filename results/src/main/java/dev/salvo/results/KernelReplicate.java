package dev.salvo.results;

import java.time.Instant;
import java.util.List;

/**
 * What one JVM measured of a {@link KernelPoint} in one round.
 *
 * @param round        the round, from 1 on; what was measured in the same one is paired by that
 * @param at           when it began
 * @param jdk          the JDK that it ran on
 * @param nsPerOp      nanoseconds of an operation, an empty call subtracted; above 0
 * @param emptyNanos   nanoseconds of that empty call
 * @param operations   how many operations that is over, all senders together
 * @param opsPerSecond operations per second, all senders together; NaN if it is not known
 * @param targets      CPUs that an operation should interrupt, by what the kernel does
 * @param shootdowns   interrupts that were counted, an operation; NaN where there is nothing that counts
 * @param counting     what counts them on this host: a word
 * @param valid        whether the shootdowns happened that the figure is said to be of
 * @param why          why not: a line; may be empty
 * @param node         the NUMA node of the memory; -1 if it is not known
 * @param cpus         CPUs that the measuring process may use
 * @param oversubscribed whether a CPU carried more than one core
 * @param placed       the placement that was had, in words
 * @param latency      the distribution of an operation's time, in nanoseconds, the empty call not subtracted; null if none
 * @param batches      what it is made of, in sum: those that were accepted, and those that were not, by the reason
 * @param victims      what others lost meanwhile; empty if that was not measured
 */
public record KernelReplicate(int round, Instant at, String jdk, double nsPerOp, double emptyNanos, long operations,
        double opsPerSecond, double targets, double shootdowns, String counting, boolean valid, String why, int node,
        int cpus, boolean oversubscribed, String placed, ReplicateEntry.Counts latency, List<Batches> batches, List<Victim> victims) {
    /**
     * Operations between looks at the counters, of some batches in sum: a JVM measures hundreds of them.
     *
     * @param count         how many batches, 1 or more
     * @param rounds        how many operations
     * @param nanos         how long they took
     * @param tlb           by how much the row TLB rose on the cores' CPUs, all together; NaN if there is no such row
     * @param cal           the same of the row CAL
     * @param runDelayNanos how long threads waited for their CPU, all together; NaN if that is not told
     * @param accepted      whether they count
     * @param why           why not: the reason of the first; empty if they do
     */
    public record Batches(long count, long rounds, double nanos, double tlb, double cal, double runDelayNanos, boolean accepted, String why) {
    }

    /**
     * A program beside the shooting, and beside the same without it.
     *
     * @param kind   what it does: a word
     * @param alone  its rate without shooting, per second, above 0
     * @param beside its rate beside it, per second, above 0
     */
    public record Victim(String kind, double alone, double beside) {
    }

    /** The same in another round. */
    KernelReplicate inRound(int other) {
        return new KernelReplicate(other, at, jdk, nsPerOp, emptyNanos, operations, opsPerSecond, targets, shootdowns, counting,
            valid, why, node, cpus, oversubscribed, placed, latency, batches, victims);
    }
}
