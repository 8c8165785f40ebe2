package dev.salvo.jmh.cli;

import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.jmh.KernelPlan;
import dev.salvo.jmh.MeasuringLock;
import dev.salvo.jmh.RoundRunner;
import dev.salvo.results.KernelRow;
import dev.salvo.results.KernelRowsJson;
import dev.salvo.results.KernelTable;
import dev.salvo.results.RunFolder;
import dev.salvo.syscalls.Effort;
import dev.salvo.syscalls.KernelPoint;
import dev.salvo.syscalls.Operation;
import dev.salvo.syscalls.Others;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code salvo kernel}: what a real shootdown costs here, by system calls of this host's own kernel. */
@Command(
    name = "kernel",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Measures what TLB shootdowns cost on this host itself: pinned threads make real system calls on memory of their own, the "
            + "others run beside them so that the kernel must interrupt them. Nothing is simulated; figures are of the kernel's clock, "
            + "and never stand in a column with those of curve.",
        "",
        "A figure is validated if the shootdowns happened: the rows TLB or CAL of /proc/interrupts rose as they should, batch by "
            + "batch. Where they cannot be counted (a hypervisor flushes, the CPU broadcasts, the kernel has no such row) the time is "
            + "shown apart, with the reason: nobody knows what it is of. Every point has a control, the same call where there is nobody "
            + "to interrupt, in the same JVM; what is over it is what the targets cost.",
        "",
        "Rounds are made as curve makes them: in each a fresh JVM for every call, in random order; three in any case, then what is still "
            + "too wide until --precision or --budget. It needs no root, and changes nothing of the host. A replicate is stored as soon "
            + "as it is measured: an interrupted run keeps what it has.",
        "",
        "  salvo kernel                                    mprotect, dontneed, munmap, on up to all CPUs",
        "  salvo kernel --quick                            the same, a single short round",
        "  salvo kernel --op mprotect --cores 2,8,32       what each target more costs",
        "  salvo kernel --op munmap --pages 1,32,512       what each page more costs",
        "  salvo kernel --others spin,sleep,processes      who is interrupted, and who is not",
        "  salvo kernel --cores 16 --senders 1,4,all       many senders",
        "  salvo kernel --resume DIR --more --budget 10m   ten minutes more for a run",
        ""
    },
    optionListHeading = "Options:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:measured. Whether figures were validated is said for each, and in a line at the end: a host on which shootdowns cannot "
            + "be counted is no failure",
        "1:a point failed, or what shows the points could not be made; or another run is measuring",
        "2:an option cannot be used, or nothing can be measured on this host: one line says why",
        "130:interrupted; what was finished stays"
    })
final class KernelCommand implements Callable<Integer> {
    private static final String ALL = "all";
    private static final int ROUNDS_OF_A_BUDGET = 5;
    private static final int MOST_POINTS = 10_000;

    @Option(names = "--op", split = ",", paramLabel = "OP", defaultValue = "mprotect,dontneed,munmap",
        description = "mprotect (to read-only and back), dontneed and munmap (and touched again), mremap, pageout (needs swap), "
            + "membarrier (an interrupt and nothing else). Default: ${DEFAULT-VALUE}.")
    private List<String> ops;

    @Option(names = "--cores", split = ",", paramLabel = "N",
        description = "Senders and others together. More than there are CPUs share them, and the row says so. Default: 2, 4, 8 … up to "
            + "all usable CPUs.")
    private List<Integer> cores;

    @Option(names = "--senders", split = ",", paramLabel = "N", defaultValue = "1",
        description = "How many of the cores make the call, each on memory of its own; all. Each is a target of the other ones. "
            + "Default: ${DEFAULT-VALUE}.")
    private List<String> senders;

    @Option(names = "--pages", split = ",", paramLabel = "N", defaultValue = "1",
        description = "Pages of one call; membarrier has none, and is measured once. Default: ${DEFAULT-VALUE}.")
    private List<Integer> pages;

    @Option(names = "--others", split = ",", paramLabel = "WHAT", defaultValue = "spin",
        description = "What the cores do that do not send: spin (threads that compute, and must be interrupted), sleep, processes "
            + "(threads of another one, which shares nothing: the better control), none. Default: ${DEFAULT-VALUE}.")
    private List<String> others;

    @Option(names = "--placement", paramLabel = "P", defaultValue = "compact",
        description = "compact, scatter, physical, performance or efficiency. Default: ${DEFAULT-VALUE}.")
    private PlacementPolicy placement;

    @Mixin
    private Measuring measuring;

    @Mixin
    private RoundOptions rounds;

    @Option(names = "--quick", description = "One round of short batches: nothing is known of how far figures are off.")
    private boolean quick;

    @Option(names = "--no-flame", description = "Without flame graphs, which a JVM of its own draws for each call, the kernel's frames "
        + "in them, where perf events are permitted; elsewhere a line says what is missing. --quick draws none.")
    private boolean noFlame;

    @Option(names = "--resume", paramLabel = "DIR",
        description = "Go on with the run in DIR, of the points that it was begun with: those that lack replicates are given theirs.")
    private Path resume;

    @Spec
    private CommandSpec command;

    /** Made by picocli. */
    KernelCommand() {
    }

    @Override
    public Integer call() {
        measuring.check();
        RunFolder begun = resume == null ? null : GivenRun.open(resume);
        if (begun == null && rounds.more()) {
            throw new BadInput("--more: goes with --resume DIR");
        }
        if (quick || measuring.forks(0) > 0) {
            rounds.refuse(quick ? "--quick" : "--forks");
        }
        if (begun != null) {
            refuseWithResume();
            measuring.checkKeeps(List.of(begun.path()));
        }
        RoundRunner.Goal goal = rounds.goal(measuring.forks(quick ? 1 : 0));
        HostTopology host = HostTopology.read();
        List<KernelPoint> points = begun == null ? points(host.usableCpus()) : begunAs(begun, host.usableCpus());
        Effort effort = quick ? KernelPlan.HASTY : goal.budget().isZero() ? Effort.STANDARD
            : KernelPlan.effort(points, ROUNDS_OF_A_BUDGET, goal.budget());
        List<String> words = AsTyped.words(command);
        try (MeasuringLock lock = Measuring.lock(points.stream().mapToInt(KernelPoint::cores).max().orElse(1))) {
            if (lock == null) {
                return 1;
            }
            KernelSweep sweep = begun == null ? KernelSweep.into(measuring.out(), host, points, goal, effort, words)
                : KernelSweep.on(begun, host, points, goal, effort, words);
            sweep.measure(!noFlame && !quick);
            return show(sweep);
        }
    }

    private int show(KernelSweep sweep) {
        PrintWriter stdout = command.commandLine().getOut();
        List<KernelRow> rows = sweep.run().kernelRows();
        if (!rows.isEmpty()) {
            stdout.println(KernelTable.text(rows, Terminal.style()));
        }
        stdout.println("run folder: " + sweep.run().path());
        stdout.flush();
        int written = rows.isEmpty() ? 0 : measuring.write(KernelRowsJson.of(rows));
        return Math.max(written, sweep.end(rows));
    }

    /** With what it was begun a run is gone on with. */
    private void refuseWithResume() {
        for (String option : List.of("--op", "--cores", "--senders", "--pages", "--others", "--placement", "--quick")) {
            if (command.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new BadInput(option + ": does not go with --resume, which goes on with the points that the run was begun with");
            }
        }
    }

    /**
     * The points of a run that this command began.
     *
     * @throws BadInput if its host.json does not say, or says what this version does not know
     */
    static List<KernelPoint> begunAs(RunFolder run, int usableCpus) {
        List<String> words = run.host().get("arguments") instanceof List<?> begun ? begun.stream().map(String::valueOf).toList()
            : List.of();
        if (words.isEmpty() || !words.get(0).equals("kernel")) {
            throw new BadInput(run.path() + ": its host.json does not say that kernel began it; accepted is a run of kernel");
        }
        KernelCommand begun = new KernelCommand();
        try {
            new CommandLine(begun).setCaseInsensitiveEnumValuesAllowed(true).setExpandAtFiles(false)
                .parseArgs(words.subList(1, words.size()).toArray(String[]::new));
        } catch (CommandLine.ParameterException unknown) {
            throw new BadInput(run.path() + ": was begun with options that are unknown; accepted is a run of kernel", unknown);
        }
        return begun.points(run.host().get("usableCpus") instanceof Integer usable && usable > 0 ? usable : usableCpus);
    }

    /**
     * Every combination, and a control for each that needs one.
     *
     * @throws BadInput if one of them is not a point
     */
    List<KernelPoint> points(int usableCpus) {
        Set<KernelPoint> points = new LinkedHashSet<>();
        for (Operation op : words("--op", ops, Operation.values())) {
            for (int count : cores == null ? usual(usableCpus) : cores) {
                for (String sending : senders) {
                    if (cores == null && !sending.equalsIgnoreCase(ALL) && number(sending) > count) {
                        continue; // nobody has asked for so few cores
                    }
                    for (int of : pages) {
                        for (Others doing : words("--others", others, Others.values())) {
                            points.add(point(op, count, sending, of, doing));
                            if (points.size() > MOST_POINTS) {
                                throw new BadInput("kernel: more than " + MOST_POINTS + " points; accepted are fewer values");
                            }
                        }
                    }
                }
            }
        }
        if (points.isEmpty()) {
            throw new BadInput("--senders " + String.join(",", senders) + ": must be at most " + Math.max(2, usableCpus)
                + ", the CPUs, or go with --cores");
        }
        List<KernelPoint> controls = points.stream().flatMap(point -> KernelPlan.controls(point).stream()
            .skip(1)).distinct().toList(); // the better one only if it is asked for: it takes a process more
        points.addAll(controls);
        return List.copyOf(points);
    }

    /** Where nobody is beside the senders, it does not matter what those would do; and of membarrier there are no pages. */
    private KernelPoint point(Operation op, int count, String sending, int of, Others doing) {
        int many = sending.equalsIgnoreCase(ALL) ? count : number(sending);
        try {
            // Also what is not looked at below: the cores where there are no others, and the pages of membarrier.
            if (count < 1) {
                throw new IllegalArgumentException("cores " + count + ": must be 1.." + Placement.MAX_CORES);
            }
            if (of < 1) {
                throw new IllegalArgumentException("pages " + of + ": must be 1.." + KernelPoint.MAX_PAGES);
            }
            int all = doing == Others.NONE ? many : count;
            return new KernelPoint(op, all, many, op == Operation.MEMBARRIER ? 1 : of, all == many ? Others.NONE : doing, placement);
        } catch (IllegalArgumentException refused) {
            throw new BadInput("--" + refused.getMessage(), refused);
        }
    }

    private static int number(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException no) {
            throw new BadInput("--senders " + word + ": must be a whole number, 1 or more, or all", no);
        }
    }

    private static List<Integer> usual(int cpus) {
        TreeSet<Integer> counts = new TreeSet<>(Set.of(2));
        for (int power = 4; power < cpus; power *= 2) {
            counts.add(power);
        }
        counts.add(Math.max(2, cpus));
        return List.copyOf(counts);
    }

    private static <E> List<E> words(String option, List<String> given, E[] known) {
        List<E> found = new ArrayList<>();
        for (String word : given) {
            found.add(Arrays.stream(known).filter(each -> each.toString().equals(word.toLowerCase(Locale.ROOT))).findFirst()
                .orElseThrow(() -> new BadInput(option + ' ' + word + ": must be of " + String.join(", ",
                    Stream.of(known).map(Object::toString).toList()))));
        }
        return found;
    }
}
