package dev.salvo.jmh.cli;

import dev.salvo.point.Point;
import dev.salvo.results.BadRunException;
import dev.salvo.results.CurveSvg;
import dev.salvo.results.CurveTable;
import dev.salvo.results.KernelRow;
import dev.salvo.results.KernelRowsJson;
import dev.salvo.results.KernelSvg;
import dev.salvo.results.KernelTable;
import dev.salvo.results.Report;
import dev.salvo.results.Row;
import dev.salvo.results.RowsJson;
import dev.salvo.results.RunFolder;
import dev.salvo.results.TerminalCurve;
import dev.salvo.results.TerminalStyle;
import dev.salvo.workloads.program.ExperimentSpec;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code salvo merge}: the shards of a sweep in one run folder. */
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Puts the points of several runs together in a new run folder, and shows them: the shards of a sweep that many "
            + "machines have shared (curve --shard). The runs stay as they are.",
        "",
        "Replicates of the same point that several runs have measured in rounds are put together; each run's rounds are "
            + "numbered behind those of the one before. Two different measurements of a point of which one was not made in "
            + "rounds are refused: which of them should count? Points of the sweep that none of the runs has measured are "
            + "named; what there is, is merged all the same. Runs of kernel are merged with each other, not with those of curve.",
        "",
        "  salvo curve --shard 1/4      and so on, on four machines that are alike",
        "  salvo merge results/runs/node1-* results/runs/node2-* results/runs/node3-* results/runs/node4-*",
        "  salvo merge results/runs/node1-monday results/runs/node1-tuesday      more replicates of each point",
        ""
    },
    parameterListHeading = "",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:merged, and whole",
        "1:merged, but points are missing, or what shows them could not be made: it is named",
        "2:a run cannot be used, or two of them conflict: one line says why"
    })
final class MergeCommand implements Callable<Integer> {
    private static final int MOST_LISTED = 10;

    @Parameters(paramLabel = "RUN", arity = "1..*", description = "Run folders.")
    private List<Path> runs;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "results/runs",
        description = "Where the new run folder is made. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the rows to FILE, replacing it.")
    private Path json;

    @Spec
    private CommandSpec command;

    /** Made by picocli. */
    MergeCommand() {
    }

    @Override
    public Integer call() {
        if (json != null) {
            OutputFile.check("--json", json);
            OutputFile.checkIsNotRead("--json", json, runs);
        }
        List<RunFolder> parts = runs.stream().map(GivenRun::open).toList();
        if (parts.stream().allMatch(part -> part.rows().isEmpty() && !part.isOfKernel())) {
            throw new BadInput("merge: no point was measured in any of these runs");
        }
        RunFolder merged = RunFolder.merge(out, parts, Instant.now());
        if (merged.isOfKernel()) {
            return showKernel(merged);
        }
        List<Row> rows = merged.rows();
        boolean shown = isMade(() -> merged.writeRows(rows)) & isMade(() -> merged.writeCurve(CurveSvg.of(rows,
            merged.hostname(), AsTyped.line(command)))) & isMade(() -> merged.writeReport(Report.html(merged, rows)));
        PrintWriter stdout = command.commandLine().getOut();
        TerminalStyle style = Terminal.style();
        stdout.println();
        stdout.println(CurveTable.text(rows, style));
        stdout.println(TerminalCurve.text(rows, style));
        stdout.println("run folder: " + merged.path());
        stdout.flush();
        shown &= json == null || OutputFile.writeBeside("--json", json, RowsJson.of(rows));
        return isWhole(parts, rows) & shown ? 0 : 1;
    }

    private int showKernel(RunFolder merged) {
        List<KernelRow> rows = merged.kernelRows();
        boolean shown = isMade(() -> merged.writeKernelRows(rows)) & isMade(() -> merged.writeCurve(KernelSvg.of(rows,
            merged.hostname(), AsTyped.line(command)))) & isMade(() -> merged.writeReport(Report.html(merged, List.of())));
        PrintWriter stdout = command.commandLine().getOut();
        stdout.println(KernelTable.text(rows, Terminal.style()));
        stdout.println("run folder: " + merged.path());
        stdout.flush();
        shown &= json == null || OutputFile.writeBeside("--json", json, KernelRowsJson.of(rows));
        return shown ? 0 : 1;
    }

    /** Makes what only shows the points, which are merged whether it can be written or not; says so if it cannot. */
    private static boolean isMade(Runnable making) {
        try {
            making.run();
            return true;
        } catch (BadRunException failure) {
            System.err.println("salvo: the points are merged, but not all that shows them: " + failure.getMessage());
            return false;
        }
    }

    /** Says which points of the sweeps that these runs are of were not measured. Returns whether there are none. */
    private static boolean isWhole(List<RunFolder> parts, List<Row> rows) {
        Set<Point> measured = rows.stream().map(Row::point).collect(Collectors.toSet());
        Map<Point, String> sweeps = new LinkedHashMap<>();
        Set<Point> shares = new HashSet<>();
        boolean whole = true;
        for (RunFolder part : parts) {
            Map<Point, String> share;
            try {
                CurveCommand begun = CurveCommand.begunAs(part);
                share = described(begun.share());
                sweeps.putAll(described(begun.sweep()));
            } catch (BadInput unknown) {
                System.err.println("salvo: whether " + part.path() + " is whole cannot be told: "
                    + unknown.getMessage());
                continue;
            }
            shares.addAll(share.keySet());
            share.keySet().removeAll(measured);
            if (!share.isEmpty()) {
                System.err.println("salvo: " + part.path() + " lacks " + listed(share) + "; curve --resume "
                    + part.path() + " measures what is missing");
                whole = false;
            }
        }
        sweeps.keySet().removeAll(shares);
        sweeps.keySet().removeAll(measured);
        if (!sweeps.isEmpty()) {
            System.err.println("salvo: the sweep has points that were no share of any of these runs: "
                + listed(sweeps));
        }
        return whole && sweeps.isEmpty();
    }

    private static Map<Point, String> described(List<ExperimentSpec> specs) {
        Map<Point, String> points = new LinkedHashMap<>();
        specs.forEach(spec -> points.put(spec.point(), Axes.describe(spec)));
        return points;
    }

    private static String listed(Map<Point, String> points) {
        String some = points.values().stream().limit(MOST_LISTED).collect(Collectors.joining("; "));
        int more = points.size() - MOST_LISTED;
        return points.size() + (points.size() == 1 ? " point (" : " points (") + some
            + (more > 0 ? "; and " + more + " more)" : ")");
    }
}
