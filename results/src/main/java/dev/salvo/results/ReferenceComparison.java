package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import dev.salvo.point.Workload;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Emulated figures beside the published ones of the machine that was paced, point by point, each marked as fitted, if
 * the profile's costs were chosen with it, or as predicted. Which were is no secret of this class: it stands in
 * {@code results/reference/fitted.json}, beside the published figures in {@code reference-curves.json}.
 *
 * <p>Only rows of the paced clock count, of the profile as it is (not changed in any cost), with idle cores beside the
 * senders, and of the seed only those of the published program: one mapping, lists of 256 pages, batches of 31, clean
 * PTEs. Where runs hold several such rows for a point, the one of the largest dilation counts, then that of the
 * smallest bound; never the one nearest to what was published.
 *
 * <p>The bound of an emulated figure is its row's. A difference of two times is taken between forks of one round, where the
 * runs tell of rounds, and has a bound of its own ({@link RoundPairs}); otherwise the sum of both absolute bounds, as a
 * share of the difference. Of a ratio it is, to first order, the sum of both shares: nothing is assumed to cancel out. What a
 * row was refused, or what may be off by too much itself, is refused here.
 */
public final class ReferenceComparison {
    private static final int WIDTH = 120;
    private static final int DIGITS = 4;
    private static final String ELSEWHERE = "published, but not in this file";
    private static final double SEED_PAGES = 2.56e6;
    private static final int MUNMAP_PAGES = 256;
    private static final int[] SENDERS_ELSEWHERE = {16, 32, 64, 128};

    private static final Machine SNAPDRAGON = new Machine("Snapdragon 888", "snapdragon-888", 8);
    private static final Machine KUNPENG = new Machine("Kunpeng 920", "kunpeng-920", 128);
    private static final Machine PHYTIUM = new Machine("Phytium FTC862", "phytium-ftc862", 8);
    private static final Machine SERVER = new Machine("arm64 server", "arm64-server-128", 128);

    private final ReferenceCurves reference = new ReferenceCurves();
    private final List<Entry> entries = new ArrayList<>();
    private final Function<NeededPoint, Optional<Row>> rows;
    private final Set<NeededPoint> needed = new LinkedHashSet<>();
    private final Set<Row> used = new LinkedHashSet<>();

    private record Machine(String name, String profile, int cores) {
    }

    /**
     * A point that a comparison needs.
     *
     * @param curve     id of the published curve that it is for
     * @param profile   the hardware to pace
     * @param workload  what the senders do
     * @param cores     simulated cores
     * @param senders   how many of them send
     * @param strategy  how the TLBs are made to forget
     * @param published whether the figure that it is compared with is in the reference file; without, the comparison
     *                  only lists what was emulated
     */
    public record NeededPoint(String curve, String profile, Workload workload, int cores, int senders,
            Strategy strategy, boolean published) {
    }

    /**
     * A published figure and the emulated one. What there is not is NaN.
     *
     * @param curve         id of the published curve
     * @param machine       whose figure
     * @param series        which of several figures at one x; null if there is one
     * @param x             the published x: cores, or senders
     * @param published     in the curve's unit; NaN if it was published elsewhere only
     * @param emulated      in the same unit; NaN if it was not measured
     * @param errorBound    how far off the emulated figure may be, as a share of it; NaN if not known
     * @param relativeError emulated / published - 1; NaN if either is NaN, or if they are 1 by definition
     * @param fitted        whether the profile's costs were chosen with this figure, so that agreement proves nothing
     * @param straightness  whether every row that the emulated figure is of could be extrapolated along a line
     * @param refused       why the emulated figure is none though it was measured; null otherwise
     */
    public record Entry(String curve, String machine, String series, double x, double published, double emulated,
            double errorBound, double relativeError, boolean fitted, Straightness straightness, Refusal refused) {
    }

    /** An emulated figure with its absolute bound. */
    private record Emulated(double value, double bound, Straightness straightness, Refusal refused) {
        private static final Emulated NONE = new Emulated(Double.NaN, Double.NaN, Straightness.STRAIGHT, null);

        static Emulated of(Row row, Figure figure) {
            return new Emulated(row.value(figure), row.value(figure) * row.bound(figure), row.paced().straightness(),
                row.refused(figure));
        }

        /** Of two rows, round by round. */
        static Emulated of(Row.Measured measured) {
            return new Emulated(measured.value(), measured.value() * measured.bound(), measured.straightness(),
                measured.refused());
        }

        Emulated times(double factor) {
            return new Emulated(value * factor, bound * factor, straightness, refused);
        }

        Emulated minus(Emulated other) {
            return new Emulated(value - other.value, bound + other.bound, straightness.and(other.straightness), either(other));
        }

        Emulated over(Emulated other) {
            double ratio = value / other.value;
            return new Emulated(ratio, ratio * (share() + other.share()), straightness.and(other.straightness),
                either(other));
        }

        private Refusal either(Emulated other) {
            return refused != null ? refused : other.refused;
        }

        /** The same, if it may not be off by too much. */
        Emulated unlessTooWide() {
            return refused == null && share() > Extrapolation.MOST_BOUND
                ? new Emulated(Double.NaN, Double.NaN, straightness, Refusal.bound(share())) : this;
        }

        double share() {
            return bound == 0 ? 0 : bound / Math.abs(value);
        }
    }

    private ReferenceComparison(Function<NeededPoint, Optional<Row>> rows) {
        this.rows = rows;
        seedShare();
        seedPerPage();
        seedElapsed();
        senders("broadcast", Strategy.BATCHED);
        senders("local", Strategy.LOCAL);
        munmap();
    }

    /**
     * Compares.
     *
     * @param rows rows of any runs, in any order; native ones are passed over
     * @return the comparison; figures that no row is for are in it as not measured
     */
    public static ReferenceComparison of(List<Row> rows) {
        List<Row> paced = rows.stream().filter(row -> row.paced() != null).toList();
        return new ReferenceComparison(point -> best(point, paced));
    }

    /**
     * What has to be measured for a whole comparison.
     *
     * @return the points of each curve, each once for a curve; one point may be of several curves
     */
    public static List<NeededPoint> needed() {
        return List.copyOf(new ReferenceComparison(point -> Optional.empty()).needed);
    }

    /**
     * The figures.
     *
     * @return an entry for each, curve by curve; unmodifiable
     */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    private static Optional<Row> best(NeededPoint needed, List<Row> paced) {
        return paced.stream().filter(row -> matches(needed, row.point())).min(
            Comparator.comparingDouble((Row row) -> -row.paced().dilation())
                .thenComparingDouble(row -> row.paced().errorBound()) // NaN, not known, comes last
                .thenComparing(Row::point));
    }

    private static boolean matches(NeededPoint needed, Point point) {
        return Arrays.stream(Axis.values()).allMatch(axis -> axis.isAsPublished(point))
            && point.profile().equals(needed.profile)
            && point.workload() == needed.workload && point.cores() == needed.cores
            && point.senders() == needed.senders && point.strategy() == needed.strategy;
    }

    private Optional<Row> row(NeededPoint point) {
        needed.add(point);
        Optional<Row> row = rows.apply(point);
        row.ifPresent(used::add);
        return row;
    }

    private Optional<Row> seed(String curve, Machine machine, Strategy strategy) {
        return row(new NeededPoint(curve, machine.profile, Workload.SEED, machine.cores, 1, strategy, true));
    }

    private static Emulated time(Row row) {
        return Emulated.of(row, Figure.NS_PER_PAGE);
    }

    private void seedShare() {
        String curve = "seed-share";
        for (Machine machine : List.of(SNAPDRAGON, KUNPENG)) {
            Emulated share = seed(curve, machine, Strategy.SYNC)
                .map(row -> Emulated.of(row, Figure.FLUSH_SHARE).times(100)).orElse(Emulated.NONE);
            JsonNode point = reference.points(curve, machine.name).get(0);
            add(curve, machine, null, point, point.path("y").doubleValue(), share);
        }
    }

    private void seedPerPage() {
        String curve = "seed-per-page";
        for (Machine machine : List.of(SNAPDRAGON, KUNPENG)) {
            Optional<Row> before = seed(curve, machine, Strategy.SYNC);
            Optional<Row> after = seed(curve, machine, Strategy.BATCHED);
            Emulated gain = before.isEmpty() || after.isEmpty() ? Emulated.NONE : less(before.get(), after.get());
            JsonNode point = reference.points(curve, machine.name).get(0);
            // Two estimates, by the profile's share and by the difference in time. This is a difference too; on the
            // Snapdragon that is the greater one, 348 ns, on the Kunpeng the lesser, 660 ns.
            int byDifference = machine == SNAPDRAGON ? 1 : 0;
            add(curve, machine, null, point, point.path("y").path(byDifference).doubleValue(), gain);
        }
    }

    private static Emulated less(Row before, Row after) {
        return before.isInRoundsWith(after) ? Emulated.of(RoundPairs.difference(before, after))
            : time(before).minus(time(after));
    }

    private void seedElapsed() {
        String curve = "seed-elapsed";
        for (Machine machine : List.of(SNAPDRAGON, KUNPENG)) {
            JsonNode point = reference.points(curve, machine.name).get(0);
            for (Strategy strategy : List.of(Strategy.SYNC, Strategy.BATCHED)) {
                String series = strategy == Strategy.SYNC ? "before" : "after";
                Emulated seconds = seed(curve, machine, strategy).map(row -> time(row).times(SEED_PAGES / 1e9))
                    .orElse(Emulated.NONE);
                add(curve, machine, series, point, point.path(series).doubleValue(), seconds);
            }
        }
    }

    private void munmap() {
        String curve = "munmap-one-sender";
        for (JsonNode point : reference.points(curve, PHYTIUM.name)) {
            Emulated micros = row(new NeededPoint(curve, PHYTIUM.profile, Workload.MUNMAP,
                point.path("x").intValue(), 1, Strategy.SYNC, true))
                .map(row -> time(row).times(MUNMAP_PAGES / 1e3)).orElse(Emulated.NONE);
            add(curve, PHYTIUM, null, point, point.path("y").doubleValue(), micros);
        }
    }

    /** Operations per second of all senders, over those of one: what the machine does, not how fast its cores are. */
    private void senders(String series, Strategy strategy) {
        String curve = "tlb-shootdown-senders";
        List<JsonNode> points = reference.points(curve, SERVER.name);
        double one = points.get(0).path(series).doubleValue();
        for (JsonNode point : points) {
            int senders = point.path("x").intValue();
            Emulated relative = relative(senders, strategy, true);
            if (senders == 1) {
                boolean fitted = reference.fitted(curve, SERVER.name, senders, series);
                entries.add(new Entry(curve, SERVER.name, series, senders, 1, relative.value, Double.NaN, Double.NaN,
                    fitted, relative.straightness, relative.refused));
            } else {
                add(curve, SERVER, series, point, point.path(series).doubleValue() / one, relative);
            }
        }
        for (int senders : SENDERS_ELSEWHERE) {
            Emulated relative = relative(senders, strategy, false);
            if (Double.isFinite(relative.value) || relative.refused != null) {
                entries.add(new Entry(curve, SERVER.name, series, senders, Double.NaN, relative.value,
                    known(relative.share()), Double.NaN, reference.fitted(curve, SERVER.name, senders, series),
                    relative.straightness, relative.refused));
            }
        }
    }

    private Emulated relative(int senders, Strategy strategy, boolean published) {
        NeededPoint many = protect(senders, strategy, published);
        NeededPoint one = protect(1, strategy, true);
        Emulated relative = ratio(row(many), row(one));
        if (Double.isNaN(relative.value) && relative.refused == null && strategy == Strategy.BATCHED) {
            // Broadcast is broadcast: without rows of the one strategy, those of the other, never one over the other.
            relative = ratio(rows.apply(protect(senders, Strategy.SYNC, published)),
                rows.apply(protect(1, Strategy.SYNC, true)));
        }
        return relative;
    }

    private static NeededPoint protect(int senders, Strategy strategy, boolean published) {
        return new NeededPoint("tlb-shootdown-senders", SERVER.profile, Workload.PROTECT, SERVER.cores, senders,
            strategy, published);
    }

    private Emulated ratio(Optional<Row> many, Optional<Row> one) {
        if (many.isEmpty() || one.isEmpty() || one.get().value(Figure.OPS_PER_SECOND) == 0) {
            return Emulated.NONE;
        }
        Stream.of(many, one).map(Optional::get).forEach(used::add);
        Emulated ratio = ops(many.get()).over(ops(one.get()));
        return many.get().isInRoundsWith(one.get()) ? ratio.unlessTooWide() : ratio;
    }

    private static Emulated ops(Row row) {
        return Emulated.of(row, Figure.OPS_PER_SECOND);
    }

    private void add(String curve, Machine machine, String series, JsonNode point, double published, Emulated figure) {
        double x = point.path("x").doubleValue();
        entries.add(new Entry(curve, machine.name, series, x, published, figure.value, known(figure.share()),
            figure.value / published - 1, reference.fitted(curve, machine.name, x, series == null ? "" : series),
            figure.straightness, figure.refused));
    }

    /** A figure of 0 may be off by any share. */
    private static double known(double share) {
        return Double.isFinite(share) ? share : Double.NaN;
    }

    /**
     * The comparison as data.
     *
     * @return an indented array of an object for each entry, with the keys {@code curve}, {@code machine},
     *         {@code series} where there are several, {@code x}, {@code published}, {@code emulated},
     *         {@code errorBound}, {@code relativeError}, {@code fitted}, and {@code refused} where a figure was;
     *         figures are finite or {@code null}; a line feed at the end
     */
    public String json() {
        ArrayNode array = Json.MAPPER.createArrayNode();
        for (Entry entry : entries) {
            ObjectNode node = array.addObject();
            node.put("curve", entry.curve);
            node.put("machine", entry.machine);
            if (entry.series != null) {
                node.put("series", entry.series);
            }
            RowsJson.put(node, "x", entry.x);
            RowsJson.put(node, "published", entry.published);
            RowsJson.put(node, "emulated", entry.emulated);
            RowsJson.put(node, "errorBound", entry.errorBound);
            RowsJson.put(node, "relativeError", entry.relativeError);
            node.put("fitted", entry.fitted);
            if (entry.refused != null) {
                node.put("refused", entry.refused.words());
            }
        }
        return Json.pretty(array);
    }

    /**
     * The comparison as plain text: a table for each curve, a line for each machine, and notes.
     *
     * @param style what the screen can show
     * @return lines, the last one ended too
     */
    public String text(TerminalStyle style) {
        Map<String, List<List<String>>> tables = new LinkedHashMap<>();
        for (Entry entry : entries) {
            tables.computeIfAbsent(entry.curve, none -> new ArrayList<>())
                .add(cells(entry).stream().map(style::letters).toList());
        }
        List<String> head = List.of("machine", "series", "x", "published", "emulated", "bound", "off by", "");
        int[] widths = Text.widths(Stream.concat(Stream.of(head), tables.values().stream().flatMap(List::stream)).toList());
        StringBuilder text = new StringBuilder();
        tables.forEach((curve, lines) -> {
            for (String line : Text.wrapped(style.letters(reference.describe(curve)), WIDTH)) {
                text.append(style.ink(TerminalStyle.Ink.HEADING, line)).append('\n');
            }
            text.append(style.ink(TerminalStyle.Ink.FAINT, line(head, widths))).append('\n');
            lines.forEach(cells -> text.append(line(cells, widths)).append('\n'));
            text.append('\n');
        });
        entries.stream().map(Entry::machine).distinct().forEach(machine ->
            Text.wrapped(style.letters(summary(machine)), WIDTH).forEach(line -> text.append(line).append('\n')));
        text.append('\n');
        return text + Text.notes(notes(), WIDTH, style);
    }

    private static String line(List<String> cells, int[] widths) {
        return Text.aligned(cells, widths, i -> i < 2 || i == widths.length - 1);
    }

    private static List<String> cells(Entry entry) {
        boolean measured = Double.isFinite(entry.emulated);
        boolean definition = byDefinition(entry);
        String kind = entry.fitted ? "fitted" : "predicted";
        return List.of(entry.machine, Objects.requireNonNullElse(entry.series, ""), number(entry.x),
            Double.isFinite(entry.published) ? number(entry.published) : Figures.NONE,
            measured ? number(entry.emulated) : entry.refused != null ? entry.refused.brief() : "not measured",
            measured && !definition ? bound(entry) : Figures.NONE,
            percent(entry.relativeError),
            kind + (definition ? "; 1 by definition" : Double.isFinite(entry.published) ? "" : "; " + ELSEWHERE));
    }

    private static String bound(Entry entry) {
        return Figures.bound(entry.errorBound) + (entry.errorBound > Extrapolation.WIDE ? "*" : "")
            + entry.straightness.mark();
    }

    /** The first of a curve that is relative to it. */
    private static boolean byDefinition(Entry entry) {
        return entry.published == 1 && entry.x == 1;
    }

    private String summary(String machine) {
        List<Entry> published = entries.stream().filter(entry -> entry.machine.equals(machine)
            && Double.isFinite(entry.published) && !byDefinition(entry)).toList();
        long refused = published.stream().filter(entry -> entry.refused != null).count();
        long missing = published.stream().filter(entry -> !Double.isFinite(entry.emulated)).count() - refused;
        return machine + ": " + Stream.of(errors(published, true), errors(published, false),
            refused == 0 ? "" : refused + " refused", missing == 0 ? "" : missing + " not measured").filter(part -> !part.isEmpty())
            .collect(Collectors.joining("; ")) + '.';
    }

    private static String errors(List<Entry> published, boolean fitted) {
        double[] errors = published.stream().filter(entry -> entry.fitted == fitted).mapToDouble(Entry::relativeError)
            .filter(Double::isFinite).map(Math::abs).toArray();
        if (errors.length == 0) {
            return "";
        }
        double most = Arrays.stream(errors).max().getAsDouble();
        return errors.length + (fitted ? " fitted" : " predicted") + ", off by at most " + percent(most).substring(1);
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add("fitted: the profile's costs were chosen with this figure, so agreement proves nothing. predicted: "
            + "they were not. Which is which: results/reference/fitted.json.");
        boolean inRounds = used.stream().anyMatch(row -> row.paced().inRounds());
        notes.add("emulated: extrapolated to a host that costs nothing. bound: how far off that may be; of "
            + (inRounds ? "ratios, the bounds of their parts added; a difference is one figure, of forks of a round."
                : "differences and ratios, the bounds of their parts added.") + " off by: emulated / published - 1.");
        if (entries.stream().anyMatch(entry -> entry.errorBound > Extrapolation.WIDE)) {
            notes.add("*: the bound is over 10%, too wide to quote the figure without it.");
        }
        if (entries.stream().anyMatch(entry -> entry.straightness == Straightness.BENT)) {
            notes.add(Straightness.BENT.mark()
                + ": not shown to lie on a straight line in 1 / D: do not trust the extrapolation.");
        }
        if (entries.stream().anyMatch(entry -> entry.straightness == Straightness.CANNOT_TELL)) {
            notes.add(Straightness.CANNOT_TELL.mark() + ": whether it lies on a straight line in 1 / D cannot be told.");
        }
        entries.stream().map(Entry::refused).filter(Objects::nonNull).map(Refusal::reason).distinct().sorted()
            .forEach(reason -> notes.add(reason.note()));
        notes.add("seed-share: the Kunpeng's was published for around 100 cores; emulated with 128. seed-per-page: by "
            + "the difference in time, before less after. munmap-one-sender: of the two placements published for 2 "
            + "cores, the same cluster. tlb-shootdown-senders: operations per second over those of one sender of the "
            + "same series.");
        Set<String> compared = entries.stream().map(Entry::curve).collect(Collectors.toSet());
        notes.add("no profile for it: " + reference.ids().stream().filter(id -> !compared.contains(id))
            .collect(Collectors.joining(", ")) + '.');
        long stale = used.stream().mapToLong(Row::staleUses).sum();
        if (stale > 0) {
            notes.add("STALE USES: " + stale + ". A core used a page after it was gone: do not trust this.");
        }
        return notes;
    }

    private static String number(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(DIGITS, RoundingMode.HALF_UP));
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    private static String percent(double share) {
        return Double.isFinite(share) ? String.format(Locale.ROOT, "%+.1f%%", share * 100) : Figures.NONE;
    }
}
