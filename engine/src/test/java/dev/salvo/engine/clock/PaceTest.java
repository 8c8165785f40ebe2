package dev.salvo.engine.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.engine.HeldTime;
import dev.salvo.engine.PacedMachines;
import org.junit.jupiter.api.Test;

/** What things cost while a paced clock runs, while it does not, and at another dilation than its own. */
class PaceTest {
    private static final double DILATION = 1000;
    private static final int STEP = 0;

    private final Pace pace = new Pace(Clock.paced(PacedMachines.profile(2, Cost.TLBI, 5, Cost.HOP_CLUSTER, 40), DILATION, 7)
        .in(new HeldTime()));

    private void costs(double tlbi, double step) {
        assertEquals(tlbi, pace.of(Cost.TLBI));
        assertEquals(3 * tlbi, pace.of(Cost.TLBI, 3));
        assertEquals(tlbi, pace.exactly(Cost.TLBI));
        assertEquals(2 * step, pace.ofStep(STEP, 2));
    }

    @Test
    void nothingCostsAnythingBeforeTheStartAndAfterTheEnd() {
        costs(0, 0);
        assertFalse(pace.isRunning());
        pace.start();
        assertTrue(pace.isRunning());
        costs(5000, 7000);
        pace.stop();
        costs(0, 0);
        assertFalse(pace.isRunning());
    }

    @Test
    void anotherDilationHoldsFromTheNextStartOn() {
        pace.start();
        pace.dilate(100);
        costs(5000, 7000);
        pace.stop();
        pace.start();
        costs(500, 700);
        pace.stop();
        pace.dilate(DILATION);
        pace.start();
        costs(5000, 7000);
    }
}
