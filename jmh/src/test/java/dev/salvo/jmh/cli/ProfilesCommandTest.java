package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.clock.HardwareProfile;
import dev.salvo.engine.clock.HardwareProfiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ProfilesCommandTest {
    @TempDir
    private Path folder;

    static List<String> names() {
        return HardwareProfiles.names();
    }

    @Test
    void theListNamesEveryProfileWithItsCoresAndHowItsNumbersCameAbout() {
        Said heard = Said.by("profiles");
        assertEquals(0, heard.exitCode(), heard.err());
        List<String> lines = heard.out().lines().toList();
        assertEquals("profile           cores  sourced fitted assumed  machine", lines.get(0));
        names().forEach(name ->
            assertEquals(1, lines.stream().filter(line -> line.startsWith(name + " ")).count(), name));
        assertTrue(lines.stream().anyMatch(line ->
            line.matches("kunpeng-920 +128 +6 +1 +24  Kunpeng 920: two sockets.*")), heard.out());
        assertTrue(lines.stream().allMatch(line -> line.length() <= 110), heard.out());
    }

    @ParameterizedTest
    @MethodSource("names")
    void aProfileIsExplainedWithEveryNumberAndItsWholeSource(String name) {
        Said heard = Said.by("profiles", name);
        assertEquals(0, heard.exitCode(), heard.err());
        assertEquals("", heard.err());
        String words = heard.out().replaceAll("\\s+", " ");
        HardwareProfile profile = HardwareProfiles.load(name, ProfilesCommand.STEPS);
        profile.quantities().forEach((key, quantity) -> {
            assertTrue(heard.out().lines().anyMatch(line -> line.startsWith(key + " ")
                && line.contains(" " + quantity.origin().key() + " ")), key);
            assertTrue(words.contains(quantity.source()), quantity.source());
        });
        assertTrue(words.contains(profile.tlbFrom().source()), words);
        assertTrue(words.contains(profile.title()), words);
        assertTrue(heard.out().contains("by the closed form, not measured"));
        assertTrue(heard.out().lines().allMatch(line -> line.length() <= 110), heard.out());
        assertFalse(heard.out().contains("\u001b"), "colours are for terminals");
    }

    @Test
    void aNumberStandsWithItsUnitAndOrigin() {
        String text = Said.by("profiles", "kunpeng-920").out();
        assertTrue(text.contains("128 cores, in clusters of 4, dies of 32, sockets of 64"), text);
        assertTrue(text.contains("each core's TLB: 32 entries fully associative, then 1024 entries in 4 ways"), text);
        assertTrue(text.contains("hopDie                18 ns  sourced  half of 36.0 ns one way"), text);
        assertTrue(text.contains("entries               16     sourced  gem5"), text);
        for (int cores : new int[] {2, 8, 16, 32, 64, 128}) {
            assertTrue(text.lines().anyMatch(line -> line.matches(" +" + cores + " +\\d+")), cores + " cores");
        }
    }

    @Test
    void aWhatIfShowsInNameAndSource() {
        String text = Said.by("profiles", "kunpeng-920:hopSockets=2").out();
        assertTrue(text.startsWith("kunpeng-920:hopSockets=2: "), text);
        assertTrue(text.contains("hopSockets           200 ns  assumed  what if: 2 times 100"), text);
    }

    @Test
    void whatYamlPrintsIsAProfileToBeginWith() throws IOException {
        Path mine = folder.resolve("mine.yaml");
        String text = Said.by("profiles", "graviton3", "--yaml").out();
        Files.writeString(mine, text.replace("name: graviton3", "name: mine"));
        Said heard = Said.by("profiles", mine.toString());
        assertEquals(0, heard.exitCode(), heard.err());
        assertTrue(heard.out().startsWith("mine: "), heard.out());
    }

    @Test
    void theJsonFileHoldsTheList() throws IOException {
        Path json = Files.writeString(folder.resolve("profiles.json"), "older");
        assertEquals(0, Said.by("profiles", "--json", json.toString()).exitCode());
        JsonNode all = JsonMapper.shared().readTree(Files.readString(json));
        assertEquals(names(), IntStream.range(0, all.size()).mapToObj(i -> all.get(i).get("name").asString()).toList());
        assertEquals(31, all.get(0).get("sourced").asInt() + all.get(0).get("fitted").asInt()
            + all.get(0).get("assumed").asInt());
    }

    @Test
    void theJsonFileHoldsOneProfileInTheShapeOfItsYaml() throws IOException {
        Path json = folder.resolve("one.json");
        assertEquals(0, Said.by("profiles", "kunpeng-920", "--json", json.toString()).exitCode());
        JsonNode one = JsonMapper.shared().readTree(Files.readString(json));
        assertEquals(100, one.get("costs").get("hopSockets").get("ns").asDouble());
        assertEquals("assumed", one.get("costs").get("hopSockets").get("origin").asString());
        assertEquals(16, one.get("miscNode").get("entries").get("count").asInt());
        assertEquals(128, one.get("idleShootdownByClosedForm").get(5).get("cores").asInt());
        // What is not of the file is taken away, and the rest is one: JSON is YAML.
        ((ObjectNode) one).remove("idleShootdownByClosedForm");
        ((ObjectNode) one).put("name", "kunpeng-921");
        Path yaml = Files.writeString(folder.resolve("one.yaml"), JsonMapper.shared().writeValueAsString(one));
        assertEquals(Said.by("profiles", "kunpeng-920").out(),
            Said.by("profiles", yaml.toString()).out().replace("kunpeng-921", "kunpeng-920"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "profiles kunpeng                    | profile 'kunpeng' is unknown; accepted: a64fx, ampere-altra",
        "profiles kunpeng-92                 | (did you mean kunpeng-920?)",
        "profiles kunpeng-920:hop=2          | kunpeng-920: 'hop' is unknown",
        "profiles kunpeng-920:drain=x        | 'drain=x': must be KEY=FACTOR",
        "profiles ./none.yaml                | ./none.yaml: no such file",
        "profiles /                          | /: a folder",
        "profiles a64fx graviton3            | graviton3",
        "profiles --yaml                     | --yaml: prints one profile's file",
        "profiles ./none.yaml --yaml         | './none.yaml' is unknown",
        "profiles --json /                   | --json /: a folder",
        "profiles --json /none/of/it         | --json /none/of/it: no such folder",
        "profiles --no-such-option           | --no-such-option"
    })
    void whatCannotBeUsedIsOneClearLine(String arguments, String said) {
        Said heard = Said.by(arguments.split(" "));
        assertEquals(2, heard.exitCode());
        assertEquals(1, heard.err().lines().count(), heard.err());
        assertTrue(heard.err().startsWith("salvo: ") && heard.err().contains(said), heard.err());
        assertEquals("", heard.out());
    }

    @Test
    void aBadFileIsNamedWithItsLineAndKeyAndNoJsonIsWritten() throws IOException {
        Path mine = folder.resolve("mine.yaml");
        Path json = folder.resolve("one.json");
        Files.writeString(mine, HardwareProfiles.yaml("graviton3").replace("cores: 64", "cores: lots"));
        Said heard = Said.by("profiles", mine.toString(), "--json", json.toString());
        assertEquals(2, heard.exitCode());
        assertEquals("salvo: " + mine
            + " line 3: cores: 'lots': must be a whole number, 1..1023, without quotes or unit", heard.err().strip());
        assertFalse(Files.exists(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"profiles %s", "profiles %s:drain=2", "profiles span %s", "curve --clock paced --profile %s"})
    void aProfileThatIsReadIsNeverReplaced(String command) throws IOException {
        Path mine = folder.resolve("mine");
        String text = HardwareProfiles.yaml("graviton3").replace("name: graviton3", "name: mine");
        Files.writeString(mine, text);
        Said heard = Said.by((command + " --json %s").replace("%s", mine.toString()).split(" "));
        assertTrue(heard.err().startsWith("salvo: --json " + mine + ": is itself read, as " + mine), heard.err());
        assertEquals(2, heard.exitCode());
        assertEquals(text, Files.readString(mine));
    }

    @Test
    void aCopyOfAShippedProfileWithWindowsLineEndsIsExplainedAlike() throws IOException {
        Path copy = folder.resolve("kunpeng-920.yaml");
        Files.writeString(copy, HardwareProfiles.yaml("kunpeng-920").replace("\n", "\r\n"));
        Said heard = Said.by("profiles", copy.toString());
        assertEquals(0, heard.exitCode(), heard.err());
        assertEquals(Said.by("profiles", "kunpeng-920").out(), heard.out());
    }

    @Test
    void theHelpTeachesHowToAddAProfile() {
        String help = Said.by("profiles", "--help").out();
        for (String part : List.of("graviton3 --yaml > mine.yaml", "--profile ./mine.yaml", "sourced:", "fitted:",
            "assumed:", ":KEY=FACTOR", "engine/profiles.md", "codes:")) {
            assertTrue(help.contains(part), part);
        }
    }

    @Test
    void aHostWithLessMemoryThanIsNeededIsRefusedAndToldOf() {
        BadInput refused = assertThrows(BadInput.class, () -> ClockOptions.requireMemory(OptionalLong.of(512)));
        assertEquals("a paced clock needs 640 MiB of memory, and here are 512 in all: raise the limit (a container's memory)",
            refused.getMessage());
        ClockOptions.requireMemory(OptionalLong.of(640));
        ClockOptions.requireMemory(OptionalLong.empty());
    }
}
