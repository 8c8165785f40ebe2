package dev.salvo.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SpinTimeTest {
    private static final long MILLISECOND = 1_000_000;

    /** Fails where rounds of another host are counted, or a loop that does nothing is left out by the compiler. */
    @Test
    void asManyRoundsAsTakeAMillisecondTakeAMillisecond() {
        long shortest = Long.MAX_VALUE; // of many, in one of which the thread keeps its CPU
        for (int i = 0; i < 100; i++) {
            long start = System.nanoTime();
            SpinTime.pause(SpinTime.rounds(MILLISECOND));
            shortest = Math.min(shortest, System.nanoTime() - start);
        }
        assertTrue(shortest > MILLISECOND / 2 && shortest < 3 * MILLISECOND, shortest + " ns");
    }

    @Test
    void thereIsNoWaitWithoutARound() {
        assertEquals(1, SpinTime.rounds(0));
    }
}
