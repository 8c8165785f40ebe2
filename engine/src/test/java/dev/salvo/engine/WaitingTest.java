package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.tlb.Tlbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a waiting core treats its CPU: it spins on one of its own, and gives up one that it shares. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitingTest {
    /** Fails if a wait goes on where the last one ended: after 2,000 rounds in all a core would never spin again. */
    @Test
    void everyWaitBeginsWithSpinning() {
        try (Machine machine = new Machine(MachineSpec.of(1).adopted(1))) {
            Core core = machine.adopt(0);
            for (int wait = 0; wait < 10; wait++) {
                for (int round = 0; round < Core.LOOKS_ON_OWN_CPU; round++) {
                    core.relax(-1);
                }
                core.waited();
            }
            assertEquals(0, core.counts().yields());
            for (int round = 0; round <= Core.LOOKS_ON_OWN_CPU; round++) {
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
            for (int round = 0; round < 4 * Core.LOOKS_ON_OWN_CPU; round++) {
                if (round % 1_000 == 0) {
                    core.tlbi(Tlbi.vmalle1is());
                }
                core.relax(-1);
            }
            assertEquals(0, core.counts().yields());
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
