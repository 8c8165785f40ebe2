package dev.salvo.jmh;

import dev.salvo.results.Figure;
import dev.salvo.results.ReplicateEntry;
import dev.salvo.workloads.program.ExperimentSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Paced points that are held against each other, measured in rounds: each round is a fresh JVM of every point, for each of
 * its measures, at every dilation, those at one dilation right after one another, and in every other round the other way
 * about. So what the host does meanwhile is done to all of them, and forks of one round can be paired: a difference of two
 * points is one of neighbours in time. A point's file is JMH's own, and tells of each fork in which round it was measured.
 */
public final class PacedRounds {
    /** The result's measure that no figure is made of: it is held against the line through the others. */
    private static final String CHECK = "check";
    private static final String MEASURE = "measure";
    private static final String TOTAL = "total";
    private static final String DILATION = "dilation";

    private final List<ExperimentSpec> points;
    private final ExperimentSpec checked;
    private final Effort effort;
    private final OutputFormat output;
    /** Of each point, by measure and dilation. */
    private final List<Map<String, Forks>> forks = new ArrayList<>();

    /** What was measured of one thing, round after round. */
    private static final class Forks {
        private final String measure;
        private final List<RunResult> results = new ArrayList<>();
        private final List<Instant> at = new ArrayList<>();

        Forks(String measure) {
            this.measure = measure;
        }
    }

    private PacedRounds(List<ExperimentSpec> points, ExperimentSpec checked, Effort effort, OutputFormat output) {
        this.points = points;
        this.checked = checked;
        this.effort = effort;
        this.output = output;
        points.forEach(point -> forks.add(new LinkedHashMap<>()));
    }

    /**
     * Measures points, each at its dilation, at twice and at four times that.
     *
     * @param points  on paced clocks, at least one
     * @param checked one of them that is also measured at eight times its dilation; null if none is to be
     * @param effort  how much: its forks are the rounds
     * @param output  where JMH says what it is doing
     * @return for each point JMH's JSON of its results
     * @throws ForkFailedException if a measured JVM failed or could not be started
     * @throws RunnerException     if JMH refused to begin
     */
    public static List<byte[]> measure(List<ExperimentSpec> points, ExperimentSpec checked, Effort effort, OutputFormat output)
        throws RunnerException {
        PacedRounds rounds = new PacedRounds(points, checked, effort.withForks(1), output);
        for (int round = 1; round <= effort.forks(); round++) {
            rounds.measure(round);
        }
        return rounds.forks.stream().map(PacedRounds::json).toList();
    }

    private void measure(int round) throws RunnerException {
        List<Integer> order = new ArrayList<>();
        for (int point = 0; point < points.size(); point++) {
            order.add(point);
        }
        if (round % 2 == 0) {
            Collections.reverse(order);
        }
        for (int step = 0; step < Dilation.STEPS; step++) {
            for (int point : order) {
                String dilation = Dilation.steps(points.get(point).pacing().dilation())[step];
                for (String measure : PointRunner.measures(points.get(point))) {
                    measure(point, measure, measure, dilation);
                }
            }
        }
        for (int point : order) {
            if (points.get(point).equals(checked)) {
                measure(point, TOTAL, CHECK, Dilation.beyond(checked.pacing().dilation()));
            }
        }
    }

    private void measure(int point, String measure, String name, String dilation) throws RunnerException {
        Forks into = forks.get(point).computeIfAbsent(name + ' ' + dilation, none -> new Forks(name));
        into.at.add(Instant.now());
        into.results.addAll(MeasuredJvms.run(PointRunner.options(points.get(point), effort).param(MEASURE, measure)
            .param(DILATION, dilation), output));
    }

    private static byte[] json(Map<String, Forks> ofPoint) {
        ArrayNode all = JsonMapper.shared().createArrayNode();
        for (Forks forks : ofPoint.values()) {
            List<BenchmarkResult> each = forks.results.stream().flatMap(result -> result.getBenchmarkResults().stream()).toList();
            byte[] json = PointRunner.json(List.of(new RunResult(forks.results.get(0).getParams(), each)));
            ObjectNode result = (ObjectNode) JsonMapper.shared().readTree(json).get(0);
            result.put("forks", each.size()); // of which JMH was asked for one at a time
            ((ObjectNode) result.get("params")).put(MEASURE, forks.measure);
            ArrayNode replicates = result.putArray(ReplicateEntry.KEY);
            for (int i = 0; i < each.size(); i++) {
                replicates.add(replicate(i + 1, forks.at.get(i), each.get(i)).json());
            }
            all.add(result);
        }
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(all);
    }

    /** A window has no iterations to drop: its machine has warmed up before its clock was started. */
    private static ReplicateEntry replicate(int round, Instant at, BenchmarkResult fork) {
        RatioResult ofPages = (RatioResult) fork.getSecondaryResults().get(Figure.ISSUE_NS_PER_PAGE.metric());
        return new ReplicateEntry(round, at, true, List.of(), List.of(Math.round(ofPages.divisor())), List.of(),
            ReplicateEntry.Around.UNKNOWN, Map.of());
    }

    /**
     * About how long the check of a point takes.
     *
     * @param point  a point on a paced clock
     * @param effort how much
     * @return milliseconds
     */
    public static long checkMillis(ExperimentSpec point, Effort effort) {
        return Math.round(effort.forks() * PointRunner.forkMillis(point, Dilation.beyond(point.pacing().dilation())));
    }
}
