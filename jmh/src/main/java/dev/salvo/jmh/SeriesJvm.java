package dev.salvo.jmh;

import dev.salvo.engine.host.HostTopology;
import dev.salvo.point.Axis;
import dev.salvo.workloads.program.ExperimentSpec;
import dev.salvo.workloads.program.Pacing;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * The JVM that measures a {@link Series}, which {@link SeriesRunner} starts: told on standard input what to measure, it says on
 * standard output what it is doing, and leaves the results in a file when it has measured all, or what it could. It ends when
 * the process that started it does.
 */
public final class SeriesJvm {
    /** Longest that a point may take: JMH's own patience. */
    static final int MOST_MINUTES = 10;
    /** What the line begins with that says which point is measured now, before its number. */
    static final String POINT = "# Point ";
    /** What stands in the output before what a point has failed of: JMH's word. */
    static final String FAILURE = "<failure>";

    private SeriesJvm() {
    }

    /**
     * Begins.
     *
     * @param arguments the file for the results, which exists
     * @throws IOException if it cannot be written, or nobody says what to measure
     */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        out.println("# VM options: " + String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
        DataInputStream asked = new DataInputStream(System.in);
        String measure = asked.readUTF();
        int round = asked.readInt();
        Effort effort = new Effort(1, asked.readInt(), asked.readInt(), TimeValue.nanoseconds(asked.readLong()));
        List<ExperimentSpec> points = new ArrayList<>();
        for (int left = asked.readInt(); left > 0; left--) {
            points.add(read(asked));
        }
        HostTopology host = HostTopology.read();
        long oldAt = System.nanoTime() + effort.warmups() * effort.time().convertTo(TimeUnit.NANOSECONDS);
        measure(points, asked, Path.of(arguments[0]), point -> {
            ReplicateRunner replicate = new ReplicateRunner(point, measure, effort, round, host);
            replicate.measure(oldAt, out);
            return replicate::json;
        });
    }

    /**
     * Measures points one after another, says which, leaves what came of them in a file, and ends this process: at once where
     * the one has ended that asked.
     *
     * @param asked     where that one has said what to measure: its end of the pipe is closed when it ends
     * @param results   the file, which exists
     * @param replicate measures a point, and has made of it afterwards what is stored
     */
    static <P> void measure(List<P> points, InputStream asked, Path results, Function<P, Supplier<byte[]>> replicate)
            throws IOException {
        PrintStream out = System.out;
        Thread parent = new Thread(() -> awaitEnd(asked), "parent");
        parent.setDaemon(true);
        parent.start();
        List<Supplier<byte[]>> done = new ArrayList<>();
        int exitCode = 0;
        try {
            for (P point : points) {
                out.println(POINT + done.size() + ": " + point);
                Timer patience = patience(out);
                done.add(replicate.apply(point));
                patience.cancel();
            }
        } catch (RuntimeException | Error failure) { // the others are as they were
            out.println(FAILURE);
            out.println();
            failure.printStackTrace(out);
            exitCode = 1;
        }
        // Only now: what it takes to write is not to be compiled while something is measured.
        try (DataOutputStream file = new DataOutputStream(Files.newOutputStream(results))) {
            for (Supplier<byte[]> made : done) {
                byte[] json = made.get();
                file.writeInt(json.length);
                file.write(json);
            }
        }
        System.exit(exitCode); // cores of a machine that has failed may still be there
    }

    /** Who asks as {@link #main} reads it. */
    static SeriesRunner.Asking<ExperimentSpec> asking(Effort effort) {
        return (out, series, round) -> ask(out, series, round, effort);
    }

    private static void ask(DataOutputStream out, Series<ExperimentSpec> series, int round, Effort effort) throws IOException {
        out.writeUTF(series.measure());
        out.writeInt(round);
        out.writeInt(effort.warmups());
        out.writeInt(effort.iterations());
        out.writeLong(effort.time().convertTo(TimeUnit.NANOSECONDS));
        out.writeInt(series.points().size());
        for (ExperimentSpec point : series.points()) {
            Map<Axis, String> values = point.point().values();
            out.writeInt(values.size());
            for (Map.Entry<Axis, String> value : values.entrySet()) {
                out.writeUTF(value.getKey().name());
                out.writeUTF(value.getValue());
            }
        }
        out.flush();
    }

    private static ExperimentSpec read(DataInputStream asked) throws IOException {
        Map<Axis, String> values = new EnumMap<>(Axis.class);
        for (int left = asked.readInt(); left > 0; left--) {
            values.put(Axis.valueOf(asked.readUTF()), asked.readUTF());
        }
        return ExperimentSpec.of(values, Pacing.NATIVE);
    }

    /** Ends this process when the one ends that asks: its end of the pipe is closed then. */
    private static void awaitEnd(InputStream parent) {
        try {
            while (parent.read() >= 0) {
                continue;
            }
        } catch (IOException gone) {
            // as good as its end
        }
        Runtime.getRuntime().halt(1);
    }

    /** Ends this process if it is not told in time that a point is measured. */
    private static Timer patience(PrintStream out) {
        Timer timer = new Timer("patience", true);
        timer.schedule(new TimerTask() {
            @Override
            public void run() {
                out.println("java.util.concurrent.TimeoutException: not measured within " + MOST_MINUTES + " minutes");
                Runtime.getRuntime().halt(1);
            }
        }, TimeUnit.MINUTES.toMillis(MOST_MINUTES));
        return timer;
    }
}
