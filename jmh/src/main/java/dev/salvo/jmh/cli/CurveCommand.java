package dev.salvo.jmh.cli;

import dev.salvo.engine.host.HostTopology;
import dev.salvo.jmh.Effort;
import dev.salvo.jmh.FlameGraphs;
import dev.salvo.results.CurveTable;
import dev.salvo.results.Fits;
import dev.salvo.results.Growth;
import dev.salvo.results.Row;
import dev.salvo.results.RowsJson;
import dev.salvo.results.RunFolder;
import dev.salvo.results.TerminalCurve;
import dev.salvo.results.TerminalStyle;
import dev.salvo.workloads.program.PageOutSpec;
import dev.salvo.workloads.program.Pacing;
import dev.salvo.workloads.program.Strategy;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
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
        "Measures what TLB shootdowns cost as cores are added, and what batching gains: on machines of so many "
            + "simulated cores, each a pinned thread, senders page out shared memory, list after list. Every figure "
            + "is wall-clock time of this host, from JVMs that JMH forks.",
        "",
        "Prints a table and a curve, and leaves a run folder with every point as JMH wrote it, rows.json, curve.svg, "
            + "report.html, host.json and flame graphs. A point is stored as soon as it is measured: an interrupted run keeps "
            + "what it has.",
        "",
        "  salvo curve                                   the whole experiment, 3 to 6 minutes",
        "  salvo curve --quick                           the same in small, under a minute",
        "  salvo curve --cores 2,4,8 --senders 1,2,all --forks 5",
        "  salvo curve --load own --cores 8              what the other cores suffer",
        "  salvo curve --ring 2,16,128,4096 --cores 8 --senders 1",
        "  salvo curve --idle yield,park --cores 8,32,100",
        "  salvo curve --workload victim --cores 2,8,32   what a neighbour's mprotect costs a computing thread",
        "",
        "A machine that you do not have is measured on a paced clock: this host carries it, every cost of it is a "
            + "real wait, D times as long, so that this host's own overhead vanishes as 1/D. Each point is measured "
            + "at D, 2D and 4D and extrapolated; bound says how far off it may be. No figure of the one clock stands "
            + "beside one of the other.",
        "",
        "  salvo profiles                                the machines there are",
        "  salvo curve --clock paced --profile kunpeng-920 --cores 8,16,32,64,128",
        "  salvo curve --clock paced --profile arm64-server-128 --workload protect --senders 1,4,8",
        "",
        "Where a run has three or more cores, senders, mappings, lists, batches or rings with all else equal, lines "
            + "below the table say how the mean grows with them: a power law fitted to it; where it has four or more "
            + "cores, also the Universal Scalability Law, and what it predicts of larger machines. A fit is no "
            + "measurement: it stands in no column and in no file (rows.json and --json hold an array of measured "
            + "rows).",
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
    /** On a paced clock: what an interval takes. */
    private static final int PACED_FORKS = 3;

    @Mixin
    private Axes axes;

    @Mixin
    private ClockOptions clock;

    @Mixin
    private Measuring measuring;

    @Option(names = "--quick", description = "Fewer points and shorter iterations: under a minute.")
    private boolean quick;

    @Option(names = "--resume", paramLabel = "DIR",
        description = "Go on with the run in DIR, which was interrupted: what it holds whole is not measured again; "
            + "a damaged point file is named and measured again. With no other option it does what that run was "
            + "begun with.")
    private Path resume;

    @Option(names = "--shard", paramLabel = "I/N", converter = Shard.Converter.class,
        description = "Measure only every Nth point, beginning with the Ith: N machines share a sweep, and salvo "
            + "merge puts it together.")
    private Shard shard;

    @Option(names = "--no-flame", description = "Without the flame graphs.")
    private boolean noFlame;

    @Spec
    private CommandSpec command;

    /** Made by picocli. */
    CurveCommand() {
    }

    @Override
    public Integer call() {
        RunFolder begun = resume == null ? null : RunFolder.open(resume);
        List<String> words = command.root().commandLine().getParseResult().originalArgs();
        if (begun != null && saysNothingOfPoints()) {
            return goOnAsBegun(begun);
        }
        measuring.check();
        Pacing pacing = clock.pacing();
        if (quick && pacing.isPaced()) {
            throw new BadInput("--quick: goes with --clock native; on a paced clock --forks 1 and fewer --cores are quicker");
        }
        List<PageOutSpec> points = pacing.isPaced() ? axes.points(pacing)
            : quick ? axes.points(List.of(8, 32, 100), List.of("1"))
            : axes.points(List.of(8, 16, 32, 64, 100), List.of("1", "all"));
        if (shard != null) {
            points = shard.of(points);
        }
        if (Measuring.mustWait()) {
            return 1;
        }
        int forks = measuring.forks(pacing.isPaced() ? PACED_FORKS : 1);
        Effort effort = (quick ? Effort.QUICK : Effort.NORMAL).withForks(forks);
        HostTopology host = HostTopology.read();
        if (pacing.isPaced()) {
            points = clock.dilated(points, host);
        }
        FlameDrawing flames = new FlameDrawing(begun != null && hasFlames(begun) ? List.of() : flamePoints(points), effort);
        Sweep sweep = begun == null ? Sweep.into(measuring.out(), host, points, effort, words, "curve", flames.millis())
            : Sweep.on(begun, host, points, effort, words, "curve", flames.millis());
        flames.sweep = sweep;
        sweep.measure(flames);
        return show(sweep);
    }

    private static boolean hasFlames(RunFolder run) {
        String[] graphs = run.flame().toFile().list();
        return graphs != null && graphs.length > 0;
    }

    /** Whether nothing was said but what to go on with, and what to make of it. */
    private boolean saysNothingOfPoints() {
        return command.commandLine().getParseResult().matchedOptions().stream()
            .allMatch(option -> List.of("--resume", "--json", "--no-flame").contains(option.longestName()));
    }

    private int goOnAsBegun(RunFolder run) {
        List<String> again = new ArrayList<>();
        if (run.host().get("arguments") instanceof List<?> begunWith) {
            begunWith.forEach(word -> again.add(String.valueOf(word)));
        }
        if (again.isEmpty() || !again.get(0).equals("curve")) {
            throw new BadInput("--resume " + resume + ": was begun with " + run.host().get("command")
                + "; accepted is a run of curve, or the options again");
        }
        again.removeAll(List.of("--no-flame"));
        again.addAll(List.of("--resume", resume.toString()));
        if (noFlame) {
            again.add("--no-flame");
        }
        if (measuring.json() != null && again.stream().noneMatch(word -> word.startsWith("--json"))) {
            again.addAll(List.of("--json", measuring.json().toString()));
        }
        if (saysNothing(again)) { // begun with no option at all: one that changes nothing says that this is meant
            again.addAll(List.of("--clock", "native"));
        }
        return Salvo.execute(again.toArray(String[]::new));
    }

    private static boolean saysNothing(List<String> words) {
        return words.stream().filter(word -> word.startsWith("--"))
            .allMatch(word -> List.of("--resume", "--json", "--no-flame").contains(word));
    }

    /**
     * Two graphs, sync and batched, at the largest point with the fewest senders. None of a paced clock: its time passes
     * in waits for deadlines, and those are all that samples would show.
     */
    private List<PageOutSpec> flamePoints(List<PageOutSpec> points) {
        List<PageOutSpec> largest = new ArrayList<>();
        for (Strategy strategy : Strategy.values()) {
            points.stream()
                .filter(point -> point.strategy() == strategy && !noFlame && !point.pacing().isPaced())
                .max(Comparator.comparingInt(PageOutSpec::cores).thenComparingInt(point -> -point.senders()))
                .ifPresent(largest::add);
        }
        return largest;
    }

    /** The flame graphs, after all points. */
    private static final class FlameDrawing implements Sweep.Afterwards {
        private final List<PageOutSpec> points;
        private final Effort effort;
        private Sweep sweep;

        FlameDrawing(List<PageOutSpec> points, Effort effort) {
            this.points = points;
            this.effort = effort;
        }

        @Override
        public void run(SweepProgress progress) {
            points.forEach(point -> draw(point, progress));
        }

        private void draw(PageOutSpec point, SweepProgress progress) {
            String name = point.strategy().name().toLowerCase(Locale.ROOT);
            progress.now("flame graph, " + name);
            try {
                FlameGraphs.draw(point, effort, sweep.run().flame(), name, progress);
            } catch (RunnerException | UnsupportedOperationException | IllegalStateException failure) {
                sweep.failures().add("no flame graph of " + Axes.describe(point) + ": " + Sweep.rootMessage(failure));
            }
        }

        @Override
        public long iterations() {
            return (long) points.size() * (effort.warmups() + effort.iterations());
        }

        @Override
        public long millis() {
            return points.size() * effort.withForks(1).millis(1);
        }
    }

    private int show(Sweep sweep) {
        PrintWriter stdout = command.commandLine().getOut();
        TerminalStyle style = Terminal.style();
        List<Row> rows = sweep.run().rows();
        if (!rows.isEmpty()) {
            stdout.println();
            stdout.println(CurveTable.text(rows, style));
            String growth = Growth.text(rows, style);
            if (!growth.isEmpty()) {
                stdout.println(growth);
            }
            String law = Fits.text(Map.of("", rows), style);
            if (!law.isEmpty()) {
                stdout.println(law);
            }
            stdout.println(TerminalCurve.text(rows, style));
            measuring.write(RowsJson.of(rows));
        }
        stdout.println("run folder: " + sweep.run().path());
        stdout.flush();
        return sweep.end(rows);
    }
}
