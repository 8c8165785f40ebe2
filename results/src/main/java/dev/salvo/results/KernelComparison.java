package dev.salvo.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs of real system calls beside one another: at each point that they share how many times as long an operation takes as in the
 * first run, with the interval and the verdict of a {@link Ratio}. A point that was not validated on both sides has no ratio: two
 * times of nobody knows what have none.
 */
public final class KernelComparison {
    private static final int WIDTH = 120;

    private final List<RunFolder> runs;
    private final List<Line> lines = new ArrayList<>();
    private final List<String> left = new ArrayList<>();

    /** A point in the first run and in another one; the ratio is null where one of them was not validated. */
    private record Line(KernelPoint point, char side, KernelRow base, KernelRow other, Ratio ratio) {
        String words() {
            return point.words() + ": " + side + " over A is " + Figures.ratio(ratio.value()) + ", " + interval();
        }

        String interval() {
            return Double.isNaN(ratio.low()) ? Figures.NONE
                : Figures.ratio(ratio.low()) + " to " + Figures.ratio(ratio.high());
        }
    }

    private KernelComparison(List<RunFolder> runs) {
        this.runs = List.copyOf(runs);
    }

    /**
     * Compares.
     *
     * @param runs the runs, at least one; the others are compared with the first
     * @return the comparison
     * @throws BadRunException if one is not of real system calls, if two have no point in common, or if a file is damaged
     */
    public static KernelComparison of(List<RunFolder> runs) {
        for (RunFolder run : runs) {
            if (!run.isOfKernel()) {
                throw new BadRunException(run.path() + " is of simulated cores, and "
                    + runs.stream().filter(RunFolder::isOfKernel).findFirst().map(other -> other.path().toString()).orElse("another")
                    + " of this host's own kernel; accepted: runs of one of them, for their times have no ratio (salvo report shows "
                    + "both)");
            }
        }
        KernelComparison comparison = new KernelComparison(runs);
        Map<KernelPoint, KernelRow> base = byPoint(runs.get(0));
        List<Map<KernelPoint, KernelRow>> others = runs.stream().skip(1).map(KernelComparison::byPoint).toList();
        int common = (int) others.stream().flatMap(other -> other.values().stream()).filter(row -> row.valid()
            && base.containsKey(row.point()) && base.get(row.point()).valid()).count();
        for (int i = 0; i < others.size(); i++) {
            comparison.add(letter(i + 1), base, others.get(i), Math.max(1, common));
        }
        return comparison;
    }

    private static char letter(int number) {
        return (char) ('A' + number);
    }

    private static Map<KernelPoint, KernelRow> byPoint(RunFolder run) {
        return run.kernelRows().stream().collect(Collectors.toMap(KernelRow::point, Function.identity()));
    }

    private void add(char side, Map<KernelPoint, KernelRow> base, Map<KernelPoint, KernelRow> other, int comparisons) {
        Set<KernelPoint> both = new TreeSet<>(base.keySet());
        both.retainAll(other.keySet());
        if (both.isEmpty()) {
            throw new BadRunException(runs.get(side - 'A').path() + " and " + runs.get(0).path()
                + " have no point in common; accepted: runs of the same system calls");
        }
        for (KernelPoint point : both) {
            KernelRow here = base.get(point);
            KernelRow there = other.get(point);
            lines.add(new Line(point, side, here, there, !here.valid() || !there.valid() ? null
                : Ratio.of(ForkFigure.ofTimes(here.nsPerOp().figures()), ForkFigure.ofTimes(there.nsPerOp().figures()), false,
                    comparisons)));
        }
        base.keySet().stream().filter(point -> !both.contains(point)).sorted()
            .forEach(point -> left.add("only in A: " + point.words()));
        other.keySet().stream().filter(point -> !both.contains(point)).sorted()
            .forEach(point -> left.add("only in " + side + ": " + point.words()));
    }

    /**
     * As text.
     *
     * @param style what the screen can show
     * @return lines, the last one ended too
     */
    public String text(TerminalStyle style) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < runs.size(); i++) {
            Map<String, Object> host = runs.get(i).host();
            text.append(style.letters(letter(i) + ": " + Text.oneLine(runs.get(i).path() + Text.AND + runs.get(i).hostname() + Text.AND
                + host.get("cpuModel") + Text.AND + host.get("kernel"), Integer.MAX_VALUE))).append('\n');
        }
        if (lines.isEmpty()) {
            return text + "one run: nothing to compare\n";
        }
        TextTable table = new TextTable(List.of("cores", "others", "A", "other", "", "ratio", "95 % interval", "verdict"), 0);
        for (Line line : lines) {
            table.add(line.point.butCores(), List.of(Integer.toString(line.point.cores()), line.point.others(),
                    time(line.base), time(line.other), Character.toString(line.side),
                    line.ratio == null ? Figures.NONE : Figures.ratio(line.ratio.value()),
                    line.ratio == null ? Figures.NONE : line.interval(), verdict(line)));
        }
        List<String> notes = new ArrayList<>(left);
        notes.add("ratio: how many times as long an operation takes as in A; intervals hold together. A verdict takes "
            + ForkFigure.ENOUGH_FORKS + " rounds a side (--forks " + ForkFigure.ENOUGH_FORKS + "). What was not validated on both "
            + "sides has no ratio.");
        return text + table.text(style) + '\n' + Text.notes(notes, WIDTH, style);
    }

    private static String time(KernelRow row) {
        return row.valid() ? Figures.time(row.nsPerOp().mean()) : "not validated";
    }

    private static String verdict(Line line) {
        return line.ratio == null ? "not validated" : switch (line.ratio.verdict()) {
            case FASTER -> "faster";
            case SLOWER -> "slower";
            case NO_DIFFERENCE -> "no difference";
            case NOT_ENOUGH_FORKS -> "not enough rounds";
        };
    }

    /**
     * As data.
     *
     * @return an object with {@code clock}, {@code runs}, {@code ratios} and {@code leftOut}, with a line feed at the end
     */
    public String json() {
        ObjectNode all = Json.MAPPER.createObjectNode().put("clock", KernelPointFile.CLOCK);
        ArrayNode folders = all.putArray("runs");
        runs.forEach(run -> folders.add(run.path().toString()));
        ArrayNode ratios = all.putArray("ratios");
        for (Line line : lines) {
            KernelPoint point = line.point;
            ObjectNode node = ratios.addObject().put("op", point.op()).put("cores", point.cores()).put("senders", point.senders())
                .put("pages", point.pages()).put("others", point.others()).put("placement", point.placement())
                .put("side", Character.toString(line.side));
            Optional<Ratio> ratio = Optional.ofNullable(line.ratio);
            RowsJson.put(node, "ratio", ratio.map(Ratio::value).orElse(Double.NaN));
            RowsJson.put(node, "low", ratio.map(Ratio::low).orElse(Double.NaN));
            RowsJson.put(node, "high", ratio.map(Ratio::high).orElse(Double.NaN));
            node.put("verdict", verdict(line));
        }
        ArrayNode out = all.putArray("leftOut");
        left.forEach(out::add);
        return Json.pretty(all);
    }

    /**
     * What became slower, whatever the scatter.
     *
     * @param percent by how much it may
     * @return a line for each such point
     */
    public List<String> slowerBy(double percent) {
        return lines.stream().filter(line -> line.ratio != null && line.ratio.isSlowerBy(percent, false)).map(Line::words).toList();
    }

    /**
     * What cannot be decided: whether it became slower by so much, or not.
     *
     * @param percent by how much it may
     * @return a line for each such point, those included that were not validated on both sides
     */
    public List<String> undecided(double percent) {
        return lines.stream().filter(line -> line.ratio == null || !line.ratio.isSlowerBy(percent, false)
            && !line.ratio.isNotSlowerBy(percent, false)).map(line -> line.ratio == null
            ? String.format(Locale.ROOT, "%s: not validated in A and %s", line.point.words(), line.side) : line.words()).toList();
    }
}
