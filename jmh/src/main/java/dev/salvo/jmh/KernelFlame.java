package dev.salvo.jmh;

import dev.salvo.engine.host.PerfEvents;
import dev.salvo.results.Reason;
import dev.salvo.results.WholeFile;
import dev.salvo.syscalls.Effort;
import dev.salvo.syscalls.KernelPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Flame graphs of real system calls, the kernel's own frames in them: CPU time of each thread, sampled by async-profiler in a JVM
 * that measures the point once more, whose figures are thrown away.
 */
public final class KernelFlame {
    private static final String INTERVAL = "200us";

    private KernelFlame() {
    }

    /**
     * What keeps the kernel's frames from being seen.
     *
     * @param perf what the kernel says of perf events
     * @return a line; empty if nothing does
     */
    public static String missing(PerfEvents perf) {
        return perf.withKernel() != 0 ? "perf events in the kernel are " + perf.refusal(perf.withKernel())
            : perf.symbols() ? "" : "the kernel hides the addresses of its functions (kernel.kptr_restrict)";
    }

    /**
     * Draws.
     *
     * @param point  what is called
     * @param effort how long
     * @param file   where the graph goes, in place of an older one
     * @param log    told each line that the measured JVM says
     * @throws ForkFailedException if the point cannot be measured so
     * @throws IOException         if the graph cannot be written
     */
    public static void draw(KernelPoint point, Effort effort, Path file, Consumer<String> log)
            throws ForkFailedException, IOException {
        Path drawn = TemporaryFolder.newFile(".html"); // whose name has no comma, as a folder's may have
        try {
            List<String> command = new ArrayList<>(SeriesRunner.command(KernelJvm.class));
            command.add(1, "-agentpath:" + AsyncProfilerLibrary.find() + "=start,event=cpu,interval=" + INTERVAL + ",threads,file="
                + drawn);
            RoundRunner.Outcome<KernelPoint> outcome = new SeriesRunner<>(command, KernelJvm.asking(effort), log)
                .measure(new Series<>("flame", List.of(point)), 1);
            if (outcome.failure() != null) {
                throw outcome.failure();
            }
            if (Files.size(drawn) == 0) {
                throw new IOException("async-profiler has written nothing");
            }
            // Written and not copied: a temporary file is its owner's alone, the run's are whoever's the umask says.
            WholeFile.write(file, half -> Files.write(half, Files.readAllBytes(drawn)), StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(drawn);
        }
    }

    /**
     * Why a graph could not be drawn.
     *
     * @param failure what {@link #draw} has thrown
     * @return a line
     */
    public static String why(Exception failure) {
        return failure instanceof IOException refused ? Reason.of(refused) : String.valueOf(failure.getMessage());
    }
}
