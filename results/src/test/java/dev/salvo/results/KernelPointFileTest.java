package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The file of a point of real system calls: what was written is read, and what is damaged is named. */
class KernelPointFileTest {
    private static final KernelPoint POINT = MadeUpKernel.point("mprotect", 2, "spin");
    private static final List<KernelReplicate> REPLICATES =
        List.of(MadeUpKernel.replicate(1, 1700.5, 1), MadeUpKernel.uncounted(2, 1800, 1));

    private static byte[] bytes() {
        return KernelPointFile.bytes(new KernelPointFile.Content(POINT, REPLICATES));
    }

    @Test
    void whatWasWrittenIsReadAsItWas() {
        KernelPointFile.Content read = KernelPointFile.read(bytes(), "a file");
        assertEquals(POINT, read.point());
        assertEquals(REPLICATES, read.replicates());
    }

    @Test
    void whatIsNotKnownIsNullAndNotANumber() {
        String json = new String(bytes(), StandardCharsets.UTF_8);
        assertTrue(json.contains("\"cal\" : null"), json);
        assertFalse(json.contains("NaN"), json);
    }

    @Test
    void roundsThatComeLaterStandBehindThoseBefore() {
        KernelPointFile.Content one = new KernelPointFile.Content(POINT, List.of(REPLICATES.get(0)));
        assertEquals(REPLICATES, one.with(List.of(REPLICATES.get(1)), "a file").replicates());
        assertEquals("a file: round 1 is there twice; accepted: each once",
            assertThrows(BadRunException.class, () -> one.with(List.of(REPLICATES.get(0)), "a file")).getMessage());
    }

    /** A figure that is not above 0 would be a call that took no time: nobody who reads it could make an interval of it. */
    @Test
    void whatNobodyCouldReadIsNotWritten() {
        KernelPointFile.Content none = new KernelPointFile.Content(POINT, List.of(
            MadeUpKernel.replicate(1, -1, 1, 1, true, "")));
        assertEquals("what was measured of mprotect, 2 cores, 1 sender, 1 page, others spin, compact: replicates[0].nsPerOp is '-1'; "
            + "accepted: a number above 0", assertThrows(BadRunException.class, () -> KernelPointFile.bytes(none)).getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "nsPerOp | -1 | a file: replicates[1].nsPerOp is '-1'; accepted: a number above 0",
        "nsPerOp | null | a file: replicates[1].nsPerOp is 'null'; accepted: a number above 0",
        "targets | \"one\" | a file: replicates[1].targets is ''\"one\"''; accepted: a number, 0 or more",
        "valid | 1 | a file: replicates[1].valid is '1'; accepted: true or false",
        "round | 0 | a file: replicates[1].round is '0'; accepted: a whole number, 1 or more",
        "round | 1 | a file: replicates: round 1 is there twice; accepted: each once",
        "why | \"a\\nb\" | a file: replicates[1].why is ''\"a\\nb\"''; accepted: a line of text",
        "batches | {} | a file: replicates[1].batches is '{}'; accepted: an array of at most 100000"})
    void aDamagedFieldIsNamedInALine(String field, String value, String line) {
        assertEquals(line.replace("''", "'"), refusal(tree -> ((ObjectNode) tree.get("replicates").get(1))
            .set(field, Json.tree(value.getBytes(StandardCharsets.UTF_8), "the test"))));
    }

    @Test
    void aDamagedPlaceIsNamedInALine() {
        assertEquals("a file: others 'chat': must be of spin, sleep, processes, none", refusal(tree -> tree.put("others", "chat")));
        assertEquals("a file: senders is missing; accepted: a whole number, 1 or more", refusal(tree -> tree.remove("senders")));
        assertEquals("a file: clock is '\"native\"'; accepted: kernel", refusal(tree -> tree.put("clock", "native")));
        assertEquals("a file: cores 2: must be 3 or more", refusal(tree -> tree.put("senders", 3)));
        assertEquals("a file: replicates is empty; accepted: one or more", refusal(tree -> ((ArrayNode) tree.get("replicates"))
            .removeAll()));
        assertEquals("a file: replicates[0].latency.counts is damaged; accepted: a compressed HdrHistogram in base 64",
            refusal(tree -> ((ObjectNode) tree.get("replicates").get(0).get("latency")).put("counts", "AAAA")));
        assertEquals("a file: replicates[0].batches[1].nanos is '-1'; accepted: a number, 0 or more",
            refusal(tree -> ((ObjectNode) tree.get("replicates").get(0).get("batches").get(1)).put("nanos", -1)));
    }

    private static String refusal(Consumer<ObjectNode> damage) {
        ObjectNode tree = (ObjectNode) Json.tree(bytes(), "the test");
        damage.accept(tree);
        byte[] damaged = Json.pretty(tree).getBytes(StandardCharsets.UTF_8);
        return assertThrows(BadRunException.class, () -> KernelPointFile.read(damaged, "a file")).getMessage();
    }
}
