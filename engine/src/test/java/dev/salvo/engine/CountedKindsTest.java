package dev.salvo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.salvo.engine.probe.TlbiCounts;
import dev.salvo.engine.tlb.Tlbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a core issues, by kind of operation. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CountedKindsTest {
    private static MachineSpec twoCores() {
        return MachineSpec.of(2).frames(core -> 1);
    }

    private static void issueSome(Core core) {
        core.tlbi(Tlbi.vae1is(1, 1));
        for (int i = 0; i < 2; i++) {
            core.tlbi(Tlbi.vale1is(1, i));
        }
        for (int i = 0; i < 3; i++) {
            core.tlbi(Tlbi.aside1is(1));
        }
        core.tlbi(Tlbi.rvae1is(1, 0, 1, 0));
        for (int i = 0; i < 3; i++) {
            core.tlbi(Tlbi.rvale1is(1, 0, 1, 0));
        }
        for (int i = 0; i < 5; i++) {
            core.tlbi(Tlbi.vmalle1is());
        }
        for (int i = 0; i < 6; i++) {
            core.tlbi(Tlbi.icIvau(1, i));
        }
        core.dsb();
        core.tlbiLocal(Tlbi.vale1is(1, 1)); // which is no broadcast, and counted elsewhere
    }

    /** On a machine that takes times it is one probe of two. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachKindIsCountedByItselfAndByItsIssuerOnly(boolean timed) {
        try (Workbench bench = new Workbench(twoCores().countsKinds(true).timed(timed))) {
            bench.tell(0, CountedKindsTest::issueSome);
            TlbiCounts issued = new TlbiCounts(1, 2, 3, 4, 5, 6);
            assertEquals(issued, bench.ask(0, Core::tlbiCounts));
            assertEquals(TlbiCounts.NONE, bench.ask(1, Core::tlbiCounts));
            bench.tell(0, CountedKindsTest::issueSome);
            assertEquals(issued, bench.ask(0, Core::tlbiCounts).minus(issued));
        }
    }

    @Test
    void onAMachineThatDoesNotCountThemAllAreZero() {
        try (Workbench bench = new Workbench(twoCores())) {
            bench.tell(0, CountedKindsTest::issueSome);
            assertEquals(TlbiCounts.NONE, bench.ask(0, Core::tlbiCounts));
        }
    }
}
