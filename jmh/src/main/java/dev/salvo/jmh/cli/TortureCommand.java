package dev.salvo.jmh.cli;

import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.engine.host.ThreadLimit;
import dev.salvo.jmh.HostDescription;
import dev.salvo.jmh.TortureTrace;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.results.ChromeTrace;
import dev.salvo.results.MachineTrace;
import dev.salvo.results.MachineTraceSvg;
import dev.salvo.workloads.torture.PlantedFault;
import dev.salvo.workloads.torture.Torture;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code salvo torture}: random programs on random machines, and whether what must hold has held. */
@Command(
    name = "torture",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Runs random programs on random machines, a new machine every two seconds, and checks all the while that the "
            + "machine obeys its rules: no access through a stale translation; no store that mprotect, no access that "
            + "munmap had forbidden; every byte what its writer last stored; no message lost or doubled; no DSB back "
            + "before every core has acknowledged. The programs load and store, page out, protect, unmap, move pages, "
            + "fork and exit, while cores go offline and come back.",
        "",
        "  salvo torture --seconds 60 --cores 64",
        "",
        "A check that cannot fail proves nothing. --break plants a fault, in the machine or in its kernel, and must be "
            + "found out:",
        "",
        "  salvo torture --list",
        "  salvo torture --break batched-pending-is-dsb --seconds 30",
        "",
        "What is found is printed with the seed of its machine: with that as --seed, and the same --cores, --strategy "
            + "and --break, the first machine is the same one again. Its threads still meet as the host pleases. "
            + "--timeline draws what its cores did last, and who was late:",
        "",
        "  salvo torture --break dsb-left-out --seed 5 --cores 8 --timeline",
        ""
    },
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:all that must hold has held (with --break: the fault was not found)",
        "1:a violation was found: it is printed, with the seed and the configuration; or a file could not be written",
        "2:an option cannot be used, or this host: one line says why"
    })
public final class TortureCommand implements Callable<Integer> {
    private static final int MOST_SECONDS = 7 * 24 * 3600;
    private static final int SEEDS = 1_000_000;
    private static final int LONGEST_END_SECONDS = 30;
    private static final String DRAWN = "torture-";

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "60",
        description = "How long, 1.." + MOST_SECONDS + ". Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--operations", paramLabel = "N", defaultValue = "1",
        description = "Go on, past --seconds if need be, until so many system calls have been made, 1 or "
            + "more. Default: ${DEFAULT-VALUE}, as a run in which a busy host came to none has checked nothing.")
    private long operations;

    @Option(names = "--cores", paramLabel = "N", defaultValue = "16",
        description = "Cores of every machine, " + Torture.FEWEST_CORES + ".." + MachineSpec.MAX_CORES
            + ", however few CPUs carry them. Default: ${DEFAULT-VALUE}.")
    private int cores;

    @Option(names = "--seed", paramLabel = "N",
        description = "What chooses the first machine; the next one is chosen by the next number. Default: any.")
    private Long seed;

    @Option(names = "--strategy", paramLabel = "STRATEGY", completionCandidates = AxisWords.Strategies.class,
        description = "How the kernel flushes: one of ${COMPLETION-CANDIDATES}. Default: another with every machine.")
    private Strategy strategy;

    @Option(names = "--break", paramLabel = "NAME", description = "Plant a fault: one of --list.")
    private String broken;

    @Option(names = "--list", description = "Name the faults that --break can plant, and end.")
    private boolean list;

    @Option(names = "--json", paramLabel = "FILE",
        description = "Also write how it ended to FILE, replacing it: {\"clean\":...,\"violation\":...,\"seed\":...,"
            + "\"configuration\":...,\"operations\":...,\"shootdowns\":...,\"accesses\":...,...}.")
    private Path json;

    @Option(names = "--timeline", paramLabel = "DIR", arity = "0..1", fallbackValue = "results/runs/timeline",
        description = "Let every core record what it does, and draw the end of the last machine, the one on which something "
            + "was found: torture-SEED.svg, a picture, and torture-SEED.json, a trace (open it in ui.perfetto.dev or "
            + "chrome://tracing), in DIR (${FALLBACK-VALUE}), replacing those. It makes cores slower, and changes nothing "
            + "else of what a seed builds.")
    private Path timeline;

    @Spec
    private CommandSpec spec;

    /** Made by picocli. */
    public TortureCommand() {
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            list(out);
            return 0;
        }
        PlantedFault fault = fault();
        if (seconds < 1 || seconds > MOST_SECONDS) {
            throw new BadInput("--seconds " + seconds + ": accepted is 1.." + MOST_SECONDS);
        }
        if (operations < 1) {
            throw new BadInput("--operations " + operations + ": accepted is 1 and more");
        }
        if (cores < Torture.FEWEST_CORES || cores > MachineSpec.MAX_CORES) {
            throw new BadInput("--cores " + cores + ": accepted is " + Torture.FEWEST_CORES + ".."
                + MachineSpec.MAX_CORES);
        }
        if (json != null) {
            OutputFile.check("--json", json);
        }
        long firstSeed = seed != null ? seed : new SplittableRandom().nextInt(SEEDS);
        Torture torture;
        try {
            Thread running = Thread.currentThread();
            torture = new Torture(cores, firstSeed, strategy, fault, timeline != null, progress -> {
                print(out, progress);
                if (out.checkError()) { // nobody is listening any more
                    running.interrupt();
                }
            });
        } catch (IllegalArgumentException refused) {
            throw new BadInput(refused.getMessage(), refused);
        }
        CpuPinning.requirePossible();
        ThreadLimit.require(cores);
        if (timeline != null) { // when all else is accepted: what is refused leaves no folder
            if (json != null) {
                OutputFile.checkIsNotAlsoWritten("--json", json, "--timeline", timeline, TortureCommand::isDrawn);
            }
            OutputFile.makeFolder("--timeline", timeline);
        }
        Placement placement = Placement.of(HostTopology.read(), PlacementPolicy.COMPACT, cores);
        out.printf(Locale.ROOT, "torture for %,d s: %s; first seed %d%s%n", seconds, placement.describe(), firstSeed,
            fault == PlantedFault.NONE ? ""
                : "; broken on purpose: " + fault.name() + " (" + fault.description() + ")");
        out.flush();
        CountDownLatch told = new CountDownLatch(1);
        Thread onSignal = endEarly(Thread.currentThread(), told);
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            Torture.Outcome outcome = torture.run(TimeUnit.SECONDS.toNanos(seconds), operations);
            print(out, outcome, fault);
            boolean written = (json == null || write(outcome, fault, firstSeed)) & (timeline == null || draw(out, outcome));
            return outcome.clean() && written ? 0 : 1;
        } finally {
            told.countDown();
            if (!Thread.currentThread().isInterrupted()) { // else the process is on its way out
                Runtime.getRuntime().removeShutdownHook(onSignal);
            }
        }
    }

    /** Ctrl-C ends the run early; what was found until then is still told, before the process goes. */
    private static Thread endEarly(Thread running, CountDownLatch told) {
        return new Thread(() -> {
            running.interrupt();
            try {
                told.await(LONGEST_END_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }, "end-early");
    }

    private PlantedFault fault() {
        if (broken == null) {
            return PlantedFault.NONE;
        }
        return PlantedFault.named(broken).orElseThrow(() -> new BadInput("--break " + broken
            + ": no such fault; " + Misunderstood.perhaps(broken, faults()) + "accepted is "
            + String.join(", ", faults())));
    }

    private static List<String> faults() {
        return PlantedFault.all().stream().map(PlantedFault::name).toList();
    }

    private static void list(PrintWriter out) {
        List<PlantedFault> all = PlantedFault.all();
        int width = all.stream().mapToInt(fault -> fault.name().length()).max().orElse(0);
        for (PlantedFault fault : all) {
            out.printf(Locale.ROOT, "%-" + width + "s  %s%n", fault.name(), fault.description());
        }
        out.flush();
    }

    private static void print(PrintWriter out, Torture.Progress progress) {
        Torture.Totals totals = progress.totals();
        out.printf(Locale.ROOT, "%,6d s  machine %,d  %,d operations  %,d shootdowns  %,d accesses  %d stale uses  "
                + "slowest acknowledgement %.2f ms%n", TimeUnit.NANOSECONDS.toSeconds(progress.nanos()),
            progress.machines(), totals.operations(), totals.shootdowns(), totals.accesses(), totals.staleUses(),
            progress.slowestNanos() / 1e6);
        out.flush();
    }

    private void print(PrintWriter out, Torture.Outcome outcome, PlantedFault fault) {
        Torture.Totals totals = outcome.totals();
        out.printf(Locale.ROOT, "%n%s%s after %.1f s: %,d machines, %,d operations, %,d shootdowns, %,d TLBIs, "
                + "%,d accesses, %d stale uses%n", outcome.clean() ? "clean" : "VIOLATION",
            Thread.currentThread().isInterrupted() ? ", ended early," : "", outcome.nanos() / 1e9, outcome.machines(),
            totals.operations(), totals.shootdowns(), totals.tlbis(), totals.accesses(), totals.staleUses());
        if (!outcome.clean()) {
            out.printf(Locale.ROOT, "%n%s%n%non %s%nagain: %s%n", outcome.violation(), outcome.configuration(),
                again(outcome));
        } else if (fault != PlantedFault.NONE) {
            out.printf(Locale.ROOT, "%n%s was planted and has not been found: give it more seconds%n", fault.name());
        }
        out.flush();
    }

    private String again(Torture.Outcome outcome) {
        return "salvo torture --seed " + outcome.configuration().seed() + " --cores " + cores
            + (strategy == null ? "" : " --strategy " + Point.word(strategy))
            + (broken == null ? "" : " --break " + broken) + " --seconds " + seconds;
    }

    /** Whether the picture or the trace of some machine is called so: which is the last, is not known before. */
    private static boolean isDrawn(String name) {
        return name.matches(DRAWN + "-?[0-9]+[.](json|svg)");
    }

    private boolean draw(PrintWriter out, Torture.Outcome outcome) {
        MachineTrace trace = TortureTrace.of(outcome);
        String host = HostDescription.nameAndJdk();
        String words = AsTyped.line(spec);
        String name = DRAWN + outcome.configuration().seed();
        Path picture = timeline.resolve(name + ".svg");
        Path events = timeline.resolve(name + ".json");
        boolean both = OutputFile.writeBeside("--timeline", events, ChromeTrace.of(trace, host, words))
            & OutputFile.writeBeside("--timeline", picture, MachineTraceSvg.of(trace, host, words));
        if (both) {
            out.printf(Locale.ROOT, "%ndrawn: %s, %s%n", picture, events);
            out.flush();
        }
        return both;
    }

    private boolean write(Torture.Outcome outcome, PlantedFault fault, long firstSeed) {
        Torture.Totals totals = outcome.totals();
        JsonMapper mapper = JsonMapper.shared();
        ObjectNode root = mapper.createObjectNode();
        root.put("clean", outcome.clean())
            .put("endedEarly", Thread.currentThread().isInterrupted())
            .put("violation", outcome.violation())
            .put("seed", outcome.configuration().seed())
            .put("configuration", outcome.configuration().toString())
            .put("again", again(outcome))
            .put("cores", cores)
            .put("firstSeed", firstSeed)
            .put("broken", fault == PlantedFault.NONE ? null : fault.name())
            .put("seconds", outcome.nanos() / 1e9)
            .put("machines", outcome.machines())
            .put("operations", totals.operations())
            .put("shootdowns", totals.shootdowns())
            .put("tlbis", totals.tlbis())
            .put("accesses", totals.accesses())
            .put("staleUses", totals.staleUses());
        return OutputFile.writeBeside("--json", json, mapper.writeValueAsString(root) + "\n");
    }
}
