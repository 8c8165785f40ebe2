package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a curve whose JVM was started as no measured JVM could be, in a process as a person would start it. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ForksTest {
    private static final String[] SMALLEST =
        {"--cores", "2", "--senders", "1", "--strategy", "sync", "--quick", "--no-flame"};

    @TempDir
    Path folder;

    /** A collector and a heap that contradict ours, from everywhere that a JVM takes flags from. */
    @Test
    void aCurveIsMeasuredByJvmsOfItsOwnWhateverThisOneWasStartedWith() throws Exception {
        Said heard = curve(List.of("-XX:+UseParallelGC", "-Dsalvo.test=kept"), Map.of(
            "JAVA_TOOL_OPTIONS", "-Xmx200m", "JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1", "_JAVA_OPTIONS", "-Xms16m"));
        assertEquals(0, heard.exitCode(), heard.err());
        assertEquals(1, heard.err().lines().filter(line -> line.contains("are not given")).count(), heard.err());
        for (String flag : List.of("-XX:+UseParallelGC", "-Xmx200m", "-XX:TieredStopAtLevel=1", "-Xms16m")) {
            assertTrue(heard.err().contains(flag), flag);
        }
        String log = log();
        String options = log.lines().filter(line -> line.startsWith("# VM options: ")).findFirst().orElseThrow();
        assertTrue(options.contains("-XX:+UseSerialGC") && options.contains("-Dsalvo.test=kept"), options);
        assertFalse(options.contains("Parallel") || options.contains("Tiered") || options.contains("-Xms16m"), options);
        assertFalse(log.contains("Picked up"), "no fork has read the environment's flags");
    }

    /** Here env, which starts JMH's forks without what the environment has for JVMs. */
    @Test
    void whatKeepsOneMeasuredJvmFromStartingIsSaidOnceAndNoOtherIsTried() throws Exception {
        Path env = Files.writeString(Files.createDirectories(folder.resolve("programs")).resolve("env"),
            "#!/bin/sh\necho 'Error: no JVM today' >&2\nexit 1\n");
        assertTrue(env.toFile().setExecutable(true));
        Said heard = curve(List.of(), Map.of("JAVA_TOOL_OPTIONS", "-Dsalvo.test=1", "PATH", env.getParent() + ":"
            + System.getenv("PATH")), "--clock", "paced", "--profile", "a64fx", "--dilation", "1000", "--cores", "2,3,4",
            "--strategy", "sync");
        assertEquals(2, heard.exitCode(), heard.err());
        assertEquals(1, heard.err().lines().filter(line -> line.contains("a measured JVM does not start: no JVM today"))
            .count(), heard.err());
        assertTrue(heard.err().contains("salvo: 2 more points were not tried"), heard.err());
        assertTrue(heard.err().lines().noneMatch(line -> line.startsWith("\tat ")), heard.err());
    }

    private Said curve(List<String> flags, Map<String, String> environment) throws Exception {
        return curve(flags, environment, SMALLEST);
    }

    private Said curve(List<String> flags, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = Launch.command(flags, "curve", "--out", folder.resolve("runs").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return Said.by(builder);
    }

    private String log() throws IOException {
        try (var runs = Files.list(folder.resolve("runs"))) {
            return Files.readString(runs.findFirst().orElseThrow().resolve("jmh.log"));
        }
    }
}
