package dev.salvo.results;

import dev.salvo.point.Axis;
import dev.salvo.point.Point;
import dev.salvo.point.Strategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A run, or several beside one another, as one page: what it says in plain words, the curves, how times are distributed
 * and where they go, the fits, and the host with what distorts its figures; interactive where scripts run, whole
 * without them, on paper and by ear.
 *
 * <p>The page needs nothing but itself: style, script, data and the library that draws (uPlot: 50 kB and log axes, where
 * ECharts would be 1.1 MB in every run folder) are in it, and its content security policy lets it load nothing and run
 * no other script. Flame graphs stay files of their own, to which it links by relative paths. Rows of the native and of
 * the paced clock never share a chart or a table, and a fit is never in a table of measurements.
 *
 * <p>All text that comes from files is foreign: one line, of bounded length, and escaped.
 */
public final class Report {
    private static final String MARK = "<!doctype html>\n<!-- salvo report";
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/";
    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");
    private static final int LONGEST = 240;
    private static final int LONGEST_NAME = 80;
    private static final int MOST_WARNINGS = 20;
    private static final int MOST_CONFOUNDERS = 40;
    private static final int SHAPES = 4;
    private static final double THOUSAND = 1000;
    /** A bar that reaches towards 0 is cut off at such a share of its mean. */
    private static final double LONGEST_BAR = 10;
    private static final int[] PERCENTILE_INKS = {3, 6, 7, 4};

    private final List<Run> runs = new ArrayList<>();
    private final Path folder;
    private final List<Chart> charts = new ArrayList<>();
    private final Map<Row, Run> runOf = new IdentityHashMap<>();
    private final StringBuilder page = new StringBuilder();

    /**
     * A run that is shown.
     *
     * @param name   what it is called
     * @param files  where it lies
     * @param rows   its rows; none of a run of real system calls
     * @param fits   what was fitted to them
     * @param kernel rows of real system calls
     */
    private record Run(String name, RunFolder files, List<Row> rows, List<Fits.Fit> fits, List<KernelRow> kernel) {
    }

    private Report(List<RunFolder> folders, List<List<Row>> all, Path folder) {
        this.folder = folder;
        boolean apart = folders.stream().map(Report::name).distinct().count() == folders.size();
        Function<RunFolder, String> name = apart ? Report::name : files -> line(files.path());
        Map<String, String> names = Text.toldApart(folders.stream().map(name).toList(), LONGEST_NAME);
        for (RunFolder files : folders) {
            List<Row> rows = all.get(runs.size());
            Run run = new Run(names.get(name.apply(files)), files, rows, Fits.of(rows, files.host()), files.kernelRows());
            runs.add(run);
            run.rows.forEach(row -> runOf.put(row, run));
        }
    }

    /**
     * Makes a page.
     *
     * @param runs   the runs, at least one
     * @param folder where the page will lie: its links to flame graphs are relative to it
     * @return an HTML document
     * @throws BadRunException          if the file of a point is damaged
     * @throws IllegalArgumentException if there is no run
     */
    public static String html(List<RunFolder> runs, Path folder) {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("no run to report; accepted: at least one");
        }
        return new Report(runs, runs.stream().map(RunFolder::rows).toList(), folder).html();
    }

    /**
     * Makes the page of one run, to lie in its folder, whose points have been read already.
     *
     * @param run  the run
     * @param rows what {@link RunFolder#rows} returned, or would
     * @return an HTML document
     */
    public static String html(RunFolder run, List<Row> rows) {
        return new Report(List.of(run), List.of(rows), run.path()).html();
    }

    /**
     * Whether a file is a page that this class made, so that another may replace it.
     *
     * @param file an existing file
     * @return whether it begins as they do
     * @throws BadRunException if it cannot be read
     */
    public static boolean wrote(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MARK.length()), StandardCharsets.UTF_8).equals(MARK);
        } catch (IOException e) {
            throw new BadRunException(file + " cannot be read: " + Reason.of(e), e);
        }
    }

    private static String name(RunFolder run) {
        Path name = run.path().toAbsolutePath().normalize().getFileName();
        return name == null ? run.hostname() : line(name);
    }

    private static String line(Path path) {
        return Text.oneLine(path.toString(), Integer.MAX_VALUE);
    }

    private String html() {
        List<List<Row>> clocks = CurveTable.byClock(runs.stream().flatMap(run -> run.rows.stream()).toList());
        clocks.forEach(this::clock);
        kernel();
        victims(clocks);
        comparison();
        fits();
        flames();
        figures();
        String script = resource("report/report.js");
        String library = "/* " + resource(UPLOT + "LICENSE").strip() + " */\n"
            + resource(UPLOT + "dist/uPlot.iife.min.js").strip();
        String template = resource("report/report.html");
        Map<String, String> words = new HashMap<>(Map.of("library", library, "script", script));
        words.putAll(Map.of(
            "policy", "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src " + hash(library) + ' '
                + hash(script),
            "title", Text.escaped("Salvo: " + names(", ")),
            "style", resource(UPLOT + "dist/uPlot.min.css").strip() + '\n' + resource("report/report.css").strip(),
            "heading", heading(),
            "runs", runs.stream().map(run -> head(run) + words(run)).collect(Collectors.joining("\n")),
            "sections", still() + page,
            "folders", runs.stream().map(run -> "<code>" + Text.escaped(run.name) + "</code>")
                .collect(Collectors.joining(", ")),
            "data", data()));
        return filled(template, words);
    }

    /** In one pass: what is filled in is not looked at again. */
    private static String filled(String template, Map<String, String> words) {
        return PLACE.matcher(template).replaceAll(place -> Matcher.quoteReplacement(words.get(place.group(1))));
    }

    private String names(String between) {
        return runs.stream().map(run -> run.name).collect(Collectors.joining(between));
    }

    private String heading() {
        if (runs.stream().allMatch(run -> !run.kernel.isEmpty())) {
            return "What a system call of " + (runs.size() > 1 ? "these hosts' kernels takes" : "this host's own kernel takes");
        }
        String what = bySenders(runs.stream().flatMap(run -> run.rows.stream()).toList()) ? "senders" : "cores";
        return (runs.size() > 1 ? runs.size() + " runs beside one another: what" : "What") + " one page costs as " + what
            + " are added";
    }

    // ---- the top: which host, what to beware of, and what it says

    private String head(Run run) {
        Map<String, Object> host = run.files.host();
        StringBuilder head = new StringBuilder(runs.size() == 1 ? "" : "<h2>" + Text.escaped(run.name) + "</h2>\n");
        head.append("<dl class=\"host\">\n");
        item(head, "Host", run.files.hostname());
        item(head, "CPU", host.get("cpuModel"));
        item(head, "CPUs", host.get("usableCpus"));
        item(head, "Kernel", host.get("kernel"));
        item(head, "Virtual", Boolean.TRUE.equals(host.get("virtualised")) ? "yes" : null);
        item(head, "JDK", host.get("jdk"));
        item(head, "Measured", host.get("start") instanceof String start ? start.replaceFirst("\\.\\d+Z$", "Z") : null);
        item(head, "Points", run.rows.size() + run.kernel.size());
        item(head, "Command", host.get("command"));
        item(head, "Merged from", host.get("mergedFrom") instanceof Collection<?> merged ? merged.size() + " runs" : null);
        head.append("</dl>\n");
        long stale = run.rows.stream().mapToLong(Row::staleUses).sum();
        if (stale > 0) {
            head.append("<ul class=\"beware stale\"><li>").append(stale)
                .append(" stale uses: a core used a page after it was gone. Do not trust these figures.</li></ul>\n");
        }
        if (host.get("distortions") instanceof Collection<?> warnings && !warnings.isEmpty()) {
            head.append("<ul class=\"beware\" aria-label=\"What distorts these figures\">\n");
            warnings.stream().limit(MOST_WARNINGS).forEach(warning ->
                head.append("<li>").append(foreign(warning)).append("</li>\n"));
            head.append("</ul>\n");
        }
        return head.toString();
    }

    private static void item(StringBuilder head, String term, Object value) {
        if (value instanceof String || value instanceof Number) {
            String words = foreign(value);
            head.append("<div><dt>").append(term).append("</dt><dd>")
                .append(term.equals("Command") ? "<code>" + words + "</code>" : words).append("</dd></div>\n");
        }
    }

    private static String foreign(Object value) {
        return Text.escaped(Text.oneLine(String.valueOf(value), LONGEST));
    }

    private String words(Run run) {
        StringBuilder words = new StringBuilder();
        for (List<Row> rows : CurveTable.byClock(run.rows)) {
            List<PlainWords.Card> cards = runs.size() == 1 ? PlainWords.cards(rows) : List.of();
            if (!cards.isEmpty()) {
                words.append("<dl class=\"cards\">\n");
                cards.forEach(card -> words.append("<div><dt>").append(Text.escaped(card.words()))
                    .append("</dt><dd>").append(Text.escaped(card.figure())).append("</dd></div>\n"));
                words.append("</dl>\n");
            }
            PlainWords.of(rows).forEach(paragraph ->
                words.append("<p class=\"words\">").append(Text.escaped(paragraph)).append("</p>\n"));
        }
        return words.isEmpty() && !run.kernel.isEmpty() ? "" : words.isEmpty() ? "<p class=\"words\">" + Text.escaped(run.name) + ": no point was measured yet.</p>\n"
            : words.toString();
    }

    // ---- charts

    private void clock(List<Row> rows) {
        boolean paced = rows.get(0).paced() != null;
        String clock = paced ? "emulated time, paced clock" : "wall-clock time";
        String x = bySenders(rows) ? "senders" : "cores";
        section("Time per page, " + clock, "The mean over " + x + ", both axes logarithmic. Bars: " + errors(rows)
            + ". Where bars would lie on one another they stand a little apart. Choose a curve to hide it; move over the chart, or step through it, to read it.");
        if (Row.believed(rows).isEmpty()) {
            page.append("<p>None of these figures is believed: the reasons stand in the table of all figures.</p>\n");
            return;
        }
        for (Panel panel : Panel.of(rows)) {
            panelTitle(panel);
            charts(panel, x, "Mean time per page", Chart.Unit.TIME, Figure.NS_PER_PAGE, Row::nsPerPageError, Report::mean);
            ratios(panel, x);
            if (any(panel, row -> row.countsOperations() && row.value(Figure.OPS_PER_SECOND) > 0)) {
                charts(panel, x, "Rounds per second, all senders together", Chart.Unit.RATE, Figure.OPS_PER_SECOND);
            }
            if (any(panel, row -> row.value(Figure.PAGES_PER_SECOND) > 0)) {
                charts(panel, x, "Pages per second, all senders together; in a ring: the most", Chart.Unit.RATE,
                    Figure.PAGES_PER_SECOND, row -> row.interval(Figure.PAGES_PER_SECOND),
                    row -> perSecond(row.value(Figure.PAGES_PER_SECOND)));
            }
        }
        if (runs.size() > 1) {
            page.append("<details class=\"figures\" open><summary>Distributions, and where a page's time goes</summary>\n");
        }
        distributions(rows, x, clock);
        split(rows, x, clock);
        page.append(runs.size() > 1 ? "</details>\n" : "");
        strips(rows, x, clock);
    }

    private static String perSecond(double count) {
        return count < THOUSAND ? Figures.count(count) + " /s" : Figures.count(count / THOUSAND) + " thousand/s";
    }

    private static boolean any(Panel panel, Predicate<Row> what) {
        return panel.curves().stream().anyMatch(curve -> curve.rows().stream().anyMatch(what));
    }

    private static String errors(List<Row> rows) {
        return rows.stream().anyMatch(row -> row.nsPerPageError().known()) ? Notes.errors(rows)
            : "none, for want of forks";
    }

    /** Where the machine stays the same and the senders do not, they are what is varied. */
    private static boolean bySenders(List<Row> rows) {
        return rows.stream().map(row -> row.point().cores()).distinct().count() == 1
            && rows.stream().map(row -> row.point().senders()).distinct().count() > 1;
    }

    /** Title and note are ours. */
    private void section(String title, String note) {
        page.append("<h2>").append(title).append("</h2>\n<p class=\"note\">").append(Text.escaped(note)).append("</p>\n");
    }

    /** Of which clock a section is, where there are two. */
    private String told(String clock) {
        return runOf.keySet().stream().map(row -> row.point().clock()).distinct().count() > 1 ? ", " + clock : "";
    }

    private void panelTitle(Panel panel) {
        if (!panel.title().isEmpty()) {
            page.append("<h3>").append(Text.escaped(panel.title())).append("</h3>\n");
        }
    }

    private void charts(Panel panel, String x, String title, Chart.Unit unit, Figure figure) {
        charts(panel, x, title, unit, figure, row -> row.interval(figure), figure::words);
    }

    /** A chart; of several runs one each, side by side and on the same scales, so that no two share colours. */
    private void charts(Panel panel, String x, String title, Chart.Unit unit, Figure figure,
            Function<Row, Interval> error, Function<Row, String> says) {
        List<Row> all = panel.curves().stream().flatMap(curve -> curve.rows().stream()).toList();
        boolean several = runs.size() > 1;
        Stream<Double> predicted = unit != Chart.Unit.TIME || !x.equals("cores") ? Stream.empty()
            : runs.stream().flatMap(run -> run.fits.stream()).filter(fit -> holds(all, fit.point()))
                .flatMap(fit -> fit.predictions().stream().map(Fits.Prediction::nanos));
        List<Double> ys = several ? ends(Stream.concat(predicted, all.stream().flatMap(row -> Stream.of(row.value(figure),
            error.apply(row).high(), Math.max(error.apply(row).low(), row.value(figure) / LONGEST_BAR))))) : List.of();
        page.append(several ? "<div class=\"small\">\n" : "");
        for (Run run : runs) {
            List<Chart.Series> series = new ArrayList<>();
            List<Chart.Fit> fits = new ArrayList<>();
            curves(panel, x, run).forEach((name, rows) -> {
                series.add(series(panel, x, name, rows, rows.stream().map(row -> {
                    Interval interval = error.apply(row);
                    return new Chart.Mark(x.equals("cores") ? row.point().cores() : row.point().senders(),
                        row.value(figure), interval.known() ? interval.low() : Double.NaN,
                        interval.known() ? interval.high() : Double.NaN, says.apply(row));
                }).toList()));
                if (unit == Chart.Unit.TIME && x.equals("cores")) {
                    run.fits.stream().filter(fit -> fit.holds() && holds(rows, fit.point())).forEach(fit ->
                        fits.add(new Chart.Fit(series.size() - 1, fit.law(), fit.reach())));
                }
            });
            if (!series.isEmpty()) {
                add(new Chart(titled(title, panel, run), x, unit, series, fits, new Chart.Frame(x.equals("cores")
                    ? cpus(all, run) : List.of(), figure == Figure.PAGES_PER_SECOND, several ? xs(all, x) : List.of(), ys)));
            }
        }
        page.append(several ? "</div>\n" : "");
    }

    private String titled(String title, Panel panel, Run run) {
        return title + (panel.title().isEmpty() ? "" : ", " + panel.title()) + (runs.size() == 1 ? "" : ", " + run.name);
    }

    private static Chart.Series series(Panel panel, String x, String name, List<Row> rows, List<Chart.Mark> marks) {
        Row any = rows.get(0);
        int senders = panel.curves().stream().filter(curve -> curve.rows().contains(any)).findFirst()
            .map(Panel.Curve::senders).orElse(0);
        return new Chart.Series(name, any.point().strategy().ordinal(), x.equals("cores") ? senders % SHAPES : 0,
            any.point().strategy() == Strategy.BATCHED, marks);
    }

    /** The CPUs of a run's host, where its own clock runs: machines of fewer cores have not all of them. */
    private List<Integer> cpus(List<Row> rows, Run run) {
        return rows.stream().filter(row -> runOf.get(row) == run && row.scheduled()).map(Row::hostCpus)
            .distinct().toList();
    }

    private static List<Integer> xs(List<Row> rows, String x) {
        return rows.stream().map(row -> x.equals("cores") ? row.point().cores() : row.point().senders()).distinct().sorted()
            .toList();
    }

    /** The least and the greatest of what is above 0; empty if nothing is. */
    private static List<Double> ends(Stream<Double> values) {
        DoubleSummaryStatistics ends = values.mapToDouble(Double::doubleValue).filter(value -> value > 0
            && Double.isFinite(value)).summaryStatistics();
        return ends.getCount() == 0 ? List.of() : List.of(ends.getMin(), ends.getMax());
    }

    /** Each run's times over the first one's, where both have a point. */
    private void ratios(Panel panel, String x) {
        List<Chart> ratios = new ArrayList<>();
        for (Run run : runs.subList(1, runs.size())) {
            List<Chart.Series> series = new ArrayList<>();
            curves(panel, x, run).forEach((name, rows) -> {
                List<Chart.Mark> marks = rows.stream().flatMap(row -> runs.get(0).rows.stream().filter(first ->
                    first.point().equals(row.point())).map(first -> ratio(x, row, first))).filter(mark -> mark.y() > 0)
                    .toList();
                if (!marks.isEmpty()) {
                    series.add(series(panel, x, name, rows, marks));
                }
            });
            if (!series.isEmpty()) {
                ratios.add(new Chart(titled("Mean time per page", panel, run) + " over " + runs.get(0).name, x,
                    Chart.Unit.RATIO, series, List.of(), Chart.Frame.alone(List.of())));
            }
        }
        if (ratios.isEmpty()) {
            return;
        }
        List<Double> ys = ends(Stream.concat(Stream.of(1.0), ratios.stream().flatMap(ratio -> ratio.series().stream())
            .flatMap(each -> each.marks().stream()).flatMap(mark -> Stream.of(mark.y(), mark.low(), mark.high()))));
        List<Integer> xs = xs(panel.curves().stream().flatMap(curve -> curve.rows().stream()).toList(), x);
        page.append("<div class=\"small\">\n");
        ratios.forEach(ratio -> add(new Chart(ratio.title(), x, ratio.unit(), ratio.series(), List.of(),
            new Chart.Frame(List.of(), false, xs, ys))));
        page.append("</div>\n");
    }

    /** With the interval that follows from both, if both have one and err apart from one another. */
    private static Chart.Mark ratio(String x, Row row, Row first) {
        double ratio = row.nsPerPage().mean() / first.nsPerPage().mean();
        Interval over = row.nsPerPageError();
        Interval under = first.nsPerPageError();
        double down = Math.hypot(Math.log(row.nsPerPage().mean() / over.low()),
            Math.log(under.high() / first.nsPerPage().mean()));
        double up = Math.hypot(Math.log(over.high() / row.nsPerPage().mean()),
            Math.log(first.nsPerPage().mean() / under.low()));
        boolean known = over.known() && under.known() && over.low() > 0 && under.low() > 0;
        double low = known ? ratio * Math.exp(-down) : Double.NaN;
        double high = known ? ratio * Math.exp(up) : Double.NaN;
        return new Chart.Mark(x.equals("cores") ? row.point().cores() : row.point().senders(), ratio, low, high,
            Figures.ratio(ratio) + (known ? " (" + Figures.ratio(low) + " to " + Figures.ratio(high) + ')' : ""));
    }

    private static boolean holds(List<Row> rows, Point point) {
        return rows.stream().anyMatch(row -> row.point().equals(point));
    }

    /** A panel's curves, of each run its own. */
    private Map<String, List<Row>> curves(Panel panel, String x) {
        Map<String, List<Row>> apart = new LinkedHashMap<>();
        runs.forEach(run -> curves(panel, x, run).forEach((name, rows) ->
            apart.put(name + (runs.size() == 1 ? "" : ", " + run.name), rows)));
        return apart;
    }

    /** A panel's curves of a run; over senders, those of a strategy are one. */
    private Map<String, List<Row>> curves(Panel panel, String x, Run run) {
        Map<String, List<Row>> apart = new LinkedHashMap<>();
        for (Panel.Curve curve : panel.curves()) {
            List<Row> rows = curve.rows().stream().filter(row -> runOf.get(row) == run).toList();
            if (!rows.isEmpty()) {
                apart.computeIfAbsent(x.equals("cores") ? curve.name() : Panel.strategy(curve.strategy()),
                    none -> new ArrayList<>()).addAll(rows);
            }
        }
        return apart;
    }

    private void add(Chart chart) {
        page.append(chart.html(charts.size()));
        charts.add(chart);
    }

    private static String mean(Row row) {
        if (row.isRefused()) {
            return Figure.NS_PER_PAGE.text(row);
        }
        String error = Figures.error(row.nsPerPage().mean(), row.nsPerPageError());
        return Figures.time(row.nsPerPage().mean()) + (error.isEmpty() ? "" : ' ' + error);
    }

    private void distributions(List<Row> rows, String x, String clock) {
        boolean paced = rows.get(0).paced() != null;
        section("How the times are distributed" + told(clock), "Of whole lists or operations, divided by their pages, "
            + "from a histogram; " + clock + (paced ? ", at the largest dilation and not extrapolated." : "."));
        distributions(rows, x, "Time per page", Figure.NS_PER_PAGE);
        if (rows.stream().anyMatch(row -> row.distribution(Figure.ACK_DELAY_NS).max() > 0)) {
            page.append("<details class=\"figures\" open><summary>From the issue of an invalidation to a running core's "
                + "acknowledgement</summary>\n");
            distributions(rows, x, "Until acknowledged", Figure.ACK_DELAY_NS);
            page.append("</details>\n");
        }
    }

    /** All on one scale. */
    private void distributions(List<Row> rows, String x, String title, Figure figure) {
        List<Double> ys = ends(rows.stream().map(row -> row.distribution(figure)).flatMap(times -> Stream.of(times.p50(),
            times.p99(), times.p999(), times.max())));
        for (Panel panel : Panel.of(rows)) {
            panelTitle(panel);
            page.append("<div class=\"small\">\n");
            curves(panel, x).forEach((name, curve) -> {
                if (curve.stream().anyMatch(row -> row.distribution(figure).max() > 0)) {
                    add(new Chart(title + ", " + name + (panel.title().isEmpty() ? "" : ", " + panel.title()), x,
                        Chart.Unit.TIME, percentiles(curve, x, figure), List.of(),
                        new Chart.Frame(List.of(), false, xs(rows, x), ys)));
                }
            });
            page.append("</div>\n");
        }
    }

    private static List<Chart.Series> percentiles(List<Row> rows, String x, Figure figure) {
        Map<String, ToDoubleFunction<Row.Distribution>> percentiles = new LinkedHashMap<>();
        percentiles.put("max", Row.Distribution::max);
        percentiles.put("p99.9", Row.Distribution::p999);
        percentiles.put("p99", Row.Distribution::p99);
        percentiles.put("median", Row.Distribution::p50);
        List<Chart.Series> series = new ArrayList<>();
        percentiles.forEach((name, percentile) -> {
            List<Chart.Mark> marks = rows.stream().map(row -> {
                double time = percentile.applyAsDouble(row.distribution(figure));
                double values = row.distribution(figure).count();
                return new Chart.Mark(x.equals("cores") ? row.point().cores() : row.point().senders(), time, Double.NaN,
                    Double.NaN, Figures.time(time) + (Double.isNaN(values) ? "" : " of " + Figures.whole(values)));
            }).filter(mark -> Double.isFinite(mark.y())).toList();
            if (!marks.isEmpty()) {
                int number = series.size();
                series.add(new Chart.Series(name, PERCENTILE_INKS[number], number, number % 2 == 1, marks));
            }
        });
        return series;
    }

    // ---- stacks

    private void split(List<Row> rows, String x, String clock) {
        List<Double> all = ends(rows.stream().filter(row -> whole(row) > 0).map(row -> row.value(Figure.SPLIT_NS_PER_PAGE)));
        if (all.isEmpty()) {
            return;
        }
        LogAxis scale = LogAxis.around(all.get(0), all.get(1));
        section("Where a page's time goes" + told(clock), "Issuing invalidations, waiting for their completion, and the "
            + "rest of the kernel's path, " + clock + (rows.get(0).paced() == null ? ", from instrumented forks: a look at the "
            + "clock costs time itself." : ".") + " The dot is what a page took in all, on one logarithmic scale for all, from "
            + Figures.tick(scale.low()) + " to " + Figures.tick(scale.high()) + "; the bar is how that was spent.");
        page.append("<ul class=\"key\"><li><i class=\"issue\"></i>issue</li><li><i class=\"wait\"></i>wait</li>"
            + "<li><i class=\"software\"></i>software</li></ul>\n");
        for (Panel panel : Panel.of(rows)) {
            panelTitle(panel);
            curves(panel, x).forEach((name, curve) -> {
                page.append("<h3>").append(Text.escaped(name)).append("</h3>\n<div class=\"stacks\">\n");
                curve.forEach(row -> stack(row, x.equals("cores") ? cores(row) : Axis.SENDERS.caption(row.point()), scale));
                page.append("</div>\n");
            });
        }
    }

    private static double whole(Row row) {
        return row.value(Figure.ISSUE_NS_PER_PAGE) + row.value(Figure.WAIT_NS_PER_PAGE)
            + row.value(Figure.SOFTWARE_NS_PER_PAGE);
    }

    private void stack(Row row, String name, LogAxis scale) {
        Figure[] parts = {Figure.ISSUE_NS_PER_PAGE, Figure.WAIT_NS_PER_PAGE, Figure.SOFTWARE_NS_PER_PAGE};
        String[] names = {"issue", "wait", "software"};
        double all = whole(row);
        if (!(all > 0)) {
            return;
        }
        StringBuilder bar = new StringBuilder();
        List<String> words = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            double share = Math.max(0, row.value(parts[i])) / all;
            bar.append("<i class=\"").append(names[i]).append("\" style=\"width:")
                .append(Figures.count(100 * share)).append("%\"></i>");
            words.add(names[i] + ' ' + parts[i].text(row));
        }
        page.append("<p>").append(name).append("</p><div class=\"whole\"><i style=\"left:")
            .append(Figures.count(100 * scale.at(row.value(Figure.SPLIT_NS_PER_PAGE)))).append("%\"></i></div>")
            .append("<div class=\"stack\" role=\"img\" aria-label=\"")
            .append(String.join(", ", words)).append("\">").append(bar).append("</div><p class=\"sum\">")
            .append(Figures.percent(Math.min(1, Math.max(0, row.value(Figure.WAIT_NS_PER_PAGE)) / all))).append(" waiting of ")
            .append(Figure.SPLIT_NS_PER_PAGE.text(row)).append("</p>\n");
    }

    // ---- strips

    /** Every iteration of every replicate, of each point: what a mean is of. */
    private void strips(List<Row> rows, String x, String clock) {
        section("What the means are of" + told(clock), "Every iteration in the order of time, replicate after replicate, each "
            + "of them a JVM of its own: a dot each, pale what was dropped as warm-up, a line for a replicate's mean, "
            + "in red where it was never steady. The line across is the point's mean, the edges " + Strip.REACH
            + " times it and as little of it; " + clock + (rows.get(0).paced() == null ? "." : ", at the largest dilation."));
        if (runs.size() > 1) {
            page.append("<details class=\"figures\" open><summary>Strips</summary>\n");
        }
        for (Panel panel : Panel.of(rows)) {
            panelTitle(panel);
            curves(panel, x).forEach((name, curve) -> {
                page.append("<h3>").append(Text.escaped(name)).append("</h3>\n<div class=\"strips\">\n");
                curve.forEach(row -> page.append("<div><p>").append(x.equals("cores") ? cores(row)
                    : Axis.SENDERS.caption(row.point())).append("</p>").append(new Strip(row).html()).append("</div>\n"));
                page.append("</div>\n");
            });
        }
        page.append(runs.size() > 1 ? "</details>\n" : "");
    }

    private static String cores(Row row) {
        return row.point().cores() + (row.point().cores() == 1 ? " core" : " cores");
    }

    private void victims(List<List<Row>> clocks) {
        for (List<Row> all : clocks) {
            List<Row> rows = all.stream().filter(row -> row.value(Figure.VICTIM_SLOWDOWN) > 0).toList();
            if (rows.isEmpty()) {
                continue;
            }
            boolean paced = rows.get(0).paced() != null;
            section("What it costs the others, " + (paced ? "paced clock" : "native clock"), "How much slower user programs "
                + "on cores that do not send ran per CPU-second than beside the same senders without invalidations. 1 is "
                + "no slower.");
            for (Panel panel : Panel.of(rows)) {
                panelTitle(panel);
                charts(panel, bySenders(rows) ? "senders" : "cores", "Victims' slowdown", Chart.Unit.RATIO,
                    Figure.VICTIM_SLOWDOWN);
            }
        }
    }

    // ---- the rest

    /** Ratios and verdicts, as the command line prints them. */
    private void comparison() {
        if (runs.stream().filter(run -> run.kernel.isEmpty()).count() < 2) {
            return;
        }
        section("Ratios", "Every run over the first, and in each what batching gains, with a verdict only where the forks "
            + "support one.");
        try {
            String text = Comparison.ofRuns(runs.stream().filter(run -> run.kernel.isEmpty()).map(Run::files).toList(), Set.of(),
                Statistic.MEAN)
                .text(TerminalStyle.PLAIN);
            page.append("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Ratios\"><pre>")
                .append(Text.escaped(text)).append("</pre></div>\n");
        } catch (BadRunException nothingInCommon) { // as runs of the two clocks have not: the page shows them all the same
            page.append("<p>None: ").append(Text.escaped(nothingInCommon.getMessage())).append(".</p>\n");
        }
    }

    /** Real system calls: in pictures and tables of their own, whatever else there is on the page. */
    private void kernel() {
        List<Run> of = runs.stream().filter(run -> !run.kernel.isEmpty()).toList();
        if (of.isEmpty()) {
            return;
        }
        boolean beside = of.size() < runs.size();
        section("What this host's own kernel takes", "Wall time of real system calls, an empty one subtracted, on the kernel's clock. "
            + "A figure is validated if the kernel's counters showed that the interrupts happened; the others are hollow, stand in a "
            + "column of their own, and nobody knows what they are of." + (beside ? " How to read it beside the simulated cores: not "
            + "number by number, for those pay for software that no kernel has, and a kernel's call does more than flush. Compare how "
            + "each grows with cores, and which share of it is the targets': over control here, the wait there." : ""));
        for (Run run : of) {
            String svg = KernelSvg.of(run.kernel, run.files.hostname(), String.valueOf(run.files.host().getOrDefault("command",
                "salvo kernel")));
            page.append(of.size() == 1 ? "" : "<h3>" + Text.escaped(run.name) + "</h3>\n")
                .append("<p><img class=\"kernel\" alt=\"System calls of ").append(Text.escaped(run.name))
                .append("; their figures are in the table\" src=\"data:image/svg+xml;base64,")
                .append(Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8))).append("\"></p>\n")
                .append(KernelTable.html(run.kernel)).append(confounders(run));
        }
        if (of.size() > 1) {
            try {
                page.append("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Ratios of system calls\"><pre>")
                    .append(Text.escaped(KernelComparison.of(of.stream().map(Run::files).toList()).text(TerminalStyle.PLAIN)))
                    .append("</pre></div>\n");
            } catch (BadRunException nothingInCommon) {
                page.append("<p>No ratios: ").append(Text.escaped(nothingInCommon.getMessage())).append(".</p>\n");
            }
        }
    }

    /** What of the host bears on system calls, as whoever measured has noted it; empty if nothing does. */
    private static String confounders(Run run) {
        if (!(run.files.host().get("confounders") instanceof Collection<?> all) || all.isEmpty()) {
            return "";
        }
        return all.stream().limit(MOST_CONFOUNDERS).map(each -> "<li>" + foreign(each) + "</li>\n").collect(Collectors.joining("",
            "<p class=\"note\">What of this host bears on these figures:</p>\n<ul class=\"note\">\n", "</ul>\n"));
    }

    private void fits() {
        List<Fits.Fit> all = runs.stream().flatMap(run -> run.fits.stream()).toList();
        if (all.isEmpty()) {
            return;
        }
        section("Fits, which are no measurements", Fits.notes(all) + " Thin in the charts, where one holds, and dashed where it predicts.");
        page.append("<ul class=\"fit\">\n");
        runs.forEach(run -> run.fits.forEach(fit -> page.append("<li>").append(Text.escaped("a fit: "
            + (runs.size() == 1 ? "" : run.name + ", ") + fit.series() + ": " + Fits.words(fit))).append("</li>\n")));
        page.append("</ul>\n");
    }

    private void flames() {
        String links = runs.stream().flatMap(run -> run.files.flameGraphs().stream().map(graph -> link(run, graph)))
            .collect(Collectors.joining());
        if (!links.isEmpty()) {
            boolean isAnySimulated = runs.stream().anyMatch(run -> run.kernel.isEmpty());
            boolean isAnyCall = runs.stream().anyMatch(run -> !run.kernel.isEmpty());
            section("Flame graphs", (isAnySimulated ? "Wall-clock samples of one point, whose frames bear the kernel's names. " : "")
                + (isAnyCall ? "Of system calls CPU time, thread by thread, with the frames of the host's own kernel. " : "")
                + "Each is a page of its own.");
            page.append("<ul class=\"flames\">\n").append(links).append("</ul>\n");
            runs.forEach(this::sampled);
        }
    }

    /** Whether the graphs show what the figures say: sampling takes time itself. */
    private void sampled(Run run) {
        SampledWait.of(run.files, run.rows).forEach(each -> page.append("<p class=\"note\">").append(Text.escaped(
            (runs.size() == 1 ? "" : run.name + ", ") + each.of() + ": " + each.words())).append("</p>\n"));
    }

    private String link(Run run, Path graph) {
        String name = graph.getFileName().toString().replaceFirst("\\.html$", "");
        String what = name.contains("diff") ? "what differs between two" : name.endsWith("-sender") ? "the sender's program"
            : name.endsWith("-victims") ? "the cores that do not send"
            : name.endsWith("-victim") ? "a core that does not send" : ""; // as older versions drew
        return "<li><a href=\"" + relative(graph) + "\">" + foreign(name) + "<span>" + what + (runs.size() == 1 ? ""
            : (what.isEmpty() ? "" : ", ") + Text.escaped(run.name)) + "</span></a></li>\n";
    }

    /** Every segment is encoded whole, so that none can be taken for a scheme, a query or markup. */
    private String relative(Path file) {
        Path path = folder.toAbsolutePath().normalize().relativize(file.toAbsolutePath().normalize());
        return Stream.iterate(0, i -> i < path.getNameCount(), i -> i + 1).map(i -> URLEncoder.encode(
            path.getName(i).toString(), StandardCharsets.UTF_8).replace("+", "%20")).collect(Collectors.joining("/"));
    }

    private void figures() {
        if (runs.stream().noneMatch(run -> run.kernel.isEmpty())) {
            return;
        }
        section("All figures", "Every row as the command line prints it.");
        for (Run run : runs.stream().filter(run -> run.kernel.isEmpty()).toList()) {
            page.append("<details class=\"figures\" open><summary>").append(Text.escaped(run.name)).append("</summary>\n")
                .append(CurveTable.html(run.rows)).append("</details>\n");
        }
    }

    /** For readers without scripts: the picture that stands beside the page too. */
    private String still() {
        return runs.stream().filter(run -> !run.rows.isEmpty()).map(run -> {
            String svg = CurveSvg.of(run.rows, run.files.hostname(),
                String.valueOf(run.files.host().getOrDefault("command", "salvo curve")));
            return "<noscript><img alt=\"The curves of " + Text.escaped(run.name) + "; their figures are in the tables\" "
                + "src=\"data:image/svg+xml;base64,"
                + Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8)) + "\"></noscript>\n";
        }).collect(Collectors.joining());
    }

    /** No character that a parser of HTML or of JavaScript might take for the end of anything. */
    private String data() {
        ObjectNode data = Json.MAPPER.createObjectNode();
        ArrayNode all = data.putArray("charts");
        charts.forEach(chart -> chart.write(all.addObject()));
        return Json.MAPPER.writeValueAsString(data).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
            .replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
    }

    private static String hash(String script) {
        try {
            return "'sha256-" + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256")
                .digest(script.getBytes(StandardCharsets.UTF_8))) + '\'';
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Report.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
