package dev.salvo.results;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.TreeSet;

/** Figures as people read them: three significant digits and a fitting unit. The same in every locale. */
final class Figures {
    /** Stands for what was not measured. */
    static final String NONE = "-";

    private static final String[] UNITS = {"ns", "µs", "ms", "s"};
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final int DIGITS = 3;
    private static final double MOST_ERROR = 9.99;
    private static final double ROUNDED = 1e-9;
    /** The powers of ten of the least and the greatest figure without an exponent. */
    private static final int LEAST_PLAIN = -4;
    private static final int MOST_PLAIN = 12;

    private Figures() {
    }

    /** A time with its unit, such as {@code 1.24 µs}; {@link #NONE} if it is not finite. */
    static String time(double ns) {
        return scaled(ns, false);
    }

    /** A time that labels an axis: as {@link #time}, without zeros at its end. */
    static String tick(double ns) {
        return scaled(ns, true);
    }

    /** A ratio, such as {@code 29.3×}; {@link #NONE} if it is not finite. */
    static String ratio(double ratio) {
        return Double.isFinite(ratio) ? plain(ratio) + '×' : NONE;
    }

    /** A count or rate, such as {@code 31.9} or {@code 1.24E-9}; {@link #NONE} if it is not finite. */
    static String count(double count) {
        if (count == 0) {
            return "0";
        }
        return Double.isFinite(count) ? plain(count) : NONE;
    }

    /** A number of things, in full; {@link #NONE} if it is not finite. */
    static String whole(double count) {
        return Double.isFinite(count) ? Long.toString((long) count) : NONE;
    }

    /** A number of any size, such as {@code 0.0213} or {@code 3.2E-5}; {@link #NONE} if it is not finite. */
    static String small(double number) {
        if (!Double.isFinite(number) || number == 0) {
            return number == 0 ? "0" : NONE;
        }
        return new BigDecimal(number).round(new MathContext(2, RoundingMode.HALF_UP)).toString();
    }

    /** The farther end of an interval as a percentage of the mean, such as {@code ±4%}; empty if there is none. */
    static String error(double mean, Interval interval) {
        if (!interval.known()) {
            return "";
        }
        return bound(Math.max(interval.high() / mean - 1, 1 - interval.low() / mean));
    }

    /** A share that a figure may be off by, such as {@code ±4%}, rounded up; {@link #NONE} if it is not known. */
    static String bound(double share) {
        if (Double.isNaN(share)) {
            return NONE;
        }
        if (share > MOST_ERROR) {
            return ">±" + (int) (MOST_ERROR * 100) + '%';
        }
        return '±' + new BigDecimal(share * 100).setScale(0, RoundingMode.UP).toPlainString() + '%';
    }

    /** How far an interval reaches to either side, such as {@code -1% +4%}, rounded up; {@link #NONE} if not known. */
    static String reach(double value, Interval interval) {
        if (!interval.known()) {
            return NONE;
        }
        String below = roundedUp(value == interval.low() ? 0 : 1 - interval.low() / value);
        String above = roundedUp(value == interval.high() ? 0 : interval.high() / value - 1);
        return below.equals(above) ? '±' + above : '-' + below + " +" + above;
    }

    /** Of a hundred, rounded up, but for what was only rounded before. */
    private static String roundedUp(double share) {
        return bound(Math.max(0, share - ROUNDED)).substring(1);
    }

    /** A share of a whole, such as {@code 5.36%}; {@link #NONE} if it is not finite. */
    static String percent(double share) {
        return Double.isFinite(share) ? count(share * 100) + '%' : NONE;
    }

    /** A dilation, in full. */
    static String dilation(double dilation) {
        return BigDecimal.valueOf(dilation).stripTrailingZeros().toPlainString();
    }

    /** Whole numbers from the least to the greatest, such as {@code 8 to 100}. */
    static String range(Collection<Integer> numbers) {
        TreeSet<Integer> sorted = new TreeSet<>(numbers);
        return sorted.size() == 1 ? sorted.first().toString() : sorted.first() + " to " + sorted.last();
    }

    private static String scaled(double ns, boolean bare) {
        if (!Double.isFinite(ns)) {
            return NONE;
        }
        BigDecimal figure = digits(ns);
        int unit = 0;
        while (unit < UNITS.length - 1 && figure.abs().compareTo(THOUSAND) >= 0) {
            figure = figure.divide(THOUSAND);
            unit++;
        }
        if (bare || figure.signum() == 0) {
            return figure.stripTrailingZeros().toPlainString() + ' ' + UNITS[unit];
        }
        return figure.setScale(Math.max(0, DIGITS - figure.precision() + figure.scale()), RoundingMode.HALF_UP)
            .toPlainString() + ' ' + UNITS[unit];
    }

    /** Without an exponent as long as that takes no more than a few zeros. */
    private static String plain(double value) {
        BigDecimal figure = digits(value);
        int exponent = figure.precision() - figure.scale() - 1;
        return figure.signum() == 0 || exponent >= LEAST_PLAIN && exponent <= MOST_PLAIN ? figure.toPlainString()
            : figure.round(new MathContext(DIGITS)).toString();
    }

    private static BigDecimal digits(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(DIGITS, RoundingMode.HALF_UP));
        return rounded.setScale(Math.max(0, DIGITS - rounded.precision() + rounded.scale()), RoundingMode.UNNECESSARY);
    }
}
