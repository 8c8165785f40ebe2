package dev.salvo.engine.ordering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Runs a module's ordering tests, in JVMs of their own: in jcstress's sanity mode, lengthened to where two threads do
 * meet. That finds what is plainly broken. For what shows once in a billion times, system properties choose another of
 * its modes ({@code jcstress.mode}: quick, default, tough or stress) and the tests ({@code jcstress.tests}: a regular
 * expression).
 */
public final class JcstressRun {
    private static final Path FOLDER = Path.of("target", "jcstress").toAbsolutePath();
    private static final String SANITY = "sanity";
    private static final int MOST_TIMEOUTS = 5;

    private JcstressRun() {
    }

    /**
     * Runs those of the module whose test calls, the first on the class path, and fails if one meets a forbidden
     * outcome.
     *
     * @throws IOException          if jcstress cannot be started, or its log not be read
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public static void run() throws IOException, InterruptedException {
        assumeTrue(Runtime.getRuntime().availableProcessors() >= 2, "two threads must run at the same time");
        String mode = System.getProperty("jcstress.mode", SANITY);
        Pattern tests = Pattern.compile(System.getProperty("jcstress.tests", ""));
        long expected = TestList.tests().stream().filter(test -> tests.matcher(test).find()).count();
        assertTrue(expected > 0, "no ordering test is called " + tests);
        Files.createDirectories(FOLDER);
        Run run = run(mode, tests);
        for (int again = 0; run.onlyTimedOut() && again < MOST_TIMEOUTS; again++) {
            run = run(mode, tests);
        }
        assertEquals(0, run.exitCode, run.said);
        // It ends in peace too when it has run nothing.
        assertTrue(run.said.contains("All remaining tests: " + expected + " matching test results."), run.said);
    }

    /** How jcstress ended. */
    private record Run(int exitCode, String said) {
        /**
         * Whether all that is wrong is that two threads did not come to an end within jcstress's own half a minute: beside
         * enough foreign load they do not. A test that hangs does so each time.
         */
        boolean onlyTimedOut() {
            return exitCode != 0 && said.contains("[TIMEOUT]") && said.contains("Failed tests: No matches.")
                && !said.contains("[ERROR]") && !said.contains("[VMERROR]") && !said.contains("[API_MISMATCH]");
        }
    }

    private static Run run(String mode, Pattern tests) throws IOException, InterruptedException {
        Path log = FOLDER.resolve(mode + ".log");
        Process jcstress = new ProcessBuilder(command(mode, tests))
            .directory(FOLDER.toFile()) // it leaves a file of results where it is started
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
        try {
            int minutes = mode.equals(SANITY) ? 60 : 24 * 60;
            assertTrue(jcstress.waitFor(minutes, TimeUnit.MINUTES), "it does not end: " + log);
        } finally {
            jcstress.destroyForcibly();
        }
        return new Run(jcstress.exitValue(), Files.readString(log));
    }

    private static List<String> command(String mode, Pattern tests) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        List<String> flags = new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
        flags.removeIf(flag -> !flag.startsWith("--")); // what the engine needs, not what this JVM is run with
        command.addAll(flags); // jcstress hands them to its forks
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.openjdk.jcstress.Main"));
        command.addAll(List.of("-r", "report", "-v", "-m", mode, "-t", tests.pattern()));
        if (mode.equals(SANITY)) {
            command.addAll(List.of("-time", "60", "-strideSize", "256", "-strideCount", "4"));
            command.addAll(List.of("-sc", "false", "-jvmArgs", "-XX:+TieredCompilation")); // one kind of JVM, not ten
        }
        return command;
    }
}
