package dev.salvo.jmh;

import java.util.ArrayList;
import java.util.List;

/**
 * What every measured JVM is started with. A manifest's Add-Opens does not reach JMH's forks, so it is said here again;
 * JMH records the flags beside every result.
 */
public final class ForkFlags {
    private static final int FIRST_WITH_UNSAFE_WARNING = 24;

    private ForkFlags() {
    }

    /**
     * The flags for forks of the JVM that runs now.
     *
     * @return command-line arguments
     */
    public static String[] forThisJvm() {
        List<String> flags = new ArrayList<>(List.of(
            // One collector thread, and a heap that holds from the start what machines of hundreds of cores need, every
            // page of it touched (which is most of what a fork costs on a slow host, so no more than that): a measured
            // iteration allocates next to nothing, and nothing of the JVM's own should move meanwhile.
            "-XX:+UseSerialGC", "-Xms256m", "-Xmx512m", "-XX:+AlwaysPreTouch",
            // Frames of the machine are off heap.
            "-XX:MaxDirectMemorySize=8g",
            // Agrona's buffers; JNA and async-profiler.
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= FIRST_WITH_UNSAFE_WARNING) {
            flags.add("--sun-misc-unsafe-memory-access=allow"); // JMH's; unknown, and so fatal, before
        }
        return flags.toArray(String[]::new);
    }
}
