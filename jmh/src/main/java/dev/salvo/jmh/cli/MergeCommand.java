package dev.salvo.jmh.cli;

import dev.salvo.results.CurveSvg;
import dev.salvo.results.CurveTable;
import dev.salvo.results.Report;
import dev.salvo.results.Row;
import dev.salvo.results.RowsJson;
import dev.salvo.results.RunFolder;
import dev.salvo.results.TerminalCurve;
import dev.salvo.results.TerminalStyle;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
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
        "Two different measurements of the same point are refused: which of them should count?",
        "",
        "  salvo curve --shard 1/4      and so on, on four machines that are alike",
        "  salvo merge results/runs/node1-* results/runs/node2-* results/runs/node3-* results/runs/node4-*",
        ""
    },
    parameterListHeading = "",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:merged", "2:a run cannot be used, or two of them conflict: one line says why"})
final class MergeCommand implements Callable<Integer> {
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
        }
        if (runs.stream().map(RunFolder::open).allMatch(run -> run.rows().isEmpty())) {
            throw new BadInput("merge: no point was measured in any of these runs");
        }
        RunFolder merged = RunFolder.merge(out, runs.stream().map(RunFolder::open).toList(), Instant.now());
        List<Row> rows = merged.rows();
        merged.writeRows(rows);
        merged.writeCurve(CurveSvg.of(rows, merged.hostname(), "salvo "
            + String.join(" ", command.root().commandLine().getParseResult().originalArgs())));
        merged.writeReport(Report.html(List.of(merged), merged.path()));
        PrintWriter stdout = command.commandLine().getOut();
        TerminalStyle style = Terminal.style();
        stdout.println();
        stdout.println(CurveTable.text(rows, style));
        stdout.println(TerminalCurve.text(rows, style));
        stdout.println("run folder: " + merged.path());
        stdout.flush();
        if (json != null) {
            OutputFile.write("--json", json, RowsJson.of(rows));
        }
        return 0;
    }
}
