package dev.salvo.workloads.kernel;

import static dev.salvo.workloads.kernel.Counted.assertCosts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.Core;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Each fault is wrong in what it says, and in nothing else. */
@Timeout(900)
class KernelFaultTest {
    private static final long FIRST = SmallMachine.PRIVATE_PAGE;

    private static SmallMachine machine(TlbFlush flush, KernelFault fault) {
        return SmallMachine.withPrivateMemory(Kernel.forTorture(flush, fault, 2), 2, 4, 16);
    }

    private static SmallMachine machine(KernelFault fault) {
        return machine(Flushes.BATCHED, fault);
    }

    @Test
    void eachIsDescribedInALineOfItsOwn() {
        Set<String> lines = new HashSet<>();
        for (KernelFault fault : KernelFault.values()) {
            assertEquals(1, fault.description().lines().count());
            assertTrue(lines.add(fault.description()));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "FREED_BEFORE_FLUSH")
    void noFrameIsFreeBeforeItsFlush(KernelFault fault) {
        assertEquals(4, framesInUseAtFlush(fault));
    }

    @Test
    void freedBeforeFlushFreesTheFramesFirstAndThenFlushes() {
        assertEquals(0, framesInUseAtFlush(KernelFault.FREED_BEFORE_FLUSH));
    }

    private static int framesInUseAtFlush(KernelFault fault) {
        FlushWatcher arch = new FlushWatcher();
        try (SmallMachine machine = machine(Flushes.deferring(arch), fault)) {
            int[] used = new int[1];
            for (int page = 0; page < 4; page++) {
                machine.core.load(machine.mm().asid(), SmallMachine.privateVa(page));
            }
            arch.atFlushOfABatch = () -> used[0] = machine.framesInUse();
            assertCosts(new Counted(4, 0, 1, 4), machine,
                () -> machine.kernel.madvisePageout(machine.task(machine.core), machine.mm(), FIRST, 4));
            assertEquals(0, machine.framesInUse());
            return used[0];
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyWithoutTheDirtyFlushPagesThatWereWrittenAreFlushedTogether(KernelFault fault) {
        try (SmallMachine machine = machine(fault)) {
            machine.writePrivate(machine.mm(), 4, 1);
            assertCosts(new Counted(4, 0, fault == KernelFault.DIRTY_FLUSH_LEFT_OUT ? 1 : 4, 4), machine,
                () -> machine.kernel.madvisePageout(machine.task(machine.core), machine.mm(), FIRST, 4));
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyWithoutFlushTlbBatchedPendingMprotectLeavesWhatReclaimHasDeferred(KernelFault fault) {
        try (SmallMachine machine = machine(fault)) {
            Task task = machine.task(machine.core);
            machine.writePrivate(machine.mm(), 1, 1);
            MmapTest.deferUnmapping(machine, task, SmallMachine.folio(machine.mm(), 0));
            Counted expected = switch (fault) {
                case BATCHED_PENDING_LEFT_OUT -> Counted.NOTHING;
                case BATCHED_PENDING_IS_DSB -> new Counted(0, 0, 1, 0);
                default -> Counted.broadcast(1);
            };
            assertCosts(expected, machine, () -> machine.kernel.mprotect(task, machine.mm(), FIRST, 1, false));
            assertCosts(Counted.NOTHING, machine,
                () -> machine.kernel.mprotect(task, machine.mm(), FIRST, 1, false));
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyOneFaultUsesAnIdentifierAgainWithoutAFlush(KernelFault fault) {
        try (SmallMachine machine = machine(fault)) {
            Task task = machine.task(machine.core);
            AddressSpace child = machine.kernel.fork(task, machine.mm());
            machine.kernel.exit(task, child);
            int flushes = fault == KernelFault.ASID_REUSED_WITHOUT_FLUSH ? 0 : 1;
            assertCosts(new Counted(1 + flushes, 0, 1 + flushes, 1 + flushes), machine,
                () -> assertEquals(child.asid(), machine.kernel.fork(task, machine.mm()).asid()));
        }
    }

    @Test
    void theForgetfulMaskHoldsTheLastToEnter() {
        CpuMask mask = KernelFault.CPUMASK_FORGETS.cpuMask(130);
        mask.add(3);
        mask.add(129);
        assertFalse(mask.contains(3));
        assertTrue(mask.contains(129));
        assertFalse(mask.anyBut(129));
        mask.add(3);
        assertFalse(mask.contains(129));
    }

    @Test
    void theLateMaskSeesACoreOnlyAfterSomeAttemptsOfItsOwn() {
        CpuMask mask = KernelFault.CPUMASK_FENCE_LEFT_OUT.cpuMask(2);
        for (int attempt = 0; attempt < 16; attempt++) {
            mask.add(1);
            assertFalse(mask.contains(1));
            assertFalse(mask.anyBut(0));
        }
        mask.add(0);
        assertFalse(mask.contains(0));
        mask.add(1);
        assertTrue(mask.contains(1));
    }

    @ParameterizedTest
    @EnumSource
    void aKernelGivesEveryAddressSpaceTheMaskOfItsFault(KernelFault fault) {
        try (SmallMachine machine = machine(fault)) {
            Core core = machine.core;
            for (AddressSpace mm : new AddressSpace[] {machine.mm(),
                machine.kernel.fork(machine.task(core), machine.mm())}) {
                for (int attempt = 0; attempt < 20; attempt++) {
                    mm.switchMm(core);
                }
                machine.await(machine.once(1, mm::switchMm)::get);
                boolean late = fault == KernelFault.CPUMASK_FENCE_LEFT_OUT;
                assertEquals(!late, mm.cpuMask().contains(1));
                assertEquals(fault != KernelFault.CPUMASK_FORGETS, mm.cpuMask().contains(0));
            }
        }
    }
}
