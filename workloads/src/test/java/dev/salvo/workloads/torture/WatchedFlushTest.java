package dev.salvo.workloads.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.Core;
import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.Machine;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.workloads.kernel.AddressSpace;
import dev.salvo.workloads.kernel.ArchTlb;
import dev.salvo.workloads.kernel.Deferral;
import dev.salvo.workloads.kernel.Kernel;
import dev.salvo.workloads.kernel.Task;
import dev.salvo.workloads.kernel.TlbFlush;
import dev.salvo.workloads.kernel.UnmapBatch;
import dev.salvo.workloads.kernel.arm64.Arm64LocalTlb;
import dev.salvo.workloads.kernel.arm64.Arm64Tlb;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(900)
class WatchedFlushTest {
    /** Has its barrier before its TLBI, and so waits for nothing. Its own core acknowledges. */
    private static final class BarrierTooEarly extends Arm64Tlb {
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
    private static void on(InterconnectKind kind, ArchTlb arch, boolean deaf, Consumer<Rigged> what) {
        Kernel kernel = new Kernel(new TlbFlush(arch, Deferral.ALWAYS));
        AddressSpace mm = kernel.newAddressSpace(2);
        try (Machine machine = new Machine(kernel.hardware(MachineSpec.of(2).adopted(1).interconnect(kind)))) {
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
                what.accept(new Rigged(kernel, core, mm));
            } finally {
                listen.set(true);
            }
        }
    }

    private record Rigged(Kernel kernel, Core core, AddressSpace mm) {
        void flush(ArchTlb arch, How how) {
            switch (how) {
                case PAGE -> arch.flushTlbPage(core, mm, 1);
                case MM -> arch.flushTlbMm(core, mm);
                case RANGE -> arch.flushTlbRange(core, mm, 1, 2);
                case BATCH -> arch.archTlbbatchFlush(kernel.newTask(core, 1));
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
    void aCoreThatMayBeOfflineIsNotLookedAt(How how) {
        WatchedFlush watched = new WatchedFlush(new BarrierTooEarly(), 2, 1);
        on(InterconnectKind.RING, watched, true, rig -> {
            rig.flush(watched, how);
            assertEquals(1, watched.flushes());
        });
    }

    @ParameterizedTest
    @EnumSource
    void aSoundFlushIsCountedAndTheLongestIsKeptUntilItIsAskedFor(InterconnectKind kind) {
        WatchedFlush watched = new WatchedFlush(new Arm64Tlb(), 2, 2);
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
        WatchedFlush watched = new WatchedFlush(new Arm64LocalTlb(), 2, 2);
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
    void whatIsSentIsTheWatchedFlushsBusinessAndSoIsTheBatch() {
        UnmapBatch[] made = new UnmapBatch[1];
        WatchedFlush batched = new WatchedFlush(new Arm64Tlb() {
            @Override
            public UnmapBatch newUnmapBatch(int cores) {
                made[0] = super.newUnmapBatch(cores);
                return made[0];
            }
        }, 2, 2);
        on(InterconnectKind.RING, batched, false, rig -> {
            Task task = rig.kernel().newTask(rig.core(), 1);
            assertSame(made[0], task.unmapBatch());
            batched.archTlbbatchAddPending(task, rig.mm(), 1);
            assertEquals(1, rig.core().counts().tlbis());
            assertEquals(0, rig.core().counts().dsbIsh());
            assertEquals(0, batched.flushes());
            batched.archTlbbatchFlush(task);
            assertEquals(1, batched.flushes());
        });
    }
}
