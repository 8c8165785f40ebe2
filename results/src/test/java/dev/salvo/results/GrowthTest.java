package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrowthTest {
    @Test
    void everySeriesOfASweepOverCoresHasItsFit() {
        assertEquals(List.of("fit, cores: sync, one sender ∝ cores^1.21 ± 0.07 (8..100, R² 0.999)",
            "fit, cores: batched, one sender ∝ cores^1.25 ± 0.25 (8..100, R² 0.989)",
            "fit, cores: sync, all cores send ∝ cores^1.99 ± 0.09 (8..100, R² 0.999)",
            "fit, cores: batched, all cores send ∝ cores^1.88 ± 0.06 (8..100, R² 1.000)"), fits(MadeUp.sweep()));
    }

    @Test
    void whatTheRunHoldsFixedIsNotSaidAgain() {
        List<Row> rows = new ArrayList<>();
        for (int cores : new int[] {4, 8, 16}) {
            rows.add(MadeUp.point(cores, 1, "batched", 50 * cores).row());
        }
        assertEquals(List.of("fit, cores: batched ∝ cores^1.00 ± 0.00 (4..16, R² 1.000)"), fits(rows));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mappings", "list", "batch", "ring"})
    void anotherAxisWithThreeValuesHasAFitOfItsOwn(String axis) {
        List<Row> rows = new ArrayList<>();
        for (int cores : new int[] {8, 16}) {
            for (int value : new int[] {2, 8, 32}) {
                rows.add(MadeUp.point(cores, 1, "sync", 1e5 * cores / Math.sqrt(value)).param(axis, value).row());
            }
        }
        assertEquals(List.of("fit, " + axis + ": sync, 8 cores ∝ " + axis + "^-0.50 ± 0.00 (2..32, R² 1.000)",
            "fit, " + axis + ": sync, 16 cores ∝ " + axis + "^-0.50 ± 0.00 (2..32, R² 1.000)"), fits(rows));
    }

    @Test
    void sendersAreCountedEvenWhereAllSend() {
        List<Row> rows = new ArrayList<>();
        for (int senders : new int[] {1, 2, 4, 8}) {
            rows.add(MadeUp.point(8, senders, "sync", 3000 * senders).row());
        }
        assertEquals(List.of("fit, senders: sync ∝ senders^1.00 ± 0.00 (1..8, R² 1.000)"), fits(rows));
    }

    @Test
    void twoValuesOrSomethingElseThatDiffersGiveNone() {
        assertEquals("", Growth.text(List.of(), TerminalStyle.PLAIN));
        List<Row> rows = new ArrayList<>(List.of(MadeUp.point(8, 1, "sync", 10).row(),
            MadeUp.point(16, 1, "sync", 20).row(), MadeUp.point(32, 1, "batched", 30).row(),
            MadeUp.point(32, 1, "sync", 30).param("pte", "dirty").row(),
            MadeUp.point(32, 1, "sync", 30).param("idle", "park").row(),
            MadeUp.point(32, 2, "sync", 30).row()));
        assertEquals("", Growth.text(rows, TerminalStyle.PLAIN));
        rows.add(MadeUp.point(32, 1, "sync", 40).row());
        assertEquals(1, fits(rows).size());
    }

    @Test
    void pointsThatShareCpusAndPointsThatDoNotAreFittedApart() {
        List<Row> rows = new ArrayList<>();
        for (int cores : new int[] {1, 2, 4, 8, 16, 32}) { // of 4 CPUs
            rows.add(MadeUp.point(cores, 1, "sync", cores <= 4 ? 100 : 1000 * cores).score("hostCpus", 4).row());
        }
        assertEquals(List.of("fit, cores: sync ∝ cores^0.00 ± 0.00 (1..4, R² -)",
            "fit, cores: sync ∝ cores^1.00 ± 0.00 (8..32, R² 1.000)"), fits(rows));
        assertTrue(Growth.text(rows, TerminalStyle.PLAIN).contains("never fitted together"));
    }

    @Test
    void workloadsClocksAndPacedHardwareAreFittedApart() {
        List<Row> rows = new ArrayList<>();
        for (int cores : new int[] {4, 8, 16}) {
            rows.add(MadeUp.point(cores, 1, "sync", 100 * cores).row());
            rows.add(MadeUp.point(cores, 1, "sync", 50 * cores * cores).param("workload", "munmap").row());
            rows.add(MadeUp.paced("a", 10 * cores, 0).param("cores", cores).score("hostCpus", 8).row());
            rows.add(MadeUp.paced("b", 10 * Math.sqrt(cores), 0).param("cores", cores).score("hostCpus", 8).row());
        }
        assertEquals(List.of("fit, cores: sync, workload seed, native clock ∝ cores^1.00 ± 0.00 (4..16, R² 1.000)",
            "fit, cores: sync, workload seed, paced clock, a ∝ cores^1.00 ± 0.00 (4..16, R² 1.000)",
            "fit, cores: sync, workload seed, paced clock, b ∝ cores^0.50 ± 0.00 (4..16, R² 1.000)",
            "fit, cores: sync, workload munmap, native clock ∝ cores^2.00 ± 0.00 (4..16, R² 1.000)"),
            fits(rows).stream().sorted((a, b) -> a.contains("munmap") ? 1 : b.contains("munmap") ? -1 : 0).toList());
    }

    /** 750 ns of software in every page: the mean bends, what is waited for does not. */
    @Test
    void issueAndWaitAreFittedByThemselves() {
        List<Row> rows = new ArrayList<>();
        for (int cores : new int[] {8, 16, 32, 64}) {
            MadeUp point = MadeUp.point(cores, 1, "batched", 750 + 20 * cores);
            rows.add(point.score("issueNsPerPage", cores).score("waitNsPerPage", 19 * cores).row());
        }
        List<String> lines = Growth.text(Row.shown(rows), TerminalStyle.PLAIN).lines().toList();
        assertTrue(lines.get(1).startsWith("fit, cores: batched, issue + wait ∝ cores^1.00 ± 0.00 (8..64, R² 1.000, largest "),
            lines.get(1));
        assertTrue(lines.get(0).startsWith("fit, cores: batched ∝ cores^0.39 ± 0.21"), lines.get(0));
        rows.add(MadeUp.point(128, 1, "batched", 800).score("issueNsPerPage", 0).score("waitNsPerPage", 0).row());
        assertTrue(Growth.text(rows, TerminalStyle.PLAIN).lines().noneMatch(line -> line.contains("wait ∝")));
    }

    /** 100 and 200 lead to 400 and not to 800. */
    @Test
    void everyFitSaysHowFarOffItWouldHaveBeenAtItsLargestPoint() {
        List<Row> rows = new ArrayList<>();
        rows.add(MadeUp.point(4, 1, "sync", 100).row());
        rows.add(MadeUp.point(8, 1, "sync", 200).row());
        rows.add(MadeUp.point(16, 1, "sync", 800).row());
        String text = Growth.text(Row.shown(rows), TerminalStyle.PLAIN);
        assertTrue(text.startsWith("fit, cores: sync ∝ cores^1.50 ± 3.67 (4..16, R² 0.964, largest 50% off)"), text);
        assertTrue(text.replace('\n', ' ').contains("largest: how far off the law through all other points is at the largest."),
            text);
    }

    @Test
    void theBlockSaysThatItIsNoMeasurementAndFitsTheScreen() {
        String text = Growth.text(MadeUp.sweep(), TerminalStyle.PLAIN);
        assertTrue(text.contains("fit: no measurement, but"), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 120), text);
        String ascii = Growth.text(MadeUp.sweep(), new TerminalStyle(false, false));
        assertTrue(ascii.chars().allMatch(letter -> letter < 128), ascii);
        assertTrue(ascii.contains("fit, cores: sync, one sender ~ cores^1.21 +/- 0.07 (8..100, R2 0.999, largest "), ascii);
    }

    private static List<String> fits(List<Row> rows) {
        return Growth.text(Row.shown(rows), TerminalStyle.PLAIN).lines().filter(line -> line.startsWith("fit, "))
            .filter(line -> !line.contains("issue + wait"))
            .map(line -> line.replaceFirst(", largest [0-9.E-]+% off", "")).toList();
    }
}
