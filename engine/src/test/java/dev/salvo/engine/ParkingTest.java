package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.tlb.Tlbi;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link IdlePolicy#PARK}: cores that sleep until somebody waits for them. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ParkingTest {
    private static boolean sleeps(Core core) {
        return (int) CorePort.PARKED.getVolatile(core) == 1 && LockSupport.getBlocker(core.thread()) == core
            && core.thread().getState() == Thread.State.WAITING;
    }

    /**
     * At least once each: a core that has answered and falls asleep while its waiter has lost its CPU may be woken in
     * vain. Fails if a sleeper is not woken, or that is not counted.
     */
    @ParameterizedTest
    @EnumSource
    void everySleeperIsWokenByTheDsbAndThatIsCounted(InterconnectKind kind) {
        int cores = 6;
        MachineSpec spec = MachineSpec.of(cores).interconnect(kind).adopted(1).idle(IdlePolicy.PARK);
        for (int round = 0; round < 20; round++) { // each with cores that nobody has ever woken
            try (Machine machine = new Machine(spec)) {
                Core waiter = machine.adopt(0);
                machine.start();
                for (int id = 1; id < cores; id++) {
                    Core core = machine.core(id);
                    Await.until("core " + id + " sleeps", () -> sleeps(core));
                }
                assertEquals(0, waiter.counts().wakeUps());
                waiter.tlbi(Tlbi.vmalle1is());
                waiter.dsb();
                assertTrue(waiter.counts().wakeUps() >= cores - 1, "woken: " + waiter.counts().wakeUps());
            }
        }
    }

    /**
     * Core 1 is deaf until all others have served. On one CPU it would be waited for first, on more before some others.
     * Fails, with the deaf core's name, if sleepers are woken only when their turn comes to be waited for.
     */
    @ParameterizedTest
    @EnumSource
    void aDsbWakesAllSleepersBeforeItWaitsForOne(InterconnectKind kind) {
        int cores = 6;
        try (Machine machine = new Machine(MachineSpec.of(cores).interconnect(kind).adopted(1).idle(IdlePolicy.PARK))) {
            Core waiter = machine.adopt(0);
            machine.start();
            AtomicBoolean deaf = new AtomicBoolean();
            AtomicBoolean heard = new AtomicBoolean();
            machine.run(1, core -> {
                deaf.set(true);
                Await.until("the others have served", () -> IntStream.range(2, cores)
                    .allMatch(other -> machine.interconnect().acknowledged(other, 0) > 0));
                heard.set(true);
                machine.run(1, null);
                return 1;
            });
            Await.until("core 1 is deaf", deaf::get);
            for (int id = 2; id < cores; id++) {
                Core core = machine.core(id);
                Await.until("core " + id + " sleeps", () -> sleeps(core));
            }
            waiter.tlbi(Tlbi.vmalle1is());
            waiter.dsb();
            assertTrue(heard.get());
        }
    }

    /**
     * The senders pause now and then for about as long as a receiver looks before it sleeps, so that many operations
     * arrive just as it falls asleep. A wake-up lost would end in a CoreStuckException that names the sleeper. Fails if
     * relax() does not wake, or if a core could sleep with its flag cleared.
     */
    @ParameterizedTest
    @EnumSource
    void noWakeUpIsLostInTwentyThousandShootdowns(InterconnectKind kind) {
        int senders = 2;
        int each = 10_000;
        MachineSpec spec = MachineSpec.of(4).interconnect(kind).idle(IdlePolicy.PARK);
        Machine machine = new Machine(spec);
        AtomicInteger finished = new AtomicInteger();
        try (machine) {
            machine.start();
            for (int sender = 0; sender < senders; sender++) {
                SplittableRandom random = new SplittableRandom(sender);
                int[] left = {each};
                machine.run(sender, core -> {
                    for (int pause = random.nextInt(8) == 0 ? random.nextInt(60) : 0; pause > 0; pause--) {
                        core.serve();
                        core.giveUpCpu();
                    }
                    core.tlbi(Tlbi.vale1is(1, left[0]));
                    core.dsb();
                    if (--left[0] == 0) {
                        finished.incrementAndGet();
                        machine.run(core.id(), null); // and sleeps like the others
                    }
                    return 1;
                });
            }
            Await.until("all shootdowns are over", () -> {
                machine.checkAlive();
                return finished.get() == senders;
            });
        }
        CoreCounts counts = machine.counts();
        assertEquals(senders * each, counts.tlbis());
        assertEquals(4L * senders * each, counts.served());
        assertTrue(counts.wakeUps() > 0, "nobody has slept: " + counts);
    }

    /** Who is interrupted cannot park: unless the core takes the interrupt away it looks at its port for ever. */
    @Test
    void aSleeperWhoseThreadIsInterruptedSleepsOn() throws InterruptedException {
        try (Machine machine = new Machine(MachineSpec.of(2).idle(IdlePolicy.PARK))) {
            machine.start();
            machine.takeOffline(0, null);
            Core idle = machine.core(1);
            Core gone = machine.core(0);
            Await.until("the core sleeps", () -> sleeps(idle));
            idle.thread().interrupt();
            gone.thread().interrupt();
            Thread.sleep(100); // both may look once
            long before = cpuNanos(idle) + cpuNanos(gone);
            Thread.sleep(300);
            long used = cpuNanos(idle) + cpuNanos(gone) - before;
            assertTrue(used < 5_000_000, "asleep for 300 ms they have used " + used + " ns");
            machine.bringOnline(0, null);
        }
    }

    private static long cpuNanos(Core core) {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(core.thread().getId());
    }

    @Test
    void aProgramOrAnOrderWakesASleeperToo() {
        AtomicInteger steps = new AtomicInteger();
        try (Machine machine = new Machine(MachineSpec.of(2).idle(IdlePolicy.PARK))) {
            machine.start();
            for (int round = 1; round <= 50; round++) {
                Await.until("the core sleeps", () -> sleeps(machine.core(1)));
                int before = steps.get();
                machine.run(1, core -> steps.incrementAndGet());
                Await.until("the program runs", () -> steps.get() > before);
                machine.run(1, null);
                Await.until("the core sleeps", () -> sleeps(machine.core(1)));
                machine.takeOffline(1, null);
                machine.bringOnline(1, null);
            }
            Await.until("the core sleeps", () -> sleeps(machine.core(1)));
        }
    }
}
