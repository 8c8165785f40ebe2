package dev.salvo.jmh;

import dev.salvo.point.Axis;
import dev.salvo.workloads.program.Experiment;
import dev.salvo.workloads.program.ExperimentSpec;
import dev.salvo.workloads.program.Pacing;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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
 * Makes TLBs forget on a machine of many cores, operation after operation. Of the workload seed one is a full list: one
 * byte of each page read, then all of them paged out. On a paced clock, which is measured in single shots, one is a
 * window as long as it takes to measure: the score is then the host's time for that, and the carried machine's is in the
 * secondary results.
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
    /**
     * The system property that names the profile's file. It is no parameter: a profiler may put the values of those into
     * the name of a file, which can only be so long.
     */
    static final String PROFILE_FILE = "salvo.profile";

    /** Longest operation that a histogram can hold, ns. */
    private static final int PACED_DIGITS = 5;
    private static final long LONGEST_OPERATION = TimeUnit.HOURS.toNanos(1);

    /** Cores of the machine. */
    @Param({"8", "32", "100"})
    public String cores;

    /** How many cores page out, or {@code all}. */
    @Param("1")
    public String senders;

    /** Processes that map each sender's memory. */
    @Param("1")
    public String mappings;

    /** How unmapping makes the TLBs forget: a word of {@link Axis#STRATEGY}. */
    @Param({"sync", "batched"})
    public String strategy;

    /** What carries the invalidations: a word of {@link Axis#INTERCONNECT}. */
    @Param("ring")
    public String interconnect;

    /** Pages handed to reclaim at once. */
    @Param("256")
    public String list;

    /** Pages freed with one flush. */
    @Param("31")
    public String batch;

    /** What cores do that do not send: a word of {@link Axis#LOAD}. */
    @Param("idle")
    public String load;

    /** How page-table entries are left: a word of {@link Axis#PTE}. */
    @Param("clean")
    public String pte;

    /** Where the threads are put: a word of {@link Axis#PLACEMENT}. */
    @Param("compact")
    public String placement;

    /** Operations that fit the interconnect, or each inbox; a power of two. */
    @Param("4096")
    public String ring;

    /** How cores wait that have nothing to do: a word of {@link Axis#IDLE}. */
    @Param("auto")
    public String idle;

    /** What senders do: a word of {@link Axis#WORKLOAD}. */
    @Param("seed")
    public String workload;

    /**
     * The machine that is carried on a paced clock: a shipped profile's name, what-if factors included; empty for the
     * host's own clock. Of a file it is the name that the file gives, and the file is in {@value #PROFILE_FILE}.
     */
    @Param("")
    public String profile;

    /** What the architecture does to make TLBs forget: a word of {@link Axis#MECHANISM}. */
    @Param("arm64")
    public String mechanism;

    /** The version of Linux: a word of {@link Axis#LINUX}. */
    @Param("mixed")
    public String linux;

    /** On a paced clock how many host nanoseconds stand for one. */
    @Param("1")
    public String dilation;

    /** {@code total}, {@code split}, {@code recorded}, {@code recorded_each} or {@code control}. */
    @Param("total")
    public String measure;

    private Experiment experiment;
    private boolean isPaced;
    private Histogram[] operations;

    /** Made by JMH. */
    public PageOutBenchmark() {
    }

    /** Builds and starts the machine; the calling thread becomes core 0. */
    @Setup(Level.Iteration)
    public void start() {
        ExperimentSpec spec = spec();
        isPaced = spec.pacing().isPaced();
        operations = new Histogram[Experiment.sendingCores(spec)];
        experiment = new Experiment(spec, measured(), sender -> {
            Histogram histogram = newHistogram();
            operations[sender] = histogram;
            return nanos -> histogram.recordValue(Math.min(nanos, LONGEST_OPERATION));
        });
        try {
            experiment.start();
        } catch (RuntimeException failure) {
            closeAfter(failure);
            throw failure;
        }
    }

    /** One operation; on a paced clock as many as are enough. */
    @Benchmark
    public void pageOut() {
        if (isPaced) {
            experiment.window();
        } else {
            experiment.operation();
        }
    }

    /** Takes core 0 offline, stops the machine, and hands over what it counted. */
    @TearDown(Level.Iteration)
    public void finish() {
        try {
            Experiment.Outcome outcome = experiment.finish();
            Histogram all = newHistogram();
            for (Histogram sender : operations) {
                all.add(sender);
            }
            MachineProfiler.report(spec(), measured(), outcome, all);
        } catch (RuntimeException failure) {
            closeAfter(failure);
            throw failure;
        }
    }

    /** Of a paced clock it holds few operations, and what is less than a bound must not be lost in it. */
    private Histogram newHistogram() {
        return isPaced ? new Histogram(PACED_DIGITS) : new Histogram(LONGEST_OPERATION, 3);
    }

    private void closeAfter(RuntimeException failure) {
        try {
            experiment.close();
        } catch (RuntimeException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }

    private ExperimentSpec spec() {
        Map<Axis, String> values = new EnumMap<>(Axis.class);
        for (Axis axis : Axis.values()) {
            if (axis.isParameter()) {
                values.put(axis, parameter(axis.key()));
            }
        }
        return ExperimentSpec.of(values, pacing());
    }

    private String parameter(String name) {
        try {
            return (String) PageOutBenchmark.class.getField(name).get(this);
        } catch (ReflectiveOperationException noSuchField) {
            throw new AssertionError("each axis has a parameter of its name", noSuchField);
        }
    }

    private Pacing pacing() {
        return profile.isEmpty() ? Pacing.NATIVE
            : Pacing.of(System.getProperty(PROFILE_FILE, profile), number(dilation));
    }

    private static double number(String dilation) {
        try {
            return Double.parseDouble(dilation);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("dilation " + dilation + ": must be a number", notANumber);
        }
    }

    private Experiment.Measure measured() {
        for (Experiment.Measure one : Experiment.Measure.values()) {
            if (word(one).equals(measure)) {
                return one;
            }
        }
        throw new IllegalArgumentException("measure " + measure + ": must be one of "
            + Arrays.stream(Experiment.Measure.values()).map(PageOutBenchmark::word).collect(Collectors.joining(", ")));
    }

    /** With the underscore that this parameter's values have had from the beginning, and no other word has. */
    private static String word(Experiment.Measure measure) {
        return measure.name().toLowerCase(Locale.ROOT);
    }
}
