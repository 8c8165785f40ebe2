package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What explains how the time per page grows with cores: a {@link ScalabilityLaw} for every series of rows with
 * {@value ScalabilityLaw#FEWEST} or more core counts that agree in all else, and, where the law fits, what it says of
 * core counts that were not measured. Never a measurement: a block of its own, in no column and no row.
 *
 * <p>Rows whose cores shared CPUs and rows whose cores did not are never fitted together, on the native clock, nor rows
 * of different workloads, clocks or paced hardware: what grows differs.
 */
public final class Fits {
    private static final int WIDTH = 120;
    private static final int DRAWS = 500;
    private static final long SEED = 11;
    private static final double NANOS = 1e9;
    private static final double UPPER_TAIL = 0.5 + Interval.CONFIDENCE_PERCENT / 200.0;

    /** How many times the largest measured core count is predicted. */
    private static final int[] BEYOND = {2, 4};

    /**
     * Where a figure may lie, with {@value Interval#CONFIDENCE_PERCENT} % confidence if the law holds.
     *
     * @param low  lower end
     * @param high upper end
     */
    public record Range(double low, double high) {
        private static final Range UNKNOWN = new Range(Double.NaN, Double.NaN);
    }

    /**
     * What a law says of a core count that was not measured.
     *
     * @param cores how many
     * @param nanos nanoseconds for a page, by the law
     * @param range where it may lie
     */
    public record Prediction(int cores, double nanos, Range range) {
    }

    /**
     * What two laws say batching gains at a core count that was not measured.
     *
     * @param cores how many
     * @param gain  the synchronous strategy's time, over this one's
     * @param range where it may lie
     */
    public record Gain(int cores, double gain, Range range) {
    }

    /**
     * A series and its law.
     *
     * @param series      what tells it from the others, in words
     * @param point       of the series' largest machine
     * @param law         the law
     * @param sigma       where the law's sigma may lie, not below 0; this, kappa's and lambda's are NaN if the law does
     *                    not fit
     * @param kappa       where its kappa may lie, not below 0
     * @param lambda      where its lambda may lie, pages per second
     * @param overForks   whether the ranges were taken over forks too, and not from the scatter about the law alone
     * @param predictions what it says of machines twice and four times as large; empty if it does not fit
     * @param gains       what batching gains there; empty if it does not fit, or if this is the synchronous strategy or
     *                    that one has no law that does
     */
    public record Fit(String series, Point point, ScalabilityLaw law, Range sigma, Range kappa, Range lambda,
            boolean overForks, List<Prediction> predictions, List<Gain> gains) {
        /**
         * Whether the law may speak for others than the measured points.
         *
         * @return {@link ScalabilityLaw#fits}
         */
        public boolean fits() {
            return law.fits();
        }

        /**
         * Where a page takes twice as long as alone.
         *
         * @return cores; infinite if it never does; NaN if the law does not fit
         */
        public double knee() {
            return fits() ? law.knee() : Double.NaN;
        }

        /**
         * Where all senders together get most done.
         *
         * @return cores; infinite if more always get more done; NaN if not all cores send, or if the law does not fit
         */
        public double peak() {
            return fits() && point.allSend() ? law.peak() : Double.NaN;
        }
    }

    /** A series while it is being fitted: its rows, the law, and laws that other scatter might have led to. */
    private static final class Series {
        private final List<Row> rows;
        private final ScalabilityLaw law;
        private final double[] cores;
        /** The terms of laws through points with the residuals of others. */
        private final List<double[]> scattered = new ArrayList<>();
        /** The terms of laws through figures of forks drawn again; empty with too few of them. */
        private final List<double[]> drawn = new ArrayList<>();
        private int fewestForks;

        Series(List<Row> rows, ScalabilityLaw law) {
            this.rows = rows;
            this.law = law;
            this.cores = cores(rows);
            if (law.fits()) {
                scatter();
                drawForks();
            }
        }

        /** Residuals of a fit are smaller than what they are the residue of, by its degrees of freedom. */
        private void scatter() {
            double stretch = Math.sqrt(cores.length / (double) (cores.length - law.chosen()));
            SplittableRandom random = new SplittableRandom(SEED);
            for (int draw = 0; draw < DRAWS; draw++) {
                double[] nanos = new double[cores.length];
                for (int i = 0; i < nanos.length; i++) {
                    double residual = law.residuals().get(random.nextInt(nanos.length));
                    nanos[i] = law.nanos(cores[i]) * (1 + residual * stretch);
                }
                scattered.add(ScalabilityLaw.terms(cores, nanos));
            }
        }

        private void drawForks() {
            List<ForkFigure> figures = rows.stream().map(row -> ForkFigure.of(row.samples(), Statistic.MEAN)).toList();
            fewestForks = figures.stream().mapToInt(ForkFigure::forks).min().getAsInt();
            if (fewestForks < ForkFigure.ENOUGH_FORKS) {
                return;
            }
            SplittableRandom random = new SplittableRandom(SEED);
            for (int draw = 0; draw < DRAWS; draw++) {
                double[] nanos = figures.stream().mapToDouble(figure -> figure.drawn(random)).toArray();
                drawn.add(ScalabilityLaw.terms(cores, nanos));
            }
        }

        /** Half the width of a figure's interval: the wider of that from scatter and that over forks. */
        double halfWidth(ToDoubleFunction<double[]> figure) {
            double ofScatter = halfWidth(scattered, figure, cores.length - law.chosen());
            return drawn.isEmpty() ? ofScatter : Math.max(ofScatter, halfWidth(drawn, figure, fewestForks - 1));
        }

        private static double halfWidth(List<double[]> laws, ToDoubleFunction<double[]> figure, int freedom) {
            double error = new StandardDeviation().evaluate(laws.stream().mapToDouble(figure).toArray());
            return new TDistribution(null, freedom).inverseCumulativeProbability(UPPER_TAIL) * error;
        }

        /** Of a figure that may be 0 and not less. */
        Range range(double value, ToDoubleFunction<double[]> figure) {
            if (!law.fits()) {
                return Range.UNKNOWN;
            }
            double half = halfWidth(figure);
            return new Range(Math.max(0, value - half), value + half);
        }

        /** Of a figure above 0: its logarithm's. */
        Range factor(double value, double halfWidth) {
            return law.fits() ? new Range(value / Math.exp(halfWidth), value * Math.exp(halfWidth)) : Range.UNKNOWN;
        }

        double logHalfWidth(int n) {
            return halfWidth(terms -> Math.log(ScalabilityLaw.at(terms, n)));
        }

        List<Integer> beyond() {
            List<Integer> beyond = new ArrayList<>();
            for (int times : BEYOND) {
                beyond.add((int) law.to() * times);
            }
            return law.fits() ? beyond : List.of();
        }
    }

    private Fits() {
    }

    /**
     * Fits.
     *
     * @param rows of one run
     * @return a fit for each series of core counts enough, in the order of the rows; empty if there is none
     */
    public static List<Fit> of(List<Row> rows) {
        EnumSet<Axis> told = Captions.varied(rows);
        told.add(Axis.SENDERS);
        Map<String, List<Row>> apart = Row.believed(rows).stream().collect(Collectors.groupingBy(row ->
            words(Captions.all(), row) + row.scheduled(), LinkedHashMap::new, Collectors.toList()));
        List<Series> all = new ArrayList<>();
        for (List<Row> series : apart.values()) {
            double[] nanos = series.stream().mapToDouble(row -> row.nsPerPage().mean()).toArray();
            if (series.stream().allMatch(row -> row.nsPerPage().mean() > 0)) {
                ScalabilityLaw.fit(cores(series), nanos).ifPresent(law -> all.add(new Series(series, law)));
            }
        }
        return all.stream().map(series -> fit(series, words(told, series.rows.get(0)), rows, all)).toList();
    }

    private static String words(EnumSet<Axis> axes, Row row) {
        return Point.word(row.point().strategy()) + ", " + Captions.words(axes, row.point(), ", ");
    }

    private static double[] cores(List<Row> rows) {
        return rows.stream().mapToDouble(row -> row.point().cores()).toArray();
    }

    private static Fit fit(Series series, String words, List<Row> rows, List<Series> all) {
        ScalabilityLaw law = series.law;
        List<Prediction> predictions = series.beyond().stream().map(cores -> new Prediction(cores, law.nanos(cores),
            series.factor(law.nanos(cores), series.logHalfWidth(cores)))).toList();
        return new Fit(words, series.rows.get(series.rows.size() - 1).point(), law,
            series.range(law.sigma(), terms -> terms[1] / terms[0]),
            series.range(law.kappa(), terms -> terms[2] / terms[0]),
            law.fits() ? series.factor(law.lambda(), series.halfWidth(terms -> Math.log(terms[0]))) : Range.UNKNOWN,
            !series.drawn.isEmpty(), predictions, gains(series, rows, all));
    }

    private static List<Gain> gains(Series series, List<Row> rows, List<Series> all) {
        Optional<Series> synchronous = Row.synchronous(series.rows.get(0).point(), rows)
            .flatMap(row -> all.stream().filter(other -> other.rows.contains(row)).findFirst())
            .filter(other -> other.law.fits() && other.law.to() == series.law.to());
        if (synchronous.isEmpty()) {
            return List.of();
        }
        return series.beyond().stream().map(cores -> {
            double gain = synchronous.get().law.nanos(cores) / series.law.nanos(cores);
            double half = Math.hypot(synchronous.get().logHalfWidth(cores), series.logHalfWidth(cores));
            return new Gain(cores, gain, series.factor(gain, half));
        }).toList();
    }

    /**
     * The fits as plain text, each marked as one.
     *
     * @param runs  the rows of each run, by what to say before its series: nothing, or which run, with a comma
     * @param style what the screen can show
     * @return lines, the last one ended too; empty if there is no fit
     */
    public static String text(Map<String, List<Row>> runs, TerminalStyle style) {
        StringBuilder text = new StringBuilder();
        List<Fit> all = new ArrayList<>();
        runs.forEach((run, rows) -> {
            List<Fit> fits = of(rows);
            all.addAll(fits);
            fits.forEach(fit -> Text.wrapped(style.letters("fit, law: " + run + fit.series + ": " + words(fit)), WIDTH)
                .forEach(line -> text.append(line).append('\n')));
        });
        if (!all.isEmpty()) {
            Text.wrapped(style.letters(notes(all)), WIDTH).forEach(line ->
                text.append(style.ink(TerminalStyle.Ink.FAINT, line)).append('\n'));
        }
        return text.toString();
    }

    /** What a law is and says, or that it does not fit. */
    static String words(Fit fit) {
        ScalabilityLaw law = fit.law;
        String within = " (" + (int) law.from() + ".." + (int) law.to() + " cores, R² " + rounded(law.rSquared())
            + ", within " + Figures.small(100 * law.worst()) + "%)";
        if (!fit.fits()) {
            return "does not fit" + within + (law.systematic() ? ": the points bend otherwise than it can" : "");
        }
        StringBuilder words = new StringBuilder("σ " + within(law.sigma(), fit.sigma, Figures::small) + ", κ "
            + within(law.kappa(), fit.kappa, Figures::small) + ", 1/λ " + Figures.time(NANOS / law.lambda()) + within);
        double farthest = law.to() * BEYOND[BEYOND.length - 1];
        if (fit.knee() <= farthest) {
            words.append("; twice one core's time at ").append(Figures.count(fit.knee())).append(" cores");
        }
        if (fit.peak() <= farthest) {
            words.append("; most pages per second at ").append(Figures.count(fit.peak())).append(" cores");
        }
        for (Prediction prediction : fit.predictions) {
            words.append("; at ").append(prediction.cores).append(" cores ")
                .append(within(prediction.nanos, prediction.range, Figures::time));
            fit.gains.stream().filter(gain -> gain.cores == prediction.cores)
                .forEach(gain -> words.append(", gain ").append(within(gain.gain, gain.range, Figures::ratio)));
        }
        return words.toString();
    }

    private static String within(double value, Range range, DoubleFunction<String> figure) {
        return figure.apply(value) + " (" + figure.apply(range.low) + ".." + figure.apply(range.high) + ')';
    }

    private static String rounded(double share) {
        return Double.isFinite(share) ? new BigDecimal(share).setScale(3, RoundingMode.HALF_EVEN).toPlainString()
            : Figures.NONE;
    }

    /** What the words of some fits mean. */
    static String notes(List<Fit> fits) {
        boolean some = fits.stream().anyMatch(Fit::fits);
        boolean forks = fits.stream().anyMatch(Fit::overForks);
        return "law: no measurement, but the Universal Scalability Law nearest to the mean, "
            + "(1 + σ(N - 1) + κN(N - 1)) / λ on N cores; within: the largest residual. One that misses a point by over "
            + Figures.percent(ScalabilityLaw.MOST_RESIDUAL) + ", or bends otherwise, predicts nothing."
            + (some ? " In brackets: " + Interval.CONFIDENCE_PERCENT
                + "% interval if the law holds, from the scatter about it"
                + (forks ? " or over forks, whichever is wider." : ".") : "");
    }

    /** A fit as data: of what cannot be told, or does not end, {@code null}. */
    static void put(Fit fit, ObjectNode node) {
        node.put("series", fit.series);
        node.put("law", "universal scalability");
        node.put("strategy", Point.word(fit.point.strategy()));
        node.put("clock", Point.word(fit.point.clock()));
        node.put("fits", fit.fits());
        put(node, "sigma", fit.law.sigma(), fit.sigma);
        put(node, "kappa", fit.law.kappa(), fit.kappa);
        put(node, "lambdaPerSecond", fit.law.lambda(), fit.lambda);
        node.put("intervalsOver", fit.overForks ? "residuals and forks" : "residuals");
        ArrayNode residuals = node.putArray("residuals");
        fit.law.residuals().forEach(residuals::add);
        node.put("systematic", fit.law.systematic());
        RowsJson.put(node, "rSquared", fit.law.rSquared());
        RowsJson.put(node, "fromCores", fit.law.from());
        RowsJson.put(node, "toCores", fit.law.to());
        RowsJson.put(node, "kneeCores", fit.knee());
        RowsJson.put(node, "peakCores", fit.peak());
        ArrayNode predictions = node.putArray("predictions");
        fit.predictions.forEach(each -> put(predictions.addObject().put("cores", each.cores), "nsPerPage", each.nanos,
            each.range));
        ArrayNode gains = node.putArray("predictedGains");
        fit.gains.forEach(each -> put(gains.addObject().put("cores", each.cores), "gain", each.gain, each.range));
    }

    private static void put(ObjectNode node, String key, double value, Range range) {
        ObjectNode figure = node.putObject(key);
        RowsJson.put(figure, "fitted", value);
        RowsJson.put(figure, "low", range.low);
        RowsJson.put(figure, "high", range.high);
    }
}
