package dev.salvo.jmh.cli;

import dev.salvo.engine.IdlePolicy;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.jmh.Effort;
import dev.salvo.jmh.PointRunner;
import dev.salvo.results.ReferenceComparison;
import dev.salvo.results.ReferenceComparison.NeededPoint;
import dev.salvo.results.Row;
import dev.salvo.results.RunFolder;
import dev.salvo.workloads.program.Load;
import dev.salvo.workloads.program.PageOutSpec;
import dev.salvo.workloads.program.PteState;
import dev.salvo.workloads.program.Strategy;
import dev.salvo.workloads.program.Workload;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code salvo compare}: figures of a paced clock beside the published ones. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Puts figures that a paced clock has emulated beside the published ones of the machine that it carried, point by "
            + "point, with the relative error, and says which points the machine's profile was fitted to and which are "
            + "predicted. At most three numbers of a profile are fitted, on points with 8 cores or fewer, or with 8 senders "
            + "or fewer; a Kunpeng's software is set from its time after batching.",
        "",
        "Without a RUN it measures what is needed, about three quarters of an hour for all, into a run folder of its own; "
            + "with RUNs it reads them and takes seconds.",
        "",
        "  salvo compare --reference",
        "  salvo compare --reference --curve seed-share,seed-per-page,seed-elapsed",
        "  salvo compare --reference results/runs/HOST-TIME",
        "  salvo compare --reference --resume results/runs/HOST-TIME",
        ""
    },
    parameterListHeading = "",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:compared",
        "1:a point could not be measured, or a stale translation was used",
        "2:an option or a run cannot be used: one line says why",
        "130:interrupted; what was finished stays"
    })
final class CompareCommand implements Callable<Integer> {
    private static final int FORKS = 3;

    @Parameters(paramLabel = "RUN", arity = "0..*", description = "Run folders, whose rows of a paced clock are compared.")
    private List<Path> runs = List.of();

    @Option(names = "--reference", description = "Compare with the published figures.")
    private boolean reference;

    @Option(names = "--curve", split = ",", paramLabel = "ID",
        description = "Measure only what these published curves need: seed-share, seed-per-page, seed-elapsed, "
            + "munmap-one-sender, tlb-shootdown-senders.")
    private List<String> curves;

    @Option(names = "--resume", paramLabel = "DIR",
        description = "Go on with a comparison that was interrupted: what its run holds whole is not measured again.")
    private Path resume;

    @Option(names = "--forks", paramLabel = "N", defaultValue = "" + FORKS,
        description = "JVMs for each point and dilation. Below 3 nothing is known of bounds. Default: ${DEFAULT-VALUE}.")
    private int forks;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "results/runs",
        description = "Where the run folder is made. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE",
        description = "Also write the comparison to FILE, replacing it: an array of objects with curve, machine, series, x, "
            + "published, emulated, errorBound (a share of emulated), relativeError and fitted.")
    private Path json;

    @Spec
    private CommandSpec command;

    /** Made by picocli. */
    CompareCommand() {
    }

    @Override
    public Integer call() {
        if (!reference) {
            throw new BadInput("compare: --reference is missing: it is what runs can be compared with");
        }
        if (forks < 1) {
            throw new BadInput("--forks " + forks + ": must be 1 or more");
        }
        if (curves != null && !runs.isEmpty()) {
            throw new BadInput("--curve: says what to measure, and goes without RUN");
        }
        if (json != null) {
            OutputFile.check("--json", json);
        }
        if (resume != null && !runs.isEmpty()) {
            throw new BadInput("--resume " + resume + ": says what to go on measuring, and goes without RUN");
        }
        RunFolder begun = resume == null ? null : RunFolder.open(resume);
        if (!runs.isEmpty()) {
            List<Row> rows = new ArrayList<>();
            runs.forEach(run -> rows.addAll(RunFolder.open(run).rows()));
            show(rows);
            return 0;
        }
        if (PointRunner.anotherRunIsMeasuring()) {
            System.err.println(Salvo.ANOTHER_RUN);
            return 1;
        }
        return measure(begun);
    }

    private int measure(RunFolder begun) {
        HostTopology host = HostTopology.read();
        List<PageOutSpec> points = ClockOptions.dilated(needed(), host, 0);
        Effort effort = Effort.NORMAL.withForks(forks);
        List<String> words = command.root().commandLine().getParseResult().originalArgs();
        Sweep sweep = begun == null ? Sweep.into(out, host, points, effort, words, "compare", 0)
            : Sweep.on(begun, host, points, effort, words, "compare", 0);
        sweep.measure(Sweep.NOTHING);
        List<Row> rows = sweep.run().rows();
        show(rows);
        PrintWriter stdout = command.commandLine().getOut();
        stdout.println("run folder: " + sweep.run().path());
        stdout.flush();
        return sweep.end(rows);
    }

    private List<PageOutSpec> needed() {
        Set<String> known = ReferenceComparison.needed().stream().map(NeededPoint::curve)
            .collect(Collectors.toCollection(TreeSet::new));
        if (curves != null && !known.containsAll(curves)) {
            throw new BadInput("--curve " + String.join(",", curves) + ": must be of " + String.join(", ", known));
        }
        Set<PageOutSpec> points = new LinkedHashSet<>(); // several curves need some of them
        ReferenceComparison.needed().stream().filter(point -> curves == null || curves.contains(point.curve()))
            .forEach(point -> points.add(spec(point)));
        return new ArrayList<>(points);
    }

    private static PageOutSpec spec(NeededPoint point) {
        return new PageOutSpec(point.cores(), point.senders(), 1, Strategy.valueOf(point.strategy().name()),
            InterconnectKind.RING, PageOutSpec.SEED_PAGES, PageOutSpec.SEED_BATCH, Load.IDLE, PteState.CLEAN,
            PlacementPolicy.COMPACT, PageOutSpec.DEFAULT_RING, IdlePolicy.AUTO,
            Workload.valueOf(point.workload().name()), ClockOptions.pacing(point.profile()));
    }

    private void show(List<Row> rows) {
        ReferenceComparison comparison = ReferenceComparison.of(rows);
        PrintWriter stdout = command.commandLine().getOut();
        stdout.println();
        stdout.println(comparison.text(Terminal.style()));
        stdout.flush();
        if (json != null) {
            OutputFile.write("--json", json, comparison.json());
        }
    }
}
