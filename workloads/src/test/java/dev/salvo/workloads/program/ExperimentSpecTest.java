package dev.salvo.workloads.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.IdlePolicy;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.host.PlacementPolicy;
import dev.salvo.point.Axis;
import dev.salvo.point.ClockKind;
import dev.salvo.point.Load;
import dev.salvo.point.Point;
import dev.salvo.point.PteState;
import dev.salvo.point.Strategy;
import dev.salvo.point.Workload;
import dev.salvo.workloads.kernel.Deferral;
import dev.salvo.workloads.kernel.Linux;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExperimentSpecTest {
    private static ExperimentSpec spec(int cores, int senders, int mappings, int list, int batch) {
        return ExperimentSpec.of(Map.of(Axis.CORES, "" + cores, Axis.SENDERS, "" + senders, Axis.MAPPINGS, "" + mappings,
            Axis.STRATEGY, "sync", Axis.LIST, "" + list, Axis.BATCH, "" + batch), Pacing.NATIVE);
    }

    private static ExperimentSpec spec(int ring) {
        return ExperimentSpec.seed(8, Strategy.SYNC).with(Axis.IDLE, IdlePolicy.PARK).with(Axis.RING, ring);
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
        ExperimentSpec spec = spec(cores, senders, mappings, list, batch);
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "STRATEGY  |      | strategy: must be given",
        "CORES     |      | cores: must be given",
        "CORES     | many | cores many: must be a whole number",
        "BATCH     | 3\u0661 | batch 3\u0661: must be a whole number",
        "RING      | 1e3  | ring 1e3: must be a whole number",
        "MAPPINGS  | 99999999999 | mappings 99999999999: must be a whole number",
        "SENDERS   | some | senders some: must be a whole number, or all",
        "IDLE      | nap  | idle nap: must be one of auto, spin, yield, park",
        "STRATEGY  | SYNC | strategy SYNC: must be one of sync, batched, local"
    })
    void whatIsNotGivenOrNoValueIsNamed(Axis axis, String value, String message) {
        Map<Axis, String> values = new EnumMap<>(Map.of(Axis.CORES, "8", Axis.STRATEGY, "sync"));
        values.remove(axis);
        if (value != null) {
            values.put(axis, value);
        }
        assertEquals(message, assertThrows(IllegalArgumentException.class,
            () -> ExperimentSpec.of(values, Pacing.NATIVE)).getMessage());
    }

    @Test
    void thePublishedProgramIs256PagesAt31ToABatch() {
        ExperimentSpec seed = ExperimentSpec.seed(8, Strategy.BATCHED);
        assertEquals(spec(8, 1, 1, 256, 31).with(Axis.STRATEGY, Strategy.BATCHED), seed);
        assertEquals(InterconnectKind.RING, seed.interconnect());
        assertEquals(Load.IDLE, seed.load());
        assertEquals(PteState.CLEAN, seed.pte());
        assertEquals(PlacementPolicy.COMPACT, seed.placement());
        assertEquals(IdlePolicy.AUTO, seed.idle());
        assertEquals(Workload.SEED, seed.workload());
        assertEquals("", seed.point().profile());
    }

    @Test
    void allSendersAreAsManyAsThereAreCores() {
        assertEquals(8, ExperimentSpec.seed(8, Strategy.SYNC).with(Axis.SENDERS, "all").senders());
    }

    /** Hardware knows no axes, and an axis no hardware: their words are one, and this is where it shows. */
    @Test
    void theWordsOfAnAxisAreTheNamesOfWhatHardwareHas() {
        assertEquals(names(InterconnectKind.values()), Set.copyOf(Axis.INTERCONNECT.words()));
        assertEquals(names(PlacementPolicy.values()), Set.copyOf(Axis.PLACEMENT.words()));
        assertEquals(names(IdlePolicy.values()), Set.copyOf(Axis.IDLE.words()));
        assertEquals(names(Mechanism.values()), Set.copyOf(Axis.MECHANISM.words()));
        for (String version : Axis.LINUX.words()) {
            Linux linux = ExperimentSpec.version(version);
            assertTrue(linux.toString().startsWith(version), version);
            boolean batches = Axis.LINUX.words().indexOf(version) >= Axis.LINUX.words().indexOf("6.6");
            assertEquals(batches, linux.has(Linux.Rule.BATCHED_UNMAP), version);
        }
        assertEquals(MachineSpec.MAX_CORES, Point.MAX_CORES);
    }

    private static Set<String> names(Enum<?>[] kinds) {
        return Arrays.stream(kinds).map(Point::word).collect(Collectors.toSet());
    }

    @Test
    void aVersionIsAskedOnlyForWhatItMightDo() {
        ExperimentSpec old = ExperimentSpec.seed(8, Strategy.SYNC).with(Axis.LINUX, "6.1");
        ExperimentSpec today = ExperimentSpec.seed(8, Strategy.BATCHED).with(Axis.LINUX, "7.3");
        assertEquals("strategy batched: must be sync with linux 6.1",
            assertThrows(IllegalArgumentException.class, () -> old.with(Axis.STRATEGY, Strategy.BATCHED)).getMessage());
        assertEquals("strategy local: must be batched or sync with linux 7.3",
            assertThrows(IllegalArgumentException.class, () -> today.with(Axis.STRATEGY, Strategy.LOCAL)).getMessage());
        assertEquals("mechanism arm64-local: must be arm64 with linux 7.3",
            assertThrows(IllegalArgumentException.class, () -> today.with(Axis.MECHANISM, "arm64-local")).getMessage());
        assertEquals("batch 8: must be left out with linux 7.3, which has its own",
            assertThrows(IllegalArgumentException.class, () -> today.with(Axis.BATCH, 8)).getMessage());
        assertEquals("mappings 2: must be 1 with linux 7.3, whose MADV_PAGEOUT passes over pages that are mapped more than once",
            assertThrows(IllegalArgumentException.class, () -> today.with(Axis.MAPPINGS, 2)).getMessage());
        assertEquals("linux 7.3: must be left out on a paced clock, whose profiles were fitted without it",
            assertThrows(IllegalArgumentException.class, () -> today.with(Pacing.of("snapdragon-888", 2000))).getMessage());
        assertEquals(Deferral.NEVER, today.with(Axis.STRATEGY, Strategy.SYNC).flush().deferral());
        assertEquals(Deferral.ALWAYS, today.flush().deferral());
        assertEquals(512, old.batch());
        assertEquals(31, today.batch());
    }

    @Test
    void theClockOfAPointIsThatOfItsPacing() {
        Pacing pacing = Pacing.of("snapdragon-888", 2000);
        ExperimentSpec paced = ExperimentSpec.seed(8, Strategy.SYNC).with(pacing);
        assertEquals("snapdragon-888", paced.point().profile());
        assertEquals(ClockKind.PACED, paced.point().clock());
        assertEquals(ExperimentSpec.seed(8, Strategy.SYNC), paced.with(Pacing.NATIVE));
        assertEquals(paced, ExperimentSpec.of(ExperimentSpec.seed(8, Strategy.SYNC).point().values(), pacing));
        assertNotEquals(paced, paced.with(pacing.at(4000)));
        assertEquals(paced.point(), paced.with(pacing.at(4000)).point());
    }

    @Test
    void aMechanismWithoutAKernelOfTheStrategyIsRefusedBeforeThereIsAPoint() {
        Map<Axis, String> values = Map.of(Axis.CORES, "8", Axis.STRATEGY, "local", Axis.MECHANISM, "arm64-local");
        for (Pacing pacing : List.of(Pacing.NATIVE, Pacing.of("snapdragon-888", 2000))) {
            assertEquals("strategy local: must be sync or batched with the mechanism arm64-local",
                assertThrows(IllegalArgumentException.class, () -> ExperimentSpec.of(values, pacing)).getMessage());
        }
    }

    @Test
    void aSpecMakesTheFlushOfItsMechanismUnderItsStrategy() {
        ExperimentSpec batched = ExperimentSpec.seed(8, Strategy.BATCHED);
        assertEquals(Mechanism.ARM64, batched.mechanism());
        assertEquals(Deferral.ALWAYS, batched.flush().deferral());
        assertFalse(batched.flush().arch().asksMmCpumask());
        ExperimentSpec local = batched.with(Axis.MECHANISM, Mechanism.ARM64_LOCAL);
        assertEquals(Mechanism.ARM64_LOCAL, local.mechanism());
        assertEquals(Deferral.IF_ELSEWHERE, local.flush().deferral());
        assertTrue(local.flush().arch().asksMmCpumask());
        assertTrue(local.flush().timed().arch().asksMmCpumask(), "who times it forwards it");
    }

    /** Who asks the mask finds other cores in it where their user programs run in the sender's process. */
    @ParameterizedTest
    @CsvSource({"arm64, sync, idle, false", "arm64, local, own, true", "arm64, local, shared, false",
        "arm64-local, sync, idle, true", "arm64-local, batched, own, true", "arm64-local, sync, shared, false",
        "arm64-local, batched, shared, false"})
    void nobodyIsToldWhereTheMaskIsAskedAndTheLoadIsNotShared(String mechanism, String strategy, String load, boolean nobody) {
        ExperimentSpec spec = ExperimentSpec.of(Map.of(Axis.CORES, "8", Axis.STRATEGY, strategy, Axis.MECHANISM, mechanism,
            Axis.LOAD, load), Pacing.NATIVE);
        assertEquals(nobody, spec.tellsNobody());
    }
}
