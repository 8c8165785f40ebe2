package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalCurveTest {
    private static final TerminalStyle ASCII = new TerminalStyle(false, false);

    @Test
    void theDrawingKeepsToItsSize() {
        List<String> lines = lines(MadeUp.sweep(), TerminalStyle.PLAIN);
        assertEquals(1 + TerminalCurve.HEIGHT + 4 + 1, lines.size());
        lines.forEach(line -> assertTrue(line.length() <= TerminalCurve.WIDTH, line));
    }

    @Test
    void everyPointHasItsMarkAndSlowerIsHigher() {
        List<Row> rows = MadeUp.sweep().stream().filter(row -> row.point().senders() == 1).toList();
        List<String> lines = drawing(rows);
        for (char mark : new char[] {'●', '○'}) {
            List<Integer> columns = new ArrayList<>();
            for (int line = lines.size() - 1; line >= 0; line--) {
                for (int column = lines.get(line).indexOf(mark); column >= 0; column = lines.get(line).indexOf(mark,
                        column + 1)) {
                    columns.add(column);
                }
            }
            assertEquals(5, columns.size(), lines.toString());
            assertEquals(columns.stream().sorted().toList(), columns, "from the bottom to the right");
        }
    }

    @Test
    void twiceTheCoresIsTheSameWayToTheRight() {
        String axis = lines(MadeUp.sweep(), TerminalStyle.PLAIN).stream().filter(line -> line.contains("└")).findFirst()
            .orElseThrow();
        List<Integer> ticks = new ArrayList<>();
        for (int i = 0; i < axis.length(); i++) {
            if (axis.charAt(i) == '┴') {
                ticks.add(i);
            }
        }
        assertEquals(5, ticks.size());
        assertEquals(ticks.get(1) - ticks.get(0), ticks.get(2) - ticks.get(1), 1);
        assertEquals(ticks.get(2) - ticks.get(1), ticks.get(3) - ticks.get(2), 1);
    }

    @Test
    void marksInOnePlaceAreSaidToBeSeveral() {
        List<Row> apart = List.of(MadeUp.point(8, 1, "sync", 5000).row(), MadeUp.point(8, 1, "batched", 500).row());
        List<Row> close = List.of(MadeUp.point(8, 1, "sync", 5000).row(), MadeUp.point(8, 1, "batched", 4999).row());
        assertFalse(TerminalCurve.text(apart, TerminalStyle.PLAIN).contains("#"));
        assertTrue(TerminalCurve.text(close, TerminalStyle.PLAIN).contains("# several of them"));
    }

    @Test
    void whatElseVariesHasADrawingEachOnTheSameScales() {
        List<Row> rows = List.of(MadeUp.point().row(), MadeUp.point(8, 1, "batched", 150).param("pte", "dirty").row());
        String text = TerminalCurve.text(Row.shown(rows), TerminalStyle.PLAIN);
        assertTrue(text.contains("mean time per page, clean PTEs\n")
            && text.contains("mean time per page, dirty PTEs\n"));
        assertEquals(2, text.lines().filter(line -> line.startsWith("  100 ns")).count());
    }

    @Test
    void asciiIsAsciiAndColoursAreOnlyAdded() {
        assertTrue(TerminalCurve.text(MadeUp.sweep(), ASCII).chars().allMatch(letter -> letter < 128));
        String colour = TerminalCurve.text(MadeUp.sweep(), new TerminalStyle(true, true));
        assertTrue(colour.contains("\u001b["));
        assertEquals(TerminalCurve.text(MadeUp.sweep(), TerminalStyle.PLAIN),
            colour.replaceAll("\u001b\\[[0-9;]*m", ""));
    }

    @Test
    void manyCoreCountsLeaveOutNumbersRatherThanOverlapThem() {
        List<Row> rows = new ArrayList<>();
        for (int cores = 1; cores <= 1024; cores++) {
            rows.add(MadeUp.point(cores, 1, "sync", cores * 100.0).row());
        }
        List<String> lines = lines(rows, TerminalStyle.PLAIN);
        String numbers = lines.stream().filter(line -> line.startsWith("   cores")).findFirst().orElseThrow();
        for (String number : numbers.replace("cores", "").strip().split(" +")) {
            int cores = Integer.parseInt(number);
            assertTrue(cores >= 1 && cores <= 1024, numbers);
        }
    }

    @Test
    void emulatedTimesAreDrawnApartUnderTheirOwnName() {
        String paced = TerminalCurve.text(MadeUp.pacedSweep("kunpeng-920"), TerminalStyle.PLAIN);
        assertTrue(paced.startsWith("emulated time per page, paced clock, kunpeng-920\n"), paced);
        List<Row> both = new ArrayList<>(MadeUp.pacedSweep("kunpeng-920"));
        both.addAll(MadeUp.sweep());
        assertEquals(TerminalCurve.text(MadeUp.sweep(), TerminalStyle.PLAIN) + '\n' + paced,
            TerminalCurve.text(both, TerminalStyle.PLAIN));
    }

    @Test
    void onePointIsDrawnAndNoneIsNot() {
        assertEquals(1, drawing(List.of(MadeUp.point().row())).stream().filter(line -> line.contains("●")).count());
        assertEquals("", TerminalCurve.text(List.of(), TerminalStyle.PLAIN));
    }

    private static List<String> drawing(List<Row> rows) {
        return lines(rows, TerminalStyle.PLAIN).subList(1, TerminalCurve.HEIGHT - 1);
    }

    private static List<String> lines(List<Row> rows, TerminalStyle style) {
        return TerminalCurve.text(rows, style).lines().toList();
    }
}
