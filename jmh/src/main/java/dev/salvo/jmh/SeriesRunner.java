package dev.salvo.jmh;

import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.workloads.program.ExperimentSpec;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Has series measured, each by a JVM of its own, such as {@link SeriesJvm}, that is started as JMH's forks are: with flags that are
 * ours, without the environment's. JMH's own runner begins a JVM for every point, of which its start and its compiler's work
 * took more time than what was measured; and how many iterations are thrown away it wants to know before.
 *
 * @param <P> what is measured
 */
public final class SeriesRunner<P> implements RoundRunner.Measurer<P> {
    private static final int MOST_LINES = 2_000;

    private final List<String> command;
    private final Asking<P> asking;
    private final Consumer<String> log;

    /**
     * Who tells a measured JVM what to measure.
     *
     * @param <P> what is measured
     */
    @FunctionalInterface
    interface Asking<P> {
        /** Says it, as the JVM reads it on its standard input. */
        void ask(DataOutputStream jvm, Series<P> series, int round) throws IOException;
    }

    /**
     * A runner.
     *
     * @param command what begins a measured JVM, but for its argument, the file for the results
     * @param asking  who tells it what to measure
     * @param log     told each line that a measured JVM says, on the thread that measures
     */
    SeriesRunner(List<String> command, Asking<P> asking, Consumer<String> log) {
        this.command = command;
        this.asking = asking;
        this.log = log;
    }

    /**
     * One for points of the native clock.
     *
     * @param effort how long iterations are, and how many count
     * @param log    told each line that a measured JVM says, on the thread that measures
     * @return the runner
     */
    public static SeriesRunner<ExperimentSpec> ofNative(Effort effort, Consumer<String> log) {
        return new SeriesRunner<>(command(SeriesJvm.class), SeriesJvm.asking(effort), log);
    }

    /** What begins a measured JVM, but for its arguments. */
    static List<String> command(Class<?> main) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ForkFlags.forThisJvm());
        command.addAll(ForkFlags.handedOn());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return command;
    }

    @Override
    public RoundRunner.Outcome<P> measure(Series<P> series, int round) {
        if (!ProductJar.isAsItWas()) {
            return failed(series, new ForkFailedException(new FirstCause(ProductJar.REPLACED, FirstCause.Reach.ANY), null));
        }
        List<String> heard = new ArrayList<>();
        Path results;
        try {
            TemporaryFolder.requireRoom();
            results = TemporaryFolder.newFile(".results");
        } catch (UnsuitableHostException full) { // since the last one
            return failed(series, new ForkFailedException(full));
        }
        try {
            List<Long> times = new ArrayList<>();
            int exitCode = run(series, round, results, heard, times);
            Map<P, RoundRunner.Measured> measured = read(series, results, times);
            if (exitCode == 0 && measured.size() == series.points().size()) {
                return new RoundRunner.Outcome<>(measured, null, null);
            }
            heard.add("<forked VM failed with exit code " + exitCode + ">");
            RunnerException failure = new RunnerException("a measured JVM failed");
            return new RoundRunner.Outcome<>(measured, begun(series, heard),
                new ForkFailedException(FirstCause.of(heard, failure), failure));
        } catch (IOException failure) {
            return failed(series, new ForkFailedException(FirstCause.of(heard, failure), failure));
        } finally {
            results.toFile().delete(); // if it cannot be, it goes when this process does
        }
    }

    private RoundRunner.Outcome<P> failed(Series<P> series, ForkFailedException failure) {
        return new RoundRunner.Outcome<>(Map.of(), series.points().get(0), failure);
    }

    /** Runs a JVM to its end, and notes when it began each point, and ended. */
    private int run(Series<P> series, int round, Path results, List<String> heard, List<Long> times) throws IOException {
        List<String> whole = new ArrayList<>(command);
        whole.add(results.toString());
        ProcessBuilder builder = new ProcessBuilder(whole).redirectErrorStream(true);
        OwnEnvironment.clear(builder.environment());
        Process jvm = builder.start();
        try (BufferedReader said = new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            try {
                asking.ask(new DataOutputStream(jvm.getOutputStream()), series, round); // left open: it ends with us
            } catch (IOException notRead) {
                heard.add("it did not read what to measure"); // it has said why, or ended without a word
            }
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (heard.size() < MOST_LINES) {
                    heard.add(line);
                }
                if (line.startsWith(SeriesJvm.POINT)) {
                    times.add(System.nanoTime());
                }
                log.accept(line);
            }
            times.add(System.nanoTime());
            return jvm.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            jvm.destroyForcibly(); // which closes what leads to it
        }
    }

    /** What was measured whole. */
    private Map<P, RoundRunner.Measured> read(Series<P> series, Path results, List<Long> times)
            throws IOException {
        Map<P, RoundRunner.Measured> measured = new LinkedHashMap<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(results))) {
            for (P point : series.points()) {
                byte[] json = new byte[in.readInt()];
                in.readFully(json);
                int which = measured.size();
                measured.put(point, new RoundRunner.Measured(json, times.get(which + 1) - times.get(which)));
            }
        } catch (EOFException end) {
            return measured;
        }
        return measured;
    }

    /** The point that was being measured last. */
    private P begun(Series<P> series, List<String> heard) {
        int last = 0;
        for (String line : heard) {
            if (line.startsWith(SeriesJvm.POINT)) {
                last = Integer.parseInt(line.substring(SeriesJvm.POINT.length(), line.indexOf(':')));
            }
        }
        return series.points().get(last);
    }
}
