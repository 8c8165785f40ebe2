package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.results.KernelPoint;
import dev.salvo.results.KernelReplicate;
import dev.salvo.results.RunFolder;
import dev.salvo.syscalls.Operation;
import dev.salvo.syscalls.Others;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The command that measures this host's own kernel, and those that read its runs. */
class KernelCommandTest {
    private static final Map<String, Object> HOST = Map.of("hostname", "here", "cpuModel", "made up", "usableCpus", 4, "kernel", "6.18",
        "jdk", "17", "salvo", "1");

    @TempDir
    private Path folder;

    private static List<String> names(String... arguments) {
        KernelCommand command = new KernelCommand();
        new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        return command.points(8).stream().map(point -> point.op() + " " + point.cores() + "/" + point.senders() + " " + point.pages()
            + " " + point.others()).toList();
    }

    private RunFolder recorded(String name, Map<String, Object> host, double nanos) {
        RunFolder run = RunFolder.create(folder.resolve(name), host, Instant.EPOCH);
        for (int round = 1; round <= 5; round++) {
            add(run, new KernelPoint("mprotect", 1, 1, 1, "none", "compact"), round, 1000 + round, 0);
            add(run, new KernelPoint("mprotect", 2, 1, 1, "spin", "compact"), round, nanos + round, 1);
        }
        return run;
    }

    private static void add(RunFolder run, KernelPoint point, int round, double nanos, int targets) {
        run.addKernelReplicates(RunFolder.kernelJson(point, new KernelReplicate(round, Instant.EPOCH, "17", nanos, 50, 1000, 1e9 / nanos,
            targets, targets, "tlb", true, "", 0, 4, false, "compact", null, List.of(), List.of())));
    }

    @Test
    void everyPointHasItsControlOnce() {
        assertEquals(List.of("mprotect 2/1 1 spin", "mprotect 4/1 1 spin", "mprotect 8/1 1 spin", "mprotect 1/1 1 none"),
            names("--op", "mprotect"));
        assertEquals(List.of("munmap 4/1 1 spin", "munmap 4/1 32 spin", "munmap 4/4 1 none", "munmap 4/4 32 none",
            "munmap 1/1 1 none", "munmap 1/1 32 none"), names("--op", "MUNMAP", "--cores", "4", "--senders", "1,all", "--pages", "1,32"));
    }

    /** Each would be measured twice under two names, and neither would be the other's control. */
    @Test
    void whatMakesNoDifferenceMakesNoPoint() {
        assertEquals(List.of("membarrier 2/1 1 spin", "membarrier 1/1 1 none"), names("--op", "membarrier", "--cores", "2",
            "--pages", "1,512"));
        assertEquals(List.of("mprotect 1/1 1 none"), names("--op", "mprotect", "--cores", "2,4", "--others", "none"));
        assertEquals(List.of("mprotect 2/1 1 processes"), names("--op", "mprotect", "--cores", "2", "--others", "processes"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--pages 0 | --pages 0: must be 1..8192",
        "--cores 0 --others none | --cores 0: must be 1..1024",
        "--op mmap | --op mmap: must be of mprotect, dontneed, munmap, mremap, pageout, membarrier",
        "--others chat | --others chat: must be of spin, sleep, processes, none",
        "--senders 3 --cores 2 | --senders 3: must be 1..2, the number of cores",
        "--senders some | --senders some: must be a whole number, 1 or more, or all",
        "--more | --more: goes with --resume DIR",
        "--quick --budget 1m | --budget 1m: does not go with --quick, which says how much is measured",
        "--forks 0 | --forks 0: must be 1 or more"})
    void badInputIsRefusedInALine(String arguments, String line) {
        List<String> words = new ArrayList<>(List.of("kernel", "--out", folder.toString()));
        words.addAll(List.of(arguments.split(" ")));
        Said said = Said.by(words.toArray(String[]::new));
        assertEquals(2, said.exitCode(), said.err());
        assertEquals("salvo: " + line, said.err().strip());
        assertFalse(Files.exists(folder.resolve("here-19700101T000000Z")));
    }

    @Test
    void aRunOfAnotherCommandIsNotGoneOnWith() {
        RunFolder run = recorded("a", HOST, 1700);
        Said said = Said.by("kernel", "--resume", run.path().toString());
        assertEquals(2, said.exitCode());
        assertEquals("salvo: " + run.path() + ": its host.json does not say that kernel began it; accepted is a run of kernel",
            said.err().strip());
    }

    @Test
    void aRunIsGoneOnWithByThePointsThatItWasBegunWith() {
        Map<String, Object> host = new LinkedHashMap<>(HOST);
        host.put("arguments", List.of("kernel", "--op", "munmap", "--cores", "2"));
        RunFolder run = RunFolder.create(folder, host, Instant.EPOCH);
        assertEquals(List.of(Operation.MUNMAP, Operation.MUNMAP), KernelCommand.begunAs(run, 1).stream().map(point -> point.op()).toList());
        assertEquals(List.of(Others.SPIN, Others.NONE), KernelCommand.begunAs(run, 1).stream().map(point -> point.others()).toList());
        Said said = Said.by("kernel", "--resume", run.path().toString(), "--op", "mprotect");
        assertEquals("salvo: --op: does not go with --resume, which goes on with the points that the run was begun with",
            said.err().strip());
    }

    @Test
    void itsRunsAreReportedMergedAndCompared() throws IOException {
        RunFolder one = recorded("a", HOST, 1700);
        RunFolder other = recorded("b", HOST, 2400);
        assertEquals(0, Said.by("report", one.path().toString()).exitCode());
        assertTrue(Files.readString(one.report()).contains("What this host's own kernel takes"));
        Said merged = Said.by("merge", one.path().toString(), other.path().toString(), "--out", folder.resolve("m").toString(), "--json",
            folder.resolve("rows.json").toString());
        assertEquals(0, merged.exitCode(), merged.err());
        assertTrue(merged.out().contains("mprotect"), merged.out());
        assertTrue(Files.readString(folder.resolve("rows.json")).contains("\"clock\" : \"kernel\""));
        Said compared = Said.by("compare", one.path().toString(), other.path().toString(), "--fail-on-regression", "10");
        assertEquals(1, compared.exitCode(), compared.err());
        assertTrue(compared.out().contains("slower"), compared.out());
        assertEquals(0, Said.by("compare", one.path().toString(), one.path().toString(), "--fail-on-regression", "10").exitCode());
        assertEquals(2, Said.by("compare", one.path().toString(), other.path().toString(), "--across", "cores").exitCode());
        Said reference = Said.by("compare", "--reference", one.path().toString());
        assertEquals("salvo: --reference: " + one.path() + " is of this host's own kernel; accepted are runs of a paced clock",
            reference.err().strip());
    }

    @Test
    void clocksAreNotMixed() {
        RunFolder kernel = recorded("a", HOST, 1700);
        String cores = Path.of("../results/runs/vm-20261123T112131Z").toString();
        Said merged = Said.by("merge", kernel.path().toString(), cores, "--out", folder.toString());
        assertEquals(2, merged.exitCode());
        assertTrue(merged.err().startsWith("salvo: " + kernel.path() + " is of this host's own kernel, and " + cores
            + " of simulated cores; accepted: "), merged.err());
        Said compared = Said.by("compare", kernel.path().toString(), cores);
        assertEquals(2, compared.exitCode());
        assertTrue(compared.err().contains("of simulated cores"), compared.err());
        assertEquals(1, compared.err().lines().count(), compared.err());
    }

    /** The whole way, a single short round: whether the host's kernel counts shootdowns or not, each figure says. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void aRoundIsMeasuredStoredAndShown() throws IOException, InterruptedException {
        Path json = folder.resolve("rows.json");
        Said said = Said.by(new ProcessBuilder(Launch.command(List.of(), "kernel", "--quick", "--op", "mprotect", "--cores", "2", "--out",
            folder.toString(), "--json", json.toString())));
        assertEquals(0, said.exitCode(), said.err());
        String rows = Files.readString(json);
        assertEquals(2, rows.split("\"op\" : \"mprotect\"", -1).length - 1, rows);
        String last = said.out().lines().filter(line -> line.startsWith("run folder: ")).findFirst().orElseThrow();
        RunFolder run = RunFolder.open(Path.of(last.substring("run folder: ".length())));
        assertEquals(2, run.kernelRows().size());
        assertTrue(run.host().get("confounders") instanceof List<?> all && !all.isEmpty());
        for (String file : List.of("rows.json", "curve.svg", "report.html")) {
            assertTrue(Files.exists(run.path().resolve(file)), file);
        }
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void whatIsFinishedStaysWhenItIsInterrupted() throws IOException, InterruptedException {
        Process kernel = new ProcessBuilder(Launch.command(List.of(), "kernel", "--op", "mprotect", "--cores", "2", "--budget", "1h", "--out",
            folder.toString())).start();
        List<String> said = new ArrayList<>();
        try (BufferedReader err = new BufferedReader(new InputStreamReader(kernel.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = err.readLine(); line != null; line = err.readLine()) {
                said.add(line);
                if (line.startsWith("round 1")) {
                    kernel.toHandle().destroy(); // a process closes its streams besides
                }
            }
        }
        assertEquals(143, kernel.waitFor(), said.toString());
        String last = said.get(said.size() - 1);
        assertTrue(last.startsWith("salvo: interrupted; 2 of 2 points are measured and stay in "), last);
        assertEquals(2, RunFolder.open(Path.of(last.substring(last.indexOf("stay in ") + "stay in ".length()))).kernelRows().size());
    }
}
