package dev.salvo.jmh.cli;

import dev.salvo.engine.host.HostTopology;
import dev.salvo.jmh.Dilation;
import dev.salvo.jmh.Effort;
import dev.salvo.jmh.PointRunner;
import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.point.Workload;
import dev.salvo.results.Row;
import dev.salvo.results.RunFolder;
import dev.salvo.workloads.program.ExperimentSpec;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** Points of a paced clock that are measured for a check of the clock itself, and leave no run folder. */
final class PacedMeasure implements AutoCloseable {
    private final Effort effort;
    private final HostTopology host = HostTopology.read();
    private final SweepProgress progress;

    /**
     * Begins.
     *
     * @param forks  JVMs for each point and dilation
     * @param points how many points there will be
     * @param name   what the progress is called
     */
    PacedMeasure(int forks, int points, String name) {
        effort = Effort.NORMAL.withForks(forks);
        Measuring.sayWhatIsNotHandedOn();
        progress = new SweepProgress(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            (long) points * forks * Dilation.STEPS, name);
    }

    /** A point, at a dilation that does not count yet. */
    static ExperimentSpec point(String profile, int cores, int senders, Strategy strategy, int list, Workload workload) {
        return Axes.point(() -> ExperimentSpec.of(Map.of(Axis.CORES, Integer.toString(cores), Axis.SENDERS,
            Integer.toString(senders), Axis.STRATEGY, Point.word(strategy), Axis.LIST, Integer.toString(list), Axis.WORKLOAD,
            Point.word(workload)), ClockOptions.pacing(profile)));
    }

    /** The same points, each at the dilation that this host chooses for it. */
    List<ExperimentSpec> dilated(List<ExperimentSpec> points) {
        return ClockOptions.dilated(points, host, 0);
    }

    long millis(List<ExperimentSpec> points) {
        return points.stream().mapToLong(point -> PointRunner.millis(point, effort)).sum();
    }

    /** Measures one. */
    Row row(ExperimentSpec point, String words) throws RunnerException {
        return RunFolder.row(json(point, words));
    }

    /** The same, as a point's file. */
    byte[] json(ExperimentSpec point, String words) throws RunnerException {
        progress.now(words);
        return PointRunner.measure(point, effort, progress);
    }

    /** Says what has been measured, where nobody sees a bar. */
    void done(String line) {
        progress.done(line);
    }

    @Override
    public void close() {
        progress.close();
    }
}
