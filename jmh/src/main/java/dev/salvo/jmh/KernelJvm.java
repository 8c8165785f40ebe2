package dev.salvo.jmh;

import dev.salvo.engine.host.HostTopology;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.results.KernelReplicate;
import dev.salvo.results.ReplicateEntry;
import dev.salvo.results.RunFolder;
import dev.salvo.syscalls.KernelPoint;
import dev.salvo.syscalls.KernelReplicate.Batch;
import dev.salvo.syscalls.Operation;
import dev.salvo.syscalls.Others;
import dev.salvo.syscalls.Shootdowns;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The JVM that measures a {@link Series} of real system calls: as {@link SeriesJvm}, it is told on standard input what to
 * measure, and leaves the results in a file.
 */
public final class KernelJvm {
    private KernelJvm() {
    }

    /**
     * What has them measured.
     *
     * @param effort how much is measured in a replicate
     * @param log    told each line that a measured JVM says, on the thread that measures
     * @return a runner of such JVMs
     */
    public static RoundRunner.Measurer<KernelPoint> runner(dev.salvo.syscalls.Effort effort, Consumer<String> log) {
        return new SeriesRunner<>(SeriesRunner.command(KernelJvm.class), asking(effort), log);
    }

    /**
     * Begins.
     *
     * @param arguments the file for the results, which exists
     * @throws IOException if it cannot be written, or nobody says what to measure
     */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        DataInputStream asked = new DataInputStream(System.in);
        int round = asked.readInt();
        dev.salvo.syscalls.Effort effort = new dev.salvo.syscalls.Effort(Duration.ofNanos(asked.readLong()),
            Duration.ofNanos(asked.readLong()), asked.readInt(), asked.readInt());
        List<KernelPoint> points = new ArrayList<>();
        for (int left = asked.readInt(); left > 0; left--) {
            points.add(read(asked));
        }
        HostTopology host = HostTopology.read();
        SeriesJvm.measure(points, asked, Path.of(arguments[0]), point -> {
            Instant begun = Instant.now();
            dev.salvo.syscalls.KernelReplicate measured = Shootdowns.measure(point, host, effort);
            out.println("# " + measured.nsPerOp() + " ns per operation, " + (measured.valid() ? "valid" : measured.why()));
            // At once: what cannot be stored is a failure of this point, and not of the last one.
            byte[] json = RunFolder.kernelJson(stored(point), stored(measured, round, begun, host.usableCpus()));
            return () -> json;
        });
    }

    /** Who asks as {@link #main} reads it. */
    static SeriesRunner.Asking<KernelPoint> asking(dev.salvo.syscalls.Effort effort) {
        return (out, series, round) -> {
            out.writeInt(round);
            out.writeLong(effort.warmUp().toNanos());
            out.writeLong(effort.batch().toNanos());
            out.writeInt(effort.batches());
            out.writeInt(effort.attempts());
            out.writeInt(series.points().size());
            for (KernelPoint point : series.points()) {
                out.writeUTF(point.op().toString());
                out.writeInt(point.cores());
                out.writeInt(point.senders());
                out.writeInt(point.pages());
                out.writeUTF(point.others().toString());
                out.writeUTF(point.placement().name());
            }
            out.flush();
        };
    }

    private static KernelPoint read(DataInputStream asked) throws IOException {
        return new KernelPoint(Operation.of(asked.readUTF()), asked.readInt(), asked.readInt(), asked.readInt(),
            Others.of(asked.readUTF()), PlacementPolicy.valueOf(asked.readUTF()));
    }

    /**
     * A point in the words of run folders.
     *
     * @param point as it is measured
     * @return as it is stored
     */
    public static dev.salvo.results.KernelPoint stored(KernelPoint point) {
        return new dev.salvo.results.KernelPoint(point.op().toString(), point.cores(), point.senders(), point.pages(),
            point.others().toString(), point.placement().toString());
    }

    /** What was measured, as run folders have it: interrupts are counted for an operation there, and for each target here. */
    static KernelReplicate stored(dev.salvo.syscalls.KernelReplicate measured, int round, Instant at, int cpus) {
        ReplicateEntry.Counts latency = measured.latencies().getTotalCount() == 0 ? null
            : new HistogramStatistics(measured.latencies(), 1).counts();
        double shootdowns = measured.targets() > 0 ? measured.shootdowns() * measured.targets() : measured.shootdowns();
        dev.salvo.syscalls.KernelReplicate.Victims beside = measured.victims();
        return new KernelReplicate(round, at, Runtime.version().toString(), measured.nsPerOp(), measured.emptyNanos(),
            measured.operations(), measured.opsPerSecond(), measured.targets(), shootdowns,
            measured.counting().name().toLowerCase(Locale.ROOT).replace('_', '-'), measured.valid(), measured.why(),
            measured.node(), cpus, measured.oversubscribed(), measured.placed(), latency, sums(measured.batches()),
            Stream.of(new KernelReplicate.Victim("compute", beside.computeAlone(), beside.computeBeside()),
                new KernelReplicate.Victim("memory", beside.memoryAlone(), beside.memoryBeside()))
                .filter(victim -> victim.alone() > 0 && victim.beside() > 0).toList());
    }

    /** Batches in sum, by whether they were accepted, and of the others by the reason but for its numbers. */
    private static List<KernelReplicate.Batches> sums(List<Batch> batches) {
        Map<String, List<Batch>> alike = batches.stream().collect(Collectors.groupingBy(
            batch -> batch.accepted() + batch.why().replaceAll("[0-9][0-9.]*", "#"), LinkedHashMap::new, Collectors.toList()));
        return alike.values().stream().map(some -> new KernelReplicate.Batches(some.size(),
            some.stream().mapToLong(Batch::rounds).sum(), sum(some, Batch::nanos), sum(some, Batch::tlb),
            sum(some, Batch::cal), sum(some, Batch::runDelayNanos), some.get(0).accepted(), some.get(0).why())).toList();
    }

    private static double sum(List<Batch> some, ToDoubleFunction<Batch> figure) {
        return some.stream().mapToDouble(figure).sum();
    }
}
