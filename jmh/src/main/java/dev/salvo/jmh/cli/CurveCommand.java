package dev.salvo.jmh.cli;

import dev.salvo.engine.host.Distortions;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.jmh.Effort;
import dev.salvo.jmh.FlameGraphs;
import dev.salvo.jmh.HostDescription;
import dev.salvo.jmh.PointRunner;
import dev.salvo.results.CurveSvg;
import dev.salvo.results.CurveTable;
import dev.salvo.results.Growth;
import dev.salvo.results.Row;
import dev.salvo.results.RowsJson;
import dev.salvo.results.RunFolder;
import dev.salvo.results.TerminalCurve;
import dev.salvo.results.TerminalStyle;
import dev.salvo.workloads.program.PageOutSpec;
import dev.salvo.workloads.program.Strategy;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code salvo curve}: the main job. Measures points over cores and strategies, then shows them. */
@Command(
    name = "curve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Measures what TLB shootdowns cost as cores are added, and what batching gains: on machines of so many simulated "
            + "cores, each a pinned thread, senders page out shared memory, list after list. Every figure is wall-clock "
            + "time of this host, from JVMs that JMH forks.",
        "",
        "Prints a table and a curve, and leaves a run folder with every point as JMH wrote it, rows.json, curve.svg, "
            + "host.json and two flame graphs. A point is stored as soon as it is measured: an interrupted run keeps "
            + "what it has.",
        "",
        "  salvo curve                                   the whole experiment, under 4 minutes",
        "  salvo curve --quick                           the same in small, under a minute",
        "  salvo curve --cores 2,4,8 --senders 1,2,all --forks 5",
        "  salvo curve --load own --cores 8              what the other cores suffer",
        "  salvo curve --ring 2,16,128,4096 --cores 8 --senders 1",
        "  salvo curve --idle yield,park --cores 8,32,100",
        "",
        "Where a run has three or more cores, senders, mappings, lists, batches or rings with all else equal, lines "
            + "below the table say how the mean grows with them: a power law fitted to it. A fit is no measurement: "
            + "it stands in no column and in no file (rows.json and --json hold an array of measured rows).",
        "",
        "With fewer CPUs than cores the rows say oversubscribed: the host's scheduler is part of what is measured.",
        ""
    },
    optionListHeading = "Options:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:measured, and no translation was stale",
        "1:a point failed, or a stale translation was used",
        "2:an option cannot be used: one line says why",
        "130:interrupted; what was finished stays"
    })
final class CurveCommand implements Callable<Integer> {
    @Mixin
    private Axes axes;

    @Option(names = "--quick", description = "Fewer points and shorter iterations: under a minute.")
    private boolean quick;

    @Option(names = "--forks", paramLabel = "N", defaultValue = "1",
        description = "JVMs per point and measure. From 3 on, error bars are over forks. Default: ${DEFAULT-VALUE}.")
    private int forks;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "results/runs",
        description = "Where the run folder is made. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the rows to FILE, replacing it.")
    private Path json;

    @Option(names = "--no-flame", description = "Without the flame graphs.")
    private boolean noFlame;

    @Spec
    private CommandSpec command;

    /** Whether the process is ending. Set by its shutdown hook, read by the thread that measures. */
    private volatile boolean ending;

    /** Made by picocli. */
    CurveCommand() {
    }

    @Override
    public Integer call() {
        if (forks < 1) {
            throw new BadInput("--forks " + forks + ": must be 1 or more");
        }
        if (json != null) {
            OutputFile.check("--json", json);
        }
        List<PageOutSpec> points = quick ? axes.points(List.of(8, 32, 100), List.of("1"))
            : axes.points(List.of(8, 16, 32, 64, 100), List.of("1", "all"));
        if (PointRunner.anotherRunIsMeasuring()) {
            System.err.println(Salvo.ANOTHER_RUN);
            return 1;
        }
        Effort effort = (quick ? Effort.QUICK : Effort.NORMAL).withForks(forks);
        HostTopology host = HostTopology.read();
        Instant start = Instant.now();
        int mostCores = points.stream().mapToInt(PageOutSpec::cores).max().orElseThrow();
        List<String> distortions = Distortions.of(host, Placement.of(host, points.get(0).placement(), mostCores));
        List<String> words = new ArrayList<>(List.of("salvo"));
        words.addAll(command.root().commandLine().getParseResult().originalArgs());
        RunFolder run = RunFolder.create(out, HostDescription.of(host, words, start, distortions), start);
        announce(run, host, points, effort, distortions);
        return measure(run, points, effort, String.join(" ", words));
    }

    private void announce(RunFolder run, HostTopology host, List<PageOutSpec> points, Effort effort,
                          List<String> distortions) {
        System.err.println(host.describe());
        distortions.forEach(line -> System.err.println("  beware: " + line));
        long millis = points.stream().mapToLong(point -> effort.millis(PointRunner.measures(point).size())).sum();
        millis += flamePoints(points).size() * effort.withForks(1).millis(1);
        System.err.printf(Locale.ROOT, "%d points, about %d s, into %s%n", points.size(), millis / 1000, run.path());
    }

    private int measure(RunFolder run, List<PageOutSpec> points, Effort effort, String commandLine) {
        List<String> failures = new ArrayList<>();
        AtomicBoolean finished = new AtomicBoolean();
        Thread interrupted = new Thread(() -> interrupted(run, points.size(), finished), "interrupted");
        Runtime.getRuntime().addShutdownHook(interrupted);
        int perFork = effort.warmups() + effort.iterations();
        long iterations = points.stream().mapToLong(point -> (long) PointRunner.measures(point).size() * forks * perFork).sum()
            + (long) flamePoints(points).size() * perFork;
        Path log = run.path().resolve("jmh.log");
        try (PrintStream logged = new PrintStream(Files.newOutputStream(log), true, StandardCharsets.UTF_8);
             SweepProgress progress = new SweepProgress(logged, iterations, "curve")) {
            for (int i = 0; i < points.size() && !ending; i++) {
                measure(run, points.get(i), effort, commandLine, progress, failures, i + 1 + "/" + points.size());
            }
            for (PageOutSpec point : flamePoints(points)) {
                drawFlame(run, point, effort, progress, failures);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(log + ": " + failure.getMessage(), failure);
        } finally {
            finished.set(true);
        }
        return show(run, failures);
    }

    private void measure(RunFolder run, PageOutSpec point, Effort effort, String commandLine, SweepProgress progress,
                         List<String> failures, String which) {
        String name = Axes.describe(point);
        progress.now(name);
        try {
            Row row = run.add(PointRunner.measure(point, effort, progress));
            List<Row> rows = run.rows();
            run.writeRows(rows);
            run.writeCurve(CurveSvg.of(rows, run.hostname(), commandLine));
            progress.done("[" + which + "] " + name + ": " // what is said to be done survives whatever comes
                + String.format(Locale.ROOT, "%.0f ns per page", row.nsPerPage().mean()));
        } catch (RunnerException failure) {
            failures.add(name + " failed: " + rootMessage(failure));
            if (!ending) {
                progress.done("[" + which + "] " + name + ": failed");
            }
        }
    }

    /** Two graphs, sync and batched, at the largest point with the fewest senders. */
    private List<PageOutSpec> flamePoints(List<PageOutSpec> points) {
        List<PageOutSpec> largest = new ArrayList<>();
        for (Strategy strategy : Strategy.values()) {
            points.stream().filter(point -> point.strategy() == strategy && !noFlame)
                .max(Comparator.comparingInt(PageOutSpec::cores).thenComparingInt(point -> -point.senders()))
                .ifPresent(largest::add);
        }
        return largest;
    }

    private void drawFlame(RunFolder run, PageOutSpec point, Effort effort, SweepProgress progress,
                           List<String> failures) {
        String name = point.strategy().name().toLowerCase(Locale.ROOT);
        progress.now("flame graph, " + name);
        try {
            FlameGraphs.draw(point, effort, run.flame(), name, progress);
        } catch (RunnerException | UnsupportedOperationException | IllegalStateException failure) {
            failures.add("no flame graph of " + Axes.describe(point) + ": " + rootMessage(failure));
        }
    }

    private int show(RunFolder run, List<String> failures) {
        PrintWriter stdout = command.commandLine().getOut();
        TerminalStyle style = Terminal.style();
        List<Row> rows = run.rows();
        boolean stale = false;
        if (!rows.isEmpty()) {
            stdout.println();
            stdout.println(CurveTable.text(rows, style));
            String growth = Growth.text(rows, style);
            if (!growth.isEmpty()) {
                stdout.println(growth);
            }
            stdout.println(TerminalCurve.text(rows, style));
            if (json != null) {
                OutputFile.write("--json", json, RowsJson.of(rows));
            }
            stale = rows.stream().anyMatch(row -> row.counts().staleUses() > 0);
        }
        stdout.println("run folder: " + run.path());
        stdout.flush();
        if (!failures.isEmpty()) {
            failures.forEach(line -> System.err.println("salvo: " + line));
            System.err.println("salvo: more about it is in " + run.path().resolve("jmh.log"));
        }
        if (stale) {
            System.err.println("salvo: a stale translation was used: these figures are of a broken machine");
        }
        return failures.isEmpty() && !stale ? 0 : 1;
    }

    private void interrupted(RunFolder run, int points, AtomicBoolean finished) {
        ending = true; // before the forks go: that theirs failed is not worth a line
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        if (!finished.get()) {
            System.err.printf("%nsalvo: interrupted; %d of %d points are finished and stay in %s%n", run.rows().size(),
                points, run.path());
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? root.toString() : root.getMessage();
        return message.lines().findFirst().orElse(root.toString());
    }
}
