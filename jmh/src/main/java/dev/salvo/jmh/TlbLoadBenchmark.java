package dev.salvo.jmh;

import dev.salvo.engine.Core;
import dev.salvo.engine.Machine;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.tlb.TlbGeometry;
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
 * What a load costs on a machine of one core: the lookups of {@link TlbBenchmark}, and around them what every access of
 * a program pays, which is the byte itself and the check of the frame's generation. One operation is one load.
 *
 * <p>Each page has a frame of its own. What a load costs over a lookup is therefore also the host's: its caches' misses
 * on the bytes and the generations, a line each, and its own TLB's on the frames.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(TlbOrders.LENGTH)
@Fork(1)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class TlbLoadBenchmark {
    private static final int ASID = 7;

    /** Shape of the TLB: {@code NEOVERSE_N1} or {@code CORTEX_A55}. */
    @Param("NEOVERSE_N1")
    public String geometry;

    private int[] withinOnePage;
    private int[] withinL1;
    private int[] withinL2;
    private int[] beyondL2;
    private Machine machine;
    private Core core;

    /** Made by JMH. */
    public TlbLoadBenchmark() {
    }

    /** Starts the machine, whose core the calling thread becomes, and touches the pages. */
    @Setup(Level.Iteration)
    public void start() {
        TlbGeometry shape = TlbOrders.geometry(geometry);
        withinOnePage = TlbOrders.withinOnePage();
        withinL1 = TlbOrders.withinL1(shape);
        withinL2 = TlbOrders.withinL2(shape);
        beyondL2 = TlbOrders.beyondL2(shape);
        int pages = 2 * shape.l2Entries();
        machine = new Machine(MachineSpec.of(1).adopted(1).tlb(shape).frames(bank -> pages));
        core = machine.adopt(0);
        machine.start();
        PageTable table = new PageTable();
        machine.translationTable(ASID, table);
        for (int page = pages - 1; page >= 0; page--) {
            int frame = PhysicalMemory.frame(0, page);
            machine.memory().nextGeneration(frame);
            table.set(page, Pte.writableClean(frame));
            core.load(ASID, (long) page << PageTable.PAGE_SHIFT);
        }
    }

    /** Stops it. Fails if a load was stale: the figures would be those of a broken machine. */
    @TearDown(Level.Iteration)
    public void finish() {
        machine.release(core);
        machine.close();
        if (core.counts().staleUses() != 0) {
            throw new IllegalStateException(core.firstStaleUse().toString());
        }
    }

    /**
     * Loads from one page.
     *
     * @return the sum of the bytes, so that it is not optimised away
     */
    @Benchmark
    public long l1SamePage() {
        return loads(withinOnePage);
    }

    /**
     * Loads that the first level translates, never from one page twice running.
     *
     * @return the sum of the bytes, so that it is not optimised away
     */
    @Benchmark
    public long l1Hit() {
        return loads(withinL1);
    }

    /**
     * Loads that the second level translates.
     *
     * @return the sum of the bytes, so that it is not optimised away
     */
    @Benchmark
    public long l2Hit() {
        return loads(withinL2);
    }

    /**
     * Loads that need a walk.
     *
     * @return the sum of the bytes, so that it is not optimised away
     */
    @Benchmark
    public long missAndWalk() {
        return loads(beyondL2);
    }

    private long loads(int[] order) {
        long bytes = 0;
        for (int address : order) {
            bytes += core.load(ASID, address);
        }
        return bytes;
    }
}
