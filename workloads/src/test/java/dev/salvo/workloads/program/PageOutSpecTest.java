package dev.salvo.workloads.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.salvo.engine.IdlePolicy;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.host.PlacementPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageOutSpecTest {
    private static PageOutSpec spec(int cores, int senders, int mappings, int list, int batch) {
        return new PageOutSpec(cores, senders, mappings, Strategy.SYNC, InterconnectKind.RING, list, batch, Load.IDLE,
            PteState.CLEAN, PlacementPolicy.COMPACT, 4096, IdlePolicy.AUTO, Workload.SEED, Pacing.NATIVE);
    }

    private static PageOutSpec spec(int ring) {
        return new PageOutSpec(8, 1, 1, Strategy.SYNC, InterconnectKind.RING, 256, 31, Load.IDLE, PteState.CLEAN,
            PlacementPolicy.COMPACT, ring, IdlePolicy.PARK, Workload.SEED, Pacing.NATIVE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
           0 |    1 |     1 |   256 |    31 | cores 0: must be 1..1024
          -1 |    1 |     1 |   256 |    31 | cores -1: must be 1..1024
        1025 |    1 |     1 |   256 |    31 | cores 1025: must be 1..1024
           8 |    0 |     1 |   256 |    31 | senders 0: must be 1..8, no more than there are cores
           8 |   -3 |     1 |   256 |    31 | senders -3: must be 1..8, no more than there are cores
           8 |    9 |     1 |   256 |    31 | senders 9: must be 1..8, no more than there are cores
           8 |    1 |     1 |     0 |    31 | list 0: must be 1..16384 pages
           8 |    1 |     1 |    -1 |    31 | list -1: must be 1..16384 pages
           8 |    1 |     1 | 16385 |    31 | list 16385: must be 1..16384 pages
           8 |    1 |     1 |   256 |     0 | batch 0: must be 1..16384 pages
           8 |    1 |     1 |   256 |    -1 | batch -1: must be 1..16384 pages
           8 |    1 |     1 |   256 | 16385 | batch 16385: must be 1..16384 pages
        """)
    void aValueOutOfRangeIsNamedWithWhatIsAccepted(int cores, int senders, int mappings, int list, int batch,
                                                   String message) {
        assertEquals(message, assertThrows(IllegalArgumentException.class,
            () -> spec(cores, senders, mappings, list, batch)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"8, 1, 0, 65527 with 1 sender", "8, 1, -1, 65527 with 1 sender", "8, 1, 65528, 65527 with 1 sender",
        "1024, 1024, 63, 62 with 1024 senders", "100, 2, 2147483647, 32717 with 2 senders"})
    void mappingsAreBoundedByTheAddressSpacesThatThereAre(int cores, int senders, int mappings, String accepted) {
        assertEquals("mappings " + mappings + ": must be 1.." + accepted
                + ", since every process needs an address space identifier",
            assertThrows(IllegalArgumentException.class,
                () -> spec(cores, senders, mappings, 256, 31)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1, 1", "1024, 1024, 62, 16384, 16384", "8, 8, 1, 256, 31", "8, 1, 65527, 256, 31"})
    void theEndsOfTheRangesAreAccepted(int cores, int senders, int mappings, int list, int batch) {
        PageOutSpec spec = spec(cores, senders, mappings, list, batch);
        assertEquals(cores, spec.cores());
        assertEquals(batch, spec.batch());
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, 0, 1, 3, 4095, 32_768, Integer.MIN_VALUE})
    void aRingThatIsNoPowerOfTwoInItsRangeIsNamedWithWhatIsAccepted(int ring) {
        assertEquals("ring " + ring + ": must be a power of two, 2..16384",
            assertThrows(IllegalArgumentException.class, () -> spec(ring)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4096, 16_384})
    void aRingOfAPowerOfTwoIsAccepted(int ring) {
        assertEquals(ring, spec(ring).ring());
    }

    @Test
    void whatIsNotGivenIsNamed() {
        Strategy strategy = Strategy.SYNC;
        InterconnectKind kind = InterconnectKind.RING;
        Load load = Load.IDLE;
        PteState pte = PteState.CLEAN;
        PlacementPolicy placement = PlacementPolicy.COMPACT;
        IdlePolicy idle = IdlePolicy.AUTO;
        assertEquals("strategy: must be given", assertThrows(NullPointerException.class,
            () -> new PageOutSpec(1, 1, 1, null, kind, 1, 1, load, pte, placement, 2, idle, Workload.SEED,
                Pacing.NATIVE)).getMessage());
        assertEquals("interconnect: must be given", assertThrows(NullPointerException.class,
            () -> new PageOutSpec(1, 1, 1, strategy, null, 1, 1, load, pte, placement, 2, idle, Workload.SEED,
                Pacing.NATIVE)).getMessage());
        assertEquals("load: must be given", assertThrows(NullPointerException.class,
            () -> new PageOutSpec(1, 1, 1, strategy, kind, 1, 1, null, pte, placement, 2, idle, Workload.SEED,
                Pacing.NATIVE)).getMessage());
        assertEquals("pte: must be given", assertThrows(NullPointerException.class,
            () -> new PageOutSpec(1, 1, 1, strategy, kind, 1, 1, load, null, placement, 2, idle, Workload.SEED,
                Pacing.NATIVE)).getMessage());
        assertEquals("placement: must be given", assertThrows(NullPointerException.class,
            () -> new PageOutSpec(1, 1, 1, strategy, kind, 1, 1, load, pte, null, 2, idle, Workload.SEED,
                Pacing.NATIVE)).getMessage());
        assertEquals("idle: must be given", assertThrows(NullPointerException.class,
            () -> new PageOutSpec(1, 1, 1, strategy, kind, 1, 1, load, pte, placement, 2, null, Workload.SEED,
                Pacing.NATIVE)).getMessage());
    }

    @Test
    void thePublishedProgramIs256PagesAt31ToABatch() {
        assertEquals(new PageOutSpec(8, 1, 1, Strategy.BATCHED, InterconnectKind.RING, 256, 31, Load.IDLE,
            PteState.CLEAN, PlacementPolicy.COMPACT, 4096, IdlePolicy.AUTO, Workload.SEED, Pacing.NATIVE),
            PageOutSpec.seed(8, Strategy.BATCHED));
    }
}
