package dev.salvo.syscalls;

import dev.salvo.engine.host.CpuSet;
import dev.salvo.syscalls.KernelReplicate.Counting;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Finds out which row of {@code /proc/interrupts} rises when a shootdown arrives, by sending some to a thread that computes on
 * another CPU. Kernels have rows that do not rise: then nothing counted proves nothing.
 */
final class CountingProbe {
    private static final Path ROOT = Path.of("/");
    /** Shorter than the turn of a thread that shares its CPU. */
    private static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int WINDOWS = 200;
    /** In so many windows nothing must rise: in one a hypervisor may have taken the target's CPU away, and flushed for it. */
    private static final int SILENT = 5;

    private CountingProbe() {
    }

    /** What a window told. */
    enum Rise {
        /** At least half of what was sent. */
        TLB,
        /** The same in the other row. */
        CAL,
        /** Less than a tenth, though the target had its CPU. */
        NONE,
        /** The target was not there. */
        UNCLEAR
    }

    /**
     * Asks this kernel. The calling thread runs on one CPU and sends; it takes some ms, and up to a second on a busy host.
     *
     * @param other another CPU
     */
    static Counting ask(Operation op, int other) {
        Operation asked = op == Operation.MEMBARRIER ? op : Operation.MPROTECT;
        InterruptCounts now = InterruptCounts.read(ROOT);
        if (!now.hasTlb() && !(asked == Operation.MEMBARRIER && now.hasCal())) {
            return Counting.NO_ROW;
        }
        CpuSet watched = CpuSet.of(other);
        try (Target target = new Target(other, 0, Target.Doing.COMPUTE); Calls calls = Calls.of(asked, 1)) {
            return conclude(() -> {
                Target.Moment began = target.now();
                InterruptCounts before = InterruptCounts.read(ROOT);
                calls.run(System.nanoTime() + WINDOW);
                InterruptCounts after = InterruptCounts.read(ROOT);
                double waited = target.now().waitedSince(began);
                return judge(calls.rounds(), calls.nanos(), after.tlbSince(before, watched), after.calSince(before, watched), waited);
            });
        }
    }

    /** What follows from some windows. */
    static Counting conclude(Supplier<Rise> window) {
        int silent = 0;
        for (int i = 0; i < WINDOWS && silent < SILENT; i++) {
            switch (window.get()) {
                case TLB -> {
                    return Counting.TLB;
                }
                case CAL -> {
                    return Counting.CAL;
                }
                case NONE -> silent++;
                case UNCLEAR -> {
                }
            }
        }
        return silent == SILENT ? Counting.NOTHING : Counting.UNKNOWN;
    }

    /**
     * What a window tells.
     *
     * @param rounds operations
     * @param nanos  ns that they took
     * @param tlb    by how much row TLB rose on the target's CPU; NaN without it
     * @param cal    the same of row CAL
     * @param waited ns of these for which the target did not have its CPU; NaN if that is not told
     */
    static Rise judge(long rounds, long nanos, double tlb, double cal, double waited) {
        if (tlb > rounds / 2.0) {
            return Rise.TLB;
        }
        if (cal > rounds / 2.0) {
            return Rise.CAL;
        }
        boolean neither = !(tlb > rounds / 10.0) && !(cal > rounds / 10.0);
        return neither && rounds > 0 && waited < nanos / 10.0 ? Rise.NONE : Rise.UNCLEAR;
    }
}
