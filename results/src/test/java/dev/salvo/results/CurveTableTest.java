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
    void mechanismsTellGroupsApartAndARunFromBeforeThereWereTwoIsOfTheFirst() {
        List<String> lines = lines(Row.shown(List.of(MadeUp.point().row(),
            MadeUp.point().param("mechanism", "arm64-local").row())));
        assertTrue(lines.contains("one sender · mechanism arm64"), lines.toString());
        assertTrue(lines.contains("one sender · mechanism arm64-local"), lines.toString());
        assertFalse(String.join(" ", lines(MadeUp.sweep())).contains("mechanism"));
        assertTrue(lines(List.of(MadeUp.point().param("mechanism", "arm64-local").row())).get(1)
            .contains("mechanism arm64-local"));
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
    void aPacedPointIsOneLineWithItsBoundAndItsDilation() {
        List<String> lines = lines(List.of(MadeUp.paced("kunpeng-920", 1000, 200_000).row()));
        assertTrue(String.join(" ", lines).contains("paced clock, kunpeng-920"), lines.toString());
        assertTrue(lines.contains("cores  strategy     mean  bound      p99    issue    wait  software  share  gain  "
            + "stale     D  slower"), lines.toString());
        String line = lines.stream().filter(each -> each.startsWith("    8")).findFirst().orElseThrow();
        assertTrue(line.matches(" +8 +sync +1\\.00 µs +±[56]% +1\\.58 µs +50\\.0 ns +250 ns +700 ns +5\\.00% +- +0 "
            + "+4000 +5000×"), line);
        String all = String.join(" ", lines);
        for (String words : new String[] {"Emulated time, not this host's", "divided by D", "bound: how far off",
            "over 3 forks", "at most 0.250% of emulated time", "waits ended late by 21.0 ns in the mean"}) {
            assertTrue(all.contains(words), words + " in " + all);
        }
        for (String words : new String[] {"native clock", "oversubscribed", "wall time of", "*", "~", "STALE",
            "workload"}) {
            assertFalse(all.contains(words), words);
        }
    }

    @Test
    void theTwoClocksNeverShareATable() {
        List<Row> rows = new ArrayList<>(MadeUp.sweep());
        String paced = CurveTable.text(MadeUp.pacedSweep("a"), TerminalStyle.PLAIN);
        rows.addAll(MadeUp.pacedSweep("a"));
        assertEquals(CurveTable.text(MadeUp.sweep(), TerminalStyle.PLAIN) + '\n' + paced,
            CurveTable.text(rows, TerminalStyle.PLAIN));
    }

    @Test
    void aBoundThatIsWideAndALineThatIsNoneAreSaidInPlainWords() {
        Row wide = MadeUp.paced("a", 1000, 410_000).row();
        assertTrue(String.join(" ", lines(List.of(wide))).contains("*: the bound is over 10%"));
        assertTrue(lines(List.of(wide)).stream().anyMatch(line -> line.contains(" ±11%*  ")
            || line.contains(" ±12%*  ")), lines(List.of(wide)).toString());
        Row bent = MadeUp.paced("a", 1000, 0).figures(1, "nsPerPage", 1300, 1300, 1300).row();
        assertTrue(String.join(" ", lines(List.of(bent))).contains("~: the values at the several D do not lie on"));
        assertTrue(lines(List.of(bent)).stream().anyMatch(line -> line.matches(" +8 +sync .*%\\*?~ .*")),
            lines(List.of(bent)).toString());
        MadeUp few = MadeUp.paced("a", 1000, 0).figures(2, "nsPerPage", 1000, 1000);
        assertTrue(String.join(" ", lines(List.of(few.row()))).contains("A bound of - is not known"));
    }

    @Test
    void otherWorkloadsSayWhatAPageIsAndProtectCountsCalls() {
        Row protect = MadeUp.paced("a", 1000, 0).param("workload", "protect").row();
        List<String> lines = lines(List.of(protect));
        assertTrue(String.join(" ", lines).startsWith("workload protect · "), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.contains("200000 ±")), lines.toString());
        assertTrue(String.join(" ", lines).contains("a page is one of the mapping of 2 MiB, per round of calls"));
        Row ofNative = MadeUp.point().param("workload", "protect").opsPerSecond(9109).row();
        assertTrue(lines(List.of(ofNative)).stream().anyMatch(line -> line.contains("  9110  ")));
        Row victim = MadeUp.paced("a", 1000, 0).param("workload", "victim").victims(1.5, 0).row();
        assertTrue(lines(List.of(victim)).stream().anyMatch(line -> line.contains("1.50× ±")));
        assertTrue(String.join(" ", lines(List.of(MadeUp.point().param("workload", "munmap").row())))
            .contains("a page is one of the 1 MB that is unmapped"));
        List<String> both = lines(List.of(MadeUp.point().row(), MadeUp.point().param("workload", "munmap").row()));
        assertTrue(both.contains("workload seed · one sender") && both.contains("workload munmap · one sender"),
            both.toString());
    }

    @Test
    void pacedTablesAreAlignedAndAsciiToo() {
        String ascii = CurveTable.text(MadeUp.pacedSweep("a".repeat(100)), ASCII);
        assertTrue(ascii.chars().allMatch(letter -> letter < 128), ascii);
        ascii.lines().forEach(line -> assertTrue(line.length() <= 128, line));
    }

    @Test
    void nothingMeasuredIsSaid() {
        assertEquals("no point was measured\n", CurveTable.text(List.of(), TerminalStyle.PLAIN));
    }

    private static List<String> lines(List<Row> rows) {
        return CurveTable.text(rows, TerminalStyle.PLAIN).lines().toList();
    }
}
