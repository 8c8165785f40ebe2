package dev.salvo.syscalls;

import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.UnsuitableHostException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own whose threads compute, one on each of some CPUs: they share no memory with the senders, so no flush of
 * theirs has to reach them. One process for all CPUs: it sends nothing, so its threads share its memory without a shootdown.
 *
 * <p>It ends when it is closed, and with the JVM that has started it, however that ends: its standard input ends then.
 */
public final class OtherProcess implements AutoCloseable {
    private static final String READY = "ready";
    private static final int PATIENCE_SECONDS = 60;
    private static final List<String> SMALL = List.of("-Xmx16m", "-Xss256k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData");

    private final Process process;

    /** Starts it, and waits until all its threads compute. */
    OtherProcess(List<Integer> cpus) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SMALL);
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), OtherProcess.class.getName()));
        cpus.forEach(cpu -> command.add(Integer.toString(cpu)));
        try {
            process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        } catch (IOException e) {
            throw new UnsuitableHostException("others processes: no other JVM can be started (" + e.getMessage() + ")", e);
        }
        String said = firstLine();
        if (!READY.equals(said)) {
            close();
            throw new UnsuitableHostException("others processes: the other JVM did not begin"
                + (said == null ? "" : ": " + said));
        }
    }

    /** It always says something or ends: its main thread lets nothing fall through. */
    private String firstLine() {
        try {
            return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII)).readLine();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what the other JVM says", e);
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The other JVM: computes until its standard input ends.
     *
     * @param cpus the number of a CPU for each thread
     * @throws IOException if standard input cannot be read
     */
    public static void main(String[] cpus) throws IOException {
        try {
            CpuPinning.requirePossible();
            for (int i = 0; i < cpus.length; i++) {
                new Target(Integer.parseInt(cpus[i]), i, Target.Doing.COMPUTE);
            }
        } catch (UnsuitableHostException refused) {
            System.out.println(refused.getMessage());
            return;
        }
        System.out.println(READY);
        System.in.read(); // the parent says nothing, ever
        System.exit(0);
    }
}
