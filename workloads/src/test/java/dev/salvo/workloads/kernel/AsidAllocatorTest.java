package dev.salvo.workloads.kernel;

import static dev.salvo.workloads.kernel.Counted.assertCosts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.Core;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(900)
class AsidAllocatorTest {
    private static SmallMachine machine(int cores) {
        return new SmallMachine(Flushes.SYNC, cores, 1);
    }

    @Test
    void identifiersAreCountedUpFromOneWhicheverWayTheyAreAskedFor() {
        try (SmallMachine machine = machine(1)) {
            AsidAllocator asids = new AsidAllocator(4);
            assertEquals(1, asids.first());
            assertEquals(2, asids.first());
            assertCosts(Counted.NOTHING, machine, () -> assertEquals(3, asids.newContext(machine.core)));
            assertEquals(4, asids.first());
            assertEquals("more than 4 address spaces",
                assertThrows(IllegalStateException.class, asids::first).getMessage());
            assertEquals("more than 4 address spaces",
                assertThrows(IllegalStateException.class, () -> asids.newContext(machine.core)).getMessage());
        }
    }

    @Test
    void whatWasNeverUsedComesFirstThenOneFlushMakesAllFreeThatWereGivenBack() {
        try (SmallMachine machine = machine(2)) {
            Core core = machine.core;
            AsidAllocator asids = new AsidAllocator(4);
            assertEquals(1, asids.newContext(core));
            assertEquals(2, asids.newContext(core));
            assertCosts(Counted.NOTHING, machine, () -> asids.giveBack(core, 2));
            assertCosts(Counted.NOTHING, machine, () -> assertEquals(3, asids.newContext(core)));
            assertCosts(Counted.NOTHING, machine, () -> assertEquals(4, asids.newContext(core)));
            asids.giveBack(core, 4);
            assertCosts(Counted.broadcast(1), machine, () -> assertEquals(2, asids.newContext(core)));
            asids.giveBack(core, 1); // after the flush: it waits for the next
            assertCosts(Counted.NOTHING, machine, () -> assertEquals(4, asids.newContext(core)));
            assertCosts(Counted.broadcast(1), machine, () -> assertEquals(1, asids.newContext(core)));
            assertThrows(IllegalStateException.class, () -> asids.newContext(core));
            asids.giveBack(core, 3);
            assertCosts(Counted.broadcast(1), machine, () -> assertEquals(3, asids.newContext(core)));
        }
    }

    @Test
    void whileTheTlbsAreEmptiedNobodyGetsAnIdentifier() {
        assertTrue(waitsForTheFlush((asids, on) -> asids.newContext(on)));
    }

    @Test
    void whileTheTlbsAreEmptiedNobodyGivesOneBackLestItPassForFlushed() {
        assertTrue(waitsForTheFlush((asids, on) -> asids.giveBack(on, 3)));
    }

    private static boolean waitsForTheFlush(BiConsumer<AsidAllocator, Core> what) {
        try (SmallMachine machine = machine(2)) {
            AtomicBoolean done = new AtomicBoolean();
            boolean[] waits = new boolean[1];
            AsidAllocator asids = new AsidAllocator(3) {
                @Override
                void flushContext(Core core) {
                    waits[0] = machine.holdsUp(1, done, on -> what.accept(this, on));
                    super.flushContext(core);
                }
            };
            for (int i = 0; i < 3; i++) {
                asids.newContext(machine.core);
            }
            asids.giveBack(machine.core, 1);
            asids.giveBack(machine.core, 2);
            asids.newContext(machine.core);
            machine.await(done::get);
            return waits[0];
        }
    }
}
