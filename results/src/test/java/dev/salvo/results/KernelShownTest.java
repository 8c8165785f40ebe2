package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;

/** Real system calls as table, data, picture and page: what was not validated never looks as if it had been. */
class KernelShownTest {
    @TempDir
    private Path folder;

    private RunFolder run(String host) {
        return RunFolder.create(folder, Map.of("hostname", host, "cpuModel", "made up", "command", "salvo kernel",
            "confounders", List.of("hypervisor: PVM (it flushes in a guest's place)")), Instant.EPOCH);
    }

    /** mprotect was counted, of munmap with targets nothing was. */
    private RunFolder half() {
        RunFolder run = run("here");
        MadeUpKernel.measure(run, "mprotect", 2, 4);
        for (int round = 1; round <= 3; round++) {
            MadeUpKernel.add(run, MadeUpKernel.point("munmap", 1, "none"), MadeUpKernel.replicate(round, 7000 + round, 0));
            MadeUpKernel.add(run, MadeUpKernel.point("munmap", 2, "spin"), MadeUpKernel.uncounted(round, 9123 + round, 1));
        }
        return run;
    }

    private RunFolder cores() {
        RunFolder run = MadeUp.run(folder);
        MadeUp.sweepPoints().forEach(point -> run.add(point.json()));
        return run;
    }

    private static String line(String text, String start) {
        return text.lines().filter(line -> line.strip().startsWith(start)).findFirst().orElseThrow();
    }

    @Test
    void theTableHasValidatedTimesAndTheOthersInAColumnOfTheirOwn() {
        String text = KernelTable.text(half().kernelRows(), TerminalStyle.PLAIN);
        String munmap = text.substring(text.indexOf("munmap"));
        String heads = line(munmap, "cores");
        String shot = line(munmap, "2 ");
        int untold = heads.indexOf("not validated");
        assertTrue(shot.indexOf("9.13 µs") > heads.indexOf("counted"), text);
        assertTrue(shot.indexOf("9.13 µs") <= untold + "not validated".length(), text);
        assertTrue(shot.contains("2.12 µs") && shot.contains("not counted"), text);
        assertTrue(shot.endsWith("no (a)"), text);
        assertTrue(text.contains("(a) not valid: " + MadeUpKernel.UNCOUNTED), text);
        assertTrue(text.replaceAll("\\s+", " ").contains("beside a row that is not valid, of whatever reached them"), text);
        assertTrue(line(text.substring(text.indexOf("mprotect")), "2 ").endsWith("yes"), text);
        assertTrue(line(text, "mprotect · 1 page · 1 sender").matches(".* 300 ns ±0% +402 ns ±1%  1 to 3 [(]2[)]"), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 125), text);
    }

    @Test
    void theTableOfAScreenWithoutLettersHasNone() {
        assertTrue(KernelTable.text(half().kernelRows(), new TerminalStyle(false, false)).chars().allMatch(c -> c < 128));
    }

    @Test
    void rowsHaveTheKeysThatArePromised() {
        JsonNode rows = Json.tree(KernelRowsJson.of(half().kernelRows()).getBytes(StandardCharsets.UTF_8), "rows");
        assertEquals(5, rows.size());
        for (JsonNode row : rows) {
            Set<String> keys = row.propertyNames().stream().collect(Collectors.toSet());
            assertTrue(keys.containsAll(Set.of("clock", "op", "cores", "senders", "pages", "others", "nsPerOp", "shootdowns", "targets",
                "valid", "why")), keys.toString());
            assertEquals("kernel", row.get("clock").asString());
            assertTrue(Set.copyOf(row.get("nsPerOp").propertyNames()).containsAll(Set.of("mean", "low", "high", "p50", "p99")));
        }
        JsonNode shot = rows.get(1);
        assertEquals("mprotect 2 spin true", shot.get("op").asString() + ' ' + shot.get("cores") + ' ' + shot.get("others").asString()
            + ' ' + shot.get("valid"));
        assertEquals(702, shot.get("overControl").get("mean").asDouble(), 1e-9);
        assertTrue(shot.get("overControlNotCounted").isNull());
        JsonNode uncounted = rows.get(4);
        assertFalse(uncounted.get("valid").booleanValue());
        assertEquals(MadeUpKernel.UNCOUNTED, uncounted.get("why").asString());
        assertTrue(uncounted.get("overControl").isNull(), "a difference of nobody knows what is no cost of shootdowns");
        assertTrue(uncounted.get("overControlNotCounted").get("mean").asDouble() > 2000);
    }

    @Test
    void thePictureIsXmlAndDrawsWhatWasNotValidatedOtherwise() throws Exception {
        String svg = KernelSvg.of(half().kernelRows(), "here & there", "salvo kernel");
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertEquals(1 + 1, svg.split("\"mark untold\"", -1).length - 1, "in the legend and where it lies");
        assertEquals(2 + 1, svg.split("\"mark call\"", -1).length - 1);
        assertTrue(svg.contains("not val."), svg);
    }

    /** Two lines of the same cores would not say which of them is which. */
    @Test
    void placementsHaveAPanelEachWhereThereAreSeveral() {
        RunFolder run = half();
        assertFalse(KernelSvg.of(run.kernelRows(), "here", "salvo kernel").contains(">mprotect · 1 page · "));
        MadeUpKernel.add(run, new KernelPoint("mprotect", 2, 1, 1, "spin", "scatter"), MadeUpKernel.replicate(1, 1700, 1));
        String svg = KernelSvg.of(run.kernelRows(), "here", "salvo kernel");
        assertTrue(svg.contains(">mprotect · 1 page · compact<") && svg.contains(">mprotect · 1 page · scatter<"), svg);
    }

    @Test
    void aReportOfSimulatedCoresAndTheKernelHasThemApartAndSaysHowToReadThem() {
        RunFolder kernel = half();
        RunFolder cores = cores();
        String html = Report.html(List.of(cores, kernel), folder);
        assertTrue(html.contains("Time per page, wall-clock time") && html.contains("What this host's own kernel takes"), "both");
        assertTrue(html.contains("How to read it beside the simulated cores"));
        assertTrue(html.contains("hypervisor: PVM"));
        String emulated = html.substring(html.indexOf("All figures<"));
        emulated = emulated.substring(0, emulated.indexOf("</details>"));
        assertFalse(emulated.contains("munmap"), "no system call in the table of simulated cores");
        assertFalse(html.contains("no point was measured"), "neither is empty");
    }

    @Test
    void aReportOfTheKernelAloneSaysWhatItIs() {
        RunFolder kernel = half();
        String html = Report.html(kernel, List.of());
        assertTrue(html.contains("<h1>What a system call of this host's own kernel takes</h1>"));
        assertFalse(html.contains("beside the simulated cores"));
        assertFalse(html.contains("All figures<"));
    }

    @Test
    void runsAreComparedWhereBothWereValidated() {
        RunFolder one = half();
        RunFolder other = run("there");
        for (int round = 1; round <= 5; round++) {
            MadeUpKernel.add(one, MadeUpKernel.point("mremap", 2, "spin"), MadeUpKernel.replicate(round, 1000 + round, 1));
            MadeUpKernel.add(other, MadeUpKernel.point("mremap", 2, "spin"), MadeUpKernel.replicate(round, 1500 + round, 1));
        }
        MadeUpKernel.add(other, MadeUpKernel.point("munmap", 2, "spin"), MadeUpKernel.replicate(1, 9123, 1));
        KernelComparison comparison = KernelComparison.of(List.of(one, other));
        String text = comparison.text(TerminalStyle.PLAIN);
        assertTrue(line(text.substring(text.indexOf("mremap")), "2 ").endsWith("slower"), text);
        assertTrue(line(text.substring(text.indexOf("munmap")), "2 ").endsWith("not validated"), text);
        assertEquals(1, comparison.slowerBy(20).size());
        assertEquals(0, comparison.slowerBy(60).size());
        assertEquals(List.of("munmap, 2 cores, 1 sender, 1 page, others spin, compact: not validated in A and B"),
            comparison.undecided(60));
        assertTrue(text.contains("only in A: mprotect, 4 cores"), text);
    }

    @Test
    void clocksAreNeitherMergedNorCompared() {
        RunFolder kernel = half();
        RunFolder cores = cores();
        assertEquals(kernel.path() + " is of this host's own kernel, and " + cores.path() + " of simulated cores; accepted: runs of one "
            + "of them, for their times are not to stand in one table", assertThrows(BadRunException.class,
                () -> RunFolder.merge(folder, List.of(cores, kernel), Instant.EPOCH)).getMessage());
        assertTrue(assertThrows(BadRunException.class, () -> KernelComparison.of(List.of(kernel, cores))).getMessage()
            .startsWith(cores.path() + " is of simulated cores, and " + kernel.path() + " of this host's own kernel; accepted: "));
    }

    @Test
    void aPointOfTheKernelIsNoStrangerAmongThePoints() throws Exception {
        RunFolder run = half();
        assertEquals(List.of(), run.strangers());
        assertEquals(List.of(), run.rows());
        Files.writeString(run.path().resolve("points/other.json"), "{}");
        assertEquals(1, run.strangers().size());
    }
}
