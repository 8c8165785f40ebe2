package dev.salvo.results;

import dev.salvo.point.Point;
import dev.salvo.point.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What is said below a table of its columns where that depends on the rows, which are of one clock. */
final class Notes {
    private Notes() {
    }

    static List<String> mean(List<Row> rows) {
        String lists = any(rows, row -> row.point().workload() != Workload.SEED) ? "operations" : "lists";
        return List.of("mean, p99: wall time of a sender's whole " + lists + ", divided by their pages"
            + (any(rows, Notes::hasRounds) ? "; the mean over JVMs of each one's time over its pages, the percentile of all "
                + lists + "." : "."));
    }

    static List<String> emulated(List<Row> rows) {
        return List.of("Emulated time, not this host's: every cost that the profile gives is a real wait, D times as long; "
            + "what a page took is divided by D, and extrapolated over several D to a host that costs nothing. p99 is "
            + "not extrapolated: it is of whole lists, or operations, at the D shown, the largest.");
    }

    private static boolean hasRounds(Row row) {
        return row.rounds() != null;
    }

    static List<String> error(List<Row> rows) {
        List<String> notes = new ArrayList<>();
        if (any(rows, row -> row.nsPerPageError().known())) {
            notes.add("error: " + errors(rows) + ".");
        }
        if (any(rows, row -> hasRounds(row) && !row.rounds().steady())) {
            notes.add(Figure.UNSTEADY + ": a JVM of the row never became steady: its warm-up may be part of these times.");
        }
        if (any(rows, row -> hasRounds(row) && row.rounds().disturbed())) {
            notes.add(Figure.DISTURBED + ": beside a JVM of the row others, or a hypervisor, had more than "
                + Math.round(100 * Rounds.MOST_TAKEN) + "% of the CPUs, when it was measured again, too: they may be part of "
                + "these times.");
        }
        return notes;
    }

    static List<String> gain(List<Row> rows) {
        return List.of(any(rows, row -> row.interval(Figure.BATCHING_GAIN).known())
            ? "gain: sync mean / this mean, of the rounds that have both, and how far its " + Interval.CONFIDENCE_PERCENT
                + "% interval over rounds reaches." : "gain: sync mean / this mean.");
    }

    static List<String> efficiency(List<Row> rows) {
        return List.of("efficiency: pages/s of each sender, over those on the fewest cores that were measured with as many "
            + "senders, or with all cores sending" + (any(rows, row -> row.interval(Figure.EFFICIENCY).known())
                ? ", and how far its " + Interval.CONFIDENCE_PERCENT + "% interval over rounds reaches." : "."));
    }

    static List<String> turn(List<Row> rows) {
        return List.of("wait/turn: the wait in turns of the host's run queue, one of which took " + span(rows, Rounds::turnNanos)
            + ".");
    }

    static List<String> roundTrip(List<Row> rows) {
        return List.of("wait/roundTrip: the wait in round trips of a cache line, one of which took "
            + span(rows, Rounds::roundTripNanos) + ".");
    }

    private static String span(List<Row> rows, ToDoubleFunction<Rounds> time) {
        double[] known = rows.stream().filter(Notes::hasRounds).mapToDouble(row -> time.applyAsDouble(row.rounds()))
            .filter(Double::isFinite).sorted().toArray();
        String least = Figures.time(known[0]);
        String most = Figures.time(known[known.length - 1]);
        return least.equals(most) ? least : least + " to " + most;
    }

    /** What the error of some rows is. */
    static String errors(List<Row> rows) {
        if (rows.get(0).paced() != null) {
            return "from the value at the largest dilation to the extrapolated one, and the "
                + Interval.CONFIDENCE_PERCENT + "% interval over " + forks(rows);
        }
        if (any(rows, Notes::hasRounds)) {
            return Interval.CONFIDENCE_PERCENT + "% interval of the mean, over rounds (" + forks(rows)
                + "), farther up than down";
        }
        String over = rows.stream().map(row -> Point.word(row.nsPerPageError().over())).distinct()
            .collect(Collectors.joining(" or "));
        return Interval.CONFIDENCE_PERCENT + "% interval of the mean, over " + over + " (" + forks(rows) + ')';
    }

    private static String forks(List<Row> rows) {
        TreeSet<Integer> forks = rows.stream().map(Row::forks).collect(Collectors.toCollection(TreeSet::new));
        String of = forks.first().equals(forks.last()) ? forks.first().toString() : forks.first() + "–" + forks.last();
        return of + (forks.last() == 1 ? " fork" : " forks");
    }

    /** The bound's marks, too, which stand behind other figures as well. */
    static List<String> bound(List<Row> rows) {
        List<String> notes = new ArrayList<>();
        notes.add(any(rows, row -> row.paced().inRounds())
            ? "bound: how far off a figure may be, to either side: over its value at the largest D and what " + forks(rows)
                + " scatter by there; over where the line in 1 / D ends, and may end by scatter; and over where a parabola does."
            : "bound: how far off a figure may be: the way from its value at the largest D to the extrapolated "
                + "one, and the " + Interval.CONFIDENCE_PERCENT + "% interval over " + forks(rows) + " at the largest D.");
        if (any(rows, row -> Double.isNaN(row.paced().errorBound()) && row.refused(row.mainFigure()) == null)) {
            notes.add("A bound of " + Figures.NONE + " is not known: it takes three forks.");
        }
        if (shows(rows, Figure.WIDE)) {
            notes.add(Figure.WIDE + ": the bound is over 10%, too wide to quote the figure without it; a larger D narrows "
                + "it.");
        }
        if (shows(rows, Straightness.BENT.mark())) {
            notes.add(Straightness.BENT.mark() + ": the values at the several D do not lie on a straight line in 1 / D"
                + (any(rows, row -> !row.paced().inRounds()) ? ", or there are two only, which cannot show it" : "")
                + ": do not trust the extrapolation.");
        }
        if (shows(rows, Straightness.CANNOT_TELL.mark())) {
            notes.add(Straightness.CANNOT_TELL.mark() + ": whether the values at the several D lie on a straight line in "
                + "1 / D cannot be told: forks scatter too much, or are too few.");
        }
        rows.stream().flatMap(row -> row.refusals().values().stream()).map(Refusal::reason).distinct().sorted()
            .map(Refusal.Reason::note).forEach(notes::add);
        rows.stream().filter(row -> row.paced().check() != null).map(Notes::checked).forEach(notes::add);
        return notes;
    }

    private static String checked(Row row) {
        Row.Check check = row.paced().check();
        return "check: " + Point.word(row.point().strategy()) + ", " + row.point().cores() + " cores: at D "
            + Figures.dilation(check.dilation()) + " the line foretold " + Figures.time(check.foretold()) + ", and measured was "
            + Figures.time(check.measured()) + (check.holds() ? ": it holds."
            : ": it does not hold, and the bound reaches over that, too.");
    }

    static List<String> parts(List<Row> rows) {
        String share = "issue, wait, software: of the mean. share: of the program's time, what it spent in the flush "
            + "functions. ";
        return List.of(share + (any(rows, row -> row.paced().inRounds())
            ? "gain: sync over this, fork by fork of a round, and extrapolated as one figure." : "gain: sync mean / this mean."));
    }

    private static boolean shows(List<Row> rows, String mark) {
        List<Column> columns = Figure.columns(rows);
        return any(rows, row -> columns.stream().anyMatch(column -> column.cell().apply(row).contains(mark)));
    }

    static List<String> split(List<Row> rows) {
        return List.of("issue, wait, software: where the time goes, from instrumented forks, in which a page took \"timed\" "
            + "in all" + (any(rows, Row::splitDisturbs) ? " (*: over 10% off the mean"
            + (any(rows, Notes::hasRounds) ? " with " + Interval.CONFIDENCE_PERCENT + "% confidence" : "")
            + ", so the split is rough)." : "."));
    }

    static List<String> ops(List<Row> rows) {
        return List.of("ops/s: rounds of the stressor's eight calls per second"
            + (rows.get(0).paced() != null ? " of emulated time" : "")
            + ", all children of all senders together; a p99 of them is not known, and the mean stands in its column.");
    }

    static List<String> lostToTheHost(List<Row> rows) {
        return List.of("slower: wall-clock per emulated time, as it was. Lost to the host: messages came later than planned "
            + "for at most " + Figures.percent(most(rows, row -> row.value(Figure.SLIP_SHARE))) + " of emulated time; waits "
            + "ended late by " + Figures.time(most(rows, row -> row.distribution(Figure.OVERRUN_NS).mean()))
            + " in the mean and " + Figures.time(most(rows, row -> row.distribution(Figure.OVERRUN_NS).p99()))
            + " at p99, emulated, in the worst row.");
    }

    private static boolean any(List<Row> rows, Predicate<Row> what) {
        return rows.stream().anyMatch(what);
    }

    /** NaN if no row has it. */
    private static double most(List<Row> rows, ToDoubleFunction<Row> figure) {
        return rows.stream().mapToDouble(figure).filter(Double::isFinite).max().orElse(Double.NaN);
    }
}
