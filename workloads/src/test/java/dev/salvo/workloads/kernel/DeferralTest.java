package dev.salvo.workloads.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who waits later, by where the address space has run. */
@Timeout(900)
class DeferralTest {
    @ParameterizedTest
    @EnumSource
    void whoeverRanAloneWaitsLaterOnlyIfAlwaysDoes(Deferral deferral) {
        try (SmallMachine machine = new SmallMachine(Flushes.SYNC, 2, 1)) {
            assertEquals(deferral == Deferral.ALWAYS,
                deferral.archTlbbatchShouldDefer(machine.core, machine.mm()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereAnotherCoreRanEverybodyWaitsLaterWhoEverDoes(Deferral deferral) {
        try (SmallMachine machine = new SmallMachine(Flushes.SYNC, 2, 1)) {
            machine.await(machine.once(1, on -> machine.mm().switchMm(on))::get);
            assertEquals(deferral != Deferral.NEVER,
                deferral.archTlbbatchShouldDefer(machine.core, machine.mm()));
        }
    }

    @Test
    void aFlushHasBothParts() {
        assertEquals(new TlbFlush(Flushes.SYNC.arch(), Deferral.NEVER), Flushes.SYNC);
    }
}
