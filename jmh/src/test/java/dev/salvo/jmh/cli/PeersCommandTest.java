package dev.salvo.jmh.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.results.Contender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person sees who asks for a comparison that cannot be made, or for help with it. */
class PeersCommandTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "--cores 1                           | --cores 1: must be 2..1024",
        "--cores 2,5000                      | --cores 5000: must be 2..1024",
        "--cores two                         | --cores two: no whole number",
        "--senders 0                         | --senders 0: must be 1..2, no more than there are cores, or all",
        "--cores 4,8 --senders 5             | --senders 5: must be 1..4, no more than there are cores, or all",
        "--senders some                      | --senders some: must be a whole number, or all",
        "--batch 0                           | --batch 0: must be 1..4096",
        "--batch 5000                        | --batch 5000: must be 1..4096",
        "--rounds 0                          | --rounds 0: must be 1..10000",
        "--work hard                         | --work",
        "--contenders chronicle              | --contenders chronicle: no such contender; accepted is ring, inboxes",
        "--ablation --contenders ring         | --ablation --contenders ring: accepted is one of the two",
        "--contenders handshake --work tlb   | --contenders handshake --work tlb: they run no Java on receipt",
        "--json /proc/none/peers.json        | --json /proc/none/peers.json: no such folder as /proc/none",
        "--json ./one --svg one               | --svg one: is the file of --json, too; accepted is another one",
        "--svg /proc/none/peers.svg          | --svg /proc/none/peers.svg: no such folder as /proc/none",
        "--no-such-option                    | --no-such-option"
    })
    void aBadArgumentIsOneClearLine(String arguments, String said) {
        Said heard = Said.by(("peers " + arguments.strip()).split(" "));
        assertEquals(2, heard.exitCode());
        assertEquals(1, heard.err().lines().count(), heard.err());
        assertTrue(heard.err().startsWith("salvo: ") && heard.err().contains(said), heard.err());
        assertEquals("", heard.out());
    }

    @Test
    void withoutThePeersJarOneLineSaysHowToBuildIt() throws IOException {
        Path product = folder.resolve("salvo.jar");
        String said = assertThrows(BadInput.class, () -> PeersCommand.peersBeside(product)).getMessage();
        assertTrue(said.contains("there is no " + folder.resolve("salvo-peers.jar"))
            && said.contains("mvn -q -DskipTests package"), said);
        Path peers = Files.createFile(folder.resolve("salvo-peers.jar"));
        assertEquals(peers, PeersCommand.peersBeside(product));
    }

    @Test
    void theHelpNamesEveryContender() {
        Said heard = Said.by("peers", "--help");
        assertEquals(0, heard.exitCode());
        for (Contender contender : Contender.values()) {
            assertTrue(heard.out().lines().anyMatch(line -> line.strip().startsWith(contender.word() + " ")),
                contender.word());
        }
    }
}
