package dev.salvo.results;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * A straight line through a system call's cost over targets, or over pages: least squares in every round by itself, so that
 * slope and intercept have an interval over rounds. Of valid rows only, and of those in which every thread had a CPU.
 *
 * @param series    what the points have in common
 * @param over      what grows: {@code target} or {@code page}
 * @param slope     nanoseconds for each more
 * @param intercept nanoseconds at 0: what is paid once
 * @param at        where there are points, ascending
 */
record KernelLine(String series, String over, Estimate slope, Estimate intercept, List<Double> at) {
    private static final int ENOUGH = 2;

    /** All that rows allow. */
    static List<KernelLine> of(List<KernelRow> rows) {
        List<KernelRow> good = rows.stream().filter(row -> row.valid() && !row.oversubscribed()).toList();
        List<KernelLine> lines = new ArrayList<>();
        group(good, row -> new Object[] {row.point().op(), row.point().senders(), row.point().pages(), row.point().others(),
            row.point().placement()}).forEach(some -> add(lines, "target", words(some.get(0), true), some.stream()
                .filter(row -> row.control() != null && row.control().valid() && row.targets() > row.control().targets()).toList(), KernelRow::targets,
                KernelLine::overControl));
        group(good, row -> new Object[] {row.point().op(), row.point().senders(), row.point().cores(), row.point().others(),
            row.point().placement()}).forEach(some -> add(lines, "page", words(some.get(0), false), some,
                row -> row.point().pages(), row -> byRound(row.nsPerOp())));
        return lines;
    }

    private static List<List<KernelRow>> group(List<KernelRow> rows, Function<KernelRow, Object[]> by) {
        Map<List<Object>, List<KernelRow>> groups = rows.stream().collect(Collectors.groupingBy(
            row -> Arrays.asList(by.apply(row)), LinkedHashMap::new, Collectors.toList()));
        return List.copyOf(groups.values());
    }

    private static String words(KernelRow row, boolean anyCores) {
        KernelPoint point = row.point();
        return point.op() + Text.AND + (anyCores ? PeersTable.plural(point.pages(), "page") : PeersTable.plural(point.cores(), "core"))
            + Text.AND + PeersTable.plural(point.senders(), "sender") + Text.AND + "others " + point.others() + Text.AND
            + point.placement();
    }

    private static Map<Integer, Double> byRound(Replicates replicates) {
        Map<Integer, Double> figures = new LinkedHashMap<>();
        for (int i = 0; i < replicates.count(); i++) {
            figures.put(replicates.rounds()[i], replicates.figures()[i]);
        }
        return figures;
    }

    /** The control has no such target: of what is left over it, the intercept is what sending takes, to however many. */
    private static Map<Integer, Double> overControl(KernelRow row) {
        Map<Integer, Double> control = byRound(row.control().nsPerOp());
        Map<Integer, Double> over = byRound(row.nsPerOp());
        over.keySet().retainAll(control.keySet());
        over.replaceAll((round, nanos) -> nanos - control.get(round));
        return over;
    }

    private static void add(List<KernelLine> lines, String over, String series, List<KernelRow> rows,
            ToDoubleFunction<KernelRow> x, Function<KernelRow, Map<Integer, Double>> figures) {
        TreeSet<Double> at = rows.stream().map(x::applyAsDouble).collect(Collectors.toCollection(TreeSet::new));
        if (at.size() < ENOUGH) {
            return;
        }
        Map<Integer, SimpleRegression> rounds = new LinkedHashMap<>();
        for (KernelRow row : rows) {
            figures.apply(row).forEach((round, nanos) -> rounds.computeIfAbsent(round, none -> new SimpleRegression())
                .addData(x.applyAsDouble(row), nanos));
        }
        List<SimpleRegression> whole = rounds.values().stream().filter(line -> line.getN() == rows.size()).toList();
        Estimate slope = Estimate.of(whole.stream().mapToDouble(SimpleRegression::getSlope).toArray());
        if (slope.known()) {
            lines.add(new KernelLine(series, over, slope, Estimate.of(whole.stream().mapToDouble(SimpleRegression::getIntercept)
                .toArray()), List.copyOf(at)));
        }
    }

    /** What stands over the columns of {@link #cells}. */
    static List<String> heads(String over) {
        return List.of(over.equals("target") ? "cost over the control" : "time of an operation", "for each " + over + " more",
            over.equals("target") ? "for sending at all" : "however large it is", over + "s");
    }

    List<String> cells() {
        return List.of(series, slope.time(), intercept.time(), Figures.whole(at.get(0)) + " to "
            + Figures.whole(at.get(at.size() - 1)) + " (" + at.size() + ')');
    }
}
