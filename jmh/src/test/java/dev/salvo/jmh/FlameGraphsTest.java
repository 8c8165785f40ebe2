package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.salvo.engine.host.PerfEvents;
import dev.salvo.point.Axis;
import dev.salvo.point.Strategy;
import dev.salvo.results.FrameTable;
import dev.salvo.results.KernelFrame;
import dev.salvo.results.RunFolder;
import dev.salvo.results.SampledPoint;
import dev.salvo.results.Stacks;
import dev.salvo.workloads.program.ExperimentSpec;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class FlameGraphsTest {
    private static final PerfEvents REFUSED = new PerfEvents(13, 13, false, "3");
    private static final Effort SHORT = new Effort(1, 1, 2, TimeValue.milliseconds(300));
    private static final Stacks SAMPLES = Stacks.parse("""
        [dev.salvo.jmh.PageOutBenchmark.pageOut-jmh-worker-1 tid=10];Thread.run;JMH.stub;Sender.operation;Core.dsb 7
        [dev.salvo.jmh.PageOutBenchmark.pageOut-jmh-worker-1 tid=10];Thread.run;JMH.stub 1
        [core-000 tid=10];Thread.run;Sender.operation;Core.dsb 2
        [core-001 tid=11];Core.live;Sender.step;Sender.operation;Core.dsb 3
        [core-002 tid=12];Core.live;CoreIdle.idle 4
        [core-1023 tid=13];Core.live;CoreIdle.idle 5
        [core-2;core-002 tid=14];Core.live;CoreIdle.idle 6
        [C2 CompilerThread0 tid=15];Sender.operation 8
        """);

    @TempDir
    Path folder;

    private final OutputFormat quiet = OutputFormatFactory.createFormatInstance(
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), VerboseMode.SILENT);

    @Test
    void theProgramIsOfAllSendersAndJmhsWorkerIsTheFirst() {
        assertEquals("core-000;Sender.operation;Core.dsb 9\ncore-001;Sender.operation;Core.dsb 3\n",
            FlameGraphs.program(SAMPLES).collapsed());
    }

    @Test
    void victimsAreTheCoresBehindTheSendersEachWithARootOfItsOwn() {
        assertEquals("core-002;Core.live;CoreIdle.idle 4\ncore-1023;Core.live;CoreIdle.idle 5\n",
            FlameGraphs.victims(SAMPLES, 2).collapsed());
    }

    /** Names in a table that no stack can hold would be rows that never come. */
    @Test
    void everyFrameOfTheTableIsAMethodOfTheCode() {
        Set<String> methods = new TreeSet<>();
        new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.salvo")
            .forEach(type -> type.getMethods().forEach(method -> {
                methods.add(type.getSimpleName() + '.' + method.getName());
                methods.add(method.getName());
            }));
        for (KernelFrame frame : KernelFrame.values()) {
            assertTrue(methods.contains(frame.frame()), frame.frame());
        }
        assertTrue(methods.contains("Core.live"));
    }

    @Test
    void withoutPerfEventsATimerDrawsTheProgramAndNoKernel() throws Exception {
        SampledPoint sampled = FlameGraphs.draw(ExperimentSpec.seed(3, Strategy.SYNC),
            Sampling.of(Sampling.Event.CPU, REFUSED), SHORT, folder, "timer", quiet);
        assertEquals("ctimer", sampled.used());
        assertTrue(sampled.program().samples() > 0);
        assertEquals(0, sampled.kernelSamples());
        assertEquals(1, FrameTable.shares(sampled.program()).get(KernelFrame.PROGRAM).inclusive());
        assertEquals(sampled.program(), Stacks.read(folder.resolve("timer-sender.collapsed")));
        assertTrue(Files.readString(folder.resolve("timer-sender.html")).contains("ctimer: 3 cores, 1 sender, sync"));
    }

    /** JMH calls what it writes by all axes and their values: together they are longer than the name of a file may be. */
    @Test
    void aPointWithTheLongestWordsIsDrawnToo() throws Exception {
        ExperimentSpec longest = ExperimentSpec.seed(3, Strategy.BATCHED).with(Axis.INTERCONNECT, "inboxes")
            .with(Axis.MECHANISM, "arm64-local").with(Axis.LOAD, "shared").with(Axis.LIST, 1024).with(Axis.BATCH, 1024)
            .with(Axis.RING, 16384);
        SampledPoint sampled = FlameGraphs.draw(longest, Sampling.of(Sampling.Event.CPU, REFUSED), SHORT, folder, "longest",
            quiet);
        assertTrue(sampled.program().samples() > 0);
    }

    @Test
    void noLockIsWaitedForOnThisPathAndNoGraphIsLeftThatSaysOtherwise() throws Exception {
        Path old = Files.writeString(folder.resolve("lock-sender.html"), "of another run");
        SampledPoint sampled = FlameGraphs.draw(ExperimentSpec.seed(3, Strategy.BATCHED),
            Sampling.of(Sampling.Event.LOCK, REFUSED), SHORT, folder, "lock", quiet);
        assertEquals(0, sampled.program().samples());
        assertEquals(List.of(), sampled.files());
        assertFalse(Files.exists(old));
    }

    @Test
    void whatTwoPointsDifferByIsDrawnInNanosecondsPerPageBothWays() throws Exception {
        SampledPoint sync = sampled(Strategy.SYNC, "core-000;Sender.operation;FlushStrategy.ptepClearFlush 9", 900);
        SampledPoint batched = sampled(Strategy.BATCHED, "core-000;Sender.operation;FlushStrategy.archTlbbatchFlush 9", 100);
        List<Path> graphs = FlameGraphs.diff(sync, batched, folder, "");
        assertEquals(List.of("diff-sync-batched.html", "diff-batched-sync.html"),
            graphs.stream().map(graph -> graph.getFileName().toString()).toList());
        String left = Files.readString(graphs.get(0));
        assertTrue(left.contains("batched (100 ns per page) against sync (900)"), left);
        assertTrue(left.contains("archTlbbatchFlush") && !left.contains("ptepClearFlush"));
        String gone = Files.readString(graphs.get(1));
        assertTrue(gone.contains("ptepClearFlush") && !gone.contains("archTlbbatchFlush"));
    }

    /** A graph's title is in the middle of a line that has its buttons at one end and its maker's name at the other. */
    @Test
    void theTitleOfADifferenceFitsBesideWhatElseIsInItsLine() throws Exception {
        SampledPoint sync = sampled(Strategy.SYNC, "core-000;Sender.operation;FlushStrategy.ptepClearFlush 9", 123456);
        SampledPoint batched = sampled(Strategy.BATCHED, "core-000;Sender.operation;FlushStrategy.archTlbbatchFlush 9", 98765);
        for (Path graph : FlameGraphs.diff(sync, batched, folder, "")) {
            String title = Files.readString(graph).replaceFirst("(?s).*?<h1>(.*?)</h1>.*", "$1");
            assertTrue(title.contains("ns per page") && title.length() <= 110, title);
        }
    }

    @Test
    void whatARunHasSampledIsOfThePointThatItsGraphNames() throws Exception {
        RunFolder run = RunFolder.create(folder, Map.of("hostname", "made-up"), Instant.EPOCH);
        assertEquals(Optional.empty(), FlameGraphs.ofRun(run, Strategy.SYNC), "nothing is drawn");
        Path point = Path.of("../results/runs/vm-20261123T112131Z/points/"
            + "c100-s1-m1-sync-ring-load-idle-l256-b31-pte-clean-native-compact.json");
        double nsPerPage = run.add(Files.readAllBytes(point)).nsPerPage().mean();
        Files.writeString(run.flame().resolve("sync-sender.collapsed"), "core-000;Sender.operation;Core.dsb 9\n");
        Path graph = run.flame().resolve("sync-sender.html");
        Files.writeString(graph, "<h1>The senders' program, wall: 8 cores, one sender, sync</h1>");
        assertEquals(Optional.empty(), FlameGraphs.ofRun(run, Strategy.SYNC), "of another point");
        Files.writeString(graph, "<h1>The senders' program, wall: "
            + run.rows().get(0).point().described(Set.of()) + "</h1>");
        SampledPoint sampled = FlameGraphs.ofRun(run, Strategy.SYNC).orElseThrow();
        assertEquals(nsPerPage, sampled.nsPerPage());
        assertEquals(100, sampled.point().cores());
        List<Path> graphs = FlameGraphs.diffOfRuns(sampled, sampled(Strategy.SYNC,
            "core-000;Sender.operation;FlushStrategy.ptepClearFlush 9", 900), folder);
        assertEquals(List.of("sync-a-b.html", "sync-b-a.html"),
            graphs.stream().map(each -> each.getFileName().toString()).toList());
        String left = Files.readString(graphs.get(0));
        assertTrue(left.contains("b (900 ns per page) against a (") && left.contains("ptepClearFlush"), left);
    }

    private static SampledPoint sampled(Strategy strategy, String stacks, double nsPerPage) {
        return new SampledPoint(ExperimentSpec.seed(8, strategy).point(), "wall", "wall", "", Stacks.parse(stacks),
            Stacks.parse(""), nsPerPage, List.of());
    }
}
