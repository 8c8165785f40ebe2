package dev.salvo.jmh;

import dev.salvo.engine.host.HostSignals;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.results.Figure;
import dev.salvo.results.ReplicateEntry;
import dev.salvo.workloads.program.Experiment;
import dev.salvo.workloads.program.ExperimentSpec;
import dev.salvo.workloads.program.HostCompiler;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.AverageTimeResult;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Version;

/**
 * A point of {@link PageOutBenchmark}, measured in this JVM: iterations until {@link WarmUp} is over, then those that count.
 * Where others had much of the host's CPUs meanwhile, those that count are thrown away and measured once more.
 * Each does what an iteration of JMH does, on the calling thread, and what comes of it is JMH's own result of one fork.
 */
final class ReplicateRunner {
    private static final String BENCHMARK = "pageOut";
    /** A machine of many cores that all send may need longer than an iteration for one: then two are measured, at the least. */
    private static final int LEAST_OPERATIONS = 2;

    private final PageOutBenchmark benchmark = new PageOutBenchmark();
    private final MachineProfiler profiler = new MachineProfiler();
    private final ExperimentSpec spec;
    private final Effort effort;
    private final int iterations;
    private final int round;
    private final Map<String, String> words = new HashMap<>();
    private final List<Double> dropped = new ArrayList<>();
    private final List<IterationResult> measured = new ArrayList<>();
    private final HostTopology host;
    private boolean steady;
    private HostSignals signals;
    private Instant begun;

    /**
     * To be measured.
     *
     * @param spec    a point of the native clock
     * @param measure the benchmark's parameter of that name
     * @param effort  how long an iteration is, and how many count
     * @param round   in which round this is
     * @param host    this host
     */
    ReplicateRunner(ExperimentSpec spec, String measure, Effort effort, int round, HostTopology host) {
        this.host = host;
        this.spec = spec;
        this.effort = effort;
        iterations = NativePlan.iterations(spec, effort);
        this.round = round;
        spec.point().values().forEach((axis, value) -> words.put(axis.key(), value));
        words.put("measure", measure);
    }

    /**
     * Measures.
     *
     * @param oldAt when this JVM is old, by {@link System#nanoTime}
     * @param log   told of each iteration
     */
    void measure(long oldAt, PrintStream log) {
        for (Field field : PageOutBenchmark.class.getFields()) {
            if (field.isAnnotationPresent(Param.class)) {
                try {
                    field.set(benchmark, word(field));
                } catch (IllegalAccessException impossible) {
                    throw new AssertionError("fields of parameters are public", impossible);
                }
            }
        }
        begun = Instant.now();
        HostCompiler compiler = HostCompiler.ofThisJvm();
        boolean rests = false;
        while (!WarmUp.isOver(dropped, System.nanoTime() >= oldAt, rests)) {
            IterationResult iteration = iterate(IterationType.WARMUP, 1);
            rests = compiler.rests();
            dropped.add(nanosPerPage(iteration));
            log.println("# Warmup Iteration " + dropped.size() + ": " + iteration.getPrimaryResult());
        }
        steady = WarmUp.isWarm(dropped, rests);
        measureBesideHost(log);
        if (signals.disturbed()) { // once: a host that always is would never be measured, and says so in its row
            log.println("# Others had much of the CPUs: measured again");
            measured.forEach(iteration -> dropped.add(nanosPerPage(iteration)));
            measured.clear();
            measureBesideHost(log);
        }
    }

    private void measureBesideHost(PrintStream log) {
        HostSignals.Begun beside = HostSignals.before(host, Placement.of(host, spec.placement(), spec.cores()));
        for (int i = 0; i < iterations; i++) {
            measured.add(iterate(IterationType.MEASUREMENT, LEAST_OPERATIONS));
            log.println("Iteration " + measured.size() + ": " + measured.get(i).getPrimaryResult());
        }
        signals = beside.after();
    }

    private static double nanosPerPage(IterationResult iteration) {
        return iteration.getSecondaryResults().get(Figure.NS_PER_PAGE.metric()).getScore();
    }

    private String word(Field field) {
        return words.getOrDefault(field.getName(), field.getAnnotation(Param.class).value()[0]);
    }

    private IterationResult iterate(IterationType type, int least) {
        profiler.beforeIteration(null, null);
        benchmark.start();
        long nanos = effort.time().convertTo(TimeUnit.NANOSECONDS);
        long start = System.nanoTime();
        long operations = 0;
        long now;
        do {
            benchmark.pageOut();
            operations++;
            now = System.nanoTime();
        } while (now - start < nanos || operations < least);
        benchmark.finish();
        IterationParams params = new IterationParams(type, 1, effort.time(), 1);
        IterationResult iteration = new IterationResult(params(), params, null);
        iteration.addResult(new AverageTimeResult(ResultRole.PRIMARY, BENCHMARK, operations, now - start, TimeUnit.NANOSECONDS));
        iteration.addResults(profiler.afterIteration(null, null, iteration));
        return iteration;
    }

    /** What JMH writes of it, with what is to be known of it besides. */
    byte[] json() {
        BenchmarkResult fork = new BenchmarkResult(params(), measured);
        List<Long> operations = measured.stream()
            .map(iteration -> iteration.getSecondaryResults().get(Figure.NS_PER_PAGE.metric()).getStatistics().getN()).toList();
        long pagesOfOperation = Experiment.pagesOfOperation(spec);
        List<Long> pages = operations.stream().map(count -> count * pagesOfOperation).toList();
        ReplicateEntry.Around around = new ReplicateEntry.Around(signals.foreignCpuShare(), signals.stealShare(),
            signals.turnNanos(), signals.roundTripNanos());
        return new ReplicateEntry(round, begun, steady, dropped, pages, operations, around, histograms(fork)).with(PointRunner.json(List.of(new RunResult(params(), List.of(fork)))));
    }

    private static Map<String, ReplicateEntry.Counts> histograms(BenchmarkResult fork) {
        Map<String, ReplicateEntry.Counts> histograms = new LinkedHashMap<>();
        fork.getSecondaryResults().forEach((metric, result) -> {
            if (result instanceof HistogramResult distribution) {
                histograms.put(metric, distribution.counts());
            }
        });
        return histograms;
    }

    private BenchmarkParams params() {
        WorkloadParams workload = new WorkloadParams();
        for (Field field : PageOutBenchmark.class.getFields()) {
            if (field.isAnnotationPresent(Param.class)) {
                workload.put(field.getName(), word(field), 0);
            }
        }
        String name = PageOutBenchmark.class.getName() + '.' + BENCHMARK;
        return new BenchmarkParams(name, name, false, 1, new int[] {1}, List.of(), 1, 0,
            new IterationParams(IterationType.WARMUP, dropped.size(), effort.time(), 1),
            new IterationParams(IterationType.MEASUREMENT, iterations, effort.time(), 1), Mode.AverageTime, workload,
            TimeUnit.NANOSECONDS, 1, Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            ManagementFactory.getRuntimeMXBean().getInputArguments(), System.getProperty("java.version"),
            System.getProperty("java.vm.name"), System.getProperty("java.vm.version"), Version.getPlainVersion(),
            TimeValue.minutes(SeriesJvm.MOST_MINUTES));
    }
}
