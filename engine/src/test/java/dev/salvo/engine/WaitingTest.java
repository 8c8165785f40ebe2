package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.host.Placement;
import dev.salvo.engine.tlb.Tlbi;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a waiting core treats its CPU: it spins on one of its own, and gives up one that it shares. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitingTest {
    /** Fails if a wait goes on where the last one ended: after the rounds of one wait in all a core would never spin again. */
    @Test
    void everyWaitBeginsWithSpinning() {
        try (Machine machine = new Machine(MachineSpec.of(1).adopted(1))) {
            Core core = machine.adopt(0);
            for (int wait = 0; wait < 10; wait++) {
                for (int round = 0; round < core.waiting.looksOnOwnCpu; round++) {
                    core.relax(-1);
                }
                core.waited();
            }
            assertEquals(0, core.counts().yields());
            for (int round = 0; round <= core.waiting.looksOnOwnCpu; round++) {
                core.relax(-1);
            }
            assertEquals(1, core.counts().yields(), "a long wait does yield: the host may be busier than it looks");
        }
    }

    /** Fails if a wait that makes progress is taken for one that does not. */
    @Test
    void aWaitInWhichOperationsArriveGoesOnSpinning() {
        try (Machine machine = new Machine(MachineSpec.of(1).adopted(1))) {
            Core core = machine.adopt(0);
            for (int round = 0; round < 4 * core.waiting.looksOnOwnCpu; round++) {
                if (round % (core.waiting.looksOnOwnCpu / 2) == 0) {
                    core.tlbi(Tlbi.vmalle1is());
                }
                core.relax(-1);
            }
            assertEquals(0, core.counts().yields());
        }
    }

    /** Fails if what arrives keeps a wait from ever coming to its patience. */
    @Test
    void aWaitAmongSendersComesToItsEndToo() {
        MachineSpec spec = MachineSpec.of(2).adopted(1).patience(TimeUnit.SECONDS.toNanos(3));
        Machine machine = new Machine(spec);
        Core core = machine.adopt(0);
        machine.start();
        machine.run(1, sender -> {
            sender.tlbi(Tlbi.vmalle1is());
            return 1;
        });
        Await.until("operations arrive", () -> core.serve() > 0);
        assertThrows(CoreStuckException.class, () -> {
            while (true) {
                core.relax(-1);
            }
        });
        assertThrows(MachineFailedException.class, machine::close);
    }

    /** Fails if a core keeps its CPU from one that it waits for, or gives it up for one that runs elsewhere. */
    @Test
    void aCoreLooksAgainForOneElsewhereAndYieldsAtOnceToOneOnItsCpu() {
        Machine machine = new Machine(MachineSpec.of(MachineSpec.MAX_CORES).adopted(MachineSpec.MAX_CORES));
        try (machine) {
            Core core = machine.adopt(0);
            Placement placement = machine.placement();
            int sharer = IntStream.range(1, placement.cores())
                .filter(other -> placement.cpuOf(other) == placement.cpuOf(0)).findFirst().orElseThrow();
            core.relax(sharer);
            assertEquals(1, core.counts().yields());
            IntStream elsewhere = IntStream.range(1, placement.cores())
                .filter(other -> placement.cpuOf(other) != placement.cpuOf(0));
            elsewhere.findFirst().ifPresent(other -> {
                core.waited();
                core.relax(other);
                assertEquals(1, core.counts().yields(), "it runs elsewhere");
                for (long begun = System.nanoTime(); System.nanoTime() - begun < 100_000_000; ) {
                    core.relax(other);
                }
                assertTrue(core.counts().yields() > 1, "but not for ever");
            });
        }
    }

    @Test
    void coresThatShareCpusYieldAtOnceAndCountIt() {
        try (Machine machine = new Machine(MachineSpec.of(MachineSpec.MAX_CORES).adopted(MachineSpec.MAX_CORES))) {
            assertTrue(machine.sharesCpus(), "a host of over 1024 CPUs");
            Core core = machine.adopt(0);
            for (int round = 0; round < 100; round++) {
                core.relax(-1);
            }
            assertEquals(100, core.counts().yields());
        }
    }
}
