package dev.salvo.engine.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.clock.HardwareProfile.Origin;
import dev.salvo.engine.clock.HardwareProfile.Quantity;
import dev.salvo.engine.host.Placement;
import dev.salvo.engine.message.Wording;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read, and what is refused, in one line that helps. */
class HardwareProfilesTest {
    private static final Set<String> STEPS = ShippedProfilesTest.STEPS;
    private static final String GOOD = HardwareProfiles.yaml("graviton3").replace("name: graviton3", "name: mine");

    @TempDir
    private Path folder;

    private static HardwareProfile load(String nameOrFile) {
        return HardwareProfiles.load(nameOrFile, STEPS);
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("mine.yaml"), text).toString();
    }

    /** The message of the refusal, which is one line, short, and holds nothing that does not show. */
    private static String refusal(String nameOrFile) {
        BadProfileException refused = assertTimeoutPreemptively(Duration.ofMinutes(2),
            () -> assertThrows(BadProfileException.class, () -> load(nameOrFile)));
        String line = refused.getMessage();
        assertFalse(Wording.hidesSomething(line), line);
        assertTrue(line.length() < 800, line);
        assertFalse(line.contains("Exception"), line);
        assertFalse(line.contains("tools.jackson"), line);
        return line;
    }

    private String refusalOf(String text) throws IOException {
        String name = file(text);
        String line = refusal(name);
        assertTrue(line.startsWith(name), line);
        return line.substring(name.length());
    }

    // ---- what is read

    @Test
    void theExampleInTheDocumentationIsRead() throws IOException {
        String text = Files.readString(Path.of("profiles.md"));
        int begin = text.indexOf("```yaml\n") + "```yaml\n".length();
        HardwareProfile profile = load(file(text.substring(begin, text.indexOf("```", begin))));
        assertEquals("my-board", profile.name());
        assertEquals(new HardwareProfile.Topology(4, 8, 8), profile.topology());
        assertEquals(
            new Quantity(22.5, Origin.SOURCED, "half of 45 ns one way, as core-to-core-latency measured it here"),
            profile.costs().get(Cost.HOP_CLUSTER));
        assertEquals(2100, profile.software().get("fault").value());
        assertEquals(32, profile.miscNode().lines().value());
        assertEquals(16, profile.tlb().l1Ways());
        assertEquals(Origin.SOURCED, profile.tlbFrom().origin());
    }

    @Test
    void theDocumentationNamesEveryKey() throws IOException {
        String text = Files.readString(Path.of("profiles.md"));
        load("graviton3").quantities().keySet().forEach(key -> assertTrue(text.contains("| `" + key + "` |"), key));
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsAreNoFault() throws IOException {
        assertEquals(load("graviton3").quantities(),
            load(file("\ufeff" + GOOD.replace("\n", "\r\n"))).quantities());
    }

    @Test
    void aFileIsKnownByItsSlashOrItsEnding() throws IOException {
        Files.writeString(folder.resolve("no-ending"), GOOD);
        Files.writeString(folder.resolve("with:colon.YML"), GOOD);
        assertEquals("mine", load(folder.resolve("no-ending").toString()).name());
        assertEquals("mine", load(folder.resolve("with:colon.YML").toString()).name());
        assertEquals("mine:drain=2", load(folder.resolve("with:colon.YML") + ":drain=2").name());
    }

    @Test
    void asManyCoresAsTheMachineCanHave() throws IOException {
        int most = HardwareProfile.MAX_CORES;
        assertEquals(Placement.MAX_CORES - 1, most);
        String many = GOOD.replace("cores: 64", "cores: " + most).replace("cluster: 4", "cluster: 1");
        assertEquals(most, load(file(many)).cores());
        assertTrue(refusalOf(many.replace("cores: " + most, "cores: " + (most + 1))).contains("1.." + most));
    }

    // ---- what if

    @Test
    void whatIfMultipliesNumbersAndSaysSoInTheName() {
        HardwareProfile before = load("kunpeng-920");
        HardwareProfile after = load("kunpeng-920:hopSockets=2,fault=0.5,entries=2,drain=0");
        assertEquals("kunpeng-920:hopSockets=2,fault=0.5,entries=2,drain=0", after.name());
        assertEquals(2 * before.nanos(Cost.HOP_SOCKETS), after.nanos(Cost.HOP_SOCKETS));
        assertEquals(before.software().get("fault").value() / 2, after.software().get("fault").value());
        assertEquals(32, after.miscNode().entries().value());
        assertEquals(0, after.nanos(Cost.DRAIN));
        Set<String> same = new TreeSet<>(before.quantities().keySet());
        same.removeIf(key -> !before.quantities().get(key).equals(after.quantities().get(key)));
        Set<String> expected = new TreeSet<>(before.quantities().keySet());
        expected.removeAll(Set.of("hopSockets", "fault", "entries", "drain"));
        assertEquals(expected, same);
        assertEquals(before.tlb(), after.tlb());
        assertEquals(before.topology(), after.topology());
    }

    @Test
    void aNumberThatWasChangedIsNoLongerWhatItsSourceSays() {
        Quantity entries = load("kunpeng-920").scaled("entries", 0.5).quantities().get("entries");
        assertEquals(8, entries.value());
        assertEquals(Origin.ASSUMED, entries.origin());
        assertTrue(entries.source().startsWith("what if: 0.5 times 16, which is sourced: gem5"), entries.source());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "kunpeng-920:hopSocketz=2            | 'hopSocketz' is unknown (did you mean hopSocket?)",
        "kunpeng-920:hopSockets              | 'hopSockets': must be KEY=FACTOR",
        "kunpeng-920:                        | '': must be KEY=FACTOR",
        "kunpeng-920:=2                      | '=2': must be KEY=FACTOR",
        "kunpeng-920:drain=                  | 'drain=': must be KEY=FACTOR",
        "kunpeng-920:drain=-1                | 'drain=-1': must be KEY=FACTOR",
        "kunpeng-920:drain=NaN               | 'drain=NaN': must be KEY=FACTOR",
        "kunpeng-920:drain=2,                | '': must be KEY=FACTOR",
        "kunpeng-920:drain=2,drain=3         | 'drain' is there twice",
        "kunpeng-920:fault=1000000           | must be 0..10000000 ns",
        "kunpeng-920:entries=0.3             | 0.3 times 16 is 4.8: must be a whole number, 2..64",
        "kunpeng-920:entries=5               | is 80: must be a whole number, 2..64",
        "kunpeng-920:entries=0               | is 0: must be a whole number, 2..64",
        "kunpeng-92:drain=2                  | 'kunpeng-92' is unknown (did you mean kunpeng-920?)"
    })
    void aWhatIfThatCannotBeIsRefused(String name, String said) {
        String line = refusal(name);
        assertTrue(line.contains(said), line);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void aFactorIsNoLessThanNothingAndFinite(double factor) {
        HardwareProfile profile = load("kunpeng-920");
        assertThrows(BadProfileException.class, () -> profile.scaled("drain", factor));
    }

    // ---- which file

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "kunpeng", "graviton4", "Kunpeng-920", "index", "..", "null"})
    void anUnknownNameIsAnsweredWithThoseThatThereAre(String name) {
        String line = refusal(name);
        assertTrue(line.contains("accepted: a64fx, ampere-altra,") && line.contains("or a file"), line);
    }

    @Test
    void aFileThatIsNotThereOrNoFileIsRefused() {
        assertTrue(refusal(folder + "/none.yaml").contains("none.yaml: no such file"));
        assertTrue(refusal("none.yml").contains("none.yml: no such file"));
        assertTrue(refusal(folder.toString()).contains(": a folder"));
        assertTrue(refusal("/dev/zero").contains("not a regular file"));
        assertTrue(refusal("a\0b.yaml").contains("a b.yaml: no name of a file"));
        assertTrue(refusal("./evil\u001b[31m\u202e.yaml").contains("no such file"));
    }

    /** Its figures would pass for those of the machine that everybody knows by that name. */
    @Test
    void anotherProfileUnderAShippedNameIsRefusedAndACopyIsNot() throws IOException {
        String shipped = HardwareProfiles.yaml("graviton3");
        assertEquals(load("graviton3"), load(file(shipped)));
        String message = assertThrows(BadProfileException.class,
            () -> load(file(shipped.replace("cores: 64", "cores: 32")))).getMessage();
        assertTrue(message.contains("name: graviton3 is that of a profile that is shipped"), message);
    }

    @ParameterizedTest
    @MethodSource("copies")
    void aCopyOfAShippedProfileIsThatProfileHoweverItsLinesEnd(String copy) throws IOException {
        assertEquals(load("graviton3"), load(file(copy)));
        assertEquals(load("graviton3:drain=2"), load(file(copy)).scaled("drain", 2));
    }

    static List<String> copies() {
        String shipped = HardwareProfiles.yaml("graviton3");
        return List.of(shipped.replace("\n", "\r\n"), "\ufeff" + shipped.replace("\n", "\r\n"), shipped.replace('\n', '\r'),
            shipped.replace("\n", "  \n"), "# mine\n" + shipped, "---\n" + shipped + "...\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "x-UTF-16LE-BOM"})
    void aProfileInUtf16IsReadIfItsByteOrderMarkSaysSo(String charset) throws IOException {
        Path file = folder.resolve("windows.yaml");
        Files.write(file, GOOD.replace("\n", "\r\n").getBytes(charset));
        assertEquals(load(file(GOOD)), load(file.toString()));
        Files.write(file, GOOD.getBytes(StandardCharsets.UTF_16LE));
        assertTrue(refusal(file.toString()).contains("not a text"));
    }

    @Test
    void aByteThatIsNotUtf8IsRefusedWithItsLine() throws IOException {
        Path file = folder.resolve("latin1.yaml");
        Files.write(file, GOOD.replaceFirst("title: .*", "title: Z\u00fcrich").getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(refusal(file.toString()).contains("latin1.yaml line 2: not a text in UTF-8"));
    }

    @Test
    void aTabIsNamedOnItsLine() throws IOException {
        for (String tabbed : new String[] {"cores:\t64", "\tcores: 64"}) {
            String line = refusalOf(GOOD.replace("cores: 64", tabbed));
            assertTrue(line.startsWith(" line 3: not YAML: found character '\\t(TAB)'"), line);
            assertTrue(line.endsWith("; accepted: blanks instead of tabs"), line);
        }
    }

    @Test
    void aBlankThatIsNoneIsShown() throws IOException {
        assertTrue(refusalOf(GOOD.replace("cores: 64", "cores: 64\u00a0")).contains("cores: '64\\u00a0': must be a whole"));
        assertTrue(refusalOf(GOOD.replace("cores: 64", "\u00a0cores: 64")).contains("'\\u00a0cores' is unknown"));
        assertEquals("a\u00a0b", load(file(GOOD.replaceFirst("title: .*", "title: a\u00a0b"))).title());
    }

    @Test
    void aLinkThatLeadsNowhereIsNoMissingFile() throws IOException {
        Path loop = folder.resolve("loop.yaml");
        Files.createSymbolicLink(loop, loop);
        assertTrue(refusal(loop.toString()).contains("loop.yaml: a symbolic link that leads nowhere"));
    }

    @Test
    void aFileThatIsTooLongIsRefused() throws IOException {
        assertTrue(refusalOf(GOOD + "#".repeat(HardwareProfiles.MOST_BYTES)).contains("at most 256 KiB"));
        String padding = "#".repeat(HardwareProfiles.MOST_BYTES - 2 * GOOD.length());
        assertEquals("mine", load(file(GOOD + padding)).name());
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws IOException {
        Path binary = folder.resolve("binary.yaml");
        Files.write(binary, new byte[] {(byte) 0x7f, 'E', 'L', 'F', (byte) 0xff, (byte) 0xfe});
        assertTrue(refusal(binary.toString()).contains("not a text in UTF-8"));
        Files.write(binary, "name: \0".getBytes(StandardCharsets.UTF_8));
        assertTrue(refusal(binary.toString()).contains("not a text"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# only a remark\n", "---\n", "hello", "42", "- a\n- b\n", "{", "a: b: c",
        "\tname: x", "name: [", "name: 'x", "%TAG ! x", "name: \u0007", "a\n  b: c", "? [a, b]\n: c", "{}",
        "name: x\n---\nname: y\n",
        "!!java/object:java.net.URL [x]", "name: !!binary aGk=", "name: &a x", "<<: {name: x}", "*a", "a: *a", "null",
        "name: \"\\ud800\"", "&a [*a]"})
    void whatIsNoProfileAtAllIsRefused(String text) throws IOException {
        refusalOf(text);
    }

    @Test
    void aliasesThatStandForGigabytesAreRefused() throws IOException {
        String bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + IntStream.range(1, 30).mapToObj(i ->
            "a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ", ").repeat(9) + "x]\n").collect(Collectors.joining());
        assertTrue(refusalOf(bomb).contains("a list is not accepted"));
        String ofKeys = "a0: &a0 {x: x}\n" + IntStream.range(1, 30).mapToObj(i ->
            "a" + i + ": &a" + i + " {x: *a" + (i - 1) + ", y: *a" + (i - 1) + "}\n").collect(Collectors.joining());
        assertTrue(refusalOf(ofKeys).contains(" line 2: an alias (*) is not accepted"));
        assertTrue(refusalOf(GOOD.replace("cores: 64", "cores: *n")).contains(" line 3: an alias (*) is not accepted"));
    }

    @Test
    void deepNestingIsRefused() throws IOException {
        for (String open : new String[] {"[", "{a: ", "? ", "- "}) {
            refusalOf(open.repeat(100_000));
            refusalOf("name: " + open.repeat(30));
        }
        assertTrue(refusalOf("a: {b: {c: {d: {e: f}}}}").contains("nested too deep"));
        String stairs = IntStream.range(0, 300).mapToObj(i -> " ".repeat(i) + "a:\n").collect(Collectors.joining());
        assertTrue(refusalOf(stairs).contains("nested too deep"));
    }

    @Test
    void aKeyTwiceIsRefused() throws IOException {
        assertEquals(" line 4: 'cores' is there twice; accepted: once",
            refusalOf(GOOD.replace("cores: 64", "cores: 64\ncores: 64")));
        assertTrue(refusalOf(GOOD.replace("{ns: 8, ", "{ns: 8, ns: 9, ")).contains("'ns' is there twice"));
    }

    // ---- what is in it

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "name: mine            | name: Graviton 3       | line 1: name: 'Graviton 3': must be small letters, digits",
        "name: mine            | name:                  | line 1: name: is empty; accepted: a line of text",
        "name: mine            | name: {a: b}           | name: is empty",
        "name: mine            | nam: mine              | line 1: 'nam' is unknown (did you mean name?); accepted",
        "cores: 64             | # none                 | cores: is missing; accepted: name, title, cores",
        "cores: 64             | cores: 0               | line 3: cores: '0': must be a whole number, 1..1023",
        "cores: 64             | cores: -8              | line 3: cores: '-8': must be a whole number",
        "cores: 64             | cores: 64.0            | line 3: cores: '64.0': must be a whole number",
        "cores: 64             | cores: 6_4             | line 3: cores: '6_4': must be a whole number",
        "cores: 64             | cores: 0x40            | line 3: cores: '0x40': must be a whole number",
        "cores: 64             | cores: '64'            | line 3: cores: '64': must be a whole number, 1..1023",
        "cores: 64             | cores: many            | line 3: cores: 'many': must be a whole number",
        "cores: 64             | cores: 99999999999999999999 | must be a whole number, 1..1023",
        "cores: 64             | cores: 62              | topology.cluster: 4: 62 cores are no whole number of these",
        "die: 32               | die: 30                | topology.die: 30: must be a whole number of clusters of 4",
        "socket: 64            | socket: 48             | topology.socket: 48: must be a whole number of dies of 32",
        "socket: 64            | sockets: 64            | topology: 'sockets' is unknown (did you mean socket?)",
        "topology: {cluster: 4, die: 32, socket: 64} | topology: 4 | topology: '4': must be keys and values",
        "l1Ways: 48            | l1Ways: 7              | tlb: a level of 48 entries in 7 ways",
        "l2Entries: 2048       | l2Entries: 2000        | tlb: a level of 2000 entries in 8 ways",
        "entries: {count: 16   | entries: {ns: 16       | miscNode.entries: 'ns' is unknown; accepted: count, origin",
        "entries: {count: 16   | entries: {count: 1     | miscNode.entries.count: '1': must be a whole number, 2..64",
        "entries: {count: 16   | entries: {count: 65    | miscNode.entries.count: '65': must be a whole number, 2..64",
        "snoops: {count: 4     | snoops: {count: 33     | miscNode.snoops.count: '33': must be a whole number, 1..32",
        "lines: {count: 64     | lines: {count: 4097    | miscNode.lines.count: '4097': must be a whole number, 1..",
        "outstanding: {count: 16 | outstanding: {count: 0 | miscNode.outstanding.count: '0': must be a whole number",
        "tlbi: {ns: 8          | tlbi: {us: 8           | costs.tlbi: 'us' is unknown (did you mean ns?); accepted: ns",
        "tlbi: {ns: 8          | tlbi: {count: 8        | costs.tlbi: 'count' is unknown; accepted: ns, origin, source",
        "tlbi: {ns: 8          | tlbi: {ns: 8 ns        | costs.tlbi.ns: '8 ns': must be a number of nanoseconds, 0..",
        "tlbi: {ns: 8          | tlbi: {ns: -8          | costs.tlbi.ns: '-8': must be a number of nanoseconds",
        "tlbi: {ns: 8          | tlbi: {ns: .nan        | costs.tlbi.ns: '.nan': must be a number of nanoseconds",
        "tlbi: {ns: 8          | tlbi: {ns: .inf        | costs.tlbi.ns: '.inf': must be a number of nanoseconds",
        "tlbi: {ns: 8          | tlbi: {ns: NaN         | costs.tlbi.ns: 'NaN': must be a number of nanoseconds",
        "tlbi: {ns: 8          | tlbi: {ns: 1e300       | costs.tlbi.ns: '1e300': must be a number of nanoseconds",
        "tlbi: {ns: 8          | tlbi: {ns: 1e999       | costs.tlbi.ns: '1e999': must be a number of nanoseconds",
        "tlbi: {ns: 8          | tlbi: {ns: 10000001    | costs.tlbi.ns: '10000001': must be a number of nanoseconds",
        "tlbi: {ns: 8          | tlbi: {ns: 1,5         | costs.tlbi: '5' stands where a key must (a decimal point is a .",
        "tlbi: {ns: 8          | tlbi: {ns: [8]         | a list is not accepted",
        "tlbi: {ns: 8          | tlbi: {ns: {ns: 8}     | costs.tlbi.ns: no value: must be a number of nanoseconds",
        "tlbi: {ns: 8          | tlbi: {ns:             | costs.tlbi.ns: no value: must be a number of nanoseconds",
        "tlbi: {ns: 8          | tlbI: {ns: 8           | costs: 'tlbI' is unknown (did you mean tlbi?); accepted",
        "tlbi: {ns: 8          | teleport: {ns: 8       | costs: 'teleport' is unknown; accepted: hopCluster, hopDie",
        "tlbi: {ns: 8, origin: assumed, | tlbi: {ns: 8, | costs.tlbi.origin: is missing; accepted in costs.tlbi: ns",
        "tlbi: {ns: 8, origin: assumed | tlbi: {ns: 8, origin: guessed | 'guessed' is unknown; accepted: sourced",
        "tlbi: {ns: 8, origin: assumed | tlbi: {ns: 8, origin: Assumed | 'Assumed' is unknown (did you mean assumed?)",
        "tlbi: {ns: 8, origin: assumed | tlbi: {ns: 8, origin: | costs.tlbi.origin: is empty",
        "fault: {ns            | faults: {ns            | software: 'faults' is unknown (did you mean fault?)"
    })
    void whatCannotBeUsedIsNamedWithWhatIsAccepted(String good, String bad, String said) throws IOException {
        assertTrue(GOOD.contains(good), good);
        String line = refusalOf(GOOD.replace(good, bad));
        assertTrue(line.contains(said), line);
    }

    @Test
    void aSourceIsMissedAndIsALineThatShows() throws IOException {
        String step = "vma: {ns: 300, origin: assumed";
        String good = GOOD.replaceFirst("vma: \\{[^}]*}", step + ", source: guess}");
        load(file(good));
        assertTrue(refusalOf(good.replace(", source: guess", "")).contains("software.vma.source: is missing"));
        assertTrue(refusalOf(good.replace("guess", "''")).contains("software.vma.source: is empty"));
        assertTrue(refusalOf(good.replace("guess", "' '")).contains("software.vma.source: is empty"));
        assertTrue(refusalOf(good.replace("guess", "\"a\\u001b[31mb\"")).contains("characters that do not show"));
        assertTrue(refusalOf(good.replace("guess", "a\u202eb")).contains("characters that do not show"));
        assertTrue(refusalOf(good.replace("guess", "w".repeat(2001))).contains("at most 2000 characters"));
        assertEquals("over two lines", load(file(good.replace("guess", "over\n    two lines"))).software().get("vma")
            .source());
    }

    @Test
    void theSoftwareSaysWhichStepsThereAre() throws IOException {
        String name = file(GOOD);
        BadProfileException others = assertThrows(BadProfileException.class,
            () -> HardwareProfiles.load(name, Set.of("fault")));
        assertTrue(others.getMessage().endsWith(" is unknown; accepted: fault"), others.getMessage());
        Set<String> more = new TreeSet<>(STEPS);
        more.add("teleport");
        assertTrue(assertThrows(BadProfileException.class, () -> HardwareProfiles.load(name, more)).getMessage()
            .contains("software.teleport: is missing"));
    }

    @Test
    void halfAFileIsRefusedWhereverItEnds() throws IOException {
        for (int end = 0; end < GOOD.length() - 80; end += 31) {
            refusalOf(GOOD.substring(0, end));
        }
    }

    @Test
    void foreignTextIsCutShort() throws IOException {
        assertTrue(refusalOf("x".repeat(5000) + ": 1").length() < 300);
        assertTrue(refusalOf(GOOD.replace("cores: 64", "cores: " + "9".repeat(5000))).length() < 300);
    }
}
