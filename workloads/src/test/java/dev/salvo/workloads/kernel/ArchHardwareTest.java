package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.Core;
import dev.salvo.engine.MachineSpec;
import dev.salvo.engine.tlb.Tlbi;
import dev.salvo.workloads.kernel.arm64.Arm64Tlb;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An architecture that needs more of the machine than arm64 gets it, and may note in a batch what it needs later. */
@Timeout(900)
class ArchHardwareTest {
    /** Pages go by interrupt to those that ran the address space; a batch notes them, and is flushed as a whole. */
    private static final class Interrupting extends Arm64Tlb {
        private static final class Batch extends UnmapBatch {
            private final long[] cores;

            Batch(int cores) {
                this.cores = new long[cores + 63 >> 6];
            }
        }

        @Override
        public MachineSpec hardware(MachineSpec spec) {
            return spec.interrupts((core, sender, tlbi) -> core.tlbiLocal(tlbi));
        }

        @Override
        public UnmapBatch newUnmapBatch(int cores) {
            return new Batch(cores);
        }

        @Override
        public void flushTlbPage(Core core, AddressSpace mm, long page) {
            core.dsbIshst();
            long[] targets = new long[1];
            mm.cpuMask().addTo(targets);
            shoot(core, targets, Tlbi.vale1is(mm.asid(), page));
        }

        @Override
        public void archTlbbatchAddPending(Task task, AddressSpace mm, long page) {
            mm.cpuMask().addTo(((Batch) task.unmapBatch()).cores);
        }

        @Override
        public void archTlbbatchFlush(Task task) {
            shoot(task.core(), ((Batch) task.unmapBatch()).cores, Tlbi.vmalle1is());
        }

        private static void shoot(Core core, long[] targets, long tlbi) {
            core.interrupt(targets, tlbi);
            core.tlbiLocal(tlbi);
            core.waitForInterrupted();
        }
    }

    private static void pagesOut(TlbFlush flush, Counted expected, long interruptedOnCore1) {
        SmallMachine machine = new SmallMachine(flush, 3, 4);
        try (machine) {
            int asid = machine.mm().asid();
            machine.await(machine.once(1, on -> {
                machine.mm().switchMm(on);
                on.load(asid, SmallMachine.va(3));
            })::get);
            machine.readAll();
            Counted.assertCosts(expected, machine,
                () -> assertEquals(4, machine.pageOutAll(machine.task(machine.core))));
            AtomicReference<Boolean> missed = new AtomicReference<>();
            machine.await(machine.once(1, on -> {
                long before = on.counts().tlbMisses();
                on.load(asid, SmallMachine.va(3));
                missed.set(on.counts().tlbMisses() > before);
            })::get);
            assertTrue(missed.get(), "core 1 has forgotten");
        }
        assertEquals(interruptedOnCore1, machine.machine.core(1).counts().localTlbis());
        assertEquals(0, machine.machine.core(2).counts().localTlbis(), "it never ran the process");
        assertEquals(0, machine.machine.counts().staleUses());
    }

    @Test
    void aPageInterruptsThoseThatRanTheProcessAndNobodyElse() {
        pagesOut(new TlbFlush(new Interrupting(), Deferral.NEVER), new Counted(0, 4, 0, 4), 4);
    }

    @Test
    void aBatchNotesWhomToInterruptAndInterruptsThemOnce() {
        pagesOut(new TlbFlush(new Interrupting(), Deferral.IF_ELSEWHERE), new Counted(0, 1, 0, 0), 1);
    }

    @Test
    void whoTimesItGivesItWhatItNeeds() {
        pagesOut(new TlbFlush(new Interrupting(), Deferral.NEVER).timed(), new Counted(0, 4, 0, 4), 4);
        pagesOut(new TlbFlush(new Interrupting(), Deferral.ALWAYS).timed(), new Counted(0, 1, 0, 0), 1);
    }
}
