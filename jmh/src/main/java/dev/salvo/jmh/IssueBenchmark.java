package dev.salvo.jmh;

import dev.salvo.engine.dvm.BroadcastRing;
import dev.salvo.engine.dvm.Inboxes;
import dev.salvo.engine.dvm.Interconnect;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.Tlbi;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The issue of a TLBI alone: what {@link Interconnect#issue} costs the issuer with so many cores online, nobody
 * waiting and nobody competing.
 *
 * <p>One thread is every core. An invocation issues as many operations as there is room for without anybody serving;
 * then, outside the measured time, the same thread serves every port. JMH takes two timestamps around an invocation,
 * together some 50 ns: a fortieth of a nanosecond per operation of {@link #ring}, up to one nanosecond per operation of
 * {@link #inboxes}, of which an issuer can have only 64 under way.
 *
 * <p>What this leaves out: that on a real machine other cores read the slots meanwhile, so that an issuer's
 * compare-and-set must fetch its line back. What it keeps: the ring's {@code raiseLimit}, which reads every core's
 * cursor, and does so once per lap of the ring: here every 4096 operations.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class IssueBenchmark {
    private static final int CAPACITY = 4096;
    private static final int RING_OPERATIONS = CAPACITY / 2;
    private static final int INBOX_OPERATIONS = 64;

    /** Cores online, the issuer among them. */
    @Param({"1", "8", "64", "512", "1024"})
    public int cores;

    private Tlb tlb;

    /** Made by JMH. */
    public IssueBenchmark() {
    }

    /** One TLB for all: what serving costs is not measured. */
    @Setup(Level.Trial)
    public void makeTlb() {
        tlb = new Tlb(TlbGeometry.NEOVERSE_N1);
    }

    /** A ring, so that only one kind of interconnect is loaded, as in every measured machine. */
    @State(Scope.Benchmark)
    public static class Ring {
        private Interconnect interconnect;

        /** Made by JMH. */
        public Ring() {
        }

        /**
         * Brings every core online.
         *
         * @param benchmark how many
         */
        @Setup(Level.Trial)
        public void join(IssueBenchmark benchmark) {
            interconnect = benchmark.online(new BroadcastRing(benchmark.cores, CAPACITY));
        }

        /**
         * Serves every port.
         *
         * @param benchmark how many
         */
        @TearDown(Level.Invocation)
        public void serve(IssueBenchmark benchmark) {
            benchmark.serveAll(interconnect);
        }
    }

    /** Inboxes. */
    @State(Scope.Benchmark)
    public static class Boxes {
        private Interconnect interconnect;

        /** Made by JMH. */
        public Boxes() {
        }

        /**
         * Brings every core online.
         *
         * @param benchmark how many
         */
        @Setup(Level.Trial)
        public void join(IssueBenchmark benchmark) {
            interconnect = benchmark.online(new Inboxes(benchmark.cores, CAPACITY));
        }

        /**
         * Serves every port.
         *
         * @param benchmark how many
         */
        @TearDown(Level.Invocation)
        public void serve(IssueBenchmark benchmark) {
            benchmark.serveAll(interconnect);
        }
    }

    /**
     * On the ring: one compare-and-set, however many cores there are.
     *
     * @param on the ring
     */
    @Benchmark
    @OperationsPerInvocation(RING_OPERATIONS)
    public void ring(Ring on) {
        issue(on.interconnect, RING_OPERATIONS);
    }

    /**
     * Into inboxes: one message for each core.
     *
     * @param on the inboxes
     */
    @Benchmark
    @OperationsPerInvocation(INBOX_OPERATIONS)
    public void inboxes(Boxes on) {
        issue(on.interconnect, INBOX_OPERATIONS);
    }

    private static void issue(Interconnect interconnect, int operations) {
        for (int page = 0; page < operations; page++) {
            if (interconnect.issue(0, Tlbi.vale1is(1, page)) == Interconnect.FULL) {
                throw new IllegalStateException("no room after " + page + " of " + operations
                    + " operations: what is measured would be a refusal");
            }
        }
    }

    private Interconnect online(Interconnect interconnect) {
        for (int core = 0; core < cores; core++) {
            interconnect.join(core, tlb);
        }
        return interconnect;
    }

    private void serveAll(Interconnect interconnect) {
        for (int core = 0; core < cores; core++) {
            while (interconnect.serve(core, tlb) > 0) {
                continue; // at most 64 at a time
            }
        }
    }
}
