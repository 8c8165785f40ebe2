package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.Program;
import dev.salvo.workloads.kernel.arm64.Arm64Tlb;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A strategy that leaves something out is caught: without this, a figure of zero stale uses would mean nothing. */
@Timeout(900)
class BrokenStrategyTest {
    /** Sends TLBIs and never waits. */
    private static final class WithoutDsb extends Arm64Tlb {
        @Override
        public void archTlbbatchFlush(Task task) {
            // that is what is broken
        }
    }

    /** Waits for TLBIs that it never sends. */
    private static final class WithoutTlbi extends Arm64Tlb {
        @Override
        public void archTlbbatchAddPending(Task task, AddressSpace mm, long page) {
            task.core().dsbIshst();
        }
    }

    /** Flushes one page at a time, and does not wait either. */
    private static final class SynchronousWithoutDsb extends Arm64Tlb {
        @Override
        public long ptepClearFlush(Task task, AddressSpace mm, long page) {
            long pte = task.core().swapPte(mm.pageTable(), page, 0);
            archTlbbatchAddPending(task, mm, page);
            return pte;
        }
    }

    private static Stream<Arguments> broken() {
        return Stream.of(Flushes.deferring(new WithoutDsb()), Flushes.deferring(new WithoutTlbi()),
                new TlbFlush(new SynchronousWithoutDsb(), Deferral.NEVER))
            .flatMap(flush -> Stream.of(InterconnectKind.values()).map(kind -> Arguments.of(flush, kind)));
    }

    private static Stream<Arguments> sound() {
        return Stream.of(Flushes.SYNC, Flushes.BATCHED, Flushes.BATCHED_IF_ELSEWHERE)
            .flatMap(flush -> Stream.of(InterconnectKind.values()).map(kind -> Arguments.of(flush, kind)));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aCoreThatHasNotServedItsPortIsSeenToUseAFreedFrame(TlbFlush flush, InterconnectKind kind) {
        AtomicBoolean loaded = new AtomicBoolean();
        AtomicBoolean reclaimed = new AtomicBoolean();
        SmallMachine machine = new SmallMachine(flush, kind, 2, 1, 1);
        try (machine) {
            AtomicBoolean done = machine.once(1, on -> {
                machine.mm().switchMm(on);
                on.load(machine.mm().asid(), SmallMachine.va(0));
                loaded.set(true);
                SmallMachine.awaitDeaf(reclaimed::get); // a sound strategy would wait for this core, and not get here
                on.load(machine.mm().asid(), SmallMachine.va(0));
            });
            machine.await(loaded::get);
            assertEquals(1, machine.pageOutAll(machine.task(machine.core)));
            reclaimed.set(true);
            machine.await(done::get);
        }
        assertEquals(1, machine.machine.core(1).counts().staleUses());
        assertEquals(SmallMachine.va(0), machine.machine.core(1).firstStaleUse().va());
    }

    /** Reads all pages, several between two looks at the port, as a pipeline would. */
    private static Program reader(SmallMachine machine) {
        int[] next = {0};
        return on -> {
            machine.mm().switchMm(on);
            for (int i = 0; i < 8; i++) {
                on.load(machine.mm().asid(), SmallMachine.va(next[0]++ % machine.memory.pages()));
            }
            return 1;
        };
    }

    private static long staleUses(TlbFlush flush, InterconnectKind kind, int mostLists) {
        SmallMachine machine = new SmallMachine(flush, kind, 3, 64, 1);
        try (machine) {
            for (int id = 1; id < 3; id++) {
                machine.machine.run(id, reader(machine));
            }
            Task task = machine.task(machine.core);
            for (int list = 0; list < mostLists && machine.machine.counts().staleUses() == 0; list++) {
                machine.readAll();
                machine.pageOutAll(task);
            }
        }
        return machine.machine.counts().staleUses();
    }

    @ParameterizedTest
    @MethodSource("broken")
    void readersOfAReclaimedMemoryAreSeenToUseFreedFrames(TlbFlush flush, InterconnectKind kind) {
        assertTrue(staleUses(flush, kind, 100_000) > 0);
    }

    @ParameterizedTest
    @MethodSource("sound")
    void underASoundStrategyTheSameReadersAreNot(TlbFlush flush, InterconnectKind kind) {
        assertEquals(0, staleUses(flush, kind, 5));
    }
}
