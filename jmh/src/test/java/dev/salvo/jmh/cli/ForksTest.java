package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    @Test
    void aTemporaryFolderThatIsNoneIsNamedOnceAndNotTriedAgain() throws Exception {
        Path missing = folder.resolve("missing");
        Said heard = curve(List.of("-Djava.io.tmpdir=" + missing), Map.of(), "--cores", "2,3,4", "--senders", "1",
            "--strategy", "sync", "--quick", "--no-flame");
        assertEquals(2, heard.exitCode(), heard.err());
        assertEquals(1, heard.err().lines().filter(line -> line.contains("java.io.tmpdir " + missing)).count(), heard.err());
        assertTrue(heard.err().contains("salvo: 2 more points were not tried"), heard.err());
        assertTrue(heard.err().lines().noneMatch(line -> line.startsWith("\tat ")), heard.err());
    }

    private Said curve(List<String> flags, Map<String, String> environment) throws Exception {
        return curve(flags, environment, SMALLEST);
    }

    private Said curve(List<String> flags, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Salvo.class.getName(), "curve", "--out",
            folder.resolve("runs").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(folder.resolve("err").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), out, Files.readString(folder.resolve("err")));
    }

    private String log() throws IOException {
        try (var runs = Files.list(folder.resolve("runs"))) {
            return Files.readString(runs.findFirst().orElseThrow().resolve("jmh.log"));
        }
    }
}
