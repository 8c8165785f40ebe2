package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CurveTableTest {
    private static final TerminalStyle ASCII = new TerminalStyle(false, false);

    @Test
    void aPointIsOneLineWithItsFigures() {
        List<String> lines = lines(MadeUp.sweep());
        String line = lines.stream().filter(each -> each.matches(" *100 +batched +4.65.*")).findFirst().orElseThrow();
        assertTrue(line.matches(" *100 +batched +4\\.65 µs +±5% +8\\.70 µs +87\\.4 ns +4\\.43 µs +280 ns +4\\.87 µs +24\\.1× +0 +"
            + "oversubscribed 100/2"), line);
    }

    @Test
    void oneSenderAndAllSendersAreGroupsOfTheirOwn() {
        List<String> lines = lines(MadeUp.sweep());
        int one = lines.indexOf("one sender");
        int all = lines.indexOf("all cores send");
        assertTrue(one > 0 && all == one + 1 + 1 + 10 + 1, one + " " + all);
        assertEquals(lines.get(one + 1), lines.get(all + 1));
    }

    @Test
    void whatIsFixedStandsAboveAndWhatVariesAtTheGroup() {
        List<Row> rows = Row.shown(List.of(MadeUp.point().row(), MadeUp.point().param("pte", "dirty").row()));
        List<String> lines = lines(rows);
        assertTrue(lines.get(0).contains("ring · load idle") && !lines.get(0).contains("PTEs"), lines.get(0));
        assertTrue(lines.contains("one sender · clean PTEs") && lines.contains("one sender · dirty PTEs"));
    }

    @Test
    void columnsAreAlignedAndNoLineIsTooWide() {
        List<Row> rows = new ArrayList<>(MadeUp.sweep());
        rows.add(MadeUp.point(1024, 1024, "sync", 9.99e8).loaded("shared", 1, 1e6).row());
        rows.add(MadeUp.point(1024, 1024, "batched", 9.99e8).loaded("own", 1, 1).score("nsPerPage", 1e3).row());
        for (TerminalStyle style : List.of(TerminalStyle.PLAIN, ASCII)) {
            List<String> lines = CurveTable.text(Row.shown(rows), style).lines().toList();
            lines.forEach(line -> assertTrue(line.length() <= 128, line.length() + ": " + line));
            String head = lines.stream().filter(line -> line.startsWith("cores")).findFirst().orElseThrow();
            int end = head.indexOf("cores/CPUs") - 2;
            lines.stream().filter(line -> line.matches(" *\\d+ +(sync|batched).*")).forEach(line -> {
                assertEquals("  ", line.substring(end, end + 2), line);
                assertTrue(Character.isDigit(line.charAt(end - 1)), line);
            });
        }
    }

    @Test
    void asciiIsAsciiAndPlainHasNoColours() {
        assertTrue(CurveTable.text(MadeUp.sweep(), ASCII).chars().allMatch(letter -> letter < 128));
        assertFalse(CurveTable.text(MadeUp.sweep(), TerminalStyle.PLAIN).contains("\u001b"));
        String colour = CurveTable.text(MadeUp.sweep(), new TerminalStyle(true, true));
        assertEquals(CurveTable.text(MadeUp.sweep(), TerminalStyle.PLAIN), colour.replaceAll("\u001b\\[[0-9;]*m", ""));
        assertTrue(colour.contains("\u001b[1mone sender\u001b[m"));
    }

    @Test
    void aSplitThatDisturbsIsMarkedAndItsTotalTold() {
        MadeUp point = MadeUp.point();
        point.metric(1, "nsPerPage").put("score", 6000);
        List<String> lines = lines(List.of(point.row()));
        assertTrue(lines.stream().anyMatch(line -> line.contains(" 6.00 µs*  ")), lines.toString());
        assertTrue(String.join(" ", lines).contains("(*: over 10% off the mean, so the split is rough)"), lines.toString());
        assertFalse(String.join("", lines(List.of(MadeUp.point().row()))).contains("*"));
    }

    @Test
    void staleUsesAreNotKeptQuiet() {
        MadeUp point = MadeUp.point().forks("staleUses", new double[] {0, 3, 0});
        List<String> lines = lines(List.of(point.row()));
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("STALE USES: 3")), lines.toString());
    }

    @Test
    void victimsHaveAColumnUnderLoadOnly() {
        assertTrue(lines(List.of(MadeUp.point().loaded("own", 1, 2.5).row())).stream()
            .anyMatch(line -> line.contains(" 2.50×  ")));
        assertFalse(String.join("", lines(MadeUp.sweep())).contains("victims"));
    }

    @Test
    void wakeUpsHaveAColumnWhereThereAreAny() {
        List<String> lines = lines(List.of(MadeUp.point().score("wakeUps", 5000).wakeUpsPerPage(6.5).row(),
            MadeUp.point(16, 1, "sync", 9000).row()));
        assertTrue(lines.stream().anyMatch(line -> line.contains("gain  wake-ups  stale")), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.matches(" *8 .* 6\\.50 +0 +oversubscribed 8/2")),
            lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.matches(" *16 .* 0 +0 +oversubscribed 16/2")),
            lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("wake-ups: ")), lines.toString());
        assertFalse(String.join("", lines(MadeUp.sweep())).contains("wake-ups"));
    }

    @Test
    void ringsAndIdlePoliciesTellGroupsApart() {
        List<String> lines = lines(Row.shown(List.of(MadeUp.point().row(), MadeUp.point().param("ring", 64).row(),
            MadeUp.point().param("idle", "park").row())));
        assertTrue(lines.contains("one sender · room for 64 · idle policy auto"), lines.toString());
        assertTrue(lines.contains("one sender · room for 4096 · idle policy park"), lines.toString());
        String caption = String.join(" ", lines(MadeUp.sweep()).subList(0, 2));
        assertTrue(caption.contains("room for 4096 · idle policy auto"), caption);
    }

    @Test
    void theErrorSaysWhatItIsOver() {
        assertTrue(String.join("\n", lines(MadeUp.sweep())).contains(
            "95% interval of the mean, over iterations (1 fork)"));
        Row forks = MadeUp.point().forks("nsPerPage", new double[] {5000}, new double[] {5100}, new double[] {5200})
            .row();
        assertTrue(String.join("\n", lines(List.of(forks))).contains("over forks (3 forks)"));
    }

    @Test
    void markdownHasATableForEachGroup() {
        String markdown = CurveTable.markdown(MadeUp.sweep());
        List<String> cells = markdown.lines().filter(line -> line.startsWith("|")).toList();
        assertEquals(2 * (2 + 10), cells.size());
        assertEquals(1, cells.stream().map(line -> line.replaceAll("[^|]", "")).distinct().count());
        assertTrue(markdown.contains("\n**all cores send**\n\n| cores | strategy |"), markdown);
    }

    @Test
    void nothingMeasuredIsSaid() {
        assertEquals("no point was measured\n", CurveTable.text(List.of(), TerminalStyle.PLAIN));
        assertEquals("no point was measured\n", CurveTable.markdown(List.of()));
    }

    private static List<String> lines(List<Row> rows) {
        return CurveTable.text(rows, TerminalStyle.PLAIN).lines().toList();
    }
}
