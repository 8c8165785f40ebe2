package dev.salvo.point;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PointTest {
    private static final Map<String, String> WORDS = Map.ofEntries(Map.entry("cores", "8"), Map.entry("senders", "2"),
        Map.entry("mappings", "3"), Map.entry("strategy", "batched"), Map.entry("interconnect", "inboxes"),
        Map.entry("load", "shared"), Map.entry("list", "256"), Map.entry("batch", "31"), Map.entry("pte", "dirty"),
        Map.entry("placement", "scatter"));

    @Test
    void aPointIsReadFromTheBenchmarksParameters() {
        Point point = Point.of(WORDS);
        assertEquals(8, point.cores());
        assertEquals(2, point.senders());
        assertEquals(Strategy.BATCHED, point.strategy());
        assertEquals(Load.SHARED, point.load());
        assertEquals(ClockKind.NATIVE, point.clock());
        assertEquals(Workload.SEED, point.workload());
        assertEquals("", point.profile());
        assertEquals(4096, point.number(Axis.RING));
        WORDS.forEach((name, word) -> assertEquals(word, point.value(Axis.valueOf(name.toUpperCase(Locale.ROOT)))));
    }

    @Test
    void aRunFromBeforeAnAxisIsAtItsDefaultAndKeepsItsName() {
        Point before = Point.of(WORDS);
        Point same = point(Map.of("ring", "4096", "idle", "auto", "clock", "native"));
        assertEquals(before, same);
        assertEquals("c8-s2-m3-batched-inboxes-load-shared-l256-b31-pte-dirty-native-scatter", same.name());
        assertEquals(before.name() + "-ring-64-idle-park", point(Map.of("ring", "64", "idle", "park")).name());
    }

    @Test
    void aPointWithAProfileIsOneOfAPacedClockAndNoOtherHasOne() {
        Map<String, String> words = new HashMap<>(WORDS);
        words.put("profile", "kunpeng-920");
        assertEquals(ClockKind.PACED, Point.of(words).clock());
        words.put("profile", "");
        assertEquals(ClockKind.NATIVE, Point.of(words).clock());
        words.put("profile", "kunpeng-920");
        words.put("clock", "native");
        String message = assertThrows(IllegalArgumentException.class, () -> Point.of(words)).getMessage();
        assertTrue(message.contains("none on the native clock"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "cores; 0; cores is '0'; from 1 to 1024",
        "cores; -1; cores is '-1'; from 1 to 1024",
        "cores; 5000; cores is '5000'; from 1 to 1024",
        "cores; abc; cores is 'abc'; whole number of at least 1",
        "cores; \u0668; cores is '\u0668'; whole number of at least 1",
        "cores; 8.0; cores is '8.0'; whole number of at least 1",
        "cores; 99999999999; cores is '99999999999'; whole number of at least 1",
        "senders; 9; senders is '9'; from 1 to 8",
        "mappings; 0; mappings is '0'; at least 1",
        "batch; 3\uff11; batch is '3\uff11'; whole number of at least 1",
        "list; 0; list is '0'; at least 1",
        "batch; 0; batch is '0'; at least 1",
        "strategy; lazy; strategy is 'lazy'; sync, batched, local",
        "strategy; SYNC; strategy is 'SYNC'; sync, batched, local",
        "interconnect; mesh; interconnect is 'mesh'; ring, inboxes",
        "load; full; load is 'full'; idle, own, shared",
        "pte; x; pte is 'x'; clean, dirty",
        "clock; fast; clock is 'fast'; native, paced",
        "workload; sort; workload is 'sort'; seed, munmap, protect, victim",
        "profile; kunpeng 920; profile is 'kunpeng 920'; after a letter or a digit",
        "ring; 1; ring is '1'; at least 2",
        "ring; many; ring is 'many'; whole number of at least 1",
        "idle; nap; idle is 'nap'; auto, spin, yield, park",
        "mechanism; arm64_local; mechanism is 'arm64_local'; arm64, arm64-local",
        "linux; 6.2; linux is '6.2'; mixed, 5.10, 6.1, 6.6, 6.9, 6.12, 6.16, 6.18, 7.3",
        "placement; left; placement is 'left'; compact, scatter, physical, performance, efficiency"})
    void aBadParameterIsNamedWithWhatIsAccepted(String name, String value, String is, String accepted) {
        Map<String, String> words = new HashMap<>(WORDS);
        words.put(name, value);
        String message = assertThrows(IllegalArgumentException.class, () -> Point.of(words)).getMessage();
        assertTrue(message.startsWith(is), message);
        assertTrue(message.contains("accepted: ") && message.endsWith(accepted), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cores", "senders", "mappings", "strategy", "interconnect", "load", "list", "batch", "pte",
        "placement"})
    void aMissingParameterIsNamed(String name) {
        Map<String, String> words = new HashMap<>(WORDS);
        words.remove(name);
        assertEquals(name + " is missing",
            assertThrows(IllegalArgumentException.class, () -> Point.of(words)).getMessage());
    }

    @Test
    void aMachineOfOneCoreHasOneSenderNotAll() {
        assertEquals("1", point(Map.of("cores", "1", "senders", "1")).sendersWord());
        assertEquals("all", point(Map.of("cores", "2", "senders", "2")).sendersWord());
        assertFalse(point(Map.of("cores", "3", "senders", "2")).allSend());
    }

    @Test
    void pointsSortAsTheyAreShown() {
        List<Point> shown = List.of(
            point(Map.of("interconnect", "ring", "load", "idle", "senders", "1", "cores", "8", "strategy", "sync")),
            point(Map.of("interconnect", "ring", "load", "idle", "senders", "1", "cores", "8", "strategy", "batched")),
            point(Map.of("interconnect", "ring", "load", "idle", "senders", "1", "cores", "100", "strategy", "sync")),
            point(Map.of("interconnect", "ring", "load", "idle", "senders", "4", "cores", "8", "strategy", "sync")),
            point(Map.of("interconnect", "ring", "load", "idle", "senders", "8", "cores", "8", "strategy", "sync")),
            point(Map.of("interconnect", "ring", "load", "idle", "senders", "100", "cores", "100", "strategy", "sync")),
            point(Map.of("interconnect", "ring", "load", "own", "senders", "1", "cores", "8", "strategy", "sync")),
            point(Map.of("interconnect", "inboxes", "load", "idle", "senders", "1", "cores", "8", "strategy", "sync")));
        assertEquals(shown, List.of(5, 2, 7, 0, 3, 6, 1, 4).stream().map(shown::get).sorted().toList());
    }

    @Test
    void noTwoPointsShareAName() {
        Set<String> names = new HashSet<>();
        names.add(Point.of(WORDS).name());
        Map<String, String> others = Map.of("cores", "9", "senders", "1", "mappings", "4", "strategy", "sync",
            "interconnect", "ring", "load", "own", "list", "255", "batch", "30", "pte", "clean", "placement",
            "physical");
        assertTrue(names.add(point(Map.of("ring", "2")).name()));
        assertTrue(names.add(point(Map.of("idle", "spin")).name()));
        assertTrue(names.add(point(Map.of("mechanism", "arm64-local")).name()));
        assertTrue(names.add(point(Map.of("linux", "6.12")).name()));
        others.forEach((name, value) -> assertTrue(names.add(point(Map.of(name, value)).name()), name));
        names.forEach(name -> assertTrue(name.matches("[a-z0-9-]{1,120}"), name));
    }

    @Test
    void aPointOnThePacedClockSaysWhichHardwareItPaces() {
        Point point = point(Map.of("clock", "paced", "profile", "kunpeng-920", "dilation", "2500", "profileFile", ""));
        assertEquals(ClockKind.PACED, point.clock());
        assertEquals("kunpeng-920", point.profile());
        assertEquals("c8-s2-m3-batched-inboxes-load-shared-l256-b31-pte-dirty-paced-scatter-profile-kunpeng-920",
            point.name());
        assertEquals("profile is missing", assertThrows(IllegalArgumentException.class,
            () -> point(Map.of("clock", "paced"))).getMessage());
        for (String profile : new String[] {"", "-a", ".a", "a b", "a/b", "a".repeat(101), "a\n", "\u00e4"}) {
            String message = assertThrows(IllegalArgumentException.class, () -> paced(profile)).getMessage();
            assertTrue(message.startsWith("profile is '") && message.contains("accepted: 1 to 100 letters"), message);
        }
        assertEquals(Point.of(WORDS), point(Map.of("profile", "", "workload", "seed")));
    }

    private enum Kind {
        PLAIN, OF_TWO
    }

    @Test
    void aWordHasHyphensWhereItsConstantHasUnderscores() {
        assertEquals("of-two", Point.word(Kind.OF_TWO));
        for (Kind kind : Kind.values()) {
            assertEquals(kind, Point.constant(Kind.class, Point.word(kind)));
        }
        assertThrows(IllegalArgumentException.class, () -> Point.constant(Kind.class, "of-three"));
    }

    @Test
    void anotherMechanismIsPartOfTheNameAndTheOneBeforeThereWasAChoiceIsNot() {
        assertEquals(Point.of(WORDS), point(Map.of("mechanism", "arm64")));
        assertEquals("c8-s2-m3-batched-inboxes-load-shared-l256-b31-pte-dirty-native-scatter",
            point(Map.of("mechanism", "arm64")).name());
        assertEquals(Point.of(WORDS).name() + "-mechanism-arm64-local", point(Map.of("mechanism", "arm64-local")).name());
    }

    @Test
    void anotherWorkloadIsPartOfTheName() {
        assertEquals(Point.of(WORDS).name() + "-workload-munmap", point(Map.of("workload", "munmap")).name());
    }

    /** A name that was made fit for a file is not to be another's own, nor another's made fit. */
    @Test
    void profilesThatLookAlikeInAFilesNameDoNotShareIt() {
        List<String> profiles = new ArrayList<>(List.of("kunpeng-920", "Kunpeng-920", "kunpeng.920", "kunpeng_920",
            "kunpeng-920:hopSockets=2", "kunpeng-920-hopsockets-2", "kunpeng-920-hopSockets-2", "a".repeat(99),
            "a".repeat(100), "a".repeat(40), "a".repeat(41)));
        for (String profile : List.copyOf(profiles)) {
            profiles.add(paced(profile).name().replaceFirst(".*-profile-?", "")); // as its file calls it
        }
        Set<String> names = new HashSet<>();
        Set<String> distinct = new HashSet<>(profiles);
        distinct.forEach(profile -> assertTrue(names.add(paced(profile).name()), profile));
        names.forEach(name -> assertTrue(name.matches("[a-z0-9-]{1,220}"), name));
    }

    @Test
    void pointsOfOneClockStandTogether() {
        Point paced = paced("a");
        Point other = point(Map.of("interconnect", "ring"));
        assertTrue(other.compareTo(paced) < 0 && Point.of(WORDS).compareTo(paced) < 0);
        assertTrue(Point.of(WORDS).compareTo(point(Map.of("workload", "victim"))) < 0);
    }

    private static Point paced(String profile) {
        return point(Map.of("clock", "paced", "profile", profile));
    }

    private static Point point(Map<String, String> changes) {
        Map<String, String> words = new HashMap<>(WORDS);
        words.putAll(changes);
        return Point.of(words);
    }
}
