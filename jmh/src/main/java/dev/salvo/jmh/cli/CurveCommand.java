package dev.salvo.jmh.cli;

import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.PerfEvents;
import dev.salvo.jmh.Effort;
import dev.salvo.jmh.FlameGraphs;
import dev.salvo.jmh.HostDescription;
import dev.salvo.jmh.NativePlan;
import dev.salvo.jmh.RoundRunner;
import dev.salvo.jmh.Sampling;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.results.BadRunException;
import dev.salvo.results.CurveTable;
import dev.salvo.results.Fits;
import dev.salvo.results.Growth;
import dev.salvo.results.Row;
import dev.salvo.results.RowsJson;
import dev.salvo.results.RunFolder;
import dev.salvo.results.SampledPoint;
import dev.salvo.results.SampledWait;
import dev.salvo.results.TerminalCurve;
import dev.salvo.results.TerminalStyle;
import dev.salvo.workloads.program.ExperimentSpec;
import dev.salvo.workloads.program.Pacing;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** {@code salvo curve}: the main job. Measures points over cores and strategies, then shows them. */
@Command(
    name = "curve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Measures what TLB shootdowns cost as cores are added, and what batching gains: on machines of so many "
            + "simulated cores, each a pinned thread, senders page out shared memory, list after list. Every figure "
            + "is wall-clock time of this host.",
        "",
        "Points are measured in rounds. In each round a fresh JVM measures all core counts of a series, in random order, "
            + "as series are: it warms up at a point until iterations are steady, then measures three. A round gives each "
            + "point a replicate; intervals are over those, gains over pairs of one round. Three rounds are made in any "
            + "case; then only what is still too wide is measured again, until means and gains are known as well as "
            + "--precision asks, or --budget is spent.",
        "",
        "Prints a table and a curve, and leaves a run folder with every point as JMH wrote it, rows.json, curve.svg, "
            + "report.html, host.json, flame graphs and what those of sync and batched differ by. A replicate is stored as "
            + "soon as it is measured: an interrupted run keeps what it has.",
        "",
        "  salvo curve                                   the whole experiment, in less than 6 minutes",
        "  salvo curve --quick                           the same in small, a single round, under a minute",
        "  salvo curve --precision 5%% --budget 1h        until all is known to 5 %%, or for an hour",
        "  salvo curve --resume DIR --more --budget 10m  ten minutes more for a run that is whole",
        "  salvo curve --cores 2,4,8 --senders 1,2,all --forks 5",
        "  salvo curve --load own --cores 8              what the other cores suffer",
        "  salvo curve --ring 2,16,128,4096 --cores 8 --senders 1",
        "  salvo curve --idle yield,park --cores 8,32,100",
        "  salvo curve --workload victim --cores 2,8,32   what a neighbour's mprotect costs a computing thread",
        "  salvo curve --shard 2/4 --cores 2,4,8,16      the second of four machines; a batch system: jmh/jobs",
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
            + "below the table say how the mean grows with them: a power law fitted to it; over cores also the "
            + "Universal Scalability Law, with a CPU to every core, or turns of the run queue, where cores share CPUs, "
            + "and what these predict of larger machines, or why nothing. A fit is no measurement: it stands in no "
            + "column and in no file (rows.json and --json hold an array of measured rows).",
        "",
        "With fewer CPUs than cores the rows say oversubscribed: the host's scheduler is part of what is measured.",
        ""
    },
    optionListHeading = "Options:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:measured, and no translation was stale",
        "1:a point failed, or what shows the points could not be made; or a stale translation was used; or "
            + "another run is measuring",
        "2:an option cannot be used, or nothing can be measured on this host: one line says why",
        "130:interrupted; what was finished stays"
    })
final class CurveCommand implements Callable<Integer> {
    /** On a paced clock: what an interval takes. */
    private static final int PACED_FORKS = 3;

    /** What can be said with --resume without saying which points, or how. */
    private static final List<String> NOT_OF_POINTS = List.of("--resume", "--shard", "--out", "--json", "--no-flame", "--more",
        RoundOptions.PRECISION, RoundOptions.BUDGET);

    /** As many rounds are to fit into a budget, so that figures can be better known than by the least there are. */
    private static final int ROUNDS_OF_A_BUDGET = 7;

    @Mixin
    private Axes axes;

    @Mixin
    private ClockOptions clock;

    @Mixin
    private Measuring measuring;

    @Mixin
    private RoundOptions rounds;

    @Option(names = "--quick", description = "Fewer points, and one round of short iterations: under a minute, and "
        + "nothing is known of how far figures are off.")
    private boolean quick;

    @Option(names = "--resume", paramLabel = "DIR",
        description = "Go on with the run in DIR, which was interrupted: what has its replicates is not measured again; "
            + "a damaged point file is named and measured again. With no option that says what is measured it does what "
            + "that run was begun with.")
    private Path resume;

    @Option(names = "--shard", paramLabel = "I/N", converter = Shard.Converter.class,
        description = "Measure only every Nth group of points that are compared with each other, beginning with the "
            + "Ith: N machines share a sweep, and salvo merge puts it together. One that gets none leaves an empty "
            + "run.")
    private Shard shard;

    @Option(names = "--no-flame", description = "Without the flame graphs.")
    private boolean noFlame;

    /** Of the host of the run that this is asked about; 0 where that is this host. */
    private int cpus;

    @Spec
    private CommandSpec command;

    /** Made by picocli. */
    CurveCommand() {
    }

    @Override
    public Integer call() {
        RunFolder begun = resume == null ? null : GivenRun.open(resume);
        List<String> words = AsTyped.words(command);
        if (begun == null && rounds.more()) {
            throw new BadInput("--more: goes with --resume DIR");
        }
        if (begun != null && shard != null) {
            mustBeTheShardOf(begun);
        }
        if (begun != null && saysNothingOfPoints()) {
            return goOnAsBegun(begun);
        }
        measuring.check();
        Pacing pacing = clock.pacing();
        measuring.checkKeeps(clock.files());
        measuring.checkKeeps(begun == null ? List.of() : List.of(begun.path()));
        if (quick && pacing.isPaced()) {
            throw new BadInput("--quick: goes with --clock native; on a paced clock --forks 1 and fewer --cores are quicker");
        }
        if (pacing.isPaced()) {
            rounds.refuse("--clock paced");
            if (rounds.more()) {
                throw new BadInput("--more: goes with --clock native, where points are measured in rounds");
            }
        } else if (quick || measuring.forks(0) > 0) {
            rounds.refuse(quick ? "--quick" : "--forks");
        }
        RoundRunner.Goal goal = pacing.isPaced() ? null : rounds.goal(measuring.forks(quick ? 1 : 0));
        List<ExperimentSpec> points = share();
        if (points.isEmpty()) {
            return leaveAnEmptyRun(begun, words);
        }
        if (Measuring.mustWait(Measuring.mostCores(points))) {
            return 1;
        }
        HostTopology host = HostTopology.read();
        if (pacing.isPaced()) {
            points = clock.dilated(points, host);
        }
        FlameDrawing flames = new FlameDrawing(begun != null && hasFlames(begun) ? List.of() : flamePoints(points),
            quick ? Effort.QUICK : Effort.NORMAL);
        Effort effort = goal == null ? Effort.NORMAL.withForks(measuring.forks(PACED_FORKS)) : effort(points, goal);
        Sweep sweep = begun == null ? Sweep.into(measuring.out(), host, points, effort, goal, words, "curve", flames.millis())
            : Sweep.on(begun, host, points, effort, goal, words, "curve", flames.millis());
        flames.sweep = sweep;
        sweep.measure(flames);
        return show(sweep);
    }

    /** Iterations are the shorter the more there is to be done in the time. */
    private Effort effort(List<ExperimentSpec> points, RoundRunner.Goal goal) {
        return quick ? NativePlan.HASTY
            : goal.budget().isZero() ? NativePlan.effort(List.of(), 0, goal.budget())
            : NativePlan.effort(points, ROUNDS_OF_A_BUDGET, goal.budget());
    }

    /** All points of the sweep, whatever shard of it is measured here. */
    List<ExperimentSpec> sweep() {
        return sweep(cpus == 0 ? HostTopology.read().usableCpus() : cpus);
    }

    /** The same on a host of so many CPUs. */
    List<ExperimentSpec> sweep(int hostCpus) {
        Pacing pacing = clock.pacing();
        return pacing.isPaced() ? axes.points(pacing)
            : quick ? axes.points(List.of(8, 32, 100), List.of("1"))
            : axes.points(CoreGrid.of(hostCpus), List.of("1", "all"));
    }

    /** Those that are measured here. */
    List<ExperimentSpec> share() {
        return shard == null ? sweep() : shard.of(sweep());
    }

    /**
     * What a run was begun with. It measures nothing, and is asked for its points only.
     *
     * @throws BadInput if its host.json does not say, or says what this version does not know
     */
    static CurveCommand begunAs(RunFolder run) {
        List<String> words = wordsOf(run);
        CurveCommand begun = new CurveCommand();
        try {
            // Words from a file: none of them may name another file to be read.
            new CommandLine(begun).setCaseInsensitiveEnumValuesAllowed(true).setExpandAtFiles(false)
                .parseArgs(words.subList(1, words.size()).toArray(String[]::new));
        } catch (CommandLine.ParameterException unknown) {
            throw new BadInput(run.path() + ": was begun with options that are unknown; accepted is a run of curve",
                unknown);
        }
        begun.cpus = run.host().get("usableCpus") instanceof Integer usable && usable > 0 ? usable : 0;
        return begun;
    }

    /** The command line that a run was begun with, which is curve's. */
    private static List<String> wordsOf(RunFolder run) {
        List<String> words = new ArrayList<>();
        if (run.host().get("arguments") instanceof List<?> begunWith) {
            begunWith.forEach(word -> words.add(String.valueOf(word)));
        }
        boolean fitToBeShown = words.stream().noneMatch(word -> word.chars().anyMatch(Character::isISOControl));
        if (words.isEmpty() || !words.get(0).equals("curve") || !fitToBeShown) {
            throw new BadInput(run.path() + ": its host.json does not say that curve began it; accepted is a run of "
                + "curve");
        }
        return words;
    }

    private void mustBeTheShardOf(RunFolder run) {
        Shard begun = begunAs(run).shard;
        if (!shard.equals(begun)) {
            throw new BadInput("--shard " + shard + ": " + run.path() + " was begun "
                + (begun == null ? "without --shard" : "with --shard " + begun)
                + "; accepted is the same, or --resume alone");
        }
    }

    /** More machines than groups of points: the run of one that has nothing to do can be merged like the others'. */
    private int leaveAnEmptyRun(RunFolder begun, List<String> words) {
        Instant now = Instant.now();
        RunFolder run = begun != null ? begun
            : RunFolder.create(measuring.out(), HostDescription.of(HostTopology.read(), words, now, List.of()), now);
        System.err.println("salvo: --shard " + shard + ": the sweep has fewer groups of points to be compared than "
            + "shards, and this shard has none of them; nothing is measured");
        PrintWriter stdout = command.commandLine().getOut();
        stdout.println("run folder: " + run.path());
        stdout.flush();
        return measuring.write(RowsJson.of(List.of()));
    }

    private static boolean hasFlames(RunFolder run) {
        String[] graphs = run.flame().toFile().list();
        return graphs != null && graphs.length > 0;
    }

    /** Whether nothing was said but what to go on with, and what to make of it. */
    private boolean saysNothingOfPoints() {
        return command.commandLine().getParseResult().matchedOptions().stream()
            .allMatch(option -> NOT_OF_POINTS.contains(option.longestName()));
    }

    private int goOnAsBegun(RunFolder run) {
        List<String> again = wordsOf(run);
        if (measuring.json() != null) {
            withoutOption(again, "--json"); // where the rows go now stands for where they were to go
            again.addAll(List.of("--json", measuring.json().toString()));
        }
        List<String> said = rounds.words();
        for (String replaced : List.of(RoundOptions.PRECISION, RoundOptions.BUDGET, "--forks")) {
            if (said.contains(replaced) || replaced.equals("--forks") && !said.isEmpty() && !said.equals(List.of("--more"))) {
                withoutOption(again, replaced);
            }
        }
        again.addAll(said);
        if (noFlame && again.stream().noneMatch(word -> option(word).equals("--no-flame"))) {
            again.add("--no-flame");
        }
        again.addAll(List.of("--resume", resume.toString()));
        if (again.stream().filter(word -> word.startsWith("--")).map(CurveCommand::option)
            .allMatch(NOT_OF_POINTS::contains)) {
            again.addAll(List.of("--clock", "native")); // changes nothing, and says that what was begun with is meant
        }
        return Salvo.execute(again.toArray(String[]::new));
    }

    /** Takes an option out of a command line, with the value that follows it. */
    private static void withoutOption(List<String> words, String option) {
        for (int i = words.size() - 1; i > 0; i--) {
            if (option(words.get(i)).equals(option)) {
                words.subList(i, Math.min(words.size(), i + (words.get(i).equals(option) ? 2 : 1))).clear();
            }
        }
    }

    /** A word of the command line without the value that may be joined to it. */
    private static String option(String word) {
        return word.split("=", 2)[0];
    }

    /**
     * Two graphs, sync and batched, at the largest point with the fewest senders. None of a paced clock: its time passes
     * in waits for deadlines, and those are all that samples would show.
     */
    private List<ExperimentSpec> flamePoints(List<ExperimentSpec> points) {
        List<ExperimentSpec> largest = new ArrayList<>();
        for (Strategy strategy : Strategy.values()) {
            points.stream()
                .filter(point -> point.strategy() == strategy && !noFlame && !point.pacing().isPaced())
                .max(Comparator.comparingInt(ExperimentSpec::cores).thenComparingInt(point -> -point.senders()))
                .ifPresent(largest::add);
        }
        return largest;
    }

    /** The flame graphs, after all points. */
    private static final class FlameDrawing implements Sweep.Afterwards {
        private final List<ExperimentSpec> points;
        private final Effort effort;
        private final Map<Strategy, SampledPoint> drawn = new EnumMap<>(Strategy.class);
        private final Set<String> said = new HashSet<>();
        private Sweep sweep;

        FlameDrawing(List<ExperimentSpec> points, Effort effort) {
            this.points = points;
            this.effort = effort;
        }

        @Override
        public void run(SweepProgress progress) {
            points.forEach(point -> draw(point, progress));
            if (drawn.containsKey(Strategy.SYNC) && drawn.containsKey(Strategy.BATCHED)
                && points.stream().map(Axes::describeButStrategy).distinct().count() == 1) {
                FlameGraphs.diff(drawn.get(Strategy.SYNC), drawn.get(Strategy.BATCHED), sweep.run().flame(), "");
            }
            if (!drawn.isEmpty()) {
                sweep.run().writeFrames(drawn.values().stream().map(FlameDrawing::inItsFolder).toList());
            }
        }

        /** A run folder may be moved: it names its own files by their names. */
        private static SampledPoint inItsFolder(SampledPoint sampled) {
            return new SampledPoint(sampled.point(), sampled.event(), sampled.used(), sampled.why(), sampled.program(),
                sampled.victims(), sampled.nsPerPage(), sampled.files().stream().map(Path::getFileName).toList());
        }

        private void draw(ExperimentSpec point, SweepProgress progress) {
            String name = Point.word(point.strategy());
            progress.now("flame graph, " + name);
            try {
                drawn.put(point.strategy(), FlameGraphs.draw(point, Sampling.of(Sampling.Event.WALL, PerfEvents.ask()),
                    effort, sweep.run().flame(), name, progress));
            } catch (RunnerException | UncheckedIOException | IllegalStateException | BadRunException failure) {
                String why = Sweep.rootMessage(failure);
                if (said.add(why)) { // what keeps one from being drawn mostly keeps both
                    sweep.failed("no flame graph of " + Axes.describe(point) + ": " + why);
                }
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

    /** What sampling showed and changed; a file that does not tell is a line, and costs nothing else. */
    private static String sampled(Sweep sweep, List<Row> rows, TerminalStyle style) {
        try {
            return SampledWait.text(SampledWait.of(sweep.run(), rows), style);
        } catch (BadRunException damaged) {
            sweep.failed(damaged.getMessage());
            return "";
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
            String law = Fits.text(rows, sweep.run().host(), style);
            if (!law.isEmpty()) {
                stdout.println(law);
            }
            String sampled = sampled(sweep, rows, style);
            if (!sampled.isEmpty()) {
                stdout.println(sampled);
            }
            stdout.println(TerminalCurve.text(rows, style));
        }
        stdout.println("run folder: " + sweep.run().path());
        stdout.flush();
        int written = rows.isEmpty() ? 0 : measuring.write(RowsJson.of(rows));
        return Math.max(written, sweep.end(rows));
    }
}
