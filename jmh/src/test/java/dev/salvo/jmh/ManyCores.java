package dev.salvo.jmh;

import dev.salvo.engine.Core;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.point.Axis;
import dev.salvo.point.Strategy;
import dev.salvo.workloads.program.Experiment;
import dev.salvo.workloads.program.ExperimentSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process with a machine in it, for {@link MemoryTest}: pages a few lists out, then says what KiB it took. */
final class ManyCores {
    private static final int LISTS = 3;

    private ManyCores() {
    }

    /**
     * Runs.
     *
     * @param args the interconnect, how many cores, how many of them send
     */
    public static void main(String[] args) throws IOException {
        int cores = Integer.parseInt(args[1]);
        ExperimentSpec spec = ExperimentSpec.seed(cores, Strategy.BATCHED).with(Axis.SENDERS, args[2])
            .with(Axis.INTERCONNECT, InterconnectKind.valueOf(args[0]));
        try (Experiment experiment = new Experiment(spec, Experiment.Measure.TOTAL,
                sender -> nanos -> { })) {
            experiment.start();
            for (int list = 0; list < LISTS; list++) {
                experiment.operation();
            }
            Experiment.Outcome outcome = experiment.finish();
            long least = Long.MAX_VALUE;
            for (int id = 0; id < cores; id++) {
                Core core = experiment.machine().core(id);
                least = Math.min(least, core.counts().served());
            }
            System.out.println("pages " + outcome.pages());
            System.out.println("least served " + least);
            System.gc(); // the heap is resident from the start: what is in it does not show in what follows
            Runtime jvm = Runtime.getRuntime();
            System.out.println("heap " + (jvm.totalMemory() - jvm.freeMemory() >> 10));
        }
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                System.out.println("resident " + line.replaceAll("\\D", ""));
            }
        }
    }
}
