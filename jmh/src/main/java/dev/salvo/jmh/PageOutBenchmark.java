package dev.salvo.jmh;

import dev.salvo.engine.IdlePolicy;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.workloads.program.Load;
import dev.salvo.workloads.program.PageOutExperiment;
import dev.salvo.workloads.program.PageOutSpec;
import dev.salvo.workloads.program.PteState;
import dev.salvo.workloads.program.Strategy;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Pages out memory, list after list, on a machine of many cores. One operation is one full list: one byte of each page
 * read, then all of them paged out.
 *
 * <p>JMH's one thread is core 0, the first sender, from the beginning of an iteration to its end. The other cores,
 * senders or not, are the engine's own threads, made for the iteration. {@link MachineProfiler} adds what the machine
 * counted.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class PageOutBenchmark {
    /** Longest list that a histogram can hold, ns. */
    private static final long LONGEST_LIST = TimeUnit.HOURS.toNanos(1);

    /** Cores of the machine. */
    @Param({"8", "32", "100"})
    public String cores;

    /** How many cores page out, or {@code all}. */
    @Param("1")
    public String senders;

    /** Processes that map each sender's memory. */
    @Param("1")
    public String mappings;

    /** {@code sync} or {@code batched}. */
    @Param({"sync", "batched"})
    public String strategy;

    /** {@code ring} or {@code inboxes}. */
    @Param("ring")
    public String interconnect;

    /** Pages handed to reclaim at once. */
    @Param("256")
    public String list;

    /** Pages freed with one flush. */
    @Param("31")
    public String batch;

    /** What cores do that do not send: {@code idle}, {@code own} or {@code shared}. */
    @Param("idle")
    public String load;

    /** How page-table entries are left: {@code clean} or {@code dirty}. */
    @Param("clean")
    public String pte;

    /** {@code compact}, {@code scatter} or {@code physical}. */
    @Param("compact")
    public String placement;

    /** Operations that fit the interconnect, or each inbox; a power of two. */
    @Param("4096")
    public String ring;

    /** How cores wait that have nothing to do: {@code auto}, {@code spin}, {@code yield} or {@code park}. */
    @Param("auto")
    public String idle;

    /** {@code total}, {@code split} or {@code control}. */
    @Param("total")
    public String measure;

    private PageOutExperiment experiment;
    private Histogram[] lists;

    /** Made by JMH. */
    public PageOutBenchmark() {
    }

    /** Builds and starts the machine; the calling thread becomes core 0. */
    @Setup(Level.Iteration)
    public void start() {
        PageOutSpec spec = spec();
        lists = new Histogram[spec.senders()];
        experiment = new PageOutExperiment(spec, constant(PageOutExperiment.Measure.class, "measure", measure), sender -> {
            Histogram histogram = new Histogram(LONGEST_LIST, 3);
            lists[sender] = histogram;
            return nanos -> histogram.recordValue(Math.min(nanos, LONGEST_LIST));
        });
        try {
            experiment.start();
        } catch (RuntimeException failure) {
            closeAfter(failure);
            throw failure;
        }
    }

    /** One full list. */
    @Benchmark
    public void pageOut() {
        experiment.list();
    }

    /** Takes core 0 off line, stops the machine, and hands over what it counted. */
    @TearDown(Level.Iteration)
    public void finish() {
        try {
            PageOutExperiment.Outcome outcome = experiment.finish();
            Histogram all = new Histogram(LONGEST_LIST, 3);
            for (Histogram sender : lists) {
                all.add(sender);
            }
            MachineProfiler.report(spec(), constant(PageOutExperiment.Measure.class, "measure", measure), outcome, all);
        } catch (RuntimeException failure) {
            closeAfter(failure);
            throw failure;
        }
    }

    private void closeAfter(RuntimeException failure) {
        try {
            experiment.close();
        } catch (RuntimeException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }

    private PageOutSpec spec() {
        int coreCount = number("cores", cores);
        return new PageOutSpec(coreCount, senders.equals("all") ? coreCount : number("senders", senders),
            number("mappings", mappings), constant(Strategy.class, "strategy", strategy),
            constant(InterconnectKind.class, "interconnect", interconnect), number("list", list), number("batch", batch),
            constant(Load.class, "load", load), constant(PteState.class, "pte", pte),
            constant(PlacementPolicy.class, "placement", placement), number("ring", ring),
            constant(IdlePolicy.class, "idle", idle));
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(name + " " + value + ": must be a whole number", notANumber);
        }
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name, String value) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(name + " " + value + ": must be one of "
            + String.join(", ", Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT)).toList()));
    }
}
