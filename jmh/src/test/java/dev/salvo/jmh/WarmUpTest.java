package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rule, on made-up iterations and on those that real JVMs took from their start. */
class WarmUpTest {
    /** Iterations that are measured. */
    private static final int MEASURED = 3;
    /** What a recorded iteration took, with its machine's beginning and end, ms. */
    private static final int MILLIS = 280;

    private static boolean isSteady(double... iterations) {
        return WarmUp.isSteady(Arrays.stream(iterations).boxed().toList());
    }

    @Test
    void twoIterationsShowNothing() {
        assertFalse(isSteady());
        assertFalse(isSteady(100, 100));
        assertTrue(isSteady(100, 100, 100));
    }

    @Test
    void whatIsOnItsWayDownIsNotWarm() {
        assertFalse(isSteady(120, 110, 100));
        assertFalse(isSteady(100, 97, 95));
        assertFalse(isSteady(25795, 26766, 17605), "not step by step");
        assertTrue(isSteady(100, 99, 98), "by less than 5 %");
        assertTrue(isSteady(100, 90, 95), "and up again");
        assertTrue(isSteady(90, 95, 100), "what warms up gets faster");
    }

    @Test
    void anIterationThatIsOutOfAllProportionIsNot() {
        assertFalse(isSteady(250, 100, 110));
        assertFalse(isSteady(100, 250, 110));
        assertTrue(isSteady(100, 190, 110));
    }

    @Test
    void onlyTheLastThreeCount() {
        assertTrue(isSteady(9000, 4000, 100, 101, 99));
        assertFalse(isSteady(100, 100, 100, 95, 90));
    }

    @Test
    void thereIsAnEndToIt() {
        List<Double> falling = new ArrayList<>();
        while (!WarmUp.isOver(falling, true, false)) {
            falling.add(1000 * Math.pow(0.9, falling.size()));
        }
        assertEquals(WarmUp.MOST, falling.size());
        assertFalse(WarmUp.isSteady(falling));
    }

    @Test
    void aYoungJvmIsNotMeasuredHoweverSteadyItLooks() {
        List<Double> steady = List.of(100.0, 100.0, 100.0, 100.0);
        assertFalse(WarmUp.isOver(steady, false, true));
        assertTrue(WarmUp.isOver(steady, true, false));
    }

    @Test
    void whereTheCompilerRestsOneIterationIsEnough() {
        assertFalse(WarmUp.isOver(List.of(), true, true), "it has not run the point");
        assertTrue(WarmUp.isOver(List.of(100.0), true, true));
        assertTrue(WarmUp.isWarm(List.of(100.0), true));
        assertFalse(WarmUp.isOver(List.of(100.0), true, false));
        assertFalse(WarmUp.isOver(List.of(120.0, 100.0, 80.0), true, false));
    }

    /**
     * With one iteration thrown away the first of the three that are measured is the greatest far more often than each third
     * time, which is what chance would do; by the rule it is not.
     */
    @Test
    void recordedJvmsAreWarmWhereTheRuleSaysSo() throws IOException {
        List<List<Double>> jvms = recorded();
        long byOne = jvms.stream().filter(jvm -> isFirstGreatest(jvm, 1)).count();
        long young = jvms.stream().filter(jvm -> isFirstGreatest(jvm, dropped(jvm, 0))).count();
        List<List<Double>> warm = jvms.stream().filter(jvm -> dropped(jvm, WarmUp.YOUNG_MILLIS) + MEASURED <= jvm.size()).toList();
        long byRule = warm.stream().filter(jvm -> isFirstGreatest(jvm, dropped(jvm, WarmUp.YOUNG_MILLIS))).count();
        assertTrue(byOne > 0.75 * jvms.size(), byOne + " of " + jvms.size());
        assertTrue(young > 0.45 * jvms.size(), young + " of " + jvms.size());
        assertTrue(byRule < 0.4 * warm.size() && warm.size() > 0.9 * jvms.size(), byRule + " of " + warm.size());
    }

    private static int dropped(List<Double> jvm, long young) {
        int dropped = 0;
        while (dropped < jvm.size() && !WarmUp.isOver(jvm.subList(0, dropped), dropped * MILLIS >= young, false)) {
            dropped++;
        }
        return dropped;
    }

    private static boolean isFirstGreatest(List<Double> jvm, int dropped) {
        List<Double> measured = jvm.subList(dropped, dropped + MEASURED);
        return measured.get(0).equals(Collections.max(measured));
    }

    private static List<List<Double>> recorded() throws IOException {
        List<List<Double>> jvms = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                WarmUpTest.class.getResourceAsStream("recorded-iterations.txt"), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    jvms.add(Arrays.stream(line.split(" ")).map(Double::valueOf).toList());
                }
            }
        }
        return jvms;
    }
}
