package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.point.Axis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person sees who types something that cannot be used, and who asks for help. */
class CommandLineTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"compare", "host", "profiles span x"})
    void anEmptyWordIsNamed(String command) {
        Said heard = Said.by((command + " ").split(" ", -1));
        assertEquals(2, heard.exitCode());
        assertEquals("salvo: '': no word and no name; accepted is what salvo " + command.replace(" x", "")
            + " --help lists", heard.err().strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"curve --out", "curve --resume", "curve --json", "report", "merge", "compare --jmh",
        "tlb", "torture --json", "flame --out", "timeline --out", "peers --svg"})
    void anEmptyNameIsNotTheWorkingFolder(String command) {
        String[] words = (command + " ").split(" ", -1);
        Said heard = Said.by(words);
        assertEquals(2, heard.exitCode());
        assertEquals(1, heard.err().lines().count(), heard.err());
        assertTrue(heard.err().contains(" '': no name; accepted is that of a file"), heard.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "--cores 0                         | --cores 0: must be 1..1024",
        "--cores -1                        | --cores -1: must be 1..1024",
        "--cores 5000                      | --cores 5000: must be 1..1024",
        "--cores abc                       | --cores abc: no whole number; accepted is a number such as 8",
        "--cores 8,,9                      | --cores '': no whole number",
        "--cores 0,                        | --cores 0,: nothing stands behind the last comma; accepted is a list such as A,B",
        "--strategy sync,, --cores 0       | --strategy sync,,: nothing stands behind the last comma",
        "--cores 1,\u0668                   | --cores \u0668: no whole number; accepted is a number such as 8",
        "--forks \u09e9                     | --forks \u09e9: no whole number",
        "--cores 4 --senders \uff12          | --senders \uff12: must be a whole number, or all",
        "--strategy hopeful                | --strategy",
        "--interconnect pigeon             | --interconnect",
        "--batch 0                         | --batch 0: must be 1..16384 pages",
        "--list 0                          | --list 0: must be 1..16384 pages",
        "--mappings 0                      | --mappings 0: must be 1..",
        "--mappings 70000                  | --mappings 70000: must be 1..",
        "--cores 4 --senders 5             | --senders 5: must be 1..4, no more than there are cores",
        "--senders 0                       | --senders 0: must be 1..",
        "--senders some                    | --senders some: must be a whole number, or all",
        "--ring 3                          | --ring 3: must be a power of two, 2..16384",
        "--ring 32768                      | --ring 32768: must be a power of two, 2..16384",
        "--ring much                       | --ring much: no whole number",
        "--idle nap                        | --idle",
        "--mechanism pigeon                | --mechanism pigeon: no such word; accepted is arm64, arm64-local",
        "--mechanism arm64_local           | --mechanism arm64_local: no such word; did you mean arm64-local? accepted is arm64",
        "--mechanism arm64,arm64-local --strategy sync,local | --strategy local: must be sync or batched with the mechanism "
            + "arm64-local",
        "--clock paced --profile a64fx --mechanism arm64-local --strategy local | --strategy local: must be sync or batched",
        "--linux 6.2                       | --linux 6.2: no such word",
        "--linux 6.1 --strategy batched    | --strategy batched: must be sync with linux 6.1",
        "--linux mixed                     | --linux mixed: no such word",
        "--clock paced --profile a64fx --linux 6.1 | --linux 6.1: must be left out on a paced clock",
        "--forks 0                         | --forks 0: must be 1 or more",
        "--workload play                   | --workload",
        "--workload munmap --load shared   | --load shared: must be idle or own with the workload munmap",
        "--workload victim --mappings 2    | --mappings 2: must be 1 with any workload but seed",
        "--clock slow                      | --clock",
        "--clock paced                     | --clock paced: --profile must say which machine",
        "--profile kunpeng-920             | --profile kunpeng-920: goes with --clock paced",
        "--dilation 7                      | --dilation 7: goes with --clock paced",
        "--clock paced --profile pdp-11    | --profile: profile",
        "--clock paced --profile ./no.yaml | --profile: ./no.yaml",
        "--clock paced --profile a64fx --cores 49          | --cores 49: must be 1..48, for a64fx has 48",
        "--clock paced --profile a64fx --dilation 0        | --dilation 0: must be a number from 1 to 1000000, or auto",
        "--clock paced --profile a64fx --dilation slow     | --dilation slow: must be a number from 1 to 1000000, or auto",
        "--clock paced --profile a64fx --dilation NaN      | --dilation NaN: must be a number from 1 to 1000000, or auto",
        "--clock paced --profile a64fx --quick             | --quick: goes with --clock native",
        "--clock paced --profile a64fx --interconnect inboxes | --interconnect inboxes: must be ring on a paced clock",
        "--clock paced --profile a64fx --idle park         | --idle park: must be auto, spin or yield on a paced clock",
        "--clock paced --profile a64fx:target=0.5:x        | --profile: ",
        "--shard 0/4                       | --shard",
        "--shard 5/4                       | '5/4': must be I/N, from 1/N to N/N",
        "--shard half                      | 'half': must be I/N, from 1/N to N/N",
        "--list 1,1,1,1,1,1,1,1,1,1 --batch 1,1,1,1,1,1,1,1,1,1 --ring 2,2,2,2,2,2,2,2,2,2 "
            + "--mappings 1,1,1,1,1,1,1,1,1,1 | a sweep of 200000 points: must be of 100000 at most",
        "--resume ./no-such-run            | no-such-run does not exist",
        "--cores 99999999999               | --cores 99999999999: too far from 0",
        "--cores                           | --cores: without a value; accepted is --cores N",
        "--cores --senders 1               | --cores: without a value; accepted is --cores N",
        "--json a --json b                 | --json: is there twice; accepted is once",
        "--strategy sinc                   | --strategy sinc: no such word; did you mean sync? accepted is sync, batched, local",
        "--no-such-option                  | --no-such-option: no such option of salvo curve; accepted is what salvo curve --help",
        "--core 8                          | --core: no such option of salvo curve; did you mean --cores? accepted is",
        "-cores 8                          | -cores: no such option of salvo curve; did you mean --cores? accepted is",
        "--Core=8                          | --Core: no such option of salvo curve; did you mean --cores? accepted is",
        "extra                             | extra: one word too many for salvo curve; accepted is what its --help lists"
    })
    void aBadArgumentOfCurveIsOneClearLineAndNothingIsWritten(String arguments, String said) throws IOException {
        Path out = folder.resolve("runs");
        String line = "curve --out " + out + " " + arguments.strip();
        Said heard = Said.by(line.split(" +"));
        assertEquals(2, heard.exitCode());
        assertEquals(1, heard.err().lines().count(), heard.err());
        assertTrue(heard.err().startsWith("salvo: ") && heard.err().contains(said), heard.err());
        assertEquals("", heard.out());
        assertFalse(Files.exists(out));
    }

    @ParameterizedTest
    @ValueSource(strings = {"flame", "timeline", "timeline --overhead"})
    void aMechanismWithoutThatStrategyIsOneClearLineOfEveryCommandThatMeasuresPoints(String command) {
        Path out = folder.resolve("out");
        Said heard = Said.by((command + " --cores 2 --mechanism arm64-local --strategy batched,local --out " + out).split(" "));
        assertEquals(2, heard.exitCode());
        assertEquals("salvo: --strategy local: must be sync or batched with the mechanism arm64-local", heard.err().strip());
        assertEquals("", heard.out());
        assertFalse(Files.exists(out));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "compare                                     | --reference is missing",
        "compare --across nap a b                    | --across nap: no such word; accepted is clock, workload, profile, cores",
        "compare --reference --curve nile            | --curve nile: must be of munmap-one-sender, seed-elapsed",
        "compare --reference --forks 0               | --forks 0: must be 1 or more",
        "compare --reference ./no-such-run           | no-such-run does not exist",
        "compare --reference --json /                | --json /: a folder",
        "compare --reference --curve seed-share runs | --curve: says what to measure, and goes without RUN",
        "merge                                       | RUN",
        "merge ./no-such-run                         | no-such-run does not exist",
        "report                                      | RUN",
        "report ./no-such-run                        | no-such-run does not exist",
        "report ./a ./b                              | --out is missing",
        "profiles span                               | NAME",
        "profiles span pdp-11                        | profile",
        "profiles span a64fx --cores 49              | --cores 49: must be 1..48",
        "profiles span a64fx:target=2                | it changes one number at a time itself",
        "profiles coverage --runs 0                  | --runs 0: must be 1 or more"
    })
    void aBadArgumentOfThePacedClocksCommandsIsOneClearLine(String line, String said) {
        Said heard = Said.by(line.strip().split(" +"));
        assertEquals(2, heard.exitCode());
        assertEquals(1, heard.err().lines().count(), heard.err());
        assertTrue(heard.err().startsWith("salvo: ") && heard.err().contains(said), heard.err());
        assertEquals("", heard.out());
    }

    @Test
    void anOutputFolderThatIsAFileIsRefusedAndKept() throws IOException {
        Path file = Files.writeString(folder.resolve("precious"), "precious");
        Said heard = Said.by("curve", "--out", file.toString());
        assertEquals(2, heard.exitCode());
        assertTrue(heard.err().contains(file + " is not a folder"), heard.err());
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void anOutputFolderThatCannotBeMadeIsRefused() {
        Said heard = Said.by("curve", "--out", "/proc/salvo/runs");
        assertEquals(2, heard.exitCode());
        assertEquals(1, heard.err().lines().count(), heard.err());
        assertTrue(heard.err().contains("/proc/salvo"), heard.err());
    }

    @Test
    void aJsonFileThatIsAFolderIsRefusedBeforeAnythingIsMeasured() throws IOException {
        Path out = folder.resolve("runs");
        Said heard = Said.by("curve", "--json", folder.toString(), "--out", out.toString());
        assertEquals(2, heard.exitCode());
        assertTrue(heard.err().contains("--json " + folder + ": a folder"), heard.err());
        assertFalse(Files.exists(out));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "curve --help", "report --help", "merge --help", "compare --help", "flame --help",
        "timeline --help", "torture --help", "peers --help", "tlb --help", "host --help", "profiles --help",
        "profiles span --help", "profiles coverage --help", "help", "help curve", "help jmh", "help profiles span", "help help", "help --help", "--version"})
    void helpTeachesAndExitsWithZero(String arguments) {
        Said heard = Said.by(arguments.split(" "));
        assertEquals(0, heard.exitCode(), heard.err());
        assertFalse(heard.out().isBlank());
        assertEquals("", heard.err());
        assertTrue(heard.out().lines().allMatch(line -> line.length() <= 110), heard.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "curve", "profiles", "profiles span", "peers"})
    void helpSaysWhatTheCommandItselfSays(String command) {
        Said asked = Said.by(("help " + command).strip().split(" "));
        assertEquals(Said.by((command + " --help").strip().split(" ")), asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"profiles span", "torture"})
    void helpNamesTheWordsOfAnAxisWhereverOneIsTaken(String command) {
        String help = Said.by((command + " --help").split(" ")).out().replaceAll("\\s+", " ");
        for (Axis axis : command.equals("torture") ? List.of(Axis.STRATEGY) : List.of(Axis.STRATEGY, Axis.WORKLOAD)) {
            assertTrue(help.contains("ne of " + String.join(", ", axis.words()) + ". Default: "), help);
        }
    }

    @Test
    void withoutACommandTheCommandsAreListed() {
        Said heard = Said.by();
        assertEquals(0, heard.exitCode());
        assertTrue(Stream.of("curve", "flame", "tlb", "host", "profiles", "jmh").allMatch(heard.out()::contains),
            heard.out());
    }

    /** A line that begins with a colon names nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u200b"})
    void aWordThatDoesNotShowIsOneTooManyInQuotes(String word) {
        Said heard = Said.by("help", "host", word);
        assertEquals(2, heard.exitCode());
        assertTrue(heard.err().contains("salvo: '': one word too many, for salvo host has no commands of its own"), heard.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "curv           | curv: no such command; did you mean curve? accepted is curve, kernel, report, merge, ",
        "CURVES --cores | CURVES: no such command; did you mean curve? accepted is curve, ",
        "hsot           | hsot: no such command; did you mean host? accepted is ",
        "measure        | measure: no such command; accepted is curve, ",
        "help curv      | curv: no such command; did you mean curve? accepted is curve, ",
        "help profiles spna | spna: no such command; did you mean span? accepted is span, coverage",
        "help host cores | cores: one word too many, for salvo host has no commands of its own; accepted is what salvo --help lists",
        "help --cores   | --cores: no such option of salvo help; accepted is what salvo help --help lists",
        "--curve        | --curve: no such option of salvo; did you mean curve? accepted is what salvo --help lists",
        "profiles spna  | profile 'spna' is unknown; accepted: a64fx, "
    })
    void anUnknownCommandIsAnsweredWithThoseThereAreAndTheNearest(String arguments, String said) {
        Said heard = Said.by(arguments.split(" "));
        assertEquals(2, heard.exitCode());
        assertEquals(1, heard.err().lines().count(), heard.err());
        assertTrue(heard.err().startsWith("salvo: " + said), heard.err());
        assertEquals("", heard.out());
    }

    @Test
    void hostPrintsTopologyPlacementAndDistortions() {
        Said heard = Said.by("host", "--cores", "100");
        assertEquals(0, heard.exitCode());
        assertTrue(heard.out().contains("placement: 100 cores on"), heard.out());
        assertTrue(heard.out().contains("core -> CPU: 0->"), heard.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--cores 0", "--cores 1025", "--placement nowhere"})
    void aBadArgumentOfHostIsOneClearLine(String arguments) {
        Said heard = Said.by(("host " + arguments).split(" "));
        assertEquals(2, heard.exitCode());
        assertEquals(1, heard.err().lines().count(), heard.err());
    }

    @Test
    void jmhIsHandedItsArguments() {
        assertTrue(Said.by("jmh", "-l").out().contains("dev.salvo.jmh.PageOutBenchmark.pageOut"));
        assertTrue(Said.by("jmh", "-h").out().contains("-rff"));
        Said nothing = Said.by("jmh", "NoSuchBenchmark");
        assertEquals(2, nothing.exitCode());
        assertEquals(List.of("salvo: jmh: no benchmark matches; salvo jmh -l lists them"), nothing.err().lines().toList());
        Said unknown = Said.by("jmh", "--no-such-option");
        assertEquals(2, unknown.exitCode());
        assertTrue(unknown.err().contains("no-such-option"), unknown.err());
    }
}
