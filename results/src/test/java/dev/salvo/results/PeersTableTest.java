package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of a comparison, with its dots. */
class PeersTableTest {
    private static final String TABLE = PeersTable.text(PeersRunTest.madeUp(), TerminalStyle.PLAIN);

    private static List<String> linesAfter(String head) {
        return TABLE.lines().dropWhile(line -> !line.startsWith(head)).skip(2).takeWhile(line -> !line.isBlank())
            .toList();
    }

    @Test
    void aGroupIsSortedByDistanceFromTheLimitWhichItNames() {
        assertTrue(TABLE.contains("2 cores · one sender · synchronous · work null · limit 80.0 ns, a cache"), TABLE);
        assertTrue(TABLE.contains("8 cores · all send · batches of 32 · work tlb · limit 5.00 µs, a turn of 8"), TABLE);
        List<String> names = linesAfter("8 cores").stream().map(line -> line.substring(2).split(" ")[0]).toList();
        assertEquals(List.of("ring", "jdk-queue", "phaser+"), names);
    }

    @Test
    void oursAreMarked() {
        List<String> lines = linesAfter("2 cores");
        assertTrue(lines.get(0).startsWith("* ring") && lines.get(0).contains("●"), lines.get(0));
        assertTrue(lines.get(1).startsWith("  disruptor") && lines.get(1).contains("○"), lines.get(1));
    }

    @Test
    void theSlowerTheFartherRightAndTheLimitStandsStill() {
        List<String> lines = linesAfter("2 cores");
        assertTrue(lines.get(1).indexOf('○') < lines.get(2).indexOf('○'), TABLE);
        assertTrue(lines.get(1).indexOf('│') > 0, TABLE);
        assertEquals(lines.get(1).indexOf('│'), lines.get(2).indexOf('│'));
    }

    @Test
    void whoCouldNotRunIsSaid() {
        assertTrue(TABLE.contains("membarrier: left out"), TABLE);
    }

    @Test
    void whereAPeerWasFasterIsSaid() {
        assertTrue(TABLE.contains("ring against every peer that runs Java on receipt: ahead at 2 of 2 points."), TABLE);
        PeersRun made = PeersRunTest.madeUp();
        List<PeerRow> rows = new ArrayList<>(made.rows());
        rows.set(1, new PeerRow(2, 1, 1, PeerRow.Work.NULL, Contender.DISRUPTOR, 80, 1, 0.05));
        String behind = PeersTable.text(new PeersRun(made.limits(), made.invalidation(), rows, List.of()),
            TerminalStyle.PLAIN).replaceAll("\\s+", " ");
        assertTrue(behind.contains("ahead at 1 of 2 points; behind at 2 cores · one sender · synchronous · work null "
            + "(disruptor 1.00×, ring 1.10× of the limit)."), behind);
    }

    @Test
    void asciiScreensGetAscii() {
        String ascii = PeersTable.text(PeersRunTest.madeUp(), new TerminalStyle(false, false));
        assertTrue(ascii.chars().allMatch(letter -> letter < 128), ascii);
        assertFalse(ascii.contains("\u001b"));
    }

    @Test
    void nothingMeasuredIsSaid() {
        PeersRun nothing = new PeersRun(List.of(), new PeersRun.Figure(1, 0), List.of(), List.of());
        assertEquals("nothing was measured\n", PeersTable.text(nothing, TerminalStyle.PLAIN));
    }
}
