package dev.salvo.workloads.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs real programs under lackey and under cachegrind, where valgrind is installed, and compares all nine counts.
 *
 * <p>Both runs have the same environment and no address space randomisation, so that the program does the same in both.
 */
class CachegrindAgreementTest {
    private static final List<String> NO_RANDOMISATION = List.of("setarch", "-R");

    @TempDir
    private Path folder;

    @BeforeAll
    static void valgrindIsInstalled() throws Exception {
        assumeTrue(runs("valgrind", "--version"), "valgrind is not installed: agreement with cachegrind is not tested");
        assumeTrue(runs("setarch", "-R", "true"),
            "setarch -R is not allowed here: agreement with cachegrind is not tested");
    }

    @ParameterizedTest
    @CsvSource({"32, 1024, 4, 4096", "8, 64, 2, 4096", "3, 24, 3, 16384"})
    void aProgramThatDoesNothingIsCountedAlike(int l1Entries, int l2Entries, int l2Ways, int pageSize)
        throws Exception {
        compare(new SplitTlbGeometry(l1Entries, l2Entries, l2Ways, pageSize), "/bin/true");
    }

    @Test
    void aProgramThatListsAFolderIsCountedAlike() throws Exception {
        compare(new SplitTlbGeometry(32, 1024, 4, 4096), "/bin/ls", "-l", "/usr");
    }

    private void compare(SplitTlbGeometry geometry, String... program) throws Exception {
        Path trace = folder.resolve("trace");
        Path cachegrind = folder.resolve("cachegrind");
        String l1 = (long) geometry.l1Entries() * geometry.pageSize() + "," + geometry.l1Entries() + ","
            + geometry.pageSize();
        String l2 = (long) geometry.l2Entries() * geometry.pageSize() + "," + geometry.l2Ways() + ","
            + geometry.pageSize();
        run(program, "--tool=lackey", "--trace-mem=yes", "--px-default=sp-at-mem-access", "--log-file=" + trace);
        run(program, "--tool=cachegrind", "--cache-sim=yes", "--I1=" + l1, "--D1=" + l1, "--LL=" + l2,
            "--cachegrind-out-file=" + cachegrind, "--log-file=" + folder.resolve("log"));
        TraceReplay replay = new TraceReplay(geometry);
        try (LackeyTrace accesses = new LackeyTrace(Files.newInputStream(trace))) {
            assertFalse(replay.replay(accesses, Long.MAX_VALUE));
        }
        Map<String, Long> expected = Cachegrind.counts(Files.readString(cachegrind));
        assertEquals(expected, Cachegrind.counts(replay.tlb()));
        assertTrue(expected.get("Ir") > 10_000, "a program worth running: " + expected);
    }

    private void run(String[] program, String... valgrind) throws Exception {
        List<String> command = new ArrayList<>(NO_RANDOMISATION);
        command.add("valgrind");
        command.addAll(List.of(valgrind));
        command.addAll(List.of(program));
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        String path = builder.environment().get("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", path);
        Process process = builder.start();
        assertTrue(process.waitFor(15, TimeUnit.MINUTES), command + " does not end");
        assertEquals(0, process.exitValue(), command + ": " + Files.readString(output));
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor() == 0;
        } catch (IOException e) {
            return false; // not there
        }
    }
}
