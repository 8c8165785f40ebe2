package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.Core;
import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.memory.PageTable;
import dev.salvo.engine.memory.Pte;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(900)
class SpinLockTest {
    private final SpinLock lock = new SpinLock();

    /** Guarded by the lock, and by nothing else. */
    private int guarded;
    private int inside;

    @Test
    void whoTriesAHeldLockDoesNotGetIt() {
        try (SmallMachine machine = new SmallMachine(Flushes.SYNC, 1, 1)) {
            assertTrue(lock.tryLock(machine.core));
            assertTrue(lock.isLocked());
            assertFalse(lock.tryLock(machine.core));
            lock.unlock(machine.core);
            assertFalse(lock.isLocked());
            assertTrue(lock.tryLock(machine.core));
        }
    }

    @Test
    void whatWasStoredToAPageTableUnderTheLockIsThereWhenItIsFree() {
        MachineSpec spec = MachineSpec.of(1).pteStoreBuffer(4).frames(id -> 8);
        try (SmallMachine machine = new SmallMachine(new Kernel(Flushes.SYNC), spec, 1, 1)) {
            PageTable table = machine.mm().pageTable();
            lock.lock(machine.core);
            machine.core.storePte(table, 0x77, Pte.readOnly(5));
            assertEquals(0, table.walk(0x77), "it is in the store buffer");
            lock.unlock(machine.core);
            assertEquals(Pte.readOnly(5), table.walk(0x77));
        }
    }

    @Test
    void oneCoreAtATimeIsInside() {
        int cores = 4;
        int times = 20_000;
        try (SmallMachine machine = new SmallMachine(Flushes.SYNC, cores, 1)) {
            List<AtomicBoolean> done = new ArrayList<>();
            for (int id = 1; id < cores; id++) {
                done.add(machine.once(id, on -> {
                    for (int i = 0; i < times; i++) {
                        enter(on, i);
                    }
                }));
            }
            for (int i = 0; i < times; i++) {
                enter(machine.core, i);
            }
            done.forEach(each -> machine.await(each::get));
            lock.lock(machine.core);
            assertEquals(cores * times, guarded);
        }
    }

    private void enter(Core core, int i) {
        lock.lock(core);
        int others = inside++;
        guarded++;
        if (i % 64 == 0) {
            core.giveUpCpu(); // with the lock held, so that others run into it
        }
        inside--;
        lock.unlock(core);
        if (others != 0) {
            throw new IllegalStateException(others + " other cores are inside");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCoreThatWaitsForALockServesItsPortOrTheHoldersDsbWouldNeverEnd(InterconnectKind kind) {
        TlbFlush flush = Flushes.SYNC;
        try (SmallMachine machine = new SmallMachine(flush, kind, 2, 1, 1)) {
            AtomicBoolean held = new AtomicBoolean();
            AtomicBoolean waits = new AtomicBoolean();
            machine.once(1, on -> {
                lock.lock(on);
                held.set(true);
                while (!waits.get()) {
                    on.relax(0);
                }
                flush.arch().flushTlbMm(on, machine.mm()); // needs core 0's acknowledgement, which only its wait can give
                lock.unlock(on);
            });
            machine.await(held::get);
            CoreCounts counts = machine.counted(() -> {
                waits.set(true);
                lock.lock(machine.core);
            });
            assertEquals(1, counts.served());
        }
    }
}
