package dev.salvo.engine;

import static dev.salvo.engine.Workbench.ASID;
import static dev.salvo.engine.Workbench.va;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.PhysicalMemory;
import dev.salvo.engine.memory.Pte;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What runs while the machine is measured makes no garbage: a collection would stop every core. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 10_000;
    private static final int PAGES = 100;

    /** A million TLBIs, as many loads and stores that walk, and ten thousand DSBs. Fails if any of them allocates. */
    @ParameterizedTest
    @CsvSource({"RING, plain", "RING, timed", "RING, recorded", "INBOXES, plain", "INBOXES, timed", "INBOXES, recorded"})
    void aMillionOperationsAllocateNothing(InterconnectKind kind, String cores) {
        MachineSpec spec = MachineSpec.of(2).interconnect(kind).timed(cores.equals("timed")).adopted(1).capacity(64)
            .frames(core -> PAGES);
        spec = cores.equals("recorded") ? spec.recorded(0, 4, 1024) : spec;
        Machine machine = new Machine(spec);
        try (machine; Watch watch = new Watch(machine)) {
            Core core = watch.core;
            shoot(core, 200); // classes are loaded, call sites linked, those of a long wait too
            for (int round = 0; round < 2 * core.waiting.looksOnOwnCpu; round++) {
                core.relax(1);
            }
            core.waited();
            Core victim = machine.core(1);
            allocated(victim);
            long victimBefore = allocated(victim); // to ask about another thread allocates a little, on this one
            long before = THREADS.getCurrentThreadAllocatedBytes();
            shoot(core, ROUNDS);
            long after = THREADS.getCurrentThreadAllocatedBytes();
            long victimAfter = allocated(victim);
            // The JVM itself takes a few hundred bytes when it compiles anew; one object per DSB would be 160,000.
            assertTrue(after - before < ROUNDS, "the core that issues has allocated " + (after - before));
            assertTrue(victimAfter - victimBefore < ROUNDS, "the core that serves: " + (victimAfter - victimBefore));
            assertTrue(core.counts().tlbMisses() >= (long) ROUNDS * PAGES, "the loads have walked");
        }
        assertTrue(machine.core(1).counts().served() >= (long) ROUNDS * PAGES);
    }

    private static long allocated(Core core) {
        return THREADS.getThreadAllocatedBytes(core.thread().getId());
    }

    private static void shoot(Core core, int rounds) {
        for (int round = 0; round < rounds; round++) {
            for (int page = 0; page < PAGES; page++) {
                core.load(ASID, va(page));
                core.store(ASID, va(page), (byte) round);
                core.dsbIshst();
                core.tlbi(Tlbi.vale1is(ASID, page));
                core.serve();
            }
            core.dsb();
            core.isb();
        }
    }

    /** A machine of two cores with mapped pages, the first adopted by the thread that makes it. */
    private static final class Watch implements AutoCloseable {
        final Core core;
        private final Machine machine;

        Watch(Machine machine) {
            this.machine = machine;
            core = machine.adopt(0);
            machine.start();
            PageTable table = new PageTable();
            machine.translationTable(ASID, table);
            for (int page = 0; page < PAGES; page++) {
                int frame = PhysicalMemory.frame(0, page);
                machine.memory().nextGeneration(frame);
                table.set(page, Pte.writableClean(frame));
            }
        }

        @Override
        public void close() {
            machine.release(core);
        }
    }
}
