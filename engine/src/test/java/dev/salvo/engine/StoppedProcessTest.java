package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SIGSTOP and SIGCONT: all of a process stands still, and no core of it is to blame. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoppedProcessTest {
    private static final int STOPPED_SECONDS = 6;

    /** Fails if the time of the stop counts as a core's delay: it is more than the machines' patience. */
    @Test
    void aProcessThatWasStoppedReportsNoStuckCore() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command()).redirectErrorStream(true).start();
        try (BufferedReader said = process.inputReader()) {
            String line;
            do {
                line = said.readLine(); // the JVM's own warnings come first
            } while (line != null && !line.equals("shooting"));
            assertEquals("shooting", line);
            signal("-STOP", process);
            assertFalse(process.waitFor(STOPPED_SECONDS, TimeUnit.SECONDS), "it has ended");
            signal("-CONT", process);
            String last = said.readLine();
            Matcher gap = Pattern.compile("no core was stuck; the longest step took (\\d+) ms").matcher(last);
            assertTrue(gap.matches(), last);
            long millis = Long.parseLong(gap.group(1));
            assertTrue(millis > ShootingMachines.PATIENCE_MILLIS, "it was not stopped: " + millis + " ms");
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor());
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        List<String> flags = new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
        flags.removeIf(flag -> !flag.startsWith("--"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ShootingMachines.class.getName()));
        return command;
    }
}
