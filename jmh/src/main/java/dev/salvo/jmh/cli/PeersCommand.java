package dev.salvo.jmh.cli;

import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.host.Distortions;
import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.jmh.FirstCause;
import dev.salvo.jmh.ForkFlags;
import dev.salvo.jmh.MeasuringLock;
import dev.salvo.jmh.OwnEnvironment;
import dev.salvo.jmh.PeersPlan;
import dev.salvo.jmh.ProductJar;
import dev.salvo.jmh.TemporaryFolder;
import dev.salvo.point.WholeNumber;
import dev.salvo.results.Contender;
import dev.salvo.results.PeerRow;
import dev.salvo.results.PeersRun;
import dev.salvo.results.PeersSvg;
import dev.salvo.results.PeersTable;
import dev.salvo.results.Reason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code salvo peers}: ours beside what others would use, measured by a JVM that has the peers on its classpath. This
 * one has not: they lie in a jar of their own.
 */
@Command(
    name = "peers",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
        "Measures how long it takes to tell all cores something and to know that every one has taken it: our ring and "
            + "our inboxes beside what a Java engineer would reach for instead, and beside what the host cannot go "
            + "below.",
        "",
        "All in one JVM, on the same pinned threads, in turns: A B C ... A B C ..., median and spread over rounds. "
            + "work null is the broadcast and the acknowledgement alone; with work tlb each core also invalidates the "
            + "page in its TLB. batch 1 waits after every page, batch 32 once for 32. Each turn is checked: every core "
            + "must have taken every page exactly once, and its TLB must have forgotten it.",
        "",
        "The limit is a cache line there and another one back where cores have CPUs of their own, and one turn of the run queue "
            + "where they share them; both are measured in between.",
        "",
        "  salvo peers --quick                                in small, under a minute",
        "  salvo peers                                        the whole comparison, some minutes",
        "  salvo peers --cores 2 --senders 1 --work null --contenders ring,disruptor --rounds 31",
        "  salvo peers --json peers.json --svg peers.svg",
        "  salvo peers --ablation                             what each decision in the ring is worth",
        ""
    },
    optionListHeading = "Options:%n",
    footerHeading = "%nContenders:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:measured, and every core had taken every page",
        "1:a core had not, or the measuring failed, or a file could not be written; or another run is measuring",
        "2:an option cannot be used, or nothing can be measured on this host: one line says why",
        "130:interrupted; nothing is kept"
    })
final class PeersCommand implements Callable<Integer> {
    /** The jar with the peers, beside the product's. */
    static final String PEERS_JAR = "salvo-peers.jar";

    private static final String MAIN = "dev.salvo.peers.Peers";
    private static final String ALL = "all";
    private static final List<String> CONTENDERS = Arrays.stream(Contender.values()).map(Contender::word).toList();
    private static final int MOST_BATCH = 4096;
    private static final int MOST_ROUNDS = 10_000;
    private static final int LAST_WITH_SCOPES = 18;

    @Option(names = "--cores", split = ",", paramLabel = "N",
        description = "Cores, 2.." + MachineSpec.MAX_CORES + ". Default: 2,8,32,100; with --quick 2,8.")
    private List<Integer> cores;

    @Option(names = "--senders", split = ",", paramLabel = "N|all", defaultValue = "1,all",
        description = "How many of them send. Default: ${DEFAULT-VALUE}.")
    private List<String> senders;

    @Option(names = "--batch", split = ",", paramLabel = "PAGES", defaultValue = "1,32",
        description = "Pages sent before one wait, 1.." + MOST_BATCH + ". Default: ${DEFAULT-VALUE}.")
    private List<Integer> batches;

    @Option(names = "--work", split = ",", paramLabel = "W", defaultValue = "null,tlb",
        description = "What each core does on receipt: null or tlb. Default: ${DEFAULT-VALUE}.")
    private List<PeerRow.Work> works;

    @Option(names = "--contenders", split = ",", paramLabel = "NAME",
        description = "Who takes part, as named below. Default: ring, inboxes and the peers.")
    private List<String> contenders;

    @Option(names = "--ablation", description = "Instead of the peers: our ring beside variants of it, in each of which one "
        + "decision is taken otherwise.")
    private boolean ablation;

    @Option(names = "--rounds", paramLabel = "N",
        description = "Measured rounds, 1.." + MOST_ROUNDS + "; one more goes before as warm-up. Default: 9; with "
            + "--quick 3.")
    private Integer rounds;

    @Option(names = "--placement", paramLabel = "P", defaultValue = "compact",
        description = "Where the threads are put: compact, scatter, physical, performance or efficiency. Default: ${DEFAULT-VALUE}.")
    private PlacementPolicy placement;

    @Option(names = "--quick", description = "Few cores, few and short rounds: to see it work, not to quote.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the rows to FILE, replacing it: "
        + "[{\"cores\",\"senders\",\"batch\",\"work\",\"contender\",\"nsPerPage\",\"ratioToLimit\",\"spread\"}].")
    private Path json;

    @Option(names = "--svg", paramLabel = "FILE", description = "Also draw them into FILE, replacing it.")
    private Path svg;

    @Spec
    private CommandSpec command;

    /** Made by picocli. */
    PeersCommand() {
    }

    /** The last lines of the help: who the contenders are. */
    static String[] footer() {
        return Arrays.stream(Contender.values())
            .map(contender -> String.format(Locale.ROOT, "  %-18s%s", contender.word(), contender.description()))
            .toArray(String[]::new);
    }

    @Override
    public Integer call() {
        if (json != null) {
            OutputFile.check("--json", json);
        }
        if (svg != null) {
            OutputFile.check("--svg", svg);
            if (json != null && svg.toAbsolutePath().normalize().equals(json.toAbsolutePath().normalize())) {
                throw new BadInput("--svg " + svg + ": is the file of --json, too; accepted is another one");
            }
        }
        try {
            return measure(plan(TemporaryFolder.newFile(".json")));
        } catch (IOException failure) {
            throw new BadInput("peers: " + Reason.of(failure), failure);
        }
    }

    private int measure(PeersPlan plan) throws IOException {
        HostTopology host = HostTopology.read();
        Path product = ProductJar.path();
        Path peers = peersBeside(product);
        int exitCode;
        try (MeasuringLock lock = Measuring.lock(Collections.max(plan.cores()))) {
            if (lock == null) {
                return 1;
            }
            announce(host, plan);
            exitCode = run(childCommand(product, peers, plan));
        }
        if (exitCode != 0) {
            Optional<FirstCause> unsaid = FirstCause.ofExitCode(exitCode);
            unsaid.ifPresent(cause -> System.err.println("salvo: peers: " + cause.line()));
            return unsaid.map(cause -> Sweep.exitCode(cause.reach())).orElse(exitCode);
        }
        PeersRun run = PeersRun.read(Path.of(plan.result()));
        PrintWriter out = command.commandLine().getOut();
        out.print(PeersTable.text(run, Terminal.style()));
        out.flush();
        boolean written = json == null || OutputFile.writeBeside("--json", json, run.json());
        written &= svg == null || OutputFile.writeBeside("--svg", svg, PeersSvg.of(run, host.describe(), AsTyped.line(command)));
        return written ? 0 : 1;
    }

    private PeersPlan plan(Path result) {
        List<Integer> atCores = cores != null ? distinct(cores) : quick ? List.of(2, 8) : List.of(2, 8, 32, 100);
        for (int count : atCores) {
            if (count < 2 || count > MachineSpec.MAX_CORES) {
                throw new BadInput("--cores " + count + ": must be 2.." + MachineSpec.MAX_CORES);
            }
        }
        for (int batch : batches) {
            if (batch < 1 || batch > MOST_BATCH) {
                throw new BadInput("--batch " + batch + ": must be 1.." + MOST_BATCH);
            }
        }
        if (rounds != null && (rounds < 1 || rounds > MOST_ROUNDS)) {
            throw new BadInput("--rounds " + rounds + ": must be 1.." + MOST_ROUNDS);
        }
        if (ablation && contenders != null) {
            throw new BadInput("--ablation --contenders " + String.join(",", contenders) + ": accepted is one of the two");
        }
        int fewestCores = Collections.min(atCores);
        List<Integer> sending = senders.stream().map(count -> senders(count, fewestCores)).distinct().toList();
        List<Contender> taking = contenders == null
            ? ablation ? Contender.ablation() : Contender.peersAndOurs()
            : contenders.stream().map(PeersCommand::contender).distinct().toList();
        if (!works.contains(PeerRow.Work.NULL) && taking.stream().noneMatch(Contender::canInvalidate)) {
            throw new BadInput("--contenders " + String.join(",", contenders) + " --work tlb: they run no Java on "
                + "receipt; accepted is --work null");
        }
        return new PeersPlan(atCores, sending, distinct(batches), distinct(works), taking,
            rounds != null ? rounds : quick ? 3 : 9, quick ? 10 : 50, placement, Terminal.err(), result.toString());
    }

    private static int senders(String count, int fewestCores) {
        if (count.equals(ALL)) {
            return PeersPlan.ALL;
        }
        try {
            int number = WholeNumber.ofInt(count);
            if (number < 1 || number > fewestCores) {
                throw new BadInput("--senders " + count + ": must be 1.." + fewestCores
                    + ", no more than there are cores, or all");
            }
            return number;
        } catch (NumberFormatException notANumber) {
            throw new BadInput("--senders " + count + ": must be a whole number, or all", notANumber);
        }
    }

    private static Contender contender(String name) {
        return Contender.named(name).orElseThrow(() -> new BadInput("--contenders " + name
            + ": no such contender; " + Misunderstood.perhaps(name, CONTENDERS) + "accepted is "
            + String.join(", ", CONTENDERS)));
    }

    private static <T> List<T> distinct(List<T> values) {
        Set<T> once = new LinkedHashSet<>(values);
        return List.copyOf(once);
    }

    private static void announce(HostTopology host, PeersPlan plan) {
        System.err.println(host.describe());
        int most = Collections.max(plan.cores());
        Distortions.of(host, Placement.of(host, plan.placement(), most))
            .forEach(line -> System.err.println("  beware: " + line));
        Distortions.now(host).forEach(line -> System.err.println("  beware: " + line));
        Measuring.sayWhatIsNotHandedOn();
        long turns = plan.cores().stream().mapToLong(plan::turns).sum();
        System.err.printf(Locale.ROOT, "%d rounds of %d turns of %d ms or more: at least %d s%n", plan.rounds() + 1,
            turns, plan.turnMillis(), (plan.rounds() + 1) * turns * plan.turnMillis() / 1000);
    }

    /**
     * The jar with the peers.
     *
     * @param product the jar that runs
     * @throws BadInput if it is missing
     */
    static Path peersBeside(Path product) {
        Path peers = product.resolveSibling(PEERS_JAR);
        if (!Files.isRegularFile(peers)) {
            throw new BadInput("peers: there is no " + peers + ", which holds what ours is compared with; "
                + "mvn -q -DskipTests package builds it beside salvo.jar");
        }
        return peers;
    }

    private static List<String> childCommand(Path product, Path peers, PeersPlan plan) {
        List<String> child = new ArrayList<>();
        child.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        child.addAll(ForkFlags.forThisJvm());
        child.addAll(ForkFlags.handedOn());
        child.add("-Dagrona.disable.bounds.checks=true"); // as Aeron is measured
        if (plan.contenders().contains(Contender.HANDSHAKE) && Runtime.version().feature() <= LAST_WITH_SCOPES) {
            child.add("--add-modules=jdk.incubator.foreign"); // where shared arenas were before they were final
        }
        child.addAll(List.of("-cp", product + ":" + peers, MAIN, plan.argument()));
        return child;
    }

    /** Runs the child with this process's own output, and takes it along when this process is told to end. */
    private static int run(List<String> childCommand) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(childCommand).inheritIO();
        OwnEnvironment.clear(builder.environment());
        Process child = builder.start();
        Thread ending = new Thread(() -> {
            child.destroy();
            child.onExit().join();
        }, "end-child");
        Runtime.getRuntime().addShutdownHook(ending);
        try {
            return child.waitFor();
        } catch (InterruptedException interrupted) {
            child.destroy();
            Thread.currentThread().interrupt();
            return 130;
        }
    }
}
