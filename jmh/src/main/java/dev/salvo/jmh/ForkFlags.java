package dev.salvo.jmh;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What every measured JVM is started with. A manifest's Add-Opens does not reach JMH's forks, so it is said here again;
 * JMH records the flags beside every result.
 *
 * <p>The flags of the JVM that runs now are no measured JVM's: two collectors or a heap smaller than ours would keep it
 * from starting, a debugger's port is taken, and figures would not be comparable. Only system properties are handed on,
 * which tell libraries where to put what they unpack, and not the JVM how to run.
 */
public final class ForkFlags {
    private static final int FIRST_WITH_UNSAFE_WARNING = 24;

    private static final Predicate<String> COLLECTOR = Pattern.compile(
        "-XX:[+-]Use(Serial|Parallel|G1|Z|Shenandoah|Epsilon)GC").asMatchPredicate();
    private static final Predicate<String> HEAP = Pattern.compile(
        "-Xm[snx].*|-XX:(Initial|Max|Min)(HeapSize|RAM(Percentage|Fraction))=.*|-XX:MaxRAM=.*").asMatchPredicate();

    /** Would listen at a port that is taken already. */
    private static final String MANAGEMENT = "-Dcom.sun.management.";

    private ForkFlags() {
    }

    /**
     * The flags for forks of the JVM that runs now.
     *
     * @return command-line arguments
     */
    public static List<String> forThisJvm() {
        return beside(List.of());
    }

    /**
     * The flags for forks of the JVM that runs now, but for those that would contradict what a person has chosen.
     *
     * @param chosen flags that the forks are also given
     * @return command-line arguments
     */
    public static List<String> beside(List<String> chosen) {
        List<String> flags = new ArrayList<>();
        // One collector thread, and a heap that holds from the start what machines of hundreds of cores need, every
        // page of it touched (which is most of what a fork costs on a slow host, so no more than that): a measured
        // iteration allocates next to nothing, and nothing of the JVM's own should move meanwhile.
        if (chosen.stream().noneMatch(COLLECTOR)) {
            flags.add("-XX:+UseSerialGC");
        }
        if (chosen.stream().noneMatch(HEAP)) {
            flags.addAll(List.of("-Xms256m", "-Xmx512m"));
        }
        flags.addAll(List.of("-XX:+AlwaysPreTouch",
            // Frames of the machine are off heap.
            "-XX:MaxDirectMemorySize=8g",
            // Agrona's buffers; JNA and async-profiler.
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= FIRST_WITH_UNSAFE_WARNING) {
            flags.add("--sun-misc-unsafe-memory-access=allow"); // JMH's; unknown, and so fatal, before
        }
        return flags;
    }

    /**
     * What measured JVMs are given of this JVM's own flags, wherever those were said: system properties.
     *
     * @return command-line arguments
     */
    public static List<String> handedOn() {
        return ofThisJvm().stream().filter(ForkFlags::isHandedOn).toList();
    }

    /**
     * What was said to this JVM, on its command line or in an environment variable that JVMs read, and is no measured
     * JVM's.
     *
     * @return command-line arguments
     */
    public static List<String> notHandedOn() {
        // What opens modules is needed to run at all, and is given to measured JVMs in any case.
        return ofThisJvm().stream().filter(flag -> !isHandedOn(flag) && !flag.startsWith("--")).toList();
    }

    private static boolean isHandedOn(String flag) {
        return flag.startsWith("-D") && !flag.startsWith(MANAGEMENT);
    }

    /** Those of the environment among them. */
    private static List<String> ofThisJvm() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments();
    }
}
