package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoreGridTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1   | 1 4 16 100",
        "2   | 1 2 8 32 100",
        "4   | 1 2 4 16 32 100",
        "8   | 1 2 4 8 16 32 100",
        "16  | 1 2 4 8 16 32 64 100",
        "48  | 1 2 4 8 16 32 48 100",
        "64  | 1 2 4 8 16 32 64 100",
        "96  | 1 2 4 8 16 32 96 192",
        "128 | 1 4 8 16 32 64 128 256",
        "192 | 1 4 8 16 32 64 192 384",
        "256 | 1 8 16 32 64 128 256 512",
        "600 | 1 16 32 64 128 256 600 1024"
    })
    void itFollowsTheHost(int cpus, String expected) {
        assertEquals(expected, CoreGrid.of(cpus).stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }

    /** Fails if a host of any size has its collapse, or the line where that begins, out of the picture. */
    @Test
    void onEveryHostItIsShortAndHoldsTheCpusAndTheCollapse() {
        for (int cpus = 1; cpus <= 512; cpus++) {
            List<Integer> grid = CoreGrid.of(cpus);
            String where = cpus + " CPUs: " + grid;
            assertTrue(grid.size() >= 4 && grid.size() <= 8, where);
            assertEquals(grid.stream().distinct().sorted().toList(), grid, where);
            assertEquals(1, grid.get(0), where);
            assertTrue(grid.contains(cpus), where);
            assertTrue(grid.get(grid.size() - 1) >= 1.5 * cpus, where);
        }
    }

    @Test
    void theSweepIsMeasuredOnItAndOneCoreOnlyOnce() {
        CurveCommand curve = new CurveCommand();
        new picocli.CommandLine(curve).setCaseInsensitiveEnumValuesAllowed(true).parseArgs("--strategy", "sync");
        List<String> points = curve.sweep(2).stream().map(point -> point.cores() + " " + point.senders()).toList();
        assertEquals(Arrays.asList("1 1", "2 1", "8 1", "32 1", "100 1", "2 2", "8 8", "32 32", "100 100"), points);
    }

    /** One core that sends leaves none to compute. */
    @Test
    void whereOtherCoresComputeTwoIsTheLeast() {
        for (String option : List.of("--load=own", "--workload=victim")) {
            CurveCommand curve = new CurveCommand();
            new picocli.CommandLine(curve).setCaseInsensitiveEnumValuesAllowed(true).parseArgs("--strategy", "sync", option);
            assertEquals(List.of(2, 8, 32, 100), curve.sweep(2).stream().map(point -> point.cores()).toList(), option);
        }
    }
}
