package dev.salvo.jmh.cli;

import dev.salvo.results.KernelCounts;
import dev.salvo.workloads.counts.CountedWords;
import dev.salvo.workloads.counts.Counts;
import dev.salvo.workloads.counts.KernelCounter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code salvo kernel-counts}: whether the kernel here executes what booted kernels were counted to execute. */
@Command(
    name = "kernel-counts",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Holds the kernel here against booted ones, of which TLBIs and DSBs were counted by instruction: repeats each "
            + "counted operation, of its version of Linux, on a machine, counts, and lists what differs. Nothing is timed.",
        "",
        "  salvo kernel-counts",
        "  salvo kernel-counts --data mine.json --json ours.json",
        "",
        "A row in words that are not known here is listed as not carried, and is no difference. How to count another "
            + "kernel: workloads/docs/kernel-counts.md.",
        ""
    },
    optionListHeading = "Options:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:every row that is carried is equal",
        "1:one is not, or the JSON file could not be written",
        "2:an option, the data or the JSON file cannot be used: one line says why"
    })
final class KernelCountsCommand implements Callable<Integer> {
    private static final List<String> BUILT = List.of("arm64");
    private static final List<String> ARCHITECTURES = List.of("arm64", "x86-64");

    @Option(names = "--data", paramLabel = "FILE",
        description = "Counted rows, of the form of the project's own, which are the default.")
    private Path data;

    @Option(names = "--arch", paramLabel = "ARCH",
        description = "arm64 or x86-64, of which nothing is carried yet. Default: what is built, arm64.")
    private String arch;

    @Option(names = "--json", paramLabel = "FILE",
        description = "Also write the rows to FILE, replacing it: an array, each row as in the data, with \"ours\" beside "
            + "\"counts\".")
    private Path json;

    @Spec
    private CommandSpec command;

    /** Made by picocli. */
    KernelCountsCommand() {
    }

    @Override
    public Integer call() {
        if (arch != null && !ARCHITECTURES.contains(arch)) {
            throw new BadInput("--arch " + arch + ": must be " + String.join(" or ", ARCHITECTURES));
        }
        if (json != null) {
            OutputFile.check("--json", json);
            OutputFile.checkIsNotRead("--json", json, data == null ? List.of() : List.of(data));
        }
        List<KernelCounts.Beside> ours = new ArrayList<>();
        for (KernelCounts.Row row : data == null ? KernelCounts.read() : KernelCounts.read(data)) {
            if (arch == null ? BUILT.contains(row.arch()) : row.arch().equals(arch)) {
                ours.add(new KernelCounts.Beside(row, counted(row)));
            }
        }
        if (ours.isEmpty()) {
            throw new BadInput((data == null ? "the data" : data) + ": no row of " + (arch == null ? String.join(" or ", BUILT)
                : arch) + "; accepted are rows of " + String.join(" or ", ARCHITECTURES));
        }
        boolean equal = print(command.commandLine().getOut(), ours);
        boolean written = json == null || OutputFile.writeBeside("--json", json, KernelCounts.json(ours));
        return equal && written ? 0 : 1;
    }

    /** What is counted here of a row; null if it is not carried. */
    static Map<String, Long> counted(KernelCounts.Row row) {
        return KernelCounter.count(new CountedWords(row.arch(), row.kernel(), row.cpu(), row.options(), row.operation(),
            row.pages(), row.state(), row.threads())).map(Counts::byName).orElse(null);
    }

    /** Prints a table by kernel and chip, then what differs, then what is not carried. Returns whether nothing differs. */
    private static boolean print(PrintWriter out, List<KernelCounts.Beside> ours) {
        Map<String, int[]> table = new LinkedHashMap<>();
        Map<String, Integer> notCarried = new TreeMap<>();
        List<KernelCounts.Beside> different = new ArrayList<>();
        ours.forEach(beside -> {
            KernelCounts.Row row = beside.row();
            Map<String, Long> counted = beside.ours();
            int[] line = table.computeIfAbsent(row.kernel() + ", " + row.cpu() + ", " + row.options(), key -> new int[4]);
            if (counted == null) {
                line[3]++;
                notCarried.merge(row.operation() + ", " + row.state() + ", " + row.threads(), 1, Integer::sum);
            } else if (row.counts() == null) {
                line[2]++;
            } else if (row.equal(counted)) {
                line[0]++;
            } else {
                line[1]++;
                different.add(beside);
            }
        });
        out.printf(Locale.ROOT, "%7s %9s %12s %11s  %s%n", "equal", "different", "not to judge", "not carried",
            "kernel, core, options");
        table.forEach((key, line) ->
            out.printf(Locale.ROOT, "%7d %9d %12d %11d  %s%n", line[0], line[1], line[2], line[3], key));
        different.forEach(beside -> {
            KernelCounts.Row row = beside.row();
            out.printf(Locale.ROOT, "%ndifferent: %s of %d pages, %s, %s, on %s, %s, %s%n", row.operation(), row.pages(),
                row.state(), row.threads(), row.kernel(), row.cpu(), row.options());
            out.println("  counted: " + said(row, row.counts()));
            out.println("  ours:    " + said(row, beside.ours()));
        });
        if (!notCarried.isEmpty()) {
            out.printf(Locale.ROOT, "%nnot carried, by operation, state and threads:%n");
            notCarried.forEach((words, rows) -> out.printf(Locale.ROOT, "  %s: %d row%s%n", words, rows, rows == 1 ? "" : "s"));
        }
        out.flush();
        return different.isEmpty();
    }

    private static String said(KernelCounts.Row row, Map<String, Long> counts) {
        String said = row.judged().stream().filter(name -> KernelCounts.of(counts, name) > 0)
            .map(name -> name + " " + KernelCounts.of(counts, name)).collect(Collectors.joining(", "));
        return said.isEmpty() ? "nothing" : said;
    }
}
