package dev.salvo.workloads.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.Core;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.Machine;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.BatchedBroadcast;
import dev.salvo.workloads.kernel.FlushStrategy;
import dev.salvo.workloads.kernel.Kernel;
import dev.salvo.workloads.kernel.LocalFlush;
import dev.salvo.workloads.kernel.SynchronousBroadcast;
import dev.salvo.workloads.kernel.Task;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(900)
class WatchedFlushTest {
    /** Has its barrier before its TLBI, and so waits for nothing. Its own core acknowledges. */
    private static final class BarrierTooEarly extends FlushStrategy {
        @Override
        public boolean archTlbbatchShouldDefer(Task task, AddressSpace mm) {
            return false;
        }

        @Override
        public void flushTlbPage(Core core, AddressSpace mm, long page) {
            core.dsb();
            core.tlbi(Tlbi.vale1is(mm.asid(), page));
            core.serve();
        }

        @Override
        public void flushTlbRange(Core core, AddressSpace mm, long first, long pages) {
            flushTlbPage(core, mm, first);
        }

        @Override
        public void flushTlbMm(Core core, AddressSpace mm) {
            flushTlbPage(core, mm, 0);
        }

        @Override
        public void archTlbbatchFlush(Task task) {
            task.core().dsb();
            task.core().tlbi(Tlbi.vmalle1is());
            task.core().serve();
        }
    }

    /** Runs something on core 0 of a machine with a kernel, where core 1 is deaf or not. */
    private static void on(InterconnectKind kind, FlushStrategy strategy, boolean deaf, Consumer<Rigged> what) {
        Kernel kernel = new Kernel(strategy);
        AddressSpace mm = kernel.newAddressSpace(2);
        try (Machine machine = new Machine(MachineSpec.of(2).adopted(1).interconnect(kind).pageFaults(kernel))) {
            kernel.boot(machine);
            machine.start();
            Core core = machine.adopt(0);
            AtomicBoolean begun = new AtomicBoolean();
            AtomicBoolean listen = new AtomicBoolean();
            if (deaf) {
                machine.run(1, other -> {
                    begun.set(true);
                    while (!listen.get()) {
                        Thread.yield();
                    }
                    return 0;
                });
                while (!begun.get()) {
                    core.relax(-1);
                }
                core.waited();
            }
            try {
                what.accept(new Rigged(core, mm));
            } finally {
                listen.set(true);
            }
        }
    }

    private record Rigged(Core core, AddressSpace mm) {
        void flush(FlushStrategy strategy, How how) {
            switch (how) {
                case PAGE -> strategy.flushTlbPage(core, mm, 1);
                case MM -> strategy.flushTlbMm(core, mm);
                case RANGE -> strategy.flushTlbRange(core, mm, 1, 2);
                case BATCH -> strategy.archTlbbatchFlush(new Task(core, 1));
            }
        }
    }

    private enum How { PAGE, MM, RANGE, BATCH }

    @ParameterizedTest
    @EnumSource
    void aFlushThatReturnsWhileACoreIsBehindIsAViolation(How how) {
        for (InterconnectKind kind : InterconnectKind.values()) {
            WatchedFlush watched = new WatchedFlush(new BarrierTooEarly(), 2, 2);
            on(kind, watched, true, rig -> assertEquals("core 0's DSB has returned, and core 1 has acknowledged up to "
                + "0 of the operations that core 0 issued up to 0",
                assertThrows(Violation.class, () -> rig.flush(watched, how)).getMessage()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCoreThatMayBeOffLineIsNotLookedAt(How how) {
        WatchedFlush watched = new WatchedFlush(new BarrierTooEarly(), 2, 1);
        on(InterconnectKind.RING, watched, true, rig -> {
            rig.flush(watched, how);
            assertEquals(1, watched.flushes());
        });
    }

    @ParameterizedTest
    @EnumSource
    void aSoundFlushIsCountedAndTheLongestIsKeptUntilItIsAskedFor(InterconnectKind kind) {
        WatchedFlush watched = new WatchedFlush(new SynchronousBroadcast(), 2, 2);
        on(kind, watched, false, rig -> {
            assertEquals(0, watched.flushes());
            assertEquals(0, watched.takeSlowest());
            int flushes = 0;
            for (How how : How.values()) {
                rig.flush(watched, how);
                assertEquals(++flushes, watched.flushes());
                assertTrue(watched.takeSlowest() > 0);
                assertEquals(0, watched.takeSlowest());
            }
        });
    }

    @Test
    void aFlushWithoutABarrierHasNobodyToWaitForAndDoesNotCount() {
        WatchedFlush watched = new WatchedFlush(new LocalFlush(), 2, 2);
        on(InterconnectKind.RING, watched, true, rig -> {
            rig.mm().switchMm(rig.core());
            watched.flushTlbPage(rig.core(), rig.mm(), 1);
            watched.flushTlbMm(rig.core(), rig.mm());
            watched.flushTlbRange(rig.core(), rig.mm(), 1, 2);
            assertEquals(0, watched.flushes());
            assertEquals(4, rig.core().counts().localTlbis());
        });
    }

    @Test
    void whetherToDeferIsTheWatchedStrategysBusinessAndSoIsWhatIsSent() {
        WatchedFlush batched = new WatchedFlush(BatchedBroadcast.always(), 2, 2);
        WatchedFlush sync = new WatchedFlush(new SynchronousBroadcast(), 2, 2);
        on(InterconnectKind.RING, batched, false, rig -> {
            Task task = new Task(rig.core(), 1);
            assertTrue(batched.archTlbbatchShouldDefer(task, rig.mm()));
            assertFalse(sync.archTlbbatchShouldDefer(task, rig.mm()));
            batched.archTlbbatchAddPending(task, rig.mm(), 1);
            assertEquals(1, rig.core().counts().tlbis());
            assertEquals(0, rig.core().counts().dsbIsh());
            assertEquals(0, batched.flushes());
            batched.archTlbbatchFlush(task);
            assertEquals(1, batched.flushes());
        });
    }
}
