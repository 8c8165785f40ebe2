package dev.salvo.results;

import dev.salvo.point.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The results of a paced point: measure {@code total} at two dilations or more, three to show that they lie on a line,
 * and measure {@code control} at the same ones where there are victims. There is no {@code split}: a paced core takes
 * its times anyway. Every time in it is emulated already, wall-clock divided by the dilation.
 */
final class PacedPointFile {
    private static final String SHARE = "flushShare";

    private final Point point;
    private final String file;
    private final Map<Double, JmhResult> totals = new TreeMap<>();
    private final Map<Double, JmhResult> controls = new TreeMap<>();

    private PacedPointFile(Point point, List<JmhResult> results, String file) {
        this.point = point;
        this.file = file;
        for (JmhResult result : results) {
            Map<Double, JmhResult> into = switch (result.measure()) {
                case PointFile.TOTAL -> totals;
                case PointFile.CONTROL -> controls;
                default -> throw result.refused("params.measure", "total, control on the paced clock");
            };
            double dilation = result.dilation();
            if (into.putIfAbsent(dilation, result) != null) {
                throw new BadRunException(file + " holds two results of measure " + result.measure() + " at dilation "
                    + Figures.dilation(dilation) + "; accepted: one of each dilation");
            }
        }
        if (totals.size() < 2) {
            throw new BadRunException(file + " holds one dilation, " + Figures.dilation(totals.keySet().iterator()
                .next()) + "; accepted: two or more, from which emulated time is extrapolated");
        }
        for (double dilation : totals.keySet()) {
            PointFile.needsControl(point, controls.containsKey(dilation), " at dilation " + Figures.dilation(dilation),
                file);
        }
        for (double dilation : controls.keySet()) {
            if (!totals.containsKey(dilation)) {
                throw new BadRunException(file + " holds a control at dilation " + Figures.dilation(dilation)
                    + " and no total; accepted: the same dilations of both");
            }
        }
    }

    /**
     * Reads a paced point.
     *
     * @param point   where
     * @param results of that point; at least one total
     * @param file    what to call the file when it is refused
     * @return the row, its batching gain not yet known
     * @throws BadRunException if dilations, controls or metrics are missing, or a figure is none
     */
    static Row row(Point point, List<JmhResult> results, String file) {
        return new PacedPointFile(point, results, file).row();
    }

    private Row row() {
        double dilation = totals.keySet().stream().mapToDouble(Double::doubleValue).max().getAsDouble();
        JmhResult largest = totals.get(dilation);
        totals.values().forEach(total -> PointFile.positive(total, total.iterations(PointFile.TIME)));
        Extrapolation time = figure(PointFile.TIME);
        Extrapolation share = extrapolated(this::shares);
        Extrapolation ops = rate(PointFile.OPS);
        Extrapolation victims = controls.isEmpty() ? null : extrapolated(this::slowdowns);
        Row.Distribution measured = largest.distribution(PointFile.TIME);
        Row.Bounds bounds = new Row.Bounds(time.share(), share.share(), ops.share(),
            victims == null ? Double.NaN : victims.share());
        Extrapolation main = switch (point.workload().mainFigure()) {
            case TIME -> time;
            case OPERATIONS -> ops;
            case SLOWDOWN -> victims;
        };
        return new Row(point,
            new Row.Distribution(time.value(), measured.p50(), measured.p99(), measured.p999(), measured.max()),
            Interval.within(time.value(), time.share()), rate("pagesPerSecond").value(), ops.value(),
            new Row.Split(time.value(), figure("issueNsPerPage").value(), figure("waitNsPerPage").value(),
                figure("softwareNsPerPage").value(), Math.min(1, share.value())),
            PointFile.counts(largest, totals.values().stream().mapToLong(PointFile::staleUses).sum()),
            largest.has("ackDelayNs") ? largest.distribution("ackDelayNs") : Row.Distribution.NONE,
            victims == null ? Double.NaN : victims.value(), PointFile.hostCpus(largest), largest.forks(),
            largest.jdk(), Double.NaN,
            new Row.Paced(dilation, main.share(), bounds, main.straight(), largest.score("slipShare"),
                largest.distribution("overrunNs"), largest.positiveScore("slowdown")), samples());
    }

    private List<Row.Sampled> samples() {
        return totals.entrySet().stream()
            .map(total -> Row.Sampled.of(total.getKey(), total.getValue().iterations(PointFile.TIME))).toList();
    }

    private Extrapolation figure(String metric) {
        return extrapolated(dilation -> totals.get(dilation).forkMeans(metric));
    }

    /** It is the time that the host's part is added to; so what is on a line is seconds for each, not how many a second. */
    private Extrapolation rate(String metric) {
        return extrapolated(dilation -> Arrays.stream(positive(totals.get(dilation), metric)).map(rate -> 1 / rate)
            .toArray()).inverse();
    }

    private Extrapolation extrapolated(Function<Double, double[]> forks) {
        List<Extrapolation.Sample> samples = new ArrayList<>();
        totals.keySet().forEach(dilation -> samples.add(new Extrapolation.Sample(dilation, forks.apply(dilation))));
        return Extrapolation.of(samples);
    }

    private double[] shares(double dilation) {
        double[] shares = totals.get(dilation).forkMeans(SHARE);
        for (double share : shares) {
            if (share > 1) {
                throw totals.get(dilation).refused("secondaryMetrics." + SHARE + ".rawData", "shares from 0 to 1");
            }
        }
        return shares;
    }

    /** Forks of two measures have nothing in common, so any pairing does: the scatter of both is in the ratio then. */
    private double[] slowdowns(double dilation) {
        double[] control = positive(controls.get(dilation), PointFile.VICTIMS);
        double[] disturbed = positive(totals.get(dilation), PointFile.VICTIMS);
        if (control.length != disturbed.length) {
            throw new BadRunException(file + " holds " + disturbed.length + " forks of total at dilation "
                + Figures.dilation(dilation) + " and " + control.length + " of control; accepted: as many of each");
        }
        double[] slowdowns = new double[control.length];
        for (int i = 0; i < slowdowns.length; i++) {
            slowdowns[i] = control[i] / disturbed[i];
        }
        return slowdowns;
    }

    private static double[] positive(JmhResult result, String metric) {
        result.positiveScore(metric);
        double[] forks = result.forkMeans(metric);
        for (double fork : forks) {
            if (fork < JmhResult.LEAST_POSITIVE) {
                throw result.refused("secondaryMetrics." + metric + ".rawData", "forks above 0");
            }
        }
        return forks;
    }
}
