package dev.salvo.jmh;

import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.Pte;
import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.TlbLevel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a lookup costs: in the first level, in the second, and when it misses and the page table is walked. One
 * operation is one lookup.
 *
 * <p>A lookup changes the order of use, so it cannot be taken out of the loop; where it does not, always in one page,
 * that the addresses lie in one page is known only when they are loaded. In the {@code Chained} benchmarks each address
 * depends on the entry found before it: they tell how long one lookup takes from beginning to end, the others how long
 * each takes when the host's core may overlap them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(TlbOrders.LENGTH)
@Fork(1)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class TlbBenchmark {
    private static final int ASID = 7;

    /** Shape of the TLB: {@code NEOVERSE_N1} or {@code CORTEX_A55}. */
    @Param("NEOVERSE_N1")
    public String geometry;

    private PageTable table;
    private Tlb tlb;
    private int[] withinOnePage;
    private int[] withinL1;
    private int[] withinL2;
    private int[] beyondL2;
    private int nothing; // always 0, which the compiler cannot know

    /** Made by JMH. */
    public TlbBenchmark() {
    }

    /** Maps the pages, and fills the second level. */
    @Setup
    public void fill() {
        TlbGeometry shape = TlbOrders.geometry(geometry);
        withinOnePage = TlbOrders.withinOnePage();
        withinL1 = TlbOrders.withinL1(shape);
        withinL2 = TlbOrders.withinL2(shape);
        beyondL2 = TlbOrders.beyondL2(shape);
        table = new PageTable();
        tlb = new Tlb(shape);
        for (int page = 2 * shape.l2Entries() - 1; page >= 0; page--) {
            table.set(page, Pte.writableClean(page));
            tlb.insert(TlbLevel.tag(ASID, page), Pte.writableClean(page), page);
        }
    }

    /**
     * Hits in the first level, all in the entry that was used last.
     *
     * @return the sum of what was found, so that it is not optimised away
     */
    @Benchmark
    public long l1SamePage() {
        return hits(withinOnePage);
    }

    /**
     * Hits in the first level, in any entry but the last.
     *
     * @return the sum of what was found, so that it is not optimised away
     */
    @Benchmark
    public long l1Hit() {
        return hits(withinL1);
    }

    /**
     * The same, one after the other.
     *
     * @return the last output, so that it is not optimised away
     */
    @Benchmark
    public long l1HitChained() {
        return chainedHits(withinL1);
    }

    /**
     * Hits in the second level: each copies its entry to the first.
     *
     * @return the sum of what was found, so that it is not optimised away
     */
    @Benchmark
    public long l2Hit() {
        return hits(withinL2);
    }

    /**
     * The same, one after the other.
     *
     * @return the last output, so that it is not optimised away
     */
    @Benchmark
    public long l2HitChained() {
        return chainedHits(withinL2);
    }

    /**
     * Misses in both levels, a walk of the table's four levels, and an entry made in each TLB level.
     *
     * @return the sum of what was found, so that it is not optimised away
     */
    @Benchmark
    public long missAndWalk() {
        long outputs = 0;
        for (int address : beyondL2) {
            int page = address >>> PageTable.PAGE_SHIFT;
            long tag = TlbLevel.tag(ASID, page);
            int entry = tlb.lookup(tag);
            if (entry == Tlb.MISS) {
                entry = tlb.insert(tag, table.walk(page), page);
            }
            outputs += tlb.output(entry);
        }
        return outputs;
    }

    /**
     * The walk alone.
     *
     * @return the sum of what was found, so that it is not optimised away
     */
    @Benchmark
    public long walk() {
        long ptes = 0;
        for (int address : beyondL2) {
            ptes += table.walk(address >>> PageTable.PAGE_SHIFT);
        }
        return ptes;
    }

    private long hits(int[] order) {
        long outputs = 0;
        for (int address : order) {
            int entry = tlb.lookup(TlbLevel.tag(ASID, address >>> PageTable.PAGE_SHIFT));
            outputs += tlb.output(entry); // throws if it was no hit
        }
        return outputs;
    }

    private long chainedHits(int[] order) {
        long output = 0;
        long ignored = nothing;
        for (int address : order) {
            int entry = tlb.lookup(TlbLevel.tag(ASID, address >>> PageTable.PAGE_SHIFT | output & ignored));
            output = tlb.output(entry);
        }
        return output;
    }
}
