package dev.salvo.jmh;

import dev.salvo.workloads.program.Experiment;
import dev.salvo.workloads.program.ExperimentSpec;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** What is measured at a point, how JMH is asked for it, and how long it takes on a paced clock. */
public final class PointRunner {
    /** A JVM's start and end, and the making of a machine and its warming up, ms: for estimates. */
    private static final double PACED_FORK_MILLIS = 2_500;

    private PointRunner() {
    }

    /**
     * What has to be measured at a point.
     *
     * @param spec the point
     * @return values of the benchmark's parameter {@code measure}
     */
    public static List<String> measures(ExperimentSpec spec) {
        List<String> measures = new ArrayList<>(List.of("total"));
        if (!spec.pacing().isPaced()) { // whose cores take their times anyway
            measures.add("split");
        }
        if (spec.point().computes()) {
            measures.add("control");
        }
        return measures;
    }

    /**
     * Measures a paced point at its dilation, at twice and at four times that.
     *
     * @param spec   a point on a paced clock
     * @param effort how much
     * @param output where JMH says what it is doing
     * @return JMH's own JSON of all of the point's results
     * @throws ForkFailedException if a measured JVM failed or could not be started
     * @throws RunnerException     if JMH refused to begin
     */
    public static byte[] measure(ExperimentSpec spec, Effort effort, OutputFormat output) throws RunnerException {
        return PacedRounds.measure(List.of(spec), null, effort, output).get(0);
    }

    /** JMH's own JSON of some results. */
    static byte[] json(Collection<RunResult> results) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (PrintStream stream = new PrintStream(json, false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, stream).writeOut(results);
        }
        return json.toByteArray();
    }

    /**
     * About how long that takes.
     *
     * @param spec   a point on a paced clock
     * @param effort how much
     * @return milliseconds
     */
    public static long millis(ExperimentSpec spec, Effort effort) {
        double perFork = 0;
        for (String dilation : Dilation.steps(spec.pacing().dilation())) {
            perFork += forkMillis(spec, dilation);
        }
        return Math.round(measures(spec).size() * effort.forks() * perFork);
    }

    /** Of a fork on a paced clock at one dilation. */
    static double forkMillis(ExperimentSpec spec, String dilation) {
        return PACED_FORK_MILLIS + Experiment.expectedWindowNanos(spec) * Double.parseDouble(dilation) / 1e6;
    }

    /**
     * How many iterations JMH will say that it has done.
     *
     * @param spec   a point on a paced clock
     * @param effort how much
     * @return iterations
     */
    public static long iterations(ExperimentSpec spec, Effort effort) {
        return (long) measures(spec).size() * effort.forks() * Dilation.STEPS;
    }

    /** JMH's options for a point, but for what is measured there. */
    static ChainedOptionsBuilder options(ExperimentSpec spec, Effort effort) {
        ChainedOptionsBuilder options = new OptionsBuilder()
            .include("^" + Pattern.quote(PageOutBenchmark.class.getName()) + "\\.pageOut$")
            .addProfiler(MachineProfiler.class)
            .forks(effort.forks())
            .shouldFailOnError(true);
        spec.point().values().forEach((axis, value) -> {
            if (axis.isParameter()) {
                options.param(axis.key(), value);
            }
        });
        if (spec.pacing().isPaced()) {
            // A window is one shot, and its machine has warmed up before its clock was started.
            return options.mode(Mode.SingleShotTime).warmupIterations(0).measurementIterations(1)
                .timeout(TimeValue.hours(2)) // a core that is stuck is named by the machine long before
                .jvmArgsAppend("-D" + PageOutBenchmark.PROFILE_FILE + "=" + spec.pacing().file());
        }
        return options.warmupIterations(effort.warmups())
            .warmupTime(effort.time())
            .measurementIterations(effort.iterations())
            .measurementTime(effort.time());
    }
}
