package dev.salvo.point;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds of every axis, those that come to be too. */
class AxisTest {
    /** What the first runs said. */
    private static final Map<String, String> FIRST = Map.ofEntries(Map.entry("cores", "8"), Map.entry("senders", "1"),
        Map.entry("mappings", "1"), Map.entry("strategy", "sync"), Map.entry("interconnect", "ring"),
        Map.entry("load", "idle"), Map.entry("list", "256"), Map.entry("batch", "31"), Map.entry("pte", "clean"),
        Map.entry("placement", "compact"));

    /** Where everything is as it is today if nothing is said. */
    private static Point standard() {
        Point point = Point.of(FIRST);
        for (Axis axis : Axis.values()) {
            point = axis.standard().isPresent() ? point.with(axis, axis.standard().get()) : point;
        }
        return point;
    }

    @Test
    void aRunOfTheFirstAxesIsReadAndItsFileKeepsItsName() {
        assertEquals("c8-s1-m1-sync-ring-load-idle-l256-b31-pte-clean-native-compact", Point.of(FIRST).name());
    }

    @ParameterizedTest
    @EnumSource
    void anAxisWithoutWhichRunsWereMeasuredHasAValueForThat(Axis axis) {
        assertEquals(!FIRST.containsKey(axis.key()), axis.absent().isPresent(), "absent");
    }

    @ParameterizedTest
    @EnumSource
    void whatStandsForNothingIsAValueOfTheAxis(Axis axis) {
        for (String word : new String[] {axis.absent().orElse(null), axis.standard().orElse(null)}) {
            assertTrue(word == null || axis.words().isEmpty() || axis.words().contains(word), word);
        }
        assertEquals(axis == Axis.CORES || axis == Axis.STRATEGY, axis.standard().isEmpty());
        assertTrue(axis.optionDefault().isEmpty() || axis.optionDefault().equals(axis.standard()));
    }

    @ParameterizedTest
    @EnumSource
    void helpTellsOfEveryWordAndOfTheDefault(Axis axis) {
        if (axis.isOption()) {
            axis.words().forEach(word -> assertTrue(axis.help().contains(word), word));
            assertEquals(axis.optionDefault().isPresent(), axis.help().contains("${DEFAULT-VALUE}"));
        }
    }

    /** Of a clock and its profile neither is elsewhere alone. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"CLOCK", "PROFILE"})
    void aPointElsewhereHasAnotherNameDescriptionAndPlace(Axis axis) {
        Point point = Point.of(FIRST);
        Point other = point.with(axis, another(axis, point));
        assertNotEquals(point, other);
        assertNotEquals(point.name(), other.name());
        assertNotEquals(point.described(Set.of()), other.described(Set.of()));
        assertNotEquals(point.shown(Set.of()), other.shown(Set.of()));
        assertTrue(point.compareTo(other) != 0 && point.compareTo(other) == -other.compareTo(point));
        assertTrue(point.agrees(other, Set.of(axis)));
        assertFalse(point.agrees(other, Set.of()));
    }

    private static String another(Axis axis, Point point) {
        return axis.isNumber() ? Integer.toString(point.number(axis) + 1)
            : axis.words().stream().filter(word -> !word.equals(point.value(axis))).findFirst().orElseThrow();
    }

    @Test
    void aPointIsDescribedByWhatIsNotAsUsual() {
        assertEquals("8 cores, 1 sender, sync", standard().described(Set.of()));
        assertEquals("1 core, 1 sender, local, inboxes, mappings 2, list 64, batch 15, load shared, pte dirty, physical, "
            + "ring 2, idle park, victim, arm64-local", standard().with(Axis.CORES, 1).with(Axis.STRATEGY, Strategy.LOCAL)
            .with(Axis.INTERCONNECT, "inboxes").with(Axis.MAPPINGS, 2).with(Axis.LIST, 64).with(Axis.BATCH, 15)
            .with(Axis.LOAD, Load.SHARED).with(Axis.PTE, PteState.DIRTY).with(Axis.PLACEMENT, "physical").with(Axis.RING, 2)
            .with(Axis.IDLE, "park").with(Axis.WORKLOAD, Workload.VICTIM).with(Axis.MECHANISM, "arm64-local")
            .described(Set.of()));
        assertEquals("8 cores, 1 sender", standard().described(Set.of(Axis.STRATEGY)));
    }

    @Test
    void aValueThatThereIsNotIsRefusedWhereverItComesFrom() {
        assertThrows(IllegalArgumentException.class, () -> Point.of(FIRST).with(Axis.IDLE, "nap"));
        assertThrows(IllegalArgumentException.class, () -> Point.of(FIRST).with(Axis.SENDERS, 9));
    }

    /** Of what is written of older runs every byte stays: what came after their keys is not said there. */
    @ParameterizedTest
    @EnumSource
    void anAxisThatCameLaterIsSaidOnlyOfThoseThatNeedIt(Axis axis) {
        boolean promised = axis.compareTo(Axis.PROFILE) <= 0;
        assertEquals(promised, axis.isSaidOf(List.of(Point.of(FIRST))));
        assertEquals(promised, axis.isSaidOf(List.of()));
        for (String word : promised ? List.<String>of() : axis.words()) {
            assertEquals(!word.equals(axis.absent().orElseThrow()), axis.isSaidOf(List.of(Point.of(FIRST).with(axis, word))));
            assertTrue(axis.isSaidOf(axis.words().stream().map(each -> Point.of(FIRST).with(axis, each)).toList()));
        }
    }

    @Test
    void whatWasPublishedOfAProgramIsOfItsStandardAndOfOthersOnlyWhatTheyCanVary() {
        List<Axis> ofTheProgram = Arrays.stream(Axis.values()).filter(axis -> elsewhere(axis, Workload.SEED)).toList();
        assertEquals(List.of(Axis.MAPPINGS, Axis.LOAD, Axis.LIST, Axis.BATCH, Axis.PTE, Axis.MECHANISM, Axis.LINUX), ofTheProgram);
        assertEquals(List.of(Axis.LOAD, Axis.MECHANISM, Axis.LINUX),
            Arrays.stream(Axis.values()).filter(axis -> elsewhere(axis, Workload.PROTECT)).toList());
        assertTrue(Arrays.stream(Axis.values()).allMatch(axis -> axis.isAsPublished(standard())));
    }

    /** Whether a point that is not standard there is none of those whose figures were published. */
    private static boolean elsewhere(Axis axis, Workload workload) {
        if (!axis.isNumber() && axis.words().isEmpty() || axis == Axis.CLOCK || axis == Axis.WORKLOAD) {
            return false;
        }
        Point point = standard().with(Axis.WORKLOAD, workload)
            .with(axis, axis.isNumber() ? "7" : axis.words().get(axis.words().size() - 1));
        return !axis.isAsPublished(point);
    }

    /** Cores and strategy every picture shows. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"CORES", "STRATEGY"})
    void whatCanBeSweptOverHasACaptionThatTellsItsPointsApart(Axis axis) {
        if (axis.isOption()) {
            assertTrue(axis.hasCaption());
            Point point = Point.of(FIRST);
            assertNotEquals(axis.caption(point), axis.caption(point.with(axis, another(axis, point))));
        }
    }

    /** What runs are from before versions were told apart is shown and measured, but no kernel that anybody could ask for. */
    @Test
    void theMixtureIsNoChoiceAndStandsApartFromEveryVersion() {
        assertFalse(Axis.LINUX.optionWords().contains("mixed"));
        assertEquals(Axis.LINUX.words().size() - 1, Axis.LINUX.optionWords().size());
        assertEquals(Axis.MECHANISM.words(), Axis.MECHANISM.optionWords());
        Point mixed = standard();
        assertTrue(Axis.LINUX.setsApart(mixed, mixed.with(Axis.LINUX, "6.1")));
        assertTrue(Axis.LINUX.setsApart(mixed.with(Axis.LINUX, "6.1"), mixed));
        assertFalse(Axis.LINUX.setsApart(mixed, mixed));
        assertFalse(Axis.LINUX.setsApart(mixed.with(Axis.LINUX, "6.6"), mixed.with(Axis.LINUX, "6.1")));
        assertFalse(Axis.MECHANISM.setsApart(mixed, mixed.with(Axis.MECHANISM, "arm64-local")));
    }

    /** The mark that tells what a kernel does from what it might: 6.1 does not batch, and later ones do. */
    @Test
    void aVersionThatWaitsForEachPageThoughItBatchesIsHypothetical() {
        Point sync = standard().with(Axis.STRATEGY, Strategy.SYNC);
        assertEquals("Linux 6.1", Axis.LINUX.caption(sync.with(Axis.LINUX, "6.1")));
        assertEquals("Linux 6.12, hypothetical", Axis.LINUX.caption(sync.with(Axis.LINUX, "6.12")));
        assertEquals("Linux 6.6 (by its source), hypothetical", Axis.LINUX.caption(sync.with(Axis.LINUX, "6.6")));
        assertEquals("Linux 6.9 (by its source)",
            Axis.LINUX.caption(sync.with(Axis.LINUX, "6.9").with(Axis.STRATEGY, Strategy.BATCHED)));
        assertEquals("Linux mixed", Axis.LINUX.caption(sync));
    }

    @Test
    void onlyClockAndWorkloadAreOtherWork() {
        assertEquals(List.of(Axis.CLOCK, Axis.WORKLOAD), Arrays.stream(Axis.values()).filter(Axis::isOtherWork).toList());
    }

    @Test
    void victimsComputeBesideALoadOrBesideThatWorkload() {
        assertFalse(Point.of(FIRST).computes());
        assertTrue(Point.of(FIRST).with(Axis.LOAD, Load.OWN).computes());
        assertTrue(Point.of(FIRST).with(Axis.WORKLOAD, Workload.VICTIM).computes());
    }

    @Test
    void anAxisThatIsNotNamedInAnOrderStandsBetween() {
        List<Axis> order = Axis.order(List.of(Axis.IDLE), List.of(Axis.CORES));
        assertEquals(Axis.values().length, Set.copyOf(order).size());
        assertEquals(List.of(Axis.IDLE, Axis.SENDERS), order.subList(0, 2));
        assertEquals(Axis.CORES, order.get(order.size() - 1));
    }
}
