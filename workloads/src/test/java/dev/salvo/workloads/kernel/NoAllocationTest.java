package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.salvo.engine.InterconnectKind;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Once warm, paging out and in makes no garbage: no collection falls into a measurement. */
@Timeout(900)
class NoAllocationTest {
    private static final int LISTS = 200;
    private static final int LIST = 64;

    /** An object is at least 16 bytes: less than one of them per list is nothing per page. */
    private static final long LESS_THAN_AN_OBJECT_PER_LIST = LISTS * 16;

    /** LZ4's hash table: 8192 ints and an array's header. */
    private static final long LZ4_TABLE = 8192 * Integer.BYTES + 16;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What core 0 allocates in many lists, clean and dirty ones by turns, after the first have made what is kept. */
    private static long allocated(SmallMachine machine) {
        Task task = machine.task(machine.core);
        long before = 0;
        for (int list = -10; list < LISTS; list++) {
            if (list == 0) {
                before = THREADS.getCurrentThreadAllocatedBytes();
            }
            if (list % 2 == 0) {
                machine.readAll();
            } else {
                machine.writeAll(0x88);
            }
            machine.pageOutAll(task);
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    @ParameterizedTest
    @EnumSource
    void aListOfPagesThatRepeatAWordAllocatesNothing(InterconnectKind kind) {
        for (TlbFlush flush : new TlbFlush[] {Flushes.SYNC, Flushes.BATCHED_IF_ELSEWHERE,
            Flushes.BATCHED.timed()}) {
            try (SmallMachine machine = new SmallMachine(flush, kind, 2, LIST, 2)) {
                for (int page = 0; page < LIST; page++) {
                    machine.core.fillPage(machine.mm().asid(), SmallMachine.va(page), (byte) 0x88);
                }
                long bytes = allocated(machine);
                assertTrue(bytes < LESS_THAN_AN_OBJECT_PER_LIST, bytes + " bytes in " + LISTS + " lists of " + LIST);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPageThatIsCompressedCostsNothingButLz4sOwnTable(InterconnectKind kind) {
        try (SmallMachine machine = new SmallMachine(Flushes.BATCHED, kind, 2, LIST, 1)) {
            Random random = new Random(1);
            for (int page = 0; page < LIST; page++) {
                for (int i = 0; i < 4096; i++) {
                    machine.core.store(machine.mm().asid(), SmallMachine.va(page) + i, (byte) random.nextInt());
                }
            }
            long bytes = allocated(machine) - LISTS * LIST * LZ4_TABLE;
            // 64 bytes: the compressor's small objects, should they not be optimised away.
            assertTrue(bytes < LISTS * LIST * 64L, bytes + " bytes too many in " + LISTS + " lists of " + LIST);
        }
    }
}
