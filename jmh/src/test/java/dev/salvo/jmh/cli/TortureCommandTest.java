package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.workloads.torture.PlantedFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code salvo torture} as a person meets it. What it finds is tested where it is found. */
@Timeout(900)
class TortureCommandTest {
    /** Found by the first flush, or one of the next. */
    private static final String SOON_FOUND = "dsb-left-out";

    @TempDir
    Path folder;

    private static Said torture(String arguments) {
        return Said.by(("torture " + arguments).strip().split(" +"));
    }

    @Test
    void everyFaultIsListedWithOneLine() {
        Said heard = torture("--list");
        assertEquals(0, heard.exitCode());
        List<String> lines = heard.out().lines().toList();
        assertEquals(PlantedFault.all().size(), lines.size());
        for (PlantedFault fault : PlantedFault.all()) {
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(fault.name() + "  ")
                && line.endsWith("  " + fault.description())), fault.name());
        }
        assertEquals("", heard.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "--break x                                   | --break x: no such fault; accepted is dsb-left-out, ",
        "--break none                                | --break none: no such fault",
        "--cores 1                                   | --cores 1: accepted is 2..1024",
        "--cores 0                                   | --cores 0: accepted is 2..1024",
        "--cores 1025                                | --cores 1025: accepted is 2..1024",
        "--cores many                                | --cores many: no whole number",
        "--seconds 0                                 | --seconds 0: accepted is 1..604800",
        "--seconds -1                                | --seconds -1: accepted is 1..604800",
        "--seconds 604801                            | --seconds 604801: accepted is 1..604800",
        "--seconds 1.5                               | --seconds 1.5: no whole number",
        "--operations 0                              | --operations 0: accepted is 1 and more",
        "--operations -3                             | --operations -3: accepted is 1 and more",
        "--operations some                           | --operations some: no whole number",
        "--seed one                                  | --seed one: no whole number",
        "--strategy hopeful                          | --strategy",
        "--strategy sync --break dirty-flush-left-out | dirty-flush-left-out cannot show under strategy sync",
        "--strategy batched --break cpumask-forgets  | cpumask-forgets cannot show under strategy batched",
        "--json /nowhere/at/all                      | --json /nowhere/at/all: no such folder",
        "--timeline=/proc/salvo                      | --timeline /proc/salvo: cannot be made a folder",
        "--timeline=/dev/null                        | --timeline /dev/null: cannot be made a folder",
        "--no-such-option                            | --no-such-option",
        "extra                                       | extra"
    })
    void aBadArgumentIsOneClearLine(String arguments, String said) {
        Said heard = torture(arguments.strip());
        assertEquals(2, heard.exitCode(), heard.out());
        assertEquals(1, heard.err().lines().count(), heard.err());
        assertTrue(heard.err().startsWith("salvo: ") && heard.err().contains(said), heard.err());
        assertEquals("", heard.out());
    }

    @Test
    void aBadArgumentLeavesTheJsonFileAsItWas() throws IOException {
        Path json = Files.writeString(folder.resolve("outcome.json"), "kept");
        assertEquals(2, torture("--seconds 0 --json " + json).exitCode());
        assertEquals(2, torture("--cores 1 --json " + json).exitCode());
        assertEquals("kept", Files.readString(json));
    }

    @Test
    void aCleanRunExitsWithZeroAndItsJsonFileSaysSo() throws IOException {
        Path json = folder.resolve("outcome.json");
        Said heard = torture("--seconds 2 --operations 20 --cores 2 --seed 7 --strategy batched --json " + json);
        assertEquals(0, heard.exitCode(), heard.out() + heard.err());
        assertTrue(heard.out().startsWith("torture for 2 s: 2 cores on"), heard.out());
        assertTrue(heard.out().contains("; first seed 7\n"), heard.out());
        assertTrue(Pattern.compile("^ +[0-9]+ s  machine [0-9]+  [0-9,]+ operations  [0-9,]+ shootdowns  [0-9,]+ accesses  "
            + "0 stale uses  slowest acknowledgement [0-9]+\\.[0-9]{2} ms$", Pattern.MULTILINE)
            .matcher(heard.out()).find(), heard.out());
        assertTrue(Pattern.compile("^clean after [0-9]+\\.[0-9] s: [0-9]+ machines, ", Pattern.MULTILINE)
            .matcher(heard.out()).find(), heard.out());
        JsonNode outcome = JsonMapper.shared().readTree(Files.readString(json));
        assertTrue(outcome.get("clean").booleanValue());
        assertTrue(outcome.get("violation").isNull());
        assertTrue(outcome.get("broken").isNull());
        assertEquals(2, outcome.get("cores").intValue());
        assertEquals(7, outcome.get("firstSeed").longValue());
        assertTrue(outcome.get("configuration").stringValue().contains(", batched, "));
        assertEquals(0, outcome.get("staleUses").longValue());
        assertTrue(outcome.get("operations").longValue() >= 20, outcome.toString());
        for (String count : List.of("machines", "shootdowns", "tlbis", "accesses")) {
            assertTrue(outcome.get(count).longValue() > 0, count);
        }
        assertTrue(outcome.get("seconds").doubleValue() >= 2);
    }

    /** More than a host comes to in the second that was asked for: it comes to some 750. */
    @Test
    void aRunGoesOnUntilAsManyOperationsHaveBeenDoneAsWereAskedFor() {
        Said heard = torture("--seconds 1 --operations 2000 --cores 2 --seed 7");
        assertEquals(0, heard.exitCode(), heard.out() + heard.err());
        Matcher done = Pattern.compile("^clean after [0-9.]+ s: [0-9,]+ machines, ([0-9,]+) operations",
            Pattern.MULTILINE).matcher(heard.out());
        assertTrue(done.find(), heard.out());
        assertTrue(Long.parseLong(done.group(1).replace(",", "")) >= 2000, heard.out());
    }

    @Test
    void aViolationExitsWithOneAndSaysHowToHaveItAgain() throws IOException {
        Path json = folder.resolve("outcome.json");
        Said heard = torture("--seconds 30 --cores 4 --seed 5 --break " + SOON_FOUND + " --json " + json);
        assertEquals(1, heard.exitCode(), heard.out() + heard.err());
        assertTrue(heard.out().contains("; first seed 5; broken on purpose: " + SOON_FOUND + " ("), heard.out());
        assertTrue(Pattern.compile("^VIOLATION after ", Pattern.MULTILINE).matcher(heard.out()).find(), heard.out());
        Matcher again = Pattern.compile("^again: salvo (torture --seed ([0-9]+) --cores 4 --break " + SOON_FOUND
            + " --seconds 30)$", Pattern.MULTILINE).matcher(heard.out());
        assertTrue(again.find(), heard.out());
        JsonNode outcome = JsonMapper.shared().readTree(Files.readString(json));
        assertFalse(outcome.get("clean").booleanValue());
        assertEquals(again.group(2), outcome.get("seed").asString());
        assertEquals("salvo " + again.group(1), outcome.get("again").stringValue());
        assertEquals(SOON_FOUND, outcome.get("broken").stringValue());
        assertEquals(5, outcome.get("firstSeed").longValue());
        String violation = outcome.get("violation").stringValue();
        assertFalse(violation.isBlank());
        assertTrue(heard.out().contains("\n" + violation + "\n"), heard.out());
        String configuration = outcome.get("configuration").stringValue();
        assertTrue(heard.out().contains("\non " + configuration + "\n"), heard.out());

        // And so it is.
        Said heardAgain = Said.by(again.group(1).split(" "));
        assertEquals(1, heardAgain.exitCode());
        assertTrue(heardAgain.out().contains("\non " + configuration + "\n"), heardAgain.out());
    }

    @Test
    void theSeedAndTheStrategyThatWereAskedForAreRepeated() {
        Said heard = torture("--seconds 30 --cores 3 --seed -9 --strategy sync --break " + SOON_FOUND);
        assertEquals(1, heard.exitCode(), heard.out() + heard.err());
        assertTrue(Pattern.compile("^again: salvo torture --seed -[0-9]+ --cores 3 --strategy sync --break "
            + SOON_FOUND + " --seconds 30$", Pattern.MULTILINE).matcher(heard.out()).find(), heard.out());
    }

    /** Fails if the machine on which something was found is not drawn, or the picture does not say who was late. */
    @Test
    void theMachineOnWhichAViolationWasFoundIsDrawn() throws IOException {
        Said heard = torture("--seconds 30 --cores 4 --seed 5 --break " + SOON_FOUND + " --timeline=" + folder);
        assertEquals(1, heard.exitCode(), heard.out() + heard.err());
        Matcher again = Pattern.compile("--seed ([0-9]+) ").matcher(heard.out());
        assertTrue(again.find(), heard.out());
        Path picture = folder.resolve("torture-" + again.group(1) + ".svg");
        Path trace = folder.resolve("torture-" + again.group(1) + ".json");
        assertTrue(heard.out().endsWith("\ndrawn: " + picture + ", " + trace + "\n"), heard.out());
        String svg = Files.readString(picture);
        assertTrue(Pattern.compile("Too early, at [0-9.]+ [nµm]?s, the DSB of core-00[0-3] returned: (core-00[0-3] "
            + "took the TLBI [0-9.]+ [nµm]?s after that|(core-00[0-3],? )+never took the TLBI)").matcher(svg).find(), svg);
        assertTrue(svg.contains("class=\"dsb ink bad\""), svg);
        JsonNode events = JsonMapper.shared().readTree(Files.readString(trace)).get("traceEvents");
        assertTrue(events.valueStream().anyMatch(event -> event.get("name").asString().equals("returned early")));
    }

    @Test
    void aCoreThatNeverReturnsIsNamedInThePicture() throws IOException {
        Said heard = torture("--seconds 30 --cores 4 --seed 5 --strategy sync --break core-never-returns --timeline " + folder);
        assertEquals(1, heard.exitCode(), heard.out() + heard.err());
        try (Stream<Path> files = Files.list(folder)) {
            Path picture = files.filter(file -> file.toString().endsWith(".svg")).findFirst().orElseThrow();
            String svg = Files.readString(picture);
            assertTrue(Pattern.compile("Not over is the DSB of core-00[0-3], begun at .* core-003 had not taken the TLBI",
                Pattern.DOTALL).matcher(svg).find(), svg);
        }
    }

    /** The DSBs of that machine are right: fails if the core that found the fault is drawn as the one that had it. */
    @Test
    void whoFoundAFaultIsNotAccusedInThePicture() throws IOException {
        Said heard = torture("--seconds 30 --cores 8 --seed 5 --break dirty-flush-left-out --timeline " + folder);
        assertEquals(1, heard.exitCode(), heard.out() + heard.err());
        try (Stream<Path> files = Files.list(folder)) {
            Path picture = files.filter(file -> file.toString().endsWith(".svg")).findFirst().orElseThrow();
            String svg = Files.readString(picture);
            assertFalse(svg.contains(" bad\""), svg);
            assertFalse(svg.contains("Not over") || svg.contains("had not taken"), svg);
            assertTrue(Pattern.compile("core-00[0-7] died of what was found").matcher(svg.replaceAll("<[^>]*>", " ")
                .replaceAll("\\s+", " ")).find(), svg);
        }
    }

    @Test
    void aCleanRunIsDrawnToo() throws IOException {
        Said heard = torture("--seconds 1 --operations 20 --cores 2 --seed 7 --strategy sync --timeline=" + folder);
        assertEquals(0, heard.exitCode(), heard.out() + heard.err());
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
            assertEquals(2, names.size(), "of the last machine only: " + names);
            assertTrue(names.get(0).matches("torture-[0-9]+[.]json") && names.get(1).matches("torture-[0-9]+[.]svg"),
                names.toString());
            String svg = Files.readString(folder.resolve(names.get(1)));
            assertTrue(svg.contains("none is known to have returned too early"), svg);
            assertFalse(svg.contains(" bad\""), svg);
        }
    }

    @Test
    void whatIsRefusedLeavesNoFolder() {
        Path none = folder.resolve("none");
        assertEquals(2, torture("--strategy sync --break dirty-flush-left-out --timeline=" + none).exitCode());
        assertFalse(Files.exists(none));
    }

    /** The trace would replace it, whichever of the machines is the last. */
    @Test
    void theJsonFileMayNotBeOneThatIsDrawn() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("elsewhere"), folder);
        for (String name : List.of("torture-7.json", "torture--12.svg")) {
            Said heard = torture("--seconds 1 --seed 7 --cores 2 --json " + link.resolve(name) + " --timeline=" + folder);
            assertEquals(2, heard.exitCode(), heard.out());
            assertEquals(1, heard.err().lines().count(), heard.err());
            assertTrue(heard.err().startsWith("salvo: --json " + link.resolve(name) + ": is a file of --timeline, too"),
                heard.err());
        }
    }

    @Test
    void aPictureThatCannotBeWrittenIsTold() throws IOException {
        for (int seed = 7; seed < 60; seed++) { // however many machines there are
            Files.createDirectories(folder.resolve("torture-" + seed + ".svg/in-the-way"));
        }
        Said heard = torture("--seconds 1 --cores 2 --seed 7 --timeline=" + folder);
        assertEquals(1, heard.exitCode(), heard.out() + heard.err());
        assertEquals(1, heard.err().lines().count(), heard.err());
        assertTrue(heard.err().startsWith("salvo: --timeline " + folder) && heard.err().contains("cannot be written"),
            heard.err());
        assertFalse(heard.out().contains("drawn: "), heard.out());
    }

    @Test
    void helpTeaches() {
        Said heard = torture("--help");
        assertEquals(0, heard.exitCode());
        for (String part : List.of("salvo torture --list", "--break", "--seconds", "--operations", "--strategy", "--timeline",
            "Exit codes:")) {
            assertTrue(heard.out().contains(part), part);
        }
        assertTrue(heard.out().lines().allMatch(line -> line.length() <= 110), heard.out());
    }
}
