package dev.salvo.jmh;

import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.results.BadRunException;
import dev.salvo.results.Figure;
import dev.salvo.results.Reason;
import dev.salvo.results.RunFolder;
import dev.salvo.results.SampledPoint;
import dev.salvo.results.SampledWait;
import dev.salvo.results.Stacks;
import dev.salvo.results.WholeFile;
import dev.salvo.workloads.program.Experiment;
import dev.salvo.workloads.program.ExperimentSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import one.convert.Arguments;
import one.convert.FlameGraph;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * Flame graphs of one point: samples by async-profiler in a fork of their own, one graph of the senders' program, one
 * of the cores that do not send, each core a root of its own. Beside each graph lie the stacks that it was drawn from.
 */
public final class FlameGraphs {
    /** Under this frame lies a sender's program and nothing else. */
    private static final String PROGRAM = "Sender.operation";
    /** Under this one lies what a core with a thread of its own does while it is on the machine. */
    private static final String LIFE = "Core.live";

    private static final Pattern CORE = Pattern.compile("core-([0-9]{3,4})");
    private static final int LITTLE_ROOM = 1 << 16;
    private static final String FIRST_CORE = "core-000";

    private FlameGraphs() {
    }

    /**
     * Samples a point and draws. Of whom nothing was sampled, no graph is drawn, and one that lay there is removed.
     *
     * @param spec     the point
     * @param sampling what is sampled
     * @param effort   how much
     * @param folder   where the graphs go; exists
     * @param name     what their file names begin with
     * @param output   where JMH says what it is doing
     * @return what was sampled and drawn
     * @throws ForkFailedException   if the JVM that is sampled failed, or cannot be sampled on this host
     * @throws RunnerException       if JMH refused to begin
     * @throws UncheckedIOException  if the graphs cannot be written
     * @throws IllegalStateException if the profiler saw nothing of the program, and time was what it sampled
     */
    public static SampledPoint draw(ExperimentSpec spec, Sampling sampling, Effort effort, Path folder, String name,
                                    OutputFormat output) throws RunnerException {
        Path library;
        Path samples;
        try {
            library = AsyncProfilerLibrary.find();
            samples = TemporaryFolder.newFolder();
        } catch (UnsuitableHostException unsuitable) {
            throw new ForkFailedException(unsuitable);
        }
        try {
            try {
                RunResult result = MeasuredJvms.run(PointRunner.options(spec, effort.withForks(1)).param("measure", "total")
                    .jvmArgsAppend("-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints")
                    .addProfiler(PointSampler.class, "libPath=" + library + ";event=" + sampling.used()
                        + sampling.more() + ";output=collapsed;threads=true;simple=true;dir=" + samples), output)
                    .iterator().next();
                double nsPerPage = result.getSecondaryResults().get(Figure.NS_PER_PAGE.metric()).getScore();
                return draw(spec, sampling, stacks(samples), nsPerPage, folder, name);
            } finally {
                delete(samples);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot draw a flame graph in " + folder + ": " + Reason.of(failure),
                failure);
        }
    }

    private static SampledPoint draw(ExperimentSpec spec, Sampling sampling, Stacks all, double nsPerPage, Path folder,
                                     String name) throws IOException {
        Stacks program = program(all);
        Stacks victims = victims(all, Experiment.sendingCores(spec));
        if (program.samples() == 0 && sampling.event().isTime()) {
            throw new IllegalStateException("async-profiler took no sample of the senders' program");
        }
        String of = ": " + spec.point().described(Set.of());
        // A page takes longer while it is sampled, and what is longer is the wait: both stand above what shows it.
        String sampled = ", " + sampling.used();
        String seen = sampling.used().equals("wall") ? String.format(Locale.ROOT, "%s, %.1f %% waiting, a page %.0f ns sampled",
            sampled, 100 * SampledWait.share(program), nsPerPage) : sampled;
        List<Path> files = new ArrayList<>();
        files.addAll(write(folder, name + "-sender", program, "The senders' program" + seen + of));
        files.addAll(write(folder, name + "-victims", victims, "Cores that do not send" + sampled + of));
        return new SampledPoint(spec.point(), Point.word(sampling.event()), sampling.used(),
            sampling.why(), program, victims, nsPerPage, files);
    }

    /** The senders' program, of all cores that ran it. */
    static Stacks program(Stacks all) {
        return all.ofThreads(FlameGraphs::core).under(PROGRAM);
    }

    /** What the cores do that do not send: those from a number on. */
    static Stacks victims(Stacks all, int firstVictim) {
        return all.ofThreads(name -> {
            Matcher core = CORE.matcher(name);
            return core.matches() && Integer.parseInt(core.group(1)) >= firstVictim ? name : null;
        }).under(LIFE);
    }

    /** The name of the core that a thread is, null if it is none. Core 0 is JMH's worker, until it is given its name. */
    private static String core(String thread) {
        return CORE.matcher(thread).matches() ? thread : thread.contains("jmh-worker") ? FIRST_CORE : null;
    }

    private static List<Path> write(Path folder, String name, Stacks stacks, String title) throws IOException {
        Path graph = folder.resolve(name + ".html");
        Path collapsed = folder.resolve(name + ".collapsed");
        if (stacks.samples() == 0) {
            Files.deleteIfExists(graph);
            Files.deleteIfExists(collapsed);
            return List.of();
        }
        dump(graph(stacks, title), graph);
        WholeFile.write(collapsed, half -> Files.writeString(half, stacks.collapsed()), StandardCopyOption.REPLACE_EXISTING);
        return List.of(graph, collapsed);
    }

    /**
     * Draws what two points differ by: the senders' program in nanoseconds per page, so that a frame counts the same in
     * both where a page costs the same. A graph shows the stacks of one point only, so there are two.
     *
     * @param sync    one point's wall samples
     * @param batched the other's
     * @param folder  where the graphs go; exists
     * @param prefix  what their file names begin with, before {@code diff-}
     * @return {@code diff-sync-batched.html}, which shows what is left and what is new, and
     *         {@code diff-batched-sync.html}, which shows what is gone
     */
    public static List<Path> diff(SampledPoint sync, SampledPoint batched, Path folder, String prefix) {
        return diff(sync, strategy(sync), batched, strategy(batched), folder, prefix + "diff-");
    }

    /**
     * Draws what a point differs by in two runs, in the same way.
     *
     * @param a      the point in the one, {@link #ofRun}
     * @param b      the same point in the other
     * @param folder where the graphs go; exists
     * @return {@code STRATEGY-a-b.html}, which shows what is left and what is new in b, and {@code STRATEGY-b-a.html},
     *         which shows what is gone
     */
    public static List<Path> diffOfRuns(SampledPoint a, SampledPoint b, Path folder) {
        return diff(a, "a", b, "b", folder, strategy(a) + '-');
    }

    /**
     * The senders' program as a run has sampled it, at the point that its graph names; a page takes in it what it takes
     * where nothing samples.
     *
     * @param run      the run
     * @param strategy of the point
     * @return what was sampled; empty if the run has no such graph, or does not hold the point that is drawn
     * @throws BadRunException if the stacks beside the graph are none
     */
    public static Optional<SampledPoint> ofRun(RunFolder run, Strategy strategy) {
        Path graph = run.flame().resolve(Point.word(strategy) + "-sender.html");
        Path collapsed = run.flame().resolve(Point.word(strategy) + "-sender.collapsed");
        if (!Files.isRegularFile(graph) || !Files.isRegularFile(collapsed)) {
            return Optional.empty();
        }
        String title;
        try {
            title = new String(Files.readAllBytes(graph), StandardCharsets.UTF_8)
                .replaceFirst("(?s).*?<h1>(.*?)</h1>.*", "$1");
        } catch (IOException failure) {
            throw new UncheckedIOException(graph + " cannot be read: " + Reason.of(failure), failure);
        }
        Stacks program = Stacks.read(collapsed);
        return run.rows().stream().filter(row -> title.endsWith(": " + row.point().described(Set.of())))
            .map(row -> new SampledPoint(row.point(), "wall", "wall", "", program, Stacks.parse(""), row.nsPerPage().mean(),
                List.of(graph, collapsed))).findFirst();
    }

    private static List<Path> diff(SampledPoint one, String nameOfOne, SampledPoint other, String nameOfOther, Path folder,
                                   String prefix) {
        try {
            return List.of(
                diff(one, nameOfOne, other, nameOfOther, folder.resolve(prefix + nameOfOne + '-' + nameOfOther + ".html")),
                diff(other, nameOfOther, one, nameOfOne, folder.resolve(prefix + nameOfOther + '-' + nameOfOne + ".html")));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot draw a flame graph in " + folder + ": " + Reason.of(failure),
                failure);
        }
    }

    private static Path diff(SampledPoint base, String nameOfBase, SampledPoint shown, String nameOfShown, Path file)
            throws IOException {
        // In one line between the graph's buttons and its maker's name, on a screen of 1280 pixels.
        String title = String.format(Locale.ROOT, "%s (%.0f ns per page) against %s (%.0f): "
                + "1 sample = 1 ns; red more, blue less, yellow only here",
            nameOfShown, shown.nsPerPage(), nameOfBase, base.nsPerPage());
        FlameGraph graph = graph(shown.nanosPerPage(), title);
        graph.diff(graph(base.nanosPerPage(), title));
        dump(graph, file);
        return file;
    }

    private static String strategy(SampledPoint sampled) {
        return Point.word(sampled.point().strategy());
    }

    private static FlameGraph graph(Stacks stacks, String title) throws IOException {
        FlameGraph graph = new FlameGraph(new Arguments("--title", title));
        graph.parseCollapsed(new StringReader(stacks.collapsed()));
        return graph;
    }

    private static void dump(FlameGraph graph, Path file) throws IOException {
        WholeFile.write(file, half -> { // half a graph would be taken for one that is drawn already
            try (OutputStream stream = Files.newOutputStream(half)) {
                graph.dump(stream);
            }
        }, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Every stack that was collected; JMH names the collapsed files .csv. */
    private static Stacks stacks(Path folder) throws IOException, ForkFailedException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> collapsed = files.filter(path -> path.toString().endsWith(".csv")).toList();
            if (collapsed.size() != 1) { // one fork of one benchmark
                throw new IllegalStateException("async-profiler wrote " + collapsed.size()
                    + " files of stacks instead of one");
            }
            return Stacks.read(collapsed.get(0));
        } catch (BadRunException cutShort) { // async-profiler does not look whether all is written
            if (Files.getFileStore(folder).getUsableSpace() >= LITTLE_ROOM) {
                throw cutShort;
            }
            throw new ForkFailedException(new FirstCause(TemporaryFolder.refusal("there is no room for all samples"),
                FirstCause.Reach.ANY), cutShort);
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
