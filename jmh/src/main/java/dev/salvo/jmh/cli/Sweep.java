package dev.salvo.jmh.cli;

import dev.salvo.engine.host.CpuUse;
import dev.salvo.engine.host.Distortions;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.jmh.Effort;
import dev.salvo.jmh.FirstCause;
import dev.salvo.jmh.ForkFailedException;
import dev.salvo.jmh.HostDescription;
import dev.salvo.jmh.MeasuringLock;
import dev.salvo.jmh.NativePlan;
import dev.salvo.jmh.PacedRounds;
import dev.salvo.jmh.PointRunner;
import dev.salvo.jmh.RoundRunner;
import dev.salvo.jmh.SeriesRunner;
import dev.salvo.point.Point;
import dev.salvo.results.BadRunException;
import dev.salvo.results.CurveSvg;
import dev.salvo.results.Reason;
import dev.salvo.results.Report;
import dev.salvo.results.Replicates;
import dev.salvo.results.Row;
import dev.salvo.results.RunFolder;
import dev.salvo.workloads.program.ExperimentSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Measures points into a run folder: in the rounds of a {@link RoundRunner}, or group after group, native points one by one
 * by JMH and paced ones in {@link PacedRounds}. Tells a person how far it has got.
 */
final class Sweep implements RoundRunner.Keeper<ExperimentSpec> {
    /** In the description of the host: what the order of a run's rounds comes from. */
    private static final String SEED = "seed";

    private final RunFolder run;
    private final HostTopology host;
    private final List<ExperimentSpec> points;
    private final Effort effort;
    /** How long the rounds of a RoundRunner go on; null if group after group is measured. */
    private final RoundRunner.Goal goal;
    /** In rounds: what is known of the points. */
    private final Map<ExperimentSpec, Optional<Replicates>> known;
    private final String commandLine;
    private final String name;
    /** What the run holds; null until it is read, once: what comes later is measured here. */
    private List<Row> rows;
    private final PrintStream person = System.err; // which leads to the log while JVMs are measured
    private int measuredBefore;
    private int measuredNow;
    private final Set<ExperimentSpec> kept = new HashSet<>();
    private final Set<ExperimentSpec> failed = new HashSet<>();
    private SweepProgress progress;
    private final List<String> failures = new ArrayList<>();
    private final SideProducts sideProducts = new SideProducts();
    private final RoundNews<ExperimentSpec> news;

    /** Points with as many cores or more cannot be measured on this host as it is now. */
    private int beyond = Integer.MAX_VALUE;
    private int notTried;

    /** Held while replicates are stored, and while those are counted that stay. */
    private final Object storing = new Object();
    /** Whether that has been counted, so that nothing more is stored. */
    private boolean isCounted;

    /** Whether the process is ending. Set by its shutdown hook, read by the thread that measures. */
    private volatile boolean ending;

    /** Something that is done when all points have been measured. */
    interface Afterwards {
        /** Does it. */
        void run(SweepProgress progress);

        /** How many iterations JMH will say that it has done for it. */
        long iterations();

        /** About how long it takes. */
        long millis();
    }

    /** Nothing, afterwards. */
    static final Afterwards NOTHING = new Afterwards() {
        @Override
        public void run(SweepProgress progress) {
            // nothing
        }

        @Override
        public long iterations() {
            return 0;
        }

        @Override
        public long millis() {
            return 0;
        }
    };

    private Sweep(RunFolder run, HostTopology host, List<ExperimentSpec> points, Effort effort, RoundRunner.Goal goal,
                  Map<ExperimentSpec, Optional<Replicates>> known, String commandLine, String name) {
        this.run = run;
        this.host = host;
        this.points = points;
        this.effort = effort;
        this.goal = goal;
        news = new RoundNews<>(goal, Axes::describe, "its gain");
        this.known = known;
        this.commandLine = commandLine;
        this.name = name;
    }

    /**
     * Makes the run folder, and says what is going to be measured by JMH.
     *
     * @param out    where the folder is made
     * @param words  the command line, without the program
     * @param name   what the progress is called
     * @param millis about how long is taken besides the points
     */
    static Sweep into(Path out, HostTopology host, List<ExperimentSpec> points, Effort effort, List<String> words, String name,
                      long millis) {
        return into(out, host, points, effort, null, words, name, millis);
    }

    /**
     * The same in rounds.
     *
     * @param effort how much of a replicate
     * @param goal   how long rounds go on; null for none of them
     */
    static Sweep into(Path out, HostTopology host, List<ExperimentSpec> points, Effort effort, RoundRunner.Goal goal,
                      List<String> words, String name, long millis) {
        Instant start = Instant.now();
        List<String> distortions = distortions(host, points);
        Map<String, Object> description = HostDescription.of(host, words, start, distortions);
        if (goal != null) {
            description.put(SEED, start.toEpochMilli());
        }
        RunFolder run = RunFolder.create(out, description, start);
        Map<ExperimentSpec, Optional<Replicates>> nothing = new LinkedHashMap<>();
        points.forEach(point -> nothing.put(point, Optional.empty()));
        Sweep sweep = new Sweep(run, host, points, effort, goal, nothing, HostDescription.commandLine(words), name);
        sweep.announce(distortions, millis);
        return sweep;
    }

    /** Goes on with a run that was begun: what it holds whole is not measured again. */
    static Sweep on(RunFolder run, HostTopology host, List<ExperimentSpec> points, Effort effort, List<String> words,
                    String name, long millis) {
        return on(run, host, points, effort, null, words, name, millis);
    }

    /** The same in rounds: what lacks replicates is given them, or all if the goal is to have more. */
    static Sweep on(RunFolder run, HostTopology host, List<ExperimentSpec> points, Effort effort, RoundRunner.Goal goal,
                    List<String> words, String name, long millis) {
        Map<String, Object> now = HostDescription.of(host, words, Instant.now(), List.of());
        mustBeAsBegun(run, now);
        Map<ExperimentSpec, Optional<Replicates>> rounds = new LinkedHashMap<>();
        List<ExperimentSpec> left = new ArrayList<>();
        for (ExperimentSpec point : points) {
            boolean isWhole = run.holdsWhole(point.point(), damage -> System.err.println("salvo: " + damage));
            Optional<Replicates> before = goal == null ? Optional.empty() : run.replicates(point.point());
            boolean isOfNoRounds = isWhole && before.isEmpty();
            if (goal != null && goal.more() && isOfNoRounds) {
                throw new BadInput("--more: " + Axes.describe(point) + " was not measured in rounds in " + run.path()
                    + "; accepted is a run that was");
            }
            if (!isOfNoRounds) {
                rounds.put(point, before);
            }
            if (!isWhole || before.isPresent() && before.get().count() < goal.least()) {
                left.add(point);
            }
        }
        System.err.printf(Locale.ROOT, "%d of %d points have been measured before%n", points.size() - left.size(),
            points.size());
        boolean isMore = goal != null && goal.more();
        List<ExperimentSpec> due = goal != null && !left.isEmpty() || isMore ? List.copyOf(rounds.keySet()) : left;
        Sweep sweep = new Sweep(run, host, due, effort, goal, rounds, HostDescription.commandLine(words), name);
        sweep.measuredBefore = points.size() - due.size();
        sweep.announce(distortions(host, points), millis);
        if (!due.isEmpty()) {
            if (!run.hostname().equals(now.get("hostname"))) {
                System.err.println("  beware: begun on " + run.hostname() + ", and what is measured here will be "
                    + "compared with what was measured there");
            }
            run.resumed(Map.of("hostname", now.get("hostname"), "start", now.get("start"), "command",
                now.get("command")));
        }
        return sweep;
    }

    /**
     * Refuses to go on with a run on another kind of host than it was begun on.
     *
     * @throws BadInput if something differs that figures depend on
     */
    static void mustBeAsBegun(RunFolder run, Map<String, Object> now) {
        for (String key : List.of("cpuModel", "usableCpus", "kernel", "jdk", "salvo")) {
            if (!String.valueOf(now.get(key)).equals(String.valueOf(run.host().get(key)))) {
                throw new BadInput("--resume " + run.path() + ": its " + key + " is " + run.host().get(key) + ", and is now "
                    + now.get(key) + "; accepted is to go on as it was begun");
            }
        }
    }

    /** That cores share CPUs is what a dilation is for. */
    private static List<String> distortions(HostTopology host, List<ExperimentSpec> points) {
        int crowd = points.stream().filter(point -> !point.pacing().isPaced()).mapToInt(ExperimentSpec::cores).max().orElse(1);
        // Every placement is made here once, so a host that one does not suit is refused before there is a run.
        List<String> found = new ArrayList<>(points.stream().map(ExperimentSpec::placement).distinct()
            .flatMap(policy -> Distortions.of(host, Placement.of(host, policy, crowd)).stream()).distinct().toList());
        found.addAll(Distortions.now(host));
        return found;
    }

    private void announce(List<String> distortions, long millis) {
        System.err.println(host.describe());
        distortions.forEach(line -> System.err.println("  beware: " + line));
        Measuring.sayWhatIsNotHandedOn();
        points.stream().filter(point -> point.pacing().isPaced()).map(Sweep::pace).distinct()
            .forEach(line -> System.err.println("  " + line));
        if (goal == null || points.isEmpty()) {
            long time = millis + points.stream().mapToLong(point -> PointRunner.millis(point, effort)).sum()
                + checked().map(point -> PacedRounds.checkMillis(point, effort)).orElse(0L);
            System.err.printf(Locale.ROOT, "%d points, about %d s, into %s%n", points.size(), time / 1000, run.path());
            return;
        }
        double round = new NativePlan(effort).roundNanos(points) / 1e9;
        if (goal.budget().isZero()) {
            System.err.printf(Locale.ROOT, "%d points, %d%s, about %.0f s, into %s%n", points.size(), goal.least(), goal.more()
                ? " rounds more" : goal.least() == 1 ? " round" : " rounds", millis / 1e3 + round * goal.least(), run.path());
            return;
        }
        String budget = RoundOptions.words(goal.budget());
        System.err.printf(Locale.ROOT, "%d points in rounds of about %.0f s: %d%s in any case, then %s%s; into %s%n", points.size(),
            round, goal.least(), goal.more() ? " more" : "", goal.precision() > 0
            ? String.format(Locale.ROOT, "until means and gains are known to %.3g %% or ", 100 * goal.precision()) : "until ",
            budget + " are over", run.path());
        news.warnOfBudget(round, System.err);
    }

    private static String pace(ExperimentSpec point) {
        double dilation = point.pacing().dilation();
        return String.format(Locale.ROOT, "%s, %d cores: dilation %.0f, %.0f and %.0f", point.pacing().profile().name(),
            point.cores(), dilation, 2 * dilation, 4 * dilation);
    }

    RunFolder run() {
        return run;
    }

    /** Notes that something could not be measured or drawn: a line. */
    void failed(String line) {
        failures.add(line);
    }

    /** Measures all points, then does what comes afterwards. */
    void measure(Afterwards afterwards) {
        AtomicBoolean finished = new AtomicBoolean();
        Thread interrupted = new Thread(() -> interrupted(finished), "interrupted");
        Runtime.getRuntime().addShutdownHook(interrupted);
        long steps = (goal == null ? iterations() : roundSeconds()) + afterwards.iterations();
        Path log = run.path().resolve("jmh.log");
        Optional<CpuUse> before = CpuUse.read(host);
        try (PrintStream logged = new PrintStream(Files.newOutputStream(log, StandardOpenOption.CREATE,
                 StandardOpenOption.APPEND), true, StandardCharsets.UTF_8);
             SweepProgress shown = new SweepProgress(logged, steps, name)) {
            progress = shown;
            if (goal != null) {
                measureInRounds();
            } else {
                measureInGroups();
            }
            if (beyond > 0 && !ending) {
                afterwards(afterwards, progress);
            }
            CpuUse.read(host).flatMap(after -> before.flatMap(earlier ->
                Distortions.busy(after.othersSince(earlier), host, "while this was measured")))
                .ifPresent(line -> progress.done("beware: " + line));
            show(); // with links to what came afterwards
        } catch (IOException failure) {
            throw new BadInput(log + ": cannot be written (" + Reason.of(failure) + "); accepted is a folder with room",
                failure);
        } finally {
            finished.set(true);
        }
    }

    /** How many iterations JMH will say that it has done for the points. */
    private long iterations() {
        return points.stream().mapToLong(point -> PointRunner.iterations(point, effort)).sum()
            + (checked().isPresent() ? effort.forks() : 0);
    }

    private long roundSeconds() {
        return Math.max(goal.budget().toSeconds(), Math.round(goal.least() * new NativePlan(effort).roundNanos(points) / 1e9));
    }

    private void measureInRounds() {
        if (points.isEmpty()) {
            return;
        }
        try (MeasuringLock lock = MeasuringLock.take()) { // JMH takes it for itself
            if (lock == null) {
                failures.add("nothing was measured: another run has begun to");
                return;
            }
            long begun = System.nanoTime();
            long seed = run.host().get(SEED) instanceof Number number ? number.longValue() : 0;
            SeriesRunner<ExperimentSpec> runner = SeriesRunner.ofNative(effort, line -> {
                progress.println(line);
                progress.at((System.nanoTime() - begun) / 1_000_000_000);
            });
            new RoundRunner<>(known, goal, new NativePlan(effort), runner, this, seed, System::nanoTime, () -> ending).measure();
        }
        notTried = (int) points.stream().filter(point -> point.cores() >= beyond && !failed.contains(point)
            && known.get(point).isEmpty() && !kept.contains(point)).count();
    }

    @Override
    public void begins(int number, int some, long seconds) {
        news.begins(number, some, seconds, progress);
    }

    @Override
    public Optional<Replicates> keep(ExperimentSpec point, List<byte[]> results) {
        synchronized (storing) {
            if (!isCounted) {
                Row row = run.addReplicates(results);
                if (kept.add(point)) {
                    measuredNow++;
                    progress.done("[" + measuredNow + "/" + points.size() + "] " + Axes.describe(point) + ": " + said(row));
                }
            }
        }
        rows = null;
        return run.replicates(point.point());
    }

    @Override
    public int failed(ExperimentSpec point, Exception failure) {
        if (ending) {
            return Integer.MAX_VALUE;
        }
        failed.add(point);
        failures.add(Axes.describe(point) + " failed: " + rootMessage(failure));
        progress.done(Axes.describe(point) + ": failed");
        int reach = reach(failure, point);
        beyond = Math.min(beyond, reach);
        return reach;
    }

    @Override
    public void ended(int number, List<RoundRunner.Wide<ExperimentSpec>> wide, long seconds) {
        show();
        news.ended(number, wide, seconds, progress);
    }

    private void measureInGroups() {
        int begun = 0;
        for (List<ExperimentSpec> group : groups()) {
            if (ending) {
                return;
            }
            if (group.get(0).cores() >= beyond) {
                notTried += group.size();
            } else {
                measurePacedGroup(group, begun);
            }
            begun += group.size();
        }
    }

    /** Paced points that gains are between are measured together. */
    private List<List<ExperimentSpec>> groups() {
        Map<Point, List<ExperimentSpec>> groups = new LinkedHashMap<>();
        for (ExperimentSpec point : points) {
            groups.computeIfAbsent(Shard.butStrategyAndBatch(point), none -> new ArrayList<>()).add(point);
        }
        return List.copyOf(groups.values());
    }

    /** The largest paced point, once in a sweep: what is foretold of a larger dilation has most to be wrong by there. */
    private Optional<ExperimentSpec> checked() {
        return points.stream().max(Comparator.comparingInt(ExperimentSpec::cores).thenComparingInt(ExperimentSpec::senders)
            .thenComparing(ExperimentSpec::strategy, Comparator.reverseOrder()));
    }

    private void measurePacedGroup(List<ExperimentSpec> group, int begun) {
        String words = group.size() == 1 ? Axes.describe(group.get(0)) : Axes.describeButStrategy(group.get(0));
        progress.now(words);
        ExperimentSpec checked = checked().filter(group::contains).orElse(null);
        List<byte[]> results;
        try {
            results = PacedRounds.measure(group, checked, effort, progress);
        } catch (RunnerException failure) {
            pointFailed(failure, group.get(0), words, begun + 1 + "/" + points.size());
            return;
        }
        for (int i = 0; i < group.size(); i++) {
            String which = begun + i + 1 + "/" + points.size();
            try {
                measured(run.add(results.get(i)), Axes.describe(group.get(i)), which);
            } catch (BadRunException failure) { // of one point: the others are what they are all the same
                pointFailed(failure, group.get(i), Axes.describe(group.get(i)), which);
            }
        }
    }

    private void pointFailed(Exception failure, ExperimentSpec point, String words, String which) {
        failures.add(words + " failed: " + rootMessage(failure));
        beyond = Math.min(beyond, reach(failure, point));
        if (!ending) {
            progress.done("[" + which + "] " + words + ": failed");
        }
    }

    private void measured(Row row, String words, String which) {
        measuredNow++;
        if (rows != null) {
            rows = Row.shown(Stream.concat(rows.stream(), Stream.of(row)).toList());
        }
        show();
        progress.done("[" + which + "] " + words + ": " + said(row)); // what is said to be done survives whatever comes
    }

    /** From how many cores on the same will happen again. */
    private static int reach(Exception failure, ExperimentSpec point) {
        if (failure instanceof ForkFailedException fork) {
            return switch (fork.reach()) {
                case POINT -> Integer.MAX_VALUE;
                case LARGER -> point.cores();
                case ANY -> 0;
            };
        }
        return failure.getCause() instanceof IOException ? 0 : Integer.MAX_VALUE; // nothing more can be stored
    }

    /** Makes anew what only shows the points; they are stored, and whatever happens here loses none of them. */
    private void show() {
        sideProducts.make("rows.json", () -> ofRows(run::writeRows));
        sideProducts.make("curve.svg", () -> ofRows(rows -> run.writeCurve(CurveSvg.of(rows, run.hostname(), commandLine))));
        sideProducts.make("report.html", () -> run.writeReport(Report.html(run, rows())));
    }

    private void ofRows(Consumer<List<Row>> making) {
        if (!rows().isEmpty()) {
            making.accept(rows());
        }
    }

    private List<Row> rows() {
        if (rows == null) {
            rows = run.rows();
        }
        return rows;
    }

    /** What comes afterwards is beside what was measured, and never costs it, however it ends. */
    private void afterwards(Afterwards afterwards, SweepProgress progress) {
        try {
            afterwards.run(progress);
        } catch (RuntimeException | LinkageError failure) {
            failures.add(name + ": what comes after the points failed: " + rootMessage(failure));
        }
    }

    private static String said(Row row) {
        if (row.refused(row.mainFigure()) != null) {
            return "refused: " + row.refused(row.mainFigure()).words();
        }
        String time = String.format(Locale.ROOT, "%.0f ns per page", row.nsPerPage().mean());
        return row.paced() == null || Double.isNaN(row.paced().errorBound()) ? time
            : String.format(Locale.ROOT, "%s, bound %.1f %%", time, 100 * row.paced().errorBound());
    }

    /** Says on the screen what has gone wrong. Returns the exit code. */
    int end(List<Row> rows) {
        failures.forEach(line -> System.err.println("salvo: " + line));
        if (notTried > 0) {
            System.err.println("salvo: " + notTried + (notTried == 1 ? " more point was" : " more points were")
                + " not tried, for the same would happen; when it is mended, --resume " + run.path() + " goes on");
        }
        if (!sideProducts.areMade()) {
            System.err.println("salvo: " + sideProducts.missing(run.path()) + ", and --resume all");
        }
        if (!failures.isEmpty()) {
            System.err.println("salvo: more about it is in " + run.path().resolve("jmh.log"));
        }
        boolean stale = rows.stream().anyMatch(row -> row.staleUses() > 0);
        if (stale) {
            System.err.println("salvo: a stale translation was used: these figures are of a broken machine");
        }
        if (measuredNow == 0 && beyond < Integer.MAX_VALUE) {
            return Salvo.UNUSABLE; // no figure of this host can be had as it is
        }
        return failures.isEmpty() && sideProducts.areMade() && !stale ? 0 : 1;
    }

    private void interrupted(AtomicBoolean finished) {
        ending = true; // before the forks go: that theirs failed is not worth a line
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        if (!finished.get()) {
            List<Row> stored;
            synchronized (storing) {
                isCounted = true;
                stored = run.rows();
            }
            if (!stored.isEmpty()) {
                sideProducts.make("rows.json", () -> run.writeRows(stored)); // which a round had not come to
            }
            person.printf(Locale.ROOT, "%nsalvo: interrupted; %d of %d points are %s and stay in %s%n", stored.size(),
                points.size() + measuredBefore, goal == null ? "finished" : "measured", run.path());
        }
    }

    /** What a command that measures nothing else ends with: whether it is this host that cannot, or this point. */
    static int exitCode(Exception failure) {
        return failure instanceof ForkFailedException fork ? exitCode(fork.reach()) : 1;
    }

    /** The same, of what else fails for the same cause. */
    static int exitCode(FirstCause.Reach reach) {
        return reach == FirstCause.Reach.POINT ? 1 : Salvo.UNUSABLE;
    }

    /** Why, in a line. */
    static String rootMessage(Throwable failure) {
        if (failure instanceof ForkFailedException || failure instanceof BadRunException
            || failure instanceof UnsuitableHostException || failure instanceof UncheckedIOException) {
            return failure.getMessage(); // has been written to be read
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof IOException refused) {
            return Reason.of(refused);
        }
        String message = root.getMessage() == null ? root.toString() : root.getMessage();
        return message.lines().findFirst().orElse(root.toString());
    }
}
