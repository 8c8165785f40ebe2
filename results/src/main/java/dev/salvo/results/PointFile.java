package dev.salvo.results;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One point's file: JMH's results for it, told apart by the parameter {@code measure}. {@code total} comes from
 * uninstrumented forks, {@code split} from instrumented ones, {@code control}, under a user load only, from forks that
 * leave the invalidations out.
 */
final class PointFile {
    private static final String TOTAL = "total";
    private static final String SPLIT = "split";
    private static final String CONTROL = "control";
    private static final String TIME = "nsPerPage";
    private static final String WAKE_UPS_PER_PAGE = "wakeUpsPerPage";
    private static final String VICTIMS = "victimAccessesPerCpuSecond";

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
        Map<String, JmhResult> results = results(Json.tree(json, file), file);
        JmhResult total = results.get(TOTAL);
        JmhResult split = results.get(SPLIT);
        Point point = point(total, file);
        double[][] times = total.iterations(TIME);
        double mean = positive(total, times);
        positive(split, split.iterations(TIME));
        return new Row(point, total.distribution(TIME), Interval.around(mean, times), total.score("pagesPerSecond"),
            split(split), counts(total, split), split.distribution("ackDelayNs"), slowdown(point, results, file),
            hostCpus(total), total.forks(), total.jdk(), Double.NaN);
    }

    private static Map<String, JmhResult> results(JsonNode tree, String file) {
        if (!tree.isArray()) {
            throw new BadRunException(file + " is no JMH result file; accepted: an array of the results for one point");
        }
        Map<String, JmhResult> results = new HashMap<>();
        for (JsonNode element : tree) {
            JmhResult result = new JmhResult(element, file);
            String measure = result.measure();
            if (!measure.equals(TOTAL) && !measure.equals(SPLIT) && !measure.equals(CONTROL)) {
                throw result.refused("params.measure", "total, split, control");
            }
            if (results.putIfAbsent(measure, result) != null) {
                throw new BadRunException(file + " holds two results of measure " + measure + "; accepted: one point");
            }
        }
        for (String measure : new String[] {TOTAL, SPLIT}) {
            if (!results.containsKey(measure)) {
                throw new BadRunException(file + " holds no result of measure " + measure);
            }
        }
        for (JmhResult result : results.values()) {
            sameAs(results.get(TOTAL), result, file);
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

    private static double positive(JmhResult result, double[][] times) {
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

    private static Row.Counts counts(JmhResult total, JmhResult split) {
        return new Row.Counts(total.score("tlbiPerPage"), total.score("dsbIshPerPage"), total.score("dsbIshstPerPage"),
            total.score("tlbHits"), total.score("tlbMisses"), staleUses(total) + staleUses(split),
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
    private static long staleUses(JmhResult result) {
        double sum = 0;
        for (double[] fork : result.iterations("staleUses")) {
            for (double iteration : fork) {
                sum += iteration;
            }
        }
        return (long) Math.ceil(sum);
    }

    private static double slowdown(Point point, Map<String, JmhResult> results, String file) {
        if (point.load() == Point.Load.IDLE) {
            if (results.containsKey(CONTROL)) {
                throw new BadRunException(file + " holds a control although its load is idle");
            }
            return Double.NaN;
        }
        if (!results.containsKey(CONTROL)) {
            throw new BadRunException(file + " holds no result of measure control, which a load of "
                + Point.word(point.load()) + " needs");
        }
        return results.get(CONTROL).positiveScore(VICTIMS) / results.get(TOTAL).positiveScore(VICTIMS);
    }

    private static int hostCpus(JmhResult total) {
        double cpus = total.score("hostCpus");
        if (cpus < 1 || cpus != Math.rint(cpus) || cpus > Integer.MAX_VALUE) {
            throw total.refused("secondaryMetrics.hostCpus.score", "a whole number of at least 1");
        }
        return (int) cpus;
    }
}
