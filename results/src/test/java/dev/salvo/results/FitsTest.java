package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.point.ClockKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class FitsTest {
    private static final int[] CORES = {8, 16, 32, 64, 100};
    private static final IntToDoubleFunction SYNC = n -> 1000 * (1 + 0.05 * (n - 1) + 0.0002 * n * (n - 1));
    private static final IntToDoubleFunction BATCHED = n -> 800 * (1 + 0.002 * (n - 1) + 0.00001 * n * (n - 1));

    @Test
    void aSeriesIsFittedAndLargerMachinesPredicted() {
        Fits.Fit fit = Fits.of(rows("sync", 1, SYNC)).get(0);
        assertEquals("sync, one sender", fit.series());
        assertEquals(0.05, fit.law().sigma(), 1e-6);
        assertEquals(List.of(200, 400), fit.predictions().stream().map(Fits.Prediction::cores).toList());
        assertEquals(SYNC.applyAsDouble(200), fit.predictions().get(0).nanos(), 1e-3);
        assertEquals(2 * fit.law().nanos(1), fit.law().nanos(fit.knee()), 1e-6);
        assertTrue(Double.isNaN(fit.peak()), "one sender alone does not do more with more cores");
        assertEquals(List.of(), fit.gains());
        assertFalse(fit.overForks());
    }

    @Test
    void whereAllSendThePeakIsTold() {
        List<Row> rows = new ArrayList<>();
        for (int cores : CORES) {
            rows.add(MadeUp.point(cores, cores, "sync", SYNC.applyAsDouble(cores)).row());
        }
        assertEquals(Math.sqrt(0.95 / 0.0002), Fits.of(rows).get(0).peak(), 1e-3);
    }

    @Test
    void theGainOfBatchingIsPredictedWhereBothFit() {
        List<Row> rows = rows("sync", 1, SYNC);
        rows.addAll(rows("batched", 1, BATCHED));
        List<Fits.Fit> fits = Fits.of(rows);
        assertEquals(List.of(), fits.get(0).gains());
        Fits.Gain gain = fits.get(1).gains().get(1);
        assertEquals(400, gain.cores());
        assertEquals(SYNC.applyAsDouble(400) / BATCHED.applyAsDouble(400), gain.gain(), 1e-6);
    }

    @Test
    void whatDoesNotFitPredictsNothing() {
        List<Row> rows = rows("sync", 1, n -> n == 32 ? 5000 : 1000);
        rows.addAll(rows("batched", 1, BATCHED));
        List<Fits.Fit> fits = Fits.of(rows);
        Fits.Fit none = fits.get(0);
        assertFalse(none.fits());
        assertEquals(List.of(), none.predictions());
        assertTrue(Double.isNaN(none.knee()) && Double.isNaN(none.sigma().high()));
        assertEquals(List.of(), fits.get(1).gains(), "no gain over what is not predicted");
        String text = Fits.text(Map.of("", rows), TerminalStyle.PLAIN);
        assertTrue(text.contains("fit, law: sync, one sender: does not fit ("), text);
    }

    @Test
    void oversubscribedPointsAndOthersAreNeverFittedTogether() {
        List<Row> rows = new ArrayList<>();
        for (int cores : new int[] {2, 4, 8, 16, 32, 64, 100}) {
            rows.add(MadeUp.point(cores, 1, "sync", SYNC.applyAsDouble(cores)).score("hostCpus", 8).row());
        }
        List<Fits.Fit> fits = Fits.of(rows);
        assertEquals(1, fits.size(), "three that have their CPUs are too few");
        assertEquals(16, fits.get(0).law().from());
    }

    @Test
    void theClocksAreNeverFittedTogether() {
        List<Row> rows = rows("sync", 1, SYNC);
        rows.addAll(MadeUp.pacedSweep("kunpeng-920"));
        List<Fits.Fit> fits = Fits.of(rows);
        assertEquals(5, fits.size());
        for (Fits.Fit fit : fits) {
            assertEquals(fit.point().clock() == ClockKind.PACED, fit.series().contains("paced clock"), fit.series());
        }
    }

    /** The law holds, and every point is off by some per cent: what it predicts must lie in what is said of it. */
    @Test
    void thePredictionsIntervalHoldsTheTruth() {
        int held = 0;
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            IntToDoubleFunction measured = n -> SYNC.applyAsDouble(n) * Math.exp(0.03 * random.nextGaussian());
            Fits.Fit fit = Fits.of(rows("sync", 1, measured)).get(0);
            Fits.Range range = fit.predictions().isEmpty() ? new Fits.Range(0, Double.MAX_VALUE)
                : fit.predictions().get(1).range();
            double truth = SYNC.applyAsDouble(400);
            held += range.low() <= truth && truth <= range.high() ? 1 : 0;
        }
        assertTrue(held >= 54, "95 % of 60, less what chance may take: " + held);
    }

    @Test
    void withFiveForksTheyAreInTheIntervalsToo() {
        List<Row> alike = new ArrayList<>();
        List<Row> unlike = new ArrayList<>();
        for (int cores : CORES) {
            double time = SYNC.applyAsDouble(cores);
            alike.add(forks(cores, time, 0.001));
            unlike.add(forks(cores, time, 0.2));
        }
        Fits.Fit one = Fits.of(alike).get(0);
        Fits.Fit other = Fits.of(unlike).get(0);
        assertTrue(one.overForks() && other.overForks());
        assertEquals(one.law(), other.law());
        assertTrue(width(other.predictions().get(0).range()) > 10 * width(one.predictions().get(0).range()));
    }

    private static Row forks(int cores, double time, double scatter) {
        double[][] forks = new double[5][];
        for (int i = 0; i < 5; i++) {
            forks[i] = new double[] {time * (1 + scatter * (i - 2))};
        }
        return MadeUp.point(cores, 1, "sync", time).forks("nsPerPage", forks).row();
    }

    private static double width(Fits.Range range) {
        return range.high() / range.low() - 1;
    }

    @Test
    void everyLineSaysThatItIsAFitAndIsNoWiderThanATable() {
        List<Row> rows = new ArrayList<>(MadeUp.sweep());
        String text = Fits.text(Map.of("A, ", rows), TerminalStyle.PLAIN);
        assertTrue(text.lines().allMatch(line -> line.length() <= 120), text);
        assertTrue(text.startsWith("fit, law: A, sync, one sender: "), text);
        assertTrue(text.contains("law: no measurement, but"), text);
        String ascii = Fits.text(Map.of("", rows("sync", 1, SYNC)), new TerminalStyle(false, false));
        assertTrue(ascii.chars().allMatch(c -> c < 128), ascii);
    }

    private static List<Row> rows(String strategy, int senders, IntToDoubleFunction time) {
        List<Row> rows = new ArrayList<>();
        for (int cores : CORES) {
            rows.add(MadeUp.point(cores, senders, strategy, time.applyAsDouble(cores)).row());
        }
        return rows;
    }
}
