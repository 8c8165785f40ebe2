package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogAxisTest {
    @Test
    void endsAreTheNextStepsOfOneTwoFive() {
        assertAxis(100, 500, LogAxis.around(182, 411));
        assertAxis(100, 5e6, LogAxis.around(182, 2.26e6));
        assertAxis(100, 1000, LogAxis.around(100, 1000));
    }

    @Test
    void valuesThatAreCloseOrOneStillHaveRoom() {
        assertAxis(2000, 20_000, LogAxis.around(5100, 5200));
        assertAxis(50, 200, LogAxis.around(100, 100));
    }

    @Test
    void everyAxisHoldsItsValuesAndHasAFewRoundTicks() {
        Random random = new Random(4);
        for (int i = 0; i < 10_000; i++) {
            double least = Math.pow(10, random.nextDouble() * 12 - 2);
            double most = least * Math.pow(10, random.nextDouble() * 8);
            LogAxis axis = LogAxis.around(least, most);
            assertTrue(axis.low() <= least * 1.000001 && most <= axis.high() * 1.000001,
                least + " " + most + ' ' + axis);
            List<Double> ticks = axis.ticks(8);
            assertTrue(!ticks.isEmpty() && ticks.size() <= 8, least + " " + most + ' ' + ticks);
            assertTrue(axis.at(least) >= 0 && axis.at(least) <= axis.at(most) && axis.at(most) <= 1);
        }
    }

    @Test
    void ticksAreStepsThenDecadesThenFewer() {
        assertEquals(List.of(100.0, 200.0, 500.0, 1000.0), rounded(new LogAxis(100, 1000).ticks(8)));
        assertEquals(List.of(100.0, 1e3, 1e4, 1e5, 1e6), rounded(new LogAxis(100, 5e6).ticks(8)));
        assertEquals(List.of(1.0, 1e2, 1e4, 1e6, 1e8), rounded(new LogAxis(1, 1e9).ticks(5)));
    }

    @Test
    void equalRatiosAreEqualDistances() {
        LogAxis axis = new LogAxis(8, 128);
        assertEquals(0.25, axis.at(16), 1e-12);
        assertEquals(0.75, axis.at(64), 1e-12);
        assertEquals(0, axis.at(1), 0);
        assertEquals(1, axis.at(1024), 0);
    }

    private static void assertAxis(double low, double high, LogAxis axis) {
        assertEquals(low, axis.low(), low * 1e-9);
        assertEquals(high, axis.high(), high * 1e-9);
    }

    private static List<Double> rounded(List<Double> ticks) {
        return ticks.stream().map(tick -> (double) Math.round(tick)).toList();
    }
}
