package dev.salvo.jmh.cli;

import dev.salvo.engine.host.CpuUse;
import dev.salvo.engine.host.Distortions;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.PerfEvents;
import dev.salvo.engine.host.Placement;
import dev.salvo.jmh.ForkFailedException;
import dev.salvo.jmh.HostDescription;
import dev.salvo.jmh.KernelFlame;
import dev.salvo.jmh.KernelJvm;
import dev.salvo.jmh.KernelPlan;
import dev.salvo.jmh.RoundRunner;
import dev.salvo.results.BadRunException;
import dev.salvo.results.KernelRow;
import dev.salvo.results.KernelSvg;
import dev.salvo.results.Reason;
import dev.salvo.results.Replicates;
import dev.salvo.results.Report;
import dev.salvo.results.RunFolder;
import dev.salvo.syscalls.Confounders;
import dev.salvo.syscalls.Effort;
import dev.salvo.syscalls.KernelPoint;
import dev.salvo.syscalls.Operation;
import dev.salvo.syscalls.Others;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Measures real system calls into a run folder, in the rounds of a {@link RoundRunner}, and tells a person how far it has got. */
final class KernelSweep implements RoundRunner.Keeper<KernelPoint> {
    /** In the description of the host: what of it bears on these figures, a line each. */
    static final String CONFOUNDERS = "confounders";
    /** As {@link Sweep} has it. */
    private static final String SEED = "seed";

    private final RunFolder run;
    private final HostTopology host;
    private final Map<KernelPoint, Optional<Replicates>> known;
    private final RoundRunner.Goal goal;
    private final Effort effort;
    private final PrintStream person = System.err;
    private final Set<KernelPoint> kept = new HashSet<>();
    /** Why points could not be measured, and which. */
    private final Map<String, List<KernelPoint>> failures = new LinkedHashMap<>();
    private final SideProducts sideProducts = new SideProducts();
    private final RoundNews<KernelPoint> news;
    private SweepProgress progress;
    /** Held while a replicate is stored, and while those are counted that stay. */
    private final Object storing = new Object();
    private boolean isCounted;
    /** Set by the process's shutdown hook, read by the thread that measures. */
    private volatile boolean ending;
    /** Set by the thread that measures, read by the hook: whether there is nothing left to interrupt. */
    private volatile boolean finished;

    private KernelSweep(RunFolder run, HostTopology host, Map<KernelPoint, Optional<Replicates>> known, RoundRunner.Goal goal,
            Effort effort) {
        this.run = run;
        this.host = host;
        this.known = known;
        this.goal = goal;
        news = new RoundNews<>(goal, point -> KernelJvm.stored(point).words(), "its cost over the control");
        this.effort = effort;
    }

    /** Makes the run folder, and says what is going to be measured. */
    static KernelSweep into(Path out, HostTopology host, List<KernelPoint> points, RoundRunner.Goal goal, Effort effort,
            List<String> words) {
        Instant start = Instant.now();
        List<String> distortions = distortions(host, points);
        Map<String, Object> description = HostDescription.of(host, words, start, distortions);
        description.put(CONFOUNDERS, Confounders.read(host).list().stream().map(Object::toString).toList());
        description.put(SEED, start.toEpochMilli());
        Map<KernelPoint, Optional<Replicates>> nothing = new LinkedHashMap<>();
        points.forEach(point -> nothing.put(point, Optional.empty()));
        KernelSweep sweep = new KernelSweep(RunFolder.create(out, description, start), host, nothing, goal, effort);
        sweep.announce(distortions);
        return sweep;
    }

    /** Goes on with a run: what lacks replicates is given them, or all if the goal is to have more. */
    static KernelSweep on(RunFolder run, HostTopology host, List<KernelPoint> points, RoundRunner.Goal goal, Effort effort,
            List<String> words) {
        Map<String, Object> now = HostDescription.of(host, words, Instant.now(), List.of());
        Sweep.mustBeAsBegun(run, now);
        Map<KernelPoint, Optional<Replicates>> known = new LinkedHashMap<>();
        points.forEach(point -> known.put(point, run.kernelReplicates(KernelJvm.stored(point))));
        run.resumed(Map.of("hostname", now.get("hostname"), "start", now.get("start"), "command", now.get("command")));
        KernelSweep sweep = new KernelSweep(run, host, known, goal, effort);
        sweep.announce(distortions(host, points));
        return sweep;
    }

    private static List<String> distortions(HostTopology host, List<KernelPoint> points) {
        int crowd = points.stream().mapToInt(KernelPoint::cores).max().orElse(1);
        List<String> found = new ArrayList<>(points.stream().map(KernelPoint::placement).distinct()
            .flatMap(policy -> Distortions.of(host, Placement.of(host, policy, crowd)).stream()).distinct().toList());
        found.addAll(Distortions.now(host));
        return found;
    }

    private void announce(List<String> distortions) {
        person.println(host.describe());
        distortions.forEach(line -> person.println("  beware: " + line));
        Measuring.sayWhatIsNotHandedOn();
        double round = new KernelPlan(effort).roundNanos(known.keySet()) / 1e9;
        person.printf(Locale.ROOT, "%d points, controls among them, in rounds of about %.0f s: %d%s%s; into %s%n", known.size(), round,
            goal.least(), goal.more() ? " more" : "", goal.budget().isZero() ? "" : " in any case, then "
            + (goal.precision() > 0 ? String.format(Locale.ROOT, "until times and costs are known to %.3g %% or ", 100 * goal.precision())
                : "until ") + RoundOptions.words(goal.budget()) + " are over", run.path());
        news.warnOfBudget(round, person);
    }

    RunFolder run() {
        return run;
    }

    /**
     * Measures all points. The caller holds the lock against other runs.
     *
     * @param flames whether flame graphs are drawn afterwards
     */
    void measure(boolean flames) {
        Thread interrupted = new Thread(this::interrupted, "interrupted");
        Runtime.getRuntime().addShutdownHook(interrupted);
        Path log = run.path().resolve("jmh.log");
        Optional<CpuUse> before = CpuUse.read(host);
        long seconds = Math.max(goal.budget().toSeconds(), Math.round(goal.least() * new KernelPlan(effort)
            .roundNanos(known.keySet()) / 1e9));
        try (PrintStream logged = new PrintStream(Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                 true, StandardCharsets.UTF_8);
             SweepProgress shown = new SweepProgress(logged, seconds, "kernel")) {
            progress = shown;
            long begun = System.nanoTime();
            long seed = run.host().get(SEED) instanceof Number number ? number.longValue() : 0;
            new RoundRunner<>(known, goal, new KernelPlan(effort), KernelJvm.runner(effort, line -> {
                progress.println(line);
                progress.at((System.nanoTime() - begun) / 1_000_000_000);
            }), this, seed, System::nanoTime, () -> ending).measure();
            if (ending) {
                return; // the hook says what there is to say
            }
            if (flames && !kept.isEmpty()) {
                drawFlames();
            }
            CpuUse.read(host).flatMap(after -> before.flatMap(earlier -> Distortions.busy(after.othersSince(earlier), host,
                "while this was measured"))).ifPresent(line -> progress.done("beware: " + line));
            show();
        } catch (IOException failure) {
            throw new BadInput(log + ": cannot be written (" + Reason.of(failure) + "); accepted is a folder with room", failure);
        } finally {
            finished = !ending;
        }
    }

    /** One for each call, at the largest point that was measured and has targets; or a line that says why there is none. */
    private void drawFlames() {
        String missing = KernelFlame.missing(PerfEvents.ask());
        if (!missing.isEmpty()) {
            person.println("without flame graphs of the kernel's path: " + missing);
            return;
        }
        Map<Operation, KernelPoint> largest = new LinkedHashMap<>();
        kept.stream().filter(point -> point.others() == Others.SPIN).forEach(point -> largest.merge(point.op(), point,
            (one, other) -> one.cores() >= other.cores() ? one : other));
        for (KernelPoint point : largest.values()) {
            progress.now("flame graph, " + point.op());
            try {
                KernelFlame.draw(point, KernelPlan.HASTY, run.flame().resolve(point.op() + ".html"), progress::println);
            } catch (ForkFailedException | IOException failure) {
                sideProducts.failed("the flame graph of " + point.op(), KernelFlame.why(failure));
            }
        }
    }

    @Override
    public void begins(int number, int some, long seconds) {
        news.begins(number, some, seconds, progress);
    }

    @Override
    public Optional<Replicates> keep(KernelPoint point, List<byte[]> results) {
        synchronized (storing) {
            if (!isCounted) {
                KernelRow row = run.addKernelReplicates(results.get(0));
                if (kept.add(point)) {
                    progress.done(String.format(Locale.ROOT, "[%d/%d] %s: %.0f ns%s", kept.size(), known.size(), row.point().words(),
                        row.nsPerOp().mean(), row.valid() ? "" : ", not validated: " + row.why()));
                }
            }
        }
        return run.kernelReplicates(KernelJvm.stored(point));
    }

    /** What one call is refused for, another one may be granted: only where nothing can be stored all would fail. */
    @Override
    public int failed(KernelPoint point, Exception failure) {
        if (ending) {
            return Integer.MAX_VALUE;
        }
        failures.computeIfAbsent(Sweep.rootMessage(failure), none -> new ArrayList<>()).add(point);
        progress.done(KernelJvm.stored(point).words() + ": failed");
        return failure instanceof BadRunException && failure.getCause() instanceof IOException ? 0 : Integer.MAX_VALUE;
    }

    @Override
    public void ended(int number, List<RoundRunner.Wide<KernelPoint>> wide, long seconds) {
        show();
        news.ended(number, wide, seconds, progress);
    }

    /** Makes anew what only shows the points; they are stored, and whatever happens here loses none of them. */
    private void show() {
        List<KernelRow> rows = run.kernelRows();
        if (rows.isEmpty()) {
            return;
        }
        sideProducts.make("rows.json", () -> run.writeKernelRows(rows));
        sideProducts.make("curve.svg", () -> run.writeCurve(KernelSvg.of(rows, run.hostname(), String.valueOf(run.host().get("command")))));
        sideProducts.make("report.html", () -> run.writeReport(Report.html(run, List.of())));
    }

    /** Says on the screen what has gone wrong, and what figures are worth. Returns the exit code. */
    int end(List<KernelRow> rows) {
        if (ending) {
            return 1; // what a signal ends has that signal's code, whatever this says
        }
        failures.forEach((why, points) -> person.println("salvo: " + KernelJvm.stored(points.get(0)).words() + (points.size() == 1 ? ""
            : " and " + (points.size() - 1) + " more") + ": " + why));
        if (!sideProducts.areMade()) {
            person.println("salvo: " + sideProducts.missing(run.path()));
        }
        List<KernelRow> untold = rows.stream().filter(row -> !row.valid()).toList();
        if (!untold.isEmpty()) {
            person.println("salvo: " + untold.size() + " of " + rows.size() + (rows.size() == 1 ? " figure was" : " figures were")
                + " not validated: " + untold.get(0).why());
        }
        if (rows.isEmpty() && !failures.isEmpty()) {
            return Salvo.UNUSABLE;
        }
        return failures.isEmpty() && sideProducts.areMade() ? 0 : 1;
    }

    private void interrupted() {
        ending = true; // before the JVMs go: that theirs failed is not worth a line
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        if (finished) {
            return;
        }
        synchronized (storing) {
            isCounted = true;
        }
        List<KernelRow> stored = run.kernelRows();
        if (!stored.isEmpty()) {
            sideProducts.make("rows.json", () -> run.writeKernelRows(stored)); // which a round had not come to
        }
        person.printf(Locale.ROOT, "%nsalvo: interrupted; %d of %d points are measured and stay in %s%n", stored.size(), known.size(),
            run.path());
    }
}
