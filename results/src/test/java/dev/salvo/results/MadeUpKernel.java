package dev.salvo.results;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Real system calls that nobody has made: a host of four CPUs, and one whose hypervisor flushes for it. */
final class MadeUpKernel {
    static final String UNCOUNTED = "not counted: the hypervisor flushes in this guest's place (PVM)";

    private MadeUpKernel() {
    }

    static KernelPoint point(String op, int cores, String others) {
        return new KernelPoint(op, cores, 1, 1, others, "compact");
    }

    /** One that was counted; its p99 is twice its mean. */
    static KernelReplicate replicate(int round, double nsPerOp, double targets) {
        return replicate(round, nsPerOp, targets, targets, true, "");
    }

    static KernelReplicate uncounted(int round, double nsPerOp, double targets) {
        return replicate(round, nsPerOp, targets, 0, false, UNCOUNTED);
    }

    static KernelReplicate replicate(int round, double nsPerOp, double targets, double shootdowns, boolean valid, String why) {
        return new KernelReplicate(round, Instant.parse("2026-12-01T12:00:00Z").plusSeconds(10L * round), "17.0.15", nsPerOp, 60,
            10_000, 1e9 / nsPerOp, targets, shootdowns, "tlb", valid, why, 0, 4, false, "compact: CPUs 0, 1", latency(Math.abs(nsPerOp)),
            List.of(new KernelReplicate.Batches(100, 5_000, 5_000 * Math.abs(nsPerOp), 5_000 * targets, Double.NaN, 0, true, ""),
                new KernelReplicate.Batches(100, 5_000, 9_000 * Math.abs(nsPerOp), 100, Double.NaN, 1e6, false, "a target lost its CPU")),
            targets > 0 ? List.of(new KernelReplicate.Victim("compute", 1e6, 8e5),
                new KernelReplicate.Victim("memory", 1e7, 9e6)) : List.of());
    }

    private static ReplicateEntry.Counts latency(double nsPerOp) {
        Histogram histogram = new Histogram(3);
        histogram.recordValueWithCount((long) nsPerOp + 60, 97);
        histogram.recordValueWithCount((long) (2 * nsPerOp) + 60, 3);
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return new ReplicateEntry.Counts(1, Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length)));
    }

    /** Three rounds of a call that takes 1000 ns, 400 for sending and 300 for each target; slower from round to round. */
    static void measure(RunFolder run, String op, int... cores) {
        for (int round = 1; round <= 3; round++) {
            add(run, point(op, 1, "none"), replicate(round, 1000 + 50 * round, 0));
            for (int count : cores) {
                add(run, point(op, count, "spin"), replicate(round, 1400 + 51 * round + 300 * (count - 1), count - 1));
            }
        }
    }

    static void add(RunFolder run, KernelPoint point, KernelReplicate replicate) {
        run.addKernelReplicates(RunFolder.kernelJson(point, replicate));
    }
}
