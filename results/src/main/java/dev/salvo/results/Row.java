package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What was measured at one point. What was not measured is NaN.
 *
 * <p>On the paced clock every time is emulated: wall-clock divided by the dilation, and the means, shares and rates are
 * what they tend to as the dilation grows; percentiles and counts are those of the largest dilation. A paced core takes
 * its times anyway, so there the split is of the same forks as the total.
 *
 * @param point          where
 * @param figures        what was measured, by figure; of every one that is measured on the point's clock, and of
 *                       {@link Figure#BATCHING_GAIN} and {@link Figure#EFFICIENCY} where they are known; unmodifiable
 * @param nsPerPageError how far the mean of {@link Figure#NS_PER_PAGE} can be trusted
 * @param forks          how many uninstrumented forks, at least 1
 * @param jdk            version of the JDK that ran them
 * @param paced          how far emulated time can be trusted; null on the native clock
 * @param samples        what {@link Figure#NS_PER_PAGE} is from, fork by fork: once on the native clock, for each dilation
 *                       on the paced one, the least first
 * @param rounds         the rounds it was measured in; null on the paced clock, whose rows are only paired by theirs
 *                       ({@link Paced#inRounds}), and in runs from before there were rounds
 */
public record Row(Point point, Map<Figure, Measured> figures, Interval nsPerPageError, int forks, String jdk, Paced paced,
        List<Sampled> samples, Rounds rounds) {
    private static final double DISTURBANCE = 0.10;
    private static final Set<Axis> BUT_CORES = Set.of(Axis.CORES);
    private static final Set<Axis> BUT_STRATEGY = Set.of(Axis.STRATEGY);
    private static final Set<Axis> BUT_STRATEGY_AND_BATCH = Set.of(Axis.STRATEGY, Axis.BATCH);

    /**
     * How a time was distributed. Percentiles are a histogram's, not of means.
     *
     * @param mean  mean, nanoseconds
     * @param p50   median, nanoseconds
     * @param p99   99th percentile, nanoseconds; where the count is known, this and the other percentiles are NaN unless at
     *              least {@value #ENOUGH_BEYOND} values lie beyond: fewer are no tail, but single events
     * @param p999  99.9th percentile, nanoseconds
     * @param max   greatest, nanoseconds
     * @param count how many values the histogram holds; NaN if it is not known
     */
    public record Distribution(double mean, double p50, double p99, double p999, double max, double count) {
        /** Nothing was measured. */
        static final Distribution NONE = new Distribution(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN,
            Double.NaN);

        static final int ENOUGH_BEYOND = 10;
        private static final double ROUNDING = 1e-9;

        /** The same of so many values, without percentiles that so few do not tell. */
        Distribution counting(double values) {
            return new Distribution(mean, told(p50, values, 0.5), told(p99, values, 0.01), told(p999, values, 0.001), max,
                values);
        }

        private static double told(double percentile, double values, double beyond) {
            return values * beyond < ENOUGH_BEYOND - ROUNDING ? Double.NaN : percentile;
        }
    }

    /**
     * What was measured of a figure.
     *
     * @param value        the figure; NaN if it is not known
     * @param distribution how it was distributed, its mean the figure; all NaN of a figure that is none
     * @param bound        how far off an emulated figure may be, to the farther end of its interval, as a share of it. NaN
     *                     if there were fewer than three forks, or if it is not extrapolated; infinite if the figure is 0
     * @param interval     where the figure may lie: an emulated one by its line, a native one over rounds; not known of what
     *                     has none, nor of {@link Figure#NS_PER_PAGE} on the native clock, whose interval is the row's
     * @param straightness whether an emulated figure falls along a straight line in 1 / dilation
     * @param refused      why the figure is none, if it was measured and not believed; null otherwise
     */
    public record Measured(double value, Distribution distribution, double bound, Interval interval,
            Straightness straightness, Refusal refused) {
        /** Not known. */
        static final Measured UNKNOWN = of(Double.NaN);

        static Measured of(double value) {
            return new Measured(value, Distribution.NONE, Double.NaN, Interval.UNKNOWN, Straightness.CANNOT_TELL, null);
        }

        static Measured of(Distribution distribution) {
            return of(distribution.mean).with(distribution);
        }

        static Measured of(Extrapolation line) {
            return new Measured(line.value(), Distribution.NONE, line.share(),
                new Interval(line.low(), line.high(), Interval.Samples.FORKS), line.straightness(), null);
        }

        /** A figure that is not to be believed: without any number. */
        Measured refused(Refusal why) {
            return new Measured(Double.NaN, Distribution.NONE, Double.NaN, Interval.UNKNOWN, straightness, why);
        }

        /** Reaching over another figure that it may be, and along no line. */
        Measured reaching(double other) {
            Interval reaching = new Interval(Math.min(interval.low(), other), Math.max(interval.high(), other), interval.over());
            double farther = Math.max(value - reaching.low(), reaching.high() - value);
            return new Measured(value, distribution, farther / value, reaching, Straightness.BENT, refused);
        }

        /** Refused if it may be off by too much. */
        Measured unlessTooWide() {
            return bound > Extrapolation.MOST_BOUND ? refused(Refusal.bound(bound)) : this;
        }

        /** With the percentiles of a distribution; the mean stays the figure. */
        Measured with(Distribution times) {
            return new Measured(value, new Distribution(value, times.p50, times.p99, times.p999, times.max, times.count),
                bound, interval, straightness, refused);
        }

        static Measured of(Replicates.Gain gain) {
            return new Measured(gain.ratio(), Distribution.NONE, Double.NaN, gain.interval(), Straightness.CANNOT_TELL, null);
        }

        Measured held(Range range) {
            return new Measured(range.held(value), distribution, bound,
                new Interval(range.held(interval.low()), range.held(interval.high()), interval.over()), straightness, refused);
        }
    }

    /**
     * How far the emulated time of a row can be trusted.
     *
     * @param dilation     the largest dilation that it was extrapolated from, wall-clock per emulated time as it was asked
     *                     for
     * @param errorBound   how far off the {@link Row#mainFigure} may be, as a share of it
     * @param straightness whether that figure fell along a straight line in 1 / dilation, so that it may be extrapolated;
     *                     two dilations cannot show it
     * @param inRounds     whether it is told which forks were measured in one round, so that those of one can be held
     *                     against each other; of runs from before that was told nothing is refused
     * @param flush        what TLBI and DSB took of a page, added up in each JVM before it is extrapolated: nanoseconds; not
     *                     known if not in rounds
     * @param check        what became of the line at a dilation beyond; null if it was not tried
     */
    public record Paced(double dilation, double errorBound, Straightness straightness, boolean inRounds, Measured flush,
            Check check) {
        /**
         * Whether the figure was shown to fall along a straight line in 1 / dilation.
         *
         * @return whether it was
         */
        public boolean straight() {
            return straightness == Straightness.STRAIGHT;
        }

        /**
         * Whether the bound is too wide for the figure to be quoted without it.
         *
         * @return whether it is over 10 %; false if it is not known
         */
        public boolean wide() {
            return errorBound > Extrapolation.WIDE;
        }
    }

    /**
     * What a page was foretold to take at a dilation beyond those that it was extrapolated from, and took.
     *
     * @param dilation that dilation
     * @param foretold by the line, nanoseconds
     * @param measured the median fork's, nanoseconds
     * @param holds    whether they differ by no more than forks do, or by 2 %
     */
    public record Check(double dilation, double foretold, double measured, boolean holds) {
    }

    /**
     * What the uninstrumented forks measured, iteration by iteration.
     *
     * @param dilation at which dilation; 1 on the native clock
     * @param forks    each fork's iterations, nanoseconds per page, emulated ones on the paced clock; none empty
     */
    public record Sampled(double dilation, List<List<Double>> forks) {
        static Sampled of(double dilation, double[][] forks) {
            return new Sampled(dilation, Arrays.stream(forks).map(fork -> Arrays.stream(fork).boxed().toList())
                .toList());
        }
    }

    /**
     * A figure.
     *
     * @param figure which
     * @return the figure, the mean of a distribution; NaN if it is not known
     */
    public double value(Figure figure) {
        return measured(figure).value;
    }

    /**
     * How far off an emulated figure may be.
     *
     * @param figure which
     * @return {@link Measured#bound}; NaN on the native clock
     */
    public double bound(Figure figure) {
        return measured(figure).bound;
    }

    /**
     * How a figure was distributed.
     *
     * @param figure which
     * @return the distribution; of NaN if it is not known, or none
     */
    public Distribution distribution(Figure figure) {
        return measured(figure).distribution;
    }

    /**
     * Why a figure is none though it was measured.
     *
     * @param figure which
     * @return why; null if it is one, or was not measured
     */
    public Refusal refused(Figure figure) {
        return measured(figure).refused;
    }

    /**
     * Why figures are none though they were measured.
     *
     * @return by figure, in their order; empty if all that was measured is believed
     */
    Map<Figure, Refusal> refusals() {
        Map<Figure, Refusal> refusals = new EnumMap<>(Figure.class);
        figures.forEach((figure, measured) -> {
            if (measured.refused != null) {
                refusals.put(figure, measured.refused);
            }
        });
        if (paced != null && paced.flush.refused != null) {
            refusals.put(Figure.FLUSH_NS_PER_PAGE, paced.flush.refused);
        }
        return refusals;
    }

    /**
     * Whether there is no time per page, so that nothing can be drawn or fitted.
     *
     * @return whether {@link Figure#NS_PER_PAGE} was refused
     */
    public boolean isRefused() {
        return refused(Figure.NS_PER_PAGE) != null;
    }

    /** Rows whose time per page is one. */
    static List<Row> believed(List<Row> rows) {
        return rows.stream().filter(row -> !row.isRefused()).toList();
    }

    /**
     * The figure that the row's workload is run for.
     *
     * @return operations per second of protect, the victims' slowdown of victim, the time per page of the others
     */
    public Figure mainFigure() {
        return Figure.mainOf(point.workload());
    }

    private Measured measured(Figure figure) {
        return figures.getOrDefault(figure, Measured.UNKNOWN);
    }

    /**
     * What a page took.
     *
     * @return {@link Figure#NS_PER_PAGE}
     */
    public Distribution nsPerPage() {
        return distribution(Figure.NS_PER_PAGE);
    }

    /**
     * How often a core used a page after it was gone.
     *
     * @return {@link Figure#STALE_USES}; a row with any proves its strategy broken
     */
    public long staleUses() {
        return (long) value(Figure.STALE_USES);
    }

    /**
     * How many CPUs there were.
     *
     * @return {@link Figure#HOST_CPUS}
     */
    public int hostCpus() {
        return (int) value(Figure.HOST_CPUS);
    }

    /**
     * What the strategy gains.
     *
     * @return {@link Figure#BATCHING_GAIN}; NaN where it is not known
     */
    public double batchingGain() {
        return value(Figure.BATCHING_GAIN);
    }

    /** {@link Figure#EFFICIENCY}; NaN where it is not known. */
    double efficiency() {
        return value(Figure.EFFICIENCY);
    }

    /**
     * Where a figure may lie.
     *
     * @param figure which
     * @return {@link Measured#interval}: by the line of an emulated figure, over rounds on the native clock
     */
    public Interval interval(Figure figure) {
        return measured(figure).interval;
    }

    /** The interval of the mean over rounds; not known with too few of them, or if nothing is known of them. */
    Interval nsPerPageInterval() {
        return rounds == null ? Interval.UNKNOWN : rounds.nsPerPage().interval();
    }

    /** The interval of the victims' slowdown over rounds; null where it is not known. */
    Interval victimSlowdownInterval() {
        return knownInterval(Figure.VICTIM_SLOWDOWN);
    }

    /** The interval of the efficiency over rounds; null where it is not known. */
    Interval efficiencyInterval() {
        return knownInterval(Figure.EFFICIENCY);
    }

    private Interval knownInterval(Figure figure) {
        Interval interval = interval(figure);
        return interval.known() ? interval : null;
    }

    /** What batching gains, with its interval; null where it is not known. */
    Replicates.Gain gain() {
        Interval interval = interval(Figure.BATCHING_GAIN);
        return Double.isNaN(batchingGain()) ? null
            : new Replicates.Gain(batchingGain(), interval.low(), interval.high());
    }

    /**
     * Whether the timestamps of the instrumented forks changed what they measure.
     *
     * @return whether their mean differs from that of the uninstrumented forks by more than 10 %: the whole interval of the
     *         ratio, of the rounds that have both, lies beyond; or where too few rounds are known, the ratio itself
     */
    public boolean splitDisturbs() {
        if (rounds != null && rounds.splitNsPerPage() != null) {
            Interval ratio = rounds.nsPerPage().gain(rounds.splitNsPerPage()).interval();
            if (ratio.known()) {
                return ratio.low() > 1 + DISTURBANCE || ratio.high() < 1 - DISTURBANCE;
            }
        }
        return Math.abs(value(Figure.SPLIT_NS_PER_PAGE) / value(Figure.NS_PER_PAGE) - 1) > DISTURBANCE;
    }

    /**
     * Whether cores had to share CPUs, so that on the native clock the host's scheduler is part of every time in this
     * row.
     *
     * @return whether there were more cores than CPUs
     */
    public boolean oversubscribed() {
        return point.cores() > hostCpus();
    }

    /**
     * Whether the host's scheduler is part of this row's times: on the paced clock sharing CPUs is what the dilation is
     * for, and what it cost is in the bound.
     */
    boolean scheduled() {
        return paced == null && oversubscribed();
    }

    /** Whether the workload is run for the operations that it does. */
    boolean countsOperations() {
        return mainFigure() == Figure.OPS_PER_SECOND;
    }

    /** Whether these figures are of user programs beside the senders too. */
    boolean hasVictims() {
        return point.computes();
    }

    /**
     * Rows as they are shown: sorted by point, each batched one with its gain, and each that knows its rounds with its
     * efficiency.
     *
     * @param rows rows of one run, in any order
     * @return the rows, sorted; unmodifiable
     */
    public static List<Row> shown(Collection<Row> rows) {
        Map<Point, List<Row>> synchronous = new HashMap<>();
        rows.stream().filter(row -> row.point.strategy() == Strategy.SYNC).forEach(row ->
            synchronous.computeIfAbsent(anyBatch(row.point), none -> new ArrayList<>()).add(row));
        Map<Map<String, String>, Row> smallest = new HashMap<>();
        rows.forEach(row -> series(row.point).forEach(series -> smallest.merge(series, row,
            (one, other) -> one.point.cores() <= other.point.cores() ? one : other)));
        List<Row> shown = new ArrayList<>(rows.size());
        for (Row row : rows) {
            shown.add(row.with(synchronous(row.point, synchronous.getOrDefault(anyBatch(row.point), List.of())),
                smallest.get(series(row.point).get(0))));
        }
        shown.sort((a, b) -> a.point.compareTo(b.point));
        return List.copyOf(shown);
    }

    /**
     * The row that another's batching gain is over: of the synchronous strategy, at the same point. The batch means
     * nothing to that strategy: its row serves for any batch, if it is the only one.
     *
     * @param point of the other
     * @param rows  rows of one run
     * @return the row; empty if there is none, or if the other is synchronous itself
     */
    static Optional<Row> synchronous(Point point, Collection<Row> rows) {
        return synchronous(point, rows, Row::point);
    }

    /**
     * The same, of whatever is to be had at points.
     *
     * @param point of the other
     * @param all   among which it is
     * @param at    the point of each
     * @param <T>   what they are
     * @return it; empty if there is none, or if the other is synchronous itself
     */
    public static <T> Optional<T> synchronous(Point point, Collection<T> all, Function<T, Point> at) {
        if (point.strategy() == Strategy.SYNC) {
            return Optional.empty();
        }
        List<T> found = new ArrayList<>();
        for (T one : all) {
            Point here = at.apply(one);
            if (here.strategy() == Strategy.SYNC && here.agrees(point, BUT_STRATEGY_AND_BATCH)) {
                if (here.agrees(point, BUT_STRATEGY)) {
                    return Optional.of(one);
                }
                found.add(one);
            }
        }
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    /** Whether forks of both at one dilation can be held against each other, round by round. */
    boolean isInRoundsWith(Row other) {
        return paced != null && other.paced != null && paced.inRounds && other.paced.inRounds;
    }

    /** What a row of the synchronous strategy has in common with those whose gain is over it. */
    private static Point anyBatch(Point point) {
        return point.with(Axis.STRATEGY, Strategy.SYNC).with(Axis.BATCH, 1);
    }

    /**
     * What tells the series of a point from others: every axis but cores, and the senders' rule: so many, or all. A machine of
     * one core belongs to two, that of one sender and that in which all cores send.
     */
    private static List<Map<String, String>> series(Point point) {
        Map<String, String> series = point.shown(BUT_CORES);
        if (point.cores() > 1) {
            return List.of(series);
        }
        Map<String, String> allSend = new HashMap<>(series);
        allSend.put(Axis.SENDERS.key(), Point.ALL);
        return List.of(series, allSend);
    }

    private Row with(Optional<Row> synchronous, Row smallest) {
        Map<Figure, Measured> all = new EnumMap<>(figures);
        all.remove(Figure.BATCHING_GAIN); // which another row may have made unknown
        synchronous.ifPresent(sync -> all.put(Figure.BATCHING_GAIN, gainOver(sync)));
        if (rounds != null) {
            all.put(Figure.EFFICIENCY, efficiencyOver(smallest));
        }
        return new Row(point, Collections.unmodifiableMap(all), nsPerPageError, forks, jdk, paced, samples, rounds);
    }

    /** Of the rounds that both have, if there is one; on the paced clock before anything is extrapolated. */
    private Measured gainOver(Row sync) {
        if (isInRoundsWith(sync)) {
            return RoundPairs.ratio(sync, this);
        }
        if (rounds != null && sync.rounds != null) {
            Replicates.Gain gain = rounds.nsPerPage().gain(sync.rounds.nsPerPage());
            if (!Double.isNaN(gain.ratio())) {
                return Measured.of(gain);
            }
        }
        return Measured.of(sync.value(Figure.NS_PER_PAGE) / value(Figure.NS_PER_PAGE));
    }

    /**
     * A sender does as many pages a second as go into it: what the smallest machine takes for one, over what this one takes, is
     * their efficiency but for what is between two lists, and has an interval, of the rounds that both have.
     */
    private Measured efficiencyOver(Row smallest) {
        double efficiency = pagesPerSenderSecond() / smallest.pagesPerSenderSecond();
        if (smallest == this || smallest.rounds == null) {
            return Measured.of(efficiency);
        }
        Replicates.Gain ratio = rounds.nsPerPage().gain(smallest.rounds.nsPerPage());
        double scale = efficiency / ratio.ratio();
        return Measured.of(new Replicates.Gain(efficiency, scale * ratio.low(), scale * ratio.high()));
    }

    private double pagesPerSenderSecond() {
        return value(Figure.PAGES_PER_SECOND) / point.senders();
    }
}
