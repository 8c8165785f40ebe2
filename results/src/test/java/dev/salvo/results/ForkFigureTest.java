package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ForkFigureTest {
    private static final Row.Sampled FORKS = new Row.Sampled(1,
        List.of(List.of(1.0, 3.0), List.of(10.0, 30.0), List.of(100.0, 300.0)));

    @Test
    void aForkIsDrawnWhole() {
        ForkFigure figure = ForkFigure.of(List.of(FORKS), Statistic.MEAN);
        SplittableRandom random = new SplittableRandom(1);
        Set<Double> sums = new TreeSet<>();
        for (int i = 0; i < 1000; i++) {
            sums.add((double) Math.round(figure.drawn(random) * 3));
        }
        assertEquals(Set.of(6.0, 24.0, 42.0, 60.0, 204.0, 222.0, 240.0, 402.0, 420.0, 600.0), sums,
            "every three of the forks' means 2, 20 and 200, and nothing else");
    }

    @Test
    void theErrorOfAMeanIsTheOneOfTheTextbook() {
        List<List<Double>> forks =
            List.of(List.of(98.0), List.of(99.0), List.of(100.0), List.of(101.0), List.of(102.0));
        ForkFigure figure = ForkFigure.of(List.of(new Row.Sampled(1, forks)), Statistic.MEAN);
        assertEquals(Math.sqrt(2.5) / Math.sqrt(5) / 100, figure.logError(), 0.0005, "s / sqrt n, as a share");
    }

    @Test
    void aStatisticIsOfEachForkAndTheFigureOfAll() {
        assertEquals(222 / 3.0, ForkFigure.of(List.of(FORKS), Statistic.MEAN).value(), 1e-9);
        assertEquals(111 / 3.0, ForkFigure.of(List.of(FORKS), Statistic.MIN).value(), 1e-9);
        assertEquals(222 / 3.0, ForkFigure.of(List.of(FORKS), Statistic.P50).value(), 1e-9);
    }

    @Test
    void aPacedFigureIsTheRowsOwn() {
        Row row = MadeUp.paced("kunpeng-920", 5000, 90_000).row();
        ForkFigure figure = ForkFigure.of(row.samples(), Statistic.MEAN);
        assertEquals(row.nsPerPage().mean(), figure.value(), 1e-6);
        assertEquals(5000 + 90_000 / 4000.0, figure.measured(), 1e-6);
        assertEquals(3, figure.forks());
    }

    @Test
    void everyDrawOfAPacedFigureIsExtrapolatedAnew() {
        MadeUp made = MadeUp.paced("kunpeng-920", 5000, 90_000);
        for (int i = 0; i < 3; i++) {
            double mean = 5000 + 90 / Math.pow(2, i);
            made.figures(i, "nsPerPage", mean - 20, mean, mean + 20);
        }
        ForkFigure figure = ForkFigure.of(made.row().samples(), Statistic.MEAN);
        SplittableRandom random = new SplittableRandom(1);
        double least = Double.MAX_VALUE;
        double most = 0;
        for (int i = 0; i < 1000; i++) {
            double drawn = figure.drawn(random);
            least = Math.min(least, drawn);
            most = Math.max(most, drawn);
        }
        assertTrue(least < 4980 && most > 5020, "farther off than any mean at one dilation: " + least + ".." + most);
    }
}
