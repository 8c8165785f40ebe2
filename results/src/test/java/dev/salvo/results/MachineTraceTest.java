package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.results.MachineTrace.End;
import dev.salvo.results.MachineTrace.Lane;
import dev.salvo.results.MachineTrace.Operation;
import dev.salvo.results.MachineTrace.Shootdown;
import dev.salvo.results.MadeUpTrace.Wrong;
import dev.salvo.results.Timeline.Span;
import dev.salvo.results.Timeline.Visit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said of a machine, and which part of what it has recorded is shown. */
class MachineTraceTest {
    private static final int CORES = 4;
    private static final int SHOOTDOWNS = 9;
    private static final long LAST = SHOOTDOWNS * MadeUpTrace.PERIOD;

    private static String words(MachineTrace trace) {
        return String.join(" ", new MachineTraceView(trace).words());
    }

    private static List<Shootdown> early(MachineTrace trace) {
        return trace.shootdowns().stream().filter(Shootdown::isEarly).toList();
    }

    @Test
    void aCoreThatTookItAfterTheDsbHadReturnedIsNamed() {
        MachineTrace trace = MadeUpTrace.of(CORES, SHOOTDOWNS, Wrong.EARLY);
        assertTrue(words(trace).startsWith("Too early, at 33.0 µs, the DSB of core-000 returned: core-003 took the TLBI "
            + "12.0 µs after that. Shown: the last shootdown whose DSB returned too early, and the 3 that ended before it."),
            words(trace));
        assertEquals(1, early(trace).size());
    }

    @Test
    void aCoreThatNeverTookItIsNamed() {
        MachineTrace trace = MadeUpTrace.of(CORES, SHOOTDOWNS, Wrong.NEVER_TAKEN);
        assertTrue(words(trace).startsWith("Too early, at 33.0 µs, the DSB of core-000 returned: core-003 never took the "
            + "TLBI. "), words(trace));
    }

    @Test
    void whoIsWaitedForInADsbThatIsNotOverIsNamed() {
        MachineTrace trace = MadeUpTrace.of(CORES, SHOOTDOWNS, Wrong.NOT_OVER);
        assertTrue(words(trace).startsWith("Not over is the DSB of core-000, begun at 30.1 µs and last seen to be on "
            + "5.00 ms later: core-003 had not taken the TLBI when the machine stopped. Shown: the first shootdown that is not "
            + "over, and the 3 that ended before it."), words(trace));
        assertEquals(List.of(), early(trace));
    }

    /** A core that is stuck in its own DSB is not seen for long, and who took the TLBI after that was not late. */
    @Test
    void whoTookItAfterTheDsbWasLastSeenIsNotAccused() {
        MachineTrace whole = MadeUpTrace.of(CORES, SHOOTDOWNS, Wrong.NOT_OVER);
        Lane sender = whole.lanes().get(0);
        List<Operation> dsbs = new ArrayList<>(sender.dsbs());
        dsbs.set(SHOOTDOWNS - 1, new Operation(new Span(LAST + 100, LAST + 101), SHOOTDOWNS, false));
        List<Lane> lanes = new ArrayList<>(whole.lanes());
        lanes.set(0, new Lane(0, 0, true, sender.tlbis(), dsbs, sender.visits(), sender.offCpu(), sender.offline()));
        String words = words(new MachineTrace("stuck", List.of(), 2, MachineTrace.EVERYBODYS, End.STUCK, lanes));
        assertTrue(words.contains("last seen to be on 1.00 ns later: core-003 had not taken the TLBI when the machine "
            + "stopped."), words);
    }

    @Test
    void aTlbiWithoutRoomIsTold() {
        MachineTrace trace = MadeUpTrace.of(CORES, SHOOTDOWNS, Wrong.NO_ROOM);
        assertTrue(words(trace).contains("Not over is a TLBI of core-000, begun at 30.0 µs: there was no room for it, and "
            + "5.00 ms later there was none yet."), words(trace));
    }

    /** Fails if a core is accused that was only stopped: the one that found the fault, most of all. */
    @Test
    void whatTheDeathOfACoreHasCutShortAccusesNobody() {
        MachineTrace trace = MadeUpTrace.cutShort(CORES, SHOOTDOWNS, Wrong.NOT_OVER, CORES - 1);
        assertTrue(words(trace).startsWith("Cut short is the DSB of core-000, begun at 40.1 µs: core-003 had died. Of the 8 DSBs "
            + "that are kept and over none"), words(trace));
        assertTrue(words(trace).contains(" Shown: the last 4 shootdowns that are over."), words(trace));
        assertTrue(words(trace).contains(" core-003 died of what was found, and the machine was stopped."), words(trace));
        assertFalse(words(trace).contains("taken the TLBI when"), words(trace));
        assertEquals(LAST - MadeUpTrace.PERIOD + 3000, new MachineTraceView(trace).shown().end());
        assertTrue(trace.shootdowns().stream().allMatch(each -> each.late().isEmpty()), trace.shootdowns().toString());
    }

    @Test
    void aTlbiThatTheDeathOfACoreHasCutShortMayHaveFoundRoom() {
        String words = words(MadeUpTrace.cutShort(CORES, SHOOTDOWNS, Wrong.NO_ROOM, CORES - 1));
        assertTrue(words.startsWith("Cut short is a TLBI of core-000, begun at 40.0 µs: core-003 had died. "), words);
        assertFalse(words.contains("room"), words);
    }

    @Test
    void whereNoCoreDiedTheMachineWasStopped() {
        String words = words(MadeUpTrace.cutShort(CORES, 1, Wrong.NOT_OVER, End.NOBODY));
        assertTrue(words.startsWith("Cut short is the DSB of core-000, begun at 10.1 µs: the machine was stopped. Shown: all "
            + "that is kept."), words);
    }

    @Test
    void ofMuchThatWasCutShortAFewAreNamed() {
        MachineTrace one = MadeUpTrace.cutShort(CORES, 3, Wrong.NOT_OVER, 1);
        Lane waits = one.lanes().get(0);
        List<Lane> lanes = new ArrayList<>();
        for (int core = 0; core < 9; core++) {
            lanes.add(new Lane(core, 0, true, waits.tlbis(), waits.dsbs(), waits.visits(), List.of(), waits.offline()));
        }
        String words = words(new MachineTrace("much", List.of(), 2, one.counted(), one.end(), lanes));
        assertTrue(words.contains("Cut short is the DSB of core-003") && words.contains("So were 5 more."), words);
    }

    @Test
    void ofASoundMachineItIsSaidOfHowManyDsbsItIsKnown() {
        String words = words(MadeUpTrace.of(CORES, SHOOTDOWNS, Wrong.NOTHING));
        assertTrue(words.startsWith("Of the 9 DSBs that are kept and over none is known to have returned too early: of 9 nothing "
            + "that was recorded says otherwise. Shown: the last 4 shootdowns that are over. Times count from the first TLBI "
            + "of these."), words);
        assertTrue(words.endsWith("Oversubscribed: 4 cores shared 2 CPUs; these times include the scheduler."), words);
    }

    /** Nobody waits for a core that is offline, and one that joins need not take what was issued before. */
    @ParameterizedTest
    @CsvSource({"-500, 100, false", "-500, -100, true", "100, 200, false", "2900, 9000, false", "3100, 9000, true"})
    void ofACoreThatWasOfflineInBetweenNothingIsAsked(long went, long came, boolean early) {
        MachineTrace trace = MadeUpTrace.of(CORES, SHOOTDOWNS, Wrong.EARLY, MachineTrace.EVERYBODYS,
            List.of(new Span(LAST + went, LAST + came)));
        assertEquals(early ? 1 : 0, early(trace).size());
    }

    /** Fails if a core whose ring has lost what it did is accused of not having done it. */
    @Test
    void ofACoreThatHasLostWhatItRecordedThenNothingIsSaid() {
        MachineTrace whole = MadeUpTrace.of(CORES, SHOOTDOWNS, Wrong.NEVER_TAKEN);
        Lane culprit = whole.lanes().get(CORES - 1);
        List<Lane> lanes = new ArrayList<>(whole.lanes());
        lanes.set(CORES - 1, new Lane(CORES - 1, 1, true, List.of(), List.of(),
            List.of(new Visit(new Span(LAST + 5000, LAST + 5100), SHOOTDOWNS + 1, 1)), List.of(), List.of()));
        MachineTrace lost = new MachineTrace("lost", List.of(), 2, MachineTrace.EVERYBODYS, End.IN_ORDER, lanes);
        assertEquals(List.of(), early(lost));
        assertTrue(words(lost).contains("of 0 nothing that was recorded says otherwise"), words(lost));
        lanes.set(CORES - 1, new Lane(CORES - 1, 1, false, List.of(), List.of(), List.of(), List.of(), List.of()));
        MachineTrace unread = new MachineTrace("unread", List.of(), 2, MachineTrace.EVERYBODYS, End.IN_ORDER, lanes);
        assertEquals(List.of(), early(unread));
        assertTrue(words(unread).contains("Not known is what was done by core-003: its thread has not ended."), words(unread));
        assertEquals(1, early(whole).size(), culprit + " has lost nothing");
    }

    /** Sequences of two issuers must not be compared. */
    @Test
    void whereEachIssuerCountsItsOwnOnlyThatOnesAreKnown() {
        assertEquals(1, early(MadeUpTrace.of(CORES, SHOOTDOWNS, Wrong.EARLY, 0, List.of())).size());
        MachineTrace others = MadeUpTrace.of(CORES, SHOOTDOWNS, Wrong.EARLY, 1, List.of());
        assertEquals(List.of(), early(others));
        assertTrue(words(others).contains("who has taken one is recorded of those of core-001 only."), words(others));
    }

    /** A core that comes back reads what is still in the ring once more: the first time is what counts. */
    @Test
    void whatIsTakenTwiceWasTakenTheFirstTime() {
        MachineTrace once = MadeUpTrace.of(CORES, SHOOTDOWNS, Wrong.NOTHING);
        Lane culprit = once.lanes().get(CORES - 1);
        List<Visit> visits = new ArrayList<>(culprit.visits());
        visits.add(new Visit(new Span(LAST + 9000, LAST + 9100), 1, SHOOTDOWNS));
        List<Lane> lanes = new ArrayList<>(once.lanes());
        lanes.set(CORES - 1, new Lane(CORES - 1, 1, true, List.of(), List.of(), visits, List.of(), culprit.offline()));
        assertEquals(List.of(), early(new MachineTrace("twice", List.of(), 2, MachineTrace.EVERYBODYS, End.IN_ORDER, lanes)));
    }

    @Test
    void aDsbWaitsForTheLastOfItsTlbis() {
        Span dsb = new Span(300, 400);
        Lane lane = new Lane(0, 0, true,
            List.of(new Operation(new Span(100, 100), 7, true), new Operation(new Span(200, 200), 8, true)),
            List.of(new Operation(dsb, 8, true)), List.of(new Visit(new Span(210, 220), 7, 1),
            new Visit(new Span(450, 460), 8, 1)), List.of(), List.of(new Span(0, 10)));
        Shootdown found = new MachineTrace("one", List.of(), 1, MachineTrace.EVERYBODYS, End.IN_ORDER,
            List.of(lane)).shootdowns().get(0);
        assertEquals(100, found.begin());
        assertEquals(200, found.tlbi().when().from());
        assertTrue(found.isEarly(), "even the sender takes its own");
    }

    @Test
    void thePictureShowsTheLastFewAndWhatFollowedThemNoLongerThanTheyTook() {
        long begin = LAST - 3 * MadeUpTrace.PERIOD;
        assertEquals(new Span(begin, LAST + 3000), window(Wrong.NOTHING));
        assertEquals(new Span(begin, LAST + 3000 + MadeUpTrace.LATE), window(Wrong.EARLY));
        assertEquals(new Span(begin, LAST + 3000 + 33_000), window(Wrong.NEVER_TAKEN));
        assertEquals(new Span(begin, LAST + 100 + 30_100), window(Wrong.NOT_OVER));
        assertEquals(new Span(begin, LAST + 30_000), window(Wrong.NO_ROOM));
    }

    private static Span window(Wrong wrong) {
        return new MachineTraceView(MadeUpTrace.of(CORES, SHOOTDOWNS, wrong)).window();
    }

    @ParameterizedTest
    @EnumSource
    void aMachineOfManyNamesAFew(Wrong wrong) {
        String words = words(MadeUpTrace.of(200, 3, wrong));
        assertTrue(words.length() < 1500, words);
        assertEquals("core-000, core-001, core-002, core-003, core-004, core-005 and 2 more",
            MachineTrace.names(List.of(0, 1, 2, 3, 4, 5, 6, 7)));
        assertEquals("core-000, core-001", MachineTrace.names(List.of(0, 1)));
    }

    @Test
    void whereNothingWasBroadcastThatIsSaid() {
        MachineTrace quiet = MadeUpTrace.of(2, 0, Wrong.NOTHING);
        assertTrue(words(quiet).startsWith("No DSB that is kept has waited for a TLBI. Shown: all that is kept."),
            words(quiet));
        assertFalse(MachineTraceSvg.of(quiet, "host", "command").isEmpty());
        assertThrows(IllegalArgumentException.class, () -> new MachineTrace("none", List.of(), 1, 0, End.IN_ORDER,
            List.of()));
        assertThrows(IllegalArgumentException.class, () -> new MachineTrace("late", List.of(), 1, 0, End.IN_ORDER,
            List.of(quiet.lanes().get(1))));
    }
}
