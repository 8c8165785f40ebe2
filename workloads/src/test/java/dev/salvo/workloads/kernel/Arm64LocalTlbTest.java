package dev.salvo.workloads.kernel;

import static dev.salvo.workloads.kernel.Counted.assertCosts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.CoreCounts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whom a flush tells. Before the mask is looked at the entry must be gone: that is one {@code dsb(ishst)}, for either
 * way.
 */
@Timeout(900)
class Arm64LocalTlbTest {
    private static final long FIRST = SmallMachine.PRIVATE_PAGE;

    private final ArchTlb arch = Flushes.LOCAL.arch();

    private static Counted local(int tlbis) {
        return new Counted(0, tlbis, 0, 1);
    }

    private static Counted broadcast(int tlbis) {
        return new Counted(tlbis, 0, 1, 1);
    }

    private SmallMachine machine(int pages) {
        return SmallMachine.withPrivateMemory(Flushes.LOCAL, 3, pages);
    }

    private static void runsOn(SmallMachine machine, int id) {
        machine.await(machine.once(id, on -> machine.mm().switchMm(on))::get);
    }

    @Test
    void aFlushTellsNobodyElseIfNobodyElseRanTheProcess() {
        try (SmallMachine machine = machine(4)) {
            AddressSpace mm = machine.mm();
            assertCosts(local(1), machine, () -> arch.flushTlbPage(machine.core, mm, FIRST));
            assertCosts(local(1), machine, () -> arch.flushTlbMm(machine.core, mm));
            assertCosts(local(3), machine, () -> arch.flushTlbRange(machine.core, mm, FIRST, 3));
            assertFalse(Deferral.IF_ELSEWHERE.archTlbbatchShouldDefer(machine.core, mm));
        }
    }

    @Test
    void aFlushTellsEverybodyIfAnotherCoreRanTheProcess() {
        try (SmallMachine machine = machine(4)) {
            AddressSpace mm = machine.mm();
            runsOn(machine, 2);
            assertCosts(broadcast(1), machine, () -> arch.flushTlbPage(machine.core, mm, FIRST));
            assertCosts(broadcast(1), machine, () -> arch.flushTlbMm(machine.core, mm));
            assertCosts(broadcast(3), machine, () -> arch.flushTlbRange(machine.core, mm, FIRST, 3));
            assertTrue(Deferral.IF_ELSEWHERE.archTlbbatchShouldDefer(machine.core, mm));
        }
    }

    @Test
    void whoFlushesAProcessThatRanOnlyElsewhereTellsEverybody() {
        try (SmallMachine machine = machine(1)) {
            machine.await(machine.once(1, on -> {
                CoreCounts before = on.counts();
                arch.flushTlbPage(on, machine.mm(), FIRST); // core 0 is in the mask, this core is not
                assertEquals(broadcast(1), Counted.of(on.counts().minus(before)));
            })::get);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRangeOf512PagesOrMoreIsAWholeAddressSpace(boolean ranElsewhere) {
        try (SmallMachine machine = machine(1)) {
            if (ranElsewhere) {
                runsOn(machine, 1);
            }
            Counted few = ranElsewhere ? broadcast(511) : local(511);
            Counted many = ranElsewhere ? new Counted(1, 0, 1, 1) : new Counted(0, 1, 0, 1);
            assertCosts(few, machine, () -> arch.flushTlbRange(machine.core, machine.mm(), FIRST, 511));
            assertCosts(many, machine, () -> arch.flushTlbRange(machine.core, machine.mm(), FIRST, 512));
        }
    }

    @Test
    void whatWasFlushedLocallyIsWalkedToAgainAndTheNeighbourIsNot() {
        try (SmallMachine machine = machine(5)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 5, 1);
            arch.flushTlbRange(machine.core, mm, FIRST + 1, 2);
            arch.flushTlbPage(machine.core, mm, FIRST + 4);
            for (int page = 0; page < 5; page++) {
                long va = SmallMachine.privateVa(page);
                long misses = machine.counted(() -> machine.core.load(mm.asid(), va)).tlbMisses();
                assertEquals(page == 0 || page == 3 ? 0 : 1, misses, "page " + page);
            }
            arch.flushTlbMm(machine.core, mm);
            assertEquals(1,
                machine.counted(() -> machine.core.load(mm.asid(), SmallMachine.privateVa(0))).tlbMisses());
        }
    }

    @Test
    void aProcessThatRanOnOneCoreIsReclaimedProtectedAndUnmappedWithoutAWordToTheOthers() {
        SmallMachine machine = machine(8);
        try (machine) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            machine.writePrivate(mm, 8, 1);
            assertCosts(new Counted(0, 2, 0, 2), machine,
                () -> assertEquals(2, machine.kernel.madvisePageout(task, mm, FIRST, 2)));
            assertEquals(0, mm.tlbFlushBatched(), "nothing was deferred");
            assertCosts(local(3), machine, () -> machine.kernel.mprotect(task, mm, FIRST + 2, 3, false));
            assertCosts(local(3), machine, () -> machine.kernel.munmap(task, mm, FIRST + 5, 3));
            assertCosts(local(1), machine, () -> machine.kernel.fork(task, mm));
        }
        for (int id = 1; id < 3; id++) {
            assertEquals(0, machine.machine.core(id).counts().served());
        }
    }

    @Test
    void aProcessThatRanOnTwoIsReclaimedInBatches() {
        try (SmallMachine machine = machine(8)) {
            AddressSpace mm = machine.mm();
            Task task = machine.task(machine.core);
            runsOn(machine, 1);
            for (int page = 0; page < 8; page++) {
                machine.core.load(mm.asid(), SmallMachine.privateVa(page));
            }
            assertCosts(new Counted(8, 0, 1, 8), machine,
                () -> assertEquals(8, machine.kernel.madvisePageout(task, mm, FIRST, 8)));
            assertEquals(8, mm.tlbFlushBatched());
        }
    }

    @Test
    void aCoreThatEntersAfterwardsIsToldFromThenOn() {
        try (SmallMachine machine = machine(1)) {
            AddressSpace mm = machine.mm();
            machine.writePrivate(mm, 1, 1);
            byte[] read = new byte[2];
            machine.await(machine.once(1, on -> {
                mm.switchMm(on);
                read[0] = on.load(mm.asid(), SmallMachine.privateVa(0));
            })::get);
            Task task = machine.task(machine.core);
            assertEquals(1, machine.kernel.madvisePageout(task, mm, FIRST, 1));
            machine.writePrivate(mm, 1, 2);
            machine.await(
                machine.once(1, on -> read[1] = on.load(mm.asid(), SmallMachine.privateVa(0)))::get);
            assertEquals(1, read[0]);
            assertEquals(2, read[1]);
        }
    }
}
