package dev.salvo.workloads.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.salvo.point.Strategy;
import dev.salvo.workloads.kernel.Deferral;
import dev.salvo.workloads.kernel.TlbFlush;
import dev.salvo.workloads.kernel.arm64.Arm64LocalTlb;
import dev.salvo.workloads.kernel.arm64.Arm64Tlb;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of what goes together. */
class MechanismTest {
    @ParameterizedTest
    @CsvSource({"ARM64, SYNC, NEVER", "ARM64, BATCHED, ALWAYS"})
    void arm64BroadcastsUnderTheStrategiesThatTellEverybody(Mechanism mechanism, Strategy strategy, Deferral deferral) {
        assertIs(Arm64Tlb.class, deferral, mechanism.flush(strategy));
    }

    @ParameterizedTest
    @CsvSource({"ARM64, LOCAL, IF_ELSEWHERE", "ARM64_LOCAL, SYNC, NEVER", "ARM64_LOCAL, BATCHED, IF_ELSEWHERE"})
    void localIsTheOldWordForTheLocalMechanismBatched(Mechanism mechanism, Strategy strategy, Deferral deferral) {
        assertIs(Arm64LocalTlb.class, deferral, mechanism.flush(strategy));
    }

    private static void assertIs(Class<?> arch, Deferral deferral, TlbFlush flush) {
        assertSame(arch, flush.arch().getClass());
        assertEquals(deferral, flush.deferral());
    }

    @Test
    void whatDoesNotGoTogetherIsRefusedInALineThatNamesWhatDoes() {
        assertEquals("strategy local: must be sync or batched with the mechanism arm64-local",
            assertThrows(IllegalArgumentException.class, () -> Mechanism.ARM64_LOCAL.flush(Strategy.LOCAL)).getMessage());
    }

    @Test
    void aMechanismNamesItsStrategiesInTheirOrder() {
        assertEquals(List.of(Strategy.SYNC, Strategy.BATCHED, Strategy.LOCAL), Mechanism.ARM64.strategies());
        assertEquals(List.of(Strategy.SYNC, Strategy.BATCHED), Mechanism.ARM64_LOCAL.strategies());
    }

    @Test
    void everyKernelHasAFlushOfItsOwn() {
        assertNotSame(Mechanism.ARM64.flush(Strategy.SYNC).arch(), Mechanism.ARM64.flush(Strategy.SYNC).arch());
    }

    @Test
    void everyStrategyIsThereUnderTheMechanismThatIsMeasuredByDefault() {
        for (Strategy strategy : Strategy.values()) {
            assertEquals(Mechanism.ARM64.flush(strategy).deferral() == Deferral.NEVER, strategy == Strategy.SYNC);
        }
    }
}
