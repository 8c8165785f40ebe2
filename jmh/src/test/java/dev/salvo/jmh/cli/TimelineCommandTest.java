package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.clock.ClosedForm;
import dev.salvo.point.Axis;
import dev.salvo.workloads.program.ExperimentSpec;
import dev.salvo.workloads.program.Pacing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TimelineCommandTest {
    private static final int CORES = 5;

    @TempDir
    Path folder;

    /** Fails if a core's part in the shootdown is missing, or comes in an order in which it cannot have been. */
    @Test
    void aShootdownIsTheSameInTheTableTheTraceAndThePicture() throws IOException {
        Path json = folder.resolve("timeline.json");
        Path out = folder.resolve("a/b");
        Said said = Said.by("timeline", "--cores", Integer.toString(CORES), "--strategy", "sync,batched,local",
            "--batch", "7", "--out", out.toString(), "--json", json.toString());
        assertEquals(0, said.exitCode(), said.err());
        assertTrue(said.out().contains("5 cores, 1 sender, local, batch 7: no shootdown to show: where a process has "
            + "run on one core only, none is broadcast"), said.out());
        assertEquals(Set.of("timeline-sync.json", "timeline-sync.svg", "timeline-batched.json", "timeline-batched.svg"),
            names(out));

        JsonNode both = JsonMapper.shared().readTree(Files.readAllBytes(json));
        assertEquals(List.of("sync", "batched"),
            both.valueStream().map(each -> each.get("strategy").asString()).toList());
        assertEquals(List.of(1, 7), both.valueStream().map(each -> each.get("tlbis").asInt()).toList());
        for (JsonNode one : both) {
            long issued = one.get("lastIssuedNs").asLong();
            long back = one.get("dsbLeaveNs").asLong();
            assertEquals(CORES, one.get("perCore").size());
            for (JsonNode core : one.get("perCore")) {
                long found = core.get("foundNs").asLong();
                assertTrue(issued <= found && found <= core.get("ackNs").asLong() && core.get("ackNs").asLong() <= back,
                    core + " of " + one);
                assertTrue(core.get("offCpuNs").asLong() <= found - issued, core.toString());
                assertTrue(core.get("recordedNs").asLong() > 0);
            }
            assertTrue(one.get("recorded").asInt() > 1, one.toString());
        }
        assertEquals(7, tlbisOfTheShootdown(out.resolve("timeline-batched.json")));
        assertEquals(1, tlbisOfTheShootdown(out.resolve("timeline-sync.json")));
        assertTrue(Files.readString(out.resolve("timeline-sync.svg")).contains("on 5 cores, synchronous"));
    }

    private static long tlbisOfTheShootdown(Path file) throws IOException {
        JsonNode events = JsonMapper.shared().readTree(Files.readAllBytes(file)).get("traceEvents");
        JsonNode shootdown = events.valueStream()
            .filter(event -> event.get("name").asString().startsWith("shootdown")).findFirst().orElseThrow();
        double from = shootdown.get("ts").asDouble();
        return events.valueStream().filter(event -> event.get("name").asString().equals("tlbi"))
            .mapToDouble(event -> event.get("ts").asDouble())
            .filter(at -> at >= from && at <= from + shootdown.get("dur").asDouble()).count();
    }

    /** Where cores send side by side, sequences are everybody's on the ring, and each issuer's own with inboxes. */
    @Test
    void pointsThatDifferInMoreThanTheStrategyHaveFilesOfTheirOwn() throws IOException {
        Said said = Said.by("timeline", "--cores", "3", "--senders", "2", "--strategy", "batched", "--interconnect",
            "ring,inboxes", "--pick", "slowest", "--out", folder.toString());
        assertEquals(0, said.exitCode(), said.err());
        assertEquals(Set.of("timeline-3-cores-2-senders-batched.json", "timeline-3-cores-2-senders-batched.svg",
            "timeline-3-cores-2-senders-batched-inboxes.json", "timeline-3-cores-2-senders-batched-inboxes.svg"),
            names(folder));
        assertTrue(said.out().contains("slowest"), said.out());
    }

    /** Fails if one machine's files would replace those of another, or the machine stands twice in a name. */
    @Test
    void everyCarriedMachineHasFilesOfItsOwn() {
        assertEquals(List.of("timeline-kunpeng-920-sync", "timeline-kunpeng-920-batched"), fileNames("kunpeng-920", 4));
        List<String> several = fileNames("kunpeng-920", 4, 8);
        assertEquals("timeline-kunpeng-920-4-cores-1-sender-sync", several.get(0));
        String changed = fileNames("kunpeng-920:hopSockets=2", 4).get(0);
        assertTrue(changed.matches("timeline[0-9a-f]{8}-kunpeng-920-hopsockets-2-sync"), changed);
    }

    private static List<String> fileNames(String profile, int... cores) {
        List<ExperimentSpec> points = Arrays.stream(cores).boxed().flatMap(count -> Stream.of("sync", "batched")
            .map(strategy -> ExperimentSpec.of(Map.of(Axis.CORES, count.toString(), Axis.STRATEGY, strategy),
                Pacing.of(profile, 1)))).toList();
        return points.stream().map(point -> TimelineCommand.name(point, points)).toList();
    }

    /**
     * Fails if the host's nanoseconds are shown in place of the carried machine's, a TLBI's number is taken for a place among
     * what the Misc Node has distributed, or the sender is expected to take its own.
     */
    @ParameterizedTest
    @CsvSource({"seed, 'sync,batched', 1000", "protect, sync, 100"})
    void aCarriedMachineIsShownInItsOwnTime(String workload, String strategies, int dilation) throws IOException {
        Path json = folder.resolve("timeline.json");
        Path out = folder.resolve("paced");
        Said said = Said.by("timeline", "--clock", "paced", "--profile", "snapdragon-888", "--dilation",
            Integer.toString(dilation), "--cores", "4", "--workload", workload, "--strategy", strategies, "--list", "32", "--out", out.toString(), "--json",
            json.toString());
        assertEquals(0, said.exitCode(), said.out() + said.err());
        assertTrue(said.out().contains("Emulated: nanoseconds of snapdragon-888"), said.out());
        assertFalse(said.out().contains("no CPU"), said.out());
        double idle = ClosedForm.idleShootdown(Pacing.of("snapdragon-888", 1).profile(), 4);
        for (JsonNode one : JsonMapper.shared().readTree(Files.readAllBytes(json))) {
            int sender = one.get("sender").asInt();
            assertEquals("snapdragon-888", one.get("profile").asString());
            assertEquals(4 * dilation, one.get("dilation").asDouble());
            assertTrue(one.get("slipNs").asDouble() >= 0 && one.get("waits").asLong() > 0, one.toString());
            assertTrue(one.get("lastCoreOffCpuNs").isNull());
            long issued = one.get("lastIssuedNs").asLong();
            long back = one.get("dsbLeaveNs").asLong();
            if (one.get("tlbis").asInt() == 1) {
                // A host that was late with the TLBI has less of it to see; how late it is, nobody promises.
                assertTrue(back > idle / 10 && back < idle * 100, back + " ns, and idle it takes " + idle);
            }
            for (JsonNode core : one.get("perCore")) {
                if (core.get("core").asInt() == sender) {
                    assertTrue(core.get("foundNs").isNull(), core + " is not snooped");
                } else {
                    long found = core.get("foundNs").asLong();
                    assertTrue(issued <= found && found <= core.get("ackNs").asLong()
                        && core.get("ackNs").asLong() <= back, core + " of " + one);
                }
                assertTrue(core.get("runDelayNs").isNull(), "the host's time");
            }
        }
        assertTrue(names(out).contains("timeline-snapdragon-888-sync.svg"), names(out).toString());
        assertTrue(Files.readString(out.resolve("timeline-snapdragon-888-sync.svg"))
            .contains("4 cores of snapdragon-888 (emulated time), synchronous"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--cores 0                       | --cores 0: must be 1..1024",
        "--pick best                     | --pick",
        "--out /proc/salvo               | --out /proc/salvo: cannot be made a folder",
        "--clock paced --profile kunpeng-920 --cores 2 --out /proc/salvo | --out /proc/salvo: cannot be made a folder",
        "--json /                        | --json /: a folder",
        "--overhead --json /tmp/any.json | --json /tmp/any.json: goes without --overhead",
        "--clock paced                   | --clock paced: --profile must say which machine",
        "--profile kunpeng-920           | --profile kunpeng-920: goes with --clock paced",
        "--clock paced --profile nobody  | --profile",
        "--clock paced --profile kunpeng-920 --cores 1     | --cores 1: on a paced clock one core alone sends to nobody",
        "--clock paced --profile kunpeng-920 --dilation 0.5 | --dilation 0.5: must be a number from 1",
        "--clock paced --profile kunpeng-920 --overhead     | --overhead: goes with --clock native"
    })
    void aBadArgumentIsOneClearLine(String arguments, String line) {
        Said said = Said.by(("timeline " + arguments.strip()).split(" +"));
        assertEquals(2, said.exitCode());
        assertEquals(1, said.err().lines().count(), said.err());
        assertTrue(said.err().startsWith("salvo: ") && said.err().contains(line), said.err());
        assertFalse(said.out().contains("cores"), said.out());
    }

    @Test
    void theJsonFileMayNotBeOneOfThoseInTheFolder() {
        Path json = folder.resolve("timeline-sync.json");
        Said said = Said.by("timeline", "--cores", "2", "--strategy", "sync", "--out", folder.toString(), "--json", json.toString());
        assertEquals(2, said.exitCode(), said.err());
        assertTrue(said.err().startsWith("salvo: --json " + json + ": is a file of --out, too"), said.err());
        assertFalse(Files.exists(json));
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
