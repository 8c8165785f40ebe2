package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.ClockKind;
import dev.salvo.point.Point;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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
 * What explains how the time per page grows with cores, for every series of rows that agree in all else: where every core
 * has a CPU, and on the paced clock, a {@link ScalabilityLaw} with {@value ScalabilityLaw#FEWEST} core counts or more;
 * where cores share CPUs, a {@link RunQueueLaw} with {@value RunQueueLaw#FEWEST} or more. No law reaches across the line
 * between the two, nor from one socket into the next, as far as the host tells. Never a measurement: a block of its own,
 * in no column and no row.
 *
 * <p>A law knows its limits. It is asked what it would have said of its largest point had that not been measured. If it is
 * over {@value #MOST_LEFT_OUT_PERCENT} % off there, or fits badly, or the time jumps, it has no say: no constant of it is
 * told and nothing predicted. Nor is anything predicted while the time has not doubled yet, since what is flat does not say
 * where it will rise; where another rule is as near and leads elsewhere; or of another machine than this: beyond the CPUs
 * of the host, or beyond its socket; where cores share CPUs, beyond twice the most that were measured.
 */
public final class Fits {
    private static final int WIDTH = 120;
    private static final int DRAWS = 500;
    private static final long SEED = 11;
    private static final double NANOS = 1e9;
    private static final double UPPER_TAIL = 0.5 + Interval.CONFIDENCE_PERCENT / 200.0;
    /** Of the largest point, by the law through the others. */
    private static final int MOST_LEFT_OUT_PERCENT = 15;
    /** How many times the least time must have come to be the most, by the law, before more is predicted. */
    private static final double GROWN = 2;
    /** How many times the largest measured core count is predicted at most. */
    private static final int BEYOND = 2;

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
     * A number of a law, which the points have chosen.
     *
     * @param key   its name as data
     * @param value the number; NaN if the law does not hold
     * @param range where it may lie; of NaN if the law does not hold
     * @param words all of that in words
     */
    public record Constant(String key, double value, Range range, String words) {
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
     * @param leftOut     how far off the law through all other points is at the largest, as a share of what was measured
     *                    there
     * @param constants   its numbers
     * @param overForks   whether the ranges were taken over forks too, and not from the scatter about the law alone
     * @param predictions what it says of larger machines; empty if that is nothing
     * @param gains       what batching gains there; empty if it predicts nothing, or if this is the synchronous strategy or
     *                    that one's law predicts nothing
     * @param why         why it predicts nothing; empty if it does
     */
    public record Fit(String series, Point point, Law law, double leftOut, List<Constant> constants, boolean overForks,
            List<Prediction> predictions, List<Gain> gains, String why) {
        /**
         * Whether the law may speak.
         *
         * @return whether it {@link Law#fits}, and would have told its largest point
         */
        public boolean holds() {
            return Fits.holds(law, leftOut);
        }

        /**
         * Where a page takes twice as long as alone.
         *
         * @return cores; NaN if that is not between the measured ones, if the law does not hold, or is that of shared CPUs
         */
        public double knee() {
            return holds() && law instanceof ScalabilityLaw scalability ? measured(scalability.knee()) : Double.NaN;
        }

        /**
         * Where all senders together get most done.
         *
         * @return cores; NaN if that is not between the measured ones, if not all cores send, if the law does not hold, or
         *         is that of shared CPUs
         */
        public double peak() {
            return holds() && point.allSend() && law instanceof ScalabilityLaw scalability
                ? measured(scalability.peak()) : Double.NaN;
        }

        private double measured(double cores) {
            return cores >= law.from() && cores <= law.to() ? cores : Double.NaN;
        }

        /** The greatest core count that it says anything of. */
        double reach() {
            return predictions.stream().mapToDouble(Prediction::cores).max().orElse(law.to());
        }
    }

    private static boolean holds(Law law, double leftOut) {
        return law.fits() && leftOut <= MOST_LEFT_OUT_PERCENT / 100.0;
    }

    /** A series while it is being fitted: its rows, the law, and laws that other scatter might have led to. */
    private static final class Series {
        private final List<Row> rows;
        private final double[] cores;
        private final double[] nanos;
        /** That the cores share; 0 where each has its own. */
        private final int cpus;
        private final Law law;
        private final double leftOut;
        /** The terms of laws through points with the residuals of others. */
        private final List<double[]> scattered = new ArrayList<>();
        /** The terms of laws through figures of forks drawn again; empty with too few of them. */
        private final List<double[]> drawn = new ArrayList<>();
        private int fewestForks;

        private Series(List<Row> rows, Law law, int cpus) {
            this.rows = rows;
            this.law = law;
            this.cpus = cpus;
            this.cores = cores(rows);
            this.nanos = nanos(rows);
            this.leftOut = leftOut();
            if (holds()) {
                scatter();
                drawForks();
            }
        }

        /** A series of rows by rising cores; empty if they are too few, or a time has been extrapolated to 0. */
        static Optional<Series> of(List<Row> rows) {
            if (rows.stream().anyMatch(row -> row.nsPerPage().mean() <= 0)) {
                return Optional.empty();
            }
            int cpus = rows.get(0).scheduled() ? rows.get(0).hostCpus() : 0;
            Optional<? extends Law> law = cpus > 0 ? RunQueueLaw.fit(cores(rows), nanos(rows), cpus)
                : ScalabilityLaw.fit(cores(rows), nanos(rows));
            return law.map(each -> new Series(rows, each, cpus));
        }

        private static double[] cores(List<Row> rows) {
            return rows.stream().mapToDouble(row -> row.point().cores()).toArray();
        }

        private static double[] nanos(List<Row> rows) {
            return rows.stream().mapToDouble(row -> row.nsPerPage().mean()).toArray();
        }

        private double[] terms(double[] cores, double[] nanos) {
            return cpus > 0 ? RunQueueLaw.terms(cores, nanos, cpus) : ScalabilityLaw.terms(cores, nanos);
        }

        private double at(double[] terms, double n) {
            return cpus > 0 ? RunQueueLaw.at(terms, n, cpus) : ScalabilityLaw.at(terms, n);
        }

        private double leftOut() {
            int others = cores.length - 1;
            double[] terms = terms(Arrays.copyOf(cores, others), Arrays.copyOf(nanos, others));
            return Math.abs(at(terms, cores[others]) / nanos[others] - 1);
        }

        boolean holds() {
            return Fits.holds(law, leftOut);
        }

        /** Residuals of a fit are smaller than what they are the residue of, by its degrees of freedom. */
        private void scatter() {
            double stretch = Math.sqrt(cores.length / (double) (cores.length - law.chosen()));
            SplittableRandom random = new SplittableRandom(SEED);
            for (int draw = 0; draw < DRAWS; draw++) {
                double[] other = new double[cores.length];
                for (int i = 0; i < other.length; i++) {
                    double residual = law.residuals().get(random.nextInt(other.length));
                    other[i] = law.nanos(cores[i]) * (1 + residual * stretch);
                }
                scattered.add(terms(cores, other));
            }
        }

        private void drawForks() {
            List<ForkFigure> figures = rows.stream().map(row -> ForkFigure.of(row, Statistic.MEAN)).toList();
            fewestForks = figures.stream().mapToInt(ForkFigure::forks).min().getAsInt();
            if (fewestForks < ForkFigure.ENOUGH_FORKS) {
                return;
            }
            SplittableRandom random = new SplittableRandom(SEED);
            for (int draw = 0; draw < DRAWS; draw++) {
                drawn.add(terms(cores, figures.stream().mapToDouble(figure -> figure.drawn(random)).toArray()));
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

        List<Constant> constants() {
            if (law instanceof ScalabilityLaw scalability) {
                double alone = NANOS / scalability.lambda();
                Range range = holds() ? factor(scalability.lambda(), halfWidth(terms -> Math.log(terms[0]))) : Range.UNKNOWN;
                return List.of(constant("sigma", "σ ", scalability.sigma(), terms -> terms[1] / terms[0], Figures::small),
                    constant("kappa", "κ ", scalability.kappa(), terms -> terms[2] / terms[0], Figures::small),
                    new Constant("lambdaPerSecond", holds() ? scalability.lambda() : Double.NaN, range,
                        "1/λ " + Figures.time(alone)));
            }
            RunQueueLaw turns = (RunQueueLaw) law;
            return List.of(constant("baseNanos", "base ", turns.base(), terms -> terms[0], Figures::time),
                constant("turnNanos", "turn ", turns.turn(), terms -> terms[1], Figures::time));
        }

        /** One that may be 0 and not less. */
        private Constant constant(String key, String words, double value, ToDoubleFunction<double[]> figure,
                DoubleFunction<String> text) {
            if (!holds()) {
                return new Constant(key, Double.NaN, Range.UNKNOWN, "");
            }
            double half = halfWidth(figure);
            Range range = new Range(Math.max(0, value - half), value + half);
            return new Constant(key, value, range, words + within(value, range, text));
        }

        /** Of a figure above 0: its logarithm's. */
        static Range factor(double value, double halfWidth) {
            return new Range(value / Math.exp(halfWidth), value * Math.exp(halfWidth));
        }

        double logHalfWidth(int n) {
            return halfWidth(terms -> Math.log(at(terms, n)));
        }

        Row largest() {
            return rows.get(rows.size() - 1);
        }

        /** The core counts that are predicted: of this machine, and the farther the less is known. */
        List<Integer> beyond(Sockets sockets) {
            return why(sockets).isEmpty() ? List.of(farthest(sockets)) : List.of();
        }

        private int farthest(Sockets sockets) {
            return Math.min(BEYOND * (int) law.to(), limit(sockets));
        }

        /** Whether points that are flat first would be as near, and lead elsewhere. */
        private boolean isContested(int n) {
            double other = cpus > 0 ? Double.NaN : ScalabilityLaw.flatThenLinear(cores, nanos, terms(cores, nanos), n);
            return Math.abs(law.nanos(n) / other - 1) > Law.MOST_RESIDUAL;
        }

        private int limit(Sockets sockets) {
            Point point = largest().point();
            return cpus > 0 ? Integer.MAX_VALUE
                : sockets.told(point) ? Math.min(sockets.cpus(largest()), sockets.end(point)) : point.cores();
        }

        /** Why it predicts nothing; empty if it does. */
        String why(Sockets sockets) {
            if (law.worst() > Law.MOST_RESIDUAL) {
                return "it misses a point by " + Figures.small(100 * law.worst()) + '%';
            }
            if (law instanceof ScalabilityLaw scalability && scalability.step().known()) {
                return "the time jumps between " + (int) scalability.step().before() + " and "
                    + (int) scalability.step().behind() + " cores, which is a step and no coherence";
            }
            if (law.systematic()) {
                return "the points bend otherwise than it can";
            }
            if (!holds()) {
                return "without the largest point it would have been off by " + Figures.small(100 * leftOut) + "% there";
            }
            if (limit(sockets) <= law.to()) {
                Point point = largest().point();
                return point.clock() == ClockKind.PACED ? "a larger machine would be another one"
                    : point.cores() >= sockets.cpus(largest()) ? "the host has no more CPUs"
                    : sockets.told(point) ? "beyond lies another socket"
                    : "whether another socket lies beyond is not known of this host";
            }
            return law.nanos(law.to()) < GROWN * law.nanos(law.from())
                ? "the time has not doubled yet, and does not say where it will"
                : isContested(farthest(sockets)) ? "a time that is flat first and then in proportion is as near, and leads "
                    + "elsewhere" : "";
        }
    }

    private Fits() {
    }

    /**
     * Fits.
     *
     * @param rows of one run
     * @param host as {@link RunFolder#host} describes it
     * @return a fit for each series of core counts enough, in the order of the rows; empty if there is none
     */
    public static List<Fit> of(List<Row> rows, Map<String, Object> host) {
        EnumSet<Axis> told = Captions.varied(rows);
        told.add(Axis.SENDERS);
        Sockets sockets = Sockets.of(host);
        Map<String, List<Row>> apart = Row.believed(rows).stream().collect(Collectors.groupingBy(row ->
            words(Captions.all(), row) + row.scheduled() + (row.scheduled() ? row.hostCpus() : sockets.left(row.point())),
            LinkedHashMap::new, Collectors.toList()));
        List<Series> all = apart.values().stream().flatMap(series -> Series.of(series.stream()
            .sorted(Comparator.comparingInt(row -> row.point().cores())).toList()).stream()).toList();
        return all.stream().map(series -> fit(series, words(told, series.largest()), rows, all, sockets)).toList();
    }

    /**
     * Fits rows of a host that is not known.
     *
     * @param rows of one run
     * @return as {@link #of(List, Map)}; nothing is known of what lies beyond the largest machine with a CPU to every core
     */
    public static List<Fit> of(List<Row> rows) {
        return of(rows, Map.of());
    }

    private static String words(EnumSet<Axis> axes, Row row) {
        return Point.word(row.point().strategy()) + ", " + Captions.words(axes, row.point(), ", ");
    }

    private static Fit fit(Series series, String words, List<Row> rows, List<Series> all, Sockets sockets) {
        Law law = series.law;
        List<Prediction> predictions = series.beyond(sockets).stream().map(cores -> new Prediction(cores, law.nanos(cores),
            Series.factor(law.nanos(cores), series.logHalfWidth(cores)))).toList();
        return new Fit(words, series.largest().point(), law, series.leftOut, series.constants(), !series.drawn.isEmpty(),
            predictions, gains(series, rows, all, sockets), series.why(sockets));
    }

    private static List<Gain> gains(Series series, List<Row> rows, List<Series> all, Sockets sockets) {
        Optional<Series> synchronous = Row.synchronous(series.largest().point(), rows)
            .flatMap(row -> all.stream().filter(other -> other.rows.contains(row)).findFirst());
        if (synchronous.isEmpty()) {
            return List.of();
        }
        List<Integer> both = new ArrayList<>(series.beyond(sockets));
        both.retainAll(synchronous.get().beyond(sockets));
        return both.stream().map(cores -> {
            double gain = synchronous.get().law.nanos(cores) / series.law.nanos(cores);
            double half = Math.hypot(synchronous.get().logHalfWidth(cores), series.logHalfWidth(cores));
            return new Gain(cores, gain, Series.factor(gain, half));
        }).toList();
    }

    /**
     * The fits of a run as plain text, each marked as one.
     *
     * @param rows  its rows
     * @param host  as {@link RunFolder#host} describes it
     * @param style what the screen can show
     * @return lines, the last one ended too; empty if there is no fit
     */
    public static String text(List<Row> rows, Map<String, Object> host, TerminalStyle style) {
        return text(Map.of("", of(rows, host)), style);
    }

    /**
     * The fits of several runs as plain text, each marked as one.
     *
     * @param runs  the fits of each run, by what to say before its series: nothing, or which run, with a comma
     * @param style what the screen can show
     * @return lines, the last one ended too; empty if there is no fit
     */
    static String text(Map<String, List<Fit>> runs, TerminalStyle style) {
        StringBuilder text = new StringBuilder();
        List<Fit> all = new ArrayList<>();
        runs.forEach((run, fits) -> {
            all.addAll(fits);
            fits.forEach(fit -> Text.wrapped(style.letters("fit, law: " + run + fit.series + ": " + words(fit)), WIDTH)
                .forEach(line -> text.append(line).append('\n')));
        });
        return all.isEmpty() ? text.toString() : text + Text.notes(List.of(notes(all)), WIDTH, style);
    }

    /** What a law is and says, or that it does not hold, and why it predicts nothing. */
    static String words(Fit fit) {
        Law law = fit.law;
        StringBuilder words = new StringBuilder(fit.holds() ? fit.constants.stream().map(Constant::words)
            .collect(Collectors.joining(", ")) : "does not hold");
        words.append(" (").append((int) law.from()).append("..").append((int) law.to()).append(" cores")
            .append(law instanceof RunQueueLaw turns ? " on " + turns.cpus() + (turns.cpus() == 1 ? " CPU" : " CPUs") : "")
            .append(", R² ").append(rounded(law.rSquared())).append(", within ").append(Figures.small(100 * law.worst()))
            .append("%, largest ").append(Figures.small(100 * fit.leftOut)).append("% off)");
        if (Double.isFinite(fit.knee())) {
            words.append("; twice one core's time at ").append(Figures.count(fit.knee())).append(" cores");
        }
        if (Double.isFinite(fit.peak())) {
            words.append("; most pages per second at ").append(Figures.count(fit.peak())).append(" cores");
        }
        for (Prediction prediction : fit.predictions) {
            words.append("; at ").append(prediction.cores).append(" cores ")
                .append(within(prediction.nanos, prediction.range, Figures::time));
            fit.gains.stream().filter(gain -> gain.cores == prediction.cores)
                .forEach(gain -> words.append(", gain ").append(within(gain.gain, gain.range, Figures::ratio)));
        }
        return words.append(fit.why.isEmpty() ? "" : "; predicts nothing: " + fit.why).toString();
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
        boolean some = fits.stream().anyMatch(Fit::holds);
        boolean forks = fits.stream().anyMatch(Fit::overForks);
        boolean own = fits.stream().anyMatch(fit -> fit.law instanceof ScalabilityLaw);
        boolean shared = fits.stream().anyMatch(fit -> fit.law instanceof RunQueueLaw);
        return "law: no measurement, but the curve nearest to the mean"
            + (own ? ", with a CPU to every core (1 + σ(N - 1) + κN(N - 1)) / λ, the Universal Scalability Law" : "")
            + (shared ? ", where cores share CPUs base + turn × N/CPUs, turns of the run queue" : "")
            + ". within: the largest residual; largest: how far off the law through all other points is at the largest. "
            + "One that misses a point, or its largest, by over " + MOST_LEFT_OUT_PERCENT
            + "%, or bends otherwise, or a step, has no say; none predicts another machine than this."
            + (some ? " In brackets: " + Interval.CONFIDENCE_PERCENT
                + "% interval if the law holds, from the scatter about it"
                + (forks ? " or over forks, whichever is wider." : ".") : "");
    }

    /** A fit as data: of what cannot be told {@code null}. */
    static void put(Fit fit, ObjectNode node) {
        node.put("series", fit.series);
        node.put("law", fit.law instanceof ScalabilityLaw ? "universal scalability" : "turns of the run queue");
        node.put("strategy", Point.word(fit.point.strategy()));
        node.put("clock", Point.word(fit.point.clock()));
        node.put("fits", fit.holds());
        fit.constants.forEach(each -> put(node, each.key, each.value, each.range));
        node.put("intervalsOver", fit.overForks ? "residuals and forks" : "residuals");
        ArrayNode residuals = node.putArray("residuals");
        fit.law.residuals().forEach(residuals::add);
        node.put("systematic", fit.law.systematic());
        RowsJson.put(node, "largestLeftOut", fit.leftOut);
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
        node.put("whyNoPrediction", fit.why.isEmpty() ? null : fit.why);
    }

    private static void put(ObjectNode node, String key, double value, Range range) {
        ObjectNode figure = node.putObject(key);
        RowsJson.put(figure, "fitted", value);
        RowsJson.put(figure, "low", range.low);
        RowsJson.put(figure, "high", range.high);
    }
}
