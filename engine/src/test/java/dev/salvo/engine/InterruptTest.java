package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.clock.Clock;
import dev.salvo.engine.tlb.Tlbi;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** One core interrupts others: what a shootdown is where hardware does not broadcast. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterruptTest {
    private static final int ROUNDS = 2_000;

    private static long[] set(int... members) {
        long[] set = new long[1];
        for (int member : members) {
            set[0] |= 1L << member;
        }
        return set;
    }

    @ParameterizedTest
    @EnumSource
    void theHandlerRunsOnEveryTargetsThreadAndOnNoOther(InterconnectKind kind) {
        AtomicIntegerArray handled = new AtomicIntegerArray(4);
        MachineSpec spec = MachineSpec.of(4).interconnect(kind).adopted(1).interrupts((core, sender, message) -> {
            assertSame(core.thread(), Thread.currentThread());
            assertEquals(0, sender);
            assertEquals(42, message);
            handled.incrementAndGet(core.id());
        });
        try (Machine machine = new Machine(spec)) {
            machine.start();
            Core core = machine.adopt(0);
            core.interrupt(set(0, 1, 3), 42);
            core.waitForInterrupted();
            assertEquals("[0, 1, 0, 1]", handled.toString());
            assertEquals(0, machine.counts().tlbis());
        }
    }

    @Test
    void whoIsInterruptedWhileItRunsAProgramHandlesItBetweenTwoSteps() {
        AtomicBoolean handled = new AtomicBoolean();
        AtomicInteger steps = new AtomicInteger();
        MachineSpec spec = MachineSpec.of(2).adopted(1).interrupts((core, sender, message) -> handled.set(true));
        try (Machine machine = new Machine(spec)) {
            machine.run(1, on -> steps.incrementAndGet());
            machine.start();
            Core core = machine.adopt(0);
            core.interrupt(set(1), 0);
            core.waitForInterrupted();
            assertTrue(handled.get());
        }
    }

    @Test
    void aNewInterruptWaitsForTheLastOne() {
        AtomicInteger handled = new AtomicInteger();
        MachineSpec spec = MachineSpec.of(2).adopted(1).interrupts((core, sender, message) -> handled.incrementAndGet());
        try (Machine machine = new Machine(spec)) {
            machine.start();
            Core core = machine.adopt(0);
            for (int round = 0; round < ROUNDS; round++) {
                core.interrupt(set(1), round);
                assertTrue(handled.get() >= round);
            }
            core.waitForInterrupted();
            assertEquals(ROUNDS, handled.get());
        }
    }

    /** Each waits for all others, which wait for it: whoever waits must take interrupts, TLBIs too. */
    @ParameterizedTest
    @CsvSource({"AUTO, false", "PARK, false", "AUTO, true"})
    void allInterruptAllAndShootBesides(IdlePolicy idle, boolean dsbSleeps) {
        int cores = 4;
        AtomicIntegerArray handled = new AtomicIntegerArray(cores);
        AtomicIntegerArray rounds = new AtomicIntegerArray(cores);
        MachineSpec spec = MachineSpec.of(cores).idle(idle).dsbSleeps(dsbSleeps).interrupts((core, sender, message) ->
            handled.incrementAndGet(core.id()));
        try (Machine machine = new Machine(spec)) {
            machine.start(); // first: who is not yet online is left out
            for (int id = 0; id < cores; id++) {
                machine.run(id, on -> {
                    if (rounds.get(on.id()) == ROUNDS) {
                        return 0;
                    }
                    on.interrupt(set(0, 1, 2, 3), on.id());
                    on.tlbi(Tlbi.vale1is(1, on.id()));
                    on.dsb();
                    on.waitForInterrupted();
                    rounds.incrementAndGet(on.id());
                    return 1;
                });
            }
            for (int id = 0; id < cores; id++) {
                int core = id;
                Await.until("core " + id + " is done", () -> rounds.get(core) == ROUNDS);
            }
            int[] all = new int[cores];
            Arrays.setAll(all, handled::get);
            assertEquals("[6000, 6000, 6000, 6000]", Arrays.toString(all));
        }
    }

    @Test
    void aCoreThatSleepsIsWokenByAnInterrupt() {
        AtomicInteger handled = new AtomicInteger();
        MachineSpec spec = MachineSpec.of(2).adopted(1).idle(IdlePolicy.PARK)
            .interrupts((core, sender, message) -> handled.incrementAndGet());
        try (Machine machine = new Machine(spec)) {
            machine.start();
            Core core = machine.adopt(0);
            for (int round = 1; round <= 20; round++) {
                Await.until("core 1 sleeps", () -> (int) CorePort.PARKED.getVolatile(machine.core(1)) == 1);
                core.interrupt(set(1), 0);
                core.waitForInterrupted();
                assertEquals(round, handled.get());
            }
        }
    }

    @Test
    void aCoreThatIsOfflineIsNotWaitedForAndNotInterruptedLater() {
        AtomicInteger handled = new AtomicInteger();
        MachineSpec spec = MachineSpec.of(3).adopted(1).interrupts((core, sender, message) -> handled.incrementAndGet());
        try (Machine machine = new Machine(spec)) {
            machine.start();
            Core core = machine.adopt(0);
            machine.takeOffline(2, core);
            core.interrupt(set(1, 2), 0);
            core.waitForInterrupted();
            machine.bringOnline(2, core);
            assertEquals(1, handled.get());
            core.interrupt(set(2), 0);
            core.waitForInterrupted();
            assertEquals(2, handled.get());
        }
    }

    @Test
    void coresThatComeAndGoAreInterruptedOrLeftOutAndNobodyHangs() {
        AtomicIntegerArray handled = new AtomicIntegerArray(4);
        AtomicIntegerArray rounds = new AtomicIntegerArray(2);
        AtomicIntegerArray over = new AtomicIntegerArray(2);
        AtomicBoolean enough = new AtomicBoolean();
        MachineSpec spec = MachineSpec.of(4).interrupts((core, sender, message) -> handled.incrementAndGet(core.id()));
        try (Machine machine = new Machine(spec)) {
            machine.start();
            for (int id = 0; id < 2; id++) {
                machine.run(id, on -> {
                    if (enough.get()) {
                        over.set(on.id(), 1);
                        return 0;
                    }
                    on.interrupt(set(0, 1, 2, 3), 0);
                    on.waitForInterrupted();
                    rounds.incrementAndGet(on.id());
                    return 1;
                });
            }
            for (int round = 0; round < 100; round++) {
                machine.takeOffline(2, null);
                machine.bringOnline(2, null);
            }
            for (int id = 0; id < 2; id++) {
                int core = id;
                int before = rounds.get(core);
                Await.until("core " + id + " goes on", () -> rounds.get(core) > before);
            }
            enough.set(true);
            Await.until("both are done", () -> over.get(0) + over.get(1) == 2); // a machine that stops leaves some out
        }
        int all = rounds.get(0) + rounds.get(1);
        assertEquals(all, handled.get(3));
        assertTrue(handled.get(2) <= all);
    }

    @Test
    void aHandlerThatFailsKillsItsCoreAndWithItTheMachine() {
        MachineSpec spec = MachineSpec.of(2).adopted(1).interrupts((core, sender, message) -> {
            throw new IllegalStateException("on purpose");
        });
        Machine machine = new Machine(spec);
        machine.start();
        Core core = machine.adopt(0);
        core.interrupt(set(1), 0);
        MachineFailedException failed = assertThrows(MachineFailedException.class, core::waitForInterrupted);
        assertTrue(failed.getMessage().contains("on purpose"));
        assertThrows(MachineFailedException.class, machine::close);
    }

    @Test
    void withoutAHandlerACoreInterruptsNobody() {
        try (Machine machine = new Machine(MachineSpec.of(2).adopted(1))) {
            machine.start();
            Core core = machine.adopt(0);
            core.waitForInterrupted();
            assertEquals("core 0 interrupts others, and there is no handler",
                assertThrows(IllegalStateException.class, () -> core.interrupt(set(1), 0)).getMessage());
            assertFalse(machine.interconnect() instanceof InterruptPorts);
        }
    }

    @Test
    void aPacedMachineHasNone() {
        MachineSpec spec = MachineSpec.of(2).clock(Clock.paced(PacedMachines.usual(2), 10))
            .interrupts((core, sender, message) -> { });
        assertEquals("a paced machine has no interrupts: its profile knows no cost of one",
            assertThrows(IllegalArgumentException.class, () -> new Machine(spec)).getMessage());
    }
}
