package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.memory.PageTable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages come back from swap as they went, whatever is in them. */
@Timeout(900)
class ZramTest {
    private final byte[] page = new byte[PageTable.PAGE_SIZE];

    private void fillWithWord(long word) {
        for (int i = 0; i < page.length; i++) {
            page[i] = (byte) (word >>> 8 * (i % 8));
        }
    }

    private void write(SmallMachine machine, int index) {
        for (int i = 0; i < page.length; i++) {
            machine.core.store(machine.mm().asid(), SmallMachine.va(index) + i, page[i]);
        }
    }

    private void assertPage(SmallMachine machine, int index) {
        for (int i = 0; i < page.length; i++) {
            assertEquals(page[i], machine.core.load(machine.mm().asid(), SmallMachine.va(index) + i), "byte " + i);
        }
    }

    /** Writes a page, pages it out, uses its frame for another page, and reads it back. */
    private int bytesInSwap() {
        try (SmallMachine machine = new SmallMachine(Flushes.BATCHED, 2, 2)) {
            Task task = machine.task(machine.core);
            write(machine, 0);
            assertEquals(1, machine.pageOutAll(task));
            int bytes = machine.kernel.zram().bytes(machine.memory.folio(0).slot);
            machine.core.fillPage(machine.mm().asid(), SmallMachine.va(1), (byte) 0x55);
            assertPage(machine, 0);
            return bytes;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 0x8888888888888888L, 0x0123456789abcdefL, 1, Long.MIN_VALUE})
    void aPageThatRepeatsAWordIsKeptAsThatWord(long word) {
        fillWithWord(word);
        assertEquals(8, bytesInSwap());
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "7, 1", "8, 128", "2047, 1", "4088, 1", "4095, 1"})
    void aPageThatDiffersInOneByteIsNot(int where, int change) {
        fillWithWord(0x0101010101010101L);
        page[where] ^= (byte) change;
        int bytes = bytesInSwap();
        assertTrue(bytes > 8 && bytes < 200, bytes + " bytes");
    }

    @Test
    void aTextIsCompressed() {
        byte[] text = "the wait is a wait; ".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < page.length; i++) {
            page[i] = (byte) (text[i % text.length] + i / 1000);
        }
        int bytes = bytesInSwap();
        assertTrue(bytes < page.length / 4, bytes + " bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aPageThatCannotBeCompressedSurvivesToo(long seed) {
        new Random(seed).nextBytes(page);
        int bytes = bytesInSwap();
        assertTrue(bytes >= page.length, bytes + " bytes");
    }

    /** A slot is used again for whatever its page holds next: shorter, longer, or one word. */
    @Test
    void aSlotTakesOneKindOfPageAfterAnother() {
        Random random = new Random(7);
        LongConsumer[] kinds = { // one word, some bytes, more than a page, some bytes, ...
            this::fillWithWord,
            word -> {
                fillWithWord(word);
                page[100]++;
            },
            word -> random.nextBytes(page),
            word -> Arrays.fill(page, 1000, 3000, (byte) word),
        };
        try (SmallMachine machine = new SmallMachine(Flushes.SYNC, 1, 1)) {
            Task task = machine.task(machine.core);
            for (int round = 0; round < 24; round++) {
                kinds[round % kinds.length].accept(random.nextLong());
                write(machine, 0);
                assertEquals(1, machine.pageOutAll(task));
                assertPage(machine, 0);
                assertEquals(1, machine.pageOutAll(task)); // read only, and written out again all the same
                assertPage(machine, 0);
            }
        }
    }

    @Test
    void aPageThatComesBackLeavesTheFrameBehindItAlone() {
        try (SmallMachine machine = new SmallMachine(Flushes.BATCHED, 1, 2)) {
            int asid = machine.mm().asid();
            machine.core.fillPage(asid, SmallMachine.va(0), (byte) 0x11);
            machine.core.fillPage(asid, SmallMachine.va(1), (byte) 0x22);
            assertEquals(machine.memory.folio(0).frame + 1, machine.memory.folio(1).frame);
            machine.kernel.vmscan().reclaimPages(machine.task(machine.core), machine.memory, 0, 1);
            assertEquals(0x11, machine.core.load(asid, SmallMachine.va(0)));
            assertEquals(machine.memory.folio(0).frame + 1, machine.memory.folio(1).frame);
            assertEquals(0x22, machine.core.load(asid, SmallMachine.va(1)));
        }
    }
}
