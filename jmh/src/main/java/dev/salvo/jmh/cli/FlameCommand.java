package dev.salvo.jmh.cli;

import dev.salvo.engine.host.PerfEvents;
import dev.salvo.jmh.Effort;
import dev.salvo.jmh.FlameGraphs;
import dev.salvo.jmh.Sampling;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.results.BadRunException;
import dev.salvo.results.FrameTable;
import dev.salvo.results.SampledPoint;
import dev.salvo.results.SampledWait;
import dev.salvo.workloads.program.ExperimentSpec;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code salvo flame}: flame graphs of points, and how their samples are spread over the kernel's functions. */
@Command(
    name = "flame",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Draws where a point's time goes: flame graphs of the senders' program and, apart from it, of the cores that "
            + "do not send, each core a root. The frames bear the kernel's names. Then prints how the program's samples are "
            + "spread over them, beside what perf showed of the published program on other machines.",
        "",
        "  salvo flame --cores 100                      wall clock and CPU, sync and batched, and the difference",
        "  salvo flame --cores 8 --strategy sync --event wall",
        "  salvo flame --cores 8 --event lock,alloc     on this path there should be none",
        "  salvo flame --cores 8 --json frames.json",
        "",
        "How to read a graph: a frame is as wide as the samples in it and in what it calls, which lies above it. Look for "
            + "wide frames with nothing above: there the time itself is. In the wall graph that is the wait: ptepClearFlush "
            + "> flushTlbPage > Core.dsb when synchronous; archTlbbatchFlush > Core.dsb is what is left of it when batched. "
            + "The CPU graph has less of it, as a core that waits gives its CPU up. Click zooms, Ctrl+F searches.",
        "",
        "How to read the table: incl is the share of samples in a frame and all it calls, self without what it calls that "
            + "has a row of its own, so self adds up to 100. The published columns are CPU time of another machine: "
            + "compare their order, not their size.",
        "",
        "diff-sync-batched.html has the batched program's frames, as wide as they are in ns per page: a fork's samples, "
            + "times what a page took in it, by their number. Red frames take more themselves than when synchronous, blue "
            + "ones less, yellow ones are only here. diff-batched-sync.html is the other way about: what is yellow there "
            + "is what batching has done away with. Both are drawn from wall samples, and sampling slows a machine down: "
            + "what a page takes undisturbed is curve's to say.",
        "",
        "With lock and alloc every one is sampled, and there should be none. A path that allocates for every page shows in "
            + "hundreds of thousands; a handful of objects is not that, and the graph says where to look for its cause.",
        "",
        "Beside each graph lie its stacks (.collapsed), for other programs and for comparing runs.",
        ""
    },
    optionListHeading = "Options:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:drawn; also if nothing was allocated and no lock was waited for",
        "1:a point could not be profiled, or the table not be written; or another run is measuring",
        "2:an option cannot be used, or nothing can be sampled on this host: one line says why"
    })
final class FlameCommand implements Callable<Integer> {
    /** Of what was allocated or waited for, how many kinds are named. */
    private static final int MOST_LEAVES = 3;

    @Mixin
    private Axes axes;

    @Option(names = "--event", split = ",", paramLabel = "E", defaultValue = "wall,cpu",
        description = "What is sampled: wall (every thread in turn, running or waiting), cpu (threads on a CPU, in the host's "
            + "kernel too where it permits that, by a timer where it permits no perf events), lock (every wait for a Java "
            + "monitor or lock) or alloc (every object allocated). Default: ${DEFAULT-VALUE}.")
    private List<Sampling.Event> events;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "results/runs/flame",
        description = "Where the graphs go. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the table to FILE, replacing it.")
    private Path json;

    @Spec
    private CommandSpec command;

    private final List<SampledPoint> sampled = new ArrayList<>();
    /** Wall samples of synchronous points, by the rest of their axes. */
    private final Map<String, SampledPoint> synchronous = new HashMap<>();

    /** 2 as soon as nothing more can be drawn on this host. */
    private int exitCode;

    /** Made by picocli. */
    FlameCommand() {
    }

    @Override
    public Integer call() {
        List<ExperimentSpec> points = axes.points(List.of(100), List.of("1"));
        Set<Sampling.Event> asked = new LinkedHashSet<>(events);
        if (json != null) {
            OutputFile.check("--json", json);
        }
        if (Measuring.mustWait(Measuring.mostCores(points))) {
            return 1;
        }
        OutputFile.makeFolder("--out", out);
        PrintWriter stdout = command.commandLine().getOut();
        Measuring.sayWhatIsNotHandedOn();
        PerfEvents host = PerfEvents.ask();
        Effort effort = Effort.NORMAL;
        long iterations = (long) points.size() * asked.size() * (effort.warmups() + effort.iterations());
        try (SweepProgress progress = new SweepProgress(new PrintStream(OutputStream.nullOutputStream(), false,
                StandardCharsets.UTF_8), iterations, "flame")) {
            for (ExperimentSpec point : points) {
                List<SampledPoint> ofPoint = new ArrayList<>();
                for (Sampling.Event event : asked) {
                    String name = Axes.fileName(Axes.describe(point)) + '-' + Point.word(event);
                    progress.now(name);
                    draw(point, Sampling.of(event, host), effort, name, progress).ifPresent(ofPoint::add);
                    if (exitCode == 2) {
                        break;
                    }
                }
                if (!ofPoint.isEmpty()) {
                    sampled.addAll(ofPoint);
                    print(stdout, point, ofPoint);
                    ofPoint.stream().filter(each -> each.event().equals("wall"))
                        .forEach(wall -> compare(stdout, point, wall));
                    stdout.flush();
                }
                if (exitCode == 2) {
                    break;
                }
            }
        }
        if (sampled.isEmpty()) {
            return exitCode;
        }
        boolean written = json == null || OutputFile.writeBeside("--json", json, FrameTable.json(sampled));
        return exitCode == 0 && written ? 0 : 1;
    }

    /** Draws what one event samples at one point; what cannot be drawn is a line, and costs no other graph. */
    private Optional<SampledPoint> draw(ExperimentSpec point, Sampling sampling, Effort effort, String name,
                                        SweepProgress progress) {
        try {
            return Optional.of(FlameGraphs.draw(point, sampling, effort, out, name, progress));
        } catch (RunnerException | UncheckedIOException | IllegalStateException | BadRunException failure) {
            System.err.println("salvo: no flame graph of " + Axes.describe(point) + ": " + Sweep.rootMessage(failure));
            exitCode = Math.max(exitCode, failure instanceof UncheckedIOException ? 2 : Sweep.exitCode(failure));
            return Optional.empty();
        }
    }

    private void compare(PrintWriter stdout, ExperimentSpec point, SampledPoint wall) {
        String rest = Axes.describeButStrategy(point);
        if (point.strategy() == Strategy.SYNC) {
            synchronous.put(rest, wall);
        } else if (point.strategy() == Strategy.BATCHED && synchronous.containsKey(rest)) {
            try {
                FlameGraphs.diff(synchronous.get(rest), wall, out, Axes.fileName(rest) + '-')
                    .forEach(graph -> stdout.println("  difference: " + graph));
            } catch (UncheckedIOException failure) {
                System.err.println("salvo: " + failure.getMessage());
                exitCode = 2;
            }
        }
    }

    private static void print(PrintWriter stdout, ExperimentSpec point, List<SampledPoint> events) {
        stdout.printf(Locale.ROOT, "%n%s%n", Axes.describe(point));
        for (SampledPoint event : events) {
            stdout.println("  " + said(event));
            event.files().stream().filter(file -> file.toString().endsWith(".html"))
                .forEach(graph -> stdout.println("    " + graph));
        }
        String table = FrameTable.text(events.stream().filter(each -> event(each).isTime()).toList(), Terminal.style());
        if (!table.isEmpty()) {
            stdout.println();
            stdout.print(table);
        }
    }

    private static Sampling.Event event(SampledPoint sampled) {
        return Sampling.Event.valueOf(sampled.event().toUpperCase(Locale.ROOT));
    }

    /** What was sampled, why if that was not what was asked for, and how much of it was seen: a line. */
    static String said(SampledPoint sampled) {
        Sampling.Event event = event(sampled);
        StringBuilder line = new StringBuilder(sampled.event());
        if (!sampled.used().equals(sampled.event())) {
            line.append(" asked for, ").append(sampled.used()).append(" sampled");
        }
        line.append(sampled.why().isEmpty() ? "" : ", " + sampled.why()).append(": ");
        long samples = sampled.program().samples();
        if (samples == 0 && !event.isTime()) {
            return line + "no samples: " + event.nothing() + " (sampled: " + event.sampled() + ")";
        }
        line.append(samples).append(" of the senders' program, ").append(sampled.victims().samples())
            .append(" of the cores that do not send (sampled: ").append(event.sampled()).append(')');
        if (!event.isTime()) {
            return line.append(", most of them ").append(sampled.program().leaves(MOST_LEAVES).stream()
                .map(leaf -> leaf.getKey().replaceFirst("_\\[i\\]$", "") + ' ' + leaf.getValue())
                .collect(Collectors.joining(", "))).toString();
        }
        if (sampled.used().equals("cpu") && sampled.why().isEmpty()) {
            double kernel = 100.0 * sampled.kernelSamples() / samples;
            line.append(kernel == 0 ? ", none with kernel frames, though the kernel permits them"
                : String.format(Locale.ROOT, ", %.1f %% in the host's kernel", kernel));
        }
        double flushShare = FrameTable.flushShare(sampled.program());
        line.append(String.format(Locale.ROOT, ", flushShare %.2f %%", 100 * flushShare));
        return (sampled.used().equals("wall") ? line.append(String.format(Locale.ROOT, "; %.1f %% waiting, while a page took %.0f "
            + "ns, sampled", 100 * SampledWait.share(sampled.program()), sampled.nsPerPage())) : line).toString();
    }
}
