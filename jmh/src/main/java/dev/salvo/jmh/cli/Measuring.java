package dev.salvo.jmh.cli;

import dev.salvo.engine.host.CpuPinning;
import dev.salvo.engine.host.ThreadLimit;
import dev.salvo.engine.host.UnsuitableHostException;
import dev.salvo.jmh.ForkFlags;
import dev.salvo.jmh.MeasuringLock;
import dev.salvo.jmh.OwnEnvironment;
import dev.salvo.workloads.program.ExperimentSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** What commands ask that measure points into a run folder of their own: how many JVMs, and where to. */
final class Measuring {
    /** What a JVM has for itself, which is the least that a fork takes. */
    private static final int THREADS_OF_A_JVM = 16;

    private static final int LOOPBACK_MILLIS = 10_000;

    @Option(names = "--forks", paramLabel = "N",
        description = "JVMs per point and measure; on a paced clock at each dilation. From 3 on, error bars are over "
            + "forks, from 5 on compare gives verdicts. Default: on the native clock as many as --precision and --budget "
            + "allow, 3 or more; on a paced clock 3.")
    private Integer forks;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "results/runs",
        description = "Where the run folder is made. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE",
        description = "Also write what is shown, as data, to FILE, replacing it.")
    private Path json;

    /** Made by picocli. */
    Measuring() {
    }

    /**
     * Looks at what was given, before anything is measured.
     *
     * @throws BadInput if it cannot be used
     */
    void check() {
        if (forks != null && forks < 1) {
            throw new BadInput("--forks " + forks + ": must be 1 or more");
        }
        if (json != null) {
            OutputFile.check("--json", json);
        }
    }

    /**
     * Looks whether the file that was asked for, if one was, would replace what is read.
     *
     * @throws BadInput if so
     */
    void checkKeeps(List<Path> read) {
        if (json != null) {
            OutputFile.checkIsNotRead("--json", json, read);
        }
    }

    /** How many JVMs, or so many if nothing was said. */
    int forks(int unsaid) {
        return forks == null ? unsaid : forks;
    }

    /** Where the run folder is made. */
    Path out() {
        return out;
    }

    /** How many cores the largest machine has of some. */
    static int mostCores(List<ExperimentSpec> points) {
        return points.stream().mapToInt(ExperimentSpec::cores).max().orElse(0);
    }

    /** The file that was asked for; null if none was. */
    Path json() {
        return json;
    }

    /** Writes the file that was asked for, if one was. Returns the exit code: 1, and it is said, if it could not be. */
    int write(String data) {
        return json == null || OutputFile.writeBeside("--json", json, data) ? 0 : 1;
    }

    /** Says which of this JVM's flags, wherever they were said, are no measured JVM's. */
    static void sayWhatIsNotHandedOn() {
        List<String> flags = ForkFlags.notHandedOn();
        if (!flags.isEmpty()) {
            System.err.println("  beware: Measured JVMs have flags of their own, and are not given " + String.join(" ", flags)
                + "; salvo jmh -jvmArgs measures with others.");
        }
        OwnEnvironment.cannotBeHad().ifPresent(variables -> System.err.println("  beware: There is no program env, so "
            + "measured JVMs read " + variables + ", too."));
    }

    /**
     * Whether another run is measuring, so that nothing can be measured now; says so. If not, JMH can be run, which locks
     * others out itself.
     *
     * @param cores as many as there will be on the largest machine; 0 if that is not known
     * @throws UnsuitableHostException if nothing can be measured on this host at all
     */
    static boolean mustWait(int cores) {
        MeasuringLock lock = lock(cores);
        if (lock != null) {
            lock.close();
            requireLoopback();
        }
        return lock == null;
    }

    /** JMH's forks talk to JMH by it; a name space of networks begins with one that is down. */
    static void requireLoopback() {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket jmh = new ServerSocket(0, 1, loopback); Socket fork = new Socket()) {
            fork.connect(jmh.getLocalSocketAddress(), LOOPBACK_MILLIS);
        } catch (IOException unreachable) {
            throw new UnsuitableHostException("loopback address " + loopback.getHostAddress() + ": "
                + unreachable.getMessage() + ", and JMH's forks talk to JMH by it; bring it up (ip link set lo up)",
                unreachable);
        }
    }

    /** Those of the cores, and of the JVM that they are in. */
    static void requireThreads(int cores) {
        ThreadLimit.require(cores + THREADS_OF_A_JVM);
    }

    /**
     * Locks others out, for what is measured without JMH.
     *
     * @param cores as many as there will be on the largest machine
     * @return the lock, to be closed; null if another run is measuring, which has then been said
     * @throws UnsuitableHostException if nothing can be measured on this host at all
     */
    static MeasuringLock lock(int cores) {
        CpuPinning.requirePossible();
        requireThreads(cores);
        MeasuringLock lock = MeasuringLock.take();
        if (lock == null) {
            System.err.println(Salvo.ANOTHER_RUN);
        }
        return lock;
    }
}
