package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.memory.Pte;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(900)
class TimedFlushTest {
    private static final long FIRST = SmallMachine.PRIVATE_PAGE;

    @Test
    void aTimedStrategyCostsWhatItCostsUntimed() {
        for (TlbFlush flush : new TlbFlush[] {Flushes.SYNC, Flushes.BATCHED}) {
            assertEquals(costs(flush), costs(flush.timed()));
        }
    }

    /** Of one of everything: reclaim, protection, fork, copy on write, unmapping. */
    private static Counted costs(TlbFlush flush) {
        try (SmallMachine machine = SmallMachine.withPrivateMemory(flush, 2, 4)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
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
        for (TlbFlush flush : new TlbFlush[] {Flushes.SYNC, Flushes.BATCHED}) {
            try (SmallMachine machine = SmallMachine.withPrivateMemory(flush.timed(), 2, 8)) {
                AddressSpace mm = machine.mm();
                Task task = machine.task(machine.core);
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
        TlbFlush flush = Flushes.BATCHED.timed();
        ArchTlb arch = flush.arch();
        try (SmallMachine machine = SmallMachine.withPrivateMemory(flush, 2, 1)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 1, 1);
            long pte = SmallMachine.privatePte(mm, 0);
            long start = System.nanoTime();
            Task sends = machine.task(machine.core);
            arch.archTlbbatchAddPending(sends, mm, FIRST);
            Task waits = machine.task(machine.core);
            arch.archTlbbatchFlush(waits);
            Task clears = machine.task(machine.core);
            assertEquals(pte, arch.ptepClearFlush(clears, mm, FIRST) & ~Pte.GENERATION);
            long passed = System.nanoTime() - start;
            for (Task task : new Task[] {sends, waits, clears}) {
                assertTrue(task.flushNanos() > 0 && task.flushNanos() <= passed, task.flushNanos() + " of " + passed);
            }
        }
    }

    @Test
    void whetherToDeferIsAsWithoutTheTimes() {
        for (Deferral deferral : Deferral.values()) {
            assertEquals(deferral, new TlbFlush(Flushes.SYNC.arch(), deferral).timed().deferral());
        }
    }
}
