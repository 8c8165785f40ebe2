package dev.salvo.jmh.cli;

import dev.salvo.engine.host.HostTopology;
import dev.salvo.jmh.Effort;
import dev.salvo.jmh.FlameGraphs;
import dev.salvo.jmh.HostDescription;
import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.results.Comparison;
import dev.salvo.results.KernelComparison;
import dev.salvo.results.PairsFolder;
import dev.salvo.results.ReferenceComparison;
import dev.salvo.results.ReferenceComparison.NeededPoint;
import dev.salvo.results.Row;
import dev.salvo.results.RunFolder;
import dev.salvo.results.SampledPoint;
import dev.salvo.results.Statistic;
import dev.salvo.workloads.program.ExperimentSpec;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code salvo compare}: runs beside each other, or emulated figures beside the published ones. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Puts runs side by side, of several hosts, JDKs, profiles or commits: at each point that a run has in common "
            + "with the first one, the ratio of their times, its interval, and a verdict: faster, slower or no "
            + "difference. A verdict takes 5 forks a side (curve --forks 5). In each run, what batching gains with "
            + "its interval, and the Universal Scalability Law where it has four or more cores.",
        "",
        "  salvo curve --forks 5 --cores 8,32 --out before     and again after the change, --out after",
        "  salvo compare before/HOST-TIME after/HOST-TIME",
        "  salvo compare before/HOST-TIME after/HOST-TIME --fail-on-regression 5     in continuous integration",
        "  salvo compare results/runs/HOST-TIME                                      the gain of batching in one run",
        "  salvo compare --across profile kunpeng/HOST-TIME snapdragon/HOST-TIME     points that differ in it",
        "  salvo compare --jmh before.json --jmh after.json                          any benchmark's JMH results",
        "  salvo compare --measure --a \"--cores 8\" --jar-b new/salvo.jar            two builds, in turns",
        "  salvo compare --measure --a \"--cores 8 --idle spin\" --b \"--cores 8 --idle yield\" --budget 20m",
        "  salvo compare results/runs/HOST-TIME-pairs                                what such a one has measured",
        "",
        "Runs that were made apart differ by whatever the host did in between, too, and no interval knows of it. With "
            + "--measure both sides are measured in turns and compared pair by pair; a verdict takes 5 pairs. Options "
            + "of curve say what a side is; where the sides share no point, those are compared that differ in what "
            + "the sides do.",
        "",
        "Intervals of runs are from whole forks drawn again, since iterations of one JVM are not independent, with "
            + "Student's t, since few forks drawn again scatter too little. They are wide enough that all of a table's "
            + "hold together with 95 per cent (Bonferroni, because Holm's procedure leaves no interval to look at). "
            + "What is other work, of another clock or workload, is refused; what else differs is said.",
        "",
        "Under \"could see\" stands the smallest regression that such a comparison would have found in 80 per cent of "
            + "cases: no difference says no more than that. Below the table stand, for points with a verdict, issue, "
            + "wait, software, the host's turn and round trip, yields, wake-ups and run delay of both sides, each "
            + "with the interval of its ratio.",
        "",
        "With --reference it puts figures that a paced clock has emulated beside the published ones of the machine "
            + "that it carried, point by point, with the relative error, and says which points the machine's profile "
            + "was fitted to and which are predicted. At most three numbers of a profile are fitted, on points with "
            + "8 cores or fewer, or with 8 senders or fewer; a Kunpeng's software is set from its time after "
            + "batching. Without a RUN it measures what is needed, about three quarters of an hour for all, into a "
            + "run folder of its own; with RUNs it reads them and takes seconds.",
        "",
        "  salvo compare --reference",
        "  salvo compare --reference --curve seed-share,seed-per-page,seed-elapsed",
        "  salvo compare --reference results/runs/HOST-TIME",
        "  salvo compare --reference --resume results/runs/HOST-TIME",
        "",
        "--json writes an object with sides, differences, apart, leftOut, warnings, ratios (couldSee is a share, parts "
            + "an array), gains and fits, and pairs if there is a folder of them; with --reference "
            + "an array of objects with curve, machine, series, x, published, emulated, errorBound (a share of "
            + "emulated), relativeError and fitted, and refused, why, where emulated is no figure.",
        ""
    },
    parameterListHeading = "",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:compared; with --fail-on-regression, every interval excludes one",
        "1:--fail-on-regression found one; or a point could not be measured, or a stale translation was used; or another "
            + "run is measuring",
        "2:an option, a run or a file cannot be used: one line says why",
        "3:--fail-on-regression could not tell: some interval holds what is still allowed and what is not, or some "
            + "point has too few forks",
        "130:interrupted; what was finished stays"
    })
final class CompareCommand implements Callable<Integer> {
    private static final int FORKS = 3;
    private static final String ANY_PERCENT = "10";

    @Parameters(paramLabel = "RUN", arity = "0..*",
        description = "Run folders. The others are compared with the first.")
    private List<Path> runs = List.of();

    @Option(names = "--across", split = ",", paramLabel = "AXIS", converter = AxisName.class,
        completionCandidates = AxisName.class, description = "Compare points that differ in these axes, of runs that each "
            + "hold one of them: ${COMPLETION-CANDIDATES}.")
    private Set<Axis> across = Set.of();

    @Option(names = "--jmh", paramLabel = "FILE",
        description = "Compare JMH's own results (-rf json, also gzipped) instead of runs; twice or more. Those are "
            + "paired that agree in benchmark, mode, unit, threads and parameters; in mode thrpt higher is better. "
            + "Results that cannot be compared are named and left out.")
    private List<Path> jmh = List.of();

    @Option(names = "--statistic", paramLabel = "S", defaultValue = "mean",
        description = "What is made of a fork's iterations before forks are compared: mean, p50 or min. Minima of "
            + "sides that scatter unlike tell of the scatter and not of speed; such are warned of. Default: "
            + "${DEFAULT-VALUE}.")
    private Statistic statistic;

    @Option(names = "--fail-on-regression", paramLabel = "PCT", arity = "0..1", fallbackValue = ANY_PERCENT,
        description = "Exit with 1 if at any point the whole interval lies beyond PCT per cent: of times, its lower "
            + "end above 1 + PCT/100; of rates, its upper end below 1 / (1 + PCT/100). Exit with 0 only if at every "
            + "point the whole interval lies on the other side of that, and with 3 if neither can be told. Without PCT: "
            + ANY_PERCENT + ".")
    private Double percent;

    @Option(names = "--flame-diff", paramLabel = "DIR", description = "Also draw into DIR what two RUNs differ by "
        + "where both have a flame graph of the same point: STRATEGY-a-b.html has B's frames, in ns per page, red "
        + "where they take more than in A and yellow where A has none; STRATEGY-b-a.html has A's.")
    private Path flameDiff;

    @Option(names = "--reference", description = "Compare with the published figures.")
    private boolean reference;

    @Option(names = "--curve", split = ",", paramLabel = "ID",
        description = "Measure only what these published curves need: seed-share, seed-per-page, seed-elapsed, "
            + "munmap-one-sender, tlb-shootdown-senders.")
    private List<String> curves;

    @Option(names = "--resume", paramLabel = "DIR",
        description = "Go on with a comparison that was interrupted: what its run holds whole is not measured again.")
    private Path resume;

    @Mixin
    private BothSides bothSides;

    @Mixin
    private Measuring measuring;

    @Spec
    private CommandSpec command;

    /** An axis by its name. Other work is understood, to be refused with the reason. */
    static final class AxisName implements ITypeConverter<Axis>, Iterable<String> {
        @Override
        public Axis convert(String word) {
            return Point.shownAxes().stream().filter(axis -> axis.key().equalsIgnoreCase(word)).findFirst()
                .orElseThrow(() -> Misunderstood.noSuchWord(word, Point.shownAxes().stream().map(Axis::key).toList()));
        }

        @Override
        public Iterator<String> iterator() {
            return Point.shownAxes().stream().filter(axis -> !axis.isOtherWork()).map(Axis::key).iterator();
        }
    }

    /** Made by picocli. */
    CompareCommand() {
    }

    @Override
    public Integer call() {
        measuring.check();
        measuring.checkKeeps(runs);
        measuring.checkKeeps(jmh);
        measuring.checkKeeps(resume == null ? List.of() : List.of(resume));
        if (bothSides.measure()) {
            return inTurns();
        }
        refuse("goes with --measure", BothSides.OPTIONS);
        return reference ? withReference() : withEachOther();
    }

    private int inTurns() {
        refuse("goes without --measure", "--reference", "--curve", "--resume", "--forks", "--jmh", "--flame-diff");
        if (!runs.isEmpty()) {
            throw new BadInput("--measure: goes without RUN");
        }
        checkComparing();
        InTurns turns = new InTurns(bothSides);
        measuring.checkKeeps(turns.sides().stream().map(Side::jar).filter(Objects::nonNull).toList());
        if (Measuring.mustWait(turns.check(across))) {
            return 1;
        }
        Instant now = Instant.now();
        Map<String, Object> sides = new LinkedHashMap<>();
        turns.sides().forEach(side -> sides.put(String.valueOf(side.letter()), side.words()));
        sides.put("hostname", HostDescription.name());
        sides.put("start", now.toString());
        sides.put("command", AsTyped.line(command));
        PairsFolder folder = PairsFolder.create(measuring.out(), sides, now);
        turns.measure(folder, this::ofPairs);
        int shown = turns.finished() == 0 ? 0 : show(ofPairs(folder));
        PrintWriter stdout = command.commandLine().getOut();
        stdout.println("pairs: " + folder.path());
        stdout.flush();
        int ended = turns.end();
        return ended == 0 ? shown : ended;
    }

    private Comparison ofPairs(PairsFolder folder) {
        return Comparison.ofPairs(folder, across, statistic);
    }

    private void checkComparing() {
        if (percent != null && !(percent >= 0 && Double.isFinite(percent))) {
            throw new BadInput("--fail-on-regression " + percent + ": must be a number of per cent, 0 or more");
        }
        across.stream().filter(Axis::isOtherWork).findFirst().ifPresent(axis -> {
            throw new BadInput("--across " + axis.key()
                + ": that is other work, whose times have no ratio; accepted is any other axis");
        });
    }

    private int withEachOther() {
        if (runs.isEmpty() && jmh.isEmpty()) {
            throw new BadInput("compare: --reference is missing, and so are RUN, --jmh and --measure; accepted is one of "
                + "them");
        }
        refuse("goes with --reference", "--curve", "--resume", "--forks");
        refuse("goes with --reference or --measure", "--out");
        boolean isOfPairs = runs.size() == 1 && PairsFolder.isOne(runs.get(0));
        if (!jmh.isEmpty()) {
            if (!runs.isEmpty()) {
                throw new BadInput("--jmh: goes without RUN");
            }
            refuse("goes with RUNs, not with --jmh", "--across");
            if (jmh.size() < 2) {
                throw new BadInput("--jmh " + jmh.get(0)
                    + ": must be given twice or more, and the first is compared with");
            }
        } else if (runs.size() < 2 && !isOfPairs) {
            refuse("goes with two RUNs or more", "--across", "--fail-on-regression");
        }
        checkComparing();
        if (runs.size() != 2) {
            refuse("goes with two RUNs", "--flame-diff");
        }
        if (runs.stream().filter(run -> !PairsFolder.isOne(run)).map(RunFolder::open).anyMatch(RunFolder::isOfKernel)) {
            return ofKernels();
        }
        int shown = show(isOfPairs ? ofPairs(PairsFolder.open(runs.get(0)))
            : jmh.isEmpty() ? Comparison.ofRuns(runs.stream().map(GivenRun::open).toList(), across, statistic)
            : Comparison.ofJmh(jmh, statistic));
        if (flameDiff != null) {
            drawDifference(RunFolder.open(runs.get(0)), RunFolder.open(runs.get(1)));
        }
        return shown;
    }

    private int ofKernels() {
        refuse("does not go with runs of kernel; accepted is --fail-on-regression, --json", "--across", "--statistic", "--flame-diff");
        KernelComparison comparison = KernelComparison.of(runs.stream().map(GivenRun::open).toList());
        PrintWriter stdout = command.commandLine().getOut();
        stdout.println();
        stdout.print(comparison.text(Terminal.style()));
        stdout.flush();
        int written = measuring.write(comparison.json());
        return percent == null ? written
            : Math.max(written, regression(comparison.slowerBy(percent), comparison.undecided(percent)));
    }

    private void drawDifference(RunFolder a, RunFolder b) {
        PrintWriter stdout = command.commandLine().getOut();
        boolean isAnyDrawn = false;
        for (Strategy strategy : Strategy.values()) {
            Optional<SampledPoint> ofA = FlameGraphs.ofRun(a, strategy);
            Optional<SampledPoint> ofB = FlameGraphs.ofRun(b, strategy);
            if (ofA.isPresent() && ofB.isPresent() && ofA.get().point().equals(ofB.get().point())) {
                OutputFile.makeFolder("--flame-diff", flameDiff);
                FlameGraphs.diffOfRuns(ofA.get(), ofB.get(), flameDiff)
                    .forEach(graph -> stdout.println("difference: " + graph));
                isAnyDrawn = true;
            }
        }
        stdout.flush();
        if (!isAnyDrawn) {
            throw new BadInput("--flame-diff " + flameDiff + ": " + a.path() + " and " + b.path() + " have no flame "
                + "graph of the same point; accepted are runs of curve that were made with theirs");
        }
    }

    /** Returns the exit code. */
    private int show(Comparison comparison) {
        PrintWriter stdout = command.commandLine().getOut();
        stdout.println();
        stdout.print(comparison.text(Terminal.style()));
        stdout.flush();
        int written = measuring.write(comparison.json());
        return percent == null ? written
            : Math.max(written, regression(comparison.slowerBy(percent), comparison.undecided(percent)));
    }

    private int regression(List<String> slower, List<String> undecided) {
        slower.forEach(line -> System.err.println("salvo: slower by more than " + percent + " per cent: " + line));
        if (!slower.isEmpty()) {
            return 1;
        }
        if (undecided.isEmpty()) {
            return 0;
        }
        System.err.println("salvo: --fail-on-regression: cannot be told at " + undecided.size() + (undecided.size() == 1
            ? " point, " : " points, the first ") + undecided.get(0));
        return Salvo.UNTOLD;
    }

    /** Refuses options that mean nothing here. */
    private void refuse(String why, String... options) {
        for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
            if (List.of(options).contains(option.longestName())) {
                throw new BadInput(option.longestName() + ": " + why);
            }
        }
    }

    private int withReference() {
        refuse("goes without --reference", "--across", "--jmh", "--statistic", "--fail-on-regression", "--flame-diff");
        if (curves != null && !runs.isEmpty()) {
            throw new BadInput("--curve: says what to measure, and goes without RUN");
        }
        if (resume != null && !runs.isEmpty()) {
            throw new BadInput("--resume " + resume + ": says what to go on measuring, and goes without RUN");
        }
        RunFolder begun = resume == null ? null : GivenRun.open(resume);
        if (!runs.isEmpty()) {
            List<Row> rows = new ArrayList<>();
            for (Path run : runs) {
                RunFolder folder = GivenRun.open(run);
                if (folder.isOfKernel()) {
                    throw new BadInput("--reference: " + run + " is of this host's own kernel; accepted are runs of a paced clock");
                }
                rows.addAll(folder.rows());
            }
            return show(rows);
        }
        return Measuring.mustWait(Measuring.mostCores(needed())) ? 1 : measure(begun);
    }

    private int measure(RunFolder begun) {
        HostTopology host = HostTopology.read();
        List<ExperimentSpec> points = ClockOptions.dilated(needed(), host, 0);
        Effort effort = Effort.NORMAL.withForks(measuring.forks(FORKS));
        List<String> words = AsTyped.words(command);
        Sweep sweep = begun == null ? Sweep.into(measuring.out(), host, points, effort, words, "compare", 0)
            : Sweep.on(begun, host, points, effort, words, "compare", 0);
        sweep.measure(Sweep.NOTHING);
        List<Row> rows = sweep.run().rows();
        int written = show(rows);
        PrintWriter stdout = command.commandLine().getOut();
        stdout.println("run folder: " + sweep.run().path());
        stdout.flush();
        return Math.max(written, sweep.end(rows));
    }

    private List<ExperimentSpec> needed() {
        Set<String> known = ReferenceComparison.needed().stream().map(NeededPoint::curve)
            .collect(Collectors.toCollection(TreeSet::new));
        if (curves != null && !known.containsAll(curves)) {
            throw new BadInput("--curve " + String.join(",", curves) + ": must be of " + String.join(", ", known));
        }
        Set<ExperimentSpec> points = new LinkedHashSet<>(); // several curves need some of them
        ReferenceComparison.needed().stream().filter(point -> curves == null || curves.contains(point.curve()))
            .forEach(point -> points.add(spec(point)));
        return new ArrayList<>(points);
    }

    private static ExperimentSpec spec(NeededPoint point) {
        return ExperimentSpec.of(Map.of(Axis.CORES, Integer.toString(point.cores()), Axis.SENDERS,
            Integer.toString(point.senders()), Axis.STRATEGY, Point.word(point.strategy()), Axis.WORKLOAD,
            Point.word(point.workload())), ClockOptions.pacing(point.profile()));
    }

    /** Returns the exit code: 1 if what was to be written could not be. */
    private int show(List<Row> rows) {
        ReferenceComparison comparison = ReferenceComparison.of(rows);
        PrintWriter stdout = command.commandLine().getOut();
        stdout.println();
        stdout.println(comparison.text(Terminal.style()));
        stdout.flush();
        return measuring.write(comparison.json());
    }
}
