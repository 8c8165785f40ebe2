package dev.salvo.workloads.torture;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.HardwareFault;
import dev.salvo.engine.IdlePolicy;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.tlb.TlbGeometry;
import dev.salvo.point.Strategy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    private static final int SEEDS = 300;

    static List<PlantedFault> faults() {
        return PlantedFault.all();
    }

    private static PlantedFault fault(String name) {
        return PlantedFault.named(name).orElseThrow();
    }

    private static Set<Object> seen(Function<Configuration, Object> what) {
        Set<Object> seen = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            seen.add(what.apply(Configuration.choose(seed, 8, null, PlantedFault.NONE)));
        }
        return seen;
    }

    @Test
    void theSameSeedChoosesTheSameAndAnotherSeedAnother() {
        Set<Configuration> all = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            Configuration chosen = Configuration.choose(seed, 8, null, PlantedFault.NONE);
            assertEquals(chosen, Configuration.choose(seed, 8, null, PlantedFault.NONE));
            assertEquals(chosen.toString(), Configuration.choose(seed, 8, null, PlantedFault.NONE).toString());
            all.add(chosen);
        }
        assertEquals(SEEDS, all.size());
    }

    @Test
    void everyKindOfMachineIsChosenNowAndThen() {
        assertEquals(Set.of((Object[]) InterconnectKind.values()), seen(Configuration::interconnect));
        assertEquals(Set.of((Object[]) Strategy.values()), seen(Configuration::strategy));
        assertEquals(Set.of(2, 4, 16, 64, 1024), seen(Configuration::capacity));
        assertEquals(Set.of(IdlePolicy.AUTO, IdlePolicy.YIELD, IdlePolicy.PARK), seen(Configuration::idle));
        assertEquals(Set.of(0, 1, 4, 16), seen(Configuration::storeBuffer));
        assertEquals(Set.of(true, false), seen(Configuration::dsbSleeps));
        assertEquals(Set.of(0, 2), seen(Configuration::hotPluggable));
        assertEquals(3, seen(Configuration::tlb).size());
        assertEquals(31, seen(Configuration::batch).size());
        assertEquals(Set.of(4, 8, 16), seen(Configuration::privatePages));
        assertEquals(Set.of(4, 8, 16), seen(Configuration::sharedPages));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 16, 64, 1024})
    void everyMachineHasRoomForWhatRunsOnIt(int cores) {
        for (long seed = 0; seed < SEEDS; seed++) {
            Configuration chosen = Configuration.choose(seed, cores, null, PlantedFault.NONE);
            assertEquals(seed, chosen.seed());
            assertEquals(cores, chosen.cores());
            assertEquals(cores - chosen.hotPluggable(), chosen.alwaysOnline());
            assertTrue(chosen.alwaysOnline() >= 1, "core 0 takes the others offline");
            assertTrue(chosen.batch() >= 1 && chosen.batch() <= 31);
            assertTrue(chosen.processes() > Configuration.LASTING);
            assertTrue(chosen.asids() > chosen.processes());
            assertTrue((long) chosen.framesPerCore() * cores >= chosen.mostPrivatePages() + chosen.sharedPages());
            assertTrue(chosen.mostPrivatePages() >= chosen.processes() * chosen.privatePages());
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyFaultGetsAMachineThatCanHaveIt(PlantedFault fault) {
        for (long seed = 0; seed < 60; seed++) {
            Configuration chosen = Configuration.choose(seed, 8, null, fault);
            assertEquals(fault, chosen.fault());
            // The machine refuses a fault that it is not built for.
            assertDoesNotThrow(() -> new Rig(chosen, TimeUnit.SECONDS.toNanos(1), false).close(), chosen.toString());
            assertDoesNotThrow(() -> new Rig(chosen, TimeUnit.SECONDS.toNanos(1), true).close(), chosen.toString());
        }
    }

    @Test
    void everySoundMachineCanBeBuilt() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Configuration chosen = Configuration.choose(seed, 4, null, PlantedFault.NONE);
            assertDoesNotThrow(() -> new Rig(chosen, TimeUnit.SECONDS.toNanos(1), false).close(), chosen.toString());
        }
    }

    @Test
    void everyFaultGetsWhatItNeedsToShow() {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertTrue(Configuration.choose(seed, 8, null, fault("stale-tlb-on-line")).hotPluggable() > 0);
            assertTrue(Configuration.choose(seed, 8, null, fault("on-line-fence-left-out")).hotPluggable() > 0);
            assertTrue(Configuration.choose(seed, 8, null, fault("overwrite-when-full")).capacity() <= 16);
            assertTrue(Configuration.choose(seed, 8, null, fault("ishst-left-out")).storeBuffer() > 0);
            assertTrue(Configuration.choose(seed, 8, null, fault("sender-fence-left-out")).dsbSleeps());
            Configuration receiver = Configuration.choose(seed, 8, null, fault("receiver-fence-left-out"));
            assertTrue(receiver.dsbSleeps());
            assertEquals(IdlePolicy.PARK, receiver.idle());
            for (String mask : List.of("cpumask-forgets", "cpumask-fence-left-out")) {
                assertEquals(Strategy.LOCAL, Configuration.choose(seed, 8, null, fault(mask)).strategy());
            }
            for (String deferred : List.of("freed-before-flush", "dirty-flush-left-out", "batched-pending-left-out",
                "batched-pending-is-dsb")) {
                assertEquals(Strategy.BATCHED, Configuration.choose(seed, 8, null, fault(deferred)).strategy());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStrategyThatWasAskedForIsTaken(Strategy strategy) {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertEquals(strategy, Configuration.choose(seed, 8, strategy, PlantedFault.NONE).strategy());
            assertEquals(strategy, Configuration.choose(seed, 8, strategy, fault("dsb-left-out")).strategy());
        }
    }

    @Test
    void twoMachinesDifferInNothingButTheStrategyThatWasAskedFor() {
        for (long seed = 0; seed < SEEDS; seed++) {
            String any = Configuration.choose(seed, 8, null, PlantedFault.NONE).toString();
            String sync = Configuration.choose(seed, 8, Strategy.SYNC, PlantedFault.NONE).toString();
            assertEquals(any.replaceFirst(", (sync|batched|local),", ","), sync.replaceFirst(", sync,", ","));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 1025})
    void aNumberOfCoresOutOfRangeIsRefused(int cores) {
        assertEquals(cores + " cores: torture takes 2..1024", assertThrows(IllegalArgumentException.class,
            () -> new Torture(cores, 1, null, PlantedFault.NONE, false, progress -> { })).getMessage());
    }

    @Test
    void aFaultThatCannotShowUnderTheStrategyIsRefused() {
        assertEquals("cpumask-forgets cannot show under strategy batched, which does not look at the cpumask: "
            + "local does", refusal(Strategy.BATCHED, "cpumask-forgets"));
        assertEquals("cpumask-fence-left-out cannot show under strategy sync, which does not look at the cpumask: "
            + "local does", refusal(Strategy.SYNC, "cpumask-fence-left-out"));
        assertEquals("dirty-flush-left-out cannot show under strategy sync, which defers nothing: batched and local do",
            refusal(Strategy.SYNC, "dirty-flush-left-out"));
    }

    private static String refusal(Strategy strategy, String fault) {
        return assertThrows(IllegalArgumentException.class,
            () -> Configuration.require(8, strategy, fault(fault))).getMessage();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyFaultIsAcceptedUnderTheStrategyThatItGetsAndUnderNone(PlantedFault fault) {
        assertDoesNotThrow(() -> Configuration.require(2, null, fault));
        assertDoesNotThrow(() -> Configuration.require(1024, Strategy.LOCAL, fault));
        Strategy chosen = Configuration.choose(1, 8, null, fault).strategy();
        assertDoesNotThrow(() -> Configuration.require(8, chosen, fault));
    }

    @Test
    void aConfigurationIsToldInOneLine() {
        Configuration told = new Configuration(7, 8, 2, InterconnectKind.RING, 16, TlbGeometry.NEOVERSE_N1,
            IdlePolicy.PARK, false, 4, Strategy.BATCHED, 31, 5, 8, 16, 6, fault("core-skipped"));
        assertEquals("8 cores (2 go offline and come back), ring of 16, TLB 48+1280, idle park, store buffer of 4, "
            + "batched, batch 31, 5 processes of 8 pages and 16 shared, 6 address space identifiers, broken: "
            + "core-skipped", told.toString());
        Configuration sound = new Configuration(7, 8, 2, InterconnectKind.INBOXES, 16, told.tlb(), IdlePolicy.AUTO,
            true, 0, Strategy.SYNC, 31, 5, 8, 16, 6, PlantedFault.NONE);
        assertEquals("8 cores (2 go offline and come back), inboxes of 16, TLB 48+1280, idle auto, DSB sleeps, sync, "
            + "batch 31, 5 processes of 8 pages and 16 shared, 6 address space identifiers", sound.toString());
        assertEquals(HardwareFault.CORE_SKIPPED, told.fault().hardware());
    }
}
