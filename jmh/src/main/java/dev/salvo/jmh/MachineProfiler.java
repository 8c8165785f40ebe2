package dev.salvo.jmh;

import dev.salvo.engine.CoreCounts;
import dev.salvo.workloads.program.Experiment;
import dev.salvo.workloads.program.ExperimentSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Adds to each iteration of {@link PageOutBenchmark} what the machine counted in it, as secondary results. The
 * benchmark hands it over at the end of the iteration; JMH then asks. Costs nothing while an iteration runs.
 */
public final class MachineProfiler implements InternalProfiler {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    /** Of the iteration that has just ended. JMH's worker writes it, then tells the thread that asks: no race. */
    private static volatile List<Result<?>> reported = List.of();

    /** Made by JMH. */
    public MachineProfiler() {
    }

    static void report(ExperimentSpec spec, Experiment.Measure measure, Experiment.Outcome outcome,
                       Histogram operations) {
        int pagesOfOperation = Experiment.pagesOfOperation(spec);
        double dilation = spec.pacing().dilation();
        CoreCounts counts = outcome.counts();
        CoreCounts senders = outcome.ofSenders();
        long pages = outcome.pages();
        List<Result<?>> results = new ArrayList<>();
        results.add(new HistogramResult("nsPerPage", operations, 1 / (pagesOfOperation * dilation), "ns/page"));
        results.add(new RatioResult("pagesPerSecond", outcome.pagesByFinish(), outcome.nanos() / NANOS_PER_SECOND,
            "pages/s"));
        results.add(new RatioResult("opsPerSecond", (double) outcome.pagesByFinish() / pagesOfOperation,
            outcome.nanos() / NANOS_PER_SECOND, "1/s"));
        results.add(new RatioResult("tlbiPerPage", senders.tlbis(), pages, "1/page"));
        results.add(new RatioResult("dsbIshPerPage", senders.dsbIsh(), pages, "1/page"));
        results.add(new RatioResult("dsbIshstPerPage", senders.dsbIshst(), pages, "1/page"));
        results.add(sum("tlbHits", counts.tlbHits()));
        results.add(sum("tlbMisses", counts.tlbMisses()));
        results.add(sum("staleUses", outcome.staleUses()));
        results.add(sum("yields", counts.yields()));
        results.add(sum("wakeUps", counts.wakeUps()));
        results.add(new RatioResult("wakeUpsPerPage", counts.wakeUps(), outcome.pagesByFinish(), "1/page"));
        results.add(new ScalarResult("runDelayMs", outcome.runDelayNanos() / NANOS_PER_MILLI, "ms",
            AggregationPolicy.SUM));
        results.add(new ScalarResult("hostCpus", outcome.hostCpus(), "CPUs", AggregationPolicy.AVG));
        if (spec.point().computes()) {
            results.add(new RatioResult("victimAccessesPerCpuSecond", outcome.victimAccesses(),
                outcome.victimNanos() / NANOS_PER_SECOND, "1/s"));
        }
        if (measure == Experiment.Measure.SPLIT) {
            results.add(new HistogramResult("ackDelayNs", outcome.ackDelays(), 1, "ns"));
        }
        if (outcome.paced() != null) {
            Experiment.Paced paced = outcome.paced();
            results.add(new RatioResult("slipShare", paced.slipNanos(), outcome.nanos(), "1"));
            results.add(new HistogramResult("overrunNs", paced.overruns(), 1 / dilation, "ns"));
            results.add(new RatioResult("slowdown", paced.hostNanos(), outcome.nanos(), "1"));
        }
        if (measure == Experiment.Measure.SPLIT || outcome.paced() != null) {
            double software = outcome.programNanos() - outcome.issueNanos() - outcome.waitNanos();
            results.add(new RatioResult("issueNsPerPage", outcome.issueNanos(), pages, "ns/page"));
            results.add(new RatioResult("waitNsPerPage", outcome.waitNanos(), pages, "ns/page"));
            results.add(new RatioResult("softwareNsPerPage", software, pages, "ns/page"));
            results.add(new RatioResult("flushShare", outcome.flushNanos(), outcome.programNanos(), "1"));
        }
        reported = results;
    }

    private static ScalarResult sum(String label, long value) {
        return new ScalarResult(label, value, "#", AggregationPolicy.SUM);
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        reported = List.of();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark, IterationParams iteration,
                                                          IterationResult result) {
        return reported;
    }

    @Override
    public String getDescription() {
        return "What Salvo's machine counted: TLBIs, barriers, stale uses, percentiles, the split";
    }
}
