package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.tlb.Tlbi;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cores that go offline and come back while others shoot. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HotPlugTest {
    private static final int ROUNDS = 300;

    private static int shootOnce(Core core) {
        core.tlbi(Tlbi.vale1is(1, core.id()));
        core.dsb();
        return 1;
    }

    @ParameterizedTest
    @EnumSource
    void anOutsideThreadPlugsCoresUnderShootdownLoad(InterconnectKind kind) {
        try (Machine machine = new Machine(MachineSpec.of(5).interconnect(kind).capacity(4))) {
            for (int id = 0; id < 5; id++) {
                machine.run(id, HotPlugTest::shootOnce); // those that come and go shoot too
            }
            machine.start();
            CompletableFuture<Void> another = CompletableFuture.runAsync(() -> plug(machine, 4, null));
            plug(machine, 3, null);
            another.join();
            assertTrue(IntStream.range(0, 5).allMatch(id -> machine.core(id).isOnline()));
        }
    }

    private static void plug(Machine machine, int id, Core caller) {
        for (int round = 0; round < ROUNDS; round++) {
            machine.takeOffline(id, caller);
            assertFalse(machine.core(id).isOnline());
            machine.bringOnline(id, caller);
            assertTrue(machine.core(id).isOnline());
        }
    }

    /** The program's core goes on serving: otherwise the DSB of the core that it takes offline would never end. */
    @ParameterizedTest
    @EnumSource
    void anotherCoresProgramPlugsCoresUnderShootdownLoad(InterconnectKind kind) {
        try (Machine machine = new Machine(MachineSpec.of(4).interconnect(kind).capacity(4))) {
            machine.start();
            machine.run(0, HotPlugTest::shootOnce);
            machine.run(3, HotPlugTest::shootOnce);
            AtomicInteger rounds = new AtomicInteger();
            machine.run(1, core -> {
                if (rounds.get() == ROUNDS) {
                    return 0;
                }
                machine.takeOffline(3, core);
                assertFalse(machine.core(3).isOnline());
                shootOnce(core);
                machine.bringOnline(3, core);
                assertTrue(machine.core(3).isOnline());
                rounds.incrementAndGet();
                return 1;
            });
            Await.until("all rounds are over", () -> {
                machine.checkAlive();
                return rounds.get() == ROUNDS;
            });
        }
    }

    /** A core that changes another must not bring it back to life while the machine is being closed. */
    @Test
    void stopIsTheLastOrderThatACoreTakes() {
        Machine machine = new Machine(MachineSpec.of(2));
        machine.start();
        machine.core(1).order(CorePort.STOP);
        machine.takeOffline(1, null);
        machine.bringOnline(1, null); // returns although the core will not come back
        machine.close();
        assertFalse(machine.core(1).isOnline());
        assertFalse(machine.core(1).thread().isAlive());
    }

    @ParameterizedTest
    @EnumSource
    void aMachineClosesWhileAProgramPlugsItsCores(InterconnectKind kind) {
        for (int round = 0; round < 30; round++) {
            try (Machine machine = new Machine(MachineSpec.of(4).interconnect(kind))) {
                machine.run(0, core -> {
                    machine.takeOffline(2, core);
                    machine.bringOnline(2, core);
                    return 1;
                });
                machine.start();
            }
        }
    }

    /** Fails if an order that another has replaced is waited for: the core would be said to be stuck. */
    @Test
    void oneWhoTakesOfflineDoesNotWaitInVainForOneWhoBringsBack() {
        try (Workbench bench = new Workbench(MachineSpec.of(2))) {
            Deafness deafness = new Deafness();
            CompletableFuture<Boolean> deaf = bench.begin(1, deafness);
            deafness.awaitBegin(); // it will not look at its orders before both are given
            CompletableFuture<Void> off = CompletableFuture.runAsync(() -> bench.machine.takeOffline(1, null));
            Await.until("one has ordered", () -> bench.machine.core(1).orders() == CorePort.GO_OFFLINE);
            bench.machine.bringOnline(1, null);
            off.join();
            assertTrue(bench.machine.core(1).isOnline());
            deafness.end();
            Workbench.result(deaf);
        }
    }

    @Test
    void aCoreOfflineWhenTheMachineIsClosedEndsToo() {
        Machine machine = new Machine(MachineSpec.of(3));
        try (machine) {
            machine.start();
            machine.takeOffline(1, null);
        }
        assertFalse(machine.core(1).thread().isAlive());
    }

    @Test
    void aCoreOfflineTakesItsProgramUpAgainWhenItIsBack() {
        AtomicInteger steps = new AtomicInteger();
        try (Machine machine = new Machine(MachineSpec.of(2))) {
            machine.start();
            machine.takeOffline(1, null);
            machine.run(1, core -> steps.incrementAndGet());
            assertEquals(0, steps.get());
            machine.bringOnline(1, null);
            Await.until("the program runs", () -> steps.get() > 0);
        }
    }

    @Test
    void onlyACoreWithAThreadOfItsOwnIsPluggedByOthers() {
        try (Machine machine = new Machine(MachineSpec.of(3).adopted(1))) {
            for (int id : new int[] {-1, 0, 3}) {
                String message = "core " + id + " has no thread of its own: cores 1..2 have";
                assertEquals(message,
                    assertThrows(IllegalArgumentException.class, () -> machine.takeOffline(id, null)).getMessage());
                assertEquals(message,
                    assertThrows(IllegalArgumentException.class, () -> machine.bringOnline(id, null)).getMessage());
            }
            Core itself = machine.core(1);
            assertEquals("core 1 cannot wait for itself to change",
                assertThrows(IllegalArgumentException.class, () -> machine.takeOffline(1, itself)).getMessage());
        }
    }
}
