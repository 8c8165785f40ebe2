package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.results.PeerRow.Work;
import dev.salvo.results.PeersRun.Figure;
import dev.salvo.results.PeersRun.Limit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A comparison as a file, and as data for others. */
class PeersRunTest {
    @TempDir
    Path folder;

    /** Figures that nobody measured. */
    static PeersRun madeUp() {
        Limit ownCpus = new Limit(2, 2, new Figure(80, 0.02), new Figure(45, 0.02), new Figure(450, 0.1));
        Limit shared = new Limit(8, 2, new Figure(80, 0.02), new Figure(45, 0.02), new Figure(5000, 0.1));
        return new PeersRun(List.of(ownCpus, shared), new Figure(12, 0.01), List.of(
            new PeerRow(2, 1, 1, Work.NULL, Contender.RING, 88, 1.1, 0.03),
            new PeerRow(2, 1, 1, Work.NULL, Contender.DISRUPTOR, 187, 2.34, 0.05),
            new PeerRow(2, 1, 1, Work.NULL, Contender.HANDSHAKE, 90_000, 1125, 0.4),
            new PeerRow(8, 8, 32, Work.TLB, Contender.JDK_QUEUE, 300, 0.06, 0.05),
            new PeerRow(8, 8, 32, Work.TLB, Contender.RING, 150, 0.03, 0.05),
            new PeerRow(8, 8, 32, Work.TLB, Contender.PHASER, 900, 0.18, 0.05)), List.of("membarrier: left out"));
    }

    @Test
    void aRunIsReadAsItWasWritten() {
        Path file = folder.resolve("run.json");
        madeUp().write(file);
        assertEquals(madeUp(), PeersRun.read(file));
    }

    @Test
    void aRunOnOneCpuHasNoPingPong() {
        Path file = folder.resolve("run.json");
        PeersRun run = new PeersRun(List.of(new Limit(2, 1, null, null, new Figure(450, 0.1))), new Figure(12, 0), List.of(),
            List.of());
        run.write(file);
        assertEquals(run, PeersRun.read(file));
        assertEquals(450, run.limit(2).ns());
    }

    @Test
    void theLimitIsTheCacheLineWhereCpusAreOwnAndTheTurnWhereTheyAreShared() {
        assertEquals(80, madeUp().limit(2).ns());
        assertEquals(5000, madeUp().limit(8).ns());
        assertThrows(BadRunException.class, () -> madeUp().limit(3));
    }

    @Test
    void theRowsHaveThePromisedKeysAndNoOthers() {
        JsonNode rows = Json.tree(madeUp().json().getBytes(StandardCharsets.UTF_8), "rows");
        assertEquals(6, rows.size());
        List<String> keys = new ArrayList<>(rows.get(0).propertyNames());
        assertEquals(List.of("cores", "senders", "batch", "work", "contender", "nsPerPage", "ratioToLimit", "spread"),
            keys);
        assertEquals("jdk-queue", rows.get(3).get("contender").asString());
        assertEquals("tlb", rows.get(3).get("work").asString());
        assertEquals(0.06, rows.get(3).get("ratioToLimit").asDouble());
    }

    @Test
    void aDamagedFileIsRefusedInOneLine() throws IOException {
        Path file = folder.resolve("run.json");
        for (String content : List.of("", "[]", "{\"limits\":7}", "{\"rows\":[{\"contender\":\"PIGEON\"}]}")) {
            Files.writeString(file, content);
            String said = assertThrows(RuntimeException.class, () -> PeersRun.read(file), content).getMessage();
            assertTrue(said.contains(file.toString()) && said.lines().count() == 1, said);
        }
    }
}
