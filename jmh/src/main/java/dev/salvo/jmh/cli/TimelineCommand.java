package dev.salvo.jmh.cli;

import dev.salvo.engine.CoreStuckException;
import dev.salvo.engine.MachineFailedException;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.jmh.Dilation;
import dev.salvo.jmh.HostDescription;
import dev.salvo.jmh.MeasuringLock;
import dev.salvo.jmh.RecordingOverhead;
import dev.salvo.jmh.TimelineRecorder;
import dev.salvo.point.Axis;
import dev.salvo.point.FileWord;
import dev.salvo.point.Point;
import dev.salvo.results.ChromeTrace;
import dev.salvo.results.Timeline;
import dev.salvo.results.TimelineSvg;
import dev.salvo.results.TimelineTable;
import dev.salvo.workloads.program.Experiment.Measure;
import dev.salvo.workloads.program.Experiment;
import dev.salvo.workloads.program.ExperimentSpec;
import dev.salvo.workloads.program.Pacing;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code salvo timeline}: one shootdown in full, core by core, as a trace and as a picture. */
@Command(
    name = "timeline",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Records one shootdown in full, core by core: when the TLBI was issued, when each core found it at its port "
            + "and had acknowledged it, how long it had no CPU before that, when the DSB began and when it returned. "
            + "Leaves two files for each point: a trace in Chrome's format (open it in ui.perfetto.dev or "
            + "chrome://tracing), and a picture (SVG). All pictures of one call have the same scale of time.",
        "",
        "  salvo timeline                                 sync and batched on 8 cores",
        "  salvo timeline --cores 100 --strategy sync --pick slowest",
        "  salvo timeline --cores 32 --interconnect ring,inboxes --out /tmp/lines",
        "",
        "Each core writes a ring of its own, allocated before. A look at the clock costs what a TLBI does, so only one "
            + "shootdown in 64 is recorded. On a machine that does not record, that code is not even loaded. What it "
            + "costs where it is on, in turns of machines that record and that do not, in one process:",
        "",
        "  salvo timeline --overhead                      8, 32 and 100 cores, sync and batched: about 4 minutes",
        "",
        "It must be below 5 %%. The shootdown that is shown was itself slowed by more: that is told, too.",
        "",
        "On a paced clock the times are those of the machine that this host carries: emulated, at four times --dilation. "
            + "Every shootdown is recorded, how late the host was is told, and what the host did with its CPUs is left out:",
        "",
        "  salvo timeline --clock paced --profile kunpeng-920 --cores 32",
        "",
        "One shootdown is an example, not a figure: for figures see salvo curve.",
        ""
    },
    optionListHeading = "Options:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:recorded; with --overhead: below 5 %%, or not shown to be above",
        "1:a point could not be recorded, or a file not be written, or a stale translation was used; with --overhead: "
            + "above 5 %%; or another run is measuring",
        "2:an option cannot be used, or nothing can be recorded on this host: one line says why"
    })
final class TimelineCommand implements Callable<Integer> {
    /** Pairs of turns for each point of a comparison. */
    private static final int PAIRS = 15;
    private static final String TRACE = ".json";
    private static final String PICTURE = ".svg";

    @Mixin
    private Axes axes;

    @Mixin
    private ClockOptions clock;

    @Option(names = "--pick", paramLabel = "P", defaultValue = "median",
        description = "Which of the recorded shootdowns: median (of median duration) or slowest. Default: "
            + "${DEFAULT-VALUE}.")
    private Timeline.Pick pick;

    @Option(names = "--overhead",
        description = "Record nothing, but measure what recording costs. Default: 8, 32 and 100 cores.")
    private boolean overhead;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "results/runs/timeline",
        description = "Where the files go, replacing those of the same names. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE",
        description = "Also write what the table shows to FILE, core by core, replacing it.")
    private Path json;

    @Spec
    private CommandSpec command;

    /** Made by picocli. */
    TimelineCommand() {
    }

    @Override
    public Integer call() {
        Pacing pacing = clock.pacing();
        if (overhead && pacing.isPaced()) {
            throw new BadInput("--overhead: goes with --clock native; a paced machine pays nothing for a look at the clock");
        }
        List<ExperimentSpec> points = axes.points(overhead ? List.of(8, 32, 100) : List.of(8), List.of("1"), pacing);
        if (overhead && json != null) {
            throw new BadInput("--json " + json + ": goes without --overhead");
        }
        if (json != null) {
            OutputFile.check("--json", json);
            OutputFile.checkIsNotRead("--json", json, clock.files());
            Set<String> files = points.stream().map(point -> name(point, points))
                .flatMap(name -> Stream.of(name + TRACE, name + PICTURE)).collect(Collectors.toSet());
            OutputFile.checkIsNotAlsoWritten("--json", json, "--out", out, files::contains);
        }
        if (pacing.isPaced() && points.stream().allMatch(point -> point.cores() == 1)) {
            throw new BadInput("--cores 1: on a paced clock one core alone sends to nobody, and there is no shootdown to show; "
                + "accepted is 2 and more");
        }
        try (MeasuringLock lock = Measuring.lock(Measuring.mostCores(points))) {
            if (lock == null) {
                return 1;
            }
            if (overhead) {
                return compare(points);
            }
            OutputFile.makeFolder("--out", out); // before anything is measured, the turns that a dilation is chosen by among it
            return record(pacing.isPaced() ? dilated(points) : points);
        } catch (MachineFailedException | CoreStuckException failure) {
            System.err.println("salvo: not recorded: " + failure.getMessage());
            return 1;
        }
    }

    /** At the largest of the dilations that a curve is measured at: the host's lateness is the least there. */
    private List<ExperimentSpec> dilated(List<ExperimentSpec> points) {
        return clock.dilated(points, HostTopology.read()).stream()
            .map(point -> point.with(point.pacing().at(Dilation.largest(point.pacing().dilation())))).toList();
    }

    private int record(List<ExperimentSpec> points) {
        PrintWriter stdout = command.commandLine().getOut();
        Map<String, Timeline> recorded = new LinkedHashMap<>();
        long staleUses = 0;
        for (ExperimentSpec point : points) {
            TimelineRecorder.Recorded found = TimelineRecorder.record(point, pick);
            staleUses += found.staleUses();
            Optional<Timeline> timeline = found.timeline();
            if (timeline.isPresent()) {
                recorded.put(name(point, points), timeline.get());
            } else {
                stdout.println(Axes.describe(point) + ": no shootdown to show: "
                    + (point.cores() == 1 && point.pacing().isPaced() ? "one core alone sends to nobody"
                        : point.tellsNobody()
                        ? "where a process has run on one core only, none is broadcast"
                        : "none was recorded on all cores"));
            }
        }
        List<Timeline> timelines = new ArrayList<>(recorded.values());
        // Those of as many cores are compared, and are on one scale; a hundred cores' would be all that is seen of eight.
        Map<Integer, Long> longest = timelines.stream().collect(Collectors.toMap(timeline -> timeline.lanes().size(),
            timeline -> timeline.dsb().to(), Math::max));
        String host = HostDescription.nameAndJdk();
        String words = AsTyped.line(command);
        stdout.println();
        stdout.println(TimelineTable.text(timelines, Terminal.style()));
        stdout.flush();
        boolean written = json == null || OutputFile.writeBeside("--json", json, TimelineTable.json(timelines));
        for (Map.Entry<String, Timeline> each : recorded.entrySet()) {
            Path trace = out.resolve(each.getKey() + TRACE);
            Path picture = out.resolve(each.getKey() + PICTURE);
            Timeline timeline = each.getValue();
            boolean both = OutputFile.writeBeside("--out", trace, ChromeTrace.of(timeline, host, words))
                & OutputFile.writeBeside("--out", picture, TimelineSvg.of(timeline, longest.get(timeline.lanes().size()), host,
                    words));
            if (both) {
                stdout.println(picture + ", " + trace);
            }
            written &= both;
        }
        stdout.flush();
        if (staleUses > 0) {
            System.err.println("salvo: " + staleUses + " stale uses: a core used a page after it was gone; do not "
                + "trust this");
        }
        return staleUses > 0 || !written ? 1 : 0;
    }

    /** By the strategy, if that is all in which points differ; else by all that they are. A paced one stands beside a native one. */
    static String name(ExperimentSpec point, List<ExperimentSpec> points) {
        boolean strategyTells = points.stream()
            .allMatch(other -> other.point().agrees(point.point(), Set.of(Axis.STRATEGY)));
        String words = strategyTells ? Point.word(point.strategy()) : point.point().described(Set.of(Axis.PROFILE));
        return "timeline" + (point.pacing().isPaced() ? FileWord.of(point.pacing().name()) : "") + '-' + Axes.fileName(words);
    }

    private int compare(List<ExperimentSpec> points) {
        PrintWriter stdout = command.commandLine().getOut();
        stdout.println("Median time of a page on cores that do not record, and what recording adds to it, in " + PAIRS
            + " pairs of turns (95 % interval):");
        boolean above = false;
        for (ExperimentSpec point : points) {
            RecordingOverhead.Comparison none = RecordingOverhead.compare(point, Measure.TOTAL, PAIRS);
            RecordingOverhead.Comparison some = RecordingOverhead.compare(point, Measure.RECORDED, PAIRS);
            RecordingOverhead.Comparison each = RecordingOverhead.compare(point, Measure.RECORDED_EACH, PAIRS);
            stdout.printf(Locale.ROOT, "%n  %s: %.0f ns%n    none recorded      %s%n    one in %d recorded %s%n"
                + "    each recorded      %s%n", Axes.describe(point), some.plainNanos(), percent(none),
                Experiment.RECORDED_EVERY, percent(some), percent(each));
            stdout.flush();
            above |= some.low() > RecordingOverhead.LIMIT;
        }
        stdout.println();
        stdout.println("What is recorded is one in " + Experiment.RECORDED_EVERY + ". With none recorded both "
            + "sides are the same: how far off a comparison is here.");
        stdout.println("With each recorded it tells by how much the shootdown that is shown was itself slowed, at least: "
            + "recorded now and then, it also met cold code.");
        stdout.flush();
        return above ? 1 : 0;
    }

    private static String percent(RecordingOverhead.Comparison found) {
        return String.format(Locale.ROOT, "%+5.1f %% (%+.1f to %+.1f)", 100 * (found.ratio() - 1),
            100 * (found.low() - 1), 100 * (found.high() - 1));
    }
}
