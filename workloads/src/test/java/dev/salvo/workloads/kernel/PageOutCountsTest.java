package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.InterconnectKind;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What one list costs in TLBIs and DSBs: counts, which no scheduler disturbs. */
@Timeout(900)
class PageOutCountsTest {
    private static final int LIST = 256;
    private static final int BATCH = 31;

    private static Stream<Arguments> machines() {
        return Stream.of(InterconnectKind.values())
            .flatMap(kind -> Stream.of(1, 2, 4).map(cores -> Arguments.of(kind, cores)));
    }

    /** Counts of one list as the published program makes them: written, paged out, read again, paged out. */
    private static CoreCounts listOfTheProgram(TlbFlush flush) {
        try (SmallMachine machine = new SmallMachine(flush, 2, LIST)) {
            Task task = machine.kernel.newTask(machine.core, BATCH);
            machine.writeAll(0x88);
            assertEquals(LIST, machine.pageOutAll(task));
            machine.readAll();
            return machine.counted(() -> assertEquals(LIST, machine.pageOutAll(task)));
        }
    }

    /** Counts of one list of pages that are dirty, as pages are that came in from swap, with clean entries or dirty. */
    private static CoreCounts list(TlbFlush flush, InterconnectKind kind, int cores, int list, int batch,
                                   int mappings, boolean dirtyEntries) {
        try (SmallMachine machine = new SmallMachine(flush, kind, cores, list, mappings)) {
            Task task = machine.kernel.newTask(machine.core, batch);
            if (dirtyEntries) {
                machine.writeAll(0x88);
            } else {
                machine.readAll();
            }
            for (int page = 0; page < list; page++) {
                machine.memory.folio(page).dirty = true;
            }
            return machine.counted(() -> assertEquals(list, machine.pageOutAll(task)));
        }
    }

    private static void assertCounts(long tlbis, long dsbIsh, long dsbIshst, CoreCounts counts) {
        assertEquals(tlbis, counts.tlbis(), "TLBI");
        assertEquals(dsbIsh, counts.dsbIsh(), "DSB ISH");
        assertEquals(dsbIshst, counts.dsbIshst(), "DSB ISHST");
    }

    @ParameterizedTest
    @MethodSource("machines")
    void aListOf256CleanPagesIs256Of256Of256WhenSynchronous(InterconnectKind kind, int cores) {
        assertCounts(256, 256, 256, list(Flushes.SYNC, kind, cores, LIST, BATCH, 1, false));
    }

    @ParameterizedTest
    @MethodSource("machines")
    void aListOf256CleanPagesIs256Of9Of256WhenBatched(InterconnectKind kind, int cores) {
        assertCounts(256, 9, 256, list(Flushes.BATCHED, kind, cores, LIST, BATCH, 1, false));
    }

    @Test
    void soItIsInThePublishedProgramWhosePagesAreWrittenOutAndReadBack() {
        assertCounts(256, 256, 256, listOfTheProgram(Flushes.SYNC));
        assertCounts(256, 9, 256, listOfTheProgram(Flushes.BATCHED));
    }

    @ParameterizedTest
    @CsvSource({"256, 31, 9", "256, 15, 18", "32, 31, 2", "31, 31, 1", "62, 31, 2", "63, 31, 3", "1, 31, 1",
        "64, 1, 64", "256, 256, 1", "256, 10000, 1"})
    void aBatchedListHasOneDsbPerFullBatchAndOneForTheRest(int list, int batch, int dsbs) {
        assertCounts(list, dsbs, list,
            list(Flushes.BATCHED, InterconnectKind.RING, 2, list, batch, 1, false));
    }

    @ParameterizedTest
    @CsvSource({"2, RING", "5, RING", "2, INBOXES", "5, INBOXES"})
    void aPageMappedByKProcessesNeedsKTlbisAndWhenSynchronousKDsbs(int mappings, InterconnectKind kind) {
        int tlbis = 64 * mappings;
        assertCounts(tlbis, 3, tlbis, list(Flushes.BATCHED, kind, 2, 64, BATCH, mappings, false));
        assertCounts(tlbis, tlbis, tlbis, list(Flushes.SYNC, kind, 2, 64, BATCH, mappings, false));
    }

    @ParameterizedTest
    @CsvSource({"1, RING", "3, RING", "1, INBOXES", "3, INBOXES"})
    void dirtyEntriesPayADsbForEveryPageInSpiteOfBatching(int mappings, InterconnectKind kind) {
        int tlbis = 64 * mappings;
        assertCounts(tlbis, 64, tlbis, list(Flushes.BATCHED, kind, 2, 64, BATCH, mappings, true));
        assertCounts(tlbis, tlbis, tlbis, list(Flushes.SYNC, kind, 2, 64, BATCH, mappings, true));
    }

    @Test
    void withAnMmCpuMaskAProcessThatRanNowhereElseIsNotDeferred() {
        assertCounts(256, 256, 256,
            list(Flushes.BATCHED_IF_ELSEWHERE, InterconnectKind.RING, 2, LIST, BATCH, 1, false));
    }

    @Test
    void withAnMmCpuMaskAProcessThatRanOnAnotherCoreIsDeferred() {
        try (SmallMachine machine = new SmallMachine(Flushes.BATCHED_IF_ELSEWHERE, 3, LIST)) {
            machine.await(machine.once(2, on -> machine.mm().switchMm(on))::get);
            Task task = machine.kernel.newTask(machine.core, BATCH);
            machine.readAll();
            assertCounts(256, 9, 256, machine.counted(() -> assertEquals(LIST, machine.pageOutAll(task))));
        }
    }

    @Test
    void withAnMmCpuMaskEachProcessIsAskedForItself() {
        TlbFlush flush = Flushes.BATCHED_IF_ELSEWHERE;
        try (SmallMachine machine = new SmallMachine(flush, InterconnectKind.RING, 2, LIST, 2)) {
            machine.await(machine.once(1, on -> machine.processes.get(1).switchMm(on))::get);
            Task task = machine.kernel.newTask(machine.core, BATCH);
            machine.readAll();
            // The first process's entries are waited for one by one, the second's in batches.
            assertCounts(512, 256 + 9, 512, machine.counted(() -> assertEquals(LIST, machine.pageOutAll(task))));
        }
    }

    @Test
    void aListThatIsNotResidentCostsNothing() {
        try (SmallMachine machine = new SmallMachine(Flushes.BATCHED, 2, LIST)) {
            Task task = machine.kernel.newTask(machine.core, BATCH);
            assertCounts(0, 0, 0, machine.counted(() -> assertEquals(0, machine.pageOutAll(task))));
        }
    }

    @Test
    void everyCoreTakesEveryTlbi() {
        for (InterconnectKind kind : InterconnectKind.values()) {
            SmallMachine machine = new SmallMachine(Flushes.BATCHED, kind, 4, LIST, 1);
            try (machine) {
                machine.readAll();
                machine.pageOutAll(machine.kernel.newTask(machine.core, BATCH));
            }
            for (int id = 0; id < 4; id++) {
                assertEquals(LIST, machine.machine.core(id).counts().served(), kind + ", core " + id);
            }
        }
    }
}
