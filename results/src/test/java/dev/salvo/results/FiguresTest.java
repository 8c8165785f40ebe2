package dev.salvo.results;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
    @Test
    void anIntervalReachesToEachSideByWhatIsRoundedUp() {
        assertEquals("-2% +10%", Figures.reach(100, new Interval(98.5, 110, Interval.Samples.FORKS)));
        assertEquals("±3%", Figures.reach(100, new Interval(97, 103, Interval.Samples.FORKS)));
        assertEquals("±0%", Figures.reach(0, new Interval(0, 0, Interval.Samples.FORKS)));
        assertEquals("±0%", Figures.reach(1, new Interval(1 - 1e-15, 1 + 1e-15, Interval.Samples.FORKS)));
        assertEquals("-", Figures.reach(1, Interval.UNKNOWN));
    }

    @ParameterizedTest
    @CsvSource({"0, 0 ns", "0.3, 0.300 ns", "5.2, 5.20 ns", "184, 184 ns", "999.4, 999 ns", "999.6, 1.00 µs",
        "1240, 1.24 µs", "85600, 85.6 µs", "99950, 100 µs", "1e6, 1.00 ms", "2.26e6, 2.26 ms", "7.5e10, 75.0 s",
        "7.5e13, 75000 s", "NaN, -", "Infinity, -"})
    void timesHaveThreeDigitsAndAFittingUnit(double ns, String text) {
        assertEquals(text, Figures.time(ns));
    }

    @ParameterizedTest
    @CsvSource({"100, 100 ns", "1000, 1 µs", "2e4, 20 µs", "5e8, 500 ms", "0.5, 0.5 ns"})
    void ticksHaveNoIdleZeros(double ns, String text) {
        assertEquals(text, Figures.tick(ns));
    }

    @ParameterizedTest
    @CsvSource({"0.98, 0.980×", "29.34, 29.3×", "1234, 1230×", "NaN, -"})
    void ratiosHaveThreeDigits(double ratio, String text) {
        assertEquals(text, Figures.ratio(ratio));
    }

    @ParameterizedTest
    @CsvSource({"31.94, 31.9", "0.000124, 0.000124", "1.2E-9, 1.20E-9", "3.38E9, 3380000000", "3.2E19, 3.20E+19", "0, 0",
        "NaN, -"})
    void countsHaveThreeDigitsWhateverTheirSize(double count, String text) {
        assertEquals(text, Figures.count(count));
    }

    @Test
    void theErrorIsItsFartherEndRoundedUp() {
        assertEquals("±11%", Figures.error(100, new Interval(95, 110.2, Interval.Samples.FORKS)));
        assertEquals("±60%", Figures.error(100, new Interval(40, 110, Interval.Samples.FORKS)));
        assertEquals(">±999%", Figures.error(100, new Interval(10, 5000, Interval.Samples.FORKS)));
        assertEquals("", Figures.error(100, new Interval(Double.NaN, Double.NaN, Interval.Samples.FORKS)));
    }

    @Test
    void figuresLookTheSameInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            for (String tag : new String[] {"de-DE", "ar-EG-u-nu-arab", "hi-IN-u-nu-deva"}) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                assertEquals("1.24 µs", Figures.time(1240), tag);
                assertEquals("29.3×", Figures.ratio(29.34), tag);
            }
        } finally {
            Locale.setDefault(before);
        }
    }
}
