package dev.salvo.workloads.kernel;

import static dev.salvo.workloads.kernel.Counted.assertCosts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.InterconnectKind;
import dev.salvo.engine.memory.Pte;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(900)
class SharedMprotectTest {
    private static final long FIRST = SmallMachine.FIRST_PAGE;

    private static SmallMachine machine(int cores, int pages) {
        return new SmallMachine(Flushes.BATCHED, cores, pages);
    }

    private static void protect(SmallMachine machine, int first, int count, Protection protection) {
        machine.kernel.mprotect(machine.task(machine.core), machine.mm(), FIRST + first, count, protection);
    }

    @ParameterizedTest
    @EnumSource
    void aRightThatWasTakenAwayIsGoneFromEveryTlbBeforeItReturns(InterconnectKind kind) {
        try (SmallMachine machine = new SmallMachine(Flushes.BATCHED, kind, 3, 2, 1)) {
            int asid = machine.mm().asid();
            for (int id = 1; id < 3; id++) {
                machine.await(machine.once(id, on -> on.store(asid, SmallMachine.va(0), (byte) 1))::get);
            }
            protect(machine, 0, 1, Protection.READ);
            for (int id = 1; id < 3; id++) {
                machine.await(machine.once(id, on -> {
                    assertThrows(SegmentationFault.class, () -> on.store(asid, SmallMachine.va(0), (byte) 2));
                    assertEquals(1, on.load(asid, SmallMachine.va(0)));
                    on.store(asid, SmallMachine.va(1), (byte) 2); // nobody took that away
                })::get);
            }
            protect(machine, 0, 2, Protection.READ_WRITE);
            machine.await(machine.once(1, on -> on.store(asid, SmallMachine.va(0), (byte) 3))::get);
            assertEquals(3, machine.core.load(asid, SmallMachine.va(0)));
        }
    }

    @Test
    void arm64FlushesWhetherARightIsTakenAwayOrGivenAndNotIfNothingChanges() {
        try (SmallMachine machine = machine(2, 6)) {
            machine.writeAll(1);
            assertCosts(Counted.broadcast(6), machine, () -> protect(machine, 0, 6, Protection.READ));
            assertCosts(Counted.NOTHING, machine, () -> protect(machine, 0, 6, Protection.READ));
            assertCosts(Counted.broadcast(6), machine, () -> protect(machine, 0, 6, Protection.READ_WRITE));
        }
    }

    @Test
    void eachVmaIsFlushedByItself() {
        try (SmallMachine machine = machine(2, 6)) {
            machine.writeAll(1);
            assertCosts(Counted.broadcast(1), machine, () -> protect(machine, 2, 1, Protection.WRITE));
            assertCosts(new Counted(6, 0, 3, 3), machine, () -> protect(machine, 0, 6, Protection.READ));
            assertCosts(Counted.broadcast(6), machine, () -> protect(machine, 0, 6, Protection.WRITE));
        }
    }

    @ParameterizedTest
    @CsvSource({"511, 511", "512, 1"})
    void asManyPagesAsATableHasAreAWholeAddressSpace(int pages, int tlbis) {
        try (SmallMachine machine = machine(2, pages)) {
            machine.writeAll(1);
            assertCosts(Counted.broadcast(tlbis), machine, () -> protect(machine, 0, pages, Protection.READ));
        }
    }

    @Test
    void aPageThatWasWrittenStaysKnownAsDirty() {
        try (SmallMachine machine = machine(1, 2)) {
            machine.core.store(machine.mm().asid(), SmallMachine.va(0), (byte) 1);
            machine.core.load(machine.mm().asid(), SmallMachine.va(1));
            for (Protection protection : new Protection[] {Protection.READ, Protection.READ_WRITE}) {
                protect(machine, 0, 2, protection);
                assertTrue(Pte.isDirty(SmallMachine.pte(machine.mm(), 0)), protection.name());
                assertFalse(Pte.isDirty(SmallMachine.pte(machine.mm(), 1)), protection.name());
            }
        }
    }

    @Test
    void aPageThatIsFaultedInLaterIsMappedAsItsVmaSays() {
        try (SmallMachine machine = machine(1, 2)) {
            int asid = machine.mm().asid();
            protect(machine, 0, 1, Protection.READ);
            assertEquals(0, machine.core.load(asid, SmallMachine.va(0)));
            assertThrows(SegmentationFault.class, () -> machine.core.store(asid, SmallMachine.va(0), (byte) 1));
            assertFalse(Pte.isWritable(SmallMachine.pte(machine.mm(), 0)));
        }
    }

    @Test
    void madviseDontneedTakesTheEntryAwayAndLeavesThePage() {
        try (SmallMachine machine = machine(2, 3)) {
            machine.writeAll(7);
            int frames = machine.framesInUse();
            assertCosts(Counted.broadcast(1), machine, () -> machine.kernel.madviseDontneed(machine.task(machine.core),
                machine.mm(), FIRST + 1, 1));
            assertFalse(machine.isMapped(1));
            assertTrue(machine.isMapped(0) && machine.isMapped(2));
            assertEquals(0, machine.memory.folio(1).mapCount());
            assertEquals(7, machine.core.load(machine.mm().asid(), SmallMachine.va(1)));
            assertEquals(frames, machine.framesInUse());
            assertEquals(3, machine.pageOutAll(machine.task(machine.core)), "its mappings are still counted right");
        }
    }

    @Test
    void whereNoSharedMemoryIsMappedNothingCanBeProtected() {
        try (SmallMachine machine = machine(1, 2)) {
            assertThrows(IllegalArgumentException.class, () -> protect(machine, 1, 2, Protection.READ));
            assertThrows(IllegalArgumentException.class, () -> protect(machine, -1, 1, Protection.READ));
            assertThrows(IllegalArgumentException.class, () -> protect(machine, 0, 0, Protection.READ));
        }
    }
}
