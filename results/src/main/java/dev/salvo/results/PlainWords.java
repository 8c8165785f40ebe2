package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.ClockKind;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.point.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What rows of one run and one clock say, as sentences for somebody who has not read the tables: made from their
 * figures, with what makes those less than they seem in the same breath.
 */
final class PlainWords {
    private static final Comparator<Row> LARGEST = Comparator.<Row>comparingInt(row -> row.point().cores())
        .thenComparing(row -> row.point().senders(), Comparator.reverseOrder());
    private static final double ALIKE = 1.05;
    private static final double MUCH = 0.1;

    private final List<Row> rows;
    /** The mechanism; empty where none of the run is other than it always was. */
    private final String mechanism;
    /** The version of Linux, with its marks; empty where all of the run is the mixture. */
    private final String linux;
    private final List<String> sentences = new ArrayList<>();

    /** The largest machine's rows of two strategies that differ in nothing else. */
    private record Pair(Row sync, Row other) {
    }

    /**
     * A figure to be shown large.
     *
     * @param figure the figure
     * @param words  what it is
     */
    record Card(String figure, String words) {
    }

    /** Of some rows of a run. */
    private PlainWords(List<Row> rows, List<Row> all) {
        this.rows = rows;
        boolean isSaid = Axis.MECHANISM.isSaidOf(all.stream().map(Row::point).toList());
        mechanism = isSaid ? rows.get(0).point().value(Axis.MECHANISM) : "";
        linux = Axis.LINUX.isSaidOf(all.stream().map(Row::point).toList()) ? Axis.LINUX.caption(rows.get(0).point()) : "";
    }

    /** A paragraph for each workload, machine, mechanism and version, and one on how far to trust them; rows are of one run and clock. */
    static List<String> of(List<Row> rows) {
        List<List<String>> all = new ArrayList<>();
        apart(Row.believed(rows)).forEach(part -> all.add(new PlainWords(part, rows).said()));
        List<String> trust = new PlainWords(rows, rows).trust();
        if (all.size() == 1) {
            all.get(0).addAll(trust);
        } else {
            all.add(trust);
        }
        return all.stream().filter(sentences -> !sentences.isEmpty()).map(sentences -> String.join(" ", sentences)).toList();
    }

    /** The figures that the sentences are about; none where several workloads, machines, mechanisms or versions would be mixed up. */
    static List<Card> cards(List<Row> rows) {
        List<Row> believed = Row.believed(rows);
        return apart(believed).size() == 1 ? new PlainWords(believed, rows).cards() : List.of();
    }

    /** By what makes the figures of one not comparable with those of another. */
    private static List<List<Row>> apart(List<Row> rows) {
        Function<Row, String> kind = row -> Axis.WORKLOAD.caption(row.point()) + Axis.CLOCK.caption(row.point())
            + (alwaysBroadcasts(row) ? "" : Axis.MECHANISM.caption(row.point()))
            + (Axis.LINUX.isSaidOf(List.of(row.point())) ? Axis.LINUX.caption(row.point()) : "");
        return List.copyOf(rows.stream().collect(Collectors.groupingBy(kind, TreeMap::new, Collectors.toList()))
            .values());
    }

    private List<String> said() {
        Point any = rows.get(0).point();
        if (any.clock() == ClockKind.PACED) {
            sentences.add("These times are emulated, with the costs of " + any.profile() + "; they are not this host's.");
        }
        if (any.workload() != Workload.SEED) {
            sentences.add("The workload is " + Point.word(any.workload()) + '.');
        }
        if (!mechanism.isEmpty()) {
            sentences.add("The mechanism is " + mechanism + '.');
        }
        if (!linux.isEmpty()) {
            sentences.add("The kernel is " + linux + '.');
        }
        Optional<Pair> pair = pair(rows);
        pair.ifPresentOrElse(this::gain, this::alone);
        growth(pair.map(each -> List.of(each.sync(), each.other())).orElseGet(() -> List.of(largest(rows))));
        pair(rows.stream().filter(row -> row.point().allSend()).toList())
            .filter(all -> pair.isEmpty() || !all.equals(pair.get())).ifPresent(this::allSend);
        rate();
        victims();
        return sentences;
    }

    private static Row largest(List<Row> rows) {
        return rows.stream().max(LARGEST).get();
    }

    private static Optional<Pair> pair(List<Row> rows) {
        return rows.stream().filter(row -> Double.isFinite(row.batchingGain())).sorted(LARGEST.reversed())
            .flatMap(row -> Row.synchronous(row.point(), rows).map(sync -> new Pair(sync, row)).stream()).findFirst();
    }

    private void gain(Pair pair) {
        Row sync = pair.sync();
        Row other = pair.other();
        String name = Point.word(other.point().strategy());
        double gain = other.batchingGain();
        sentences.add("At " + machine(sync) + " one page costs " + time(sync) + " when each page " + flushed(sync) + "; " + name
            + ' ' + time(other) + ": " + times(gain) + reach(other, Figure.BATCHING_GAIN) + '.');
        Interval interval = other.interval(Figure.BATCHING_GAIN);
        if (interval.known()) {
            if (interval.low() < 1 && interval.high() > 1) {
                sentences.add("The interval of that gain holds 1, so that the difference may be chance.");
            }
        } else if (sync.nsPerPageError().known() && other.nsPerPageError().known()
            && sync.nsPerPageError().low() < other.nsPerPageError().high()
            && other.nsPerPageError().low() < sync.nsPerPageError().high()) {
            sentences.add("Their intervals overlap, so that the difference may be chance.");
        }
        shootdown("a synchronous page", sync);
        shootdown("a " + name + " one", other);
        if (sync.nsPerPage().p99() > sync.nsPerPage().mean()) {
            sentences.add("One synchronous " + unit(sync) + " in a hundred took " + Figures.time(sync.nsPerPage().p99())
                + " a page or longer.");
        }
    }

    /** How far the interval of a figure reaches that has one of its own, over rounds. */
    private static String reach(Row row, Figure figure) {
        return (row.paced() == null || row.paced().inRounds()) && row.interval(figure).known()
            ? " (" + Figures.error(row.value(figure), row.interval(figure)) + ')' : "";
    }

    /** What each synchronous page does. */
    private static String flushed(Row sync) {
        return alwaysBroadcasts(sync) ? "waits for all cores" : "is flushed by itself";
    }

    /** Whether its mechanism tells all cores of a page, whatever has run on them: as was so before there was a choice. */
    private static boolean alwaysBroadcasts(Row row) {
        return !Axis.MECHANISM.isSaidOf(List.of(row.point()));
    }

    private static String times(double gain) {
        if (gain < ALIKE && 1 / gain < ALIKE) {
            return "about the same";
        }
        return gain > 1 ? Figures.count(gain) + " times less" : Figures.count(1 / gain) + " times more";
    }

    private static String unit(Row row) {
        return row.point().workload() == Workload.SEED ? "list of pages" : "operation";
    }

    private void alone() {
        Row largest = largest(rows);
        sentences.add("At " + machine(largest) + " one page costs " + time(largest) + " ("
            + Point.word(largest.point().strategy()) + ").");
        shootdown("it", largest);
    }

    /** What a row's shootdowns take: mostly waiting, but where senders queue for the interconnect, issuing, too. */
    private void shootdown(String what, Row row) {
        if (Double.isFinite(waiting(row))) {
            boolean roughly = row.paced() == null && row.splitDisturbs();
            sentences.add(Figures.percent(waiting(row)) + " of " + what + " is " + waitingWords(row) + ofWhat(row)
                + (roughly ? ", roughly." : "."));
        }
    }

    /** A share is of the JVMs that it was measured in, which are not those of the mean: their own time is told with it. */
    private static String ofWhat(Row row) {
        return row.rounds() == null ? "" : ", of the " + Figure.SPLIT_NS_PER_PAGE.text(row) + " that it takes where that is timed";
    }

    private static boolean issues(Row row) {
        return row.value(Figure.ISSUE_NS_PER_PAGE) / row.value(Figure.SPLIT_NS_PER_PAGE) > MUCH;
    }

    private static String waitingWords(Row row) {
        return issues(row) ? "issuing and waiting" : "waiting";
    }

    /** Of the time with timestamps, which is what the split is of. */
    private static double waiting(Row row) {
        double waits = row.value(Figure.WAIT_NS_PER_PAGE) + (issues(row) ? row.value(Figure.ISSUE_NS_PER_PAGE) : 0);
        return Math.min(1, waits / row.value(Figure.SPLIT_NS_PER_PAGE));
    }

    private void growth(List<Row> largest) {
        List<String> grown = new ArrayList<>();
        for (Row to : largest) {
            Row from = rows.stream().filter(row -> sameButCores(row.point(), to.point()))
                .min(Comparator.comparingInt(row -> row.point().cores())).orElse(to);
            if (from.point().cores() < to.point().cores()) {
                double factor = to.nsPerPage().mean() / from.nsPerPage().mean();
                String strategy = to.point().strategy() == Strategy.SYNC ? "synchronous"
                    : Point.word(to.point().strategy());
                grown.add((grown.isEmpty() ? "From " + from.point().cores() + " to " + to.point().cores() + " cores a "
                    + strategy + " page has become " : "a " + strategy + " one ") + Figures.count(factor)
                    + " times as expensive (from " + Figures.time(from.nsPerPage().mean()) + ')');
            }
        }
        if (!grown.isEmpty()) {
            sentences.add(String.join(", ", grown) + '.');
        }
    }

    /** "All" is the same for any number of cores. */
    private static boolean sameButCores(Point point, Point other) {
        Set<Axis> without = Set.of(Axis.CORES);
        return point.shown(without).equals(other.shown(without));
    }

    private void allSend(Pair pair) {
        Row sync = pair.sync();
        Row other = pair.other();
        sentences.add("When all " + sync.point().cores() + " cores send, a page takes " + time(sync) + ", "
            + Point.word(other.point().strategy()) + ' ' + time(other) + ": " + times(other.batchingGain()) + reach(other, Figure.BATCHING_GAIN)
            + "; together they get " + Figures.count(sync.value(Figure.PAGES_PER_SECOND) / 1000) + " and "
            + Figures.count(other.value(Figure.PAGES_PER_SECOND) / 1000) + " thousand pages a second done.");
    }

    /** What the stressor is run for. */
    private void rate() {
        List<Row> counted = rows.stream().filter(Row::countsOperations)
            .filter(row -> row.value(Figure.OPS_PER_SECOND) > 0).toList();
        if (counted.isEmpty()) {
            return;
        }
        Row most = counted.stream().max(Comparator.comparingInt(row -> row.point().senders())).get();
        Row least = counted.stream().filter(row -> row.point().strategy() == most.point().strategy())
            .min(Comparator.comparingInt(row -> row.point().senders())).get();
        sentences.add("With " + senders(most.point()) + ", all together do " + Figures.count(most.value(Figure.OPS_PER_SECOND))
            + " rounds a second (" + Point.word(most.point().strategy()) + ')'
            + (least.point().senders() == most.point().senders() ? "."
            : "; with " + senders(least.point()) + ' ' + Figures.count(least.value(Figure.OPS_PER_SECOND)) + '.'));
    }

    private static String senders(Point point) {
        return point.allSend() ? "all cores sending" : Axis.SENDERS.caption(point);
    }

    private void victims() {
        rows.stream().filter(row -> slowdown(row) > 0).max(Comparator.comparingDouble(PlainWords::slowdown))
            .ifPresent(row -> sentences.add("User programs on the other cores ran " + (slowdown(row) >= 1
                ? "at most " + Figures.count(slowdown(row)) + " times slower" + reach(row, Figure.VICTIM_SLOWDOWN) : "no slower")
                + " for the invalidations (" + Point.word(row.point().strategy()) + ", " + row.point().cores() + " cores)."));
    }

    private static double slowdown(Row row) {
        return row.value(Figure.VICTIM_SLOWDOWN);
    }

    private List<String> trust() {
        List<Row> shared = rows.stream().filter(Row::scheduled).toList();
        if (!shared.isEmpty()) {
            sentences.add(Figures.range(shared.stream().map(row -> row.point().cores()).toList()) + " cores shared "
                + Figures.range(shared.stream().map(Row::hostCpus).toList())
                + " CPUs, so the host's scheduler is part of these times: a wait lasts until every core has had its turn.");
        }
        long wide = rows.stream().filter(row -> row.paced() != null && row.paced().wide()).count();
        long unknown = rows.stream().filter(row -> row.paced() != null && Double.isNaN(row.paced().errorBound()))
            .filter(row -> row.refused(row.mainFigure()) == null).count();
        long bent = rows.stream().filter(row -> row.paced() != null
            && row.paced().straightness() == Straightness.BENT).count();
        long hidden = rows.stream().filter(row -> row.paced() != null
            && row.paced().straightness() == Straightness.CANNOT_TELL).count();
        long refused = rows.stream().filter(row -> row.refused(row.mainFigure()) != null).count();
        if (refused > 0) {
            sentences.add(refused + " of " + rows.size() + " figures were refused: the table tells why in their place.");
        }
        if (wide > 0) {
            sentences.add(wide + " of " + rows.size() + " figures may be off by more than 10 %.");
        }
        if (unknown > 0) {
            sentences.add("How far " + unknown + " of " + rows.size() + " figures may be off is not known, for want of forks.");
        }
        if (bent > 0) {
            sentences.add(bent + " of " + rows.size() + " figures were not shown to be straight in 1 / D: do not trust those.");
        }
        if (hidden > 0) {
            sentences.add("Whether " + hidden + " of " + rows.size() + " figures are straight in 1 / D cannot be told.");
        }
        long unsteady = rows.stream().filter(row -> row.rounds() != null && !row.rounds().steady()).count();
        if (unsteady > 0) {
            sentences.add(unsteady + " of " + rows.size() + " figures are of JVMs that never became steady.");
        }
        long stale = rows.stream().mapToLong(Row::staleUses).sum();
        sentences.add(stale == 0 ? "No core used a page after it was gone."
            : stale + " times a core used a page after it was gone: do not trust this run.");
        return sentences;
    }

    private List<Card> cards() {
        List<Card> cards = new ArrayList<>();
        Optional<Pair> pair = pair(rows);
        Row first = pair.map(Pair::sync).orElseGet(() -> largest(rows));
        String kind = first.paced() == null ? "" : "emulated, ";
        cards.add(new Card(Figures.time(first.nsPerPage().mean()), kind + "a page, " + Point.word(first.point().strategy())
            + ", " + first.point().cores() + " cores"
            + (mechanism.isEmpty() ? "" : ", mechanism " + mechanism) + (linux.isEmpty() ? "" : ", " + linux)));
        pair.map(Pair::other).ifPresent(other -> {
            cards.add(new Card(Figures.time(other.nsPerPage().mean()), kind + "the same, "
                + Point.word(other.point().strategy())));
            cards.add(new Card(Figure.BATCHING_GAIN.words(other), "what " + Point.word(other.point().strategy())
                + " gains"));
        });
        if (Double.isFinite(waiting(first))) {
            cards.add(new Card(Figures.percent(waiting(first)), "of a " + Point.word(first.point().strategy())
                + " page is " + waitingWords(first) + ofWhat(first)));
        }
        rows.stream().filter(row -> row.countsOperations() && row.value(Figure.OPS_PER_SECOND) > 0)
            .max(Comparator.comparingInt(row -> row.point().senders())).ifPresent(row -> cards.add(new Card(
                Figures.count(row.value(Figure.OPS_PER_SECOND)), kind + "rounds a second, " + Axis.SENDERS.caption(row.point()))));
        rows.stream().filter(row -> slowdown(row) > 0).max(Comparator.comparingDouble(PlainWords::slowdown))
            .ifPresent(row -> cards.add(new Card(Figures.ratio(slowdown(row)), kind
                + "how much slower a bystander ran")));
        return cards;
    }

    private static String machine(Row row) {
        Point point = row.point();
        return point.cores() + (point.cores() == 1 ? " core" : " cores") + (point.senders() == 1 ? "" : ", "
            + Axis.SENDERS.caption(point) + ',');
    }

    /** With how far off it may be, where that is known. */
    private static String time(Row row) {
        String error = Figures.error(row.nsPerPage().mean(), row.nsPerPageError());
        return Figures.time(row.nsPerPage().mean()) + (error.isEmpty() ? "" : " (" + error + ')');
    }
}
