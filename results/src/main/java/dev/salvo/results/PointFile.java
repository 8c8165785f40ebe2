package dev.salvo.results;

import dev.salvo.point.ClockKind;
import dev.salvo.point.Point;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One point's file: JMH's results for it, told apart by the parameter {@code measure}. {@code total} comes from
 * uninstrumented forks, {@code split} from instrumented ones, {@code control}, where user programs run beside the
 * senders only, from forks that leave the invalidations out. {@link PacedPointFile} reads those of a paced point.
 */
final class PointFile {
    static final String TOTAL = "total";
    static final String CONTROL = "control";
    static final String TIME = "nsPerPage";
    static final String OPS = "opsPerSecond";
    static final String VICTIMS = "victimAccessesPerCpuSecond";
    private static final String SPLIT = "split";
    private static final String WAKE_UPS_PER_PAGE = "wakeUpsPerPage";
    private static final String ACK_DELAY = "ackDelayNs";

    private PointFile() {
    }

    /**
     * Reads a point.
     *
     * @param json the file's bytes
     * @param file what to call the file when it is refused
     * @return the row, its batching gain not yet known
     * @throws BadRunException if the file is damaged, or holds anything but one point
     */
    static Row row(byte[] json, String file) {
        List<JmhResult> results = results(Json.tree(json, file), file);
        JmhResult any = results.stream().filter(result -> result.measure().equals(TOTAL)).findFirst()
            .orElseThrow(() -> new BadRunException(file + " holds no result of measure " + TOTAL));
        Point point = point(any, file);
        for (JmhResult result : results) {
            sameAs(any, result, file);
        }
        return point.clock() == ClockKind.PACED ? PacedPointFile.row(point, results, file)
            : nativeRow(point, results, file);
    }

    private static Row nativeRow(Point point, List<JmhResult> all, String file) {
        Map<String, JmhResult> results = new HashMap<>();
        for (JmhResult result : all) {
            if (results.putIfAbsent(result.measure(), result) != null) {
                throw new BadRunException(file + " holds two results of measure " + result.measure()
                    + "; accepted: one point");
            }
        }
        JmhResult total = results.get(TOTAL);
        JmhResult split = results.get(SPLIT);
        if (split == null) {
            throw new BadRunException(file + " holds no result of measure " + SPLIT);
        }
        double[][] times = total.iterations(TIME);
        double mean = positive(total, times);
        positive(split, split.iterations(TIME));
        return new Row(point, total.distribution(TIME), Interval.around(mean, times), total.score("pagesPerSecond"),
            total.has(OPS) ? total.score(OPS) : Double.NaN, split(split), counts(total, staleUses(total)
            + staleUses(split)), split.distribution(ACK_DELAY), slowdown(point, results, file), hostCpus(total),
            total.forks(), total.jdk(), Double.NaN, null, List.of(Row.Sampled.of(1, times)));
    }

    private static List<JmhResult> results(JsonNode tree, String file) {
        if (!tree.isArray()) {
            throw new BadRunException(file + " is no JMH result file; accepted: an array of the results for one point");
        }
        List<JmhResult> results = new ArrayList<>();
        for (JsonNode element : tree) {
            JmhResult result = new JmhResult(element, file);
            String measure = result.measure();
            if (!measure.equals(TOTAL) && !measure.equals(SPLIT) && !measure.equals(CONTROL)) {
                throw result.refused("params.measure", "total, split, control");
            }
            results.add(result);
        }
        return results;
    }

    private static void sameAs(JmhResult total, JmhResult other, String file) {
        if (!other.params().equals(total.params())) {
            throw new BadRunException(file + " mixes points: parameters of total " + total.params() + ", of "
                + other.measure() + ' ' + other.params());
        }
        if (!other.jdk().equals(total.jdk())) {
            throw new BadRunException(file + " mixes JDKs: total ran on " + total.jdk() + ", " + other.measure()
                + " on " + other.jdk());
        }
    }

    private static Point point(JmhResult total, String file) {
        try {
            return Point.of(total.params());
        } catch (IllegalArgumentException e) {
            throw new BadRunException(file + ": params." + e.getMessage(), e);
        }
    }

    static double positive(JmhResult result, double[][] times) {
        for (double[] fork : times) {
            for (double time : fork) {
                if (time == 0) {
                    throw result.refused("secondaryMetrics." + TIME + ".rawData", "times above 0");
                }
            }
        }
        return result.positiveScore(TIME);
    }

    private static Row.Split split(JmhResult split) {
        double share = split.score("flushShare");
        if (share > 1) {
            throw split.refused("secondaryMetrics.flushShare.score", "a share from 0 to 1");
        }
        return new Row.Split(split.positiveScore(TIME), split.score("issueNsPerPage"), split.score("waitNsPerPage"),
            split.score("softwareNsPerPage"), share);
    }

    /** What an uninstrumented result counted, with the stale uses of whichever results are of the row. */
    static Row.Counts counts(JmhResult total, long staleUses) {
        return new Row.Counts(total.score("tlbiPerPage"), total.score("dsbIshPerPage"), total.score("dsbIshstPerPage"),
            total.score("tlbHits"), total.score("tlbMisses"), staleUses,
            total.score("yields"), total.score("wakeUps"), wakeUpsPerPage(total),
            total.score("runDelayMs"));
    }

    /** Runs from before it was counted by page lack it; where nobody slept it is known all the same. */
    private static double wakeUpsPerPage(JmhResult total) {
        if (total.has(WAKE_UPS_PER_PAGE)) {
            return total.score(WAKE_UPS_PER_PAGE);
        }
        return total.score("wakeUps") == 0 ? 0 : Double.NaN;
    }

    /** Summed over iterations whatever JMH made of them: a mean could round one stale use away. */
    static long staleUses(JmhResult result) {
        double sum = 0;
        for (double[] fork : result.iterations("staleUses")) {
            for (double iteration : fork) {
                sum += iteration;
            }
        }
        return (long) Math.ceil(sum);
    }

    private static double slowdown(Point point, Map<String, JmhResult> results, String file) {
        return needsControl(point, results.containsKey(CONTROL), "", file)
            ? results.get(CONTROL).positiveScore(VICTIMS) / results.get(TOTAL).positiveScore(VICTIMS) : Double.NaN;
    }

    /** Whether a point has victims, and so a control: refused if it has one and not the other. */
    static boolean needsControl(Point point, boolean control, String where, String file) {
        boolean victims = point.computes();
        if (control && !victims) {
            throw new BadRunException(file + " holds a control although its load is idle");
        }
        if (victims && !control) {
            throw new BadRunException(file + " holds no result of measure control" + where + ", which "
                + (point.workload().computes() ? "the workload " + Point.word(point.workload())
                    : "a load of " + Point.word(point.load())) + " needs");
        }
        return victims;
    }

    static int hostCpus(JmhResult total) {
        double cpus = total.score("hostCpus");
        if (cpus < 1 || cpus != Math.rint(cpus) || cpus > Integer.MAX_VALUE) {
            throw total.refused("secondaryMetrics.hostCpus.score", "a whole number of at least 1");
        }
        return (int) cpus;
    }
}
