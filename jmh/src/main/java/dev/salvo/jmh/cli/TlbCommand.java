package dev.salvo.jmh.cli;

import dev.salvo.engine.tlb.TlbLevel;
import dev.salvo.jmh.TerminalBar;
import dev.salvo.point.WholeNumber;
import dev.salvo.results.Reason;
import dev.salvo.workloads.trace.LackeyTrace;
import dev.salvo.workloads.trace.MalformedTraceException;
import dev.salvo.workloads.trace.SplitTlb;
import dev.salvo.workloads.trace.SplitTlbGeometry;
import dev.salvo.workloads.trace.TlbCounts;
import dev.salvo.workloads.trace.TraceReplay;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code salvo tlb TRACE}: drives the memory trace of a real program through one core's TLBs and prints what missed.
 *
 * <p>It runs on the thread that calls it and changes nothing but the file that {@code --json} names.
 */
@Command(
    name = "tlb",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Replays the memory trace of a real program through one core's TLBs: an L1 for instructions, an L1 for data, "
            + "both fully associative, and the L2 they share; all with exact LRU. Prints accesses and misses of "
            + "instruction fetches (I), data reads (Dr; a read-modify-write is one) and data writes (Dw). An access "
            + "that spans two pages touches both, and misses at most once at each level.",
        "",
        "A trace is what valgrind's lackey writes, also gzipped, or alone in a zip archive:",
        "",
        "  valgrind --tool=lackey --trace-mem=yes --log-file=ls.trace ls -l",
        "  salvo tlb ls.trace",
        "",
        "or, without a file of some 14 bytes per access in between:",
        "",
        "  valgrind --tool=lackey --trace-mem=yes --log-fd=9 ls -l 9>&1 >ls.out \\",
        "    | salvo tlb -",
        "",
        "Course handouts' copies of such traces (other blanks, 0x, lines that end in CR LF) are read as well. What "
            + "another program has packed comes through a pipe: xz -dc ls.trace.xz | salvo tlb -",
        "",
        "The counts are those of cachegrind with caches whose lines are pages:",
        "",
        "  valgrind --tool=cachegrind --cache-sim=yes --I1=131072,32,4096 \\",
        "    --D1=131072,32,4096 --LL=4194304,4,4096 ls -l",
        "",
        "Give lackey --px-default=sp-at-mem-access, as cachegrind has it, and they are equal: otherwise lackey may "
            + "trace a few more loads, those whose results are never used.",
        ""
    },
    parameterListHeading = "",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:the trace was replayed to its end",
        "1:it was, but the JSON file could not be written",
        "2:an option, the trace or the JSON file cannot be used: one line says why"
    })
public final class TlbCommand implements Callable<Integer> {
    /** From one look at the progress to the next: some tens of milliseconds. */
    private static final int SLICE = 1 << 20;

    @Parameters(paramLabel = "TRACE", description = "A file, gzipped, zipped or neither, or - for standard input.")
    private String trace;

    @Option(names = "--l1", paramLabel = "ENTRIES", defaultValue = "32", converter = Entries.class,
        description = "Entries of each L1. Default: ${DEFAULT-VALUE}.")
    private int l1;

    @Option(names = "--l2", paramLabel = "ENTRIES", defaultValue = "1024", converter = Entries.class,
        description = "Entries of the L2. Default: ${DEFAULT-VALUE}.")
    private int l2;

    @Option(names = "--l2-ways", paramLabel = "WAYS", defaultValue = "4", converter = Entries.class,
        description = "Ways of the L2; --l2 / --l2-ways is a power of two. Default: ${DEFAULT-VALUE}.")
    private int l2Ways;

    @Option(names = "--page-size", paramLabel = "BYTES", defaultValue = "4K", converter = PageSize.class,
        description = "A power of two from 4K to 1G, as in 4096, 16K, 2M. Default: ${DEFAULT-VALUE}.")
    private int pageSize;

    @Option(names = "--flush-every", paramLabel = "N", converter = Interval.class,
        description = "Invalidate all three TLBs after every N accesses. A second set of TLBs sees the same accesses "
            + "and no invalidation, and the difference is what the invalidations cost.")
    private Long flushEvery;

    @Option(names = "--json", paramLabel = "FILE",
        description = "Also write the counts to FILE, replacing it: "
            + "{\"I\":{\"refs\":...,\"l1Misses\":...,\"l2Misses\":...},\"Dr\":...,\"Dw\":...}. With --flush-every, "
            + "\"flushes\" and \"withoutFlushes\" (of the same form) stand beside them.")
    private Path json;

    @Spec
    private CommandSpec spec;

    /** Made by picocli. */
    public TlbCommand() {
    }

    @Override
    public Integer call() {
        Path file = trace.equals("-") ? null : readable(trace);
        if (file == null && Terminal.inIsClosed()) {
            throw new BadInput("-: standard input is closed; accepted is a lackey trace by a pipe or from a file");
        }
        String name = file == null ? "standard input" : trace;
        if (json != null) {
            OutputFile.check("--json", json);
            OutputFile.checkIsNotRead("--json", json, file == null ? List.of() : List.of(file));
        }
        TraceReplay replay = newReplay();
        try (
            LackeyTrace accesses = new LackeyTrace(file == null ? System.in : Files.newInputStream(file));
            ProgressBar progress = Terminal.err() ? progressBar(file == null ? -1 : Files.size(file)) : null
        ) {
            boolean more = true;
            while (more) {
                more = replay.replay(accesses, SLICE);
                if (progress != null) {
                    progress.stepTo(accesses.bytesRead());
                }
            }
        } catch (MalformedTraceException e) {
            throw new BadInput(name + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new BadInput(name + ": cannot be read (" + Reason.of(e) + ")", e);
        }
        if (replay.accesses() == 0) {
            throw new BadInput(name + ": no access in it; accepted is what valgrind --tool=lackey --trace-mem=yes "
                + "writes");
        }
        print(name, replay);
        return json == null || write(json, replay) ? 0 : 1;
    }

    private TraceReplay newReplay() {
        SplitTlbGeometry geometry = new SplitTlbGeometry(l1, l2, l2Ways, pageSize);
        try {
            return flushEvery == null ? new TraceReplay(geometry) : new TraceReplay(geometry, flushEvery);
        } catch (IllegalArgumentException e) {
            throw new BadInput("--l2 " + l2 + " --l2-ways " + l2Ways + ": " + e.getMessage(), e);
        }
    }

    private static Path readable(String name) {
        Path file;
        try {
            file = Path.of(name);
        } catch (InvalidPathException e) {
            throw new BadInput("TRACE " + ForeignLetters.refusal(name), e);
        }
        if (name.isEmpty()) {
            throw new BadInput("TRACE '': no name; accepted is that of a file, or - for standard input");
        }
        String accepted = "; accepted is a lackey trace, gzipped, zipped or neither, or - for standard input";
        if (Files.isDirectory(file)) {
            throw new BadInput(name + ": a folder" + (name.contains("drmemtrace.") ? " of drmemtrace's" : "") + accepted);
        }
        if (!Files.exists(file)) {
            throw new BadInput(name + (Files.isSymbolicLink(file) ? ": a symbolic link that leads nowhere"
                : ": no such file") + accepted);
        }
        if (!Files.isReadable(file)) {
            throw new BadInput(name + ": may not be read by this user");
        }
        return file;
    }

    private void print(String name, TraceReplay replay) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%s: %,d accesses%n", name, replay.accesses());
        out.printf(Locale.ROOT, "L1 I and D %,d entries fully associative, L2 %,d in %d ways, LRU, pages of %s%n%n",
            l1, l2, l2Ways, pageSize < 1 << 20 ? (pageSize >> 10) + " KiB" : (pageSize >> 20) + " MiB");
        if (flushEvery != null) {
            printFlushed(out, replay);
        } else {
            out.printf(Locale.ROOT, "%-3s %14s %14s %8s %14s%n", "", "accesses", "L1 misses", "", "L2 misses");
            SplitTlb tlb = replay.tlb();
            row(out, "I", tlb.instructions());
            row(out, "Dr", tlb.reads());
            row(out, "Dw", tlb.writes());
            row(out, "all", total(tlb));
        }
        out.flush();
    }

    private static void row(PrintWriter out, String kind, TlbCounts counts) {
        out.printf(Locale.ROOT, "%-3s %,14d %,14d %8s %,14d %8s%n", kind, counts.refs(), counts.l1Misses(),
            rate(counts.l1Misses(), counts.refs()), counts.l2Misses(), rate(counts.l2Misses(), counts.refs()));
    }

    private void printFlushed(PrintWriter out, TraceReplay replay) {
        SplitTlb tlb = replay.tlb();
        SplitTlb without = replay.undisturbed();
        out.printf(Locale.ROOT, "all invalidated after every %,d accesses, %,d times%n%n", flushEvery,
            replay.flushes());
        out.printf(Locale.ROOT, "%-3s %14s %14s %9s %9s %14s %9s %9s%n", "", "accesses", "L1 misses", "without", "added",
            "L2 misses", "without", "added");
        row(out, "I", tlb.instructions(), without.instructions());
        row(out, "Dr", tlb.reads(), without.reads());
        row(out, "Dw", tlb.writes(), without.writes());
        row(out, "all", total(tlb), total(without));
        if (replay.flushes() > 0) {
            TlbCounts added = total(tlb).minus(total(without));
            out.printf(Locale.ROOT, "%nan invalidate-all cost %.2f L1 misses and %.2f L2 misses (walks)%n",
                (double) added.l1Misses() / replay.flushes(), (double) added.l2Misses() / replay.flushes());
        }
    }

    private static void row(PrintWriter out, String kind, TlbCounts counts, TlbCounts without) {
        TlbCounts added = counts.minus(without);
        out.printf(Locale.ROOT, "%-3s %,14d %,14d %,9d %,9d %,14d %,9d %,9d%n", kind, counts.refs(),
            counts.l1Misses(), without.l1Misses(), added.l1Misses(),
            counts.l2Misses(), without.l2Misses(), added.l2Misses());
    }

    private static TlbCounts total(SplitTlb tlb) {
        return tlb.instructions().plus(tlb.reads()).plus(tlb.writes());
    }

    private static String rate(long misses, long refs) {
        return refs == 0 ? "-" : String.format(Locale.ROOT, "%.4f%%", 100.0 * misses / refs);
    }

    private static boolean write(Path json, TraceReplay replay) {
        JsonMapper mapper = JsonMapper.shared();
        ObjectNode root = mapper.createObjectNode();
        put(root, replay.tlb());
        if (replay.undisturbed() != replay.tlb()) {
            root.put("flushes", replay.flushes());
            put(root.putObject("withoutFlushes"), replay.undisturbed());
        }
        return OutputFile.writeBeside("--json", json, mapper.writeValueAsString(root) + "\n");
    }

    private static void put(ObjectNode node, SplitTlb tlb) {
        put(node.putObject("I"), tlb.instructions());
        put(node.putObject("Dr"), tlb.reads());
        put(node.putObject("Dw"), tlb.writes());
    }

    private static void put(ObjectNode node, TlbCounts counts) {
        node.put("refs", counts.refs()).put("l1Misses", counts.l1Misses()).put("l2Misses", counts.l2Misses());
    }

    private static ProgressBar progressBar(long bytes) {
        return TerminalBar.of("tlb", bytes).setUnit(" MB", 1_000_000).build();
    }

    /** A number of entries or ways. */
    private static final class Entries implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return (int) number(text, TlbLevel.MAX_ENTRIES);
        }
    }

    /** A number of accesses. */
    private static final class Interval implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return number(text, Long.MAX_VALUE);
        }
    }

    /** A power of two of bytes, with or without K, M or G. */
    private static final class PageSize implements ITypeConverter<Integer> {
        private static final Pattern SIZE = Pattern.compile("(\\d{1,10})([kKmMgG]?)");

        @Override
        public Integer convert(String text) {
            Matcher size = SIZE.matcher(text);
            if (size.matches()) {
                int shift = switch (size.group(2).toUpperCase(Locale.ROOT)) {
                    case "K" -> 10;
                    case "M" -> 20;
                    case "G" -> 30;
                    default -> 0;
                };
                long bytes = Long.parseLong(size.group(1)) << shift;
                if (Long.bitCount(bytes) == 1 && bytes >= SplitTlbGeometry.MIN_PAGE_SIZE
                    && bytes <= SplitTlbGeometry.MAX_PAGE_SIZE) {
                    return (int) bytes;
                }
            }
            throw new TypeConversionException("'" + text + "' is not a power of two in 4K..1G");
        }
    }

    private static long number(String text, long max) {
        try {
            long number = WholeNumber.ofLong(text);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // refused below, in the same words as a number out of range
        }
        throw new TypeConversionException("'" + text + "' is not a whole number in 1.." + max);
    }
}
