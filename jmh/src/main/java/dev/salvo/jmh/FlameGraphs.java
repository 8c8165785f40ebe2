package dev.salvo.jmh;

import dev.salvo.workloads.program.PageOutSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import one.convert.Arguments;
import one.convert.FlameGraph;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * Flame graphs of one point: wall-clock samples by async-profiler in a fork of their own, one graph of the first
 * sender's program, one of another core's.
 *
 * <p>Wall samples, because the time of a shootdown is waited, and a wait that yields its CPU does not show in CPU time.
 */
public final class FlameGraphs {
    /** Between two rounds of samples. A round takes eight threads, so a thread of a hundred is seen every 5 ms. */
    private static final long INTERVAL_NANOS = 400_000;

    /** Under this frame lies the sender's program and nothing else. */
    private static final String PROGRAM = "Sender.operation";

    private static final Pattern FLUSH =
        Pattern.compile("(^|;)[^;]*\\.(ptepClearFlush|archTlbbatchAddPending|archTlbbatchFlush)(_\\[\\w\\])?(;|$)");
    private static final Pattern THREAD = Pattern.compile("^\\[(?<name>.*) tid=\\d+\\](;|$)");

    private FlameGraphs() {
    }

    /**
     * What was drawn and counted.
     *
     * @param sender        the sender's graph
     * @param victim        another core's, or null if the machine has no core that does not send
     * @param senderSamples samples of the sender's program
     * @param flushShare    share of them in {@code ptepClearFlush}, {@code archTlbbatchAddPending} and
     *                      {@code archTlbbatchFlush}, 0..1
     */
    public record Drawn(Path sender, Path victim, long senderSamples, double flushShare) {
    }

    /**
     * Profiles a point and draws.
     *
     * @param spec   the point
     * @param effort how much
     * @param folder where the graphs go; exists
     * @param name   what their file names begin with
     * @param output where JMH says what it is doing
     * @return what was drawn
     * @throws RunnerException       if the fork failed
     * @throws IllegalStateException if the profiler saw nothing of the program
     */
    public static Drawn draw(PageOutSpec spec, Effort effort, Path folder, String name, OutputFormat output)
            throws RunnerException {
        try {
            Path samples = Files.createTempDirectory("salvo-samples-");
            try {
                new Runner(PointRunner.options(spec, effort.withForks(1)).param("measure", "total")
                    .jvmArgsAppend("-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints")
                    .addProfiler("async", "libPath=" + AsyncProfilerLibrary.find() + ";event=wall;interval=" + INTERVAL_NANOS
                        + ";output=collapsed;threads=true;simple=true;dir=" + samples)
                    .build(), output).run();
                return draw(spec, stacks(samples), folder, name);
            } finally {
                delete(samples);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot draw a flame graph in " + folder + ": " + failure.getMessage(),
                failure);
        }
    }

    private static Drawn draw(PageOutSpec spec, List<String> stacks, Path folder, String name) throws IOException {
        String machine = spec.cores() + " cores, " + spec.senders() + (spec.senders() == 1 ? " sender, " : " senders, ")
            + PointRunner.word(spec.strategy());
        List<String> sender = new ArrayList<>();
        List<String> victim = new ArrayList<>();
        String victimName = String.format("core-%03d", spec.senders());
        long all = 0;
        long flush = 0;
        for (String stack : stacks) {
            Matcher thread = THREAD.matcher(stack);
            if (!thread.find()) {
                continue;
            }
            String threadName = thread.group("name");
            int program = stack.indexOf(PROGRAM);
            // Core 0 is JMH's own thread, whose name async-profiler took before it was a core's.
            if ((threadName.contains("jmh-worker") || threadName.equals("core-000")) && program >= 0) {
                String cropped = "core-000, the sender: its program;" + stack.substring(program);
                sender.add(cropped);
                long count = count(stack);
                all += count;
                flush += FLUSH.matcher(frames(cropped)).find() ? count : 0;
            } else if (threadName.equals(victimName)) {
                victim.add(victimName + ", not a sender" + stack.substring(thread.end() - 1));
            }
        }
        if (all == 0) {
            throw new IllegalStateException("async-profiler took no sample of the sender's program");
        }
        Path senderGraph = folder.resolve(name + "-sender.html");
        write(senderGraph, sender, "Sender, wall clock: " + machine);
        Path victimGraph = null;
        if (!victim.isEmpty()) {
            victimGraph = folder.resolve(name + "-victim.html");
            write(victimGraph, victim, "A core that does not send, wall clock: " + machine);
        }
        return new Drawn(senderGraph, victimGraph, all, (double) flush / all);
    }

    private static String frames(String stack) {
        return stack.substring(0, stack.lastIndexOf(' '));
    }

    private static long count(String stack) {
        return Long.parseLong(stack.substring(stack.lastIndexOf(' ') + 1));
    }

    private static void write(Path file, List<String> stacks, String title) throws IOException {
        FlameGraph graph = new FlameGraph(new Arguments("--title", title));
        graph.parseCollapsed(new StringReader(String.join("\n", stacks)));
        try (OutputStream stream = Files.newOutputStream(file)) {
            graph.dump(stream);
        }
    }

    /** Every stack that was collected; JMH names the collapsed files .csv. */
    private static List<String> stacks(Path folder) throws IOException {
        List<String> stacks = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".csv")).toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (!line.isBlank()) {
                        stacks.add(line);
                    }
                }
            }
        }
        return stacks;
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
