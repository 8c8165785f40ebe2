package dev.salvo.jmh.cli;

import dev.salvo.jmh.Effort;
import dev.salvo.jmh.FlameGraphs;
import dev.salvo.jmh.PointRunner;
import dev.salvo.workloads.program.PageOutSpec;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code salvo flame}: flame graphs of one point, and the flush share that the samples show. */
@Command(
    name = "flame",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Draws where one point's time goes: a flame graph of the sender's program from wall-clock samples, and apart from "
            + "it one of a core that does not send. The frames bear the kernel's names. Then prints flushShare, the "
            + "share of the sender's samples in ptepClearFlush, archTlbbatchAddPending and archTlbbatchFlush.",
        "",
        "  salvo flame --cores 100 --strategy sync",
        ""
    },
    optionListHeading = "Options:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:drawn",
        "1:the point could not be profiled",
        "2:an option cannot be used: one line says why"
    })
final class FlameCommand implements Callable<Integer> {
    @Mixin
    private Axes axes;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "results/runs/flame",
        description = "Where the graphs go. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Spec
    private CommandSpec command;

    /** Made by picocli. */
    FlameCommand() {
    }

    @Override
    public Integer call() {
        List<PageOutSpec> points = axes.points(List.of(100), List.of("1"));
        if (PointRunner.anotherRunIsMeasuring()) {
            System.err.println(Salvo.ANOTHER_RUN);
            return 1;
        }
        OutputFile.makeFolder("--out", out);
        PrintWriter stdout = command.commandLine().getOut();
        Effort effort = Effort.NORMAL;
        int perFork = effort.warmups() + effort.iterations();
        try (SweepProgress progress = new SweepProgress(new PrintStream(OutputStream.nullOutputStream(), false,
                StandardCharsets.UTF_8), (long) points.size() * perFork, "flame")) {
            for (PageOutSpec point : points) {
                String name = Axes.describe(point).replaceAll("[^a-z0-9]+", "-");
                progress.now(name);
                print(stdout, point, FlameGraphs.draw(point, effort, out, name, progress));
            }
        } catch (RunnerException | UnsupportedOperationException | IllegalStateException failure) {
            System.err.println("salvo: no flame graph: " + failure.getMessage());
            return 1;
        }
        stdout.println();
        stdout.println("For comparison, another machine's CPU time (Barry Song, July 2022), not wall-clock: ptep_clear_flush");
        stdout.println("took 5.36 % on a Snapdragon 888 (8 cores) and 16.99 % on a Kunpeng 920 server (about 100 cores).");
        stdout.flush();
        return 0;
    }

    private static void print(PrintWriter stdout, PageOutSpec point, FlameGraphs.Drawn drawn) {
        stdout.printf(Locale.ROOT, "%n%s: flushShare %.2f %% of %d wall samples of the sender's program%n",
            Axes.describe(point), 100 * drawn.flushShare(), drawn.senderSamples());
        stdout.println("  sender: " + drawn.sender());
        if (drawn.victim() != null) {
            stdout.println("  victim: " + drawn.victim());
        }
        stdout.flush();
    }
}
