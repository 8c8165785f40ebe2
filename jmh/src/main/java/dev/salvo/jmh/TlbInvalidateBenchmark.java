package dev.salvo.jmh;

import dev.salvo.engine.tlb.Tlb;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.engine.tlb.TlbLevel;
import dev.salvo.engine.tlb.Tlbi;
import java.util.Arrays;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What an invalidation costs a core, its kind taken from the operation's word as when it has come by the interconnect.
 * One operation is one TLBI.
 *
 * <p>An entry can be invalidated once. So the TLB is filled anew before every invocation, outside the measured time:
 * 64 address spaces have equally many entries in the second level, and the first level holds what came
 * last. An invocation is many operations, so that JMH's two looks at the clock do not count; where it is but one
 * ({@code all}), {@code noOperation} tells what they are.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class TlbInvalidateBenchmark {
    private static final int SPACES = 64;
    private static final int BATCH = 1024;

    /** Shape of the TLB: {@code NEOVERSE_N1} or {@code CORTEX_A55}. */
    @Param("NEOVERSE_N1")
    public String geometry;

    private Tlb tlb;
    private long[] tags;
    private long[] held;
    private long[] notHeld;
    private long[] ranges;
    private long[] largeRanges;
    private long[] spaces;
    private int inL1;

    /** Made by JMH. */
    public TlbInvalidateBenchmark() {
    }

    /** Chooses the pages and makes the words. */
    @Setup
    public void choose() {
        TlbGeometry shape = TlbOrders.geometry(geometry);
        tlb = new Tlb(shape);
        inL1 = shape.l1Entries();
        int entries = shape.l2Entries();
        int each = entries / SPACES;
        int[] order = new int[entries];
        Arrays.setAll(order, i -> i);
        TlbOrders.shuffle(order);
        tags = new long[entries];
        held = new long[BATCH];
        notHeld = new long[BATCH];
        for (int i = 0; i < entries; i++) {
            // Consecutive numbers lie in consecutive sets: every set is full.
            tags[i] = TlbLevel.tag(order[i] / each, order[i]);
        }
        for (int i = 0; i < BATCH; i++) {
            int page = order[entries - 1 - i];
            held[i] = Tlbi.vale1is(page / each, page);
            notHeld[i] = Tlbi.vale1is(page / each, page + entries);
        }
        ranges = new long[SPACES];
        largeRanges = new long[SPACES];
        spaces = new long[SPACES];
        int[] turns = new int[SPACES];
        Arrays.setAll(turns, i -> i);
        TlbOrders.shuffle(turns);
        for (int i = 0; i < SPACES; i++) {
            int space = turns[i];
            ranges[i] = Tlbi.rvale1is(space, (long) space * each, 0, 7);
            largeRanges[i] = Tlbi.rvale1is(space, (long) space * each, 1, 7);
            spaces[i] = Tlbi.aside1is(space);
        }
    }

    /** Puts everything back. */
    @Setup(Level.Invocation)
    public void fill() {
        tlb.invalidateAll();
        for (long tag : tags) {
            tlb.insert(tag, tag, tag);
        }
    }

    /** By address, a page that the second level holds; of a thousand some dozens are in the first, too. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void pageHeld() {
        invalidate(held);
    }

    /** By address, a page that neither level holds, of sets that are full. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void pageNotHeld() {
        invalidate(notHeld);
    }

    /** By address, a page that both levels hold; and the same page put back into both. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void pageHeldInBothAndPutBack() {
        int last = tags.length - 1;
        int place = 0;
        for (int i = 0; i < BATCH; i++) {
            long tag = tags[last - place];
            tlb.invalidate(held[place]);
            tlb.insert(tag, tag, tag);
            place = place + 1 == inL1 ? 0 : place + 1;
        }
    }

    /** By range, 16 pages, all held. */
    @Benchmark
    @OperationsPerInvocation(SPACES)
    public void range16() {
        invalidate(ranges);
    }

    /** By range, 512 pages, of which one address space's are held. */
    @Benchmark
    @OperationsPerInvocation(SPACES)
    public void range512() {
        invalidate(largeRanges);
    }

    /** By address space. */
    @Benchmark
    @OperationsPerInvocation(SPACES)
    public void addressSpace() {
        invalidate(spaces);
    }

    /** All. */
    @Benchmark
    public void all() {
        tlb.invalidate(Tlbi.vmalle1is());
    }

    /** No operation: what an invocation costs. */
    @Benchmark
    public void noOperation() {
    }

    private void invalidate(long[] words) {
        for (long word : words) {
            tlb.invalidate(word);
        }
    }
}
