package dev.salvo.jmh.cli;

import dev.salvo.results.Report;
import dev.salvo.results.RunFolder;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code salvo report}: a run, or several beside one another, as one page. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Makes one page of a run, or of several beside one another: what they say in plain words, interactive "
            + "curves, how times are distributed and where they go, fits, the host and what distorts its figures, and "
            + "links to the flame graphs. It needs nothing but itself, and no network. curve and merge make it by themselves.",
        "",
        "  salvo report results/runs/HOST-TIME                       into report.html in that folder",
        "  salvo report results/runs/* --out results/comparison.html",
        "  salvo report CURVE-RUN KERNEL-RUN --out both.html         emulation and kernel",
        "",
        "Rows of the native and of the paced clock never share a chart, and real system calls (salvo kernel) have pictures and "
            + "tables of their own: with a run of each the page shows simulated cores and this host's own kernel, apart.",
        ""
    },
    parameterListHeading = "",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:made", "2:a run cannot be used, or the page cannot be written: one line says why"})
final class ReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", arity = "1..*", description = "Run folders.")
    private List<Path> runs;

    @Option(names = "--out", paramLabel = "FILE",
        description = "Where the page goes; several runs need it. Default, of one run: report.html in its folder. Links to "
            + "flame graphs are relative to it.")
    private Path out;

    @Option(names = "--force", description = "Replace FILE even if it is no report.")
    private boolean force;

    @Spec
    private CommandSpec command;

    /** Made by picocli. */
    ReportCommand() {
    }

    @Override
    public Integer call() {
        if (out == null && runs.size() > 1) {
            throw new BadInput("report: --out is missing; with several runs it says where the page goes");
        }
        List<RunFolder> folders = runs.stream().map(GivenRun::open).toList();
        Path page = out == null ? folders.get(0).report() : out;
        OutputFile.check("--out", page);
        if (Files.exists(page) && !force && !Report.wrote(page)) {
            throw new BadInput("--out " + page + ": is there already and is no report; accepted is a new file, a report, or "
                + "--force");
        }
        String html = Report.html(folders, page.toAbsolutePath().getParent());
        if (out == null) {
            folders.get(0).writeReport(html);
            if (!folders.get(0).isOfKernel()) {
                folders.get(0).writeExports();
            }
        } else {
            OutputFile.write("--out", page, html);
        }
        PrintWriter stdout = command.commandLine().getOut();
        stdout.println("report: " + page);
        stdout.flush();
        return 0;
    }
}
