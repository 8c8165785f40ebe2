package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlainWordsTest {
    @Test
    void versionsOfLinuxAreSpokenOfApart() {
        List<Row> rows = Row.shown(List.of(MadeUp.point(8, 1, "sync", 1000).param("linux", "6.1").row(),
            MadeUp.point(8, 1, "batched", 100).param("linux", "6.12").row()));
        List<String> paragraphs = PlainWords.of(rows);
        assertTrue(paragraphs.get(0).startsWith("The kernel is Linux 6.1. At 8 cores"), paragraphs.toString());
        assertTrue(paragraphs.get(1).startsWith("The kernel is Linux 6.12. At 8 cores"), paragraphs.toString());
        assertEquals(List.of(), PlainWords.cards(rows));
        assertTrue(PlainWords.cards(rows.subList(0, 1)).get(0).words().endsWith("a page, sync, 8 cores, Linux 6.1"));
    }

    @Test
    void aVersionThatWaitsForEachPageThoughItBatchesIsSpokenOfAsHypothetical() {
        List<Row> rows = Row.shown(List.of(MadeUp.point(8, 1, "sync", 1000).param("linux", "6.12").row()));
        assertTrue(PlainWords.of(rows).get(0).startsWith("The kernel is Linux 6.12, hypothetical."), PlainWords.of(rows).toString());
        assertTrue(PlainWords.cards(rows).get(0).words().endsWith("8 cores, Linux 6.12, hypothetical"));
    }

    @Test
    void theLargestMachineIsWhatIsTalkedOf() {
        assertSays(MadeUp.sweep(), "At 100 cores one page costs 112 µs", "when each page waits for all cores; batched 4.65 µs",
            ": 24.1 times less.", "From 8 to 100 cores a synchronous page has become 22.0 times as expensive (from 5.08 µs), "
                + "a batched one 25.5 times",
            "When all 100 cores send, a page takes 2.26 ms");
    }

    @Test
    void theShareThatIsWaitingIsOfTheSplit() {
        Row row = MadeUp.point(8, 1, "sync", 1000).row();
        assertTrue(row.value(Figure.ISSUE_NS_PER_PAGE) < 0.1 * row.value(Figure.SPLIT_NS_PER_PAGE));
        String share = Figures.percent(row.value(Figure.WAIT_NS_PER_PAGE) / row.value(Figure.SPLIT_NS_PER_PAGE));
        assertSays(List.of(row), "At 8 cores one page costs 1.00 µs", " (sync).", share + " of it is waiting");
    }

    @Test
    void whereSendersQueueToIssueThatIsSaidToo() {
        Row row = MadeUp.paced("a", 1000, 0).line("issueNsPerPage", 500, 0).line("waitNsPerPage", 250, 0).row();
        assertSays(List.of(row), "75.0% of it is issuing and waiting.");
    }

    @Test
    void crowdedHostsAreOwnedUpTo() {
        assertSays(MadeUp.sweep(), "8 to 100 cores shared 2 CPUs, so the host's scheduler is part of these times: a wait lasts "
            + "until every core has had its turn.");
        assertFalse(said(List.of(MadeUp.point(8, 1, "sync", 1000).score("hostCpus", 8).row())).contains("shared"));
    }

    @Test
    void aGainWithinTheErrorsIsNotPraised() {
        List<Row> rows = Row.shown(List.of(
            MadeUp.point(8, 1, "sync", 1000).forks("nsPerPage", new double[] {500, 1000, 1500}).row(),
            MadeUp.point(8, 1, "batched", 900).forks("nsPerPage", new double[] {450, 900, 1400}).row()));
        assertSays(rows, "Their intervals overlap, so that the difference may be chance.");
        assertFalse(said(MadeUp.sweep()).contains("overlap"));
    }

    @Test
    void aLossIsNotCalledAGain() {
        assertSays(Row.shown(List.of(MadeUp.point(8, 1, "sync", 1000).row(), MadeUp.point(8, 1, "batched", 2000).row())),
            ": 2.00 times more.");
    }

    @Test
    void emulatedTimeIsCalledSoAndSaysHowFarOffItMayBe() {
        assertSays(MadeUp.pacedSweep("kunpeng-920"), "These times are emulated, with the costs of kunpeng-920; they are not this host's.",
            "At 128 cores one page costs 5.26 µs (±");
        assertSays(List.of(MadeUp.paced("a", 1000, 3.9e6).row()), "1 of 1 figures may be off by more than 10 %.");
        assertFalse(said(MadeUp.pacedSweep("kunpeng-920")).contains("shared"));
    }

    @Test
    void aStressorsRateIsSaid() {
        List<Row> rows = Stream.of(1, 4).map(senders -> MadeUp.point(16, senders, "batched", 100).param("workload", "protect")
            .opsPerSecond(8000.0 / senders).row()).toList();
        assertSays(rows, "The workload is protect.", "With 4 senders, all together do 2000 rounds a second (batched); with one sender 8000.");
    }

    @Test
    void victimsAreNotForgotten() {
        assertSays(List.of(MadeUp.point().loaded("own", 1e6, 1.25e6).row()),
            "User programs on the other cores ran at most 1.25 times slower for the invalidations (sync, 8 cores).");
    }

    @Test
    void staleUsesEndIt() {
        List<String> paragraphs = PlainWords.of(List.of(MadeUp.point().forks("staleUses", new double[] {2}).row()));
        assertTrue(paragraphs.get(paragraphs.size() - 1)
            .endsWith(" 2 times a core used a page after it was gone: do not trust this run."), paragraphs.toString());
    }

    @Test
    void theCardsAreTheSameFigures() {
        List<PlainWords.Card> cards = PlainWords.cards(MadeUp.sweep());
        assertEquals(List.of("112 µs", "4.65 µs", "24.1×"), cards.stream().limit(3).map(PlainWords.Card::figure).toList());
    }

    /** A figure shown large says nothing if it may be of any of several machines. */
    @Test
    void eachMachineHasAParagraphAndNoneHasCards() {
        List<Row> two = List.of(MadeUp.paced("a", 1000, 0).row(), MadeUp.paced("b", 1000, 0).row());
        List<String> paragraphs = PlainWords.of(two);
        assertEquals(3, paragraphs.size(), paragraphs.toString());
        assertTrue(paragraphs.get(0).contains("the costs of a;") && paragraphs.get(1).contains("the costs of b;"));
        assertEquals(List.of(), PlainWords.cards(two));
    }

    /** There a page waits for nobody where its process has run on one core. */
    @Test
    void aPageOfAMechanismThatAsksFirstIsNotSaidToWaitForAllCores() {
        List<Row> rows = local();
        assertSays(rows, "The mechanism is arm64-local. At 8 cores one page costs 1.00 µs",
            " when each page is flushed by itself; batched 500 ns");
        assertFalse(said(rows).contains("waits for all cores"), said(rows));
        assertTrue(PlainWords.cards(rows).get(0).words().endsWith("a page, sync, 8 cores, mechanism arm64-local"));
    }

    /** Sentences that name none would be about one of two without a word. */
    @Test
    void eachMechanismHasAParagraphThatNamesItAndNoneHasCards() {
        List<Row> rows = Stream.concat(MadeUp.sweep().stream(), local().stream()).toList();
        List<String> paragraphs = PlainWords.of(rows);
        assertEquals(3, paragraphs.size(), paragraphs.toString());
        assertTrue(paragraphs.get(0).startsWith("The mechanism is arm64. At 100 cores")
            && paragraphs.get(0).contains("when each page waits for all cores"), paragraphs.get(0));
        assertTrue(paragraphs.get(1).startsWith("The mechanism is arm64-local. At 8 cores"), paragraphs.get(1));
        assertEquals(List.of(), PlainWords.cards(rows));
    }

    @Test
    void theMechanismIsNoWordWhereItIsAsItAlwaysWas() {
        assertFalse(said(MadeUp.sweep()).contains("mechanism"));
        assertFalse(PlainWords.cards(MadeUp.sweep()).toString().contains("mechanism"));
    }

    private static List<Row> local() {
        return Row.shown(List.of(MadeUp.point(8, 1, "sync", 1000).param("mechanism", "arm64-local").row(),
            MadeUp.point(8, 1, "batched", 500).param("mechanism", "arm64-local").row()));
    }

    private static String said(List<Row> rows) {
        return String.join(" ", PlainWords.of(rows));
    }

    private static void assertSays(List<Row> rows, String... parts) {
        for (String part : parts) {
            assertTrue(said(rows).contains(part), part + " in " + said(rows));
        }
    }
}
