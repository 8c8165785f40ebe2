package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(900)
class TimedFlushTest {
    private static final long FIRST = SmallMachine.PRIVATE_PAGE;

    @Test
    void aTimedStrategyCostsWhatItCostsUntimed() {
        for (FlushStrategy strategy : new FlushStrategy[] {new SynchronousBroadcast(), BatchedBroadcast.always()}) {
            assertEquals(costs(strategy), costs(new TimedFlush(strategy)));
        }
    }

    /** Of one of everything: reclaim, protection, fork, copy on write, unmapping. */
    private static Counted costs(FlushStrategy strategy) {
        try (SmallMachine machine = SmallMachine.withPrivateMemory(strategy, 2, 4)) {
            AddressSpace mm = machine.mm();
            Task task = new Task(machine.core, 31);
            machine.writePrivate(mm, 4, 1);
            return Counted.of(machine.counted(() -> {
                machine.kernel.madvisePageout(task, mm, FIRST, 2);
                machine.kernel.mprotect(task, mm, FIRST, 3, false);
                machine.kernel.fork(task, mm);
                machine.core.store(mm.asid(), SmallMachine.privateVa(3), (byte) 2);
                machine.kernel.munmap(task, mm, FIRST, 4);
            }));
        }
    }

    @Test
    void timeIsTakenOfReclaimsFlushesAndItIsNoMoreThanPasses() {
        for (FlushStrategy strategy : new FlushStrategy[] {new SynchronousBroadcast(), BatchedBroadcast.always()}) {
            try (SmallMachine machine = SmallMachine.withPrivateMemory(new TimedFlush(strategy), 2, 8)) {
                AddressSpace mm = machine.mm();
                Task task = new Task(machine.core, 31);
                machine.writePrivate(mm, 8, 1);
                long start = System.nanoTime();
                long before = 0;
                for (int page = 0; page < 8; page++) {
                    machine.kernel.madvisePageout(task, mm, FIRST + page, 1);
                    assertTrue(task.flushNanos() > before);
                    before = task.flushNanos();
                }
                assertTrue(before <= System.nanoTime() - start);
            }
        }
    }

    @Test
    void everyPartIsTimedByItself() {
        FlushStrategy strategy = new TimedFlush(BatchedBroadcast.always());
        try (SmallMachine machine = SmallMachine.withPrivateMemory(strategy, 2, 1)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 1, 1);
            long pte = SmallMachine.privatePte(mm, 0);
            long start = System.nanoTime();
            Task sends = new Task(machine.core, 31);
            strategy.archTlbbatchAddPending(sends, mm, FIRST);
            Task waits = new Task(machine.core, 31);
            strategy.archTlbbatchFlush(waits);
            Task clears = new Task(machine.core, 31);
            assertEquals(pte, strategy.ptepClearFlush(clears, mm, FIRST));
            long passed = System.nanoTime() - start;
            for (Task task : new Task[] {sends, waits, clears}) {
                assertTrue(task.flushNanos() > 0 && task.flushNanos() <= passed, task.flushNanos() + " of " + passed);
            }
        }
    }

    @Test
    void whetherToDeferIsTheTimedStrategysBusiness() {
        try (SmallMachine machine = new SmallMachine(new SynchronousBroadcast(), 1, 1)) {
            Task task = new Task(machine.core, 31);
            assertTrue(new TimedFlush(BatchedBroadcast.always()).archTlbbatchShouldDefer(task, machine.mm()));
            assertFalse(new TimedFlush(new SynchronousBroadcast()).archTlbbatchShouldDefer(task, machine.mm()));
        }
    }
}
