package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.results.Report;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The main job in small, in a process of its own as a person would start it. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class CurveCommandTest {
    private static final double EXACT = 1e-9;

    @TempDir
    Path folder;

    @Test
    void aSweepLeavesItsRowsItsPointsItsCurveAndItsFlameGraphs() throws Exception {
        Path json = folder.resolve("rows.json");
        Process curve = start("--cores", "3", "--senders", "1", "--quick", "--json", json.toString());
        String out = new String(curve.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, curve.waitFor(), out);

        JsonNode rows = JsonMapper.shared().readTree(Files.readString(json));
        assertEquals(2, rows.size());
        JsonNode sync = rows.get(0);
        JsonNode batched = rows.get(1);
        assertEquals("sync", sync.get("strategy").stringValue());
        assertEquals("batched", batched.get("strategy").stringValue());
        for (JsonNode row : rows) {
            assertEquals(3, row.get("cores").intValue());
            assertEquals(1, row.get("senders").intValue());
            assertEquals(4096, row.get("ring").intValue());
            assertEquals("auto", row.get("idle").stringValue());
            assertEquals(1.0, row.get("tlbiPerPage").doubleValue(), EXACT);
            assertEquals(1.0, row.get("dsbIshstPerPage").doubleValue(), EXACT);
            assertEquals(0, row.get("staleUses").intValue());
            assertTrue(row.get("victimSlowdown").isNull());
            assertTrue(row.get("nsPerPage").get("mean").doubleValue() > 0);
            JsonNode times = row.get("nsPerPage");
            assertTrue(times.get("max").doubleValue() >= times.get("mean").doubleValue());
            assertEquals(times.get("count").doubleValue() < 20, times.get("p50").isNull(), "ten values lie beyond it, or it is none");
            assertEquals(times.get("count").doubleValue() < 1000, times.get("p99").isNull(), "ten values lie beyond it, or it is none");
            double parts = row.get("issueNsPerPage").doubleValue() + row.get("waitNsPerPage").doubleValue()
                + row.get("softwareNsPerPage").doubleValue();
            double split = row.get("splitNsPerPage").doubleValue();
            assertTrue(parts > 0.8 * split && parts < 1.25 * split, "the parts make up the whole: " + row);
            assertTrue(row.get("flushShare").doubleValue() > 0 && row.get("flushShare").doubleValue() < 1);
        }
        assertEquals(1.0, sync.get("dsbIshPerPage").doubleValue(), EXACT);
        assertEquals(9.0 / 256, batched.get("dsbIshPerPage").doubleValue(), EXACT);

        Path run = onlyRun();
        assertTrue(Files.size(run.resolve("curve.svg")) > 0);
        assertTrue(Report.wrote(run.resolve("report.html")));
        assertTrue(Files.readString(run.resolve("host.json")).contains("\"hostname\""));
        assertEquals(2, count(run.resolve("points")));
        for (String graph : List.of("sync-sender.html", "batched-sender.html")) {
            String html = Files.readString(run.resolve("flame").resolve(graph));
            assertTrue(html.contains("tryToUnmap"), graph + " bears the kernel's names");
        }
        assertTrue(Files.readString(run.resolve("flame/sync-sender.collapsed")).contains(".ptepClearFlush"));
        // What frames are in them is chance with so few samples, and a graph shortens names that begin alike.
        assertTrue(Files.readString(run.resolve("flame/diff-sync-batched.html")).contains("<canvas"));
        assertTrue(Files.readString(run.resolve("flame/diff-batched-sync.html")).contains("<canvas"));
        JsonNode frames = JsonMapper.shared().readTree(Files.readString(run.resolve("flame/frames.json")));
        assertEquals(List.of("sync", "batched"), frames.valueStream().map(each -> each.get("strategy").stringValue()).toList());
        assertEquals("sync-sender.html", frames.get(0).get("files").get(0).stringValue());
        String title = Files.readString(run.resolve("flame/sync-sender.html")).replaceFirst("(?s).*?<h1>(.*?)</h1>.*", "$1");
        assertTrue(title.matches("The senders' program, wall, [0-9.]+ % waiting, a page [0-9]+ ns sampled: 3 cores, 1 sender, "
            + "sync"), title);
        String said = out.lines().filter(each -> each.startsWith("flame: 3 cores, 1 sender, sync: waiting: ")).findFirst().orElse("");
        assertTrue(said.contains(" samples, "), out);
        assertTrue(Files.readString(run.resolve("report.html")).contains("3 cores, 1 sender, sync: waiting: "));
        assertTrue(out.contains("run folder: " + run), out);
    }

    @Test
    void ringsAndIdlePoliciesAreMeasuredAndFitted() throws Exception {
        Path json = folder.resolve("rows.json");
        Process curve = start("--cores", "3", "--senders", "1", "--strategy", "batched", "--ring", "4,16,64", "--idle",
            "park", "--quick", "--no-flame", "--json", json.toString());
        String out = new String(curve.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, curve.waitFor(), out);

        JsonNode rows = JsonMapper.shared().readTree(Files.readString(json));
        assertEquals(List.of(4, 16, 64), rows.valueStream().map(row -> row.get("ring").intValue()).toList());
        for (JsonNode row : rows) {
            assertEquals("park", row.get("idle").stringValue());
            assertEquals(1.0, row.get("tlbiPerPage").doubleValue(), EXACT);
            assertEquals(row.get("wakeUps").doubleValue() > 0, row.get("wakeUpsPerPage").doubleValue() > 0);
        }
        assertTrue(out.lines().anyMatch(line -> line.startsWith("fit, ring: batched, room for")
            || line.startsWith("fit, ring: batched ∝ ring^")), out);
    }

    @Test
    void whatWasFinishedStaysWhenACurveIsInterrupted() throws Exception {
        Process curve = start("--cores", "2", "--senders", "1", "--quick");
        BufferedReader err = new BufferedReader(new InputStreamReader(curve.getErrorStream(), StandardCharsets.UTF_8));
        List<String> said = new ArrayList<>();
        String line = err.readLine();
        while (line != null && !line.startsWith("[1/2]")) {
            said.add(line);
            line = err.readLine();
        }
        assertNotNull(line, said.toString());
        List<ProcessHandle> forks = curve.descendants().toList();
        boolean deafToCtrlC = ignoresCtrlC(curve);
        new ProcessBuilder("kill", deafToCtrlC ? "-TERM" : "-INT", Long.toString(curve.pid())).start().waitFor();
        String last = "";
        for (line = err.readLine(); line != null; line = err.readLine()) {
            last = line;
        }
        assertEquals(deafToCtrlC ? 143 : 130, curve.waitFor());
        Path run = onlyRun();
        long stored = count(run.resolve("points"));
        assertEquals("salvo: interrupted; " + stored + " of 2 points are measured and stay in " + run, last);
        assertTrue(stored > 0);
        assertEquals(stored, JsonMapper.shared().readTree(Files.readString(run.resolve("rows.json"))).size());
        for (ProcessHandle fork : forks) {
            fork.onExit().get(5, TimeUnit.MINUTES);
            assertFalse(fork.isAlive(), "no fork is left behind");
        }
    }

    /**
     * Killed, not interrupted: nothing of it can clean up after itself. Its two points are of two mechanisms, so that they are
     * beside each other when it has gone on.
     */
    @Test
    void aKilledCurveGoesOnWhereItWasTrustsNoDamagedPointAndShowsBothMechanisms() throws Exception {
        Process curve = start("--cores", "3", "--senders", "1", "--strategy", "batched", "--mechanism", "arm64,ARM64-LOCAL",
            "--quick", "--forks", "1", "--no-flame"); // a series each
        BufferedReader err = new BufferedReader(new InputStreamReader(curve.getErrorStream(), StandardCharsets.UTF_8));
        String line = err.readLine();
        while (line != null && !line.startsWith("[1/2]")) {
            line = err.readLine();
        }
        assertNotNull(line);
        List<ProcessHandle> forks = curve.descendants().toList();
        curve.destroyForcibly().waitFor();
        for (ProcessHandle fork : forks) {
            fork.destroyForcibly();
            fork.onExit().get(5, TimeUnit.MINUTES);
        }
        Path run = onlyRun();
        List<String> names = List.of("c3-s1-m1-batched-ring-load-idle-l256-b31-pte-clean-native-compact-mechanism-arm64-local.json",
            "c3-s1-m1-batched-ring-load-idle-l256-b31-pte-clean-native-compact.json");
        Path first = onlyPoint(run);
        byte[] measured = Files.readAllBytes(first);
        assertTrue(names.contains(first.getFileName().toString()), first.toString());
        Path second = first.resolveSibling(names.get(1 - names.indexOf(first.getFileName().toString())));
        Files.write(second, Arrays.copyOf(measured, measured.length / 2)); // as a machine that stops may leave it

        Path out = folder.resolve("out");
        Process again = new ProcessBuilder(Launch.command(List.of(), "curve", "--resume", run.toString()))
            .redirectOutput(out.toFile()).start();
        List<String> said = new String(again.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        assertEquals(0, again.waitFor(), said.toString());
        assertTrue(said.get(0).startsWith("salvo: " + second) && said.get(0).endsWith("; measured again"), said.toString());
        assertEquals("1 of 2 points have been measured before", said.get(1));
        assertArrayEquals(measured, Files.readAllBytes(first), "measured once");
        try (Stream<Path> points = Files.list(run.resolve("points"))) {
            assertEquals(Stream.concat(names.stream(), Stream.of(second.getFileName() + ".damaged")).sorted().toList(),
                points.map(point -> point.getFileName().toString()).sorted().toList());
        }
        assertEquals(0, count(run.resolve("flame")), "it was begun with --no-flame");
        JsonNode host = JsonMapper.shared().readTree(Files.readString(run.resolve("host.json")));
        assertEquals(1, host.get("resumed").size());

        JsonNode rows = JsonMapper.shared().readTree(Files.readString(run.resolve("rows.json")));
        assertEquals(List.of("arm64", "arm64-local"),
            rows.valueStream().map(row -> row.get("mechanism").stringValue()).toList());
        assertEquals(List.of(1.0, 0.0), rows.valueStream().map(row -> row.get("tlbiPerPage").doubleValue()).toList());
        assertTrue(rows.valueStream().allMatch(row -> row.get("staleUses").intValue() == 0), rows.toString());
        List<String> shown = Files.readAllLines(out);
        assertTrue(shown.contains("one sender · mechanism arm64") && shown.contains("one sender · mechanism arm64-local"),
            shown.toString());
    }

    private static Path onlyPoint(Path run) throws IOException {
        try (Stream<Path> points = Files.list(run.resolve("points"))) {
            return points.filter(point -> point.toString().endsWith(".json")).findFirst().orElseThrow();
        }
    }

    /** As every process does that a shell without job control has started in the background, a build too. */
    private static boolean ignoresCtrlC(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .anyMatch(line -> (Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16) & 1L << 1) != 0);
    }

    @Test
    void nothingIsMeasuredBesideAnotherRun() throws Exception {
        Path lock = Path.of(System.getProperty("java.io.tmpdir"), "jmh.lock"); // JMH's own
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
             FileLock held = channel.lock()) {
            assertTrue(held.isValid());
            Process curve = start("--cores", "2", "--quick");
            String err = new String(curve.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(1, curve.waitFor());
            assertEquals(List.of(Salvo.ANOTHER_RUN), err.lines().toList());
            assertFalse(Files.exists(folder.resolve("runs")));
        }
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = Launch.command(List.of(), "curve", "--out", folder.resolve("runs").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        if (List.of(arguments).contains("--json")) {
            builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        }
        return builder.start();
    }

    private Path onlyRun() throws IOException {
        try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
            List<Path> all = runs.toList();
            assertEquals(1, all.size());
            return all.get(0);
        }
    }

    private static long count(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }
}
