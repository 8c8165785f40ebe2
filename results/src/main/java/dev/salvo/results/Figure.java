package dev.salvo.results;

import static dev.salvo.point.ClockKind.NATIVE;
import static dev.salvo.point.ClockKind.PACED;
import static dev.salvo.results.Description.made;
import static dev.salvo.results.Description.measured;
import static dev.salvo.results.Measure.SPLIT;
import static dev.salvo.results.Measure.TOTAL;

import dev.salvo.point.ClockKind;
import dev.salvo.point.Workload;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a row tells of a point: a constant for each key of {@code rows.json} behind those of the axes, in their order. A
 * figure is described here, once: who measures it asks for the name of its {@link #metric}, who reads it for where and how
 * it is read, and {@code rows.json} and the tables show whatever there is. How one is added is told in
 * {@code results/docs/adding-a-column.md}.
 *
 * <p>A figure of a clock has a column in the tables of that clock only; a table is never of both.
 */
public enum Figure {
    /**
     * Wall time of one sender's list, or operation, divided by its pages, over all senders' lists: nanoseconds, a
     * distribution, of uninstrumented forks.
     */
    NS_PER_PAGE("nsPerPage", measured("ns/page", TOTAL, Reading.LINE).distribution().within(Range.EACH_ABOVE_ZERO)
        .format(Figures::time).column("mean").notes(NATIVE, Notes::mean).notes(PACED, Notes::emulated)),

    /** The 99th percentile of {@link #NS_PER_PAGE}, among whose own it stands in {@code rows.json}. */
    NS_PER_PAGE_P99("", made(row -> row.nsPerPage().p99()).format(Figures::time).column("p99")),

    /** How many values the histogram of {@link #NS_PER_PAGE} holds, among whose own it stands in {@code rows.json}. */
    NS_PER_PAGE_COUNT("", made(row -> row.nsPerPage().count()).ofRounds().format(Figures::whole).column("N")
        .note("N: values in the histogram; no percentile is told that fewer than " + Row.Distribution.ENOUGH_BEYOND
            + " of them lie beyond.")),

    /** How far the mean of {@link #NS_PER_PAGE} can be trusted. */
    NS_PER_PAGE_ERROR("nsPerPageError", made(Row::nsPerPageError)
        .column(NATIVE, "error", Figure::error)
        .column(PACED, "bound", row -> Figure.NS_PER_PAGE.bound(row)).notes(NATIVE, Notes::error).notes(PACED, Notes::bound)),

    /** The 95 % interval of the mean of {@link #NS_PER_PAGE} over rounds. */
    NS_PER_PAGE_INTERVAL("nsPerPageInterval", made(Row::nsPerPageInterval).ofRounds()),

    /** Pages reclaimed per second, all senders together. */
    PAGES_PER_SECOND("pagesPerSecond", measured("pages/s", TOTAL, Reading.RATE).format(Figures::count)
        .column(NATIVE, "pages/s").where(row -> row.rounds() != null).note(NATIVE, "pages/s: all senders together.")),

    /** Pages per second and sender, over those of the smallest machine of the same series. */
    EFFICIENCY("efficiency", made(Row::efficiency).ofRounds().format(Figures::percent)
        .column(NATIVE, "efficiency").notes(NATIVE, Notes::efficiency)),

    /** The 95 % interval of {@link #EFFICIENCY} over rounds that both machines have; not known of the smallest itself. */
    EFFICIENCY_INTERVAL("efficiencyInterval", made(Row::efficiencyInterval).ofRounds()),

    /** Operations of the workload per second, all senders together; runs from before they were counted lack it. */
    OPS_PER_SECOND("opsPerSecond", measured("1/s", TOTAL, Reading.RATE).unknownIfMissing(NATIVE).format(Figures::count)
        .bounded().column("ops/s").where(Row::countsOperations).notes(Notes::ops)),

    /** Nanoseconds per page where they are split, the looks at the clock included. */
    SPLIT_NS_PER_PAGE("splitNsPerPage", measured("ns/page", SPLIT, Reading.LINE).readFrom("nsPerPage")
        .within(Range.EACH_ABOVE_ZERO).format(Figures::time)
        .column(NATIVE, "timed", Figure::timed)),

    /** Whether looking at the clock changed what was measured. */
    SPLIT_DISTURBS("splitDisturbs", made(Row::splitDisturbs)),

    /** Of {@link #SPLIT_NS_PER_PAGE}, issuing invalidations. */
    ISSUE_NS_PER_PAGE("issueNsPerPage", measured("ns/page", SPLIT, Reading.LINE).format(Figures::time).column("issue")
        .notes(NATIVE, Notes::split).notes(PACED, Notes::parts)),

    /** Of {@link #SPLIT_NS_PER_PAGE}, waiting for the completion of invalidations. */
    WAIT_NS_PER_PAGE("waitNsPerPage", measured("ns/page", SPLIT, Reading.LINE).format(Figures::time).column("wait")),

    /** Of {@link #SPLIT_NS_PER_PAGE}, the rest: the kernel's path. */
    SOFTWARE_NS_PER_PAGE("softwareNsPerPage", measured("ns/page", SPLIT, Reading.LINE).format(Figures::time)
        .column("software")),

    /** {@link #WAIT_NS_PER_PAGE} in turns of the run queue, as they were measured beside. */
    WAIT_IN_TURNS("", made(row -> row.value(Figure.WAIT_NS_PER_PAGE) / row.rounds().turnNanos()).ofRounds()
        .format(Figures::count).column(NATIVE, "wait/turn").notes(NATIVE, Notes::turn)),

    /** {@link #WAIT_NS_PER_PAGE} in round trips of a cache line, as they were measured beside. */
    WAIT_IN_ROUND_TRIPS("", made(row -> row.value(Figure.WAIT_NS_PER_PAGE) / row.rounds().roundTripNanos()).ofRounds()
        .format(Figures::count).column(NATIVE, "wait/roundTrip").notes(NATIVE, Notes::roundTrip)),

    /** A turn of the host's run queue, nanoseconds: the median of what was measured beside the point. */
    TURN_NANOS("turnNanos", made(row -> row.rounds().turnNanos()).ofRounds()),

    /** A cache line's round trip between two cores, nanoseconds: the median of what was measured beside the point. */
    ROUND_TRIP_NANOS("roundTripNanos", made(row -> row.rounds().roundTripNanos()).ofRounds()),

    /** Share of the program's time in the flush functions, 0..1. */
    FLUSH_SHARE("flushShare", measured("1", SPLIT, Reading.LINE).within(Range.SHARE).format(Figures::percent)
        .boundedInRounds().column(PACED, "share")),

    /** What TLBI and DSB took of a page, in each JVM together; stands in {@code rows.json} where a run tells of rounds. */
    FLUSH_NS_PER_PAGE("", made(row -> row.paced().flush().value()).only(PACED).format(Figures::time)
        .column("flush", Figure::flush).where(row -> row.paced().inRounds()).note("flush: issue and wait, added up in each "
            + "JVM and extrapolated as one figure.")),

    /** Invalidations issued per page. */
    TLBI_PER_PAGE("tlbiPerPage", measured("1/page", TOTAL, Reading.SCORE)),

    /** Barriers that wait for completion, per page. */
    DSB_ISH_PER_PAGE("dsbIshPerPage", measured("1/page", TOTAL, Reading.SCORE)),

    /** Barriers that order stores, per page. */
    DSB_ISHST_PER_PAGE("dsbIshstPerPage", measured("1/page", TOTAL, Reading.SCORE)),

    /** Accesses that a TLB could translate. */
    TLB_HITS("tlbHits", measured("#", TOTAL, Reading.SCORE)),

    /** Accesses that took a walk. */
    TLB_MISSES("tlbMisses", measured("#", TOTAL, Reading.SCORE)),

    /** From the issue of an invalidation to a running core's acknowledgement: nanoseconds, a distribution. */
    ACK_DELAY_NS("ackDelayNs", measured("ns", SPLIT, Reading.SCORE).distribution().unknownIfMissing(PACED)),

    /**
     * User accesses per CPU-second without invalidations, divided by those with them, on the cores that run the user
     * program: above 1 is slower. Not known if none does.
     */
    VICTIM_SLOWDOWN("victimSlowdown", measured("1/s", TOTAL, Reading.SLOWDOWN).readFrom("victimAccessesPerCpuSecond")
        .format(Figures::ratio).bounded().column("victims").where(Row::hasVictims).note("victims: how much slower user "
            + "programs ran per CPU-second than beside the same senders without invalidations.")),

    /** The 95 % interval of {@link #VICTIM_SLOWDOWN} over rounds that have both it and the control. */
    VICTIM_SLOWDOWN_INTERVAL("victimSlowdownInterval", made(Row::victimSlowdownInterval).ofRounds()),

    /**
     * Accesses through a translation whose page was gone, in every measured iteration of the uninstrumented and the
     * instrumented forks: a row with any proves its strategy broken.
     */
    STALE_USES("staleUses", measured("#", TOTAL, Reading.SUM)
        .column("stale", row -> Long.toString(row.staleUses()))),

    /** Times a waiting core gave up its CPU. */
    YIELDS("yields", measured("#", TOTAL, Reading.SCORE)),

    /** Times a parked core was woken. */
    WAKE_UPS("wakeUps", measured("#", TOTAL, Reading.SCORE)),

    /** The same per page. Runs from before they were counted so lack it; where nobody slept it is known all the same. */
    WAKE_UPS_PER_PAGE("wakeUpsPerPage", measured("1/page", TOTAL, Reading.SCORE)
        .ifMissing(total -> total.score("wakeUps") == 0 ? 0 : Double.NaN, NATIVE, PACED).format(Figures::count)
        .column(NATIVE, "wake-ups").where(row -> row.value(Figure.WAKE_UPS) > 0).note("wake-ups: cores that slept and "
            + "were woken, per page; to wake them is part of the times.")),

    /** Milliseconds the cores' threads were ready to run and did not. */
    RUN_DELAY_MS("runDelayMs", measured("ms", TOTAL, Reading.SCORE)),

    /** How many of the host's CPUs the cores' threads were pinned to, at least 1. */
    HOST_CPUS("hostCpus", measured("CPUs", TOTAL, Reading.SCORE).within(Range.WHOLE)),

    /** Whether cores had to share CPUs. */
    OVERSUBSCRIBED("oversubscribed", made(Row::oversubscribed)
        .words(NATIVE, "cores/CPUs", row -> (row.oversubscribed() ? "oversubscribed " : "") + row.point().cores() + '/'
            + row.hostCpus())),

    /** Mean of the synchronous strategy at the same point over this mean; not known of the synchronous strategy itself. */
    BATCHING_GAIN("batchingGain", made(Row::batchingGain).format(Figures::ratio).boundedInRounds().column("gain")
        .notes(NATIVE, Notes::gain)),

    /**
     * {@link #BATCHING_GAIN} with its 95 % interval over rounds that have both; not known of the synchronous strategy itself.
     * Of a paced row it stands in {@code rows.json} where the run tells of its rounds.
     */
    GAIN("gain", made(Row::gain).ofRounds()),

    /** How many uninstrumented forks, at least 1. */
    FORKS("forks", made(Row::forks)),

    /** How many uninstrumented JVMs measured it, each in a round of its own. */
    REPLICATES("replicates", made(row -> row.rounds().replicates().size()).ofRounds().format(Figures::whole)
        .column(NATIVE, "JVMs")),

    /** Whether all its JVMs had warmed up when they measured. */
    STEADY("steady", made(row -> row.rounds().steady()).ofRounds()),

    /** Share of the host's CPU time that others used while it was measured, 0..1. */
    FOREIGN_CPU_SHARE("foreignCpuShare", made(row -> row.rounds().foreignCpuShare()).ofRounds().format(Figures::percent)
        .column(NATIVE, "foreign").note(NATIVE, "foreign: share of the host's CPU time that others used meanwhile.")),

    /** Version of the JDK that ran them. */
    JDK("jdk", made(Row::jdk)),

    /** The largest dilation. */
    DILATION("dilation", made(row -> row.paced().dilation()).only(PACED).format(Figures::dilation).column("D")),

    /** How far off the figure may be that the workload is run for, as a share of it. */
    ERROR_BOUND("errorBound", made(row -> row.paced().errorBound()).only(PACED)),

    /** Whether that figure fell along a straight line in 1 / dilation; null if that cannot be told. */
    STRAIGHT("straight", made(row -> row.paced().straightness() == Straightness.CANNOT_TELL ? null : row.paced().straight())
        .only(PACED)),

    /** Share of emulated time by which messages came later than planned. */
    SLIP_SHARE("slipShare", measured("1", TOTAL, Reading.SCORE).only(PACED)),

    /** By how much waits ended late: emulated nanoseconds, a distribution. */
    OVERRUN_NS("overrunNs", measured("ns", TOTAL, Reading.SCORE).distribution().only(PACED)),

    /** Wall-clock per emulated time as it was. */
    SLOWDOWN("slowdown", measured("1", TOTAL, Reading.SCORE).within(Range.ABOVE_ZERO).only(PACED).format(Figures::ratio)
        .column("slower").notes(Notes::lostToTheHost));

    /** From left to right, behind what tells rows apart. */
    static final List<Figure> ACROSS = List.of(NS_PER_PAGE, NS_PER_PAGE_ERROR, NS_PER_PAGE_P99, NS_PER_PAGE_COUNT,
        ISSUE_NS_PER_PAGE, WAIT_NS_PER_PAGE, SOFTWARE_NS_PER_PAGE, FLUSH_NS_PER_PAGE, SPLIT_NS_PER_PAGE, FLUSH_SHARE,
        BATCHING_GAIN, OPS_PER_SECOND,
        VICTIM_SLOWDOWN, WAKE_UPS_PER_PAGE, STALE_USES, OVERSUBSCRIBED, DILATION, SLOWDOWN);

    /** The same of a second table, for which there is no room beside those. */
    static final List<Figure> BELOW = List.of(PAGES_PER_SECOND, EFFICIENCY, WAIT_IN_TURNS, WAIT_IN_ROUND_TRIPS, REPLICATES,
        FOREIGN_CPU_SHARE);

    /** Marks the error of a figure of JVMs that never were steady. */
    static final String UNSTEADY = "!";

    /** Marks the error of a figure that others on the host may be part of. */
    static final String DISTURBED = "?";

    /** Marks a bound of an emulated figure that is too wide to be passed over. */
    static final String WIDE = "*";

    private final String key;
    private final Description description;
    private final Map<ClockKind, Column> columns;

    Figure(String key, Description description) {
        this.key = key;
        this.description = description;
        this.columns = description.columns(this::cell, row -> of(row) instanceof Number figure
            && !Double.isNaN(figure.doubleValue()));
    }

    /**
     * The name of the secondary metric of JMH's that it is read from.
     *
     * @return the name; empty if it is not measured, but made of other figures
     */
    public String metric() {
        return description.isMeasured() ? description.metric(key) : "";
    }

    /**
     * What the metric counts in, as JMH prints it.
     *
     * @return the unit; empty if there is no metric
     */
    public String unit() {
        return description.unit();
    }

    /** The one that a workload is run for. */
    static Figure mainOf(Workload workload) {
        return switch (workload.mainFigure()) {
            case TIME -> NS_PER_PAGE;
            case OPERATIONS -> OPS_PER_SECOND;
            case SLOWDOWN -> VICTIM_SLOWDOWN;
        };
    }

    /** Those that are measured on a clock. */
    static List<Figure> measuredOn(ClockKind clock) {
        return Stream.of(values()).filter(figure -> figure.description.isMeasured() && figure.isOf(clock)).toList();
    }

    /** The columns of a table of rows of one clock, from left to right. */
    static List<Column> columns(List<Row> rows) {
        return columns(ACROSS, rows);
    }

    /** Those of some figures. */
    static List<Column> columns(List<Figure> figures, List<Row> rows) {
        ClockKind clock = rows.get(0).point().clock();
        return figures.stream().flatMap(figure -> Stream.ofNullable(figure.columns.get(clock)))
            .filter(column -> column.isIn(rows)).toList();
    }

    /** Its key in {@code rows.json}; empty if it stands in another's. */
    String key() {
        return key;
    }

    /** How it is read; of one that is measured. */
    Description read() {
        return description;
    }

    private boolean isOf(ClockKind clock) {
        return description.clocks().contains(clock);
    }

    /**
     * What {@code rows.json} holds.
     *
     * @param row a row
     * @return a number, a truth, a text, a {@link Row.Distribution}, an {@link Interval} or a {@link Replicates.Gain}; null if
     *         its clock has none, or if it is of rounds and the row knows nothing of its own
     */
    Object of(Row row) {
        if (!isOf(row.point().clock()) || description.isOfRounds() && row.rounds() == null) {
            return null;
        }
        return description.isMeasured() ? description.isDistribution() ? row.distribution(this) : row.value(this)
            : description.made(row);
    }

    /** The figure alone, as people read it; or why it is none. */
    String text(Row row) {
        if (row.refused(this) != null) {
            return row.refused(this).brief();
        }
        Object figure = of(row);
        return figure == null ? Figures.NONE
            : description.format(figure instanceof Row.Distribution times ? times.mean() : ((Number) figure).doubleValue());
    }

    /** The figure with how far off it may be, where that is told. */
    String words(Row row) {
        return isBounded(row) ? text(row) + ' ' + Figures.bound(row.bound(this)) : text(row) + overRounds(row);
    }

    /** How far off a figure of its own interval may be. */
    private String overRounds(Row row) {
        return row.paced() == null && row.interval(this).known() ? ' ' + Figures.error(row.value(this), row.interval(this))
            : "";
    }

    private static String error(Row row) {
        return Figures.error(row.nsPerPage().mean(), row.nsPerPageError())
            + (row.rounds() == null || row.rounds().steady() ? "" : UNSTEADY)
            + (row.rounds() == null || !row.rounds().disturbed() ? "" : DISTURBED);
    }

    private static String timed(Row row) {
        return SPLIT_NS_PER_PAGE.text(row) + (row.splitDisturbs() ? "*" : "");
    }

    private String cell(Row row) {
        return isBounded(row) ? text(row) + ' ' + bound(row) : text(row) + overRounds(row);
    }

    private boolean isBounded(Row row) {
        return row.paced() != null && Double.isFinite(row.value(this)) && description.isBounded(row.paced().inRounds());
    }

    private static String flush(Row row) {
        Row.Measured flush = row.paced().flush();
        return flush.refused() != null ? flush.refused().brief() : Double.isNaN(flush.value()) ? Figures.NONE
            : Figures.time(flush.value()) + ' ' + Figures.reach(flush.value(), flush.interval());
    }

    /** How far off the figure of an emulated row may be, marked if that is too far, or the row's line is none. */
    String bound(Row row) {
        String reach = row.paced().inRounds() ? Figures.reach(row.value(this), row.interval(this))
            : Figures.bound(row.bound(this));
        return reach + (row.bound(this) > Extrapolation.WIDE ? WIDE : "")
            + (this == row.mainFigure() && row.refused(this) == null ? row.paced().straightness().mark() : "");
    }
}
